"""The mapping of a table that is not laid out as ours: what it may say, and how it is applied."""

"""Words, numbers and dates of the language in force; problems in words; editions of notebooks."""

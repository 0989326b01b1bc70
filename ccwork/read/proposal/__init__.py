"""A mapping proposed for a file: its table found, its columns read, what is open asked."""

"""Bytes of files to text: sheets, cells, TOML; nothing is guessed."""

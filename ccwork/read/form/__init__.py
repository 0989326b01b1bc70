"""The Excel form an agency fills in, and the book of problems sent back."""

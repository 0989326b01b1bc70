"""The brief: what is chosen of an agency's findings, on one page first, in three formats."""

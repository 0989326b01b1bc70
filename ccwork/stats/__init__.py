"""Pure numbers in the terms of the field: no tables of an agency, no words."""

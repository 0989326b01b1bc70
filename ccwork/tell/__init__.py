"""How a value, a table, a figure, a sentence, a page looks, in either language."""

"""From executed notebooks to what is handed on: report, index, printed pages."""

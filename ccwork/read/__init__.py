"""From bytes to checked tables: files of any kind in, one workbook an agency out."""

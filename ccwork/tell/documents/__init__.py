"""One document, laid out as a page of HTML, a PDF and a Word file."""

"""The brief as a page of HTML: pictures inside, nothing to fetch from anywhere."""

from base64 import b64encode
from typing import Final

from ccwork.tell import pages
from ccwork.tell.documents.document import MARKS, Block, Document, Picture, Table

_TYPES: Final = {"png": "image/png", "svg": "image/svg+xml"}


def written(document: Document, **more: str) -> str:
    """Write a brief as HTML in the language in force, which must be that of the document.

    `more`: the ``banner`` on top; left out: that it is internal.
    """
    own = more | {"kind": _kind, "source": _source, "numbers": _numbers, "marks": MARKS}
    return pages.page("brief", document=document, **own)


def _kind(block: Block) -> str:
    return type(block).__name__


def _numbers(table: Table, column: int) -> bool:
    """Tell whether a column holds numbers, so that its heading is set as they are."""
    return any(len(row) > column and row[column].number for row in table.rows)


def _source(picture: Picture) -> str:
    return f"data:{_TYPES[picture.form]};base64,{b64encode(picture.image).decode()}"

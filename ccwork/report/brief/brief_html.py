"""The brief as a page of HTML: pictures inside, nothing to fetch from anywhere."""

from base64 import b64encode
from typing import Final

from ccwork.report.brief.document import MARKS, Block, Document, Picture
from ccwork.tell import pages

_TYPES: Final = {"png": "image/png", "svg": "image/svg+xml"}


def written(document: Document) -> str:
    """Write a brief as HTML in the language in force, which must be that of the document."""
    return pages.page("brief", document=document, kind=_kind, source=_source, marks=MARKS)


def _kind(block: Block) -> str:
    return type(block).__name__


def _source(picture: Picture) -> str:
    return f"data:{_TYPES[picture.form]};base64,{b64encode(picture.image).decode()}"

"""Cells of a notebook as clean HTML: nothing a cell holds reaches the page unchecked."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import nh3
from nbformat import NotebookNode
from traitlets.config import Config

from ccwork.language.resources import resource

HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
CLASSES: Final = frozenset(("num", "word", "source", "folded"))
"""The classes a cell may use; the page has its own."""

_TAGS: Final = frozenset(HEADINGS).union(
    ("p", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "q", "pre", "div", "hr", "br"),
    ("table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"),
    ("figure", "figcaption", "img", "details", "summary"),
    ("a", "strong", "b", "em", "i", "code", "span", "abbr", "sup", "sub", "del"),
)
_ATTRIBUTES: Final = {
    "*": {"lang", "class"},
    "a": {"href", "id"},
    "abbr": {"title"},
    "details": {"open"},
    "img": {"src", "alt"},
    "ol": {"start"},
    **dict.fromkeys(("th", "td"), {"scope", "colspan", "rowspan"}),
    **dict.fromkeys(("span", "div", *HEADINGS), {"id"}),
}


_SHOWN: Final = dict.fromkeys(("include_code", "include_output", "include_markdown"), True)
"""What of a notebook the template of nbconvert writes."""


def body(cells: Sequence[NotebookNode]) -> str:
    """Return cells of a notebook as HTML without scripts, forms or pages of others."""
    given = {"nb": {"cells": cells}, "resources": {"global_content_filter": _SHOWN}}
    return _template().render(given).lstrip("\r\n")


@cache
def _template() -> Any:
    """Return our template as nbconvert prepares it; no preprocessor is needed."""
    from nbconvert import HTMLExporter

    shown = ["text/html", "image/png", "text/plain"]
    exporter = HTMLExporter(
        config=Config({"NbConvertBase": {"display_data_priority": shown}}),
        template_name="nb", extra_template_basedirs=[str(resource("templates"))],
        exclude_anchor_links=True,
    )  # fmt: skip
    exporter.register_filter("clean", _clean)
    return exporter.template


def _clean(html: str) -> str:
    return nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, attribute_filter=_allowed,
        url_schemes={"http", "https", "mailto", "data"}, link_rel="noopener",
    )  # fmt: skip


def _allowed(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        return " ".join(sorted(CLASSES.intersection(value.split()))) or None
    if attribute == "src":
        return value if value.startswith("data:image/png;base64,") else None
    return value

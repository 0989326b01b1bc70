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


def body(cells: Sequence[NotebookNode], notebook: NotebookNode) -> str:
    """Return cells of a notebook as HTML without scripts, forms or pages of others."""
    page = _Page(notebook)
    page.cells = list(cells)
    made, _ = _exporter().from_notebook_node(page)
    return made


class _Page(NotebookNode):
    """A notebook that nothing changes while it is exported: no copy is needed."""

    def __deepcopy__(self, _: Any) -> "_Page":
        return self


@cache
def _exporter() -> Any:
    """Return an exporter for our template: no preprocessor, and no second look at the page."""
    from nbconvert import HTMLExporter, TemplateExporter

    class Plain(HTMLExporter):
        def from_notebook_node(
            self, nb: NotebookNode, resources: Any = None, **more: Any
        ) -> tuple[str, Any]:
            return TemplateExporter.from_notebook_node(self, nb, resources, **more)

        def _preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
            return nb, resources

    shown = ["text/html", "image/png", "text/plain"]
    own = {"display_data_priority": shown}
    exporter = Plain(
        config=Config({"NbConvertBase": own, "Exporter": {"default_preprocessors": []}}),
        template_name="nb", extra_template_basedirs=[str(resource("templates"))],
        exclude_input=True, exclude_anchor_links=True,
    )  # fmt: skip
    exporter.register_filter("clean", _clean)
    return exporter


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

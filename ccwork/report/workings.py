"""The workings of an agency: its executed notebooks as pages, a page a stage.

Whatever a notebook holds is cleaned cell by cell before it meets the page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from typing import Any, Final
from urllib.parse import quote, unquote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from markupsafe import Markup
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from ccwork.language import wording
from ccwork.language.notebook_editions import tags
from ccwork.report import cell_html
from ccwork.tell import pages

HIDDEN: Final = frozenset(
    ("parameters", "injected-parameters", "setup", "exercise", "solution", "trainer")
)
"""Cells with these tags are not for the report's readers."""

FOLDER: Final = "workings"
"""Where the pages stand, below the brief."""

NOTES: Final = "notes"
"""The page of choices, source files and warnings."""

LONG: Final = 20
"""A table of more rows is folded, its rows counted (our choice)."""

_PRINTS: Final = (
    ("box", 1.8, 3.0, 174),
    ("box wide", 1.5, 2.0, 174),
    ("box wide broad", 1.5, 2.0, 261),
)
"""A print of tables in style.css: mm a letter, between columns and across the paper."""
_HEADING: Final = re.compile("^#{1,6} ", re.MULTILINE)
_OUTSIDE: Final = re.compile(r"https?://|mailto:", re.IGNORECASE)
_OPEN: Final = re.compile(r"<(?:br|col|hr|img)\b[^>]*")
"""Tags of HTML that nothing closes."""
_BLANK: Final = re.compile(r"<pre\b.*?</pre>|(?<=>)\s+(?=<)", re.ASCII | re.DOTALL)
_SHUT: Final = re.compile(r"></(?:br|col|hr|img)>")
_NOT_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOTEBOOK: Final = re.compile(r"(?:\./)?([\w-]+)\.ipynb(?:#(.*))?")


@dataclass(frozen=True)
class Cover:
    """What stands on a report besides its notebooks.

    Attributes
    ----------
    code, agency, agency_lang
        Code and name of the agency, and the language of that name: "ru" or "en".
    period, date
        Code of the period; date of the data, None where it is not known.
    source, licence, licence_lang
        Where the data come from, in words, and on what terms; the language of these where it
        is not that of the report.
    lang
        Language of the report: "ru" or "en".
    stages
        (stage, title) in the order of the report; a stage is named as its notebook.
    failed
        (stage, sentence) of the stages that could not be computed.
    sources
        One of the files behind the report each: file, sheet, table, sha256, rows, used, dropped.
    context
        (label, words) on the agency's people, resources and structure.
    made
        (label, words) on what the report was computed with: versions, parameters.
    warnings, methods
        Sentences of the check of the data; sentences on what the authors chose themselves.
    """

    code: str
    agency: str
    agency_lang: str
    period: str
    date: date | None
    source: str
    licence: str
    lang: str
    stages: Sequence[tuple[str, str]]
    failed: Sequence[tuple[str, str]] = ()
    sources: Sequence[Mapping[str, Any]] = ()
    warnings: Sequence[str] = ()
    methods: Sequence[str] = ()
    context: Sequence[tuple[str, str]] = ()
    made: Sequence[tuple[str, str]] = ()
    licence_lang: str = ""


@dataclass
class Stage:
    """A stage on its way from its notebook to its page; `marks`: anchor asked for -> anchor."""

    code: str
    title: str
    failed: str = ""
    body: Element | Markup | str = ""
    head: Element | Markup | str = ""
    parts: list[tuple[str, str]] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)

    @property
    def anchor(self) -> str:
        """Return the anchor of the page itself."""
        return f"stage-{self.code}"


def title(stage: str) -> str:
    """Return the title of a stage; a notebook of one's own is called by its file."""
    return wording.word(f"stage.{stage}") if wording.has(f"stage.{stage}") else stage


def prepared(code: str, notebook: NotebookNode, lang: str) -> Stage:
    """Do ahead, while other stages are still computed, the greater part of :func:`written`."""
    with wording.speaking(lang):
        return _stage(code, title(code), notebook)


def written(executed: Mapping[str, Stage], cover: Cover) -> tuple[dict[str, str], list[Stage]]:
    """Make the pages of an agency, and the stages in their order.

    Parameters
    ----------
    executed
        Stage -> what :func:`prepared` made of its notebook in the cover's language. A stage
        that `cover` calls failed gets its sentence instead; one in neither is left out.
    cover
        What stands round the notebooks; its language is put in force.

    Returns
    -------
    tuple
        Name of the page -> HTML, that of :data:`NOTES` last; the stages shown.
    """
    wording.use(cover.lang)
    if strange := sorted(set(executed) - {code for code, _ in cover.stages}):
        raise ValueError(f"`executed` must hold stages of the cover only; not {strange!r}.")
    failed = dict(cover.failed)
    stages = [
        Stage(code, title, failed=failed[code]) if code in failed else executed[code]
        for code, title in cover.stages
        if code in failed or code in executed
    ]
    day = wording.day(cover.date) if cover.date else wording.word("report.no_date")
    given = {"cover": cover, "date": day, "period": wording.period(cover.period)}
    made = {}
    for stage in stages:
        _finish(stage, {stage.code: stage for stage in stages})
        made[stage.code] = pages.page("workings", stage=stage, stages=stages, **given)
    made[NOTES] = pages.page("notes", stage=None, stages=stages, **given)
    return made, stages


def place(stages: Sequence[Stage], lang: str, stage: str, mark: str) -> str:
    """Return where a table, or a section of the notes, stands: a way from the brief."""
    found = {one.code: one for one in stages}.get(stage)
    anchor = found.marks.get(f"table-{_slug(mark)}", found.anchor) if found else mark
    return f"{FOLDER}/{quote(stage)}.{lang}.html#{quote(anchor)}"


def _stage(code: str, title: str, notebook: NotebookNode) -> Stage:
    cells = list(_there([cell for cell in notebook.cells if HIDDEN.isdisjoint(tags(cell))]))
    brief = [cell for cell in cells if "summary" in tags(cell) and cell.get("outputs")]
    stage = Stage(code, title)
    body: list[NotebookNode] = []
    for cell in cells:
        if cell not in brief:
            body.append(cell)
        elif cell is brief[0]:
            link = f"[{wording.word('report.see_summary')}](#summary-{code})"
            body.append(new_markdown_cell(link))
    stage.marks[_slug(f"summary-{code}")] = f"summary-{code}"
    stage.body = _tree(body)
    if stage.body.find(".//h1") is None:
        stage.body.insert(0, _tag("h1", title))
        stage.body[0].tail, stage.body.text = stage.body.text, ""
    _mark(stage, stage.body, code, shift=1)
    stage.parts = _parts(stage)
    if brief:
        stage.head = _tree(brief)
        _mark(stage, stage.head, f"{code}-brief", shift=2)
    return stage


def _there(cells: Sequence[NotebookNode]) -> Iterator[NotebookNode]:
    """Leave out how to read a part that has nothing to show, and words it has said already."""
    kinds: set[str] = set()
    said: set[str] = set()
    for cell, after in zip_longest(cells, cells[1:]):
        if cell.cell_type == "markdown":
            cell = NotebookNode(cell, source=wording.called(cell.source))
            last = not after or after.cell_type == "markdown"
            if found := _HEADING.search(cell.source):
                if kinds == {"words"}:
                    cell = NotebookNode(cell, source=cell.source[found.start() :])
                kinds, said = set(), set()
            elif kinds == {"words"} and last:
                continue
        else:
            outputs = []
            for output in cell.get("outputs", ()):
                kind = output.get("metadata", {}).get("ccwork", {}).get("kind", "")
                words = output.get("data", {}).get("text/plain", "") if kind == "words" else ""
                kinds.add(kind)
                if not words or words not in said:
                    outputs.append(_anchored(output) if kind == "table" else output)
                said.add(words)
            cell = NotebookNode(cell, outputs=outputs)
        yield cell


def _anchored(output: NotebookNode) -> NotebookNode:
    """Put a mark before a table that the brief can lead to."""
    name, data = output["metadata"]["ccwork"]["name"], output["data"]
    marked = f'<span id="table-{name}"></span>{data["text/html"]}'
    return NotebookNode(output, data=data | {"text/html": marked})


def _tree(cells: Sequence[NotebookNode]) -> Element:
    """Read cells as HTML, which is clean by now: it is XML but for the tags left open."""
    html = f"<body>{cell_html.body(cells)}</body>"
    html = html.replace("&nbsp;", "\xa0").replace("\f", " ")  # white space, but not of XML
    html = _OPEN.sub(lambda hit: hit[0].replace("\n", "&#10;") + "/", _NOT_XML.sub("", html))
    return ElementTree.fromstring(_BLANK.sub(_blank, html))


def _blank(hit: re.Match[str]) -> str:
    return hit[0] if "<" in hit[0] else "\n" if "\n" in hit[0] else " "


def _html(tree: Element) -> Markup:
    """Write a tree as HTML; of a tag that is called nothing, only what it holds."""
    tree.tag = None
    for tag in tree.iter():
        tag.attrib = dict(sorted(tag.attrib.items()))
    written = ElementTree.tostring(tree, "unicode", short_empty_elements=False)
    return Markup(_SHUT.sub("/>", written))


def _tag(name: str, text: str) -> Element:
    made = Element(name)
    made.text = text
    return made


def _words(tag: Element) -> str:
    return " ".join(filter(None, map(str.strip, tag.itertext())))


def _mark(stage: Stage, tree: Element, prefix: str, shift: int) -> None:
    """Move headings down, never skipping a level, and give every anchor an id of the page."""
    last = shift
    marked = [tag for tag in tree.iter() if tag.tag in cell_html.HEADINGS or tag.get("id")]
    for n, tag in enumerate(marked, 1):
        new = f"{prefix}-{n}"
        if tag.tag in cell_html.HEADINGS:
            last = min(int(tag.tag[1]) + shift, last + 1, 6)
            tag.tag = f"h{last}"
            if last == 2 and stage.anchor not in stage.marks.values():
                new = stage.anchor
                stage.title = _words(tag) or stage.title
            stage.marks.setdefault(_slug("".join(tag.itertext())), new)
        if tag.get("id"):
            stage.marks.setdefault(_slug(tag.get("id")), new)
        tag.set("id", new)


def _slug(name: str) -> str:
    return "-".join(unquote(name).split()).casefold()


def _parts(stage: Stage) -> list[tuple[str, str]]:
    found = [tag for tag in stage.body.iter() if tag.tag in ("h2", "h3")]
    return [(tag.get("id"), _words(tag)) for tag in found if tag.get("id") != stage.anchor]


def _finish(stage: Stage, stages: Mapping[str, Stage]) -> None:
    """Mend links, pictures and tables, when the anchors of all stages are known."""
    for place in ("body", "head"):
        if isinstance(tree := getattr(stage, place), Element):
            _link(tree, stage, stages)
            for image in tree.iter("img"):
                image.tag = "img" if image.get("src") else None
            above = {tag: parent for parent in tree.iter() for tag in parent}
            for table in [*tree.iter("table")]:
                if not _within(table, "table", above):
                    _align(table)
                    _fold(_box(table, above), above)
            setattr(stage, place, _html(tree))


def _within(tag: Element | None, name: str, above: Mapping[Element, Element]) -> bool:
    while (tag := above.get(tag)) is not None and tag.tag != name:
        continue
    return tag is not None


def _wrap(tag: Element, around: Element, above: dict[Element, Element]) -> Element:
    """Put a tag into another, which takes its place."""
    parent = above[around] = above[tag]
    parent[list(parent).index(tag)], above[tag] = around, around
    around.append(tag)
    around.tail, tag.tail = tag.tail, ""
    return around


def _link(tree: Element, stage: Stage, stages: Mapping[str, Stage]) -> None:
    for tag in [*tree.iter("a")]:
        href = tag.get("href", "").strip()
        if _OUTSIDE.match(href):
            continue
        tag.attrib = {k: v for k, v in tag.attrib.items() if k not in ("href", "rel")}
        if place := _inside(href, stage, stages):
            tag.set("href", place)
        elif not tag.get("id"):
            tag.tag = None


def _inside(href: str, stage: Stage, stages: Mapping[str, Stage]) -> str:
    """Return where a link of a notebook leads to among the pages; empty where to nothing."""
    if href.startswith("#"):
        anchor = stage.marks.get(_slug(href[1:]), "")
        return anchor and f"#{anchor}"
    found = _NOTEBOOK.fullmatch(unquote(href))
    if not found or found[1] not in stages:
        return ""
    there = stages[found[1]]
    anchor = there.marks.get(_slug(found[2] or ""), there.anchor)
    return f"{quote(there.code)}.{wording.lang()}.html#{quote(anchor)}"


def _box(table: Element, above: dict[Element, Element]) -> Element:
    """Let a wide table scroll by itself, by mouse, finger and keyboard."""
    label = wording.word("report.table")
    if (caption := table.find(".//caption")) is not None:
        label = _words(caption) or label
        inner = _tag("span", caption.text or "")
        inner[:], caption[:], caption.text = caption[:], [inner], ""
    attributes = {"role": "group", "tabindex": "0", "aria-label": label, "class": _breadth(table)}
    return _wrap(table, Element("div", attributes), above)


def _fold(box: Element, above: dict[Element, Element]) -> None:
    """Fold a long table, its rows counted; on paper it is whole."""
    n = len([*box.iter("tr")]) - 1
    if n <= LONG or _within(box, "details", above):
        return
    said = wording.say("report.long", caption=box.get("aria-label"), n=n)
    _wrap(box, Element("details", {"class": "long"}), above).insert(0, _tag("summary", said))


def _cells(table: Element) -> list[list[Element]]:
    return [[c for c in row.iter() if c.tag in ("th", "td")] for row in table.iter("tr")]


def _align(table: Element) -> None:
    """Set the heading of numbers, and words that stand for a number, as numbers are set."""
    rows = _cells(table)
    own = {cell: cell.get("class", "").split() for row in rows for cell in row}
    numbers = {n for row in rows for n, cell in enumerate(row) if "num" in own[cell]}
    for row in rows:
        for n, cell in enumerate(row):
            heads = cell.tag == "th" and cell.get("scope") == "col"
            if n in numbers and (heads or "word" in own[cell]):
                cell.set("class", " ".join(sorted({*own[cell], "num"})))


def _breadth(table: Element) -> str:
    """Choose how a table is printed, from what its columns hold that must not be broken."""
    columns: dict[int, int] = {}
    for row in _cells(table):
        for n, cell in enumerate(row):
            words = "".join(cell.itertext()).split(" ")
            if "colspan" not in cell.attrib:
                columns[n] = max(columns.get(n, 0), *map(len, words), 0)
    for kind, glyph, gap, width in _PRINTS:
        if sum(columns.values()) * glyph + len(columns) * gap <= width:
            return kind
    return "box wide broad tight"

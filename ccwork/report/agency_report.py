"""One report of an agency from its executed notebooks; the index of a batch; its facts.

Whatever a notebook holds is cleaned cell by cell before it meets the page.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from typing import Any, Final
from urllib.parse import quote, unquote

from bs4 import BeautifulSoup, Tag
from markupsafe import Markup
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from ccwork.language import wording
from ccwork.language.notebook_editions import tags
from ccwork.read.files.cell_parsing import harmless
from ccwork.report import cell_html
from ccwork.tell import pages

SCHEMA: Final = 1
"""Version of the form of facts.json."""

HIDDEN: Final = frozenset(
    ("parameters", "injected-parameters", "setup", "exercise", "solution", "trainer")
)
"""Cells with these tags are not for the report's readers."""

COLUMNS: Final = (
    *("code", "agency", "period", "status", "reason", "warnings", "seconds", "input", "output"),
    *("ru", "en", "message"))  # fmt: skip
"""Columns of the summary of a batch."""

_PRINTS: Final = (
    ("box", 1.8, 3.0, 174),
    ("box wide", 1.5, 2.0, 174),
    ("box wide broad", 1.5, 2.0, 261),
)
"""A print of tables in style.css: mm a letter, between columns and across the paper."""
_HEADING: Final = re.compile("^#{1,6} ", re.MULTILINE)
_OUTSIDE: Final = re.compile(r"https?://|mailto:", re.IGNORECASE)
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
class _Stage:
    code: str
    title: str
    failed: str = ""
    body: BeautifulSoup | Markup | str = ""
    head: BeautifulSoup | Markup | str = ""
    parts: list[tuple[str, str]] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)

    @property
    def anchor(self) -> str:
        return f"stage-{self.code}"


def title(stage: str) -> str:
    """Return the title of a stage; a notebook of one's own is called by its file."""
    return wording.word(f"stage.{stage}") if wording.has(f"stage.{stage}") else stage


def prepared(code: str, notebook: NotebookNode, lang: str) -> _Stage:
    """Do ahead, while other stages are still computed, the greater part of :func:`render`."""
    with wording.speaking(lang):
        return _stage(code, title(code), notebook)


def render(executed: Mapping[str, NotebookNode | _Stage], cover: Cover) -> str:
    """Stitch the executed notebooks of an agency into one page.

    Parameters
    ----------
    executed
        Stage -> its executed notebook, report edition. A stage that `cover` calls failed gets
        its sentence instead; a stage in neither was not run and is left out. What
        :func:`prepared` made of a notebook, in the cover's language, will do once in its place.
    cover
        What stands round the notebooks; its language is put in force.
    """
    wording.use(cover.lang)
    if strange := sorted(set(executed) - {code for code, _ in cover.stages}):
        raise ValueError(f"`executed` must hold stages of the cover only; not {strange!r}.")
    failed = dict(cover.failed)
    stages = [
        _Stage(code, title, failed=failed[code])
        if code in failed
        else _stage(code, title, executed[code])
        for code, title in cover.stages
        if code in failed or code in executed
    ]
    for stage in stages:
        _finish(stage, {stage.code: stage for stage in stages})
    day = wording.day(cover.date) if cover.date else wording.word("report.no_date")
    period = wording.period(cover.period)
    return pages.page("report", cover=cover, date=day, period=period, stages=stages)


def facts_of_stages(executed: Mapping[str, NotebookNode]) -> list[dict[str, Any]]:
    """Gather the facts of all stages in their order; an id, led by its stage, is one fact."""
    found: dict[str, dict[str, Any]] = {}
    for stage, notebook in executed.items():
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
        for output in outputs:
            for fact in output.get("metadata", {}).get("ccwork", {}).get("facts", ()):
                name = f"{stage}.{fact['id']}"
                if name in found:
                    raise ValueError(f"`id` of a fact must be its own; not {name!r} again.")
                found[name] = fact | {"id": name}
    return list(found.values())


def facts_json(facts: Sequence[Mapping[str, Any]], cover: Cover) -> str:
    """Write facts as JSON, a fact a line; the same text for reports in every language."""

    def line(value: object) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)

    when = cover.date.isoformat() if cover.date else None
    about = {"agency": cover.code, "date": when, "period": cover.period, "schema": SCHEMA}
    rows = ",\n".join(line(fact) for fact in facts)
    return line(about)[:-1] + f', "facts": [\n{rows}\n]}}\n'


def index_page(rows: Sequence[Mapping[str, Any]]) -> str:
    """Make the page that leads to the reports of a batch: alphabetical, never ranked.

    Parameters
    ----------
    rows
        One per agency and period: code, agency, agency_lang, period (empty where the data
        could not be read), status, warnings (a number), message; ru, en: path of the report
        from the index, or empty.
    """
    shown = []
    for row in _alphabetical(rows):
        word = wording.period(row["period"]) if row["period"] else "–"
        shown.append({**row, "period_word": word, "links": list(_links(row))})
    return pages.page("batch_index", rows=shown)


def summary_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write the same rows as CSV, with codes; no cell can turn into a formula."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in _alphabetical(rows):
        writer.writerow([harmless(row.get(column, "")) for column in COLUMNS])
    return lines.getvalue()


def _alphabetical(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    def place(row: Mapping[str, Any]) -> tuple[str, ...]:
        name = row["agency"].casefold().replace("ё", "е\N{COMBINING DIAERESIS}")
        return name, row["code"], row["period"]

    return sorted(rows, key=place)


def _links(row: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for lang in wording.LANGS:
        if row[lang]:
            label = f"{row['agency']}, {wording.word(f'report.in.{lang}')}"
            yield {"lang": lang, "href": quote(row[lang]), "label": label}


def _stage(code: str, title: str, notebook: NotebookNode | _Stage) -> _Stage:
    if isinstance(notebook, _Stage):
        return notebook
    cells = list(_there([cell for cell in notebook.cells if HIDDEN.isdisjoint(tags(cell))]))
    brief = [cell for cell in cells if "summary" in tags(cell) and cell.get("outputs")]
    stage = _Stage(code, title)
    body: list[NotebookNode] = []
    for cell in cells:
        if cell not in brief:
            body.append(cell)
        elif cell is brief[0]:
            link = f"[{wording.word('report.see_summary')}](#summary-{code})"
            body.append(new_markdown_cell(link))
    stage.marks[_slug(f"summary-{code}")] = f"summary-{code}"
    stage.body = _tree(body, notebook)
    if not stage.body.find("h1"):
        stage.body.insert(0, stage.body.new_tag("h1", string=title))
    _mark(stage, stage.body, code, shift=1)
    stage.parts = _parts(stage)
    if brief:
        stage.head = _tree(brief, notebook)
        _mark(stage, stage.head, f"{code}-brief", shift=3)
    return stage


def _there(cells: Sequence[NotebookNode]) -> Iterator[NotebookNode]:
    """Leave out how to read a part that has nothing to show, and words it has said already."""
    kinds: set[str] = set()
    said: set[str] = set()
    for cell, after in zip_longest(cells, cells[1:]):
        if cell.cell_type == "markdown":
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
                    outputs.append(output)
                said.add(words)
            cell = NotebookNode(cell, outputs=outputs)
        yield cell


def _tree(cells: Sequence[NotebookNode], notebook: NotebookNode) -> BeautifulSoup:
    return BeautifulSoup(cell_html.body(cells, notebook), "html.parser")


def _mark(stage: _Stage, tree: BeautifulSoup, prefix: str, shift: int) -> None:
    """Move headings down, never skipping a level, and give every anchor an id of the page."""
    last = shift
    for n, tag in enumerate(
        tree.find_all(lambda tag: tag.name in cell_html.HEADINGS or tag.get("id")), 1
    ):
        new = f"{prefix}-{n}"
        if tag.name in cell_html.HEADINGS:
            last = min(int(tag.name[1]) + shift, last + 1, 6)
            tag.name = f"h{last}"
            if last == 2 and stage.anchor not in stage.marks.values():
                new = stage.anchor
                stage.title = tag.get_text(" ", strip=True) or stage.title
            stage.marks.setdefault(_slug(tag.get_text()), new)
        if tag.get("id"):
            stage.marks[_slug(tag["id"])] = new
        tag["id"] = new


def _slug(name: str) -> str:
    return "-".join(unquote(name).split()).casefold()


def _parts(stage: _Stage) -> list[tuple[str, str]]:
    found = [tag for tag in stage.body.find_all(["h2", "h3"]) if tag["id"] != stage.anchor]
    return [(tag["id"], tag.get_text(" ", strip=True)) for tag in found]


def _finish(stage: _Stage, stages: Mapping[str, _Stage]) -> None:
    """Mend links, pictures and tables, when the anchors of all stages are known."""
    for place in ("body", "head"):
        if tree := getattr(stage, place):
            _link(tree, stage, stages)
            for image in tree.find_all("img", src=False):
                image.decompose()
            for table in tree.find_all("table"):
                if not table.find_parent("table"):
                    _align(table)
                    _box(tree, table)
            setattr(stage, place, Markup(tree.decode()))


def _link(tree: BeautifulSoup, stage: _Stage, stages: Mapping[str, _Stage]) -> None:
    for tag in tree.find_all("a"):
        href = tag.get("href", "").strip()
        if _OUTSIDE.match(href):
            continue
        del tag["href"], tag["rel"]
        if anchor := _inside(href, stage, stages):
            tag["href"] = f"#{anchor}"
        elif not tag.get("id"):
            tag.unwrap()


def _inside(href: str, stage: _Stage, stages: Mapping[str, _Stage]) -> str:
    if href.startswith("#"):
        return stage.marks.get(_slug(href[1:]), "")
    found = _NOTEBOOK.fullmatch(unquote(href))
    if not found or found[1] not in stages:
        return ""
    there = stages[found[1]]
    return there.marks.get(_slug(found[2] or ""), there.anchor)


def _box(tree: BeautifulSoup, table: Tag) -> None:
    """Let a wide table scroll by itself, by mouse, finger and keyboard."""
    label = wording.word("report.table")
    if caption := table.find("caption"):
        label = caption.get_text(" ", strip=True) or label
        inner = tree.new_tag("span")
        inner.extend(list(caption.contents))
        caption.append(inner)
    attributes = {"role": "group", "tabindex": "0", "aria-label": label}
    attributes["class"] = _breadth(table)
    table.wrap(tree.new_tag("div", attrs=attributes))


def _align(table: Tag) -> None:
    """Set the heading of numbers, and words that stand for a number, as numbers are set."""
    rows = [row.find_all(["th", "td"]) for row in table.find_all("tr")]
    numbers = {n for row in rows for n, cell in enumerate(row) if "num" in cell.get("class", ())}
    for row in rows:
        for n, cell in enumerate(row):
            heads = cell.name == "th" and cell.get("scope") == "col"
            if n in numbers and (heads or "word" in cell.get("class", ())):
                cell["class"] = sorted({*cell.get("class", ()), "num"})


def _breadth(table: Tag) -> str:
    """Choose how a table is printed, from what its columns hold that must not be broken."""
    columns: dict[int, int] = {}
    for row in table.find_all("tr"):
        for n, cell in enumerate(row.find_all(["th", "td"])):
            words = cell.get_text().split(" ")
            if not cell.has_attr("colspan"):
                columns[n] = max(columns.get(n, 0), *map(len, words), 0)
    for kind, glyph, gap, width in _PRINTS:
        if sum(columns.values()) * glyph + len(columns) * gap <= width:
            return kind
    return "box wide broad tight"

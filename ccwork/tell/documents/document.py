"""What a brief is made of, before it becomes HTML, PDF or Word: one tree for all three."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

MARKS: Final = {"better": "▲", "worse": "▼", "quiet": "●"}
"""Meaning is told by shape and word; colour only repeats it."""


@dataclass(frozen=True)
class Run:
    """Words of one kind: where they lead to, in which other language they are, how strong."""

    words: str
    link: str = ""
    lang: str = ""
    strong: bool = False
    mark: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 (one a document) to 3."""

    level: int
    words: str
    lang: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Paragraph:
    """Words together; `style`: "", "lead" (the state) or "small" (sources)."""

    runs: Sequence[Run]
    style: str = ""


@dataclass(frozen=True)
class Bullets:
    """A list; each item holds runs."""

    items: Sequence[Sequence[Run]]


@dataclass(frozen=True)
class Picture:
    """A picture and what it says in words; `image` is a PNG or an SVG (`form`)."""

    image: bytes
    form: str
    alt: str
    caption: str = ""
    width: float = 170.0
    """Millimetres."""


@dataclass(frozen=True)
class Cell:
    """A cell of a table: runs, or a small picture; `spans` so many columns."""

    runs: Sequence[Run] = ()
    picture: Picture | None = None
    number: bool = False
    spans: int = 1


@dataclass(frozen=True)
class Table:
    """A table with a caption, headings of its columns, and rows whose first cell heads them."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[float]
    """Share of each column in the whole width; they make 1."""


@dataclass(frozen=True)
class Columns:
    """Blocks side by side on paper; one after the other where it is narrow."""

    parts: Sequence[Sequence["Block"]]


@dataclass(frozen=True)
class NewPage:
    """What follows begins a page."""


@dataclass(frozen=True)
class Contents:
    """Where each heading of level 2 is found; `words` head the list."""

    words: str


Block = Heading | Paragraph | Bullets | Picture | Table | Columns | NewPage | Contents


@dataclass(frozen=True)
class Document:
    """A brief in one language.

    Attributes
    ----------
    title, lang, day
        Of the document as a whole; `day` is the date of the data (ISO), also of the file.
    running
        The line on every page: whose it is, of when, and that it is internal.
    blocks
        In their order.
    by_hand
        Whether it is a sheet to write on: on paper its words are larger and its cells ruled.
    """

    title: str
    lang: str
    day: str
    running: str
    blocks: Sequence[Block] = field(default_factory=list)
    by_hand: bool = False


def paragraph_of(words: str, style: str = "", **run: Any) -> Paragraph:
    """Return a paragraph of one run."""
    return Paragraph([Run(words, **run)], style)


def cell_of(words: str, *, number: bool = False, spans: int = 1, **run: Any) -> Cell:
    """Return a cell of one run."""
    return Cell([Run(words, **run)], number=number, spans=spans)


def flat(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield blocks in their order, those side by side one after the other."""
    for block in blocks:
        if isinstance(block, Columns):
            for part in block.parts:
                yield from flat(part)
        else:
            yield block


def pictures(blocks: Sequence[Block]) -> Iterator[Picture]:
    """Yield all pictures in their order, those of tables among them."""
    for block in flat(blocks):
        if isinstance(block, Picture):
            yield block
        elif isinstance(block, Table):
            yield from (cell.picture for row in block.rows for cell in row if cell.picture)


def words(blocks: Sequence[Block]) -> Iterator[str]:
    """Yield all words of blocks in their order, alternative texts among them."""
    for block in flat(blocks):
        match block:
            case Heading() | Contents():
                yield block.words
            case Paragraph():
                yield "".join(run.words for run in block.runs)
            case Bullets():
                yield from ("".join(run.words for run in item) for item in block.items)
            case Picture():
                yield from filter(None, (block.caption, block.alt))
            case Table():
                yield from filter(None, (block.caption, *block.heads))
                for cell in (cell for row in block.rows for cell in row):
                    yield "".join(run.words for run in cell.runs)
                    if cell.picture:
                        yield cell.picture.alt

"""What is printed for a course: sheets to fill in, agenda, trainer's notes, knowledge checks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from ccwork.language import wording
from ccwork.language.resources import resource_rows
from ccwork.learn.course import course_plan, notebook_headings
from ccwork.learn.course.course_plan import Step, in_force
from ccwork.tell.documents import document as doc

ROOM: Final = "\u00a0\n\u00a0\n\u00a0"
"""Three empty lines in a cell: room to write by hand (our choice)."""

ROWS: Final = ("row", "fill", "blank", "term", "case")
"""Kinds of rows of a table: as given, with room to write, so many empty ones, from a list."""


def document(title: str, course: str, blocks: Iterable[doc.Block]) -> doc.Document:
    """Return a document of a course: its title on top, the title of the course on every page."""
    running = ". ".join([*dict.fromkeys((course, title)), wording.word("course.invented")])
    whole = [doc.Heading(1, title), *blocks]
    return doc.Document(title, wording.lang(), course_plan.DAY, running, whole, by_hand=True)


def blocks(code: str, course: str) -> Iterator[doc.Block]:
    """Yield what stands on a sheet of a course: made from its plan, else from ``blocks.csv``."""
    if code in ("agenda", "notes"):
        yield from agenda(course) if code == "agenda" else notes(course)
    elif code in ("check_before", "check_after"):
        yield from knowledge_form(code.removeprefix("check_"))
    elif code == "key":
        yield from (block for form in ("before", "after") for block in knowledge_key(form))
    else:
        if code == "certificate":
            said = [course_plan.course_title(course, part) for part in ("", "length")]
            yield doc.paragraph_of("\n".join(said), "lead")
        yield from sheet(code)


def sheet(code: str) -> Iterator[doc.Block]:
    """Yield what stands on a sheet, from ``blocks.csv``, in the language in force."""
    rows = [row for row in resource_rows("courses", "blocks.csv") if row["sheet"] == code]
    made: list[doc.Block] = []
    for row in rows:
        _put(made, row["kind"], in_force(row), row["widths"])
    yield from made


def _put(made: list[doc.Block], kind: str, words: str, widths: str) -> None:
    """Put one row of a sheet at its end; lists and tables grow."""
    last = made[-1] if made else None
    if kind == "h":
        made.append(doc.Heading(2, words))
    elif kind == "page":
        made.append(doc.NewPage())
    elif kind == "li" and isinstance(last, doc.Bullets):
        made[-1] = doc.Bullets([*last.items, [doc.Run(words)]])
    elif kind == "li":
        made.append(doc.Bullets([[doc.Run(words)]]))
    elif kind == "table":
        shares = [float(share) for share in widths.split()]
        made.append(doc.Table("", words.split("|"), [], [one / sum(shares) for one in shares]))
    elif kind in ROWS and isinstance(last, doc.Table):
        rows = [*last.rows, *_rows(kind, words, len(last.heads))]
        made[-1] = replace(last, rows=rows)
    else:
        made.append(doc.paragraph_of(words, "" if kind == "p" else kind))


def _rows(kind: str, words: str, columns: int) -> Iterator[Sequence[doc.Cell]]:
    """Yield rows of a table: as given, to be filled in, a term, a case, or so many empty ones."""
    if kind == "blank":
        yield from [[doc.cell_of(ROOM)] * columns] * int(words)
    elif kind == "term":
        yield strong_row(wording.word(f"term.{words}"), wording.meaning(f"term.{words}"))
    elif kind == "case":
        case = next(r for r in resource_rows("catalogue", "cases.csv") if r["case"] == words)
        told = [doc.Run(in_force(case), strong=True), doc.Run("\n" + in_force(case, "happened"))]
        source = doc.Run(f"\n{wording.say('course.source', source=case['source'])}")
        yield [doc.Cell([*told, source]), doc.cell_of(ROOM)]
    else:
        room = ROOM if kind == "fill" else ""
        yield strong_row(*(cell or room for cell in words.split("|")))


def strong_row(first: str, *rest: str) -> list[doc.Cell]:
    """Return a row of a table; its first cell is strong."""
    return [doc.cell_of(first, strong=True), *map(doc.cell_of, rest)]


def _table(code: str, rows: Sequence[Sequence[doc.Cell]], *widths: float) -> doc.Table:
    """Return a table without a caption: the heading above it says what it is."""
    return doc.Table("", wording.word(f"course.heads_{code}").split("|"), rows, widths)


def days(steps: Iterable[Step]) -> Iterator[tuple[int, list[Step]]]:
    """Yield each day and its steps."""
    yield from ((day, list(own)) for day, own in groupby(steps, key=lambda step: step.day))


def agenda(course: str) -> Iterator[doc.Block]:
    """Yield the agenda of a course: when, what, how, from which notebook."""
    steps = course_plan.course_steps(course)
    yield doc.paragraph_of(course_plan.course_title(course, "length"), "lead")
    yield doc.paragraph_of(wording.word("course.nominal"))
    for day, found in days(steps):
        yield from [doc.NewPage()] * (day > 1)
        yield doc.Heading(2, wording.say("course.day", day=day))
        rows = [[doc.cell_of(step.clock()), _what(step), *_how(step)] for step in found]
        yield _table("agenda", rows, 0.14, 0.52, 0.13, 0.21)


def _what(step: Step) -> doc.Cell:
    named = doc.Run(in_force(step.about), strong=not step.pauses())
    aim = in_force(step.about, "aim")
    return doc.Cell([named, doc.Run(f"\n{aim}")] if aim else [named])


def _how(step: Step) -> Iterator[doc.Cell]:
    kind = "" if step.pauses() else wording.word(f"course.kind_{step.about['kind']}")
    yield from map(doc.cell_of, (kind, step.about["notebook"]))


def notes(course: str) -> Iterator[doc.Block]:
    """Yield the trainer's notes: what to prepare, then every step with its typical mistake."""
    steps = course_plan.course_steps(course)
    working = sum(step.minutes for step in steps if not step.pauses())
    active = sum(step.minutes for step in steps if step.works())
    share = wording.percent(100 * active / working, 0)
    yield doc.paragraph_of(wording.say("course.active", share=share), "lead")
    yield from sheet("notes")
    printed = [strong_row(in_force(row), wording.word(f"course.per_{row['per']}"))
               for row in course_plan.sheets(course) if row["per"]]  # fmt: skip
    yield _table("print", printed, 0.6, 0.4)
    for day, found in days(steps):
        yield from [doc.NewPage()] * (day > 1)
        yield doc.Heading(2, wording.say("course.day", day=day))
        rows = [_note(step) for step in found if not step.pauses()]
        yield _table("notes", rows, 0.16, 0.5, 0.34)


def _note(step: Step) -> list[doc.Cell]:
    about = step.about
    time = wording.say("course.minutes", clock=step.clock(), minutes=step.minutes)
    runs = [doc.Run(in_force(about), strong=True), doc.Run("\n" + in_force(about, "do"))]
    if about["cells"]:
        heads = notebook_headings.headings_over(about["notebook"], about["cells"].split())
        where = wording.say("course.parts", notebook=about["notebook"], parts="; ".join(heads))
        runs.append(doc.Run(f"\n{where}"))
    return [doc.cell_of(time), doc.Cell(runs), doc.cell_of(in_force(about, "mistake"))]


def knowledge_form(form: str) -> Iterator[doc.Block]:
    """Yield the questions of a form with room for marks, and no answers."""
    yield from sheet("check")
    rows = []
    for number, item in enumerate(course_plan.knowledge(form), 1):
        asked = doc.cell_of(in_force(item, "question"), strong=True)
        given = "\n".join(f"□ {choice}) {in_force(item, choice)}" for choice in "abcd")
        rows.append([doc.cell_of(str(number)), asked, doc.cell_of(given)])
    yield _table("check", rows, 0.05, 0.38, 0.57)


def knowledge_key(form: str) -> Iterator[doc.Block]:
    """Yield the right answers of a form and why each is right."""
    titles = {row["sheet"]: row for row in resource_rows("courses", "sheets.csv")}
    yield doc.Heading(2, in_force(titles[f"check_{form}"]))
    rows = []
    for number, item in enumerate(course_plan.knowledge(form), 1):
        right = f"{item['right']}) {in_force(item, item['right'])}"
        rows.append(strong_row(str(number), item["item"], right, in_force(item, "why")))
    yield _table("key", rows, 0.05, 0.16, 0.34, 0.45)

"""What is printed for a course: sheets to fill in, agenda, trainer's notes, knowledge checks."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from ccwork.language import wording
from ccwork.language.resources import resource_rows
from ccwork.learn.course import course_plan, notebook_headings
from ccwork.learn.course.course_plan import Step, in_force
from ccwork.tell.documents.document import (
    Block,
    Bullets,
    Cell,
    Document,
    Heading,
    NewPage,
    Paragraph,
    Run,
    Table,
)

ROOM: Final = "\u00a0\n\u00a0\n\u00a0"
"""Three empty lines in a cell: room to write by hand (our choice)."""

ROWS: Final = ("row", "fill", "blank", "term", "case")
"""Kinds of rows of a table: as given, with room to write, so many empty ones, from a list."""


def document(title: str, course: str, blocks: Iterable[Block]) -> Document:
    """Return a document of a course: its title on top, the title of the course on every page."""
    running = ". ".join([*dict.fromkeys((course, title)), wording.word("course.invented")])
    whole = [Heading(1, title), *blocks]
    return Document(title, wording.lang(), course_plan.DAY, running, whole, by_hand=True)


def blocks(code: str, course: str) -> Iterator[Block]:
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
            yield Paragraph([Run("\n".join(said))], "lead")
        yield from sheet(code)


def sheet(code: str) -> Iterator[Block]:
    """Yield what stands on a sheet, from ``blocks.csv``, in the language in force."""
    rows = [row for row in resource_rows("courses", "blocks.csv") if row["sheet"] == code]
    made: list[Block] = []
    for row in rows:
        _put(made, row["kind"], in_force(row), row["widths"])
    yield from made


def _put(made: list[Block], kind: str, words: str, widths: str) -> None:
    """Put one row of a sheet at its end; lists and tables grow."""
    last = made[-1] if made else None
    if kind == "h":
        made.append(Heading(2, words))
    elif kind == "page":
        made.append(NewPage())
    elif kind == "li" and isinstance(last, Bullets):
        made[-1] = Bullets([*last.items, [Run(words)]])
    elif kind == "li":
        made.append(Bullets([[Run(words)]]))
    elif kind == "table":
        shares = [float(share) for share in widths.split()]
        heads = words.split("|")
        made.append(table(heads, [], [share / sum(shares) for share in shares]))
    elif kind in ROWS and isinstance(last, Table):
        made[-1] = table(
            last.heads, [*last.rows, *_rows(kind, words, len(last.heads))], last.widths
        )
    else:
        made.append(Paragraph([Run(words)], "" if kind == "p" else kind))


def _rows(kind: str, words: str, columns: int) -> Iterator[Sequence[Cell]]:
    """Yield rows of a table: as given, to be filled in, a term, a case, or so many empty ones."""
    if kind == "blank":
        yield from [[Cell([Run(ROOM)])] * columns] * int(words)
    elif kind == "term":
        yield strong_row(wording.word(f"term.{words}"), wording.meaning(f"term.{words}"))
    elif kind == "case":
        case = next(r for r in resource_rows("catalogue", "cases.csv") if r["case"] == words)
        told = [Run(in_force(case), strong=True), Run("\n" + in_force(case, "happened"))]
        source = Run(f"\n{wording.say('course.source', source=case['source'])}")
        yield [Cell([*told, source]), Cell([Run(ROOM)])]
    else:
        room = ROOM if kind == "fill" else ""
        yield strong_row(*(cell or room for cell in words.split("|")))


def strong_row(first: str, *rest: str) -> list[Cell]:
    """Return a row of a table; its first cell is strong."""
    return [Cell([Run(first, strong=True)]), *(Cell([Run(words)]) for words in rest)]


def table(heads: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[float]) -> Table:
    """Return a table without a caption: the heading above it says what it is."""
    return Table("", heads, list(rows), widths)


def _heads(code: str) -> list[str]:
    return wording.word(f"course.heads_{code}").split("|")


def days(steps: Iterable[Step]) -> Iterator[tuple[int, list[Step]]]:
    """Yield each day and its steps."""
    for day, found in groupby(steps, key=lambda step: step.day):
        yield day, list(found)


def agenda(course: str) -> Iterator[Block]:
    """Yield the agenda of a course: when, what, how, from which notebook."""
    steps = course_plan.course_steps(course)
    yield Paragraph([Run(course_plan.course_title(course, "length"))], "lead")
    yield Paragraph([Run(wording.word("course.nominal"))])
    for day, found in days(steps):
        yield from [NewPage()] * (day > 1)
        yield Heading(2, wording.say("course.day", day=day))
        rows = [[Cell([Run(step.clock())]), _what(step), *_how(step)] for step in found]
        yield table(_heads("agenda"), rows, (0.14, 0.52, 0.13, 0.21))


def _what(step: Step) -> Cell:
    named = Run(in_force(step.about), strong=not step.pauses())
    aim = in_force(step.about, "aim")
    return Cell([named, Run(f"\n{aim}")] if aim else [named])


def _how(step: Step) -> Iterator[Cell]:
    kind = "" if step.pauses() else wording.word(f"course.kind_{step.about['kind']}")
    yield from (Cell([Run(words)]) for words in (kind, step.about["notebook"]))


def notes(course: str) -> Iterator[Block]:
    """Yield the trainer's notes: what to prepare, then every step with its typical mistake."""
    steps = course_plan.course_steps(course)
    working = sum(step.minutes for step in steps if not step.pauses())
    active = sum(step.minutes for step in steps if step.works())
    share = wording.percent(100 * active / working, 0)
    yield Paragraph([Run(wording.say("course.active", share=share))], "lead")
    yield from sheet("notes")
    printed = [strong_row(in_force(row), wording.word(f"course.per_{row['per']}"))
               for row in course_plan.sheets(course) if row["per"]]  # fmt: skip
    yield table(_heads("print"), printed, (0.6, 0.4))
    for day, found in days(steps):
        yield from [NewPage()] * (day > 1)
        yield Heading(2, wording.say("course.day", day=day))
        rows = [_note(step) for step in found if not step.pauses()]
        yield table(_heads("notes"), rows, (0.16, 0.5, 0.34))


def _note(step: Step) -> list[Cell]:
    about = step.about
    time = wording.say("course.minutes", clock=step.clock(), minutes=step.minutes)
    runs = [Run(in_force(about), strong=True), Run("\n" + in_force(about, "do"))]
    if about["cells"]:
        heads = notebook_headings.headings_over(about["notebook"], about["cells"].split())
        where = wording.say("course.parts", notebook=about["notebook"], parts="; ".join(heads))
        runs.append(Run(f"\n{where}"))
    return [Cell([Run(time)]), Cell(runs), Cell([Run(in_force(about, "mistake"))])]


def knowledge_form(form: str) -> Iterator[Block]:
    """Yield the questions of a form with room for marks, and no answers."""
    yield from sheet("check")
    rows = []
    for number, item in enumerate(course_plan.knowledge(form), 1):
        asked = Run(in_force(item, "question"), strong=True)
        given = "\n".join(f"□ {choice}) {in_force(item, choice)}" for choice in "abcd")
        rows.append([Cell([Run(str(number))]), Cell([asked]), Cell([Run(given)])])
    yield table(_heads("check"), rows, (0.05, 0.38, 0.57))


def knowledge_key(form: str) -> Iterator[Block]:
    """Yield the right answers of a form and why each is right."""
    titles = {row["sheet"]: row for row in resource_rows("courses", "sheets.csv")}
    yield Heading(2, in_force(titles[f"check_{form}"]))
    rows = []
    for number, item in enumerate(course_plan.knowledge(form), 1):
        right = f"{item['right']}) {in_force(item, item['right'])}"
        why = [Run(in_force(item, "why"))]
        rows.append([*strong_row(str(number), item["item"], right), Cell(why)])
    yield table(_heads("key"), rows, (0.05, 0.16, 0.34, 0.45))

"""Notebooks that only lead: the way through a course, and the glossary."""

from itertools import groupby
from typing import Final

import nbformat

from ccwork.language import wording
from ccwork.learn.course import course_plan, notebook_headings, printed_sheets
from ccwork.learn.course.course_plan import in_force

FIRST: Final = "0_start.ipynb"
GLOSSARY: Final = "glossary.ipynb"


def _notebook(cells: list[str]) -> bytes:
    made = nbformat.v4.new_notebook(metadata={"language_info": {"name": "python"}})
    made.cells = [nbformat.v4.new_markdown_cell(words, id=f"way-{number:02}")
                  for number, words in enumerate(cells)]  # fmt: skip
    return (nbformat.writes(made) + "\n").encode()


def way(course: str) -> bytes:
    """Return the notebook that leads through a course: its days, its notebooks, its minutes."""
    cells = [wording.say("course.way", glossary=GLOSSARY, course=course_plan.course_title(course))]
    for day, steps in printed_sheets.days(course_plan.course_steps(course)):
        lines = [f"## {wording.say('course.day', day=day)}", ""]
        for step in steps:
            book = step.about["notebook"]
            said = {"clock": step.clock(), "step": in_force(step.about), "minutes": step.minutes}
            link = f"[{notebook_headings.notebook_title(book)}]({book}.ipynb)" if book else ""
            lines.append("* " + wording.say("course.way_step", **said) + f" {link}".rstrip())
        cells.append("\n".join(lines))
    cells.append(wording.say("course.way_end", first=FIRST, own="0_my_data.ipynb"))
    return _notebook(cells)


def glossary_notebook() -> bytes:
    """Return the glossary as a notebook: words by the alphabet, a cell a letter, sources."""
    rows = [row for row in wording.terms().values() if row["code"].startswith("term.")]
    cells = [wording.say("course.glossary", n=len(rows))]
    for letter, found in groupby(sorted(rows, key=_letters), key=lambda row: _letters(row)[0]):
        lines = [f"## {letter.upper()}"]
        lines += [f"**{in_force(row)}**  \n{in_force(row, 'meaning')}  \n"
                  f"*{row['source']}*" for row in found]  # fmt: skip
        cells.append("\n\n".join(lines))
    return _notebook(cells)


def _letters(row: dict[str, str]) -> str:
    """Return a word as the alphabet has it."""
    return in_force(row).strip("«“").casefold().replace("ё", "е")

"""A course as data: its steps in their order, how long each lasts, what each needs."""

from dataclasses import dataclass
from typing import Final

from ccwork.language import wording
from ccwork.language.problems import DataProblems, Problem
from ccwork.language.resources import resource_rows

ACTIVE: Final = ("pair", "role", "exercise", "check")
"""Kinds of steps in which learners do the work; they take half of a course or more (ours)."""

PAUSES: Final = ("break", "lunch")
BEGINS: Final = 9 * 60 + 30
"""Minutes after midnight at which a day begins: our choice, a trainer moves it."""

DAY: Final = "2026-06-30"
"""Of the course's materials: the date on every sheet, so that each run writes the same bytes."""


def in_force(row: dict[str, str], part: str = "") -> str:
    """Return a part of a row (empty: its name) in the language in force."""
    return row[f"{part}_{wording.lang()}".lstrip("_")]


@dataclass(frozen=True)
class Step:
    """A step of a course: when it begins, how long it lasts, and its row of ``steps.csv``."""

    day: int
    begins: int
    minutes: int
    about: dict[str, str]

    def clock(self) -> str:
        """Return from when to when it lasts: ``9:30–10:15``."""
        ends = (divmod(minute, 60) for minute in (self.begins, self.begins + self.minutes))
        return "–".join(f"{hour}:{minute:02}" for hour, minute in ends)

    def works(self) -> bool:
        """Tell whether learners do the work in it."""
        return self.about["kind"] in ACTIVE

    def pauses(self) -> bool:
        """Tell whether it is a break."""
        return self.about["kind"] in PAUSES


def course_title(course: str, part: str = "") -> str:
    """Return what a course is called in the language in force; `part` "length": how long it is.

    Raises
    ------
    DataProblems
        When there is no such course.
    """
    known = {row["course"]: row for row in resource_rows("courses", "courses.csv")}
    if course not in known:
        values = {"found": course, "known": ", ".join(known)}
        raise DataProblems([Problem("course_unknown", values=values)])
    return in_force(known[course], part)


def course_steps(course: str) -> list[Step]:
    """Return the steps of a course in their order, each with the time at which it begins."""
    about = {row["step"]: row for row in resource_rows("courses", "steps.csv")}
    made: list[Step] = []
    for row in resource_rows("courses", "plan.csv"):
        if row["course"] == course:
            day = int(row["day"])
            last = made[-1] if made and made[-1].day == day else None
            begins = last.begins + last.minutes if last else BEGINS
            made.append(Step(day, begins, int(row["minutes"]), about[row["step"]]))
    return made


def sheets(course: str) -> list[dict[str, str]]:
    """Return the sheets the steps of a course use (rows of ``sheets.csv``), by their first use."""
    known = {row["sheet"]: row for row in resource_rows("courses", "sheets.csv")}
    used = [code for step in course_steps(course) for code in step.about["sheets"].split()]
    return [known[code] for code in dict.fromkeys(used)]


def knowledge(form: str) -> list[dict[str, str]]:
    """Return the questions of a form: "before" or "after"."""
    rows = resource_rows("catalogue", "knowledge.csv")
    return [row for row in rows if row["form"] in (form, "both")]


def knowledge_sheet() -> str:
    """Return ``knowledge.csv`` of a learner: a row a question of either check, no answers yet."""
    asked = [
        f"{form},{number},{row['item']},"
        for form in ("before", "after")
        for number, row in enumerate(knowledge(form), 1)
    ]
    return "\n".join(["test,number,item,answer", *asked, ""])

"""What is wrong with the input, where, and how to mend it: values, not prints."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ccwork.language import wording
from ccwork.language.wording import Both

PLACES = 20
"""So many cells are named for one kind of problem; the rest are counted (our choice)."""

LONGEST = 300
"""So much of what stands in a file is quoted (our choice)."""

NAMED_EACH = ("unknown_code", "unknown_code_like", "code_zeros", "not_choice", "unknown_name_like",
              "name_shared", "scale_assumed", "scale_converted", "scale_unread", "level_absent",
              "answers_many")  # fmt: skip
"""Problems whose sentence names what is to be mended: each value has its own."""


@dataclass(frozen=True)
class Problem:
    """One kind of thing wrong in one place of the input.

    Attributes
    ----------
    code
        Names the two sentences in ``terms/read_problems.csv``: ``problem.<code>`` says what is
        wrong, ``fix.<code>`` how to mend it; both are filled from `values`.
    file, sheet, column
        Where: file name without folders, sheet of a book, heading as it stands in the file.
    cells
        Excel addresses ("C7"); for text files as well, so that they can be found in Excel.
    values
        What the sentences need.
    grave
        False for a warning: the run goes on.
    """

    code: str
    file: str = ""
    sheet: str = ""
    column: str | Both = ""
    cells: tuple[str, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    grave: bool = True

    def __str__(self) -> str:
        said = " ".join(self.sentences)
        return f"{self.place}: {said}" if self.place else said

    @property
    def place(self) -> str:
        """Where it stands, in the language in force: file, sheet, column, cells."""
        where = [self.file]
        if self.sheet:
            where.append(wording.say("problem_sheet", sheet=self.sheet))
        if self.column:
            named = self.column if isinstance(self.column, Both) else self.column[:LONGEST]
            kind = "key" if self.file.endswith(".toml") else "column"
            where.append(wording.say(f"problem_{kind}", column=named))
        if self.cells:
            where.append(first(spans(self.cells)))
        return ", ".join(part for part in where if part)

    @property
    def sentences(self) -> tuple[str, str]:
        """What is wrong and how to mend it, in the language in force."""
        codes = f"problem.{self.code}", f"fix.{self.code}"
        values = {name: value[:LONGEST] + "…" * (len(value) > LONGEST)
                  if isinstance(value, str) and name == "found" else value
                  for name, value in self.values.items()}  # fmt: skip
        what, fix = (wording.say(code, **values) for code in codes)
        return what, fix


def spans(cells: Sequence[str]) -> list[str]:
    """Join cells below one another, three or more, into ranges.

    Examples
    --------
    >>> spans(["D5", "D6", "D7", "Q1!D9", "E1"])
    ['D5:D7', 'Q1!D9', 'E1']
    """
    runs: list[tuple[str, int, int]] = []
    for cell in cells:
        column = cell.rstrip("0123456789")
        row = int(cell[len(column) :] or 0)
        if runs and row and (column, row - 1) == (runs[-1][0], runs[-1][2]):
            runs[-1] = column, runs[-1][1], row
        else:
            runs.append((column, row, row))
    found = []
    for column, top, bottom in runs:
        bare = column.rpartition("!")[2]
        many = [f"{column}{row or ''}" for row in range(top, bottom + 1)]
        found += many if len(many) < 3 else [f"{many[0]}:{bare}{bottom}"]  # two need no range
    return found


def first(names: Sequence[str], most: int = PLACES) -> str:
    """Name the first of many things and count the rest."""
    shown = ", ".join(names[:most])
    more = len(names) - most
    return wording.say("problem_more", shown=shown, n=more) if more > 0 else shown


def together(problems: Iterable[Problem]) -> list[Problem]:
    """Join problems of one kind in one column: one sentence, all its cells.

    Different unknown codes are different problems: each is named.
    """
    first: dict[tuple[object, ...], Problem] = {}
    cells: dict[tuple[object, ...], list[str]] = {}
    for problem in problems:
        key = (problem.code, problem.file, problem.sheet, problem.column, problem.grave)
        if not problem.cells or problem.code in NAMED_EACH:
            key += (tuple(sorted((name, str(value)) for name, value in problem.values.items())),)
        first.setdefault(key, problem)
        cells.setdefault(key, []).extend(problem.cells)
    return [
        replace(problem, cells=tuple(dict.fromkeys(cells[key]))) for key, problem in first.items()
    ]


class DataProblems(Exception):
    """All that is wrong with the input at once; its text is in the language in force."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = together(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        grave = [problem for problem in self.problems if problem.grave]
        lines = [wording.say("problems_found", n=len(grave))]
        return "\n".join(lines + [f"{i}. {problem}" for i, problem in enumerate(grave, 1)])

    def _render_traceback_(self) -> list[str]:
        """Show the sentences alone, in place of a traceback, in a notebook."""
        return str(self).splitlines()

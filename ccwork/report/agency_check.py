"""All that is wrong with an agency: its tables, and what people wrote against the method."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ccwork.language import wording
from ccwork.language.command_words import problem_line
from ccwork.language.markup import element
from ccwork.language.problems import DataProblems, Problem, together
from ccwork.measure import who_answered
from ccwork.read import loading, places
from ccwork.read.form import form_book
from ccwork.read.workbook import Workbook
from ccwork.stages.cascade import causes_of_misses, position_indicators
from ccwork.stages.kpi import target_values
from ccwork.stages.my_data import further_tables
from ccwork.stages.one_process import process_choice
from ccwork.stages.plan import experiment_plan
from ccwork.stages.recognition import told_register
from ccwork.stages.scale import change_register
from ccwork.tell import pages


def rules() -> dict[str, Callable[[Workbook], Iterator[Problem]]]:
    """Return all rules of the stages: table -> what judges the rows in it."""
    return {
        "targets": target_values.problems,
        "causes": causes_of_misses.problems,
        "indicators": position_indicators.problems,
        "choices": process_choice.problems,
        "trials": change_register.problems,
        "told": told_register.problems,
        "answers": who_answered.problems,
    }


def checked(data: str, agency: str, period: str) -> tuple[Workbook | None, list[Problem]]:
    """Name all that is wrong with one agency; parameters as for ``loading.load``.

    What breaks a rule of the method is a warning, named by the file it stands in: a report is
    made all the same, and says so in its place. What stops the reading is one of the problems:
    other agencies are checked all the same.

    Returns
    -------
    tuple
        The workbook, None where anything grave keeps it from being read, and the problems.
    """
    try:
        work, problems = loading.read_and_check(data, agency, period)
        more = against_rules(work, places.find(data, agency)) if work else ()
    except DataProblems as found:
        return None, found.problems
    except OSError as error:
        return None, [Problem("file_locked", Path(str(error.filename or agency)).name)]
    return work, together([*problems, *more])


def told(
    agencies: Sequence[str], data: str, period: str, back: Path | None
) -> Iterator[tuple[list[str], bool]]:
    """Yield what is said of each agency, line by line, and whether it is clean.

    `back` is where the problems go that are sent back: a page or a book, None for nowhere.
    """
    for agency in agencies:
        work, problems = checked(data, agency, period)
        grave = sum(problem.grave for problem in problems)
        counts = {"n": grave, "warnings": len(problems) - grave}
        verdict = wording.say("cli.checked", agency=agency, **counts)
        further = further_tables.lines(work) if work and not grave else ()
        lines = [verdict, *(f"  {line}" for line in (*map(problem_line, problems), *further))]
        if back:
            send_back(back, places.find(data, agency), problems)
            lines.append(wording.say("form.returned", path=str(back)))
        yield lines, not grave


def send_back(path: Path, folder: Path, problems: Sequence[Problem]) -> None:
    """Write the problems to send back: a page where the name ends in .html, else a book."""
    if path.suffix.lower() not in (".html", ".htm"):
        form_book.returned(path, folder, problems)
        return
    rows = [[element("td", said) for said in form_book.row_of(each)] for each in problems]
    heads = [wording.word(f"form.back_{head}") for head in form_book.HEADS]
    table = {"caption": "", "absent": "" if rows else wording.word("form.back_none"),
             "heads": heads, "rows": rows, "source": ""}  # fmt: skip
    about = {"title": wording.word("form.problems"), "agency": folder.name, "period": ""}
    made = pages.page("sheet", signed=False, tables=[table], **about)
    path.write_text(made, encoding="utf-8", newline="\n")


def against_rules(work: Workbook, folder: Path) -> Iterator[Problem]:
    """Name what people wrote against the method, in the language in force.

    Grave is only what stops a stage: a plan in the folder that cannot be read.
    """
    loading.learn_names(work)
    yield from experiment_plan.files_wrong(folder, work.catalogue)
    for table, judge in rules().items():
        for problem in judge(work) if table in work.tables else ():
            yield replace(problem, file=", ".join(work.files(table)), grave=False)

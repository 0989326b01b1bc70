"""All that is wrong with an agency: its tables, and what people wrote against the method."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from ccwork.language.problems import DataProblems, Problem
from ccwork.measure import who_answered
from ccwork.read import loading, places
from ccwork.read.workbook import Workbook
from ccwork.stages.cascade import causes_of_misses, position_indicators
from ccwork.stages.kpi import target_values
from ccwork.stages.one_process import process_choice
from ccwork.stages.plan import experiment_plan
from ccwork.stages.recognition import told_register
from ccwork.stages.scale import change_register


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


def problems_of(data: str, agency: str, period: str) -> list[Problem]:
    """Name all that is wrong with one agency; parameters as for ``loading.load``.

    What breaks a rule of the method is a warning, named by the file it stands in: a report is
    made all the same, and says so in its place. What stops the reading is one of the problems:
    other agencies are checked all the same.
    """
    try:
        work, problems = loading.read_and_check(data, agency, period)
        return [*problems, *(against_rules(work, places.find(data, agency)) if work else ())]
    except DataProblems as found:
        return found.problems
    except OSError as error:
        return [Problem("file_locked", Path(str(error.filename or agency)).name)]


def against_rules(work: Workbook, folder: Path) -> Iterator[Problem]:
    """Name what people wrote against the method, in the language in force.

    Grave is only what stops a stage: a plan in the folder that cannot be read.
    """
    loading.learn_names(work)
    yield from experiment_plan.files_wrong(folder, work.catalogue)
    for table, judge in rules().items():
        for problem in judge(work) if table in work.tables else ():
            yield replace(problem, file=", ".join(work.files(table)), grave=False)

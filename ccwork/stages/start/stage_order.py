"""The stages in their order: on which skipped one a stage rests. Nothing refuses to run."""

from typing import Final

import pandas as pd

from ccwork.language import wording
from ccwork.read.workbook import Workbook
from ccwork.tell.tables import about

DONE: Final = {
    "1_face_the_problem": ("visits", "needs", "checks"),
    "2_core_team": ("people",),
    "3_one_process": ("steps", "choices", "redesign"),
    "4_scale": ("changes", "trials"),
}
"""Stage -> the tables any of which shows that it was begun (our choice)."""


def skipped(work: Workbook, stage: int) -> pd.DataFrame:
    """Say which earlier stages left no trace in the data: what a stage rests on and has not.

    Parameters
    ----------
    stage
        2 to 5.

    Returns
    -------
    DataFrame
        One row per stage skipped: ``stage_skipped``, ``without_it`` what cannot be relied on,
        ``bring_any``, the tables that would show it. No rows where all earlier stages were begun.

    Notes
    -----
    Zhurikhin 2023: not fast but in sequence, stage by stage.
    """
    found = [
        {"stage_skipped": code, "without_it": code,
         "bring_any": ", ".join(f"«{wording.name('table', each)}» ({each})" for each in tables)}
        for code, tables in DONE.items()
        if int(code[0]) < stage and not any(len(work.table(each)) for each in tables)
    ]  # fmt: skip
    table = pd.DataFrame(found, columns=["stage_skipped", "without_it", "bring_any"])
    of = [each for code, tables in DONE.items() if int(code[0]) < stage for each in tables]
    return about(table, "skipped", work, key=["stage_skipped"], of=of)

"""The case bank: what others did, what it teaches, and where it is written."""

from typing import Final

import pandas as pd

from ccwork.read.workbook import Workbook
from ccwork.tell.tables import about, said

SHIPPED: Final = "cases.csv"
"""The common bank, which comes with ccwork."""

SPOKEN: Final = ("happened", "teaches")
COLUMNS: Final = ["example", "stage_of", "kpi", *SPOKEN, "case_source", "wording"]


def known_cases(work: Workbook, stage: int = 0) -> pd.DataFrame:
    """Return the cases of one stage, or all of them: the common bank and the agency's own.

    Parameters
    ----------
    stage
        1 to 5, 6 for the indicators, 0 for all.

    Returns
    -------
    DataFrame
        One row per case: ``example`` (its code), ``stage_of``, ``kpi``, what ``happened`` and
        what it ``teaches`` in the language in force (else in the other), ``case_source`` and
        ``wording``: quoted or paraphrased. In the order of the bank: no case is the best one.

    Notes
    -----
    Examples popularise what works: Roskachestvo on client-ocracy, Zhurikhin 2023.
    """
    rows = work.catalogues["cases"].rename(
        columns={"source": "case_source", "stage": "stage_of", "seen": "wording"}
    )
    rows = rows.rename_axis("example").reset_index()
    rows = rows[rows["stage_of"].eq(stage) | (stage == 0)]
    rows = rows.assign(**{column: said(rows.fillna(""), column) for column in SPOKEN})
    rows = about(rows[COLUMNS], "cases", work, key=["example"], of=["catalogue_cases"])
    rows.attrs["files"] = [SHIPPED, *rows.attrs["files"]]
    return rows

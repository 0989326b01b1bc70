"""The case bank: what others did, what it teaches, and where it is written."""

import pandas as pd

from ccwork.read.workbook import Workbook
from ccwork.tell.tables import about, said


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
    spoken = {column: said(rows.fillna(""), column) for column in ("happened", "teaches")}
    rows = about(rows.assign(**spoken), "cases", work, key=["example"], of=["catalogue_cases"])
    rows.attrs["files"] = ["cases.csv", *rows.attrs["files"]]
    return rows

"""The documents the method rests on, and whether the authors of ccwork read their text."""

import pandas as pd

from ccwork.language import wording
from ccwork.read.workbook import Workbook
from ccwork.tell.tables import about


def legal_bases(work: Workbook) -> pd.DataFrame:
    """Return the legal bases: what each is for here, and what of its text was seen.

    Returns
    -------
    DataFrame
        One row per document: ``legal_basis``, ``used_for``, ``text_seen``: named (a source of the
        method names it, its text was not read), quoted (only what a source quotes was read)
        or part (a part of the text was read).
    """
    rows = [
        (code.partition(".")[2], wording.word(code), wording.meaning(code), row["source"])
        for code, row in wording.terms().items()
        if code.startswith("legal.")
    ]
    table = pd.DataFrame(rows, columns=["legal", "legal_basis", "used_for", "text_seen"])
    return about(table, "legal_bases", work, key=["legal"], of=[])

"""Tables of ccwork as one page to print: whatever they show, with nothing to fetch."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from ccwork import text
from ccwork.note import Page
from ccwork.paper import page
from ccwork.values import absent, cell, source
from ccwork.workbook import Workbook


def sheet(
    work: Workbook, title: str, tables: Sequence[pd.DataFrame], signed: bool = False
) -> Page:
    """Make a page of tables in the language in force, A4; across where it is signed.

    Parameters
    ----------
    title, tables
        What stands on the page, made in the language in force.
    signed
        Whether a line to sign by hand stands at the foot.

    Returns
    -------
    Page
        HTML with nothing to fetch from anywhere; a notebook shows its body.
    """
    return Page(page(
        "card", title=title, signed=signed, agency=text.name("agency", work.agency),
        period=text.period(work.period), tables=[_table(rows) for rows in tables],
    ))  # fmt: skip


def _table(rows: pd.DataFrame) -> dict[str, Any]:
    columns = text.terms()[f"show.{rows.attrs['name']}"]["columns"].split()
    return {
        "caption": text.word(f"show.{rows.attrs['name']}"),
        "absent": absent(rows) if rows.empty else "",
        "heads": [text.word(f"col.{column}") for column in columns],
        "rows": [
            [Markup(cell(row, column).html) for column in columns]
            for row in rows.to_dict("records")
        ],
        "source": source(rows),
    }

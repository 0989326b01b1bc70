"""Tables of ccwork as one page to print: whatever they show, with nothing to fetch."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from ccwork import text
from ccwork.note import Page
from ccwork.paper import page
from ccwork.values import absent, cell, source
from ccwork.workbook import Workbook


def sheet(
    work: Workbook,
    make: Callable[[], tuple[str, Sequence[pd.DataFrame]]],
    lang: str = "",
    signed: bool = False,
) -> Page:
    """Make a page of tables, A4; across where it is signed.

    Parameters
    ----------
    make
        Returns the title and the tables; called with the language of the page in force.
    lang
        "ru" or "en"; empty: the language in force.
    signed
        Whether a line to sign by hand stands at the foot.

    Returns
    -------
    Page
        HTML with nothing to fetch from anywhere; a notebook shows its body.
    """
    with text.speaking(lang):
        title, tables = make()
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

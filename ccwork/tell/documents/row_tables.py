"""Words and tables of rows as blocks of a document."""

import re
from typing import Any, Final

import pandas as pd

from ccwork.language import wording
from ccwork.tell import formatting
from ccwork.tell.documents.document import Cell, Run, Table

WIDE: Final = (7, 24)
"""So many letters a column is wide at least and at most (our choice)."""

_TIED: Final = re.compile(r"(?<=№) (?=\d)|(?<=\d) (?=[A-Za-zА-Яа-яё%])|(?<=\b[вксоуияВКСОУИЯ]) ")
"""Spaces at which no line ends: before a number, before its unit, after a short word."""


def tagged(words: str, link: str = "", **more: Any) -> list[Run]:
    """Split words where they quote the other language, so that every format can tag it."""
    return [
        Run(part, link, lang=wording.other() if foreign else "", **more)
        for part, foreign in formatting.quotations(_TIED.sub("\N{NO-BREAK SPACE}", words))
    ]


def table_of(rows: pd.DataFrame) -> Table:
    """Make the table of a page; a column is as wide as what stands in it asks."""
    caption, _, heads, cells = formatting.printed(rows)
    made = [[Cell([*tagged(cell.plain)], number=cell.number) for cell in row] for row in cells]
    longest = [max(len(row[at].plain) for row in cells) for at in range(len(heads))]
    wide = [min(max(each, WIDE[0]), WIDE[1]) for each in longest]
    return Table(caption, heads, made, [each / sum(wide) for each in wide])

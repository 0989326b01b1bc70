"""The catalogues that come with ccwork."""

import re
from collections.abc import Iterable
from functools import cache

import pandas as pd

from ccwork.language.problems import Problem
from ccwork.language.resources import resource
from ccwork.read import data_dictionary, table_parsing
from ccwork.read.data_dictionary import dictionary
from ccwork.read.files import file_sheets
from ccwork.read.table_parsing import Brought


def common() -> dict[str, pd.DataFrame]:
    """Return the catalogues that come with ccwork: "metrics" and "items", by code."""
    return {n.partition("_")[2]: shipped_catalogue(n) for n in data_dictionary.catalogues()}


@cache
def shipped_catalogue(name: str) -> pd.DataFrame:
    """Read a catalogue that comes with the project, by the same rules."""
    file = f"{name.partition('_')[2]}.csv"
    (sheet,) = file_sheets.book(file, resource("catalogue", file).read_bytes()).sheets
    return rows_by_code(table_parsing.read_table(dictionary()[name], sheet))


def own_forms(items: pd.DataFrame) -> list[str]:
    """Return the checklists of a catalogue of items that are the agency's own, in its order."""
    common = set(shipped_catalogue("catalogue_items")["form"])
    return [form for form in items["form"].unique() if form not in common]


def rows_by_code(brought: Brought) -> pd.DataFrame:
    """Return the clean rows of a catalogue by the code of each."""
    return clean_rows(brought, brought.problems).set_index(brought.table.keys[0])


def clean_rows(brought: Brought, problems: Iterable[Problem]) -> pd.DataFrame:
    """Return the rows nothing grave was said of, each once, whole numbers as such."""
    spots = [spot for problem in problems if problem.grave for spot in problem.cells]
    bad = {int(found[0]) for spot in spots if (found := re.search(r"\d+$", spot))}
    good, frame = ~brought.frame.index.isin(bad), brought.frame
    again = (good & brought.alike).to_numpy().nonzero()[0]
    good[again[frame.iloc[again].duplicated(brought.table.keys)]] = False
    frame = frame if good.all() else frame[good]
    for name, column in brought.table.columns.items():
        needed = column.required != "no" and not column.missing
        if column.kind in data_dictionary.WHOLE and needed and not frame[name].isna().any():
            frame = frame.assign(**{name: frame[name].astype("int64")})
    return frame.reset_index(drop=True)

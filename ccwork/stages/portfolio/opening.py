"""Opening a portfolio: the facts below a folder, else invented agencies."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from ccwork.language import wording
from ccwork.language.problems import DataProblems, Problem
from ccwork.stages.portfolio import agency_facts, invented_agencies
from ccwork.stages.portfolio.agency_facts import Portfolio


def open_folder(data: str = "", earlier: str = "", period: str = "", lang: str = "") -> Portfolio:
    """Read the facts.json of all agencies below a folder; put a language in force.

    Parameters
    ----------
    data
        The folder; empty: invented agencies.
    earlier
        A folder of the same agencies at an earlier time; empty: none.
    period
        Only what tells of this period counts as now; empty: the latest of each agency.

    Raises
    ------
    DataProblems
        When no agency can be read.
    """
    wording.use(lang or wording.lang())
    if not data:
        return invented_agencies.sample()
    found, problems = agency_facts.read_many(Path(data))
    then, more = agency_facts.read_many(Path(earlier)) if earlier else ([], [])
    now = [agency for agency in found if period in ("", agency.period)]
    then += [agency for agency in found if agency not in now]
    if not now or (earlier and not then):
        nothing = Problem("facts_none", file=Path(earlier if now else data).name)
        raise DataProblems([*problems, *more] or [nothing])
    made = agency_facts.portfolio_of(now, then, [*problems, *more])
    if earlier and not made.before:
        late = Problem("facts_not_earlier", file=Path(earlier).name, grave=False)
        return replace(made, problems=(*made.problems, late))
    return made


def unread(given: Portfolio) -> pd.DataFrame:
    """Name the files that are not counted, why, and how to mend them; no rows where all are."""
    return given.table(((each.place, *each.sentences) for each in given.problems), "many_unread")

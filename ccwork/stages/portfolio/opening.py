"""Opening a portfolio: the facts below a folder, else invented agencies."""

from dataclasses import replace
from pathlib import Path

from ccwork.language import wording
from ccwork.language.problems import DataProblems, Problem
from ccwork.stages.portfolio import agency_facts, invented_agencies
from ccwork.stages.portfolio.agency_facts import Portfolio


def open_folder(data: str = "", earlier: str = "", lang: str = "") -> Portfolio:
    """Read the facts.json of all agencies below a folder; put a language in force.

    Parameters
    ----------
    data
        The folder; empty: invented agencies.
    earlier
        A folder of the same agencies at an earlier time; empty: none.

    Raises
    ------
    DataProblems
        When no agency can be read.
    """
    wording.use(lang or wording.lang())
    if not data:
        return invented_agencies.sample()
    now, problems = agency_facts.read_folder(Path(data))
    then, more = agency_facts.read_folder(Path(earlier)) if earlier else ([], [])
    if not now or (earlier and not then):
        place = data if not now else earlier
        nothing = [Problem("facts_none", file=Path(place).name)]
        raise DataProblems([*problems, *more] or nothing)
    made = agency_facts.gathered(now, then, [*problems, *more])
    if earlier and not made.before:
        late = Problem("facts_not_earlier", file=Path(earlier).name, grave=False)
        return replace(made, problems=(*made.problems, late))
    return made

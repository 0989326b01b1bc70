"""From the five KPIs to positions: who owns what, what is wrong with it, which five to take.

Positions are codes of posts, never persons. Source: KPI method 2023 (decomposition; no more than
five a position; priority processes first); the other rules are our choice.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import wording
from ccwork.language.problems import Problem
from ccwork.measure.process import chosen_service, summaries
from ccwork.read.cache import dicts, once, once_said
from ccwork.read.workbook import Workbook
from ccwork.stages.cascade import indicator_levels
from ccwork.stats.intervals import demand
from ccwork.tell.tables import about, framed

MOST: Final = 5
"""More indicators than this no position carries (KPI method)."""

TRIED: Final = 30
"""Of so many indicators every set of five is tried (142,506 sets)."""

HALF: Final = 0.5
"""Less of the work time than this, and a time is not the position's to answer for (our choice)."""

ROLLOUTS: Final = ("priority", "all")
"""A priority process first (the method's advice), or all staff at once."""

ROLES: Final = ("apart", "influences", "owns")
GRAVE: Final = ("over_five", "no_owner", "many_owners")
OF: Final = [*indicator_levels.OF, "steps", "choices"]
UNFIT: Final = {"none": "not_controlled", "informational": "informational"}
"""What a position cannot answer for: its control -> the flaw."""


@once
def carried(work: Workbook) -> pd.DataFrame:
    """Return what every position carries, with whether it can answer for it.

    Returns
    -------
    DataFrame
        Rows of :func:`indicator_levels.indicators` of positions, with ``control``: none (no
        influence), informational (a time of which the log gives it less than half of the work
        hours), proven (half or more) or declared (no time, or not in the log); ``room``, points
        from 100 of its metric.
    """
    rows = indicator_levels.indicators(work)
    rows = rows[rows["level"] == "position"]
    share = _hours(work)
    rooms = indicator_levels.standing(work)["room"]
    rows["control"] = [_control(row, share) for row in dicts(rows)]
    rows["room"] = [
        rooms.get(pair, np.nan) for pair in zip(rows["metric"], rows["service"], strict=True)
    ]
    return about(rows, "carried", work)


def _hours(work: Workbook) -> pd.Series:
    """Return the share of the agency's work hours by service and position, from 10 cases on."""
    steps = summaries.worked(work.table("steps"))
    if steps.empty:
        return pd.Series(index=pd.MultiIndex.from_arrays([[], []], names=["service", "position"]))
    enough = (
        steps.groupby("service", observed=True)["case"].transform("nunique") >= method.MIN_SHOWN
    )
    steps = steps[enough].astype({"service": str, "position": str})
    hours = steps.groupby(["service", "position"])["hours"].sum()
    return hours / hours.groupby("service").transform("sum")


def _control(row: dict[str, Any], share: pd.Series) -> str:
    if row["role"] == "apart":
        return "none"
    known = [set(share.index.get_level_values(name)) for name in ("service", "position")]
    told = row["service"] in known[0] and row["position"] in known[1]
    if row["measure"] != "time" or not told:
        return "declared"
    mine = share.get((row["service"], row["position"]), 0.0)
    return "proven" if mine >= HALF else "informational"


def positions(work: Workbook, rollout: str = "priority") -> list[str]:
    """Return the codes of the positions taking part, in the order of their table.

    Parameters
    ----------
    rollout
        "priority": those with an indicator in the chosen process (all where none is chosen, or
        nobody carries one of it); "all".

    Raises
    ------
    ValueError
        When `rollout` is neither.
    """
    demand(rollout in ROLLOUTS, f"`rollout` must be one of {list(ROLLOUTS)}", rollout)
    known = list(dict.fromkeys([*work.table("positions")["position"], *carried(work)["position"]]))
    rows = _taking(work, rollout)
    return [code for code in known if code and (rollout == "all" or code in set(rows["position"]))]


def _taking(work: Workbook, rollout: str) -> pd.DataFrame:
    """Return what positions carry in the processes that take part."""
    rows = carried(work)
    mine = rows[rows["service"] == chosen_service.service(work)]
    return mine if rollout == "priority" and len(mine) else rows


def position_matrix(work: Workbook, rollout: str = "priority") -> pd.DataFrame:
    """Cross positions with the five KPIs: who owns, who influences, who neither.

    Returns
    -------
    DataFrame
        One row a position: ``unit``, ``carries`` (indicators, of all processes), ``five_most``
        within, five or over, and ``of_<kpi>``: apart, influences or owns, the strongest role.
    """
    rows, every = dicts(_taking(work, rollout)), carried(work)["position"].tolist()
    units = work.table("positions").set_index("position")["unit"]
    found = []
    for code in positions(work, rollout):
        many, mine = every.count(code), [row for row in rows if row["position"] == code]
        load = "over" if many > MOST else "five" if many == MOST else "within" if many else "empty"
        line = {"position": code, "unit_name": units.get(code, ""), "carries": many}
        line["five_most"] = load
        for kpi in method.KPIS:
            roles = [ROLES.index(row["role"]) for row in mine if row["kpi"] == kpi]
            line[f"of_{kpi}"] = ROLES[max(roles, default=0)]
        found.append(line)
    name = "matrix" if rollout == ROLLOUTS[0] else "matrix_all"
    return about(pd.DataFrame(found), name, work, key=["position"], of=OF)


def coverage(work: Workbook) -> pd.DataFrame:
    """Count, KPI by KPI, what has come down from the top.

    Returns
    -------
    DataFrame
        One row a KPI: ``process_indicators``, ``owned`` of them by one position, ``carriers``,
        positions that carry one; ``came_down`` yes (owned and carried), partly or no.
    """
    rows, mine = indicator_levels.indicators(work), carried(work)
    single = [code for code, owners in _owners(work).items() if owners == 1]
    found = []
    for kpi in method.KPIS:
        own = rows.loc[(rows["level"] == "process") & (rows["kpi"] == kpi), "indicator"]
        able = mine[(mine["kpi"] == kpi) & (mine["control"] != "none")]
        count = len(own), int(own.isin(single).sum()), able["position"].nunique()
        whole = 0 < count[0] == count[1] and count[2]
        found.append((kpi, *count, "yes" if whole else "partly" if any(count) else "no"))
    return about(found if len(rows) else [], "cascade_coverage", work)


def _owners(work: Workbook) -> dict[str, int]:
    """Return of every process indicator how many positions own it."""
    rows, mine = indicator_levels.indicators(work), carried(work)
    owns = mine[mine["role"] == "owns"].groupby("process")["position"].nunique()
    return {code: owns.get(code, 0) for code in rows.loc[rows["level"] == "process", "indicator"]}


@once_said
def faults(work: Workbook) -> pd.DataFrame:
    """Find what is wrong with the cascade; grave things first.

    Returns
    -------
    DataFrame
        ``flaw``: over_five, no_owner, many_owners, no_process (a KPI without an indicator of a
        process), not_controlled (a position carries what it has no influence on),
        informational, not_outcome (at the top), unrooted (serves nothing at the top),
        unknown_position, empty_position; ``where_code`` the code of the position, indicator or
        KPI, ``where_said`` its name; ``weight_of`` grave or mild.
    """
    rows = indicator_levels.indicators(work)
    found = [*_of_positions(work), *_of_indicators(work, rows)] if len(rows) else []
    table = framed(found, "faults")
    table["weight_of"] = np.where(table["flaw"].isin(GRAVE), "grave", "mild")
    return about(table.sort_values("weight_of", kind="stable"), "faults", work)


def _of_positions(work: Workbook) -> Iterator[tuple[str, str, str]]:
    mine = carried(work)
    known = list(work.table("positions")["position"])
    for code in dict.fromkeys([*known, *mine["position"]]):
        own = mine[mine["position"] == code]
        name = wording.name("position", code)
        flaws = {"unknown_position": code not in known, "over_five": len(own) > MOST,
                 "empty_position": own.empty}  # fmt: skip
        yield from ((flaw, code, name) for flaw, holds in flaws.items() if holds)
        for row in own[own["control"].isin(UNFIT)].itertuples():
            said = f"{name}: {wording.name('indicator', row.indicator)}"
            yield UNFIT[row.control], row.indicator, said


def _of_indicators(work: Workbook, rows: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    for code, owners in _owners(work).items():
        if owners != 1:
            yield "many_owners" if owners else "no_owner", code, wording.name("indicator", code)
    have = set(rows.loc[rows["level"] == "process", "kpi"])
    for kpi in (kpi for kpi in method.KPIS if kpi not in have):
        yield "no_process", kpi, wording.word(f"kpi.{kpi}")
    for row in dicts(rows):
        sort = indicator_levels.indicator_kind(row)[0]
        if row["level"] == "agency" and sort not in ("outcome", "unclear"):
            yield "not_outcome", row["indicator"], wording.name("indicator", row["indicator"])
        if row["rooted"] == "no":
            yield "unrooted", row["indicator"], wording.name("indicator", row["indicator"])


def problems(work: Workbook) -> Iterator[Problem]:
    """Name every fault of :func:`faults` as a problem of the input."""
    for row in faults(work).itertuples():
        grave = row.weight_of == "grave"
        yield Problem(f"cascade_{row.flaw}", values={"where": row.where_said}, grave=grave)


def best_sets(
    kpis: Sequence[str], groups: Sequence[str], worth: Sequence[float], most: int = MOST
) -> list[tuple[int, ...]]:
    """Choose at most `most` indicators by trying every set; return all best ones.

    Parameters
    ----------
    kpis, groups, worth
        KPI, group ("objective", "subjective" or "") and worth (0 and up) of each indicator.
    most
        So many at most.

    Returns
    -------
    list of tuple
        Places of the chosen, in order; several where sets are equally good; nothing to choose
        from gives one empty set. First the most KPIs, then both groups, then the greatest sum
        of worth, then the fewest.

    Raises
    ------
    ValueError
        With more than 30 indicators.

    Examples
    --------
    >>> best_sets(["speed", "speed", "effort"], ["objective"] * 3, [9, 8, 1], most=2)
    [(0, 2)]
    """
    demand(len(worth) <= TRIED, f"`worth` must have at most {TRIED} indicators", len(worth))
    best: tuple[float, ...] = ()
    found: list[tuple[int, ...]] = []
    for size in range(min(most, len(worth)) + 1):
        for chosen in combinations(range(len(worth)), size):
            own = {groups[at] for at in chosen} - {""}
            total = round(sum(worth[at] for at in chosen), 9)
            score = (len({kpis[at] for at in chosen} - {""}), len(own), total, -size)
            if score > best:
                best, found = score, []
            if score == best:
                found.append(chosen)
    return found


def proposal(work: Workbook, position: str) -> pd.DataFrame:
    """Propose at most five indicators for a position, and say why each other one is left out.

    Returns
    -------
    DataFrame
        One row an indicator the position carries: ``kpi``, ``duty``, ``keep_it``: chosen, either
        (in some of several equally good sets), left; ``left_why``: not_controlled,
        informational, covered (its KPI has a better one), worth_less, too_many (more than 30:
        nothing is proposed), or —; ``worth_kept``, percent of the worth of all it can answer
        for that the chosen keep.

    Notes
    -----
    Worth: the points its metric is short of 100, halved where the position only influences it;
    an unmeasured one counts least (our choice). All sets are tried, see :func:`best_sets`.
    """
    rows = carried(work)
    rows = rows[rows["position"] == position].reset_index(drop=True)
    able = rows.index[rows["control"].isin(["proven", "declared"])]
    share = rows["role"].map({"owns": 1.0, "influences": 0.5}).fillna(0)
    worth = (rows["room"].fillna(0) * share)[able]
    sets = [()] if len(able) > TRIED else best_sets(
        rows.loc[able, "kpi"].tolist(), rows.loc[able, "group"].tolist(), worth.tolist()
    )  # fmt: skip
    hits = pd.Series([able[at] for chosen in sets for at in chosen]).value_counts()
    times = hits.reindex(rows.index).fillna(0)
    rows["keep_it"] = np.select([times == len(sets), times > 0], ["chosen", "either"], "left")
    in_use = set(rows.loc[rows["keep_it"] != "left", "kpi"])
    rows["duty"] = rows["role"]
    rows["left_why"] = [
        "—" if row.keep_it != "left" else _left(row.control, row.kpi in in_use, len(able))
        for row in rows.itertuples()
    ]
    kept, whole = sum(worth.iloc[at] for at in sets[0]), worth.sum()
    rows["worth_kept"] = 100 * kept / whole if whole > 0 and len(able) <= TRIED else np.nan
    return about(rows, "proposal", work)


def _left(control: str, covered: bool, able: int) -> str:
    if control in UNFIT:
        return UNFIT[control]
    return "too_many" if able > TRIED else "covered" if covered else "worth_less"


def proposals(work: Workbook) -> pd.DataFrame:
    """Propose five for every position that carries more, or what it cannot answer for."""
    rows = carried(work)
    many = rows.groupby("position")["indicator"].transform("size") > MOST
    unfit = many | rows["control"].isin(UNFIT)
    found = [proposal(work, code) for code in dict.fromkeys(rows.loc[unfit, "position"])]
    table = pd.concat(found, ignore_index=True) if found else pd.DataFrame()
    return about(table, "proposal", work)


def faulty(work: Workbook) -> pd.DataFrame:
    """Count the faults: one row, none without indicators; ``say`` grave or sound."""
    rows = faults(work)
    grave = int((rows["weight_of"] == "grave").sum())
    row = {"cascade": "all", "grave_flaws": grave, "mild_flaws": len(rows) - grave}
    row["say"] = "grave" if grave else "sound"
    return about([row] if len(indicator_levels.indicators(work)) else [], "faulty", work)

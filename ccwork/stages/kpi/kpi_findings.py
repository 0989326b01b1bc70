"""What the brief takes from the KPI notebook: harm before gain, nothing that is not proven."""

from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import periods
from ccwork.measure import control_charts, five_kpis, metrics, own_past, who_answered
from ccwork.measure.provenance import KEYS, SERIES
from ccwork.read.cache import dicts
from ccwork.read.workbook import Workbook
from ccwork.stages.kpi import kpi_rows, target_progress
from ccwork.tell import findings as gathered
from ccwork.tell.findings import KINDS, as_listed, having, people_of, valued

MOST: Final = 8
"""So many findings of one kind are handed on at most (our choice)."""

KIND: Final = {"better": "improved", "worse": "worsened"}

Row = dict[str, Any]
Found = Iterator[Row]


def findings(work: Workbook, apart: pd.DataFrame | None = None) -> pd.DataFrame:
    """Gather what a head must know of the KPIs and their metrics.

    Parameters
    ----------
    work
        The workbook.
    apart
        What :func:`ccwork.stages.cascade.sources_apart.told_apart` returns; without it nothing
        is said of several sources.

    Returns
    -------
    DataFrame
        See :func:`ccwork.tell.findings.findings`. Not told: a change below what is worthwhile;
        facts as improved of which people feel nothing (that is told once, as a contradiction).
    """
    parts = (_series, _cut, _kpis, _targets, _unmeasured, _conflicts, _doubts)
    found = [one for part in parts for one in part(work)]
    found += [] if apart is None else _apart(apart, work)
    found.sort(key=lambda one: (KINDS.index(one["kind"]), "metric" in one["values"],
                                -(one.get("size") or 0)))  # fmt: skip
    kinds = [one["kind"] for one in found]
    kept = [one for at, one in enumerate(found) if kinds[:at].count(one["kind"]) < MOST]
    return gathered.findings(work, "6_kpi", kept)


def owner(work: Workbook, metric: str, service: str = "") -> str:
    """Return the position that answers for a metric of a service; "" where nobody is named.

    Who owns an indicator of just that, where an empty metric or service is that of the nearest
    indicator above; else the owner in the catalogue.
    """
    known = {row["indicator"]: row for row in dicts(work.table("indicators"))}
    for row in known.values():
        own, above, seen = {"metric": row["metric"], "service": row["service"]}, row, set()
        while (above := known.get(above["parent"])) and above["indicator"] not in seen:
            seen.add(above["indicator"])
            own = {name: own[name] or above[name] for name in own}
        if row["role"] == "owns" and own == {"metric": metric, "service": service}:
            return f"position:{row['position']}"
    said = str(work.catalogue.loc[metric, "owner"] or "")
    return f"position:{said}" if said else ""


def _bars(work: Workbook, metric: str, gap: float) -> float | None:
    """Return a gap in minimal worthwhile differences of a metric; None where it has none."""
    least = control_charts.worthwhile(work.catalogue.loc[metric])
    return gap / least if least else None


def _of(work: Workbook) -> Row:
    """Return what every finding of a series says."""
    return {
        "kpi": lambda row: work.catalogue.loc[row["metric"], "kpi"],
        "who": lambda row: owner(work, row["metric"], row["service"]),
    }


def _series(work: Workbook) -> list[Row]:
    """Tell the series that moved, and those that lie beyond their limits now, to the worse."""
    rows, numb = own_past.judged(work), _unfelt(work)
    charts = metrics.at(control_charts.histories(work), work.period)
    beyond = {*having(charts, outside=[-1])[SERIES].itertuples(index=False, name=None)}
    found, said = [], _of(work)
    for at, row in rows.iterrows():
        fact = work.catalogue.loc[row["metric"], "group"] == "objective"
        if row["verdict"] == "worse" or (
            row["verdict"] == "better" and not (fact and (_client(work, row), row["kpi"]) in numb)
        ):
            found += _moved(rows.loc[[at]], row, said, work)
        elif work.period in row["outside"].split() and tuple(row[SERIES]) in beyond:
            when = {"since": work.period, "at": f"period:{work.period}"}
            found += as_listed(rows.loc[[at]], "point_outside", **when, **said)
    return found


def _cut(work: Workbook) -> Found:
    """Tell the services of which metrics began anew: nothing before may be compared."""
    rows = having(own_past.judged(work), note="cut")
    for _, own in rows.groupby(["service", "since"]):
        yield from as_listed(own, "definition_cut")


def _client(work: Workbook, row: Row) -> str:
    return str(work.table("services").set_index("service").loc[row["service"], "client"])


def _unfelt(work: Workbook) -> set[tuple[str, str]]:
    """Return the clients and KPIs whose facts improved and people do not feel it."""
    rows = having(five_kpis.accord(work), accord="formalism")
    return {*zip(rows["client"], rows["kpi"], strict=True)}


def _moved(rows: pd.DataFrame, row: Row, said: Row, work: Workbook) -> list[Row]:
    """Tell one series that moved by what is worthwhile; its change where that proves it too."""
    way = 1 if row["verdict"] == "better" else -1
    gain = way * _gain(row, work)
    size = _bars(work, row["metric"], gain)
    if not gain > 0 or (size is not None and size < 1):
        return []
    proven = row["change_low"] > 0 if way > 0 else row["change_high"] < 0
    since = row["since"] or row["before"]
    return as_listed(
        rows, "series_{verdict}" if proven else "series_{verdict}_level", size=size, since=since,
        kind=KIND[row["verdict"]], day=f"since:{since}", action="find_cause" if way < 0 else "",
        **said,
    )  # fmt: skip


def _gain(row: Row, work: Workbook) -> float:
    """Return by how much clients gained: between the levels of a chart, else the change."""
    if row["basis"] not in ("chart", "season"):
        return row["change"]
    charts = control_charts.histories(work)
    own = having(charts, **{name: row[name] for name in SERIES})
    own = own[own["part"] == own["part"].iloc[-1]]
    late = own["period"].map(periods.last_day) >= periods.last_day(row["since"])
    levels = own["adjusted"].groupby(late).mean()
    return work.metric(row["metric"]).sign * (levels.get(True) - levels.get(False, float("nan")))


def _kpis(work: Workbook) -> Found:
    """Tell the KPIs that moved, and where facts and opinions go different ways."""
    rows, accord = five_kpis.moved(work), five_kpis.accord(work)
    since = who_answered.year_windows(work)[1]
    since = min(since, key=periods.last_day, default=work.period)
    known = {"since": since, "day": f"since:{since}"}
    word, agree = rows["verdict"], accord["accord"].to_numpy()
    yield from _gone(rows[word.isin(KIND) & (agree != "formalism")], work, **known)
    yield from _gone(_above(work), work, facts="kpi_change verdict", **known)
    fell = (agree == "fell") & (word != "worse").to_numpy()
    yield from as_listed(
        accord[fell | np.isin(agree, ("formalism", "contradict"))], "facts_{accord}",
        kind=lambda pair: "worsened" if pair["accord"] == "fell" else "contradict",
        size=lambda pair: abs(pair["objective_change"]) / method.WORTHWHILE, opinions=_opinions,
        people=lambda pair: people_of(work, pair["client"]), besides=partial(_most_risen, work),
        **known,
    )  # fmt: skip


def _above(work: Workbook) -> pd.DataFrame:
    """Return what moved above the five, where no metric of it is told to be proven to."""
    told = {(_client(work, one), one["what"]) for one in _series(work)
            if one["kpi"] == method.OVERALL}  # fmt: skip
    rows = having(kpi_rows.five_rows(work), kpi=method.OVERALL, verdict=[*KIND])
    own = zip(rows["client"], "series_" + rows["verdict"].astype(str), strict=True)
    return rows.loc[[each not in told for each in own]]


def _gone(rows: pd.DataFrame, work: Workbook, **known: str) -> list[Row]:
    """Tell the KPIs that moved; of one service where its metrics alone did."""
    behind = partial(_behind, work)
    return as_listed(
        rows, "kpi_{verdict}", kind=lambda row: KIND[row["verdict"]], service=behind,
        people=lambda row: None if behind(row) else people_of(work, row["client"]),
        size=lambda row: abs(row["kpi_change"]) / method.WORTHWHILE, **known,
    )  # fmt: skip


def _opinions(row: Row) -> Row:
    return valued("subjective_change", "points")(row) | {"change": row["subjective_change"]}


def _behind(work: Workbook, row: Row) -> str:
    """Return the one service whose metrics moved a KPI; "" where it is none or several."""
    rows = own_past.judged(work)
    rows = rows[(rows["kpi"] == row["kpi"]) & (rows["verdict"] == row["verdict"])]
    own = {each["service"] for each in dicts(rows)
           if _client(work, each) == row["client"]}  # fmt: skip
    return own.pop() if len(own) == 1 else ""


def _most_risen(work: Workbook, row: Row) -> Row:
    """Name the fact that rose most where people feel nothing."""
    if row["accord"] != "formalism":
        return {}
    both = five_kpis.matched(work)
    own = both[(both["client"] == row["client"]) & (both["kpi"] == row["kpi"])]
    own = own[own["group"] == "objective"].pivot(index="metric", columns="window", values="points")
    metric = (own["now"] - own["then"]).idxmax()
    return {"metric": f"metric:{metric}", "action": "check_metric", "who": owner(work, metric)}


def _targets(work: Workbook) -> list[Row]:
    """Tell targets missed, the latest of each series, and those the process cannot reach."""
    rows = target_progress.progress(work)
    missed = having(rows, target_status="missed")
    place = missed["period"].map(periods.last_day).groupby([missed[name] for name in SERIES])
    late = rows.index.isin(place.idxmax() if len(missed) else [])
    beyond = rows["next"] & (rows["assurance"] == "never")
    beyond &= ~rows["target_status"].isin(["missed", "met"])
    known = rows["level_now"].notna().map({True: "level_now", False: ""})
    rows = rows.assign(late=late, known=known)

    def said(row: Row) -> Row:
        what = "target_missed" if row["late"] else "target_beyond"
        what += "" if row["known"] else "_blind"
        more = {"what": what, "since" if row["late"] else "by": row["period"]} | _aim(row, work)
        if row["known"]:
            more["level"] = valued("level_now")(row)
            more["size"] = _bars(work, row["metric"], abs(row["level_now"] - row["target"]))
        return more | {"kind": "promise_not_kept" if row["late"] else "out_of_reach"}

    return as_listed(rows[beyond | late], "target_beyond", besides=said, **_of(work))


def _aim(row: Row, work: Workbook) -> Row:
    """Say what to do about a target that the process does not reach as it is."""
    if row["assurance"] != "never":
        return {}
    named = having(work.table("changes"), **{name: row[name] for name in SERIES})["change"]
    if named.empty:
        return {"action": "name_change"}
    return {"action": "finish_change", "change": f"change:{named.iloc[-1]}"}


LACKS: Final = {"not_measured": "subjective", "only_facts": "subjective",
                "only_opinions": "objective"}  # fmt: skip
"""What a KPI rests on -> the group of metrics to begin with (our choice: a question is asked
sooner than something is counted)."""


def _unmeasured(work: Workbook) -> Found:
    """Tell the KPIs nobody measures, once for outer clients and once for inner ones."""
    rows = kpi_rows.five_rows(work)
    for client, own in rows[rows["kpi"] != method.OVERALL].groupby("client", sort=True):
        status = next((status for status in LACKS if status in set(own["status"])), "")
        part = having(own, status=status)
        none = status == "not_measured" and len(part) == len(own)
        yield from as_listed(
            part, "nothing_measured", what="nothing_measured" if none else status, n=None,
            names=[f"kpi:{kpi}" for kpi in part["kpi"]], at=f"period:{work.period}",
            people=people_of(work, client),
            besides=lambda row: _to_bring(work, row["kpi"], LACKS[row["status"]]),
        )  # fmt: skip


def _to_bring(work: Workbook, kpi: str, group: str) -> Row:
    """Name the metric to begin with: one a need asks for, one in use elsewhere, or the first."""
    known = work.catalogue
    known = known[(known["kpi"] == kpi) & (known["group"] == group) & (known["weight"] > 0)]
    wanted = [*work.table("needs")["metric"], *metrics.values(work)["metric"], *known.index]
    metric = next((code for code in wanted if code in known.index), "")
    if not metric:
        return {}
    return {"action": "bring_metric", "metric": f"metric:{metric}", "first": f"kpi:{kpi}",
            "who": owner(work, metric)}  # fmt: skip


def _conflicts(work: Workbook) -> list[Row]:
    """Tell of each service the widest of what two sources give differently for one period."""
    rows = metrics.conflicts(work)
    n = rows.drop_duplicates(KEYS)["service"].value_counts()
    return _widest([_two(pair, "conflict", "origin", work, n=lambda row: int(n[row["service"]]))
                    for pair in _pairs(rows, KEYS)])  # fmt: skip


def _pairs(rows: pd.DataFrame, key: list[str]) -> list[pd.DataFrame]:
    """Return the lowest and the highest of what several sources say of the same."""
    groups = rows.groupby(key, sort=False)
    return [own.sort_values("value", kind="stable").iloc[[0, -1]] for _, own in groups]


def _two(pair: pd.DataFrame, what: str, by: str, work: Workbook, **more: Any) -> Row:
    """Tell what two sources say of one metric and service."""
    first, second = pair.to_dict("records")
    size = _bars(work, first["metric"], second["value"] - first["value"])
    return as_listed(
        pair, what, size=size, first=valued("value")(first), second=valued("value")(second),
        first_by=f"{by}:{first['origin']}", second_by=f"{by}:{second['origin']}",
        **_of(work) | more,
    )[0]  # fmt: skip


def _widest(found: list[Row]) -> list[Row]:
    """Return of each service the finding of the greatest size, the first of equals."""
    found = sorted(found, key=lambda one: -(one.get("size") or 0))
    services = [one["service"] for one in found]
    return [one for at, one in enumerate(found) if one["service"] not in services[:at]]


def _apart(rows: pd.DataFrame, work: Workbook) -> list[Row]:
    """Tell of each service the metric its sources are farthest apart on, beyond chance."""
    found = [
        _two(pair, "told_apart", "told_by", work, n=None,
             grade="seen" if "visits" in set(pair["origin"]) else "counted")
        for pair in _pairs(rows, SERIES) if pair["high"].iloc[0] < pair["low"].iloc[1]
    ]  # fmt: skip
    return _widest([one for one in found if (one.get("size") or 0) >= 1])


def _doubts(work: Workbook) -> list[Row]:
    """Tell what shakes the opinions of a service."""
    rows = who_answered.doubts(work).drop_duplicates(["service", "doubt"])
    return as_listed(rows, "{doubt}", since=work.period, at=f"period:{work.period}")

"""What the brief takes from the KPI notebook: harm before gain, nothing that is not proven."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import pandas as pd

from ccwork import method
from ccwork.language import periods
from ccwork.measure import control_charts, five_kpis, metrics, own_past, who_answered
from ccwork.measure.provenance import KEYS, SERIES
from ccwork.read.workbook import Workbook
from ccwork.stages.kpi import kpi_rows, target_progress
from ccwork.tell.findings import KINDS, finding
from ccwork.tell.findings import findings as gathered
from ccwork.tell.tables import fact_id

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
    return gathered(work, "6_kpi", kept)


def _amount(row: Row, column: str, unit: str) -> Row:
    """Return a value of a sentence: a number with its limits."""
    prefix = "" if column == "value" else f"{column}_"
    return {"value": row[column], "low": row[f"{prefix}low"], "high": row[f"{prefix}high"],
            "unit": unit}  # fmt: skip


def _by(row: Row, column: str, unit: str) -> Row:
    """Return by how much something is better or worse: without a sign."""
    unit = "percent_points" if unit == "percent" else unit
    found, worse = _amount(row, column, unit), row[column] < 0
    ends = [-found["high"], -found["low"]] if worse else [found["low"], found["high"]]
    return found | {"value": abs(row[column]), "low": ends[0], "high": ends[1]}


def _facts(rows: pd.DataFrame, row: Row, *columns: str) -> list[str]:
    return [fact_id(rows, row, column) for column in columns]


def owner(work: Workbook, metric: str, service: str = "") -> str:
    """Return the position that answers for a metric of a service; "" where nobody is named.

    Who owns an indicator of just that, where an empty metric or service is that of the nearest
    indicator above; else the owner in the catalogue.
    """
    known = {row["indicator"]: row for row in work.table("indicators").to_dict("records")}
    for row in known.values():
        own, above, seen = {"metric": row["metric"], "service": row["service"]}, row, set()
        while (above := known.get(above["parent"])) and above["indicator"] not in seen:
            seen.add(above["indicator"])
            own = {name: own[name] or above[name] for name in own}
        if row["role"] == "owns" and own == {"metric": metric, "service": service}:
            return f"position:{row['position']}"
    said = str(work.catalogue.loc[metric, "owner"] or "")
    return f"position:{said}" if said else ""


def _of(work: Workbook, row: Row) -> Row:
    """Return what every finding of a series says."""
    metric, service = row["metric"], row["service"]
    return {"kpi": work.catalogue.loc[metric, "kpi"], "service": service,
            "metric": f"metric:{metric}", "who": owner(work, metric, service)}  # fmt: skip


def _series(work: Workbook) -> Found:
    """Tell the series that moved, and those that lie beyond their limits now, to the worse."""
    rows, numb = own_past.judged(work), _unfelt(work)
    charts = metrics.at(control_charts.histories(work), work.period)
    beyond = {*charts.loc[charts["outside"] == -1, SERIES].itertuples(index=False, name=None)}
    for row in rows.to_dict("records"):
        said = _of(work, row) | {"value": _amount(row, "value", row["unit"])}
        fact = work.catalogue.loc[row["metric"], "group"] == "objective"
        if row["verdict"] == "worse" or (
            row["verdict"] == "better" and not (fact and (_client(work, row), row["kpi"]) in numb)
        ):
            yield from _moved(rows, row, said, work)
        elif work.period in row["outside"].split() and (row["metric"], row["service"]) in beyond:
            facts = _facts(rows, row, "value", "note")
            said |= {"since": work.period, "at": f"period:{work.period}", "action": "ask_outside"}
            yield finding("point_outside", "data_fault", "proven", facts, **said)


def _cut(work: Workbook) -> Found:
    """Tell the services of which metrics began anew: nothing before may be compared."""
    rows = own_past.judged(work)
    for (service, since), own in rows[rows["note"] == "cut"].groupby(["service", "since"]):
        facts = [fact_id(rows, row, "note") for row in own.to_dict("records")]
        said = {"service": service, "since": since, "day": f"since:{since}", "n": len(own)}
        said |= {"metric": f"metric:{own['metric'].iloc[0]}", "cause": f"cut.{service}"}
        yield finding("definition_cut", "data_fault", "counted", facts, **said)


def _client(work: Workbook, row: Row) -> str:
    return str(work.table("services").set_index("service").loc[row["service"], "client"])


def _unfelt(work: Workbook) -> set[tuple[str, str]]:
    """Return the clients and KPIs whose facts improved and people do not feel it."""
    rows = five_kpis.accord(work)
    rows = rows[rows["accord"] == "formalism"]
    return {*zip(rows["client"], rows["kpi"], strict=True)}


def _moved(rows: pd.DataFrame, row: Row, said: Row, work: Workbook) -> Found:
    """Tell one series that moved by what is worthwhile; its change where that proves it too."""
    way = 1 if row["verdict"] == "better" else -1
    gain, least = (
        way * _gain(row, work),
        control_charts.worthwhile(work.catalogue.loc[row["metric"]]),
    )
    if not gain > 0 or gain < least:
        return
    proven = row["change_low"] > 0 if way > 0 else row["change_high"] < 0
    since = row["since"] or row["before"]
    said |= {"size": gain / least if least else None, "since": since, "day": f"since:{since}"}
    said |= {"gain": _by(row, "change", row["unit"])} if proven else {}
    said |= {"action": "find_cause"} if way < 0 else {}
    what = f"series_{row['verdict']}" + ("" if proven else "_level")
    facts = _facts(rows, row, *["change"] * proven, "verdict", "value")
    yield finding(what, KIND[row["verdict"]], "proven" if proven else "moved", facts, **said)


def _gain(row: Row, work: Workbook) -> float:
    """Return by how much clients gained: between the levels of a chart, else the change."""
    if row["basis"] not in ("chart", "season"):
        return row["change"]
    charts = control_charts.histories(work)
    own = charts[(charts[SERIES] == [row[name] for name in SERIES]).all(axis=1)]
    own = own[own["part"] == own["part"].iloc[-1]]
    late = own["period"].map(periods.last_day) >= periods.last_day(row["since"])
    levels = own["adjusted"].groupby(late).mean()
    return work.metric(row["metric"]).sign * (levels.get(True) - levels.get(False, float("nan")))


def _kpis(work: Workbook) -> Found:
    """Tell the KPIs that moved, and where facts and opinions go different ways."""
    moved, accord = five_kpis.moved(work), five_kpis.accord(work)
    since = who_answered.year_windows(work)[1]
    since = min(since, key=periods.last_day, default=work.period)
    for row, pair in zip(moved.to_dict("records"), accord.to_dict("records"), strict=True):
        said = {"client": row["client"], "kpi": row["kpi"], "whose": f"clients:{row['client']}"}
        said |= {"since": since, "day": f"since:{since}", "people": _people(work, row["client"])}
        word, agree = row["verdict"], pair["accord"]
        if word in KIND and agree != "formalism":
            facts = _facts(moved, row, "kpi_change", "five_word")
            size, gain = (
                abs(row["kpi_change"]) / method.WORTHWHILE,
                _by(row, "kpi_change", "points"),
            )
            more = said | {"size": size, "gain": gain, "service": _behind(work, row)}
            more |= {"people": None} if more["service"] else {}
            yield finding(f"kpi_{word}", KIND[word], "proven", facts, **more)
        if agree in ("formalism", "contradict") or (agree == "fell" and word != "worse"):
            said |= {"size": abs(pair["objective_change"]) / method.WORTHWHILE}
            said |= {"facts_by": _by(pair, "objective_change", "points")}
            felt = _amount(pair, "subjective_change", "points")
            said |= {"opinions": felt | {"change": felt["value"]}}
            said |= _most_risen(work, row) if agree == "formalism" else {}
            facts = _facts(accord, pair, "objective_change", "subjective_change", "accord")
            kind = "worsened" if agree == "fell" else "contradict"
            yield finding(f"facts_{agree}", kind, "proven", facts, **said)


def _behind(work: Workbook, row: Row) -> str:
    """Return the one service whose metrics moved a KPI; "" where it is none or several."""
    rows = own_past.judged(work)
    rows = rows[(rows["kpi"] == row["kpi"]) & (rows["verdict"] == row["verdict"])]
    own = {each["service"] for each in rows.to_dict("records")
           if _client(work, each) == row["client"]}  # fmt: skip
    return own.pop() if len(own) == 1 else ""


def _people(work: Workbook, client: str) -> float | None:
    """Return how many clients of a kind there are in a year, where every service says it."""
    volume = work.table("services").query("client == @client")["volume"].astype(float)
    return volume.sum() if len(volume) and volume.notna().all() else None


def _most_risen(work: Workbook, row: Row) -> Row:
    """Name the fact that rose most where people feel nothing."""
    both = five_kpis.matched(work)
    own = both[(both["client"] == row["client"]) & (both["kpi"] == row["kpi"])]
    own = own[own["group"] == "objective"].pivot(index="metric", columns="window", values="points")
    metric = (own["now"] - own["then"]).idxmax()
    return {"metric": f"metric:{metric}", "action": "check_metric", "who": owner(work, metric)}


def _targets(work: Workbook) -> Found:
    """Tell targets missed, the latest of each series, and those the process cannot reach."""
    rows = target_progress.progress(work)
    missed = rows[rows["target_status"] == "missed"]
    place = missed["period"].map(periods.last_day).groupby([missed[name] for name in SERIES])
    latest = set(place.idxmax()) if len(missed) else set()
    beyond = rows["next"] & (rows["assurance"] == "never")
    beyond &= ~rows["target_status"].isin(["missed", "met"])
    for at, row in rows[beyond | rows.index.isin(latest)].iterrows():
        known, late = pd.notna(row["level_now"]), at in latest
        said = _of(work, row) | {"at": f"period:{row['period']}"}
        said |= {"target": {"value": row["target"], "unit": row["unit"]}}
        said |= {"level": _amount(row, "level_now", row["unit"])} if known else {}
        said |= {"since" if late else "by": row["period"]} | _aim(row, work)
        least = control_charts.worthwhile(work.catalogue.loc[row["metric"]])
        said["size"] = abs(row["level_now"] - row["target"]) / least if known and least else None
        what = ("target_missed" if late else "target_beyond") + ("" if known else "_blind")
        kind = "promise_not_kept" if late else "out_of_reach"
        facts = _facts(rows, row, *["level_now"] * known, "target", "assurance")
        yield finding(what, kind, "proven", facts, **said)


def _aim(row: pd.Series, work: Workbook) -> Row:
    """Say what to do about a target that the process does not reach as it is."""
    if row["assurance"] != "never":
        return {}
    rows = work.table("changes")
    named = rows[(rows[SERIES] == row[SERIES].to_list()).all(axis=1)]["change"]
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
        lacking = {status: own[own["status"] == status] for status in LACKS}
        status = next((status for status, part in lacking.items() if len(part)), "")
        if not status:
            continue
        part = lacking[status].to_dict("records")
        what = "nothing_measured" if status == "not_measured" and len(part) == len(own) else status
        facts = [fact_id(rows, row, "status") for row in part]
        said = {"whose": f"clients:{client}", "names": [f"kpi:{row['kpi']}" for row in part]}
        said |= {"client": client, "cause": f"unmeasured.{client}", "at": f"period:{work.period}"}
        said |= _to_bring(work, part[0]["kpi"], LACKS[status]) | {"people": _people(work, client)}
        yield finding(what, "not_measured", "counted", facts, **said)


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


def _conflicts(work: Workbook) -> Iterable[Row]:
    """Tell of each service the widest of what two sources give differently for one period."""
    rows = metrics.conflicts(work)
    n = rows.drop_duplicates(KEYS)["service"].value_counts()
    found = []
    for (*_, service, period), own in rows.groupby(KEYS, sort=False):
        pair = own.sort_values("value", kind="stable").iloc[[0, -1]]
        said = _two(pair, "origin", work) | {"at": f"period:{period}", "since": period}
        said |= {"n": int(n[service]), "action": "ask_sources"}
        facts = [fact_id(rows, row, "value") for row in pair.to_dict("records")]
        found.append(finding("conflict", "contradict", "counted", facts, **said))
    return _widest(found)


def _widest(found: Iterable[Row]) -> Iterable[Row]:
    """Return of each service the finding of the greatest size, the first of equals."""
    kept: dict[str, Row] = {}
    for one in found:
        before = kept.get(one["service"])
        if before is None or (one["size"] or 0) > (before["size"] or 0):
            kept[one["service"]] = one
    return kept.values()


def _two(pair: pd.DataFrame, by: str, work: Workbook) -> Row:
    """Return what two sources say of one metric and service."""
    said: Row = _of(work, pair.iloc[0].to_dict())
    said["cause"] = f"sources.{said['service']}"
    for name, row in zip(("first", "second"), pair.to_dict("records"), strict=True):
        ends = {end: row.get(end) for end in ("value", "low", "high", "unit")}
        said |= {name: ends, f"{name}_by": f"{by}:{row['origin']}"}
    gap = float(pair["value"].iloc[-1] - pair["value"].iloc[0])
    least = control_charts.worthwhile(work.catalogue.loc[pair["metric"].iloc[0]])
    return said | {"size": gap / least if least else None}


def _apart(rows: pd.DataFrame, work: Workbook) -> Iterable[Row]:
    """Tell of each service the metric its sources are farthest apart on, beyond chance."""
    found = []
    for _, own in rows.groupby(SERIES, sort=False):
        pair = own.sort_values("value", kind="stable").iloc[[0, -1]]
        said = _two(pair, "told_by", work) | {"action": "compare_sources"}
        if pair["high"].iloc[0] >= pair["low"].iloc[1] or (said["size"] or 0) < 1:
            continue
        facts = [fact_id(rows, row, "value") for row in pair.to_dict("records")]
        grade = "seen" if "visits" in set(pair["origin"]) else "counted"
        found.append(finding("told_apart", "contradict", grade, facts, **said))
    return _widest(found)


def _doubts(work: Workbook) -> Found:
    """Tell what shakes the opinions of a service."""
    rows = who_answered.doubts(work)
    for row in rows.drop_duplicates(["service", "doubt"]).to_dict("records"):
        said = {
            name: {"value": row[f"{name}_share"], "unit": "percent"} for name in ("then", "now")
        }
        said |= {"n": int(row["n"]), "all": int(row["of_all"]), "at": f"period:{work.period}"}
        said |= {"service": row["service"], "since": work.period, "action": row["doubt"]}
        said |= {"cause": f"answers.{row['service']}"}
        facts = _facts(rows, row, "now_share", "n")
        yield finding(row["doubt"], "data_fault", "counted", facts, **said)

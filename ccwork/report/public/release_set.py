"""What may be told outside of an agency: every figure rests on counts released all at once.

Figures of outer services alone: no staff, no position, no cause, no words of people. A share is
told of rounded counts, a mean with the rounded number of people behind it; KPIs are made of the
figures told and of nothing else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from ccwork.language import periods, wording
from ccwork.measure import five_kpis
from ccwork.measure.metrics import values
from ccwork.measure.own_past import judged
from ccwork.measure.provenance import KEYS
from ccwork.read.cache import dicts
from ccwork.read.data_dictionary import dictionary
from ccwork.read.workbook import Metric, Workbook, of_days
from ccwork.stages.face_the_problem import client_promise
from ccwork.stages.kpi import kpi_rows
from ccwork.stages.recognition import claim_grades
from ccwork.stats import disclosure
from ccwork.stats.disclosure import Released

STAFF: Final = frozenset(("internal_pulse", "internal_service_kept", "staff_pressure",
                          "staff_unbearable"))  # fmt: skip
"""Metrics of the staff: never told outside, whatever service they stand under."""

LEAST: Final = "public_least"
"""Key of ``agency.toml``: the least count of people told; the least it may be if not set."""

SIDES: Final = 2
"""A median is told from so many times the least count on: as many on either side of it."""

ENDS: Final = 5, 95
"""A small group's points beyond these are told as "no more" and "no less" (our choice)."""

DATA: Final = "data.csv"
DESCRIPTOR: Final = "datapackage.json"

Row = dict[str, Any]


class Told(NamedTuple):
    """What was told of a count: its true number where it was, least and most it can be."""

    n: int | None
    least: int
    most: int


@dataclass
class Release:
    """What is told of an agency.

    Attributes
    ----------
    rows
        One figure each: ``kind`` (kpi, metric, promise, change), ``kpi``, ``code``, ``service``,
        ``period``, ``before_period``, ``before``, ``value``, ``bound``, ``unit``, ``n``,
        ``withheld`` ("yes" where a figure may not be told) and ``finding``.
    counts, sums, released, known
        All counts behind them, what adds up, what is released of each, and what was before:
        least and most.
    least
        Counts of people below this are not told.
    uncounted
        So many series are not told because nobody says how many people stand behind them.
    """

    least: int
    rows: list[Row] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    sums: list[tuple[str, list[str]]] = field(default_factory=list)
    released: dict[str, Released] = field(default_factory=dict)
    known: dict[str, tuple[int, int]] = field(default_factory=dict)
    uncounted: int = 0

    def count(self, name: str, n: int, part: int | None = None) -> None:
        """Put a count of people into the set; of a share also those it is of, and the rest."""
        self.counts[f"n:{name}"] = n
        if part is not None:
            self.counts |= {f"x:{name}": part, f"rest:{name}": n - part}
            self.sums.append((f"n:{name}", [f"x:{name}", f"rest:{name}"]))

    def of(self, name: str) -> tuple[Released, Released, Released]:
        """Return what is released of the part, the rest and the whole of a figure."""
        none = Released(None, "")
        part, rest, whole = (self.released.get(f"{each}:{name}") for each in ("x", "rest", "n"))
        return part or none, rest or none, whole or none


def release(work: Workbook, tried: pd.DataFrame, before: Mapping[str, Told]) -> Release:
    """Decide what is told of an agency at the period of its workbook.

    Parameters
    ----------
    tried
        What ``verdict_rule.verdicts`` returns, the plan of the agency minded.
    before
        What earlier releases told of each count.
    """
    least = dictionary()["agency"].columns[LEAST].range[0]
    made = Release(int(work.info.get(LEAST) or least))
    series, changes = _series(work, made), _changes(work, tried)
    promises = dicts(client_promise.rights(work))
    for row in series:
        made.count(row["name"], row["n"], row["part"])
        if row["form"] == "rate" and row["value"] is not None:
            made.counts[f"x:{row['name']}"] = round(row["value"] * row["n"] / 1000)
    for row in changes:
        _count_change(made, row)
    for row in promises:
        _count_promise(made, row, work, series)
    for name, one in before.items():  # what earlier releases told of the promise stays told
        kind, _, right = name.rpartition(":")[0].partition(":promise:")
        if kind == "n" and right in {row["right"] for row in promises} and name not in made.counts:
            _count_kept(made, name.removeprefix("n:"), right, work, series, one[1:])
    made.known = {name: (one.least, one.most) for name, one in before.items()
                  if one.least <= made.counts.get(name, -1) <= one.most}  # fmt: skip
    made.released = disclosure.protect(made.counts, made.sums, made.known, made.least)
    made.rows = [_told(row, made) for row in series]
    kpis = list(_kpis(work, made))
    _judge(made.rows, work)
    told = [_promise(row, made, work) for row in promises]
    told += [_change(row, made) for row in changes]
    made.rows = [_named(row, work) for row in (*kpis, *made.rows, *told)]
    return made


# ---------------------------------------------------------------- metrics


def _outer(work: Workbook) -> set[str]:
    services = work.table("services")
    return set(services.loc[services["client"] == "external", "service"])


def _series(work: Workbook, made: Release) -> list[Row]:
    """Return the values of outer services over the last two years, with people behind them."""
    rows, people = values(work), _people(work)
    wanted = {periods.shift(work.period, -step) for step in range(kpi_rows.SHOWN)}
    rows = rows[rows["service"].isin(_outer(work)) & rows["period"].isin(wanted)]
    rows = rows[~rows["metric"].isin(STAFF)]
    named = pd.MultiIndex.from_frame(rows[KEYS])
    most = people.reindex(named).fillna(np.inf).to_numpy(float)
    rows = rows.assign(n=rows["n"].clip(upper=most), kpi=rows["metric"].map(work.catalogue["kpi"]))
    silent = rows[rows["n"].isna() & rows["value"].notna()]
    made.uncounted = len(silent[KEYS[:2]].drop_duplicates())
    rows = rows[(rows["n"] > 0) & (rows["value"].notna() | (rows["n"] < made.least))]
    read = {code: (work.metric(code), _form(work, code)) for code in rows["metric"].unique()}
    return [_measured(row, *read[row["metric"]]) for row in dicts(rows)]


def _people(work: Workbook) -> pd.Series:
    """Count the people who answered, where the answers say who: one may have answered twice."""
    answers = work.table("answers")
    answers = answers[answers["level"].notna() & answers["respondent"].fillna("").ne("")]
    if answers.empty:
        return pd.Series(index=pd.MultiIndex.from_tuples([], names=KEYS), dtype=float)
    answers = answers.assign(period=of_days(answers["date"], work.grain))
    return answers.groupby(KEYS)["respondent"].nunique().astype(float)


def _measured(row: Row, metric: Metric, form: str) -> Row:
    n, value = int(row["n"]), None if pd.isna(row["value"]) else float(row["value"])
    return {
        "kind": "metric", "kpi": row["kpi"], "code": metric.code, "unit": metric.unit,
        "service": row["service"], "period": row["period"], "value": value, "n": n,
        "name": f"{metric.code}:{row['service']}:{row['period']}", "version": row["version"],
        "form": form, "part": part_of(value, n) if form == "share" else None,
    }  # fmt: skip


def _form(work: Workbook, code: str) -> str:
    """Return share, rate, median or else how the answers are counted."""
    metric = work.metric(code)
    if metric.form == "share" or metric.unit == "percent":
        return "share"
    middle = metric.form != "rate" and work.catalogue.at[code, "statistic"] == "median"
    return "median" if middle else metric.form


def part_of(percent: float | None, n: int) -> int | None:
    """Return the people a percentage of `n` counts.

    Examples
    --------
    >>> part_of(33.33, 12), part_of(None, 12)
    (4, None)
    """
    return None if percent is None else min(max(round(percent * n / 100), 0), n)


def _told(row: Row, made: Release) -> Row:
    """Return a figure as it is told: of what is released alone."""
    part, _, whole = made.of(row["name"])
    form, value, bound = row["form"], row["value"], ""
    if value is None or whole.value is None:
        value = None
    elif form == "share":
        value, bound, _ = disclosure.percentage(*made.of(row["name"]))
    elif form == "rate":
        few = part.value is None or (not part.value and _small(whole, disclosure.ALL_OR_NONE))
        value = None if few else round(1000 * part.value / whole.value, 1)
    else:
        value, bound = _plain(form, value, row["unit"], whole, made.least)
    return row | _figure(value, bound, whole.value)


def _small(whole: Released, least: int) -> bool:
    """Tell whether a group may be smaller than that, by its rounded number alone."""
    return whole.value is None or whole.value - disclosure.BASE // 2 < least


def _plain(
    form: str, value: float, unit: str, whole: Released, least: int
) -> tuple[float | None, str]:
    """Return a mean or median as it is told, and its bound: not that all said the same."""
    if form == "median" and _small(whole, SIDES * least):
        return None, ""
    ended = not ENDS[0] < value < ENDS[1]
    if ended and form == "counts" and _small(whole, disclosure.ALL_OR_NONE):
        return (ENDS[0], "<=") if value <= ENDS[0] else (ENDS[1], ">=")
    return round(value, 0 if unit == "points" else 1), ""


def _figure(value: float | None, bound: str, n: int | None) -> Row:
    known = None if value is None else float(value)
    return {
        "value": known, "bound": bound, "n": n, "withheld": "" if known is not None else "yes",
        "finding": "", "before": None, "before_period": "",
    }  # fmt: skip


def _judge(rows: list[Row], work: Workbook) -> None:
    """Add to the figures of the period how they changed, and what was before."""
    known = {(row["code"], row["service"], row["period"]): row for row in rows}
    for row in dicts(judged(work)):
        own = known.get((row["metric"], row["service"], work.period))
        if own is None or own["value"] is None:
            continue
        own["finding"] = row["verdict"]
        past = known.get((row["metric"], row["service"], row["before"]), {})
        if past.get("value") is not None and not past["bound"]:
            own |= {"before": past["value"], "before_period": row["before"]}


# ---------------------------------------------------------------- KPIs


def _kpis(work: Workbook, made: Release) -> Iterator[Row]:
    """Make the KPIs of outer clients of the figures told; the change word is that of all."""
    public = _of_told(work, made.rows)
    followed = kpi_rows.kpi_by_period(public)
    followed = followed[followed["client"] == "external"]
    moved = five_kpis.accord(work)
    said = moved["accord"].isin([*claim_grades.PARTED])
    parted = moved[said & (moved["client"] == "external")].set_index("kpi")["accord"]
    rows = kpi_rows.five_rows(work)
    words = rows[rows["client"] == "external"].set_index("kpi")["verdict"]
    for kpi, own in followed.groupby("kpi", sort=False):
        for at in own[own["points"].notna()].itertuples():
            row = {"kind": "kpi", "kpi": kpi, "code": kpi, "service": "", "period": at.period,
                   "unit": "points"} | _figure(round(at.points), "", None)  # fmt: skip
            if at.period == work.period:
                row |= {"parted": parted.get(kpi, ""), "chart": own}
                word = words.get(kpi, "too_little")
                row["finding"] = "not_comparable" if row["parted"] else word
            yield row


def _of_told(work: Workbook, rows: list[Row]) -> Workbook:
    """Return a workbook that holds nothing but what is told."""
    numbers = ("value", "n", "sd", "low", "high")
    blank = dict.fromkeys(replace(work, tables={}).table("metrics"), "")
    blank |= dict.fromkeys(numbers, np.nan)
    told = [
        blank | {name: row[name] for name in (*KEYS[1:], "value", "n", "version")}
        | {"metric": row["code"]}
        for row in rows if row["value"] is not None and not row["bound"]
    ]  # fmt: skip
    table = pd.DataFrame(told, columns=dict.fromkeys([*blank, "version"]))
    table = table.astype(dict.fromkeys(numbers, float))
    tables = {"services": work.table("services"), "metrics": table}
    return replace(work, tables=tables, info=work.info | {"grain": work.grain})


# ---------------------------------------------------------------- the promise, what was done


def _count_promise(made: Release, row: Row, work: Workbook, series: list[Row]) -> None:
    """Count the cases or visits behind a right; a metric's are those of its services together."""
    row["name"] = name = f"promise:{row['right']}:{work.period}"
    if row["heard"] == "metric":
        _count_kept(made, name, row["right"], work, series)
    elif row["heard"] != "metric" and row["n"] > 0:
        share = None if pd.isna(row["kept_share"]) else row["kept_share"]
        made.count(name, int(row["n"]), part_of(share, int(row["n"])))


def _count_kept(
    made: Release, name: str, right: str, work: Workbook, series: list[Row],
    told: tuple[float, float] = (0, np.inf),
) -> None:  # fmt: skip
    """Count the cases of a right by its metric; of a former period only where `told` so many."""
    metric, period = work.catalogues["promise"].at[right, "metric"], name.rpartition(":")[2]
    own = [each for each in series if each["code"] == metric and each["period"] == period
           and each["part"] is not None]  # fmt: skip
    n = sum(each["n"] for each in own)
    if not own or not told[0] <= n <= told[1]:
        return
    kept = "x" if work.metric(metric).sign > 0 else "rest"
    made.sums += [
        (f"n:{name}", [f"n:{each['name']}" for each in own]),
        (f"x:{name}", [f"{kept}:{each['name']}" for each in own]),
    ]
    made.count(name, n, sum(made.counts[f"{kept}:{each['name']}"] for each in own))


def _promise(row: Row, made: Release, work: Workbook) -> Row:
    part, rest, whole = made.of(row["name"])
    value, bound, _ = disclosure.percentage(part, rest, whole)
    nobody = f"n:{row['name']}" not in made.counts
    told = _figure(value, bound, whole.value)
    told |= {"finding": row["promise"], "withheld": "" if nobody else told["withheld"]}
    return {"kind": "promise", "kpi": "", "code": row["right"], "service": "",
            "period": work.period, "unit": "percent"} | told  # fmt: skip


def _changes(work: Workbook, tried: pd.DataFrame) -> list[Row]:
    """Return the proven changes that may be told outside, each with its before and after."""
    rows = claim_grades.claims(work, tried)
    outside = [row for row in dicts(rows[rows["place_of"] == "outside"])
               if not claim_grades.barred(row, work)]  # fmt: skip
    return [
        {"kind": "change", "kpi": work.catalogue.at[row["metric"], "kpi"], "code": row["metric"],
         "service": row["service"], "period": work.period, "unit": row["unit"],
         "change": row["novelty"], "was": row["was"], "became": row["became"], "n": int(row["n"]),
         "share": row["unit"] == "percent", "form": _form(work, row["metric"]),
         "strength": row["strength"],
         "name": f"change:{row['claim_code']}:{row['metric']}"}
        for row in outside
    ]  # fmt: skip


def _count_change(made: Release, row: Row) -> None:
    for side in ("was", "became"):
        part = part_of(row[side], row["n"]) if row["share"] else None
        made.count(f"{row['name']}:{side}", row["n"], part)


def _change(row: Row, made: Release) -> Row:
    told = {}
    for side in ("was", "became"):
        parts = made.of(f"{row['name']}:{side}")
        share = disclosure.percentage(*parts) if row["share"] else None
        plain = (None, "")
        if share is None and parts[2].value is not None:
            plain = _plain(row["form"], row[side], "", parts[2], made.least)
        shown, bound = share[:2] if share else plain
        told[side] = None if bound else shown
    both = None not in told.values()
    made_of = _figure(told["became"] if both else None, "", parts[2].value)
    return row | made_of | {"before": told["was"] if both else None, "finding": "better"}


def _named(row: Row, work: Workbook) -> Row:
    """Return what a figure is of, its service and what was done, in both languages."""
    of = {"metric": "metric", "change": "metric", "promise": "right"}.get(row["kind"])
    clean, found = claim_grades.clean_name, {}
    for lang in wording.each(wording.LANGS):
        name = clean(of, row["code"]) if of else wording.word(f"kpi.{row['code']}")
        service = clean("service", row["service"]) if row["service"] else ""
        what = claim_grades.clean_change(row["change"], work) if row.get("change") else ""
        found |= {f"name_{lang}": name, f"service_{lang}": service, f"what_{lang}": what}
    return row | found

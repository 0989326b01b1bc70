"""Where a value came from: one value brought twice, definitions that change on the way."""

from typing import Final

import numpy as np
import pandas as pd

from ccwork.language import periods
from ccwork.read.cache import once
from ccwork.read.workbook import Workbook, of_days, row_kinds, rows_where
from ccwork.stats import normalisation

SERIES: Final = ["metric", "service"]
"""A series is the values of one metric of one service, period after period."""

KEYS: Final = [*SERIES, "period"]

PERSON: Final = ["service", "period", "respondent"]
"""Who says something of a service in a period."""


@once
def in_codes(work: Workbook, grain: str) -> pd.DataFrame:
    """Return the answers that have a level, with their period of a grain; each word kept once.

    Who answered is numbered, people of one service and period in a row.
    """
    rows, until = work.coded_answers(), pd.Timestamp(periods.last_day(work.period))
    told = rows["date"].dt.tz_localize(None) < until + pd.Timedelta(days=1)
    rows = rows_where(rows, told & rows["level"].notna())
    coarse = [periods.coarsen(period, grain) for period in rows["period"].cat.categories]
    rows = rows.assign(period=pd.Categorical(coarse).take(rows["period"].cat.codes))
    return rows.assign(person=row_kinds(rows, PERSON)[0])


@once
def respondents(work: Workbook) -> pd.DataFrame:
    """Return one row a person: service, period, segment, unit, and points 0-100 by metric."""
    rows = in_codes(work, work.grain)
    person = rows["person"].to_numpy()
    first = np.zeros(person.max(initial=-1) + 1, dtype=int)
    first[person[::-1]] = np.arange(len(rows))[::-1]
    people = rows[[*PERSON, "segment", "unit"]].take(first).reset_index(drop=True)
    marks, kinds = row_kinds(rows, ["metric", "level"])
    top = work.catalogue["levels"].reindex(kinds["metric"].astype(str)).to_numpy(float)
    points = normalisation.linear(kinds["level"].to_numpy(float), 1, top)[marks]
    metrics, codes = rows["metric"].cat.categories, rows["metric"].cat.codes.to_numpy()
    cells = person * len(metrics) + codes
    whole, n = (np.bincount(cells, each, len(people) * len(metrics)) for each in (points, None))
    mean = np.divide(whole, n, np.full(len(n), np.nan), where=n > 0)
    wide = pd.DataFrame(mean.reshape(len(people), len(metrics)), columns=metrics)
    return people.join(wide.dropna(axis=1, how="all"))  # a question may be asked later alone


@once
def by_group(work: Workbook) -> pd.DataFrame:
    """Count the answers that came one by one by question, service, period, group and level."""
    numbers, kinds = row_kinds(in_codes(work, work.info["grain"]), [*KEYS, "segment", "level"])
    kinds = kinds.astype(dict.fromkeys(kinds, "str") | {"level": float})
    return kinds.assign(count=np.bincount(numbers))


@once
def tallied(work: Workbook) -> pd.DataFrame:
    """Count the answers that came one by one; a level nobody chose is 0 where others answered."""
    answers = by_group(work)
    if answers.empty:
        return pd.DataFrame(columns=[*KEYS, "level", "count"])
    chosen = answers.groupby([*KEYS, "level"])["count"].sum().unstack("level", fill_value=0)
    scale = chosen.index.get_level_values("metric").map(work.catalogue["levels"])
    every = chosen.reindex(columns=range(1, int(scale.max()) + 1), fill_value=0)
    rows = every.rename_axis(columns="level").stack().rename("count").reset_index()
    return rows[rows["level"] <= rows["metric"].map(work.catalogue["levels"])]


@once
def values_by_origin(work: Workbook) -> pd.DataFrame:
    """Return every value brought, once for each ``origin``: answers, counts, metrics or its own.

    Values are in the unit of the metric, at the grain of the data; answers and counts as
    points. Counts with a level missing are no value.
    """
    brought = work.table("metrics")
    found = [brought.assign(origin=_column(brought, "origin").replace("", "metrics"))]
    given = {"answers": tallied(work), "counts": work.table("counts")}
    found += [_scores(rows, work).assign(origin=name) for name, rows in given.items()]
    names = [*KEYS, "origin", "value", "n"]
    rows = pd.concat([each.reindex(columns=names) for each in found if len(each)] or [
        pd.DataFrame(columns=names)], ignore_index=True)  # fmt: skip
    return rows[rows["value"].notna()].reset_index(drop=True)


def _column(rows: pd.DataFrame, name: str) -> pd.Series:
    """Return a column of codes that need not be there."""
    return rows[name].fillna("").astype(str) if name in rows else pd.Series("", rows.index)


def _scores(rows: pd.DataFrame, work: Workbook) -> pd.DataFrame:
    """Return the score 0-100 and the number of answers of each series and period."""
    if rows.empty:
        return pd.DataFrame(columns=[*KEYS, "value", "n"])
    rows = rows.assign(total=rows["count"] * rows["level"])
    parts = {"count": ("count", "sum"), "total": ("total", "sum"), "told": ("count", "count")}
    sums = rows.groupby(KEYS).agg(**parts).reset_index()
    whole = sums["told"] == sums["metric"].map(work.catalogue["levels"])
    sums = sums[whole & (sums["count"] > 0)]
    top = sums["metric"].map(work.catalogue["levels"]).to_numpy(float)
    mean = (sums["total"] / sums["count"]).to_numpy(float)
    return sums[KEYS].assign(value=normalisation.linear(mean, 1, top), n=sums["count"])


@once
def contested(work: Workbook) -> pd.DataFrame:
    """Return the candidates of series and periods whose origins contradict each other.

    Two values contradict when they differ by more than the rounding of the coarser one.
    """
    rows = values_by_origin(work)
    twice = rows[rows.duplicated(KEYS, keep=False)]
    differ = [
        at for _, group in twice.groupby(KEYS) if _apart(group["value"]) for at in group.index
    ]
    return rows.loc[sorted(differ)]


def _apart(values: pd.Series) -> bool:
    digits = min(len(f"{value:.10f}".rstrip("0").partition(".")[2]) for value in values)
    return float(np.ptp(values)) > 0.5 * 10.0**-digits + 1e-9


def disputed(rows: pd.DataFrame, work: Workbook) -> pd.Series:
    """Tell of each row, at the grain of the data, whether its series and period are contested."""
    known = pd.MultiIndex.from_frame(contested(work)[KEYS])
    return pd.Series(pd.MultiIndex.from_frame(rows[KEYS]).isin(known), rows.index)


@once
def versions(work: Workbook) -> pd.DataFrame:
    """Return which version of its definition, and which named origin, each value rests on.

    Returns
    -------
    DataFrame
        One row per metric, service and period of the workbook's grain: ``version``, a word
        that changes where values before and after are not comparable; "" where none is said.
    """
    found = []
    for name in ("answers", "counts", "metrics"):
        rows = work.table(name)
        told = [rows[column] != "" for column in ("version", "origin") if column in rows]
        rows = rows[np.any(told, axis=0)] if told else rows.iloc[:0]
        said = _column(rows, "version") + "/" + _column(rows, "origin")
        rows = rows.assign(version=said.replace("/", ""))
        if name == "answers" and len(rows):
            rows = rows.assign(period=of_days(rows["date"], work.info["grain"]))
        found.append(rows[rows["version"] != ""].reindex(columns=[*KEYS, "version"]))
    rows = pd.concat(found, ignore_index=True).drop_duplicates()
    rows["period"] = [periods.coarsen(period, work.grain) for period in rows["period"]]
    told = rows.groupby(KEYS)["version"].agg(lambda codes: " ".join(sorted(set(codes))))
    return told.reset_index().astype(dict.fromkeys([*KEYS, "version"], object))

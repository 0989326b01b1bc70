"""From an agency's tables to metrics: a value with its interval for every period.

Every function takes a :class:`workbook.Workbook` and returns a table of codes and
numbers. ``attrs`` of a table name it (``name``), its key columns (``key``) and the files it
rests on (``files``); :mod:`ccwork.tell` turns it into words.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import periods, wording
from ccwork.measure.provenance import KEYS, SERIES, contested, disputed, tallied, versions
from ccwork.read.cache import once
from ccwork.read.workbook import Workbook, rows_where
from ccwork.stats import intervals, normalisation
from ccwork.tell import small_counts
from ccwork.tell.tables import MEASURED, about, framed

LEVEL_COLUMNS = ["n", *intervals.names("score"), "sd", *intervals.names("top2")]
VALUE_COLUMNS = [*intervals.names("value"), "n", "sd", "why"]


def answered(work: Workbook) -> pd.DataFrame:
    """Return the answers that came one by one and have a level, each with its ``points`` 0-100."""
    rows = work.table("answers")
    rows = rows_where(rows, rows["level"].notna())
    top = rows["metric"].map(work.catalogue["levels"]).to_numpy(float)
    return rows.assign(points=normalisation.linear(rows["level"].to_numpy(float), 1, top))


@once
def counted(work: Workbook) -> pd.DataFrame:
    """Bring counts of answers to one row per series and period, one column per level.

    Answers brought one by one are counted; they stand for counts of the same series and
    period that say the same. Where two sources contradict each other the row stays empty. A
    level without a row, or with a missing count, is not 0: the whole row stays
    empty. A period of a coarser grain needs all its parts.
    """
    own, counts = tallied(work), work.table("counts")
    again = pd.MultiIndex.from_frame(counts[KEYS]).isin(pd.MultiIndex.from_frame(own[KEYS]))
    rows = pd.concat([own, counts[~again]], ignore_index=True) if len(own) else counts
    if rows.empty:
        return pd.DataFrame(columns=KEYS).set_index(KEYS)
    rows = rows.assign(count=rows["count"].where(~disputed(rows, work)))
    wide = rows.groupby([*KEYS, "level"])["count"].sum(skipna=False).unstack("level").reset_index()
    scale = wide["metric"].map(work.catalogue["levels"]).astype(int)
    numbers = list(range(1, int(scale.max()) + 1))
    for level in numbers:
        wide[level] = wide.get(level, np.nan)
        wide[level] = wide[level].where(level <= scale, 0)
    return _coarsened(wide, work, numbers).set_index(KEYS)[numbers]


def _coarsened(rows: pd.DataFrame, work: Workbook, numbers: list[Any]) -> pd.DataFrame:
    """Add up the periods of the data to the grain of the workbook; a part missing empties it.

    So does a small part that the sum would give away; ``attrs["gives_away"]`` names such sums.
    """
    coarse = rows.assign(period=[periods.coarsen(p, work.grain) for p in rows["period"]])
    groups = coarse.groupby(KEYS)[numbers]
    needed = len(periods.parts(work.period, work.info["grain"]))
    sums = groups.sum(skipna=False).where(groups.size() == needed)
    n = rows["n"] if "n" in rows else rows[numbers].sum(axis=1)
    telling = [] if work.info.get(small_counts.OPEN) else _telling(rows[KEYS].assign(n=n), work)
    sums.loc[sums.index.isin(telling)] = np.nan
    sums = sums.reset_index()
    sums.attrs["gives_away"] = telling
    return sums


def _telling(rows: pd.DataFrame, work: Workbook) -> list[tuple[str, ...]]:
    """Return the series and periods of the workbook's grain whose n gives away one of its parts.

    What is not told of a period, less the sums told of grains between, must stay unknown.
    """
    left, telling = rows[rows["n"].between(1, method.MIN_SHOWN - 1)], []
    ends = (periods.GRAINS.index(grain) for grain in (work.info["grain"], work.grain))
    for at in range(next(ends) - 1, next(ends) - 1, -1):
        whole = [periods.coarsen(period, periods.GRAINS[at]) for period in left["period"]]
        by = [left[name] for name in SERIES] + [pd.Series(whole, left.index, dtype=object)]
        unsafe = ~left.groupby(by)["n"].transform(small_counts.safe).astype(bool)
        left = left[unsafe]
        telling = list(zip(*(key[unsafe] for key in by), strict=True))
    return list(dict.fromkeys(telling))


@once
def levels(work: Workbook) -> pd.DataFrame:
    """Turn counts of answers per level into a score and a share of good answers.

    Returns
    -------
    DataFrame
        One row per metric, service and period: ``n`` answers; ``score`` 0-100, the mean
        level stretched over the scale, with a bounded interval and ``sd``; ``top2`` the share
        (percent) of the two best levels with its Wilson interval.

    Notes
    -----
    Score: F03, F07. Share: F04. Fewer than 10 answers give no figure (our choice).
    """
    wide, scale = counted(work), work.catalogue["levels"]
    counts = zip(wide.index, np.ascontiguousarray(wide, float), strict=True)
    figures = [_level_figures(row, int(scale[key[0]])) for key, row in counts]
    rows = pd.DataFrame(figures, columns=LEVEL_COLUMNS, index=wide.index)
    rows["why"] = np.where(rows.index.isin(wide.attrs.get("gives_away", ())), "gives_away", "")
    rows = rows.reset_index()
    return about(ordered(rows, work), "levels", work)


def ordered(rows: pd.DataFrame, work: Workbook) -> pd.DataFrame:
    """Put metrics in the order of the catalogue, services in that of their table, by time."""
    order = {
        "metric": {code: place for place, code in enumerate(work.catalogue.index)},
        "service": {code: place for place, code in enumerate(work.table("services")["service"])},
        "period": {period: periods.last_day(period) for period in rows["period"]},
    }
    return rows.sort_values(KEYS, key=lambda column: column.map(order[column.name]))


def _level_figures(counts: np.ndarray, scale: int) -> list[float]:
    """Return n, score with limits and sd, top-2 share with limits."""
    n = counts.sum()
    if not n >= method.MIN_SHOWN:
        return [n, *[np.nan] * 7]
    steps = np.arange(1, scale + 1)
    score = normalisation.likert(intervals.mean_of_counts(steps, counts[:scale])[:3], scale)
    sd = intervals.moments_of_counts(steps, counts[:scale]).sd * 100 / (scale - 1)
    share = intervals.percent(counts[scale - 2 : scale].sum(), n)
    return [n, *score, sd, *share[:3]]


@once
def values(work: Workbook) -> pd.DataFrame:
    """Bring every metric to one form: value with interval, n, and why something is missing.

    Metrics stand in the order of the catalogue, services in that of their table.

    Returns
    -------
    DataFrame
        One row per metric, service and period with ``value`` in natural units (for answers
        on a scale: the score 0-100), ``low``, ``high``, ``n``, ``sd`` and ``why``, the
        reason code where there is no value or no interval; "conflict" where sources
        contradict each other: none is chosen. ``version`` changes where the definition, the
        question or the source does: declared, or found in the figures published.
    """
    return about(_redefined(_valued(work), work), "values", work)


@once
def _valued(work: Workbook) -> pd.DataFrame:
    """Return the values with the versions declared."""
    named = zip(intervals.names("score"), intervals.names("value"), strict=True)
    scored = levels(work).rename(columns=dict(named))
    scored.loc[scored["n"] < method.MIN_SHOWN, "why"] = "too_few"
    scored.loc[scored["n"].isna() & (scored["why"] == ""), "why"] = "incomplete"
    scored.loc[disputed(scored, work), "why"] = "conflict"
    columns = [*KEYS, *VALUE_COLUMNS]
    rows = pd.concat([scored[columns], _brought_values(work)[columns]], ignore_index=True)
    rows = rows.drop_duplicates(KEYS).merge(versions(work), how="left", on=KEYS)
    rows["version"] = rows["version"].fillna("")
    return ordered(rows, work)


LASTING = 3
"""A definition found in published figures holds for so many periods, else it is no other one
(our choice): single months are revised, or rounded otherwise."""


def _redefined(rows: pd.DataFrame, work: Workbook) -> pd.DataFrame:
    """Give published figures a new version where another definition begins to reproduce them."""
    runs = definition_runs(work)
    runs = runs[(runs["periods"] >= LASTING) & (runs["reproduces"] != "no_counts")]
    figure = rows["metric"].map(work.catalogue["published_of"])
    days = rows["period"].map(periods.last_day)
    for (metric, service), own in runs.groupby(SERIES):
        mine = (figure == metric) & (rows["service"] == service)
        first = own["first"].map(periods.last_day).to_list()
        at = np.searchsorted(first, days[mine].to_list(), "right") - 1
        found = own["reproduces"].to_numpy()[np.maximum(at, 0)]
        if own["reproduces"].nunique() > 1:
            rows.loc[mine, "version"] += np.array([f"/{code}" for code in found], object)
    return rows


def _brought_values(work: Workbook) -> pd.DataFrame:
    """Take the metrics brought as figures; n-weighted where they are brought up to a grain."""
    rows = work.table("metrics")
    if rows.empty:
        return pd.DataFrame(columns=[*KEYS, *VALUE_COLUMNS])
    rows = rows.assign(n_why=rows["n_why"].where(rows["n"].isna(), ""))
    both = disputed(rows, work)
    rows.loc[both, ["value", "n", "sd", "low", "high"]] = np.nan
    rows = rows.assign(value_why=rows["value_why"].mask(both, "conflict"))
    rows = rows.drop_duplicates(KEYS)
    if work.grain != work.info["grain"]:
        rows = _averaged(rows, work)
    median = rows["metric"].map(work.catalogue["statistic"]) == "median"
    rows["sd"] = rows["sd"].where(~median)
    found = [_interval(row, work.catalogue.loc[row.metric, "form"]) for row in rows.itertuples()]
    rows[["low", "high"]] = np.array(found, float).reshape(-1, 2)
    least = rows["metric"].map(work.catalogue["minimum"]).fillna(method.MIN_SHOWN)
    few = rows["n"] < least.clip(lower=method.MIN_SHOWN)
    rows.loc[few, ["value", "low", "high"]] = np.nan
    gone = [few, rows["value"].isna(), rows["n"].isna(), rows["low"].isna()]
    words = ["too_few", rows["value_why"], rows["n_why"], "no_spread"]
    return rows.assign(why=np.select(gone, words, ""))


def _averaged(rows: pd.DataFrame, work: Workbook) -> pd.DataFrame:
    """Average a finer grain: weighted by n where every part has one, else plainly.

    A median of the whole does not follow from the medians of its parts: it is not made up.
    """
    known = rows.groupby([*SERIES])["n"].transform(lambda n: n.notna().all())
    weighed = rows.assign(weight=rows["n"].where(known, 1.0))
    weighed["total"] = weighed["value"] * weighed["weight"]
    total = _coarsened(weighed, work, ["total", "weight", "n"])
    total["value"] = total["total"] / total["weight"]
    why = rows.groupby(SERIES)[["n_why"]].first()
    gone = dict.fromkeys(["sd", "low", "high"], np.nan)
    median = total["metric"].map(work.catalogue["statistic"]) == "median"
    total["value"] = total["value"].mask(median)
    told = pd.MultiIndex.from_frame(total[KEYS]).isin(total.attrs["gives_away"])
    total["value_why"] = np.select([median, told], ["median_parts", "gives_away"], "incomplete")
    return total.join(why, on=SERIES).assign(**gone)


def _interval(row: Any, form: str) -> tuple[float, float]:
    """Return the limits brought, else those a form of metric allows (F04, F06, F07)."""
    if not np.isnan(row.low) and not np.isnan(row.high):
        return row.low, row.high
    if np.isnan(row.value) or np.isnan(row.n) or row.n <= 0:
        return np.nan, np.nan
    if form == "share":
        return intervals.percent(row.value / 100 * row.n, row.n)[1:3]
    if form == "counts":
        return intervals.bounded_mean(row.value, row.sd, row.n, (0, 100))[1:3]
    if form == "rate":
        return intervals.poisson_rate(row.value / 1000 * row.n, row.n, per=1000)[1:3]
    return intervals.mean_of_moments(row.value, row.sd, row.n)[1:3]


def conflicts(work: Workbook) -> pd.DataFrame:
    """Show values that two sources give differently for one period; none of them is used.

    Returns
    -------
    DataFrame
        One row per metric, service, period and ``origin`` with its ``value`` and ``n``;
        ``apart``: how far the values of the period are from each other.
    """
    rows = contested(work)
    values = rows["value"].groupby([rows[key] for key in KEYS])
    rows["apart"] = values.transform("max") - values.transform("min")
    form = rows["metric"].map(work.catalogue["form"])
    rows["unit"] = rows["metric"].map(work.catalogue["unit"]).mask(form == "counts", "points")
    own = {code: wording.word(f"origin.{code}") for code in MEASURED}
    rows["origin_said"] = rows["origin"].map(lambda code: own.get(code, code))
    rows = ordered(rows.assign(why="no_spread"), work)
    return about(rows, "conflicts", work)


def at(rows: pd.DataFrame, period: str) -> pd.DataFrame:
    """Return the rows of one period; the table keeps its name and source."""
    return rows[rows["period"] == period].reset_index(drop=True)


def levels_by_period(work: Workbook) -> pd.DataFrame:
    """Return the overall rows of :func:`levels` over all periods, under a name of their own."""
    return about(overall(levels(work), work), "levels_by_period", work)


def present_levels(work: Workbook) -> pd.DataFrame:
    """Return the overall rows of :func:`levels` in the period judged."""
    return at(overall(levels(work), work), work.period)


def overall(rows: pd.DataFrame, work: Workbook) -> pd.DataFrame:
    """Return the rows of overall metrics; all of them where there is no overall one."""
    own = rows["metric"].map(work.catalogue["kpi"]) == method.OVERALL
    return rows[own].reset_index(drop=True) if own.any() else rows


DEFINITIONS = {
    "score": lambda c: 25 * ((c * np.arange(1, 6)).sum(axis=1) / c.sum(axis=1) - 1),
    "top2": lambda c: 100 * c[:, 3:].sum(axis=1) / c.sum(axis=1),
    "top2_of_sided": lambda c: 100 * c[:, 3:].sum(axis=1) / (c.sum(axis=1) - c[:, 2]),
    "net": lambda c: 100 * (c[:, 3:].sum(axis=1) - c[:, :2].sum(axis=1)) / c.sum(axis=1),
    "top1": lambda c: 100 * c[:, 4] / c.sum(axis=1),
}
"""Ways an agency may have made one percentage of counts on five levels (our list)."""


def definitions(work: Workbook) -> pd.DataFrame:
    """Recompute a published percentage from the counts, by every definition we know.

    Returns
    -------
    DataFrame
        One row per metric, service and period with a published figure: ``published``, one
        column per definition of :data:`DEFINITIONS`, and ``reproduces``, the codes of those
        that give the published figure when rounded as it is; "none", or "no_counts".
    """
    wide = counted(work).reindex(columns=range(1, 6)).dropna()
    counts = wide.to_numpy(float)
    with np.errstate(invalid="ignore"):  # a period nobody answered has no percentage
        made = {name: rule(counts) for name, rule in DEFINITIONS.items()}
    published = _valued(work).rename(columns={"value": "published", "metric": "figure"})
    published["metric"] = published["figure"].map(work.catalogue["published_of"])
    published = published[published["metric"].astype(bool) & published["published"].notna()]
    rows = published.join(pd.DataFrame(made, index=wide.index), on=KEYS)
    rows["reproduces"] = [_reproducing(row) for _, row in rows.iterrows()]
    return about(framed(rows, "definitions"), "definitions", work)


def _reproducing(row: pd.Series) -> str:
    """Name the definitions that round to the published figure."""
    if pd.isna(row["score"]):
        return "no_counts"
    digits = len(f"{row['published']:.10f}".rstrip("0").partition(".")[2])
    near = 0.5 * 10.0**-digits + 1e-9
    hits = [name for name in DEFINITIONS if abs(row[name] - row["published"]) <= near]
    return " ".join(hits) or "none"


def definition_runs(work: Workbook) -> pd.DataFrame:
    """Say month by month which definition reproduces the published figure, in runs.

    Returns
    -------
    DataFrame
        One row per run of periods with the same answer: ``first``, ``last``, how many
        (``periods``), ``reproduces`` (of several definitions the one that fits the series
        most often), and over the run the mean of ``published`` and of the recomputed score.
    """
    rows = definitions(work)
    runs = [run for _, series in rows.groupby(SERIES, sort=False) for run in _runs(series)]
    return about(runs, "definition_runs", work)


def _runs(series: pd.DataFrame) -> Iterator[dict[str, Any]]:
    hits = series["reproduces"].str.split()
    fits = hits.explode().value_counts()
    best = hits.map(lambda names: max(names, key=lambda name: (fits[name], name)))
    for _, run in series.assign(reproduces=best).groupby((best != best.shift()).cumsum()):
        yield {
            **run.iloc[0][[*SERIES, "reproduces"]], "periods": len(run),
            "first": run["period"].iloc[0], "last": run["period"].iloc[-1],
            **run[["published", "score"]].mean(), "why": "no_counts",
        }  # fmt: skip

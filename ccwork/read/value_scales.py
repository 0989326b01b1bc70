"""On what scale a ready value stands: the one stated, the metric's, or suspiciously another."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import pandas as pd

from ccwork.language.problems import Problem
from ccwork.language.spelling import key
from ccwork.language.wording import Both
from ccwork.read.files import cell_grid
from ccwork.read.table_parsing import Brought

MIXED_UP: Final = 20
"""A percentage so many times smaller than the others is taken for a fraction (our choice)."""

MIXED_MARKS: Final = 10
"""An opinion so many times smaller than the others is taken for another scale (our choice)."""

LOWEST_PART: Final = 0.1
"""Opinions all within so small a part of their scale are asked about (our choice)."""

_ENDS: Final = re.compile(r"(?:от |from )?(-?\d{1,3}) ?(?:-|–|—|\.\.\.?|…|до|to) ?(\d{1,3})")


def stated(written: str) -> tuple[float, float] | None:
    """Read the ends of a scale as people write them; None where they cannot be read.

    Examples
    --------
    >>> stated("от 1 до 5"), stated("0–10"), stated("01.май")
    ((1.0, 5.0), (0.0, 10.0), None)
    """
    found = _ENDS.fullmatch(key(written))
    low, high = map(float, found.groups()) if found else (0.0, 0.0)
    return (low, high) if low < high else None


def levels(metric: pd.Series) -> tuple[float, float]:
    """Return the first and the last level of a question; the first is 1 unless it is stated."""
    first = 1.0 if pd.isna(metric["first"]) else float(metric["first"])
    return first, first + metric["levels"] - 1


def natural(metric: pd.Series) -> tuple[float, float] | None:
    """Return the ends between which a metric's values lie; None where any number may stand."""
    ends = sorted(end for end in (metric["worst"], metric["best"]) if pd.notna(end))
    if metric["form"] == "counts" or metric["unit"] == "percent":
        return 0.0, 100.0
    if metric["unit"] == "level" and pd.notna(metric["levels"]):
        return levels(metric)
    if metric["unit"] not in ("level", "points"):
        return None
    if len(ends) == 2 and (metric["unit"] == "level" or ends[1] <= 100 * LOWEST_PART):
        return ends[0], ends[1]
    return (min([0.0, *ends]), max([100.0, *ends])) if metric["unit"] == "points" else None


def with_ends(metrics: pd.DataFrame) -> pd.DataFrame:
    """Fill in the ends of scales that are known anyway: percentages, levels."""
    rows = metrics.copy()
    for code, metric in metrics[metrics["worst"].isna() & metrics["best"].isna()].iterrows():
        ends = natural(metric)
        if ends and metric["form"] != "counts":
            rows.loc[code, ["worst", "best"]] = ends[:: 1 if metric["better"] == "higher" else -1]
    return rows


def told(rows: pd.DataFrame, catalogue: pd.DataFrame) -> pd.Series:
    """Return the scale of every value: the one written, or that of the question itself.

    Figures of a question asked on levels that all lie between its levels are their means.
    """
    scales, counted = rows["scale"].copy(), catalogue.index[catalogue["form"] == "counts"]
    if not (asked := {*counted} & {*rows["metric"]}):
        return scales
    open_ = rows[(scales == "") & rows["metric"].isin(asked) & rows["value"].notna()]
    for (code, *_), part in open_.groupby(_series(rows), sort=False):
        low, high = levels(catalogue.loc[code])
        if part["value"].between(low, high).all():
            scales[part.index] = f"{low:g}..{high:g}"
    return scales


def on_own_scale(rows: pd.DataFrame, catalogue: pd.DataFrame) -> pd.DataFrame:
    """Convert the values that stand on another scale to the scale of their metric."""
    scales, rows = told(rows, catalogue), rows.copy()
    said = rows[(scales != "") & rows["metric"].isin(catalogue.index)]
    for (metric, written), part in said.groupby(["metric", scales]) if len(said) else ():
        ends, scale = natural(catalogue.loc[metric]), stated(written)
        if not ends or not scale:  # told of elsewhere
            continue
        (bottom, top), (low, high) = ends, scale
        step = (top - bottom) / (high - low)
        for name in {"value", "low", "high"} & set(rows):
            rows.loc[part.index, name] = bottom + (part[name] - low) * step
        rows.loc[part.index, "sd"] = part["sd"] * step
    return rows


def _series(rows: pd.DataFrame) -> list[str]:
    return [name for name in ("metric", "service", "origin") if name in rows]


def problems(brought: Brought, catalogue: pd.DataFrame) -> Iterator[Problem]:
    """Check the ready values of a table by the scale of their metric."""
    frame = brought.frame
    if not {"metric", "value"} <= set(brought.where):
        return
    if "mode" in frame:
        frame = frame[frame["mode"] == "value"].assign(scale="")
        scales = frame["scale"]
    else:
        scales = told(frame, catalogue)
    known, cells = frame[frame["metric"].isin(catalogue.index)], brought.written["value"]
    written = np.array(cell_grid.plains(cells), object)[cells.codes]
    shown = dict(zip(brought.frame.index.tolist(), written.tolist(), strict=True))
    for (code, *_), rows in known.groupby(_series(frame), sort=False):
        metric, bare = catalogue.loc[code], scales[rows.index] == ""
        yield from () if bare.all() else _stated(brought, rows[~bare], scales, metric)
        yield from _plainly(brought, rows[bare]["value"].dropna(), shown, metric)
    yield from _apart(brought)


def _stated(
    brought: Brought, rows: pd.DataFrame, scales: pd.Series, metric: pd.Series
) -> Iterator[Problem]:
    """Check the values on a scale that is known, and say how they are converted."""
    own = natural(metric)
    for scale, part in rows.groupby(scales[rows.index], sort=False):
        ends = stated(scale)
        if not ends or not own:
            code = "scale_useless" if ends else "scale_unread"
            yield brought.problem(code, "scale", *part.index, found=scale)
            continue
        yield from _outside(brought, part["value"], *ends)
        if ends != own:
            middle = {"found": _shown(sum(ends) / 2), "new": _shown(sum(own) / 2)}
            code = "scale_assumed" if (part["scale"] == "").all() else "scale_converted"
            said = middle | {"scale": _span(ends), "own": _span(own)}
            yield brought.problem(code, "value", *part.index, grave=False, **said)


def _plainly(
    brought: Brought, values: pd.Series, written: Mapping[int, str], metric: pd.Series
) -> Iterator[Problem]:
    """Check the values whose scale is not stated."""
    own, percent = natural(metric), metric["unit"] == "percent"
    signed = [row for row in values.index if written[row].endswith("%")]
    for row in () if percent else signed:
        yield brought.problem("percent_sign", "value", row, found=written[row])
    if own and "mode" not in brought.frame:
        yield from _outside(brought, values, *own)
    bare = values.drop(signed)
    if percent:
        yield from _fractions(brought, bare, written, metric["better"] == "higher")
    opinion = metric["group"] == "subjective" and metric["better"] == "higher"
    if opinion if percent else metric["form"] == "counts" or metric["unit"] == "points":
        yield from _lowest(brought, bare, written, own)


def _outside(brought: Brought, values: pd.Series, low: float, high: float) -> Iterator[Problem]:
    for row, value in values[(values < low) | (values > high)].items():
        said = {"found": _shown(value), "low": _shown(low), "high": _shown(high)}
        yield brought.problem("out_of_range", "value", row, **said)


def _fractions(
    brought: Brought, bare: pd.Series, written: Mapping[int, str], ones: bool
) -> Iterator[Problem]:
    """Find percentages written as fractions of one, all of them or some.

    Nothing but 0 and 1 is "no" and "yes" of cases, or, where more is better, none and all.
    A value not far from one beside it fell or rose there by steps: it is no fraction.
    """
    low, high = bare[(bare > 0) & (bare < 1)], bare[bare > 1]
    known = high.reindex(bare.index)
    beside = np.fmin(known.ffill(), known.bfill())[low.index]
    low = low[~(beside < MIXED_UP * low)]
    if (ones or "case" in brought.where) and low.empty and high.empty:
        low = bare[bare == 1]
    if low.empty or (len(high) and high.median() < MIXED_UP * low.median()):
        return
    values = {"found": written[low.index[0]]}
    if len(high):
        values["other"] = written[high.index[0]]
    for row in low.index if len(high) else bare[bare > 0].index:
        yield brought.problem("mixed_shares" if len(high) else "fractions", "value", row, **values)


def _lowest(
    brought: Brought, bare: pd.Series, written: Mapping[int, str], own: tuple[float, float]
) -> Iterator[Problem]:
    """Find opinions on a scale of few marks, all of them or some, where points are needed."""
    mark = own[0] + LOWEST_PART * (own[1] - own[0])
    low, high = bare[(bare > 0) & (bare <= mark)], bare[bare > mark]
    if low.empty or (len(high) and high.median() < MIXED_MARKS * low.median()):
        return
    values = {"found": written[low.idxmax()], "low": _shown(own[0]), "high": _shown(own[1])}
    if len(high):
        values["other"] = written[high.index[0]]
    aims = "mode" in brought.frame
    code = "scale_target" if aims else "scale_mixed" if len(high) else "scale_asked"
    yield brought.problem(code, "value", *low.index, grave=not aims, **values)


def _apart(brought: Brought) -> Iterator[Problem]:
    """Find values outside their own interval: one of the two is in another unit."""
    rows = brought.frame
    if {"low", "high"} <= set(brought.where):
        off = (rows["low"] > rows["value"]) | (rows["high"] < rows["value"])
        cells = brought.written["value"]
        for at in np.flatnonzero(off):
            found = cells.categories[cells.codes[at]]
            yield brought.problem("interval_apart", "value", rows.index[at], found=found)


def _shown(value: float) -> Both:
    return Both(f"{value:.6g}".replace(".", ","), f"{value:.6g}")


def _span(ends: tuple[float, float]) -> Both:
    low, high = (f"{end:g}" for end in ends)
    return Both(f"от {low} до {high}", f"{low} to {high}")

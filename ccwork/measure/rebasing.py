"""When limits of a process chart may be drawn anew: four conditions, never by themselves."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import periods
from ccwork.read.cache import grouped, once
from ccwork.read.workbook import Workbook
from ccwork.stats import spc
from ccwork.stats.intervals import names

LIMITS: Final = ("centre", "lower", "upper")


@once
def dated(work: Workbook) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return metric and service -> changes that aim at them and began on a known day, by day."""
    rows = work.table("changes")
    rows = rows.assign(started=pd.to_datetime(rows["started"])).dropna(subset="started")
    return grouped(rows.sort_values("started", kind="stable"), "metric", "service")


def first_after(chart: pd.DataFrame, started: pd.Timestamp) -> int:
    """Return the place of the first period that began on this day or later."""
    began = [pd.Timestamp(f"{periods.parts(p, 'month')[0]}-01") for p in chart["period"]]
    return int(np.searchsorted(np.array(began, "datetime64[ns]"), np.datetime64(started)))


def rebasing_judged(chart: pd.DataFrame, change: Mapping[str, Any], good: int) -> dict[str, Any]:
    """Judge whether a chart may get new limits from a change on.

    Parameters
    ----------
    chart
        One series with ``adjusted`` values, limits and rules as they are before the change.
    change
        Its row of the register.
    good
        1 where higher is better, else -1.

    Returns
    -------
    dict
        The conditions, each yes or no: ``gate_signal`` (a shift after the change),
        ``gate_cause`` (what was changed is written down), ``gate_owner`` (the owner, named
        by position, states that the level will last), ``gate_points`` (7 points after),
        ``gate_signed`` (the head's words, where the level got worse; else "unneeded");
        ``points_after``, ``new_limits``: refused, trial or locked (12 points);
        ``old_centre`` and ``new_centre``; ``at``, the place the new limits begin.

    Notes
    -----
    Source: NHS "Making Data Count" (a judgement, only after a signal); the four conditions
    are our choice.
    """
    at = first_after(chart, change["started"])
    after = chart["adjusted"].to_numpy(float)[at:]
    points = int(np.isfinite(after).sum())
    fresh = spc.limits(after, lock=method.LOCK)
    old = float(chart["centre"].iloc[max(at - 1, 0)])
    worse = points > 0 and good * (fresh.centre - old) < 0
    met = {
        "gate_signal": bool((chart["shift"].to_numpy(int)[at:] != 0).any()),
        "gate_cause": any(_filled(change.get(f"what_{lang}")) for lang in ("ru", "en")),
        "gate_owner": change.get("lasts") == "yes" and _filled(change.get("lasts_who")),
        "gate_points": points >= method.RUN,
        "gate_signed": any(_filled(change.get(f"signed_{lang}")) for lang in ("ru", "en")),
    }
    said = {name: "yes" if held else "no" for name, held in met.items()}
    if not worse:
        met["gate_signed"], said["gate_signed"] = True, "unneeded"
    state = "refused" if not all(met.values()) else "locked" if points >= method.LOCK else "trial"
    centres = {"old_centre": old, "new_centre": fresh.centre}
    return said | {"points_after": points, "new_limits": state, "at": at} | centres


def sampling(rows: Mapping[str, Any]) -> np.ndarray:
    """Return the standard error of sampling behind each value; gaps have that of the others.

    Notes
    -----
    A quarter of the 95 % interval, near enough; NaN where a value has none.
    """
    value, low, high = (np.asarray(rows[name], float) for name in names("value"))
    errors, seen = (high - low) / 4, ~np.isnan(value)
    return np.where(seen, errors, errors[seen].mean() if seen.any() else np.nan)


def drawn(rows: Mapping[str, Any], good: int) -> dict[str, np.ndarray]:
    """Return the limits locked on the first points of some rows, and the rules they break.

    Where answers are unevenly many every point has limits of its own width.
    """
    values = np.asarray(rows["adjusted"], float)
    limits = spc.limits(values, lock=method.LOCK)
    wide = spc.widths(limits, sampling(rows))
    broken = spc.flags(limits.centre + (values - limits.centre) / wide, limits, run=method.RUN)
    lines = {rule: flags.astype(int) * good for rule, flags in broken.items()}
    for name, end in zip(LIMITS, limits, strict=False):
        lines[name] = limits.centre + (end - limits.centre) * wide
    return lines


def _filled(words: object) -> bool:
    return isinstance(words, str) and bool(words.strip())


def redrawn(chart: pd.DataFrame, found: Mapping[str, Any], good: int) -> pd.DataFrame:
    """Give a chart new limits from a place on; the old ones stay beside them."""
    chart, at = chart.copy(), found["at"]
    late = chart.index[at:]
    chart.loc[late, [f"old_{name}" for name in LIMITS]] = chart.loc[late, list(LIMITS)].to_numpy()
    lines = pd.DataFrame(drawn(chart.loc[late], good), late)
    chart.loc[late, list(LIMITS)] = lines[list(LIMITS)]
    rules = list(spc.RULES)
    chart.loc[late, rules] = lines[rules] if found["new_limits"] == "locked" else 0
    chart.loc[late, "part"] += 1
    return chart

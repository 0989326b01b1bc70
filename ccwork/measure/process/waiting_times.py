"""Waits before each step, with what the law makes wait set apart.

The wait before a step is the time from the last end of any earlier step of the same case (where
ends are not known: from its start) to the start of the step; the first step of a case has none.
"""

from typing import Final

import numpy as np
import pandas as pd

from ccwork.measure.process.events import ordered_events
from ccwork.measure.process.handovers import ALIKE, DAY, FEWEST_ALIKE, MINUTE, MOST_ALIKE
from ccwork.read.logs.log_events import MOST_MISSING, coded
from ccwork.read.logs.timestamps import HOUR
from ccwork.stats import intervals

WAITS: Final = [
    "step", "n", "wait", "wait_low", "wait_high", "p90", "p90_low", "p90_high", "hours", "norm",
    "within", "within_low", "within_high", "excess", "statutory", "why",
]  # fmt: skip


def waits(steps: pd.DataFrame) -> pd.DataFrame:
    """Measure the wait before each step, with what the law makes wait set apart.

    Returns
    -------
    DataFrame
        One row a step, the longest wait in all first, statutory ones last: ``step``, ``n``
        waits (the first step of a case has none), ``wait`` their median with limits,
        ``p90`` with limits, ``hours`` in all; ``share`` of all waiting that is not statutory
        (percent); ``norm`` (hours, median of those given), ``within`` with Wilson limits: the
        percentage that kept to it; ``excess``, hours beyond the norm, and ``excess_share``
        (percent of the excess of all steps); ``statutory`` "yes" or "no". Where there is no
        share the column ``why`` says so: "no_norm" or "statutory".

    Notes
    -----
    A norm is held against wait and work together: from the last end before the step to its
    own end (where that is not known, to its start). A step is statutory when its rows say so
    (``kind``), or when at least :data:`MOST_ALIKE` of its waits lie within one percent of its
    norm, or, without a norm and from a day up, of their median: such a wait is no bottleneck,
    for nobody could have shortened it (our choices).
    """
    events = ordered_events(steps)
    codes, words = coded(steps["step"])
    kinds, kind_words = coded(steps["kind"]) if "kind" in steps else (codes * 0, [""])
    norm = steps["norm"].to_numpy(float) if "norm" in steps else np.full(len(steps), np.nan)
    rows = pd.DataFrame(
        {"step": words[codes[events.rows]], "gap": events.gap, "norm": norm[events.rows],
         "work": np.where(events.timed, (events.end - events.start) / HOUR, 0.0),
         "said": np.isin(kind_words, ["statutory"])[kinds][events.rows]}
    )  # fmt: skip
    rows = rows[rows["gap"].notna()]
    found = [_step_wait(step, group) for step, group in rows.groupby("step", sort=True)]
    table = pd.DataFrame(found, columns=WAITS)
    free = table["statutory"] == "no"
    for column, share in (("hours", "share"), ("excess", "excess_share")):
        total = table.loc[free, column].sum()
        shown = 100 * table[column] / total if total > 0 else np.nan
        table[share] = np.where(free & table[column].notna(), shown, np.nan)
    table["last"] = ~free
    order = table.sort_values(["last", "hours"], ascending=[True, False], kind="stable")
    return order.drop(columns="last").reset_index(drop=True)


def _step_wait(step: str, rows: pd.DataFrame) -> dict[str, object]:
    """Return the figures of the waits before one step."""
    gap, norm = rows["gap"].to_numpy(), rows["norm"].to_numpy()
    statutory = bool(rows["said"].mean() > MOST_MISSING) or _always_the_same(gap, norm)
    limited = ~np.isnan(norm)
    over = np.maximum(gap + rows["work"].to_numpy() - norm, 0)[limited]
    # a minute of rounding in a log must not make a step late
    kept = int((over < MINUTE).sum())
    judged = limited.any() and not statutory
    within = intervals.percent(kept, int(limited.sum()))[:3]
    median, p90 = intervals.quantile(gap, 0.5), intervals.quantile(gap, 0.9)
    figures = [
        step, len(gap), *median[:3], *p90[:3], gap.sum(),
        float(np.median(norm[limited])) if limited.any() else np.nan,
        *(within if judged else [np.nan] * 3), over.sum() if judged else np.nan,
        "yes" if statutory else "no", "statutory" if statutory else "no_norm",
    ]  # fmt: skip
    return dict(zip(WAITS, figures, strict=False))


def _always_the_same(gap: np.ndarray, norm: np.ndarray) -> bool:
    """Tell whether nearly all waits equal their norm, or without one their own median."""
    if len(gap) < FEWEST_ALIKE:
        return False
    middle = np.median(gap)
    aim = np.where(np.isnan(norm), middle if middle >= DAY else np.nan, norm)
    alike = (aim > 0) & (np.abs(gap - aim) <= ALIKE * aim)
    return bool(alike.mean() >= MOST_ALIKE)

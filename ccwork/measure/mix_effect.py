"""Why a total moved: because groups changed inside, or because clients moved between them."""

from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import periods, wording
from ccwork.measure.metrics import answered, values
from ccwork.measure.process import case_tables, chosen_service
from ccwork.measure.process.what_if import seed
from ccwork.read.workbook import Workbook, of_days
from ccwork.stats import decomposition, intervals
from ccwork.tell import small_counts
from ccwork.tell.tables import about

GROUPS: Final = ("channel", "segment")
LEAD: Final = "lead_hours"
"""What is taken apart where no metric of answers is named: hours from first to last step."""

ROWS: Final = [
    *["group_of", "n", "share_then", "share_now", "was", "is_now"],
    *(column for part in ("moved", "inside", "mix") for column in intervals.names(part)),
]


def decomposed(
    work: Workbook, metric: str = "satisfaction", by: str = "channel", service: str = ""
) -> pd.DataFrame:
    """Take the change of a service's figure apart by channel or group of clients.

    Parameters
    ----------
    work
        The workbook.
    metric
        A question (its score, 0-100), or "lead_hours": hours of cases ended, from the steps.
    by
        "channel" or "segment".
    service
        Code of the service; empty: the one chosen, or alone in the log.

    Returns
    -------
    DataFrame
        One row a group (``group_said`` in the language in force) and a last one "all": ``n``
        answers or cases in both windows, ``share_then`` and ``share_now`` (percent), ``was``,
        ``is_now`` and their difference ``moved``; ``inside``, what the group's own change adds
        to the total, and ``mix``, what the change of its share adds, each with limits. All
        parts sum to the change of the total. ``say`` (in the last row): masked (parts proven
        with opposite signs), inside, mix (one proven), both, or none; few where a window has
        too few cases, cut where the definition changed within them.

    Raises
    ------
    ValueError
        When `by` is neither.

    Notes
    -----
    F28; limits by drawing cases anew within each window. The windows: last year and the year
    before; of less history two halves. Groups with fewer than 10 cases in both windows
    together are joined as "rest" (our choice).
    """
    intervals.demand(by in GROUPS, f"`by` must be one of {GROUPS}", by)
    service = service or chosen_service.service(work)
    cases = _cases(work, metric, by, service)
    key, of = ["group_of"], ["steps" if metric == LEAD else "answers"]
    now = _window(cases, work)
    if not {True, False} <= set(now) or cases["group"].nunique() < 2:
        none = pd.DataFrame(columns=["service", "metric", "figure_said", *ROWS, "say"])
        return about(none, "mix", work, key=key, of=of)
    cases = cases[now.notna()]
    groups, place = np.unique(cases["group"], return_inverse=True)
    scores, late = cases["value"].to_numpy(float), now.dropna().to_numpy(bool)
    halves = [(scores[part], place[part]) for part in (~late, late)]
    told = [decomposition.means_by_group(*half, len(groups)) for half in halves]
    totals = [half[0].mean() for half in halves]
    rows = pd.DataFrame({"group_of": [*groups, "all"], "n": [*np.bincount(place), len(cases)]})
    for name, (share, mean), total in zip(("then", "now"), told, totals, strict=True):
        rows[f"share_{name}"] = [*(100 * share), 100.0]
        rows["was" if name == "then" else "is_now"] = [*mean, total]
    groups_of = [*[[value[at == g] for value, at in halves] for g in range(len(groups))],
                 [value for value, _ in halves]]  # fmt: skip
    rows[intervals.names("moved")] = [intervals.welch(*each)[:3] for each in groups_of]
    parts = decomposition.kitagawa_of_cases(*halves, len(groups), seed(work, f"mix|{metric}|{by}"))
    for inside, mix, part in zip(*map(intervals.names, ("inside", "mix")), parts, strict=True):
        rows[inside], rows[mix] = part
    sizes = [np.bincount(at, minlength=len(groups)) for _, at in halves]
    rows["gives_away"] = _kept(sizes) & (not work.info.get(small_counts.OPEN))
    rows.loc[rows["gives_away"], ROWS[4:]] = np.nan
    few = min(len(half[0]) for half in halves) < method.MIN_COMPARED
    cut = metric != LEAD and _cut(work, metric, service, cases["day"])
    if few or cut:
        rows[ROWS[4:]] = np.nan
    ours = ("all", "rest", "unknown")
    rows["group_said"] = [
        wording.word(f"group_of.{code}") if code in ours else wording.name(by, code)
        for code in rows["group_of"]
    ]
    said_of = ("cut" if cut else "few") if few or cut else _said(rows.iloc[-1].to_dict())
    rows["say"] = [*[""] * len(groups), said_of]
    said = wording.word(f"{LEAD}.name") if metric == LEAD else wording.name("metric", metric)
    why = "cut" if cut else "few_cases"
    rows = rows.assign(why=why, metric=metric, service=service, figure_said=said)
    return about(rows, "mix", work, key=key, of=of)


def _kept(sizes: list[np.ndarray]) -> np.ndarray:
    """Tell which groups have few in a window, or give few away; the row of all never."""
    return np.append(np.any([small_counts.hidden(n) for n in (*sizes, sum(sizes))], axis=0), False)


def _cut(work: Workbook, metric: str, service: str, days: pd.Series) -> bool:
    """Tell whether the definition or the source of a figure changed within these days."""
    told = values(work)
    own = (told["metric"] == metric) & (told["service"] == service)
    within = told["period"].isin(set(of_days(days, work.grain)))
    return told.loc[own & within, "version"].nunique() > 1


def _said(total: dict[str, Any]) -> str:
    """Name what is proven of the two parts of a total."""
    signs = [
        int(total[f"{part}_low"] > 0) - int(total[f"{part}_high"] < 0)
        for part in ("inside", "mix")
    ]
    if all(signs):
        return "both" if signs[0] == signs[1] else "masked"
    return "inside" if signs[0] else "mix" if signs[1] else "none"


def _cases(work: Workbook, metric: str, by: str, service: str) -> pd.DataFrame:
    """Return ``value``, ``group`` and ``day`` of each answer, or of each case that ended."""
    if metric == LEAD:
        rows = case_tables.journey(work, "cases", service)
        none = {"began": pd.NaT, "lead": np.nan, by: ""}
        rows = rows[~rows["open"]] if len(rows) else rows.assign(**none)
        rows = rows.rename(columns={"lead": "value", "began": "day", by: "group"})
    else:
        rows = answered(work)
        rows = rows[(rows["metric"] == metric) & (rows["service"] == service)]
        rows = rows.rename(columns={"date": "day", by: "group", "points": "value"})
    rows = rows.assign(group=rows["group"].astype(str).replace("", "unknown"))
    small = rows.groupby("group")["value"].transform("size") < method.MIN_SHOWN
    rows["group"] = rows["group"].mask(small, "rest")
    return rows[["value", "group", "day"]].reset_index(drop=True)


def _window(cases: pd.DataFrame, work: Workbook) -> pd.Series:
    """Tell of each case: in the last year (True), in the year before (False), or earlier (NaN)."""
    if cases.empty:
        return pd.Series(dtype=object)
    period = pd.Series(of_days(cases["day"], work.grain), index=cases.index)
    then, now = periods.windows(min(period, key=periods.last_day), work.period)
    return period.map(dict.fromkeys(then, False) | dict.fromkeys(now, True))

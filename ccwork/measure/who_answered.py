"""Who answered, and how: what forbids taking changed opinions for a changed service."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import special

from ccwork import method
from ccwork.language import periods, wording
from ccwork.language.problems import Problem
from ccwork.measure.metrics import values
from ccwork.measure.provenance import SERIES, by_group, in_codes, respondents
from ccwork.read.cache import dicts, once
from ccwork.read.workbook import Workbook, row_kinds
from ccwork.stats.intervals import bounded_mean, moments_of_counts, mover
from ccwork.tell.tables import about, framed

FALLS: Final = {
    "response_fell": "not_comparable",
    "forms_alike": "not_proven",
    "forms_lined": "not_proven",
    "mix_changed": "not_proven",
    "inner_among": "",
}
"""Doubt -> what "better" and "worse" fall to; "": it is only said, and no thanks rest on it."""

FELL: Final = 2 / 3
"""The response fell sharply when it is below this part of what it was (our choice)."""

FELL_POINTS: Final = 20
"""It also fell sharply when so many in a hundred fewer answered (our choice)."""

LEAST_FELL: Final = 5
"""Fewer in a hundred than this are no fall, however low the response was (our choice)."""

BY_CHANCE: Final = 1e-4
"""So rarely chance makes so many equal forms in a day, or such a mix (our choice)."""

HALF, MOST = 0.5, 0.8
"""So much of a day's forms must be equal; more where the period has hardly another day
(our choice): a day may be that of entering them."""

SELDOM, QUESTIONS = 0.05, 3
"""One form of so many questions that half a period gave was hardly given before (our choice)."""

MIX: Final = 10.0
"""A share of clients that moved by so many points changed the mix (our choice)."""


@once
def doubts(work: Workbook) -> pd.DataFrame:
    """Name what speaks against taking the opinions of the period for those of all clients.

    Returns
    -------
    DataFrame
        One row per service (and metric, where only it is meant) and ``doubt``: response_fell,
        against the year before; forms_alike, ``n`` of ``of_all`` forms equal and of one day;
        forms_lined, as many equal, whatever their day, and hardly any such before;
        mix_changed, with ``same_mix``, the change had the client groups weighed the same;
        inner_among, staff among outer clients. ``then_share`` and ``now_share`` are percentages
        of what is meant: answers of those invited, equal forms, the group that moved most.

    Notes
    -----
    Sources: OMB Standards and Guidelines for Statistical Surveys 3.2.9 (response); Kuriakose
    and Robbins (2016) (forms alike); Kitagawa (1955) (mix). The bars are our choice.
    """
    then = year_windows(work)[0]
    rows = [*_response(work, then), *_alike(work), *_groups(work, _told(work), then)]
    table = framed(rows, "doubts").assign(why="no_before")
    new = (table["doubt"] == "mix_changed") & table["same_mix"].isna()
    table["say"] = table["doubt"].mask(new, "mix_new")
    return about(table, "doubts", work)


def year_windows(work: Workbook) -> tuple[list[str], list[str]]:
    """Return the periods of the year before and of the last year, or two halves of less."""
    first = min(values(work)["period"], key=periods.last_day, default=work.period)
    return periods.windows(first, work.period)


def doubted(rows: pd.DataFrame, work: Workbook) -> pd.DataFrame:
    """Say beside the verdict of opinions why it cannot be trusted; "better" and "worse" fall.

    A change of the mix leaves the word that the same mix would have as well.
    """
    rows, known = rows.copy(), doubts(work)
    opinion = rows["metric"].map(work.catalogue["group"]) == "subjective"
    for doubt in dicts(known.iloc[::-1]):
        own = opinion & (rows["service"] == doubt["service"])
        own &= (rows["metric"] == doubt["metric"]) | (doubt["metric"] == "")
        good = np.where(doubt["same_mix_low"] > 0, "better", "")
        kept = good if not doubt["same_mix_high"] < 0 else "worse"
        moved = own & rows["verdict"].isin(["better", "worse"])
        fallen = moved & (rows["verdict"] != kept) & (FALLS[doubt["doubt"]] != "")
        rows.loc[fallen, "verdict"] = FALLS[doubt["doubt"]]
        rows.loc[fallen & (rows["verdict"] == "not_comparable"), "basis"] = "unable"
        rows.loc[moved | (own & (rows["note"] == "")), "note"] = doubt["doubt"]
    return rows


def problems(work: Workbook) -> Iterator[Problem]:
    """Warn of forms alike and of staff among outer clients: they are rows to look at."""
    rows = doubts(work)
    for row in dicts(rows[rows["doubt"].isin(["forms_alike", "forms_lined", "inner_among"])]):
        found = {"service": wording.name("service", row["service"]), "n": f"{row['n']:.0f}"}
        found["all"] = f"{row['of_all']:.0f}"
        yield Problem(row["doubt"], values=found, grave=False)


def shaken(work: Workbook, client: str, metrics: Iterable[str]) -> bool:
    """Tell whether the opinions of a kind of client rest on answers in doubt."""
    services = work.table("services")
    own = set(services.loc[services["client"] == client, "service"])
    return any(
        row["service"] in own and row["doubt"] != "inner_among" and row["metric"] in ("", *metrics)
        for row in dicts(doubts(work))
    )


def _response(work: Workbook, then: list[str]) -> Iterator[dict[str, Any]]:
    """Find services whose clients answer much more rarely than the year before."""
    sent = work.table("surveys")
    known = values(work).groupby(["service", "period"])["n"].max().rename("seen").reset_index()
    sent = sent.merge(known, "left", ["service", "period"])
    sent["n"] = sent["answered"].astype(float).fillna(sent["seen"].astype(float))
    sent = sent[(sent["invited"] >= method.MIN_COMPARED) & sent["n"].notna()]
    for service, own in sent.groupby("service", sort=False):
        now, past = own[own["period"] == work.period], own[own["period"].isin(then)]
        if now.empty or past.empty:
            continue
        was, became = (100 * each["n"].sum() / each["invited"].sum() for each in (past, now))
        fell = was - became
        if fell >= FELL_POINTS or (became <= FELL * was and fell >= LEAST_FELL):
            yield _doubt(service, "response_fell", now["n"].sum(), now["invited"].sum(), was)


def _doubt(service: str, doubt: str, n: float, of_all: float, then: float) -> dict[str, Any]:
    """Return a doubt about a service: what is now `n` of `of_all` was `then` percent."""
    told = {"n": n, "of_all": of_all, "then_share": then, "now_share": 100 * n / of_all}
    return {"service": service, "metric": "", "doubt": doubt, **told}


def _forms(work: Workbook) -> pd.DataFrame:
    """Return who answered, one a row; ``form`` is the same of equal answers to all ``asked``."""
    rows = in_codes(work, work.grain)
    person, asked = rows["person"].to_numpy(), np.bincount(rows["person"])
    marks, kinds = row_kinds(rows, ["metric", "level"])
    signs = np.random.default_rng(0).integers(1 << 63, size=len(kinds))
    form, days = np.zeros(len(asked), dtype=int), rows["date"].to_numpy("datetime64[us]")
    first = np.full(len(asked), np.iinfo(int).max)
    np.add.at(form, person, signs[marks])
    np.minimum.at(first, person, days.view(int))
    forms = respondents(work)[["service", "period"]]
    return forms.assign(date=first.view(days.dtype), form=form, asked=asked)


def _alike(work: Workbook) -> Iterator[dict[str, Any]]:
    """Find forms of one day that are far more often equal than all others are."""
    for service, own in _forms(work).groupby("service", observed=True):
        now = own["period"] == work.period
        equal = own[now].groupby(["date", "form"]).size()
        equal = equal[equal >= method.MIN_SHOWN]
        heaps = [heap for heap in equal.items() if _heaped(own, now, *heap)]
        if not heaps:
            yield from _lined(service, own[now], own[~now])
            continue
        n, (day, form) = sum(size for _, size in heaps), max(heaps, key=lambda heap: heap[1])[0]
        usual = (own.loc[~(now & (own["date"] == day)), "form"] == form).mean()
        yield _doubt(service, "forms_alike", n, now.sum(), 100 * usual)


def _lined(service: str, now: pd.DataFrame, before: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Find one form that half of the period gave, and hardly anybody before."""
    if min(len(now), len(before)) < method.MIN_COMPARED:
        return
    form = now["form"].mode()[0]
    same, usual = now[now["form"] == form], (before["form"] == form).mean()
    n = len(same)
    if same["asked"].iloc[0] >= QUESTIONS and n >= HALF * len(now) and usual <= SELDOM:
        yield _doubt(service, "forms_lined", n, len(now), 100 * usual)


def _heaped(own: pd.DataFrame, now: pd.Series, heap: tuple[pd.Timestamp, int], size: int) -> bool:
    """Tell whether one form is far more frequent on a day of the period than at other times."""
    day, form = heap
    here = now & (own["date"] == day)
    whole, others = int(here.sum()), own.loc[~here, "form"]
    need = HALF if (now & ~here).sum() >= method.MIN_SHOWN else MOST
    if len(others) < method.MIN_SHOWN or size < need * whole:
        return False
    rare = (1 + (others == form).sum()) / (2 + len(others))
    return bool(special.bdtrc(size - 1, whole, rare) < BY_CHANCE)


def _told(work: Workbook) -> pd.DataFrame:
    """Return how often each level was given by each client group, at the grain of the workbook."""
    told = pd.concat([by_group(work), work.table("counts")]).astype(
        {"level": float, "count": float}
    )
    told["period"] = [periods.coarsen(each, work.grain) for each in told["period"]]
    return told[told["segment"].fillna("") != ""]


def _groups(work: Workbook, told: pd.DataFrame, then: list[str]) -> Iterator[dict[str, Any]]:
    """Find staff among outer clients, and client groups whose shares moved."""
    outer = work.table("services").set_index("service")["client"]
    inner = set(work.catalogues["segments"].query("client == 'internal'").index)
    told = told.assign(now=told["period"] == work.period)
    told = told[told["now"] | told["period"].isin(then)]
    wide = told.pivot_table("count", [*SERIES, "now", "segment"], "level", "sum").fillna(0)
    wide = wide.reindex(columns=range(1, int(max(wide, default=0)) + 1), fill_value=0)
    parts: dict[tuple[str, str], list[dict[str, np.ndarray]]] = {}
    for (*series, now, group), counts in zip(wide.index, wide.to_numpy(float), strict=True):
        parts.setdefault(tuple(series), [{}, {}])[0 if now else 1][group] = counts
    for (metric, service), sides in parts.items():
        sums = [sum(counts.sum() for counts in side.values()) for side in sides]
        row = {"service": service, "metric": metric, "of_all": sums[0]}
        staff = sum(counts.sum() for group, counts in sides[0].items() if group in inner)
        if outer.get(service) == "external" and staff >= method.MIN_SHOWN:
            share = 100 * staff / row["of_all"]
            yield row | {"metric": "", "doubt": "inner_among", "n": staff, "now_share": share}
        if min(sums) >= method.MIN_COMPARED:
            yield from _mix(row, sides, int(work.catalogue.loc[metric, "levels"]))


def _mix(
    row: dict[str, Any], sides: list[dict[str, np.ndarray]], top: int
) -> Iterator[dict[str, Any]]:
    """Compare the shares of the client groups, and the score had they been the same."""
    groups, none = sorted({*sides[0], *sides[1]}), np.zeros(top)
    counts = [[side.get(group, none)[:top] for group in groups] for side in sides]
    sums = np.sum(counts, axis=2)
    shares = 100 * sums / sums.sum(axis=1, keepdims=True)
    most = int(np.abs(shares[0] - shares[1]).argmax())
    expected = sums.sum(0) * sums.sum(1, keepdims=True) / sums.sum()
    chance = special.chdtrc(max(len(groups) - 1, 1), ((sums - expected) ** 2 / expected).sum())
    if abs(shares[0] - shares[1])[most] < MIX or chance >= BY_CHANCE:
        return
    points = 100 * np.arange(top) / (top - 1)
    every = [moments_of_counts(points, given) for given in sum(counts, [])]
    parts = [bounded_mean(*moments, (0, 100)) for moments in every]
    weight = shares.mean(axis=0) / 100
    same = mover(parts, [*weight, *-weight])
    yield row | {"doubt": "mix_changed", "n": sums[0][most], "now_share": shares[0][most],
                 "then_share": shares[1][most], **same.columns("same_mix")}  # fmt: skip

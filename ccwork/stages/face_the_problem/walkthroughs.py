"""Walking the client's path: what was seen, where it hurts, whether observers agree.

Outer walks go the path of an external client, inner ones that of an internal client; leaders'
field visits are counted. Only the last year counts. Source: Zhurikhin 2023, stage 1.
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import periods, redaction, wording
from ccwork.measure import checklists
from ccwork.measure.checklists import year
from ccwork.read.cache import dicts, grouped, once, once_said
from ccwork.read.data_dictionary import dictionary
from ccwork.read.workbook import Workbook, of_days
from ccwork.stats import agreement, intervals
from ccwork.tell.tables import about, framed

FORMS: Final = {"walkthrough": "outer", "walkthrough_inner": "inner"}
"""Which checklist is which kind of walk."""

SOURCE: Final = "visitor"
"""Only who walked the path as a client has seen it."""

PAIRS: Final = 10
"""So many visits seen by two observers make agreement worth computing."""

USABLE: Final = 0.8
TENTATIVE: Final = 0.667
"""Agreement from which scores are used, and below which they are not (Krippendorff 2004)."""

PREVAILS: Final = 0.8
"""Where one answer makes more than this share, AC1 judges in place of alpha."""

ENOUGH: Final = agreement.visits_to_see(0.2)
"""So many visits meet a trouble that befalls every fifth client: 14."""

QUOTES: Final = 5
"""So many of the clients' own words on one item are quoted (our choice)."""

GROUPS: Final = ["service", "kind"]
SCORE: Final = intervals.names("score")
MEASURES: Final = {
    "actions": ("actions", "client_actions"), "documents": ("documents", "documents"),
    "trips": ("visits", "visits"), "minutes": ("minutes", "client_minutes"),
    "roubles": ("roubles", "client_roubles"), "km": ("km", "distance_km"),
}  # fmt: skip
"""What a visit costs the client -> its unit, and the objective metric it speaks of."""


@once
def walk_answers(work: Workbook, *, doubles: bool = False) -> pd.DataFrame:
    """Return the answers of the last year's walks, with their ``kind``: outer or inner."""
    rows = checklists.answers(work, source=SOURCE, doubles=doubles)
    rows = year(work, rows[rows["form"].isin(list(FORMS))])
    named = rows["service"].astype(str).replace("", "—")
    return rows.assign(kind=rows["form"].map(FORMS), service=named)


def walks(work: Workbook) -> pd.DataFrame:
    """Score the walks of every service.

    Returns
    -------
    DataFrame
        One row per service and kind: the columns of :func:`checklists.scores`, the
        answers ``good_places`` (2) and ``bad_places`` (0 or 1), ``witnessed``: per cent of all
        answers that carry evidence, ``of_hundred``: ``sure`` in clients
        of a hundred, ``observers`` (:func:`observer_agreement`), ``basis_visits``: enough, or
        little below :data:`ENOUGH`. Where observers disagree only the visits are
        counted.
    """
    rows = walk_answers(work)
    found = checklists.scores(rows, GROUPS)
    known = rows[rows["score"].notna()]
    proof = 100.0 * (known["evidence"].fillna("").astype(str).str.strip() != "")
    places = known.assign(good=known["score"] == 2, proof=proof).groupby(GROUPS)
    places = places.agg(good_places=("good", "sum"), witnessed=("proof", "mean"))
    found = found.join(places.astype(float), on=GROUPS)
    found["bad_places"] = found["items"] - found["good_places"]
    found = _held(found, [*SCORE, "good_places", "bad_places", "critical_failed"], work)
    found["why"] = found["score_why"]
    found["basis_visits"] = np.where(found["visits"] < ENOUGH, "little", "enough")
    found["of_hundred"] = found["sure"].round()
    found["say"] = found["score_why"].where(found["score_why"] != "", found["basis_visits"])
    return about(found, "walkthroughs", work)


def _held(found: pd.DataFrame, columns: list[str], work: Workbook) -> pd.DataFrame:
    """Withhold numbers where observers disagree: nothing of these walks is published."""
    found["observers"] = found["kind"].map(publishable(work)).fillna("unchecked")
    wrong = found["observers"] == "retrain"
    found[columns] = found[columns].astype(float).mask(wrong, axis=0)
    found.loc[wrong, f"{columns[0]}_why"] = "retrain"
    return found


@once
def outer_beside_inner(work: Workbook) -> pd.DataFrame:
    """Put outer and inner walks side by side, KPI by KPI.

    Returns
    -------
    DataFrame
        One row per ``kpi`` that either kind looked at: ``outer`` and ``inner``, the scores with
        their limits and the reason where there is none; ``outer_visits``, ``inner_visits``.
    """
    found = _held(checklists.scores(walk_answers(work), ["kpi", "kind"]), SCORE, work)
    found = found.set_index(["kpi", "kind"])
    blank, rows = {"score_why": "no_visits", "visits": 0}, []
    for kpi in method.KPIS:
        row: dict[str, Any] = {"kpi": kpi}
        for kind in FORMS.values():
            seen = blank if (kpi, kind) not in found.index else found.loc[(kpi, kind)]
            for end in ("", "_low", "_high", "_why"):
                row[kind + end] = seen.get(f"score{end}", np.nan)
            row[f"{kind}_visits"] = seen["visits"]
        rows.append(row)
    return about(
        [row for row in rows if row["outer_visits"] or row["inner_visits"]], "beside_walks", work
    )


# ---------------------------------------------------------------- places


@once_said
def obstacles(work: Workbook) -> pd.DataFrame:
    """List every item some visit did not find in order, worst first in each service.

    Returns
    -------
    DataFrame
        One row per service, kind and item: ``sign``, ``barrier``, ``kpi``, ``hits`` visits
        scored 0 or 1 of ``visits``, ``experience`` ux or cx, ``share`` (percent) with its Wilson
        interval, and ``words_said``: the clients' own words, released ones only, personal data
        hidden.

    Notes
    -----
    Order: weight of the item times the share of visits, our choice. Fewer than 10 visits:
    counts, no share (F04). Where observers disagree no figure and no order is told.
    """
    rows = [
        {**_place(group), "hits": len(bad), "words_said": words_released(bad)}
        for group in _items(work)
        if (bad := [row for row in group if row["score"] < 2])
    ]  # fmt: skip
    found = framed(rows, "obstacles")
    found["experience"] = found["item"].map(work.catalogues["items"]["experience"]).fillna("")
    met = zip(found["hits"], found["visits"], strict=True)
    shares = [intervals.percent(*pair, least=method.MIN_SHOWN)[:3] for pair in met]
    ends = intervals.names("share")
    found[ends] = np.array(shares, float).reshape(-1, 3)
    found["share_why"] = "too_few"
    found["pain"] = found["weight"] * found["hits"] / found["visits"]
    found = _held(found, [*ends, "hits", "pain"], work)
    found["hits_why"] = found["share_why"]
    place = found.groupby(GROUPS, sort=False).ngroup()
    found = found.assign(place=place, least=-found["pain"])
    found = found.sort_values(["place", "least"], kind="stable", ignore_index=True)
    first = ~found.duplicated(GROUPS)
    words = np.where(found["share"].notna(), "worst", "worst_few")
    found["say"] = np.where(first & found["hits"].notna(), words, "")
    return about(found, "obstacles", work)


@once_said
def strong_places(work: Workbook) -> pd.DataFrame:
    """List every item that all visits found in order: what to keep.

    Returns
    -------
    DataFrame
        One row per service, kind and item: ``kpi``, ``visits``, ``sure`` (what they may have
        missed, F41), ``words_said``. None where observers disagree.
    """
    rows = [
        {**_place(group), "sure": 100 * agreement.unseen(len(group)),
         "words_said": words_released(group)}
        for group in _items(work)
        if all(row["score"] == 2 for row in group)
    ]  # fmt: skip
    found = framed(rows, "strong_places")
    found = found[found["kind"].map(publishable(work)) != "retrain"]
    found["strong"] = found.groupby(GROUPS)["item"].transform("size")
    found["say"] = np.where(found.duplicated(GROUPS), "", "all")
    return about(found, "strong_places", work)


def _items(work: Workbook) -> Iterator[list[dict[str, Any]]]:
    """Walk through the answers to every item of every service and kind that applied."""
    rows = walk_answers(work)
    rows = rows[rows["score"].notna()].sort_values("kind", ascending=False, kind="stable")
    yield from grouped(rows, *GROUPS, "item").values()


def _place(group: list[dict[str, Any]]) -> dict[str, Any]:
    first = group[0]
    same = {name: first[name] for name in (*GROUPS, "item", "kpi", "weight")}
    tags = {name: first[name] if first[name] else "" for name in ("sign", "barrier")}
    return same | tags | {"visits": len(group)}


def words_released(rows: list[dict[str, Any]]) -> str:
    """Quote the released words of some answers; say where there are others, or none at all.

    The latest :data:`QUOTES` are quoted, more are counted.
    """
    written = [row for row in rows if pd.notna(row["words"]) and row["words"]]
    if not written:
        return "—"
    words = redaction.verbatims(pd.DataFrame(written))["words"]
    shown = words.drop_duplicates(keep="last").tolist()
    if shown:
        quoted = " ".join(f"«{words}»" for words in shown[-QUOTES:])
        left = len(shown) - QUOTES
        return f"{quoted} {wording.say('more_words', many=left)}" if left > 0 else quoted
    return wording.word("words_held")


@once
def signs(work: Workbook) -> pd.DataFrame:
    """Say which signs of bad service and which barriers the walks met.

    Returns
    -------
    DataFrame
        One row per service, kind and ``tag`` (three signs, four barriers, in their order):
        ``lost`` per cent of the points its items could bring, with its interval, ``hits``
        visits that met it of ``visits``; ``say`` names the worst of the signs only where it
        costs more than each of the others beyond chance.
    """
    rows = walk_answers(work)
    columns = dictionary()["catalogue_items"].columns
    tags = [tag for name in ("sign", "barrier") for tag in columns[name].choices]
    found = pd.concat([_lost(rows, name) for name in ("sign", "barrier")], ignore_index=True)
    found = _held(found, ["lost", "lost_low", "lost_high", "hits"], work)
    found["hits_why"] = found["lost_why"]
    parted = checklists.visit_scores(rows, [*GROUPS, "sign"])
    order = {"kind": [*FORMS.values()], "service": [*rows["service"].unique()], "tag": tags}
    found = found[found["tag"].isin(tags)].sort_values(
        [*order], key=lambda own: own.map(order[own.name].index)
    )
    found["say"] = [_worst(parted, row, columns["sign"].choices) for row in dicts(found)]
    return about(found, "signs", work)


def _worst(parted: pd.DataFrame, row: pd.Series, tags: tuple[str, ...]) -> str:
    """Say "worst" of a sign that costs more than each other one: t of paired visits, F07."""
    if row["tag"] not in tags or pd.isna(row["lost"]):
        return ""
    own = parted[(parted["service"] == row["service"]) & (parted["kind"] == row["kind"])]
    seen = own.pivot(index=checklists.VISIT, columns="sign", values="score")
    others = [tag for tag in tags if tag in seen and tag != row["tag"]]
    lows = [intervals.mean(seen[tag] - seen[row["tag"]]).low for tag in others]
    return "worst" if lows and all(low > 0 for low in lows) else ""


def _lost(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Say of every sign, or barrier, of every service and kind what it costs."""
    found = checklists.scores(rows, [*GROUPS, name])
    keys = pd.MultiIndex.from_frame(found[[*GROUPS, name]])
    met = rows[rows["score"] < 2].groupby([*GROUPS, name])["visit"].nunique()
    ends = {"lost": "score", "lost_low": "score_high", "lost_high": "score_low"}
    return found[[*GROUPS, "visits"]].assign(
        tag=found[name],
        lost_why=found["score_why"],
        hits=met.reindex(keys).fillna(0).to_numpy(float),
        **{end: 100 - found[of].astype(float) for end, of in ends.items()},
    )


# ---------------------------------------------------------------- what a visit costs


@once
def visited(work: Workbook) -> pd.DataFrame:
    """Return the last year's rows of ``visits``; minutes left out are counted from the times."""
    rows = year(work, work.table("visits"))
    rows = rows[rows["double_of"] == ""]
    between = (pd.to_datetime(rows["end"]) - pd.to_datetime(rows["start"])) / pd.Timedelta("1min")
    named = rows["service"].astype(str).replace("", "—")
    return rows.assign(minutes=rows["minutes"].astype(float).fillna(between), service=named)


@once
def effort(work: Workbook) -> pd.DataFrame:
    """Say what a visit cost the client: the median of actions, papers, trips, time, money, way.

    Returns
    -------
    DataFrame
        One row per service, kind and ``effort`` anybody wrote down: ``value`` with its
        order-statistic interval (F08), ``unit``, ``visits`` that tell it; fewer than 15 give
        no median.
    """
    rows = visited(work)
    walks = rows[rows["kind"].isin(list(FORMS.values()))].groupby(GROUPS, sort=False)
    made = [
        {"service": service, "kind": kind, "effort": name, "unit": unit}
        | _figure(group[name], "median")
        for (service, kind), group in walks
        for name, (unit, _) in MEASURES.items()
    ]
    found = framed(made, "visit_effort")
    found = found[found["visits"] > 0]
    found = about(found, "visit_effort", work)
    found.attrs["remarks"] = [("remark.effort_visits", {})]
    return found


def _figure(values: pd.Series, statistic: str) -> dict[str, Any]:
    known = values.astype(float).dropna()
    found, why = intervals.unknown(), ""
    if len(known) < (method.MIN_MEDIAN if statistic == "median" else method.MIN_SHOWN):
        why = "few_for_median" if statistic == "median" else "too_few"
    else:
        found = intervals.mean(known) if statistic == "mean" else intervals.quantile(known, 0.5)
    return found.columns("value") | {"visits": len(known), "why": why}


def as_metrics(work: Workbook) -> pd.DataFrame:
    """Say what the visits tell of objective metrics the agency brought no figure of.

    Returns
    -------
    DataFrame
        One row per metric and service: ``value`` (mean or median, as the catalogue asks) with
        its interval, ``unit``, ``visits``, ``why``. A help, not a figure of the KPI: visits
        are no sample of cases.
    """
    rows, brought = visited(work), work.table("metrics")
    brought = brought[brought["value"].notna()]
    have = set(zip(brought["metric"], brought["service"], strict=True))
    made = []
    for service, group in rows[rows["kind"].isin(list(FORMS.values()))].groupby("service"):
        for name, (unit, metric) in MEASURES.items():
            if (metric, service) in have or metric not in work.catalogue.index:
                continue
            figure = _figure(group[name], work.catalogue.loc[metric, "statistic"])
            made.append({"service": service, "metric": metric, "unit": unit} | figure)
    found = framed(made, "visit_metrics")
    return about(found[found["visits"] > 0], "visit_metrics", work)


def field_visits(work: Workbook) -> pd.DataFrame:
    """Count the leaders' field visits of the last four quarters, as written down.

    Returns
    -------
    DataFrame
        One row per quarter (``period``): ``field_visits``, ``units_seen``; no rows where no
        visit of a leader was ever written down.
    """
    rows = work.table("visits")
    rows = rows[rows["kind"] == "leader"]
    last = periods.coarsen(f"{periods.last_day(work.period):%Y-%m}", "quarter")
    quarters = periods.span(periods.shift(last, -3), last) if len(rows) else []
    when = pd.Series(of_days(rows["date"], "quarter") if len(rows) else [], rows.index, str)
    units = rows["unit"].where(rows["unit"] != "")
    found = [(each, int((when == each).sum()), units[when == each].nunique()) for each in quarters]
    found = pd.DataFrame(found, columns=["period", "field_visits", "units_seen"])
    found["say"] = np.where(found.index == len(found) - 1, "last", "")
    return about(found, "field_visits", work)


# ---------------------------------------------------------------- agreement


@once
def observer_agreement(work: Workbook) -> pd.DataFrame:
    """Say whether two observers of the same visit give the same answers.

    Returns
    -------
    DataFrame
        One row per ``kind`` walked: ``pairs`` visits seen by two or more, of ``visits``;
        ``identical`` per cent of pairs of answers; ``alpha`` (ordinal), and ``ac1`` where one
        answer prevails, both times 100, with bootstrap limits over visits; ``observers``:
        usable, tentative, retrain or, with fewer than :data:`PAIRS` pairs or a tenth of all
        visits, unchecked and without any figure.

    Notes
    -----
    F37, F39. The verdict goes by alpha, by AC1 where one answer makes more than 80 % of all.
    Below .667 nothing of these walks is published. Source: Krippendorff 2004; Gwet 2008.
    """
    rows = walk_answers(work, doubles=True)
    visits = work.table("visits").set_index("visit")["double_of"]
    seen = visits[visits != ""]
    seen = seen.map(seen).fillna(seen)  # a third observer may name the second one's visit
    first = rows["visit"].map(seen).astype(object).fillna(rows["visit"])
    rows = rows.assign(first=first)
    made = [{"kind": kind} | _agreed(group) for kind, group in rows.groupby("kind", sort=False)]
    found = framed(made, "agreement")
    found["say"] = found["observers"]
    return about(found, "agreement", work)


def _agreed(rows: pd.DataFrame) -> dict[str, Any]:
    looks = rows.groupby("first")["visit"].nunique()
    pairs = looks.index[looks > 1]
    known = {"pairs": len(pairs), "visits": len(looks), "why": "",
             "ac1_why": "not_needed", "observers": "unchecked"}  # fmt: skip
    if len(pairs) < max(PAIRS, len(looks) / 10):
        return known | {"why": "few_pairs", "ac1_why": "few_pairs"}
    both = rows[rows["first"].isin(pairs)].sort_values(["first", "visit"])
    wide = both.assign(at=both.groupby(["first", "item"]).cumcount()).pivot(
        index=["first", "item"], columns="at", values="score"
    )
    ratings, groups = wide.to_numpy(float), wide.index.get_level_values("first")
    judge = found = agreement.alpha(ratings, groups=groups)
    known |= {"identical": 100 * agreement.agreed(ratings)} | found.times(100).columns("alpha")
    if both["score"].value_counts(normalize=True).max() > PREVAILS:
        judge = agreement.ac1(ratings, [0, 1, 2], groups=groups)
        known |= judge.times(100).columns("ac1")
    words = {"usable": USABLE, "tentative": TENTATIVE, "retrain": -np.inf}
    return known | {"observers": next(word for word, bar in words.items() if judge.value >= bar)}


def publishable(work: Workbook) -> dict[str, str]:
    """Return for each kind of walk what its observers' agreement allows.

    "usable", "tentative", "retrain" (then nothing is published) or "unchecked": too few visits
    were seen by two, so it is one pair of eyes, for use inside.
    """
    return observer_agreement(work).set_index("kind")["observers"].to_dict()


def to_bring(work: Workbook) -> pd.DataFrame:
    """Say what to bring next so that the walks can be relied on.

    Returns
    -------
    DataFrame
        One row per thing lacking: ``bring``, how many there are (``have``) and how many it
        takes (``needed``).
    """
    rows = walk_answers(work)
    counts = rows.groupby("kind")["visit"].nunique()
    seen = observer_agreement(work).set_index("kind")
    said_words = rows[rows["words"].fillna("") != ""]
    asked = {
        "outer": (counts.get("outer", 0), ENOUGH),
        "inner": (counts.get("inner", 0), checklists.MIN_VISITS),
        **{f"second_{kind}": (seen["pairs"][kind], PAIRS)
           for kind in FORMS.values() if kind in seen.index},
        "release": ((said_words["publish_ok"] == "yes").sum(), len(said_words)),
        "leaders": (int((visited(work)["kind"] == "leader").sum()), 4),
        "survey": (_asked(work), method.MIN_COMPARED),
    }  # fmt: skip
    made = [(bring, int(have), int(needed)) for bring, (have, needed) in asked.items()
            if have < needed]  # fmt: skip
    made += [(f"retrain_{kind}", 0, PAIRS) for kind in seen.index[seen["observers"] == "retrain"]]
    return about(made if len(rows) else [], "to_bring", work)


def _asked(work: Workbook) -> int:
    """Count the people whose answers were brought."""
    counts = work.table("counts")
    most = counts.groupby(["metric", "service"])["count"].sum().max() if len(counts) else 0
    return work.table("answers")["respondent"].nunique() + int(most)

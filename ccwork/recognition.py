"""Success shown without self-deception: what may be claimed, of whom, and where it was told.

A claim rests on a tried change or on the agency's own history; its grade is that of its
design or worse, never better. Teams are named by their own progress: no quota, no places.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import changes, kpi, method, privacy, regression, text, trust, verdicts
from ccwork.history import histories, judged
from ccwork.metrics import about, said
from ccwork.problems import Problem
from ccwork.stats import intervals, shrinkage
from ccwork.stats.intervals import NAN, Estimate
from ccwork.trial import RESTS, trials, while_same
from ccwork.workbook import Workbook, once

OUTSIDE: Final = "C"
"""The worst grade told outside the agency (our choice)."""

BARE: Final = ("inside_only", "nothing")
"""What a message told outside has behind it when it should not have been told."""

PROVEN_LITTLE: Final = "D"
"""The grade of what is better for a reason nobody has shown."""

EXACT: Final = 1e-9
"""What a machine may add to a share of nobody or of all."""

CLAIM: Final = [
    "claim_code", "service", "metric", "novelty", "strength", "was", "became", "claimed",
    "claimed_low", "claimed_high", "by_itself", "unit", "n", "why", "data_day", "plan_sum",
    "place_of", "place_why", "claim_words", "say",
]  # fmt: skip
OF: Final = ["changes", "trials", "decisions", "answers", "counts", "metrics"]


# ---------------------------------------------------------------- claims


def graded(design: str, gain: Estimate) -> str:
    """Return the grade of a claim: that of its design, or worse where the numbers are weak.

    A gain whose interval does not lie above 0, or fewer than ten people, leave a story (E);
    where their number is not known the cause stays unproven (D).

    Examples
    --------
    >>> graded("B", Estimate(4, 2, 6, 90)), graded("B", Estimate(4, -1, 9, 90))
    ('B', 'E')
    """
    if not gain.low > 0 or gain.n < method.MIN_SHOWN:
        return "E"
    return max(design, PROVEN_LITTLE) if np.isnan(gain.n) else design


def claims(work: Workbook, tried: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return all that may be claimed, each claim with what it rests on.

    Parameters
    ----------
    tried
        What :func:`ccwork.verdicts.verdicts` returns; None: of the workbook.

    Returns
    -------
    DataFrame
        One row per ``claim_code``: ``was``, ``became``, ``claimed``: the gain without what came
        ``by_itself`` (F62), good is positive, with its interval; ``strength`` A to E; ``n`` the
        smaller number of cases; ``data_day`` of the last data; ``plan_sum`` of the plan;
        ``place_of`` where it may be told: outside or inside, and ``place_why`` not outside;
        ``claim_words``. A story (E) has no numbers.

    Notes
    -----
    Accepted changes; then series better than their own yesterday of which no accepted change
    speaks: their cause is not proven (D). Facts that improved while opinions did not are told
    inside only: "fulfilled by 100 per cent" does not convince a client (KPI method 2023).
    Grades and places: our choice.
    """
    return _claims(work, _verdicts(work) if tried is None else tried, text.lang())


_verdicts = while_same(*RESTS)(verdicts.verdicts)


@while_same(*RESTS, "decisions", "services")
def _claims(work: Workbook, tried: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Find once in every language what may be claimed: it is told in words."""
    taken = [row for row in _tried(work, tried, lang) if row["verdict_word"] == "accept"]
    known = {(row["service"], row["metric"]) for row in taken}
    chance = regression.by_itself(work).set_index("novelty")
    rows = [_of_change(row, chance) for row in taken]
    rows += [row for row in _of_history(work) if (row["service"], row["metric"]) not in known]
    formal = set(_formal(work).itertuples(index=False, name=None))
    found = pd.DataFrame([_placed(row, work, formal) for row in rows], columns=CLAIM)
    return about(found, "claims", work, key=["claim_code"], of=OF)


@once
def _formal(work: Workbook) -> pd.DataFrame:
    """Return the clients and KPIs whose facts improved while opinions did not."""
    moves = kpi.accord(work)
    return moves.loc[moves["accord"] == "formalism", ["client", "kpi"]]


@while_same(*RESTS, "decisions")
def _tried(work: Workbook, table: pd.DataFrame, _: str) -> list[dict[str, Any]]:
    """Return once in every language what stage 4 says of every change: was, became, its plan.

    A row is one of :func:`ccwork.verdicts.verdicts` with ``service``, ``decision``, ``data_day``
    of the last data, ``validity`` and ``plan_hash`` of the plan, ``was`` and ``became`` of those
    changed (where there is no before: of those who work the old way), ``n`` on the smaller side.
    """
    tried = trials(work)
    validity = changes.plans(work).set_index("novelty")["validity"]
    decision = verdicts.decided(work, table).set_index("novelty")["decision"]
    found = []
    for row in table.to_dict("records"):
        trial, held = tried[row["novelty"]], validity[row["novelty"]]
        # a broken plan leaves no word but "invalid": any other was given by the plan brought
        broken = held in ("changed", "late") and row["verdict_word"] != "invalid"
        own = {name: trial.register[name] for name in ("service", "plan_hash")}
        own |= {"decision": decision[trial.change], "validity": "valid" if broken else held}
        found.append(row | own | _sides(trial.of(row["metric"])))
    return found


def _sides(rows: pd.DataFrame) -> dict[str, Any]:
    new, old = (rows[rows["way"] == way] for way in ("new", "old"))
    mine = old[old["unit"].isin(new["unit"])]
    old = mine if len(mine) else old
    means = [np.average(part["value"], weights=part["n"]) if part["n"].sum() > 0 else NAN
             for part in (old, new)]  # fmt: skip
    day = changes.day(rows["date"].max())
    n = float(min(old["n"].sum(), new["n"].sum()))
    return {"was": means[0], "became": means[1], "n": n, "data_day": day}


def _of_change(row: Mapping[str, Any], chance: pd.DataFrame) -> dict[str, Any]:
    """Make a claim of an accepted change; what came by itself is taken off."""
    gain = Estimate(row["effect"], row["effect_low"], row["effect_high"], row["n"])
    design, itself = row["strength"], NAN
    if row["novelty"] in chance.index and design != "A":
        by = chance.loc[row["novelty"]]
        drift = Estimate(*by[["by_itself", "by_itself_low", "by_itself_high"]], n=NAN)
        if np.isnan(drift.low):
            design = max(design, PROVEN_LITTLE)
        else:
            itself, gain = drift.value, shrinkage.beyond(gain, drift)
    held = row["plan_hash"] if row["validity"] == "valid" else ""
    return _claim(row | {"claim_code": row["novelty"], "plan_sum": held}, design, gain, itself)


def _of_history(work: Workbook) -> Iterator[dict[str, Any]]:
    """Make claims of the series that are better than their own yesterday."""
    rows, charts = judged(work), histories(work)
    day = text.day(work.date)
    for row in rows[rows["verdict"] == "better"].to_dict("records"):
        series = charts[
            (charts["metric"] == row["metric"]) & (charts["service"] == row["service"])
        ]
        seen = series[series["value"].notna()].set_index("period")
        was, became, gain = _windows(row, seen, work.metric(row["metric"]).sign)
        own = {"claim_code": f"{row['service']}.{row['metric']}", "novelty": "", "plan_sum": ""}
        yield _claim(
            row | own | {"was": was, "became": became, "data_day": day}, PROVEN_LITTLE, gain
        )


def _windows(
    row: Mapping[str, Any], seen: pd.DataFrame, sign: int
) -> tuple[float, float, Estimate]:
    """Return before, after and the gain: of the points of a chart, else of two periods."""
    if row["basis"] == "chart":
        pair = seen.iloc[: method.LOCK], seen.iloc[method.LOCK :].tail(method.RUN)
        gain = intervals.welch(*(sign * part["value"] for part in pair))
    else:
        pair = seen.loc[[row["before"]]], seen.iloc[[-1]]
        gain = Estimate(row["change"], row["change_low"], row["change_high"], NAN)
    n = min(part["n"].sum(skipna=False) for part in pair)
    return *(part["value"].mean() for part in pair), gain._replace(n=float(n))


def _claim(
    row: Mapping[str, Any], design: str, gain: Estimate, itself: float = NAN
) -> dict[str, Any]:
    """Put a claim together; a story loses its numbers."""
    grade = graded(design, gain)
    numbers = {
        "was": row["was"], "became": row["became"], "by_itself": itself, "n": gain.n,
        "claimed": gain.value, "claimed_low": gain.low, "claimed_high": gain.high,
    }  # fmt: skip
    if grade == "E":
        numbers = dict.fromkeys(numbers, NAN)
    why = "story" if grade == "E" else "not_counted"
    told = {"strength": grade, "plan_sum": row["plan_sum"] or "—", "why": why}
    return dict(row) | numbers | told


def _placed(row: dict[str, Any], work: Workbook, formal: set[tuple[str, str]]) -> dict[str, Any]:
    """Say where a claim may be told, why no further, and in which words."""
    why = "formal" if _seat(row, work) in formal else barred(row, work)
    row |= {"place_of": "inside" if why else "outside", "place_why": why or "may"}
    return row | {"claim_words": worded(row), "say": row["strength"]}


def barred(row: Mapping[str, Any], work: Workbook) -> str:
    """Return why a claim may not leave the agency; empty where it may.

    A story; a cause not proven; too few people, or nobody knows how many; a gain not above 0;
    a service for the agency's own staff; a share or rate that may tell of one to nine people.
    """
    form = work.catalogue["form"].get(row["metric"], "")
    sides = [row["was"], row["became"], row["claimed"], row["claimed_low"], row["claimed_high"]]
    hits = {
        "story": row["strength"] not in tuple("ABCD") or bool(np.isnan(sides).any()),
        "cause": row["strength"] > OUTSIDE,
        "few": not row["n"] >= method.MIN_SHOWN,
        "zero": not row["claimed_low"] > 0,
        "inner": _seat(row, work)[0] != "external",
        "small": form in ("share", "rate")
        and any(few_behind(side, row["n"], form) for side in sides[:2]),
    }
    return next((code for code, hit in hits.items() if hit), "")


def _seat(row: Mapping[str, Any], work: Workbook) -> tuple[str, str]:
    """Return whose service a claim is about and the KPI its metric belongs to."""
    clients = work.table("services").set_index("service")["client"]
    return clients.get(row["service"], ""), work.catalogue["kpi"].get(row["metric"], "")


def few_behind(value: float, n: float, form: str) -> bool:
    """Tell whether a share (percent) or a rate (per 1000) may tell of one to nine people or cases.

    `n` is at most the number behind the value: a share of less than one of `n` is not nobody.

    Examples
    --------
    >>> few_behind(97, 200, "share"), few_behind(90, 200, "share"), few_behind(3, 900, "rate")
    (True, False, True)
    >>> few_behind(0.1, 200, "share"), few_behind(0, 200, "share"), few_behind(100, 200, "share")
    (True, False, False)
    """
    whole = 100 if form == "share" else 1000
    hits = value * n / whole
    sides = (hits, n - hits) if form == "share" else (hits,)
    return any(EXACT * n < side < method.MIN_SHOWN - 0.5 for side in sides)


def worded(row: Mapping[str, Any]) -> str:
    """Say a claim in the words its grade allows: the sentence ``told_as.<grade>``."""
    what = _change(row["novelty"])
    names = {"service": text.name("service", row["service"]), "what": what,
             "metric": text.name("metric", row["metric"])}  # fmt: skip
    if row["strength"] == "E":
        return text.say("told_as.E", **names)
    sides = {"was": text.number(row["was"]), "became": amount(row["became"], row["unit"])}
    gain = (
        f"{text.number(row['claimed'])} {text.interval(row['claimed_low'], row['claimed_high'])}"
    )
    return text.say(f"told_as.{row['strength']}", **names, **sides, gain=gain)


def amount(value: float, unit: str, digits: int = 1) -> str:
    """Write a value with its unit after it."""
    if unit == "percent":
        return text.percent(value, digits)
    return f"{text.number(value, digits)}\N{NO-BREAK SPACE}{text.word(f'of_unit.{unit}')}"


def _change(code: str) -> str:
    """Return the name of a change, or the words for a claim that no change stands behind."""
    return text.name("change", code) if code else text.word("told_as.no_change")


# ---------------------------------------------------------------- who is thanked


def named(work: Workbook, tried: pd.DataFrame | None = None) -> pd.DataFrame:
    """Name every team that has earned thanks: no quota, no places, no persons.

    Returns
    -------
    DataFrame
        One row per ``merit`` and what it is for, every team that passes named in ``whom``, in
        the order of names: progress against its own yesterday, stopped a bad change, or honest
        failure (a sealed plan, no success, not adopted); ``for_what``: metrics or changes.

    Notes
    -----
    A unit is named where the change it took part in was accepted and its own gain lies above
    0. Figures that improved without the clients' opinion earn no thanks. "Better today than
    yesterday": KPI method 2023; failures admitted: Zhurikhin 2023. The merits are our choice.
    """
    rows = _teams(work, tried)
    rows["whom"] = [
        text.name("unit", code) if kind == "unit" else
        text.say("team_of", service=text.name("service", code))
        for kind, code in zip(rows["team_kind"], rows["team_code"], strict=True)
    ]  # fmt: skip
    keys = ["team_kind", "merit", "reasons"]
    rows = rows.groupby(keys, sort=False)["whom"].agg("; ".join).reset_index()
    rows["for_what"] = [
        "; ".join(text.name(*reason.split(":")) for reason in reasons.split())
        for reasons in rows["reasons"]
    ]
    rows["say"] = rows["merit"]
    return about(rows, "named", work, key=keys, of=OF)


def _teams(work: Workbook, tried: pd.DataFrame | None) -> pd.DataFrame:
    """Return one row per team and merit, with the codes of its reasons, in the order of names."""
    table, tests = _verdicts(work) if tried is None else tried, trials(work)
    found = [
        ("service", row["service"], "progress", f"metric:{row['metric']}")
        for row in claims(work, table).to_dict("records")
        if row["strength"] <= PROVEN_LITTLE and row["place_why"] != "formal"
    ]
    for row in _tried(work, table, text.lang()):
        what = f"change:{row['novelty']}"
        if merit := _merit(row):
            found.append(("service", row["service"], merit, what))
        if row["verdict_word"] == "accept":
            units = _risen(tests[row["novelty"]].of(row["metric"]), row, work)
            found += [("unit", unit, "progress", what) for unit in units]
    keys = ["team_kind", "team_code", "merit"]
    rows = pd.DataFrame(found, columns=[*keys, "reasons"])
    rows = rows.groupby(keys, sort=False)["reasons"].agg(" ".join).reset_index()
    return trust.alphabetical(rows, work)


def _merit(row: Mapping[str, Any]) -> str:
    """Return what a change that was not accepted deserves thanks for, if anything."""
    if row["verdict_word"] == "reject" and row["decision"] == "revert":
        return "stopped"
    failed = row["verdict_word"] in ("reject", "not_proven") and row["decision"] != "adopt"
    return "honest" if failed and row["validity"] == "valid" else ""


def _risen(rows: pd.DataFrame, row: Mapping[str, Any], work: Workbook) -> list[str]:
    """Return the units whose own values rose when they began to work the new way.

    Of units chosen because they were bad what would have come by itself is taken off (F62);
    where it cannot be known nobody is named.
    """
    sign, rows = work.metric(row["metric"]).sign, rows[rows["unit"] != ""]
    by = regression.by_itself(work).set_index("novelty")
    chance = by.loc[row["novelty"]] if row["novelty"] in by.index else None
    common = rows.loc[rows["way"] == "old"].groupby("unit")["value"].mean().mean()
    rose = []
    for unit, own in rows.groupby("unit"):
        old, new = (own[own["way"] == way] for way in ("old", "new"))
        gain = intervals.welch(sign * old["value"], sign * new["value"])
        if chance is not None:
            same = Estimate(*chance[["reliability", "reliability_low", "reliability_high"]], NAN)
            itself = shrinkage.drift(sign * old["value"].mean(), sign * common, same)
            gain = shrinkage.beyond(gain, itself)
        enough = min(old["n"].sum(), new["n"].sum()) >= method.MIN_SHOWN
        if enough and gain.low > 0:
            rose.append(str(unit))
    return rose


def never(work: Workbook, tried: pd.DataFrame | None = None) -> pd.DataFrame:
    """Say who is never thanked: units of the agency, services where it names no units.

    Returns
    -------
    DataFrame
        At most two rows: teams nobody has thanked inside up to the period, those that have
        ``earned`` it (:func:`named` names them) apart from the others: ``teams`` in the order
        of names, ``how_many`` of ``of_all``. Where no thanks are on record only those that
        have earned them are told: nobody knows who was thanked.
    """
    units = work.table("units")
    kind, rows = ("unit", units) if len(units) else ("service", work.table("services"))
    given = work.table("told")
    kept = (given["place"] == "inside").any()
    thanked = given.loc[given["place"] == "inside", kind]
    merit = _teams(work, tried)
    merit = set(merit.loc[merit["team_kind"] == kind, "team_code"])
    left = pd.DataFrame({"team_code": rows.loc[~rows[kind].isin(thanked), kind]})
    left = trust.alphabetical(left, work)
    left["earned"] = np.where(left["team_code"].isin(merit), "yes", "no")
    left = left[kept | (left["earned"] == "yes")]
    left["teams"] = [text.name(kind, code) for code in left["team_code"]]
    shown = left.groupby("earned")["teams"].agg("; ".join).reset_index()[::-1]
    shown["how_many"] = shown["earned"].map(left["earned"].value_counts())
    shown = shown.assign(of_all=len(rows), say=shown["earned"] if kept else "unrecorded")
    name = "never" if kept else "unthanked"
    return about(shown, name, work, key=["earned"], of=["told", "units"])


# ---------------------------------------------------------------- what was told where


def told(work: Workbook, tried: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the register of what was told where, each line held against the claims.

    Returns
    -------
    DataFrame
        One row per ``message``: ``day``, ``told_where``, ``told_how``, ``told_text`` (names
        hidden), ``strength`` of the best claim behind it (none where there is none) and
        ``backing``: backed, words (inside, no numbers needed), inside_only (told outside, the
        claim may not leave the agency), or nothing.
    """
    rows, known = work.table("told").reset_index(drop=True), claims(work, tried)
    behind = [_behind(row, known) for row in rows.to_dict("records")]
    rows["strength"] = [claim.get("strength", "none") for claim in behind]
    reach = [claim.get("place_of", "nowhere") for claim in behind]
    rows["backing"] = [
        _backing(*row) for row in zip(rows["place"], rows["strength"], reach, strict=True)
    ]
    rows["day"] = rows["date"].map(changes.day)
    rows["told_text"] = [privacy.scrub(words) for words in said(rows, "text")]
    rows["told_how"] = said(rows, "channel")
    rows["say"] = np.where(rows["backing"].isin(BARE), "bare", "")
    rows = rows.rename(columns={"told": "message", "place": "told_where"})
    columns = [
        "message", "day", "told_where", "told_how", "told_text", "strength", "backing", "say",
    ]  # fmt: skip
    return about(rows[columns], "told", work, key=["message"], of=["told"])


def _backing(place: str, strength: str, reach: str) -> str:
    known = strength <= PROVEN_LITTLE
    if place == "inside":
        return "backed" if known else "words"
    return "backed" if reach == "outside" else "inside_only" if known else "nothing"


def _behind(row: Mapping[str, Any], known: pd.DataFrame) -> dict[str, Any]:
    """Return the best claim behind a line; empty where there is none."""
    same = (known["service"] == row["service"]) & (known["metric"] == row["metric"])
    same |= (known["novelty"] == row["change"]) & (row["change"] != "")
    return next(iter(known[same].sort_values("strength").to_dict("records")), {})


def problems(work: Workbook, tried: pd.DataFrame | None = None) -> Iterator[Problem]:
    """Find what was told outside without a claim of grade C or better: warnings."""
    rows = told(work, tried)
    for row in rows[rows["say"] == "bare"].to_dict("records"):
        values = {"message": row["message"], "day": row["day"]}
        yield Problem("told_bare", values=values, grave=False)

"""Planning visits: how many are needed, and a schedule nobody chose and nobody may guess."""

import hashlib
from typing import Final

import numpy as np
import pandas as pd

from ccwork.language import wording
from ccwork.measure import checklists
from ccwork.read.workbook import Workbook
from ccwork.stages.face_the_problem import walkthroughs
from ccwork.stats import agreement
from ccwork.stats.decomposition import spread
from ccwork.tell.tables import about

HALF: Final = 5
"""A score within so many points either way is precise enough (our choice)."""

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri")
HOURS: Final = tuple(range(9, 18))
"""Hours at which a visit may begin (our choice)."""


def needed(work: Workbook) -> pd.DataFrame:
    """Say how many visits it takes, by what they are for.

    Returns
    -------
    DataFrame
        One row per ``purpose``: ``see_20`` and ``see_10`` meet, at least once, a trouble of
        every fifth and every tenth case (F40); ``precise``: a score within 5 points, from the
        spread of the agency's own outer visits; ``office``: a reliable mean of one office
        (F42), from the share of that spread between offices. ``visits``, or ``visits_why``.
    """
    rows = walkthroughs.walk_answers(work)
    own = checklists.visit_scores(rows[rows["kind"] == "outer"])
    own = own[own["score"].notna()]
    units = own[own["unit"] != ""]
    found = {"see_20": agreement.visits_to_see(0.2), "see_10": agreement.visits_to_see(0.1)}
    found |= dict.fromkeys(("precise", "office"), np.nan)
    if len(own) >= checklists.MIN_VISITS:
        found["precise"] = agreement.visits_for_width(own["score"].std(), HALF)
    between = np.nan
    if units["unit"].nunique() >= checklists.MIN_UNITS:
        between = spread(units["score"], units["unit"]).share.value
    if 0 < between < 1:
        found["office"] = agreement.visits_for_reliability(between)
    why = {"precise": "few_visits", "office": "offices_alike" if between == 0 else "few_offices"}
    table = pd.DataFrame({"purpose": list(found), "visits": list(found.values())})
    table["visits_why"] = table["purpose"].map(why)
    return about(table, "visits_needed", work)


def planner(
    work: Workbook, number: int | None = None, observers: int = 2, seed: int | None = None
) -> pd.DataFrame:
    """Draw a schedule of outer visits over offices, days, hours, channels and services.

    Parameters
    ----------
    number
        How many visits; None: enough to see a trouble of every fifth case, and every office once.
    observers
        How many people walk, 2 or more.
    seed
        Any whole number; None: made of the agency and the period, so that reruns agree.

    Returns
    -------
    DataFrame
        One row per visit, by time: ``week``, ``weekday``, ``hour``, ``office``, ``channel``
        (``channel_said`` in words), ``service``, ``observer`` and ``second`` (who sees the
        same visit, "—" for nobody). Everything is spread as evenly as the number allows; no two
        visits share a day.

    Raises
    ------
    ValueError
        When there are fewer visits than offices, or fewer than two observers.

    Notes
    -----
    Never announced. Seed: SHA-256 of agency and period. Source: our choice.
    """
    offices = _offices(work)
    n = max(agreement.visits_to_see(0.2), len(offices)) if number is None else number
    if n < len(offices) or observers < 2:
        raise ValueError(f"`number` must be at least {len(offices)}, `observers` 2; not {n!r} "
                         f"and {observers!r}.")  # fmt: skip
    said = hashlib.sha256(f"{work.agency}|{work.period}|visits".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(said[:4], "big") if seed is None else seed)
    outer = _outer(work)
    people = [str(number) for number in range(1, observers + 1)]
    pairs = min(n, max(walkthroughs.PAIRS, -(-n // 10)))
    rows = pd.DataFrame({"weekday": _spread_out(WEEKDAYS, n, rng)})
    rows["week"] = rows.groupby("weekday").cumcount() + 1
    parts = {"hour": HOURS, "office": offices, "service": outer or ["—"], "observer": people,
             "channel": _channels(work) or ["—"]}  # fmt: skip
    for name, values in parts.items():
        rows[name] = _spread_out(values, n, rng)
    rows["channel_said"] = [channel_in_words(code) for code in rows["channel"]]
    both = np.isin(np.arange(n), rng.permutation(n)[:pairs])
    after = [people[(people.index(one) + 1) % observers] for one in rows["observer"]]
    rows["second"] = np.where(both, after, "—")
    rows["day"] = rows["weekday"].map(WEEKDAYS.index)
    rows = rows.sort_values(["week", "day"], ignore_index=True).drop(columns="day")
    rows.insert(0, "at", np.arange(1, n + 1))
    return about(rows, "visit_plan", work)


def _offices(work: Workbook) -> list[str]:
    """Return the units that serve clients: met by them, or not known to serve only colleagues."""
    inside = {*_known(work, "inner", "giver"), *_known(work, "inner", "taker")}
    walks, given = work.table("visits"), work.table("answers")
    asked = given.loc[given["service"].isin(_outer(work)), "unit"]
    met = set(walks.loc[walks["kind"] == "outer", "unit"]) | set(asked)
    every = set(_known(work, "units", "unit"))
    return sorted((every - inside | met) - {""}) or sorted(every) or ["—"]


def _outer(work: Workbook) -> list[str]:
    services = work.own_services
    return services.loc[services["client"] == "external", "service"].tolist()


def _channels(work: Workbook) -> list[str]:
    """Return the ways outer clients came: by their answers, else by cases, else by visits."""
    for name in ("answers", "steps", "visits"):
        rows = work.table(name)
        codes = rows.loc[rows["service"].isin(_outer(work)), "channel"].astype(str)
        if (codes != "").any():
            return sorted(set(codes[codes != ""]))
    return []


def channel_in_words(code: str) -> str:
    """Return the word for a usual channel; an agency's own code stays as it is."""
    return wording.word(f"channel.{code}") if wording.has(f"channel.{code}") else code


def _known(work: Workbook, table: str, column: str) -> list[str]:
    codes = work.table(table)[column].astype(str)
    return sorted(set(codes[codes != ""]))


def _spread_out(values: tuple | list, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw `n` of some values: all of them shuffled, then all again, as long as it takes."""
    rounds = [rng.permutation(np.array(values, object)) for _ in range(-(-n // len(values)))]
    return np.concatenate(rounds)[:n]

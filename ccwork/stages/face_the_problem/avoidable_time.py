"""Where clients lose most: the hours a year a service could spare them, with their uncertainty.

Source: avoidable hours = volume x (time - attainable time) + repeated contacts x minutes; logic
of the Standard Cost Model. What is attainable and how long a contact takes is our choice.
"""

from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.measure.metrics import at, values
from ccwork.read.cache import dicts, once
from ccwork.read.workbook import Workbook
from ccwork.stages.face_the_problem import self_assessment, walkthroughs
from ccwork.tell.tables import about

CONTACT: Final = 15.0
"""Minutes of a client's time a repeated contact takes (our choice)."""

ATTAINABLE: Final = 0.25
"""Attainable is what the quickest quarter of the own visits or periods took (our choice)."""

LEAST: Final = 5
"""Fewer periods do not show what is attainable, nor do fewer than 10 visits (our choice)."""

DRAWS: Final = 2000
SEED: Final = 5
SURE: Final = (20, 80)
"""Between these probabilities (percent) of being in the first five it is a tie (our choice)."""

COLUMNS: Final = ["client", "service", "service_type", "register_id", "volume", "place", "ties",
                  "avoidable", "avoidable_low", "avoidable_high", "pain_place", "counted",
                  "top_share", "standing", "say", "why"]  # fmt: skip
OF: Final = ["services", "metrics", "visits"]


def avoidable(
    volume: float, hours: float, attainable: float, contacts: float = 0, minutes: float = CONTACT
) -> float:
    """Return the hours a year clients could be spared (F44).

    Parameters
    ----------
    volume
        Cases a year.
    hours, attainable
        The client's time a case, now and at best.
    contacts, minutes
        Repeated contacts a year and the minutes each takes.

    Examples
    --------
    >>> avoidable(120_000, 2.4, 0.9)
    180000.0
    """
    return volume * (hours - attainable) + contacts * minutes / 60


@once
def demand_beside_pain(work: Workbook) -> pd.DataFrame:
    """Put the most demanded services beside those with the largest pain.

    Returns
    -------
    DataFrame
        One row per service, none where no service has a volume: its ``place`` by demand and
        whether another ``ties`` with it (both of the most demanded alone),
        ``avoidable`` hours of clients a year with the limits of a bootstrap of the inputs,
        ``pain_place`` by them, ``counted``: both parts, only the time or only the repeats;
        ``top_share``: per cent of the draws in which the service is among the five of its kind
        of client; ``standing``: all (there are no more than five), sure (on both lists), pain,
        demand, tie, neither or unknown. Order: kind of client, then demand.

    Notes
    -----
    F44. The client's time comes from the metric "client_minutes", else from visits of the
    year; repeated contacts from "repeat_contacts". What lacks is left out and said so.
    """
    rows = work.table("services").rename(columns={"type": "service_type"})[COLUMNS[:5]].copy()
    rows = rows if rows["volume"].notna().any() else rows[:0]
    rows["register_id"] = rows["register_id"].replace("", "—")
    demanded = self_assessment.most_demanded(work).set_index("service")
    rows["place"] = rows["service"].map(demanded["place"])
    rows["ties"] = rows["service"].map(demanded["ties"]).where(rows["place"].notna(), "")
    made = [_service(work, row) for row in dicts(rows)]
    told = [row | found for row, (found, _) in zip(dicts(rows), made, strict=True)]
    table = pd.DataFrame(told, columns=COLUMNS).astype({"avoidable": float, "top_share": float})
    draws = np.array([drawn for _, drawn in made]).reshape(len(made), DRAWS)
    for _, group in table.groupby("client"):
        table.loc[group.index, "top_share"] = among_first(draws[group.index])
    table["pain_place"] = table.groupby("client")["avoidable"].rank("min", ascending=False)
    every = table.groupby("client")["service"].transform("size") <= self_assessment.TOP
    table["standing"] = [_standing(row) for row in dicts(table)]
    table["standing"] = table["standing"].mask(every & table["avoidable"].notna(), "all")
    pain = np.where(table["standing"] == "pain", "pain", "")
    table["say"] = np.where(table["pain_place"] == 1, "first", pain)
    table[["pain_place_why", "top_share_why"]] = "no_data"
    table["avoidable_why"] = table["why"]
    beyond = table["place"].isna() & table["volume"].notna()
    table["why"] = table["why"].mask(beyond, "not_first_five")
    table = table.sort_values(["client", "volume"], ascending=[True, False], kind="stable")
    return about(table, "beside", work, key=["service"], of=OF)


def among_first(draws: np.ndarray) -> np.ndarray:
    """Return how often (percent) each row is among the first five of a column.

    Rows that are equal share the places left to them alike: which stands first in a file
    must not decide.
    """
    known = ~np.isnan(draws).any(axis=1)
    drawn = draws[known]
    above = np.array([(drawn > row).sum(axis=0) for row in drawn])
    alike = np.array([(drawn == row).sum(axis=0) for row in drawn])
    found = np.full(len(draws), np.nan)
    if known.any():
        found[known] = 100 * ((self_assessment.TOP - above) / alike).clip(0, 1).mean(axis=1)
    return found


def _standing(row: dict[str, Any]) -> str:
    if np.isnan(row["top_share"]):
        return "unknown"
    if SURE[0] < row["top_share"] < SURE[1]:
        return "tie"
    pain, demand = row["top_share"] >= SURE[1], row["place"] <= self_assessment.TOP
    return "sure" if pain and demand else "pain" if pain else "demand" if demand else "neither"


def _service(work: Workbook, row: dict[str, Any]) -> tuple[dict[str, Any], np.ndarray]:
    """Return what is told of one service, and the draws of its avoidable hours."""
    rng = np.random.default_rng([SEED, *row["service"].encode()])
    nothing = np.full(DRAWS, np.nan)
    spent, repeats = _time(work, row["service"], rng), _repeats(work, row["service"], rng)
    silent = {"top_share": np.nan, "counted": "nothing"}
    if pd.isna(row["volume"]):
        return silent | {"why": "no_volume"}, nothing
    if spent is None and repeats is None:
        return silent | {"why": "no_client_time"}, nothing
    zero = (0.0, np.zeros(DRAWS))
    volume = float(row["volume"])
    value, draws = (
        avoidable(volume, extra, 0.0, volume * share)
        for extra, share in zip(spent or zero, repeats or zero, strict=True)
    )
    low, high = np.quantile(draws, [0.025, 0.975])
    counted = "both" if spent and repeats else "time" if spent else "repeats"
    told = {"avoidable": value, "avoidable_low": low, "avoidable_high": high, "why": ""}
    return silent | told | {"counted": counted}, draws


def _time(
    work: Workbook, service: str, rng: np.random.Generator
) -> tuple[float, np.ndarray] | None:
    """Return hours a case above the attainable, and draws of them; None without data."""
    rows = values(work)
    mine = rows[(rows["metric"] == "client_minutes") & (rows["service"] == service)]
    now = at(mine, work.period)
    past = mine["value"].dropna().to_numpy(float)
    if len(now) and now["low"].notna().all() and len(past) >= LEAST:
        again = rng.choice(past, (DRAWS, len(past)))
        drawn = _normal(now.iloc[0], rng) - np.quantile(again, ATTAINABLE, axis=1)
        found = now["value"].iloc[0] - np.quantile(past, ATTAINABLE)
        return max(found, 0) / 60, drawn.clip(0) / 60
    walks = walkthroughs.visited(work)
    walks = walks[(walks["kind"] == "outer") & (walks["service"] == service)]
    minutes = walks["minutes"].dropna().to_numpy(float)
    if len(minutes) < method.MIN_SHOWN:
        return None
    again = rng.choice(minutes, (DRAWS, len(minutes)))
    drawn = again.mean(axis=1) - np.quantile(again, ATTAINABLE, axis=1)
    found = minutes.mean() - np.quantile(minutes, ATTAINABLE)
    return max(found, 0) / 60, drawn.clip(0) / 60


def _repeats(
    work: Workbook, service: str, rng: np.random.Generator
) -> tuple[float, np.ndarray] | None:
    """Return the share 0..1 of repeated contacts, and draws of it; None without data."""
    rows = at(values(work), work.period)
    mine = rows[(rows["metric"] == "repeat_contacts") & (rows["service"] == service)]
    if mine.empty or mine["low"].isna().any():
        return None
    return mine["value"].iloc[0] / 100, _normal(mine.iloc[0], rng).clip(0, 100) / 100


def _normal(row: pd.Series, rng: np.random.Generator) -> np.ndarray:
    """Draw a value by its 95 % interval."""
    return rng.normal(row["value"], (row["high"] - row["low"]) / 2 / 1.96, DRAWS)

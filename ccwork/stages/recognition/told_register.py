"""What was told where, each line held against what may be claimed."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.language.problems import Problem
from ccwork.read.cache import dicts
from ccwork.read.workbook import Workbook
from ccwork.stages.recognition.claim_grades import PROVEN_LITTLE, claims
from ccwork.stages.scale import change_register
from ccwork.tell.tables import about, framed, said

BARE: Final = ("inside_only", "nothing")
"""What a message told outside has behind it when it should not have been told."""


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
    rows, known = work.table("told").reset_index(drop=True), dicts(claims(work, tried))
    behind = [_behind(row, known) for row in dicts(rows)]
    rows["strength"] = [claim.get("strength", "none") for claim in behind]
    reach = [claim.get("place_of", "nowhere") for claim in behind]
    rows["backing"] = [
        _backing(*row) for row in zip(rows["place"], rows["strength"], reach, strict=True)
    ]
    rows["day"] = rows["date"].map(change_register.day_or_dash)
    rows["told_text"] = said(rows, "text")
    rows["told_how"] = said(rows, "channel")
    rows["say"] = np.where(rows["backing"].isin(BARE), "bare", "")
    rows = rows.rename(columns={"told": "message", "place": "told_where"})
    return about(framed(rows, "told"), "told", work)


def _backing(place: str, strength: str, reach: str) -> str:
    known = strength <= PROVEN_LITTLE
    if place == "inside":
        return "backed" if known else "words"
    return "backed" if reach == "outside" else "inside_only" if known else "nothing"


def _behind(row: Mapping[str, Any], known: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the best claim behind a line; empty where there is none."""
    series, change = (row["service"], row["metric"]), row["change"]
    same = [
        claim for claim in known
        if (claim["service"], claim["metric"]) == series or "" != change == claim["novelty"]
    ]  # fmt: skip
    return min(same, key=lambda claim: claim["strength"], default={})


def problems(work: Workbook, tried: pd.DataFrame | None = None) -> Iterator[Problem]:
    """Find what was told outside without a claim of grade C or better: warnings."""
    rows = told(work, tried)
    for row in rows[rows["say"] == "bare"].to_dict("records"):
        values = {"message": row["message"], "day": row["day"]}
        yield Problem("told_bare", values=values, grave=False)

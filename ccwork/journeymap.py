"""The journey map: one row a step, with what is done, waited, asked, felt and said there.

What logs know (time, waits, who acts) stands beside what people said of the step: answers and
checklist rows that name it. Where the data are silent the map says so.
"""

from collections import Counter
from typing import Final

import numpy as np
import pandas as pd

from ccwork import handoffs, method, privacy, savings, text, whatif
from ccwork.metrics import about, said
from ccwork.stats import intervals
from ccwork.workbook import Workbook

OF: Final = ("steps", "answers", "checks")
STEP: Final = [
    "step", "actor", "cases", "cases_why", "through", "time", "time_low", "time_high", "time_why",
    "wait", "wait_low", "wait_high", "wait_why", "statutory",
    "documents_mean", "documents_mean_low", "documents_mean_high", "documents_mean_why",
    "felt", "felt_low", "felt_high", "felt_why", "n", "signs", "barriers", "silent",
]  # fmt: skip
ASKED: Final = {"time": "silent_time", "wait": "silent_wait", "felt": "silent_felt"}
"""What a map should tell of every step -> the code that says it does not."""

TOLD: Final = ("lead", "documents", "trips", "paid", "roubles")
"""Savings a head of agency is told of in sentences."""


def steps(work: Workbook, service: str) -> pd.DataFrame:
    """Draw up the map of one service as it is.

    Returns
    -------
    DataFrame
        One row per step, in the order in which cases mostly meet them: ``actor``; ``cases``
        that pass it and ``through`` their share (percent, no interval: a full count of the
        log), neither told of fewer than ten; ``time`` median hours of work and ``wait`` before
        it with order-statistic limits; ``statutory`` yes or no; ``documents_mean`` asked;
        ``felt`` 0-100 of all that was said of the step with t interval and ``n`` voices;
        ``signs`` and ``barriers`` (codes, the most frequent first) of checklist items that
        failed there; ``silent`` what no data tell.

    Notes
    -----
    Felt: answers about the step stretched over 0-100 (F03) and checklist rows of clients and
    visitors (0, 50, 100), each voice alike (our choice). Source: Zhurikhin 2023, stage 3.
    """
    log = work.table("steps")
    log = log[log["service"] == service]
    if log.empty:
        return about(pd.DataFrame(columns=STEP), "journey_map", work, key=["step"], of=["steps"])
    waits = handoffs.waits(log).set_index("step")
    voices = felt(work, service)
    rows = [_step(code, part, log, waits, voices) for code, part in _in_order(log)]
    table = pd.DataFrame(rows, columns=STEP)
    table["say"] = ""
    if table["felt"].notna().any():
        table.loc[table["felt"].idxmin(), "say"] = "worst"
    return about(table, "journey_map", work, key=["step"], of=OF)


def _in_order(log: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Return the steps by the median place at which cases meet them first."""
    place = log.sort_values(["case", "start"], kind="stable").groupby("case").cumcount()
    first = place.groupby([log["case"], log["step"]], observed=True).min()
    order = first.groupby("step", observed=True).median().sort_values(kind="stable").index
    parts = dict(list(log.groupby("step", observed=True)))
    return [(str(code), parts[code]) for code in order]


def _step(code: str, part: pd.DataFrame, log: pd.DataFrame, waits: pd.DataFrame,
          voices: pd.DataFrame) -> dict[str, object]:  # fmt: skip
    """Return one row of the map."""
    timed = part["end"].notna()
    hours = ((part["end"] - part["start"]) / pd.Timedelta(hours=1))[timed]
    time = intervals.quantile(hours, 0.5)
    mine = voices[voices["step"] == code]
    mark = intervals.mean(mine["points"])
    few = 0 < len(mine) < method.MIN_SHOWN
    actors = [actor for actor in part["actor"].astype(str) if actor]
    papers = part["documents"].astype(float).dropna() if "documents" in part else hours[:0]
    asked = intervals.mean(papers)
    passed = part["case"].nunique()
    rare, short = passed < method.MIN_SHOWN, len(hours) < method.MIN_SHOWN
    row: dict[str, object] = {
        "step": code, "actor": Counter(actors).most_common(1)[0][0] if actors else "unknown",
        "cases": np.nan if rare else passed, "cases_why": "too_few",
        "through": np.nan if rare else 100 * passed / log["case"].nunique(),
        **time.columns("time"), **({"time": np.nan} if short else {}),
        "time_why": "few_cases" if len(hours) else "no_end",
        **intervals.unknown().columns("wait"), "wait_why": "first_step",
        "statutory": "no",
        "documents_mean": asked.value if len(papers) >= method.MIN_SHOWN else np.nan,
        "documents_mean_low": asked.low, "documents_mean_high": asked.high,
        "documents_mean_why": "few_cases" if len(papers) else "not_recorded",
        "felt": np.nan if few else mark.value, "felt_low": max(mark.low, 0.0),
        "felt_high": min(mark.high, 100.0),
        "felt_why": "too_few" if few else "nobody_asked", "n": len(mine),
        "signs": _often(mine, "sign"), "barriers": _often(mine, "barrier"),
    }  # fmt: skip
    if code in waits.index:
        known = waits.loc[code, [*intervals.names("wait"), "statutory"]]
        row |= known.to_dict() | {"wait_why": "few_cases"}
        if waits.loc[code, "n"] < method.MIN_SHOWN:
            row["wait"] = np.nan
    missing = [said for name, said in ASKED.items() if pd.isna(row[name])]
    first = row["wait_why"] == "first_step"
    row["silent"] = " ".join(said for said in missing if not (first and said == "silent_wait"))
    return row


def _often(voices: pd.DataFrame, column: str) -> str:
    """Return the codes of a column that two voices or more were not content with, most first."""
    failed = voices[(voices["points"] < 100) & (voices[column] != "")]
    return " ".join(code for code, n in Counter(failed[column]).most_common() if n > 1)


def felt(work: Workbook, service: str) -> pd.DataFrame:
    """Return what was said of the steps of a service, a row a voice.

    Returns
    -------
    DataFrame
        ``step``, ``points`` 0-100, ``sign``, ``barrier``, ``words``, ``publish_ok``; of answers
        that name a step and of checklist rows of clients and visitors that do.
    """
    answers = work.table("answers")
    asked = answers[(answers["service"] == service) & (answers["step"] != "")]
    asked = asked[asked["level"].notna()]
    scale = asked["metric"].map(work.catalogue["levels"]).astype(float)
    opinions = pd.DataFrame({"step": asked["step"], "sign": "", "barrier": "", "words": "",
                             "publish_ok": "no"})  # fmt: skip
    opinions["points"] = 100 * (asked["level"].astype(float) - 1) / (scale - 1)
    checks = work.table("checks")
    own = checks["source"].isin(["client", "visitor"]) & (checks["answer"] != "na")
    seen = checks[(checks["service"] == service) & (checks["step"] != "") & own]
    items = work.catalogues["items"].reindex(seen["item"])
    marked = seen[["step", "words", "publish_ok"]].assign(
        points=50 * seen["answer"].astype(float),
        sign=items["sign"].fillna("").to_numpy(), barrier=items["barrier"].fillna("").to_numpy(),
    )  # fmt: skip
    return pd.concat([opinions, marked], ignore_index=True)


def words(work: Workbook, service: str) -> pd.DataFrame:
    """Return what clients and visitors said of each step, in their words, where released.

    Returns
    -------
    DataFrame
        One row per step with words: ``step``, ``words_said`` the words released, personal data
        hidden; ``voices`` how many were released, ``held`` how many were not.
    """
    said = felt(work, service)
    said = said[said["words"].fillna("") != ""]
    rows = []
    for step, group in said.groupby("step", sort=False):
        shown = privacy.verbatims(group)["words"].drop_duplicates().tolist()
        quoted = " ".join(f"«{each}»" for each in shown) or text.word("words_held")
        rows.append((step, quoted, len(shown), len(group) - len(shown)))
    table = pd.DataFrame(rows, columns=["step", "words_said", "voices", "held"])
    return about(table, "journey_words", work, key=["step"], of=["answers", "checks"])


# ---------------------------------------------------------------- as is and to be


def changes(work: Workbook, service: str) -> pd.DataFrame:
    """Return what people want to change in the journey, one row a change, in their words.

    ``in_count`` says whether the change can be counted: no where the log has no such step, or
    the row does not say with which step, how long or how many documents.
    """
    rows = work.table("redesign")
    rows = rows[rows["service"] == service]
    log = work.table("steps")
    log = log[log["service"] == service]
    in_count = ["yes" if _counts(row, log) else "no" for row in rows.to_dict("records")]
    table = rows.rename(columns={"change": "how_changed", "hours": "limit_hours"})
    table = table[["step", "how_changed", "limit_hours"]].assign(
        limit_hours_why="norm_of_step", why_said=said(rows, "why"), in_count=in_count
    )
    capped = table["how_changed"].isin(["step_norm", "wait_norm"])
    table.loc[~capped, "limit_hours_why"] = "not_applicable"
    return about(table, "redesign", work, key=["step", "how_changed"], of=["redesign"])


def _counts(row: dict[str, object], log: pd.DataFrame) -> bool:
    """Tell whether a change can be counted on a log."""
    mine = log[log["step"] == row["step"]]
    if row["change"] == "parallel":
        return len(mine) > 0 and bool((log["step"] == row["with_step"]).any())
    if row["change"] == "fewer_documents":
        return pd.notna(row["documents"]) and bool(mine["documents"].notna().any())
    limited = pd.notna(row["hours"]) or bool(mine["norm"].notna().any())
    return len(mine) > 0 and (row["change"] == "without" or limited)


def redesigned(log: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the steps as they would have been with the changes of ``redesign``, one by one.

    Parameters
    ----------
    log
        Steps of one service.
    rows
        Rows of the table ``redesign``; a step the log has not is passed over.
    """
    made = log
    for row in rows.to_dict("records"):
        hours = None if pd.isna(row["hours"]) else float(row["hours"])
        if row["change"] == "without":
            made = whatif.without(made, row["step"])
        elif row["change"] == "parallel":
            made = whatif.parallel(made, row["step"], row["with_step"])
        elif row["change"] == "fewer_documents":
            fewer = made["documents"].astype(float).clip(upper=row["documents"])
            hit = (made["step"] == row["step"]) & pd.notna(row["documents"])
            made = made.assign(documents=made["documents"].astype(float).mask(hit, fewer))
        else:
            made = whatif.capped(made, row["step"], hours, of=row["change"].partition("_")[0])
    return made


def compared(work: Workbook, service: str) -> pd.DataFrame:
    """Put the journey as it is beside the journey to be, a case and a year.

    Returns
    -------
    DataFrame
        What :func:`ccwork.savings.yearly` returns for the changes of the table ``redesign``:
        client-hours, documents, visits and roubles of a year, each with its interval; with the
        means of a case ``as_is`` and ``to_be``. No rows without changes.
    """
    log = whatif.steps_of(work, service)
    rows = work.table("redesign")
    rows = rows[rows["service"] == service]
    made = redesigned(log, rows) if len(rows) and len(log) else log.iloc[:0]
    log = log if len(made) else made
    value = work.info.get("rouble_hour")
    found = savings.yearly(work, log, made, "redesign", rouble_hour=value or None)
    told = found["saving"].isin(TOLD) & found["value"].notna()
    found["say"] = told.map({True: "year", False: ""})
    found.attrs["name"] = "journey_to_be"
    found.attrs["needs"] = ["redesign", "steps"]
    return found


def both(work: Workbook, service: str) -> pd.DataFrame:
    """Return the median time and wait of every step, as it is and as it is to be."""
    log = whatif.steps_of(work, service)
    rows = work.table("redesign")
    rows = rows[rows["service"] == service]
    if log.empty or rows.empty:
        return about(pd.DataFrame(), "journey_both", work, key=["step"], of=["redesign", "steps"])
    made = redesigned(log, rows)
    parts = []
    for state, each in (("as_is", log), ("to_be", made)):
        waits = handoffs.waits(each).set_index("step")["wait"]
        hours = (each["end"] - each["start"]) / pd.Timedelta(hours=1)
        time = hours.groupby(each["step"]).median()
        parts.append(pd.DataFrame({"time": time, "wait": waits.reindex(time.index)})
                     .assign(whatif=state).reset_index())  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    return about(table, "journey_both", work, key=["step", "whatif"], of=["redesign", "steps"])

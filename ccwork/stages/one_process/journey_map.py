"""The journey map: one row a step, with what is done, waited, asked, felt and said there.

What logs know (time, waits, who acts) stands beside what people said of the step: answers and
checklist rows that name it. Where the data are silent the map says so.
"""

from collections import Counter
from typing import Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import redaction, wording
from ccwork.measure import metrics
from ccwork.measure.process import case_tables, handovers, summaries
from ccwork.read.cache import while_same
from ccwork.read.logs import log_events
from ccwork.read.workbook import Workbook
from ccwork.stats import intervals
from ccwork.tell import small_counts
from ccwork.tell.tables import about, framed

OF: Final = ("steps", "answers", "checks")
ASKED: Final = {"time": "silent_time", "wait": "silent_wait", "felt": "silent_felt"}
"""What a map should tell of every step -> the code that says it does not."""


@while_same(*OF)
def steps(work: Workbook, service: str) -> pd.DataFrame:
    """Draw up the map of one service as it is.

    Returns
    -------
    DataFrame
        One row per step, in the order in which cases mostly meet them, of more than fit those
        people spoke of and most cases pass: ``actor``; ``cases``
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
        return about([], "journey_map", work, of=["steps"])
    waits = case_tables.waited(work, service).set_index("step").to_dict("index")
    said, n = felt(work, service), log["case"].nunique()
    voices, none = dict(list(said.groupby("step"))), said.iloc[:0]
    passed = _in_order(log)
    chosen = _most_told(passed, voices)
    table = framed([_step(code, log[log["step"] == code], n, waits.get(code),
                          voices.get(code, none)) for code in chosen], "journey_map")  # fmt: skip
    left = len(passed) - len(chosen)
    table["say"] = ""
    if table["felt"].notna().any():
        table.loc[table["felt"].idxmin(), "say"] = "worst"
    table = small_counts.of_log(table, "map", case_tables.journey(work, "cases", service))
    found = about(table, "journey_map", work, key=["step"], of=OF)
    found.attrs["remarks"] = [("remark.rest_of_map", {"n": left})] if left > 0 else []
    return found


def _in_order(log: pd.DataFrame) -> dict[str, int]:
    """Return how many cases pass each step, by the median place at which they meet it first."""
    place = log.sort_values(["case", "start"], kind="stable").groupby("case").cumcount()
    first = place.groupby([log["case"], log["step"]], observed=True).min()
    steps = first.groupby("step", observed=True).agg(["median", "size"])
    order = steps.sort_values("median", kind="stable")["size"]
    return dict(zip(map(str, order.index), order.tolist(), strict=True))


def _most_told(passed: dict[str, int], voices: dict[str, pd.DataFrame]) -> list[str]:
    """Return the steps a map has room for: those people spoke of, then those most cases pass."""
    told = {code for code in passed if len(voices.get(code, ())) >= method.MIN_SHOWN}
    # fewer are not told apart
    many = {code: n if n >= method.MIN_SHOWN else 0 for code, n in passed.items()}
    most = sorted(passed, key=lambda code: (code not in told, -many[code]))[: summaries.MOST_ROWS]
    return [code for code in passed if code in most]


def _step(code: str, part: pd.DataFrame, every: int, wait: dict[str, object] | None,
          mine: pd.DataFrame) -> dict[str, object]:  # fmt: skip
    """Return one row of the map, of `every` case: its wait, if any, and the voices on it."""
    timed = part["end"].notna()
    hours = (part["end"] - part["start"]) / pd.Timedelta(hours=1)
    hours = (hours - log_events.paused_hours(part))[timed]
    time = intervals.quantile(hours, 0.5)
    mark = intervals.bounded_mean(*intervals.moments(mine["points"]), (0, 100))
    few = 0 < len(mine) < method.MIN_SHOWN
    actors = [actor for actor in part["actor"].astype(str) if actor]
    acts = handovers.told(part["actor"])
    papers = part["documents"].astype(float).dropna() if "documents" in part else hours[:0]
    asked = intervals.mean(papers)
    passed = part["case"].nunique()
    rare, short = passed < method.MIN_SHOWN, len(hours) < method.MIN_SHOWN
    row: dict[str, object] = {
        "step": code, "actor": Counter(actors).most_common(1)[0][0] if acts else "unknown",
        "cases": np.nan if rare else passed, "cases_why": "too_few",
        "through": np.nan if rare else 100 * passed / every,
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
    # a wait that few of the cases have is not theirs all: most of them begin here
    if wait and wait["n"] >= passed / 2:
        row |= {name: wait[name] for name in (*intervals.names("wait"), "statutory")}
        row["wait_why"] = "few_cases"
        if wait["n"] < method.MIN_SHOWN:
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
    answers = metrics.answered(work)
    asked = answers[(answers["service"] == service) & (answers["step"] != "")]
    opinions = pd.DataFrame({"step": asked["step"], "sign": "", "barrier": "", "words": "",
                             "publish_ok": "no", "points": asked["points"]})  # fmt: skip
    checks = work.table("checks")
    own = checks["source"].isin(["client", "visitor"]) & (checks["answer"] != "na")
    seen = checks[(checks["service"] == service) & (checks["step"] != "") & own]
    items = work.catalogues["items"].reindex(seen["item"])
    marked = seen[["step", "words", "publish_ok"]].assign(
        points=50 * seen["answer"].astype(float),
        sign=items["sign"].fillna("").to_numpy(), barrier=items["barrier"].fillna("").to_numpy(),
    )  # fmt: skip
    return pd.concat([opinions, marked], ignore_index=True)


def client_words(work: Workbook, service: str) -> pd.DataFrame:
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
        shown = redaction.verbatims(group)["words"].drop_duplicates().tolist()
        quoted = " ".join(f"«{each}»" for each in shown) or wording.word("words_held")
        rows.append((step, quoted, len(shown), len(group) - len(shown)))
    return about(rows, "journey_words", work)

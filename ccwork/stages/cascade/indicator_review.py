"""The review of an agency's present indicators: outcomes or output, gain or show, plain or vague.

Source: Roskachestvo on client-ocracy (figures are no aim apart from needs; time, distance and
price); KPI method 2023 (unambiguous, short, easy to remember); the tests and cuts are ours.
"""

import re
from typing import Any, Final

import pandas as pd

from ccwork import method
from ccwork.language import wording
from ccwork.read.workbook import Workbook
from ccwork.stages.cascade import indicator_levels
from ccwork.stats import shrinkage
from ccwork.stats.intervals import unknown
from ccwork.tell.tables import about

LONG: Final = 10
"""A name of more words is not remembered (our choice)."""

POOL: Final = {"better": "together", "not_proven": "pool", "worse": "pool"}
"""Where output grew: what became of the outcome -> what it is called."""

OF: Final = ["indicators"]
MEASURED: Final = [*OF, "answers", "counts", "metrics"]


def review(work: Workbook) -> pd.DataFrame:
    """Classify every indicator and check its wording; one of a position is its parent's.

    Returns
    -------
    DataFrame
        One row an indicator above the positions, and one of a position that differs from its
        parent: ``measures``, ``called`` (what it is taken for, "none" where not said),
        ``sort`` (see :func:`.indicator_kind`), ``failed`` tests as codes with blanks
        between, ``honest``: agrees, show (called an outcome and is none), differs, unclear or
        unsaid; ``wording_marks``: fine, vague, long, nameless; ``advice``.
    """
    rows = indicator_levels.indicators(work)
    above = rows.set_index("indicator")["measure"]
    own = (rows["level"] != "position") | (rows["measure"] != rows["parent"].map(above))
    found = [_reviewed(row, work) for row in rows[own].to_dict("records")]
    columns = ["indicator", "level", "measures", "called", "sort", "failed", "honest"]
    table = pd.DataFrame(found, columns=[*columns, "wording_marks", "advice"])
    return about(table, "review", work, key=["indicator"], of=OF)


def _reviewed(row: dict[str, Any], work: Workbook) -> dict[str, Any]:
    sort, failed = indicator_levels.indicator_kind(row)
    marks, words = name_checked(row["name_ru"], row["name_en"], work.catalogues["vague"])
    declared = row["kind"] or "none"
    honest = "agrees" if declared == sort else "differs"
    honest = "show" if declared == "outcome" and sort != "outcome" else honest
    honest = "unclear" if sort == "unclear" else "unsaid" if declared == "none" else honest
    advice = [work.catalogues["vague"].loc[word, f"advice_{wording.lang()}"] for word in words]
    told = [mark for mark in (*marks, honest) if mark in ("long", "nameless", "show", "unclear")]
    advice += [wording.word(f"review_advice.{mark}") for mark in told]
    return {
        "indicator": row["indicator"], "level": row["level"], "called": declared, "sort": sort,
        "measures": row["measure"] or "none", "honest": honest,
        "failed": "unanswered" if sort == "unclear" else " ".join(failed),
        "wording_marks": " ".join(marks) or "fine", "advice": " ".join(advice) or "—",
    }  # fmt: skip


def name_checked(ru: str, en: str, vague: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Check a name in both languages, so that both reports say the same.

    Returns
    -------
    tuple
        Marks ("nameless", "vague", "long") and the codes of the vague words found.

    Examples
    --------
    >>> words = pd.DataFrame({"ru": ["своевременн"], "en": ["timely,prompt"]}, index=["timely"])
    >>> name_checked("Своевременный ответ", "", words), name_checked("Время ответа", "Time", words)
    ((['vague'], ['timely']), ([], []))
    """
    names = {"ru": ru.casefold(), "en": en.casefold()}
    found = [
        str(code) for code, row in vague.iterrows()
        if any(_begins(stem, names[lang]) for lang in names for stem in row[lang].split(","))
    ]  # fmt: skip
    long = any(len(re.findall(r"\w+", name)) > LONG for name in names.values())
    marks = {"nameless": not ru and not en, "vague": bool(found), "long": long}
    return [mark for mark, holds in marks.items() if holds], found


def _begins(stem: str, name: str) -> bool:
    begins = rf"(?<!\w){re.escape(stem.strip().casefold())}"
    return bool(stem and re.search(begins, name))


def review_counts(work: Workbook) -> pd.DataFrame:
    """Count what the review found: one row, none without indicators.

    Returns
    -------
    DataFrame
        ``reviewed`` indicators, ``outcomes``, ``only_called`` (called outcomes and are none),
        ``unclear_ones``, ``vague_ones``; ``say`` shows, clean or unclear.
    """
    rows = review(work)
    row = {
        "reviewed_all": "all", "reviewed": len(rows),
        "outcomes": int((rows["sort"] == "outcome").sum()),
        "only_called": int((rows["honest"] == "show").sum()),
        "unclear_ones": int((rows["sort"] == "unclear").sum()),
        "vague_ones": int((rows["wording_marks"] != "fine").sum()),
    }  # fmt: skip
    row["say"] = "shows" if row["only_called"] else "unclear" if row["unclear_ones"] else "clean"
    table = pd.DataFrame([row] if len(rows) else [], columns=list(row))
    return about(table, "review_counted", work, key=["reviewed_all"], of=OF)


def pool(work: Workbook) -> pd.DataFrame:
    """Find output that grew while clients gained nothing: the "pool effect".

    Returns
    -------
    DataFrame
        One row an output, activity or input with a series, held against the outcome it serves:
        ``for_outcome``, ``service``, ``output_verdict``, ``outcome_verdict``; ``rho``, their rank
        correlation over the periods in common with limits (12 at least), positive where both
        go the good way together; ``periods_seen``; ``pool``: pool (output better, outcome
        not), together, no (output no better) or unknown; ``say`` pool or "".

    Notes
    -----
    Verdicts are those of the history of the metrics. Spearman's rho with Fisher's limits.
    Source: Roskachestvo (a pool in the Far North); the rule is our choice.
    """
    rows = indicator_levels.indicators(work)
    rows = rows[rows["level"] != "position"].to_dict("records")
    known = {row["indicator"]: row for row in rows}
    found = []
    for row in rows:
        # the nearest indicator above with a metric of its own that is no output
        above = [
            up for up in indicator_levels.way_up(row, known)
            if up["metric"] not in ("", row["metric"])
            and indicator_levels.indicator_kind(up)[0] in ("outcome", "unclear")
        ]  # fmt: skip
        if indicator_levels.indicator_kind(row)[0] in indicator_levels.MEASURES.values() and above:
            found.append(_held(row, above[0], work))
    table = pd.DataFrame(found, columns=None if found else ["indicator", "service", "pool"])
    return about(table, "pool", work, key=["indicator", "service"], of=MEASURED)


def _held(row: dict[str, Any], goal: dict[str, Any], work: Workbook) -> dict[str, Any]:
    where = row["service"] or goal["service"]
    both = [(each["metric"], where) for each in (row, goal)]
    verdicts = indicator_levels.standing(work)["verdict"]
    said = [str(verdicts.get(pair, "too_little")) for pair in both]
    lines = [indicator_levels.series(work, *pair) for pair in both]
    pairs = pd.concat(lines, axis=1, join="inner").dropna()
    rho = unknown()
    if len(pairs) >= method.LOCK:
        signs = [work.metric(metric).sign for metric, _ in both]
        rho = shrinkage.correlation(*(signs[side] * pairs.iloc[:, side].rank() for side in (0, 1)))
    flag = "no" if said[0] in ("not_proven", "worse") else "unknown"
    if said[0] == "better":
        flag = POOL.get(said[1], "unknown")
    return {
        "indicator": row["indicator"], "for_outcome": goal["indicator"], "service": where,
        "output_verdict": said[0], "outcome_verdict": said[1],
        **rho.columns("rho"), "rho_why": "few_periods", "periods_seen": len(pairs), "pool": flag,
        "say": "pool" if flag == "pool" else "",
    }  # fmt: skip

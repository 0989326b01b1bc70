"""Tables said in sentences, for those who read one page."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ccwork import method
from ccwork.language import wording
from ccwork.read.cache import dicts
from ccwork.tell import formatting, small_counts
from ccwork.tell.formatting import number_or_reason, number_shown, reason_shown

LONG = 48
"""From so many hours on a sentence says days as well (our choice)."""


BRIEF, WITHIN = 0.1, 0.5
"""Below so many hours a sentence says minutes; so too where the interval ends below the second
(our choice)."""


def sentences(rows: pd.DataFrame) -> Iterator[str]:
    """Say the rows of a table in sentences.

    A table without a function of its own is said by its terms: the row's code in the column
    ``say`` chooses the sentence ``finding.<name>.<code>``, an empty one leaves the row unsaid;
    without such a column the sentence is ``finding.<name>``. Columns go in as a table shows
    them, counts as numbers that a plural may follow.

    Raises
    ------
    ValueError
        When there is no way to say this table in sentences.
    """
    name = rows.attrs["name"]
    if name in _SENTENCES:
        yield from _SENTENCES[name](rows)
    elif any(code.startswith(f"finding.{name}") for code in wording.terms()):
        yield from (_said(row, name) for row in small_counts.told(rows) if row.get("say", name))
    else:
        raise ValueError(f"`rows` must have a sentence finding.{name} in terms.")


def _said(row: dict[str, Any], name: str) -> str:
    """Say one row by the sentence of its terms."""
    known = [column for column in row if f"col.{column}" in wording.terms()]
    values: dict[str, object] = {column: formatting.cell(row, column).shown for column in known}
    for column in known:
        count = formatting.column_kind(column) == "count" and not pd.isna(row[column])
        if count and not small_counts.withheld(row, column, row[column], "count"):
            values[column] = int(row[column])
    return wording.say(f"finding.{name}" + (f".{row['say']}" if "say" in row else ""), **values)


ALL_NAMED = 3
"""So few series are told by name all of them, where none would be (our choice)."""

BY_NAME = ("better", "worse", "not_comparable")
"""Verdicts of which every series is told by name."""


def told(rows: pd.DataFrame) -> pd.Series:
    """Tell which judged series are told one by one.

    The overall ones, those that moved, and those with points outside the limits.
    """
    moved = (
        (rows["kpi"] == method.OVERALL) | rows["verdict"].isin(BY_NAME) | (rows["seen_from"] > "")
    )
    return moved | rows["note"].str.contains("outside|outdated")


def _judged(rows: pd.DataFrame) -> Iterator[str]:
    """One sentence a series that is told; the others are counted, and false words with them."""
    one_by_one = told(rows)
    if not one_by_one.any() and len(rows) <= ALL_NAMED:
        one_by_one[:] = True
    yield from (_verdict(row, rows.attrs["period"]) for row in dicts(rows[one_by_one]))
    for verdict, n in rows.loc[~one_by_one, "verdict"].value_counts(sort=False).items():
        yield wording.say("finding.others", verdict=wording.word(f"verdict.{verdict}"), n=int(n))
    n = int((~rows["verdict"].isin(["too_little", "not_comparable"])).sum())
    if n * method.FALSE_WORDS >= 1:
        yield wording.say("finding.family", n=n, most=int(n * method.FALSE_WORDS + 0.5))


def _verdict(row: dict[str, Any], period: str) -> str:
    """Say one series: value, interval, n, period, verdict and why."""
    if pd.isna(row["value"]):
        return wording.say("finding.missing", **_named(row), why=reason_shown(row, "value"))
    since = wording.since(row["since"]) if row["since"] else ""
    before, outside = (
        ", ".join(wording.period(period) for period in row[at].split())
        for at in ("before", "outside")
    )
    notes = (f"note_of.{code}" for code in row["note"].split())
    of = "n_answers" if row["unit"] == "points" else "n_cases"
    n = wording.word("n_unknown") if pd.isna(row["n"]) else wording.say(of, n=int(row["n"]))
    return wording.say(
        "finding.judged",
        **_named(row),
        value=formatting.measured(row),
        n=n,
        period=wording.period(period),
        verdict=wording.word(f"verdict.{row['verdict']}"),
        basis=wording.say(f"basis_of.{row['basis']}", n=row["points_before"] + 1, before=before),
        note=" ".join(wording.say(note, since=since, outside=outside) for note in notes),
    ).strip() + _seen(row)


def _seen(row: dict[str, Any]) -> str:
    """Say how far a series moved as a whole, and what is not known of it."""
    if not row["seen_from"]:
        return ""
    way, sure = "better" if row["seen"] > 0 else "worse", pd.notna(row["seen_low"])
    ends = sorted(abs(row[end]) for end in ("seen_low", "seen_high"))
    of = "percent_points" if row["unit"] == "percent" else row["unit"]
    shown = formatting.amount(abs(row["seen"]), of)
    shown += f" {wording.interval(*ends)}" if sure else ""
    first, was = wording.period(row["seen_from"]), formatting.amount(row["seen_was"], row["unit"])
    code = "seen_of.sure" if sure else "seen_of.unsure"
    return " " + wording.say(
        code, first=first, was=was, way=wording.word(f"verdict.{way}"), shown=shown
    )


def _named(row: dict[str, Any]) -> dict[str, str]:
    return {kind: wording.name(kind, row[kind]) for kind in ("service", "metric")}


def _five(rows: pd.DataFrame) -> Iterator[str]:
    """One sentence a KPI with a value; one sentence for those not measured."""
    for client, group in rows.groupby("client", sort=True):
        whose = wording.word(f"clients.{client}")
        for row in dicts(group[group["status"].isin(["full", "partial"])]):
            shown = number_shown(row, "kpi_points", row["kpi_points"], "points")
            named = {name: wording.word(f"{name}.{row[name]}") for name in ("kpi", "status")}
            yield wording.say("finding.kpi", client=whose, value=shown, **named)
        for status in ("only_facts", "only_opinions", "not_measured"):
            kpis = group.loc[group["status"] == status, "kpi"]
            names = "; ".join(wording.word(f"kpi.{kpi}") for kpi in kpis)
            if names:
                yield wording.say(f"finding.{status}", client=whose, names=names)


def _accord(rows: pd.DataFrame) -> Iterator[str]:
    """One sentence a KPI whose facts improved without opinions, or got worse."""
    told = rows["accord"].isin(["formalism", "contradict", "fell"])
    for row in dicts(rows[told]):
        facts, opinions = (
            number_shown(row, f"{group}_change", row[f"{group}_change"], "change")
            for group in method.GROUPS
        )
        yield wording.say(
            f"finding.{row['accord']}", client=wording.word(f"clients.{row['client']}"),
            kpi=wording.word(f"kpi.{row['kpi']}"), facts=facts, opinions=opinions,
        )  # fmt: skip


def _journey(rows: pd.DataFrame) -> Iterator[str]:
    """Say how long the way of each service is, and what the log does not see of it."""
    for row in dicts(rows):
        yield wording.say(
            "finding.journey_few" if row["median_why"] == "few_cases" else "finding.journey",
            service=wording.name("service", row["service"]),
            n=_counted(row, "n"),
            clock=wording.word(f"clock.{row['clock']}"), median=_hours(row, "median"),
            p90=_hours(row, "p90"), actions=number_or_reason(row, "actions"),
        )  # fmt: skip
        if row["gap"]:
            both = {name: _hours(row, f"{name}_median") for name in ("client", "log")}
            yield wording.say("finding.clocks", n=_counted(row, "dated"), **both)


TERMS = ("term_asked", "term_used", "by_law", "by_law_used", "by_law_over")
TOLD = 3
"""So many waits of one kind are told at most (our choice); the others stand in the table."""


def _told_apart(rows: pd.DataFrame) -> Iterator[str]:
    """One sentence a service: what its sources tell differently."""
    for service, told in rows.groupby("service", sort=False):
        parts = []
        for (metric, unit), group in told.groupby(["metric", "unit"], sort=False):
            figures = zip(group["origin_said"], map(wording.number, group["value"]), strict=True)
            said = ", ".join(map(" ".join, figures))
            of = wording.word(f"unit.{unit}")
            parts.append(f"{wording.name('metric', metric)}: {said} ({of})")
        name = wording.name("service", service)
        yield wording.say("finding.told_apart", service=name, parts="; ".join(parts))


def _waits_of_each(rows: pd.DataFrame) -> Iterator[str]:
    """Say the waits of several services one service after the other."""
    for service, own in rows.groupby("service", sort=False):
        yield from (f"{wording.name('service', service)}. {said}" for said in _waits(own))


def _waits(rows: pd.DataFrame) -> Iterator[str]:
    """Say before which step most time is waited, for whom, and what may be a term."""
    rows = rows[rows["wait"].notna()]
    free = rows[rows["share"] > 0]
    own = free.head(1)[free["awaited"].head(1) == "client"]
    ours = free[free["awaited"] != "client"]
    first = ours.head(1)
    rare = (2 * first["waited"].fillna(0) <= first["n"]).any()
    usual = ours[2 * ours["n"] >= rows["passed"].max()].nlargest(1, "wait")
    for code, part in (
        ("wait.client", own),
        ("wait.rare" if rare else "wait.agency" if len(own) else "wait", first),
        ("wait.usual", usual[usual["wait"] > first["wait"].max()]),
        *((code, rows[rows["term_set"] == code].head(TOLD)) for code in TERMS),
    ):  # fmt: skip
        yield from (_wait(row, code) for row in dicts(part))


def _wait(row: dict[str, Any], code: str) -> str:
    """Say one wait: how many wait, how often, how long half and nine in ten of the waits are."""
    again = row["waits"] > row["n"]
    repeats = " " + wording.say("finding.waits", n=_counted(row, "waits")) if again else ""
    shown = {name: _hours(row, name) for name in ("wait", "p90", "norm")}
    said = wording.say(
        f"finding.{code}", step=wording.name("step", row["step"]), waited=_part_of_all(row),
        share=number_or_reason(row, "share"), **shown,
    )  # fmt: skip
    return said + (repeats if code.startswith("wait") else "")


def _counted(row: dict[str, Any], column: str) -> str:
    """Write a number of cases, or why it is not told."""
    return number_shown(row, column, row[column], "count")


def _part_of_all(row: dict[str, Any]) -> str:
    """Write how many of the cases of a step wait there; one reason where either is not told."""
    if pd.isna(row["waited"]):
        return wording.say("of_cases", part=reason_shown(row, "waited"), n=_counted(row, "passed"))
    for column in ("waited", "passed"):
        if small_counts.withheld(row, column, row[column], "count"):
            return _counted(row, column)
    return wording.say("of_cases", part=_counted(row, "waited"), n=_counted(row, "passed"))


def _hours(row: dict[str, Any], column: str) -> str:
    """Write hours with their unit and interval, or the reason why there are none.

    What would be 0.0 hours, or differ from its limits by less than is shown, is told in minutes.
    """
    if pd.isna(row[column]):
        return reason_shown(row, column)
    low, high = formatting.limits_of(row, column)
    short = 0 < row[column] < BRIEF or 0 < row[column] <= high < WITHIN
    times, unit = (60, "minutes") if short else (1, "hours")
    shown = formatting.amount(times * row[column], unit)
    low, high = times * low, times * high
    shown = shown if pd.isna(low) else f"{shown} {wording.interval(low, high)}"
    if row[column] < LONG:
        return shown
    return wording.say("in_days", hours=shown, days=formatting.amount(row[column] / 24, "days"))


_SENTENCES = {
    "judged": _judged,
    "five": _five,
    "accord": _accord,
    "journey_summary": _journey,
    "journey_waits": _waits,
    "journey_waits_of": _waits_of_each,
    "told_apart": _told_apart,
}

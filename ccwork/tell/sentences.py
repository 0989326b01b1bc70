"""Tables said in sentences, for those who read one page."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ccwork import method
from ccwork.language import wording
from ccwork.tell import formatting
from ccwork.tell.formatting import number_shown, reason_shown

LONG = 48
"""From so many hours on a sentence says days as well (our choice)."""


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
        yield from (_said(row, name) for row in rows.to_dict("records") if row.get("say", name))
    else:
        raise ValueError(f"`rows` must have a sentence finding.{name} in terms.")


def _said(row: dict[str, Any], name: str) -> str:
    """Say one row by the sentence of its terms."""
    known = [column for column in row if f"col.{column}" in wording.terms()]
    values: dict[str, object] = {column: formatting.cell(row, column).shown for column in known}
    for column in known:
        count = formatting.column_kind(column) == "count" and not pd.isna(row[column])
        if count and not formatting.few(column, row[column]):
            values[column] = int(row[column])
    return wording.say(f"finding.{name}" + (f".{row['say']}" if "say" in row else ""), **values)


def told(rows: pd.DataFrame) -> pd.Series:
    """Tell which judged series are told one by one.

    The overall ones, those that moved, and those with points outside the limits.
    """
    moved = (rows["kpi"] == method.OVERALL) | rows["verdict"].isin(["better", "worse"])
    return moved | rows["note"].str.contains("outside|outdated")


def _judged(rows: pd.DataFrame) -> Iterator[str]:
    """One sentence a series that is told; the others are counted, and false words with them."""
    one_by_one = told(rows)
    for row in rows[one_by_one].to_dict("records"):
        yield _verdict(row, rows.attrs["period"])
    for verdict, n in rows.loc[~one_by_one, "verdict"].value_counts(sort=False).items():
        yield wording.say("finding.others", verdict=wording.word(f"verdict.{verdict}"), n=int(n))
    n = int((~rows["verdict"].isin(["too_little", "not_comparable"])).sum())
    if n * method.FALSE_WORDS >= 1:
        yield wording.say("finding.family", n=n, most=int(n * method.FALSE_WORDS + 0.5))


def _verdict(row: dict[str, Any], period: str) -> str:
    """Say one series: value, interval, n, period, verdict and why."""
    if pd.isna(row["value"]):
        return wording.say("finding.missing", **_named(row), why=reason_shown(row, "value"))
    before, since, outside = (
        ", ".join(wording.period(period) for period in row[at].split())
        for at in ("before", "since", "outside")
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
    ).strip()


def _named(row: dict[str, Any]) -> dict[str, str]:
    return {
        "service": wording.name("service", row["service"]),
        "metric": wording.name("metric", row["metric"]),
    }


def _five(rows: pd.DataFrame) -> Iterator[str]:
    """One sentence a KPI with a value; one sentence for those not measured."""
    for client, group in rows.groupby("client", sort=True):
        for row in group[group["status"].isin(["full", "partial"])].to_dict("records"):
            shown = number_shown(row, "kpi_points", row["kpi_points"], "points")
            yield wording.say(
                "finding.kpi", client=wording.word(f"clients.{client}"), value=shown,
                kpi=wording.word(f"kpi.{row['kpi']}"),
                status=wording.word(f"status.{row['status']}"),
            )  # fmt: skip
        for status in ("only_facts", "only_opinions", "not_measured"):
            names = [
                wording.word(f"kpi.{kpi}") for kpi in group.loc[group["status"] == status, "kpi"]
            ]
            if names:
                yield wording.say(
                    f"finding.{status}",
                    client=wording.word(f"clients.{client}"),
                    names="; ".join(names),
                )


def _accord(rows: pd.DataFrame) -> Iterator[str]:
    """One sentence a KPI whose facts improved while its opinions did not."""
    for row in rows[rows["accord"] == "formalism"].to_dict("records"):
        facts, opinions = (
            number_shown(row, f"{group}_change", row[f"{group}_change"], "change")
            for group in method.GROUPS
        )
        yield wording.say(
            "finding.formalism", client=wording.word(f"clients.{row['client']}"),
            kpi=wording.word(f"kpi.{row['kpi']}"), facts=facts, opinions=opinions,
        )  # fmt: skip


def _journey(rows: pd.DataFrame) -> Iterator[str]:
    """One sentence a service: how long the client's way is."""
    for row in rows.to_dict("records"):
        yield wording.say(
            "finding.journey", service=wording.name("service", row["service"]), n=int(row["n"]),
            clock=wording.word(f"clock.{row['clock']}"), median=_hours(row, "median"),
            p90=_hours(row, "p90"), actions=_or_reason(row, "actions"),
        )  # fmt: skip


def _waits(rows: pd.DataFrame) -> Iterator[str]:
    """One sentence for the longest wait that is not set by law, one for those that are."""
    own = rows[(rows["statutory"] == "no") & rows["wait"].notna()]
    for row in own.head(1).to_dict("records"):
        yield wording.say(
            "finding.wait", step=wording.name("step", row["step"]), n=int(row["n"]),
            wait=_hours(row, "wait"), share=_or_reason(row, "share"),
        )  # fmt: skip
    for row in rows[rows["statutory"] == "yes"].to_dict("records"):
        yield wording.say(
            "finding.statutory", step=wording.name("step", row["step"]), wait=_hours(row, "wait")
        )


def _hours(row: dict[str, Any], column: str) -> str:
    """Write hours with their unit and interval, or the reason why there are none."""
    if pd.isna(row[column]):
        return reason_shown(row, column)
    shown = formatting.amount(row[column], "hours")
    low, high = formatting.limits_of(row, column)
    shown = shown if pd.isna(low) else f"{shown} {wording.interval(low, high)}"
    if row[column] < LONG:
        return shown
    days, unit = wording.number(row[column] / 24), wording.word("of_unit.days")
    return wording.say("in_days", hours=shown, days=days, unit=unit)


def _or_reason(row: dict[str, Any], column: str) -> str:
    """Write a number with its interval, or the reason why there is none."""
    if pd.isna(row[column]):
        return reason_shown(row, column)
    return number_shown(row, column, row[column], "number")


_SENTENCES = {
    "judged": _judged,
    "five": _five,
    "accord": _accord,
    "journey_summary": _journey,
    "journey_waits": _waits,
}

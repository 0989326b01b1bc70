"""Findings: what the brief may take from a stage, each in one common form."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any, Final

import pandas as pd

from ccwork import method
from ccwork.language import periods, wording
from ccwork.language.resources import resource_rows
from ccwork.read.cache import dicts
from ccwork.read.workbook import Workbook
from ccwork.stats.intervals import names
from ccwork.tell import formatting, small_counts
from ccwork.tell.tables import about, fact_id

Finding = dict[str, Any]
Of = Callable[[Mapping[str, Any]], Any]
"""What is asked about a row of a table."""

KINDS: Final = (
    *("decision_due", "change_to_decide", "worsened", "promise_not_kept", "weak_place"),
    *("out_of_reach", "contradict", "blind_spot", "team_gap", "improved"),
    *("not_measured", "data_fault"),
)  # fmt: skip
"""The closed list of kinds; a stage hands its findings on in this order (our choice)."""

GRADES: Final = ("A", "B", "proven", "counted", "moved", "C", "D", "seen", "E")
"""What findings rest on, the surest first (our choice): A to E of a tried change; proven, by an
interval or a control chart; counted, from records; moved, by the level of a chart while the change
to a year ago proves nothing; seen, by visits or in answers of few."""

COLUMNS: Final = (
    *("finding", "what", "kind", "stage", "kpi", "service", "client", "size", "grade", "people"),
    *("since", "action", "who", "by", "cause", "facts", "values"),
)  # fmt: skip
"""Columns of the table of findings; the last two hold a list and a mapping."""

SHOWN: Final = ("finding_kind", "told_first", "to_do", "falls_to", "due_by")
"""The same in words."""


def finding(what: str, kind: str, grade: str, facts: Iterable[str], **more: Any) -> Finding:
    """Make one finding.

    Parameters
    ----------
    what
        Code of its sentence: ``brief.<what>`` of the terms.
    kind, grade
        Of :data:`KINDS` and :data:`GRADES`.
    facts
        Ids of the facts behind it, as :func:`ccwork.tell.tables.fact_id` makes them; the table
        of the first is where the brief leads to.
    more
        Other columns of :data:`COLUMNS`: ``kpi``, ``service``, ``client``; ``size`` in minimal
        worthwhile differences, ``people`` a year; ``since`` and ``by``, a period or a day;
        ``action``, code of the sentence ``act.<action>``; ``who``, a name as in `values`, empty
        where nobody is named; ``cause``, where client, KPI and service do not name it.
        All else goes to ``values`` and fills both sentences: a whole number; a word or name
        ``"kind:code"`` such as ``"step:visit"``, ``"period:2026-03"``, ``"text:as they said"``;
        ``{"value", "low", "high", "unit", "n"}``, or with ``"change"`` for ``"value"``; a list of
        words or names.

    Raises
    ------
    ValueError
        When `kind` or `grade` is not known.
    """
    if kind not in KINDS or grade not in GRADES:
        raise ValueError(f"`kind` and `grade` must be known; not {kind!r}, {grade!r}.")
    own = {name: more.pop(name) for name in COLUMNS if name in more}
    sure = {"what": what, "kind": kind, "grade": grade, "facts": list(facts)}
    return sure | own | {"values": more}


def of_rows(
    rows: pd.DataFrame, facts: str, what: str, kind: str, grade: str = "counted", *,
    most: int | None = None, together: bool = False, also: Iterable[str] | Of = (),
    besides: Of | None = None, **more: Any,
) -> list[Finding]:  # fmt: skip
    """Make a finding of every row of a table, or one of them all.

    Parameters
    ----------
    rows
        The rows told of; none where the table has none.
    facts
        Columns of the facts behind a finding, the best evidence first; a column may name one.
    most
        So many rows are told of at most.
    together
        One finding: the first row speaks, ``n`` counts the rows, the facts are of all.
    also
        Ids of more facts, after those of the row, or what is asked about the row for them.
    besides
        What is asked about the row for more values, these as `more` too.
    what, kind, grade, more
        As for :func:`finding`. ``{column}`` in a text stands for what the row has there, and a
        function is asked about the row. A name without a code, such as ``"metric:"``, is left
        out; so is "—" where it would stand in a column.
    """
    found, counted = [], {"n": len(rows)} if together else {}
    for row in small_counts.told(rows.iloc[: 1 if together else most]):
        every = dicts(rows) if together else [row]
        columns = facts.format_map(row).split()
        ids = [fact_id(rows, each, column) for each in every for column in columns]
        said = (
            {"what": what, "kind": kind, "grade": grade}
            | counted
            | more
            | (besides(row) if besides else {})
        )
        said = {name: _of_row(name, value, row) for name, value in said.items()}
        known = {name: value for name, value in said.items() if value is not None}
        found.append(finding(facts=[*ids, *(also(row) if callable(also) else also)], **known))
    return found


def as_listed(rows: pd.DataFrame, code: str, **more: Any) -> list[Finding]:
    """Make the findings of rows that ``resources/findings.csv`` lists under a code.

    The list is what every finding of the code has (our choice): kind, grade, facts, the most of
    them or one together, and other values, ``name=value`` in a row. A value may be what is taken
    from the row, as ``valued(wait, hours)``.

    Parameters
    ----------
    rows, more
        As for :func:`of_rows`; `more` comes before what is listed.
    code
        Of the list; also of the sentence where the list or `more` names none.
    """
    return of_rows(rows, **(_listed()[code] | more))


@cache
def _listed() -> dict[str, dict[str, Any]]:
    found = {}
    for row in resource_rows("findings.csv"):
        own = {name: row[name] for name in ("kind", "grade") if row[name]}
        says = dict(part.split("=") for part in row["says"].split("; ") if part)
        own |= {name: _taken(value) for name, value in says.items()}
        most = int(row["most"]) if row["most"] else None
        sure = {"what": row["finding"], "facts": row["facts"], "most": most}
        found[row["finding"]] = sure | {"together": row["together"] == "yes"} | own
    return found


def _taken(said: str) -> str | Of:
    takers = {"valued": valued, "by_how_much": by_how_much, "bars": bars, "whole": whole}
    how, _, of = said.partition("(")
    return takers[how](*of[:-1].split(", ")) if how in takers else said


def _of_row(name: str, value: Any, row: Mapping[str, Any]) -> Any:
    made = value.format_map(row) if isinstance(value, str) else value
    made = made(row) if callable(made) else made
    if name in COLUMNS and isinstance(made, str):
        return "" if made.rpartition(":")[2] in ("", "—") else made
    return None if isinstance(made, str) and made.endswith(":") else made


def having(rows: pd.DataFrame, **wanted: Any) -> pd.DataFrame:
    """Return the rows with these codes, each one code or several; none of an empty table."""
    for column, codes in wanted.items() if len(rows) else ():
        rows = rows[rows[column].isin([codes] if isinstance(codes, str) else codes)]
    return rows


def valued(column: str, unit: str = "") -> Of:
    """Return what takes from a row a value with its limits, where it has any.

    Without `unit` it is the row's own.
    """
    value, low, high = names(column)

    def taken(row: Mapping[str, Any]) -> Finding:
        limits = {"low": row[low], "high": row[high]} if low in row else {}
        return {"value": row[value], "unit": unit or row["unit"]} | limits

    return taken


def by_how_much(column: str, unit: str = "") -> Of:
    """Return what takes from a row a difference without its sign: so much better, or worse."""

    def taken(row: Mapping[str, Any]) -> Finding:
        found = valued(column, unit)(row)
        ends = (found["low"], found["high"])
        low, high = ends if found["value"] >= 0 else (-ends[1], -ends[0])
        per = "percent_points" if found["unit"] == "percent" else found["unit"]
        return {"value": abs(found["value"]), "low": low, "high": high, "unit": per}

    return taken


def bars(column: str) -> Of:
    """Return what takes from a row points in minimal worthwhile differences."""
    return lambda row: row[column] / method.WORTHWHILE


def whole(column: str) -> Of:
    """Return what takes a whole number from a row, or the reason why it is not told."""

    def taken(row: Mapping[str, Any]) -> int | str:
        why = small_counts.withheld(dict(row), column, row[column], "count")
        return f"reason:{why}" if why else int(row[column])

    return taken


def kpi_of(metric: str, work: Workbook) -> str:
    """Return the KPI of a metric; empty where it belongs to none of the five."""
    kpi = work.catalogue["kpi"].get(metric, "")
    return kpi if kpi in method.KPIS else ""


def findings(work: Workbook, stage: str, found: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Gather the findings of a stage; client and people of a service, KPI of a metric filled in.

    Returns
    -------
    DataFrame
        One row a finding, :data:`COLUMNS`, in the order given; missing numbers are None.
    """
    services = work.table("services").set_index("service")
    rows, seen = [], {}
    for one in found:
        seen[one["what"]] = seen.get(one["what"], 0) + 1
        row = dict.fromkeys(COLUMNS, "") | {"size": None, "people": None} | dict(one)
        if "kpi" not in one:
            row["kpi"] = kpi_of(str(row["values"].get("metric", "")).partition(":")[2], work)
        row |= {"stage": stage, "finding": f"{row['what']}-{seen[row['what']]}"}
        if row["service"] in services.index:
            service = services.loc[row["service"]]
            row["client"] = row["client"] or service["client"]
            row["people"] = row["people"] or service["volume"]
        row |= {name: _number(row[name]) for name in ("size", "people")}
        due = moment(row["by"]) if row["by"] else "—"
        words = (row["kind"], said(row), action(row) or "—", who(row), due)
        rows.append(row | dict(zip(SHOWN, words, strict=True)))
    table = pd.DataFrame(rows, columns=[*COLUMNS, *SHOWN], dtype=object)
    return about(table, "findings", work, key=["finding"], of=[*work.tables])


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(f"{float(value):.6g}")


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return findings as they are handed on: codes and numbers only, None for what is missing."""
    return [{name: _handed_on(row[name]) for name in COLUMNS} for row in dicts(rows)]


def _handed_on(value: Any) -> Any:
    """Put None for a missing number, however deep: a kernel would make a word of it."""
    if isinstance(value, Mapping):
        return {name: _handed_on(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_handed_on(each) for each in value]
    return None if value != value else value


def said(row: Mapping[str, Any]) -> str:
    """Say a finding in the language in force."""
    return wording.say(f"brief.{row['what']}", **_filled(row))


def action(row: Mapping[str, Any]) -> str:
    """Say what is to be done about a finding; empty where nothing can be said."""
    return wording.say(f"act.{row['action']}", **_filled(row)) if row["action"] else ""


def who(row: Mapping[str, Any]) -> str:
    """Name who is to do it, or say that nobody is named."""
    return str(_shown(row["who"])) if row["who"] else wording.word("brief.nobody")


def moment(code: str) -> str:
    """Write a period or a day in words."""
    if periods.is_period(code):
        return wording.period(code)
    return wording.day(date.fromisoformat(code))


def _filled(row: Mapping[str, Any]) -> dict[str, object]:
    known = [kind for kind in ("kpi", "service", "client", "who") if row[kind]]
    named = {kind: _shown(row[kind] if kind == "who" else f"{kind}:{row[kind]}") for kind in known}
    return named | {name: _shown(value) for name, value in row["values"].items()}


def _shown(value: Any) -> object:
    """Turn one value of a finding into words."""
    if isinstance(value, Mapping):
        return _amount(value)
    if isinstance(value, list):
        return "; ".join(str(_shown(each)) for each in value)
    if not isinstance(value, str):
        return value
    kind, _, code = value.partition(":")
    if kind == "text":
        return code
    if kind == "person":
        return wording.say("brief.person", name=code)
    if kind in ("period", "day"):
        return moment(code)
    if kind == "since":
        return wording.since(code)
    term = f"{kind}.{code}"
    return wording.word(term) if wording.has(term) else wording.name(kind, code)


def _amount(value: Mapping[str, Any]) -> str:
    low, high = (value.get(end) for end in ("low", "high"))
    known = low is not None and low == low
    limits = f" {wording.interval(low, high)}" if known else ""
    if "change" in value:
        unit = "percent_points" if value["unit"] == "percent" else value["unit"]
        sign, size = "+−"[value["change"] < 0], abs(value["change"])
        return f"{sign}{formatting.amount(size, unit)}{limits}"
    return f"{formatting.amount(value['value'], value['unit'])}{limits}"


def people_of(work: Workbook, client: str) -> float | None:
    """Return how many clients of a kind there are in a year, where every service says it."""
    volume = work.own_services.query("client == @client")["volume"].astype(float)
    return volume.sum() if len(volume) and volume.notna().all() else None

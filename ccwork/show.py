"""What a person sees of a table, a figure or a summary; every number shown becomes a fact."""

import html
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from IPython.display import publish_display_data

from ccwork import method, text
from ccwork.chart.base import Picture

NUMBERS = frozenset({"points", "percent", "value", "change", "count", "hours", "number"})
"""Kinds of columns whose numbers are facts; ``terms/columns.csv`` gives each column its kind."""


@dataclass(frozen=True)
class Cell:
    """One cell: what is read, whether it is a number, and whose language it is in."""

    shown: str
    number: bool = False
    quoted: bool = False
    missing: bool = False

    @property
    def html(self) -> str:
        """The cell as it stands in an HTML table."""
        shown = html.escape(self.shown)
        if self.quoted:
            other = text.LANGS[1 - text.LANGS.index(text.lang())]
            shown = f'<span lang="{other}">{shown}</span>'
        kind = "num" if self.number else "word" if self.missing else ""
        return f'<td class="{kind}">{shown}</td>' if kind else f"<td>{shown}</td>"


def table(rows: pd.DataFrame, *, folded: bool = False) -> None:
    """Show a table made by ccwork: caption, headings in words, source and date; note its facts.

    A table without rows says which input table to bring. A folded one opens at a click, and
    stays out of print: it is for those who check.
    """
    name = rows.attrs["name"]
    if rows.empty:
        if not folded:
            _publish_words(name, absent(rows))
        return
    columns = text.terms()[f"show.{name}"]["columns"].split()
    cells = [[cell(row, column) for column in columns] for row in rows.to_dict("records")]
    heads = [text.word(f"col.{column}") for column in columns]
    caption = text.word(f"show.{name}")
    meta = {"kind": "table", "name": name, "facts": list(facts(rows, columns))}
    shown = _html(caption, heads, cells, source(rows))
    if folded:
        head = html.escape(caption)
        shown = f'<details class="folded"><summary>{head}</summary>{shown}</details>'
    publish_display_data(
        {"text/html": shown, "text/plain": _plain(caption, heads, cells)},
        metadata={"ccwork": meta},
    )


def absent(rows: pd.DataFrame) -> str:
    """Say why a table has no rows: which input tables it would need."""
    if text.has(f"absent.{rows.attrs['name']}"):
        return text.word(f"absent.{rows.attrs['name']}")
    needs = ", ".join(
        f"«{text.name('table', need)}» ({need})" for need in rows.attrs.get("needs", ())
    )
    return text.say("no_data_bring", what=text.word(f"show.{rows.attrs['name']}"), needs=needs)


def _publish_words(name: str, words: str) -> None:
    publish_display_data(
        {"text/html": f'<p class="word">{html.escape(words)}</p>', "text/plain": words},
        metadata={"ccwork": {"kind": "words", "name": name, "facts": []}},
    )


def source(rows: pd.DataFrame) -> str:
    """Say where the numbers of a table come from and of what date they are."""
    when = text.day(date.fromisoformat(rows.attrs["date"]))
    return text.say("source_line", files=", ".join(rows.attrs["files"]) or "—", date=when)


def kind(column: str) -> str:
    """Return the kind of an output column, from ``terms/columns.csv``."""
    return text.terms()[f"col.{column}"]["kind"]


def cell(row: dict[str, Any], column: str) -> Cell:
    """Turn one value into what a person reads.

    A number with limits carries its interval; a number that is missing gives its reason.
    """
    value, form = row.get(column), kind(column)
    if form.startswith("name:"):
        what = form.removeprefix("name:")
        return Cell(text.name(what, value), quoted=not text.named_here(what, value))
    if form.startswith("word:"):
        words = [text.word(f"{form.removeprefix('word:')}.{code}") for code in str(value).split()]
        return Cell(", ".join(words) or "—")
    if form == "steps":
        return Cell(" → ".join(text.name("step", code) for code in value.split(" → ")))
    if form == "period":
        return Cell(text.period(value) if value else "—")
    if form == "text":
        return Cell(str(value))
    if pd.isna(value):
        return Cell(reason(row, column), missing=True)
    return Cell(_number(row, column, value, form), number=True)


def why(row: dict[str, Any], column: str) -> str:
    """Return the code of the reason why a number is missing."""
    return row.get(f"{column}_why") or row.get("why") or "not_counted"


def reason(row: dict[str, Any], column: str) -> str:
    """Say why a number is missing."""
    return text.word(f"reason.{why(row, column)}")


def _number(row: dict[str, Any], column: str, value: float, form: str) -> str:
    """Write a number with its interval, as its kind asks."""
    if form == "value":
        return measured(row)
    if form == "count":
        return text.word("reason.too_few") if few(column, value) else text.number(value, 0)
    shown = text.signed(value) if form == "change" else text.number(value)
    if form == "change" and row.get("unit") == "percent":
        shown += text.word("of_unit.percent_points")
    if f"{column}_low" not in row:
        return shown
    low, high = limits(row, column)
    if pd.isna(low):
        return f"{shown} {text.word('no_interval')}"
    return f"{shown} {text.interval(low, high)}"


def few(column: str, value: float) -> bool:
    """Tell whether a number of people is too small to be told: words stand in its place."""
    return column == "n" and 0 < value < method.MIN_SHOWN


def limits(row: dict[str, Any], column: str) -> tuple[float, float]:
    """Return the limits of a value; those of the column "value" are ``low`` and ``high``."""
    prefix = "" if column == "value" else f"{column}_"
    return row.get(f"{prefix}low", float("nan")), row.get(f"{prefix}high", float("nan"))


def facts(rows: pd.DataFrame, columns: list[str]) -> Iterator[dict[str, Any]]:
    """List every number and every coded word of a table, with what stands behind it."""
    for row in rows.to_dict("records"):
        key = ".".join(str(row[part]) for part in rows.attrs["key"])
        for column in columns:
            form = kind(column)
            if form not in NUMBERS and not form.startswith("word:"):
                continue
            fact = {"id": f"{rows.attrs['name']}.{key}.{column}", **_amount(row, column, form)}
            fact["period"] = row.get("period") or rows.attrs["period"]
            fact["source"] = rows.attrs["files"]
            fact["formula"] = text.terms()[f"col.{column}"]["source"]
            yield fact


def _amount(row: dict[str, Any], column: str, form: str) -> dict[str, Any]:
    """Return the value of a fact: a number with limits and n, or a code."""
    value = row.get(column)
    if form.startswith("word:"):
        return {"value": None, "word": value}
    if pd.isna(value):
        return {"value": None, "word": why(row, column)}
    if few(column, value):
        return {"value": None, "word": "too_few"}
    low, high = limits(row, column)
    unit = {"value": row.get("unit"), "change": row.get("unit")}.get(form, form)
    n = row.get("n")
    return {
        "value": _exact(value),
        "low": _exact(low),
        "high": _exact(high),
        "n": None if n is None or pd.isna(n) else int(n),
        "unit": unit,
    }


def _exact(value: float) -> float | None:
    """Round off what a machine adds to a number; missing is None."""
    return None if pd.isna(value) else float(f"{value:.10g}")


def _html(caption: str, heads: list[str], cells: list[list[Cell]], note: str) -> str:
    """Write an accessible table: caption, scopes, source line."""
    head = "".join(f'<th scope="col">{html.escape(head)}</th>' for head in heads)
    body = "".join(
        "<tr>" + row[0].html.replace("<td", '<th scope="row"', 1).replace("</td>", "</th>")
        + "".join(cell.html for cell in row[1:]) + "</tr>"
        for row in cells
    )  # fmt: skip
    return (
        f"<table><caption>{html.escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f'<tbody>{body}</tbody></table><p class="source">{html.escape(note)}</p>'
    )


def _plain(caption: str, heads: list[str], cells: list[list[Cell]]) -> str:
    """Write the same table as lines of text."""
    lines = [caption, " | ".join(heads)]
    return "\n".join(lines + [" | ".join(cell.shown for cell in row) for row in cells])


def figure(*pictures: Picture) -> None:
    """Show figures, each with its alt text, caption, source and date."""
    for picture in pictures:
        if picture.figure is None:
            _publish_words(picture.rows.attrs["name"], absent(picture.rows))
            continue
        image = io.BytesIO()
        picture.figure.savefig(image, format="png", dpi=110, metadata={"Software": None})
        name = f"figure.{picture.name}"
        meta = {"kind": "figure", "name": name, "caption": text.word(name), "facts": []}
        publish_display_data(
            {"image/png": image.getvalue(), "text/plain": picture.alt},
            metadata={"ccwork": meta | {"source": source(picture.rows)}},
        )


def glossary(*codes: str) -> None:
    """Show what terms mean, in the words of ``terms/glossary.csv``."""
    lines = [(text.word(f"term.{code}"), text.meaning(f"term.{code}")) for code in codes]
    items = "".join(
        f"<li><strong>{html.escape(word)}</strong>: {html.escape(meaning)}</li>"
        for word, meaning in lines
    )
    plain = "\n".join(f"{word}: {meaning}" for word, meaning in lines)
    publish_display_data(
        {"text/html": f"<ul>{items}</ul>", "text/plain": plain},
        metadata={"ccwork": {"kind": "words", "name": "glossary", "facts": []}},
    )


def summary(*parts: pd.DataFrame) -> None:
    """Show the head's part: one sentence a row for tables that have sentences."""
    told = [rows for rows in parts if not rows.empty]
    lines = [sentence for rows in told for sentence in sentences(rows)]
    lines += [absent(parts[0])] if not told else []
    items = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
    notes = "".join(
        f'<p class="source">{html.escape(note)}</p>'
        for note in dict.fromkeys(source(rows) for rows in parts if not rows.empty)
    )
    publish_display_data(
        {"text/html": f'<ul class="summary">{items}</ul>{notes}', "text/plain": "\n".join(lines)},
        metadata={"ccwork": {"kind": "summary", "name": "summary", "facts": []}},
    )


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
    elif any(code.startswith(f"finding.{name}") for code in text.terms()):
        yield from (_said(row, name) for row in rows.to_dict("records") if row.get("say", name))
    else:
        raise ValueError(f"`rows` must have a sentence finding.{name} in terms.")


def _said(row: dict[str, Any], name: str) -> str:
    """Say one row by the sentence of its terms."""
    known = [column for column in row if f"col.{column}" in text.terms()]
    values: dict[str, object] = {column: cell(row, column).shown for column in known}
    for column in known:
        count = kind(column) == "count" and not pd.isna(row[column])
        if count and not few(column, row[column]):
            values[column] = int(row[column])
    return text.say(f"finding.{name}" + (f".{row['say']}" if "say" in row else ""), **values)


def _judged(rows: pd.DataFrame) -> Iterator[str]:
    """One sentence a series that moved or is overall; the others are counted."""
    told = (rows["kpi"] == method.OVERALL) | rows["verdict"].isin(["better", "worse"])
    for row in rows[told].to_dict("records"):
        yield _verdict(row, rows.attrs["period"])
    for verdict, n in rows.loc[~told, "verdict"].value_counts(sort=False).items():
        yield text.say("finding.others", verdict=text.word(f"verdict.{verdict}"), n=int(n))


def _verdict(row: dict[str, Any], period: str) -> str:
    """Say one series: value, interval, n, period, verdict and why."""
    if pd.isna(row["value"]):
        return text.say("finding.missing", **_named(row), why=reason(row, "value"))
    before, since = (text.period(row[at]) if row[at] else "" for at in ("before", "since"))
    n = text.word("n_unknown") if pd.isna(row["n"]) else text.say("n_answers", n=int(row["n"]))
    return text.say(
        "finding.judged",
        **_named(row),
        value=measured(row),
        n=n,
        period=text.period(period),
        verdict=text.word(f"verdict.{row['verdict']}"),
        basis=text.say(f"basis_of.{row['basis']}", n=row["points_before"] + 1, before=before),
        note=text.say(f"note_of.{row['note']}", since=since) if row["note"] else "",
    ).strip()


def measured(row: dict[str, Any]) -> str:
    """Write a value with its unit and interval: ``85,0 балла из 100 [84,7; 85,3]``."""
    value, (low, high) = row["value"], limits(row, "value")
    limit = text.word("no_interval") if pd.isna(low) else text.interval(low, high)
    digits = 0 if pd.isna(low) and value == round(value) else 1
    if row["unit"] == "percent":
        return f"{text.percent(value, digits)} {limit}"
    unit = text.word(f"of_unit.{row['unit']}")
    return f"{text.number(value, digits)}\N{NO-BREAK SPACE}{unit} {limit}"


def _named(row: dict[str, Any]) -> dict[str, str]:
    return {
        "service": text.name("service", row["service"]),
        "metric": text.name("metric", row["metric"]),
    }


def _five(rows: pd.DataFrame) -> Iterator[str]:
    """One sentence a KPI with a value; one sentence for those not measured."""
    for client, group in rows.groupby("client", sort=True):
        for row in group[group["status"].isin(["full", "partial"])].to_dict("records"):
            shown = _number(row, "kpi_points", row["kpi_points"], "points")
            yield text.say(
                "finding.kpi", client=text.word(f"clients.{client}"), value=shown,
                kpi=text.word(f"kpi.{row['kpi']}"), status=text.word(f"status.{row['status']}"),
            )  # fmt: skip
        for status in ("only_facts", "only_opinions", "not_measured"):
            names = [
                text.word(f"kpi.{kpi}") for kpi in group.loc[group["status"] == status, "kpi"]
            ]
            if names:
                yield text.say(
                    f"finding.{status}",
                    client=text.word(f"clients.{client}"),
                    names="; ".join(names),
                )


def _accord(rows: pd.DataFrame) -> Iterator[str]:
    """One sentence a KPI whose facts improved while its opinions did not."""
    for row in rows[rows["accord"] == "formalism"].to_dict("records"):
        facts, opinions = (
            _number(row, f"{group}_change", row[f"{group}_change"], "change")
            for group in method.GROUPS
        )
        yield text.say(
            "finding.formalism", client=text.word(f"clients.{row['client']}"),
            kpi=text.word(f"kpi.{row['kpi']}"), facts=facts, opinions=opinions,
        )  # fmt: skip


def _journey(rows: pd.DataFrame) -> Iterator[str]:
    """One sentence a service: how long the client's way is."""
    for row in rows.to_dict("records"):
        yield text.say(
            "finding.journey", service=text.name("service", row["service"]), n=int(row["n"]),
            clock=text.word(f"clock.{row['clock']}"), median=_hours(row, "median"),
            p90=_hours(row, "p90"), actions=_or_reason(row, "actions"),
        )  # fmt: skip


def _waits(rows: pd.DataFrame) -> Iterator[str]:
    """One sentence for the longest wait that is not set by law, one for those that are."""
    own = rows[(rows["statutory"] == "no") & rows["wait"].notna()]
    for row in own.head(1).to_dict("records"):
        yield text.say(
            "finding.wait", step=text.name("step", row["step"]), n=int(row["n"]),
            wait=_hours(row, "wait"), share=_or_reason(row, "share"),
        )  # fmt: skip
    for row in rows[rows["statutory"] == "yes"].to_dict("records"):
        yield text.say(
            "finding.statutory", step=text.name("step", row["step"]), wait=_hours(row, "wait")
        )


def _hours(row: dict[str, Any], column: str) -> str:
    """Write hours with their unit and interval, or the reason why there are none."""
    if pd.isna(row[column]):
        return reason(row, column)
    unit = text.word("of_unit.hours")
    shown = f"{text.number(row[column])}\N{NO-BREAK SPACE}{unit}"
    low, high = limits(row, column)
    return shown if pd.isna(low) else f"{shown} {text.interval(low, high)}"


def _or_reason(row: dict[str, Any], column: str) -> str:
    """Write a number with its interval, or the reason why there is none."""
    if pd.isna(row[column]):
        return reason(row, column)
    return _number(row, column, row[column], "number")


_SENTENCES = {
    "judged": _judged,
    "five": _five,
    "accord": _accord,
    "journey_summary": _journey,
    "journey_waits": _waits,
}

"""The page of many agencies: one page first, then who differs, then each by the alphabet."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import pandas as pd

from ccwork.language import wording
from ccwork.read.cache import dicts
from ccwork.report import facts_file
from ccwork.stages.portfolio import (
    chance_order,
    comparison,
    each_agency,
    figures,
    movement,
    self_checks,
    targets_of_2030,
)
from ccwork.stages.portfolio.agency_facts import Portfolio
from ccwork.tell import display, formatting
from ccwork.tell.documents.document import (
    Block,
    Bullets,
    Cell,
    Columns,
    Document,
    Heading,
    NewPage,
    Paragraph,
    Picture,
    Run,
    Table,
)
from ccwork.tell.documents.row_tables import table_of, tagged
from ccwork.tell.sentences import sentences

MOST_LISTED: Final = 120
"""More agencies are listed in the file beside the page only (our choice)."""

MOST_SAID: Final = 5
"""So many sentences stand under a heading of the first page (our choice)."""

CSV_COLUMNS: Final = ("agency", "period", "moved_word", "kpis_better", "kpis_worse", "kpis_blind",
                      "kpis_unmeasured", "grades", "metric", "value", "n", "drawn", "drawn_low",
                      "drawn_high")  # fmt: skip


def page(given: Portfolio) -> Document:
    """Make the page of a portfolio in the language in force."""
    n, period = len(given.agencies), wording.period(given.period)
    title = wording.say("portfolio.title", n=n, period=period)
    about = wording.say("portfolio.about", day=wording.day(given.day))
    blocks: list[Block] = [
        Heading(1, title),
        Paragraph([Run(about)], "small"),
        *_unread(given),
        *_lead(given),
        table_of(movement.moved_by_kpi(given)),
        *_shown(self_checks.service_grades(given)),
        Columns([
            [*_said("pains", movement.pains(given)),
             *_said("disagree", self_checks.self_and_clients(given))],
            [*_said("since", each_agency.since_last(given)),
             *_said("unmeasured", movement.unmeasured(given))],
        ]),
        *_differing(given),
        *_said("national", targets_of_2030.national_targets(given)),
        NewPage(),
        *_said("no_order", chance_order.why_no_order(given)),
        *_details(given),
        *_each(given),
    ]  # fmt: skip
    running = f"{title}. {wording.word('report.internal')}"
    return Document(title, wording.lang(), given.day.isoformat(), running, blocks)


def csv(given: Portfolio) -> str:
    """Write a row an agency, by the alphabet, as CSV with codes."""
    drawn = {row["agency"]: row for row in dicts(comparison.shrunken(given))}
    rows = [drawn.get(row["agency"], {}) | row for row in dicts(each_agency.by_alphabet(given))]
    return facts_file.csv_text(CSV_COLUMNS, rows)


def refusal(given: Portfolio) -> list[str]:
    """Say to who asks for an order why there is none."""
    told = sentences(chance_order.why_no_order(given))
    return [wording.word("portfolio.refused"), *told, wording.word("portfolio.instead")]


def _unread(given: Portfolio) -> Iterator[Block]:
    """Say which files are not counted, or that the agencies are invented."""
    if given.problems:
        yield Paragraph([Run(wording.say("portfolio.unread", n=len(given.problems)))], "small")


def _lead(given: Portfolio) -> Iterator[Block]:
    """Say how many moved, and how many of them chance would have named."""
    first, chance = sentences(movement.moved(given))
    yield Paragraph([Run(first, strong=True)], "lead")
    yield Paragraph([Run(chance)], "small")


def _said(heading: str, rows: pd.DataFrame) -> list[Block]:
    """Say a table in sentences under a heading; one without any says so."""
    lines = [*sentences(rows)] if len(rows) else [formatting.absent(rows)]
    lines = lines or [wording.word("portfolio.nothing")]
    more = len(lines) - MOST_SAID
    items = [tagged(line) for line in [*lines[:MOST_SAID], *formatting.remarks(rows)]]
    items += [[Run(wording.say("portfolio.more", n=more))]] * (more > 0)
    return [Heading(2, wording.word(f"portfolio.{heading}")), Bullets(items)]


def _shown(rows: pd.DataFrame) -> Iterator[Block]:
    """Show a table with its sentences above it, or say why there is none."""
    if rows.empty:
        yield Paragraph([Run(formatting.absent(rows))])
        return
    yield from (Paragraph(tagged(line)) for line in sentences(rows))
    yield table_of(rows)


def _differing(given: Portfolio) -> Iterator[Block]:
    """Name who differs, a line an agency, by the alphabet."""
    rows = comparison.differing(given)
    yield Heading(2, wording.word("portfolio.differ"))
    if rows.empty:
        yield Paragraph([Run(formatting.absent(rows))])
        return
    items = []
    for agency, own in rows.groupby("agency", sort=False):
        sides = []
        for side, part in own.groupby("many_side", sort=True):
            metrics = "; ".join(wording.name("metric", metric) for metric in part["metric"])
            sides.append(f"{wording.word(f'many_side.{side}')} ({metrics})")
        items.append([*_name(agency), Run(f": {', '.join(sides)}.")])
    more = len(items) - MOST_SAID
    items = items[:MOST_SAID] + [[Run(wording.say("portfolio.more", n=more))]] * (more > 0)
    yield Bullets(items)
    yield Paragraph([Run(wording.word("portfolio.differ_rate"))], "small")


def _name(agency: str) -> list[Run]:
    foreign = not wording.named_here("agency", agency)
    name = wording.name("agency", agency)
    other = wording.other() if foreign and wording.foreign(name) else ""
    return [Run(name, lang=other, strong=True)]


def _details(given: Portfolio) -> Iterator[Block]:
    """Show what the first page says, in tables, and the funnel."""
    yield Heading(2, wording.word("portfolio.details"))
    for drawn in (figures.draw_moved(given), figures.draw_funnel(given)):
        if drawn.figure is not None:
            image = display.png(drawn.figure)
            caption = wording.word(f"figure.{drawn.name}")
            yield Picture(image, "png", drawn.alt, caption, 150)
    for rows in (
        comparison.compared(given), movement.pains(given), self_checks.self_and_clients(given),
        movement.unmeasured(given), each_agency.since_last(given), comparison.differing(given),
    ):  # fmt: skip
        if len(rows):
            yield table_of(rows)


def _each(given: Portfolio) -> Iterator[Block]:
    """Tell of each agency by itself, where they are not too many for a page."""
    yield Heading(2, wording.word("show.many_agencies"))
    yield Paragraph([Run(wording.word("portfolio.each"))], "small")
    if len(given.agencies) > MOST_LISTED:
        yield Paragraph([Run(wording.say("portfolio.in_file", n=len(given.agencies)))])
        return
    drawn = comparison.shrunken(given)
    values = {row["agency"]: row for row in dicts(drawn)}
    metric = wording.name("metric", drawn["metric"].iloc[0]) if len(drawn) else ""
    heads = [
        wording.word(f"col.{name}") for name in ("agency", "moved_word", "kpis_blind", "grades")
    ]
    heads += [wording.say("portfolio.drawn_of", metric=metric)] if metric else []
    rows = [_own(row, values) for row in dicts(each_agency.by_alphabet(given))]
    widths = [0.26, 0.24, 0.2, 0.13, 0.17] if metric else [0.3, 0.3, 0.25, 0.15]
    yield Table("", heads, [row[: len(heads)] for row in rows], widths)


def _own(row: dict[str, Any], values: dict[str, dict[str, Any]]) -> list[Cell]:
    kpis = [f"{row[name]} " for name in ("kpis_better", "kpis_worse") if row[name]]
    moved = wording.word(f"many.{row['moved_word']}")
    moved += f": {_kpis(''.join(kpis))}" if kpis else ""
    mark = row["moved_word"] if row["moved_word"] in ("better", "worse") else ""
    value = values.get(row["agency"])
    shown = formatting.cell(value, "drawn").plain if value else "—"
    grades = row["grades"].replace(" ", "\N{NO-BREAK SPACE}").replace(",\N{NO-BREAK SPACE}", ", ")
    return [Cell(_name(row["agency"])), Cell([Run(moved, mark=mark)]),
            Cell([Run(_kpis(row["kpis_blind"]) or "—")]), Cell([Run(grades)]),
            Cell([Run(shown)], number=True)]  # fmt: skip


def _kpis(codes: str) -> str:
    return ", ".join(wording.word(f"kpi.{code}") for code in codes.split())


def written(given: Portfolio, langs: Sequence[str]) -> Iterator[tuple[str, str | bytes]]:
    """Yield name and content of every file of a portfolio: pages, and the rows of agencies."""
    from ccwork.tell.documents import document_html, document_pdf

    for lang in wording.each(langs):
        document = page(given)
        yield f"portfolio.{lang}.html", document_html.written(document)
        yield f"portfolio.{lang}.pdf", document_pdf.written(document)
    yield "portfolio.csv", csv(given)

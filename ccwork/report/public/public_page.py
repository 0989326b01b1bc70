"""The public page: what changed for citizens first, then the five KPIs, the promise, the rules."""

from collections.abc import Iterator, Sequence
from typing import Final

from ccwork.language import wording
from ccwork.read.workbook import Workbook
from ccwork.report.brief import small_chart
from ccwork.report.brief.assembly import tagged
from ccwork.report.brief.document import (
    MARKS,
    Block,
    Bullets,
    Cell,
    Document,
    Heading,
    Paragraph,
    Picture,
    Run,
    Table,
)
from ccwork.report.public.release_set import DATA, DESCRIPTOR, Release, Row, names_of
from ccwork.stages.recognition import claim_grades
from ccwork.tell.formatting import amount

MOVED: Final = ("worse", "better")
"""What stands in the first table, harm before gain."""


def page(made: Release, work: Workbook) -> Document:
    """Make the public page in the language in force."""
    period, day = wording.period(work.period), wording.day(work.date)
    title = wording.say("public.title", agency=wording.name("agency", work.agency), period=period)
    foreign = "" if wording.named_here("agency", work.agency) else wording.other()
    blocks: list[Block] = [
        Heading(1, wording.name("agency", work.agency), lang=foreign),
        Paragraph([Run(wording.say("public.about", period=period, day=day))], "small"),
        Paragraph([Run(_lead(made, work), strong=True)], "lead"),
        *_moved(made, work), *_done(made, work), *_five(made, work), *_promise(made, work),
        *_all(made, work), *_rules(made), *_agency(work),
    ]  # fmt: skip
    return Document(title, wording.lang(), work.date.isoformat(), title, blocks)


def _now(made: Release, work: Workbook, kind: str) -> list[Row]:
    return [row for row in made.rows if row["kind"] == kind and row["period"] == work.period]


def _lead(made: Release, work: Workbook) -> str:
    """Say in one sentence what changed for clients."""
    known = [row["finding"] for row in _now(made, work, "metric") if row["finding"]]
    better, worse = (known.count(word) for word in ("better", "worse"))
    moved = "" if better and worse else "_better" if better else "_worse"
    code = f"lead{moved}" if better or worse else "still" if known else "unknown"
    counts = {"better": better, "worse": worse, "rest": len(known) - better - worse}
    return wording.say(f"public.{code}", **counts)


def _moved(made: Release, work: Workbook) -> Iterator[Block]:
    """Show was and is of all that is proven to have moved."""
    rows = [row for word in MOVED for row in _now(made, work, "metric") if row["finding"] == word]
    if not rows:
        return
    lines = [
        [Cell(_name(row, work)), Cell([Run(_before(row))], number=True),
         Cell([Run(_value(row))], number=True), _finding(row)]
        for row in rows
    ]  # fmt: skip
    heads = _heads("what", "was", "is", "change")
    yield Table(wording.word("public.was_is"), heads, lines, (0.46, 0.2, 0.18, 0.16))


def _done(made: Release, work: Workbook) -> Iterator[Block]:
    """Tell the changes that clients asked for and got, each with its proof."""
    rows = [row for row in made.rows if row["kind"] == "change"]
    yield Heading(2, wording.word("public.done"))
    if not rows:
        yield Paragraph([Run(wording.word("page.outside.nothing"))])
        return
    items = []
    for row in rows:
        name, service, what = names_of(row, work)
        need = work.catalogue.at[row["code"], f"need_{wording.lang()}"] or ""
        need = need[:1].lower() + need[1:]
        said = [wording.say("page.need", need=need)] if need else []
        beside = ".C" if row["strength"] == "C" else ""
        said += [wording.say(f"page.what{beside}", what=what)] if what else []
        sides = {"was": _before(row), "became": _value(row)}
        known = "public.sides" if row["value"] is not None else "public.sides_hidden"
        said += [wording.say(known, name=name, service=service, **sides),
                 wording.word(f"public.sure.{row['strength']}")]  # fmt: skip
        items.append(tagged(" ".join(said)))
    yield Bullets(items)


def _five(made: Release, work: Workbook) -> Iterator[Block]:
    """Show the KPIs made of the figures told, with their periods."""
    rows = _now(made, work, "kpi")
    yield Heading(2, wording.word("public.five"))
    if not rows:
        yield Paragraph([Run(wording.word("public.no_five"))])
        return
    lines = [
        [Cell([Run(names_of(row, work)[0])]), Cell([Run(_value(row))], number=True),
         _chart(made, row, work), _finding(row)]
        for row in rows
    ]  # fmt: skip
    heads = _heads("kpi", "points", "chart", "change")
    yield Table(wording.word("public.five_caption"), heads, lines, (0.36, 0.14, 0.26, 0.24))


def _chart(made: Release, row: Row, work: Workbook) -> Cell:
    own = made.charts[row["kpi"]]
    points = own["points"].round()
    if points.notna().sum() < 2:
        return Cell([Run("–")])
    seen = own[points.notna()]
    alt = wording.say(
        "public.chart", kpi=names_of(row, work)[0], n=len(own),
        first=wording.number(points[seen.index[0]], 0), last=wording.number(points.iloc[-1], 0),
        since=wording.period(seen["period"].iloc[0]), until=wording.period(work.period),
    )  # fmt: skip
    lines = (own[name] for name in ("centre", "lower", "upper", "past_limits"))
    drawn = small_chart.svg(points, *lines)
    return Cell(picture=Picture(drawn, "svg", alt, width=small_chart.WIDTH))


def _promise(made: Release, work: Workbook) -> Iterator[Block]:
    """Show every right of the promise with whether it is kept."""
    rows = [row for row in _now(made, work, "promise") if row["finding"] != "no_data"]
    yield Heading(2, wording.word("promise.title"))
    if not rows:
        yield Paragraph([Run(wording.word("public.no_promise"))])
        return
    lines = [
        [Cell(_name(row, work)), _finding(row, "promise_is"),
         Cell([Run(_value(row))], number=True), Cell([Run(_people(row))], number=True)]
        for row in rows
    ]  # fmt: skip
    heads = _heads("right", "kept", "share", "n")
    yield Table(wording.word("public.promise_caption"), heads, lines, (0.5, 0.18, 0.18, 0.14))


def _all(made: Release, work: Workbook) -> Iterator[Block]:
    """Show every metric of the period under its KPI."""
    rows = _now(made, work, "metric")
    if not rows:
        return
    yield Heading(2, wording.word("public.all"))
    lines: list[list[Cell]] = []
    for kpi in dict.fromkeys(row["kpi"] for row in rows):
        lines.append([Cell([Run(wording.word(f"kpi.{kpi}"), strong=True)], spans=4)])
        lines += [
            [Cell(_name(row, work)), Cell([Run(_value(row))], number=True),
             Cell([Run(_people(row))], number=True), _finding(row)]
            for row in rows if row["kpi"] == kpi
        ]  # fmt: skip
    source = work.info.get(f"source_{wording.lang()}") or wording.word("public.no_source")
    lines.append([Cell(tagged(wording.say("brief.source", source=source)), spans=4)])
    heads = _heads("what", "is", "n", "change")
    yield Table(wording.word("public.all_caption"), heads, lines, (0.5, 0.18, 0.12, 0.2))


def _rules(made: Release) -> Iterator[Block]:
    """Say what is not told, and why."""
    yield Heading(2, wording.word("public.hidden"))
    yield Paragraph([Run(wording.say("public.rules", least=made.least))])
    if made.uncounted:
        yield Paragraph([Run(wording.say("public.uncounted", n=made.uncounted))])


def _agency(work: Workbook) -> Iterator[Block]:
    """Say what the agency is, where its data are and on what terms they may be used."""
    level, offices = (work.info.get(name) for name in ("level", "offices"))
    services = work.table("services")
    outer = services.loc[services["client"] == "external", "service"]
    names = "; ".join(claim_grades.clean_name("service", code) for code in outer)
    facts = {"level": wording.word(f"value.{level}") if level else "",
             "offices": wording.number(offices, 0) if offices else ""}  # fmt: skip
    said = [f"{wording.word(f'context.{name}')}: {fact}." for name, fact in facts.items() if fact]
    said += [wording.say("public.services", names=names)] if names else []
    yield Heading(2, wording.word("public.agency"))
    yield Paragraph(tagged(" ".join(said)))
    yield Heading(2, wording.word("public.data"))
    yield Paragraph([
        Run(wording.word("public.data_said")), Run(" "), Run(DATA, link=DATA),
        Run(", "), Run(DESCRIPTOR, link=DESCRIPTOR), Run("."),
    ])  # fmt: skip
    licence = work.info.get("licence")
    terms = wording.say("public.licence", licence=licence) if licence else ""
    yield Paragraph(tagged(terms or wording.word("public.no_licence")))


# ---------------------------------------------------------------- cells


def _heads(*names: str) -> Sequence[str]:
    return [wording.word(f"public.col.{name}") for name in names]


def _name(row: Row, work: Workbook) -> list[Run]:
    name, service, _ = names_of(row, work)
    return tagged(f"{name} ({service})" if service else name)


def _value(row: Row) -> str:
    if row["value"] is None:
        return _absent(row)
    shown = _amount(row["value"], row["unit"])
    side = {"<=": "public.at_most", ">=": "public.at_least"}.get(row["bound"])
    return wording.say(side, value=shown) if side else shown


def _absent(row: Row) -> str:
    return wording.word("public.withheld" if row["withheld"] else "public.none")


def _before(row: Row) -> str:
    if row["before"] is None:
        return wording.word("public.none")
    when = f" ({wording.period(row['before_period'])})" if row["before_period"] else ""
    return _amount(row["before"], row["unit"]) + when


def _amount(value: float, unit: str) -> str:
    return amount(value, unit, 0 if unit in ("points", "percent") else 1)


def _people(row: Row) -> str:
    return wording.number(row["n"], 0) if row["n"] is not None else _absent(row)


def _finding(row: Row, kind: str = "verdict") -> Cell:
    word = row["finding"]
    if not word:
        return Cell([Run(_absent(row))])
    good = {"kept": "better", "not_kept": "worse"}.get(word, word)
    said = f"brief.{row['parted']}" if row.get("parted") else f"{kind}.{word}"
    return Cell([Run(wording.word(said), mark=good if good in MARKS else "quiet")])

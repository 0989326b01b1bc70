"""The public page: what changed for citizens first, then the five KPIs, the promise, the rules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ccwork.language import wording
from ccwork.read.workbook import Workbook
from ccwork.report.brief import small_chart
from ccwork.report.public.release_set import DATA, DESCRIPTOR, Release, Row
from ccwork.stages.recognition import claim_grades
from ccwork.tell.documents import document as doc
from ccwork.tell.documents.row_tables import tagged
from ccwork.tell.formatting import amount

MOVED: Final = ("worse", "better")
"""What stands in the first table, harm before gain."""


def page(made: Release, work: Workbook) -> doc.Document:
    """Make the public page in the language in force."""
    period, day = wording.period(work.period), wording.day(work.date)
    title = wording.say("public.title", agency=wording.name("agency", work.agency), period=period)
    foreign = "" if wording.named_here("agency", work.agency) else wording.other()
    now = {kind: [row for row in made.rows if row["kind"] == kind and row["period"] == work.period]
           for kind in ("metric", "kpi", "promise", "change")}  # fmt: skip
    moved = [row for word in MOVED for row in now["metric"] if row["finding"] == word]
    above = not moved and any(row["finding"] in MOVED for row in now["kpi"])
    heard = [row for row in now["promise"] if row["finding"] != "no_data"]
    blocks: list[doc.Block] = [
        doc.Heading(1, wording.name("agency", work.agency), lang=foreign),
        _said("public.about", "small", period=period, day=day),
        doc.paragraph_of(_lead(now["kpi" if above else "metric"]), "lead", strong=True),
        *([_table("was_is", moved)] if moved else []),
        doc.Heading(2, wording.word("public.done")),
        _done(now["change"], work) if now["change"] else _said("page.outside.nothing"),
        doc.Heading(2, wording.word("public.five")),
        _table("five_caption", now["kpi"]) if now["kpi"] else _said("public.no_five"),
        doc.Heading(2, wording.word("promise.title")),
        _table("promise_caption", heard) if heard else _said("public.no_promise"),
        *(_all(now["metric"], work) if now["metric"] else ()),
        doc.Heading(2, wording.word("public.hidden")), _said("public.rules", least=made.least),
        *([_said("public.uncounted", n=made.uncounted)] if made.uncounted else []),
        *_agency(work),
    ]  # fmt: skip
    return doc.Document(title, wording.lang(), work.date.isoformat(), title, blocks)


def _said(code: str, style: str = "", **values: object) -> doc.Paragraph:
    return doc.Paragraph(tagged(wording.say(code, **values)), style)


def _lead(rows: Sequence[Row]) -> str:
    """Say in one sentence what changed for clients."""
    known = [row["finding"] for row in rows if row["finding"]]
    better, worse = (known.count(word) for word in ("better", "worse"))
    moved = "" if better and worse else "_better" if better else "_worse"
    code = f"lead{moved}" if better or worse else "still" if known else "unknown"
    return wording.say(f"public.{code}", better=better, worse=worse, rest=len(known))


def _done(rows: Sequence[Row], work: Workbook) -> doc.Bullets:
    """Tell the changes that clients asked for and got, each with its proof."""
    items = []
    for row in rows:
        need = work.catalogue.at[row["code"], f"need_{wording.lang()}"] or ""
        what, beside = _own(row, "what"), ".C" if row["strength"] == "C" else ""
        said = [wording.say("page.need", need=need[:1].lower() + need[1:])] if need else []
        said += [wording.say(f"page.what{beside}", what=what)] if what else []
        names = {"name": _own(row, "name"), "service": _own(row, "service")}
        sides = {"was": _before(row), "became": _value(row)} if row["value"] is not None else {}
        said += [wording.say("public.sides" if sides else "public.sides_hidden", **names, **sides),
                 wording.word(f"public.sure.{row['strength']}")]  # fmt: skip
        items.append(tagged(" ".join(said)))
    return doc.Bullets(items)


def _all(rows: Sequence[Row], work: Workbook) -> Iterator[doc.Block]:
    """Show every metric of the period under its KPI, and the source."""
    yield doc.Heading(2, wording.word("public.all"))
    kpis = list(dict.fromkeys(row["kpi"] for row in rows))
    rows = sorted(rows, key=lambda row: kpis.index(row["kpi"]))
    whole, lines, kpi = _table("all_caption", rows), [], ""
    for row, line in zip(rows, whole.rows, strict=True):
        if row["kpi"] != kpi:
            kpi = row["kpi"]
            lines.append([doc.cell_of(wording.word(f"kpi.{kpi}"), strong=True, spans=len(line))])
        lines.append(line)
    source = work.info.get(f"source_{wording.lang()}") or wording.word("public.no_source")
    said = tagged(wording.say("brief.source", source=source))
    yield replace(whole, rows=[*lines, [doc.Cell(said, spans=len(whole.heads))]])


def _agency(work: Workbook) -> Iterator[doc.Block]:
    """Say what the agency is, where its data are and on what terms they may be used."""
    level, offices = (work.info.get(name) for name in ("level", "offices"))
    services = work.own_services
    outer = services.loc[services["client"] == "external", "service"]
    names = "; ".join(claim_grades.clean_name("service", code) for code in outer)
    facts = {"level": wording.word(f"value.{level}") if level else "",
             "offices": wording.number(offices, 0) if offices else ""}  # fmt: skip
    said = [f"{wording.word(f'context.{name}')}: {fact}." for name, fact in facts.items() if fact]
    said += [wording.say("public.services", names=names)] if names else []
    yield doc.Heading(2, wording.word("public.agency"))
    yield doc.Paragraph(tagged(" ".join(said)))
    yield doc.Heading(2, wording.word("public.data"))
    said = doc.Run(f"{wording.word('public.data_said')} ")
    data, descriptor = (doc.Run(name, link=name) for name in (DATA, DESCRIPTOR))
    yield doc.Paragraph([said, data, doc.Run(", "), descriptor, doc.Run(".")])
    code = "public.licence" if work.info.get("licence") else "public.no_licence"
    yield _said(code, licence=work.info.get("licence"))


# ---------------------------------------------------------------- cells


def _table(caption: str, rows: Sequence[Row]) -> doc.Table:
    columns = TABLES[caption]
    lines = [[_cell(name, row) for name in columns] for row in rows]
    heads = [wording.word(f"public.col.{name}") for name in columns]
    return doc.Table(wording.word(f"public.{caption}"), heads, lines, list(columns.values()))


TABLES: Final[Mapping[str, Mapping[str, float]]] = {
    "was_is": {"what": 0.46, "was": 0.2, "is": 0.18, "change": 0.16},
    "five_caption": {"kpi": 0.36, "points": 0.14, "chart": 0.26, "change": 0.24},
    "promise_caption": {"right": 0.5, "kept": 0.18, "share": 0.18, "n": 0.14},
    "all_caption": {"what": 0.5, "is": 0.18, "n": 0.12, "change": 0.2},
}
"""Caption -> columns and their widths."""


def _cell(name: str, row: Row) -> doc.Cell:
    if name in ("what", "kpi", "right"):
        service = _own(row, "service")
        return doc.Cell(tagged(_own(row, "name") + (f" ({service})" if service else "")))
    if name in ("change", "kept"):
        return _finding(row)
    if name == "chart":
        return _chart(row)
    known = {"was": _before, "n": _people}.get(name, _value)
    return doc.cell_of(known(row), number=True)


def _own(row: Row, part: str) -> str:
    return row[f"{part}_{wording.lang()}"]


def _chart(row: Row) -> doc.Cell:
    own = row["chart"]
    points = own["points"].round()
    seen = own[points.notna()]
    if len(seen) < 2:
        return doc.cell_of("–")
    ends = [wording.number(points[at], 0) for at in (seen.index[0], seen.index[-1])]
    days = [wording.period(seen["period"].iloc[at]) for at in (0, -1)]
    alt = wording.say("public.chart", kpi=_own(row, "name"), n=len(own), first=ends[0],
                      last=ends[1], since=days[0], until=days[1])  # fmt: skip
    lines = (own[name] for name in ("centre", "lower", "upper", "past_limits"))
    drawn = small_chart.svg(points, *lines)
    return doc.Cell(picture=doc.Picture(drawn, "svg", alt, width=small_chart.WIDTH))


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


def _finding(row: Row) -> doc.Cell:
    word = row["finding"]
    if not word:
        return doc.cell_of(_absent(row))
    kind = "promise_is" if row["kind"] == "promise" else "verdict"
    said = f"brief.{row['parted']}" if row.get("parted") else f"{kind}.{word}"
    good = {"kept": "better", "not_kept": "worse"}.get(word, word)
    return doc.cell_of(wording.word(said), mark=good if good in doc.MARKS else "quiet")

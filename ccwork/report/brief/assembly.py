"""From facts, findings and pictures to a brief: one page first, then half a page a stage."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from ccwork.language import periods, wording
from ccwork.language.resources import resource_rows
from ccwork.report.brief import choice, small_chart
from ccwork.report.brief.choice import Cause, Chosen
from ccwork.tell import findings
from ccwork.tell.documents import document as doc
from ccwork.tell.documents.row_tables import tagged

KPI_STAGE: Final = "6_kpi"
ROWS, SERIES = f"{KPI_STAGE}.five_rows", f"{KPI_STAGE}.kpi_by_period"
PARTED: Final = ("formalism", "contradict")
"""Where facts and opinions parted, a row says that and not how their mean moved."""

SENTENCES: Final = 3
"""A stage says at most so many sentences (our choice)."""

BEST: Final = {
    row["stage"]: row["pictures"].split() for row in resource_rows("brief_pictures.csv")
}
"""The picture that says most of a stage, else the next (our choice)."""

ONE_OF_MANY: Final = ("histories",)
"""Pictures of one place each: shown where they are about a finding, not about another place."""


@dataclass(frozen=True)
class Material:
    """What a brief is made of.

    Attributes
    ----------
    agency, agency_lang, period, day, source
        Name and its language, code of the period, date of the data (ISO) in words and code,
        where the data come from.
    stages
        (stage, title, sentence on what stopped it or what it lacks, or "").
    facts
        Id -> fact, as facts.json holds it.
    found
        Findings of all stages.
    pictures
        Stage -> pictures of its notebook: (name, picture).
    place
        (stage, table) -> where the workings show it, from the folder of the brief.
    most, first
        What the agency wants of the rule that chooses (see :func:`choice.chosen`).
    lacks, all
        So many stages, of all there are, were not computed: they failed, or nobody asked for them.
    """

    agency: str
    agency_lang: str
    period: str
    day: str
    source: str
    stages: Sequence[tuple[str, str, str]]
    facts: Mapping[str, Mapping[str, Any]]
    found: Sequence[Mapping[str, Any]]
    pictures: Mapping[str, Sequence[tuple[str, doc.Picture]]]
    place: Callable[[str, str], str]
    most: int | None = None
    first: str = ""
    lacks: int = 0
    all: int = 0

    @cached_property
    def lists(self) -> Mapping[str, Chosen]:
        """Return what the rule chooses, by list of the page."""
        return choice.chosen(self.found, self.most, self.first)


def brief(made: Material) -> doc.Document:
    """Make the brief of an agency in the language in force."""
    period, day = wording.period(made.period), findings.moment(made.day) if made.day else ""
    about = wording.say("brief.about", period=period, day=day or wording.word("report.no_date"))
    foreign = made.agency_lang if made.agency_lang != wording.lang() else ""
    blocks: list[doc.Block] = [
        doc.Heading(1, made.agency, lang=foreign),
        doc.paragraph_of(about, "small"),
        doc.paragraph_of(state(made.lists), "lead", strong=True),
        *_partial(made),
        *_five(made),
        doc.Columns([_list(made, "worse"), _list(made, "better")]),
        *_list(made, "decide"),
        *_list(made, "unmeasured"),
        doc.paragraph_of(wording.word("brief.rule"), "small", link=made.place("notes", "choices")),
    ]
    rest = list(_stages(made))
    blocks += [doc.NewPage(), doc.Contents(wording.word("report.contents")), *rest] if rest else []
    return doc.Document(
        title=wording.say("report.title", agency=made.agency, period=period),
        lang=wording.lang(), day=made.day, blocks=blocks,
        running=f"{made.agency}, {period}. {wording.word('report.internal')}",
    )  # fmt: skip


def _partial(made: Material) -> Iterator[doc.Block]:
    """Say that stages are missing: what they would have told is not nothing."""
    if made.lacks:
        yield doc.paragraph_of(wording.say("brief.partial", n=made.lacks, all=made.all))


def state(lists: Mapping[str, Chosen]) -> str:
    """Say in one sentence how things are."""
    counts = choice.tally(lists)
    moved = [wording.say(f"brief.n_{name}", n=counts[name]) for name in ("better", "worse")
             if counts[name]] or [wording.word("brief.n_nothing")]  # fmt: skip
    also = ["weak", "decide"] + ["gaps"] * (not (counts["better"] or counts["worse"]))
    rest = [wording.say(f"brief.n_{n}", n=counts[n]) for n in also if counts[n]]
    told = "; ".join([", ".join(moved), *rest])
    return f"{told[0].upper()}{told[1:]}."


# ---------------------------------------------------------------- five rows


@dataclass(frozen=True)
class Row:
    """A KPI of one kind of client in codes and words: for the page, and for the index."""

    client: str
    kpi: str
    measured: bool
    value: str
    facts: str
    opinions: str
    n: str
    verdict: str
    word: str
    target: str


def kpis(facts: Mapping[str, Mapping[str, Any]]) -> list[Row]:
    """Return the rows of KPIs of an agency in the language in force."""
    names = (name for name in facts if name.startswith(f"{ROWS}."))
    keys = dict.fromkeys(tuple(name.split(".")[2:4]) for name in names)
    return [_row(facts, client, kpi) for client, kpi in keys]


def _row(facts: Mapping[str, Mapping[str, Any]], client: str, kpi: str) -> Row:
    def of(column: str) -> Mapping[str, Any]:
        return facts.get(f"{ROWS}.{client}.{kpi}.{column}", {"value": None, "word": ""})

    status, verdict = of("status")["word"], of("verdict").get("word") or ""
    change = of("kpi_change").get("value")
    word = wording.word(f"verdict.{verdict}") if verdict else "–"
    if change is not None and verdict in ("better", "worse"):
        word += f", {wording.signed(change)}"
    lacks = f"brief.lacks.{status}"
    if verdict == "too_little" and kpi != "overall" and wording.has(lacks):
        word += f": {wording.word(lacks)}"
    parted = facts.get(f"{KPI_STAGE}.accord.{client}.{kpi}.accord", {}).get("word")
    if parted in PARTED:
        verdict, word = "not_comparable", wording.word(f"brief.{parted}")
    target = of("target_word").get("word") or ""
    return Row(
        client, kpi, status != "not_measured", *(_shown(of(column)) for column in
        ("kpi_points", "objective", "subjective")), _count(of("n")), verdict, word,
        wording.word(f"target_word.{target}") if target else "–",
    )  # fmt: skip


def _shown(fact: Mapping[str, Any]) -> str:
    """Write a fact as the page does: a number with its interval, or "–"."""
    if fact.get("value") is None:
        return "–"
    known = fact.get("low") is not None
    limits = f" {wording.interval(fact['low'], fact['high'], 0)}" if known else ""
    return f"{wording.number(fact['value'])}{limits}"


def _count(fact: Mapping[str, Any]) -> str:
    value = fact.get("value")
    return wording.word("reason.not_given") if value is None else wording.number(value, 0)


def _five(made: Material) -> Iterator[doc.Block]:
    """Make the table of the KPIs: a row each, those nobody measures in one line."""
    found = kpis(made.facts)
    lines: list[list[doc.Cell]] = []
    source = wording.say("brief.source", source=made.source or wording.word("brief.no_source"))
    if not any(row.measured for row in found):
        yield doc.paragraph_of(source, "small")
        return
    for client in dict.fromkeys(row.client for row in found):
        own = [row for row in found if row.client == client]
        lines += [[doc.cell_of(wording.word(f"clients.{client}"), spans=8, strong=True)]]
        lines += [_cells(made, row) for row in own if row.measured]
        if none := [wording.word(f"kpi.{row.kpi}") for row in own if not row.measured]:
            said = wording.say("brief.none_of", names="; ".join(none))
            lines += [[doc.cell_of(said, spans=8)]]
    lines += [[doc.cell_of(source, spans=8)]]
    heads = [wording.word(f"brief.col.{name}") for name in
             ("kpi", "value", "n", "facts", "opinions", "chart", "change", "target")]  # fmt: skip
    widths = (0.19, 0.11, 0.06, 0.11, 0.11, 0.165, 0.135, 0.12)
    yield doc.Table(wording.word("brief.five"), heads, lines, widths)


def _cells(made: Material, row: Row) -> list[doc.Cell]:
    link = made.place(KPI_STAGE, "five_rows")
    mark = row.verdict if row.verdict in doc.MARKS else "quiet"
    chart = _chart(made.facts, row)
    numbers = (row.value, row.n, row.facts, row.opinions)
    return [
        doc.cell_of(wording.word(f"kpi.{row.kpi}"), link=link),
        *(doc.cell_of(number, number=True) for number in numbers),
        doc.Cell(picture=chart) if chart else doc.cell_of("–"),
        doc.cell_of(row.word, mark=mark),
        doc.cell_of(row.target),
    ]


def _chart(facts: Mapping[str, Mapping[str, Any]], row: Row) -> doc.Picture | None:
    """Draw the last periods of a KPI; nothing where there is none."""
    lead = f"{SERIES}.{row.client}.{row.kpi}."
    periods = list(dict.fromkeys(
        name.removeprefix(lead).rpartition(".")[0] for name in facts if name.startswith(lead)
    ))  # fmt: skip

    def of(column: str) -> list[float | None]:
        return [facts.get(f"{lead}{period}.{column}", {}).get("value") for period in periods]

    points = of("points")
    if sum(value is not None for value in points) < 2:
        return None
    seen = [(p, v) for p, v in zip(periods, points, strict=True) if v is not None]
    ends = {name: wording.number(v) for name, v in (("first", seen[0][1]), ("last", seen[-1][1]))}
    outside = sum(bool(each) for each in of("past_limits"))
    alt = wording.say(
        "brief.chart", kpi=wording.word(f"kpi.{row.kpi}"), n=len(periods), **ends,
        since=wording.period(seen[0][0]), until=wording.period(seen[-1][0]), outside=outside,
    )  # fmt: skip
    own = f"{ROWS}.{row.client}.{row.kpi}."
    limits = [facts.get(f"{own}{name}", {}).get("value") for name in ("centre", "lower", "upper")]
    lines = ([limit] * len(points) for limit in limits)
    image = small_chart.svg(points, *lines, of("past_limits"))
    return doc.Picture(image, "svg", alt, width=small_chart.WIDTH)


# ---------------------------------------------------------------- lists


def _list(made: Material, name: str) -> list[doc.Block]:
    """Make a list of the page with its heading; an empty one says so."""
    own = made.lists[name]
    items = [_item(made, cause, decision=name == "decide") for cause in own.told]
    head = wording.word(f"brief.head_{name}")
    if own.left:
        head = wording.say(
            "brief.left_tied" if own.tied else "brief.left",
            name=head, n=len(own.told), of=len(own.causes), tied=own.tied,
        )  # fmt: skip
    none = doc.paragraph_of(wording.word(f"brief.no_{name}"))
    return [doc.Heading(2, head), doc.Bullets(items) if items else none]


def _item(made: Material, cause: Cause, decision: bool) -> list[doc.Run]:
    """Say a finding, or what is to be decided of it, and where else its cause shows."""
    lead, others = cause
    mark = {"improved": "better", "worsened": "worse"}.get(lead["kind"], "")
    told = (decision and findings.action(lead)) or findings.said(lead)
    runs = tagged(told, _link(made, lead), mark=mark)
    titles = {stage: re.split("[.:,]", title)[0] for stage, title, _ in made.stages}
    also = {
        titles.get(one["stage"], one["stage"]): _link(made, one)
        for one in reversed(others) if one["stage"] != lead["stage"]
    }  # fmt: skip
    for n, (title, link) in enumerate(sorted(also.items())):
        runs += [doc.Run(", " if n else f" {wording.word('brief.also')} "), doc.Run(title, link)]
    runs += [doc.Run(".")] if also else []
    return runs + (tagged(f" {_who(made, lead)}", strong=True) if decision else [])


def _who(made: Material, one: Mapping[str, Any]) -> str:
    """Say who is to do it and by when, or that the day has passed."""
    by = one["by"]
    last = periods.last_day(by).isoformat() if periods.is_period(by) else by
    code = "" if not by else "_late" if last < made.day else "_by"
    due = findings.moment(by) if by else ""
    said = wording.say(f"brief.who{code}", who=findings.who(one), by=due)
    return said[0].upper() + said[1:]


def _table(one: Mapping[str, Any]) -> str:
    return one["facts"][0].split(".")[1] if one["facts"] else "findings"


def _link(made: Material, one: Mapping[str, Any]) -> str:
    return made.place(one["stage"], _table(one))


# ---------------------------------------------------------------- stages


def _stages(made: Material) -> Iterator[doc.Block]:
    """Half a page a stage that has something to say; one line for all that have not."""
    silent = []
    for stage, title, stopped in made.stages:
        own = [one for one in made.found if one["stage"] == stage]
        picture = _picture(made, stage, own)
        if stopped or not (own or picture):
            silent.append((stage, title, stopped))
            continue
        yield doc.Heading(2, title, anchor=stage)
        yield from [picture] if picture else []
        yield from _sentences(made, own)
        said = wording.word("brief.workings")
        yield doc.paragraph_of(said, "small", link=made.place(stage, ""))
    if silent:
        yield doc.Heading(2, wording.word("brief.silent"))
        yield doc.Bullets(list(_silent(made, silent)))


def _silent(made: Material, silent: Sequence[tuple[str, str, str]]) -> Iterator[list[doc.Run]]:
    """Name what stopped a stage, an item each, and in one item all that found nothing."""
    quiet = [doc.Run(wording.word("brief.silent_stage"))]
    for stage, title, stopped in silent:
        link = made.place(stage, "")
        if stopped:
            yield [doc.Run(f"{title}. ", link=link), doc.Run(stopped)]
        else:
            quiet += [doc.Run("; " if len(quiet) > 1 else " "), doc.Run(title, link=link)]
    if len(quiet) > 1:
        yield quiet


def _picture(made: Material, stage: str, own: Sequence[Mapping[str, Any]]) -> doc.Picture | None:
    """Choose the picture of a stage: the best kind, of that the one its first finding is about."""
    there = made.pictures.get(stage, ())
    named = [wording.name("metric", code) for one in own
             if one["kind"] != "not_measured" for code in _metrics(one)]  # fmt: skip
    for name in BEST.get(stage, ()):
        if of_name := [picture for each, picture in there if each == name]:
            about = next((p for metric in named for p in of_name if metric in p.alt), None)
            if about or not (named and name in ONE_OF_MANY):
                return about or of_name[0]
    return next((picture for _, picture in there), None)


def _metrics(one: Mapping[str, Any]) -> Iterable[str]:
    told = one["values"].get("metric", "")
    return [told.removeprefix("metric:")] if isinstance(told, str) and told else []


def _sentences(made: Material, own: Sequence[Mapping[str, Any]]) -> Iterator[doc.Block]:
    """Say the few findings of a stage that weigh most, and one thing to do."""
    lists = choice.chosen(own, made.most, made.first)
    causes = [cause for name in choice.LISTS for cause in lists[name].told][:SENTENCES]
    if causes:
        yield doc.Bullets([tagged(findings.said(lead), _link(made, lead)) for lead, _ in causes])
    for lead, _ in causes:
        if doing := findings.action(lead):
            yield doc.Paragraph([*tagged(f"{doing} ", strong=True), *tagged(_who(made, lead))])
            return

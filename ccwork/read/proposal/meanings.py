"""What the columns of a found table are: what is sure, and what has to be asked."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final

from xlsxwriter.utility import xl_col_to_name

from ccwork.language.spelling import key
from ccwork.read import code_names, data_dictionary
from ccwork.read.catalogues import shipped_catalogue
from ccwork.read.files.book_cells import UNCALCULATED
from ccwork.read.files.cell_parsing import parsed_day, parsed_number, parsed_period
from ccwork.read.mapping.headings import ROW_NUMBER
from ccwork.read.mapping.mapping_file import OPEN
from ccwork.read.mapping.reshaping import CLOCK
from ccwork.read.proposal import answer_words, metric_choice, period_headings
from ccwork.read.proposal.found_table import Found, fits
from ccwork.read.proposal.level_counts import counts_taken, level_counts
from ccwork.read.proposal.our_layout import our_table
from ccwork.read.proposal.queue_log import queue_columns

APART: Final = 2
"""So many columns of a report are asked about one by one, others at once (our choice)."""

MOST_ASKED: Final = 20
"""Of so many columns it is asked which metrics they are; others are told (our choice)."""

LEAST_ALIKE: Final = 5
"""A mark that is the same in so many rows tells nothing (our choice)."""

_COUNT, _METRIC, _SERVICE, _NUMBER = (
    metric_choice.WORDS[kind] for kind in ("count", "metric", "service", "number")
)
_NO_RESULT = ("#", UNCALCULATED[0])


@dataclass
class Question:
    """One thing that is not sure: of which metric or service; `choices`, the likeliest first.

    `about` "codes": which code is the worst answer; `heading` names the columns then. `levels`
    are those of the column's words, 0 where that is not certain. "words_service" and the like:
    what the words in `columns` mean. "metrics": all that `parts` ask, answered in their order.
    `clock` is the shortest of times as ``1:30``.
    """

    about: str
    heading: str
    choices: list[str]
    answer: str = OPEN
    columns: Sequence[str] = ()
    levels: int = 0
    clock: str = ""
    parts: Sequence["Question"] = ()


@dataclass
class Meaning:
    """What a file is: our table, its columns, what becomes rows, what is asked and left.

    Attributes
    ----------
    nameless
        Letters of columns that hold something below a blank heading.
    daily
        Columns of days, in a table of figures of a period.
    counted
        Columns of counts, which may be the number of cases of a metric.
    ticked
        Columns in which several choices may be ticked.
    own
        Metrics of the agency's own: rows of its catalogue.
    coded
        First and last code of levels -> the columns that hold such codes.
    """

    table: str
    columns: dict[str, str] = field(default_factory=dict)
    across: list[dict[str, Any]] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    words: dict[str, dict[str, object]] = field(default_factory=dict)
    fixed: dict[str, Any] = field(default_factory=dict)
    only: dict[str, list[str]] = field(default_factory=dict)
    not_needed: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    personal: list[str] = field(default_factory=list)
    nameless: list[str] = field(default_factory=list)
    daily: list[str] = field(default_factory=list)
    counted: list[str] = field(default_factory=list)
    ticked: list[str] = field(default_factory=list)
    coded: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    beside: list[str] = field(default_factory=list)
    own: list[dict[str, Any]] = field(default_factory=list)
    sheet_as: str = ""
    groups: str = ""
    log: bool = False
    questions: list[Question] = field(default_factory=list)


def meaning_of(found: Found, services: Mapping[str, str] | None = None) -> Meaning:
    """Say what the columns are; `services`: name of a service -> its code, where known."""
    called = found.sheet.name or found.sheet.file.rpartition(".")[0]
    steps = {} if found.kinds else queue_columns(found)
    ours = our_table(found.headings, called) or (("steps", steps) if steps else None)
    if not found.kinds and ours:
        made = _as_ours(found, *ours, services or {})
    else:
        made = _by_kinds(found, services or {})
        _ask_at_once(made)
    made.nameless = [xl_col_to_name(at) for at, cells in enumerate(found.columns)
                     if not found.headings[at] and any(cells)]  # fmt: skip
    return made


def _by_kinds(found: Found, services: Mapping[str, str]) -> Meaning:
    """Say what columns of a sheet of theirs are by what they hold."""
    made, kinds = _begun(found)
    people = made.table == "answers"
    for at, kind in found.kinds.items():
        if kind != "ticks":
            _take(made, found, at, kind, people)
        kinds.pop(at, None)
    for ticked, places in found.sheet.ticks:
        names = [found.headings[at] for at in places]
        made.across.append({"columns": names, "heading": "metric", "ticked": ticked})
        made.words.setdefault("metric", {}).update(dict.fromkeys(names, OPEN))
    once = [each for each in found.headings if each and found.headings.count(each) == 1]
    dated = [] if people else period_headings.dated(found)
    kinds = {at: "the_same" if dated and period_headings.names_total(found.headings[at]) else kind
             for at, kind in kinds.items() if found.headings[at] not in dated}  # fmt: skip
    for name, columns in period_headings.month_columns(found, dated):
        if name:
            _question(made, found, -1, False, columns)
        else:
            made.across.append({"columns": columns, "heading": "period"})
    for at, heading in enumerate(found.headings):
        if at in kinds and heading not in once:
            made.not_needed.append(heading)  # which of the two is for a person to say
            made.unused.append(heading)
        elif at in kinds and not _names_metrics(made, found, at):
            _take(made, found, at, kinds[at], people)
    for block in made.across if dated and "metric" not in made.columns else ():
        if "fixed" not in block:
            block["fixed"] = {"metric": OPEN}
            choices = metric_choice.near_metrics("", False)[1]
            made.questions.append(Question("metric", block["columns"][0], choices))
    by_sheet = period_headings.dateless(found.sheet.name)
    if by_sheet and not (people or dated or "period" in made.columns):
        made.sheet_as = "period"
        dated = [found.sheet.name]
    for names in (made.not_needed, made.unused, made.counted):
        names[:] = [name for name in names if name not in made.beside]
    name_services(made, found, services)
    _levels(made, found)
    if people:
        made.columns.setdefault("respondent", ROW_NUMBER)
    if people and "date" not in made.columns:
        _ask(made, "date")
    for ends, columns in made.coded.items():
        made.questions.append(Question("codes", "; ".join(columns), list(ends), columns=columns))
    if years := period_headings.yearless(found, [*dated, *found.others] if dated else ()):
        made.words["period"] = years
        made.questions.append(Question("year", "", []))
    if not (people or dated or "period" in made.columns):
        _ask(made, "period")
    return made


def _as_ours(
    found: Found, table: str, columns: Mapping[str, str], services: Mapping[str, str]
) -> Meaning:
    """Take a sheet laid out as ours; what it may be about as a whole is asked."""
    made, taken = Meaning(table, dict(columns)), set(columns.values())
    for heading in [each for each in found.headings if each and each not in taken]:
        told = made.personal if data_dictionary.personal(heading) else made.unused
        told.append(heading)
        made.not_needed.append(heading)
    own = data_dictionary.dictionary()[table].columns
    for name in {"step", "unit"} & columns.keys() if table == "steps" else ():
        said = dict.fromkeys(filter(None, found.columns[found.headings.index(columns[name])]))
        codes = _coded(said)
        if any(codes.get(key(each)) != each for each in said):
            made.words[name] = {each: codes.get(key(each), OPEN) for each in said}
    if "service" in own:
        name_services(made, found, services)
    if "period" in own and "period" not in columns:
        made.sheet_as = "period" if fits(parsed_period, found.sheet.name) else ""
        if not made.sheet_as:
            _ask(made, "period")
    return made


def _begun(found: Found) -> tuple[Meaning, dict[int, str]]:
    """Tell which table of ours it is, take counts a level, and say what other columns hold."""
    kinds = {at: _kind(heading, cells) for at, (heading, cells)
             in enumerate(zip(found.headings, found.columns, strict=True)) if heading}  # fmt: skip
    counts = None if found.kinds else level_counts(found, answer_words.usual_scales())
    asked = "period" not in kinds.values() and bool({"words", "marks"} & {*kinds.values()})
    people = not counts and (bool(found.kinds) or (asked and not period_headings.dated(found)))
    made = Meaning("answers" if people else "counts" if counts else "metrics")
    kinds = counts_taken(made, found, counts, kinds) if counts else kinds
    if made.across and made.across[0].get("fixed") == {"metric": OPEN}:
        choices = metric_choice.near_metrics("", True)[1]
        made.questions.append(Question("metric", counts.columns[0], choices))
    return made, kinds


def _ask(made: Meaning, about: str, choices: Iterable[str] = ()) -> None:
    """Ask what holds for the whole file."""
    made.fixed[about] = OPEN
    first = [*dict.fromkeys(choices)][: metric_choice.MOST_CHOICES]
    made.questions.append(Question(about, "", first))


def _ask_at_once(made: Meaning) -> None:
    """Ask in one question of which metrics several columns are."""
    parts = [each for each in made.questions if each.about == "metric"]
    if len(parts) > (1 if made.table == "answers" else APART):
        others = [each for each in made.questions if each not in parts]
        heading = "; ".join(each.heading for each in parts)
        made.questions[:] = [Question("metrics", heading, [], parts=parts), *others]


def _names_metrics(made: Meaning, found: Found, at: int) -> bool:
    """Take the column that names the metric of a row of months; names need their codes."""
    if not _METRIC.search(key(found.headings[at])) or not made.across or "metric" in made.columns:
        return False
    made.columns["metric"] = found.headings[at]
    codes = {key(name): str(code)
             for code, row in shipped_catalogue("catalogue_metrics").iterrows()
             for name in (code, row["ru"] or "", row["en"] or "")}  # fmt: skip
    said = dict.fromkeys(filter(None, found.columns[at]))
    made.words["metric"] = {name: codes.get(key(name), OPEN) for name in said}
    return True


def _kind(heading: str, cells: list[str]) -> str:
    """Tell what a column holds: personal, blank, date, period, words, marks, number or text."""
    said = _said(cells)
    if data_dictionary.personal(heading):
        return "personal"
    if not said:
        return "blank"
    if _NUMBER.search(key(heading)):
        return "number_of_row"
    if _mostly(said, lambda cell: fits(parsed_period, cell) and not cell.isdecimal()):
        return "period"
    if _mostly(said, lambda cell: fits(parsed_day, cell)):
        return "date"
    if answer_words.in_words(said):
        return "words"
    if answer_words.answer_codes(said):
        return "codes"
    if _mostly(said, CLOCK.fullmatch):
        return "clock"
    if answer_words.ticked(cells):
        return "ticked"
    if not _mostly(said, lambda c: fits(parsed_number, c) or c[0] in _NO_RESULT, half=True):
        return "text"
    whole = set(said)
    marks = all(cell.isdecimal() and int(cell) <= 10 for cell in whole)
    if marks and len(whole) == 1 and len(said) >= LEAST_ALIKE:
        return "the_same"  # in every row: it tells nothing, and is told as not used
    return "marks" if marks else "number"


def _said(cells: list[str]) -> list[str]:
    no = {cell for cell in {*cells} if not cell or data_dictionary.missing_reason(cell)}
    return [cell for cell in cells if cell not in no]


def _mostly(said: list[str], fit: object, half: bool = False) -> bool:
    lost = accumulate(n * (not fit(cell)) for cell, n in Counter(said).items())
    least = len(said) // 2 + 1 if half else answer_words.MOSTLY * len(said)
    return all(len(said) - n >= least for n in lost)


def _take(made: Meaning, found: Found, at: int, kind: str, people: bool) -> None:
    """Give one column its place."""
    heading = found.headings[at]
    if kind == "personal":
        made.personal.append(heading)
        made.not_needed.append(heading)
    elif kind == "period" and "period" not in made.columns and not people:
        made.columns["period"] = heading
    elif kind in ("date", "period") and people and "date" not in made.columns:
        made.columns["date"] = heading
    elif kind == "date" and made.table == "metrics":
        made.daily.append(heading)
        made.not_needed.append(heading)
    elif kind == "weight":
        made.columns[kind] = heading
    elif kind == "number_of_row" and people and "respondent" not in made.columns:
        made.columns["respondent"] = heading
    elif kind == "text" and _SERVICE.search(key(heading)) and "service" not in made.columns:
        made.columns["service"] = heading
    elif kind in (("words", "codes") if people else ("number", "clock")) or (
        kind == "marks" and _value(heading)
    ):
        _question(made, found, at, people)
    elif kind == "ticked" and people:
        made.ticked.append(heading)
        made.not_needed.append(heading)
    else:
        made.not_needed.append(heading)
        if kind not in ("blank", "number_of_row"):
            made.unused.append(heading)


def _value(heading: str) -> bool:
    return not _COUNT.search(key(heading))


def _question(made: Meaning, found: Found, at: int, people: bool, dated: Sequence = ()) -> None:
    """Ask which metric a column is, or one with its months; a count beside it goes with it."""
    heading = period_headings.without_pattern(dated[0]) if dated else found.headings[at]
    named = [*dated] or [heading]
    if not _value(heading) or len(made.questions) >= MOST_ASKED:
        made.not_needed += named
        made.unused.append(heading)
        made.counted += [heading] * (not _value(heading))
        return
    block: dict[str, Any] = {"columns": named, "fixed": {}}
    block |= {"heading": "period"} if dated else {}
    exact, choices = metric_choice.near_metrics(heading, people)
    said = _said(found.columns[at])
    levels = answer_words.question_levels(heading, said) if people else 0
    if metric_choice.other_levels(exact, levels):
        exact = ""
    block["fixed"]["metric"] = exact or OPEN
    clocks = [each for each in said if CLOCK.fullmatch(each)]
    clock = "" if len(clocks) < len(said) or not clocks else min(clocks, key=len)
    block |= metric_choice.unit_times(exact, heading, clock=clock)
    block |= {"reversed": n} if (n := answer_words.turned_round(heading)) else {}
    if not exact:
        asked = Question("metric", named[0], choices, levels=levels, clock=clock)
        made.questions.append(asked)
    if people:
        codes = answer_words.answer_codes(said)
        if codes:
            block["reversed"] = OPEN
            made.coded.setdefault((min(codes), max(codes, key=codes.get)), []).append(heading)
        for cell, level in (codes or answer_words.scale_words(said)).items():
            words = made.words.setdefault("level", {})
            words[cell] = level if words.get(cell, level) == level else OPEN
    elif ends := answer_words.scale_ends(heading):
        block["fixed"]["scale"] = f"{ends[0]}..{ends[1]}"
    beside = "" if dated or at + 1 == len(found.headings) else found.headings[at + 1]
    if not people and beside and not _value(beside):
        block["beside"] = {"n": beside}
        made.beside.append(beside)
    made.across.append(block)


def _levels(made: Meaning, found: Found) -> None:
    """Take the levels of a tool where all that is asked of says nothing else."""
    across = made.across if found.levels else []
    places = [found.headings.index(name) for block in across for name in block["columns"]]
    said = {cell for at in places for cell in found.columns[at] if cell}
    if said and said <= {*found.levels}:
        made.words["level"] = dict(found.levels)


def name_services(made: Meaning, found: Found, known: Mapping[str, str]) -> None:
    """Turn names of services into codes, or ask which service it is about."""
    theirs, made.known = made.columns.get("service"), sorted(set(known.values()))
    made.groups = "service" if found.groups and not theirs else ""
    if not theirs and not made.groups:
        _ask(made, "service", known.values())
        return
    cells = found.columns[found.headings.index(theirs)] if theirs else found.groups
    names = dict.fromkeys(filter(None, cells))
    codes = {key(name): code for name, code in known.items()}
    codes |= {key(code): code for code in made.known}
    codes |= {} if known else _coded(names)
    made.words["service"] = {name: codes.get(key(name), OPEN) for name in names}


def _coded(names: Iterable[str]) -> dict[str, str]:
    """Make codes of names; one code is not made of two names."""
    codes = {key(name): code_names.as_code(name) for name in names}
    return {name: code for name, code in codes.items() if list(codes.values()).count(code) == 1}

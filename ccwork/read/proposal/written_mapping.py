"""A proposed mapping as a file with comments, and what a person is told of it."""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ccwork.language import wording
from ccwork.language.problems import DataProblems, Problem
from ccwork.language.spelling import key
from ccwork.read.catalogues import shipped_catalogue
from ccwork.read.data_dictionary import dictionary, form_sheet, missing_reason, personal
from ccwork.read.files import file_sheets, toml_files
from ccwork.read.files.faults import Fault
from ccwork.read.logs.log_folder import FOLDER
from ccwork.read.mapping.headings import like_any
from ccwork.read.mapping.mapping_file import INTO, OPEN, checked_plan
from ccwork.read.mapping.reshaping import reshaped
from ccwork.read.proposal.found_table import Found, found_table, odd_layout
from ccwork.read.proposal.given_answers import name_odd, name_words, settle_questions
from ccwork.read.proposal.meanings import Meaning, Question, meaning_of
from ccwork.read.proposal.metric_choice import OWN_FILE, add_own
from ccwork.read.proposal.our_layout import event_log, our_table
from ccwork.read.proposal.period_headings import without_pattern, without_period
from ccwork.read.proposal.queue_log import queue_columns

_NUMBER: Final = re.compile(r"[1-9]\d?", re.ASCII)
SHOWN: Final = 4
"""So many rows are shown before and after."""

NEAR: Final = 3
"""So many metrics are proposed for each of several columns (our choice)."""


@dataclass(frozen=True)
class Proposal:
    """What is proposed for a file.

    Attributes
    ----------
    text
        The mapping as TOML, with comments in the language in force.
    found
        The table: sheets alike as one; None of a form of ours.
    before, after
        First rows of the file, and of our layout; none while a question is open.
    sheets, unread
        Names of the sheets read as one table, and of the others.
    """

    file: str
    text: str
    found: Found | None
    meaning: Meaning
    before: list[list[str]]
    after: list[list[str]]
    sheets: list[str]
    unread: list[str]


def proposed(
    path: Path, answers: Mapping[int, str] | None = None,
    services: Mapping[str, str] | None = None, sheet: str = "",
) -> Proposal:  # fmt: skip
    """Propose a mapping for a file.

    Parameters
    ----------
    path
        The file.
    answers
        Number of a question -> its answer.
    services
        Name of a service -> its code, where the agency has them.
    sheet
        Name of the sheet, or a pattern of names; left out, the one with most rows decides.

    Raises
    ------
    DataProblems
        When the file cannot be read, or holds nothing that looks like a table.
    """
    if not path.is_file() or path.name.endswith((".xes", ".xes.gz")):
        code = "map_log" if path.is_file() else "file_absent"
        raise DataProblems([Problem(code, path.name)])
    book = file_sheets.book(path.name, path.read_bytes())
    tables = [found for each in book.sheets if not sheet or like_any(each.name, [sheet])
              if (found := found_table(each))]  # fmt: skip
    if not tables:
        wrong = [problem for problem in book.problems if problem.grave]
        raise DataProblems(wrong or [Problem("table_not_found", path.name, sheet)])
    first = max(tables, key=lambda found: len(found.body))
    shapes = [list(map(without_period, each.headings)) for each in tables]
    own = shapes[tables.index(first)]
    alike = [each for each, shape in zip(tables, shapes, strict=True) if shape == own]
    first = _together(first, alike)
    bare = first.header == [0] or not any(map(any, first.sheet.rows[: first.header[-1]]))
    whole = bare and len(alike) == len(book.sheets)  # else the reader of logs could not read it
    log = queue_columns(first) if whole and not our_table(first.headings, "") else {}
    if not log and (other := _goes_elsewhere(book, first)):
        raise DataProblems([Problem(other, path.name)])
    code, spot = odd_layout(first)
    if code and not log:
        raise DataProblems([Problem(code, path.name, first.sheet.name, cells=(spot,))])
    made = _log(first, log, services or {}) if log else meaning_of(first, services)
    settle_questions(made, answers or {}, first, services or {})
    sheets = [each.sheet.name for each in alike]
    unread = [each.name for each in book.sheets if each.name not in sheets]
    text = "\n".join(_lines(first, made, sheets if unread else [], sheet)) + "\n"
    text += f"\n# {wording.say('map.print', found=_print(text))}\n"
    plan = None if log else checked_plan(tomllib.loads(text), path.name)[0]
    after = reshaped(plan, [each.sheet for each in alike], SHOWN)[0] if plan else None
    start = first.header[0]
    before = first.sheet.rows[start : start + len(first.header) + SHOWN]
    return Proposal(path.name, text, first, made, before,
                    after.rows[: SHOWN + 1] if after else [], sheets, unread)  # fmt: skip


def _goes_elsewhere(book: file_sheets.Book, first: Found) -> str:
    """Return the code of what is said of our form and of a log: they need no mapping here."""
    if {"guide", "codes"} <= {form_sheet(sheet.name) for sheet in book.sheets}:
        return "map_form"
    return "map_log" if event_log(first.headings) else ""


def _log(found: Found, columns: dict[str, str], services: Mapping[str, str]) -> Meaning:
    """Say what an event log is; its service is asked where the agency has several."""
    codes = list(dict.fromkeys(services.values()))
    made = Meaning("steps", columns, log=True)
    if "service" not in columns:
        made.fixed["service"] = codes[0] if len(codes) == 1 else OPEN
        made.questions += [Question("service", "", codes)] if len(codes) != 1 else []
    left = [name for name in found.headings if name and name not in columns.values()]
    made.personal = list(filter(personal, left))
    made.unused = [name for name in left if name not in made.personal]
    return made


def _together(first: Found, alike: Sequence[Found]) -> Found:
    """Read the columns of sheets alike as one."""
    for other in alike:
        if other is not first:
            for own, more in zip(first.columns, other.columns, strict=True):
                own += more
            first.groups.extend(other.groups)
            first.second.extend(other.second)
            first.others.extend([other.sheet.name, *other.headings])
            first.skip[:] = sorted({*first.skip, *other.skip})
            first.until[:] = sorted({*first.until, *other.until})
    return first


# ---------------------------------------------------------------- the file


def _toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(name)} = {_toml(one)}" for name, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    bare = name.isascii() and name.replace("_", "").isalnum()
    return name if bare else json.dumps(name, ensure_ascii=False)


def _section(name: str, rows: Mapping[str, Any], about: str = "") -> Iterator[str]:
    """Write one section that is not empty."""
    rows = {key: value for key, value in rows.items() if value or value == 0}
    if rows:
        yield f"\n[{name}]" if name != "across" else "\n[[across]]"
        if about:
            yield f"# {about}"
        yield from (f"{_key(key)} = {_toml(value)}" for key, value in rows.items())


def _lines(first: Found, made: Meaning, names: list[str], sheet: str) -> Iterator[str]:
    yield f"# {wording.word('map.head')}"
    if made.log:
        yield from _section("columns", made.columns, wording.word("map.columns"))
        about = [asking(n, q) for n, q in enumerate(made.questions, 1)]
        yield from _section("fixed", made.fixed, "\n# ".join(about))
        return
    yield from [f"file = {_toml(first.sheet.file)}"] * bool(sheet)
    yield f"table = {_toml(made.table)}"
    yield from _section("sheets", {"names": names, "as": made.sheet_as})
    rows = {"header": [at + 1 for at in first.header], "until": first.until,
            "skip": first.skip, "fill": first.fill, "groups": made.groups}  # fmt: skip
    yield from _section("rows", rows, wording.word("map.rows"))
    yield from _section("columns", made.columns, wording.word("map.columns"))
    yield from _section("only", made.only)
    asked = {(q.about, q.heading): (n, q) for n, whole in enumerate(made.questions, 1)
             for q in whole.parts or [whole]}  # fmt: skip
    for block in made.across:
        question = asked.get(("metric", block["columns"][0]))
        about = asking(*question) if question else wording.word("map.across")
        if block.get("reversed") == OPEN:
            turn = next(each for each in asked.values() if block["columns"][0] in each[1].columns)
            about += "\n# " + asking(*turn)
        if block.get("times") == OPEN:
            about += "\n# " + wording.word("map.ask_times")
        for name in made.counted if "beside" not in block else ():
            offer = f"beside = {{n = {_toml(name)}}}"
            about += f"\n# {wording.say('map.counted', name=name)}\n# {offer}"
        yield from _section("across", block, about)
    open_ = [asking(n, q) for n, q in asked.values() if q.about in made.fixed]
    yield from _section("fixed", made.fixed, "\n# ".join(open_))
    for name, words in made.words.items():
        about = "year" if name == "period" else f"words_{name}"
        open_ = [asking(n, q) for n, q in asked.values() if q.about == about]
        about = "\n# ".join([wording.word("map.words"), *open_])
        yield from _section(f"words.{name}", words, about)
    needless = list(dict.fromkeys(made.not_needed))
    reasons = {word: "not_given" for word in first.sheet.missing if not missing_reason(word)}
    yield from _section("missing", {"reasons": reasons}, wording.word("map.missing"))
    yield from _section("not_needed", {"columns": needless}, wording.word("map.not_needed"))


def asking(number: int, question: Question) -> str:
    """Say a question with the answers it may have."""
    choices = question.choices
    if question.about == "metric":
        names = shipped_catalogue("catalogue_metrics")[wording.lang()]
        choices = [wording.say("map.choice", metric=each, name=names[each]) for each in choices]
    near: dict[str, list[str]] = {}
    for part in question.parts:
        near.setdefault(", ".join(part.choices[:NEAR]), []).append(part.heading)
    choices = [*choices, *(wording.say("map.near", heading="; ".join(names), choices=codes)
                           for codes, names in near.items())]  # fmt: skip
    ticks = question.levels and question.about == "words_metric"
    code = "map.ask_ticks" if ticks else f"map.ask_{question.about}"
    sign = "; " if near else ", "
    return wording.say(code, n=str(number), heading=without_pattern(question.heading),
                       choices=sign.join(choices) or "—")  # fmt: skip


def lines_of(proposal: Proposal, path: Path) -> Iterator[str]:
    """Say what was found, what is open and what was not used, line by line."""
    made = proposal.meaning
    for code, rows in (("map.before", proposal.before), ("map.after", proposal.after)):
        yield from [wording.say(code, file=proposal.file)] * bool(rows)
        yield from _rows(rows)
    for code, names in (("map.unread", proposal.unread), ("map.personal", made.personal),
                        ("map.nameless", made.nameless), ("map.ticked", made.ticked),
                        ("map.second", proposal.found.second if proposal.found else ()),
                        ("map.daily", made.daily),
                        ("map.unused", made.unused)):  # fmt: skip
        if names:
            yield wording.say(code, names="; ".join(names))
    waits = [(n, q) for n, q in enumerate(made.questions, 1) if q.answer == OPEN]
    open_ = [asking(*each) for each in waits]
    open_ += [wording.word("map.own")] * any("metric" in q.about for _, q in waits)
    open_ += [wording.word("map.ask_times") for each in made.across if each.get("times") == OPEN]
    yield from open_
    value = INTO.get(made.table, "value")
    if made.table in (*INTO, "metrics") and not (made.across or value in made.columns):
        yield wording.word("map.no_value")
    if made.log and path.parent.name != FOLDER:
        yield wording.word("map.log")
    if proposal.text:
        yield wording.say("map.written_open" if open_ else "map.written", path=str(path))
    if made.own:
        yield wording.say("map.written", path="/".join(OWN_FILE))


def _rows(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield from ("  " + " | ".join(" ".join(cell.split())[:24] for cell in row) for row in rows)


def agency_of(path: Path) -> Path:
    """Return the folder of the agency a file belongs to."""
    folder = path.absolute().parent
    return folder.parent if folder.name == FOLDER else folder


def services_beside(path: Path) -> dict[str, str]:
    """Return the services of the agency whose folder the file lies in: name -> code."""
    from ccwork.read.agency_folder import read_folder

    folder = agency_of(path)
    if not (folder / "agency.toml").is_file():
        return {}
    rows = read_folder(folder).tables.get("services")
    named = rows.itertuples() if rows is not None else ()
    return {name: row.service for row in named for name in (row.name_en, row.name_ru) if name}


def numbered(answers: Sequence[str]) -> dict[int, str]:
    """Read answers as they are typed: ``1=satisfaction``.

    Raises
    ------
    DataProblems
        When one cannot be read.
    """
    pairs = [answer.partition("=") for answer in answers]
    wrong = ["".join(each) for each in pairs if not (_NUMBER.fullmatch(each[0]) and each[2])]
    if wrong:
        raise DataProblems([Problem("map_answer", values={"found": each}) for each in wrong])
    return {int(number): said for number, _, said in pairs}


def _print(text: str) -> str:
    """Return what tells whether a mapping was mended by hand: a few signs of what it says."""
    said = json.dumps(tomllib.loads(text), sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:8]


def _untouched(out: Path) -> bool:
    """Tell whether a file says what was proposed, comments aside."""
    with suppress(Fault):
        toml_files.read(out, "mapping_missing", "mapping_syntax")
        text = out.read_text(encoding="utf-8")
        return _print(text) in text
    return False


def write_mapping(path: Path, answers: Mapping[int, str], out: Path, sheet: str = "") -> Proposal:
    """Write the mapping proposed for a file; parameters as for :func:`proposed`.

    Metrics of the agency's own go into its catalogue. Our form needs these alone.

    Raises
    ------
    DataProblems
        When a mapping a person wrote or mended would be lost.
    """
    folder = agency_of(path)
    try:
        made = proposed(path, answers, services_beside(path), sheet)
    except DataProblems as stopped:
        if [each.code for each in stopped.problems] != ["map_form"]:
            raise
        made = _of_form(path, answers)
    if made.text and out.is_file() and not (answers and _untouched(out)):
        raise DataProblems([Problem("map_exists", values={"found": out.name})])
    if made.meaning.own:
        add_own(folder, made.meaning.own)
    if made.text:
        out.write_text(made.text, encoding="utf-8", newline="\n")
    return made


def _of_form(path: Path, answers: Mapping[int, str]) -> Proposal:
    """Ask of the metrics that a form of ours names and no catalogue knows."""
    from ccwork.read.agency_folder import read_folder

    wrong = read_folder(agency_of(path)).problems
    names = {str(each.values["found"]): each.sheet for each in wrong
             if (each.code, each.file) == ("unknown_metric", path.name)}  # fmt: skip
    if not names:
        raise DataProblems([Problem("map_form", path.name)])
    marks = {key(name) for table in INTO for name in dictionary()[table].names}
    table = "answers" if marks & set(map(key, names.values())) else "metrics"
    asked = Question("words_own_metric", "; ".join(names), [], columns=list(names))
    made = Meaning(table, {"value": ""}, questions=[asked])
    name_odd(made, answers)
    if 1 in answers:
        asked.answer = answers[1]
        name_words(made, asked, answers[1])
        if len(made.own) < len(names):
            raise DataProblems([Problem("map_own", values={"found": answers[1]})])
    return Proposal(path.name, "", None, made, [], [], [], [])

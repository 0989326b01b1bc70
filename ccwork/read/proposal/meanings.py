"""What the columns of a found table are: what is sure, and what has to be asked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from ccwork.language.problems import DataProblems, Problem
from ccwork.language.resources import resource_rows
from ccwork.language.spelling import key
from ccwork.read import data_dictionary
from ccwork.read.catalogues import shipped_catalogue
from ccwork.read.files.cell_parsing import moment, parsed_number, parsed_period
from ccwork.read.mapping.reshaping import JOINED, ROW_NUMBER
from ccwork.read.proposal.found_table import Found, fits

MOST_QUESTIONS: Final = 5
"""So many questions are asked; other columns are listed as not used (our choice)."""

MOSTLY: Final = 0.8
"""So much of what a column says must read one way (our choice)."""

MOST_CHOICES: Final = 6
NOT_NEEDED: Final = "-"

_STEM = 5
_COUNTED = re.compile(
    r"кол-во|колич|число|анкет|ответов|count|number of|respondents|responses|\bn\b"
)
_SERVICE = re.compile(r"услуг|service")
_NUMBER = re.compile(r"^(?:№|n|#|id|no|num|номер|код|код анкеты|респондент|respondent)\b|_id$|№")


@dataclass
class Question:
    """One thing that is not sure: of which metric or service; `choices`, the likeliest first."""

    about: str
    heading: str
    choices: list[str]
    answer: str = "?"


@dataclass
class Meaning:
    """What a file is: our table, its columns, what becomes rows, what is asked and left."""

    table: str
    columns: dict[str, str] = field(default_factory=dict)
    across: list[dict[str, Any]] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    words: dict[str, dict[str, object]] = field(default_factory=dict)
    fixed: dict[str, Any] = field(default_factory=dict)
    not_needed: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    personal: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    sheet_as: str = ""
    questions: list[Question] = field(default_factory=list)


@cache
def usual_scales() -> Mapping[str, Mapping[str, int]]:
    """Return the usual scales of answers in words: name -> word -> level."""
    found: dict[str, dict[str, int]] = {}
    for row in resource_rows("mapping", "scales.csv"):
        found.setdefault(row["scale"], {})[key(row["word"])] = int(row["level"])
    return found


def meaning_of(found: Found, services: Mapping[str, str] | None = None) -> Meaning:
    """Say what the columns are; `services`: name of a service -> its code, where known."""
    kinds = {at: _kind(heading, cells) for at, (heading, cells)
             in enumerate(zip(found.headings, found.columns, strict=True)) if heading}  # fmt: skip
    periods = "period" in kinds.values()
    asked = not {"words", "marks"}.isdisjoint(kinds.values())
    people = bool(found.kinds) or (asked and not periods)
    made = Meaning("answers" if people else "metrics")
    for at, kind in found.kinds.items():
        _take(made, found, at, kind, people)
        kinds.pop(at, None)
    once = [each for each in found.headings if each and found.headings.count(each) == 1]
    months = [heading for heading in once if fits(parsed_period, heading)]
    if len(months) > 1 and not people:
        kinds = {at: kind for at, kind in kinds.items() if found.headings[at] not in months}
        made.across.append({"columns": months, "heading": "period"})
    for at, heading in enumerate(found.headings):
        if at in kinds and heading not in once:
            made.not_needed.append(heading)  # which of the two is for a person to say
            made.unused.append(heading)
        elif at in kinds and not _ours(made, found, at):
            _take(made, found, at, kinds[at], people)
    if len(months) > 1 and not people and "metric" not in made.columns:
        made.across[0]["fixed"] = {"metric": "?"}
        made.questions.append(Question("metric", months[0], _metrics("", False)[1]))
    if not people and "period" not in made.columns and fits(parsed_period, found.sheet.name):
        made.sheet_as = "period"
    for names in (made.not_needed, made.unused):
        names[:] = [name for name in names if name not in made.beside]
    _service(made, found, services or {})
    if people:
        made.columns.setdefault("respondent", ROW_NUMBER)
    if people and "date" not in made.columns:
        made.fixed["date"] = "?"
        made.questions.append(Question("date", "", []))
    dated = "period" in made.columns or made.sheet_as or len(months) > 1
    if not people and not dated:
        made.fixed["period"] = "?"
        made.questions.append(Question("period", "", []))
    return made


def _ours(made: Meaning, found: Found, at: int) -> bool:
    """Take a column that is called as ours; names of metrics need their codes."""
    headings, heading = found.headings, found.headings[at]
    columns = data_dictionary.dictionary()[made.table].columns
    names = {key(name): code for code, column in columns.items() for name in column.names}
    called = names.get(key(heading))
    long_ = {"metric", "value"} <= {names.get(key(each)) for each in headings}
    wide = called == "metric" and bool(made.across)
    if not called or called in made.columns or not (long_ or wide):
        return False
    made.columns[called] = heading
    if called == "metric":
        rows = shipped_catalogue("catalogue_metrics")
        codes = {key(name): str(code) for code, row in rows.iterrows()
                 for name in (code, row["ru"] or "", row["en"] or "")}  # fmt: skip
        said = dict.fromkeys(filter(None, found.columns[at]))
        made.words["metric"] = {name: codes.get(key(name), "?") for name in said}
    return True


def _kind(heading: str, cells: list[str]) -> str:
    """Tell what a column holds: personal, blank, date, period, words, marks, number or text."""
    said = [cell for cell in cells if cell and not data_dictionary.missing_reason(cell)]
    if data_dictionary.personal(heading):
        return "personal"
    if not said:
        return "blank"
    if _NUMBER.search(key(heading)):
        return "number_of_row"
    if _mostly(said, lambda cell: fits(parsed_period, cell) and not cell.isdecimal()):
        return "period"
    if _mostly(said, lambda cell: fits(moment, cell)):
        return "date"
    for words in usual_scales().values():
        known = {key(cell) for cell in said} & set(words)
        if known and _mostly(
            said, lambda cell, words=words: key(cell) in words or cell.isdecimal()
        ):
            return "words"
    if not _mostly(said, lambda cell: fits(parsed_number, cell)):
        return "text"
    whole = set(said)
    marks = all(cell.isdecimal() and int(cell) <= 10 for cell in whole)
    if marks and len(whole) == 1 and len(said) >= MOST_QUESTIONS:
        return "the_same"  # in every row: it tells nothing, and is told as not used
    return "marks" if marks else "number"


def _mostly(said: list[str], fit: object) -> bool:
    return sum(map(fit, said)) >= MOSTLY * len(said)


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
    elif kind == "number_of_row" and people and "respondent" not in made.columns:
        made.columns["respondent"] = heading
    elif kind == "text" and _SERVICE.search(key(heading)) and "service" not in made.columns:
        made.columns["service"] = heading
    elif kind == ("words" if people else "number") or (kind == "marks" and _value(heading)):
        _question(made, found, at, people)
    else:
        made.not_needed.append(heading)
        if kind not in ("blank", "number_of_row"):
            made.unused.append(heading)


def _value(heading: str) -> bool:
    return not _COUNTED.search(key(heading))


def _question(made: Meaning, found: Found, at: int, people: bool) -> None:
    """Ask which metric a column is; a count beside it goes with it."""
    heading = found.headings[at]
    if not _value(heading) or len(made.questions) >= MOST_QUESTIONS - 1:
        made.not_needed.append(heading)
        made.unused.append(heading)
        return
    block: dict[str, Any] = {"columns": [heading], "fixed": {}}
    exact, choices = _metrics(heading, people)
    block["fixed"]["metric"] = exact or "?"
    if not exact:
        made.questions.append(Question("metric", heading, choices))
    if people:
        for words in usual_scales().values():
            said = {cell for cell in found.columns[at] if key(cell) in words}
            for cell in sorted(said):
                made.words.setdefault("level", {})[cell] = words[key(cell)]
    elif ends := re.search(r"(?<!\d)([01]) ?[-–—] ?(\d{1,2})(?!\d)", heading):
        block["fixed"]["scale"] = f"{ends[1]}..{ends[2]}"
    beside = found.headings[at + 1] if at + 1 < len(found.headings) else ""
    if not people and beside and not _value(beside):
        block["beside"] = {"n": beside}
        made.beside.append(beside)
    made.across.append(block)


def _metrics(heading: str, people: bool) -> tuple[str, list[str]]:
    """Return the metric a heading names exactly, and those it may mean, the likeliest first."""
    rows = shipped_catalogue("catalogue_metrics")
    rows = rows[rows["form"] == "counts"] if people else rows
    said = {key(heading), *map(key, heading.split(JOINED))}
    for code, row in rows.iterrows():
        if said & {str(code), key(row["ru"] or ""), key(row["en"] or "")}:
            return str(code), []
    stems = _stems(heading)
    names = ["ru", "en", "about_ru", "about_en"]
    near = {str(code): sum(len(stems & _stems(str(row[name] or ""))) * (2 if name in ("ru", "en")
            else 1) for name in names) for code, row in rows.iterrows()}  # fmt: skip
    ranked = sorted(near, key=lambda code: -near[code])
    return "", ranked[:MOST_CHOICES]


def _stems(written: str) -> set[str]:
    return {word[:_STEM] for word in re.findall(r"\w{4,}", key(written))}


def _service(made: Meaning, found: Found, known: Mapping[str, str]) -> None:
    """Turn names of services into codes, or ask which service it is about."""
    theirs, made.known = made.columns.get("service"), sorted(set(known.values()))
    if not theirs:
        made.fixed["service"] = "?"
        made.questions.append(Question("service", "", list(known.values())[:MOST_CHOICES]))
        return
    names = dict.fromkeys(filter(None, found.columns[found.headings.index(theirs)]))
    codes = {key(name): code for name, code in known.items()}
    slugs = {} if known else {key(name): _slug(name) for name in names}
    shared = list(slugs.values())  # one code is not made of two names
    codes |= {name: slug for name, slug in slugs.items() if shared.count(slug) == 1}
    made.words["service"] = {name: codes.get(key(name), "?") for name in names}


def _slug(name: str) -> str:
    """Return a name as a code: letters and digits of any script, apart by "_"."""
    return re.sub(r"\W+", "_", name).strip("_")[:64]


def settle_questions(made: Meaning, answers: Mapping[int, str]) -> None:
    """Put answers in place of questions; "-" says that a column is not needed."""
    if odd := set(answers) - set(range(1, len(made.questions) + 1)):
        raise DataProblems(
            [
                Problem("map_no_question", values={"found": n, "n": len(made.questions)})
                for n in sorted(odd)
            ]  # fmt: skip
        )
    for number, question in enumerate(made.questions, 1):
        if number not in answers:
            continue
        question.answer = answers[number]
        if question.about != "metric":
            made.fixed[question.about] = question.answer
            if question.about == "service":
                made.fixed["service"] = _slug(question.answer)
                made.words["service"] = {question.answer: made.fixed["service"]}
            continue
        (block,) = [each for each in made.across if question.heading in each["columns"]]
        block["fixed"]["metric"] = question.answer
        if question.answer == NOT_NEEDED:
            made.across.remove(block)
            made.not_needed += [*block["columns"], *block.get("beside", {}).values()]

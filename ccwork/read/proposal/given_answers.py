"""Answers given to the questions on a file, put in their places."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ccwork.language.problems import DataProblems, Problem
from ccwork.language.spelling import key
from ccwork.language.wording import Both
from ccwork.read import code_names
from ccwork.read.catalogues import shipped_catalogue
from ccwork.read.files.cell_parsing import named_period
from ccwork.read.mapping.mapping_file import NOT_NEEDED, OPEN
from ccwork.read.proposal import meanings, metric_choice
from ccwork.read.proposal.answer_words import answer_codes
from ccwork.read.proposal.found_table import Found
from ccwork.read.proposal.meanings import Meaning, Question


def settle_questions(
    made: Meaning, answers: Mapping[int, str], found: Found, services: Mapping[str, str]
) -> None:
    """Put answers in place of questions; "-" says that a column is not needed."""
    for number, question in enumerate(made.questions, 1):
        if number not in answers:
            continue
        question.answer = said = answers[number]
        if question.about in ("metric", "metrics"):
            _take_metrics(made, question, said)
        elif question.about == "codes":
            _turn(made, question)
        elif question.about == "year":
            dated = {each: named_period([each], said) for each in made.words["period"]}
            if not all(dated.values()):
                raise DataProblems([Problem("map_answer", values={"found": said})])
            made.words["period"] = dated
        elif question.about == "service" and said in found.headings:
            _named_in(made, said, found, services)
        else:
            made.fixed[question.about] = said
        if question.about == "service" and "service" in made.fixed:
            codes = {key(name): code for name, code in services.items()}
            made.fixed["service"] = code = codes.get(key(said)) or code_names.as_code(said)
            made.words["service"] = {said: code}
    for question in made.questions:
        if question.about == "codes" and not _blocks(made, question.columns):
            question.answer = NOT_NEEDED
    _settle_words(made, answers)
    name_odd(made, answers)


def name_odd(made: Meaning, answers: Iterable[int]) -> None:
    """Refuse answers to no question."""
    if odd := sorted(set(answers) - set(range(1, len(made.questions) + 1))):
        values = [{"found": n, "n": len(made.questions)} for n in odd]
        raise DataProblems([Problem("map_no_question", values=each) for each in values])


def _take_metrics(made: Meaning, question: Question, said: str) -> None:
    """Say of which metric a column is, or each of several: codes in a row."""
    parts = question.parts or [question]
    codes = _in_a_row(said, len(parts), ()) if question.parts else [said]
    for part, code in zip(parts, codes, strict=True):
        (block,) = _blocks(made, [part.heading])
        part.answer, unit = code, ""
        if metric_choice.OWN in code:
            people = made.table == "answers"
            own = metric_choice.own_metric(part.heading, code, people, part.levels)
            made.own.append(own)
            code, unit = own["metric"], own["unit"]
        block["fixed"]["metric"] = code
        _refuse_other_levels(code, part.levels, part.heading)
        block |= metric_choice.unit_times(code, part.heading, unit, part.clock)
        if code == NOT_NEEDED:
            _left_out(made, block)
    question.answer = OPEN if OPEN in codes else said


def _settle_words(made: Meaning, answers: Mapping[int, str]) -> None:
    """Ask what words of a file mean that are still open, and take the answers: codes in a row."""
    for name, words in made.words.items():
        unknown = [word for word, code in words.items() if code == OPEN]
        if name == "period" or not unknown:
            continue
        known = made.known if name == "service" else []
        n = 2 * (name == "metric" and made.table == "answers")  # levels of a column to tick
        asked = Question(f"words_{name}", "; ".join(unknown), known, columns=unknown, levels=n)
        made.questions.append(asked)
        if said := answers.get(len(made.questions)):
            asked.answer = said
            words |= name_words(made, asked, said)


def name_words(made: Meaning, asked: Question, said: str) -> dict[str, str]:
    """Return what each word of a question means; a metric may be one of the agency's own."""
    codes = _in_a_row(said, len(asked.columns), asked.choices)
    for at, (name, code) in enumerate(zip(asked.columns, codes, strict=True)):
        if metric_choice.OWN in code and "metric" in asked.about:
            people = made.table in ("answers", "counts")
            made.own.append(metric_choice.own_metric(name, code, people, asked.levels))
            codes[at] = made.own[-1]["metric"]
        _refuse_other_levels(codes[at], asked.levels, name)
    return dict(zip(asked.columns, codes, strict=True))


def _in_a_row(said: str, n: int, known: Sequence[str]) -> list[str]:
    """Read so many codes apart by commas, all of them known."""
    codes = [code.strip() for code in said.split(",")]
    codes *= n if codes == [NOT_NEEDED] else 1
    if len(codes) != n or (known and set(codes) - {*known, OPEN}):
        values = {"found": said, "n": n, "choices": ", ".join(known) or "—"}
        raise DataProblems([Problem("map_words", values=values)])
    return codes


def _blocks(made: Meaning, headings: Iterable[str]) -> list[dict[str, Any]]:
    return [block for block in made.across if set(block["columns"]) & set(headings)]


def _left_out(made: Meaning, block: dict[str, Any]) -> None:
    made.across.remove(block)
    made.not_needed += [*block["columns"], *block.get("beside", {}).values()]


def _turn(made: Meaning, question: Question) -> None:
    """Say which end of codes is worst: the first, or the last, which turns the levels round.

    The last one may be a code nobody chose; there are as many levels as it says.
    """
    first, last = question.choices
    codes = answer_codes([first, last, question.answer])
    if question.answer != first and list(codes)[-1:] != [question.answer]:
        raise DataProblems([Problem("map_answer", values={"found": question.answer})])
    n = codes.get(question.answer, 0)
    for block in _blocks(made, question.columns):
        metric = block["fixed"]["metric"]
        if question.answer == first:
            del block["reversed"]
        elif metric != OPEN:
            _refuse_other_levels(metric, n, block["columns"][0])
            block["reversed"] = n


def _refuse_other_levels(metric: str, n: int, heading: str) -> None:
    if own := metric_choice.other_levels(metric, n):
        row = shipped_catalogue("catalogue_metrics").loc[metric]
        values = {"found": heading, "n": n, "metric": Both(row["ru"], row["en"]), "levels": own}
        raise DataProblems([Problem("map_levels", values=values)])


def _named_in(made: Meaning, heading: str, found: Found, services: Mapping[str, str]) -> None:
    """Take a column that names the service; it is no metric and not left out."""
    for block in _blocks(made, [heading]):
        _left_out(made, block)
    for names in (made.not_needed, made.unused):
        names[:] = [name for name in names if name != heading]
    for question in made.questions:
        for part in question.parts or [question]:
            if part.about == "metric" and part.heading == heading:
                part.answer = NOT_NEEDED
    made.columns["service"] = heading
    del made.fixed["service"]
    meanings.name_services(made, found, services)

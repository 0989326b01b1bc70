"""Exercises: a learner's answer checked against a hash, so that the notebook does not tell it.

``catalogue/exercises.csv`` says what kind of answer an exercise takes, ``exercise_keys.csv`` holds
the sealed answers, right and known wrong ones. The key of the training agency lies in its own
folder, because each learner has another variant.
"""

import csv
import hashlib
import math
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final

from ccwork.language import wording
from ccwork.language.markup import element
from ccwork.language.problems import DataProblems, Problem
from ccwork.language.resources import resource_rows
from ccwork.learn import answers, bare_words, learner
from ccwork.read import places
from ccwork.tell.display import publish

KEY: Final = "source/key.csv"
"""Where the sealed answers of the training agency lie in its folder."""

HINTS: Final = 2
SHOWN: Final = 40
"""Signs of an answer that are said back."""

BEYOND, TINY = 1e12, 1e-9
"""No answer is so large (our choice); what a machine adds to a number."""

bare_words.listen()


@cache
def exercises() -> dict[str, dict[str, str]]:
    """Read the known exercises: number -> its row."""
    return {row["exercise"]: row for row in resource_rows("catalogue", "exercises.csv")}


def answer_seal(exercise: str, salt: object, code: object) -> str:
    """Return the hash of an answer: the code of a word, or how many steps a number holds."""
    return hashlib.sha256(f"{exercise}|{salt}|{code}".encode()).hexdigest()


def answer_code(exercise: str, answer: object) -> str:
    """Return what is sealed of an answer: its code, or its number in whole steps.

    Examples
    --------
    >>> answer_code("6.1", "Лучше"), answer_code("6.4", "−0,7")
    ('better', '-7')
    """
    return next(_codes(exercises()[exercise], answers.typed_text(answer)), "")


def check(exercise: str, answer: object) -> None:
    """Tell a learner whether an answer is right, and help in two steps when it is not.

    Parameters
    ----------
    exercise
        Number of the exercise, such as "6.1".
    answer
        A number or a word, as people write them; ``...`` means not yet answered.

    Raises
    ------
    ValueError
        When there is no such exercise.

    Notes
    -----
    In a learner's folder each answer is kept in ``progress.csv``. An answer that cannot be read
    costs no hint, nor does the same wrong answer twice (our choice).
    """
    known = exercises().get(str(exercise))
    if known is None:
        raise ValueError(f"`exercise` must be one of {sorted(exercises())}; not {exercise!r}.")
    typed = answers.typed_text(answer)
    try:
        verdict, wrong = _judged(known, typed)
        told, hint = _told(known, typed, verdict, wrong)
        if not learner.record(known["exercise"], typed, verdict, wrong, hint):
            told.append(wording.word("train.unkept"))
    except DataProblems:
        told = [wording.say("train.no_key", exercise=exercise)]
    publish(element("p", " ".join(told)), " ".join(told), "words", "exercise")


def _judged(known: Mapping[str, str], typed: str) -> tuple[str, str]:
    """Return the verdict and the code of a known wrong answer."""
    rows = [row for row in _key(known["key"]) if row.get("exercise") == known["exercise"]]
    key = {row["sha256"]: row for row in rows if row.get("sha256")}

    if not key:  # the file is there, and damaged
        raise DataProblems([Problem("start_no_key", values={"folder": known["key"]})])

    def found(codes: Iterable[str]) -> str | None:
        salts = {row["salt"] for row in key.values()}
        hits = (answer_seal(known["exercise"], salt, code) for salt in salts for code in codes)
        return next((key[hit]["wrong"] for hit in hits if hit in key), None)

    codes, value = list(_codes(known, typed)), answers.typed_number(typed)
    if not codes:
        return "empty", ""
    wrong = found(codes)
    if wrong is None and known["kind"] == "number" and value:
        slips = {-value: "sign", value * 100: "hundred", value / 100: "hundred"}
        hits = (slip for other, slip in slips.items() if found(_steps(known, other)) == "")
        wrong = next(hits, None)
    return {None: "wrong", "": "right"}.get(wrong, "known"), wrong or ""


def _key(agency: str) -> list[dict[str, str]]:
    """Return the sealed answers: of the catalogue, or those that lie with the training agency."""
    if not agency:
        return resource_rows("catalogue", "exercise_keys.csv")
    try:
        lines = (places.find("", agency) / KEY).read_text(encoding="utf-8").splitlines()
        return list(csv.DictReader(lines))
    except (OSError, ValueError):
        raise DataProblems([Problem("start_no_key", values={"folder": agency})]) from None


def _codes(known: Mapping[str, str], typed: str) -> Iterator[str]:
    """Yield what an answer may mean; nothing where it cannot be read."""
    value, plain = answers.typed_number(typed), answers.typed_word(typed)
    if known["kind"] == "number":
        yield from _steps(known, value) if value is not None else ()
    for choice in known["choices"].split():
        row = wording.terms()[f"pick.{choice}"]
        if plain in map(answers.typed_word, f"{choice};{row['ru']};{row['en']}".split(";")):
            yield choice


def _steps(known: Mapping[str, str], value: float) -> Iterable[str]:
    """Return the numbers within the tolerance of a value, in whole steps; "-" where none is."""
    step, near = float(known["step"]), float(known["tolerance"])
    if abs(value) > BEYOND:
        return ["-"]
    first, last = math.ceil((value - near) / step - TINY), math.floor((value + near) / step + TINY)
    return list(map(str, range(first, last + 1))) or ["-"]


def _told(known: Mapping[str, str], typed: str, verdict: str, wrong: str) -> tuple[list[str], int]:
    """Return the sentences for a learner, and how many hints were shown so far."""
    exercise = known["exercise"]
    before = learner.answers_so_far(exercise)
    shown = max((int(row["hint"]) for row in before if row["hint"].isdecimal()), default=0)
    if verdict in ("right", "empty"):
        picks = [wording.word(f"pick.{each}").split(";")[0] for each in known["choices"].split()]
        unread = f"unread_{known['kind']}" if typed else verdict
        code = f"train.{unread if verdict == 'empty' else verdict}"
        given = textwrap.shorten(typed, SHOWN, placeholder="…")
        values = {"given": given, "choices": "; ".join(picks)}
        return [wording.say(code, exercise=exercise, **values)], shown
    missed = {row["answer"] for row in before if row["verdict"] in learner.MISSED}
    tries = len(missed | {learner.noted(typed)})
    told = [wording.say("train.wrong", exercise=exercise)]
    told += [wording.word(f"mistake.{wrong}")] if wrong else []
    if tries > HINTS:
        return [*told, wording.word("train.trainer")], HINTS
    hint = wording.word(f"hint.{exercise}.{tries}")
    return [*told, wording.say("train.hint", n=tries), hint], tries

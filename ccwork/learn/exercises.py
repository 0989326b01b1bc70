"""Exercises: a learner's answer checked against a hash, so that the notebook does not tell it.

``catalogue/exercises.csv`` says what kind of answer an exercise takes, ``exercise_keys.csv`` holds
the sealed answers, right and known wrong ones. The key of the training agency lies in its own
folder, because each learner has another variant.
"""

import csv
import hashlib
import math
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from ccwork.language import wording
from ccwork.language.markup import element
from ccwork.language.problems import DataProblems, Problem
from ccwork.language.resources import resource_rows
from ccwork.learn import answers, bare_words, learner
from ccwork.read import places
from ccwork.tell.display import publish

TRAINING: Final = "training"
"""Code, and so the folder, of the training agency."""

KEY: Final = "source/key.csv"
"""Where the sealed answers of the training agency lie in its folder."""

HINTS: Final = 2
SHOWN: Final = 40
"""Signs of an answer that are said back."""

BEYOND: Final = 1e12
"""No answer is so large (our choice)."""

bare_words.listen()


@cache
def exercises() -> dict[str, dict[str, str]]:
    """Read the known exercises: number -> its row."""
    rows = resource_rows("catalogue", "exercises.csv")
    return {row["exercise"]: row for row in rows}


def sealed(exercise: str, salt: object, code: object) -> str:
    """Return the hash of an answer: the code of a word, or how many steps a number holds."""
    return hashlib.sha256(f"{exercise}|{salt}|{code}".encode()).hexdigest()


def code_of(exercise: str, answer: object) -> str:
    """Return what is sealed of an answer: its code, or its number in whole steps.

    Examples
    --------
    >>> code_of("6.1", "Лучше"), code_of("6.4", "−0,7")
    ('better', '-7')
    """
    return next(_codes(exercises()[exercise], answers.text(answer)), "")


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
    typed = answers.text(answer)
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
    codes = list(_codes(known, typed))
    if not codes:
        return "empty", ""
    key = {row["sha256"]: row for row in _key(known)}
    salt = next(iter(key.values()))["salt"]

    def found(read: list[str]) -> str | None:
        hits = (key.get(sealed(known["exercise"], salt, code)) for code in read)
        return next((row["wrong"] for row in hits if row), None)

    wrong = found(codes)
    if wrong is not None:
        return ("known" if wrong else "right"), wrong
    value = answers.number(typed)
    if known["kind"] == "number" and value:
        for mistake, instead in (
            ("sign", -value),
            ("hundred", value * 100),
            ("hundred", value / 100),
        ):
            if found(list(_steps(known, instead))) == "":
                return "known", mistake
    return "wrong", ""


def _key(known: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the sealed answers of one exercise."""
    rows = _training_key() if known["key"] == TRAINING else _catalogue_key()
    return [row for row in rows if row["exercise"] == known["exercise"]]


def _codes(known: Mapping[str, str], typed: str) -> Iterator[str]:
    """Yield what an answer may mean; nothing where it cannot be read."""
    if known["kind"] == "number":
        value = answers.number(typed)
        if value is not None:
            yield from _steps(known, value)
        return
    plain = answers.plain(typed)
    for choice in known["choices"].split():
        row = wording.terms()[f"pick.{choice}"]
        words = (choice, *(word for lang in wording.LANGS for word in row[lang].split(";")))
        if plain in map(answers.plain, words):
            yield choice


def _steps(known: Mapping[str, str], value: float) -> Iterator[str]:
    """Yield the numbers within the tolerance of a value, in whole steps."""
    step, near = float(known["step"]), float(known["tolerance"])
    if abs(value) < BEYOND:
        first = math.ceil((value - near) / step - 1e-9)
        last = math.floor((value + near) / step + 1e-9)
        yield from map(str, range(first, last + 1)) if last >= first else ["-"]
    else:
        yield "-"


@cache
def _catalogue_key() -> list[dict[str, str]]:
    return resource_rows("catalogue", "exercise_keys.csv")


def _training_key() -> list[dict[str, str]]:
    """Read the key that lies with the nearest training agency.

    Raises
    ------
    DataProblems
        When there is no such agency, or its key cannot be read.
    """
    path = places.find("", TRAINING) / KEY
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))
    except (OSError, ValueError, csv.Error):
        raise DataProblems([Problem("start_no_key", values={"folder": TRAINING})]) from None


def _short(typed: str) -> str:
    """Return what was typed as it is said back: one line, not long."""
    line = " ".join(typed.split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


def _told(known: Mapping[str, str], typed: str, verdict: str, wrong: str) -> tuple[list[str], int]:
    """Return the sentences for a learner, and how many hints were shown so far."""
    exercise = known["exercise"]
    before = learner.answered(exercise)
    shown = max((int(row["hint"]) for row in before if row["hint"].isdigit()), default=0)
    if verdict == "right":
        return [wording.say("train.right", exercise=exercise)], shown
    if verdict == "empty":
        picks = (wording.word(f"pick.{each}").split(";")[0] for each in known["choices"].split())
        code = f"train.unread_{known['kind']}" if typed else "train.empty"
        values = {"given": _short(typed), "choices": ", ".join(f"«{pick}»" for pick in picks)}
        return [wording.say(code, exercise=exercise, **values)], shown
    missed = {row["answer"] for row in before if row["verdict"] in learner.MISSED}
    tries = len(missed | {learner.kept(typed)})
    told = [wording.say("train.wrong", exercise=exercise)]
    told += [wording.word(f"mistake.{wrong}")] if wrong else []
    if tries > HINTS:
        return [*told, wording.word("train.trainer")], HINTS
    return [
        *told,
        wording.say("train.hint", n=tries),
        wording.word(f"hint.{exercise}.{tries}"),
    ], tries

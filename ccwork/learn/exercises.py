"""Exercises: a learner's answer checked against a hash, so that the notebook does not tell it."""

import hashlib
from functools import cache

from ccwork.language import wording
from ccwork.language.markup import element
from ccwork.language.resources import resource_rows
from ccwork.tell.display import publish


@cache
def exercises() -> dict[str, str]:
    """Read the known exercises: number -> hash of its answer."""
    rows = resource_rows("catalogue", "exercises.csv")
    return {row["exercise"]: row["sha256"] for row in rows}


def answer_hash(exercise: str, answer: object) -> str:
    """Return the hash of an answer; numbers to one decimal, words without case or blanks.

    Examples
    --------
    >>> answer_hash("6.1", " Better ") == answer_hash("6.1", "better")
    True
    """
    plain = f"{answer:.1f}" if isinstance(answer, int | float) else str(answer).strip().casefold()
    return hashlib.sha256(f"{exercise}|{plain}".encode()).hexdigest()


def check(exercise: str, answer: object) -> None:
    """Tell a learner whether an answer is right.

    Parameters
    ----------
    exercise
        Number of the exercise, such as "6.1".
    answer
        A number, or one of the codes the exercise names; ``...`` means not yet answered.

    Raises
    ------
    ValueError
        When there is no such exercise.
    """
    if exercise not in exercises():
        raise ValueError(f"`exercise` must be one of {sorted(exercises())}; not {exercise!r}.")
    if answer is ...:
        code = "train.empty"
    else:
        right = answer_hash(exercise, answer) == exercises()[exercise]
        code = "train.right" if right else "train.wrong"
    words = wording.say(code, exercise=exercise)
    publish(element("p", words), words, "words", "exercise")

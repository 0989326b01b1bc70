"""The folders of a group of learners, read so that a broken or hostile one harms no other."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import pandas as pd

from ccwork.language.problems import DataProblems, Problem
from ccwork.language.resources import resource_rows
from ccwork.language.spelling import key, plain
from ccwork.learn import exercises
from ccwork.read.files import decoding, file_sheets, toml_files
from ccwork.read.files.faults import Fault

CARD, PROGRESS, KNOWLEDGE = "learner.toml", "progress.csv", "knowledge.csv"
LETTERS: Final = str.maketrans("авсдб", "abcdb")
"""Russian letters that are typed for the choices a to d: they look or sound alike."""

IN_ORDER: Final = str.maketrans("абвг", "abcd")
"""The same choices counted by the Russian alphabet: «г» tells it, or «б» without «с» and «д»."""

MOST_BYTES: Final = {CARD: 10_000, PROGRESS: 200_000, KNOWLEDGE: 50_000}
"""Larger files are not opened: no learner writes so much (our choice)."""

LONGEST: Final = 80
"""So much of a name or an answer is kept (our choice)."""

LEAST_ALIKE: Final = 3
"""So many answers alike are worth a question (our choice)."""

ARCHIVES: Final = (".zip", ".7z", ".rar", ".gz", ".tar", ".tgz")
MOMENT: Final = "%Y-%m-%dT%H:%M:%S"
Checks = Mapping[str, Mapping[str, Sequence[str]]]
"""File -> column -> what may stand in it; empty: anything."""


@dataclass(frozen=True)
class Group:
    """What the folders of learners hold.

    Attributes
    ----------
    learners
        One row a learner, by the alphabet: ``folder``, ``name``.
    tries
        One row an answer to an exercise, in their order, those left empty not among them.
    tests
        One row an answer to the check of knowledge; what was not answered is not there.
    items
        The items of the check there are, each with its right answer.
    problems
        What is wrong; grave where something is not counted.
    """

    learners: pd.DataFrame
    tries: pd.DataFrame
    tests: pd.DataFrame
    items: Mapping[str, Mapping[str, str]]
    problems: Sequence[Problem]


def read_group(folder: Path, variant_of: Callable[[str], int] | None = None) -> Group:
    """Read the learners' folders that lie in a folder; what is wrong with one ends only it.

    Parameters
    ----------
    folder
        Each folder in it is one learner's; archives are named as not read, and a trainer's own
        folder, which holds the key, as not counted.
    variant_of
        Which variant a name is given; None: variants are not held against names.

    Raises
    ------
    DataProblems
        When there is no such folder.
    """
    root = Path(os.path.realpath(folder))
    if not root.is_dir():
        raise DataProblems([Problem("folder_missing", values={"found": shown(folder.name)})])
    items = {row["item"]: row for row in resource_rows("catalogue", "knowledge.csv")}
    may: Checks = {
        PROGRESS: {"at": (), "exercise": [*exercises.exercises()], "answer": (), "wrong": (),
                   "verdict": ("right", "wrong", "known", "empty")},
        KNOWLEDGE: {"test": ("before", "after"), "item": [*items], "answer": ("", *"abcd")},
    }  # fmt: skip
    read, problems = [], []
    for number, place in enumerate(sorted(root.iterdir()), 1):
        where = shown(place.name)
        where += f" №{number}" * (where != place.name)  # other folders may look alike
        if place.suffix.lower() in ARCHIVES:
            problems.append(Problem("class_zipped", where))
        elif os.path.lexists(place / "key.csv"):
            problems.append(Problem("class_trainer", where, grave=False))
        elif place.is_dir() and place.name[0] not in "._":
            read += [_one(place, where, may, problems)]
    asked = [*_asked(read := [one for one in read if one], variant_of)]
    copies = {problem.file for problem in asked if problem.code == "class_copy"}
    kept = sorted((one for one in read if one["folder"] not in copies),
                  key=lambda one: (key(one["name"]), one["folder"]))  # fmt: skip
    frames = [pd.DataFrame([{"folder": one["folder"]} | row for one in kept for row in one[name]],
                           columns=["folder", *may[name]]) for name in may]  # fmt: skip
    learners = pd.DataFrame(kept, columns=["folder", "name"])
    return Group(learners, *frames, items, [*problems, *asked])


def shown(words: object) -> str:
    r"""Return words of a learner as they may be shown: one line, not long, no odd signs.

    Examples
    --------
    >>> shown("Ann\u202e  \udc80")
    'Ann ?'
    """
    return plain(str(words)[:LONGEST].encode("utf-8", "replace").decode())


def _one(place: Path, folder: str, may: Checks, problems: list[Problem]) -> dict[str, Any]:
    """Return what one folder holds; nothing where it cannot be counted."""
    found: dict[str, Any] = {"folder": folder, "name": folder, "variant": None, KNOWLEDGE: []}
    known = any(os.path.lexists(place / name) for name in (CARD, PROGRESS))
    wrong = [] if known else [Problem("class_no_learner")]
    for name in MOST_BYTES if not wrong else ():
        path = place / name
        try:
            if os.path.realpath(path) != str(path):  # it may lead out
                raise Fault("class_linked")
            if os.path.lexists(path) and path.stat().st_size > MOST_BYTES[name]:
                raise Fault("class_large", most=MOST_BYTES[name] // 1000)
            found |= _card(path) if name == CARD else {name: _rows(path, may[name], wrong)}
        except (Fault, OSError) as fault:
            code, values = getattr(fault, "code", "file_locked"), getattr(fault, "values", {})
            wrong.append(Problem(code, name, values=values, grave=name != CARD))
    problems += [replace(one, file=f"{folder}/{one.file}".rstrip("/")) for one in wrong]
    return found if PROGRESS in found else {}


def _card(path: Path) -> dict[str, Any]:
    said = toml_files.read(path, "class_card", "class_card")
    name, variant = shown(said.get("name") or ""), said.get("variant")
    if not name or type(variant) is not int:
        raise Fault("class_card")
    return {"name": name, "variant": variant}


def _rows(
    path: Path, may: Mapping[str, Sequence[str]], wrong: list[Problem]
) -> list[dict[str, Any]]:
    """Return the rows of a file; bad ones, and a last one cut short, are left out and named."""
    if not os.path.lexists(path):
        return []
    name, content = path.name, decoding.file_bytes(path)
    book, whole = file_sheets.book(name, content), content.rpartition(b"\n")[0]
    if not book.sheets and whole and not content.endswith(b"\n"):
        book = file_sheets.book(name, whole)
        wrong.append(Problem("class_cut", name, grave=False))
    if not book.sheets:
        raise Fault(book.problems[0].code, **book.problems[0].values)
    head, *body = book.sheets[0].rows
    names = [key(cell) for cell in head]
    if missing := [column for column in may if column not in names]:
        raise Fault("class_columns", columns=", ".join(missing))
    told = [dict(zip(names, map(shown, cells), strict=False)) for cells in body]
    rows = pd.DataFrame(told, range(2, len(body) + 2), [*may]).fillna("")
    if name == KNOWLEDGE:
        rows["answer"] = _choices(rows["answer"].str.lower().str.strip(" .)"))
    good = rows.apply(lambda column: column.isin(may[column.name] or column)).all(axis=1)
    if name == PROGRESS:
        rows["at"] = pd.to_datetime(rows["at"], format=MOMENT, errors="coerce")
        good &= rows["at"].between("2020", pd.Timestamp.now() + pd.Timedelta(days=2))
    if bad := tuple(f"A{number}" for number in rows.index[~good]):
        wrong.append(Problem("class_rows", name, cells=bad, grave=False))
    good &= ~rows.get("verdict", rows["answer"]).isin(["", "empty"])
    rows = rows[good].drop_duplicates().sort_values(rows.columns[0], kind="stable")
    return rows.to_dict("records")


def _choices(answers: pd.Series) -> pd.Series:
    """Return the choices a to d of one learner, typed in Latin or in Russian letters."""
    typed = {*answers}
    counted = "г" in typed or ("б" in typed and not typed & {*"сд"})
    return answers.str.translate(IN_ORDER if counted else LETTERS)


def _asked(
    read: Sequence[Mapping[str, Any]], variant_of: Callable[[str], int] | None
) -> Iterator[Problem]:
    """Name copies, counted once, and ask of namesakes, answers alike, variants of others."""
    read = sorted((one for one in read if one["variant"] is not None),
                  key=lambda one: len(one[PROGRESS]))  # fmt: skip
    for one in read if variant_of else ():
        if one["variant"] != variant_of(one["name"]):
            values = {"name": one["name"]}
            yield Problem("class_variant", one["folder"], values=values, grave=False)
    told = {one["folder"]: [(row["exercise"], row["answer"]) for row in one[PROGRESS]]
            for one in read}  # fmt: skip
    for one, other in combinations(read, 2):
        own, theirs = told[one["folder"]], told[other["folder"]]
        code = "class_alike" if own == theirs and len(own) >= LEAST_ALIKE else ""
        if key(one["name"]) == key(other["name"]):
            code = "class_copy" if {*own} <= {*theirs} else "class_namesakes"
        if code and one["variant"] == other["variant"]:
            values = {"other": other["folder"], "n": len(own)}
            yield Problem(code, one["folder"], values=values, grave=False)

"""Names of people among other words: what the dictionary of forms knows, and what stands beside.

A word is judged by its forms (pymorphy3: given name, surname, patronymic, place, common word), by
a capital inside a sentence and by its neighbours. English has no such dictionary here: a capital
inside a sentence is held for a name, less our list of words.
"""

import re
from functools import cache, lru_cache
from typing import Any, Final

from ccwork.language.resources import resource_rows

_TAGS: Final = {"Patr": "P", "Surn": "S", "Name": "G", "Geox": "L", "ADJF": "A", "NOUN": "N"}
_WORD: Final = re.compile(r"[А-ЯЁа-яё]{1,40}(?:-[А-ЯЁа-яё]{1,40}){0,2}|[A-Za-z][A-Za-z'’-]{0,40}")
_START: Final = re.compile(r"(?:^|[.!?…:;\n•*)])[\s«\"“(—–-]{0,5}$")
LEAST_SHARE: Final = 0.1
"""A guess at an unknown word below this share is left aside (our choice)."""

MOSTLY: Final = 0.6
"""A word in small letters is a given name from this share of its uses on (our choice)."""


@cache
def _lists() -> dict[str, tuple[str, ...]]:
    """Return our lists of words and of beginnings of words, by kind."""
    rows = resource_rows("redaction", "names.csv")
    return {row["kind"]: tuple(row["words"].split()) for row in rows}


@cache
def _forms() -> Any:
    """Load the dictionary of forms when the first words come, not at the start."""
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")


@lru_cache(200_000)
def _reading(word: str) -> str:
    """Return what a word in small letters may be, a letter each.

    P patronymic, S surname, G given name, L place, A adjective, N noun, C another word; U unknown
    to the dictionary, the others being guesses by the end; M a given name in most of its uses.
    """
    forms = _forms().parse(word)
    known = [form for form in forms if form.is_known]
    sure = known or [form for form in forms if form.score >= LEAST_SHARE]
    kinds = [next((kind for tag, kind in _TAGS.items() if tag in form.tag), "C") for form in sure]
    given = sum(form.score for form, kind in zip(sure, kinds, strict=True) if kind == "G")
    return "".join(sorted(set(kinds))) + "U" * (not known) + "M" * (given >= MOSTLY)


def names(words: str) -> list[tuple[int, int]]:
    """Return where names of people stand in words, as spans of letters.

    Examples
    --------
    >>> names("Помогла Анна Юрьевна, вера в закон есть")
    [(8, 20)]
    """
    found = [(at.start(), at.end()) for at in _WORD.finditer(words)]
    russian = bool(re.search("[а-яё]", words))
    levels = [_level(words, start, end, russian) for start, end in found]
    near = [0 < len(gap := words[one[1] : two[0]]) < 4 and not gap.strip()
            for one, two in zip(found, found[1:], strict=False)]  # fmt: skip
    for at in range(len(near)):
        if near[at] and levels[at] == 2 and levels[at + 1]:
            levels[at + 1] = 2
    for at in reversed(range(len(near))):
        if near[at] and levels[at + 1] == 2 and levels[at]:
            levels[at] = 2
    spans: list[tuple[int, int]] = []
    for number, (start, end) in enumerate(found):
        if levels[number] == 2 and number and levels[number - 1] == 2 and near[number - 1]:
            spans[-1] = (spans[-1][0], end)
        elif levels[number] == 2:
            spans.append((start, end))
    return spans


def _level(words: str, start: int, end: int, russian: bool) -> int:
    """Return 2 for a name, 1 for what is one beside a name, 0 for neither."""
    word, before = words[start:end], words[max(0, start - 40) : start]
    small, first = word.lower(), bool(_START.search(before))
    if small[0].isascii():
        return _english(word, first, russian)
    if small in _lists()["son"]:
        return 1
    read = max(map(_reading, small.split("-")), key=lambda read: [k in read for k in "PSG"])
    named = bool(set(read) & set("GS"))
    beside = [
        each[-1:]
        for each in (
            re.findall(r"[\w-]{1,20}", before.lower()),
            re.findall(r"[\w-]{1,20}", words[end : end + 22].lower())[:1],
        )
    ]
    called = any(each.startswith(_lists()["called"]) for each in beside[0])
    if "P" in read:
        return 2
    if word[0].islower():
        return _small(read, named, called) if len(word) > 2 else 0
    if (
        _of_place(read, *beside)
        or (not named or "U" in read)
        and small.startswith((*_lists()["agency"], *_lists()["called"]))
    ):
        return 0
    inside = not first and before.rfind("«") <= before.rfind("»")
    if word.isupper() and len(word) > 1 and (not named or "U" in read):
        return 2 if named and len(word) > 5 else 0
    if named or "U" in read:
        return 2 if inside or (named and not set(read) & set("ANCL")) else 1
    if "A" in read and inside and not any("N" in _reading(each) for each in beside[1]):
        return 2
    return int(bool(set(read) & set("AN")))


def _small(read: str, named: bool, called: bool) -> int:
    """Judge a word in small letters."""
    if not named:
        return 0
    sure = not set(read) & set("ANCL")
    return 2 if sure or called or ("M" in read and "U" not in read) else 1


def _of_place(read: str, before: list[str], behind: list[str]) -> bool:
    """Tell whether a capital names a place: beside a word of places, or a place after в."""
    near = any(word.startswith(_lists()["place"]) for word in before + behind)
    return near or ("L" in read and any(word in _lists()["towards"] for word in before))


def _english(word: str, first: bool, russian: bool) -> int:
    """Judge a word in Latin letters."""
    small = word.lower().removesuffix("'s").removesuffix("’s")
    if word[0].islower() or small in _lists()["english"] or (word.isupper() and len(word) > 1):
        return 0
    return 2 if small in _lists()["given"] or not (first or russian) else 1

"""Names of people among other words: what the dictionary of forms knows, and what stands beside.

A word is judged by its forms (pymorphy3: given name, surname, patronymic, place, common word), by
a capital inside a sentence and by its neighbours. English has no such dictionary here: a capital
inside a sentence is held for a name, less our list of words.
"""

import re
from collections import Counter
from functools import cache, lru_cache
from typing import Any, Final

from ccwork.language.resources import resource_rows

_TAGS: Final = re.findall("....", "PatrSurnNameGeoxAproADJFADJSPRTFNOUNPREPCONJPRCLNPROINTJNUMR")
_LETTERS: Final = "PSGLCAAATCCCCCC"
_WORD: Final = re.compile(r"[А-ЯЁа-яё]{1,40}(?:-[А-ЯЁа-яё]{1,40}){0,2}|[A-Za-z][A-Za-z'’-]{0,40}")
_START: Final = re.compile(r"(?:^|[.!?…:;\n•*#)][\"”»’)]?)[\s«\"“(—–-]{0,5}$")
_BESIDE: Final = re.compile(r"[\w-]{1,20}")
_AFTER: Final = re.compile(r"\s([\w-]{3,20})")
_LIKE_SURNAME: Final = re.compile(r"(?:[оеё]в|[иы]н)(?:а|у|е|ой|ым)?$|[иы]х$")
LEAST_SHARE: Final = 0.1
"""A kind guessed of an unknown word below this share is left aside (our choice)."""

MOSTLY: Final = 0.5
"""A word in small letters is a given name from this share of its uses on (our choice)."""


@cache
def _list(kind: str) -> tuple[str, ...]:
    """Return our words, or beginnings or ends of words, of a kind."""
    rows = resource_rows("redaction", "names.csv")
    return tuple(word for row in rows if row["kind"] == kind for word in row["words"].split())


_BODY: Final = re.compile(
    rf"(?:[A-Z][\w’'-]{{1,30}}\s){{0,4}}(?:{'|'.join(_list('body'))})\b"
    r"(?:\s(?:of|for|the)(?:,?\s(?:the|and|of|for|&|[A-Z][\w’'-]{1,30})){1,8})?"
)
"""An organisation in English; its words name no person."""


@cache
def _forms() -> Any:
    """Load the dictionary of forms when the first words come, not at the start."""
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")


@lru_cache(200_000)
def _reading(word: str) -> frozenset[str]:
    """Return what a word in small letters may be, a letter each.

    P patronymic, S surname, G given name, L place, A adjective, N a living being, T a thing, V
    another word, C one that only joins; U unknown to the dictionary, the others being guesses by
    the end; M a given name in most of its uses.
    """
    forms = _forms().parse(word)
    known, shares = any(form.is_known for form in forms), Counter[str]()
    for form in forms:
        kind = next((_LETTERS[at] for at, tag in enumerate(_TAGS) if tag in form.tag), "V")
        if form.is_known == known and not (kind == "G" and _behind_unknown(form)):
            shares["N" if kind == "T" and "anim" in form.tag else kind] += form.score
    letters = {kind for kind, share in shares.items() if known or share >= LEAST_SHARE}
    mostly = known and shares["G"] >= MOSTLY
    return frozenset(letters | {*("" if known else "U")} | {*("M" if mostly else "")})


def _behind_unknown(form: Any) -> bool:
    """Tell whether a word was guessed by its end behind letters nobody knows."""
    return any("UnknownPrefix" in type(each[0]).__name__ for each in form.methods_stack)


def person_spans(words: str) -> list[tuple[int, int]]:
    """Return where names of people stand in words, as spans of letters.

    Examples
    --------
    >>> person_spans("Помогла Анна Юрьевна, вера в закон есть")
    [(8, 12), (13, 20)]
    """
    found = [(at.start(), at.end()) for at in _WORD.finditer(words)]
    russian = bool(re.search("[а-яё]", words, re.IGNORECASE))
    bodies = {at for body in _BODY.finditer(words) for at in range(*body.span())}
    levels = [0 if start in bodies else _level(words, start, end, russian) for start, end in found]
    near = [two[0] - one[1] < 4 and not words[one[1] : two[0]].strip()
            for one, two in zip(found, found[1:], strict=False)]  # fmt: skip
    for at in [*range(len(near)), *reversed(range(len(near)))]:
        if (
            near[at]
            and levels[at : at + 2] == [1, 1]
            and words[found[at][0] : found[at + 1][1]].isascii()
        ):
            levels[at] = 2
        if near[at] and 2 in levels[at : at + 2] and 0 not in levels[at : at + 2]:
            levels[at : at + 2] = 2, 2
    return [span for span, level in zip(found, levels, strict=True) if level == 2]


def _level(words: str, start: int, end: int, russian: bool) -> int:
    """Return 2 for a name, 1 for what is one beside a name, 0 for neither."""
    word, before = words[start:end], words[max(0, start - 40) : start]
    small, first = word.lower(), bool(_START.search(before))
    quoted = max(map(before.rfind, "«“")) > max(map(before.rfind, "»”"))
    if small[0].isascii():
        return _english(re.sub("['’]s$", "", word), before, not (first or quoted or russian))
    if small in _list("son"):
        return 1
    read = max(map(_reading, small.split("-")), key=lambda read: [k in read for k in "PSGU"])
    if "P" in read:
        return 2
    last = _BESIDE.findall(before.lower())[-1:]
    after = [at[1]] if (at := _AFTER.match(words[end : end + 22].lower())) else []
    unsure = not read & {*"SG"} or "U" in read
    if unsure and small.startswith((*_list("agency"), *_list("called"), *_list("thanked"))):
        return 0
    if word[0].islower():
        like = "A" in read and _LIKE_SURNAME.search(small)
        return _small(read | {*("S" if like else "")}, last) if len(word) > 2 else 0
    if _of_place(read, last + after, last):
        return 0
    if word.isupper() and len(word) > 1 and (unsure or len(word) < 4):
        return int(len(word) > 4 and bool(read & {*"SGANU"}) or not unsure)
    return _capital(read, not (first or quoted or small.endswith(_list("role"))), after)


def _capital(read: frozenset[str], inside: bool, after: list[str]) -> int:
    """Judge a word with a capital, inside a sentence or not."""
    sure = not read & {*("ANTCL" if "M" in read else "ANTVCL")}
    if (inside and "U" in read) or (read & {*"SG"} and (inside or sure)):
        return 2
    if inside and read & {*"AN"} and not any(_reading(word) & {*"NTL"} for word in after):
        return 2
    more = "TV" if inside else "T" if any("G" in _reading(word) for word in after) else ""
    return int(bool(read & {*"SGAN", *more}))


def _small(read: frozenset[str], last: list[str]) -> int:
    """Judge a word in small letters."""
    if "L" in read and _of_place(read, last, last):
        return 0
    if not read & {*"SG"}:
        return int(bool(read & {*"UN"}))
    calling = (*_list("called"), *_list("thanked"))
    called = "C" not in read and any(word.startswith(calling) for word in last)
    sure = not read & {*("NTVC" if "U" in read else "ANTVC")}
    return 2 if called or sure or "M" in read and "V" not in read else 1


def _of_place(read: frozenset[str], beside: list[str], last: list[str]) -> bool:
    """Tell whether a word names a place: beside a word of places, or a place after в."""
    near = any(word.startswith(_list("place")) or word in _list("near") for word in beside)
    return near or ("L" in read and any(word in _list("towards") for word in last))


def _english(word: str, before: str, alone: bool) -> int:
    """Judge a word in Latin letters: a given name, or one after a word that calls a person."""
    plain = re.fullmatch("(?:[A-Z]['’]|Mc|Mac)?[A-Z][a-z]{1,40}(?:-[A-Z][a-z]{1,40})?", word)
    if not plain or word.lower() in _list("english"):
        return 0
    called = alone and any(each in _list("cue") for each in _BESIDE.findall(before.lower())[-1:])
    return 2 if called or word.lower() in _list("given") else 1

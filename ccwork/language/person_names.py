"""Names of people among other words: what the dictionary of forms knows, and what stands beside.

A word is judged by its forms (pymorphy3: given name, surname, patronymic, place, plain word), by
its capital inside a sentence and by its neighbours; an unknown capital inside a sentence is held
for a name. English has no such dictionary here: capitals inside a sentence, less our list.
"""

import re
from functools import cache, lru_cache
from typing import Final

from ccwork.language.resources import resource_rows

_TAGS: Final = {"Name": "G", "Surn": "S", "Patr": "P", "Geox": "L"}
_WORD: Final = re.compile(r"[А-ЯЁа-яё]{1,40}(?:-[А-ЯЁа-яё]{1,40}){0,2}|[A-Za-z][A-Za-z'’-]{0,40}")
_STARTS: Final = re.compile(r"(?:^|[.!?…:;\n•*)])[\s«\"“(—–-]{0,5}$")
LEAST_SHARE: Final = 0.1
"""A guess of the kind of an unknown word below this share is left aside (our choice)."""


@cache
def _lists() -> dict[str, frozenset[str]]:
    """Return our lists: words after which a place comes, English words that are no names."""
    rows = resource_rows("redaction", "names.csv")
    return {kind: frozenset(w for row in rows if row["kind"] == kind for w in row["words"].split())
            for kind in {row["kind"] for row in rows}}  # fmt: skip


@cache
def _forms():  # noqa: ANN202
    """Load the dictionary of forms when the first words come, not at the start."""
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")


@lru_cache(200_000)
def _reading(word: str) -> str:
    """Return what a word in small letters may be.

    Letters: G given name, S surname, P patronymic, L place, C a common word; U unknown to the
    dictionary, then the others are guesses by its end.
    """
    forms = _forms().parse(word)
    known = [form for form in forms if form.is_known]
    found = set()
    for form in known or [form for form in forms if form.score >= LEAST_SHARE]:
        kinds = {letter for tag, letter in _TAGS.items() if tag in form.tag}
        found |= kinds or {"C"}
    return "".join(sorted(found)) + ("" if known else "U")


def names(words: str) -> list[tuple[int, int]]:
    """Return where names of people stand in words, as spans of letters.

    Examples
    --------
    >>> names("Помогла Анна Юрьевна, вера в закон есть")
    [(8, 20)]
    """
    found = [(at.start(), at.end(), _level(words, at)) for at in _WORD.finditer(words)]
    hidden = [level == 2 for *_, level in found]
    for order in (range(1, len(found)), range(len(found) - 2, -1, -1)):
        step = -1 if order.step == 1 else 1
        for at in order:
            beside = found[at + step]
            gap = words[min(found[at][1], beside[1]) : max(found[at][0], beside[0])]
            if found[at][2] and hidden[at + step] and gap.strip() == "" and len(gap) < 3:
                hidden[at] = True
    spans: list[tuple[int, int]] = []
    for (start, end, _), name in zip(found, hidden, strict=True):
        if name and spans and words[spans[-1][1] : start].strip() == "":
            spans[-1] = (spans[-1][0], end)
        elif name:
            spans.append((start, end))
    return spans


def _level(words: str, at: re.Match[str]) -> int:
    """Return 2 for a name, 1 for what is one beside a name, 0 for neither."""
    word, small = at.group(), at.group().lower()
    before = words[max(0, at.start() - 40) : at.start()]
    first = bool(_STARTS.search(before))
    if word[0].isascii():
        return _english(word, first, "а" <= words.lower().strip("!?. ")[:1] <= "я")
    parts = [_reading(part) for part in small.split("-")]
    read = max(parts, key=lambda part: ("P" in part, "S" in part, "G" in part))
    if "P" in read:
        return 2
    named, sure = set(read) & set("GS"), not set(read) & set("CL")
    if word[0].islower():
        return 0 if not named or len(word) < 3 else 2 if sure and "U" not in read else 1
    if small.startswith(tuple(_lists()["agency"])) or _of_place(words, at):
        return 0
    quoted = before.rfind("«") > before.rfind("»")
    if word.isupper() and len(word) > 1 and "U" in read:
        return 2 if named and len(word) > 5 else 0
    if named:
        return 2 if sure or not (first or quoted) else 1
    if "U" in read:
        return 2 if not (first or quoted) else 1
    return int(not first)


def _of_place(words: str, at: re.Match[str]) -> bool:
    """Tell whether a capital names a place: a word of places before or behind, a place after в."""
    near = _lists()["place"]
    before = re.findall(r"[\w-]{1,20}", words[max(0, at.start() - 22) : at.start()].lower())[-1:]
    behind = re.findall(r"[\w-]{1,20}", words[at.end() : at.end() + 22].lower())[:1]
    place = "L" in _reading(at.group().lower())
    return any(word.startswith(tuple(near)) for word in before + behind) or bool(
        place and before and before[0] in _lists()["towards"]
    )


def _english(word: str, first: bool, foreign: bool) -> int:
    lists, small = _lists(), word.lower().removesuffix("'s").removesuffix("’s")
    if small in lists["given"]:
        return 2 if word[0].isupper() else 0
    if word[0].islower() or small in lists["english"] or (word.isupper() and len(word) > 1):
        return 0
    return 1 if first or foreign else 2

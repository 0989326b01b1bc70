"""How words are spelled: what two people writing the same word would share."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

REMEMBERED: Final = 50_000
"""So many different cells are kept in mind."""

INVISIBLE: Final = re.compile(
    "[\u00ad\u200b-\u200d\u2060\ufeff\ufffe\uffff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]"
)
DIRECTION: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")

_ALIKE = str.maketrans("abcehkmoptxy", "авсенкмортху")


@lru_cache(REMEMBERED)
def key(written: str) -> str:
    r"""Reduce a heading or a word to what two people writing it would share.

    Examples
    --------
    >>> key(" Приём\u00a0заявлений\n")
    'прием заявлений'
    """
    return plain(unicodedata.normalize("NFC", written)).casefold().replace("ё", "е")


@lru_cache(REMEMBERED)
def plain(written: str) -> str:
    """Return a cell without invisible signs and needless blanks."""
    return " ".join(DIRECTION.sub("", INVISIBLE.sub("", written)).split())


def look_alikes(words: Iterable[str]) -> list[tuple[str, str]]:
    """Return words that look like an earlier one, each with that one.

    Examples
    --------
    >>> look_alikes(["МФЦ-1", "мфц-1", "МФЦ-2"])
    [('мфц-1', 'МФЦ-1')]
    """
    seen: dict[str, str] = {}
    firsts = [(word, seen.setdefault(skeleton(word), word)) for word in words if word]
    return [(word, first) for word, first in firsts if word != first]


def skeleton(written: str) -> str:
    """Return a word with its Latin letters put in place of their Cyrillic look-alikes."""
    return key(written).translate(_ALIKE)

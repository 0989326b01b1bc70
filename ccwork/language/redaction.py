"""Words of people before anybody reads them: personal data hidden, unreleased words left out.

Hiding lessens harm and promises nothing: a person releases the words. Every repetition is bounded.
Numbers, contacts and places are hidden by pattern (a number of ten digits or more always, whatever
its checksum), names by the dictionary of forms of pymorphy3 (:mod:`ccwork.language.person_names`).

Measured on 2,200 invented remarks made by other rules (``tests/invented_remarks.py``), which were
looked at while mending, and again with names and sentences nobody had looked at. Nothing of a
person is left in 98 and 96 of 100 names (surnames alone in small letters: 78 and 85), in 100
numbers and 99 places; 96 of 100 hidden spans are personal; 4 of 100 clean remarks change, most of
them traps. Our patterns alone before: names 71 and 68, numbers 85, places 78, spans 79, clean 19.
A list of 190,000 names in place of the dictionary: names 89, spans 60, for many common words are
surnames too. A neural model (slovnet) in its place: names 60, spans 93, fifty times as slow.
"""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Final

import pandas as pd

from ccwork.language import person_names, wording
from ccwork.language.resources import resource_rows


def _patterns() -> dict[str, list[str]]:
    """Return the patterns by kind; "%kind%" in one stands for any of a kind above it."""
    found: dict[str, list[str]] = {}
    for row in resource_rows("redaction", "patterns.csv"):
        pattern = row["pattern"]
        for kind, own in found.items():
            pattern = pattern.replace(f"%{kind}%", "|".join(own))
        found.setdefault(row["kind"], []).append(pattern)
    return found


_BY_KIND: Final = _patterns()
PATTERNS: Final = tuple(map(re.compile, _BY_KIND["hidden"]))
"""What is hidden: addresses of the net, documents and telephones by their word, places, names,
long numbers. Source: our list, from the patterns a Russian text may hold."""

CONTACTS: Final = tuple(map(re.compile, _BY_KIND["contact"]))
"""What is hidden in the names of things, which may be called after a person or a place."""

_GIVEN, _INNER, _UNIT, _ROOM, _DATE, _KEPT, _BORN = (
    re.compile("|".join(_BY_KIND[kind]))
    for kind in ("given", "inner", "unit", "room", "date", "kept", "born")
)
"""Given names often met, in any case and letter size: some are also common words (our list). A
capital inside a sentence: in words of clients most often a name. What is counted, behind a number;
rooms and windows before one. Dates from 2016 on: most often of a visit, unless a word of birth
stands by (our choice). Digits of no person: such dates, years, hours, round sums."""

_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


@lru_cache(10_000)
def scrub(words: str) -> str:
    """Hide what may name a person: telephones, documents, mail, addresses, names, long numbers.

    Parameters
    ----------
    words
        What somebody said or wrote, in Russian or English.

    Returns
    -------
    str
        The same words with a mark, in their own language, in place of each hidden part.

    Examples
    --------
    >>> scrub("Звоните мне: 8 (900) 000-00-00"), scrub("Ждал 40 минут, принёс 5 справок")
    ('Звоните мне: [скрыто]', 'Ждал 40 минут, принёс 5 справок')
    """
    return _marked(words, PATTERNS)


def without_contacts(words: str) -> str:
    """Hide mail, telephones and documents in what is a name of a thing, and nothing else.

    Examples
    --------
    >>> without_contacts("Land Registry, ул. Мира, 8 900 000-00-00, a@b.ru")
    'Land Registry, ул. Мира, [скрыто]'
    """
    return _marked(words, CONTACTS)


def _marked(words: str, patterns: tuple[re.Pattern[str], ...]) -> str:
    russian = re.search("[а-яёА-ЯЁ]", words)
    mark = wording.terms()["scrubbed"]["ru" if russian else "en"]
    shown = _UNSEEN.sub("", words)
    for pattern in patterns:
        shown = pattern.sub(lambda at: at.group() if _counts(at) else mark, shown)
    for start, end in reversed(person_names.person_spans(shown) if patterns is PATTERNS else []):
        shown = shown[:start] + mark + shown[end:]
    return re.sub(rf"{re.escape(mark)}(?:[\s,.;]{{0,3}}{re.escape(mark)}){{1,99}}", mark, shown)


def _counts(at: re.Match[str]) -> bool:
    """Tell whether digits found count or date something; ten of them or more never count."""
    if at.lastgroup != "number":
        return False
    run, start, end = at.group(), *at.span()
    before, behind = at.string[max(0, start - 30) : start], at.string[end : end + 20]
    if _KEPT.fullmatch(run):
        born = any(word.end() == len(before) for word in _BORN.finditer(before))
        return not (_DATE.search(run) and (born or _BORN.match(behind.lstrip())))
    many = sum(map(str.isdigit, run))
    few = many < 6 and not re.search(r"\d{5}|-\d\d-", run)
    return few or (many < 10 and bool(_UNIT.match(behind) or _ROOM.search(before)))


def hidden_in(words: str) -> bool:
    """Tell whether something was hidden in words."""
    return any(wording.terms()["scrubbed"][lang] in words for lang in wording.LANGS)


def telling(words: str, codes: Collection[str] = ()) -> bool:
    """Tell whether words may name a person or hold a number: a page for all leaves them out.

    Stricter than :func:`scrub`, for nothing is lost when a good sentence is left out too.

    Parameters
    ----------
    words
        What somebody said or wrote, in Russian or English.
    codes
        Codes of persons; words that hold one are telling.

    Examples
    --------
    >>> telling("Мария помогла"), telling("Помогла Пушкина"), telling("Ждал 40 минут")
    (True, True, True)
    >>> telling("Спасибо, всё понятно. Приду ещё")
    False
    """
    plain = _UNSEEN.sub("", words)
    held = any(re.search(rf"(?<!\w){re.escape(code)}(?!\w)", plain) for code in codes if code)
    return bool(
        held or hidden_in(plain) or re.search(r"\d", plain) or scrub(plain) != plain
        or _GIVEN.search(plain) or _INNER.search(plain)
    )  # fmt: skip


def verbatims(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows whose words a person released, their words scrubbed; no others.

    Parameters
    ----------
    rows
        Any table with the columns ``words`` and ``publish_ok``.

    Returns
    -------
    DataFrame
        Rows with ``publish_ok`` "yes" and words; the index is kept.
    """
    said = rows["words"].fillna("").astype(str).str.strip()
    released = rows[(rows["publish_ok"] == "yes") & (said != "")]
    return released.assign(words=[scrub(each) for each in released["words"].astype(str)])

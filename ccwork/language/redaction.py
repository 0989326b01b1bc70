"""Words of people before anybody reads them: personal data hidden, unreleased words left out.

Hiding is by pattern, so it lessens harm and promises nothing: a person releases the words.
Too much is hidden rather than too little. Every repetition is bounded: no words are slow.

Measured in the tests of this module on invented words made by other rules than the patterns, 30
tries a form: of dates of birth, initials, surnames first and short addresses at least 97 in 100
keep nothing of a person, of names in small letters 70; of clean sentences at most 5 in 100 change.
"""

import re
from collections.abc import Collection, Iterable
from typing import Final

import pandas as pd

from ccwork.language import wording
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

_AFTER, _GIVEN, _INNER = (re.compile(_BY_KIND[kind][0]) for kind in ("after", "given", "inner"))
"""A name after a word that calls a person: the word stays. Given names often met, in any case and
letter size: some are also common words (our list). A capital inside a sentence: in words of
clients most often a name."""

_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


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


def _marked(words: str, patterns: Iterable[re.Pattern[str]]) -> str:
    russian = re.search("[а-яёА-ЯЁ]", words)
    mark = wording.terms()["scrubbed"]["ru" if russian else "en"]
    shown = _UNSEEN.sub("", words)
    for pattern in patterns:
        shown = pattern.sub(mark, shown)
    if patterns is PATTERNS:
        shown = _AFTER.sub(rf"\g<1>{mark}", shown)
    return re.sub(rf"{re.escape(mark)}(?:[\s,.;]{{0,3}}{re.escape(mark)}){{1,99}}", mark, shown)


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

"""The language in force: every word, number and date a person reads passes through here.

Words and sentences stand in ``terms/*.csv``; names of an agency's own services and metrics
are learned when its data are loaded. Codes inside, words at the edge.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import get_decimal_symbol, get_group_symbol

from ccwork.language import periods
from ccwork.language.resources import resource, resource_rows

LANGS: Final = ("ru", "en")
_PLURALS: Final = {"ru": ("one", "few", "many", "other"), "en": ("one", "other")}
_PRINTED: Final = {"ru": re.compile(r"(\d[\d\s]*)([.,]\d)?"),
                   "en": re.compile(r"(\d[\d,]*)(\.\d)?")}  # fmt: skip
_MARKS: Final = {
    lang: str.maketrans({",": get_group_symbol(lang), ".": get_decimal_symbol(lang), "-": "−"})
    for lang in LANGS
}
_PLURAL = re.compile(r"\{(\w+)\|([^{}]+)\}")

_lang = "ru"
_names: dict[str, Mapping[str, tuple[str, str]]] = {}
_own: tuple[tuple[str, str], ...] = ()


def use(lang: str) -> None:
    """Put a language in force: "ru" or "en"."""
    global _lang
    if lang not in LANGS:
        raise ValueError(f"`lang` must be 'ru' or 'en'; not {lang!r}.")
    _lang = lang


def lang() -> str:
    """Return the language in force."""
    return _lang


def other(lang: str = "") -> str:
    """Return the other language: than `lang`, empty: than the one in force."""
    return LANGS[1 - LANGS.index(lang or _lang)]


@contextmanager
def speaking(lang: str = "") -> Iterator[None]:
    """Put a language in force for a block; empty: the one in force stays.

    Examples
    --------
    >>> use("ru")
    >>> with speaking("en"):
    ...     number(0.5)
    '0.5'
    >>> lang()
    'ru'
    """
    before = _lang
    use(lang or before)
    try:
        yield
    finally:
        use(before)


def each(langs: Iterable[str]) -> Iterator[str]:
    """Yield languages, each in force while it is the turn of it.

    Examples
    --------
    >>> {lang: number(0.5) for lang in each(LANGS)}
    {'ru': '0,5', 'en': '0.5'}
    """
    for lang in langs:
        with speaking(lang):
            yield lang


@cache
def terms() -> dict[str, dict[str, str]]:
    """Read all terms: code -> its row (ru, en, meaning_ru, meaning_en, source ...)."""
    rows: dict[str, dict[str, str]] = {}
    for room in sorted(resource("terms").iterdir(), key=lambda path: path.name):
        if room.name.endswith(".csv"):
            rows |= {row["code"]: row for row in resource_rows("terms", room.name)}
    return rows


def word(code: str) -> str:
    """Return the word of a code in the language in force."""
    if code not in terms():
        raise ValueError(f"`code` must be a code of terms/*.csv; not {code!r}.")
    found = terms()[code][_lang]
    return called(found) if _own and not code.startswith(AS_TYPED) else found


AS_TYPED: Final = ("own_", "called.", "term.")
"""Words of the agency and terms of the method itself."""


def call(own: Mapping[str, str]) -> None:
    """Put in force what an agency calls its clients and services: "client" -> "applicant"."""
    global _own
    _own = tuple((kind, code) for kind, code in own.items() if code and code != kind)


def called(text: str, lang: str = "") -> str:
    """Say a text of ours in the words of the agency; what stands in quotes is left alone.

    Examples
    --------
    >>> call({"client": "applicant", "service": "state_function"}); use("ru")
    >>> called("Клиенту нужна услуга. Слово «клиент», клиентский путь.")
    'Заявителю нужна функция. Слово «клиент», клиентский путь.'
    >>> called("What a client's service costs: {client}.", "en"); call({})
    "What an applicant's function costs: {client}."
    """
    return _called(text, lang or _lang, _own)


def own_words() -> list[tuple[str, str]]:
    """Return every word of the agency in place of ours, and what the method calls it."""
    own = [(terms()[f"own_{kind}.{code}"][_lang].split(";")[0], kind) for kind, code in _own]
    return [(word, terms()[f"called.{kind}"][_lang]) for word, kind in own]


@lru_cache(10_000)
def _called(text: str, lang: str, own: tuple[tuple[str, str], ...]) -> str:
    for kind, code in own:
        ours, theirs = (terms()[f"own_{kind}.{each}"][lang].split(";") for each in (kind, code))
        forms = dict(zip(ours, theirs, strict=True))

        def put(hit: re.Match[str], forms: dict[str, str] = forms) -> str:
            if hit[2][0].isupper() and re.search(r"[\w,] $", hit.string[: hit.start()]):
                return hit[0]  # inside a proper name
            new = forms[hit[2].lower()]
            article = f"{hit[1]}{'n' if new[0] in 'aeio' else ''} " if hit[1] else ""
            return article + (new[0].upper() + new[1:] if hit[2][0].isupper() else new)

        apart = r"(?<![«“\"`/.{\w-])(?!(?<=\()\w+\))"  # not quoted, no code, no other word
        ours = rf"(?:\b([Aa]) )?{apart}({'|'.join(ours)})(?![\w-]|\.csv)"
        text = re.sub(ours, put, text, flags=re.IGNORECASE)
    return text


def has(code: str) -> bool:
    """Tell whether there is a word for `code`."""
    return code in terms()


def meaning(code: str) -> str:
    """Return what a term means, in the language in force; empty where none is given."""
    return terms()[code].get(f"meaning_{_lang}") or ""


def plural(printed: object, *forms: str) -> str:
    """Choose the form of a word that goes with a number as it is printed: 1 час, 1,0 часа.

    Parameters
    ----------
    printed
        The number, or what is printed of it: ``"1 021"``, ``"−2,5"``, ``"менее 10"``.
    forms
        Russian: with 1, with 2, with 5, and with decimals where that differs from with 2.
        English: with 1 and with any other.

    Examples
    --------
    >>> use("ru"); [plural(n, "час", "часа", "часов") for n in (1, 22, 11, "21,0", "4 162 912")]
    ['час', 'часа', 'часов', 'часа', 'часов']
    """
    found = _PRINTED[_lang].search(str(printed))
    whole = re.sub(r"\D", "", found[1]) if found else "5"
    form = "other" if found and found[2] else Locale(_lang).plural_form(int(whole))
    at = _PLURALS[_lang].index(form)
    return forms[at if at < len(forms) else 1]


def say(code: str, **values: object) -> str:
    """Fill the sentence of a code; ``{n|ответ|ответа|ответов}`` follows the number ``n``.

    Whole numbers are grouped by thousands; anything else goes in as given, so numbers with
    decimals must be written by :func:`number` first. The form follows what is printed.
    """
    shown = {
        key: number(value, 0) if isinstance(value, int) and not isinstance(value, bool) else value
        for key, value in values.items()
    }
    sentence = _PLURAL.sub(lambda hit: plural(shown[hit[1]], *hit[2].split("|")), word(code))
    return sentence.format(**shown)


@dataclass(frozen=True)
class Both:
    """A value of a sentence that differs by language; chosen when the sentence is said."""

    ru: str
    en: str

    def __str__(self) -> str:
        return self.ru if _lang == "ru" else self.en


WHOLE: Final = 1000
"""A number of so much or more is written without decimals: nobody measured them (our choice)."""


def number(value: float, digits: int = 1) -> str:
    """Write a number with a fixed number of decimals; with none from :data:`WHOLE` on.

    Examples
    --------
    >>> use("ru"); number(84.97), number(1234.56)[-3:]
    ('85,0', '235')
    """
    digits = digits if abs(round(float(value), digits)) < WHOLE else 0
    return f"{round(float(value), digits) + 0.0:,.{digits}f}".translate(_MARKS[_lang])


def signed(value: float, digits: int = 1) -> str:
    """Write a change with its sign: ``+1,0``, ``−2,3``, ``0,0``."""
    shown = number(value, digits)
    return f"+{shown}" if round(float(value), digits) > 0 else shown


def percent(value: float, digits: int = 1) -> str:
    """Write a percentage (given in percent, not as a fraction)."""
    return number(value, digits) + ("\N{NO-BREAK SPACE}%" if _lang == "ru" else "%")


def interval(low: float | None, high: float | None, digits: int = 1) -> str:
    """Write an interval: ``[84,6; 85,1]`` or ``[84.6, 85.1]``; an end not known in words."""
    comma = ";" if _lang == "ru" else ","
    known = (end is not None and end == end for end in (low, high))
    ends = [number(end, digits) if told else word("no_end_known")
            for end, told in zip((low, high), known, strict=True)]  # fmt: skip
    return f"[{ends[0]}{comma}\N{NO-BREAK SPACE}{ends[1]}]"


def day(when: date) -> str:
    """Write a date in words: ``31 марта 2026``, ``31 March 2026``."""
    return format_date(when, "d MMMM y", locale=_lang)


def period(code: str) -> str:
    """Write a period in words: ``март 2026``, ``1 квартал 2026``, ``2026 год``."""
    return _month_or(code, "LLLL y", "period")


def since(code: str) -> str:
    """Write the period from which something lasts: ``с июня 2026``, ``since June 2026``."""
    return _month_or(code, "MMMM y", "since")


def _month_or(code: str, form: str, term: str) -> str:
    grain = periods.grain(code)
    if grain == "month":
        return format_date(periods.last_day(code), form, locale=_lang)
    year, _, quarter = code.partition("Q")
    return say(f"{term}.{grain}", year=year, quarter=quarter)


def learn(kind: str, names: Mapping[str, tuple[str, str]]) -> None:
    """Take over an agency's own names: kind ("service", "metric" ...), code -> (ru, en)."""
    _names[kind] = names


def name(kind: str, code: str) -> str:
    """Return an agency's own name of a code: in this language, else the other, else the code."""
    pair = _names.get(kind, {}).get(code, ("", ""))
    mine, other = pair if _lang == "ru" else pair[::-1]
    return mine or other or code


def named_here(kind: str, code: str) -> bool:
    """Tell whether :func:`name` is in the language in force (else it is quoted)."""
    return bool(_names.get(kind, {}).get(code, ("", ""))[LANGS.index(_lang)])


def foreign(words: str) -> bool:
    """Tell whether words of people are in the other language: quoted, not ours.

    Examples
    --------
    >>> use("ru"); foreign("Thank you"), foreign("Спасибо")
    (True, False)
    """
    russian = bool(re.search("[а-яё]", words, re.IGNORECASE))
    return russian != (_lang == "ru") and any(mark.isalpha() for mark in words)

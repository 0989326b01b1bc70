"""One cell: what is written in it, as a number, a period, a date, a code; or why it is not."""

import difflib
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, time
from functools import cache, lru_cache
from typing import Final

from babel.dates import get_month_names

from ccwork.language import wording
from ccwork.language.resources import resource_rows
from ccwork.language.spelling import DIRECTION, INVISIBLE, REMEMBERED, key, plain, skeleton
from ccwork.language.wording import Both
from ccwork.read.files.book_cells import UNCALCULATED
from ccwork.read.files.faults import Fault

LONGEST_TEXT: Final = 5000
"""Longer texts are cut (our choice: more than any name or remark needs)."""

LARGEST: Final = 1e15
"""A number beyond this has lost digits in Excel, which keeps 15."""

FIRST_YEAR: Final = 2000
"""An earlier date is taken for a number in a date column (our choice)."""

FORMULA: Final = tuple("=+-@\t\r\n|%＝＋－＠")
"""A cell that begins so may turn into a formula."""

_ERRORS: Final = re.compile(
    r"#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!"
    r"|ССЫЛКА!|Н/Д|ДЕЛ/0!|ЗНАЧ!|ИМЯ\?|ЧИСЛО!|ПУСТО!)|(?:Err|Ошибка):\d{3}"
)
TOTAL: Final = re.compile(r"(?:итого|итог|всего|total|grand total)(?:$|[\s:.,])")

TOTALS: Final = re.compile(f"(?m)^(?:{TOTAL.pattern})")
"""How the row of a total begins, and how a line of many cells does."""

_UTF8 = {
    b"\xd0\xd1".decode(names[0]): re.escape(
        "".join(bytes(range(0x80, 0xC0)).decode(name, "ignore") for name in names)
    )
    for names in (("cp1251",), ("latin-1", "cp1252"), ("cp866",), ("koi8_r",))
}
_SPOILT = "|".join(
    f"(?<=[{lead}])[{rest}](?:[{lead}][{rest}]){{2}}" for lead, rest in _UTF8.items()
)
LOST: Final = re.compile(f"[\ufffd{''.join(_UTF8)}](?:(?<=\ufffd)|{_SPOILT})")
"""A letter that is lost, or three Russian ones that were once read in a wrong encoding."""

MENDED: Final = {
    "direction": DIRECTION.search,
    "invisible": INVISIBLE.search,
    "lost_letters": LOST.search,
    "text_cut": re.compile(f"(?s).{{{LONGEST_TEXT + 1}}}").match,
}
"""What is put right in a cell with a warning: code of the warning, how to tell."""

_RESERVED = re.compile(r"(?i)con|prn|aux|nul|(?:com|lpt)\d")
_CODE = re.compile(r"[^\W_][\w-]{0,63}")
_CODES = re.compile(r"(?:(?:[^\W_][\w-]{0,63}+)?+(?:\n|\Z))*+")
EXPONENT: Final = r"(?i)\d+(?:[.,]\d+)?e\+\d+"
"""How Excel writes a long number."""

_BY_EXCEL = re.compile(r"(?i)\d+(?:[.,]\d+)?e\+?\d+|\d{10,}0{5,}")
_NO_CODE = re.compile(rf"(?i)\n(?:{_BY_EXCEL.pattern[4:]}|{_RESERVED.pattern[4:]})(?=\n|\Z)")
_PLAIN = re.compile(r"[+-]?(?:\d{1,3}(?: \d{3})+|\d+)?(?:[.,]\d+)?(?:(?<=\d)e[+-]?\d+)?", re.I)
_COMMA_GROUPS = re.compile(r"[+-]?\d{1,3}(?:(?:,\d{3})+\.\d+|(?:,\d{3}){2,})")
_DOT_GROUPS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+")
_UNCLEAR = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_WITH_UNIT = re.compile(r"([+-]?\d[\d ]*(?:[.,]\d+)?)\s*[^\W\d].*")
_ISO_DAY = re.compile(r"(\d{4})[-/](\d{2})[-/](\d{2})")
_STAMP = re.compile(
    r"(?P<day>[\d./-]{6,10})(?:[ t]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})"
    r"(?:[.,]\d+)?)?(?: ?[ap]m)?(?: ?(?P<zone>z|(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2})?|utc|gmt))?)?"
)
_SLASH_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(?:\d{4}|\d{2})")
_YEAR = r"(?P<year>\d{4})(?: ?(?:г\.?|год|года))?"
_RU_DAY = re.compile(rf"(\d{{1,2}})\.(\d{{1,2}})\.{_YEAR}")
_PERIODS = tuple(re.compile(row["form"].replace("%year%", _YEAR))
                 for row in resource_rows("mapping", "period_forms.csv"))  # fmt: skip
_YEARS: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


def harmless(value: object) -> object:
    """Return a value as it may stand in a table file: on one line, never taken for a formula.

    Examples
    --------
    >>> harmless(" =1+1"), harmless("two  words"), harmless(-5)
    ("'=1+1", 'two words', -5)
    """
    if not isinstance(value, str):
        return value
    said = plain(value)
    return ("'" if said.startswith(FORMULA) or value.startswith(FORMULA) else "") + said


def nearest(found: str, known: Iterable[str]) -> str:
    """Return the known word that was probably meant; empty if none is near.

    Examples
    --------
    >>> nearest("1", ["01", "02"]), nearest("servise", ["period", "service"])
    ('01', 'service')
    """
    known = list(known)
    for word in known:
        if skeleton(word).lstrip("0") == skeleton(found).lstrip("0"):
            return word
    keys = {key(word): word for word in reversed(known)}
    close = difflib.get_close_matches(key(found), keys, n=1)
    return keys[close[0]] if close else ""


def unknown_key(found: str, known: list[str]) -> Fault:
    """Return what is wrong with a key a mapping does not have: the one meant, or all there are."""
    like = nearest(re.split("[.= ]+", found)[-1], known)
    code = "mapping_key_like" if like else "mapping_key"
    return Fault(code, found=found, known=", ".join(known), like=like)


@lru_cache(REMEMBERED)
def digits(written: str) -> str:
    """Write digits, minus and blanks of other alphabets as plain ones."""
    ascii_only = re.sub(r"(?![0-9])\d", lambda c: str(unicodedata.decimal(c[0])), written)
    return " ".join(re.sub("^[−–]", "-", ascii_only).split())


def odd_digits(written: str) -> bool:
    """Tell whether digits or the minus of a number were not the usual ones."""
    return digits(written) != " ".join(written.split())


def comma(written: Iterable[str]) -> str:
    """Tell what the comma means in a column of numbers.

    Returns
    -------
    str
        "decimal", "thousands", "mixed" (both stand in the column) or "unclear" (every comma
        has three digits after it, as in ``1,234``).
    """
    kinds = set()
    for figures in map(digits, written):
        if _COMMA_GROUPS.fullmatch(figures):
            kinds.add("thousands")
        elif _UNCLEAR.fullmatch(figures):
            kinds.add("unclear")
        elif "," in figures and _PLAIN.fullmatch(figures.rstrip(" %")):
            kinds.add("decimal")
    if {"thousands", "decimal"} <= kinds:
        return "mixed"
    return next((kind for kind in ("thousands", "decimal", "unclear") if kind in kinds), "decimal")


def parsed_number(written: str, mark: str = "decimal") -> float:
    """Read a number; `mark` is what :func:`comma` says of its column.

    A trailing percent sign is read past: whether it is in place is for the column to judge.

    Examples
    --------
    >>> parsed_number("1 234,5"), parsed_number("95 %"), parsed_number("1,234.5")
    (1234.5, 95.0, 1234.5)
    """
    figures = digits(written)
    bare = figures.removesuffix("%").rstrip()
    groups = bool(_COMMA_GROUPS.fullmatch(bare))
    if mark in ("mixed", "unclear") and (groups or _UNCLEAR.fullmatch(bare)):
        raise Fault("mixed_number" if mark == "mixed" else "unclear_number", found=written)
    if groups or (mark == "thousands" and _UNCLEAR.fullmatch(bare)):
        bare = bare.replace(",", "")
    elif _DOT_GROUPS.fullmatch(bare):
        bare = bare.replace(".", "")
    elif not any(map(str.isdigit, bare)) or not _PLAIN.fullmatch(bare):
        raise _no_number(written, figures)
    value = float(bare.replace(" ", "").replace(",", "."))
    if not value and re.search("[1-9]", bare.lower().partition("e")[0]):
        raise Fault("not_number", found=written)
    if abs(value) > LARGEST:
        raise Fault("too_big", found=written)
    return value


def by_excel(written: str) -> Fault | None:
    """Tell what a cell says that Excel could not work out."""
    if _ERRORS.fullmatch(written):
        return Fault("excel_error", found=written)
    if written.startswith(UNCALCULATED):
        return Fault("formula", found=written.removeprefix(UNCALCULATED[0])[:40])
    return None


def begins_total(written: str) -> bool:
    """Tell whether a cell begins the row of a total."""
    return bool(TOTAL.match(key(written)))


def _no_number(written: str, figures: str) -> Fault:
    if key(figures).lstrip("+-") in ("inf", "infinity", "∞", "бесконечность"):
        return Fault("too_big", found=written)
    month = re.fullmatch(r"(?:\d\d?[ .-])?([^\W\d]{3,})(?:[ .-]+\d{2,4})?", figures)
    month = month and key(month[1]) in _months()
    if month or _ISO_DAY.match(figures) or _RU_DAY.fullmatch(figures):
        return Fault("date_for_number", found=written)
    if found := _WITH_UNIT.fullmatch(figures):
        return Fault("unit_in_number", found=written, like=found[1].strip())
    return Fault("not_number", found=written)


def parsed_whole(written: str, mark: str = "decimal") -> int:
    """Read a whole number."""
    value = parsed_number(written, "thousands" if mark == "unclear" else mark)
    if not value.is_integer():
        raise Fault("not_whole", found=written)
    return int(value)


def count(written: str, mark: str = "decimal") -> int:
    """Read a number of cases: whole, not below zero."""
    value = parsed_whole(written, mark)
    if value < 0:
        raise Fault("negative", found=written)
    return value


def within(value: float, low: float, high: float, written: str) -> float:
    """Return a number that lies in its range."""
    if value < low == 0 and math.isinf(high):
        raise Fault("negative", found=written)
    if not low <= value <= high:
        raise Fault("out_of_range", found=written, low=f"{low:g}", high=f"{high:g}")
    return value


def code(written: str) -> str:
    """Read a code: letters of any script, digits, "-" and "_", at most 64."""
    found = unicodedata.normalize("NFC", written)
    if _BY_EXCEL.fullmatch(found):
        raise Fault("code_by_excel", found=written)
    if not _CODE.fullmatch(found) or _RESERVED.fullmatch(found):
        raise Fault("bad_code", found=written[:80])
    return found


def surely_codes(cells: Iterable[str]) -> bool:
    """Tell at once whether all cells that are not empty are codes; False: it is not sure."""
    whole = "\n".join(["", *cells])
    usual = unicodedata.is_normalized("NFC", whole) and _CODES.fullmatch(whole)
    return bool(usual) and not _NO_CODE.search(whole)


def choice(written: str, known: tuple[str, ...]) -> str:
    """Read one of few words: its code, its Russian or English word, or another usual one.

    Other usual words stand in the term ``also.<code>``, apart by semicolons.
    """
    if written in known:
        return written
    for word in known:
        term, also = wording.terms()[f"value.{word}"], wording.terms().get(f"also.{word}")
        more = f"{also['ru']};{also['en']}".split(";") if also else []
        if key(written) in (word, *map(key, (term["ru"], term["en"], *more))):
            return word
    terms = [wording.terms()[f"value.{word}"] for word in known]
    shown = Both(", ".join(t["ru"] for t in terms), ", ".join(t["en"] for t in terms))
    raise Fault("not_choice", found=written, known=shown)


def parsed_truth(written: str) -> bool:
    """Read yes or no."""
    if key(written) in ("yes", "да", "true", "истина", "1"):
        return True
    if key(written) in ("no", "нет", "false", "ложь", "0"):
        return False
    raise Fault("not_bool", found=written)


@cache
def _months() -> dict[str, int]:
    """Names of months in both languages, in every case a date may put them."""
    found = {
        key(name).rstrip("."): month
        for lang in wording.LANGS
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for month, name in get_month_names(width, context, lang).items()
    }
    return found | {name[:3]: month for name, month in found.items()}  # as Excel writes: фев, сен


def parsed_period(written: str) -> str:
    """Read a reporting period; the canonical forms are ``2026``, ``2026Q1``, ``2026-03``.

    Examples
    --------
    >>> parsed_period("март 2026"), parsed_period("I квартал 2026"), parsed_period("сен 2026")
    ('2026-03', '2026Q1', '2026-09')
    """
    found = next(filter(None, (form.fullmatch(key(digits(written))) for form in _PERIODS)), None)
    parts = found.groupdict() if found else {}
    name, quarter = parts.get("name"), parts.get("quarter")
    month = _months().get(name, 0) if name else int(parts.get("month") or 0)
    unclear = not found or month > 12 or (month < 1 and (name or parts.get("month")))
    if unclear:
        raise Fault("not_period", found=written)
    if int(parts["year"]) < FIRST_YEAR:
        raise Fault("too_old", found=written)
    if quarter:
        return f"{parts['year']}Q{_ROMAN.get(quarter) or quarter}"
    return f"{parts['year']}-{month:02}" if month else parts["year"]


def named_period(parts: Sequence[str], around: str = "") -> str:
    """Return the finest period that parts of a heading name; "" where they name none or two.

    A month or a quarter without a year takes the only one of the heading, or else of `around`.

    Examples
    --------
    >>> named_period(["2025", "Январь"]), named_period(["Доля", "янв."], "1 кв. 2025")
    ('2025-01', '2025-01')
    """
    years = _YEARS.findall(" ".join(parts)) or _YEARS.findall(around)
    year = years[0] if len(set(years)) == 1 else ""
    found = set()
    for said in [*parts, *(f"{part.rstrip('.')} {year}" for part in parts if part)]:
        with suppress(Fault):
            found.add(parsed_period(said))
    finest = {each for each in found if len(each) == max(map(len, found))}
    return finest.pop() if len(finest) == 1 else ""


def zoned(written: str) -> str:
    """Return the warning a day needs whose time stamp names a zone; empty if it names none.

    Examples
    --------
    >>> zoned("2026-06-30T23:05:12+03:00"), zoned("2026-06-30T23:05Z"), zoned("2026-06-30 23:05")
    ('day_of_zone', 'day_of_greenwich', '')
    """
    found = _STAMP.fullmatch(key(digits(written)))
    zone = (found and found["zone"]) or ""
    if not zone:
        return ""
    return "day_of_zone" if any(map(zone.__contains__, "123456789")) else "day_of_greenwich"


def parsed_day(written: str) -> date:
    """Read a date: ``31.03.2026``, with or without ``г.``, or ``2026-03-31``; nothing is guessed.

    Of a time stamp the day is taken as it is written, in the zone that stands in it.
    """
    figures = key(digits(written))
    if stamp := _STAMP.fullmatch(figures):
        _clock(written, *stamp.group("hour", "minute", "second"))
        figures = stamp["day"]
    if found := _SLASH_DAY.fullmatch(figures):
        raise Fault("slash_date", found=written)
    if found := _ISO_DAY.fullmatch(figures):
        year, month, number_of_day = map(int, found.groups())
    elif found := _RU_DAY.fullmatch(figures):
        number_of_day, month, year = map(int, found.groups())
    else:
        raise Fault("date_is_number" if figures.isdecimal() else "not_date", found=written)
    try:
        when = date(year, month, number_of_day)
    except ValueError:
        raise Fault("no_such_date", found=written) from None
    if year < FIRST_YEAR:
        raise Fault("too_old", found=written)
    return when


def likely_day(day: date, written: str) -> date:
    """Return a day that is not after the end of next year."""
    if day.year > date.today().year + 1:
        raise Fault("too_late", found=written)
    return day


_MOMENT = re.compile(r"(.+?)[ t](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?")


def moment(written: str) -> datetime:
    """Read a day with its time, local: ``31.03.2026 14:05``, ``2026-03-31 14:05:00``."""
    found = _MOMENT.fullmatch(key(digits(written)))
    if not found and ":" in written:  # of half a day or of a zone: never midnight
        raise Fault("not_time", found=written)
    day, *clock = found.groups() if found else (written,)
    return datetime.combine(parsed_day(day), _clock(written, *clock))


def _clock(written: str, *parts: str | None) -> time:
    try:
        return time(*(int(part or 0) for part in parts))
    except ValueError:
        raise Fault("not_time", found=written) from None

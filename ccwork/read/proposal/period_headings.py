"""Headings that name a period, with its year or without, alone or beside the name of a metric."""

import re
from collections.abc import Iterable, Iterator

from ccwork.language.spelling import key
from ccwork.read.files.cell_parsing import begins_total, named_period
from ccwork.read.mapping.headings import JOINED
from ccwork.read.mapping.mapping_file import OPEN
from ccwork.read.proposal.found_table import Found

_SPANS = ("год", "годы", "квартал", "месяц", "период", "year", "quarter", "month", "period")


_QUESTION = re.compile(r"^[qQкК](\d{1,3})$")


def dateless(name: str) -> str:
    """Return a period that is named, with its year or without; "" where none is."""
    return named_period(name.split(JOINED), "2000")


def without_period(heading: str) -> str:
    """Return what a heading says besides a period."""
    parts = heading.split(JOINED)
    return JOINED.join(part for part in parts if not dateless(part) and key(part) not in _SPANS)


def without_pattern(heading: str) -> str:
    """Return what a person is told of a column, or of a pattern of them."""
    return heading.removeprefix("*" + JOINED).removesuffix(JOINED + "*")


def names_total(heading: str) -> bool:
    """Tell whether a column holds totals."""
    return any(begins_total(part) for part in heading.split(JOINED))


def dated(found: Found) -> list[str]:
    """Return the headings that are periods, or name one besides something else.

    ``q1`` and the like are questions, not quarters, in a survey file and beside a ``q5``.
    """
    names = found.headings
    numbers = {_QUESTION.search(name.split(JOINED)[0]): name for name in names}
    asked = [name for told, name in numbers.items() if told]
    asked *= bool(found.sheet.headings or any(int(each[1]) > 4 for each in numbers if each))
    named = [one for one in names if dateless(one) and names.count(one) == 1 and one not in asked]
    return named if len(named) > 1 else []


def dated_pattern(heading: str) -> str:
    """Return the pattern of all headings that name a period as this one does."""
    parts = ["*" if dateless(part) else part for part in heading.split(JOINED)]
    return JOINED.join(parts) if without_period(heading) else "*"


def month_columns(found: Found, named: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Return what stands beside periods, with the headings: a pattern where one tells them."""
    groups: dict[str, list[str]] = {}
    for heading in named:
        groups.setdefault(without_period(heading), []).append(heading)
    for name, columns in groups.items():
        differ = any(dateless(each) and each not in columns for each in found.others)
        if (differ or name) and not set("*?[") & set(name):
            columns = [dated_pattern(columns[0])]
        yield name, columns


def yearless(found: Found, names: Iterable[str]) -> dict[str, str]:
    """Return the months whose year neither a heading nor the name of a sheet says."""
    return {part: OPEN for name in names if dateless(name)
            and not named_period(name.split(JOINED), found.sheet.name)
            for part in name.split(JOINED) if dateless(part)}  # fmt: skip

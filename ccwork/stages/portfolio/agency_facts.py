"""The facts of many agencies, read from their facts.json alone: never from their data."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import pandas as pd

from ccwork import method
from ccwork.language import periods, spelling, wording
from ccwork.language.problems import Problem
from ccwork.language.resources import resource_rows
from ccwork.read.catalogues import shipped_catalogue
from ccwork.tell import tables
from ccwork.tell.facts_text import FILE, SCHEMA

Fact = Mapping[str, Any]

WANTED: Final = {
    row["stage"]: row["facts"].split() for row in resource_rows("portfolio_facts.csv")
}
"""The facts a portfolio reads, by stage: of some 6,600 of an agency about a hundred."""


def _pattern(paths: Iterable[str]) -> str:
    return "|".join(re.escape(path).replace(r"\*", r'[^"\n]+') for path in paths)


_PATHS: Final = "|".join(rf"{stage}\.(?:{_pattern(paths)})" for stage, paths in WANTED.items())
_WANTED: Final = re.compile(rf'"id": "(?:{_PATHS})"'.encode())
_OWN: Final = re.compile(_PATHS)
_HEAD, _MIDDLE, _END = b', "facts": [\n', b'\n], "findings": [\n', b"\n]}"


class Unreadable(ValueError):
    """What is wrong with a file: the code of its problem."""


@dataclass(frozen=True)
class Agency:
    """One agency as its facts.json tells of it.

    Attributes
    ----------
    name
        Language -> name; empty where the file gives none.
    facts
        Id -> fact, of those in :data:`WANTED`.
    found
        Its findings.
    """

    code: str
    name: Mapping[str, str]
    period: str
    day: date
    file: str
    facts: Mapping[str, Fact]
    found: Sequence[Mapping[str, Any]]

    def word(self, *path: str) -> str:
        """Return the word of a fact; empty where it has none or is not there."""
        return self.facts.get(".".join(path), {}).get("word") or ""

    def value(self, *path: str) -> float:
        """Return the number of a fact; NaN where it has none or is not there."""
        value = self.facts.get(".".join(path), {}).get("value")
        return math.nan if value is None else value

    @cached_property
    def tables(self) -> Mapping[str, Mapping[tuple[str, ...], Fact]]:
        """Return the facts by table, each under the rest of its id."""
        found: dict[str, dict[tuple[str, ...], Fact]] = {}
        for name, fact in self.facts.items():
            stage, table, *rest = name.split(".")
            found.setdefault(f"{stage}.{table}", {})[tuple(rest)] = fact
        return found


@dataclass(frozen=True, eq=False)
class Portfolio:
    """Many agencies in the order of the alphabet; in no other order are they ever shown.

    Attributes
    ----------
    before
        The same at an earlier time, where an earlier folder was given.
    problems
        What could not be read, or is told only in part.
    invented
        Whether these are the invented agencies of the sample.
    every
        All that was read, of any time.
    """

    agencies: Sequence[Agency]
    before: Sequence[Agency] = ()
    problems: Sequence[Problem] = ()
    invented: bool = False
    every: Sequence[Agency] = ()

    def __repr__(self) -> str:
        code = "portfolio.line_invented" if self.invented else "portfolio.line"
        return wording.say(code, n=len(self.agencies), period=wording.period(self.period))

    @cached_property
    def period(self) -> str:
        """Return the period most agencies tell of; of several the latest."""
        counts = Counter(agency.period for agency in self.agencies)
        return max(counts, key=lambda period: (counts[period], periods.last_day(period)))

    @cached_property
    def day(self) -> date:
        """Return the latest date of the data of any agency."""
        return max(agency.day for agency in self.agencies)

    def table(self, rows: Iterable[Any], name: str) -> pd.DataFrame:
        """Make a table that can be shown: ``resources/tables.csv`` lists its key and columns."""
        made = tables.framed([*rows], name)
        made.attrs = {"name": name, "key": tables.listed_key(name), "files": [FILE], "needs": (),
                      "date": self.day.isoformat(), "period": self.period}  # fmt: skip
        return made


def portfolio_of(
    agencies: Iterable[Agency], before: Iterable[Agency] = (), problems: Iterable[Problem] = ()
) -> Portfolio:
    """Put agencies together and learn their names.

    Of several periods of an agency the latest counts; the one before it is its earlier time. Who
    is told of before the latest of all and not now is there no more.
    """
    wrong, times, before = list(problems), {}, [*before]
    for agency in agencies:
        own = times.setdefault(agency.code, {})
        if agency.period in own:
            values = {"agency": agency.code, "other": own[agency.period].file}
            wrong.append(Problem("facts_twice", file=agency.file, values=values))
        own.setdefault(agency.period, agency)
    now = {code: max(own.values(), key=_last) for code, own in times.items()}
    newest = max(map(_last, now.values()), default=date.max)
    every = (*(one for own in times.values() for one in own.values()), *before)
    then: dict[str, Agency] = {}
    for one in every:
        if _last(one) < (_last(now[one.code]) if one.code in now else newest):
            then[one.code] = max(one, then.get(one.code, one), key=_last)
    named = {code: one.name for code, one in (then | now).items()}
    wording.learn("agency", {code: (name.get("ru") or "", name.get("en") or "")
                             for code, name in named.items()})  # fmt: skip
    for kind in ("metric", "grade"):
        rows = shipped_catalogue(f"catalogue_{kind}s")
        pairs = zip(rows["ru"], rows["en"], strict=True)
        wording.learn(kind, dict(zip(rows.index, pairs, strict=True)))
    return Portfolio(_by_name(now.values()), _by_name(then.values()), tuple(wrong), every=every)


def _last(agency: Agency) -> date:
    return periods.last_day(agency.period)


def _by_name(agencies: Iterable[Agency]) -> tuple[Agency, ...]:
    def place(agency: Agency) -> tuple[str, str]:
        return spelling.key(wording.name("agency", agency.code)), agency.code

    return tuple(sorted(agencies, key=place))


# ---------------------------------------------------------------- one file


def read_many(folder: Path) -> tuple[list[Agency], list[Problem]]:
    """Read every facts.json below a folder; what cannot be read is a problem, the others go on."""
    found, problems = [], []
    for path in sorted(folder.rglob(FILE)):
        file = path.relative_to(folder).as_posix()
        try:
            found.append(read_facts(path.read_bytes(), file))
        except OSError:
            problems.append(Problem("facts_closed", file=file))
        except Unreadable as error:
            problems.append(Problem(str(error), file=file))
    return found, problems


def read_facts(written: bytes, file: str = FILE) -> Agency:
    """Read one facts.json: its head, and of its facts those a portfolio needs.

    What is not needed is not looked at: a file of megabytes takes milliseconds.

    Raises
    ------
    Unreadable
        With the code of its problem.
    """
    head, facts, found = _parts(written)
    if not isinstance(head, dict) or not {"agency", "period", "schema"} <= set(head):
        raise Unreadable("facts_foreign")
    if head["schema"] != SCHEMA:
        newer = isinstance(head["schema"], int) and head["schema"] > SCHEMA
        raise Unreadable("facts_newer" if newer else "facts_older")
    try:
        period, day = str(head["period"]), date.fromisoformat(head.get("date") or "")
        named = {lang: str(words) for lang, words in (head.get("name") or {}).items()}
        facts = [_checked(fact) for fact in facts]
        kept = {str(fact["id"]): fact for fact in facts}
        sound = bool(head["agency"]) and periods.is_period(period) and len(kept) == len(facts)
        sound = sound and all({"what", "kind", "kpi"} <= set(one) for one in found)
    except (AttributeError, KeyError, TypeError, ValueError):
        sound = False
    if not sound:
        raise Unreadable("facts_broken")
    return Agency(str(head["agency"]), named, period, day, file, kept, tuple(found))


def _parts(written: bytes) -> tuple[Any, list[Any], list[Any]]:
    """Return head, facts wanted and findings of a file, a line each or in any other layout."""
    head, first, rest = written.partition(_HEAD)
    lines, second, last = rest.rpartition(_MIDDLE)
    try:
        if first and second and last.rstrip().endswith(_END.strip()):
            told = last.rstrip()[: -len(_END.strip())].strip()
            return _json(head + b"}"), [*map(_json, _lines(lines))], _json(b"[%s]" % told)
        whole = _json(written)
        if not isinstance(whole, dict) or not isinstance(whole.get("facts"), list):
            raise Unreadable("facts_foreign")
        facts = [fact for fact in whole.pop("facts") if _OWN.fullmatch(str(fact.get("id")))]
        return whole, facts, whole.pop("findings", [])
    except (AttributeError, ValueError, RecursionError) as error:
        known = isinstance(error, Unreadable)
        raise (error if known else Unreadable("facts_broken")) from None


def _lines(facts: bytes) -> Iterator[bytes]:
    """Yield the lines of the facts wanted."""
    for hit in _WANTED.finditer(facts):
        first, last = facts.rfind(b"\n", 0, hit.start()) + 1, facts.find(b"\n", hit.end())
        yield facts[first : last if last >= 0 else None].rstrip(b",\r")


def _json(written: bytes) -> Any:
    return json.loads(written.decode("utf-8"), parse_constant=_no_number)


def _no_number(name: str) -> float:
    raise ValueError(name)


def _checked(fact: Any) -> dict[str, Any]:
    """Refuse a fact whose numbers are none; one of few answers keeps no number."""
    numbers = [fact.get(name) for name in ("value", "low", "high", "n")]
    for number in numbers:
        if number is not None and (isinstance(number, bool) or not math.isfinite(number)):
            raise ValueError(fact)
    value, low, high, n = numbers
    if low is not None and high is not None and low > high:
        raise ValueError(fact)
    few = value is not None and n is not None and n < method.MIN_SHOWN
    return fact | ({"value": None, "word": "too_few"} if few else {})

"""One agency, one period: find its folder, read and check its tables, hold them together."""

import difflib
import os
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import wraps
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import pandas as pd

from ccwork import periods, tables, text
from ccwork.problems import DataProblems, Problem
from ccwork.schema import dictionary

DAYS = {
    "trials": "date",
    "pulses": "date",
    "answers": "date",
    "checks": "date",
    "steps": "start",
    "visits": "date",
    "inner": "date",
    "told": "date",
    "people": "asked",
    "objections": "date",
    "triage": "date",
}
"""The column that says when a row of a table happened, where it has no period."""


class Metric(NamedTuple):
    """What a value of one metric needs to be read.

    Attributes
    ----------
    code
        Its code in the catalogue.
    sign
        1 where more is better, -1 where less is.
    unit
        Code of the unit of its values; answers on a scale become points.
    form
        "counts", "share", "rate" or "mean": how its values come about.
    """

    code: str
    sign: int
    unit: str
    form: str

    @property
    def name(self) -> str:
        """Its name in the language in force."""
        return text.name("metric", self.code)


@dataclass(frozen=True, eq=False)
class Workbook:
    """The checked tables of one agency, seen from one period.

    Attributes
    ----------
    agency
        Code of the agency: the name of its folder.
    period
        The period judged; everything later is left out.
    info
        What ``agency.toml`` says (name_ru, name_en, grain, data_date ...).
    tables
        Table name -> checked rows; a table not brought is missing.
    catalogues
        "metrics" and "items" by code: those of the method and the agency's own.
    sources
        One row per table read: file, sheet, sha256, rows, used, dropped.
    warnings
        What was found and does not stop the run.
    """

    agency: str
    period: str
    info: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    catalogues: dict[str, pd.DataFrame]
    sources: pd.DataFrame
    warnings: list[Problem] = field(default_factory=list)

    @property
    def catalogue(self) -> pd.DataFrame:
        """The metrics by code."""
        return self.catalogues["metrics"]

    def metric(self, code: str) -> Metric:
        """Return how the values of one metric are read: its sign, its unit, its name.

        Raises
        ------
        KeyError
            When the catalogues know no such metric.
        """
        row = self.catalogue.loc[code]
        unit = "points" if row["form"] == "counts" else row["unit"]
        return Metric(code, 1 if row["better"] == "higher" else -1, unit, row["form"])

    @property
    def date(self) -> date:
        """The date of the data."""
        return self.info.get("data_date") or periods.last_day(self.period)

    @property
    def grain(self) -> str:
        """The grain of the period judged: all values are brought up to it."""
        return periods.grain(self.period)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table up to the period judged; without rows where it was not brought."""
        rows = self.tables.get(name)
        if rows is None:
            known = dictionary()[name].columns.values()
            reasons = [f"{column.column}_why" for column in known if column.missing]
            return pd.DataFrame(columns=[*(column.column for column in known), *reasons])
        up_to = periods.last_day(self.period)
        if "period" in rows:
            return rows[[periods.last_day(period) <= up_to for period in rows["period"]]]
        if name not in DAYS:
            return rows
        moments = rows[DAYS[name]]
        end = pd.Timestamp(up_to, tz=moments.dt.tz) + pd.Timedelta(days=1)
        return rows[moments < end]

    def files(self, *names: str) -> list[str]:
        """Return the files the named tables came from."""
        return sorted(set(self.sources.loc[self.sources["table"].isin(names), "file"]))

    def brought(self) -> pd.DataFrame:
        """Return what was read: one row per table, with rows read, used and left out."""
        rows = self.sources.copy()
        rows.attrs = {
            "name": "brought",
            "key": ["table"],
            "files": self.files(*self.tables),
            "needs": [],
            "date": self.date.isoformat(),
            "period": self.period,
        }
        return rows

    def context(self) -> pd.DataFrame:
        """Return what the agency says of its people, resources and structure."""
        own = {name: self.info.get(name) for name in ("level", "staff", "offices")}
        for part in ("structure", "conditions"):
            own[part] = self.info.get(f"{part}_{text.lang()}")
        rows = pd.DataFrame({"fact": list(own), "said": list(own.values())})
        rows["said"] = [_said(*pair) for pair in own.items()]
        rows.attrs = {"name": "context", "key": ["fact"], "files": ["agency.toml"], "needs": []}
        rows.attrs |= {"date": self.date.isoformat(), "period": self.period}
        return rows

    def _repr_html_(self) -> str:
        return f"<p>{self}</p>"

    def __repr__(self) -> str:
        counts = [
            f"{text.name('table', row.table)} {text.number(row.used, 0)}"
            for row in self.sources.itertuples()
        ]
        return text.say(
            "workbook_line",
            agency=text.name("agency", self.agency),
            period=text.period(self.period),
            date=text.day(self.date),
            rows=", ".join(counts),
            n=len(self.warnings),
        )


def _said(name: str, value: object) -> str:
    """Write one fact of agency.toml; an empty one says so."""
    if value in (None, ""):
        return text.word("not_said")
    if isinstance(value, int | float):
        return text.number(value, 0)
    return text.word(f"value.{value}") if name == "level" else str(value)


def once(make: Callable[..., pd.DataFrame]) -> Callable[..., pd.DataFrame]:
    """Compute a table of a workbook once; whoever asks for the same again gets a copy of it.

    Only for tables of codes and numbers: they are the same in every language.
    """
    return _kept(make, lambda: ())


def once_said(make: Callable[..., pd.DataFrame]) -> Callable[..., pd.DataFrame]:
    """Compute a table that holds words once in every language, as :func:`once` does."""
    return _kept(make, lambda: (text.lang(),))


def _kept(
    make: Callable[..., pd.DataFrame], besides: Callable[[], tuple[str, ...]]
) -> Callable[..., pd.DataFrame]:
    kept: WeakKeyDictionary[Workbook, dict[object, pd.DataFrame]] = WeakKeyDictionary()

    @wraps(make)
    def asked(work: Workbook, *more: Any, **named: Any) -> pd.DataFrame:
        own = kept.setdefault(work, {})
        key = besides(), more, tuple(sorted(named.items()))
        if key not in own:
            own[key] = make(work, *more, **named)
        return own[key].copy()

    return asked


def load(data: str = "", agency: str = "", period: str = "") -> Workbook:
    """Load one agency: find it, check it, choose the period.

    Parameters
    ----------
    data
        Folder with agencies; empty: $CCWORK_DATA, else the nearest ``data`` folder upward
        of the working directory, else the samples that come with ccwork.
    agency
        Name of the agency's folder, found at any depth.
    period
        ``2026``, ``2026Q1`` or ``2026-03``; empty: the last complete period of the data.

    Raises
    ------
    DataProblems
        With everything that is wrong at once.
    """
    work = _shared_load(data, agency, period) if _shared is not None else None
    if work is None:
        work, problems = check(data, agency, period)
        if work is None:
            raise DataProblems(problems)
    learn(work)
    return work


_shared: dict[tuple[object, ...], tuple[Workbook, dict[str, pd.DataFrame]]] | None = None


def share(checked: Path | None = None) -> None:
    """From now on hand out one workbook while its files stay as they are: for a batch's kernel.

    What is computed once of it is then computed once for all notebooks and languages.

    Parameters
    ----------
    checked
        File with what :func:`packed` made of a workbook that was read and checked before.
    """
    global _shared
    _shared = {}
    if checked:
        key, work = pickle.loads(checked.read_bytes())
        _shared[key] = work, dict(work.tables)


def packed(work: Workbook, seen: tuple[object, ...]) -> bytes:
    """Return a checked workbook for another process; `seen`: its :func:`stamps` when read."""
    return pickle.dumps(((work.agency, work.period, seen), work))


def stamps(folder: Path) -> tuple[object, ...]:
    """Return what tells whether the files of a folder are as they were."""
    found = [(path, path.stat()) for path in sorted(folder.rglob("*"))]
    return tuple((path, own.st_size, own.st_mtime_ns) for path, own in found)


def _shared_load(data: str, agency: str, period: str) -> Workbook | None:
    """Return the workbook read before, its tables as they were read; None where there is none."""
    key = agency, period, stamps(find(data, agency))
    if key not in _shared:
        work, _ = check(data, agency, period)
        if work is None:
            return None
        _shared.clear()
        _shared[key] = work, dict(work.tables)
    work, read = _shared[key]
    if not _same(work.tables, read):  # what was computed of changed tables goes with them
        work = replace(work, tables={})
        _shared[key] = work, read
    work.tables.clear()
    work.tables.update({name: rows.copy(deep=False) for name, rows in read.items()})
    return work


def _same(tables: dict[str, pd.DataFrame], read: dict[str, pd.DataFrame]) -> bool:
    return tables.keys() == read.keys() and all(
        rows is read[name] or rows.equals(read[name]) for name, rows in tables.items()
    )


def learn(work: Workbook) -> None:
    """Put the names of an agency's own services and metrics in force."""
    own = {work.agency: (work.info.get("name_ru") or "", work.info.get("name_en") or "")}
    text.learn("agency", own)
    text.learn("table", {name: (t.about.ru, t.about.en) for name, t in dictionary().items()})
    text.learn("channel", _terms("channel"))
    parties = _terms("party")
    parties |= {"": parties["unknown"]} | {
        row.unit: (row.name_ru or "", row.name_en or "")
        for row in work.table("units").itertuples()
    }
    for kind in ("party", "link"):
        text.learn(kind, parties)
    for rows in work.catalogues.values():
        if {"ru", "en"} <= set(rows):
            text.learn(str(rows.index.name), _pairs(rows, "ru", "en"))
    for name, table in dictionary().items():
        named = {"name_ru", "name_en"} <= set(table.columns)
        if table.about.kind == "table" and len(table.keys) == 1 and named:
            rows = work.table(name).set_index(table.keys[0])
            text.learn(table.keys[0], _pairs(rows, "name_ru", "name_en"))


def _terms(kind: str) -> dict[str, tuple[str, str]]:
    """Return the two words of every code of a kind."""
    found = {code.partition("."): row for code, row in text.terms().items()}
    return {code: (row["ru"], row["en"]) for (own, _, code), row in found.items() if own == kind}


def _pairs(rows: pd.DataFrame, ru: str, en: str) -> dict[str, tuple[str, str]]:
    """Return the two names of every code that has one."""
    names = rows[[ru, en]].fillna("")
    names = names[names.ne("").any(axis=1)]
    return {
        str(code): (row[0], row[1])
        for code, row in zip(names.index, names.to_numpy(), strict=True)
    }


def check(data: str, agency: str, period: str) -> tuple[Workbook | None, list[Problem]]:
    """Read and check one agency; no workbook where anything grave was found."""
    try:
        folder = find(data, agency)
        read = tables.read(folder)
        if any(problem.grave for problem in read.problems):
            return None, read.problems
        problems = list(read.problems)
        chosen = period or last_complete(read)
        problems += wrong_period(chosen, read)
    except DataProblems as found:
        return None, found.problems
    if any(problem.grave for problem in problems):
        return None, problems
    work = Workbook(
        agency, chosen, read.agency, read.tables, read.catalogues, read.sources, problems
    )
    return work, problems


def data_folder(data: str = "") -> Path:
    """Return the folder that holds the agencies (see :func:`load`)."""
    if data or os.environ.get("CCWORK_DATA"):
        return Path(data or os.environ["CCWORK_DATA"])
    here = Path.cwd()
    for folder in (here, *here.parents):
        if any((folder / "data").glob("**/agency.toml")):
            return folder / "data"
    return shipped("data")


def shipped(part: str) -> Path:
    """Return the folder "data" or "notebooks" that came with ccwork (wheel or checkout)."""
    package = Path(str(files("ccwork")))
    packed = package / "_shipped" / part
    return packed if packed.is_dir() else package.parent / part


def agencies(data: str = "") -> dict[str, Path]:
    """Return every agency below a folder: code -> its folder, by code.

    Raises
    ------
    DataProblems
        When two folders carry one name, or the data folder is missing.
    """
    root = data_folder(data)
    if not root.is_dir():
        raise DataProblems([Problem("no_data_folder", values={"folder": root.name})])
    found: dict[str, list[Path]] = {}
    for path in sorted(root.rglob("agency.toml")):
        found.setdefault(path.parent.name, []).append(path.parent)
    twice = [code for code, folders in found.items() if len(folders) > 1]
    if twice:
        raise DataProblems([Problem("agency_twice", values={"agency": code}) for code in twice])
    return {code: folders[0] for code, folders in sorted(found.items())}


def find(data: str, agency: str) -> Path:
    """Return the folder of one agency.

    Raises
    ------
    DataProblems
        When there is no such agency; the nearest names are offered.
    """
    known = agencies(data)
    if agency in known:
        return known[agency]
    near = difflib.get_close_matches(agency, known, n=3, cutoff=0.5) or list(known)[:5]
    raise DataProblems(
        [Problem("unknown_agency", values={"agency": agency, "near": ", ".join(near) or "—"})]
    )


def last_complete(read: tables.Input) -> str:
    """Return the last period that had ended when the data were taken."""
    brought = brought_periods(read)
    until = read.agency.get("data_date") or date.max
    complete = [period for period in brought if periods.last_day(period) <= until]
    if not complete:
        raise DataProblems([Problem("no_complete_period")])
    return complete[-1]


def brought_periods(read: tables.Input) -> list[str]:
    """Return the periods that occur in the data, in order of time.

    Visits, steps and the like tell the periods only where nothing was measured or asked.
    """
    grain = read.agency["grain"]
    for group in ({"answers", "counts", "metrics"}, set(DAYS)):
        found: set[str] = set()
        for name in group & set(read.tables):
            rows = read.tables[name]
            days = DAYS.get(name)
            found |= set(of_days(rows[days].dropna(), grain) if days else rows["period"])
        if found:
            break
    return sorted(found, key=periods.last_day)


def of_days(days: pd.Series, grain: str) -> list[str]:
    """Return the period of a grain that each day lies in.

    Examples
    --------
    >>> of_days(pd.Series(pd.to_datetime(["2026-03-31", "2026-04-01"])), "quarter")
    ['2026Q1', '2026Q2']
    """
    months = days.dt.strftime("%Y-%m")
    coarse = {month: periods.coarsen(month, grain) for month in months.unique()}
    return months.map(coarse).tolist()


def wrong_period(period: str, read: tables.Input) -> Iterator[Problem]:
    """Find what is wrong with the period asked for."""
    brought = brought_periods(read)
    grain = read.agency["grain"]
    values = {"period": period, "first": brought[0], "last": brought[-1]} if brought else {}
    if not brought:
        yield Problem("no_complete_period")
    elif not periods.is_period(period):
        yield Problem("not_a_period", values={"value": period})
    elif periods.GRAINS.index(periods.grain(period)) > periods.GRAINS.index(grain):
        yield Problem("period_too_fine", values=values | {"grain": text.word(f"grain.{grain}")})
    elif not set(periods.parts(period, grain)) & set(brought):
        yield Problem("unknown_period", values=values)
    elif periods.last_day(period) > max(map(periods.last_day, brought)):
        yield Problem("period_unfinished", values=values)

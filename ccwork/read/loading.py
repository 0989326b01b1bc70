"""Read and check an agency once; hand its workbook out, to other processes as well."""

import pickle
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd

from ccwork.language import periods, wording
from ccwork.language.problems import DataProblems, Problem
from ccwork.read import agency_folder, cache, catalogues, places
from ccwork.read.data_dictionary import dictionary
from ccwork.read.workbook import DAYS, Workbook, of_days

WRITTEN: Final = {"needs": "need", "actions": "what", "objections": "said"}
"""Tables whose rows go by what people wrote."""
AS_WRITTEN: Final = ("cases", "exercises", "exercise_keys", "vague")
"""Catalogues of what others wrote, and of stems to look for."""
CHECKED: Final = "checked"
"""In place of stamps: a workbook handed over is used whatever its files have become."""


def load(data: str = "", agency: str = "", period: str = "", lang: str = "") -> Workbook:
    """Load one agency: find it, check it, choose the period; put a language in force.

    Parameters
    ----------
    data
        Folder with agencies; empty: $CCWORK_DATA, else the nearest ``data`` folder upward
        of the working directory, else the samples that come with ccwork.
    agency
        Name of the agency's folder, found at any depth.
    period
        ``2026``, ``2026Q1`` or ``2026-03``; empty: the last complete period of the data.
    lang
        "ru" or "en"; empty: the language in force stays.

    Raises
    ------
    DataProblems
        With everything that is wrong at once.
    """
    wording.use(lang or wording.lang())
    agency, period = places.find(data, agency).name, places.as_typed(period)
    work = _shared_load(data, agency, period) if _shared is not None else None
    if work is None:
        work, problems = read_and_check(data, agency, period)
        if work is None:
            raise DataProblems(problems)
        work = _noted(work)
    with cache.taking():  # names belong to every notebook, whatever else it takes
        learn_names(work)
    return work


_shared: dict[tuple[object, ...], tuple[Workbook, dict[str, pd.DataFrame]]] | None = None


def share_workbooks(checked: Path | None = None) -> None:
    """From now on hand out one workbook while its files stay as they are: for a batch's kernel.

    What is computed once of it is then computed once for all notebooks and languages. The last
    four are kept: a notebook may read other agencies beside its own.

    Parameters
    ----------
    checked
        File with what :func:`packed` made of a workbook that was read and checked before.
    """
    global _shared
    _shared = {}
    if checked:
        key, work = pickle.loads(checked.read_bytes())
        _shared[key] = _noted(work), work.tables


def packed(work: Workbook) -> bytes:
    """Return a checked workbook for another process: the tables checked are those computed."""
    return pickle.dumps(((work.agency, work.period, CHECKED), work))


def stamps(folder: Path) -> tuple[object, ...]:
    """Return what tells whether the files of an agency are as they were; bytes are not read."""
    found: list[object] = []
    for name, path in places.read_files(folder).items():
        found.append(name)
        with suppress(OSError):  # a link that leads nowhere
            own = path.stat()
            changed = (own.st_size, own.st_mtime_ns, own.st_ctime_ns, own.st_ino)
            found += () if path.is_dir() else changed
    return tuple(found)


def _shared_load(data: str, agency: str, period: str) -> Workbook | None:
    """Return the workbook read before, its tables as they were read; None where there is none."""
    key = agency, period, CHECKED
    key = key if key in _shared else (agency, period, stamps(places.find(data, agency)))
    if key not in _shared:
        work, _ = read_and_check(data, agency, period)
        if work is None:
            return None
        for old in [old for old in _shared if old[2] != CHECKED][:-3]:
            del _shared[old]
        _shared[key] = _noted(work), work.tables
    work, read = _shared[key]
    if not work.tables.as_filled(read):  # what was computed of changed tables goes with them
        work = _noted(work)
        _shared[key] = work, read
    work.tables.fill(read)
    return work


def _noted(work: Workbook) -> Workbook:
    """Return a workbook whose tables note when they are taken."""
    return replace(work, tables=cache.Tables(work.tables))


def learn_names(work: Workbook) -> None:
    """Put the names of an agency's own services and metrics in force."""
    for kind, names in own_names(work).items():
        wording.learn(kind, names)
    wording.call(_called(work.info))


@cache.once
def own_names(work: Workbook) -> dict[str, dict[str, tuple[str, str]]]:
    """Return kind of code -> code -> its Russian and its English name."""
    own = {work.agency: (work.info.get("name_ru") or "", work.info.get("name_en") or "")}
    found = {"agency": own, "channel": _terms("channel")}
    found["table"] = {name: (t.about.ru, t.about.en) for name, t in dictionary().items()}
    parties = _terms("party")
    parties |= {"": parties["unknown"]} | _written(work, "units", "name")
    found |= {"party": own | parties, "link": parties}
    for rows in work.catalogues.values():
        if {"ru", "en"} <= set(rows):
            found[str(rows.index.name)] = _pairs(rows, "ru", "en")
    forms = catalogues.own_forms(work.catalogues["items"])
    found["sheet"] = {form: (form, form) for form in forms}
    for name, table in dictionary().items():
        named = {"name_ru", "name_en"} <= set(table.columns)
        if table.about.kind == "table" and len(table.keys) == 1 and named:
            found[table.keys[0]] = _written(work, name, "name")
    found["indicator"] = _indicators(work)
    for name, words in WRITTEN.items():
        found[dictionary()[name].keys[0]] = _written(work, name, words)
    return found


def _written(work: Workbook, name: str, words: str) -> dict[str, tuple[str, str]]:
    if cache.look(work.tables, name) is None:
        return {}
    rows = work.table(name).set_index(dictionary()[name].keys[0])
    return _pairs(rows, f"{words}_ru", f"{words}_en")


def _indicators(work: Workbook) -> dict[str, tuple[str, str]]:
    """Call an indicator without a name by its metric, else by the indicator above."""
    rows, metrics = work.table("indicators").set_index("indicator"), work.catalogues["metrics"]
    own = _pairs(rows, "name_ru", "name_en")
    metric = rows["metric"].map(_pairs(metrics, "ru", "en")).dropna()
    for code in rows.index:
        above, way = code, []
        while above in rows.index and above not in way:
            way.append(above)
            above = rows.at[above, "parent"]
        known = [pair for each in way if (pair := own.get(each) or metric.get(each))]
        own |= {code: known[0]} if known else {}
    return own


def _terms(kind: str) -> dict[str, tuple[str, str]]:
    """Return the two words of every code of a kind."""
    rows = {code: row for code, row in wording.terms().items() if code.startswith(f"{kind}.")}
    words = ([wording.called(row[lang], lang) for lang in ("ru", "en")] for row in rows.values())
    return {code.partition(".")[2]: (ru, en) for code, (ru, en) in zip(rows, words, strict=True)}


def _pairs(rows: pd.DataFrame, ru: str, en: str) -> dict[str, tuple[str, str]]:
    """Return the two names of every code that has one."""
    columns = rows.index, rows[ru].fillna(""), rows[en].fillna("")
    names = zip(*(column.tolist() for column in columns), strict=True)
    return {str(code): (mine, other) for code, mine, other in names if mine or other}


def read_and_check(data: str, agency: str, period: str) -> tuple[Workbook | None, list[Problem]]:
    """Read and check one agency; no workbook where anything grave was found."""
    try:
        read = agency_folder.read_folder(places.find(data, agency))
        if any(problem.grave for problem in read.problems):
            return None, read.problems
        problems = list(read.problems)
        chosen = period or last_complete(read)
        problems += wrong_period(chosen, read)
    except DataProblems as found:
        return None, found.problems
    if any(problem.grave for problem in problems):
        return None, problems
    both = {"answers", "counts"} & set(read.tables)
    tables = read.tables | {name: _from_one(read.tables[name], read.catalogue) for name in both}
    said = _in_own_words(read.catalogues, read.agency)
    return Workbook(agency, chosen, read.agency, tables, said, read.sources, problems), problems


def _called(info: dict[str, Any]) -> dict[str, str]:
    """Return what ``agency.toml`` calls clients and services."""
    return {kind: info.get(f"{kind}_word") or "" for kind in ("client", "service")}


def _in_own_words(
    catalogues: dict[str, pd.DataFrame], info: dict[str, Any]
) -> dict[str, pd.DataFrame]:
    """Say the texts of the catalogues in the words of the agency, but what others wrote."""
    wording.call(_called(info))
    if not wording.own_words():
        return {name: rows.copy(deep=False) for name, rows in catalogues.items()}
    return {name: rows if name in AS_WRITTEN else rows.assign(**{
        column: rows[column].map(partial(wording.called, lang=lang), na_action="ignore")
        for lang in wording.LANGS for column in rows if column.split("_")[-1] == lang
    }) for name, rows in catalogues.items()}  # fmt: skip


def _from_one(rows: pd.DataFrame, catalogue: pd.DataFrame) -> pd.DataFrame:
    """Return answers whose scales begin at 1: where 0 is a level, every mark is one more."""
    first = rows["metric"].map(catalogue["first"].fillna(1)).to_numpy(float)
    return rows.assign(level=rows["level"] + 1 - first) if (first != 1).any() else rows


def last_complete(read: agency_folder.Input) -> str:
    """Return the last period that had ended when the data were taken."""
    brought = brought_periods(read)
    until = read.agency.get("data_date") or date.max
    complete = [period for period in brought if periods.last_day(period) <= until]
    if not complete:
        raise DataProblems([Problem("no_complete_period")])
    return complete[-1]


def brought_periods(read: agency_folder.Input) -> list[str]:
    """Return the periods that occur in the data, in order of time.

    Visits, steps and the like tell the periods only where nothing was measured or asked.
    """
    grain = read.agency["grain"]
    for group in ({"answers", "counts", "metrics"}, set(DAYS)):
        found: set[str] = set()
        for name in group & set(read.tables):
            days = DAYS.get(name)
            own = read.tables[name][days or "period"].dropna()
            found |= set(of_days(own.drop_duplicates(), grain) if days else own.unique())
        if found:
            break
    return sorted(found, key=periods.last_day)


def wrong_period(period: str, read: agency_folder.Input) -> Iterator[Problem]:
    """Find what is wrong with the period asked for."""
    brought = brought_periods(read)
    grain = read.agency["grain"]
    values = {"period": period, "first": brought[0], "last": brought[-1]} if brought else {}
    if not brought:
        yield Problem("no_complete_period")
    elif not periods.is_period(period):
        yield Problem("not_a_period", values={"value": period})
    elif periods.GRAINS.index(periods.grain(period)) > periods.GRAINS.index(grain):
        yield Problem("period_too_fine", values=values | {"grain": wording.word(f"grain.{grain}")})
    elif not set(periods.parts(period, grain)) & set(brought):
        yield Problem("unknown_period", values=values)
    elif periods.last_day(period) > max(map(periods.last_day, brought)):
        yield Problem("period_unfinished", values=values)

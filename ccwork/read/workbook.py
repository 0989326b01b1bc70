"""One agency, one period: its checked tables held together, and how a metric is read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import periods, wording
from ccwork.language.markup import element
from ccwork.language.problems import Problem, together
from ccwork.read.cache import look, while_same
from ccwork.read.data_dictionary import dictionary

DAYS = {"steps": "start", "people": "asked"} | dict.fromkeys(
    ("trials", "pulses", "answers", "checks", "visits", "inner", "told", "objections", "triage",
     "complaints"), "date",
)  # fmt: skip
"""The column that says when a row of a table happened, where it has no period."""


WORDS = ("metric", "service", "segment", "unit", "respondent")
"""What an answer says in words."""


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
        return wording.name("metric", self.code)


def sign(metric: pd.Series) -> int:
    """Return 1 where more is better of a metric, -1 where less is; given its row."""
    return 1 if metric["better"] == "higher" else -1


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
        return Metric(code, sign(row), unit, row["form"])

    @property
    def date(self) -> date:
        """The date of the data."""
        return self.info.get("data_date") or periods.last_day(self.period)

    @property
    def grain(self) -> str:
        """The grain of the period judged: all values are brought up to it."""
        return periods.grain(self.period)

    @property
    def own_services(self) -> pd.DataFrame:
        """The services the agency gives itself; others stand in the table for a whole path."""
        rows = self.table("services")
        return rows[rows["agency"].isin(["", self.agency])]

    def table(self, name: str) -> pd.DataFrame:
        """Return a table up to the period judged; without rows where it was not brought."""
        rows = look(self.tables, name)
        if rows is None:
            return _without_rows(name).copy(deep=False)
        up_to = periods.last_day(self.period)
        if "period" in rows:
            return rows.loc[[periods.last_day(period) <= up_to for period in rows["period"]]]
        if name not in DAYS:
            return rows.copy(deep=False)
        moments = rows[DAYS[name]]
        end = pd.Timestamp(up_to, tz=moments.dt.tz) + pd.Timedelta(days=1)
        return rows_where(rows, moments < end)

    @while_same("answers")
    def coded_answers(self) -> pd.DataFrame:
        """Return who answered what and when, later answers too; each word is kept once."""
        rows = look(self.tables, "answers")
        rows = self.table("answers") if rows is None else rows
        rows = rows.assign(**dict.fromkeys({*WORDS} - {*rows}, ""))  # left out by who made it
        said = [(n, rows[n]) for n in WORDS]  # a person may have put in any
        made = {n: own.array if own.dtype == "category" and own.notna().all()
                else pd.Categorical(own.astype(object).fillna("")) for n, own in said}  # fmt: skip
        made["date"] = pd.to_datetime(rows["date"])
        made["period"] = coded_periods(made["date"], self.info["grain"])
        made["level"] = pd.Categorical(rows["level"])
        return pd.DataFrame(made, index=rows.index, copy=False)

    def files(self, *names: str) -> list[str]:
        """Return the files the named tables came from."""
        read = zip(self.sources["table"].tolist(), self.sources["file"].tolist(), strict=True)
        return sorted({file for table, file in read if table in names})

    def about(
        self, name: str, key: list[str], files: list[str], needs: Sequence[str] = ()
    ) -> dict[str, Any]:
        """Return what a table says of itself: its name, its key, the files and date behind it."""
        own = {"date": self.date.isoformat(), "period": self.period}
        own["few_shown"] = self.info.get("few_shown") or ""
        return {"name": name, "key": key, "files": files, "needs": needs, **own}

    def brought(self) -> pd.DataFrame:
        """Return what was read: one row per table, with rows read, used and left out.

        Of answers none where some period or group has few: all less the others would tell them.
        """
        rows, counts = self.sources.copy(), ["rows", "used"]
        if self.few_answered():
            rows[counts] = rows[counts].astype(float).mask(rows["table"] == "answers")
        rows[["rows_why", "used_why"]] = "gives_away"
        rows.attrs = self.about("brought", ["table"], self.files(*self.tables))
        return rows

    @while_same("answers")
    def few_answered(self) -> bool:
        """Tell whether a period or a group of some question has fewer answers than are told.

        Then no number of answers of several periods is told.
        """
        if "answers" not in self.tables or self.info.get("few_shown"):
            return False
        rows = self.coded_answers()
        numbers = (row_kinds(rows, by)[0] for by in (["metric", "service", "period"], ["segment"]))
        return any((np.bincount(own) < method.MIN_SHOWN).any() for own in numbers)

    def context(self) -> pd.DataFrame:
        """Return what the agency says of its people, resources and structure."""
        own = {name: self.info.get(name) for name in ("level", "staff", "offices")}
        for part in ("structure", "conditions"):
            own[part] = self.info.get(f"{part}_{wording.lang()}")
        rows = pd.DataFrame({"fact": list(own), "said": list(own.values())})
        rows["said"] = [_said(*pair) for pair in own.items()]
        rows.attrs = self.about("context", ["fact"], ["agency.toml"])
        return rows

    def _repr_html_(self) -> str:
        return str(element("p", self))

    def __repr__(self) -> str:
        return self._line(wording.lang())

    @while_same("answers")
    def _line(self, _lang: str) -> str:
        rows = self.brought()
        used = ["—" if pd.isna(n) else wording.number(n, 0) for n in rows["used"]]
        named = [wording.name("table", table) for table in rows["table"]]
        return wording.say(
            "workbook_line", agency=wording.name("agency", self.agency),
            period=wording.period(self.period), date=wording.day(self.date),
            rows=", ".join(map(" ".join, zip(named, used, strict=True))),
            n=len(together(self.warnings)),
        )  # fmt: skip


@cache
def _without_rows(name: str) -> pd.DataFrame:
    known = dictionary()[name].columns.values()
    reasons = [f"{column.column}_why" for column in known if column.missing]
    return pd.DataFrame(columns=[*(column.column for column in known), *reasons])


def _said(name: str, value: object) -> str:
    """Write one fact of agency.toml; an empty one says so."""
    if value in (None, ""):
        return wording.word("not_said")
    if isinstance(value, int | float):
        return wording.number(value, 0)
    return wording.word(f"value.{value}") if name == "level" else str(value)


def rows_where(rows: pd.DataFrame, so: pd.Series) -> pd.DataFrame:
    """Return the rows of which something is so: nothing is copied where it is so of all."""
    return rows.copy(deep=False) if so.all() else rows[so]


def of_days(days: pd.Series, grain: str) -> list[str]:
    """Return the period of a grain that each day lies in.

    Examples
    --------
    >>> of_days(pd.Series(pd.to_datetime(["2026-03-31", "2026-04-01"])), "quarter")
    ['2026Q1', '2026Q2']
    """
    return coded_periods(days, grain).tolist()


def row_kinds(rows: pd.DataFrame, by: Sequence[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Give rows a number by some columns of categories; return also what each stands for."""
    own = [rows[name].array for name in by]
    shape = [max(len(each.categories), 1) for each in own]
    cells = np.ravel_multi_index([each.codes for each in own], shape)
    if np.prod(shape) <= len(cells):
        used = np.bincount(cells) > 0
        numbers, kinds = (used.cumsum() - 1)[cells], np.flatnonzero(used)
    else:
        turns = np.flatnonzero(np.diff(cells, prepend=-1))  # rows of a kind follow each other
        kinds, again = np.unique(cells[turns], return_inverse=True)
        numbers = np.repeat(again, np.diff(turns, append=len(cells)))
    words = zip(by, np.unravel_index(kinds, shape), own, strict=True)
    of = {name: pd.Categorical.from_codes(at, each.categories) for name, at, each in words}
    return numbers, pd.DataFrame(of)


def coded_periods(days: pd.Series, grain: str) -> pd.Categorical:
    """Return what :func:`of_days` does, each period written once."""
    codes, different = pd.factorize(days.dt.tz_localize(None), use_na_sentinel=False)
    months = different.to_numpy("datetime64[M]").astype(str)
    return pd.Categorical([periods.coarsen(month, grain) for month in months]).take(codes)

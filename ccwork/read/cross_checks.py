"""What cells say of one another: codes that must exist, rows that contradict, odd units."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import pandas as pd

from ccwork.language import periods, wording
from ccwork.language.problems import Problem
from ccwork.language.spelling import look_alikes
from ccwork.language.wording import Both
from ccwork.read import code_names, data_dictionary, table_parsing
from ccwork.read.data_dictionary import dictionary
from ccwork.read.files.file_sheets import TITLE_ROWS
from ccwork.read.logs.log_events import LONG_STEP, NO_TIME
from ccwork.read.table_parsing import Brought
from ccwork.read.workbook import of_days

FROM_ZERO: Final = 11
"""A scale of so many levels as a rule runs from 0 to 10: where it begins is asked."""

MOST_SHOWN: Final = 80
"""So many signs of a text that is no code are shown (our choice)."""

ITSELF: Final = {"visits": ("visit", "double_of"), "inner": ("giver", "taker")}
"""Table -> two columns that may not name the same thing in one row."""

ASKED: Final = ("metric", "service", "period")
"""What tells one question of one survey from another."""

AFTER: Final = {"complaints": ("answered", "mended")}
"""Table -> days that cannot lie before its ``date``."""

NUMBERED: Final = {"case", "respondent", "visit", "double_of", "complaint"}
"""Codes that number rows as their system wrote them: capital letters may tell them apart."""

LISTS: Final = {
    ("catalogue_promise", "items"): "catalogue_items.item",
    ("catalogue_grades", "caps"): "terms.cap",
}
"""Columns that hold several codes apart by blanks -> where each of them must stand."""


def checks(
    brought: Brought, every: Mapping[str, Brought], catalogue: pd.DataFrame,
    codes: code_names.Names, agency: Mapping[str, object],
) -> Iterator[Problem]:  # fmt: skip
    """Check one table against itself, the other tables, the codes and the agency's facts."""
    yield from _references(brought, codes)
    yield from _lists(brought, codes)
    yield from _itself(brought)
    yield from _doubles(brought, every)
    yield from _repeats(brought)
    if "period" in brought.where and brought.table.about.table != "targets":
        yield from _periods(brought, agency)
    yield from _late(brought, agency.get("data_date"))
    yield from _early(brought)
    scale = brought.table.columns.get("level")
    if {"metric", "level"} <= set(brought.where) and scale and scale.kind == "level":
        yield from _levels(brought, catalogue)
    yield from _alike(brought)
    if {"start", "end"} <= set(brought.where):
        yield from _lengths(brought)
    if brought.table.about.table == "counts":
        yield from _absent_levels(brought, catalogue)
        yield from _totals(brought)
    if {"level", "weight"} <= set(brought.where):
        yield from _weighted(brought)
    if brought.table.about.table == "surveys":
        yield from _more_answers(brought, every, agency)
    if brought.table.about.table == table_parsing.CATALOGUE:
        yield from _metrics(brought)


def _references(brought: Brought, codes: code_names.Names) -> Iterator[Problem]:
    """Find codes that stand nowhere in the table they refer to."""
    for name, column in brought.table.columns.items():
        if column.reference in codes and name in brought.where:
            known = codes[column.reference]
            if not {*brought.different(name)} <= {"", *known}:
                yield from _unknown(brought, name, brought.frame[name], column.reference, known)


def _unknown(
    brought: Brought, name: str, values: pd.Series, reference: str,
    known: Mapping[str, tuple[str, ...]],
) -> Iterator[Problem]:  # fmt: skip
    """Name codes that are not among those known, and the one that was probably meant."""
    column, where = brought.table.columns[name], reference.partition(".")[0]
    place = dictionary()[where].name if where in dictionary() else column.name
    choice = [said for said in known.values() if said] if where == "terms" else []
    listed = Both(*(", ".join(dict.fromkeys(said[at] for said in choice)) for at in (0, -1)))
    for row, found in values[~values.isin(["", *known])].items():
        like, word = code_names.near_code(found, known)
        zeros = found.isdecimal() and like.lstrip("0") == found.lstrip("0")
        code = "code_zeros" if zeros else "unknown_code_like" if like else "unknown_code"
        code = "unknown_name_like" if word else code
        if (code, where) == ("unknown_code", table_parsing.CATALOGUE):
            code = "unknown_metric"
        if choice and not (like and not word):
            code = "not_choice"
        said = {"found": found[:MOST_SHOWN], "like": like, "name": word, "table": place}
        yield brought.problem(code, name, row, **said, known=listed)


def _lists(brought: Brought, codes: code_names.Names) -> Iterator[Problem]:
    """Find unknown codes in the columns that hold several: else a typing error says nothing."""
    for (table, name), reference in LISTS.items():
        if table == brought.table.about.table and name in brought.where:
            values = brought.frame[name].str.split().explode().dropna()
            yield from _unknown(brought, name, values, reference, codes[reference])


def _itself(brought: Brought) -> Iterator[Problem]:
    """Find visits that are their own second look, and units that are their own client."""
    one, other = ITSELF.get(brought.table.about.table, ("", ""))
    if not {one, other} <= set(brought.where):
        return
    rows = brought.frame
    for row, found in rows.loc[(rows[one] == rows[other]) & (rows[one] != ""), one].items():
        yield brought.problem("itself", other, row, found=found)


def _doubles(brought: Brought, every: Mapping[str, Brought]) -> Iterator[Problem]:
    """Find second looks at visits that stand neither among visits nor among checks."""
    if "double_of" not in brought.where:
        return
    both = [every[name].frame["visit"] for name in ("visits", "checks") if name in every]
    known = {code: () for codes in both for code in sorted(codes) if code}
    yield from _unknown(brought, "double_of", brought.frame["double_of"], "visits.visit", known)


def _repeats(brought: Brought) -> Iterator[Problem]:
    """Find rows with the same key: equal ones are kept once, different ones are a fault."""
    frame, keys = brought.frame, brought.table.keys
    must = [name for name in keys if not brought.table.columns[name].may_be_absent]
    if not set(must) <= set(brought.where) or not (same := brought.alike).any():
        return
    alike = frame[same].astype({n: "str" for n in must if frame[n].dtype == "category"})
    whole = alike[(alike[must].notna() & (alike[must] != "")).all(axis=1)]
    for _, rows in whole.groupby(keys, sort=False):
        numbers = [int(row) for row in rows.index]
        if len(rows.drop_duplicates()) == 1:
            yield brought.problem("repeated_row", keys[0], *numbers[1:], grave=False)
        else:
            shown = ", ".join(map(str, numbers[:TITLE_ROWS]))
            yield brought.problem("conflicting_rows", keys[0], *numbers, rows=shown)


def _periods(brought: Brought, agency: Mapping[str, object]) -> Iterator[Problem]:
    """Find periods of another grain than the agency's, and those after its data were taken."""
    grain, until = agency.get("grain"), agency.get("data_date")
    rows = brought.frame["period"]
    for row, found in rows[rows != ""].items():
        if grain and periods.grain(found) != grain:
            need = wording.terms()[f"value.{grain}"]
            values = {"found": found, "need": Both(need["ru"], need["en"])}
            yield brought.problem("period_grain", "period", row, **values)
        if isinstance(until, date) and periods.last_day(found) > until:
            first = date.fromisoformat(f"{periods.parts(found, 'month')[0]}-01")
            code = "future" if first > until else "incomplete_period"
            shown = Both(f"{until:%d.%m.%Y}", until.isoformat())
            values = {"found": found, "until": shown, "grave": first > until}
            yield brought.problem(code, "period", row, **values)


def _late(brought: Brought, until: object) -> Iterator[Problem]:
    """Find days after the day the data were taken."""
    for name, column in brought.table.columns.items():
        if column.kind not in data_dictionary.DAYS or name not in brought.where or until is None:
            continue
        days = brought.frame[name]
        shown = Both(f"{until:%d.%m.%Y}", until.isoformat())
        for row, found in days[days >= pd.Timestamp(until) + pd.Timedelta(days=1)].items():
            values = {"found": Both(f"{found:%d.%m.%Y}", f"{found:%Y-%m-%d}"), "until": shown}
            yield brought.problem("future_day", name, row, **values)


def _early(brought: Brought) -> Iterator[Problem]:
    """Find answers and mendings before what they answer and mend."""
    for name in AFTER.get(brought.table.about.table, ()):
        if {name, "date"} <= set(brought.where):
            first = brought.frame["date"]
            for row in first.index[brought.frame[name] < first]:
                yield brought.problem("done_before", name, row)


def _weighted(brought: Brought) -> Iterator[Problem]:
    """Say what weights would change: figures are computed without them (our choice)."""
    for (metric, service), rows in brought.frame.groupby(["metric", "service"], sort=True):
        told = rows[rows["level"].notna() & (rows["weight"] > 0)]
        if len(told) and told["weight"].nunique() > 1:
            weighted = (told["level"] * told["weight"]).sum() / told["weight"].sum()
            means = {"bare": told["level"].mean(), "weighted": weighted}
            shown = {n: Both(f"{v:.2f}".replace(".", ","), f"{v:.2f}") for n, v in means.items()}
            yield brought.problem("weights", "weight", grave=False, n=len(told), metric=metric,
                                  service=service, **shown)  # fmt: skip


def _levels(brought: Brought, catalogue: pd.DataFrame) -> Iterator[Problem]:
    """Find levels off the scale of their metric, and metrics that have no scale."""
    known = brought.frame["metric"].isin(catalogue.index)
    rows = brought.frame if known.all() else brought.frame[known]
    top = rows["metric"].map(catalogue["levels"]).to_numpy(float)
    for row in rows.index[pd.isna(top)]:
        yield brought.problem("no_scale", "metric", row, found=rows.at[row, "metric"])
    first = rows["metric"].map(catalogue["first"].fillna(1)).to_numpy(float)
    off = (rows["level"] < first) | (rows["level"] > top + first - 1)
    ends = zip(rows.loc[off, "level"].items(), first[off], (top + first - 1)[off], strict=True)
    for (row, level), least, most in ends:
        values = {"found": f"{level:g}", "low": f"{least:g}", "top": f"{most:g}"}
        yield brought.problem("off_scale", "level", row, **values)


def _absent_levels(brought: Brought, catalogue: pd.DataFrame) -> Iterator[Problem]:
    """Find periods left empty because a level has no row: nobody chose it, or it is unknown."""
    asked: dict[tuple[str, ...], tuple[int, set[float]]] = {}
    tops, firsts = catalogue["levels"].to_dict(), catalogue["first"].fillna(1).to_dict()
    for row, *own, level in brought.frame[[*ASKED, "level"]].itertuples(name=None):
        if all(own) and pd.notna(tops.get(own[0])):
            asked.setdefault(tuple(own), (row, set()))[1].add(level)
    for (metric, *_), (row, told) in asked.items():
        absent = {firsts[metric] + each for each in range(int(tops[metric]))} - told
        if absent:
            shown = ", ".join(f"{level:g}" for level in sorted(absent))
            yield brought.problem("level_absent", "level", row, grave=False, found=shown)


def _totals(brought: Brought) -> Iterator[Problem]:
    """Find a group of clients that is the sum of the others: its answers would count twice."""
    several = "segment" in brought.where and len(brought.different("segment")) > 2
    every = brought.frame.groupby([*ASKED], sort=False) if several else ()
    for rows in (own for _, own in every if own["segment"].nunique() > 2):
        wide = rows.pivot_table("count", "level", "segment", "sum", min_count=1)
        for segment in wide if len(wide.columns) > 2 else ():
            rest = wide.drop(columns=segment).sum(axis=1)
            if rest.sum() > 0 and (wide[segment] == rest).all():
                spots = rows.index[rows["segment"] == segment]
                yield brought.problem("total_group", "segment", *spots, found=segment or "—")


def _more_answers(
    brought: Brought, every: Mapping[str, Brought], agency: Mapping[str, object]
) -> Iterator[Problem]:
    """Find surveys with more answers than invitations, whichever table tells of the answers."""
    said = [brought.frame.assign(n=brought.frame["answered"])]
    for name in {"counts", "answers"} & set(every):
        rows = every[name].frame
        if name == "answers":
            rows = rows[rows["date"].notna() & rows["level"].notna()].assign(count=1)
            rows = rows.assign(period=of_days(rows["date"], str(agency["grain"])))
        said.append(rows.groupby([*ASKED])["count"].sum().rename("n").reset_index())
    told = pd.concat(said).groupby(["service", "period"])["n"].max()
    for row, own in brought.frame.iterrows():
        n = told.get((own["service"], own["period"]), float("nan"))
        if n > own["invited"]:
            values = {"n": int(n), "invited": int(own["invited"])}
            yield brought.problem("answers_many", "invited", row, grave=False, **values)


def _lengths(brought: Brought) -> Iterator[Problem]:
    """Find what ends before it starts or a year later, and tables that mostly take no time."""
    lasted = (brought.frame["end"] - brought.frame["start"]).dropna()
    if brought.table.about.table != "steps":  # of those whole cases are left out
        for row in lasted.index[lasted < pd.Timedelta(0)]:
            yield brought.problem("end_before", "end", row)
    if len(long := lasted.index[lasted > LONG_STEP]):
        yield brought.problem("step_long", "end", *long, grave=False, days=LONG_STEP.days)
    none = int((lasted == pd.Timedelta(0)).sum())
    if none > NO_TIME * len(lasted):
        yield brought.problem("step_no_time", "end", grave=False, n=none, total=len(lasted))


def _alike(brought: Brought) -> Iterator[Problem]:
    """Find codes that people or file systems would take for one another."""
    for name, column in brought.table.columns.items():
        own_code = column.kind == "code" and not column.reference
        if not own_code or name in NUMBERED or name not in brought.where:
            continue
        own = brought.table.keys == [name]
        for code, other in look_alikes(brought.different(name)):
            rows = brought.frame.index[brought.frame[name] == code]
            yield brought.problem("codes_alike", name, *rows, grave=own, found=code, other=other)


def _metrics(brought: Brought) -> Iterator[Problem]:
    """Check the rows of a catalogue against themselves."""
    for row, metric in brought.frame.iterrows():
        if metric["form"] == "counts" and pd.isna(metric["levels"]):
            yield brought.problem("levels_missing", "metric", row, found=metric["metric"])
        if metric["levels"] == FROM_ZERO and pd.isna(metric["first"]):
            yield brought.problem("first_unsaid", "levels", row, grave=False)
        worst, best = metric["worst"], metric["best"]
        if metric["form"] in ("value", "rate") and pd.isna(worst + best):
            values = {"found": metric["metric"]}
            yield brought.problem("ends_missing", "metric", row, grave=False, **values)
        if worst == best or (worst < best) == (metric["better"] == "lower"):
            values = {"worst": f"{worst:g}", "best": f"{best:g}"}
            if pd.notna(worst) and pd.notna(best):
                yield brought.problem("anchors_order", "metric", row, **values)

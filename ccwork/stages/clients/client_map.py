"""Who the clients are and what they need; who inside makes what for whom, and is it kept.

The map of inner clients is judged by its links, never by people.
"""

from typing import Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import periods, wording
from ccwork.measure import checklists, five_kpis, metrics
from ccwork.measure.process import case_tables
from ccwork.read.cache import once, once_said
from ccwork.read.workbook import Workbook
from ccwork.stages.clients.culture_signs import proof
from ccwork.stages.face_the_problem import walkthroughs
from ccwork.stats import intervals
from ccwork.tell import small_counts
from ccwork.tell.tables import MEASURED, about, said

BAR: Final = 80.0
"""A link holds where so many per cent are done within the agreed hours (our choice)."""

HALF: Final = 0.5
"""One side has noticeably less where it has less than this part of the other (our choice)."""

SIDES: Final = ("external", "internal")
UNKNOWN, UNSAID = "unknown", "unsaid"
STANDINGS: Final = ("weak", "unclear", "too_little", "not_counted", "no_level", "holds")
"""What is said of a link, in the order links are told."""

ASPECTS: Final = {
    "needs": ("needs",),
    "kpis": MEASURED,
    "people": ("answers", "counts"),
    "walks": ("checks",),
    "questions": ("checks",),
}
"""What is compared between outer and inner clients -> the tables it is counted from."""


# ---------------------------------------------------------------- needs


def _side(segments: pd.Series, work: Workbook) -> pd.Series:
    """Tell outer from inner groups; one the catalogue does not know is taken as outer."""
    return segments.map(work.catalogues["segments"]["client"]).fillna("external")


@once_said
def needs(work: Workbook) -> pd.DataFrame:
    """Return the register of clients' needs, each with the metric that answers it.

    Returns
    -------
    DataFrame
        One row per need: ``need``, ``client_group``, ``wish`` (the need in words), ``found``
        and ``evidence`` as written down, ``proof`` and ``learnt`` as a reader may see them,
        ``metric`` ("" where none), ``need_standing``: measured, unmeasured in the period,
        no_metric; ``points`` 0-100 of the metric over the services of that side, with limits,
        ``n``.
    """
    rows = work.table("needs").rename(columns={"segment": "client_group"})
    rows["wish"] = said(rows, "need").where(lambda wish: wish != "—", rows["need"])
    scored = five_kpis.scored(work).set_index(["client", "metric"])
    rows["client"] = _side(rows["client_group"], work)
    rows = rows.join(scored[[*intervals.names("points"), "n"]], on=["client", "metric"])
    none, few = rows["metric"] == "", rows["n"] < method.MIN_SHOWN
    words = ["no_metric", "unmeasured"]
    rows["need_standing"] = np.select([none, rows["points"].isna()], words, "measured")
    rows["why"] = np.select([none, few], ["no_metric", "too_few"], "no_row")
    rows["proof"] = [proof(written) for written in rows["evidence"]]
    rows["learnt"] = [proof(written, "proof.unsaid") for written in rows["found"]]
    rows["measure"] = [wording.name("metric", metric) or "—" for metric in rows["metric"]]
    rows["say"] = rows["need_standing"].replace("measured", "")
    return about(rows, "needs", work)


def gaps(work: Workbook) -> pd.DataFrame:
    """Find where needs and metrics miss one another.

    Returns
    -------
    DataFrame
        One row per ``miss`` and ``whose``, with ``namely`` (names) and how many (``misses``):
        ``no_metric`` a need nobody measures, ``unmeasured`` its metric has no value in the
        period, ``no_need`` metrics measured that answer no need of the register, ``silent``
        groups met in answers or cases without any need. Where no needs were written down the
        table is the empty register itself.
    """
    register = needs(work)
    if register.empty:
        return register
    found = [
        (row.need_standing, row.client_group, wording.name("segment", row.client_group), row.wish)
        for row in register.itertuples()
        if row.need_standing != "measured"
    ]
    scored = five_kpis.scored(work)
    scored = scored[scored["points"].notna()]
    asked = set(zip(register["client"], register["metric"], strict=True))
    found += [
        ("no_need", f"{row.client}_{row.kpi}",
         f"{wording.word(f'clients.{row.client}')}. {wording.word(f'kpi.{row.kpi}')}",
         wording.name("metric", row.metric))
        for row in scored.itertuples()
        if (row.client, row.metric) not in asked
    ]  # fmt: skip
    met = pd.concat([work.table(name)["segment"] for name in ("answers", "steps")])
    silent = [each for each in met.unique() if each not in {"", *register["client_group"]}]
    found += [
        ("silent", side, wording.word(f"clients.{side}"), wording.name("segment", segment))
        for segment, side in zip(silent, _side(pd.Series(silent, dtype=str), work), strict=True)
    ]
    rows = pd.DataFrame(found, columns=["miss", "group", "whose", "namely"])
    groups = rows.groupby(["miss", "group", "whose"], sort=False)["namely"]
    return about(groups.agg(namely="; ".join, misses="size").reset_index(), "gaps", work)


# ---------------------------------------------------------------- outer and inner clients


@once
def statuses(work: Workbook, by: str = "group") -> pd.DataFrame:
    """Count whom the agency has heard: by group, kind or status of client.

    Parameters
    ----------
    work
        Workbook.
    by
        "group", "kind" or "status".

    Returns
    -------
    DataFrame
        One row each, those nobody has heard too: ``n`` people who answered, ``wishes``
        needs written down, ``met`` cases seen, ``hearing``: heard (both asked and their needs
        known), asked, noted (needs only), nothing. Groups an agency uses without a row in the
        catalogue are "unknown"; people and cases whose group is not given stand in a row
        "unsaid"; where a table gives no group at all the counts of groups are missing, not zero.
        Empty where no table has a group.

    Notes
    -----
    Statuses: KPI method 2023 (Declaration of Values); kinds: Navigator 2023, 3.3.
    """
    people = work.table("answers").drop_duplicates(["respondent", "segment"])
    cases = work.table("steps").drop_duplicates(["case", "segment"])
    tables = {"n": people, "wishes": work.table("needs"), "met": cases}
    known = work.catalogues["segments"]
    seen = pd.concat([rows["segment"] for rows in tables.values()]).unique()
    codes = [*known.index, *(code for code in seen if code not in known.index)]
    rows = pd.DataFrame({"segment": codes if len(seen) else []}, dtype=str)
    rows = rows.join(known[["status", "kind"]], on="segment").fillna(UNKNOWN)
    rows.loc[rows["segment"] == "", ["status", "kind"]] = UNSAID
    for name, table in tables.items():
        counts = rows["segment"].map(table["segment"].value_counts()).fillna(0)
        told = (rows["segment"] == "") | (table["segment"] != "").any()
        rows[name] = counts.astype(float).where(told) if len(table) else np.nan
    rows["segment"] = rows["segment"].replace("", "—")
    own = ["segment", "status", "kind"] if by == "group" else [by]
    table = rows.groupby(own, sort=False)[list(tables)].sum(min_count=1).reset_index()
    table["n_gives_away"] = work.few_answered()
    table["met_gives_away"] = small_counts.given_away(table["met"], _few_open(work))
    table[["n_why", "wishes_why", "met_why"]] = "no_data"
    asked, noted = table["n"] > 0, table["wishes"] > 0
    unsaid = table[own[-1]] == UNSAID
    words = [UNSAID, "heard", "asked", "noted"]
    table["hearing"] = np.select([unsaid, asked & noted, asked, noted], words, "nothing")
    table["say"] = np.where(table["hearing"] == "nothing", "nothing", "")
    names = {"segment": "client_group", "kind": "client_kind", "status": "client_status"}
    of = ["answers", "needs", "steps"]
    table = table.rename(columns=names)
    return about(table, f"clients_by_{by}", work, key=[f"client_{by}"], of=of)


def _few_open(work: Workbook) -> bool:
    """Tell whether few of the cases of a service are open."""
    logs = case_tables.journey(work, "cases").groupby("service", observed=True)
    return any(small_counts.few("n", part["open"].sum()) for _, part in logs)


# ---------------------------------------------------------------- map of inner clients


@once_said
def inner_map(work: Workbook) -> pd.DataFrame:
    """Return the map of inner clients: who makes what for whom, and whether it is up to date.

    Returns
    -------
    DataFrame
        One row per ``link``, its latest row: ``giver``, ``taker``, ``product`` in words,
        ``tie``, ``via``, ``agreed`` hours, ``n`` asked, ``done`` in time, ``in_time`` per
        cent with Wilson limits, ``link_state``; ``replies`` to the six questions and ``proofs``
        of them; ``remap``: fresh, or what changed after the link was written down, and the
        day ``changed_on``.

    Notes
    -----
    A map is out of date where the structure or process, product or service changed after it
    (Navigator 2023, 3.3), or where one of its two units began to work the new way (table
    ``units``).
    """
    rows = work.table("inner").sort_values("date", kind="stable")
    rows = rows.drop_duplicates("link", keep="last").sort_index()
    rows["product"] = said(rows, "product")
    rows["agreed_why"] = "no_level"
    rows = rows.join(_shares(rows)).join(_questions(rows, work)).join(_changes(rows, work))
    rows = rows.rename(columns={"kept": "done", "hours": "agreed"})
    told = rows["remap"].ne("fresh") & ~rows.duplicated(["remap", "changed_on"])
    rows["links"] = rows.groupby(["remap", "changed_on"])["link"].transform("size")
    loose = rows["agreed"].isna()
    rows.loc[loose & ~told, "links"] = int(loose.sum())
    rows["say"] = np.where(told, "remap", np.where(loose, "no_level", ""))
    rows["say"] = rows["say"].mask((rows["say"] == "no_level") & rows.duplicated("say"), "")
    return about(rows, "inner_map", work)


_FIGURES: Final = ["n", "in_time", "in_time_low", "in_time_high", "in_time_why", "link_state"]


def _shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the share kept of each row with its Wilson limits, and what is said of it (F04)."""
    found = [_share(*row) for row in zip(rows["asked"], rows["kept"], rows["hours"], strict=True)]
    return pd.DataFrame(found, columns=_FIGURES, index=rows.index)


def _share(asked: float, kept: float, hours: float) -> tuple[object, ...]:
    gone = (np.nan,) * 3
    if pd.isna(hours):
        return asked, *gone, "no_level", "no_level"
    if pd.isna(asked) or pd.isna(kept):
        return asked, *gone, "no_data", "not_counted"
    if kept > asked:
        return asked, *gone, "kept_above", "not_counted"
    if asked < method.MIN_SHOWN:
        return asked, *gone, "too_few", "too_little"
    value, low, high, _ = intervals.percent(kept, asked)
    standing = "weak" if high < BAR else "holds" if low >= BAR else "unclear"
    return asked, value, low, high, "", standing


def _questions(rows: pd.DataFrame, work: Workbook) -> pd.DataFrame:
    """Count the six questions answered for a link: under its code, else by the giver's unit."""
    given = checklists.answers(work, "questions_inner")
    given = given[given["score"].notna()]
    counts = []
    for link, giver in zip(rows["link"], rows["giver"], strict=True):
        own = given[given["visit"] == link]
        unit = given[(given["unit"] == giver) & ~given["visit"].isin(rows["link"])]
        of = own if len(own) else unit
        proved = of["evidence"].fillna("").astype(str).str.strip() != ""
        counts.append((of["item"].nunique(), of.loc[proved, "item"].nunique()))
    return pd.DataFrame(counts, columns=["replies", "proofs"], index=rows.index)


def _changes(rows: pd.DataFrame, work: Workbook) -> pd.DataFrame:
    """Say which links were written down before something changed, what and when."""
    end = pd.Timestamp(periods.last_day(work.period))
    starts = work.table("units").set_index("unit")["start"]
    found = []
    for row in rows.itertuples():
        days = [(row.changed, row.reason or "unsaid")]
        days += [(starts.get(unit), "unit") for unit in (row.giver, row.taker)]
        later = [day for day in days if pd.notna(day[0]) and row.date < day[0] <= end]
        day, what = max(later, default=(None, "fresh"), key=lambda each: each[0])
        found.append((what, wording.day(day) if day is not None else "—"))
    return pd.DataFrame(found, columns=["remap", "changed_on"], index=rows.index)


@once_said
def inner_links(work: Workbook) -> pd.DataFrame:
    """Put the map into a matrix: for each giver and taker what share is kept.

    Returns
    -------
    DataFrame
        One row per ``giver`` and ``taker``: ``n`` asked, ``in_time`` per cent with its
        Wilson interval, ``in_time_why`` where there is none, ``link_state``. Links of one pair
        are added up; links without an agreed level, or not counted, add nothing.
    """
    rows = inner_map(work)
    counted = ~rows["link_state"].isin(["no_level", "not_counted"])
    rows["asked"], rows["kept"] = rows["n"].where(counted), rows["done"].where(counted)
    rows["hours"] = rows["agreed"]
    pairs = rows.groupby(["giver", "taker"], sort=False)
    table = pairs[["asked", "kept", "hours"]].sum(min_count=1).reset_index()
    table = table[["giver", "taker"]].join(_shares(table))
    table["n"] = table["n"].fillna(pairs["n"].sum(min_count=1).reset_index(drop=True))
    table["n_why"] = "no_data"
    reasons = pairs["in_time_why"].agg(lambda codes: next(filter(None, codes), "")).tolist()
    table["in_time_why"] = table["in_time_why"].where(table["in_time_why"] != "no_data", reasons)
    table["say"] = np.where(table["link_state"] == "weak", "weak", "")
    return about(table, "inner_matrix", work)


def ties(work: Workbook) -> pd.DataFrame:
    """Compare horizontal ties with those through a head: their share, time agreed, share kept.

    Returns
    -------
    DataFrame
        One row per ``tie_way`` (horizontal: a common process or a support function; vertical:
        a report to the head; unsaid): ``links``, ``links_share`` of all in per cent,
        ``agreed_hours`` (median of the hours agreed), and of counted links ``n``, ``in_time``.

    Notes
    -----
    More horizontal ties speed up interaction (Navigator 2023, 3.3). Which are horizontal is
    our choice.
    """
    rows = inner_map(work)
    way = rows["via"].map(
        {"function": "horizontal", "process": "horizontal", "manager": "vertical"}
    )
    counted = ~rows["link_state"].isin(["no_level", "not_counted"])
    rows = rows.assign(tie_way=way.fillna("unsaid"), kept=rows["done"].where(counted),
                       asked=rows["n"].where(counted), hours=rows["agreed"])  # fmt: skip
    groups = rows.groupby("tie_way", sort=True)
    table = groups[["asked", "kept"]].sum(min_count=1).join(groups["hours"].median())
    table = table.join(_shares(table)).join(groups.size().rename("links")).reset_index()
    table["links_share"] = 100 * table["links"] / max(len(rows), 1)
    table = table.rename(columns={"hours": "agreed_hours"}).assign(
        n_why="no_data", agreed_hours_why="no_level"
    )
    return about(table, "ties", work)


def weakest(work: Workbook) -> pd.DataFrame:
    """Return the matrix with its weakest links first: those surely below :data:`BAR`.

    A link is weak where even the upper end of its interval lies below the bar; few requests,
    or no agreed level, are said in words and never make a link weak. Links, not people.
    """
    rows = inner_links(work)
    place = rows["link_state"].map(STANDINGS.index)
    rows = rows.assign(place=place).sort_values(["place", "in_time_high"], kind="stable")
    return about(rows.drop(columns="place"), "weakest", work)


# ---------------------------------------------------------------- parity


@once
def parity(work: Workbook) -> pd.DataFrame:
    """Compare what is done for outer and for inner clients: both may expect the same.

    Returns
    -------
    DataFrame
        One row per ``aspect`` (needs written down, KPIs measured, people asked, walks taken,
        questions answered): ``external`` and ``internal`` counts, missing where no table tells
        of them; ``parity``: equal, less_external, less_internal, only_external,
        only_internal, neither.

    Notes
    -----
    "Have an equal right to expect good quality": Navigator 2023, 3.3. Less means under half;
    of people asked it only matters that both are (our choices).
    """
    walked = walkthroughs.walk_answers(work)
    walks = walked[walked["score"].notna()].groupby("kind")["visit"].nunique()
    found = {
        "needs": _side(work.table("needs")["segment"], work).value_counts(),
        "kpis": _measured(work),
        "people": _people(work),
        "walks": walks.rename({"outer": "external", "inner": "internal"}),
        "questions": _questioned(work),
    }
    rows = pd.DataFrame(found).T.reindex(columns=list(SIDES)).fillna(0).astype(float)
    rows = rows.rename_axis("aspect").reset_index()
    pairs = zip(rows["aspect"], rows["external"], rows["internal"], strict=True)
    rows["parity"] = [_balance(outer, inner, name == "people") for name, outer, inner in pairs]
    gone = [not any(len(work.table(table)) for table in ASPECTS[name]) for name in rows["aspect"]]
    for side in SIDES:
        few = (rows["aspect"] == "people") & rows[side].between(HIDDEN, method.MIN_SHOWN - 1)
        words = ["gives_away", "too_few"]
        rows[f"{side}_why"] = np.select([few & (rows[side] < 1), few], words, "no_data")
        rows[side] = rows[side].mask(few | np.array(gone, bool))
    rows["say"] = rows["aspect"].mask(rows["parity"].isin(["equal", "neither"]), "")
    return about(rows, "parity", work)


def _measured(work: Workbook) -> pd.Series:
    """Count the KPIs of each side that have a value."""
    rows = five_kpis.scored(work)
    rows = rows[rows["points"].notna() & rows["kpi"].isin(method.KPIS)]
    return rows.groupby("client")["kpi"].nunique()


HIDDEN: Final = 0.5
"""Stands for people who answered and whose number would give away a small one."""


def _people(work: Workbook) -> pd.Series:
    """Count those who answered in the period, at least: of a service, the most to any question.

    A service of few adds nothing: the sum less the others would tell its number.
    """
    rows = metrics.at(metrics.levels(work), work.period)
    n = rows["n"].mask(rows["why"] == "gives_away", HIDDEN)
    most = n.groupby(rows["service"]).max()
    sides = most.groupby(work.table("services").set_index("service")["client"])
    few = method.MIN_SHOWN
    return sides.agg(lambda n: n[n >= few].sum() or min(n.sum(), few - 1))


def _questioned(work: Workbook) -> pd.Series:
    """Count the questions answered on the outer and the inner list, not by clients.

    Parts of a question asked apart (``outer_2_fast``, ``outer_2_well``) are one question.
    """
    rows = checklists.answers(work)
    rows = rows[rows["score"].notna() & (rows["source"] != "client")]
    lists = ("questions_outer", "questions_inner")
    asked = rows["item"].str.replace(r"^([a-z]+_\d+)_.*", r"\1", regex=True)
    return pd.Series([asked[rows["form"] == form].nunique() for form in lists], list(SIDES))


def _balance(outer: float, inner: float, either: bool) -> str:
    """Return the word for two counts; with `either` only being there counts."""
    if not outer or not inner:
        return "only_external" if outer else "only_internal" if inner else "neither"
    if either or min(outer, inner) >= HALF * max(outer, inner):
        return "equal"
    return "less_internal" if inner < outer else "less_external"

"""Why a target was missed: the organisation by default, an employee only by proof and dialogue.

Nothing here names a person, and no table tells of one: what was said of an employee stays
between him and his head. Agencies with few staff are told no group at all.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import periods, wording
from ccwork.language.problems import Problem
from ccwork.measure.process import chosen_service, summaries
from ccwork.read.cache import dicts, once, once_said
from ccwork.read.workbook import Workbook
from ccwork.stages.cascade import position_indicators
from ccwork.stages.kpi import target_values
from ccwork.stats import decomposition, intervals
from ccwork.tell.tables import about, framed

MISS: Final = ["metric", "service", "period"]
"""What tells one missed target from another."""

GATES: Final = ("gate_outside", "gate_repeated", "gate_own_steps", "gate_no_obstacle")
"""All four must be "yes", and the dialogue be recorded, before a cause is an employee's."""

FIRST: Final = ("organisation", "employee", "undetermined")
"""Of several causes of one missed target the first of these is its group (our choice)."""

MOST_UNDETERMINED: Final = 20.0
"""More missed targets without a cause, in percent, mean that causes are not looked for."""


def causes_written(work: Workbook) -> pd.DataFrame:
    """Return the causes as people wrote them down, whatever targets they are of."""
    return work.table("causes").rename(columns={"target_period": "period"})


@once
def missed(work: Workbook) -> pd.DataFrame:
    """Return the missed targets, each with whether anybody wrote down a cause.

    Returns
    -------
    DataFrame
        Rows of :func:`target_values.targets_held` whose status is missed, with ``cause_named`` yes
        or no.
    """
    rows = target_values.targets_held(work)
    rows = rows[rows["target_status"] == "missed"]
    named = pd.MultiIndex.from_frame(causes_written(work)[MISS])
    hit = pd.MultiIndex.from_frame(rows[MISS]).isin(named)
    return about(rows.assign(cause_named=np.where(hit, "yes", "no")), "missed", work)


def ruled(row: Mapping[str, Any], kind: str) -> tuple[str, str]:
    """Return whose cause it is after the rule, and the code of what the rule did.

    Parameters
    ----------
    row
        One row of the table ``causes``: ``group``, the four gates, ``dialogue`` and
        ``dialogue_date``.
    kind
        Group of its cause in the catalogue.

    Returns
    -------
    tuple of str
        Group, and "kept", "not_employee" (a cause of an employee under another group: its
        group stays, the cause is not told), "other_cause" (the cause named is not one of an
        employee), "gate_failed", "gates_missing" or "no_dialogue".

    Notes
    -----
    Gate "no": organisation. All gates not known, or no dialogue: undetermined. Source: KPI
    method (both lists of causes, constant dialogue); the gates are our choice.

    Examples
    --------
    >>> row = dict.fromkeys(GATES, "yes") | {"group": "employee", "dialogue": "", }
    >>> ruled(row | {"dialogue_date": None}, "employee")
    ('undetermined', 'no_dialogue')
    >>> ruled(row | {"gate_own_steps": "no"}, "employee")
    ('organisation', 'gate_failed')
    """
    if row["group"] != "employee":
        return row["group"], "not_employee" if kind == "employee" else "kept"
    if kind == "organisation":
        return "organisation", "other_cause"
    gates = [row[gate] for gate in GATES]
    if "no" in gates:
        return "organisation", "gate_failed"
    if set(gates) != {"yes"}:
        return "undetermined", "gates_missing"
    if not row["dialogue"] or pd.isna(row["dialogue_date"]):
        return "undetermined", "no_dialogue"
    return "employee", "kept"


@once
def _ruled(work: Workbook) -> pd.DataFrame:
    """Return the causes of missed targets after the rule; a miss without one has a row too.

    ``kept``: what it says is withheld.
    """
    rows = causes_written(work)
    late = pd.to_datetime(rows["dialogue_date"]) > pd.Timestamp(work.date)
    rows["dialogue_date"] = rows["dialogue_date"].mask(late)
    kinds = work.catalogues["causes"]["group"]
    rows = missed(work)[MISS].merge(rows, on=MISS, how="left")
    named = rows["cause"].notna()
    said = [
        ruled(row, str(kinds.get(row["cause"], ""))) if known else ("undetermined", "not_named")
        for row, known in zip(dicts(rows), named, strict=True)
    ]
    rows[["cause_group", "ruled"]] = pd.DataFrame(said, rows.index, ["cause_group", "ruled"])
    return rows.assign(kept=_withheld(rows, work))


@once_said
def causes(work: Workbook) -> pd.DataFrame:
    """Say of every missed target whose cause it was, after the rule; of no person.

    Returns
    -------
    DataFrame
        One row a cause of a missed target: ``cause_group`` organisation, employee,
        undetermined, or withheld: in an agency with fewer than 10 staff always, and all alike
        where fewer than 10 people answer for the metric; ``cause_said`` and
        ``cause_advice`` in the language in force and ``cause_evidence``, for causes of the
        organisation only; ``ruled``, what the rule did with what was written (see
        :func:`ruled`; "not_named" where nothing was).
    """
    rows = _ruled(work)
    told = _say_causes(rows)
    advice = rows["cause"].map(work.catalogues["causes"][f"advice_{wording.lang()}"])
    rows["cause_advice"] = advice.where(told, "").replace("", "—").fillna("—")
    rows["cause_evidence"] = rows["evidence"].where(told, "").replace("", "—").fillna("—")
    kept = rows["kept"]
    rows.loc[kept, ["cause_group", "ruled"]] = "withheld"
    rows.loc[kept, ["cause_said", "cause_evidence", "cause_advice"]] = "—"
    return about(framed(rows, "causes"), "causes", work)


def _withheld(rows: pd.DataFrame, work: Workbook) -> np.ndarray:
    """Tell where so few people work, or carry a metric, that "an employee" points at one of them.

    There all causes are withheld alike: one group alone would be known by what is missing.
    """
    if (work.info.get("staff") or method.MIN_SHOWN) < method.MIN_SHOWN:
        return np.ones(len(rows), bool)
    posts = position_indicators.carried(work)
    named = work.table("positions").set_index("position")["staff"]
    staff = posts.assign(staff=posts["position"].map(named))
    people = staff.groupby(["metric", "service"])["staff"].sum(min_count=1)
    known = people.reindex(pd.MultiIndex.from_frame(rows[["metric", "service"]]))
    return (known < method.MIN_SHOWN).to_numpy()


def _say_causes(rows: pd.DataFrame) -> pd.Series:
    """Put the causes of the organisation in words; those said of an employee are not told."""
    told = (rows["cause_group"] == "organisation") & rows["ruled"].isin(["kept", "other_cause"])
    rows["cause_place"] = rows.groupby(MISS).cumcount() + 1
    pairs = zip(rows["cause"], told, strict=True)
    rows["cause_said"] = [wording.name("cause", code) if known else "—" for code, known in pairs]
    return told


@once_said
def escalations(work: Workbook) -> pd.DataFrame:
    """List what the head has to remove or to pass upward, the earliest due first.

    Returns
    -------
    DataFrame
        One row a cause of the organisation: ``cause_said``, ``cause_owner`` and ``escalated``
        (codes of positions), ``due_period``, and ``escalation``: no_owner, no_date, overdue (due
        before the date of the data), open or removed. Causes that :func:`causes` withholds have
        a row, whosever they are, and "withheld".
    """
    rows = _ruled(work)
    rows = rows[(rows["cause_group"] == "organisation") | rows["kept"]].reset_index(drop=True)
    _say_causes(rows)
    kept = rows.pop("kept")
    rows.loc[kept, ["due", "owner", "escalated_to"]] = ""
    rows.loc[kept, "cause_said"] = "—"
    ends = pd.to_datetime([periods.last_day(due) if due else pd.NaT for due in rows["due"]])
    today, gone = pd.Timestamp(work.date), pd.to_datetime(rows["removed"])
    rows["escalation"] = np.select(
        [kept, gone <= today, rows["owner"] == "", ends.isna(), ends < today],
        ["withheld", "removed", "no_owner", "no_date", "overdue"], "open",
    )  # fmt: skip
    for column, source in (("cause_owner", "owner"), ("escalated", "escalated_to")):
        rows[column] = rows[source].replace("", "—")
    rows = rows.assign(due_period=rows["due"], ends=ends).sort_values("ends", kind="stable")
    return about(framed(rows, "escalations"), "escalations", work)


def organisational_share(work: Workbook) -> pd.DataFrame:
    """Say what share of missed targets the organisation of work explains, year by year.

    Returns
    -------
    DataFrame
        One row a year of targets and a last one of all (``span`` "", ``span_said`` "all
        years" in the language in force): ``missed_targets``;
        ``share_of`` the organisation among the ``causes_found`` and ``unclear_share`` of all,
        percent with Wilson limits, NaN with "few_misses" below 10; ``say`` told, unclear (too
        many without a cause), few or withheld, in the last row. Where causes are withheld
        neither counts nor shares are told, nor those of all years: what is left would tell them.

    Notes
    -----
    Every missed target counts once, by the first group of :data:`FIRST` among its causes.
    """
    rows = _ruled(work)
    rows["place"] = rows["cause_group"].map(FIRST.index)
    each = rows.groupby(MISS, sort=False).agg({"place": "min", "kept": "any"}).reset_index()
    each["span"] = [periods.coarsen(period, "year") for period in each["period"]]
    spans = sorted(each["span"].unique())
    found = [_share(each[each["span"] == span], span) for span in spans]
    found += [_share(each, "")] if spans else []
    table = pd.DataFrame(found, columns=list(found[0]) if found else ["span"])
    return about(table, "organisational_share", work)


def _share(rows: pd.DataFrame, span: str) -> dict[str, Any]:
    count = [int((rows["place"] == place).sum()) for place in range(len(FIRST))]
    misses, known = len(rows), count[0] + count[1]
    row = {"span": span, "missed_targets": misses, "causes_found": known, "why": "few_misses"}
    row["span_said"] = wording.period(span) if span else wording.word("span.all")
    for name, k, n in (("share_of", count[0], known), ("unclear_share", count[2], misses)):
        row |= intervals.percent(k, n, least=method.MIN_SHOWN).columns(name)
    unclear = row["unclear_share"] > MOST_UNDETERMINED
    row["say"] = "unclear" if unclear else "few" if known < method.MIN_SHOWN else "told"
    if rows["kept"].any():
        gone = (name for share in ("share_of", "unclear_share") for name in intervals.names(share))
        row |= dict.fromkeys(("causes_found", *gone), np.nan)
        row |= {"why": "gives_away", "say": "withheld"}
    return row | {"say": ""} if span else row


HARD: Final = 2
"""So many targets missed by the organisation's fault make a team one to protect (our choice)."""


def protected_teams(work: Workbook) -> pd.DataFrame:
    """Flag the teams whose targets the organisation of work misses: their best people lose heart.

    Returns
    -------
    DataFrame
        One row per unit whose positions own or influence a metric: ``unit_name``,
        ``not_theirs`` missed targets with a cause of the organisation, ``team_flag``: protect
        (:data:`HARD` or more of them), watch (one) or none; ``say`` the flag where it is protect.
        Of causes in employees nothing is told: where some are withheld, neither are counts.

    Notes
    -----
    Source: KPI method 2023 (such causes demotivate, often the best); the cut is our choice.
    """
    rows = _ruled(work)
    hidden = rows["kept"]
    rows = rows[(rows["cause_group"] == "organisation") & ~hidden].drop_duplicates(MISS)
    held = position_indicators.carried(work)
    held = held[(held["role"] != "apart") & (held["unit"] != "")]
    held = held[["unit", "metric", "service"]].drop_duplicates()
    found = held.merge(rows[MISS], on=["metric", "service"], how="left")
    table = found.groupby("unit", sort=False)["period"].count().rename("not_theirs").reset_index()
    many = [table["not_theirs"] >= HARD, table["not_theirs"] == 1]
    table = table.rename(columns={"unit": "unit_name"})
    table["team_flag"] = np.select(many, ["protect", "watch"], "none")
    table["say"] = table["team_flag"].where(table["team_flag"] == "protect", "")
    table = table.sort_values("not_theirs", ascending=False, kind="stable")
    if hidden.any():
        table["not_theirs"], table["not_theirs_why"] = np.nan, "gives_away"
    return about(table, "protected_teams", work)


def problems(work: Workbook) -> Iterator[Problem]:
    """Name the causes written for targets that were not missed, and those the rule changed."""
    rows = causes_written(work)
    hit = pd.MultiIndex.from_frame(rows[MISS]).isin(pd.MultiIndex.from_frame(missed(work)[MISS]))
    for row in rows[~hit].itertuples():
        yield Problem("cause_not_missed", values=_names(row), grave=False)
    changed = _ruled(work)
    told = changed["ruled"].isin(["kept", "not_named"]) | changed["kept"]
    for row in changed[~told].itertuples():
        rule = wording.word(f"ruled.{row.ruled}")
        yield Problem("cause_ruled", values=_names(row) | {"rule": rule}, grave=False)


def _names(row: Any) -> dict[str, str]:
    named = {name: wording.name(name, getattr(row, name)) for name in ("metric", "service")}
    return named | {"period": wording.period(row.period)}


def employee_view(work: Workbook) -> pd.DataFrame:
    """Say for how much of the work time WHO takes a step matters; for a notebook, never a report.

    Returns
    -------
    DataFrame
        One row a step: ``n`` cases with known hours, ``between_share`` the percentage of their
        variation that goes with the code of who took it, with limits; ``who_matters``: one
        (all by one code), few, little (at most half, even at the upper limit), unclear, much.
        No codes, no values of anybody, no order by result.

    Notes
    -----
    F35 on logarithms of hours. The rest is what comes with cases, rules, systems and chance.
    """
    steps = work.table("steps")
    mine = (steps["service"] == chosen_service.service(work)) & (steps["position"] != "")
    steps = summaries.worked(steps[mine])
    steps["hours"] = np.log(steps["hours"])
    groups = steps.groupby("step", sort=False, observed=True)
    return about([_between(step, group) for step, group in groups], "employee_view", work)


def _between(step: str, rows: pd.DataFrame) -> list[Any]:
    n, many = len(rows), rows["position"].nunique()
    share = decomposition.spread(rows["hours"], rows["position"].astype(str)).share
    if many < 2 or n < method.MIN_COMPARED or np.isnan(share.low):
        said, why = ("one", "one_code") if many < 2 else ("few", "few_cases")
        return [step, n, np.nan, np.nan, np.nan, said, why]
    said = "little" if share.high <= 0.5 else "much" if share.low > 0.5 else "unclear"
    return [step, n, *(100 * x for x in share[:3]), said, ""]

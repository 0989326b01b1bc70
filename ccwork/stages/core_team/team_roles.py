"""Stage 2, the core team: which roles it covers, what it is short of, which teams are best.

Roles are an aid to talk, no test of a person: a level is what somebody said of himself and
what colleagues confirmed, and it expires. No table of the report has a row of a person, and
no table at all holds a person's level: :func:`candidates`, :func:`best` and
:func:`replaceable` are for the people themselves, and a report shows words in their place.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import pandas as pd

from ccwork.language import periods, wording
from ccwork.measure import checklists
from ccwork.read.cache import dicts, grouped, once, once_said
from ccwork.read.workbook import Workbook
from ccwork.stats import set_cover
from ccwork.tell.tables import about, framed

ROLES: Final = ("practitioner", "innovator", "realist", "critic", "systems")
"""Practitioners, innovators, realists against them, critics, systems thinkers (the method)."""

HELD: Final = 2
"""From this level of 0..3 on a role is held (our choice)."""

NAMED: Final = 2
"""So many colleagues must name a person for a role before the own word counts (our choice)."""

NEED: Final = 2
"""So many must hold every role: one alone may fall ill (our choice)."""

SIZE: Final = (5, 9)
"""Fewest and most members of a core team (our choice)."""

HOURS: Final = 40
"""Hours a week a team needs altogether (our choice: one full-time person)."""

MONTHS: Final = 12
"""After so many months a level is out of date (our choice)."""

MOST_ROLES: Final = 2
"""More roles than this on one person are too many (our choice)."""

TIMES: Final = 2
"""Innovators and realists, or flexibility and rules: neither more than so many times the other."""

LEADS: Final = {"gone": -1, "no": 0, "growing": 1, "acting": 2}
"""Steps of a leader of change."""

WORDS: Final = 3
"""Numbers of people are told in words, up to "three or more"."""


@once
def people_agreed(work: Workbook) -> pd.DataFrame:
    """Return the people who agreed to be counted, with the levels that hold today.

    The own word counts where at least :data:`NAMED` colleagues named the person for the role;
    else it is 1 at most. Twelve months after the day asked every level is unknown.

    Returns
    -------
    DataFrame
        The rows of ``people``; a role's level is NaN where not known, ``<role>_near`` says how
        near a person is to holding it: held, confirm, named, grow, or "".
    """
    rows = work.table("people")
    rows = rows[(rows["agreed"] == "yes") & (rows["leads"] != "gone")].reset_index(drop=True)
    old = pd.to_datetime(rows["asked"]) < _expires(work)
    for role in ROLES:
        own = rows[role].astype(float).mask(old)
        named = rows[f"{role}_named"].astype(float).mask(old) >= NAMED
        rows[role] = own.where(named, own.clip(upper=HELD - 1))
        near = [rows[role] >= HELD, own >= HELD, named, own >= HELD - 1]
        rows[f"{role}_near"] = np.select(near, ["held", "confirm", "named", "grow"], "")
    return rows


def _expires(work: Workbook) -> pd.Timestamp:
    """Return the first day whose answers still hold."""
    return pd.Timestamp(periods.last_day(work.period)) - pd.DateOffset(months=MONTHS)


def _free(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave the sponsor out of the count of roles."""
    return rows[rows["member"] != "sponsor"].reset_index(drop=True)


def _present(work: Workbook) -> tuple[str, pd.DataFrame]:
    """Return the team people formed, else the first of the best ones that could be formed."""
    rows = _free(people_agreed(work))
    formed = rows[rows["member"] == "yes"]
    if len(formed):
        return "present", formed
    found = _search(rows)
    return "possible", rows.iloc[list(found[0].members) if found else []]


def _able(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[list(ROLES)] >= HELD


# ---------------------------------------------------------------- roles


def roles(work: Workbook) -> pd.DataFrame:
    """Say how the five roles are covered; numbers of people are words, nobody is named.

    Returns
    -------
    DataFrame
        One row per ``team_role``: who holds it ``in_team`` and ``outside_team``, who
        ``could_grow`` into it, how many the team does ``lack``, and ``spare``: whether one of
        all who hold it may leave. "unknown" where nobody's level is known today.
    """
    rows = _free(people_agreed(work))
    formed = (rows["member"] == "yes").any()
    made = []
    for role in ROLES if len(rows) else ():
        near, mine = rows[f"{role}_near"], rows["member"] == "yes"
        held = near == "held"
        have = int((held & mine).sum()) if formed else int(held.sum())
        known = rows[role].notna().any()
        row = {
            "in_team": _few(have) if formed else "unformed",
            "outside_team": _few((held & ~mine).sum()),
            "could_grow": _few(near.isin(["confirm", "named", "grow"]).sum()),
            "lack": _few(max(0, NEED - have)),
            "spare": "passed" if held.sum() > NEED else "failed",
        }
        made.append(
            {"team_role": role} | (row if known else dict.fromkeys(row, "unknown"))
            | {"say": ("short" if formed else "pool") if known and have < NEED else ""}
        )  # fmt: skip
    return about(made, "team_roles", work)


def _few(count: int) -> str:
    return str(min(int(count), WORDS))


def team_safety(work: Workbook) -> pd.DataFrame:
    """Say how safe and how even the team is.

    Returns
    -------
    DataFrame
        One row: ``whose_team``: present, or possible where none was formed; ``bus`` how many
        hold the rarest role (F46), in words; ``evenness`` Pielou's J over the five roles
        (F47); ``rivals``: whether one best team can be made of all people, or several.
    """
    whose, team = _present(work)
    found, rows = _search(_free(people_agreed(work))), []
    if len(team):
        able = _able(team).to_numpy()
        bus = set_cover.bus_factor(able)
        rows = [{
            "whose_team": whose, "bus": _few(bus),
            "evenness": set_cover.evenness(able.sum(axis=0)), "evenness_why": "no_roles",
            "rivals": "one" if len(found) == 1 else "several",
            "say": "empty" if not bus else "single" if bus == 1 else "safe",
        }]  # fmt: skip
    return about(rows, "team_shape", work)


# ---------------------------------------------------------------- demands


def demands(work: Workbook) -> pd.DataFrame:
    """Hold the team (the one formed, else the best possible) against what a team must have.

    Returns
    -------
    DataFrame
        One row per ``demand``: ``demand_met`` passed, failed or unknown, and which roles are
        ``role_missing``. ``leadership`` is the gate of :func:`gate`.
    """
    _, team = _present(work)
    rows = people_agreed(work)
    made = list(_marks(team, rows)) if len(rows) else []
    if len(made):
        made.append(("leadership", gate(work), ""))
    table = framed(made, "team_demands")
    gates = table["demand_met"].map({"passed": "open", "failed": "shut", "unknown": "unproven"})
    table["say"] = gates.where(table["demand"] == "leadership", "")
    return about(table, "team_demands", work)


def _marks(team: pd.DataFrame, rows: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Mark each demand a team has to meet."""
    able, known = _able(team), team[list(ROLES)].notna()
    counts = able.sum()
    short = [role for role in ROLES if counts[role] < NEED]
    yield "roles", _mark(known.any().all(), not short), " ".join(short)
    yield "size", _mark(True, SIZE[0] <= len(team) <= SIZE[1]), ""
    yield "contact", _mark((team["contact"] != "").any(), (team["contact"] == "yes").any()), ""
    units = team.loc[team["unit"] != "", "unit"].nunique()
    yield "units", _mark(units > 0, units >= 2), ""
    hours = team["hours"].astype(float)
    yield "hours", _mark(hours.notna().any(), hours.sum() >= HOURS), ""
    pair = counts[["innovator", "realist"]]
    fewer = "" if even(*pair) else str(pair.idxmin())
    yield "opposition", _mark(known[pair.index].any().all(), not fewer), fewer
    yield "load", _mark(known.any().any(), (able.sum(axis=1) <= MOST_ROLES).all()), ""
    yield "fresh", _mark(True, known.any(axis=1).all()), ""
    leads = team["leads"].isin(["growing", "acting"])
    yield "change_leader", _mark((team["leads"] != "").any(), leads.any()), ""
    yield "exchange", _mark((team["outside"] != "").any(), (team["outside"] == "yes").any()), ""
    yield "sponsor", _mark(True, (rows["member"] == "sponsor").any()), ""


def _mark(known: bool, met: bool) -> str:
    return ("passed" if met else "failed") if known else "unknown"


def even(one: float, other: float) -> bool:
    """Tell whether two opposites are in balance: both there, neither :data:`TIMES` the other.

    Examples
    --------
    >>> even(1, 2), even(1, 3), even(0, 0)
    (True, False, False)
    """
    return min(one, other) > 0 and max(one, other) <= TIMES * min(one, other)


# ---------------------------------------------------------------- leaders


ACCEPTS: Final = "leader_accepts"
"""The item without which the gate is shut: the top leadership applies the order to itself."""


@once_said
def leaders(work: Workbook) -> pd.DataFrame:
    """Return the leaders' commitment: the latest answer to every item, the worst of that day.

    Returns
    -------
    DataFrame
        One row per ``item`` of the form: ``reply_given`` 0, 1, 2, na, none or old (given more
        than :data:`MONTHS` months ago), ``has_proof`` whether evidence stands beside it, ``day``.
    """
    return last_answers(work, "leaders")


def last_answers(work: Workbook, form: str) -> pd.DataFrame:
    """Return the last answer to every item of a form, as :func:`leaders` does; named by it."""
    rows = checklists.answers(work, form).sort_values(["date", "score"], ascending=[False, True])
    last = grouped(rows.drop_duplicates("item"), "item")
    first = _expires(work)
    items = work.catalogues["items"]
    made = []
    for item in items.index[items["form"] == form] if len(rows) else ():
        for row in last.get(item, ()):
            reply = "old" if row["date"] < first else str(row["answer"])
            proved = "yes" if str(row["evidence"]).strip() else "no"
            made.append((item, reply, proved, wording.day(row["date"])))
        made += [] if item in last else [(item, "none", "no", "—")]
    columns = ["item", "reply_given", "has_proof", "day"]
    return about(pd.DataFrame(made, columns=columns), form, work, key=["item"], of=["checks"])


def leaders_grown(work: Workbook) -> pd.DataFrame:
    """Say how many leaders of change grew within a year and how many were lost, in words.

    Returns
    -------
    DataFrame
        One row, ``leaders_of`` "all", of people who agreed and of whom both years are known:
        ``grown`` (lead now and did not, or lead where they grew), ``stayed``, ``faded`` (led
        and do not), ``left_us`` (led and are gone). Empty where nobody's past is known.
    """
    rows = work.table("people")
    rows = rows[(rows["agreed"] == "yes") & (rows["led"] != "") & (rows["leads"] != "")]
    then, now = (rows[year].map(LEADS) for year in ("led", "leads"))
    row = {
        "leaders_of": "all", "grown": _few((now > then).sum()),
        "stayed": _few(((now == then) & (now > 0)).sum()),
        "faded": _few(((now < then) & (now >= 0)).sum()),
        "left_us": _few(((now < 0) & (then > 0)).sum()),
    }  # fmt: skip
    return about([row][: len(rows)], "leaders_grown", work)


def gate(work: Workbook) -> str:
    """Tell whether the leadership opened the gate: passed, failed or unknown.

    Passed: it accepts the new order and applies it to itself, with evidence, and no item is
    answered "no". Failed: an item is answered "no", or acceptance is only partial. What was
    answered more than :data:`MONTHS` months ago counts for nothing, like a level.
    Source: Roskachestvo on client-ocracy (the main difficulty); the rule is our choice.
    """
    rows = leaders(work).set_index("item")
    if rows.empty:
        return "unknown"
    reply, proved = rows.loc[ACCEPTS, ["reply_given", "has_proof"]]
    if (rows["reply_given"] == "0").any() or reply == "1":
        return "failed"
    return "passed" if (reply, proved) == ("2", "yes") else "unknown"


# ---------------------------------------------------------------- for the people themselves


def _search(rows: pd.DataFrame) -> list[set_cover.Cover]:
    """Search all teams; a demand nothing is known of is not asked for."""
    if rows.empty:
        return []
    able = _able(rows)
    gives, wanted = able.astype(float), dict.fromkeys(ROLES, NEED)
    if (rows["contact"] != "").any():
        gives["contact"], wanted["contact"] = rows["contact"] == "yes", 1
    for unit in sorted(set(rows["unit"]) - {""}):
        gives[f"units {unit}"], wanted[f"units {unit}"] = ~rows["unit"].isin([unit, ""]), 1
    if rows["hours"].notna().any():
        gives["hours"], wanted["hours"] = rows["hours"].astype(float).fillna(0), HOURS
    unit = [HOURS if name == "hours" else 1 for name in wanted]
    worth = rows[list(ROLES)].where(able, 0).sum(axis=1)
    found = set_cover.best(gives.astype(float), list(wanted.values()), SIZE, worth, unit)
    return [each._replace(short=_named(wanted, each.short)) for each in found]


def _named(wanted: Mapping[str, float], short: tuple[int, ...]) -> tuple[str, ...]:
    """Name what a team is short of, each as often as it is."""
    pairs = zip(wanted, short, strict=True)
    return tuple(name.split()[0] for name, times in pairs for _ in range(times))


NEAR: Final = ("held", "confirm", "named", "grow")
"""How near a person is to a role, the nearest first."""

SHOWN: Final = 20
"""So many best teams are shown; how many there are is said in :func:`team_safety`."""


def best_teams(work: Workbook) -> pd.DataFrame:
    """List every best team that can be made of the people who agreed (F45).

    Best: least short of the demands (roles, one with daily contact, two units, hours), then
    smallest, then with the highest levels in the roles held. The search is exact.

    Returns
    -------
    DataFrame
        One row per best ``team``, in order of codes: ``members``; ``short_of``, each demand
        named as often as it is short; ``short_said``, the same in words, with who is nearest.
    """
    rows = _free(people_agreed(work))
    found = _search(rows)
    made = [
        (str(place), ", ".join(rows["person"].iloc[list(each.members)]), " ".join(each.short),
         _short_said(each.short, rows.drop(index=rows.index[list(each.members)]), rows))
        for place, each in enumerate(found, 1)
    ]  # fmt: skip
    return _personal(about(framed(made, "best_teams").head(SHOWN), "best_teams", work))


def _short_said(short: tuple[str, ...], left: pd.DataFrame, rows: pd.DataFrame) -> str:
    """Say what a team is short of: of a role how many and who is nearest to it."""
    parts = []
    for name in dict.fromkeys(short):
        said = wording.word(f"team_part.{name}")
        if name in ROLES:
            said += f": {wording.word(f'lack.{_few(short.count(name))}')}"
            said += _nearest(name, left, rows)
        parts.append(said)
    return "; ".join(parts) or wording.word("team.complete")


def _nearest(role: str, left: pd.DataFrame, rows: pd.DataFrame) -> str:
    """Name who is nearest to a role: who holds it outside the team, else who could."""
    for near in NEAR:
        whom = left if near == "held" else rows
        whom = whom.loc[whom[f"{role}_near"] == near, "person"]
        if len(whom):
            return " " + wording.say("team.nearest", people=", ".join(whom))
    return " " + wording.word("team.nobody_near")


def _personal(rows: pd.DataFrame) -> pd.DataFrame:
    """Mark a table of persons: it stays out of every report (see :func:`display.show`)."""
    rows.attrs["personal"] = True
    return rows


def nearest_people(work: Workbook) -> pd.DataFrame:
    """Name who is nearest to the roles the team lacks; how near is a word, not a level.

    Returns
    -------
    DataFrame
        One row per ``team_role`` and ``person`` outside the team who holds it or could:
        ``near_role``; of those in the team (``already_in``) only who could grow into it.
    """
    rows = _free(people_agreed(work))
    wanted = roles(work).query("say != ''")["team_role"]
    made = [
        (role, row["person"], row[f"{role}_near"], "yes" if row["member"] == "yes" else "no")
        for role in wanted
        for near in NEAR
        for row in dicts(rows[rows[f"{role}_near"] == near])
        if near != "held" or row["member"] != "yes"
    ]
    return _personal(about(made, "candidates_of_roles", work))


def replaceable(work: Workbook) -> pd.DataFrame:
    """Say of everyone in a best team whether an equally complete team exists without them.

    Returns
    -------
    DataFrame
        One row per ``person``: ``replaceable`` yes or no, and what would then be short.
    """
    rows = _free(people_agreed(work))
    found, made = _search(rows), []
    for place in sorted({place for each in found for place in each.members}):
        others = _search(rows.drop(index=place).reset_index(drop=True))
        now, then = found[0].short, others[0].short if others else ROLES
        lost = [name for name in then if then.count(name) > now.count(name)]
        more = ("no", " ".join(dict.fromkeys(lost))) if len(then) > len(now) else ("yes", "")
        made.append((rows["person"].iloc[place], *more))
    return _personal(about(made, "replaceable", work))

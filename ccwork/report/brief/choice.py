"""The rule that chooses: which findings stand on the page, in which order, one for one cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ccwork.language.resources import resource_rows
from ccwork.tell.findings import GRADES

_ROWS: Final = resource_rows("brief_lists.csv")
LISTS: Final = {row["list"]: row["kinds"].split() for row in _ROWS}
"""The lists of the page and the kinds that stand in them, in the order told (our choice).

A contradiction makes doubtful what figures say of that KPI: it is told before a target they miss.
"""

ORDER: Final = tuple(kind for kinds in LISTS.values() for kind in kinds)

MOST: Final = {row["list"]: int(row["most"]) for row in _ROWS}
"""So many findings stand in a list at most (our choice; an agency may ask for fewer)."""

SURE: Final = frozenset(GRADES[: GRADES.index("C") + 1])
"""What an improvement or a worsening must rest on to be told as one."""

CHANGES: Final = ("improved", "worsened")
BY_CAUSE: Final = ("worse", "better")
"""Lists in which one client, KPI and service are one cause."""


Cause = tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]
"""The finding that leads, and the others of the same cause."""


@dataclass(frozen=True)
class Chosen:
    """A list of the page: all causes, best first, of which the first `most` are told.

    `tied`: so many of those left out weigh as much as the last one told.
    """

    causes: Sequence[Cause]
    most: int
    tied: int

    @property
    def told(self) -> Sequence[Cause]:
        """Return what stands on the page."""
        return self.causes[: self.most]

    @property
    def left(self) -> int:
        """Return how many causes are told in the workings only."""
        return len(self.causes) - len(self.told)


def chosen(
    found: Sequence[Mapping[str, Any]], most: int | None = None, first: str = ""
) -> dict[str, Chosen]:
    """Choose what stands on the page.

    Parameters
    ----------
    found
        Findings of all stages, as :func:`ccwork.tell.findings.records` returns them.
    most
        So many in a list at most; None: :data:`MOST`.
    first
        A kind the agency wants told before the others.

    Returns
    -------
    dict
        For every list of :data:`LISTS` what is told: the surest evidence first, then by kind
        (as :data:`LISTS` orders them), then by size times reach. An unknown size counts as one
        worthwhile difference, an unknown reach as the smallest known (our choices). What is not
        measured comes before doubts about data. Changes that are not proven stand nowhere.
    """
    told = [one for one in found if one["kind"] not in CHANGES or one["grade"] in SURE]
    least = min((one["people"] for one in told if one["people"]), default=1.0)

    def weight(one: Mapping[str, Any]) -> tuple:
        size = 1.0 if one["size"] is None else one["size"]
        people = one["people"] or least
        kind = ORDER.index(one["kind"])
        sure = GRADES.index(one["grade"])
        order = (kind, sure) if one["kind"] in LISTS["unmeasured"] else (sure, kind)
        return one["kind"] != first, *order, -size * people

    lists = {}
    for name, kinds in LISTS.items():
        own = sorted((one for one in told if one["kind"] in kinds), key=weight)
        causes = _by_cause(own, merging=name in BY_CAUSE)
        at_most = min(most or MOST[name], MOST[name])
        weights = [weight(lead) for lead, _ in causes]
        tied = weights[at_most:].count(weights[at_most - 1]) if len(causes) > at_most else 0
        lists[name] = Chosen(causes, at_most, tied)
    return lists


def _by_cause(own: Sequence[Mapping[str, Any]], merging: bool) -> list[Cause]:
    """Put findings of one cause together: the surest leads, the others follow it.

    What names no service belongs to the first cause of its client and KPI.
    """
    groups: dict[object, list[Mapping[str, Any]]] = {}
    for one in own:
        groups.setdefault(_cause(one, merging), []).append(one)
    for key, rows in [*groups.items()] if merging else ():
        if key[0] == "kpi" and not key[3]:
            of_kpi = (other for other in groups if other[:3] == key[:3] and other[3])
            if wider := next(of_kpi, None):
                groups[wider] += rows
                del groups[key]
    ordered = (sorted(rows, key=own.index) for rows in groups.values())
    return [(rows[0], rows[1:]) for rows in sorted(ordered, key=lambda rows: own.index(rows[0]))]


def _cause(one: Mapping[str, Any], merging: bool) -> tuple[str, ...]:
    if one["cause"]:
        return ("cause", one["cause"], "", "")
    if merging and one["kpi"]:
        return ("kpi", one["client"] or "external", one["kpi"], one["service"])
    return ("own", one["stage"], one["finding"], "")


def tally(lists: Mapping[str, Chosen]) -> dict[str, int]:
    """Count what the first sentence of the page tells of.

    Returns
    -------
    dict
        ``better`` and ``worse``: causes whose change is proven, by more than a chart that
        moved; ``weak``: the other causes of the list "worse"; ``decide``: what waits for a
        decision; ``gaps``: what is not measured or in doubt.
    """

    def proven(name: str) -> int:
        return sum(
            any(one["kind"] in CHANGES and one["grade"] != "moved" for one in (lead, *rest))
            for lead, rest in lists[name].causes
        )

    counts = {"better": proven("better"), "worse": proven("worse")}
    counts["weak"] = len(lists["worse"].causes) - counts["worse"]
    waits = {"decide": len(lists["decide"].causes), "gaps": len(lists["unmeasured"].causes)}
    return counts | waits

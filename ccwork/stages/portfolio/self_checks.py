"""What agencies say of their services themselves: grades, and where their clients disagree."""

from collections import Counter, defaultdict
from typing import Any, Final

import pandas as pd

from ccwork import method
from ccwork.read.cache import once
from ccwork.stages.face_the_problem.self_assessment import grade_of_score
from ccwork.stages.portfolio.agency_facts import Agency, Portfolio
from ccwork.stats import intervals

STAGE: Final = "1_face_the_problem"
HALF: Final = 50
"""A grade from which more than half is proven: so far the sentence counts (our choice)."""

SPOTS: Final = ("blind_spot", "hidden_strength", "aligned", "unclear")

Scale = tuple[tuple[str, float, str], ...]


def scale_of(agency: Agency) -> Scale:
    """Return the grades an agency gives, the best first: grade, from how much, ceiling for."""
    rows = agency.tables.get(f"{STAGE}.scale", {})
    least = {path[0]: fact["value"] for path, fact in rows.items() if path[-1] == "least"}
    caps = {path[0]: fact.get("word") or "" for path, fact in rows.items()
            if path[-1] == "ceiling_for"}  # fmt: skip
    steps = ((grade, from_, caps.get(grade, "")) for grade, from_ in least.items()
             if from_ is not None)  # fmt: skip
    return tuple(sorted(steps, key=lambda step: -step[1]))


def graded(agency: Agency, known: dict[Scale, pd.DataFrame] | None = None) -> dict[str, str]:
    """Return service -> grade by the agency's own scale; empty where it is not checked."""
    steps, rows = scale_of(agency), agency.tables.get(f"{STAGE}.grade", {})
    known = {} if known is None else known
    if steps not in known:
        known[steps] = pd.DataFrame(steps, columns=["grade", "least", "caps"])
    found = {}
    for (service, column), fact in rows.items():
        if column == "evidenced":
            score, reasons = fact.get("value"), rows.get((service, "caps"), {}).get("word") or ""
            found[service] = ""
            if score is not None and steps:
                found[service] = grade_of_score(score, reasons.split(), known[steps])[1]
    return found


@once
def service_grades(given: Portfolio) -> pd.DataFrame:
    """Count services over grades: by their number, and by how often clients need them.

    Returns
    -------
    DataFrame
        One row a grade of the scale most agencies have, the best first: ``services`` and
        ``share`` of all graded, ``volume`` a year and ``volume_share`` of those whose volume is
        known; ``up_share`` with limits and ``up_volume``, this grade or better; ``ungraded``
        and ``other_scale``, services not counted, and ``no_volume``, not weighed. ``say``:
        reversed where one of the two is above half and the other below, plain else, of the
        last grade from which more than half is proven.

    Notes
    -----
    F04. All services of the agencies are counted: the interval is that of the process, not of a
    sample. Grades of different scales are never added.
    """
    of = {agency.code: scale_of(agency) for agency in given.agencies}
    scales = Counter(filter(None, of.values()))
    steps = max(scales, key=lambda scale: (scales[scale], scale), default=())
    counts, volumes, left = Counter(), defaultdict(float), Counter()
    known: dict[Scale, pd.DataFrame] = {}
    for agency in given.agencies:
        for service, grade in graded(agency, known).items():
            if not grade or of[agency.code] != steps:
                left["other_scale" if grade else "ungraded"] += 1
                continue
            counts[grade] += 1
            volume = agency.value(f"{STAGE}.beside", service, "volume")
            if volume == volume:
                volumes[grade] += volume
            else:
                left["no_volume"] += 1
    rows = list(_cumulated(steps, counts, volumes)) if counts else []
    common = {name: left[name] for name in ("ungraded", "other_scale", "no_volume")}
    return given.table([row | common for row in rows], "many_service_grades")


def _cumulated(steps: Scale, counts: Counter, volumes: dict[str, float]) -> Any:
    """Yield a row a grade with what stands at it and above."""
    every, demand, so_far, so_much = counts.total(), sum(volumes.values()), 0, 0.0
    half = [grade for grade, least, _ in steps if least >= HALF]
    for grade, _, _ in steps:
        so_far, so_much = so_far + counts[grade], so_much + volumes[grade]
        number = intervals.percent(so_far, every)
        weighed = 100 * so_much / demand if demand else float("nan")
        turned = (number.value - 50) * (weighed - 50) < 0
        row = {"grade": grade, "services": counts[grade], "share": 100 * counts[grade] / every,
               "volume": volumes[grade] if demand else float("nan"), "up_volume": weighed,
               "volume_share": 100 * volumes[grade] / demand if demand else float("nan"),
               "all_of": every, "say": "", "why": "no_volume"}  # fmt: skip
        if half and grade == half[-1]:
            row["say"] = "reversed" if turned else "plain" if demand else "unweighed"
        yield row | number.columns("up_share")


def blind(agency: Agency) -> list[str]:
    """Return the KPIs an agency rates higher than its clients do, proven."""
    return [kpi for kpi in method.KPIS if _spot(agency, kpi) == "blind_spot"]


def _spot(agency: Agency, kpi: str) -> str:
    return agency.word(f"{STAGE}.spots", "external", kpi, "spot")


def self_and_clients(given: Portfolio) -> pd.DataFrame:
    """Count where self-checks and clients disagree.

    Returns
    -------
    DataFrame
        One row a KPI: agencies with a ``blind_spot`` (they rate it higher than clients do,
        proven), a ``hidden_strength`` (lower), ``aligned``, ``unclear``; the four sum to
        ``compared_in``. ``overrated`` of these with limits.

    Notes
    -----
    F43, F04.
    """
    rows = []
    for kpi in method.KPIS:
        counts = Counter(_spot(agency, kpi) for agency in given.agencies)
        of = sum(counts[spot] for spot in SPOTS)
        share = intervals.percent(counts["blind_spot"], of) if of else intervals.unknown()
        rows.append({"kpi": kpi, "compared_in": of, "why": "no_data",
                     "say": "blind" if counts["blind_spot"] else ""}
                    | {f"in_{spot}": counts[spot] for spot in SPOTS}
                    | share.columns("overrated"))  # fmt: skip
    return given.table(rows, "many_self_and_clients")

"""Invented agencies whose truth is known: their facts are made on demand and never stored."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy import special

from ccwork import method
from ccwork.language import periods
from ccwork.stages.portfolio import agency_facts
from ccwork.stages.portfolio.agency_facts import Portfolio
from ccwork.stats.intervals import wilson
from ccwork.stats.trials.multiple_testing import holm
from ccwork.tell import facts_text

SAMPLE: Final = (85, 20)
"""How many agencies the sample has, and its seed."""

SHARES: Final = {
    "info_found": ("information", 0.70), "drop_off": ("effort", 0.13),
    "within_norm": ("speed", 0.85), "first_time_right": ("quality", 0.73),
    "conduct_items": ("culture", 0.80),
}  # fmt: skip
"""Metric -> KPI, and the true share where nothing is planted."""

FALLS: Final = "drop_off"
"""The one of which less is better."""

WORSE: Final = 0.15
"""By how much a bad one is worse."""

RISE, ERROR = 9.0, 2.0
"""By how many points an improver rises, and the standard error of a rise."""

SCALE: Final = {"A": (90, ""), "B": (75, "no_client few_client"), "C": (60, "critical coverage"),
                "D": (40, ""), "E": (0, "")}  # fmt: skip


@dataclass(frozen=True)
class Truth:
    """What is true of invented agencies.

    Attributes
    ----------
    bad, improvers
        So many agencies are worse than all others in every share; so many rise in one KPI.
    spread
        Standard deviation of the true shares of agencies: 0, all are equal.
    period
        Of which they tell.
    earlier
        Whether they tell of a time before: less is proven and measured, some spots are others.
    """

    agencies: int = SAMPLE[0]
    seed: int = SAMPLE[1]
    bad: int = 3
    improvers: int = 12
    spread: float = 0.02
    period: str = "2026-06"
    earlier: bool = False

    def planted(self) -> tuple[list[int], list[int]]:
        """Return the places of the bad ones and of the improvers."""
        order = np.random.default_rng([self.seed, 1]).permutation(self.agencies).tolist()
        return sorted(order[: self.bad]), sorted(order[self.bad :][: self.improvers])


def portfolio(truth: Truth) -> Portfolio:
    """Make invented agencies in memory, by the way every file takes."""
    written = (text.encode() for text in texts(truth).values())
    return agency_facts.portfolio_of(
        agency_facts.read_facts(each, f"{place}") for place, each in enumerate(written)
    )


def sample() -> Portfolio:
    """Make the invented agencies of the notebook, and what they were a year before."""
    before = portfolio(Truth(improvers=0, period="2025-06", earlier=True)).agencies
    made = agency_facts.portfolio_of(portfolio(Truth()).agencies, before)
    return replace(made, invented=True)


def write_invented(truth: Truth, folder: Path) -> int:
    """Write facts.json of every agency into a folder of its own, and beside them the truth."""
    for code, text in texts(truth).items():
        (folder / code).mkdir(parents=True, exist_ok=True)
        (folder / code / facts_text.FILE).write_text(text, encoding="utf-8", newline="\n")
    bad, improvers = ([code_of(place) for place in each] for each in truth.planted())
    told = asdict(truth) | {"bad": bad, "improvers": improvers}
    path = folder / "truths.json"
    path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8", newline="\n")
    return truth.agencies


def code_of(place: int) -> str:
    """Return the code of an agency."""
    return f"invented_{place + 1:03d}"


def texts(truth: Truth) -> dict[str, str]:
    """Return code -> facts.json of each agency; one more agency changes no other."""
    bad, improvers = map(set, truth.planted())
    made = {}
    for place in range(truth.agencies):
        rng = np.random.default_rng([truth.seed, 2, place])
        facts, found = _agency(rng, truth, place in bad, place in improvers)
        number = f"{place + 1:03d}"
        name = {"ru": f"Вымышленный орган {number}", "en": f"Invented agency {number}"}
        day = periods.last_day(truth.period).isoformat()
        about = {"agency": code_of(place), "date": day, "period": truth.period, "name": name}
        common = {"period": truth.period, "source": ["invented"]}
        told = [common | fact for fact in facts]
        made[about["agency"]] = facts_text.facts_json(told, found, about)
    return made


def _number(
    path: str, unit: str, value: float, low: float | None = None, high: float | None = None,
    n: int | None = None, formula: str = "",
) -> dict[str, Any]:  # fmt: skip
    ends = {"value": value, "low": low, "high": high}
    exact = {name: None if end is None else float(f"{end:.10g}") for name, end in ends.items()}
    return {"id": path, "unit": unit, "n": n, "formula": formula} | exact


def _word(path: str, word: str) -> dict[str, Any]:
    return {"id": path, "value": None, "word": word, "formula": "our choice"}


def _agency(
    rng: np.random.Generator, truth: Truth, bad: bool, improves: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    apart = np.random.default_rng(rng.integers(2**32))
    services = [f"service_{number}" for number in range(1, rng.integers(2, 6))]
    own = {metric: rng.normal(share, truth.spread) + bad * WORSE * (1 - 2 * (metric != FALLS))
           for metric, (_, share) in SHARES.items()}  # fmt: skip
    silent = {kpi for kpi in method.KPIS if rng.random() < 0.08 + 0.08 * truth.earlier}
    facts, good = [], {}
    size = int(np.exp(rng.normal(5.3, 0.7))) + method.MIN_SHOWN
    for metric, share in own.items():
        kpi = SHARES[metric][0]
        if kpi not in silent:
            n = [int(each) for each in rng.poisson(size, len(services)) + 1]
            k = rng.binomial(n, np.clip(share, 0.01, 0.99))
            facts += list(_shares(metric, services, k, n))
            good[kpi] = (int(sum(n) - sum(k) if metric == FALLS else sum(k)), sum(n))
    facts += list(_opinions(rng, services, size))
    facts += list(_kpis(rng, good, improves))
    facts += list(_self_check(apart, services, truth.earlier))
    weak = {"what": "obstacle", "kind": "weak_place", "client": "external"}
    return facts, [weak | {"kpi": kpi} for kpi in method.KPIS if rng.random() < 0.2]


def _shares(metric: str, services: list[str], k: Any, n: list[int]) -> Iterator[dict[str, Any]]:
    for service, counted, cases in zip(services, k, n, strict=True):
        path = f"6_kpi.judged.{metric}.{service}.value"
        if cases < method.MIN_SHOWN:
            yield _word(path, "too_few")
        else:
            ends = (100 * end for end in wilson(int(counted), cases)[:3])
            yield _number(path, "percent", *ends, cases, "F03, F04, F06, F07")


def _opinions(
    rng: np.random.Generator, services: list[str], size: int
) -> Iterator[dict[str, Any]]:
    for service in services:
        n = int(rng.poisson(size / 3))
        path, half = f"6_kpi.judged.satisfaction.{service}.value", 1.96 * 25 / max(n, 1) ** 0.5
        if n < method.MIN_SHOWN:
            yield _word(path, "too_few")
        else:
            middle = rng.normal(70, 25 / n**0.5)
            ends = (middle, middle - half, middle + half)
            yield _number(path, "points", *ends, n, "F03, F04, F06, F07")


def _kpis(
    rng: np.random.Generator, good: Mapping[str, tuple[int, int]], improves: bool
) -> Iterator[dict[str, Any]]:
    first = next(iter(good), "")
    moves = {kpi: rng.normal(RISE * (improves and kpi == first), ERROR) for kpi in good}
    p = holm([2 * special.ndtr(-abs(move) / ERROR) for move in moves.values()]) if good else ()
    sure = dict(zip(moves, p, strict=True))
    for kpi in method.KPIS:
        words, move = {"five_word": "too_little", "status": "not_measured"}, moves.get(kpi, 0.0)
        if kpi in good:
            ends = [100 * end for end in wilson(*good[kpi])[:3]]
            yield _number(f"6_kpi.five_rows.external.{kpi}.kpi_points", "points", *ends,
                          good[kpi][1], "F15, F17")  # fmt: skip
            proven = "worse" if move < 0 else "better"
            said = proven if abs(move) >= method.WORTHWHILE else "small"
            words = {"five_word": said if sure[kpi] < 0.05 else "not_proven", "status": "full"}
        yield _word(f"6_kpi.five_moved.external.{kpi}.five_word", words["five_word"])
        yield _word(f"6_kpi.five_rows.external.{kpi}.status", words["status"])


def _self_check(
    rng: np.random.Generator, services: list[str], earlier: bool
) -> Iterator[dict[str, Any]]:
    spots = ("unclear", "aligned", "blind_spot", "hidden_strength", "unknown")
    for kpi in method.KPIS:
        word, other = rng.choice(spots, 2, p=[0.5, 0.2, 0.15, 0.05, 0.1])
        said = other if rng.random() < 0.2 and earlier else word
        yield _word(f"1_face_the_problem.spots.external.{kpi}.spot", str(said))
    for grade, (least, caps) in SCALE.items():
        lead = f"1_face_the_problem.scale.{grade}"
        yield _number(f"{lead}.least", "percent", least, formula="our choice")
        yield _word(f"{lead}.ceiling_for", caps)
    for service in services:
        lead = f"1_face_the_problem.grade.{service}"
        volume = float(round(np.exp(rng.normal(9, 1.3)), -2))
        proven, grown = rng.normal(72 - 4 * np.log10(volume + 1), 14), rng.normal(3, 4)
        proven = float(np.clip(proven - grown * earlier, 0, 100))
        yield _number(f"{lead}.evidenced", "points", proven, formula="F36")
        caps = rng.choice(["", "coverage", "no_client"], p=[0.6, 0.3, 0.1])
        yield _word(f"{lead}.caps", str(caps))
        yield _number(f"1_face_the_problem.beside.{service}.volume", "count", volume)

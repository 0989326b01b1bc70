"""Simulate the rule of stage 4, print how often it is wrong, and hold it to its promises.

    python tests/operating_characteristics.py            print, fail where a promise is broken
    python tests/operating_characteristics.py --write    also keep the rates in tests/reference

Some minutes. The seed is fixed, so that the same numbers come again.
"""

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from ccwork.stats.trials import (
    decision_rule,
    diff_in_diff,
    operating_characteristics,
    sample_size,
)

KEPT = Path(__file__).parent / "reference" / "operating_characteristics.csv"
RUNS, SERIES_RUNS, PANEL_RUNS, SEED = 40_000, 10_000, 20_000, 2026

COMMON = {"sd": 20.0, "worthwhile": 5.0, "margin": 5.0}
CASES = {"design": "A", "n_per_arm": 337, "looks": 2, "guardrails": 1}
MORE = CASES | {"n_per_arm": 450}
PAPER = [
    (CASES, 0, 0, (0.022, 0.900, 0.078)),
    (CASES, 2.5, 0, (0.325, 0.380, 0.295)),
    (CASES, 5, 0, (0.805, 0.048, 0.147)),
    (CASES, 7.5, 0, (0.895, 0.026, 0.079)),
    (CASES, 5, 5, (0.023, 0.901, 0.077)),
    (CASES, 5, 8, (0.000, 0.999, 0.001)),
    (MORE, 5, 0, (0.925, None, None)),
    (CASES | {"guardrails": 3}, 5, 0, (0.65, None, None)),
    (MORE | {"guardrails": 3}, 5, 0, (0.85, None, None)),
]
"""Plan, true effect, true harm; shares accepted, rejected, not proven by an earlier simulation."""

PAPER_ERROR = 0.005

UNITS = {"design": "A", "n_per_arm": 400, "looks": 1, "guardrails": 0, "icc": 0.05}
PANEL = {"design": "B", "n_per_arm": 12, "looks": 1, "guardrails": 0, "sd": 3.0,
         "worthwhile": 3.0, "margin": 3.0}  # fmt: skip
"""Units compared over twelve months before and after, their months 3 apart."""

PROMISED = [
    CASES | {"guardrails": 0},
    CASES | {"guardrails": 0, "n_per_arm": 30, "looks": 1},
    CASES | {"guardrails": 0, "looks": 3},
    *(plan | {"clusters": clusters} for plan in (UNITS, PANEL) for clusters in (4, 5)),
    *(plan | {"clusters": 8, "looks": 2} for plan in (UNITS, PANEL)),
    *(PANEL | {"clusters": 8, "phi": phi, "own": own} for phi in (0.0, 0.5) for own in (0.0, 1.5)),
    *(
        PANEL | {"clusters": clusters, "drift": drift}
        for clusters in (4, 8, 16)
        for drift in (0.1, 0.2, 0.3)
    ),
]
"""Plans of designs A and B in which a useless change is accepted in 2.5 % of cases at most.

Without guardrails, which could only lower the share. Also where the groups drift apart by
themselves, some tenths a month all the time: the check before the start must see it.
"""

ABLE = [
    PANEL | {"clusters": clusters, "phi": phi} for clusters in (4, 8, 16) for phi in (0.0, 0.5)
]
"""Plans of design B whose chance to prove a useful change, and one twice as useful, is told."""

PROVEN = 0.6
"""So often at least 8 against 8 accept twice the worthwhile effect, months being independent."""

WORLDS, NEAR = 200, 0.1
"""Panels judged one by one by the functions a real trial is judged by; how near they must be."""

MEASURED = [
    {"design": "C", "n_per_arm": points, "looks": 1, "guardrails": 0, "phi": phi, "drift": drift}
    for points in (12, 24)
    for phi in (0.0, 0.3, 0.5, 0.7)
    for drift in (0.0, 0.3)
]
"""Plans of design C: points before and after, how alike neighbours are, drift a point.

Points lie 2 around their line. A drift was there before the change: the control chart takes it
for a shift, and only the series is left to see through it.
"""

LIMIT = 0.025


def row(plan: dict, effect: float, harm: float, **more: float) -> dict:
    plan = COMMON | more | plan
    runs = {"B": PANEL_RUNS, "C": SERIES_RUNS}.get(plan["design"], RUNS)
    found = operating_characteristics.rates(effect, harm, seed=SEED, runs=runs, **plan)
    return plan | {name: round(value, 5) for name, value in found.items()}


def world(rng, units, effect, sd=3.0, periods=12, phi=0.0, drift=0.0):
    noise = rng.normal(0, 1, (2 * units, 2 * periods))
    for at in range(1, 2 * periods):
        noise[:, at] = phi * noise[:, at - 1] + (1 - phi**2) ** 0.5 * noise[:, at]
    treated = np.arange(2 * units) < units
    values = sd * noise + rng.normal(70, 5, (2 * units, 1))
    values[treated] += drift * np.arange(2 * periods)
    values[treated, periods:] += effect
    return values, treated


def judged(values, treated, start, worthwhile=3.0):
    """Judge one world by the functions a real trial is judged by, one after another."""
    gains = diff_in_diff.unit_gains(values, start)
    effect = diff_in_diff.compare(gains, treated)
    drifts = diff_in_diff.unit_drifts(values, start)
    drift = diff_in_diff.compare(drifts, treated)
    left = diff_in_diff.compare(gains - drifts, treated)
    before = decision_rule.drifted(drift.low, drift.high, left.low, effect.low, worthwhile)
    fakes = diff_in_diff.placebo_dates(values, treated, start).values()
    loudest = max(fakes, key=lambda fake: fake.value)
    top = np.quantile(diff_in_diff.placebo_groups(gains, treated), 0.95)
    heard = {str(decision_rule.heard(*pair, effect.value, effect.low))
             for pair in ((loudest.value, loudest.low), (top, np.nan))}  # fmt: skip
    may = before == "quiet" and "loud" not in heard
    shown = decision_rule.primary(effect.low, effect.high, worthwhile)
    return str(decision_rule.decide(shown, [], may, last=True))


def worlds(plan: dict, season: float) -> dict[str, float]:
    """Judge panels, each by itself; a season of so much is common to all their units."""
    rng = np.random.default_rng(SEED)
    wave = season * np.sin(2 * np.pi * np.arange(24) / 12)
    ended = [
        judged(values + wave, treated, 12)
        for values, treated in (
            world(rng, plan["clusters"], plan["effect"], phi=plan["phi"]) for _ in range(WORLDS)
        )
    ]
    return {word: ended.count(word) / WORLDS for word in ("accept", "reject")}


def main(write: bool) -> int:
    began, broken = time.monotonic(), []
    paper = [row(plan, effect, harm) for plan, effect, harm, _ in PAPER]
    for made, (*_, told) in zip(paper, PAPER, strict=True):
        for code, share in zip(("accept", "reject", "not_proven"), told, strict=True):
            error = (made[code] * (1 - made[code]) / RUNS) ** 0.5
            if share is not None and abs(made[code] - share) > PAPER_ERROR + 2 * error:
                broken.append(f"{code} {made[code]} is not {share}: {made}")
    promised = [row(plan, 0, 0) for plan in PROMISED]
    broken += [
        f"a useless change is accepted too often: {made}"
        for made in promised
        if made["accept"] > LIMIT + 2 * made["error"]
    ]
    able = [row(plan, effect, 0) for plan in ABLE for effect in (3, 6)]
    broken += [
        f"twice the worthwhile effect is accepted too seldom: {made}"
        for made in able
        if (made["clusters"], made["phi"], made["effect"]) == (8, 0, 6) and made["accept"] < PROVEN
    ]
    for made in able:
        words = worlds(made, 0.0)
        print(f"{WORLDS} panels of {made['clusters']} against {made['clusters']}, effect"
              f" {made['effect']}, phi {made['phi']}: {words}; by the table"
              f" {made['accept']:.3f}, {made['reject']:.3f}.")  # fmt: skip
        if max(abs(words[word] - made[word]) for word in ("accept", "reject")) > NEAR:
            broken.append(f"the table does not hold the whole rule: {words}, {made}")
        if worlds(made, 8.0) != words:
            broken.append(f"a season common to all units changes a word: {made}")
    useful = [plan for plan in MEASURED if not plan["drift"]]
    measured = [row(plan, 0, 0, sd=2.0) for plan in MEASURED]
    measured += [row(plan, 5, 0, sd=2.0) for plan in useful]
    rows = pd.DataFrame([*paper, *promised, *able, *measured]).astype({"clusters": "Int64"})
    with pd.option_context("display.width", 200, "display.max_columns", 20):
        print(rows.astype(object).where(rows.notna(), "").to_string(index=False))
    often = sum(sample_size.crossing([1.96] * 12, [(look + 1) / 12 for look in range(12)])) / 2
    print(f"Looked at every month for a year with the limit 1.96: {often:.3f} accepted in vain.")
    worst = max(made["accept"] for made in measured if made["effect"] == 0)
    print(f"Design C accepts a useless change at most so often: {worst:.4f}.")
    print(f"{len(rows)} rows, {time.monotonic() - began:.0f} s.")
    if write:
        rows.to_csv(KEPT, index=False, lineterminator="\n")
    print(*(f"BROKEN: {line}" for line in broken), sep="\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main("--write" in sys.argv[1:]))

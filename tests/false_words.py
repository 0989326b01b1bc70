"""Simulate what is said of series in which nothing happens, and of those in which something does.

    python tests/false_words.py            print, fail where a promise is broken
    python tests/false_words.py --write    also keep the rates in tests/reference

Every series is written to csv and read as a person would bring it. Half an hour. The seeds
are fixed, so that the same numbers come again.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from ccwork import method
from ccwork.language import periods
from ccwork.measure import own_past
from ccwork.read import loading
from ccwork.stats import intervals, spc

KEPT = Path(__file__).parent / "reference" / "false_words.csv"
RUNS, LENGTHS, LAST = 1000, (14, 26, 38), "2026-06"

STEP, STEP_WITHIN, STEP_NAMED = 1.5, 8, {"independent": 0.80, "lag-1 .6": 0.60}
FALL, FALL_LASTS, FALL_NAMED = -3.0, 6, 0.95
"""Steps in standard deviations of the months; how often they are named within some months.

The step is promised with the longest history: with 26 months silence is preferred to false words.
"""

ALIKE = {"independent": 0.0, "lag-1 .3": 0.3, "lag-1 .6": 0.6}
SEASONS = ("season not declared", "season declared")
SHORT = {f"short, months sd {sd}": sd for sd in (2, 4, 6)}
WORLDS = (*ALIKE, *SEASONS, "whole percents", "n from 2,000 to 50", *SHORT)

CATALOGUE = (
    "metric,kpi,group,form,unit,better,worst,best,ru,en,season\n"
    "quiet,speed,objective,share,percent,higher,0,100,Без сезона,Quiet,no\n"
    "warm,speed,objective,share,percent,higher,0,100,С сезоном,Warm,yes\n"
)


def like(rng: np.random.Generator, runs: int, months: int, phi: float) -> np.ndarray:
    """Months of variance 1 of which each is like the one before."""
    found = rng.standard_normal((runs, months + 40))
    for at in range(1, months + 40):
        found[:, at] = phi * found[:, at - 1] + np.sqrt(1 - phi**2) * found[:, at]
    return found[:, 40:]


def drawn(world: str, months: int, runs: int, seed: int, step: float = 0, lasts: int = 0):
    """Values and n of some series of one world; `step` of their last months, in sd."""
    rng = np.random.default_rng([seed, months, WORLDS.index(world)])
    added = step * (np.arange(months) >= months - lasts)
    noise = like(rng, runs, months, ALIKE.get(world, 0.0)) + added
    n = np.full(months, 20_000)
    if world in SEASONS:
        turn = (np.arange(months) + rng.integers(12, size=(runs, 1))) / 12
        return 60 + 8 * np.sin(2 * np.pi * turn) + 2 * noise, n
    if world == "whole percents":
        return np.round(70 + rng.random((runs, 1)) + 0.5 * noise), n
    if world == "n from 2,000 to 50":
        n = np.round(2000 * (50 / 2000) ** (np.arange(months) / (months - 1))).astype(int)
        return 100 * rng.binomial(n, 0.7, (runs, months)) / n, n
    return 70 + SHORT.get(world, 2) * noise, n


def written(folder: Path, world: str, values: np.ndarray, n: np.ndarray) -> Path:
    """One agency with a service a series."""
    root = folder / "quiet"
    (root / "catalogue").mkdir(parents=True)
    (root / "catalogue" / "metrics.csv").write_text(CATALOGUE, encoding="utf-8")
    head = 'name_ru = "Тихо"\nname_en = "Quiet"\ngrain = "month"\ndata_date = 2026-06-30\n'
    (root / "agency.toml").write_text(head, encoding="utf-8")
    names = [f"s{place}" for place in range(len(values))]
    services = pd.DataFrame({"service": names, "name_ru": names, "name_en": names})
    services.to_csv(root / "services.csv", index=False)
    months = [periods.shift(LAST, at) for at in range(1 - values.shape[1], 1)]
    rows = pd.DataFrame(values.round(4), names, months).rename_axis("service").stack()
    rows = rows.rename_axis(["service", "period"]).rename("value").reset_index()
    rows["n"] = np.tile(n, len(values))
    rows["metric"] = "warm" if world == "season declared" else "quiet"
    rows.to_csv(root / "metrics.csv", index=False)
    return folder


def false(world: str, months: int, runs: int, seed: int = 1) -> float:
    """The share of series called better, worse or moved where nothing happens."""
    with tempfile.TemporaryDirectory() as folder:
        root = written(Path(folder), world, *drawn(world, months, runs, seed))
        said = own_past.judged(loading.load(str(root), "quiet", LAST))
    moved = said["note"].str.contains("level_moved")
    return float((said["verdict"].isin(["better", "worse"]) | moved).mean())


def named(world: str, months: int, runs: int, step: float, lasts: int, seed: int = 2) -> float:
    """The share of series whose step is named in one of the months since.

    A report a month and series: the rule alone is asked, without files.
    """
    values, n = drawn(world, months, runs, seed, step, lasts)
    hits = 0
    for row in values:
        ends = [
            intervals.percent(value / 100 * each, each) for value, each in zip(row, n, strict=True)
        ]
        errors = np.array([(end.high - end.low) / 4 for end in ends])
        reports = range(months - lasts + 1, months + 1)
        ways = [spc.moved(row[:end], errors[:end]).way for end in reports]
        hits += np.sign(step) in ways
    return hits / runs


def main(write: bool) -> int:
    began, broken, rows = time.monotonic(), [], []
    for world in WORLDS:
        for months in (11,) if world in SHORT else LENGTHS:
            share = false(world, months, RUNS)
            rows.append({"world": world, "months": months, "asked": "false", "share": share})
            if share > method.FALSE_WORDS:
                broken.append(f"{world}, {months} months: {share} of false words")
    for world in ALIKE:
        for months in LENGTHS[1:]:
            step = named(world, months, RUNS, STEP, STEP_WITHIN)
            fall = named(world, months, RUNS, FALL, FALL_LASTS)
            rows.append({"world": world, "months": months, "asked": "step", "share": step})
            rows.append({"world": world, "months": months, "asked": "fall", "share": fall})
            enough = step >= STEP_NAMED.get(world, 0) or months < LENGTHS[-1]
            if not enough or fall < FALL_NAMED:
                broken.append(f"{world}, {months} months: named {step}, {fall}")
    found = pd.DataFrame(rows)
    print(found.to_string(index=False))
    print(f"{len(found)} rows, {time.monotonic() - began:.0f} s.")
    if write:
        found.to_csv(KEPT, index=False, lineterminator="\n")
    print(*(f"BROKEN: {line}" for line in broken), sep="\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main("--write" in sys.argv[1:]))

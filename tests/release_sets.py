"""Invented release sets: linked tables of two ways, roll-ups, months with a quarter, shares.

`python tests/release_sets.py 2000` protects so many, attacks each, and tells what was found.
"""

import sys
from collections import Counter
from collections.abc import Iterable

import numpy as np

from ccwork.stats import disclosure

MEANS = 5, 15, 40
"""Mean persons of a cell: most cells few, some, hardly any."""


def of_period(name: str, people: np.ndarray, content: np.ndarray) -> tuple[dict, list]:
    """Return counts and sums of service x office and service x channel, rolled up, and shares."""
    services, offices, channels = people.shape
    half = offices // 2
    counts, sums = {f"{name}.all": int(people.sum())}, []

    def table(by: str, two_ways: np.ndarray) -> list[str]:
        rows = [f"{name}.s{row}" for row in range(services)]
        columns = [f"{name}.{by}{column}" for column in range(two_ways.shape[1])]
        inside = [[f"{row}{column.split('.')[1]}" for column in columns] for row in rows]
        counts.update(zip(rows, two_ways.sum(1).tolist(), strict=True))
        counts.update(zip(columns, two_ways.sum(0).tolist(), strict=True))
        counts.update(zip(sum(inside, []), two_ways.ravel().tolist(), strict=True))
        sums.extend(zip(rows, inside, strict=True))
        sums.extend(zip(columns, map(list, zip(*inside, strict=True)), strict=True))
        sums.append((f"{name}.all", rows))
        return columns

    sums.append((f"{name}.all", table("c", people.sum(1))))
    own = table("o", people.sum(2))
    if offices > 3:
        districts = {f"{name}.d0": own[:half], f"{name}.d1": own[half:]}
        counts |= {one: sum(counts[part] for part in of) for one, of in districts.items()}
        sums += [*districts.items(), (f"{name}.all", [*districts])]
    else:
        sums.append((f"{name}.all", own))
    for row, many in enumerate(content.tolist()):
        whole = f"{name}.s{row}"
        counts |= {f"{whole}.yes": many, f"{whole}.no": counts[whole] - many}
        sums.append((whole, [f"{whole}.yes", f"{whole}.no"]))
    return counts, sums


def release_set(seed: int, largest: int, months: int) -> list[tuple[dict, list]]:
    """Return the releases of an agency: each holds what was before, the last one all.

    Every other agency has published its months one after another.
    """
    draw = np.random.default_rng(seed)
    services, offices = draw.integers(2, largest + 1, 2)
    channels, many = draw.integers(2, 5), int(draw.integers(1, months + 1))
    size = MEANS[seed % 3] * draw.gamma(1, size=(services, offices, 1))
    shares = channels * draw.dirichlet(np.full(channels, 2))
    people = draw.poisson(size * shares / channels * draw.uniform(0.7, 1.3, (many, 1, 1, 1)))
    content = draw.binomial(people.sum((2, 3)), 0.8)
    counts, sums, releases = {}, [], []
    for month in range(many):
        own, adds = of_period(f"m{month}", people[month], content[month])
        counts, sums = counts | own, sums + adds
        releases.append((counts, sums))
    if many > 1:
        own, adds = of_period("q", people.sum(0), content.sum(0))
        over = [(cell, [f"m{month}{cell[1:]}" for month in range(many)]) for cell in own]
        releases.append((counts | own, sums + adds + over))
    return releases if seed % 2 else releases[-1:]


def published(releases: list[tuple[dict, list]]) -> tuple[dict, dict]:
    """Protect releases in turn; return the last one and what they all tell of each cell."""
    ledger, last = {}, {}
    for counts, sums in releases:
        last = disclosure.protect(counts, sums, ledger)
        for cell, (value, why) in last.items():
            ends = (1, 9) if why == "too_few" else (1, 10**6) if why else (0, 0)
            if value:
                ends = max(value - 2, 10), value + 2
            before = ledger.get(cell, ends)
            ledger[cell] = max(before[0], ends[0]), min(before[1], ends[1])
    return last, ledger


def measured(seeds: Iterable[int], largest: int = 6, months: int = 3) -> Counter:
    """Protect and attack release sets; count cells, hidden ones, those recovered or narrow."""
    found = Counter()
    for seed in seeds:
        releases = release_set(seed, largest, months)
        counts, sums = releases[-1]
        last, ledger = published(releases)
        ranges = disclosure.feasible(last, sums, ledger)
        wide = {cell: most - least + 1 for cell, (least, most) in ranges.items()}
        found["sets"] += 1
        found["cells"] += len(counts)
        found["few"] += sum(0 < count < 10 for count in counts.values())
        found["hidden"] += len(ranges)
        found["extra"] += sum(counts[cell] >= 10 for cell in ranges)
        found["renamed"] += sum(counts[c] < 10 and last[c].why == "gives_away" for c in ranges)
        found["wrong"] += sum(not low <= counts[c] <= top for c, (low, top) in ranges.items())
        found["recovered"] += sum(many == 1 for many in wide.values())
        narrow = {cell for cell, many in wide.items() if many < disclosure.FEASIBLE}
        before = told_before(releases) if narrow else {}
        found["narrow"] += sum(ranges[cell] != before[cell] for cell in narrow)
        found["told_before"] += sum(ranges[cell] == before[cell] for cell in narrow)
    return found


def told_before(releases: list[tuple[dict, list]]) -> dict[str, tuple[int, int]]:
    """Return what the releases before the last tell of its cells, were nothing told in it."""
    counts, sums = releases[-1]
    silent = {
        cell: disclosure.Released(None, "too_few" if count < 10 else "gives_away")
        for cell, count in counts.items() if count
    }  # fmt: skip
    none = {cell: disclosure.Released(0, "") for cell, count in counts.items() if not count}
    ledger = published(releases[:-1])[1] if len(releases) > 1 else {}
    return disclosure.feasible(silent | none, sums, ledger)


if __name__ == "__main__":
    told, many = Counter(), int(sys.argv[1])
    for start in range(0, many, 100):
        told.update(measured(range(start, min(start + 100, many))))
        print(dict(told), f"extra {told['extra'] / told['cells']:.2%}", flush=True)
    sys.exit(bool(told["wrong"] or told["narrow"] or told["extra"] > 0.02 * told["cells"]))

"""Measure how the reading of event logs grows: ``python tests/bench_logs.py [events ...]``.

For each size a csv of 10 events a case is read to the table of cases in a process of its own.
CPU seconds stand beside those of a bare ``read_csv`` plus groupby of the same file: "plain",
times left as text (first and last by `first`/`last`), and "dated", times parsed by pandas.

``python tests/bench_logs.py --xes [events ...]`` reads XES.gz instead, each size twice: with one
attribute nobody asked for in each event, and with twenty. The file grows, the peak must not.
"""

import gzip
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
STEPS = ["apply", "accept", "check", "request", "decide", "notice", "inform", "collect"]
MAPPING = {
    "columns": {"case": "case", "step": "step", "start": "start", "end": "end", "unit": "unit",
                "position": "position"},
    "time": {"zone": "Europe/Moscow"},
    "steps": {"client": ["apply", "collect"]},
    "outcomes": {"done": ["collect"]},
}  # fmt: skip


def write(path: Path, events: int) -> None:
    """Write a log of cases mixed in time, as systems export it: each applies first, collects last."""
    rng, cases = np.random.default_rng(1), events // 10
    begun = rng.integers(0, 365 * 86400, cases)
    gaps = rng.integers(60, 3 * 86400, (cases, 10))
    start = begun[:, None] + gaps.cumsum(axis=1)
    step = rng.integers(1, len(STEPS) - 1, (cases, 10), dtype=np.int8)
    step[:, 0], step[:, -1] = 0, len(STEPS) - 1
    start, step, order = start.ravel(), step.ravel(), np.argsort(start.ravel(), kind="stable")
    for at in range(0, events, 1_000_000):
        own = order[at : at + 1_000_000]
        first = np.datetime64("2025-01-01T00:00:00") + start[own]
        rows = pd.DataFrame(
            {"case": [f"C{n:07}" for n in own // 10],
             "step": np.array(STEPS)[step[own]], "start": first,
             "end": first + rng.integers(0, 3600, len(own)),
             "unit": rng.choice(["front", "registration", "archive"], len(own)),
             "position": rng.choice([f"p{n:02}" for n in range(40)], len(own))}
        )  # fmt: skip
        rows.to_csv(path, index=False, mode="a", header=not at)


def ours(path: Path) -> None:
    from ccwork.measure.process import case_tables
    from ccwork.read.logs import event_log

    steps, problems = event_log.read_log(path, MAPPING)
    assert not any(problem.grave for problem in problems), problems
    rows = case_tables.cases(steps)
    assert rows["events"].sum() == len(steps)


def plain(path: Path) -> None:
    pd.read_csv(path).groupby("case")["start"].agg(["first", "last", "size"])


def dated(path: Path) -> None:
    rows = pd.read_csv(path, parse_dates=["start", "end"])
    rows.groupby("case").agg({"start": ["min", "size"], "end": "max"})


def xes(path: Path) -> None:
    from ccwork.measure.process import case_tables
    from ccwork.read.logs import event_log

    steps, _ = event_log.read_log(path, {"columns": {"unit": "org:group"}})
    assert case_tables.cases(steps)["events"].sum() == len(steps)


def write_xes(path: Path, events: int, more: int) -> None:
    """Write a log in XES.gz as a stream, with so many attributes nobody needs in each event."""
    rng = np.random.default_rng(1)
    unused = "".join(f'<string key="unused:{n}" value="{n:040}"/>' for n in range(more))
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.write("<log>")
        for case in range(events // 10):
            file.write(f'<trace><string key="concept:name" value="C{case:07}"/>')
            moments = (
                np.datetime64("2025-01-01T00:00:00") + rng.integers(0, 9 * 10**6, 10).cumsum()
            )
            for step, moment in zip(rng.choice(STEPS, 10), moments, strict=True):
                file.write(
                    f'<event><string key="concept:name" value="{step}"/>{unused}'
                    f'<date key="time:timestamp" value="{moment}+03:00"/>'
                    '<string key="org:group" value="front"/></event>'
                )
            file.write("</trace>")
        file.write("</log>")


WAYS = {"ours": ours, "plain": plain, "dated": dated, "xes": xes}


def measured(way: str, path: Path) -> tuple[float, float]:
    """Return the least CPU seconds of three runs and the peak in MB, in a fresh process."""
    said = subprocess.run(
        [sys.executable, __file__, "--run", way, str(path)], capture_output=True, check=True
    )
    return tuple(json.loads(said.stdout))


def run(way: str, path: Path) -> None:
    import ccwork.read.logs.event_log  # noqa: F401  its import is not what is measured

    spent = []
    for _ in range(1 if way == "xes" else 3):
        before = time.process_time()
        WAYS[way](path)
        spent.append(time.process_time() - before)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([min(spent), peak]))


def main(sizes: list[int]) -> None:
    print(f"{'events':>10} {'MB':>6} | {'ours, s':>8} {'peak MB':>8} {'us/event':>9} |"
          f" {'plain, s':>9} {'ratio':>6} | {'dated, s':>9} {'ratio':>6}")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for events in sizes:
            path = Path(folder) / f"{events}.csv"
            write(path, events)
            found = {way: measured(way, path) for way in ("ours", "plain", "dated")}
            own, peak = found["ours"]
            print(
                f"{events:>10,} {path.stat().st_size / 1e6:>6.1f} | {own:>8.2f} {peak:>8.0f} "
                f"{1e6 * own / events:>9.2f} | {found['plain'][0]:>9.2f} "
                f"{own / found['plain'][0]:>6.2f} | {found['dated'][0]:>9.2f} "
                f"{own / found['dated'][0]:>6.2f}",
                flush=True,
            )


def main_xes(sizes: list[int]) -> None:
    print(
        f"{'events':>10} {'unused':>7} {'MB inside':>10} | {'s':>8} {'peak MB':>8} {'us/event':>9}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for events in sizes:
            for more in (1, 20):
                path = Path(folder) / f"{events}_{more}.xes.gz"
                write_xes(path, events, more)
                with gzip.open(path) as file:
                    inside = sum(len(piece) for piece in iter(lambda: file.read(1 << 20), b""))
                spent, peak = measured("xes", path)
                print(
                    f"{events:>10,} {more:>7} {inside / 1e6:>10.0f} | {spent:>8.2f} {peak:>8.0f} "
                    f"{1e6 * spent / events:>9.2f}",
                    flush=True,
                )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--xes"]:
        main_xes([int(size) for size in sys.argv[2:]] or [10_000, 100_000, 300_000])
    elif sys.argv[1:2] == ["--run"]:
        run(sys.argv[2], Path(sys.argv[3]))
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES))

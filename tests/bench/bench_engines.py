"""Measure a log beside columnar engines: ``python tests/bench/bench_engines.py PYTHON [events]``.

PYTHON is one that has duckdb and polars. They compute of the same csv what our table of cases
holds of each case (span, touch, waits, repeats, hand-overs, outcome); they check nothing. Ways
take turns, each in a fresh process; the median of CPU seconds and of the peak in MB is told.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from bench_logs import write

ROUNDS = 5
HERE = Path(__file__).parent
WAYS = {
    "ours": """
import bench_logs
bench_logs.ours(Path(sys.argv[1]))
""",
    "duckdb": """
import duckdb
duckdb.execute(f'''
    with e as (select *, row_number() over () at from read_csv('{sys.argv[1]}')),
    o as (select *, lag(step) over w prev, lag(unit) over w pu, lag(position) over w pp,
          max("end") over (partition by "case" order by start, at
                           rows between unbounded preceding and 1 preceding) free
          from e window w as (partition by "case" order by start, at))
    select "case", min(start), max("end"), count(*), sum(epoch("end" - start)),
           sum(greatest(epoch(start - free), 0)), count(*) - count(distinct step),
           sum((step = prev)::int), sum((unit <> pu)::int), sum((position <> pp)::int),
           bool_or(step = 'collect'), sum((step in ('apply', 'collect'))::int)
    from o group by 1''').fetchnumpy()
""",
    "polars": """
import polars
c = polars.col
e = polars.scan_csv(sys.argv[1])
e = e.with_columns(c("start", "end").str.to_datetime("%Y-%m-%d %H:%M:%S"))
e = e.sort("case", "start", maintain_order=True).with_columns(
    free=c("end").cum_max().shift(1).over("case"),
    **{f"p{n}": c(n).shift(1).over("case") for n in ("step", "unit", "position")})
e.group_by("case").agg(
    c("start").min().alias("a"), c("end").max().alias("b"), polars.len(),
    (c("end") - c("start")).sum().alias("touch"),
    (c("start") - c("free")).clip(polars.duration()).sum().alias("wait"),
    (polars.len() - c("step").n_unique()).alias("again"),
    *((c(n) != c(f"p{n}")).sum().alias(f"h{n}") for n in ("step", "unit", "position")),
    (c("step") == "collect").any().alias("done"),
    c("step").is_in(["apply", "collect"]).sum().alias("acts")).collect()
""",
}
FRAME = """
import json, resource, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[2])
{before}
begun = time.process_time()
{way}
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([time.process_time() - begun, peak]))
"""
BEFORE = {"ours": "import ccwork.measure.process.case_tables, ccwork.read.logs.event_log",
          "duckdb": "import duckdb", "polars": "import polars"}  # fmt: skip


def measured(python: str, way: str, path: Path) -> list[float]:
    """Return CPU seconds and the peak in MB of one way in a fresh process."""
    code = FRAME.format(before=BEFORE[way], way=WAYS[way])
    done = [python, "-c", code, str(path), str(HERE)]
    return json.loads(subprocess.run(done, capture_output=True, check=True).stdout)


def main(other: str, events: int = 1_000_000) -> None:
    found = {way: [] for way in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        write(path, events)
        for _ in range(ROUNDS):
            for way, own in found.items():
                own.append(measured(sys.executable if way == "ours" else other, way, path))
    spent = {way: [median(each) for each in zip(*own, strict=True)] for way, own in found.items()}
    fastest = min(spent[way][0] for way in ("duckdb", "polars"))
    for way, (seconds, peak) in spent.items():
        print(f"{way:>7} {seconds:>6.2f} s {peak:>6.0f} MB | {seconds / fastest:.2f}x the fastest")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))

"""Measure event logs: ``python tests/bench/bench_logs.py [PYTHON] [events] [--parquet]``.

A csv of ten events a case (a million events, or as many as are asked for) is read and measured:
the table of cases and all measures of stage 3, beside the same by duckdb, polars and pandas, where
the other PYTHON has them; those check nothing. Ways take turns, each in a fresh process; the
median of CPU seconds and of the peak in MB is told. All must find the same. ``--parquet`` measures
them all on the same rows in Parquet, where pyarrow is. Where PYTHON has pm4py it computes once
what it has of the measures (durations, ways, hand-overs of units); it is no part of the product.

``--xes [events ...]`` reads XES.gz, each size twice: with one attribute nobody asked for in each
event, and with twenty. The file grows, the peak must not. ``--many`` runs the cells of stage 3 in
both languages over an invented log of 52,000 events and 398 steps.
"""

import gzip
import json
import shutil
import subprocess
import sys
import tempfile
from multiprocessing import Process
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

SAMPLE = Path(__file__).parents[2] / "data" / "demo" / "registry"
STEPS = ["apply", "accept", "check", "request", "decide", "notice", "inform", "collect"]
MAPPING = {
    "columns": {"case": "case", "step": "step", "start": "start", "end": "end", "unit": "unit",
                "position": "position"},
    "time": {"zone": "Europe/Moscow"},
    "steps": {"client": ["apply", "collect"]},
    "outcomes": {"done": ["collect"]},
}  # fmt: skip


def write(path: Path, events: int) -> None:
    """Write a log of cases mixed in time, as systems export it; each applies, each collects."""
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


OURS = """
sys.path.insert(0, HERE)
from bench_logs import MAPPING
steps, problems = event_log.read_log(path, MAPPING)
assert not problems, problems
rows = case_tables.cases(steps)
spans = rows.attrs
rows = case_tables.worked(rows, working_time.calendar("ru"))
rows.attrs |= spans
made = {name: make(steps, rows) for name, (_, make) in case_tables.TABLES.items()}
waits, passed, ways = made["waits"].sort_values("step"), made["handovers"], made["variants"]
told = [len(rows), rows["touch"].sum(), rows["waiting"].sum(), rows["rework"].sum(),
        rows["loops"].sum(), rows["handoffs_unit"].sum(), rows["handoffs_position"].sum(),
        rows["actions"].sum(), made["summary"]["median"].iloc[0], made["summary"]["p90"].iloc[0],
        *waits["wait"], *waits["p90"], passed["passes"].sum(),
        passed["hours"].sum(), (passed["returned"] * passed["passes"]).sum() / 100,
        ways["others"].sum() + (ways["path"] != "").sum(), made["ends"]["begin"].sum(),
        made["funnel"]["reached"].sum()]
"""
DUCKDB = """
run = lambda query: duckdb.execute(query).fetchall()
run("set enable_progress_bar = false")
run(f'''create temp table e as select "case" c, step, start, "end", row_number() over () nr,
    if(step in ('apply', 'collect'), 'client', unit) unit,
    if(step in ('apply', 'collect'), 'client', position) position from read_csv('{path}')''')
run('''create temp table o as select *, lag(step) over w prev, lag(unit) over w pu,
    lag(position) over w pp, row_number() over w nth, lead(nr) over w is null ends,
    greatest(epoch(start - max("end") over (partition by c order by start, nr
        rows between unbounded preceding and 1 preceding)), 0) / 3600 gap,
    row_number() over (partition by c, step order by start desc, nr desc) > 1 again
    from e window w as (partition by c order by start, nr)''')
run('''create temp table k as select c, min(start) a, epoch(max("end") - min(start)) / 3600 lead,
    sum(epoch("end" - start)) / 3600 touch, sum(gap) waiting, sum(again::int) rework,
    sum((step = prev)::int) loops, sum((unit <> pu)::int) hu, sum((position <> pp)::int) hp,
    sum((unit = 'client')::int) acts, bool_or(step = 'collect') done,
    string_agg(step, ' ' order by start, nr) path from o group by 1''')
told = [*run('''select count(*), sum(touch), sum(waiting), sum(rework), sum(loops), sum(hu),
    sum(hp), sum(acts), quantile_cont(lead, 0.5), quantile_cont(lead, 0.9) from k''')[0]]
waits = run('''select quantile_cont(gap, 0.5), quantile_cont(gap, 0.9), count(distinct c),
    count(*), sum(gap) from o where nth > 1 group by step order by step''')
told += [*(row[0] for row in waits), *(row[1] for row in waits)]
passed = run('''select pu, unit, count(*), sum(gap), sum(again::int), count(distinct c),
    quantile_cont(gap, 0.5) from o where pu <> unit group by 1, 2''')
told += [sum(row[at] for row in passed) for at in (2, 3, 4)]
told.append(len(run('select count(*) n, median(lead) from k group by path order by n desc')))
ends = run('select step, sum((nth = 1)::int), sum(ends::int) from o group by 1')
reached = run('''select date_trunc('month', a), step, count(distinct c) from o join k using (c)
    group by 1, 2''')
told += [sum(row[1] for row in ends), reached]
"""
POLARS = """
c = polars.col
e = polars.read_csv(path).with_columns(c("start", "end").str.to_datetime("%Y-%m-%d %H:%M:%S"))
mine = c("step").is_in(["apply", "collect"])
e = e.with_columns(polars.when(mine).then(polars.lit("client")).otherwise(c(n)).alias(n)
                   for n in ("unit", "position"))
hours = lambda span: span.dt.total_microseconds() / 3.6e9
e = e.sort("case", "start", maintain_order=True)
e = e.with_columns(
    gap=hours((c("start") - c("end").cum_max().shift(1).over("case")).clip(polars.duration())),
    again=c("step").is_duplicated().over("case") & ~c("step").is_last_distinct().over("case"),
    last=c("case") != c("case").shift(-1, fill_value=""),
    **{f"p{n}": c(n).shift(1).over("case") for n in ("step", "unit", "position")})
k = e.group_by("case", maintain_order=True).agg(
    a=c("start").min(), lead=hours(c("end").max() - c("start").min()),
    touch=hours(c("end") - c("start")).sum(), waiting=c("gap").sum(), rework=c("again").sum(),
    loops=(c("step") == c("pstep")).sum(), hu=(c("unit") != c("punit")).sum(),
    hp=(c("position") != c("pposition")).sum(), acts=(c("unit") == "client").sum(),
    done=(c("step") == "collect").any(), path=c("step").str.join(" "))
told = [len(k)]
told += k.select(c("touch", "waiting", "rework", "loops", "hu", "hp", "acts").sum()).row(0)
half, nine = ((lambda n, q=q: c(n).quantile(q, "linear").alias(f"q{q}")) for q in (0.5, 0.9))
told += k.select(half("lead"), nine("lead")).row(0)
waits = e.filter(c("gap").is_not_null()).group_by("step").agg(
    half("gap"), nine("gap"), c("case").n_unique(), n=polars.len(), s=c("gap").sum()).sort("step")
told += [*waits["q0.5"], *waits["q0.9"]]
passed = e.filter(c("punit") != c("unit")).group_by("punit", "unit").agg(
    half("gap"), c("case").n_unique(), n=polars.len(), s=c("gap").sum(), again=c("again").sum())
told += passed.select(c("n", "s", "again").sum()).row(0)
told.append(len(k.group_by("path").agg(half("lead"), n=polars.len()).sort("n")))
ends = e.group_by("step").agg(n=c("gap").is_null().sum(), m=c("last").sum())
reached = e.join(k.select("case", "a"), on="case").group_by(c("a").dt.truncate("1mo"), "step").agg(
    c("case").n_unique())
told += [ends["n"].sum(), reached.rows()]
"""
PANDAS = """
words = dict.fromkeys(["case", "step", "unit", "position"], "category")
e = pandas.read_csv(path, dtype=words, parse_dates=["start", "end"])
e = e.sort_values(["case", "start"], kind="stable", ignore_index=True)
mine = e["step"].isin(["apply", "collect"])
for name in ("unit", "position"):
    e[name] = e[name].cat.add_categories("client").mask(mine, "client").cat.codes
step = e["step"].cat.codes
top = e["case"].ne(e["case"].shift())
hour = pandas.Timedelta(hours=1)
free = e.groupby("case", observed=True)["end"].cummax().shift().mask(top)
e["gap"] = ((e["start"] - free) / hour).clip(lower=0)
e["touch"], e["acts"] = (e["end"] - e["start"]) / hour, mine
e["again"] = e.duplicated(["case", "step"], keep="last")
e["loops"] = (step == step.shift()) & ~top
for name in ("unit", "position"):
    e[f"p{name}"] = e[name].shift(fill_value=-1).mask(top, -1)
    e[f"h{name}"] = (e[name] != e[f"p{name}"]) & ~top
g = e.groupby("case", observed=True)
k = g[["touch", "gap", "again", "loops", "hunit", "hposition", "acts"]].sum()
k["a"], k["lead"] = g["start"].min(), (g["end"].max() - g["start"].min()) / hour
told = [len(k), *k.iloc[:, :7].sum(), *k["lead"].quantile([0.5, 0.9])]
waits = e[e["gap"].notna()].groupby("step", observed=True)
told += [*waits["gap"].quantile(0.5), *waits["gap"].quantile(0.9)]
waits.agg({"case": "nunique", "gap": ["sum", "size"]})
passed = e[e["hunit"]].groupby(["punit", "unit"])
told += passed.agg({"gap": ["size", "sum"], "again": "sum"}).sum().tolist()
passed["gap"].median(), passed["case"].nunique()
k["path"] = g["step"].agg(" ".join)
ways = k.groupby("path")["lead"].agg(["size", "median"]).sort_values("size")
month = k["a"].dt.to_period("M").astype(str)
pairs = e[["case", "step"]].drop_duplicates()
reached = pairs.groupby([pairs["case"].map(month), "step"], observed=True).size()
told += [len(ways), e.loc[top, "step"].value_counts().sum(), reached]
"""
PM4PY = """
e = pandas.read_csv(path, parse_dates=["start", "end"])
e = pm4py.format_dataframe(e, case_id="case", activity_key="step", timestamp_key="start")
e["org:resource"] = e["unit"]
lasted, ways = pm4py.get_all_case_durations(e), pm4py.get_variants(e)
pm4py.discover_handover_of_work_network(e)
begin = pm4py.get_start_activities(e)
told = [len(lasted), *[float("nan")] * 26, len(ways), sum(begin.values()), 0]
"""
WAYS = {"ours": OURS, "duckdb": DUCKDB, "polars": POLARS, "pandas": PANDAS, "pm4py": PM4PY}
IMPORTS = {"ours": "from ccwork.measure.process import case_tables, working_time\n"
           "from ccwork.read.logs import event_log",
           **{way: f"import {way}" for way in ("duckdb", "polars", "pandas")},
           "pm4py": "import pandas, pm4py"}  # fmt: skip
PARQUET = {"read_csv('{path}')": "read_parquet('{path}')",
           'polars.read_csv(path).with_columns(c("start", "end").str.to_datetime('
           '"%Y-%m-%d %H:%M:%S"))': "polars.read_parquet(path)",
           'pandas.read_csv(path, dtype=words, parse_dates=["start", "end"])':
           "pandas.read_parquet(path).astype(words)"}  # fmt: skip
"""How engines read the same rows in Parquet."""
XES = """
steps, _ = event_log.read_log(path, {"columns": {"unit": "org:group"}})
told = [int(case_tables.cases(steps)["events"].sum() == len(steps))]
"""
FRAME = """
import json, resource, sys, time
path, HERE = sys.argv[1:]
{imports}
begun = time.process_time()
{way}
spent = time.process_time() - begun
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([spent, peak, [float(each) for each in told[:-1]]]))
"""


def measured(python: str, way: str, code: str, path: Path) -> list:
    """Return CPU seconds, the peak in MB and what was found, in a fresh process."""
    code = FRAME.format(imports=IMPORTS[way], way=code)
    done = [python, "-c", code, str(path), str(Path(__file__).parent)]
    said = subprocess.run(done, capture_output=True, text=True)
    assert not said.returncode, said.stderr[-2000:]
    return json.loads(said.stdout.splitlines()[-1])


def has(python: str, package: str) -> bool:
    """Tell whether a Python has a package; say where it has none."""
    there = not subprocess.run([python, "-c", f"import {package}"], capture_output=True).returncode
    print(end="" if there else f"{package} is not measured: {python} has it not.\n")
    return there


def as_parquet(path: Path) -> None:
    """Write the rows of a csv in Parquet, a million at a time."""
    from pyarrow import Table, parquet

    writer = None
    for rows in pd.read_csv(path, parse_dates=["start", "end"], chunksize=1_000_000):
        table = Table.from_pandas(rows, preserve_index=False)
        writer = writer or parquet.ParquetWriter(path.with_suffix(".parquet"), table.schema)
        writer.write_table(table)
    writer.close()


def main(other: str, events: int, parquet: bool = False) -> None:
    if parquet and not has(sys.executable, "pyarrow"):
        return
    ways = {"ours": sys.executable}
    ways |= {way: other for way in list(WAYS)[1 : 4 if parquet else 5] if has(other, way)}
    found: dict[str, list] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        made = Process(target=write, args=(path, events))  # what it took must not count as ours
        made.start()
        made.join()
        if parquet:
            made = Process(target=as_parquet, args=(path,))
            made.start()
            made.join()
            path = path.with_suffix(".parquet")
        for turn in range(3 if events <= 1_000_000 else 1):
            for way, python in ways.items():
                if turn and way == "pm4py":
                    continue
                code = WAYS[way]
                for csv, same_rows in PARQUET.items() if parquet else ():
                    code = code.replace(csv, same_rows)
                found[way].append(measured(python, way, code, path))
                own, ours = np.array(found[way][-1][2]), np.array(found["ours"][0][2])
                same = np.allclose(np.where(np.isnan(own), ours, own), ours, rtol=1e-9)
                assert same, (way, own, ours)
    for way, own in found.items():
        seconds, peak = (median(each[at] for each in own) for at in (0, 1))
        ratio = median(each[0] for each in found["ours"]) / seconds
        print(f"{events:>10,} {way:>7} | {seconds:>7.2f} s {peak:>6.0f} MB | ours {ratio:.2f}x")


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


def main_xes(sizes: list[int]) -> None:
    print(f"{'events':>10} {'unused':>7} {'MB inside':>10} | {'s':>8} {'peak MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for events in sizes:
            for more in (1, 20):
                path = Path(folder) / f"{events}_{more}.xes.gz"
                write_xes(path, events, more)
                with gzip.open(path) as file:
                    inside = sum(len(piece) for piece in iter(lambda: file.read(1 << 20), b""))
                spent, peak, _ = measured(sys.executable, "ours", XES, path)
                line = (
                    f"{events:>10,} {more:>7} {inside / 1e6:>10.0f} | {spent:>8.2f} {peak:>8.0f}"
                )
                print(line, flush=True)


def write_many(to: Path) -> None:
    """Lay down an agency whose log has 52,000 events of 1,199 cases and 398 steps."""
    rng, cases, steps = np.random.default_rng(7), 1199, 398
    shutil.copytree(SAMPLE, to, ignore=shutil.ignore_patterns("steps.csv"))
    weight = 1 / np.arange(1, steps + 1) ** 0.9
    size = np.clip(rng.normal(43.5, 12, cases).astype(int), 5, 110)
    case = np.repeat(np.arange(cases), size)
    step = rng.choice(steps, len(case), p=weight / weight.sum())
    usual = rng.permutation(steps)[step] + rng.normal(0, 25, len(case))
    step = step[np.lexsort((usual, case))]
    gap = np.where(rng.random(len(case)) < 0.5, rng.integers(1, 120, len(case)),
                   rng.integers(60, 8640, len(case)))  # fmt: skip
    spent = gap.cumsum() - np.repeat(gap.cumsum()[size.cumsum() - size], size)
    start = np.datetime64("2025-01-01T08:00") + spent + rng.integers(0, 450 * 1440, cases)[case]
    rows = pd.DataFrame(
        {"case": [f"A{n:05}" for n in case], "step": [f"S{n:03}" for n in step], "start": start,
         "end": start + rng.integers(0, 240, len(case)), "unit": [f"u{n % 7}" for n in step],
         "position": [f"p{n % 23:02}" for n in step]}
    )  # fmt: skip
    (to / "logs").mkdir()
    rows.sort_values("start", kind="stable").to_csv(to / "logs" / "big.csv", index=False)
    columns = "".join(f'{name} = "{name}"\n' for name in rows)
    more = '[time]\nzone = "Europe/Moscow"\n[steps]\nclient = ["S000", "S001"]\n[fixed]\n'
    mapping = f'[columns]\n{columns}{more}service = "certificate"\n'
    (to / "logs" / "big.toml").write_text(mapping, encoding="utf-8")


MANY = """
import nbformat
from IPython.core.interactiveshell import InteractiveShell
from ccwork.language import notebook_editions
from ccwork.read import loading
from ccwork.report.batch import batch_jobs
InteractiveShell.instance().display_pub.publish = lambda *_, **__: None
loading.share_workbooks()
stage = batch_jobs.stages()["3_one_process"]
begun = time.process_time()
for lang in ("ru", "en"):
    read, names = notebook_editions.read_notebook(stage), {}
    prose = notebook_editions.prose("3_one_process", lang)
    for cell in notebook_editions.edition(read, prose, "report", lang).cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
        if "parameters" in cell.metadata.get("tags", ()):
            names.update({"data": path, "agency": "big"})
told = [0]
"""


def main_many() -> None:
    """Run the cells of stage 3 by exec() in one warm process."""
    with tempfile.TemporaryDirectory() as folder:
        write_many(Path(folder) / "big")
        shutil.copytree(SAMPLE.parents[1] / "training", Path(folder) / "training")
        runs = [measured(sys.executable, "ours", MANY, Path(folder)) for _ in range(3)]
    print(f"stage 3, ru and en: {median(run[0] for run in runs):.2f} s, {runs[0][1]:.0f} MB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--xes"]:
        main_xes([int(size) for size in sys.argv[2:]] or [10_000, 100_000, 300_000])
    elif sys.argv[1:2] == ["--many"]:
        main_many()
    else:
        sizes = [int(each) for each in sys.argv[1:] if each.isdigit()]
        others = [each for each in sys.argv[1:] if not each.isdigit() and each[:2] != "--"]
        parquet = "--parquet" in sys.argv
        main(*(others or [sys.executable]), *(sizes or [1_000_000]), parquet=parquet)

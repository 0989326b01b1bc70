"""Measure tables and their measures: ``python tests/bench/bench_tables.py [--kpi] [PYTHON]``.

A million answers in csv are read and checked beside a bare reader plus a group-by of the same
file: polars, where the other PYTHON has it, and pandas. 100,000 rows of 12 columns in xlsx are
read and checked beside bare calamine. Ways take turns, each in a fresh process; the median of
CPU seconds and of the peak in MB is told.

``--kpi [answers ...] [PYTHON]`` goes on to every table of the KPI notebook, beside duckdb, polars
and pandas that compute its figures of answers with their limits: by question, service and month,
by client group, by person (forms alike on one day, several questions of one KPI), and two windows
compared. Each answer counts once: the file repeats some, and every way has to leave them out.
Where several questions make one KPI people are drawn anew, 2000 times within their client group:
of the counts an engine made, as numpy does it fastest. Those engines check nothing and name
nothing. All must find the same; limits drawn, or rounded by us, within 0.2 points of a hundred.
Where pyarrow is installed, of a parquet file as well.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from multiprocessing import Process
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

TABLES = [
    *("conflicts", "told_apart", "levels_by_period", "present_levels", "silent", "doubts", "nps"),
    *("judged", "histories", "rebasings", "seasons", "own_goals", "progress", "suggested"),
    *("definition_runs", "definitions", "five", "weighing", "moved", "accord", "scored"),
    *("without_one", "sensitivity", "five_rows", "kpi_by_period", "findings"),
]
"""Every table of the KPI notebook."""
KPIS = {"effort": ("convenient_way", "easy"), "information": ("info_clear",),
        "quality": ("decision_explained",), "speed": ("fast_enough",)}  # fmt: skip
SAMPLE = Path(__file__).parents[2] / "data" / "demo" / "registry"
ROUNDS = 5
KEY = '["metric", "service", "date"]'
WAYS = {
    "ours": "r = read_folder(Path(sys.argv[1])); assert r.tables and not any(p.grave for p in "
    "r.problems)",
    "polars": f"polars.read_csv(file('csv')).group_by({KEY}).agg(polars.col('level').mean())",
    "pandas": f"pandas.read_csv(file('csv')).groupby({KEY})['level'].mean()",
    "calamine": "python_calamine.CalamineWorkbook.from_path(file('xlsx')).get_sheet_by_index(0)"
    ".to_python()",
}
IMPORTS = {"ours": "from ccwork.read.agency_folder import read_folder", "polars": "import polars",
           "pandas": "import pandas", "calamine": "import python_calamine"}  # fmt: skip
FRAME = """
import json, resource, sys, time
from pathlib import Path
{imports}
file = lambda kind: Path(sys.argv[1]) / f"answers.{{kind}}"
before = time.process_time()
{way}
spent = time.process_time() - before
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([spent, peak, {told}]))
"""


OURS_IMPORTS = """
from ccwork.measure import metrics
from ccwork.read import loading
from ccwork.stages import kpi
[getattr(kpi, name) for name in TABLES]
"""
OURS = """
work = loading.load(str(Path(sys.argv[1]).parent), Path(sys.argv[1]).name, lang="ru")
work.brought()
made = {name: getattr(kpi, name)(work) for name in TABLES}
of = lambda name, *by: made[name].sort_values([*by]).reset_index(drop=True)
levels = metrics.levels(work).sort_values(["metric", "service", "period"])
told = [*levels[["n", "score", "sd", "top2"]].to_numpy().ravel()]
near = [*levels[["score_low", "score_high", "top2_low", "top2_high"]].to_numpy().ravel()]
doubts = of("doubts", "service").drop_duplicates()
told += [*doubts.loc[doubts["doubt"] == "inner_among", ["n", "of_all"]].to_numpy().ravel()]
heap = doubts[doubts["doubt"] == "forms_alike"]
told += [*heap[["n", "of_all", "then_share"]].to_numpy().ravel()]
told += [*of("weighing", "client", "metric")[["plain", "weighed", "n_eff"]].to_numpy().ravel()]
five = of("five", "client", "kpi").dropna(subset="subjective")
moved = of("accord", "client", "kpi")
told += [*five["subjective"], *moved["subjective_change"]]
near += [*five[["subjective_low", "subjective_high"]].to_numpy().ravel()]
near += [*moved[["subjective_change_low", "subjective_change_high"]].to_numpy().ravel()]
sides = [f"{way}_{end}" for way in ("plain", "weighed") for end in ("low", "high")]
near += [*of("weighing", "client", "metric")[sides].to_numpy().ravel()]
"""
DUCKDB = """
run = lambda query: duckdb.execute(query).fetchall()
run("set enable_progress_bar = false")
run(f'''create temp table e as select distinct on (respondent, metric, service, "date") respondent,
    service, segment, metric, level::int8 "level", "date", strftime("date"::date, '%Y-%m') m
    from read_csv('{file("csv")}')''')
counts = run("select metric, service, segment, m, level, count(*) from e group by all")
run(f'''create temp table p as select service, m, respondent, any_value(segment) segment,
    min("date") d, avg(25 * (level - 1)) filter (metric in {EFFORT}) x,
    sum(level * 8 ** list_position({[*METRICS]}, metric))::int64 form from e group by 1, 2, 3''')
people = run("select service, m, segment, x, count(*) from p group by all")
heaps = run('''with h as (select service, m, d, form, count(*) n from p group by all),
    f as (select *, sum(n) over (partition by service, d) of_day, sum(n) over (partition by
    service, form) alike, sum(n) over (partition by service) whole from h)
    select service, m, n, alike - n, whole - of_day from f where n >= 10 and n >= 0.5 * of_day
    order by n desc''')
"""
POLARS = """
c, by = polars.col, ["service", "m", "respondent"]
e = polars.read_csv(file("csv")).unique(["respondent", "metric", "service", "date"])
e = e.with_columns(m=c("date").str.slice(0, 7))
counts = e.group_by("metric", "service", "segment", "m", "level").len().rows()
form = c("metric").replace_strict({name: 8**n for n, name in enumerate(METRICS)}, return_dtype=int)
x = polars.when(c("metric").is_in(EFFORT)).then(25.0 * (c("level") - 1))
p = e.with_columns(form=form * c("level"), x=x).group_by(by).agg(
    c("segment").first(), c("date").min(), c("form").sum(), c("x").mean())
people = p.group_by("service", "m", "segment", "x").len().rows()
h = p.group_by("service", "m", "date", "form").agg(n=polars.len())
h = h.with_columns(day=c("n").sum().over("service", "date"),
    alike=c("n").sum().over("service", "form"), whole=c("n").sum().over("service"))
h = h.filter((c("n") >= 10) & (c("n") >= 0.5 * c("day"))).sort("n", descending=True)
heaps = h.select("service", "m", "n", c("alike") - c("n"), c("whole") - c("day")).rows()
"""
PANDAS = """
words = dict.fromkeys(["respondent", "service", "segment", "date", "metric"], "category")
e = pandas.read_csv(file("csv"), dtype=words, usecols=[*words, "level"])
e = e.drop_duplicates(["respondent", "metric", "service", "date"])
e["m"] = e["date"].astype("str").str[:7].astype("category")
g = e.groupby(["metric", "service", "segment", "m", "level"], observed=True).size()
counts = [(*key, n) for key, n in g.items()]
form = e["metric"].map({name: 8**n for n, name in enumerate(METRICS)}).astype(int)
e["form"] = form * e["level"]
e["x"] = (25.0 * (e["level"] - 1)).where(e["metric"].isin(EFFORT))
e["day"] = e["date"].cat.codes
p = e.groupby(["service", "m", "respondent"], observed=True).agg(
    {"segment": "first", "day": "min", "form": "sum", "x": "mean"}).reset_index()
s = p.groupby(["service", "m", "segment", "x"], observed=True).size()
people = [(*key, n) for key, n in s.items()]
h = p.groupby(["service", "m", "day", "form"], observed=True).size().rename("n").reset_index()
sums = {name: h.groupby(["service", *by], observed=True)["n"].transform("sum")
        for name, by in {"day": ["day"], "alike": ["form"], "whole": []}.items()}
h = h.assign(out=sums["alike"] - h["n"], rest=sums["whole"] - sums["day"])
h = h[(h["n"] >= 10) & (h["n"] >= 0.5 * sums["day"])].sort_values("n", ascending=False)
heaps = h[["service", "m", "n", "out", "rest"]].values.tolist()
"""
FIGURES = """
from collections import defaultdict
from math import sqrt
import numpy
last = "2026-06"
cells, groups = defaultdict(lambda: [0] * 5), defaultdict(int)
for metric, service, segment, m, level, n in counts:
    cells[metric, service, m][level - 1] += n
    groups[service, m, segment] += n
told, near, limits, means, halves = [], [], [], {}, {}
for key in sorted(cells):
    own, n = cells[key], sum(cells[key])
    mean = sum(25 * at * k for at, k in enumerate(own)) / n
    sd = sqrt(sum(k * (25 * at - mean) ** 2 for at, k in enumerate(own)) / (n - 1))
    z, top = 1.959964, (own[3] + own[4]) / n
    means[key], halves[key] = mean, z * sd / sqrt(n)
    half = z * sqrt(top * (1 - top) / n + z * z / 4 / n**2) / (1 + z * z / n)
    middle = (top + z * z / 2 / n) / (1 + z * z / n)
    told += [n, mean, sd, 100 * top]
    near += [mean - halves[key], mean + halves[key], 100 * (middle - half), 100 * (middle + half)]
volumes = {name: VOLUMES[name] for name in {key[1] for key in cells}}
outer = sorted(name for name, (client, _) in volumes.items() if client == "external")
months = sorted({key[2] for key in cells})
per = {name: sum(sum(cells[metric, name, last]) for metric in METRICS) for name in volumes}
for name in outer:
    told += [groups[name, last, "staff"] / len(METRICS), per[name] / len(METRICS)]
service, m, n, alike, rest = heaps[0]
told += [n, per[service] / len(METRICS), 100 * alike / rest]
clients = {client: {name: volume for name, (own, volume) in volumes.items() if own == client}
           for client in ("external", "internal")}
share = lambda own, name: own[name] / sum(own.values())
of = lambda metric, own, m: sum(share(own, name) * means[metric, name, m] for name in own)
for client, own in clients.items():
    for metric in sorted(METRICS) if len(own) > 1 else ():
        n = {name: sum(cells[metric, name, last]) for name in own}
        told.append(sum(n[name] * means[metric, name, last] for name in own) / sum(n.values()))
        all_of = numpy.sum([cells[metric, name, last] for name in own], axis=0)
        away = 25 * numpy.arange(5) - told[-1]
        half = z * sqrt((all_of @ away**2) / sum(n.values()) / (sum(n.values()) - 1))
        wide = z * sqrt(sum((share(own, name) * halves[metric, name, last] / z) ** 2
                            for name in own))
        limits += [told[-1] - half, told[-1] + half]
        limits += [of(metric, own, last) - wide, of(metric, own, last) + wide]
        told += [of(metric, own, last), 1 / sum(share(own, name) ** 2 / n[name] for name in own)]
forms = defaultdict(lambda: defaultdict(list))
for service, m, segment, x, n in people:
    forms[service, m][segment].append((x, n))
rng = numpy.random.default_rng(0)
def drawn(own, wanted):
    total = numpy.zeros(2000)
    for name in own:
        for m in wanted:
            parts, of_all = 0, sum(n for part in forms[name, m].values() for _, n in part)
            for part in forms[name, m].values():
                x, n = map(numpy.array, zip(*part))
                times = rng.multinomial(n.sum() - 1, n / n.sum(), 2000)
                parts = parts + times @ x * (n.sum() / (n.sum() - 1))
            total += share(own, name) / len(wanted) * parts / of_all
    return numpy.quantile(total, [0.025, 0.975])
def restless(*runs):
    runs = [numpy.array(run) - sum(run) / len(run) for run in runs]
    squares, short, free = sum(run @ run for run in runs), len(runs[0]), 2 * len(runs[0]) - 2
    alike = sum(run[1:] @ run[:-1] for run in runs) / squares
    alike = min(max((alike + 1 / short) / (1 - 3 / short), 0), 0.8)
    grown = 1 + 2 * sum((1 - k / short) * alike**k for k in range(1, short))
    lost = max(1 - (grown - 1) / (short - 1), 1 / grown)
    return 2.119905 * sqrt(squares / free / lost * grown * 2 / short)  # t of 16 degrees
found, changes, moved = [], [], []
then, now = months[: len(months) // 2], months[len(months) // 2 :]
for client, own in clients.items():
    for kpi, asked in sorted(KPIS.items()):
        at = lambda m: sum(of(metric, own, m) for metric in asked) / len(asked)
        over = lambda wanted: sum(map(at, wanted)) / len(wanted)
        def ends(wanted):
            if len(asked) > 1:
                return drawn(own, wanted)
            half = sqrt(sum((share(own, name) / len(wanted) * halves[asked[0], name, m]) ** 2
                            for name in own for m in wanted))
            return over(wanted) - half, over(wanted) + half
        found.append(at(last))
        near += [*ends([last])]
        changes.append(over(now) - over(then))
        (low, high), (least, most) = ends(now), ends(then)
        rest = restless([*map(at, then)], [*map(at, now)])
        down = max(rest, sqrt((over(now) - low) ** 2 + (most - over(then)) ** 2))
        up = max(rest, sqrt((high - over(now)) ** 2 + (over(then) - least) ** 2))
        moved += [changes[-1] - down, changes[-1] + up]
near += moved + limits
told += found + changes
"""
GIVEN = {
    "TABLES": TABLES, "KPIS": KPIS, "METRICS": sum(KPIS.values(), ()), "EFFORT": KPIS["effort"],
    "VOLUMES": {row.service: (row.client, row.volume)
                for row in pd.read_csv(SAMPLE / "services.csv").itertuples()},
}  # fmt: skip
MEASURES = {"ours": OURS} | {
    way: code + FIGURES
    for way, code in {"duckdb": DUCKDB, "polars": POLARS, "pandas": PANDAS}.items()
}


def answers(n: int) -> pd.DataFrame:
    """Make answers of people to five questions each."""
    rng, people = np.random.default_rng(1), n // 5
    known = pd.read_csv(SAMPLE / "answers.csv")
    days = pd.date_range("2025-01-01", "2026-06-29").strftime("%Y-%m-%d")
    once = {"respondent": [f"r-{k:07}" for k in range(people)]}
    once |= {name: rng.choice(known[name].unique(), people) for name in ("service", "segment")}
    once["date"] = rng.choice(days, people)
    rows = pd.DataFrame(once).loc[lambda r: r.index.repeat(5)].reset_index(drop=True)
    rows["metric"] = np.tile(known["metric"].unique()[:5], people)
    return rows.assign(level=rng.integers(1, 5, n), channel=rng.choice(["site", "phone"], n))


def folder(above: Path, rows: pd.DataFrame, kind: str) -> Path:
    """Lay the answers of an agency into a folder of its own."""
    made = above / kind
    made.mkdir()
    for name in ("agency.toml", "services.csv"):
        shutil.copy(SAMPLE / name, made)
    shutil.copytree(SAMPLE / "catalogue", made / "catalogue")
    if kind == "csv":
        rows.to_csv(made / "answers.csv", index=False)
    elif kind == "parquet":
        rows.to_parquet(made / "answers.parquet", index=False)
    else:
        rows.to_excel(made / "answers.xlsx", index=False, engine="xlsxwriter")
    return made


def measured(python: str, way: str, data: Path) -> list[float]:
    """Return CPU seconds and the peak in MB of one way in a fresh process."""
    code = FRAME.format(imports=IMPORTS[way], way=WAYS[way], told=[])
    said = subprocess.run([python, "-c", code, str(data)], capture_output=True, check=True)
    return json.loads(said.stdout)[:2]


def measures(python: str, way: str, data: Path) -> list:
    """Return CPU seconds, the peak in MB and the figures of answers of one way."""
    given = "\n".join(f"{name} = {value!r}" for name, value in GIVEN.items())
    imports = f"{given}\n{OURS_IMPORTS if way == 'ours' else f'import {way}'}"
    told = "[[*map(float, told)], [*map(float, near)]]"
    code = FRAME.format(imports=imports, way=MEASURES[way], told=told)
    if data.name == "parquet":
        code = f"import pyarrow.parquet\n{code}" if way == "ours" else code  # as engines are
        code = code.replace("read_csv", "read_parquet").replace('file("csv")', 'file("parquet")')
    said = subprocess.run([python, "-c", code, str(data)], capture_output=True, text=True)
    assert not said.returncode, said.stderr[-2000:]
    return json.loads(said.stdout)


def told(data: Path, ways: dict[str, str]) -> None:
    found = {way: [] for way in ways}
    for _ in range(ROUNDS):
        for way, python in ways.items():
            found[way].append(measured(python, way, data))
    spent = {way: [median(each) for each in zip(*own, strict=True)] for way, own in found.items()}
    for way, (seconds, peak) in spent.items():
        ratio = spent["ours"][0] / seconds
        print(f"{data.name:>5} {way:>9} | {seconds:>6.2f} s {peak:>6.0f} MB | ours {ratio:.2f}x")


def main(other: str = "") -> None:
    with tempfile.TemporaryDirectory() as place:
        ways = {"ours": sys.executable, "pandas": sys.executable}
        ways |= {"polars": other} if other else {}
        told(folder(Path(place), answers(1_000_000), "csv"), ways)
        rows = answers(100_000).assign(
            unit="", step="", weight=1.5, version="", own=range(100_000)
        )
        ways = {"ours": sys.executable, "calamine": sys.executable}
        told(folder(Path(place), rows, "xlsx"), ways)


def heaped(above: Path, n: int, kind: str) -> None:
    """Lay down answers where forms of one service on one day are alike; nine rows come twice."""
    rows = answers(n)
    rows.loc[(rows["date"] == "2026-06-15") & (rows["service"] == "transfer"), "level"] = 4
    folder(above, pd.concat([rows, rows.iloc[n // 2 : n // 2 + 9]]), kind)


def main_kpi(sizes: list[int], kind: str, other: str = sys.executable) -> None:
    """Measure all KPI measures of answers, small and large, beside the engines that are there."""
    ways, spent = {"ours": sys.executable}, {}
    for way in ("duckdb", "polars", "pandas")[: 2 if kind == "parquet" else 3]:
        if not subprocess.run([other, "-c", f"import {way}"], capture_output=True).returncode:
            ways[way] = other
    for n in sizes:
        found: dict[str, list] = {way: [] for way in ways}
        with tempfile.TemporaryDirectory() as place:
            made = Process(target=heaped, args=(Path(place), n, kind))  # what it takes is not ours
            made.start()
            made.join()
            for _ in range(3):
                for way, python in ways.items():
                    found[way].append(measures(python, way, Path(place) / kind))
                    for own, its, far in zip(*(found[each][-1][2] for each in ("ours", way)),
                                             (1e-9, 0.2), strict=True):  # fmt: skip
                        assert np.allclose(own, its, rtol=1e-9, atol=far), (way, own, its)
        for way, own in found.items():
            spent[way, n], peak = (median(each[at] for each in own) for at in (0, 1))
            grown = spent[way, n] / spent[way, sizes[0]]
            told = f"{spent[way, n]:>6.2f} s {peak:>5.0f} MB | grown {grown:.1f}x"
            ratio = spent["ours", n] / spent[way, n]
            print(f"{n:>10,} {kind} {way:>6} | {told} | ours {ratio:.2f}x", flush=True)


if __name__ == "__main__":
    sizes = [int(each) for each in sys.argv[1:] if each.isdigit()]
    others = [each for each in sys.argv[1:] if not each.isdigit() and each != "--kpi"]
    if "--kpi" in sys.argv:
        for kind in ("csv", "parquet")[: 2 if find_spec("pyarrow") else 1]:
            main_kpi(sizes or [200_000, 2_000_000], kind, *others)
    else:
        main(*others)

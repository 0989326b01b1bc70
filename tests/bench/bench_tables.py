"""Measure the reading of tables: ``python tests/bench/bench_tables.py [PYTHON]``.

A million answers in csv are read and checked beside a bare reader plus a group-by of the same
file: polars, where the other PYTHON has it, and pandas. 100,000 rows of 12 columns in xlsx are
read and checked beside bare calamine. Ways take turns, each in a fresh process; the median of
CPU seconds and of the peak in MB is told.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

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
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([time.process_time() - before, peak]))
"""


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
    else:
        rows.to_excel(made / "answers.xlsx", index=False, engine="xlsxwriter")
    return made


def measured(python: str, way: str, data: Path) -> list[float]:
    """Return CPU seconds and the peak in MB of one way in a fresh process."""
    code = FRAME.format(imports=IMPORTS[way], way=WAYS[way])
    said = subprocess.run([python, "-c", code, str(data)], capture_output=True, check=True)
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


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Measure the page of many agencies: ``python tests/bench/bench_portfolio.py [agencies ...]``.

Facts of a real size: what an invented agency tells, and as many lines of the example report as
an agency has beside (some 6,600 facts, over a megabyte). Every size runs in a process of its
own: CPU seconds of reading and page, HTML and PDF in Russian, and its largest memory.
"""

import json
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "reports" / "example" / "facts.json"
SIZES, MOST_CPU, MOST_MB = (100, 1000), 15, 600


def filler() -> list[str]:
    """Return the lines of the example that no invented agency has."""
    from ccwork.stages.portfolio.agency_facts import WANTED

    tables = {f"{stage}.{path.partition('.')[0]}" for stage, paths in WANTED.items()
              for path in paths}  # fmt: skip
    own = re.compile("|".join(rf'"id": "{re.escape(table)}\.' for table in tables))
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    return [line.rstrip(",") for line in lines if '"id": "' in line and not own.search(line)]


def lay(folder: Path, agencies: int) -> int:
    """Write the facts of so many agencies; return the bytes of one."""
    from ccwork.stages.portfolio import invented_agencies

    more, size = ",\n".join(filler()), 0
    for code, text in invented_agencies.texts(invented_agencies.Truth(agencies)).items():
        head, mark, rest = text.partition(', "facts": [\n')
        (folder / code).mkdir(parents=True)
        written = f"{head}{mark}{more},\n{rest}"
        (folder / code / "facts.json").write_text(written, encoding="utf-8")
        size = len(written.encode())
    json.loads(written)
    return size


def one(folder: str) -> None:
    """Make the page once; print CPU seconds and the largest memory in MB."""
    from ccwork.report import portfolio_page
    from ccwork.stages.portfolio import opening

    given = opening.open_folder(folder)
    read = time.process_time()
    files = dict(portfolio_page.written(given, ["ru"]))
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = time.process_time() + children.ru_utime + children.ru_stime
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"read": read, "cpu": cpu, "mb": memory, "files": len(files)}))


def main(sizes: list[int]) -> None:
    """Measure every size, say what a further agency costs, and fail beyond the limits."""
    found = {}
    for size in sizes:
        folder = Path(tempfile.mkdtemp())
        try:
            weight = lay(folder, size)
            command = [sys.executable, __file__, "--one", str(folder)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
        finally:
            shutil.rmtree(folder)
        found[size] = json.loads(done.stdout)
        told = "{cpu:.1f} s CPU ({read:.1f} s until read), {mb:.0f} MB".format(**found[size])
        print(f"{size} agencies of {weight / 1e6:.1f} MB: {told}", flush=True)
    worst = found[max(sizes)]
    assert worst["cpu"] <= MOST_CPU and worst["mb"] <= MOST_MB, worst
    if len(sizes) > 1:
        few, many = min(sizes), max(sizes)
        each = (found[many]["cpu"] - found[few]["cpu"]) / (many - few)
        print(f"a further agency: {1000 * each:.1f} ms CPU")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2])
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES))

"""Measure the batch against what it would take without it: ``python tests/bench_batch.py``.

``agency [rounds [agency]]`` (the default): all stages in Russian and English to HTML for one
agency, by interleaved rounds: "ours" (a third of a batch of three agencies, its start included),
"ours, alone" (a batch of one), "cli" (one ``papermill`` a notebook, then ``jupyter nbconvert``),
"loop" (papermill.execute_notebook and an HTMLExporter in one process), "limit" (the same cells by
exec() in one process that reads the tables once; figures drawn, no HTML), and "ploomber" where the
running Python has ploomber-engine (its execute_notebook, which starts no kernel, and an
HTMLExporter; measured only, never a dependency). ``many [agencies]``:
a one-cell stage. ``grow``: memory and time of batches of 5 to 20 agencies.

CPU seconds are of the whole tree of processes; MB is the largest process.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

LANGS = ("ru", "en")
DATA = Path(__file__).parents[2] / "data" / "demo"
CELL = "from ccwork import load\nprint(load(data, agency, period).agency)"


def editions(folder: Path) -> list[Path]:
    """Write the notebooks that papermill alone would be given."""
    import nbformat

    from ccwork.language import notebook_editions
    from ccwork.report.batch import batch_jobs

    made = []
    for stage, path in batch_jobs.stages().items():
        for lang in LANGS:
            prose = notebook_editions.prose(stage, lang)
            target = folder / f"{stage}.{lang}.ipynb"
            nbformat.write(
                notebook_editions.edition(
                    notebook_editions.read_notebook(path), prose, "report", lang
                ),
                target,
            )
            made.append(target)
    return made


def ours(work: Path, agencies: list[str]) -> None:
    langs = [word for lang in LANGS for word in ("--lang", lang)]
    arguments = ["report", *agencies, "--data", str(work / "data"), "--out", str(work / "out")]
    command = [sys.executable, "-c", "from ccwork import cli; cli.run()", *arguments, *langs]
    subprocess.run([*command, "--jobs", "1", "--quiet"], check=True)


def cli(work: Path, agencies: list[str]) -> None:
    """Run one papermill a notebook, then nbconvert, as scripts do today."""
    folder = Path(sys.executable).parent
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True}
    for path in sorted((work / "notebooks").glob("*.ipynb")):
        out = work / "cli" / path.name
        given = [word for pair in parameters(work, agencies[0]).items() for word in ("-p", *pair)]
        subprocess.run([folder / "papermill", path, out, *given], **quiet)
        subprocess.run([folder / "jupyter", "nbconvert", "--to", "html", out], **quiet)


def loop(work: Path, agencies: list[str]) -> None:
    """Run papermill's and nbconvert's functions in one process."""
    from papermill import execute_notebook

    _each(work, "loop", agencies[0], execute_notebook)


def ploomber(work: Path, agencies: list[str]) -> None:
    """Run ploomber-engine's function, which needs no kernel, and nbconvert's in one process."""
    from ploomber_engine import execute_notebook
    from ploomber_engine.ipython import CustomDisplayPublisher

    publish = CustomDisplayPublisher.publish

    def written(self: object, data: dict, *more: object, **named: object) -> None:
        """Write pictures as a kernel does: ploomber-engine refuses bytes."""
        text = {k: b64encode(v).decode() if type(v) is bytes else v for k, v in data.items()}
        publish(self, text, *more, **named)

    CustomDisplayPublisher.publish = written
    _each(work, "ploomber", agencies[0], execute_notebook)


def _each(work: Path, way: str, agency: str, execute: Callable) -> None:
    from nbconvert import HTMLExporter

    exporter = HTMLExporter()
    for path in sorted((work / "notebooks").glob("*.ipynb")):
        out, given = work / way / path.name, parameters(work, agency)
        execute(path, out, parameters=given, progress_bar=False, log_output=False)
        body, _ = exporter.from_filename(str(out))
        out.with_suffix(".html").write_text(body, encoding="utf-8")


def limit(work: Path, agencies: list[str]) -> None:
    """Run the same cells by exec() in one warm process; what they show is drawn, not kept."""
    import nbformat
    from IPython.core.interactiveshell import InteractiveShell

    from ccwork.read import loading

    InteractiveShell.instance().display_pub.publish = lambda *_, **__: None
    loading.share_workbooks()
    for path in sorted((work / "notebooks").glob("*.ipynb")):
        names: dict[str, object] = {}
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                exec(cell.source, names)
            if "parameters" in cell.metadata.get("tags", ()):
                names.update(parameters(work, agencies[0]))


def parameters(work: Path, agency: str) -> dict[str, str]:
    return {"data": str(work / "data"), "agency": agency}


WAYS = {"ours": ours, "cli": cli, "loop": loop, "ploomber": ploomber, "limit": limit}


def spent(way: str, work: Path, agencies: list[str]) -> tuple[float, float, float]:
    """Return CPU seconds, wall seconds and MB of one way in a tree of processes of its own."""
    shutil.rmtree(work / "out", ignore_errors=True)
    for folder in ("cli", "loop", "ploomber"):
        (work / folder).mkdir(exist_ok=True)
    said = subprocess.run(
        [sys.executable, __file__, "--run", way, str(work), *agencies],
        stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    return tuple(json.loads(said.stdout.splitlines()[-1]))


def run(way: str, work: Path, agencies: list[str]) -> None:
    """Go one way and tell what it took; a way that leaves its children unwaited is none."""
    import resource

    began = time.monotonic()
    WAYS[way](work, agencies)
    both = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(used.ru_utime + used.ru_stime for used in both)
    peak = max(used.ru_maxrss for used in both) / 1024
    print(json.dumps([cpu, time.monotonic() - began, peak]))


def prepared(root: Path, agency: str, n: int = 1) -> list[str]:
    """Write notebooks and n copies of an agency."""
    (root / "notebooks").mkdir(exist_ok=True)
    editions(root / "notebooks")
    for i in range(n):
        shutil.copytree(DATA / agency, root / "data" / f"{agency}{i}")
    return [f"{agency}{i}" for i in range(n)]


def agency(rounds: int = 5, name: str = "registry") -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        three = prepared(root, name, 3)
        found: dict[str, list[tuple[float, ...]]] = {}
        ways = [*WAYS][1:]
        if not find_spec("ploomber_engine"):
            ways.remove("ploomber")
            print("ploomber: not measured, this Python has no ploomber-engine")
        for n in range(rounds):
            cpu, wall, peak = spent("ours", root, three)
            found.setdefault("ours", []).append((cpu / 3, wall / 3, peak))
            found.setdefault("ours, alone", []).append(spent("ours", root, three[:1]))
            for way in ways:
                found.setdefault(way, []).append(spent(way, root, three[:1]))
            print(n + 1, {way: round(each[-1][0], 1) for way, each in found.items()}, flush=True)
        own = statistics.median(each[0] for each in found["ours"])
        print(
            f"{'way':<16} {'CPU s':>7} {'[least; most]':>15} {'wall s':>7} {'MB':>5} {'x ours':>7}"
        )
        for way, each in found.items():
            cpu, wall, peak = (statistics.median(column) for column in zip(*each, strict=True))
            least, most = min(e[0] for e in each), max(e[0] for e in each)
            print(f"{way:<16} {cpu:>7.1f} {f'[{least:.1f}; {most:.1f}]':>15} {wall:>7.1f} "
                  f"{peak:>5.0f} {cpu / own:>7.2f}")  # fmt: skip


def grow(name: str = "archive") -> None:
    print(f"{'agencies':>8} {'CPU s':>7} {'s an agency':>12} {'MB':>5}")
    for n in (5, 10, 20):
        with tempfile.TemporaryDirectory() as folder:
            some = prepared(Path(folder), name, n)
            cpu, _, peak = spent("ours", Path(folder), some)
            print(f"{n:>8} {cpu:>7.1f} {cpu / n:>12.2f} {peak:>5.0f}", flush=True)


def many(n: int = 1000) -> None:
    """Run a one-cell stage for many agencies: first, unchanged, and one touched."""
    import resource

    from bench.onecell import agencies, stage

    from ccwork.report.batch import batch_jobs, batch_run, worker_pool

    def cpu() -> float:
        both = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(used.ru_utime + used.ru_stime for used in both)

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        folders = agencies(root / "data", *(f"a{i:04}" for i in range(n)))
        task = batch_jobs.Task("", root / "out", notebooks=stage(root / "stages", CELL))
        for step in ("first", "unchanged", "one touched"):
            if step == "one touched":
                (folders["a0007"] / "agency.toml").open("a").write("# touched\n")
            before, began = cpu(), time.monotonic()
            jobs = batch_jobs.jobs(task, folders)
            todo = sum(job.state != "unchanged" for job in jobs)
            local = worker_pool.Local(max(1, min(os.cpu_count(), todo)), 600)
            outcomes, seconds, sizes = [], [], []
            for _, outcome in batch_run.run(task, jobs, local):
                outcomes.append(outcome)
                seconds.append(outcome.seconds)
                if todo > 1 and len(outcomes) in (n // 10, n):
                    sizes.append([resident(worker.process.pid) for worker in local._workers])
            batch_run.finish(task, outcomes)
            local.shutdown()
            ok = sum(outcome.status == "ok" for outcome in outcomes)
            print(f"{step}: {todo} run, {ok} ok, CPU {cpu() - before:.1f} s, "
                  f"wall {time.monotonic() - began:.1f} s", flush=True)  # fmt: skip
            if sizes:
                tenth = max(1, n // 10)
                print(f"  seconds an agency, first and last tenth: "
                      f"{statistics.median(seconds[:tenth]):.2f}, "
                      f"{statistics.median(seconds[-tenth:]):.2f}; MB of workers after a tenth "
                      f"and at the end: {sizes}")  # fmt: skip


def resident(pid: int) -> int:
    """Return the MB a process holds."""
    with open(f"/proc/{pid}/statm") as line:
        return int(line.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(sys.argv[2], Path(sys.argv[3]), sys.argv[4:])
    elif sys.argv[1:2] == ["many"]:
        many(*map(int, sys.argv[2:3]))
    elif sys.argv[1:2] == ["grow"]:
        grow(*sys.argv[2:3])
    else:
        given = sys.argv[2:] if sys.argv[1:2] == ["agency"] else []
        agency(*map(int, given[:1]), *given[1:2])

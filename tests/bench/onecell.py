"""Stages of one cell, and many small agencies: to try the batch and not what it computes."""

import multiprocessing
import os
import shutil
from concurrent.futures import Executor, Future
from pathlib import Path

import nbformat
from conftest import Agency
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ccwork.read import places
from ccwork.report.batch import batch_jobs, batch_run, manifests, worker_pool

PARAMETERS = 'data: str = ""  # папка\nagency: str = "a"  # код\nperiod: str = ""  # период'
BEHAVIOUR = """
import os, signal, sys, time
kind = agency.partition("_")[0]
if kind == "raises":
    raise ValueError(agency)
if kind == "exits":
    sys.exit(int(agency.partition("_")[2]))
if kind == "dies":
    os.kill(os.getpid(), 9)
if kind == "quits":
    os._exit(0)
if kind == "hangs":
    open("hanging", "w").close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        time.sleep(1)
if kind == "swells":
    bytearray(1 << 42)
if kind == "floods":
    print("x" * 20_000_000)
print(agency, period)
"""


def stage(folder: Path, *cells: str, name: str = "1_one") -> Path:
    """Write a stage notebook of a few code cells; return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [
        new_markdown_cell("# Одна ячейка", id="title"),
        new_code_cell(PARAMETERS, id="parameters", metadata={"tags": ["parameters"]}),
        *(new_code_cell(cell.strip(), id=f"cell-{n}") for n, cell in enumerate(cells)),
    ]
    notebook = new_notebook(cells=made)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    notebook.metadata["language_info"] = {"name": "python"}
    nbformat.write(notebook, folder / f"{name}.ipynb")
    return folder


def agencies(root: Path, *codes: str) -> dict[str, Path]:
    """Write small agencies that are alike; return their folders by code."""
    template = root.parent / f".{root.name}-template"
    if not template.exists():
        Agency(template, "like").counts([1, 2, 3, 40, 50], [2, 2, 3, 40, 50]).load()
    for code in codes:
        shutil.copytree(template / "like", root / code)
    return places.agencies(str(root))


class Here(Executor):
    """Works in this process: the kernels of all tests are forked of one template."""

    def submit(self, function, /, *arguments, **_) -> Future:
        future = Future()
        future.set_result(function(*arguments))
        return future


def made(task: batch_jobs.Task, folders: dict[str, Path], executor: Executor | None = None,
         **chosen) -> dict[str, batch_run.Outcome]:  # fmt: skip
    """Run a task as the command does; return the outcomes by place."""
    own = executor or worker_pool.Local(
        2, task.limits.agency + 5, task.limits.memory, batch_run.spoiled
    )
    found = batch_jobs.select(batch_jobs.jobs(task, folders), **chosen)
    try:
        return {job.place: outcome for job, outcome in batch_run.run(task, found, own)}
    finally:
        if executor is None:
            own.shutdown()


def tree(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder: name -> bytes; not when a run looked at them last."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != manifests.SEEN
    }


def forked(function, *arguments, seconds: float = 60, **environment: str) -> int:
    """Call a function in a forked process; return its exit code, -9 if it had to be killed."""

    def call() -> None:
        os.environ.update(environment)
        function(*arguments)

    process = multiprocessing.get_context("fork").Process(target=call)
    process.start()
    process.join(seconds)
    process.kill()
    process.join()
    return process.exitcode

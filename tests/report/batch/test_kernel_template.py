"""Kernels forked of one process: as if started anew, gone with whom they work for."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from bench.onecell import agencies, made, stage, tree

from ccwork.report.batch import (
    agency_kernel,
    batch_jobs,
    batch_run,
    kernel_template,
    worker_pool,
)

pytestmark = [
    pytest.mark.skipif(not kernel_template.FORKS, reason="no forked kernels here"),
    pytest.mark.slow,
]
SPOIL = """
import builtins, locale, os, sys
import matplotlib, numpy as np, pandas as pd, seaborn
from ccwork.language import wording
wording.use("en")
wording.left = builtins.left = 5
os.environ["LEFT"] = "1"
os.chdir("/")
seaborn.set_theme(font_scale=3)
matplotlib.rcParams["font.size"] = 40
pd.set_option("display.max_columns", 3)
pd.DataFrame.left = 5
sys.path.append("/left")
"""
TELL = """
import builtins, os, random, sys, threading
import matplotlib, numpy as np, pandas as pd
from matplotlib import pyplot
from ccwork.language import wording
print(wording.lang(), hasattr(wording, "left"), hasattr(builtins, "left"), hasattr(pd.DataFrame, "left"))
print(os.environ.get("LEFT"), os.path.basename(os.getcwd()), sys.path, sys.flags.hash_randomization)
print({k: v for k, v in matplotlib.rcParams.items()})
print(pd._config.config._global_config)
print(pyplot._REPL_DISPLAYHOOK, matplotlib.get_backend(), hash("a"), sys.argv[1:2], sys.flags.utf8_mode)
print(np.get_printoptions(), np.geterr(), os.getpid() == os.getpgrp(), os.getsid(0) == os.getpid())
print(sorted(thread.name.partition("-")[0] for thread in threading.enumerate()))
print(type(sys.displayhook), type(get_ipython()), sys.getrecursionlimit(), os.environ["TZ"])
print("debugpy" in sys.modules, sorted({*os.environ} - {"JPY_PARENT_PID"}), type(sys.stderr), sys.breakpointhook.__name__)
"""  # noqa: E501
DRAW = """
import os, numpy as np
print("seed", np.random.random(), os.getpid())
"""


@pytest.fixture(scope="module", autouse=True)
def template():
    """One template for all tests here, but where a test ends it."""
    yield
    agency_kernel.end_template()


@pytest.fixture
def world(tmp_path):
    """An agency, and what runs a cell for it in a kernel of its own."""
    folder = agencies(tmp_path / "data", "a")["a"]

    def run(cell: str):
        path = stage(tmp_path / str(abs(hash(cell))), cell) / "1_one.ipynb"
        until = time.monotonic() + 120
        with agency_kernel.Kernel(folder, agency_kernel.Limits(), until) as kernel:
            told = kernel.run(batch_run._edition(path, "ru"), {"agency": "a", "period": ""})
        return [line for out in told.cells[-1].outputs for line in out.text.splitlines()]

    return run


def test_a_forked_kernel_is_as_one_that_was_started(world, monkeypatch):
    forked = world(TELL)
    monkeypatch.setattr(kernel_template, "FORKS", False)
    for mine, plain in zip(forked, world(TELL), strict=True):
        assert mine == plain


def test_nothing_an_agency_does_reaches_the_next(world):
    before = world(TELL)
    template = agency_kernel._templates[0].process.pid
    world(SPOIL)
    for end in ("import os; os._exit(0)", "import os; os.kill(os.getpid(), 9)", "1 / 0"):
        with pytest.raises(agency_kernel.Stopped):
            world(end)
    assert world(TELL) == before
    assert agency_kernel._templates[0].process.pid == template
    assert (
        Path(f"/proc/{template}/task").exists() and len(os.listdir(f"/proc/{template}/task")) == 1
    )


def test_chance_falls_anew_in_every_kernel(world):
    assert len({world(DRAW)[0].split()[1] for _ in range(3)}) == 3


def test_without_its_template_a_kernel_starts_and_the_next_has_a_new_one(world, monkeypatch):
    world("print(1)")
    dead = agency_kernel._templates[0].process
    dead.kill()
    dead.wait()
    assert world("print(5)") == ["5"] and agency_kernel._templates[0].process.pid != dead.pid
    monkeypatch.setattr(agency_kernel._templates[0], "ask", lambda *_, **_more: os.getpgid(-1))
    assert world("print(6)") == ["6"]


def test_a_batch_makes_the_bytes_of_kernels_started_one_by_one(tmp_path, monkeypatch):
    cell = "from ccwork.read import loading\nfrom ccwork.measure import metrics\n"
    cell += "import seaborn\nprint(hash('a'), metrics.counted(loading.load(data, agency, period)))"
    folders = agencies(tmp_path / "data", "a", "b")
    notebooks = stage(tmp_path / "stages", cell, TELL)
    for name in ("forked", "plain"):
        monkeypatch.setattr(kernel_template, "FORKS", name == "forked")
        task = batch_jobs.Task("", tmp_path / name, notebooks=notebooks)
        with worker_pool.Local(1, 120) if name == "forked" else ThreadPoolExecutor(1) as here:
            assert {each.status for each in made(task, folders, here).values()} == {"ok"}
    assert tree(tmp_path / "forked") == tree(tmp_path / "plain")


def test_a_worker_and_its_template_end_by_themselves_and_in_silence(tmp_path, capfd):
    folders = agencies(tmp_path / "data", "a")
    notebooks = stage(tmp_path / "stages", "import ccwork\nprint(agency)")
    task = batch_jobs.Task("", tmp_path / "out", notebooks=notebooks)
    local = worker_pool.Local(1, 120)
    assert made(task, folders, local)["a"].status == "ok"
    (worker,) = local._workers
    process, pids = worker.process, [*worker.groups]
    assert len(pids) == 1 and _runs(pids[0]), "the template waits for the next agency"
    local.shutdown()
    assert process.exitcode == 0 and not _runs(pids[0])
    assert capfd.readouterr().err == ""


HOLD = """
import sys, time
from pathlib import Path
from ccwork.report.batch import agency_kernel
with agency_kernel.Kernel(Path(sys.argv[1]), agency_kernel.Limits(), time.monotonic() + 60) as own:
    own._start()
    print(own.manager.provisioner.pid, agency_kernel._templates[0].process.pid, flush=True)
    time.sleep(60)
"""


def test_template_and_kernel_end_with_the_process_they_work_for(tmp_path):
    folder = agencies(tmp_path / "data", "a")["a"]
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True
    ) as holder:
        pids = [int(pid) for pid in holder.stdout.readline().split()]
        assert len(pids) == 2 and all(_runs(pid) for pid in pids)
        holder.send_signal(signal.SIGKILL)
    until = time.monotonic() + 10
    while any(map(_runs, pids)):
        assert time.monotonic() < until
        time.sleep(0.05)
    agency_kernel.sweep_killed()


def _runs(pid: int) -> bool:
    """Tell whether a process runs; one that is dead and not asked after does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False

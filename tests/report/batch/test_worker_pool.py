"""Workers of this machine and of a cluster: the same bytes, and a lost worker does no harm."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import distributed
import pytest
from bench.onecell import Here, agencies, made, stage, tree

from ccwork import cli
from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.report.batch import agency_kernel, batch_jobs, kernel_template, worker_pool

SLOW = "import time\ntime.sleep(0.5)\nif agency == 'raises': raise ValueError\nprint(agency)"


@pytest.fixture(scope="module")
def cluster():
    """A cluster on this machine: a worker that is killed is replaced."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True
    ) as own:
        yield own


@pytest.mark.slow
def test_a_cluster_makes_the_bytes_of_one_machine_though_a_worker_is_killed(tmp_path, cluster):
    folders = agencies(tmp_path / "data", "a", "b", "c", "d", "raises")
    notebooks = stage(tmp_path / "stages", SLOW)
    here = batch_jobs.Task("", tmp_path / "here", notebooks=notebooks)
    there = batch_jobs.Task("", tmp_path / "there", notebooks=notebooks)
    killed = []

    def kill(cluster) -> None:
        while not list(there.out.glob("*/manifest.json")):
            time.sleep(0.05)
        killed.append(next(iter(cluster.workers.values())).pid)
        os.kill(killed[0], signal.SIGKILL)

    killer = threading.Thread(target=kill, args=(cluster,))
    killer.start()
    executor, stop = worker_pool.cluster(cluster.scheduler_address)
    outcomes = made(there, folders, executor)
    killer.join()
    stop(False)
    assert killed
    ends = {code: outcome.status for code, outcome in outcomes.items()}
    assert ends == dict.fromkeys("abcd", "ok") | {"raises": "failed"}
    made(here, folders, Here())
    assert tree(here.out) == tree(there.out)


@pytest.mark.slow
def test_the_command_makes_on_a_cluster_what_it_makes_here(tmp_path, cluster):
    agencies(tmp_path / "data", "a", "raises")
    given = ["report", "--all", "--data", str(tmp_path / "data")]
    given += ["--notebooks", str(stage(tmp_path / "stages", SLOW))]
    there = ["--out", str(tmp_path / "there"), "--scheduler", cluster.scheduler_address]
    here = ["--out", str(tmp_path / "here"), "--jobs", "1"]
    codes = [ended(*given, *there), ended(*given, *here)]
    assert codes == [1, 1]
    here, there = (tree(tmp_path / place / "a") for place in ("here", "there"))
    assert here == there and "brief.ru.html" in here
    assert (tmp_path / "there" / "index.html").exists()


@pytest.mark.slow
def test_every_notebook_that_ran_is_told_also_one_that_failed(tmp_path):
    folders = agencies(tmp_path / "data", "a", "raises")
    notebooks = stage(tmp_path / "stages", SLOW)
    task = batch_jobs.Task("", tmp_path / "out", langs=wording.LANGS, notebooks=notebooks)
    ran = []
    local = worker_pool.Local(1, 300, ran=lambda: ran.append(1))
    made(task, folders, local)
    local.shutdown()
    assert len(ran) == 2 * len(wording.LANGS)


def ended(*arguments: str) -> int:
    """Return the exit code of a command."""
    with pytest.raises(SystemExit) as found:
        cli.run(list(arguments))
    return found.value.code


def test_a_cluster_that_does_not_answer_is_said_in_words(monkeypatch):
    monkeypatch.setattr(worker_pool, "GRACE", 1)
    for lang, words in (("ru", "не отвечает"), ("en", "does not answer")):
        wording.use(lang)
        with pytest.raises(DataProblems, match=words):
            worker_pool.cluster("tcp://127.0.0.1:1")


@pytest.fixture(params=["forked", "spawned"])
def begun(request, monkeypatch):
    """How workers begin: here both ways, elsewhere one."""
    if request.param == "forked" and not kernel_template.FORKS:
        pytest.skip("no forked workers here")
    monkeypatch.setattr(kernel_template, "FORKS", request.param == "forked")
    return request.param


@pytest.fixture(scope="module", autouse=True)
def template():
    """One template for all tests here, but where a test ends it."""
    yield
    agency_kernel.end_template()


@pytest.fixture
def worker():
    """A worker that ends with its test."""
    own = worker_pool.Worker(0)
    yield own
    own.close()


@pytest.mark.parametrize("after", [0.0, 0.005, 0.05])
def test_a_worker_ended_while_it_begins_does_not_live_on(after, begun):
    worker, left = worker_pool.Worker(0), []

    def work() -> None:
        try:
            worker.call(60, time.sleep, 60)
        except Exception as lost:
            left.append(lost)

    busy = threading.Thread(target=work)
    busy.start()
    time.sleep(after)
    worker.closed = True
    worker.kill()
    busy.join(20)
    assert not busy.is_alive() and left and worker.process is None


STATE = """[
    {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}, os.getcwd(),
    sys.path, sys.argv, time.tzname, os.umask(0o22), wording.lang(),
    [str(signal.getsignal(each)) for each in signal.valid_signals()], locale.setlocale(0),
    resource.getrlimit(resource.RLIMIT_AS), sys.stdin.read() if os.isatty(0) else "",
    sorted(thread.name.partition("-")[0] for thread in threading.enumerate()),
    os.get_blocking(2), os.path.realpath("/proc/self/fd/0"), sys.getrecursionlimit(),
    sys.displayhook is sys.__displayhook__, sys.excepthook is sys.__excepthook__,
]"""
"""All but what the library of the terminal leaves to what is spawned, and nobody asked for."""
NAMES = ["locale", "os", "resource", "signal", "sys", "threading", "time"]


def state() -> str:
    """Return what tells the state of a process, for ``eval``."""
    names = ", ".join(f"{name}=__import__({name!r})" for name in NAMES)
    wanted = "wording=__import__('ccwork.language.wording', fromlist=['lang'])"
    return f"eval({STATE!r}, dict({names}, {wanted}))"


@pytest.mark.skipif(not kernel_template.FORKS, reason="no forked workers here")
def test_a_forked_worker_is_as_one_that_was_spawned(tmp_path, monkeypatch):
    agency_kernel.template()  # begun before what follows: a worker has what holds when it begins
    monkeypatch.setenv("TZ", "Asia/Vladivostok")
    monkeypatch.setenv("CCWORK_FAULT", "nowhere:nobody:raise")
    monkeypatch.setenv("PYTHONHASHSEED", "5")
    monkeypatch.setattr(sys, "argv", ["ccwork", "--lang", "en"])
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    found = []
    for forks in (True, False):
        monkeypatch.setattr(kernel_template, "FORKS", forks)
        worker = worker_pool.Worker(4096)
        found.append(worker.call(60, eval, state()))
        assert isinstance(worker.process, kernel_template.Forked) == forks
        worker.close()
    for forked, spawned in zip(*found, strict=True):
        assert forked == spawned


@pytest.mark.skipif(not kernel_template.FORKS, reason="no forked workers here")
def test_workers_share_neither_chance_nor_what_one_of_them_changes():
    one, other = worker_pool.Worker(0), worker_pool.Worker(0)
    draw = "__import__('numpy').random.random(), __import__('random').random()"
    assert not {*one.call(60, eval, draw)} & {*other.call(60, eval, draw)}
    one.call(60, exec, "import builtins, os; builtins.left = 5; os.environ['LEFT'] = '1'")
    one.close()
    for worker in (one, other):  # the first begins anew
        left = "'left' in dir(__import__('builtins')), __import__('os').environ.get('LEFT')"
        assert worker.call(60, eval, left) == (False, None)
        seeds = "hash('a'), __import__('sys').flags.hash_randomization"
        assert worker.call(60, eval, seeds)[1] == 0
        worker.close()


@pytest.mark.parametrize(
    ("cause", "code"), [("os._exit(7)", 7), ("os.kill(os.getpid(), 9)", -9), ("os._exit(0)", 0)]
)
def test_how_a_worker_ended_is_told_and_another_takes_its_place(worker, begun, cause, code):
    with pytest.raises(worker_pool.Lost, match=f"exit code {code}$") as lost:
        worker.call(60, exec, f"import os; {cause}")
    assert lost.value.reason == "died" and not worker.process
    with pytest.raises(worker_pool.Lost, match="no answer") as lost:
        worker.call(0.5, time.sleep, 60)
    assert lost.value.reason == "limit"
    assert worker.call(60, eval, "5") == 5


def test_the_time_of_workers_is_counted_as_that_of_whom_they_work_for(begun):
    before, local = os.times(), worker_pool.Local(2, 60)
    burn = "sum(n * n for n in range(10**7)) and __import__('time').process_time()"
    spent = sum(done.result() for done in [local.submit(eval, burn) for _ in range(2)])
    local.shutdown()
    after = os.times()
    counted = (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )
    assert counted >= spent > 0.2
    assert not agency_kernel._templates


@pytest.mark.skipif(not kernel_template.FORKS, reason="no forked workers here")
def test_work_goes_on_when_the_template_is_killed(worker):
    assert worker.call(60, eval, "5") == 5
    first, template = worker.process.pid, agency_kernel._templates[0].process
    killer = threading.Timer(0.3, template.kill)
    killer.start()
    assert worker.call(60, eval, "__import__('time').sleep(1) or 6") == 6  # no work is lost
    killer.join()
    assert template.wait() == -signal.SIGKILL
    assert worker.call(60, eval, "__import__('os').getpid()") == worker.process.pid != first
    assert isinstance(worker.process, kernel_template.Forked)
    until = time.monotonic() + 10
    while runs(first):
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.skipif(not kernel_template.FORKS, reason="no forked workers here")
def test_a_worker_is_spawned_where_the_template_does_not_answer(worker):
    agency_kernel.template()._pipe.close()
    assert worker.call(60, eval, "5") == 5
    assert isinstance(worker.process, multiprocessing.context.SpawnProcess)


HOLD = """
import os, sys, time
from ccwork.report.batch import kernel_template, worker_pool

if __name__ == "__main__":
    kernel_template.FORKS = sys.argv[1] == "forked"
    local = worker_pool.Local(2, 60)
    first = [local.submit(time.sleep, 0.1) for _ in range(2)]
    [each.result() for each in first]
    busy = local.submit(time.sleep, 60)
    time.sleep(0.5)
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_nothing_is_left_of_a_batch_that_was_killed_at_work_or_idle(tmp_path, begun):
    script = tmp_path / "hold.py"
    script.write_text(HOLD, encoding="utf-8")
    marked = os.environ | {"CCWORK_TEST": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, str(script), begun], env=marked, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        held = carrying(str(tmp_path)) - {holder.pid}
        assert len(held) >= (
            5 if begun == "forked" else 2
        )  # template, two workers, their templates
        holder.send_signal(signal.SIGKILL)
    until = time.monotonic() + 10
    while any(runs(pid) for pid in held):
        assert time.monotonic() < until
        time.sleep(0.05)


def carrying(mark: str) -> set[int]:
    """Return the processes with a mark in the environment they were begun with."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"CCWORK_TEST={mark}".encode() in path.read_bytes():
                found.add(int(path.parent.name))
        except OSError:
            continue
    return found


def runs(pid: int) -> bool:
    """Tell whether a process runs; one that is dead and not asked after does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False

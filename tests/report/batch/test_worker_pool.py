"""The same batch on a Dask cluster: the same bytes, and a lost worker does no harm."""

import os
import signal
import threading
import time

import distributed
import pytest
from bench.onecell import Here, agencies, made, stage, tree

from ccwork import cli
from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.report.batch import batch_jobs, worker_pool

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


@pytest.mark.parametrize("after", [0.0, 0.005, 0.05])
def test_a_worker_ended_while_it_begins_does_not_live_on(after):
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

"""A batch under faults: nothing half written, no status that lies, no neighbour touched."""

import glob
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import nbformat
import pytest
from bench.onecell import BEHAVIOUR, Here, agencies, forked, made, stage, tree

from ccwork import cli
from ccwork.language import wording
from ccwork.report.batch import agency_kernel, batch_jobs, batch_run, manifests
from ccwork.report.batch.agency_kernel import Limits

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="forks and signals of POSIX"),
    pytest.mark.slow,
]
LIMITS = Limits(cell=4, agency=40, memory=6000)
GOOD = ["good_1", "good_2"]
HOSTILE = {  # agency -> (status, reason)
    "raises_1": ("failed", "cell"),
    "exits_0": ("failed", "cell"),
    "exits_3": ("failed", "cell"),
    "dies_1": ("failed", "died"),
    "quits_1": ("failed", "died"),
    "hangs_1": ("failed", "limit"),
    "swells_1": ("failed", "memory"),
    "data_1": ("data", "data"),
    "killed_1": ("failed", "died"),
}


def world(root, hostile, good, marker, fault="executed:killed_1:kill"):
    """Run good and hostile agencies together; return outcomes and the folder of the reports."""
    folders = agencies(root / "data", *hostile, *good)
    for agency in hostile:
        if agency.startswith("data"):
            (folders[agency] / "counts.csv").write_text("metric,level\nx,много\n", "utf-8")
    notebooks = stage(root / "stages", BEHAVIOUR)
    task = batch_jobs.Task("", root / "out", notebooks=notebooks, limits=LIMITS)
    os.environ.update({"CCWORK_FAULT": fault, "CCWORK_TEST": marker})
    try:
        return made(task, folders), task
    finally:
        del os.environ["CCWORK_FAULT"], os.environ["CCWORK_TEST"]


def alive(marker):
    """Return the processes that carry a mark in their environment."""
    found = []
    for path in os.listdir("/proc"):
        try:
            with open(f"/proc/{path}/environ", "rb") as lines:
                if f"CCWORK_TEST={marker}".encode() in lines.read():
                    found.append(int(path))
        except (OSError, ValueError):
            continue
    return [pid for pid in found if pid != os.getpid() and not _tracker(pid)]


def _tracker(pid):
    """Tell whether this is Python's own helper, which lives as long as the tests."""
    with open(f"/proc/{pid}/cmdline", "rb") as line:
        return b"resource_tracker" in line.read()


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    return world(tmp_path_factory.mktemp("broken"), HOSTILE, GOOD, "broken")


def test_every_fault_is_told_for_what_it_is_and_none_for_a_success(broken):
    outcomes, _ = broken
    found = {code: (outcome.status, outcome.reason) for code, outcome in outcomes.items()}
    assert found == HOSTILE | dict.fromkeys(GOOD, ("ok", ""))
    assert batch_run.exit_code([*outcomes.values()]) == 1


def test_papermill_would_call_the_killed_notebook_completed_and_we_do_not(broken):
    _, task = broken
    for agency in ("dies_1", "hangs_1", "exits_0"):
        path = task.out / agency / "notebooks" / "1_one.ru.failed.ipynb"
        assert not path.with_name("1_one.ru.ipynb").exists()
        assert "completed" not in path.read_text(encoding="utf-8")
        assert "ccwork" not in json.loads(path.read_text(encoding="utf-8"))["metadata"]


def test_memory_and_time_are_named_in_words(broken):
    outcomes, _ = broken
    assert "не хватило памяти" in outcomes["swells_1"].message["ru"]
    assert "время вышло" in outcomes["hangs_1"].message["ru"]
    assert "система остановила" in outcomes["dies_1"].message["ru"]


def test_good_agencies_beside_hostile_ones_get_the_bytes_of_a_clean_run(broken, tmp_path):
    _, task = broken
    clean = batch_jobs.Task("", tmp_path / "out", notebooks=task.notebooks, limits=LIMITS)
    outcomes = made(clean, agencies(tmp_path / "data", GOOD[0]), Here())
    assert outcomes[GOOD[0]].status == "ok"
    assert tree(clean.out / GOOD[0]) == tree(task.out / GOOD[0])


def test_nothing_is_left_running(broken):
    assert not alive("broken")


def test_an_agency_that_failed_is_not_taken_for_done(broken):
    _, task = broken
    folders = {agency: task.out.parent / "data" / agency for agency in [*HOSTILE, *GOOD]}
    states = {job.agency: job.state for job in batch_jobs.jobs(task, folders)}
    assert {states[good] for good in GOOD} == {"unchanged"}
    assert states.pop("data_1") == "unchanged"
    assert {states[bad] for bad in HOSTILE if bad != "data_1"} == {"failed"}


def test_no_trace_of_this_machine_is_left_with_a_failure(broken):
    _, task = broken
    for name, content in tree(task.out).items():
        told = content.decode()
        assert os.path.expanduser("~/") not in told and sys.prefix not in told, name


# ---------------------------------------------------------------- every point, every action

POINTS = (
    "check", "kernel", "stage", "executed",
    *(f"{kind}.{step}" for kind in
      ("notebook", "facts", "findings", "brief", "workings", "manifest")
      for step in ("part", "whole", "replaced")),
)  # fmt: skip
"""Where a run of one agency can be broken; "summary.*" and "index.*" belong to no agency."""

ALWAYS = [
    ("brief.part", "kill"),
    ("workings.whole", "kill"),
    ("manifest.whole", "kill"),
    ("facts.part", "enospc"),
]
EVERY = [
    (point, action)
    for point in POINTS
    for action in ("kill", "raise", "enospc", "hang")
    if (point, action) not in ALWAYS
]


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """An agency with a whole old run, new data, and what a clean run makes of them."""
    root = tmp_path_factory.mktemp("points")
    folders = agencies(root / "data", "good_1")
    task = batch_jobs.Task(
        "", root / "out", notebooks=stage(root / "stages", BEHAVIOUR), limits=LIMITS
    )
    assert once(task, folders) == "ok"
    old = tree(task.out / "good_1")
    path = folders["good_1"] / "counts.csv"
    path.write_text(path.read_text("utf-8").replace(",50\n", ",55\n"), encoding="utf-8")
    clean = batch_jobs.Task("", root / "clean", notebooks=task.notebooks, limits=LIMITS)
    assert once(clean, folders) == "ok"
    return root, folders, task, old, tree(clean.out / "good_1")


def once(task, folders):
    (job,) = batch_jobs.jobs(task, folders)
    return batch_run.one(task, job).status if job.state != "unchanged" else "unchanged"


@pytest.mark.parametrize(
    ("point", "action"),
    [*ALWAYS, *(pytest.param(*case, marks=pytest.mark.long) for case in EVERY)],
)
def test_a_run_broken_at_any_point_leaves_old_or_new_files_and_goes_on_the_next_time(
    before, tmp_path, point, action
):
    _, folders, task, old, new = before
    broken = batch_jobs.Task("", tmp_path / "out", notebooks=task.notebooks, limits=LIMITS)
    for name, content in old.items():
        path = broken.out / "good_1" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def run() -> None:
        os._exit(0 if once(broken, folders) == "ok" else 1)

    seconds = 8 if action == "hang" else 60
    code = forked(run, seconds=seconds, CCWORK_FAULT=f"{point}:good_1:{action}")
    assert code or action != "kill", "nothing reached this point"
    found = tree(broken.out / "good_1")
    for name in set(old) | set(new):
        if name != "manifest.json" or action in ("kill", "hang"):
            assert found.get(name) in (old.get(name), new.get(name)), name
    if code != 0:
        (job,) = batch_jobs.jobs(broken, folders)
        done = found["manifest.json"] == new["manifest.json"]
        assert job.state != "unchanged" or (done and found == new)
    else:
        assert found == new
    assert once(broken, folders) in ("ok", "unchanged")
    assert tree(broken.out / "good_1") == new


# ---------------------------------------------------------------- the command, broken off

RUN = "from ccwork import cli; cli.run()"


def command(root, *more, marker="", **settings):
    arguments = ["report", "--all", "--data", str(root / "data"), "--out", str(root / "out")]
    arguments += ["--notebooks", str(root / "stages"), *more]
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments],
        env=os.environ | {"CCWORK_TEST": marker} | settings,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, text=True,
    )  # fmt: skip


@pytest.fixture
def temporary():
    """A folder for temporary files with a short name: sockets take no long one."""
    folder = Path(tempfile.mkdtemp(prefix="cw"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def broken_off(root, temporary, ended, marker):
    """Break a run off by a signal once its second agency hangs; return it and what it said."""
    agencies(root / "data", "a_good", "hangs_1", "hangs_2")
    stage(root / "stages", BEHAVIOUR)
    running = command(root, "--jobs", "1", marker=marker, TMPDIR=str(temporary))
    try:
        until = time.monotonic() + 120
        while not glob.glob(f"{temporary}/ccwork-*/*/hanging"):
            assert time.monotonic() < until and running.poll() is None
            time.sleep(0.1)
        os.killpg(running.pid, ended)
        began = time.monotonic()
        _, said = running.communicate(timeout=30)
    finally:
        running.kill()
    assert time.monotonic() - began <= 10
    return running.returncode, said


@pytest.mark.parametrize("ended", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_keeps_what_is_finished_writes_the_summary_and_leaves_nothing(
    tmp_path, temporary, ended
):
    code, said = broken_off(tmp_path, temporary, getattr(signal, ended), ended)
    assert code == 130
    assert "Расчёт прерван" in said and "Traceback" not in said
    rows = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    assert [row["status"] for row in rows] == ["ok", "interrupted", "interrupted"]
    assert (tmp_path / "out" / "a_good" / "brief.ru.html").exists()
    assert not alive(ended) and not list(temporary.glob("ccwork-*"))


def test_what_a_killed_run_left_of_tables_is_swept_by_the_next(tmp_path, temporary):
    code, _ = broken_off(tmp_path, temporary, signal.SIGKILL, "killed")
    left = list(temporary.glob("ccwork-*"))
    assert code == -signal.SIGKILL and left
    workers = {int(folder.name.split("-")[1]) for folder in left}
    until = time.monotonic() + 60  # killed: the system takes its time to end them
    while any(_runs(pid) for pid in workers):
        assert time.monotonic() < until
        time.sleep(0.1)
    running = command(tmp_path, "--only", "a_good", TMPDIR=str(temporary))
    _, said = running.communicate(timeout=60)
    assert running.returncode == 0, said
    assert not list(temporary.glob("ccwork-*")) and not alive("killed")


def _runs(pid):
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return told.rpartition(")")[2].split()[0] not in ("Z", "X")


def test_tables_of_a_worker_that_ended_and_was_not_asked_for_are_swept(temporary, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    folder = temporary / f"ccwork-{ended.pid}-x"
    folder.mkdir()
    agency_kernel.sweep_killed()
    assert not folder.exists() and ended.wait() == 0


def test_what_another_run_still_needs_is_not_swept(temporary, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    living, strange = temporary / f"ccwork-{os.getpid()}-x", temporary / "ccwork-notes-x"
    dead = temporary / "ccwork-4194999-x"
    for folder in (living, strange, dead):
        folder.mkdir()
    agency_kernel.sweep_killed()
    assert living.exists() and strange.exists() and not dead.exists()


STARTED = "import subprocess; subprocess.Popen(['sleep', '300'], start_new_session=True)"
SPLIT = "import os, time\nif not os.fork():\n    os.setsid()\n    time.sleep(300)"


@pytest.mark.parametrize(
    ("loose", "libraries"), [(STARTED, False), (STARTED, True), (SPLIT, True)]
)
def test_a_process_a_notebook_cut_loose_from_its_kernel_is_ended(tmp_path, loose, libraries):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(loose)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
    os.environ["CCWORK_TEST"] = "loose"
    try:
        until = time.monotonic() + 60
        with agency_kernel.Kernel(tmp_path, LIMITS, until, libraries) as kernel:
            kernel.run(notebook, {})
            template = {each.process.pid for each in agency_kernel._templates if libraries}
            while len(alive("loose")) <= 1 + len(template):  # a program that just began shows
                assert time.monotonic() < until  # nothing of itself for a moment
                time.sleep(0.01)
    finally:
        if loose == SPLIT:  # the last: its template is asked for no more
            agency_kernel.end_template()
            template = set()
        del os.environ["CCWORK_TEST"]
    until = time.monotonic() + 5  # what was killed takes a moment to go
    while left := {*alive("loose")} - template:
        assert time.monotonic() < until, [Path(f"/proc/{pid}/cmdline").read_text() for pid in left]
        time.sleep(0.05)


def test_a_name_of_two_folders_stops_these_two_and_not_the_batch(tmp_path, capsys):
    agencies(tmp_path / "data", "good_1")
    for part in ("north", "south"):
        agencies(tmp_path / "data" / part, "two")
    stage(tmp_path / "stages", BEHAVIOUR)
    arguments = ["report", "--all", "--data", str(tmp_path / "data"), "--jobs", "1"]
    arguments += ["--out", str(tmp_path / "out"), "--notebooks", str(tmp_path / "stages")]
    with pytest.raises(SystemExit) as ended:
        cli.run(arguments)
    assert ended.value.code == 1
    assert "Две папки называются «two»" in capsys.readouterr().err
    rows = json.loads((tmp_path / "out" / "summary.json").read_text(encoding="utf-8"))
    status = {row["code"]: row["status"] for row in rows}
    assert status["good_1"] == "ok" and status["two"] == "data"


@pytest.mark.parametrize("where", [".", "reports", "good_1/reports"])
def test_reports_among_the_data_are_refused_before_anything_is_written(tmp_path, where, capsys):
    agencies(tmp_path / "data", "good_1")
    before = tree(tmp_path / "data")
    arguments = ["report", "--all", "--data", str(tmp_path / "data")]
    with pytest.raises(SystemExit) as ended:
        cli.run([*arguments, "--out", str(tmp_path / "data" / where)])
    assert ended.value.code == 2 and tree(tmp_path / "data") == before
    assert "лежит внутри папки с данными" in capsys.readouterr().err


def test_a_held_folder_ends_with_75_before_any_kernel(tmp_path, capsys):
    agencies(tmp_path / "data", "good_1")
    stage(tmp_path / "stages", BEHAVIOUR)
    with manifests.locked(tmp_path / "out"):
        arguments = ["report", "--all", "--data", str(tmp_path / "data")]
        arguments += ["--out", str(tmp_path / "out"), "--notebooks", str(tmp_path / "stages")]
        with pytest.raises(SystemExit) as ended:
            cli.run(arguments)
    assert ended.value.code == 75
    assert f"процесс {os.getpid()}" in capsys.readouterr().err
    assert set(tree(tmp_path / "out")) == {manifests.LOCK}


def test_a_report_is_made_where_there_is_no_network_at_all(tmp_path):
    alone = ["unshare", "--net", "--map-root-user"]
    try:
        subprocess.run([*alone, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this system lets nobody leave its network")
    agencies(tmp_path / "data", "good_1")
    arguments = [
        "report",
        "--all",
        "--data",
        str(tmp_path / "data"),
        "--out",
        str(tmp_path / "out"),
    ]
    done = subprocess.run(
        [*alone, sys.executable, "-c", RUN, *arguments, "--stage", "6_kpi", "--jobs", "1"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "good_1" / "brief.ru.html").exists()


@pytest.mark.long
def test_thirty_hostile_agencies_leave_five_good_ones_as_they_would_be_alone(tmp_path):
    kinds = {code.partition("_")[0]: told for code, told in HOSTILE.items()}
    kinds["floods"] = ("ok", "")  # much, not wrong
    hostile = {f"{kind}_{n}": told for n in range(1, 4) for kind, told in kinds.items()}
    hostile = {code: told for code, told in hostile.items() if not code.startswith("floods")}
    hostile |= {"exits_0": ("failed", "cell"), "quits_9": ("failed", "died")}
    good = [f"good_{n}" for n in range(1, 6)]
    hostile = dict(list(hostile.items())[:30])
    outcomes, task = world(tmp_path / "all", hostile, good, "thirty", "executed:*:none")
    for code in good:
        assert outcomes[code].status == "ok"
    assert not [code for code in hostile if outcomes[code].status == "ok"
                and not code.startswith("killed")]  # fmt: skip
    clean = batch_jobs.Task("", tmp_path / "clean", notebooks=task.notebooks, limits=LIMITS)
    made(clean, agencies(tmp_path / "data", *good))
    for code in good:
        assert tree(clean.out / code) == tree(task.out / code)
    assert not alive("thirty")


def killed(root, seconds):
    """Begin a run of all and kill it, workers and kernels with it, after so long."""
    running = command(root, "--jobs", "2", marker="crowd")
    try:
        running.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        for pid in (running.pid, *alive("crowd")):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        running.communicate()
        return True
    return False


@pytest.mark.parametrize(
    ("many", "every"), [(6, 3.0), pytest.param(300, 40.0, marks=pytest.mark.long)]
)
def test_many_agencies_killed_five_times_at_random_and_resumed_are_as_if_run_once(
    tmp_path, many, every
):
    chance, crowd = random.Random(many), tmp_path / "crowd"
    broken = [f"{kind}_{n}" for n in range(many // 20 or 1) for kind in ("raises", "dies", "data")]
    broken = broken[: max(many // 20, 1)]
    good = [f"good_{n}" for n in range(many - len(broken))]
    for root, codes in ((crowd, [*good, *broken]), (tmp_path / "clean", good)):
        folders = agencies(root / "data", *codes)
        stage(root / "stages", BEHAVIOUR)
    for code in broken:
        if code.startswith("data"):
            (crowd / "data" / code / "counts.csv").write_text("metric,level\nx,много\n", "utf-8")
    kills = sum(killed(crowd, chance.uniform(0.2, 1) * every) for _ in range(5))
    print(f"{kills} kills of {many} agencies")
    assert kills >= (5 if many > 100 else 1)
    running = command(crowd, "--jobs", "2")
    _, said = running.communicate()
    assert running.returncode == 1, said
    clean = batch_jobs.Task("", tmp_path / "clean" / "out",
                            notebooks=tmp_path / "clean" / "stages")  # fmt: skip
    assert {each.status for each in made(clean, folders, Here()).values()} == {"ok"}
    rows = json.loads((crowd / "out" / "summary.json").read_text(encoding="utf-8"))
    assert {row["code"] for row in rows if row["status"] == "ok"} == {*good}
    assert len(folders) == len(good)
    for code in good:
        assert tree(crowd / "out" / code) == tree(tmp_path / "clean" / "out" / code), code
    left = list((crowd / "out").rglob("*.part"))
    assert not left and not alive("crowd")


def test_the_words_of_every_reason_are_there_in_both_languages():
    for reason in ("memory", "limit", "died", "start"):
        assert wording.has(f"report_stage_{reason}")

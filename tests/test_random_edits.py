"""Random edits between runs and during them: nothing stale, nothing mixed, nothing made again.

What a batch leaves is compared with what a clean run over the same files makes, byte for byte.
"""

import csv
import os
import random
import shutil
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest
from bench.onecell import made, stage, tree
from conftest import Agency

from ccwork.read import places
from ccwork.report.batch import batch_jobs, batch_run, manifests

FIGURES = """
from ccwork import load, show
from ccwork.stages import kpi
work = load(data, agency, period)
show(work.context(), kpi.levels_by_period(work))
work
"""
WAY = """
from ccwork import load, show
from ccwork.stages import one_process
work = load(data, agency, period)
process = one_process.service(work, "a")
show(one_process.journey(work, "waits", process), one_process.journey(work, "summary", process))
"""
LOG = "case,step,time\n" + "".join(
    f"C{n},{step},2025-0{1 + n % 2}-{1 + n:02} {hour}:00\n"
    for n in range(12)
    for step, hour in (("apply", 10), ("check", 11 + n % 7), ("decide", 19))
)
MAPPING = (
    'file = "way.csv"\n[columns]\ncase = "case"\nstep = "step"\nstart = "time"\n'
    '[fixed]\nservice = "a"\n[norms]\n"check" = 4\n'
)
AGENCIES = ("one", "two", "three")


def batch(root: Path) -> batch_jobs.Task:
    """Write agencies with counts, figures, a log behind a link and names of their own steps."""
    for code in AGENCIES:
        agency = Agency(root / "data", code).counts([11, 12, 13, 40, 50], [12, 12, 13, 40, 50])
        agency.metric([80, 82], n=100, first="2025-01").load()
        (agency.folder / "logs").mkdir()
        (agency.folder / "catalogue").mkdir()
        (agency.folder / "logs" / "way.toml").write_text(MAPPING, encoding="utf-8")
        steps = "step,ru,en\napply,Подать,Apply\ncheck,Проверить,Check\ndecide,Решить,Decide\n"
        (agency.folder / "catalogue" / "steps.csv").write_text(steps, encoding="utf-8")
        (behind := root / "behind" / code).mkdir(parents=True)
        (behind / "way.csv").write_text(LOG, encoding="utf-8")
        (agency.folder / "logs" / "way.csv").symlink_to(behind / "way.csv")
    stage(root / "stages", FIGURES, name="1_figures")
    stage(root / "stages", WAY, name="2_way")
    data, out = str(root / "data"), root / "out"
    return batch_jobs.Task(data, out, langs=("ru", "en"), notebooks=root / "stages")


# ---------------------------------------------------------------- what people do to files


def rows_changed(path: Path, change: Callable[[list[list[str]]], object]) -> None:
    """Write a table again, changed."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)


def cell(folder: Path, chance: random.Random) -> None:
    """Change a count to another."""
    row, count = 1 + chance.randrange(10), chance.randrange(10, 90)
    rows_changed(folder / "counts.csv", lambda rows: rows[row].__setitem__(-1, str(count)))


def row(folder: Path, chance: random.Random) -> None:
    """Add a figure of a month, or take the last away."""

    def change(rows: list[list[str]]) -> None:
        if len(rows) > 3:
            rows.pop()
        else:
            rows.append(["digital_take_up", "a", "2024-12", str(chance.randrange(50, 99)), "100"])

    there = (folder / "metrics.csv").exists()
    rows_changed(folder / ("metrics.csv" if there else ".metrics.csv"), change)


def catalogue(folder: Path, chance: random.Random) -> None:
    """Call a step of one's own another name."""
    name = f"Проверить {chance.randrange(1000)}"
    rows_changed(folder / "catalogue" / "steps.csv", lambda rows: rows[2].__setitem__(1, name))


def setting(folder: Path, chance: random.Random) -> None:
    """Say of how many people the agency is."""
    path = folder / "agency.toml"
    lines = [line for line in path.read_text("utf-8").splitlines() if line[:5] != "staff"]
    said = [*lines, f"staff = {chance.randrange(50, 5000)}"]
    path.write_text("\n".join(said), encoding="utf-8")


def mapping(folder: Path, chance: random.Random) -> None:
    """Give a step of a log another norm."""
    path, norm = folder / "logs" / "way.toml", chance.randrange(1, 90)
    kept = path.read_text("utf-8").partition("[norms]")[0]
    path.write_text(f'{kept}[norms]\n"check" = {norm}\n', encoding="utf-8")


def renamed(folder: Path, _: random.Random) -> None:
    """Put a table away under a name nobody reads, or bring it back."""
    away = folder / ".metrics.csv"
    pair = (away, folder / "metrics.csv")
    os.rename(*(pair if away.exists() else pair[::-1]))


def linked(folder: Path, chance: random.Random) -> None:
    """Change the log that stands behind a link."""
    line = 2 + 3 * chance.randrange(12)
    hour = chance.randrange(11, 19)

    def change(rows: list[list[str]]) -> None:
        rows[line][2] = f"{rows[line][2][:10]} {hour}:00"

    rows_changed((folder / "logs" / "way.csv").resolve(), change)


def touched(folder: Path, _: random.Random) -> None:
    """Save a table as it was."""
    path = folder / "counts.csv"
    path.write_bytes(path.read_bytes())
    os.utime(path)


def beside(folder: Path, chance: random.Random) -> None:
    """Write what nobody reads beside the data."""
    name = chance.choice(["README.md", "заметки.md", "source/raw.csv", ".~lock.counts.csv#"])
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(f"{chance.random()}", encoding="utf-8")


def nothing(_: Path, __: random.Random) -> None:
    """Change no file: the languages are asked for in another order."""


CHANGES = (cell, row, catalogue, setting, mapping, renamed, linked)
IDLE = (touched, beside, nothing)


# ---------------------------------------------------------------- runs and what they left


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Return when and as what each file below a folder was written, the list of those apart."""
    files = (path for path in folder.rglob("*") if path.name != manifests.SEEN)
    found = {path: path.stat() for path in files if path.is_file()}
    return {str(path): (at.st_ino, at.st_mtime_ns) for path, at in found.items()}


def state(folder: Path) -> str:
    """Return all that is read of an agency, links followed, as one text."""
    read = places.read_files(folder).items()
    return repr([(name, path.read_bytes()) for name, path in read if path.is_file()])


class Here:
    """Run in this process, for several runs a second."""

    def submit(self, function, *arguments):
        future = Future()
        future.set_result(function(*arguments))
        return future


def run(task: batch_jobs.Task, folders: dict[str, Path]) -> dict[str, batch_run.Outcome]:
    return made(task, folders, Here())


class Clean:
    """What a clean run over the same files makes; each state of the files is run once."""

    def __init__(self, task: batch_jobs.Task, root: Path) -> None:
        self.task, self.root, self.known = task, root, {}

    def run(self, folder: Path) -> tuple[str, dict[str, bytes]]:
        told = state(folder)
        if told not in self.known:
            shutil.rmtree(self.root, ignore_errors=True)
            shutil.copytree(folder, self.root / "data" / folder.name)
            task = replace(self.task, data=str(self.root / "data"), out=self.root / "out")
            (outcome,) = run(task, places.agencies(task.data)).values()
            self.known[told] = (outcome.status, tree(task.out / folder.name))
        return self.known[told]


def edited(task: batch_jobs.Task, clean: Clean, chance: random.Random, during: bool,
           tally: Counter) -> None:  # fmt: skip
    """Edit one agency between runs or during one, run, and count what is not as it should be."""
    folders = places.agencies(task.data)
    folder = folders[chance.choice(AGENCIES)]
    edit = chance.choice(CHANGES + IDLE)
    task = replace(task, langs=chance.choice([("ru", "en"), ("en", "ru")]))
    before, read = stamps(task.out), state(folder)
    if during:
        cell(folder, chance)  # so that there is something to compute while the edit falls
        begun = Path(shutil.copytree(folder, clean.root.with_name("begun") / folder.name))
        timer = threading.Timer(chance.uniform(0, 3), edit, (folder, chance))
        timer.start()
    else:
        edit(folder, chance)
    outcomes = run(task, folders)
    if during:
        timer.join()
        status = outcomes[folder.name].status
        now = (status, tree(task.out / folder.name))
        whole = status != "ok" or now == clean.run(folder) or now == clean.run(begun)
        tally["mixed"] += not whole
        shutil.rmtree(begun.parent)
        tally["changed while read"] += outcomes[folder.name].reason == "changed"
        outcomes = run(task, folders)
    tally["stale"] += (outcomes[folder.name].status, tree(task.out / folder.name)) != clean.run(
        folder
    )
    written = {path for path, at in stamps(task.out).items() if before.get(path) != at}
    own = f"{task.out / folder.name}{os.sep}"
    needless = {path for path in written if state(folder) == read or own not in path}
    tally["needless"] += bool(needless)
    settled = stamps(task.out)
    run(task, folders)
    tally["needless"] += stamps(task.out) != settled
    tally[edit.__name__] += 1


def tried(root: Path, edits: int, seed: int) -> Counter:
    """Try so many edits, every other one during a run."""
    task, chance, tally = batch(root), random.Random(seed), Counter()
    first = run(task, places.agencies(task.data))
    assert {outcome.status for outcome in first.values()} == {"ok"}
    clean = Clean(task, root / "clean")
    for n in range(edits):
        edited(task, clean, chance, bool(n % 2), tally)
        print(n, dict(tally), flush=True)
    return tally


@pytest.mark.slow
def test_ten_edits_leave_nothing_stale_mixed_or_made_again(tmp_path):
    tally = tried(tmp_path, 10, 1)
    assert not tally["stale"] and not tally["mixed"] and not tally["needless"]


@pytest.mark.long
def test_two_hundred_edits_leave_nothing_stale_mixed_or_made_again(tmp_path):
    tally = tried(tmp_path, 200, 20261129)
    assert not tally["stale"] and not tally["mixed"] and not tally["needless"]
    assert tally["changed while read"] and all(tally[edit.__name__] for edit in CHANGES + IDLE)


def test_the_comparison_finds_what_is_stale(tmp_path):
    """A report of other data is not that of a clean run: the measure above can fail."""
    task = batch(tmp_path)
    folders = places.agencies(task.data)
    clean = Clean(task, tmp_path / "clean")
    one = {"one": folders["one"]}
    assert run(task, one)["one"].status == "ok"
    assert ("ok", tree(task.out / "one")) == clean.run(folders["one"])
    for edit in CHANGES:
        old = clean.run(folders["one"])
        edit(folders["one"], random.Random(5))
        assert clean.run(folders["one"])[0] == "ok" and clean.run(folders["one"]) != old, edit

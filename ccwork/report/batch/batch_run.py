"""Many agencies through papermill: check first, one kernel an agency, never stop for a bad one.

An agency whose data, notebooks, parameters and ccwork have not changed since its last whole
run is left as it is; whatever happens, every file is whole and every status is true.
"""

import pickle
import threading
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from nbformat import NotebookNode
from nbformat.v4 import rwbase

from ccwork.language import notebook_editions, wording
from ccwork.language.problems import Problem, together
from ccwork.read import agency_folder, loading
from ccwork.read.workbook import Workbook
from ccwork.report import agency_report, facts_file, report_cover, workings
from ccwork.report.batch import agency_kernel, batch_index, batch_jobs, fault_points, manifests
from ccwork.report.batch.agency_kernel import Kernel, Stopped
from ccwork.report.batch.batch_jobs import Job, Task, stages
from ccwork.report.batch.kernel_state import judged_pickled
from ccwork.report.batch.worker_pool import Lost
from ccwork.tell import facts_text

FAILURES: Final = ("log*.txt", "problems.*.txt", "notebooks/*.failed.ipynb")
"""Files that tell of a failure: an earlier run's go when a run is closed."""

REPORTS: Final = ("brief.*", "workings/*.html")
"""What people read: of other data, it goes when a new report is there."""

_SAID: Final = {"memory": "report_memory", "limit": "report_limit", "died": "report_died"}


@dataclass
class Outcome:
    """How one agency ended, and what to read.

    `status` is "ok", "partial" (a section failed), "data" (its tables are wrong), "failed",
    "interrupted" or "skipped" (left out of this run); `reason` a code: "" or "cell", "memory",
    "limit", "died", "start", "disk", "open", "data", "differ", "changed" (while it was read),
    "defect". `name`, `message`,
    `reports`, `state` (the brief's first sentence) and `rows` (its KPIs) go by language.
    """

    code: str
    status: str = "ok"
    reason: str = ""
    name: dict[str, str] = field(default_factory=dict)
    period: str = ""
    warnings: int = 0
    message: dict[str, str] = field(default_factory=dict)
    reports: dict[str, str] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list] = field(default_factory=dict)
    seconds: float = 0.0
    input: str = ""
    output: str = ""


class Changed(Exception):
    """The files of an agency are no longer those its run began with."""


# ---------------------------------------------------------------- doing it


def run(task: Task, chosen: Sequence[Job], executor: Executor) -> Iterator[tuple[Job, Outcome]]:
    """Make the reports that are not there yet; yield each job's outcome as it ends.

    Parameters
    ----------
    executor
        Where :func:`one` runs: a ``worker_pool.Local``, or that of a cluster.
    """
    yield from ((job, kept(task, job)) for job in chosen if job.state == "unchanged")
    waiting = {executor.submit(one, task, job): job for job in chosen if job.state != "unchanged"}
    for done in as_completed(waiting):
        try:
            outcome = done.result()
        except Exception as error:  # a worker was lost: the others go on
            outcome = _lost(task, waiting[done], error)
        yield waiting[done], outcome


def kept(task: Task, job: Job) -> Outcome:
    """Return how a job ended the last time; "skipped" where it never ran."""
    told = manifests.read_manifest(task.out / job.place).get("outcome")
    return Outcome(**told) if told else Outcome(job.agency, "skipped", period=job.period)


_turn = threading.Lock()
"""The language in force belongs to the process: in one with more threads, one at a time."""


def spoiled(outcome: Outcome) -> bool:
    """Tell whether a process should not go on to the next agency after this outcome."""
    return outcome.reason in ("disk", "memory", "defect")


def _lost(task: Task, job: Job, error: Exception) -> Outcome:
    """Say of an agency that its worker was lost."""
    reason = error.reason if isinstance(error, Lost) else "died"
    outcome = Outcome(job.agency, period=job.period, input=job.input)
    outcome = failed_outcome(outcome, task, job, reason, _SAID[reason], type(error).__name__)
    return _logged(task, job, outcome, error)


def _logged(task: Task, job: Job, outcome: Outcome, error: Exception) -> Outcome:
    """Write down, as far as the disk allows, what broke off an agency."""
    log = "".join(traceback.format_exception(error))
    with suppress(OSError):
        sha = manifests.write_whole(task.out / job.place / "log.txt", agency_kernel.scrubbed(log))
        _close(task, job, outcome, {"log.txt": sha})
    return outcome


def one(task: Task, job: Job) -> Outcome:
    """Make the reports of one agency; whatever goes wrong is its outcome."""
    began = time.monotonic()
    outcome = Outcome(job.agency, period=job.period, input=job.input)
    try:
        with _turn:
            fault_points.during(job.agency)
            outcome = _made(task, job, outcome)
    except MemoryError:
        outcome = failed_outcome(outcome, task, job, "memory", "report_memory", job.agency)
    except Changed:
        outcome = Outcome(job.agency, name=outcome.name, period=job.period, input=job.input)
        outcome = failed_outcome(outcome, task, job, "changed", "report_changed", job.agency)
        _close(task, job, outcome, {})
    except PermissionError as error:  # Windows lets nobody replace what another program shows
        held = Path(error.filename2 or error.filename or "").name
        outcome = failed_outcome(outcome, task, job, "open", "report_open", held)
        outcome = _logged(task, job, outcome, error)
    except Exception as error:
        full = manifests.full(error)
        codes = ("disk", "report_disk") if full else ("defect", "report_died")
        outcome = failed_outcome(outcome, task, job, *codes, type(error).__name__)
        outcome = _logged(task, job, outcome, error)
    return replace(outcome, seconds=round(time.monotonic() - began, 3))


def _made(task: Task, job: Job, outcome: Outcome) -> Outcome:
    folder = task.out / job.place
    folder.mkdir(parents=True, exist_ok=True)
    manifests.sweep(folder)
    fault_points.point("check")
    seen = loading.stamps(job.folder)
    named, _ = agency_folder.own_facts(job.folder)
    outcome.name = {lang: str(named[f"name_{lang}"]) for lang in wording.LANGS}
    work, problems = loading.read_and_check(str(job.folder), job.agency, job.period)
    if manifests.inputs(job.folder) != job.input:
        raise Changed
    if work is None:
        _as_read(task, job, seen)
        return _bad_data(outcome, task, job, problems)
    with _kernel(task, job, work) as kernel, ThreadPoolExecutor(1) as beside:
        warned = _warned(task, work, kernel)
        problems = warned[task.langs[0]]
        _as_read(task, job, seen)
        if any(problem.grave for problem in problems):
            return _bad_data(outcome, task, job, problems)
        outcome.period, outcome.warnings = work.period, len(problems)
        loading.learn_names(work)
        # exports overlap with what the kernel computes
        executed, stopped, files, parts = _execute(task, job, work, seen, kernel, beside)
    ready = {place: part.result() for place, part in parts.items()}
    fault_points.point("executed")
    merged = {lang: facts_file.facts_of_stages(executed[lang]) for lang in task.langs}
    if any(facts != merged[task.langs[0]] for facts in merged.values()):
        outcome = failed_outcome(outcome, task, job, "differ", "report_facts_differ", job.agency)
        return _close(task, job, outcome, files)
    if len(stopped) < len(stages(task, work)):
        facts = merged[task.langs[0]]
        _report(task, job, outcome, work, seen, warned, executed, ready, stopped, facts, files)
    if stopped:
        reason = next(iter(stopped.values())).reason
        outcome = failed_outcome(outcome, task, job, reason, _sentence(reason), *stopped)
        outcome.status = "partial" if outcome.reports else "failed"
    return _close(task, job, outcome, files)


def _as_read(task: Task, job: Job, seen: tuple[object, ...]) -> None:
    """Stop where data, notebooks or template changed in a run: no report of two readings."""
    if loading.stamps(job.folder) != seen or batch_jobs.form_digest(task) != job.form:
        raise Changed


def _parameters(task: Task, work: Workbook) -> dict[str, str]:
    return {**task.parameters, "agency": work.agency, "period": work.period}


def _report(
    task: Task, job: Job, outcome: Outcome, work: Workbook, seen: tuple,
    warned: Mapping[str, list[Problem]], executed: "Executed",
    ready: Mapping[tuple[str, str], workings.Stage], stopped: Mapping[str, Stopped],
    facts: Sequence[Mapping[str, Any]], files: dict[str, str],
) -> None:  # fmt: skip
    """Write brief, workings, facts and findings; note their digests in `files`."""
    found = facts_file.told(facts_file.findings_of_stages(executed[task.langs[0]]))
    known = stages(replace(task, wanted=()), work)
    made: dict[str, str | bytes] = {
        "facts.json": facts_text.facts_json(facts, found, facts_file.head(work)),
        "findings.csv": facts_file.findings_csv(found),
    }
    for lang in wording.each(task.langs):
        said = {stage: _sentence(error.reason) for stage, error in stopped.items()}
        done, parameters = executed[lang], _parameters(task, work)
        cover = report_cover.cover(
            work, lang, [*stages(task, work)], said, done, parameters, warned[lang]
        )
        pages = {stage: ready[lang, stage] for stage in done}
        report = agency_report.report(
            cover, pages, done, facts, found, work.info, task.formats, task.template, len(known)
        )
        made |= report.files
        outcome.reports[lang] = f"{job.place}/brief.{lang}.html"
        outcome.state[lang], outcome.rows[lang] = report.state, list(report.rows)
    _as_read(task, job, seen)
    for name, content in made.items():
        files[name] = manifests.write_whole(task.out / job.place / name, content)


def _warned(task: Task, work: Workbook, kernel: Kernel) -> dict[str, list[Problem]]:
    """Return all that ``ccwork check`` says of an agency, in every language asked for."""
    if not task.judge:
        return dict.fromkeys(task.langs, together(work.warnings))
    asked = pickle.dumps((task.judge, kernel.data, work.agency, work.period, task.langs)).hex()
    found = pickle.loads(bytes.fromhex(kernel.judged(asked) or judged_pickled(asked, work)))
    return {lang: together([*work.warnings, *found[lang]]) for lang in wording.each(task.langs)}


def _sentence(reason: str) -> str:
    known = f"report_stage_{reason}"
    return known if wording.has(known) else "report_stage_failed"


def _close(task: Task, job: Job, outcome: Outcome, files: Mapping[str, str]) -> Outcome:
    """Write the manifest, which makes the run whole."""
    folder = task.out / job.place
    told = manifests.read_manifest(folder).get("outcome", {})
    same = told.get("reports") and told.get("input") == job.input
    gone = FAILURES if same or not outcome.reports else FAILURES + REPORTS
    for left in (path for pattern in gone for path in folder.glob(pattern)):
        if left.relative_to(folder).as_posix() not in files:
            left.unlink()
    outcome.output = manifests.digest_of(sorted(files.items()))
    told = asdict(replace(outcome, seconds=0.0))
    more = {"outcome": told, "versions": manifests.package_versions(), "build": manifests.build()}
    manifests.write_manifest(folder, job.key, files, more)
    return outcome


def _bad_data(outcome: Outcome, task: Task, job: Job, problems: list[Problem]) -> Outcome:
    """Write what is wrong with the data, in every language asked for."""
    grave = together(problem for problem in problems if problem.grave)
    outcome.status = outcome.reason = "data"
    folder, files = task.out / job.place, {}
    for lang in wording.each(task.langs):
        lines = [str(problem) for problem in grave]
        name = f"problems.{lang}.txt"
        files[name] = manifests.write_whole(folder / name, "\n".join(lines) + "\n")
        outcome.message[lang] = wording.say("problems_first", first=lines[0], n=len(lines))
    _older(outcome, folder)
    return _close(task, job, outcome, files)


def failed_outcome(
    outcome: Outcome, task: Task, job: Job, reason: str, sentence: str, *what: str
) -> Outcome:
    """Mark an outcome as failed and say so; stages are named by their titles."""
    outcome.status, outcome.reason = "failed", reason
    for lang in wording.each(task.langs):
        named = "; ".join(map(workings.title, what))
        outcome.message[lang] = wording.say(sentence, what=named)
    _older(outcome, task.out / job.place)
    return outcome


def _older(outcome: Outcome, folder: Path) -> None:
    """Say that an older report is still there, where none was made this time."""
    if not outcome.reports and (stale := list(folder.glob("brief.*.html"))):
        for lang in wording.each(outcome.message):
            outcome.message[lang] += " " + wording.say("report_older", n=len(stale))


# ---------------------------------------------------------------- the notebooks

Executed = dict[str, dict[str, NotebookNode]]


def _kernel(task: Task, job: Job, work: Workbook) -> Kernel:
    """Return the kernel of an agency; it starts with the first it is asked."""
    until = time.monotonic() + task.limits.agency
    paths = stages(task, work).values()
    libraries = any("ccwork" in path.read_text(encoding="utf-8") for path in paths)
    return Kernel(job.folder, task.limits, until, libraries, loading.packed(work))


def _execute(
    task: Task, job: Job, work: Workbook, seen: tuple, kernel: Kernel, beside: Executor
) -> tuple[Executed, dict[str, Stopped], dict[str, str], dict[tuple[str, str], Future]]:
    """Run every stage in every language in one kernel; a stage that fails leaves the others.

    What an earlier run, broken off, has left whole is taken over. `work`: what was checked;
    `seen`: the stamps of its files.
    """
    executed: Executed = {lang: {} for lang in task.langs}
    stopped: dict[str, Stopped] = {}
    files: dict[str, str] = {}
    parts: dict[tuple[str, str], Future] = {}
    folder, parameters = task.out / job.place, _parameters(task, work)
    keys = batch_jobs.data_keys(task, job, work)
    for stage, path in stages(task, work).items():
        for lang in task.langs:
            fault_points.point("stage")
            name = f"notebooks/{stage}.{lang}.ipynb"
            made = _edition(path, lang)
            own = batch_jobs.notebook_key(parameters, made)
            if (notebook := _taken_over(folder / name, own, keys)) is None:
                try:
                    notebook = kernel.run(made, parameters)
                    seal = batch_jobs.sealed(own, keys, kernel.taken, notebook.cells)
                    notebook.metadata["ccwork"] = seal
                except Stopped as error:
                    stopped.setdefault(stage, error)
                    notebook = kernel.executed
                    name = name.replace(".ipynb", ".failed.ipynb")
                    log = f"log.{stage}.{lang}.txt"
                    files[log] = manifests.write_whole(folder / log, f"{error}\n")
            _as_read(task, job, seen)
            written = manifests.notebook_json(rwbase.split_lines(notebook)) + "\n"
            rwbase.rejoin_lines(notebook)
            files[name] = manifests.write_whole(folder / name, written)
            executed[lang][stage] = notebook
            if stage not in stopped:
                parts[lang, stage] = beside.submit(workings.prepared, stage, notebook, lang)
    for done in executed.values():
        for stage in stopped:  # reports in all languages hold the same
            done.pop(stage, None)
    return executed, stopped, files, parts


def _edition(path: Path, lang: str) -> NotebookNode:
    prose = notebook_editions.prose(path.stem, lang)
    source = _source(path, path.stat().st_mtime_ns)
    return notebook_editions.edition(source, prose, "report", lang)


@cache
def _source(path: Path, _stamp: int) -> NotebookNode:
    return notebook_editions.read_notebook(path)


def _taken_over(path: Path, own: str, keys: Mapping[str, str]) -> NotebookNode | None:
    """Return the notebook of an earlier run, if it was made of the same and is whole."""
    try:
        notebook = notebook_editions.read_notebook(path)
        seal = notebook.metadata["ccwork"]
        whole = seal["key"] == batch_jobs.stage_key(own, keys, seal["tables"])
        whole = whole and seal["sha256"] == manifests.digest_of(notebook.cells)
    except Exception:  # whatever is wrong with it: it is made anew
        return None
    return notebook if whole else None


# ---------------------------------------------------------------- the end


def finish(task: Task, outcomes: Iterable[Outcome]) -> Path:
    """Write index.html, summary.csv and summary.json; return the index."""
    lang = task.langs[0]
    wording.use(lang)
    fault_points.during("")
    outcomes = sorted(outcomes, key=lambda found: (found.code, found.period))
    rows = [_row(outcome, lang) for outcome in outcomes]
    records = [*map(vars, outcomes)]
    manifests.write_whole(task.out / "summary.json", manifests.json_lines(records))
    manifests.write_whole(task.out / "summary.csv", batch_index.summary_csv(rows))
    manifests.write_whole(task.out / "index.html", batch_index.index_page(rows))
    return task.out / "index.html"


def _row(outcome: Outcome, lang: str) -> dict[str, Any]:
    """Return what the index and the summary say of one agency."""
    other = wording.other(lang)
    mine, theirs = outcome.name.get(lang), outcome.name.get(other)
    return {
        **vars(outcome),
        "agency": mine or theirs or outcome.code,
        "agency_lang": lang if mine or not theirs else other,
        "message": outcome.message.get(lang, ""),
        "state": outcome.state.get(lang, ""),
        "rows": outcome.rows.get(lang, []),
        **{each: outcome.reports.get(each, "") for each in wording.LANGS},
    }


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """Return 0 all well, 1 some agencies failed, 3 none succeeded, 74 disk, 130 interrupted."""
    statuses = [outcome.status for outcome in outcomes]
    if "interrupted" in statuses:
        return 130
    if any(outcome.reason == "disk" for outcome in outcomes):
        return 74
    done = statuses.count("ok")
    return 0 if done == len(outcomes) else 1 if done else 3

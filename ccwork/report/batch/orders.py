"""The operator's side of a batch: what was ordered, one run at a time, and how it ended."""

import dataclasses
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from ccwork.language import command_words, periods, wording
from ccwork.language.problems import DataProblems, Problem
from ccwork.read import places
from ccwork.read.files import cell_parsing, toml_files
from ccwork.report.batch import agency_kernel, batch_jobs, batch_run, manifests, worker_pool
from ccwork.report.batch.agency_kernel import Limits
from ccwork.report.batch.batch_jobs import Job, Task
from ccwork.report.batch.batch_run import Outcome
from ccwork.report.brief import brief_needs


@dataclass(frozen=True)
class Order:
    """What an operator asks for, by command and run file."""

    task: Task
    agencies: tuple[str, ...] = ()
    jobs: int = 1
    only: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    limit: int = 0
    force: bool = False
    dry_run: bool = False
    quiet: bool = False
    scheduler: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Order":
        """Join what the command line gave with the run file; the command line wins.

        Raises
        ------
        DataProblems
            When the run file is wrong, a stage does not exist, or a format cannot be written.
        """
        said = read_run_file(given["run_file"])

        def told(name: str, default: Any) -> Any:
            return given.get(name) or said.get(name) or default

        notebooks, template = told("notebooks", None), told("template", None)
        task = Task(
            data=told("data", ""),
            out=Path(told("out", "reports")),
            periods=tuple(told("periods", ("",))),
            langs=tuple(told("langs", (wording.lang(),))),
            parameters=said.get("parameters", {}) | dict(given["given"]),
            notebooks=Path(notebooks) if notebooks else None,
            wanted=tuple(told("stages", ())),
            limits=Limits(*map(told, LIMITS, dataclasses.astuple(Limits()))),
            formats=tuple(f for f in ("pdf", "docx") if told(f, template and f == "docx")),
            template=Path(template) if template else None,
        )
        _known_stages(task)
        brief_needs.needs_met("pdf" in task.formats, "docx" in task.formats, task.template)
        states = [("failed", ("failed",)), ("changed", ("changed", "new"))]
        return cls(
            task,
            agencies=tuple(said.get("agencies", ())),
            jobs=told("jobs", os.cpu_count()),
            only=given["only"],
            states=tuple(state for name, both in states if given[name] for state in both),
            limit=given["limit"] or 0,
            scheduler=told("scheduler", ""),
            **{name: given[name] for name in ("force", "dry_run", "quiet")},
        )


def _known_stages(task: Task) -> None:
    known = batch_jobs.stages(dataclasses.replace(task, wanted=()))
    strange = [stage for stage in task.wanted if stage not in known]
    wrong = [{"stage": stage, "known": ", ".join(known) or "—"} for stage in strange]
    if not known:
        wrong = [{"stage": str(task.notebooks), "known": "—"}]
    if wrong:
        raise DataProblems([Problem("no_stage", values=values) for values in wrong])


def carry_out(order: Order, agencies: Sequence[str], judge: Any = None) -> int:
    """Make the reports ordered; return the exit code. `judge`: see :class:`Task`.

    Raises
    ------
    DataProblems
        Before anything is made: the folder is held by another run (75), takes no file (74), or
        lies among the data.
    """
    order = dataclasses.replace(order, task=dataclasses.replace(order.task, judge=judge))
    known = places.agencies(order.task.data)
    folders = {agency: known[agency] for agency in agencies}
    if order.dry_run:
        asked, chosen = _chosen(order, folders)
        _say_plan(chosen, len(asked))
        return 0
    with manifests.held_out(order.task.data, order.task.out), _stoppable():
        manifests.sweep(order.task.out)
        agency_kernel.sweep_killed()
        asked, chosen = _chosen(order, folders)
        done, broken = _run(order, chosen)
        return _end(order, asked, chosen, done, broken)


def _chosen(order: Order, folders: Mapping[str, Path]) -> tuple[list[Job], list[Job]]:
    """Return all that is asked for, and what of it this run does."""
    asked = batch_jobs.jobs(order.task, folders, order.force)
    return asked, batch_jobs.select(asked, order.only, order.states, order.limit)


def _say_plan(chosen: Sequence[Job], asked: int) -> None:
    for job in chosen:
        state = wording.word(f"cli.state_{job.state}")
        click.echo(wording.say("cli.state_line", agency=job.place, state=state))
    todo = sum(job.state != "unchanged" for job in chosen)
    click.echo(wording.say("cli.planned", n=todo, all=asked))


def _run(order: Order, chosen: Sequence[Job]) -> tuple[dict[str, Outcome], bool]:
    """Run what is chosen; return outcomes by place, and whether it was broken off."""
    todo = sum(job.state != "unchanged" for job in chosen)
    done: dict[str, Outcome] = {}
    parts = len(batch_jobs.stages(order.task)) * len(order.task.langs)
    bar = command_words.time_left_bar(todo * parts, order.quiet)
    executor, stop = _executor(order, todo, bar.update)
    broken, ended = False, 0
    with bar:
        try:
            for job, outcome in batch_run.run(order.task, chosen, executor):
                done[job.place] = outcome
                ended += parts * (job.state != "unchanged")
                bar.update(max(0, ended - bar.n))
        except KeyboardInterrupt:
            broken = True
        finally:
            for each in _ENDS:  # what is left is short: the summary is written whole
                signal.signal(each, signal.SIG_IGN)
            stop(broken)
            agency_kernel.sweep_killed()
    return done, broken


def _executor(order: Order, todo: int, ran: Callable) -> tuple[Executor, Callable[[bool], None]]:
    if order.scheduler and todo:
        return worker_pool.cluster(order.scheduler)
    limits = order.task.limits
    wanted = max(1, min(order.jobs, todo))
    seconds = limits.agency + worker_pool.GRACE
    local = worker_pool.Local(wanted, seconds, limits.memory, batch_run.spoiled, ran)
    return local, lambda at_once: local.shutdown(cancel_futures=at_once)


_ENDS: Final = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP")
                if hasattr(signal, name)]  # fmt: skip


@contextmanager
def _stoppable() -> Iterator[None]:
    """Take the system's request to end, or a closed terminal, as a person's Ctrl-C."""
    before = {each: signal.getsignal(each) for each in _ENDS}
    for each in _ENDS:
        if before[each] != signal.SIG_IGN:  # nohup asked to go on
            signal.signal(each, signal.default_int_handler)
    try:
        yield
    finally:
        for each, hand in before.items():
            signal.signal(each, hand)


def _end(
    order: Order, asked: Sequence[Job], chosen: Sequence[Job], done: Mapping[str, Outcome],
    broken: bool,
) -> int:  # fmt: skip
    """Write the summary, say how it went, and return the exit code."""
    task, lang = order.task, order.task.langs[0]
    mine = {job.place: done.get(job.place) or _interrupted(task, job) for job in chosen}
    every = [mine.get(job.place) or batch_run.kept(task, job) for job in asked]
    index = batch_run.finish(task, every)
    wording.use(lang)
    for outcome in mine.values():
        if outcome.status != "ok":
            click.echo(f"{outcome.code}: {outcome.message.get(lang, '')}", err=True)
    ok = sum(outcome.status == "ok" for outcome in mine.values())
    if not order.quiet:
        click.echo(wording.say("cli.done", done=ok, n=len(mine), index=str(index)))
    return 130 if broken else batch_run.exit_code([*mine.values()])


def _interrupted(task: Task, job: Job) -> Outcome:
    said = {lang: wording.word("report_interrupted") for lang in wording.each(task.langs)}
    return Outcome(job.agency, "interrupted", "interrupted", period=job.period, message=said)


KEYS: Final = {
    "data": str, "out": str, "notebooks": str, "agencies": list, "periods": list,
    "langs": list, "stages": list, "jobs": int, "cell_seconds": int, "agency_seconds": int,
    "memory": int, "scheduler": str, "parameters": dict, "pdf": bool, "docx": bool,
    "template": str,
}  # fmt: skip
"""What may stand in a run file, and of which kind it is."""

LIMITS: Final = ("cell_seconds", "agency_seconds", "memory")
PATHS: Final = ("data", "out", "notebooks", "template")
"""Paths are taken from the folder of the run file, so that it works from anywhere."""


def read_run_file(path: Path | None) -> dict[str, Any]:
    """Read and check a run file: what it says, and nothing of what it leaves open.

    Raises
    ------
    DataProblems
        With everything that is wrong with it at once.
    """
    if path is None:
        return {}
    said = toml_files.read_or_stop(path, "run_missing", "run_syntax")
    if problems := list(_wrong(said, path.name)):
        raise DataProblems(problems)
    placed = {name: str(path.parent / said[name]) for name in PATHS if said.get(name)}
    return said | placed


def _wrong(said: Mapping[str, Any], file: str) -> Iterator[Problem]:
    for name, value in said.items():
        if name not in KEYS:
            like = cell_parsing.nearest(name, KEYS)
            values = {"name": name, "known": ", ".join(KEYS), "like": like}
            yield Problem("run_key_like" if like else "run_key", file, values=values)
        elif not _fits(name, value):
            yield Problem(f"run_{KEYS[name].__name__}", file, values={"name": name})
        elif name == "langs" and (strange := set(value) - set(wording.LANGS)):
            yield Problem("run_lang", file, values={"found": min(strange)})
        elif name == "periods":
            wrong = [period for period in value if not periods.is_period(period)]
            yield from (Problem("not_a_period", file, values={"value": each}) for each in wrong)


def _fits(name: str, value: Any) -> bool:
    kind = KEYS[name]
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and value > 0
    inner = {list: value, dict: value.values() if isinstance(value, dict) else ()}.get(kind, ())
    return isinstance(value, kind) and all(isinstance(each, str) for each in inner)

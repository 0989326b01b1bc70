"""Many agencies through papermill: check first, one kernel an agency, never stop for a bad one."""

import json
import multiprocessing
import os
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import nbformat
from nbformat import NotebookNode

from ccwork import edition, report, text, workbook
from ccwork.problems import Problem
from ccwork.workbook import Workbook

CELL_SECONDS: Final = 600
"""A cell that runs longer is ended (our choice)."""


@dataclass(frozen=True)
class Task:
    """What a batch makes: for which agencies, of which period, in which languages, where."""

    data: str
    out: Path
    period: str = ""
    langs: tuple[str, ...] = ("ru",)
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass
class Outcome:
    """How one agency ended, and what to read.

    `status` is "ok", "partial" (a section failed), "data" (its tables are wrong) or "failed";
    `name`, `message` and `reports` go by language.
    """

    code: str
    status: str = "ok"
    name: dict[str, str] = field(default_factory=dict)
    period: str = ""
    warnings: int = 0
    message: dict[str, str] = field(default_factory=dict)
    reports: dict[str, str] = field(default_factory=dict)


def stages() -> dict[str, Path]:
    """Return the stage notebooks that make a report, in their order."""
    return {
        path.stem: path for path in sorted(workbook.shipped("notebooks").glob("[1-9]_*.ipynb"))
    }


def run(task: Task, agencies: Sequence[str], jobs: int = 1) -> Iterator[Outcome]:
    """Make the reports of many agencies; yield each outcome as it ends.

    Parameters
    ----------
    task
        What to make.
    agencies
        Codes of agencies that exist.
    jobs
        How many to work on at once, each in a process and a kernel of its own.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max(1, min(jobs, len(agencies))), mp_context=context) as pool:
        waiting = {pool.submit(one, task, agency): agency for agency in agencies}
        for done in as_completed(waiting):
            agency = waiting[done]
            try:
                yield done.result()
            except Exception as error:  # a worker died: the others go on
                log = "".join(traceback.format_exception(error))
                _write(task.out / agency / "log.txt", log)
                yield _failed(Outcome(agency), task, "report_died", type(error).__name__)


def one(task: Task, agency: str) -> Outcome:
    """Make the reports of one agency; whatever goes wrong is its outcome."""
    work, problems = workbook.check(task.data, agency, task.period)
    outcome = Outcome(agency)
    folder = task.out / agency
    folder.mkdir(parents=True, exist_ok=True)
    if work is None:
        return _bad_data(outcome, task, problems, folder)
    outcome.name = {lang: work.info.get(f"name_{lang}") or "" for lang in text.LANGS}
    outcome.period, outcome.warnings = work.period, len(problems)
    parameters = {**task.parameters, "agency": agency, "period": work.period}
    executed, failed = _execute(task, parameters, folder)
    merged = {lang: report.facts(executed[lang]) for lang in task.langs}
    if any(facts != merged[task.langs[0]] for facts in merged.values()):
        return _failed(outcome, task, "report_facts_differ", agency)
    for lang in task.langs:
        text.use(lang)
        workbook.learn(work)
        page = report.render(executed[lang], _cover(work, lang, failed, executed[lang]))
        _write(folder / f"report.{lang}.html", page)
        outcome.reports[lang] = f"{agency}/report.{lang}.html"
    _write(
        folder / "facts.json", report.facts_json(merged[task.langs[0]], _cover(work, "ru", {}, {}))
    )
    if failed:
        outcome = _failed(outcome, task, "report_stage_failed", *failed)
        outcome.status = "partial" if len(failed) < len(stages()) else "failed"
    return outcome


def _bad_data(outcome: Outcome, task: Task, problems: list[Problem], folder: Path) -> Outcome:
    """Write what is wrong with the data, in every language asked for."""
    grave = [problem for problem in problems if problem.grave]
    outcome.status = "data"
    for lang in task.langs:
        text.use(lang)
        lines = [str(problem) for problem in grave]
        _write(folder / f"problems.{lang}.txt", "\n".join(lines) + "\n")
        outcome.message[lang] = text.say("problems_first", first=lines[0], n=len(lines))
        if stale := list(folder.glob("report.*.html")):
            outcome.message[lang] += " " + text.say("report_older", n=len(stale))
    return outcome


def _failed(outcome: Outcome, task: Task, code: str, *what: str) -> Outcome:
    """Mark an outcome as failed and say so; stages are named by their titles."""
    outcome.status = "failed"
    for lang in task.langs:
        text.use(lang)
        titles = [
            text.word(f"stage.{part}") if text.has(f"stage.{part}") else part for part in what
        ]
        outcome.message[lang] = text.say(code, what="; ".join(titles))
    return outcome


def _execute(
    task: Task, parameters: dict[str, str], folder: Path
) -> tuple[dict[str, dict[str, NotebookNode]], dict[str, str]]:
    """Run every stage in every language in one kernel; a stage that fails leaves the others."""
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_core.utils import run_sync

    os.environ["CCWORK_DATA"] = str(workbook.data_folder(task.data).resolve())
    executed: dict[str, dict[str, NotebookNode]] = {lang: {} for lang in task.langs}
    failed: dict[str, str] = {}
    kernel = AsyncKernelManager(kernel_name="python3")
    try:
        for stage, path in stages().items():
            for lang in task.langs:
                notebook, error = _execute_one(path, lang, parameters, kernel)
                _write(folder / "notebooks" / f"{stage}.{lang}.ipynb", nbformat.writes(notebook))
                if error:
                    failed[stage] = error
                    _write(folder / f"log.{stage}.{lang}.txt", error)
                else:
                    executed[lang][stage] = notebook
    finally:
        if kernel.has_kernel:
            run_sync(kernel.shutdown_kernel)(now=True)
    whole = {stage for stage in stages() if stage not in failed}
    return _only(executed, whole), failed


def _only(
    executed: dict[str, dict[str, NotebookNode]], whole: set[str]
) -> dict[str, dict[str, NotebookNode]]:
    """Keep the stages that ran in every language: reports in all languages hold the same."""
    return {
        lang: {stage: notebook for stage, notebook in done.items() if stage in whole}
        for lang, done in executed.items()
    }


def _execute_one(
    path: Path, lang: str, parameters: dict[str, str], kernel: Any
) -> tuple[NotebookNode, str]:
    """Run one edition in the agency's kernel; return it without traces of this machine."""
    from papermill import execute_notebook

    source = nbformat.read(path, as_version=4)
    made = edition.edition(source, edition.prose(path.stem, lang), "report", lang)
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "in.ipynb"), Path(folder, "out.ipynb")
        nbformat.write(made, before)
        error = ""
        try:
            _reset(kernel)
            execute_notebook(
                before, after, parameters, km=kernel, progress_bar=False, log_output=False,
                request_save_on_cell_execute=False, execution_timeout=CELL_SECONDS,
                extra_arguments=["--log-level=ERROR"],
            )  # fmt: skip
        except Exception as raised:  # whatever stopped a stage is said of it; others go on
            error = f"{type(raised).__name__}: {raised}"
        notebook = nbformat.read(after if after.exists() else before, as_version=4)
    if not error and not complete(notebook):
        error = "a cell was not run"
    return _untraced(notebook), error


def _reset(kernel: Any) -> None:
    """Empty the namespace of a running kernel before the next stage."""
    from nbclient import NotebookClient

    if kernel.has_kernel:
        cell = nbformat.v4.new_code_cell("%reset -f")
        NotebookClient(nbformat.v4.new_notebook(cells=[cell]), km=kernel).execute()


def complete(notebook: NotebookNode) -> bool:
    """Tell whether every code cell of a notebook was run."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    return all(cell.execution_count for cell in code)


def _untraced(notebook: NotebookNode) -> NotebookNode:
    """Take out what tells of this machine and this run: paths, times, durations."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        for trace in ("papermill", "execution"):
            cell.metadata.pop(trace, None)
    return notebook


def without_data(notebook: NotebookNode) -> str:
    """Return what a stage says it needs, where it had nothing to show at all; else nothing."""
    kinds = [
        output.get("metadata", {}).get("ccwork", {}).get("kind")
        for cell in notebook.cells
        for output in cell.get("outputs", ())
    ]
    words = [
        output["data"]["text/plain"]
        for cell in notebook.cells
        if "summary" in edition.tags(cell)
        for output in cell.outputs
    ]
    return "" if {"table", "figure"} & set(kinds) else " ".join(words)


def _cover(
    work: Workbook, lang: str, failed: dict[str, str], executed: dict[str, NotebookNode]
) -> report.Cover:
    """Gather what the first page of a report says."""
    silent = {stage: said for stage, each in executed.items() if (said := without_data(each))}
    titles = {stage: text.word(f"stage.{stage}") for stage in stages()}
    return report.Cover(
        code=work.agency,
        agency=text.name("agency", work.agency),
        agency_lang=_name_lang(work, lang),
        period=work.period,
        date=work.date,
        sources=work.sources.assign(
            table=[text.name("table", table) for table in work.sources["table"]]
        ).to_dict("records"),
        source=work.info.get(f"source_{lang}") or "",
        licence=work.info.get("licence") or "",
        warnings=[str(problem) for problem in work.warnings],
        methods=[text.word(code) for code in text.terms() if code.startswith("choice.")],
        context=[
            (text.word(f"context.{row.fact}"), row.said)
            for row in work.context().itertuples()
            if row.said != text.word("not_said")
        ],
        lang=lang,
        stages=list(titles.items()),
        failed=[
            *((stage, text.say("report_stage_failed", what=titles[stage])) for stage in failed),
            *silent.items(),
        ],
    )


def _name_lang(work: Workbook, lang: str) -> str:
    """Return the language an agency is named in, in a report in `lang`."""
    other = text.LANGS[1 - text.LANGS.index(lang)]
    return lang if work.info.get(f"name_{lang}") or not work.info.get(f"name_{other}") else other


def _write(path: Path, content: str) -> None:
    """Write a file so that its name never holds half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(content, encoding="utf-8", newline="\n")
    os.replace(part, path)


def finish(task: Task, outcomes: Sequence[Outcome]) -> Path:
    """Write index.html, summary.csv and summary.json; return the index."""
    lang = task.langs[0]
    text.use(lang)
    rows = [_row(outcome, lang) for outcome in outcomes]
    _write(task.out / "index.html", report.index(rows))
    _write(task.out / "summary.csv", report.summary_csv(rows))
    records = [asdict(outcome) for outcome in sorted(outcomes, key=lambda found: found.code)]
    _write(task.out / "summary.json", json.dumps(records, ensure_ascii=False, indent=1) + "\n")
    return task.out / "index.html"


def _row(outcome: Outcome, lang: str) -> dict[str, Any]:
    """Return what the index and the summary say of one agency."""
    other = text.LANGS[1 - text.LANGS.index(lang)]
    mine, theirs = outcome.name.get(lang), outcome.name.get(other)
    return {
        "code": outcome.code,
        "agency": mine or theirs or outcome.code,
        "agency_lang": lang if mine or not theirs else other,
        "period": outcome.period,
        "status": outcome.status,
        "warnings": outcome.warnings,
        "message": outcome.message.get(lang, ""),
        **{each: outcome.reports.get(each, "") for each in text.LANGS},
    }


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """Return 0 where all went well, 1 where some agencies failed, 3 where none succeeded."""
    done = sum(outcome.status == "ok" for outcome in outcomes)
    return 0 if done == len(outcomes) else 1 if done else 3

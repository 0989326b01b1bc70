"""What a batch is asked to make, for whom, and what of it has changed since it was made last."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Final

from nbformat import NotebookNode

from ccwork.language import wording
from ccwork.language.problems import Problem
from ccwork.read import loading, places
from ccwork.read.workbook import Workbook
from ccwork.report.batch import manifests
from ccwork.report.batch.agency_kernel import Limits
from ccwork.report.brief import brief_needs

SETTLED: Final = ("ok", "data")
"""How a run can end so that doing it again would change nothing."""


@dataclass(frozen=True)
class Task:
    """What a batch makes: of which periods, in which languages, where, within which limits.

    `notebooks` is the folder of the stages, None for those that come with ccwork; `wanted`
    names some of them, empty for all. `judge` names what people wrote against the method in a
    workbook and its folder. `formats` are made of the brief beside HTML ("pdf", "docx"), the
    latter in the look of `template`.
    """

    data: str
    out: Path
    periods: tuple[str, ...] = ("",)
    langs: tuple[str, ...] = ("ru",)
    parameters: Mapping[str, str] = field(default_factory=dict)
    notebooks: Path | None = None
    wanted: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    formats: tuple[str, ...] = ()
    template: Path | None = None
    judge: Callable[[Workbook, Path], Iterable[Problem]] | None = None

    def __post_init__(self) -> None:
        """Put the languages in one order: asked for in another they make the same bytes."""
        langs = tuple(lang for lang in wording.LANGS if lang in self.langs)
        object.__setattr__(self, "langs", langs)


@dataclass(frozen=True)
class Job:
    """One agency in one period: where its data lie, where its report goes below `Task.out`.

    `state` is "new", "changed", "failed" (last time) or "unchanged"; `key` stands for all that
    the report depends on, `input` for the agency's own files, `form` for notebooks and template.
    `unmade`: the last time made no report, be it for wrong data.
    """

    agency: str
    folder: Path
    period: str
    place: str
    key: str = ""
    input: str = ""
    state: str = "new"
    form: str = ""
    unmade: bool = False


OF_MANY: Final = "7_portfolio"
"""The notebook of many agencies: it makes no part of the report of one."""


SITUATIONS: Final = "7_life_situations"
"""The notebook of agencies that lead a life situation: to others it says nothing."""


def stages(task: Task | None = None, work: Workbook | None = None) -> dict[str, Path]:
    """Return the stage notebooks that make a report, in their order; of an agency, its own."""
    task = task or Task("", Path())
    folder = task.notebooks or places.shipped("notebooks")
    paths = [path for path in sorted(folder.glob("[1-9]_*.ipynb")) if path.stem != OF_MANY]
    found = {path.stem: path for path in paths}
    if work and SITUATIONS not in task.wanted and not work.table("services")["situation"].any():
        found.pop(SITUATIONS, None)
    return {name: path for name, path in found.items() if name in (task.wanted or found)}


def jobs(task: Task, agencies: Mapping[str, Path], force: bool = False) -> list[Job]:
    """List what is to be made, and what has changed since it was made last.

    Parameters
    ----------
    agencies
        Code -> folder, of agencies that exist.
    force
        Read every file, and take everything for changed.
    """
    form = form_digest(task)
    with manifests.seen_before(task.out, force) as seen:
        found = [
            _job(task, form, agency, folder, period, seen)
            for agency, folder in agencies.items()
            for period in task.periods
        ]
    return [replace(job, state="changed") for job in found] if force else found


def form_digest(task: Task) -> str:
    """Return one sha256 over the notebooks and the template of a task."""
    notebooks = [(name, manifests.file_digest(path)) for name, path in stages(task).items()]
    template = manifests.file_digest(task.template) if task.template else ""
    return manifests.digest_of(notebooks, template)


def _job(
    task: Task, form: str, agency: str, folder: Path, period: str, seen: dict[str, str]
) -> Job:
    place = f"{agency}/{period}" if len(task.periods) > 1 else agency
    brought = manifests.inputs(folder, seen)
    key = manifests.digest_of(
        manifests.build(), manifests.package_versions(), brought, form,
        sorted(task.langs), agency, period, dict(task.parameters),
        brief_needs.form_versions(tuple(sorted(set(task.formats)))),
    )  # fmt: skip
    state, unmade = _state(task.out / place, key, seen)
    return Job(agency, folder.resolve(), period, place, key, brought, state, form, unmade)


def _state(folder: Path, key: str, seen: dict[str, str]) -> tuple[str, bool]:
    manifest = manifests.read_manifest(folder)
    if not manifest:
        return "new", False
    if (status := manifest.get("outcome", {}).get("status")) not in SETTLED:
        return "failed", True
    same = manifest.get("key") == key and manifests.holds(folder, manifest, seen)
    return "unchanged" if same else "changed", status == "data"


def data_keys(task: Task, job: Job, work: Workbook) -> dict[str, str]:
    """Return what stands for each table; notebooks not ours may read more: for all as one."""
    if task.notebooks:
        return {"": job.input}
    return manifests.table_keys(job.folder, work, sorted(loading.own_names(work).items()))


def notebook_key(parameters: Mapping[str, str], made: NotebookNode) -> str:
    """Return what stands for all that an executed notebook depends on beside the data."""
    versions = manifests.package_versions()
    return manifests.digest_of(manifests.build(), versions, dict(parameters), made)


def stage_key(own: str, keys: Mapping[str, str], tables: Sequence[str]) -> str:
    """Return what stands for all an executed notebook depends on that took certain tables."""
    return manifests.digest_of(own, {name: keys.get(name) for name in ["", *tables]})


def sealed(
    own: str, keys: Mapping[str, str], tables: Sequence[str], cells: Sequence[NotebookNode]
) -> dict[str, object]:
    """Return what an executed notebook says of the tables it took, and of its being whole."""
    sha = manifests.digest_of(cells)
    return {"tables": tables, "key": stage_key(own, keys, tables), "sha256": sha}


def select(
    found: Sequence[Job], only: Sequence[str] = (), states: Sequence[str] = (), limit: int = 0
) -> list[Job]:
    """Choose what to do of all that is asked for.

    Parameters
    ----------
    only
        Codes of agencies, ``*`` and ``?`` allowed; empty: all.
    states
        "failed" (with what is unmade), "changed" and "new"; empty: any.
    limit
        At most so many of those that are not done yet; 0: all.
    """
    chosen = [job for job in found if not only or any(fnmatch(job.agency, o) for o in only)]
    chosen = [job for job in chosen if not states or job.state in states
              or (job.unmade and "failed" in states)]  # fmt: skip
    left_out = [job for job in chosen if job.state != "unchanged"][limit:] if limit else []
    return [job for job in chosen if job not in left_out]

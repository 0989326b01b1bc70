"""Begin to work: a folder with notebooks and data, and JupyterLab in the reader's language."""

import json
from collections.abc import Sequence
from pathlib import Path
from subprocess import list2cmdline
from typing import Final
from urllib.parse import quote

import nbformat

from ccwork.language import notebook_editions, wording
from ccwork.language.problems import DataProblems, Problem, first
from ccwork.language.resources import resource
from ccwork.learn import learner
from ccwork.learn.course import course_plan, way_notebooks
from ccwork.learn.course.way_notebooks import FIRST, GLOSSARY
from ccwork.read import places
from ccwork.read.data_dictionary import Column, dictionary

OWN: Final = "my_agency"
"""Folder, and so the code, of the agency that waits for data."""

LOCALES: Final = {"ru": "ru_RU", "en": "en"}
"""What JupyterLab calls our languages."""


def make(folder: Path, audience: str, lang: str, name: str = "") -> int:
    """Make a working folder; nothing is written over.

    Parameters
    ----------
    folder
        Where; it may exist and hold other files.
    audience
        "learner" or "trainer".
    lang
        Language of the notebooks and of the comments in ``agency.toml``.
    name
        Who learns: the training agency is drawn anew for every name. A trainer's folder gets
        the key of it as well, ``key.csv``.

    Returns
    -------
    int
        How many files were written.

    Raises
    ------
    DataProblems
        When a file is already there, or the folder cannot be written to.
    """
    from ccwork.learn.training import agency  # whoever opens a folder does not wait for it

    made = {
        **notebooks(audience, lang),
        **data(lang),
        learner.NAMED: learner.learner_card(name).encode(),
    }
    if name.strip():
        drawn = agency.files(learner.variant(name))
        made |= {f"data/{path}": content for path, content in drawn.items()}
        made["knowledge.csv"] = course_plan.knowledge_sheet().encode()
    with wording.speaking(lang):
        made[GLOSSARY] = way_notebooks.glossary_notebook()
        if audience == "trainer":
            made["key.csv"] = agency.key_sheet([name]).encode("utf-8-sig")
    present = sorted(name for name in made if (folder / name).exists())
    if present:
        values = {"folder": str(folder), "files": first(present, 5)}
        raise DataProblems([Problem("start_exists", values=values)])
    learner.write_files(folder, made)
    return len(made)


def notebooks(audience: str, lang: str) -> dict[str, bytes]:
    """Return the notebooks of one audience in one language: file name -> content."""
    made = {}
    for path in sorted(places.shipped("notebooks").glob("*.ipynb")):
        prose = notebook_editions.prose(path.stem, lang)
        source = notebook_editions.read_notebook(path)
        notebook = notebook_editions.edition(source, prose, audience, lang)
        made[path.name] = (nbformat.writes(notebook) + "\n").encode()
    return made


def data(lang: str) -> dict[str, bytes]:
    """Return the sample agencies and the empty one: path below the folder -> content."""
    root = places.shipped("data")
    made = {f"data/{OWN}/agency.toml": agency_toml(lang).encode()}
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        hidden = any(part.startswith((".", "__")) for part in inside.parts)
        if path.is_file() and not hidden:
            made[f"data/{inside.as_posix()}"] = path.read_bytes()
    return made


def agency_toml(lang: str) -> str:
    """Return an ``agency.toml`` to fill in: every key explained from the dictionary."""
    columns = dictionary()["agency"].columns
    with wording.speaking(lang):
        head = [wording.word("start.toml_title"), wording.word("start.toml_how")]
        head.append(wording.say("start.toml_check", agency=OWN))
        keys = [_key(column, lang) for column in columns.values()]
    return "\n\n".join(["\n".join(f"# {line}" for line in head), *keys]) + "\n"


def _key(column: Column, lang: str) -> str:
    """Return one key with its explanation; only what must be filled in is no comment."""
    about = [f"{getattr(column, lang)}.", getattr(column, f"about_{lang}")]
    if column.required == "yes":
        about.append(wording.word("start.toml_required"))
    if column.choices:
        words = ", ".join(wording.word(f"value.{choice}") for choice in column.choices)
        about.append(wording.say("start.toml_choices", choices=words))
    if column.kind == "date":
        about.append(wording.say("start.toml_date", day="2026-03-31"))
    live = column.required == "yes" or column.column == f"name_{lang}"
    line = f"{column.column} = " + ("0" if column.kind == "count" else '""')
    return "\n".join([f"# {' '.join(about)}", line if live else f"# {line}"])


def command(name: str, folder: Path, lang: str) -> str:
    """Return a command as it is to be typed."""
    return list2cmdline(["ccwork", name, str(folder), "--lang", lang])


def made_words(folder: Path, n: int, lang: str) -> str:
    """Return what was made, and the command to type next."""
    own = str(folder / "data" / OWN)
    made = wording.say("start.made", folder=str(folder), n=n, own=own)
    return f"{made}\n  {command('lab', folder, lang)}"


def first_notebook(folder: Path) -> Path:
    """Return the notebook to open: `FIRST`, else the first by name.

    Raises
    ------
    DataProblems
        When there is none.
    """
    found = sorted(folder.glob("*.ipynb"))
    if not found:
        values = {"folder": str(folder), "new": list2cmdline([str(folder / "work")])}
        raise DataProblems([Problem("start_no_notebooks", values=values)])
    return next((path for path in found if path.name == FIRST), found[0])


def settings(lang: str) -> dict[str, bytes]:
    """Return JupyterLab's settings in one language: file name -> content."""
    shipped = resource("lab")
    overrides = json.loads(shipped.joinpath("overrides.json").read_text(encoding="utf-8"))
    overrides["@jupyterlab/translation-extension:plugin"]["locale"] = LOCALES[lang]
    pages = shipped.joinpath("page_config.json").read_bytes()
    return {"overrides.json": json.dumps(overrides, indent=1).encode(), "page_config.json": pages}


def notebook_to_open(folder: Path, course: str, lang: str) -> Path:
    """Return the notebook to open: the first, or the way through a course, written if not there.

    Raises
    ------
    DataProblems
        When there is no such course, no notebook, or the folder cannot be written to.
    """
    path = first_notebook(folder)
    if not course:
        return path
    path = path.with_name(f"way_{course}.{lang}.ipynb")
    with wording.speaking(lang):
        made = way_notebooks.way(course)
    if not path.exists():
        learner.write_files(folder, {path.name: made})
    return path


def lab_arguments(folder: Path, lang: str, notebook: Path) -> list[str]:
    """Write the settings and return the arguments with which JupyterLab opens a notebook.

    Notes
    -----
    Settings, the reader's own choices and open tabs lie in ``.ccwork`` in the folder itself,
    apart for each language: nothing is taken from the reader's other JupyterLab, nor changed
    there. News, update checks and the extension manager are off in the server as well.
    """
    state = folder.resolve() / ".ccwork"
    own = state / "lab" / lang
    learner.write_files(state, {".gitignore": b"*\n"})
    learner.write_files(own / "settings", settings(lang))
    return [
        f"--ServerApp.root_dir={folder.resolve()}",
        f"--LabApp.default_url=/lab/tree/{quote(notebook.name)}",
        f"--LabApp.app_settings_dir={own / 'settings'}",
        f"--LabApp.user_settings_dir={own / 'user-settings'}",
        f"--LabApp.workspaces_dir={own / 'workspaces'}",
        *resource("lab", "arguments.txt").read_text(encoding="utf-8").split(),
    ]


def lab(folder: Path, lang: str, notebook: Path, more: Sequence[str] = ()) -> None:
    """Run JupyterLab on a folder until the reader ends it; `more` goes to JupyterLab as it is."""
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance([*lab_arguments(folder, lang, notebook), *more])

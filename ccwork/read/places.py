"""Where agencies lie: the data folder, what came with ccwork, an agency's own folder."""

import difflib
import os
import re
from collections.abc import Iterable
from fnmatch import translate
from importlib.resources import files
from pathlib import Path
from typing import Final

from ccwork.language.problems import DataProblems, Problem

UNREAD: Final = (".*", "~$*", "*.md", "*.py", "readme*", "licen[cs]e*")
"""Names of files nobody reads for figures; the last two only outside the folder of logs."""
_UNREAD, _UNREAD_LOGS = (
    re.compile("|".join(map(translate, names))).match for names in (UNREAD, UNREAD[:-2])
)
SOURCE, LOGS, CATALOGUE = "source", "logs", "catalogue"
"""Folders of an agency: what its tables were made of (never read), event logs, own catalogues."""


TRAINING: Final = "training"
"""The training agency: a folder of exercises, no sample; only who names it is given it."""

NOWHERE: Final = re.compile(r'[<>:"|?*\\]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)', re.I)
"""A name that Windows cannot hold."""


def odd_name(name: str) -> list[Problem]:
    r"""Tell of a name that not every system can hold, or nobody can read: such a file is left out.

    Examples
    --------
    >>> [problem.code for name in ("a.csv", "con.csv", "a?", "a\n") for problem in odd_name(name)]
    ['name_odd', 'name_odd', 'name_unread']
    """
    if name.isprintable():
        return [Problem("name_odd", name, grave=False)] if NOWHERE.search(name) else []
    shown = "".join(sign if sign.isprintable() else "\ufffd" for sign in name)
    return [Problem("name_unread", shown, grave=False)]


def data_folder(data: str = "") -> Path:
    """Return the folder that holds the agencies (see :func:`loading.load`)."""
    if data or os.environ.get("CCWORK_DATA"):
        return Path(str(data) or os.environ["CCWORK_DATA"])
    here = Path.cwd()
    for folder in (here, *here.parents):
        if any((folder / "data").glob("**/agency.toml")):
            return folder / "data"
    return shipped("data")


def shipped(part: str) -> Path:
    """Return the folder "data" or "notebooks" that came with ccwork (wheel or checkout)."""
    package = Path(str(files("ccwork")))
    packed = package / "_shipped" / part
    return packed if packed.is_dir() else package.parent / part


def agencies(data: str = "") -> dict[str, Path]:
    """Return every agency below a folder: code -> its folder, by code.

    Of a name that several folders carry the folder around them: :func:`find` refuses it there.

    Raises
    ------
    DataProblems
        When the data folder is missing.
    """
    root = data_folder(data)
    if not root.is_dir():
        raise DataProblems([Problem("no_data_folder", values={"folder": root.name})])
    found: dict[str, list[Path]] = {}
    for path in sorted(root.rglob("agency.toml")):
        found.setdefault(path.parent.name, []).append(path.parent)
    return {code: _place(folders) for code, folders in sorted(found.items())}


def of_everyone(known: Iterable[str]) -> list[str]:
    """Return the agencies meant by "all": not the training agency.

    Examples
    --------
    >>> of_everyone(["archive", "training"])
    ['archive']
    """
    return [code for code in known if code != TRAINING]


def _place(folders: list[Path]) -> Path:
    around = [folder.parent for folder in folders]
    return folders[0] if len(folders) == 1 else Path(os.path.commonpath(around))


def read_files(folder: Path) -> dict[str, Path]:
    """Return all that is read of an agency, behind links as well: name -> path.

    Of folders that nobody reads only the name counts: a warning tells it.
    """
    found = {}
    for room in ("", CATALOGUE, LOGS):
        place = folder / room
        unread = _UNREAD_LOGS if room == LOGS else _UNREAD
        for name in sorted(os.listdir(place)) if place.is_dir() else ():
            silent = room or name in (SOURCE, CATALOGUE) or name.startswith("__")
            if (
                name.isprintable()
                and not unread(name.lower())
                and not (silent and (place / name).is_dir())
            ):
                found[f"{room}/{name}" if room else name] = place / name
    return found


def as_typed(given: object, known: Iterable[str] = ()) -> str:
    """Return a parameter as it was typed: papermill's ``-p`` makes numbers of what looks like one.

    Raises
    ------
    DataProblems
        When what was typed cannot be told from the number: it was not whole, or of the `known`
        codes several are written with it ("7" and "007").

    Examples
    --------
    >>> as_typed("2026Q1"), as_typed(2026), as_typed(7, ["007", "8"])
    ('2026Q1', '2026', '007')
    """
    if isinstance(given, str):
        return given
    alike = [code for code in known if code.isdecimal() and int(code) == given]
    if type(given) is not int or len(alike) > 1:
        raise DataProblems([Problem("not_text", values={"found": str(given)})])
    return [*alike, str(given)][0]


def find(data: str, agency: str) -> Path:
    """Return the folder of one agency; the training agency may be the one that came with ccwork.

    Raises
    ------
    DataProblems
        When there is no such agency, the nearest names are offered; or when there are two.
    """
    known = agencies(data)
    agency = as_typed(agency, known)
    if agency == TRAINING and agency not in known:
        known |= agencies(str(shipped("data")))
    found = known.get(agency)
    if found and found.name == agency and (found / "agency.toml").is_file():
        return found
    if found:
        raise DataProblems([Problem("agency_twice", values={"agency": agency})])
    near = difflib.get_close_matches(agency, known, n=3, cutoff=0.5) or list(known)[:5]
    raise DataProblems(
        [Problem("unknown_agency", values={"agency": agency, "near": ", ".join(near) or "—"})]
    )

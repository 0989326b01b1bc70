"""What a batch leaves on the disk: whole files only, a manifest written last, one writer."""

import errno
import hashlib
import json
import os
import pickle
import secrets
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cache
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from stat import S_ISREG
from typing import Any, Final

from ccwork.language.problems import DataProblems, Problem, together
from ccwork.read import places
from ccwork.report.batch import fault_points

MANIFEST: Final = "manifest.json"
LOCK: Final = ".ccwork.lock"
SEEN: Final = ".ccwork.seen.json"
SETTLED_SECONDS: Final = 2
"""A file changed later than so long ago may change again within the same tick (our choice)."""
PART: Final = ".part"
BEHIND: Final = (
    *("pandas", "numpy", "scipy", "matplotlib", "nbconvert", "papermill", "ipykernel"),
    *("babel", "beautifulsoup4", "jinja2", "markupsafe", "mistune", "nbformat", "nh3", "pillow"),
    *("ipython", "pymorphy3", "pymorphy3-dicts-ru", "python-calamine", "pyreadstat", "seaborn"),
    "tzdata",
)
"""Packages whose version may change what a report shows; one that is not there changes nothing."""
FULL: Final = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EROFS, errno.EIO)
"""What an operating system says when a disk takes no more."""

_LOCKED_BYTE: Final = 1 << 30
_written = json.JSONEncoder(ensure_ascii=False).encode


class Locked(DataProblems):
    """Another run writes to the folder."""

    exit_code = 75


def write_whole(path: Path, content: str | bytes) -> str:
    """Write a file so that its name never holds half of it; return its sha256.

    The bytes go to a file beside it, down to the disk, and take the name in one step.

    Raises
    ------
    OSError
        When the disk takes no more; the old file stands as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    kind = "notebook" if path.suffix == ".ipynb" else path.name.partition(".")[0]
    kind = "workings" if path.parent.name == "workings" else kind
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PART}")
    try:
        with part.open("xb") as target:
            target.write(data[: len(data) // 2])
            fault_points.point(f"{kind}.part")
            target.write(data[len(data) // 2 :])
            target.flush()
            os.fsync(target.fileno())
        fault_points.point(f"{kind}.whole")
        os.replace(part, path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    _settle(path.parent)
    fault_points.point(f"{kind}.replaced")
    return hashlib.sha256(data).hexdigest()


def _settle(folder: Path) -> None:
    """Bring the names in a folder down to the disk, where the system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sweep(folder: Path) -> None:
    """Remove what a killed run left half written in a folder and its notebooks."""
    for left in (*folder.glob(f"*{PART}"), *folder.glob(f"*/*{PART}")):
        left.unlink(missing_ok=True)


def full(error: BaseException) -> bool:
    """Tell whether an error says that the disk took no more."""
    return isinstance(error, OSError) and error.errno in FULL


# ---------------------------------------------------------------- content keys


def digest_of(*parts: object) -> str:
    """Return one sha256 over parts that JSON can hold."""
    told = json.dumps(parts, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def file_digest(path: Path | str) -> str:
    """Return the sha256 of a file."""
    with open(path, "rb") as lines:
        return hashlib.file_digest(lines, "sha256").hexdigest()


def inputs(folder: Path, seen: dict[str, str] | None = None) -> str:
    """Return one sha256 over all that is read of an agency: names, bytes (`seen`: below)."""
    return _files_digest(places.read_files(folder), seen, f"data/{folder.name}")


def _files_digest(
    paths: Mapping[str, Path | str], seen: dict[str, str] | None = None, of: str = ""
) -> str:
    """Return one sha256 over files, names and bytes; over the name alone of what is no file.

    `seen`: what was found so before, by what it is found `of`; files that were not touched since
    (size, times, place on the disk) are not read again. What is found now is added, unless a file
    changed a moment ago, and may again, or could not be read, which the check tells.
    """
    settled = time.time() - SETTLED_SECONDS
    own = {}
    for name, path in paths.items():
        with suppress(OSError):
            own[name] = os.stat(path)
    told = {n: (s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino) for n, s in own.items()}
    stamp = digest_of([*paths], told)
    before, _, found = (seen or {}).get(of, "").partition(" ")
    if found and before == stamp:
        return found
    shas = dict.fromkeys(paths, "")
    read = [name for name, each in own.items() if S_ISREG(each.st_mode)]
    for name in read:
        with suppress(OSError):
            shas[name] = file_digest(paths[name])
    found = digest_of(shas)
    still = all(max(each.st_ctime, each.st_mtime) < settled for each in own.values())
    if seen is not None and still and all(shas[name] for name in read):
        seen[of] = f"{stamp} {found}"
    return found


def table_keys(folder: Path, work: Any, names: object) -> dict[str, str]:
    """Return what stands for each table of a workbook, and under "" for all the rest.

    Parameters
    ----------
    folder
        Of the agency: whatever file holds no table (settings, mappings, plans) counts to the rest.
    work
        Its checked workbook.
    names
        What its tables call things: every notebook uses them.
    """
    held = set(work.sources["file"])
    rest = {
        name: file_digest(path)
        for name, path in places.read_files(folder).items()
        if name not in held and path.is_file()
    }
    rows = work.sources.drop(columns="sha256").to_csv()
    catalogues = [(name, found.to_csv()) for name, found in work.catalogues.items()]
    told = [len(together(work.warnings)), *(problem.code for problem in work.warnings)]
    info = sorted(map(repr, work.info.items()))
    every = digest_of(rest, rows, catalogues, told, info, names, work.period, sorted(work.tables))
    own = {name: hashlib.sha256(pickle.dumps(rows)) for name, rows in work.tables.items()}
    return {name: digest.hexdigest() for name, digest in own.items()} | {"": every}


@cache
def build() -> str:
    """Return one sha256 over the package as it is installed: code, words, catalogues."""
    kinds = ("*.py", "*.csv", "*.po", "*.j2", "*.css", "*.json", "*.typ", "*.xml", "*.ttf")
    root = Path(str(files("ccwork")))
    found = sorted(
        path for kind in kinds for path in root.rglob(kind) if "_shipped" not in path.parts
    )
    return digest_of([(path.relative_to(root).as_posix(), file_digest(path)) for path in found])


@cache
def package_versions() -> dict[str, str]:
    """Return what stands behind a report: Python, ccwork and the packages it computes with."""
    python = ".".join(map(str, sys.version_info[:3]))
    own = {}
    for name in ("ccwork", *BEHIND):
        with suppress(metadata.PackageNotFoundError):
            own[name] = metadata.version(name)
    return {"python": python, **own}


# ---------------------------------------------------------------- manifest


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what the last whole run of a folder said of itself; empty where it said nothing."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_manifest(folder: Path, key: str, kept: Mapping[str, str], more: Mapping) -> None:
    """Write the manifest, last of all: key, sha256 of every file it promises, and more."""
    told = {"key": key, "files": dict(sorted(kept.items())), **more}
    write_whole(folder / MANIFEST, json_lines(told))


def json_lines(told: object) -> str:
    """Write JSON as people and git can read it."""
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def notebook_json(told: Any, margin: str = "\n") -> str:
    """Write what nbformat writes, and ``json.dumps`` with an indent, in three times as long."""
    if not told or not isinstance(told, dict | list):
        return _written(told)
    inner = f"{margin} "
    if isinstance(told, dict):
        parts = [f"{_written(name)}: {notebook_json(told[name], inner)}" for name in sorted(told)]
        return f"{{{inner}{f',{inner}'.join(parts)}{margin}}}"
    return f"[{inner}{f',{inner}'.join([notebook_json(each, inner) for each in told])}{margin}]"


def holds(folder: Path, manifest: Mapping[str, Any], seen: dict[str, str] | None = None) -> bool:
    """Tell whether every file a manifest promises is there, byte by byte (`seen`: above)."""
    promised = manifest.get("files")
    if not isinstance(promised, dict):
        return False
    paths = {name: os.path.join(folder, name) for name in promised}
    return _files_digest(paths, seen, f"{folder.parent.name}/{folder.name}") == digest_of(promised)


@contextmanager
def seen_before(out: Path, anew: bool = False) -> Iterator[dict[str, str]]:
    """Keep what was found of files, for the next run; lost or not to be used, it is found anew."""
    path, seen = out / SEEN, {}
    with suppress(OSError, ValueError, TypeError):
        seen = dict(json.loads(path.read_text(encoding="utf-8")))
    before = dict(seen)
    if anew:
        seen.clear()
    yield seen
    if seen != before:
        with suppress(OSError):
            write_whole(path, json_lines(seen))


# ---------------------------------------------------------------- one writer


class Unwritable(DataProblems):
    """The folder of the reports takes no file."""

    exit_code = 74


@contextmanager
def held_out(data: str, out: Path) -> Iterator[None]:
    """Hold the folder of the reports for one run.

    Raises
    ------
    DataProblems
        When it lies among the data, is a link or takes no file.
    """
    values = {"folder": out.name}
    if out.is_symlink():  # who else writes there, nobody sees
        raise Unwritable([Problem("out_link", values=values)])
    inside = out.resolve().is_relative_to(places.data_folder(data).resolve())
    if inside and not out.is_file():  # reports would stand among the data
        raise DataProblems([Problem("out_in_data", values=values)])
    with told_unwritable(out), locked(out):
        yield


@contextmanager
def told_unwritable(folder: Path) -> Iterator[None]:
    """Tell in a sentence that a folder takes no file; only writing to it stands in the block.

    Raises
    ------
    DataProblems
        When the system refuses.
    """
    try:
        yield
    except OSError as error:
        values = {"folder": folder.name or str(folder)}
        raise Unwritable([Problem("out_unwritable", values=values)]) from error


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder for one run; the system lets go of it when the process ends, however.

    Raises
    ------
    Locked
        When another run holds it; the sentence names process, machine and time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOCK
    with path.open("a+", encoding="utf-8") as handle:
        try:
            _lock(handle.fileno())
        except OSError:
            raise Locked([_holder(path, folder)]) from None
        started = datetime.now().astimezone().isoformat(timespec="seconds")
        handle.truncate(0)
        handle.write(json.dumps([os.getpid(), socket.gethostname(), started]))
        handle.flush()
        try:
            yield
        finally:
            with suppress(OSError):
                handle.truncate(0)


def _lock(handle: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _holder(path: Path, folder: Path) -> Problem:
    try:
        pid, host, since = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        pid, host, since = "?", "?", "?"
    values = {"folder": folder.name, "pid": str(pid), "host": host, "since": since}
    return Problem("locked", values=values)

"""The mapping of an event log: which of its columns are ours, checked."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from ccwork.read import data_dictionary
from ccwork.read.files import cell_parsing, toml_files
from ccwork.read.files.faults import Fault

KEYS: Final = toml_files.keys_of("log")
"""Sections of a mapping, their keys and what stands in them; a blank key: any."""

WORDS: Final = ("case", "step", *KEYS["fixed"])

XES: Final = {"case": "case:concept:name", "step": "concept:name", "start": "time:timestamp"}
"""What the XES standard calls these (IEEE 1849); attributes of a case begin with "case:"."""


def plan_of(mapping: Path | str | Mapping[str, Any] | None, path: Path) -> dict[str, dict]:
    """Return the sections of a mapping, checked; every section is there.

    Raises
    ------
    Fault
        When the mapping cannot be read or says something it must not.
    """
    given = {part: said for part, said in toml(mapping).items() if part != "file"}
    for section, keys in given.items():
        if section not in KEYS:
            raise _unknown(section, KEYS)
        if not isinstance(keys, Mapping):
            raise _at("mapping_value", found=f"{section} = {keys}"[:80])
        for key, value in keys.items():
            if not (kind := KEYS[section].get(key) or KEYS[section].get("")):
                raise _unknown(f"{section}.{key}", KEYS[section])
            if not toml_files.fits(kind, value):
                raise _at("mapping_value", found=f"{section}.{key} = {value}"[:80])
    plan = {section: dict(given.get(section, {})) for section in KEYS}
    plan["columns"] = columns = (XES if is_xes(path) else {}) | plan["columns"]
    if "end" in columns and columns.setdefault("start", columns["end"]) == columns["end"]:
        del columns["end"]  # the only time of a log
    for key in {"case", "step", "start"} - set(columns):
        raise _at("mapping_needs", wanted=key)
    for theirs in [*columns.values(), *plan["attributes"].values()]:
        if data_dictionary.personal(theirs) and theirs != columns.get("resource"):
            raise Fault("personal_data", found=theirs)
    return plan


def _unknown(found: str, known: Iterable[str]) -> Fault:
    fault = cell_parsing.unknown_key(found, list(known))
    return _at(fault.code, **fault.values)


def _at(code: str, **values: object) -> Fault:
    return Fault(code, mapping=True, **values)


def toml(mapping: Path | str | Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return what a mapping file says, or the mapping itself.

    Raises
    ------
    Fault
        When the file cannot be read or is not TOML.
    """
    if mapping is None or isinstance(mapping, Mapping):
        return mapping or {}
    try:
        return toml_files.read(Path(mapping), "mapping_missing", "mapping_syntax")
    except Fault as fault:
        raise _at(fault.code, **fault.values) from None


def is_xes(path: Path) -> bool:
    """Tell whether a file is XES by its name."""
    return path.name.lower().endswith((".xes", ".xes.gz"))

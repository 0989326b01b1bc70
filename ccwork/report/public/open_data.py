"""Open data of the public edition: ``data.csv`` and its descriptor, a Frictionless Data Package.

The descriptor is called ``datapackage.json``: the standard demands the name, so that programs find
it. Profile "tabular-data-package", version 1: what most readers know.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from ccwork.language import wording
from ccwork.language.resources import resource_rows
from ccwork.read.workbook import Workbook
from ccwork.report.public.release_set import DATA

COLUMNS: Final = {
    row["column"]: (row["type"], row["words"].split())
    for row in resource_rows("mapping", "open_data.csv")
}
"""Column -> its type, and the words it may hold."""


def descriptor(data: str, work: Workbook) -> str:
    """Write what ``data.csv`` is: title in both languages, licence, source, each column."""
    titles, about, fields = _said(work)
    licence = work.info.get("licence") or ""
    bytes_ = data.encode()
    told: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": f"client-centricity-{_slug(work)}",
        "title": " / ".join(titles.values()), "title_translations": titles,
        "description": " / ".join(about.values()), "description_translations": about,
        "version": work.period, "created": f"{work.date.isoformat()}T00:00:00Z",
        "licenses": [{"name": licence, "title": licence}] if licence else [],
        "sources": [{"title": source} for lang in wording.LANGS
                    if (source := work.info.get(f"source_{lang}"))],
        "resources": [{
            "profile": "tabular-data-resource", "name": "data", "path": DATA, "format": "csv",
            "mediatype": "text/csv", "encoding": "utf-8", "bytes": len(bytes_),
            "hash": f"sha256:{hashlib.sha256(bytes_).hexdigest()}",
            "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
            "schema": {"fields": fields, "missingValues": [""]},
        }],
    }  # fmt: skip
    told = {name: value for name, value in told.items() if value != []}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _slug(work: Workbook) -> str:
    """Return a name of a package: small Latin letters, digits, hyphens; else a number."""
    plain = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in work.agency)
    whole = plain.strip("-") and work.agency.isascii()
    number = hashlib.sha256(work.agency.encode()).hexdigest()[:8]
    return plain.strip("-").lower() if whole else number


def _said(work: Workbook) -> tuple[dict[str, str], dict[str, str], list[Mapping[str, Any]]]:
    """Return the title, what it is, and the columns, in both languages."""
    titles, about = {}, {}
    fields: list[dict[str, Any]] = [
        {"name": name, "type": kind} | ({"constraints": {"enum": words}} if words else {})
        for name, (kind, words) in COLUMNS.items()
    ]
    for lang in wording.each(wording.LANGS):
        agency, period = wording.name("agency", work.agency), wording.period(work.period)
        titles[lang] = wording.say("public.title", agency=agency, period=period)
        about[lang] = wording.word("public.data_about")
        for column in fields:
            said = wording.word(f"public.column.{column['name']}")
            column[f"description_{lang}"] = said
            column["description"] = " / ".join(filter(None, (column.get("description"), said)))
    return titles, about, fields

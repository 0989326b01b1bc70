"""An invented agency with few clients in some months, and its public edition."""

import csv
import io
import shutil
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from conftest import Agency

from ccwork.language import periods
from ccwork.read.workbook import Workbook
from ccwork.report.public import publication

MONTHS = [40, 4, 25, 9, 12, 31, 7, 18, 22, 36, 10, 28, 15, 6]
"""Clients who answered, a month each from 2025-01 on."""

SERVICES = [
    {"service": "a", "name_ru": "Справка", "name_en": "Certificate", "client": "external"},
    {"service": "b", "name_ru": "Выписка", "name_en": "Extract", "client": "external"},
    {"service": "c", "name_ru": "Склад", "name_en": "Store", "client": "internal"},
]


def few(agency: Agency, months: list[int] = MONTHS, services: list | None = None) -> Agency:
    """Write answers of so many people a month, and shares of more cases of two services."""
    agency.config |= {"licence": "CC BY 4.0", "source_ru": "Опрос", "source_en": "A survey"}
    agency.add("services", services or SERVICES)
    answers, shares = [], []
    for at, n in enumerate(months):
        month = periods.shift("2025-01", at)
        for client in range(n):
            who = f"r{at:02}{client:03}"
            row = {"respondent": who, "date": f"{month}-10", "level": 1 + (client + at) % 5}
            answers += [row | {"metric": "satisfaction", "service": "a"}] * (1 + (client == 0))
            answers.append(row | {"metric": "internal_pulse", "service": "c"})
        for service, cases in (("a", 200 + n), ("b", n)):
            share = {"metric": "queue_over_15", "service": service, "period": month, "n": cases}
            shares.append(share | {"value": round(100 * (cases // 3) / cases, 2)})
            shares.append(share | {"metric": "lead_days", "value": 10 + at % 3})
    first = {(row["respondent"], row["metric"]): row for row in answers}
    agency.add("answers", list(first.values()))
    return agency.add("metrics", shares)


def made(work: Workbook, folder: Path, by: str = "") -> Path:
    """Make the public edition of an agency below a folder."""
    return publication.public_edition(work, folder / work.agency, by, None)


FIRST: dict[tuple[object, ...], TemporaryDirectory] = {}
"""What the same data were made into before."""


def first(agency: Agency, folder: Path, by: str = "", period: str = "") -> Path:
    """Make the first public edition of an agency; of the same data it is made once, and copied."""
    tables = [(path.name, path.read_bytes()) for path in sorted(agency.folder.glob("*.csv"))]
    key = agency.name, repr(agency.config), *tables, by, period
    assert not (folder / agency.name).exists()
    if key not in FIRST:
        own = TemporaryDirectory()
        made(agency.load(period), Path(own.name), by)
        FIRST[key] = own
    shutil.copytree(Path(FIRST[key].name) / agency.name, folder / agency.name)
    return folder / agency.name / ("public" if by else "draft")


def lines(place: Path) -> list[dict[str, str]]:
    """Read the open data."""
    return list(csv.DictReader(io.StringIO((place / "data.csv").read_text("utf-8"))))


def until(agency: Agency, month: str) -> Workbook:
    """Load the agency as it was at the end of a month."""
    work = agency.load(month)
    assert work.period == month and isinstance(work.date, date)
    return work

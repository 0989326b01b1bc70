"""Make the tables of this agency from the seven yearly files of the survey.

Run it from anywhere: ``python data/real/csps_hmrc/build.py``. The sources are kept as they
came; the tables are disposable and give the same bytes every time. What the rules below do
not foresee (a heading, a cell, a second row of the organisation) stops the script.
"""

import csv
import io
import re
from pathlib import Path

HERE = Path(__file__).parent
SERVICE = "workplace"
NAMES = {"HM Revenue & Customs", "HM Revenue and Customs"}
"""Names of the organisation: "&" until 2018, "and" in 2019. The departmental group of the same
name also holds the Valuation Office Agency, so a row is chosen by its organisation only."""

METRICS = {
    "csps_response_rate": {"response rate"},
    "csps_engagement": {"employee engagement index", "ees"},
    "csps_my_work": {"my work", "mw ts"},
    "csps_objectives": {"organisational objectives and purpose", "op ts"},
    "csps_manager": {"my manager", "lm ts"},
    "csps_team": {"my team", "mt ts"},
    "csps_learning": {"learning and development", "ld ts"},
    "csps_inclusion": {"inclusion and fair treatment", "if ts"},
    "csps_resources": {"resources and workload", "rw ts"},
    "csps_pay": {"pay and benefits", "pb ts"},
    "csps_leadership": {"leadership and managing change", "lc ts"},
}
"""Metric -> its headings after :func:`plain`; the short ones are those of 2016."""

CHANGED, CUT = {"csps_objectives", "csps_resources", "csps_leadership"}, "2017"
"""Themes that rest on one question fewer from 2017 on: earlier values are another metric."""

WORDS = {"n<10": "n<10", ".": "нет данных", "": "нет данных"}
"""Cells without a figure (2017 writes ``n<10``, 2016 a dot) -> the word that stands instead."""


def year_of(path: Path) -> str:
    """Return the year of the survey; in the names of 2013 and 2014 a date follows it."""
    return re.search(r"20\d\d", path.name)[0]


def rows_of(path: Path) -> list[list[str]]:
    """Read one file: UTF-8 with or without a mark, else cp1252; any line ends, also bare CR."""
    content = path.read_bytes()
    try:
        written = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        written = content.decode("cp1252")
    return list(csv.reader(io.StringIO(written, newline="")))


def plain(heading: str) -> str:
    """Bring the spellings of a heading to one: case, underscores, breaks, range, footnote."""
    found = " ".join(heading.replace("_", " ").lower().split())
    return re.sub(r"( theme score \(b\d\d-b\d\d\)|\d)$", "", found)


def place(header: list[str], headings: set[str]) -> int:
    """Return the only column that carries one of the headings."""
    (at,) = [at for at, heading in enumerate(header) if plain(heading) in headings]
    return at


def value(cell: str) -> str:
    """Return a percentage without its sign, or the word that stands for it."""
    cell = cell.strip()
    if cell in WORDS:
        return WORDS[cell]
    found = re.fullmatch(r"(\d+(?:\.\d+)?)%", cell)
    if not found or float(found[1]) > 100:
        raise ValueError(f"no percentage from 0 to 100: {cell!r}")
    return found[1]


def values_of(path: Path) -> list[tuple[str, str, str, str, str]]:
    """Return the rows of metrics.csv that one file gives."""
    year, (header, *rows) = year_of(path), rows_of(path)
    name = place(header, {"organisation"})
    (own,) = [row for row in rows if row[name].strip() in NAMES]
    found = []
    for metric, headings in METRICS.items():
        shown = value(own[place(header, headings)])
        code = f"{metric}_2016" if metric in CHANGED and year < CUT else metric
        found.append((code, SERVICE, year, shown, "не опубликовано"))
    return found


def write(name: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Write one table of the agency, sorted, with plain line ends."""
    with (HERE / f"{name}.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows([header, *sorted(rows)])


def main() -> None:
    """Write services.csv and metrics.csv."""
    service = (SERVICE, "Рабочее место в ведомстве", "The workplace in the department", "internal")
    write("services", ("service", "name_ru", "name_en", "client"), [service])

    files = {year_of(path): path for path in (HERE / "source").glob("*.csv")}
    values = [row for path in files.values() for row in values_of(path)]
    write("metrics", ("metric", "service", "period", "value", "n"), values)


if __name__ == "__main__":
    main()

"""Every real sample: its tables follow from its untouched sources, and it may be shown."""

import csv
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from conftest import SAMPLES

from ccwork.read import data_dictionary, loading

FOLDERS = sorted(path.parent for path in (SAMPLES / "real").rglob("agency.toml"))
CSPS = SAMPLES / "real" / "csps_hmrc"

each = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def built(folder: Path) -> dict[str, bytes]:
    """Every file outside source/, by its place in the folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    inner = {path.relative_to(folder): path for path in files if "__pycache__" not in path.parts}
    return {str(at): path.read_bytes() for at, path in inner.items() if at.parts[0] != "source"}


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def run(folder: Path, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, folder / "build.py"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )


def test_there_are_real_samples():
    assert {"opg", "csps_hmrc"} <= {folder.name for folder in FOLDERS}


@each
def test_the_script_makes_the_committed_tables_byte_for_byte(folder, tmp_path):
    copy = shutil.copytree(folder, tmp_path / folder.name)
    tables = list(copy.glob("*.csv"))
    for table in tables:
        table.unlink()

    # Another locale, time zone and hash seed must not show in the bytes.
    result = run(copy, PYTHONHASHSEED="7", TZ="Asia/Vladivostok", LC_ALL="C")

    assert result.returncode == 0, result.stderr
    assert tables
    assert built(copy) == built(folder)


@cache
def read(name):
    return loading.read_and_check(str(SAMPLES), name, "")


@each
def test_it_says_on_what_terms_it_may_be_shown_and_where_it_came_from(folder):
    work, _ = read(folder.name)
    licence = (folder / "LICENCE").read_text(encoding="utf-8")
    readme = (folder / "README.md").read_text(encoding="utf-8")

    assert len(licence) > 500
    assert work.info["licence"].split()[0] in licence
    assert "source/" in readme and "LICENCE" in readme
    assert work.info["source_ru"] and work.info["source_en"]
    (place,) = re.findall(r"\S+/\S+", work.info["source_en"])
    assert place in readme
    assert list((folder / "source").iterdir())


@each
def test_nothing_grave_is_found_in_it(folder):
    work, problems = read(folder.name)

    assert work is not None
    assert [problem for problem in problems if problem.grave] == []


@each
def test_no_heading_names_personal_data(folder):
    tables = [*folder.glob("*.csv"), *folder.glob("catalogue/*.csv")]

    assert [
        name for table in tables for name in rows(table)[0] if data_dictionary.personal(name)
    ] == []


# ---------------------------------------------------------------- Civil Service People Survey


@pytest.mark.parametrize(
    ("year", "encoding", "row", "column", "metric", "expected"),
    [
        ("2014", "ascii", 47, 4, "csps_engagement", "43"),
        ("2015", "cp1252", 48, 12, "csps_pay", "21"),
        ("2016", "utf-8", 49, 14, "csps_leadership_2016", "34"),
        ("2019", "utf-8-sig", 48, 4, "csps_response_rate", "60"),
    ],
)
def test_a_value_is_the_one_in_its_cell(year, encoding, row, column, metric, expected):
    """Rows and columns of the source are counted from 1."""
    (file,) = (CSPS / "source").glob(f"*{year}[-_]*")
    with file.open(encoding=encoding, newline="") as lines:
        cells = list(csv.reader(lines))[row - 1]

    assert cells[1] == ("HM Revenue and Customs" if year == "2019" else "HM Revenue & Customs")
    assert cells[column - 1] == f"{expected}%"
    assert [metric, "workplace", year, expected, "не опубликовано"] in rows(CSPS / "metrics.csv")


def test_a_theme_whose_questions_changed_is_never_one_series():
    years = {}
    for metric, _, year, *_ in rows(CSPS / "metrics.csv")[1:]:
        years.setdefault(metric, []).append(int(year))

    for theme in ("csps_objectives", "csps_resources", "csps_leadership"):
        assert years.pop(f"{theme}_2016") == [2013, 2014, 2015, 2016]
        assert years.pop(theme) == [2017, 2018, 2019]
    assert len(years) == 8
    assert all(found == list(range(2013, 2020)) for found in years.values())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"HM Revenue & Customs,HMRC,67%", b"HM Revenue & Customs,HMRC,103%"),
        (b"HM Revenue & Customs,HMRC,67%", b"HM Revenue & Customs,HMRC,0.67"),
        (b"Valuation Office Agency", b"HM Revenue & Customs"),
        (b"My manager", b"My boss"),
    ],
    ids=["above 100", "a fraction", "two rows", "unknown heading"],
)
def test_what_the_rules_do_not_foresee_stops_the_script(old, new, tmp_path):
    copy = shutil.copytree(CSPS, tmp_path / CSPS.name)
    (file,) = (copy / "source").glob("*2017*")
    content = file.read_bytes()
    assert content.count(old) == 1
    file.chmod(0o644)
    file.write_bytes(content.replace(old, new))

    assert run(copy).returncode != 0
    assert built(copy) == built(CSPS)

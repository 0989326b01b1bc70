"""Small agencies written to a folder, so that every test reads what a person would bring."""

import csv
import gc
import html
import os
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from ccwork.language import periods, wording
from ccwork.read import data_dictionary, loading, workbook

# the same examples every run, on a slow machine too
settings.register_profile(
    "ccwork", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ccwork")

SAMPLES = Path(__file__).parent.parent / "data"
CASES = Path(__file__).parent / "cases"
"""Small invented agencies, each of a situation in which a wrong word was once said."""


def case(name: str, agency: str = "", period: str = "") -> workbook.Workbook:
    """Load an agency of a situation: the only one there, or the one named."""
    root = CASES / name
    found = sorted(path.parent for path in root.rglob("agency.toml"))
    one = next(folder.name for folder in found if not agency or folder.name == agency)
    return loading.load(str(root), one, period)


def pytest_collection_finish():
    """Let the collector of garbage pass by what lives as long as the tests, and come seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Keep the tests of a file in one process: what they share is made once."""
    from xdist.scheduler import LoadFileScheduling

    return LoadFileScheduling(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call():
    """Give all tests one environment: kernels of one environment are forked of one template."""
    os.environ["PYTEST_CURRENT_TEST"] = "one of all"


@pytest.hookimpl(tryfirst=True)
def pytest_fixture_setup():
    pytest_pyfunc_call()


NAMES = re.compile(
    r"\b[\w/.-]+\.(?:csv|toml|json|ipynb|xlsx|xes|gz|gov|html)\b(?:/\w+)?|`[^`]*`|--[a-z-]+"
    r"|\b(?=\w*\d)[0-9a-f]{8,}\b|\bp?[0-9a-f]{12,}\b|\b[0-9]_[a-z_]+\b|\b(?:ccwork [a-z]+)"
    r"|«?Making Data Count»?|NHS England|Civil Service People Survey|Open Government Licence v3.0"
    r"|\b(?:репозиторий )[\w/-]+|\b(?:MIT|SHA-256|Excel|CSV|own_link|member|p-значени\w+)\b"
)
"""What a Russian page may say in Latin letters: names of files, commands, works, programs."""


def english(page: str) -> list[str]:
    """Return the English words of a Russian page that no ``lang`` marks as quoted."""
    page = re.sub(r"(?s)<style.*?</style>|<script.*?</script>|<svg.*?</svg>", "", page)
    page = re.sub(r'(?s)<(\w+)[^>]* lang="en"[^>]*>.*?</\1>|<code>.*?</code>', "", page)
    words = NAMES.sub("", html.unescape(re.sub(r"<[^>]+>", " ", page)))
    tables = data_dictionary.dictionary()
    known = {*tables, *(column for table in tables.values() for column in table.columns)}
    return [word for word in re.findall(r"[A-Za-z]{2,}[\w-]*", words) if word not in known]


@pytest.fixture(autouse=True)
def _russian():
    wording.use("ru")
    yield
    wording.use("ru")


class Agency:
    """A folder with one agency; tables are added as rows of text."""

    def __init__(self, root: Path, name: str = "demo", grain: str = "month") -> None:
        self.root, self.name = root, name
        self.folder = root / name
        self.folder.mkdir(parents=True)
        self.config: dict[str, object] = {"name_ru": "Орган", "name_en": "Agency", "grain": grain}
        self.add("services", [{"service": "a", "name_ru": "Услуга", "name_en": "Service"}])

    def add(self, table: str, rows: list[dict[str, object]]) -> "Agency":
        with (self.folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return self

    def counts(self, *months: list[object], first: str = "2025-01", **more: object) -> "Agency":
        """Add the counts of five levels, a list a month."""
        rows = [
            {"metric": "satisfaction", "service": "a", "period": periods.shift(first, month),
             "level": level, "count": count, **more}
            for month, counts in enumerate(months)
            for level, count in enumerate(counts, 1)
            if count is not None
        ]  # fmt: skip
        return self.add("counts", rows)

    def metric(self, values: list[object], metric: str = "digital_take_up", n: object = "н/д",
               first: str = "2024-01") -> "Agency":  # fmt: skip
        """Add one metric as a series of months."""
        rows = [
            {"metric": metric, "service": "a", "period": periods.shift(first, month),
             "value": value, "n": n}
            for month, value in enumerate(values)
        ]  # fmt: skip
        return self.add("metrics", rows)

    def load(self, period: str = "") -> workbook.Workbook:
        lines = [
            f"{key} = {value}" if isinstance(value, int) else f'{key} = "{value}"'
            for key, value in self.config.items()
        ]
        lines.append("data_date = 2026-06-30")
        (self.folder / "agency.toml").write_text("\n".join(lines), encoding="utf-8")
        return loading.load(str(self.root), self.name, period)


@pytest.fixture
def agency(tmp_path):
    return Agency(tmp_path / "data")


@cache
def loaded(name: str) -> workbook.Workbook:
    return loading.load(str(SAMPLES), name)


def sample(name: str) -> workbook.Workbook:
    """Return a sample agency, read once, with its names in force."""
    loading.learn_names(loaded(name))
    return loaded(name)

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
from ccwork.read import data_dictionary, loading, places, workbook

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
    one = next(folder for folder in found if not agency or folder.name == agency)
    return read_once(root, one, period)


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
def _russian(request):
    wording.use("ru")
    Kept.shared = "monkeypatch" not in request.fixturenames
    yield
    wording.use("ru")


class Kept:
    """A workbook that was read, and what it held then.

    Tests that bring the same files share one, as the notebooks of a batch do, and with it what is
    computed of it once; a test that changes code on the way reads and computes by itself.
    """

    shared = True
    last: dict[object, "Kept"] = {}
    most = 60

    def __init__(self, work: workbook.Workbook) -> None:
        self.work, self.held = work, self._held(work)

    @staticmethod
    def _held(work: workbook.Workbook) -> list[object]:
        frames = {f"table {name}": rows for name, rows in work.tables.items()}
        frames |= {f"list {name}": rows for name, rows in work.catalogues.items()}
        frames["sources"] = work.sources
        own = {name: rows.copy(deep=False) for name, rows in frames.items()}
        return [own, dict(work.info), list(work.warnings)]

    def unchanged(self) -> bool:
        """Tell whether no test changed the workbook."""
        (before, *more), (now, *others) = self.held, self._held(self.work)
        return more == others and before.keys() == now.keys() and all(
            rows.equals(before[name]) and rows.attrs == before[name].attrs
            for name, rows in now.items()
        )  # fmt: skip


def read_once(root: Path, folder: Path, period: str = "") -> workbook.Workbook:
    """Load an agency; of the same files, unchanged, one workbook is made."""
    files = [(str(path.relative_to(folder)), path.read_bytes() if path.is_file() else b"")
             for path in sorted(folder.rglob("*"))]  # fmt: skip
    key = folder.name, period, wording.lang(), *files
    kept = Kept.last.pop(key, None) if Kept.shared else None
    if not kept or places.find(str(root), folder.name) != folder or not kept.unchanged():
        kept = Kept(loading.load(str(root), folder.name, period))
    loading.learn_names(kept.work)
    if Kept.shared:
        Kept.last[key] = kept
        if len(Kept.last) > Kept.most:
            del Kept.last[next(iter(Kept.last))]
    return kept.work


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
        return read_once(self.root, self.folder, period)


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

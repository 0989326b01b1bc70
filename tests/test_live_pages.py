"""A hostile batch: whatever stands in the data, no page and no executed notebook brings it alive.

The probes are harmless: elements with a mark of their own, which a browser would make of them.
"""

import csv
import itertools
import json
import os
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from bench.onecell import Here, made
from test_hidden_numbers import small

from ccwork import cli
from ccwork.language import wording
from ccwork.read import data_dictionary, places
from ccwork.report.batch import batch_jobs, batch_run

MARK = "data-probe"
PROBES = (
    f"<b {MARK}=1>x</b>",
    f'"><img {MARK}=2 src="data:,">',
    f"'><i {MARK}=3>",
    f"</td></tr></table></p><b {MARK}=4>",
    f"</script></style></title><b {MARK}=5>",
    f"&lt;b {MARK}=6&gt;",
    f"<a {MARK}=7 href='javascript:void(0)'>x</a> [x](javascript:void(0))",
    f"--><svg {MARK}=8></svg>`{{{{ 7 * 7 }}}}` $x$",
)
"""What would be an element if it came alive; the sixth only where it is unescaped twice."""

WORDS = ("ru", "en", "words", "evidence", "found", "what", "why")
"""Columns of catalogues that hold words."""

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chrome")


class Live(HTMLParser):
    """The elements of a page that carry the mark of a probe, or run what a link says."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list]] = []
        self.words = 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        script = any((value or "").strip().lower().startswith("javascript:") for _, value in attrs)
        if script or any(name == MARK for name, _ in attrs):
            self.found.append((tag, attrs))

    def handle_data(self, data):
        self.words += data.count(MARK)


def probed(folder: Path) -> None:
    """Put a probe into every text of every table, every heading of one's own, and the settings."""
    probes, known = itertools.cycle(PROBES), data_dictionary.dictionary()
    for path in sorted([*folder.glob("*.csv"), *folder.glob("catalogue/*.csv")]):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            head, *rows = csv.reader(lines)
        columns = known[path.stem].columns if path.stem in known else {}
        kinds = {name: getattr(columns.get(name), "kind", "") for name in head}
        texts = [
            at
            for at, name in enumerate(head)
            if kinds[name] == "text" or name in WORDS or name[-3:] in ("_ru", "_en")
        ]
        texts = [at for at in texts if head[at] != "version"]
        for row in rows:
            for at in texts:
                row[at] += f" {next(probes)}" if row[at] else ""
        with path.open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows(
                [[*head, next(probes)], *([*row, next(probes)] for row in rows)]
            )
    toml = folder / "agency.toml"
    said = [f"{line[:-1]} {next(probes).replace(chr(34), chr(39))}\""
            if line.partition(" ")[0][-3:] in ("_ru", "_en") else line
            for line in toml.read_text("utf-8").splitlines()]  # fmt: skip
    toml.write_text("\n".join(said), encoding="utf-8")
    (folder / f"{PROBES[0].replace('/', '')}.csv").write_text(
        f"{PROBES[1]}\nx\n", encoding="utf-8"
    )


def pages_of(folder: Path, shown: Path) -> list[Path]:
    """Return every page of a run, and the HTML every executed notebook shows as pages too."""
    shown.mkdir()
    for path in folder.rglob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        data = [one.get("data", {}) for cell in cells for one in cell.get("outputs", ())]
        kinds = ("text/html", "image/svg+xml", "text/markdown")
        parts = ["".join(each[kind]) for each in data for kind in kinds if kind in each]
        parts += ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        name = "-".join(path.relative_to(folder).with_suffix(".html").parts)
        page = "<!doctype html><meta charset=utf-8><body>" + "\n".join(parts)
        (shown / name).write_text(page, encoding="utf-8")
    return sorted([*folder.rglob("*.html"), *shown.glob("*.html")])


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Run a hostile agency, one whose tables are wrong, and the pages of single tables."""
    root = tmp_path_factory.mktemp("hostile")
    probed(small(root / "data") / "small")
    wrong = root / "data" / PROBES[0].replace("/", "").replace(" ", "")
    shutil.copytree(root / "data" / "small", wrong)
    with (wrong / "answers.csv").open("a", encoding="utf-8") as lines:
        lines.write("\n".join(f"r,{probe},{probe},{probe},{probe}" for probe in PROBES))
    task = batch_jobs.Task(str(root / "data"), root / "out", langs=wording.LANGS,
                           judge=cli._judged)  # fmt: skip
    outcomes = made(task, places.agencies(task.data), Here())
    batch_run.finish(task, outcomes.values())
    assert sorted(outcome.status for outcome in outcomes.values()) == ["data", "ok"], outcomes
    assert (root / "out" / "small" / "brief.ru.html").exists()
    return pages_of(root / "out", root / "shown")


@pytest.mark.slow
def test_no_page_of_a_hostile_batch_holds_a_living_probe(hostile):
    found = {path.name: Live(path.read_text("utf-8")) for path in hostile}
    assert {name: page.found for name, page in found.items() if page.found} == {}
    assert len(found) > 40
    assert sum(page.words for page in found.values()) > 1000, "probes are there, as words"


@pytest.mark.long
@pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (its place in $CHROMIUM)")
def test_no_page_of_a_hostile_batch_comes_alive_in_a_browser(hostile, tmp_path):
    for path in hostile:
        given = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
                 f"--user-data-dir={tmp_path}", "--dump-dom", path.as_uri()]  # fmt: skip
        done = subprocess.run([CHROMIUM, *given], capture_output=True, text=True, timeout=120)
        assert "<html" in done.stdout, (path.name, done.stderr[-500:])
        assert not Live(done.stdout).found, path.name


@pytest.mark.parametrize("probe", [probe for probe in PROBES if "&lt;" not in probe])
def test_the_measure_finds_every_probe_that_lives(probe):
    assert Live(f"<table><tr><td>{probe}</td></tr></table>").found


def test_a_probe_in_words_is_not_alive():
    page = Live("<p>" + " ".join(PROBES).replace("&", "&amp;").replace("<", "&lt;") + "</p>")
    assert not page.found and page.words == len(PROBES)

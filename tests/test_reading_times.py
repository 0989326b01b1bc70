"""The minutes a notebook names at its start are computed from it, and so are those of the READMEs.

Prose is read at 184 words a minute, the mean of 17 languages measured (Trauzettel-Klosinski and
Dietz 2012, International Reading Speed Texts; aloud, so a slow reader is not hurried); each table,
figure or list of sentences takes one minute more (our choice). Exercises are not counted: the way
through a course allows five minutes for each.
"""

import re
from pathlib import Path

import pytest

from ccwork.language import notebook_editions, wording

TOP = Path(__file__).parent.parent
NOTEBOOKS = sorted((TOP / "notebooks").glob("*.ipynb"))
WORDS_A_MINUTE, MINUTES_SHOWN, TOLERANCE = 184, 1, 0.25
NOT_READ = {"exercise", "solution", "trainer", "glossary", "setup", "parameters"}
TOLD = {"ru": r"^За (\w+) минут", "en": r"^In (\w+) minutes"}
TEN = {"десять": 10, "ten": 10}
READMES = {"ru": "README.ru.md", "en": "README.md"}

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def told(path: Path, lang: str) -> int:
    """The minutes the first cell of a notebook names."""
    first = notebook_editions.read_notebook(path).cells[0].source
    prose = notebook_editions.prose(path.stem, lang)
    found = re.search(TOLD[lang], prose.get(first, first), re.MULTILINE)
    return TEN.get(found[1]) or int(found[1])


def measured(path: Path) -> float:
    """The minutes it takes to read a notebook and what it shows."""
    cells = notebook_editions.read_notebook(path).cells
    read = [cell for cell in cells if not notebook_editions.tags(cell) & NOT_READ]
    prose = "\n".join(cell.source for cell in read if cell.cell_type == "markdown")
    shown = sum(len(cell.outputs) for cell in read if cell.cell_type == "code")
    return len(re.findall(r"[^\W\d_][\w-]*", prose)) / WORDS_A_MINUTE + shown * MINUTES_SHOWN


@each_notebook
def test_a_notebook_takes_about_as_long_as_it_says(path):
    assert told(path, "ru") == told(path, "en")
    assert told(path, "ru") == pytest.approx(measured(path), rel=TOLERANCE), measured(path)


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_readmes_name_the_same_minutes(lang):
    text = (TOP / READMES[lang]).read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| (\d+) \|$", text, re.MULTILINE))
    known = {path.stem: path for path in NOTEBOOKS}
    assert len(rows) >= 10
    assert {name: told(known[name], lang) for name in rows} == {
        name: int(minutes) for name, minutes in rows.items()
    }


@each_notebook
@pytest.mark.parametrize("audience", ["trainer", "learner", "report"])
def test_where_next_leads_to_a_notebook_that_is_there(path, audience):
    source = notebook_editions.read_notebook(path)
    for lang in wording.LANGS:
        made = notebook_editions.edition(
            source, notebook_editions.prose(path.stem, lang), audience, lang
        )
        last = [cell.source for cell in made.cells if cell.cell_type == "markdown"][-1]
        links = re.findall(r"\]\(([\w.]+\.ipynb)\)", last)
        assert links and all((path.parent / link).exists() for link in links)
        named = re.findall(r"(?<!\[)`(\d_\w+)`", last)
        assert not named, "a notebook is named but not linked"

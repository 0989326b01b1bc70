"""Nothing that stands in data comes alive where it is shown: one door, and no way past it."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import Agency

import ccwork
from ccwork.language import markup, wording
from ccwork.learn import exercises
from ccwork.report.batch import agency_kernel
from ccwork.tell import display, formatting, pages

ROOT = Path(ccwork.__file__).parent
LIVE = "<img src=x onerror=window.__x=1>\"'&<script>1</script>"
INERT = "&lt;img src=x onerror=window.__x=1&gt;&quot;&#x27;&amp;&lt;script&gt;1&lt;/script&gt;"


class Tags(HTMLParser):
    """The tags of a piece of HTML and what stands in it."""

    def __init__(self, shown: str) -> None:
        super().__init__()
        self.tags, self.words = set(), ""
        self.feed(str(shown))

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)

    def handle_data(self, data):
        self.words += data


def test_what_is_not_html_is_escaped_and_html_is_left():
    assert markup.element("p", LIVE, class_=LIVE) == f'<p class="{INERT}">{INERT}</p>'
    inner = markup.element("b", "a & b")
    assert markup.element("p", inner, 5) == "<p><b>a &amp; b</b>5</p>"
    assert markup.escaped(inner) == "<b>a &amp; b</b>"


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_name_of_an_agency_is_words_wherever_a_notebook_shows_it(tmp_path, lang):
    agency = Agency(tmp_path).counts([1, 2, 3, 40, 50], [2, 2, 3, 40, 50])
    said = LIVE.replace('"', "")
    agency.config |= {"name_ru": said, "name_en": said}
    work = agency.load()
    wording.use(lang)
    line = Tags(work._repr_html_())
    assert line.tags == {"p"} and said in line.words
    page = pages.page_of_tables(work, LIVE, [work.brought()])
    assert {"img", "script"}.isdisjoint(Tags(page._repr_html_()).tags)


def published(monkeypatch, call) -> str:
    """Return the HTML that a call puts before the reader of a notebook."""
    shown = []
    monkeypatch.setattr(display, "publish_display_data", lambda data, **_: shown.append(data))
    call()
    return shown[0]["text/html"]


def test_words_that_nobody_made_html_of_are_escaped_at_the_door(monkeypatch):
    shown = published(monkeypatch, lambda: display.publish(f"<p>{LIVE}</p>", "", "words", "x"))
    assert Tags(shown).tags == set() and LIVE in Tags(shown).words


def test_answers_of_learners_and_words_instead_of_persons_go_through_the_door(monkeypatch):
    monkeypatch.setattr(wording, "say", lambda code, **_: LIVE)
    shown = published(monkeypatch, lambda: exercises.check("6.1", ...))
    assert Tags(shown).tags == {"p"} and Tags(shown).words == LIVE
    import nbformat

    output = nbformat.v4.new_output("display_data", metadata={"ccwork": {"instead": LIVE}})
    cell = nbformat.v4.new_code_cell(outputs=[output])
    told = agency_kernel.impersonal(nbformat.v4.new_notebook(cells=[cell]))
    assert Tags(told.cells[0].outputs[0].data["text/html"]).tags == {"p"}


@pytest.mark.parametrize("quoted", [True, False])
def test_a_cell_is_words_in_any_tag(quoted):
    cell = formatting.Cell(f"«{LIVE}»", quoted=quoted)
    assert Tags(cell.html()).tags <= {"td", "span"}
    assert Tags(cell.html("th", scope="row")).words == f"«{LIVE}»"


def joined(node: ast.AST) -> str:
    """Return the fixed words of an f-string; empty for anything else."""
    parts = node.values if isinstance(node, ast.JoinedStr) else ()
    return "{}".join(part.value for part in parts if isinstance(part, ast.Constant))


def test_no_module_makes_html_of_its_own():
    """Reports are cleaned by nh3, invented logs are XML for ccwork itself to read."""
    past = []
    for path in ROOT.rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        if name == "language/markup.py" or name.startswith(("report/", "_shipped")):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = isinstance(node, ast.Call) and ast.unparse(node.func)
            if called in ("Markup", "HTML") or re.search(r"(?<!\?P)</?[a-z]+[ >]", joined(node)):
                past.append(f"{name}:{node.lineno}")
            if called == "publish_display_data" and name != "tell/display.py":
                past.append(f"{name}:{node.lineno}")
    assert past == []

"""The shape of the shipped notebooks, and that every edition of them runs."""

import ast
import re
import statistics
import time
from pathlib import Path

import nbformat
import pytest
from conftest import SAMPLES, english

from ccwork.language import notebook_editions, wording
from ccwork.report import parameters
from ccwork.report.batch import agency_kernel

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))
START = next(path for path in NOTEBOOKS if path.stem == "0_start")
TAGS = {
    "findings",
    *("parameters", "setup", "figure", "exercise", "solution", "trainer", "summary", "glossary"),
}
LEARNT = re.compile(r"\[\*\*([^\]]+)\*\*\]\(#(?:Словарь|Glossary)\)")
"""A word of the glossary where the prose first uses it."""

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def edition(path, audience, lang):
    prose = notebook_editions.prose(path.stem, lang)
    return notebook_editions.edition(notebook_editions.read_notebook(path), prose, audience, lang)


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "markdown"]


@each_notebook
def test_it_opens_with_title_parameters_and_setup_and_ends_with_where_next(path):
    cells = notebook_editions.read_notebook(path).cells
    assert cells[0].source.startswith("# ") and "**Нужно:**" in cells[0].source
    assert notebook_editions.tags(cells[1]) == {"parameters"} and notebook_editions.tags(
        cells[2]
    ) == {"setup"}
    assert [cell for cell in cells if cell.cell_type == "markdown"][-1].source.startswith(
        "## Что дальше"
    )


@each_notebook
def test_it_is_short_and_says_more_than_it_computes(path):
    notebook = notebook_editions.read_notebook(path)
    practice = {"exercise", "solution", "trainer"}
    told = [cell for cell in notebook.cells if "glossary" not in notebook_editions.tags(cell)]
    body = [cell for cell in told if not practice & notebook_editions.tags(cell)]
    lengths = [len(cell.source.splitlines()) for cell in code(notebook)]
    assert len(body) <= 32
    assert max(lengths) <= 12 and statistics.median(lengths) <= 2
    assert len(prose(notebook)) / sum(cell.cell_type == "code" for cell in told) >= 1.2


@each_notebook
def test_its_own_solutions_are_right(path):
    wrong = wording.terms()["train.wrong"]["ru"].partition("}")[2]
    for cell in code(nbformat.read(path, as_version=4)):
        if "solution" in notebook_editions.tags(cell):
            told = [output.get("data", {}).get("text/plain", "") for output in cell.outputs]
            assert wrong and not any(wrong in words for words in told)


@each_notebook
def test_its_code_only_calls(path):
    for cell in code(notebook_editions.read_notebook(path)):
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(
                node, ast.FunctionDef | ast.ClassDef | ast.For | ast.While | ast.If | ast.Lambda
            )
        if "parameters" not in notebook_editions.tags(cell):
            assert not re.search("[а-яё]", cell.source, re.IGNORECASE)
            assert not re.search(r"[\w.]/\w|\\\\", cell.source)


@each_notebook
def test_its_tags_are_known_and_its_figures_are_tagged(path):
    for cell in notebook_editions.read_notebook(path).cells:
        assert notebook_editions.tags(cell) <= TAGS
        if "draw_" in cell.source:
            assert "figure" in notebook_editions.tags(cell)
        if "summary(" in cell.source:
            assert "summary" in notebook_editions.tags(cell)
        if "glossary(" in cell.source:
            assert "glossary" in notebook_editions.tags(cell)


@each_notebook
def test_two_code_cells_follow_each_other_only_as_table_and_figure(path):
    cells = notebook_editions.read_notebook(path).cells[2:]
    for first, second in zip(cells, cells[1:], strict=False):
        if first.cell_type == second.cell_type == "code":
            assert "show(" in first.source and "figure" in notebook_editions.tags(second)


@each_notebook
def test_its_sentences_are_short_and_one_a_line(path):
    for cell in prose(notebook_editions.read_notebook(path)):
        for line in cell.source.splitlines():
            if line.startswith(("#", "*", "<", "**")) or not line.strip():
                continue
            for sentence in re.split(r"(?<=[.!?])\s", line):
                assert len(re.findall(r"[\w%-]+", sentence)) <= 22, sentence


@each_notebook
def test_every_shipped_code_cell_has_its_count_and_shows_no_path(path):
    for cell in code(notebook_editions.read_notebook(path)):
        assert cell.execution_count
        for output in cell.outputs:
            assert output.output_type not in ("error", "stream")
            assert "image/png" not in output.get("data", {})
            assert str(Path.home()) not in str(output) and "/work" not in str(output)


@each_notebook
def test_every_figure_keeps_an_alt_text_with_numbers(path):
    for cell in notebook_editions.read_notebook(path).cells:
        if "figure" in notebook_editions.tags(cell):
            assert cell.outputs
            for output in cell.outputs:
                assert re.search(r"\d", output.data["text/plain"])


@each_notebook
def test_its_parameters_are_declared_and_explained(path):
    names = [
        parameter.name
        for parameter in parameters.declared_parameters(notebook_editions.read_notebook(path))
    ]
    assert names[:3] == ["data", "agency", "period"]
    assert set(names) <= {"data", "agency", "period", "process", "file", "sheet", "earlier"}


@each_notebook
def test_its_translation_is_whole_and_fresh(path):
    known = notebook_editions.catalogue(path.stem, "en")
    for found, _ in notebook_editions.messages(notebook_editions.read_notebook(path)):
        message = known.get(found)
        assert message is not None and message.string, found[:60]
        assert not message.fuzzy, found[:60]
        assert message.string.count("\n## ") == found.count("\n## ")
        assert re.findall(r"`[^`]+`", message.string) == re.findall(r"`[^`]+`", found)


@each_notebook
@pytest.mark.parametrize("audience", ["trainer", "learner", "report"])
def test_no_russian_is_left_in_the_english_edition(path, audience):
    made = edition(path, audience, "en")
    for cell in made.cells:
        assert not re.search("[а-яё]", cell.source, re.IGNORECASE), cell.source[:80]


@each_notebook
def test_every_glossary_link_leads_somewhere(path):
    for lang in wording.LANGS:
        made = edition(path, "trainer", lang)
        whole = "\n".join(cell.source for cell in prose(made))
        headings = {
            line.lstrip("# ").replace(" ", "-")
            for line in whole.splitlines()
            if line.startswith("#")
        }
        assert set(re.findall(r"\]\(#([^)]+)\)", whole)) <= headings


def glossary(name, lang):
    """Code -> word of the terms a notebook shows."""
    rows = [row for row in wording.terms().values() if name in row.get("notebooks", "").split()]
    return {row["code"]: row[lang].casefold() for row in rows}


def stems(words):
    """The beginnings by which a word is known in whatever case it stands."""
    return {
        word[: max(3, len(word) - 3)] for word in re.findall(r"[^\W\d_]{3,}", words.casefold())
    }


def meant(said, terms):
    """Codes of the terms that hold all words of `said`, in whatever case they stand."""
    return {code for code, word in terms.items() if all(stem in word for stem in stems(said))}


@each_notebook
def test_it_shows_its_words_from_the_glossary_and_explains_none_itself(path):
    notebook = notebook_editions.read_notebook(path)
    shown = [cell.source for cell in code(notebook) if "glossary" in notebook_editions.tags(cell)]
    assert len(shown) == 1 and shown[0].startswith(f'glossary("{path.stem}")')
    assert len(glossary(path.stem, "ru")) <= 16
    for cell in prose(notebook):
        assert not re.search(r"^\* \*\*[^*]+\*\*:", cell.source, re.MULTILINE)


@each_notebook
def test_every_word_it_links_stands_in_its_glossary_the_same_in_both_languages(path):
    linked = {}
    for lang in wording.LANGS:
        made = edition(path, "trainer", lang)
        said = LEARNT.findall("\n".join(cell.source for cell in prose(made)))
        linked[lang] = [meant(word, glossary(path.stem, lang)) for word in said]
    for ru, en in zip(linked["ru"], linked["en"], strict=True):
        assert ru & en, (path.stem, linked)


@pytest.mark.parametrize("path", [p for p in NOTEBOOKS if p != START], ids=lambda path: path.stem)
def test_a_word_of_a_stages_glossary_is_used_there(path):
    cells = [
        cell
        for cell in notebook_editions.read_notebook(path).cells
        if "glossary" not in notebook_editions.tags(cell)
    ]
    told = [out.get("data", {}).get("text/plain", "") for cell in cells if cell.cell_type == "code"
            for out in cell.outputs]  # fmt: skip
    read = "\n".join([cell.source for cell in cells if cell.cell_type == "markdown"] + told)
    for term, word in glossary(path.stem, "ru").items():
        assert any(stem in read.casefold() for stem in stems(word)), term


def test_every_word_of_the_glossary_reaches_a_reader():
    terms = [row for row in wording.terms().values() if "notebooks" in row]
    known = {path.stem for path in NOTEBOOKS}
    assert set(" ".join(row["notebooks"] for row in terms).split()) == known
    start = notebook_editions.read_notebook(START)
    whole = next(
        cell for cell in code(start) if "glossary" in notebook_editions.tags(cell)
    ).outputs[-1]
    for row in terms:
        assert f"{row['ru']}: {row['meaning_ru']}" in whole.data["text/plain"]


def test_an_edition_leaves_its_source_alone_and_drops_what_is_not_for_its_readers():
    source = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Заголовок"),
            nbformat.v4.new_code_cell("1", metadata={"tags": ["solution"]}, execution_count=1),
        ]
    )
    made = notebook_editions.edition(source, {"# Заголовок": "# Title"}, "learner", "en")
    assert [cell.source for cell in made.cells] == ["# Title"]
    assert len(source.cells) == 2 and source.cells[1].execution_count == 1


def test_an_unknown_audience_is_refused():
    with pytest.raises(ValueError, match="`audience` must be one of"):
        notebook_editions.edition(nbformat.v4.new_notebook(), {}, "auditor", "ru")


@each_notebook
def test_a_report_tells_nobody_to_call_a_function(path):
    prose = "\n".join(
        c.source for c in edition(path, "report", "ru").cells if c.cell_type == "markdown"
    )
    assert not re.findall(r"`[\w.]+\(", prose)


@pytest.fixture(scope="module")
def kernel():
    """A kernel that is as new for every notebook, as in a batch."""
    until = time.monotonic() + 3600
    with agency_kernel.Kernel(SAMPLES, agency_kernel.Limits(), until) as made:
        yield made


@pytest.mark.parametrize("audience", ["trainer", "learner"])
@pytest.mark.parametrize("lang", wording.LANGS)
@each_notebook
def test_every_edition_runs(kernel, path, audience, lang):
    made = kernel.run(edition(path, audience, lang), {})
    if lang == "en":
        shown = [out for cell in code(made) for out in cell.outputs]
        for output in shown:
            words = re.sub(r'<span lang="ru">.*?</span>|«[^»]*»', "", str(output.get("data", {})))
            assert not re.search("[а-яё]", words.replace("н/д", ""), re.IGNORECASE)
    else:
        shown = [out.get("data", {}).get("text/html", "") for c in code(made) for out in c.outputs]
        assert not english("".join(shown))

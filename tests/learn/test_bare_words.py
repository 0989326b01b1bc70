"""A bare word is an answer, what is Python stays Python; tried in a real kernel."""

import nbformat
import pytest
from nbclient import NotebookClient

from ccwork.learn import bare_words

KNOWN = {"work": 1, "waits": 2}
BARE = {
    "лучше": "лучше", "обучить и повторить": "обучить и повторить", "−12,3": "−12,3",
    "12,3": "12,3", "12,3 %": "12,3 %", "12,05": "12,05", "-12,3": "-12,3", "12 300": "12 300",
    "5 баллов": "5 баллов", "better": "better", "not proven": "not proven", "007": "007",
    "Офис № 1": "Офис № 1", "«лучше»": "«лучше»", '"лучше': '"лучше', "лучше.": "лучше.",
    "лучше  # думаю": "лучше", "то да, то нет": "то да, то нет", "1,234.5": "1,234.5",
    "it's": "it's", "слово()": "слово()", "5 (five)": "5 (five)", "12.5 (12)": "12.5 (12)",
}  # fmt: skip
PYTHON = (
    "...", '"лучше"', "'лучше'", "12.3", "-7", "100 * (1 - 0.05 ** (1 / 5))", "work", "None",
    "waits.loc[0]", "max(1, 2)", "unknown.head()", "(1, 2)", "[1, 2]", "float(waits)", "12 % 5",
    "!ls", "%time 1",
)  # fmt: skip


@pytest.mark.parametrize("typed", BARE)
def test_a_bare_word_is_quoted(typed):
    line = bare_words.quoted([f"answer = {typed}\n"], KNOWN)[0]
    named = {}
    exec(line, named)
    assert named["answer"] == BARE[typed]


@pytest.mark.parametrize("value", PYTHON)
def test_python_stays_as_it_is(value):
    line = f"answer = {value}\n"
    assert bare_words.quoted([line], KNOWN) == [line]


@pytest.mark.parametrize("left", ["answer =", "answer = ", "answer =  # ответ"])
def test_nothing_is_no_answer_yet(left):
    assert bare_words.quoted([left]) == ["answer = ..."]


def test_other_lines_and_longer_statements_are_left_alone():
    lines = ["answers = лучше\n", "answer == лучше\n", "x = '''\n", "answer = лучше\n", "'''\n"]
    assert bare_words.quoted(lines) == lines
    lines = ["answer = (\n", "    1 + 2\n", ")\n"]
    assert bare_words.quoted(lines) == lines
    assert bare_words.quoted(["x = 1\n", "answer = лучше\n", "y = 2"])[1] == "answer = 'лучше'\n"


def test_a_kernel_takes_bare_words_from_the_import_on(tmp_path, monkeypatch):
    """One kernel, as JupyterLab, papermill and nbval start it; every form in a cell of its own."""
    monkeypatch.chdir(tmp_path)
    cells = ["from ccwork import check", *(f"answer = {typed}\nprint(answer)" for typed in BARE),
             "answer = данных мало\ncheck('6.1', answer)",
             "answer = −0,7 балла\ncheck('6.4', answer)",
             "answer = \ncheck('6.4', answer)", "answer = 2 * 3\nprint(answer)"]  # fmt: skip
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=60).execute()
    told = [
        "".join(out.get("text") or out["data"]["text/plain"] for out in cell.outputs).strip()
        for cell in notebook.cells[1:]
    ]
    assert told[: len(BARE)] == list(BARE.values())
    assert told[len(BARE) :] == [
        "Задание 6.1: верно.", "Задание 6.4: верно.",
        "Задание 6.4: впишите ответ вместо многоточия.", "6",
    ]  # fmt: skip

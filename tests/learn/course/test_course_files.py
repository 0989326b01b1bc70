"""A trainer finds everything in one folder; the key is in his part of it alone."""

import re
from functools import cache
from io import BytesIO

import docx
import pypdf
import pytest

from ccwork import cli
from ccwork.language import wording
from ccwork.language.resources import resource_rows
from ccwork.learn.course import course_files
from ccwork.tell.documents import document_pdf
from ccwork.tell.documents.document import words

CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
PAGES = {"agenda": 2, "notes": 5, "handout": 2, "cases": 2, "observation": 2, "slides": 36}
"""The most pages of a part of the course of two days; all others have one."""

USED_UP = re.compile(r"[\s\u00ad\u200b\u2060]")


def run(arguments, capsys) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.run([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return ended.value.code, said.out, said.err


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The longest course, in both languages, as a trainer makes it."""
    out = tmp_path_factory.mktemp("course")
    list(course_files.written("2days", wording.LANGS, out))
    return out


@cache
def squeezed(path) -> str:
    """Return the words of a PDF; it is gone through once."""
    return USED_UP.sub("", "".join(page.extract_text() for page in pypdf.PdfReader(path).pages))


def test_the_command_writes_both_languages_and_says_what(tmp_path, capsys):
    code, out, _ = run(["course", "90min", "--out", tmp_path], capsys)
    made = sorted(path for path in tmp_path.rglob("*") if path.is_file())
    assert not code and len(out.splitlines()) == 1
    assert f" {len(made)}:" in out and str(tmp_path) in out
    assert course_files.files_expected("90min", wording.LANGS) == len(made)
    assert (tmp_path / "trainer" / "01_notes.ru.pdf") in made
    assert (tmp_path / "learner" / "01_agenda.ru.pdf") in made
    ru, en = ({str(path).replace(f".{lang}.", ".") for path in made if f".{lang}." in path.name}
              for lang in wording.LANGS)  # fmt: skip
    assert ru == en


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_agenda_of_a_day_is_one_page(lang):
    with wording.speaking(lang):
        found = course_files.course_documents("1day")
        agenda = next(document for name, document, _ in found if name.endswith("_agenda"))
        made = document_pdf.written(agenda, "brief.typ")
    assert len(pypdf.PdfReader(BytesIO(made)).pages) == 1


def test_an_unknown_course_is_told(tmp_path, capsys):
    wording.use("ru")
    code, _, err = run(["course", "3weeks", "--out", tmp_path, "--lang", "ru"], capsys)
    assert code == 2 and "Курса «3weeks» нет" in err and "90min, 1day, 2days" in err
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file", tmp_path / "file" / "x"):
        code, _, err = run(["course", "90min", "--out", out, "--lang", "ru"], capsys)
        assert code == 2 and "не удаётся записать" in err


def test_printed_pages_are_few_tagged_and_hold_their_words(folder):
    for lang in wording.each(wording.LANGS):
        for name, document, _ in course_files.course_documents("2days"):
            reader = pypdf.PdfReader(folder / f"{name}.{lang}.pdf")
            code = name.partition("/")[2].partition("_")[2]
            assert len(reader.pages) <= PAGES.get(code, 1), name
            about = reader.trailer["/Root"]["/Metadata"].get_data()
            assert b"<pdfuaid:part>1</pdfuaid:part>" in about, name
            text = squeezed(folder / f"{name}.{lang}.pdf")
            assert USED_UP.sub("", document.title) in text, name
            if lang == "en":
                assert not CYRILLIC.search(text), name


def test_a_pdf_and_its_word_file_say_the_same(folder):
    with wording.speaking("ru"):
        made = list(course_files.course_documents("2days"))
    twins = [(name, document) for name, document, row in made if row["word"]]
    assert len(twins) > 8
    for name, document in twins:
        file = docx.Document(folder / f"{name}.ru.docx")
        told = USED_UP.sub("", "".join(file.element.itertext()))
        for line in words(document.blocks):
            assert USED_UP.sub("", line) in told, (name, line)


def test_the_key_is_in_the_trainers_folder_alone(folder):
    why = [USED_UP.sub("", row["why_ru"]) for row in resource_rows("catalogue", "knowledge.csv")]
    key = squeezed(folder / "trainer" / "03_key.ru.pdf")
    assert why[0] in key
    for path in (folder / "learner").glob("*.ru.pdf"):
        text = squeezed(path)
        assert not [each for each in why if each in text], path.name


def test_the_same_bytes_are_written_each_time(folder, tmp_path):
    for path in course_files.written("2days", ["en"], tmp_path):
        assert path.read_bytes() == (folder / path.relative_to(tmp_path)).read_bytes(), path.name

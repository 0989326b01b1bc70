"""The PDF of a brief: its words, its tags for screen readers, its pages, its bytes."""

import io
import re
from dataclasses import replace

import pypdf
import pytest
from document_samples import (
    MARKUP,
    ROWS,
    TITLE,
    document,
    elements,
    first_page,
    of_every_kind,
    one_page,
    png,
)

from ccwork.tell.documents import document_pdf
from ccwork.tell.documents.document import Cell, Heading, Paragraph, Run, Table, pictures, words

DRAWN = re.compile(r"[\s\u00ad\u200b\u2060▲▼●•]|(?:\s*\.){3,}")
"""What paper adds or moves: spaces, joiners, hyphens, marks, dots that lead to a page number."""


@pytest.fixture(scope="module")
def every():
    return of_every_kind(png())


@pytest.fixture(scope="module")
def read(every) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(document_pdf.written(every)))


def squeezed(text: str) -> str:
    return DRAWN.sub("", text)


def tags(reader: pypdf.PdfReader, *kinds: str) -> list[dict]:
    root = reader.trailer["/Root"]["/StructTreeRoot"]
    return [each for each in elements(root) if each["/S"].lstrip("/") in kinds]


def shown(blocks) -> list[str]:
    """Return the words of blocks that stand on paper: all but alternative texts."""
    texts = [each.alt for each in pictures(blocks)]
    return [each for each in words(blocks) if each and each not in texts]


def test_the_text_layer_holds_all_words_in_their_order_and_no_others(every, read):
    whole, heads = "", squeezed("Строка Сколько Service (en)")
    for number, page in enumerate(read.pages, 1):
        text = squeezed(page.extract_text())
        head = squeezed(f"{every.running}{number} / {len(read.pages)}")
        assert text.startswith(head)
        text = text.removeprefix(head)
        assert text.startswith(heads) == (number == 3), "the heads stand again on the next page"
        whole += text.removeprefix(heads)
    contents = squeezed("Содержание Длинная таблица 2 Picture in English 4")
    assert contents in whole
    whole = whole.replace(contents, "Содержание")
    assert whole == squeezed("".join(shown(every.blocks)))


def test_nothing_of_the_data_is_read_as_markup(read):
    assert MARKUP in read.pages[-1].extract_text()


def test_a_title_and_a_language_are_told(read):
    root = read.trailer["/Root"]
    assert read.metadata.title == TITLE and len(TITLE) == 300
    assert root["/Lang"] == "ru" and root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_headings_are_headings_of_their_level(read):
    found = [(each["/S"], each["/T"][:5]) for each in tags(read, "H1", "H2", "H3", "H4")]
    assert found == [("/H1", "Справ"), ("/H2", "Содер"), ("/H2", "Длинн"), ("/H2", "Pictu"),
                     ("/H3", "Рисун")]  # fmt: skip


def test_a_table_has_headings_of_its_columns(read):
    heads = tags(read, "TH")
    assert len(heads) == 3 + 2
    assert all(each["/A"][0]["/Scope"] == "/Column" for each in heads)
    assert len(tags(read, "Table")) == 2 and len(tags(read, "TD")) == ROWS * 3 + 2


@pytest.mark.parametrize("made", [one_page(), of_every_kind(png())], ids=["one page", "every"])
def test_every_picture_says_what_it_shows(made):
    read = pypdf.PdfReader(io.BytesIO(document_pdf.written(made)))
    found = [each["/Alt"] for each in tags(read, "Figure")]
    assert found == [each.alt for each in pictures(made.blocks)] and found


def test_words_in_another_language_are_marked(read):
    assert [each["/Lang"] for each in tags(read, "H2") if "/Lang" in each] == ["en"]
    assert sum(each.get("/Lang") == "en" for each in tags(read, "TD")) == ROWS


def test_links_lead_within_and_out_and_a_link_to_nowhere_is_plain(read):
    notes = [note.get_object() for note in read.pages[0]["/Annots"]]
    assert [note.get("/A", {}).get("/URI") for note in notes] == [
        None, "https://example.org/a?b=1&c=2"
    ]  # fmt: skip
    assert [each.title for each in read.outline if not isinstance(each, list)] == [TITLE]


def test_a_full_first_page_is_one_page_of_a4():
    pages = pypdf.PdfReader(io.BytesIO(document_pdf.written(one_page()))).pages
    assert len(pages) == 1
    assert [round(float(each) / 72 * 25.4) for each in pages[0].mediabox[2:]] == [210, 297]


def test_the_same_brief_gives_the_same_bytes_and_another_day_others():
    made = one_page()
    assert document_pdf.written(made) == document_pdf.written(made)
    other = document_pdf.written(replace(made, day="2026-04-30"))
    assert pypdf.PdfReader(io.BytesIO(other)).metadata["/CreationDate"].startswith("D:20260430")


def test_only_the_fonts_that_come_with_ccwork_are_embedded(read):
    fonts = {font["/BaseFont"] for page in read.pages for font in _fonts(page)}
    assert {re.sub(r"^/[A-Z]{6}\+", "", font) for font in fonts} == {
        "LiberationSans", "LiberationSans-Bold"
    }  # fmt: skip


def _fonts(page):
    return [each.get_object() for each in page["/Resources"].get("/Font", {}).values()]


def test_a_sign_without_a_shape_in_the_font_costs_no_page():
    made = document([Heading(1, "Справка"), Paragraph([Run("Служба 中文 😀 работает")])])
    read = pypdf.PdfReader(io.BytesIO(document_pdf.written(made)))
    assert "работает" in read.pages[0].extract_text()
    assert tags(read, "H1")


def test_a_name_without_spaces_is_broken_not_cut():
    name = "Я" * 300
    made = replace(document([Heading(1, name), Table(name, [name], [[Cell([Run(name)])]], [1])]),
                   running=name)  # fmt: skip
    read = pypdf.PdfReader(io.BytesIO(document_pdf.written(made)))
    lines = read.pages[0].extract_text().splitlines()
    assert max(len(squeezed(line)) for line in lines) < 110
    assert squeezed("".join(lines)).count("Я") == 5 * 300


def test_an_empty_brief_and_one_in_english_are_written():
    assert document_pdf.written(document([]))
    read = pypdf.PdfReader(io.BytesIO(document_pdf.written(document([Heading(1, "Brief")], "en"))))
    assert read.trailer["/Root"]["/Lang"] == "en"


def test_drawings_become_pictures_each_of_its_own():
    drawings = [each.image for each in pictures(first_page())][:3]
    made = document_pdf.painted(drawings)
    assert len(made) == 3 and len(set(made)) == 3
    assert all(each.startswith(b"\x89PNG") for each in made)
    assert document_pdf.painted(drawings[:1]) == made[:1] and document_pdf.painted([]) == []

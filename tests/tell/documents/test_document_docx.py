"""The Word document of a brief: words, headings, tables, pictures, languages, templates, bytes."""

import datetime
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pypdf
import pytest
from document_samples import ROWS, TITLE, document, of_every_kind, one_page, png
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Pt
from test_document_pdf import shown, squeezed

from ccwork.tell.documents import document_docx
from ccwork.tell.documents.document import Bullets, Cell, Heading, Paragraph, Run, Table, pictures


@pytest.fixture(scope="module")
def every():
    return of_every_kind(png())


@pytest.fixture(scope="module")
def file(every):
    return opened(document_docx.written(every))


def opened(content: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(content))


def body(file) -> list:
    return file.element.body.xpath("./w:p | ./w:tbl")


def text_of(element) -> str:
    return "".join(each.text or "" for each in element.iter(qn("w:t")))


def test_the_document_holds_all_words_in_their_order_and_no_others(every, file):
    whole = squeezed("".join(text_of(each) for each in body(file)))
    contents = squeezed("Содержание Длинная таблица Picture in English")
    assert contents in whole
    assert whole.replace(contents, "Содержание") == squeezed("".join(shown(every.blocks)))


def test_headings_have_styles_of_headings(file):
    found = [(p.style.name, p.text[:5]) for p in file.paragraphs if "Heading" in p.style.name]
    assert found == [
        ("Heading 1", "Справ"), ("TOC Heading", "Содер"), ("Heading 2", "Длинн"),
        ("Heading 2", "Pictu"), ("Heading 3", "Рисун"),
    ]  # fmt: skip


def test_the_head_of_a_table_comes_again_on_each_page_and_no_row_is_torn(file):
    for table in file.tables:
        heads = [bool(row._tr.xpath("./w:trPr/w:tblHeader")) for row in table.rows]
        assert heads == [True] + [False] * (len(heads) - 1)
        assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in table.rows)
    assert [len(table.rows) for table in file.tables] == [ROWS + 1, 2]


def test_a_row_may_head_those_below_it():
    table = opened(document_docx.written(one_page())).tables[0]
    spans = [row._tr.xpath("count(./w:tc)") for row in table.rows]
    assert spans == [6, 1, *[6] * 6, 1, *[6] * 6]
    assert table.rows[1]._tr.xpath("string(.//w:gridSpan/@w:val)") == "6"


@pytest.mark.parametrize("made", [one_page(), of_every_kind(png())], ids=["one page", "every"])
def test_every_picture_says_what_it_shows_and_stands_free(made):
    placed = opened(document_docx.written(made)).element.body.xpath(".//wp:inline")
    assert [each.docPr.get("descr") for each in placed] == [e.alt for e in pictures(made.blocks)]
    assert {each.get("distL") for each in placed} == {"0"}
    numbers = [each.docPr.get("id") for each in placed]
    assert len(set(numbers)) == len(numbers) > 0


def test_every_run_says_its_language(file):
    default = file.styles.element.xpath("./w:docDefaults//w:lang/@w:val")
    assert default == ["ru-RU"]
    for run in file.element.body.iter(qn("w:r")):
        words = text_of(run)
        if words.strip():
            told = run.xpath("string(./w:rPr/w:lang/@w:val)")
            assert told == ("en-GB" if re.search("Service \\d|Picture", words) else "ru-RU"), words


def test_title_language_and_dates_are_those_of_the_brief(every, file):
    about = file.core_properties
    assert about.title == TITLE[:255] and about.language == "ru"
    assert about.created.date() == about.modified.date() == datetime.date(2026, 3, 31)
    assert not about.author and not about.last_modified_by


def test_the_paper_is_a4_with_the_running_line_and_the_page_on_each_page(every, file):
    section = file.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    (line,) = section.header.paragraphs
    assert every.running in line.text
    fields = [each.text.strip() for each in line._p.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert all(other.header.is_linked_to_previous for other in list(file.sections)[1:])


def test_links_lead_to_bookmarks_and_out_and_one_to_nowhere_is_plain(file):
    links = list(file.element.body.iter(qn("w:hyperlink")))
    inside = {each.get(qn("w:anchor")) for each in links} - {None}
    marked = set(file.element.body.xpath(".//w:bookmarkStart/@w:name"))
    assert inside == marked - {"brief_rest"} == {"brief_0", "brief_1"}
    outside = [file.part.rels[each.get(qn("r:id"))].target_ref for each in links
               if each.get(qn("r:id"))]  # fmt: skip
    assert outside == ["https://example.org/a?b=1&c=2"]
    assert "никуда" not in "".join(map(text_of, links))


def test_signs_that_no_document_may_hold_are_left_out_of_its_title_too():
    made = replace(document([Heading(1, "Ор\x0bган\ufffe")]), title="Ор\x0bган\ufffe")
    read = docx.Document(io.BytesIO(document_docx.written(made)))
    assert read.core_properties.title == read.paragraphs[0].text == "Орган"


def test_a_new_page_begins_with_what_follows(file):
    begun = [p.text for p in file.paragraphs if p.paragraph_format.page_break_before]
    assert begun == ["Содержание", "Picture in English"]


def test_blocks_side_by_side_are_a_section_of_columns(file):
    counts = [each._sectPr.xpath("string(./w:cols/@w:num)") for each in file.sections]
    assert counts == ["1", "2", "1"]
    assert file.element.body.xpath('count(.//w:br[@w:type="column"])') == 1


def test_one_mark_of_all_items_is_their_bullet_and_several_stand_in_the_text():
    blocks = [
        Bullets([[Run("раз", mark="better")], [Run("два", mark="better")]]),
        Bullets([[Run("три", mark="worse")], [Run("четыре")]]),
    ]
    made = opened(document_docx.written(document(blocks)))
    assert [p.text for p in made.paragraphs] == ["раз", "два", "▼\u00a0три", "четыре"]
    assert [bullet_of(made, p) for p in made.paragraphs] == ["▲", "▲", "•", "•"]


def bullet_of(file, paragraph) -> str:
    number = paragraph._p.pPr.numPr.numId.val
    lists = file.part.numbering_part.element
    kind = lists.xpath(f'string(./w:num[@w:numId="{number}"]/w:abstractNumId/@w:val)')
    return lists.xpath(f'string(./w:abstractNum[@w:abstractNumId="{kind}"]//w:lvlText/@w:val)')


def test_signs_that_no_document_may_hold_are_left_out():
    made = opened(document_docx.written(document([Paragraph([Run("а\x01б\x0bв\ufffe")])])))
    assert made.paragraphs[0].text == "абв"


def test_two_tables_do_not_touch():
    table = Table("", ["А"], [[Cell([Run("1")])]], [1.0])
    made = opened(document_docx.written(document([table, table])))
    assert [each.tag for each in body(made)] == [qn("w:tbl"), qn("w:p"), qn("w:tbl")]


# ---------------------------------------------------------------- bytes


def test_the_same_brief_gives_the_same_bytes_in_another_process_too(tmp_path):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import document_samples\nfrom ccwork.tell.documents import document_docx\n"
        "open(sys.argv[2], 'wb').write(document_docx.written(document_samples.one_page()))"
    )
    made = []
    for seed in ("1", "2"):
        target = tmp_path / f"{seed}.docx"
        subprocess.run(
            [sys.executable, "-c", code, str(Path(__file__).parent), str(target)],
            env=os.environ | {"PYTHONHASHSEED": seed},
            check=True,
        )
        made.append(target.read_bytes())
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
    assert made[0] != document_docx.written(replace(one_page(), day="2026-04-30"))


# ---------------------------------------------------------------- an agency's own template


@pytest.fixture
def letter(tmp_path):
    """An agency's letter: its heading in 20 points, a logo and a name in the header."""
    made = docx.Document()
    made.styles["Heading 1"].font.size = Pt(20)
    made.core_properties.author = "Иванов И. И."
    head = made.sections[0].header
    head.paragraphs[0].text = "Служба реестров"
    head.paragraphs[0].add_run().add_picture(io.BytesIO(png()), width=Pt(40))
    made.add_paragraph("Утверждаю")
    made.add_paragraph()
    made.save(tmp_path / "letter.docx")
    return tmp_path / "letter.docx"


def test_a_template_keeps_its_styles_its_header_its_logo_and_its_words(letter):
    made = opened(document_docx.written(one_page(), letter))
    assert made.styles["Heading 1"].font.size == Pt(20)
    assert made.sections[0].page_width == docx.Document(letter).sections[0].page_width
    head = made.sections[0].header
    assert [p.text.split("\t")[0] for p in head.paragraphs] == [
        "Служба реестров", one_page().running
    ]  # fmt: skip
    assert head._element.xpath("count(.//w:drawing)") == 1
    assert [p.text for p in made.paragraphs[:2]] == ["Утверждаю", one_page().blocks[0].words]
    assert not made.core_properties.author
    assert len(made.sections) == 1, "its text is too narrow for columns"


def test_a_template_of_word_with_first_page_of_its_own_says_internal_there_too(letter, tmp_path):
    source = docx.Document(letter)
    source.sections[0].different_first_page_header_footer = True
    source.save(letter)
    dotx = tmp_path / "letter.dotx"
    with zipfile.ZipFile(letter) as old, zipfile.ZipFile(dotx, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"document.main+xml", b"template.main+xml"))
    made = opened(document_docx.written(one_page(), dotx))
    section = made.sections[0]
    for head in (section.header, section.first_page_header):
        assert "не публиковать" in head.paragraphs[-1].text


def test_a_template_without_styles_and_lists_gets_them(tmp_path):
    bare = docx.Document()
    for style in [each for each in bare.styles if each.type != WD_STYLE_TYPE.TABLE]:
        if style.name not in ("Normal", "Default Paragraph Font"):
            style.delete()
    for name, relation in list(bare.part.rels.items()):
        if relation.reltype.endswith("/numbering"):
            del bare.part.rels[name]
    defaults = bare.styles.element.find(qn("w:docDefaults"))
    defaults.getparent().remove(defaults)
    bare.save(tmp_path / "bare.docx")
    with zipfile.ZipFile(tmp_path / "bare.docx") as parts:
        assert "word/numbering.xml" not in parts.namelist()
    made = opened(document_docx.written(one_page(), tmp_path / "bare.docx"))
    assert made.styles["Heading 2"].element.xpath("string(.//w:outlineLvl/@w:val)") == "1"
    assert {bullet_of(made, p) for p in made.paragraphs if p.style.name == "List Bullet"} == {
        "▲", "▼", "•"
    }  # fmt: skip
    assert made.styles.element.xpath("./w:docDefaults//w:lang/@w:val") == ["ru-RU"]


# ---------------------------------------------------------------- paper


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("lowriter"), reason="no LibreOffice Writer here")
def test_a_full_first_page_is_one_page_on_paper(tmp_path):
    (tmp_path / "one.docx").write_bytes(document_docx.written(one_page()))
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "one.docx")], check=True, capture_output=True)
    assert len(pypdf.PdfReader(tmp_path / "one.pdf").pages) == 1


def test_an_empty_brief_and_one_in_english_are_written():
    assert document_docx.written(document([]))
    made = opened(document_docx.written(document([Heading(1, "Brief")], "en")))
    assert made.styles.element.xpath("./w:docDefaults//w:lang/@w:val") == ["en-GB"]

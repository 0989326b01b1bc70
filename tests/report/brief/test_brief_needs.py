"""What is missing for PDF and Word is said before a run, in sentences."""

import sys
import zipfile

import docx
import pytest

from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.report.brief import brief_needs

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TEMPLATES = {
    "text.docx": (b"Dear all", "template_unread"),
    "empty.docx": (b"", "template_unread"),
    "old.doc": (OLE + b"\0" * 600, "template_unread"),
    "locked.docx": (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16le"), "template_locked"),
}


def codes(error: DataProblems) -> list[str]:
    return [problem.code for problem in error.problems]


def told(pdf=True, docx=True, template=None) -> list[str]:
    with pytest.raises(DataProblems) as error:
        brief_needs.needs_met(pdf, docx, template)
    return codes(error.value)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_that_is_no_open_word_document_is_named(tmp_path, name):
    content, code = TEMPLATES[name]
    (tmp_path / name).write_bytes(content)
    assert told(template=tmp_path / name) == [code]


def test_a_template_that_is_not_there_is_named(tmp_path):
    assert told(template=tmp_path / "none.docx") == ["template_missing"]
    assert told(template=tmp_path) == ["template_missing"]


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "[Content_Types].xml"])
def test_a_document_with_a_spoilt_part_is_no_template(tmp_path, part):
    docx.Document().save(tmp_path / "whole.docx")
    with (
        zipfile.ZipFile(tmp_path / "whole.docx") as old,
        zipfile.ZipFile(tmp_path / "spoilt.docx", "w") as new,
    ):
        for name in old.namelist():
            new.writestr(name, b"<w:broken" if name == part else old.read(name))
    assert told(template=tmp_path / "spoilt.docx") == ["template_unread"]


def test_a_book_with_macros_and_a_table_book_are_no_templates(tmp_path):
    docx.Document().save(tmp_path / "whole.docx")
    for name, kind in (("a.docm", b"ms-word.document.macroEnabled.main+xml"), ("b.docx", b"x")):
        with (
            zipfile.ZipFile(tmp_path / "whole.docx") as old,
            zipfile.ZipFile(tmp_path / name, "w") as new,
        ):
            wanted = b"openxmlformats-officedocument.wordprocessingml.document.main+xml"
            for part in old.namelist():
                new.writestr(part, old.read(part).replace(wanted, kind))
        assert told(template=tmp_path / name) == ["template_unread"]


def test_a_word_document_will_do_and_nothing_asked_needs_nothing(tmp_path):
    docx.Document().save(tmp_path / "letter.docx")
    brief_needs.needs_met(True, True, tmp_path / "letter.docx")
    brief_needs.needs_met(False, False, None)


def test_a_package_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    brief_needs.needs_met(True, False, None)
    assert told() == ["package_missing"]
    with wording.speaking("en"), pytest.raises(DataProblems, match="pip install python-docx"):
        brief_needs.needs_met(False, True, None)
    monkeypatch.setitem(sys.modules, "typst", None)
    assert told(docx=False) == ["package_missing"]
    assert told() == ["package_missing"] * 3


def test_a_package_that_is_half_installed_is_none(tmp_path, monkeypatch):
    (tmp_path / "typst.py").write_text("raise ImportError('DLL load failed')", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "typst", raising=False)
    assert told(docx=False) == ["package_missing"]


@pytest.mark.parametrize("lang", wording.LANGS)
def test_each_problem_is_told_in_both_languages(tmp_path, lang):
    with wording.speaking(lang), pytest.raises(DataProblems) as error:
        brief_needs.needs_met(True, True, tmp_path / "none.docx")
    with wording.speaking(lang):
        assert "none.docx" in str(error.value) and "{" not in str(error.value)

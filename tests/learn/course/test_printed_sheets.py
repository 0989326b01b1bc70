"""What is printed: the same in both languages, in each its own letters, short and clean."""

import re
import shlex

import pytest

from ccwork import cli
from ccwork.language import wording
from ccwork.language.resources import resource_rows
from ccwork.learn.course import course_plan, printed_sheets
from ccwork.tell.documents.document import Heading, Table, words

COURSES = ("90min", "1day", "2days")
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
LATIN = re.compile(r"[A-Za-z]{2,}")
ALLOWED = re.compile(r"«[^»]*»|\b\d_[a-z_]+|ccwork \w+|\b(?:Shift|Enter)\b|https?://\S+")
NUMBER = re.compile(r"\d+(?:[  ,]\d{3})*")
TEXTS = {
    "steps": ("", "aim", "do", "mistake"), "sheets": ("",), "blocks": ("",),
    "slides": ("", "lines"), "courses": ("", "length"),
}  # fmt: skip
KNOWLEDGE = ("question", "a", "b", "c", "d", "why")


def pairs():
    """Yield every text of the courses in both languages."""
    for name, parts in TEXTS.items():
        for row in resource_rows("courses", f"{name}.csv"):
            if row.get("kind") in ("term", "case"):
                continue
            for part in parts:
                yield name, row[f"{part}_ru".lstrip("_")], row[f"{part}_en".lstrip("_")]
    for row in resource_rows("catalogue", "knowledge.csv"):
        for part in KNOWLEDGE:
            yield "knowledge", row[f"{part}_ru"], row[f"{part}_en"]


def numbers(text: str) -> list[int]:
    return sorted(int(re.sub(r"\D", "", found)) for found in NUMBER.findall(text))


def test_every_text_stands_in_both_languages_with_the_same_numbers_and_lines():
    for name, ru, en in pairs():
        assert bool(ru) == bool(en), (name, ru, en)
        assert ru.count("|") == en.count("|"), ru
        assert numbers(ru) == numbers(en), (ru, en)


def test_no_word_leaks_into_the_other_language():
    for _, ru, en in pairs():
        assert not CYRILLIC.search(en), en
        assert not LATIN.search(ALLOWED.sub("", ru)), ru


def test_russian_sentences_are_short():
    for name, ru, _ in pairs():
        for sentence in re.split(r"(?<=[.!?:])\s|\|", ru):
            assert len(re.findall(r"[\w%-]+", sentence)) <= 20, (name, sentence)


@pytest.mark.parametrize("lang", wording.LANGS)
@pytest.mark.parametrize("course", COURSES)
def test_the_agenda_and_the_notes_tell_every_step_once(course, lang):
    with wording.speaking(lang):
        agenda = list(printed_sheets.agenda(course))
        notes = list(printed_sheets.notes(course))
        steps = course_plan.course_steps(course)
        rows = [row for table in agenda if isinstance(table, Table) for row in table.rows]
        told = "\n".join(words(notes))
        assert [row[0].runs[0].words for row in rows] == [step.clock() for step in steps]
        for step in steps:
            if not step.pauses():
                assert course_plan.in_force(step.about, "mistake") in told
        days = [block for block in agenda if isinstance(block, Heading)]
        assert len(days) == steps[-1].day
        for sheet in course_plan.sheets(course):
            assert not sheet["per"] or course_plan.in_force(sheet) in told


def test_notes_name_the_parts_of_a_notebook_a_trainer_can_see():
    with wording.speaking("ru"):
        told = "\n".join(words(list(printed_sheets.notes("90min"))))
    assert "Тетрадь «6_kpi», часть: Проверьте себя" in told
    assert "kpi-29" not in told


@pytest.mark.parametrize("form", ["before", "after"])
def test_a_form_has_twelve_questions_and_its_key_is_not_on_it(form):
    items = course_plan.knowledge(form)
    assert len(items) == 12 and {item["right"] for item in items} == set("abcd")
    for lang in wording.LANGS:
        with wording.speaking(lang):
            asked = "\n".join(words(list(printed_sheets.knowledge_form(form))))
            key = "\n".join(words(list(printed_sheets.knowledge_key(form))))
        for item in items:
            assert item[f"question_{lang}"] in asked and item[f"why_{lang}"] in key
            assert all(item[f"{choice}_{lang}"] in asked for choice in "abcd")
            assert item[f"why_{lang}"] not in asked


def test_knowledge_is_asked_of_what_the_notebooks_teach():
    rows = resource_rows("catalogue", "knowledge.csv")
    notebooks = {step["notebook"] for step in resource_rows("courses", "steps.csv")}
    assert {row["notebook"] for row in rows} <= notebooks
    assert all(row["source"] and row["form"] in ("before", "after", "both") for row in rows)
    forms = [{row["item"] for row in course_plan.knowledge(form)} for form in ("before", "after")]
    assert len(forms[0] & forms[1]) == 10 and len(forms[0] ^ forms[1]) == 4


@pytest.mark.parametrize("sheet", [row["sheet"] for row in resource_rows("courses", "sheets.csv")])
def test_a_table_of_a_sheet_has_as_many_cells_as_heads(sheet):
    with wording.speaking("en"):
        tables = [block for block in printed_sheets.sheet(sheet) if isinstance(block, Table)]
    for table in tables:
        assert sum(table.widths) == pytest.approx(1)
        assert {len(row) for row in table.rows} <= {len(table.heads)} and table.rows
        assert len(table.widths) == len(table.heads)


def test_observing_has_rules_bounds_and_a_sheet():
    with wording.speaking("ru"):
        told = "\n".join(words(list(printed_sheets.sheet("observation"))))
    for part in ("Чего делать нельзя", "Не записывайте имён", "помогите", "Совпало у двоих"):
        assert part in told


def test_bani_and_shiva_are_told_with_their_authors_and_the_source():
    rows = [row for row in resource_rows("courses", "slides.csv") if row["step"] == "bani"]
    assert "Кашио" in rows[0]["lines_ru"] and "Rozin" in rows[0]["lines_en"]
    assert "Роскачеств" in rows[0]["source_ru"] and "Roskachestvo" in rows[0]["source_en"]


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_commands_in_the_notes_make_what_the_notes_promise(lang, tmp_path, monkeypatch):
    """Typed as printed: the learner's folder holds the sheet of answers, the trainer's none."""
    monkeypatch.chdir(tmp_path)
    with wording.speaking(lang):
        told = " ".join(words(list(printed_sheets.notes("90min"))))
    for printed in re.findall(r'ccwork init \w+ --(?:edition \w+|learner "\w+")', told):
        cli.main(shlex.split(printed)[1:], standalone_mode=False)
    assert {path.parent.name for path in tmp_path.glob("*/knowledge.csv")} == {"work"}
    assert {path.parent.name for path in tmp_path.glob("*/learner.toml")} == {"work", "mine"}

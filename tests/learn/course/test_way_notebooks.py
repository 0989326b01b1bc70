"""Notebooks that lead: to notebooks that are there, through every step, through every word."""

import json
import re

import pytest

from ccwork.language import wording
from ccwork.language.resources import resource_rows
from ccwork.learn import working_folder
from ccwork.learn.course import course_plan, way_notebooks
from ccwork.read import places

LINK = re.compile(r"\]\(([^)]+)\)")
each_lang = pytest.mark.parametrize("lang", wording.LANGS)


def cells(made: bytes) -> list[str]:
    found = json.loads(made)["cells"]
    assert {cell["cell_type"] for cell in found} == {"markdown"}
    return ["".join(cell["source"]) for cell in found]


@each_lang
@pytest.mark.parametrize("course", ["90min", "1day", "2days"])
def test_the_way_names_every_step_with_its_minutes_and_leads_to_its_notebook(course, lang):
    with wording.speaking(lang):
        told = "\n".join(cells(way_notebooks.way(course)))
        steps = course_plan.course_steps(course)
        lines = [line for line in told.splitlines() if line.startswith("* ")]
        for line, step in zip(lines, steps, strict=True):
            assert course_plan.in_force(step.about) in line and str(step.minutes) in line
            books = [f"{step.about['notebook']}.ipynb"] if step.about["notebook"] else []
            assert LINK.findall(line) == books
    for link in LINK.findall(told):
        assert link == working_folder.GLOSSARY or (places.shipped("notebooks") / link).exists()


@each_lang
def test_the_glossary_holds_every_word_once_in_the_order_of_the_alphabet(lang):
    with wording.speaking(lang):
        told = cells(way_notebooks.glossary_notebook())
    rows = resource_rows("terms", "glossary.csv")
    found = re.findall(r"^\*\*(.+)\*\*", "\n".join(told), re.MULTILINE)
    assert sorted(found) == sorted(row[lang] for row in rows)
    plain = [word.strip("«“").casefold().replace("ё", "е") for word in found]
    assert plain == sorted(plain)
    letters = [cell.splitlines()[0].removeprefix("## ") for cell in told[1:]]
    assert letters == sorted(set(letters))
    for row in rows:
        assert row[f"meaning_{lang}"] in "\n".join(told) and row["source"] in "\n".join(told)

import csv
import io

import nbformat.v4 as nbf
import pytest

from ccwork.language import wording
from ccwork.report import facts_file


def fact(id, value=86.29):
    return {"id": id, "value": value, "n": 19590, "unit": "points", "source": ["counts.csv"]}


def notebook(*outputs):
    cells = [nbf.new_code_cell("show()", outputs=[each]) for each in outputs]
    return nbf.new_notebook(cells=cells)


def html(facts=(), **more):
    about = {"kind": "table", "name": "levels", "facts": list(facts), **more}
    data = {"text/html": "", "text/plain": ""}
    return nbf.new_output("display_data", data, metadata={"ccwork": about})


ABOUT = {"agency": "opg", "date": "2026-03-31", "period": "2026-03"}


def test_facts_of_all_stages_come_together_in_order():
    first = notebook(html([fact("b"), fact("a", None)]))
    second = notebook(html([fact("c")]))
    assert [f["id"] for f in facts_file.facts_of_stages({"1": first, "2": second})] == [
        "1.b",
        "1.a",
        "2.c",
    ]


def test_two_facts_of_one_id_are_refused():
    twice = notebook(html([fact("a"), fact("a")]))
    with pytest.raises(ValueError, match="not '1.a' again"):
        facts_file.facts_of_stages({"1": twice})


def found_here(**more):
    about = {"finding": "gone-1", "what": "gone", "kind": "worsened", "kpi": "", "service": "",
             "client": "", "size": 2.5, "grade": "proven", "people": None, "since": "",
             "action": "", "who": "", "by": "", "cause": "", "facts": ["judged.a.value"],
             "values": {"step": "text:=1+1"}}  # fmt: skip
    return about | more


@pytest.fixture
def sentence():
    words = {"code": "brief.gone", "ru": "Хуже: {step}", "en": "Worse: {step}"}
    wording.terms()["brief.gone"] = words
    yield
    del wording.terms()["brief.gone"]


def test_findings_are_told_in_both_languages_and_lead_to_facts_of_their_stage(sentence):
    found = facts_file.findings_of_stages({"6_kpi": notebook(html(findings=[found_here()]))})
    (told,) = facts_file.told(found)
    assert told["facts"] == ["6_kpi.judged.a.value"] and told["stage"] == "6_kpi"
    assert told["said"] == {"ru": "Хуже: =1+1", "en": "Worse: =1+1"}


def test_no_cell_of_the_findings_can_become_a_formula_and_nothing_missing_is_zero(sentence):
    one = found_here(values={"step": "text:x"}, who="text:=1+1")
    told = facts_file.told(
        facts_file.findings_of_stages({"6_kpi": notebook(html(findings=[one]))})
    )
    (row,) = csv.DictReader(io.StringIO(facts_file.findings_csv(told), newline=""))
    assert row["people"] == "" and row["size"] == "2.5" and row["said_en"] == "Worse: x"
    assert row["facts"] == "6_kpi.judged.a.value"

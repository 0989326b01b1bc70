import json
from pathlib import Path
import pytest

pytest.register_assert_rewrite("report.test_agency_report")
from report import test_agency_report as t
from ccwork.language import wording

F = [f.parent for f in sorted(Path("/tmp/bw/samples").glob("*/facts.json"))]


@pytest.mark.parametrize("d", F, ids=lambda d: d.name)
@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize(
    "fn",
    [
        "test_every_sentence_is_that_of_a_finding_or_a_fixed_one",
        "test_paper_holds_the_words_of_the_page_in_their_order",
        "test_every_picture_says_the_same_in_every_form_and_in_the_workings",
        "test_every_number_of_the_first_page_is_a_fact_or_a_count_of_findings",
    ],
)
def test_a(d, lang, fn):
    told = json.loads((d / "facts.json").read_text())
    f = getattr(t, fn)
    f(d, told, lang) if f.__code__.co_argcount == 3 else f(d, lang)


@pytest.mark.parametrize("d", F, ids=lambda d: d.name)
def test_b(d):
    t.test_both_languages_carry_the_same_numbers_pictures_and_places(d)


@pytest.mark.parametrize("d", F, ids=lambda d: d.name)
def test_c(d):
    told = json.loads((d / "facts.json").read_text())
    t.test_findings_csv_holds_the_findings_of_facts_json(d, told)

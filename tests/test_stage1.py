"""Stage 1 of an agency that has next to nothing: five walkthroughs and no survey."""

import re
import time

import pytest
from conftest import SAMPLES

from ccwork.language import notebook_editions, wording
from ccwork.read.catalogues import common
from ccwork.report.batch import agency_kernel
from ccwork.stages.face_the_problem import self_assessment, walkthroughs

NOTEBOOK = SAMPLES.parent / "notebooks" / "1_face_the_problem.ipynb"


@pytest.fixture
def five(agency):
    """Five walks with one obstacle each in two of them; words released, save one."""
    rows = [
        {
            "item": item, "visit": f"v{n}", "source": "visitor", "service": "a",
            "date": f"2026-05-1{n}", "answer": 0 if bad else 2, "evidence": "",
            "words": f"Ждала час, телефон 8 900 000-00-0{n}" if bad else "",
            "publish_ok": "yes" if bad and n == 0 else "no",
        }
        for n in range(5)
        for item in common()["items"].query("form == 'walkthrough'").index
        for bad in [item == "walk_queue" and n < 2]
    ]  # fmt: skip
    return agency.add("checks", rows)


def outputs(agency, lang):
    """Run the report edition of the notebook; return what it says, cell by cell."""
    agency.load()
    made = notebook_editions.edition(
        notebook_editions.read_notebook(NOTEBOOK),
        notebook_editions.prose(NOTEBOOK.stem, lang),
        "report",
        lang,
    )
    given = {"data": str(agency.root), "agency": agency.name, "period": ""}
    until = time.monotonic() + 240
    with agency_kernel.Kernel(agency.folder, agency_kernel.Limits(120), until) as kernel:
        done = kernel.run(made, given)
    return [out.data["text/plain"] for cell in done.cells for out in cell.get("outputs", ())]


def test_it_gets_the_words_for_little_data_a_bound_and_what_to_bring(five):
    work = five.load()
    (row,) = walkthroughs.walks(work).to_dict("records")
    assert row["visits"] == 5
    assert row["sure"] == pytest.approx(100 * (1 - 0.05 ** (1 / 5)))  # F41
    assert walkthroughs.observer_agreement(work)[["alpha", "ac1"]].isna().to_numpy().all()
    bad = walkthroughs.obstacles(work)
    assert bad["item"].tolist() == ["walk_queue"] and "Ждала час" in bad["words_said"][0]
    assert "900" not in bad["words_said"][0]
    assert set(walkthroughs.to_bring(work)["bring"]) >= {
        "outer",
        "second_outer",
        "survey",
        "release",
    }


def test_it_gets_no_grade_and_with_a_perfect_self_check_none_above_the_ceiling(five):
    assert self_assessment.grade(five.load()).empty
    rows = [
        {"item": item, "visit": "s1", "source": "self", "service": "a", "date": "2026-05-20",
         "answer": 2, "evidence": "протокол"}
        for item in common()["items"].query("form == 'self_check'").index
    ]  # fmt: skip
    with (five.folder / "checks.csv").open("a", encoding="utf-8") as lines:
        for row in rows:
            lines.write(",".join(str(value) for value in row.values()) + ",,no\n")
    (row,) = self_assessment.grade(five.load()).to_dict("records")
    assert (row["uncapped"], row["grade"], row["caps"]) == ("A", "B", "few_client")


def test_words_nobody_released_are_nowhere_in_its_notebook(five):
    written = (five.folder / "checks.csv").read_text(encoding="utf-8")
    (five.folder / "checks.csv").write_text(written.replace(",yes", ",no"), encoding="utf-8")
    whole = "\n".join(outputs(five, "ru"))
    assert "Ждала" not in whole and wording.word("words_held") in whole


def test_its_notebook_runs_in_both_languages_and_says_so(five):
    said = outputs(five, "ru")
    whole = "\n".join(said)
    assert "данных мало" in whole and "телефон [скрыто]" in whole and "900" not in whole
    assert (
        wording.word("absent.visit_effort") in said and wording.word("absent.field_visits") in said
    )
    assert not re.search(r"альфа \d", whole)
    assert "45,1" in whole and "Ждала час" in whole and "менее 10 парных визитов" in whole
    assert wording.word("absent.declared") in said and wording.word("absent.rights") not in said
    summary = said[-3]
    assert "5 визитов" in summary and summary.count("Что дальше") == 6
    for bring in ("outer", "inner", "second_outer", "release", "leaders", "survey"):
        assert wording.word(f"bring.{bring}") in summary
    english = outputs(five, "en")
    assert len(english) == len(said)
    foreign = [re.sub("«[^»]*»", "", words) for words in english]
    assert not [words for words in foreign if re.search("[а-яё]", words, re.IGNORECASE)]

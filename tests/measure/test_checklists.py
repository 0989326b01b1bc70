import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwork.measure import checklists
from ccwork.stats.survey import clustered_mean

ITEM = {"form": "own", "critical": "no", "kpi": "speed", "sign": "", "barrier": ""}
"""What an agency's own item says besides its code and weight."""


def form(agency, items, visits, **more):
    """Load an agency with its own checklist: item -> weight, and visits as lists of answers."""
    rows = [
        {"item": code, "ru": f"{code}?", "en": f"{code}?", "weight": weight, **ITEM,
         **more.get(code, {})}
        for code, weight in items.items()
    ]  # fmt: skip
    folder = agency.folder / "catalogue"
    folder.mkdir(exist_ok=True)
    agency.add("catalogue/items", rows)
    agency.add(
        "checks",
        [
            {"item": item, "visit": f"v{number}", "source": "visitor", "date": "2026-06-01",
             "service": "a", "answer": answer, **more.get("rows", [{}] * 99)[number]}
            for number, answers in enumerate(visits)
            for item, answer in zip(items, answers, strict=True)
        ],
    )  # fmt: skip
    return agency.load("2026-06")


FIVE = {"i1": 2, "i2": 1, "i3": 1, "i4": 1, "i5": 1}


def test_a_visit_is_scored_over_the_items_that_applied(agency):
    work = form(agency, FIVE, [[2, 1, 0, 2, "na"]])  # F36: 100 (4 + 1 + 0 + 2) / (2 * 5)
    (visit,) = checklists.visit_scores(checklists.answers(work)).to_dict("records")
    assert visit["score"] == 70 and visit["items"] == 4 and not visit["failed"]


def test_a_failed_critical_item_fails_the_visit_whatever_the_score(agency):
    critical = {"i3": {"critical": "yes"}}
    work = form(agency, FIVE, [[2, 2, 0, 2, 2], [0, 0, 1, 0, 0], [2, 2, "na", 2, 2]], **critical)
    visits = checklists.visit_scores(checklists.answers(work))
    assert visits["failed"].tolist() == [True, False, False]
    (row,) = checklists.scores(checklists.answers(work)).to_dict("records")
    assert row["critical_failed"] == 1


def test_every_visit_has_one_voice_and_the_interval_is_t_over_visits(agency):
    visits = [[2] * 5, [2] * 5, [1] * 5, [0] * 5, [2, "na", "na", "na", "na"]]
    work = form(agency, FIVE, visits)
    (row,) = checklists.scores(checklists.answers(work)).to_dict("records")
    each = np.array([100, 100, 50, 0, 100])
    half = 2.7764451052 * each.std(ddof=1) / 5**0.5
    assert (row["visits"], row["items"], row["score"]) == (5, 21, 70)
    assert row["score_low"] == pytest.approx(70 - half) and row["score_high"] == 100


def test_fewer_than_five_visits_give_no_score_and_say_why(agency):
    work = form(agency, FIVE, [[2, 1, 0, 2, 1]] * 4)
    (row,) = checklists.scores(checklists.answers(work)).to_dict("records")
    assert np.isnan([row["score"], row["score_low"]]).all() and row["score_why"] == "few_visits"
    assert row["visits"] == 4 and row["sure"] == pytest.approx(100 * (1 - 0.05**0.25))


def test_visits_all_alike_have_no_interval(agency):
    work = form(agency, FIVE, [[2] * 5] * 6)
    (row,) = checklists.scores(checklists.answers(work)).to_dict("records")
    assert row["score"] == 100 and np.isnan([row["score_low"], row["score_high"]]).all()


def test_visits_of_one_office_are_taken_as_alike_from_five_offices_on(agency):
    levels = [2, 2, 1, 1, 0, 0, 1, 2, 2, 1]
    units = [{"unit": f"u{number // 2}"} for number in range(10)]
    work = form(agency, {"i1": 1}, [[level] for level in levels], rows=units)
    (row,) = checklists.scores(checklists.answers(work)).to_dict("records")
    expected = clustered_mean(50 * np.array(levels), np.arange(10) // 2)
    assert row["score_low"] == pytest.approx(expected.low)
    units[0] = {"unit": ""}
    plain = form(agency, {"i1": 1}, [[level] for level in levels], rows=units)
    (other,) = checklists.scores(checklists.answers(plain)).to_dict("records")
    assert other["score_low"] != row["score_low"]


def test_groups_are_scored_apart_in_the_order_of_the_catalogue(agency):
    kpis = {"i1": {"kpi": "culture"}, "i4": {"kpi": "quality"}}
    work = form(agency, FIVE, [[0, 2, 2, 1, 2]] * 3 + [[2, 2, 2, 1, 2]] * 3, **kpis)
    rows = checklists.scores(checklists.answers(work), ["kpi"])
    assert rows["kpi"].tolist() == ["culture", "speed", "quality"]
    assert rows["score"].tolist() == [50, 100, 50]


def test_one_code_filled_in_by_two_sources_is_two_visits(agency):
    agency.add("checks", [
        {"item": "walk_find", "visit": "v", "source": source, "date": "2026-06-01", "answer": 2}
        for source in ("self", "assessor")
    ])  # fmt: skip
    work = agency.load("2026-06")
    assert checklists.scores(checklists.answers(work))["visits"].tolist() == [2]
    assert len(checklists.answers(work, source="self")) == 1


def test_a_form_and_a_source_choose_the_rows(agency):
    work = form(agency, FIVE, [[2, 1, 0, 2, "na"]], i2={"form": "other"})
    assert checklists.answers(work, "own")["item"].tolist() == ["i1", "i3", "i4", "i5"]
    assert checklists.answers(work, "other", "visitor")["score"].tolist() == [1]
    assert checklists.answers(work, "walkthrough").empty
    assert checklists.answers(work, source="self").empty


def test_the_second_look_at_a_visit_is_left_out_unless_asked_for(agency):
    agency.add("visits", [
        {"visit": "v0", "kind": "outer", "date": "2026-06-01", "double_of": ""},
        {"visit": "v1", "kind": "outer", "date": "2026-06-01", "double_of": "v0"},
    ])  # fmt: skip
    work = form(agency, FIVE, [[2] * 5, [0] * 5])
    assert set(checklists.answers(work)["visit"]) == {"v0"}
    assert set(checklists.answers(work, doubles=True)["visit"]) == {"v0", "v1"}


def test_evidence_is_asked_of_every_yes_and_of_no_no(agency):
    rows = [{"evidence": "фото"}, {"evidence": " "}, {"evidence": ""}, {"evidence": ""}]
    work = form(agency, {"i1": 1}, [[2], [1], [0], ["na"]], rows=rows)
    assert checklists.evidenced(checklists.answers(work)) == 50
    assert np.isnan(checklists.evidenced(checklists.answers(work).iloc[:0]))


@pytest.mark.parametrize(("answer", "source"), [
    ("н/п", "тайный клиент"), ("Неприменимо", "Тайный покупатель"), ("N/A", "mystery shopper"),
])  # fmt: skip
def test_usual_words_for_not_applicable_and_for_who_looked_are_understood(agency, answer, source):
    row = {"item": "walk_find", "visit": "v", "date": "2026-06-01"}
    agency.add("checks", [row | {"source": source, "answer": answer}])
    (found,) = checklists.answers(agency.load("2026-06")).to_dict("records")
    assert (found["source"], found["answer"]) == ("visitor", "na") and np.isnan(found["score"])


def test_without_checks_there_are_no_rows(agency):
    work = agency.counts([1, 2, 3, 4, 50], first="2026-06").load()
    rows = checklists.answers(work)
    assert rows.empty and checklists.scores(rows).empty
    assert checklists.scores(rows, ["kpi"]).columns[0] == "kpi"


LEVELS = st.lists(st.sampled_from([0.0, 1.0, 2.0]), min_size=5, max_size=9)


@given(LEVELS, st.integers(1, 9))
def test_weights_times_a_number_change_nothing_and_a_better_answer_never_lowers(levels, times):
    rows = pd.DataFrame({
        "item": range(len(levels)), "visit": "v", "source": "self", "service": "a", "unit": "",
        "date": "2026-06-01", "critical": "no", "weight": 1.0 + np.arange(len(levels)),
        "score": levels,
    })  # fmt: skip
    score = checklists.visit_scores(rows)["score"].item()
    assert 0 <= score <= 100
    scaled = checklists.visit_scores(rows.assign(weight=times * rows["weight"]))["score"].item()
    assert scaled == pytest.approx(score)
    better = checklists.visit_scores(rows.assign(score=rows["score"].clip(lower=1)))["score"]
    assert better.item() >= score

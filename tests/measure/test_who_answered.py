"""Who answered, and how: doubts are named before any verdict, and no thanks rest on them."""

import numpy as np
import pytest
from conftest import CASES, case

from ccwork.language import periods
from ccwork.measure import five_kpis, own_past, who_answered
from ccwork.report import agency_check
from ccwork.stages.recognition import claim_grades, thanked_teams
from ccwork.tell import sentences


def told(work):
    return who_answered.doubts(work).set_index("doubt")


def answers(agency, months, **more):
    """Forms of three questions; a month is a list of (day, level) of one person each."""
    rows = [
        {"respondent": f"r{month}-{person}", "metric": metric, "service": "a",
         "date": f"{periods.shift('2026-01', month)}-{day:02}", "level": level, **more}
        for month, people in enumerate(months)
        for person, (day, level) in enumerate(people)
        for metric in ("satisfaction", "easy", "solved")
    ]  # fmt: skip
    return agency.add("answers", rows).load()


def test_sixty_forms_of_one_day_all_fives_are_named_and_no_verdict_and_no_thanks_rest_on_them():
    work = case("bots")
    row = told(work).loc["forms_alike"]
    assert (row["n"], row["of_all"]) == (60, 100)
    assert set(own_past.judged(work)["verdict"]) == {"not_proven"}
    assert claim_grades.claims(work).empty and thanked_teams.named(work).empty
    assert "60 из 100" in " ".join(sentences.sentences(who_answered.doubts(work)))
    found = agency_check.checked(str(CASES / "bots"), "bots", "")[1]
    assert "forms_alike" in [problem.code for problem in found]


MIXED = [(day % 27 + 1, level) for day, level in enumerate([3, 4, 5, 5, 4, 2, 5, 4] * 8)]


@pytest.mark.parametrize("level", [1, 3, 5])
def test_any_equal_forms_of_a_day_are_found_whatever_their_level(agency, level):
    work = answers(agency, [MIXED, MIXED, [*MIXED, *[(28, level)] * 40]])
    row = told(work).loc["forms_alike"]
    assert row["n"] >= 40 and row["of_all"] == len(MIXED) + 40


def test_equal_forms_of_several_days_are_counted_together(agency):
    heaps = [*[(27, 5)] * 30, *[(28, 5)] * 30]
    usual = [(day, level) for day, level in MIXED if day < 27]
    row = told(answers(agency, [usual, usual, [*usual, *heaps]])).loc["forms_alike"]
    assert (row["n"], row["of_all"]) == (60, len(usual) + 60)


def test_forms_entered_on_one_day_are_no_fault(agency):
    one_day = [(10, level) for _, level in MIXED]
    assert who_answered.doubts(answers(agency, [one_day, one_day, one_day])).empty


def marks(agency, *months):
    """Forms of three questions over a month, told by their three marks."""
    rows = [
        {"respondent": f"r{month}-{person}", "metric": metric, "service": "a", "level": level,
         "date": f"{periods.shift('2026-01', month)}-{person % 28 + 1:02}"}
        for month, people in enumerate(months)
        for person, form in enumerate(people)
        for metric, level in zip(("satisfaction", "easy", "solved"), form, strict=True)
    ]  # fmt: skip
    return agency.add("answers", rows).load()


USUAL = [(3, 4, 5), (4, 4, 3), (5, 4, 4), (2, 3, 3), (4, 5, 3), (3, 3, 4)] * 10


@pytest.mark.parametrize(
    ("before", "now", "lined"),
    [(0, 60, True), (0, 59, False), (3, 60, True), (4, 60, False), (60, 60, False)],
)
def test_one_form_that_half_a_month_gave_and_nobody_before_is_named(agency, before, now, lined):
    line = [(5, 5, 5)]
    work = marks(agency, [*USUAL, *before * line], [*USUAL, *now * line])
    assert ("forms_lined" in told(work).index) == lined
    if lined:
        row = told(work).loc["forms_lined"]
        assert (row["n"], row["of_all"]) == (60, 120)
        assert row["then_share"] == pytest.approx(100 * before / (60 + before))
        assert set(own_past.judged(work)["verdict"]) <= {"not_proven"}
        (said,) = sentences.sentences(who_answered.doubts(work))
        assert "60 из 120" in said and "за день" not in said


def test_clients_who_always_give_fives_are_no_fault(agency):
    pleased = [(day, 5) for day in range(1, 28) for _ in range(3)]
    assert who_answered.doubts(answers(agency, [pleased, pleased])).empty


def test_in_quiet_months_no_forms_are_called_alike(agency):
    chance = np.random.default_rng(14)
    months = [
        [(chance.integers(1, 28), chance.choice([3, 4, 5], p=[0.2, 0.3, 0.5])) for _ in range(120)]
        for _ in range(4)
    ]
    assert who_answered.doubts(answers(agency, months)).empty


def test_where_the_response_fell_opinions_are_not_compared_and_nobody_is_thanked():
    work = case("response_fell")
    row = told(work).loc["response_fell"]
    assert (row["n"], row["of_all"]) == (102, 1000) and row["now_share"] == pytest.approx(10.2)
    assert row["then_share"] == pytest.approx(40, abs=0.5)
    judged = own_past.judged(work).iloc[0]
    assert (judged["verdict"], judged["note"]) == ("not_comparable", "response_fell")
    assert claim_grades.claims(work).empty and thanked_teams.named(work).empty


@pytest.mark.parametrize(
    ("answered", "fell"), [(28, False), (26, True), (34, False), (40, False), (60, False)]
)
def test_a_response_fell_sharply_below_two_thirds_of_what_it_was(agency, answered, fell):
    months = [[8, 8, 8, 8, 8]] * 23 + [[answered / 5] * 5]
    months = [[round(10 * each) for each in month] for month in months]
    rows = [{"service": "a", "period": periods.shift("2024-07", month), "invited": 1000}
            for month in range(24)]  # fmt: skip
    work = agency.add("surveys", rows).counts(*months, first="2024-07").load()
    assert ("response_fell" in told(work).index) == fell


def by_group(agency, then, now, segments=("citizens", "companies"), first="2026-05"):
    rows = [
        {"metric": "satisfaction", "service": "a", "period": periods.shift(first, month),
         "segment": segment, "level": level, "count": count}
        for month, groups in enumerate((then, now))
        for segment, counts in zip(segments, groups, strict=True)
        for level, count in enumerate(counts, 1)
    ]  # fmt: skip
    return agency.add("counts", rows).load()


LOW, HIGH = np.array([40, 30, 20, 8, 2]), np.array([2, 8, 20, 30, 40])


def test_a_rise_made_by_the_mix_alone_is_not_proven_and_the_same_mix_is_told(agency):
    work = by_group(agency, [4 * LOW, HIGH], [LOW, 4 * HIGH])
    row = told(work).loc["mix_changed"]
    assert (row["then_share"], row["now_share"]) == pytest.approx((80, 20))
    assert row["same_mix"] == pytest.approx(0) and row["same_mix_low"] < 0 < row["same_mix_high"]
    judged = own_past.judged(work).iloc[0]
    assert judged["change"] > 20 and judged["verdict"] == "not_proven"


def test_of_a_new_group_no_change_with_the_same_mix_is_told(agency):
    work = by_group(agency, [4 * LOW, 0 * LOW], [LOW, 4 * HIGH])
    row = told(work).loc["mix_changed"]
    assert np.isnan(row["same_mix"]) and row["say"] == "mix_new"
    said = list(sentences.sentences(who_answered.doubts(work)))
    assert len(said) == 1 and "нельзя" in said[0] and "прошлого опроса нет" not in said[0]
    assert own_past.judged(work).iloc[0]["verdict"] == "not_proven"


def test_a_rise_that_the_same_mix_has_as_well_keeps_its_word_without_thanks(agency):
    work = by_group(agency, [4 * LOW, HIGH[::-1]], [HIGH, 4 * HIGH])
    judged = own_past.judged(work).iloc[0]
    assert (judged["verdict"], judged["note"]) == ("better", "mix_changed")
    assert claim_grades.claims(work).empty


def test_staff_among_outer_clients_are_named_and_leave_the_word_alone(agency):
    work = by_group(agency, [5 * LOW, LOW], [5 * HIGH, HIGH], ("citizens", "staff"))
    row = told(work).loc["inner_among"]
    assert (row["n"], row["of_all"]) == (100, 600)
    judged = own_past.judged(work).iloc[0]
    assert (judged["verdict"], judged["note"]) == ("better", "inner_among")
    assert claim_grades.claims(work).empty


def test_a_small_change_of_the_mix_or_one_of_chance_says_nothing(agency):
    assert who_answered.doubts(by_group(agency, [LOW, LOW], [LOW, LOW + 5])).empty
    few = [10 * np.array([0, 0, 1, 1, 0]), 10 * np.array([0, 0, 1, 1, 0])]
    less = [np.array([0, 0, 7, 7, 0]), np.array([0, 0, 11, 11, 0])]
    assert who_answered.doubts(by_group(agency, few, less)).empty


def test_no_accusation_rests_on_answers_in_doubt(agency):
    chance = np.random.default_rng(1)
    facts, felt, sent = [], [], []
    for month in range(24):
        one = {"service": "a", "period": periods.shift("2024-07", month)}
        value = 60 + 20 * (month >= 12) + chance.normal(0, 1)
        facts.append(one | {"metric": "within_norm", "value": round(value, 1), "n": 2000})
        felt += [one | {"metric": "fast_enough", "level": level, "count": 40}
                 for level in range(1, 6)]  # fmt: skip
        sent.append(one | {"invited": 400})
    work = agency.add("metrics", facts).add("counts", felt).add("surveys", sent).load()
    assert five_kpis.accord(work)["accord"].tolist() == ["formalism"]
    sent[-1]["invited"] = 4000
    work = agency.add("surveys", sent).load()
    assert five_kpis.accord(work)["accord"].tolist() == ["unclear"]
    assert five_kpis.moved(work)["verdict"].tolist() == ["not_comparable"]


def test_nobody_is_thanked_where_opinions_rose_while_facts_fell():
    work = case("facts_fell_opinions_rose")
    assert claim_grades.claims(work)["place_why"].tolist() == ["contradict"]
    assert thanked_teams.named(work).empty

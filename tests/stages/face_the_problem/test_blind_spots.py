import re

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ccwork.language import wording
from ccwork.stages.face_the_problem import blind_spots, figures
from ccwork.stats.intervals import Estimate, wilson
from ccwork.tell import display, formatting, sentences


def check(item, score, source, visit, **more):
    row = {"item": item, "visit": visit, "source": source, "service": "a", "date": "2026-05-10"}
    return row | {"answer": score} | more


def filled(item, source, *scores, **more):
    """One filling-in a score."""
    return [check(item, score, source, f"{source}{n}", **more) for n, score in enumerate(scores)]


def survey(agency, *counts):
    """Answers to «was the matter solved» in the month judged."""
    rows = [
        {"metric": "solved", "service": "a", "period": "2026-06", "level": level, "count": count}
        for level, count in enumerate(counts, 1)
    ]
    return agency.add("counts", rows)


def loaded(agency, *rows):
    return agency.add("checks", list(rows)).load()


def spot(work, kpi="quality", client="external"):
    rows = blind_spots.spots(work).set_index(["client", "kpi"])
    return rows.loc[(client, kpi)]


def test_the_published_example_is_a_blind_spot():
    clients = Estimate(*(100 * end for end in wilson(288, 400)[:3]), 400)
    found = blind_spots.difference(Estimate(90, 90, 90, 1), clients)  # F43
    assert [round(end, 1) for end in found[:3]] == [18.0, 13.8, 22.6]
    assert blind_spots.gap_verdict(found) == "blind_spot"


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (5.1, 9, "blind_spot"), (5, 9, "unclear"), (-9, -5.1, "hidden_strength"),
        (-9, -5, "unclear"), (-5, 5, "aligned"), (-5.1, 5, "unclear"), (-5, 5.1, "unclear"),
        (-30, 40, "unclear"), (float("nan"), 3, "unknown"),
    ],
)  # fmt: skip
def test_the_interval_of_the_difference_names_it(low, high, said):
    assert blind_spots.gap_verdict(Estimate((low + high) / 2, low, high, 50)) == said


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 20), st.floats(-50, 50))
def test_only_the_difference_counts_not_where_on_the_axis_it_stands(own, theirs, half, shift):
    def named(by):
        their = Estimate(theirs + by, theirs + by - half, theirs + by + half, 50)
        return blind_spots.difference(Estimate(own + by, own + by, own + by, 1), their)

    here, there = named(0), named(shift)
    assert here[:3] == pytest.approx(there[:3], abs=1e-9)
    assume(all(abs(abs(end) - 5) > 1e-6 for end in here[1:3]))
    assert blind_spots.gap_verdict(here) == blind_spots.gap_verdict(there)


@given(st.floats(-100, 100), st.floats(0, 20))
def test_to_change_sides_turns_a_blind_spot_into_a_hidden_strength(value, half):
    mirror = {"blind_spot": "hidden_strength", "hidden_strength": "blind_spot"}
    said = blind_spots.gap_verdict(Estimate(value, value - half, value + half, 9))
    turned = blind_spots.gap_verdict(Estimate(-value, -value - half, -value + half, 9))
    assert turned == mirror.get(said, said)


def test_the_agency_s_word_is_held_against_the_answers_of_clients(agency):
    work = loaded(survey(agency, 30, 30, 20, 10, 10), *filled("self_quality_solved", "self", 2),
                  *filled("walk_result", "visitor", *[2] * 11, 1))  # fmt: skip
    row = spot(work)
    assert (row["own"], row["against"], row["spot"]) == (100, "survey", "blind_spot")
    assert row["theirs"] == pytest.approx(35)
    assert row["blind"] == pytest.approx(row["own"] - row["theirs"])
    assert row["blind_low"] == pytest.approx(100 - row["theirs_high"])
    assert row["n"] == 100


def test_without_a_survey_visits_stand_in_for_clients(agency):
    agency.counts([1, 1, 1, 1, 1], first="2026-06")
    work = loaded(agency, *filled("self_quality_solved", "self", 2),
                  *filled("walk_result", "visitor", *[0] * 11, 1))  # fmt: skip
    row = spot(work)
    assert (row["against"], row["spot"], row["n"]) == ("visitor", "blind_spot", 12)


def test_nine_visits_are_too_few_and_say_so(agency):
    agency.counts([1, 1, 1, 1, 1], first="2026-06")
    work = loaded(agency, *filled("self_quality_solved", "self", 2),
                  *filled("walk_result", "visitor", *[0] * 8, 1))  # fmt: skip
    row = spot(work)
    assert (row["spot"], row["against"], row["why"]) == ("unknown", "", "no_data")
    views = blind_spots.views(work).set_index("view")
    assert views.loc["visitor", "why"] == "too_few" and np.isnan(views.loc["visitor", "points"])
    for rows in (blind_spots.views(work), blind_spots.spots(work)):
        display.show(rows)


def test_managers_are_held_against_their_staff_and_a_mild_agency_has_a_hidden_strength(agency):
    agency.counts([1, 1, 1, 1, 1], first="2026-06")
    work = loaded(agency, *filled("inner_respect", "self", 0),
                  *filled("inner_respect", "staff", *[2] * 11, 1))  # fmt: skip
    row = spot(work, "culture", "internal")
    assert (row["against"], row["spot"]) == ("staff", "hidden_strength")


def test_forms_on_inner_clients_say_nothing_of_outer_ones(agency):
    agency.counts([1, 1, 1, 1, 1], first="2026-06")
    work = loaded(agency, *filled("inner_respect", "self", 2), *filled("walk_respect", "self", 0))
    rows = blind_spots.spots(work).set_index("client")["own"]
    assert rows.to_dict() == {"external": 0, "internal": 100}


def test_only_the_last_year_counts(agency):
    agency.counts([1, 1, 1, 1, 1], first="2026-06")
    work = loaded(agency, *filled("self_quality_solved", "self", 2, date="2025-06-30"))
    assert blind_spots.spots(work).empty and "self_check" not in formatting.absent(
        blind_spots.spots(work)
    )


def test_an_agency_that_judged_itself_in_nothing_has_no_spots_and_is_told_what_to_bring(agency):
    work = survey(agency, 5, 5, 5, 5, 5).load()
    assert blind_spots.spots(work).empty and "checks" in formatting.absent(blind_spots.spots(work))
    assert blind_spots.views(work)["view"].tolist() == ["survey"]
    assert blind_spots.gathered(work).empty


def by_item(work):
    return blind_spots.by_item(work).set_index("item")


def test_the_same_question_is_compared_item_by_item_with_the_widest_first(agency):
    agency.counts([1, 1, 1, 1, 1], first="2026-06")
    both = [*filled("self_quality_solved", "self", 2), *filled("self_info_where", "self", 1)]
    staff = [*filled("self_quality_solved", "staff", *[0, 1] * 6),
             *filled("self_info_where", "staff", *[0, 1, 2] * 4)]  # fmt: skip
    rows = by_item(loaded(agency, *both, *staff))
    assert rows.index.tolist() == ["self_quality_solved", "self_info_where"]
    row = rows.loc["self_quality_solved"]
    assert (row["own"], row["theirs"], row["blind"], row["n"]) == (100, 25, 75, 12)
    half = 2.200985 * np.std([0, 50] * 6, ddof=1) / 12**0.5
    assert row["blind_low"] == pytest.approx(75 - half, abs=1e-4)
    assert (row["spot"], row["against"]) == ("blind_spot", "staff")
    assert rows.loc["self_info_where", "spot"] == "unclear"


def test_where_all_others_say_the_same_the_limit_is_exact(agency):
    agency.counts([1, 1, 1, 1, 1], first="2026-06")
    work = loaded(agency, *filled("self_info_where", "self", 2),
                  *filled("self_info_where", "staff", *[0] * 14))  # fmt: skip
    row = by_item(work).loc["self_info_where"]
    most = 100 * (1 - 0.025 ** (1 / 14))
    assert (row["theirs_low"], row["theirs_high"]) == (0, pytest.approx(most))
    assert row["blind_low"] == pytest.approx(100 - most) and row["spot"] == "blind_spot"


def test_nine_others_or_another_question_compare_nothing(agency):
    agency.counts([1, 1, 1, 1, 1], first="2026-06")
    work = loaded(agency, *filled("self_info_where", "self", 2),
                  *filled("self_info_where", "staff", *[0] * 9),
                  *filled("self_info_plain", "staff", *[0] * 12))  # fmt: skip
    assert blind_spots.by_item(work).empty and blind_spots.blind_spot_index(work).empty
    assert "10" in formatting.absent(blind_spots.by_item(work))


def test_the_index_is_the_mean_difference_and_the_share_of_blind_spots(agency):
    agency.counts([1, 1, 1, 1, 1], first="2026-06")
    own = [*filled("self_info_where", "self", 2), *filled("self_info_plain", "self", 0)]
    staff = [*filled("self_info_where", "staff", *[0, 1] * 6),
             *filled("self_info_plain", "staff", *[2, 1] * 6)]  # fmt: skip
    (row,) = blind_spots.blind_spot_index(loaded(agency, *own, *staff)).to_dict("records")
    assert (row["compared"], row["mean_gap"], row["blind_share"]) == (2, 75, 50)
    (said,) = sentences.sentences(blind_spots.blind_spot_index(loaded(agency, *own, *staff)))
    assert "75,0 балла" in said and "50,0 %" in said


def test_many_blind_spots_are_said_in_one_sentence_with_the_widest(agency):
    work = loaded(
        survey(agency, 30, 30, 20, 10, 10), *filled("self_quality_solved", "self", 2),
        *filled("self_culture_respect", "self", 2),
        *filled("walk_respect", "visitor", *[1] * 11, 2),
    )  # fmt: skip
    rows = blind_spots.gathered(work)
    assert rows["kpi"].tolist() == ["quality"] and rows["spot"].tolist() == ["blind_spot"]
    (said,) = sentences.sentences(rows)
    assert "Качество решения; Культура" in said and "Внешние клиенты" in said


def test_the_figure_shows_each_view_by_its_own_mark_and_its_numbers_in_words(agency):
    work = loaded(survey(agency, 30, 30, 20, 10, 10), *filled("self_quality_solved", "self", 2),
                  *filled("inner_respect", "self", 2))  # fmt: skip
    pictures = figures.draw_views(blind_spots.views(work))
    assert len(pictures) == 2
    assert re.search(r"опрос клиентов: 35,0 \[", pictures[0].alt)
    assert "сам орган: 100,0;" in pictures[0].alt
    marks = {line.get_marker() for line in pictures[0].figure.axes[0].lines} & {"D", "o"}
    assert marks == {"D", "o"}
    wording.use("en")
    assert not re.search("[а-яё]", figures.draw_views(blind_spots.views(work))[0].alt)


def test_a_figure_of_nothing_is_no_figure(agency):
    work = agency.metric([1, 2], n=100).load()
    (picture,) = figures.draw_views(blind_spots.views(work))
    assert picture.figure is None
    display.show(picture)

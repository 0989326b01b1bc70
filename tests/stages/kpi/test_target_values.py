"""Targets: what was written becomes a number on the scale, and is met, missed or unclear."""

import math

import numpy as np
import pandas as pd
import pytest
from conftest import Agency
from hypothesis import given
from hypothesis import strategies as st

from ccwork.language import wording
from ccwork.stages.kpi import target_values
from ccwork.tell import formatting

SHARE = {"form": "share", "better": "higher", "best": 100}
DAYS = {"form": "value", "better": "lower", "best": 0}
ANSWERS = {"form": "counts", "better": "higher", "best": 5}


def aim(base, mode, given, metric):
    return target_values.aim(base, mode, given, pd.Series(metric))


@pytest.mark.parametrize(
    ("base", "mode", "given", "metric", "value", "why"),
    [
        (62, "relative", 50, SHARE, 93, ""),  # F64
        (62, "points", 50, SHARE, None, "off_scale"),
        (62, "gap", 0.5, SHARE, 81, ""),
        (62, "points", 38, SHARE, 100, ""),
        (62, "gap", 1.01, SHARE, None, "off_scale"),
        (62, "gap", 0.25, ANSWERS, 71.5, ""),
        (62, "value", 70, SHARE, 70, ""),
        (math.nan, "value", 70, SHARE, 70, ""),
        (math.nan, "points", 70, SHARE, None, "no_base"),
        (62, "value", 101, SHARE, None, "off_scale"),
        (62, "value", 40, SHARE, 40, ""),
        (62, "relative", -10, SHARE, None, "not_better"),
        (20, "relative", -25, DAYS, 15, ""),
        (20, "relative", 25, DAYS, None, "not_better"),
        (20, "gap", 0.5, DAYS, 10, ""),
        (20, "points", -21, DAYS, None, "off_scale"),
        (20, "points", -20, DAYS, 0, ""),
        (20, "value", 500, DAYS, 500, ""),
        (62, "relative", 0, SHARE, None, "not_better"),
    ],
)
def test_each_kind_of_target(base, mode, given, metric, value, why):
    found = aim(base, mode, given, metric)
    assert found.why == why
    assert np.isnan(found.value) if value is None else found.value == pytest.approx(value)


def test_a_kind_that_is_none_is_refused():
    with pytest.raises(ValueError, match="`mode` must be value"):
        aim(62, "double", 1, SHARE)


@given(st.floats(0, 100), st.sampled_from(["relative", "points", "gap"]), st.floats(-200, 200))
def test_a_target_lies_on_the_scale_and_never_behind_its_base_or_says_why_not(base, mode, given):
    found = aim(base, mode, given, SHARE)
    assert bool(found.why) == np.isnan(found.value)
    if not found.why:
        assert base - 1e-6 <= found.value <= 100 + 1e-6


# ---------------------------------------------------------------- against values


def held(agency, value, target, *, n=100, metric="within_norm", period="2026-06", mode="value"):
    """One target against a series that ends with `value`."""
    agency.metric([60.0] * 5 + [value], metric=metric, n=n, first="2026-01")
    rows = [{"metric": metric, "service": "a", "period": period, "value": target, "mode": mode}]
    return agency.add("targets", rows).load()


def status(work):
    return target_values.targets_held(work)["target_status"].tolist()


@pytest.mark.parametrize(
    ("value", "target", "n", "said"),
    [
        (80, 80, 100, "met"),
        (81, 80, 100, "met"),
        (79, 80, 100, "unclear"),
        (70, 80, 100, "missed"),
        (79, 80, "н/д", "missed"),
        ("н/д", 80, 100, "no_value"),
        (70, 80, 9, "no_value"),
        (70, 120, 100, "refused"),
    ],
)
def test_a_value_against_its_target(agency, value, target, n, said):
    assert status(held(agency, value, target, n=n)) == [said]


@pytest.mark.parametrize(("value", "said"), [(12, "met"), (30, "missed"), (13, "unclear")])
def test_where_lower_is_better_the_sides_change(agency, value, said):
    assert status(held(agency, value, 12, metric="repeat_contacts")) == [said]


def test_a_value_that_only_a_machine_tells_from_its_target_meets_it(agency):
    work = held(agency, 80 - 1e-10, 80)
    assert status(work) == ["met"]


def test_a_target_to_come_is_shown_and_not_judged(agency):
    (row,) = target_values.targets_held(held(agency, 70, 80, period="2026-12")).to_dict("records")
    assert (row["target_status"], row["why"], row["target"]) == ("not_due", "not_due", 80)
    assert np.isnan(row["value"])


def test_the_base_is_the_centre_of_the_chart_or_the_first_value(agency):
    work = held(agency, 90, 10, mode="relative")
    (row,) = target_values.targets_held(work).to_dict("records")
    assert row["target_base"] == pytest.approx(65) and row["target"] == pytest.approx(71.5)
    agency.metric([50.0, 90.0], metric="within_norm", n=100, first="2026-05")
    (row,) = target_values.targets_held(agency.load()).to_dict("records")
    assert row["target_base"] == 50 and row["target"] == pytest.approx(55)


def test_a_target_for_a_quarter_is_held_against_the_quarter(agency):
    agency.metric([60, 60, 60, 90, 60, 90], metric="within_norm", n=100, first="2026-01")
    rows = [
        {"metric": "within_norm", "service": "a", "period": period, "value": 80}
        for period in ("2026Q2", "2026-06", "2026-05")
    ]
    agency.add("targets", rows)
    work = agency.load()
    found = target_values.targets_held(work).set_index("period")
    assert found["value"].to_dict() == {"2026Q2": 80, "2026-06": 90, "2026-05": 60}
    assert found["target_status"].tolist() == ["met", "met", "missed"]
    assert status(agency.load("2026Q2")) == ["met", "met", "missed"]


def test_answers_are_held_against_points(agency):
    agency.counts([0, 0, 50, 50, 0], first="2026-06")
    rows = [{"metric": "satisfaction", "service": "a", "period": "2026-06", "value": 60}]
    (row,) = target_values.targets_held(agency.add("targets", rows).load()).to_dict("records")
    assert (row["value"], row["unit"], row["target_status"]) == (62.5, "points", "met")


def test_a_target_that_cannot_be_is_said_with_its_remedy(agency):
    work = held(agency, 70, 60, mode="points")
    (problem,) = target_values.problems(work)
    assert not problem.grave and "выходит за его шкалу" in str(problem)
    (problem,) = target_values.problems(held(agency, 70, -5, mode="points"))
    assert "не лучше базы" in str(problem) and "минус" in str(problem)
    assert not list(target_values.problems(held(agency, 70, 80)))


def test_without_targets_the_table_is_asked_for(agency):
    work = agency.metric([60.0], first="2026-01").load()
    assert target_values.targets_held(work).empty
    assert target_values.targets_held(work).attrs["needs"] == [
        "targets",
        "answers",
        "counts",
    ], "metrics are there already"
    assert "targets" in formatting.absent(target_values.targets_held(work))


def test_every_status_has_a_word():
    for code in ("met", "missed", "unclear", "no_value", "not_due", "refused", "beyond_scale"):
        assert wording.has(f"target_status.{code}")


def test_a_base_is_that_of_the_present_definition(agency):
    from ccwork.language import periods

    rows = [
        {"metric": "digital_take_up", "service": "a", "period": periods.shift("2024-01", month),
         "value": value, "n": 1000, "version": version}
        for month, (value, version) in enumerate([(40, "1"), (44, "1")] * 6 + [(70, "2")] * 8)
    ]  # fmt: skip
    target = {"metric": "digital_take_up", "service": "a", "period": "2026-12", "value": 5,
              "mode": "points"}  # fmt: skip
    row = target_values.targets_held(
        agency.add("metrics", rows).add("targets", [target]).load()
    ).iloc[0]
    assert (row["target_base"], row["target"]) == (70, 75)


def test_a_refused_target_names_its_base_in_numbers(agency):
    work = held(agency, 62, 50, mode="points")
    (problem,) = target_values.problems(work)
    base = target_values.targets_held(work)["target_base"].iloc[0]
    assert 60 < base < 61 and f"База: {wording.number(base)}." in str(problem)


@pytest.mark.parametrize(("high", "said"), [(80, "unclear"), (79.5, "missed")])
def test_a_target_on_the_very_end_of_the_interval_is_not_missed(agency, high, said):
    rows = [{"metric": "within_norm", "service": "a", "period": "2026-06", "value": 75, "n": 100,
             "low": 70, "high": high}]  # fmt: skip
    goal = {"metric": "within_norm", "service": "a", "period": "2026-06", "value": 80}
    assert status(agency.add("metrics", rows).add("targets", [goal]).load()) == [said]


# ---------------------------------------------------------------- goals of the agency itself


def aimed(agency, *targets):
    agency.metric([80.0] * 6, metric="within_norm", n=100, first="2026-01")
    rows = [{"metric": "within_norm", "service": "a", "period": "2026-12", "value": 50,
             "mode": "relative", "goal_ru": "", "goal_en": "", "standard": ""}
            | more for more in targets]  # fmt: skip
    return agency.add("targets", rows).load()


def test_a_gain_in_percent_off_the_scale_is_explained_with_its_other_reading(agency):
    rows = target_values.targets_held(aimed(agency, {}))
    assert rows["target_status"].tolist() == ["beyond_scale"] and np.isnan(rows["target"][0])
    # 80 and a half of it is 120; half of the way from 80 to 100 is 90
    for lang, words in {
        "ru": "прирост на 50,0 % от 80,0 — это 120,0, а шкала кончается на 100."
        " Тот же прирост как доля пути до лучшего даёт 90,0",
        "en": "from 80.0 a gain of 50.0% would give 120.0, and the scale ends at 100."
        " The same gain as a share of the way to the best gives 90.0",
    }.items():
        with wording.speaking(lang):
            assert words in formatting.source(rows)
    (problem,) = target_values.problems(aimed(agency, {}))
    assert not problem.grave


def test_a_gain_in_points_or_to_the_worse_side_is_still_refused(agency):
    assert status(aimed(agency, {"mode": "points"})) == ["refused"]
    assert status(aimed(agency, {"value": -10})) == ["refused"]


def test_a_goal_of_the_agency_is_tied_to_its_standard_and_a_principle_of_the_method(agency):
    work = aimed(agency, {"value": 10, "goal_ru": "Держим слово", "standard": "для бизнеса"})
    rows = target_values.own_goals(work)
    (row,) = rows.to_dict("records")
    assert row["goal_said"] == "Держим слово" and row["standard_of"] == "for_business"
    assert row["principle_said"] == "ответственность за сквозной результат"
    assert row["target"] == pytest.approx(88)
    assert target_values.goals_named(work).to_dict() == {"within_norm": "Держим слово"}
    with wording.speaking("en"):
        line = [cell.plain for cell in formatting.printed(target_values.own_goals(work))[3][0]]
        assert line[:2] == ["«Держим слово»", "State for Business"]


def test_texts_of_the_common_catalogue_are_never_the_goal_of_the_agency(agency):
    work = aimed(agency, {"value": 10})
    assert target_values.own_goals(work).empty and target_values.goals_named(work).empty
    for lang, words in {"ru": "Своих целей орган не записал", "en": "no goals of its own"}.items():
        with wording.speaking(lang):
            assert words in formatting.absent(target_values.own_goals(work))


def test_a_goal_in_the_agencys_own_catalogue_is_its_own(agency):
    row = target_values.shipped_catalogue("catalogue_metrics").loc[["within_norm"]].reset_index()
    own = (
        row.assign(goal_ru="Каждый в срок", goal_en="Everybody in time").astype(object).fillna("")
    )
    (agency.folder / "catalogue").mkdir()
    own.to_csv(agency.folder / "catalogue" / "metrics.csv", index=False)
    assert (
        target_values.goals_named(aimed(agency, {"value": 10}))["within_norm"] == "Каждый в срок"
    )


@pytest.mark.parametrize(("target", "said"), [(70, "met"), (90, "missed")])
def test_the_national_target_of_70_was_met_every_year_from_2011_and_that_of_90_never(
    tmp_path, target, said
):
    """Published yearly shares (buada.ru; rg.ru 2012-02-09; pervouralsk.ru news 10903)."""
    told = {2011: 74.6, 2012: 75.5, 2013: 77.7, 2014: 81.2, 2015: 83.3}
    agency = Agency(tmp_path / "data", grain="year")
    common = {"metric": "satisfaction_published", "service": "a"}
    agency.add("metrics", [common | {"period": year, "value": value}
                           for year, value in told.items()])  # fmt: skip
    agency.add("targets", [common | {"period": year, "value": target, "mode": "value"}
                           for year in told])  # fmt: skip
    held = target_values.targets_held(agency.load("2015"))
    assert held["target_status"].tolist() == [said] * 5

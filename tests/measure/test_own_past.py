"""The word of a series holds against the present process, the last year, and chance."""

import false_words
import numpy as np
import pandas as pd
import pytest
from conftest import Agency, case

from ccwork import method
from ccwork.language import periods, wording
from ccwork.measure import control_charts, own_past
from ccwork.stages.kpi import target_progress
from ccwork.tell import sentences

STEADY = [62, 65, 61, 66, 63, 64, 60, 65, 62, 66, 63, 64]


def one(agency, values, **more):
    return own_past.judged(agency.metric(values, **more).load()).iloc[0]


# ---------------------------------------------------------------- situations once told wrong


def test_the_best_value_of_four_years_is_not_worse_and_two_months_are_no_new_level():
    row = own_past.judged(case("moved_since_two_months")).iloc[0]
    assert row["verdict"] != "worse" and "level_moved" not in row["note"]
    assert row["change"] == pytest.approx(93 - 86)  # February 2026 against February 2025


def test_the_verdict_follows_the_last_year_and_the_old_level_is_told_too():
    work = case("better_while_falling")
    rows = own_past.judged(work).set_index("service")
    assert rows["verdict"].to_dict() == {"fell": "worse", "rose": "better"}
    assert rows["since"].eq("2025-07").all()
    assert rows.loc["fell", "note"].split() == ["level_moved", "better_than_old"]
    assert rows.loc["rose", "note"].split() == ["level_moved", "worse_than_old"]
    wording.use("en")
    (fell, rose) = sentences.sentences(own_past.judged(work))
    assert "it is worse than a year ago" in fell and "it is better than a year ago" in rose


def test_a_collapse_is_worse_and_a_single_month_outside_is_a_question():
    work = case("collapse_not_told")
    rows = own_past.judged(work).set_index("service")
    assert rows.loc["six_months", "verdict"] == "worse"
    assert (rows.loc["six_months", "note"], rows.loc["six_months", "since"]) == (
        "level_moved", "2026-01",
    )  # fmt: skip
    assert rows.loc["one_month", "verdict"] == "not_proven"
    assert (rows.loc["one_month", "note"], rows.loc["one_month", "outside"]) == (
        "outside", "2026-06",
    )  # fmt: skip
    said = list(sentences.sentences(own_past.judged(work)))
    assert "июнь 2026. Выясните, что случилось." in said[1]
    charts = own_past.notable(control_charts.histories(work), own_past.judged(work))
    assert set(charts["service"]) == {"six_months", "one_month"}
    promised = target_progress.suggested(work).set_index("service")["promise_level"]
    assert promised.isna().all()


@pytest.mark.parametrize("months", range(4, 13))
def test_a_collapse_stays_told_while_it_lasts_within_the_year(agency, months):
    fallen = [70, 69, 71] * 8 + ([40, 41, 39] * 4)[:months]
    row = one(agency, fallen, n=4000, first="2023-01")
    assert (row["verdict"], row["since"]) == ("worse", "2025-01")


def test_likeness_of_neighbours_stands_before_every_word():
    row = own_past.judged(case("guard_bypassed")).iloc[0]
    assert (row["verdict"], row["note"]) == ("not_proven", "over_sensitive")


def test_no_level_has_moved_with_every_point_inside_the_limits():
    work = case("level_inside_limits")
    rows = own_past.judged(work)
    assert (control_charts.histories(work)["outside"] == 0).all()
    assert rows["note"].eq("").all() and rows["verdict"].eq("not_proven").all()
    assured = target_progress.progress(work).set_index("metric")["assurance"].to_dict()
    assert assured == {"within_norm": "hit_and_miss", "first_time_right": "never"}


def test_months_that_jump_all_along_prove_nothing():
    row = own_past.judged(case("months_vary")).iloc[0]
    assert (row["verdict"], row["basis"]) == ("not_proven", "previous")
    # the jump of 6 is one of the jumps of 5 to 7 that were there before
    assert row["change_low"] < -5 and row["change_high"] > 7


def test_the_interval_of_a_change_holds_the_moving_ranges_of_the_past(agency):
    past = [70, 75, 68, 73, 67, 74, 69, 73, 68]
    row = one(agency, [*past, 74], n=20_000)
    sigma = np.abs(np.diff(past)).mean() / 1.128
    t = 2.7764  # Student's t, 97.5 %, of 0.62 * 8 = 4.96 degrees of freedom is 2.577
    reach = (row["change_high"] - row["change_low"]) / 2
    assert 2.5 < reach / (np.sqrt(2) * sigma) < t
    short = one(type(agency)(agency.root / "b"), [68, 74], n=20_000)
    assert short["verdict"] == "better" and short["change_high"] - 6 < 1


def test_a_gap_every_second_month_does_not_silence_eight_points_outside(agency):
    values = [70, "н/д", 69, "н/д", 71, "н/д"] * 6 + [40, "н/д", 41, "н/д", 39, "н/д"] * 2
    row = one(agency, [*values, 40, "н/д", 41], n=2000, first="2022-01")
    assert row["verdict"] == "worse" and row["note"] == "level_moved"
    assert row["since"] == "2025-01"


def test_few_answers_are_not_compared_however_long_the_chart(agency):
    row = one(agency, [*[70, 69, 71] * 8, *[40] * 6], n=25)
    assert (row["verdict"], row["note"], row["basis"]) == ("too_little", "few", "unable")


@pytest.mark.parametrize(("last", "verdict"), [(12, "too_little"), (29, "worse"), (31, "worse")])
def test_a_month_with_few_answers_among_months_with_thirty(agency, last, verdict):
    values = [70, 69, 71] * 8 + [40] * 6
    rows = [{"metric": "digital_take_up", "service": "a", "period": periods.shift("2023-01", at),
             "value": value, "n": 31} for at, value in enumerate(values)]  # fmt: skip
    rows[-1]["n"] = last
    row = own_past.judged(agency.add("metrics", rows).load()).iloc[0]
    assert row["verdict"] == verdict


def test_an_outside_point_is_told_with_its_month_and_drawn(agency):
    row = one(agency, [*STEADY, 64, 90, 63, 65], n=1000)
    assert (row["verdict"], row["note"], row["outside"]) == ("not_proven", "outside", "2025-02")


def test_a_stated_season_under_two_years_is_compared_with_the_same_month_only(agency):
    rows = "metric,kpi,group,form,unit,better,worst,best,ru,en,season\n"
    rows += "warm,effort,objective,share,percent,higher,0,100,Тепло,Warm,yes\n"
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "metrics.csv").write_text(rows, encoding="utf-8")
    wave = 60 + 20 * np.sin(np.arange(15) / 12 * 2 * np.pi)
    row = one(agency, wave.round(1).tolist(), metric="warm", n=5000)
    assert (row["verdict"], row["basis"], row["before"]) == ("not_proven", "year_ago", "2024-03")
    early = one(type(agency)(agency.root / "b"), [60, 90], n=5000)
    assert early["verdict"] == "better"  # no season stated: the month before will do


@pytest.mark.parametrize("stated", ["yes", "no"])
def test_a_fall_under_a_season_is_seen_against_the_year_before(agency, stated):
    rows = "metric,kpi,group,form,unit,better,worst,best,ru,en,season\n"
    rows += f"warm,effort,objective,share,percent,higher,0,100,Тепло,Warm,{stated}\n"
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "metrics.csv").write_text(rows, encoding="utf-8")
    wave = 60 + 20 * np.sin(np.arange(36) / 12 * 2 * np.pi) + np.resize([0, 1, -1], 36)
    calm = one(agency, wave.round(1).tolist(), metric="warm", n=5000, first="2023-01")
    assert (calm["verdict"], calm["basis"]) == ("not_proven", "season")
    wave[-6:] -= 8
    fell = type(agency)(agency.root / "b")
    (fell.folder / "catalogue").mkdir()
    (fell.folder / "catalogue" / "metrics.csv").write_text(rows, encoding="utf-8")
    row = one(fell, wave.round(1).tolist(), metric="warm", n=5000, first="2023-01")
    assert (row["verdict"], row["basis"], row["since"]) == ("worse", "season", "2025-07")


def test_a_family_of_metrics_is_told_its_false_words(agency):
    names = [f"s{place:02}" for place in range(40)]
    agency.add("services", [{"service": name, "name_ru": name} for name in names])
    rows = [{"metric": "digital_take_up", "service": name, "period": period, "value": 60, "n": 99}
            for name in names for period in ("2025-01", "2025-02")]  # fmt: skip
    *_, last = sentences.sentences(own_past.judged(agency.add("metrics", rows).load()))
    assert last.startswith("Сравнили 40 показателей.") and "2 раз" in last


def test_a_few_metrics_of_which_none_moved_are_all_told_by_name(agency):
    rows = own_past.judged(agency.metric([60, 60, 60], "within_norm", n=99).load())
    (said,) = sentences.sentences(rows)
    assert said.startswith("Услуга. Решено в обещанный срок: 60") and "не доказано" in said


def test_limits_follow_unequal_numbers_of_answers(agency):
    n = [2000] * 12 + [50] * 4
    rows = [{"metric": "digital_take_up", "service": "a", "period": periods.shift("2024-01", at),
             "value": 70 + at % 3, "n": each} for at, each in enumerate(n)]  # fmt: skip
    charts = control_charts.histories(agency.add("metrics", rows).load())
    wide = (charts["upper"] - charts["lower"]).to_numpy()
    assert np.ptp(wide[:12]) < 0.1 * wide[0]
    # with 50 answers sampling alone makes an error of sqrt(.7 * .3 / 50): three of them a side
    assert wide[-1] == pytest.approx(6 * 100 * np.sqrt(0.7 * 0.3 / 50), rel=0.15)


# ---------------------------------------------------------------- how often a word is false

FEW = 60
"""Series of each kind here; 9 of them would be called in vain less than twice in a thousand."""


@pytest.mark.parametrize("world", ["lag-1 .6", "season not declared", "n from 2,000 to 50"])
def test_where_nothing_happens_few_series_are_called(world):
    assert false_words.false(world, 26, FEW) * FEW <= 9


def test_where_something_happens_it_is_named():
    assert false_words.named("independent", 26, FEW, 1.5, 8) >= 0.65
    assert false_words.named("lag-1 .6", 26, FEW, -3, 6) >= 0.85


@pytest.mark.slow
@pytest.mark.long
def test_a_thousand_series_of_every_kind_keep_the_promise():
    assert false_words.main(write=False) == 0


def test_what_falls_in_every_period_is_told_as_a_steady_way_and_not_as_a_level(agency):
    ends = 90 - np.cumsum([0, 3, 2, 4, 3, 1, 2, 5, 3, 2, 4, 2, 1, 3, 2, 3])
    row = one(agency, list(ends))
    assert (row["verdict"], row["since"]) == ("worse", "2024-02")
    assert "steady" in row["note"] and "level_moved" not in row["note"]
    for lang, words in (("en", "since February 2024 has gone"), ("ru", "С февраля 2024 каждый")):
        wording.use(lang)
        assert words in next(sentences.sentences(own_past.judged(agency.load())))


def test_the_method_notes_print_the_rates_that_were_simulated():
    rates = (
        pd.read_csv(false_words.KEPT).set_index(["asked", "world", "months"])["share"].sort_index()
        * 100
    )
    assert rates["false"].max() <= 100 * method.FALSE_WORDS
    wording.use("en")
    said = [wording.word("choice.false"), wording.word("choice.power")]
    for world, words in {
        "independent": "Independent months: {}", "lag-1 .3": "alike by 0.3: {}",
        "lag-1 .6": "by 0.6: {}", "whole percents": "Whole percentages: {}",
        "n from 2,000 to 50": "from 2,000 to 50: {}",
    }.items():  # fmt: skip
        found = np.floor(rates.loc[("false", world)] + 0.5)
        assert words.format(f"{found.min():.0f}–{found.max():.0f}") in said[0], world
    for world in ("independent", "lag-1 .6"):
        long, short = rates["step", world, 38], rates["step", world, 26]
        assert f"{long:.0f} " in said[1] and f"{short:.0f} " in said[1].replace(".", " ")
    assert rates["fall"].min() >= 96


# ---------------------------------------------------------------- published


@pytest.mark.parametrize(("year", "gain"), [
    (2012, 0.9), (2013, 2.2), (2014, 3.5), (2015, 2.1),
])  # fmt: skip
def test_national_satisfaction_of_2011_to_2015_is_held_against_the_year_before(
    tmp_path, year, gain
):
    """Published yearly shares (buada.ru; rg.ru 2012-02-09): no n is told, so nothing is proven."""
    told = {2004: 14.0, 2011: 74.6, 2012: 75.5, 2013: 77.7, 2014: 81.2, 2015: 83.3}
    agency = Agency(tmp_path / "data", grain="year")
    rows = [{"metric": "satisfaction_published", "service": "a", "period": each, "value": value,
             "n": "не опубликовано"} for each, value in told.items()]  # fmt: skip
    row = own_past.judged(agency.add("metrics", rows).load(str(year))).iloc[0]
    assert row["change"] == pytest.approx(gain) and row["before"] == str(year - 1)
    assert row["verdict"] == "too_little" and row["note"] == "no_n"


def test_service_centres_gained_1_38_points_in_a_year_proven_but_too_small_to_speak_of(tmp_path):
    """97.54 % against 96.16 %, 18 million marks, 1.8 times as many (rg.ru 2017-12-31)."""
    agency = Agency(tmp_path / "data", grain="year")
    marks = ((2016, 96.16, 18e6 / 1.8), (2017, 97.54, 18e6))
    rows = [{"metric": "satisfaction_published", "service": "a", "period": year, "value": value,
             "n": int(n)} for year, value, n in marks]  # fmt: skip
    row = own_past.judged(agency.add("metrics", rows).load("2017")).iloc[0]
    assert row["change"] == pytest.approx(1.38) and row["change_low"] > 1.3
    assert row["verdict"] == "not_proven" and row["note"] == "small"

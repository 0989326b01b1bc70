"""The word said of a change follows the rule, and only the rule."""

import numpy as np
import pandas as pd
import pytest
from conftest import Agency
from scipy import stats

from ccwork.language import periods
from ccwork.measure import control_charts, own_past
from ccwork.stats import spc
from ccwork.tell import sentences

STEADY = [62, 65, 61, 66, 63, 64, 60, 65, 62, 66, 63, 64]


def verdict(agency, values, **more):
    row = own_past.judged(agency.metric(values, **more).load()).iloc[0]
    return row["verdict"], row["note"]


def test_a_lasting_shift_is_better_and_the_level_has_moved(agency):
    # the worked series of the method, raised so that its shift leaves the limits 54.7..72.1
    assert verdict(agency, [*STEADY, 73, 75, 74, 76, 77, 75, 78, 76]) == ("better", "level_moved")


def test_a_shift_inside_the_limits_is_better_and_no_level_has_left_them(agency):
    assert verdict(agency, [*STEADY, 67, 69, 68, 70, 71, 69, 72, 70]) == ("better", "")


def test_the_mirror_of_a_shift_is_worse(agency):
    mirrored = [127 - value for value in [*STEADY, 73, 75, 74, 76, 77, 75, 78, 76]]
    assert verdict(agency, mirrored) == ("worse", "level_moved")


def test_ordinary_variation_proves_nothing(agency):
    assert verdict(agency, [*STEADY, 63, 64, 61, 66]) == ("not_proven", "")


def test_one_point_outside_is_a_question_and_not_yet_a_verdict(agency):
    assert verdict(agency, [*STEADY, 63, 64, 61, 90])[0] == "not_proven"


def test_a_level_that_never_varies_has_no_verdict_to_give(agency):
    assert verdict(agency, [100] * 20) == ("not_proven", "")


def test_neighbours_too_alike_close_the_way_of_the_chart(agency):
    rising = [50, 51, 52, 53, 54, 55, 56, 57, 58, 57, 56, 55]
    after = (
        [54, 55] * 7 + [54] + [56] * 7
    )  # a shift at the end, a third of the points after the lock
    assert verdict(agency, [*rising, *after], first="2023-01") == ("not_proven", "over_sensitive")


def test_with_little_history_the_interval_and_the_worthwhile_change_decide(agency):
    assert verdict(agency, [60, 70], n=1000) == ("better", "")
    assert verdict(agency, [60, 63], n=100000) == ("not_proven", "small")
    assert verdict(agency, [60, 70], n=40) == ("not_proven", "")
    assert verdict(agency, [60, 50], n=1000) == ("worse", "")


def test_below_thirty_cases_nothing_is_compared(agency):
    assert verdict(agency, [10, 90], n=25) == ("too_little", "few")


def test_an_unknown_n_or_a_missing_yesterday_is_said(agency):
    assert verdict(agency, [10, 90]) == ("too_little", "no_n")
    assert verdict(agency, [90], n=1000) == ("too_little", "no_before")


def test_the_same_month_a_year_ago_is_preferred_to_the_month_before(agency):
    row = own_past.judged(agency.metric([50] + [70] * 11 + [60], n=1000).load()).iloc[0]
    assert row["before"] == "2024-01" and row["change"] == pytest.approx(10)


def test_where_lower_is_better_a_fall_is_an_improvement(agency):
    rows = "metric,kpi,group,form,unit,better,worst,best,ru,en\n"
    rows += "waste,effort,objective,share,percent,lower,100,0,Потери,Waste\n"
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "metrics.csv").write_text(rows, encoding="utf-8")
    row = own_past.judged(agency.metric([60, 40], metric="waste", n=1000).load()).iloc[0]
    assert row["verdict"] == "better" and row["change"] == pytest.approx(20)
    assert row["change_low"] < 20 < row["change_high"]


def test_a_gap_in_the_months_is_kept_and_said(agency):
    months = [month for month in range(15) if month != 5]
    rows = [
        {"metric": "digital_take_up", "service": "a", "period": periods.shift("2024-01", month),
         "value": 50 + month % 3, "n": "н/д"}
        for month in months
    ]  # fmt: skip
    charts = control_charts.histories(agency.add("metrics", rows).load())
    assert len(charts) == 15
    assert charts.loc[5, "why"] == "no_row" and np.isnan(charts.loc[5, "value"])


def test_fewer_than_six_points_get_no_limits(agency):
    charts = control_charts.histories(agency.metric([1, 2, 3, 4, 5]).load())
    assert charts["centre"].isna().all() and (charts[control_charts.RULES] == 0).all().all()


def test_a_series_that_ended_before_the_period_is_said_and_does_not_stop_the_rest(agency):
    from ccwork.tell import sentences

    ended = agency.metric([60, 61, 62], n=1000)
    ended.counts([1, 2, 3, 40, 50], first="2024-04")
    rows = own_past.judged(agency.load())
    row = rows.set_index("metric").loc["digital_take_up"]
    assert (row["verdict"], row["why"]) == ("too_little", "no_row")
    assert any("нет строки за период" in sentence for sentence in sentences.sentences(rows))


def test_a_number_of_people_below_ten_is_told_nowhere(agency):
    from ccwork.measure import metrics
    from ccwork.tell import display, formatting

    rows = metrics.levels(agency.counts([1, 1, 1, 1, 5]).load())
    facts = {fact["id"]: fact for fact in display.facts(rows, ["n", "score"])}
    assert facts["levels.satisfaction.a.2025-01.n"]["value"] is None
    assert formatting.cell(rows.iloc[0].to_dict(), "n").shown == "менее 10"


# ---------------------------------------------------------------- new definitions, limits, seasons

CHANGED = [*STEADY, 67, 69, 68, 70, 71, 69, 72, 70]


def versions(agency, *parts, column="version"):
    """One series whose parts carry versions 1, 2, ..."""
    values = [(value, str(number)) for number, part in enumerate(parts, 1) for value in part]
    return agency.add("metrics", [
        {"metric": "digital_take_up", "service": "a", "period": periods.shift("2024-01", month),
         "value": value, "n": 1000, column: number}
        for month, (value, number) in enumerate(values)
    ])  # fmt: skip


def change(agency, started="2025-01-01", **more):
    row = {
        "change": "c1",
        "service": "a",
        "kind": "work_process",
        "reach": "organisational",
        "touches": "work_logic",
        "act": "rule",
        "started": started,
        "metric": "digital_take_up",
        "assigned": "everywhere",
        "what_en": "one desk",
        "lasts": "yes",
        "lasts_who": "head",
    }
    return agency.add("changes", [row | more])  # fmt: skip


@pytest.mark.parametrize("column", ["version", "origin"])
def test_nothing_is_compared_across_a_new_definition_or_another_source(agency, column):
    work = versions(agency, STEADY, [90], column=column).load()
    row = own_past.judged(work).iloc[0]
    assert (row["verdict"], row["note"], row["basis"]) == ("not_comparable", "cut", "none")
    assert np.isnan(row["change"]) and row["points_before"] == 0


def test_a_new_definition_has_limits_of_its_own(agency):
    charts = control_charts.histories(
        versions(agency, STEADY, [90 + v / 100 for v in STEADY]).load()
    )
    assert charts["era"].tolist() == [0] * 12 + [1] * 12
    assert charts["centre"].iloc[0] == pytest.approx(63.416667)
    assert charts["centre"].iloc[-1] == pytest.approx(90.63416667)
    assert (charts[control_charts.RULES] == 0).all().all()


def test_within_the_new_definition_the_months_are_compared_again_after_a_year(agency):
    work = versions(agency, STEADY, [60, 70]).load()
    row = own_past.judged(work).iloc[0]
    assert (row["verdict"], row["note"], row["since"]) == ("not_comparable", "cut", "2025-01")
    assert row["before"] == "2025-01" and row["change"] == pytest.approx(10)
    rows = [60] * 12 + [70]
    row = own_past.judged(versions(Agency(agency.root / "b"), STEADY, rows).load()).iloc[0]
    assert row["verdict"] != "not_comparable" and row["before"] == "2025-01"


def test_a_gap_between_two_points_of_one_definition_is_no_cut(agency):
    work = versions(agency, [*STEADY[:6], "н/д", *STEADY[6:]]).load()
    assert control_charts.histories(work)["era"].unique().tolist() == [0]


def gate_of(agency, values, period="", **more):
    work = change(agency.metric(values), **more).load(period)
    return control_charts.rebasings(work).iloc[0], control_charts.histories(work)


def test_f22_check_15_limits_are_drawn_anew_when_all_four_conditions_hold(agency):
    said, charts = gate_of(agency, CHANGED)
    assert said["new_limits"] == "trial" and said["points_after"] == 8
    assert said[["gate_signal", "gate_cause", "gate_owner", "gate_points"]].eq("yes").all()
    assert said["gate_signed"] == "unneeded"
    last = charts.iloc[-1]
    assert last[["centre", "lower", "upper"]].tolist() == pytest.approx([69.5, 64.56, 74.44])
    old = ["old_centre", "old_lower", "old_upper"]
    assert last[old].tolist() == pytest.approx([63.416667, 54.711212, 72.122121])
    assert charts["part"].tolist() == [0] * 12 + [1] * 8
    assert (charts[control_charts.RULES].iloc[12:] == 0).all().all()


def test_after_twelve_points_the_new_limits_are_locked_and_signal_again(agency):
    said, charts = gate_of(agency, [*CHANGED, 69, 70, 68, 71, 90])
    assert said["new_limits"] == "locked" and said["points_after"] == 13
    assert charts["outside"].iloc[-1] == 1


@pytest.mark.parametrize(
    ("more", "condition"),
    [
        ({"lasts": ""}, "gate_owner"),
        ({"lasts": "no"}, "gate_owner"),
        ({"lasts_who": ""}, "gate_owner"),
        ({"what_en": ""}, "gate_cause"),
        ({"started": "2025-03-01"}, "gate_points"),
        ({"started": "2025-01-15"}, ""),
    ],
)
def test_one_condition_missing_leaves_the_limits_as_they_were(agency, more, condition):
    said, charts = gate_of(agency, CHANGED, **more)
    if not condition:
        assert said["new_limits"] == "trial" and said["points_after"] == 7
        return
    assert said[condition] == "no" and said["new_limits"] == "refused"
    assert charts["part"].eq(0).all() and charts["old_centre"].isna().all()


def test_without_a_shift_no_statement_moves_the_limits(agency):
    said, charts = gate_of(agency, [*STEADY, *STEADY])
    assert said["gate_signal"] == "no" and said["new_limits"] == "refused"


def test_a_lower_level_is_accepted_only_with_the_words_of_the_head(agency):
    worse = [127 - value for value in CHANGED]
    said, _ = gate_of(agency, worse)
    assert (said["gate_signed"], said["new_limits"]) == ("no", "refused")
    said, charts = gate_of(agency, worse, signed_ru="Согласен: закон изменил порядок")
    assert (said["gate_signed"], said["new_limits"]) == ("yes", "trial")
    assert charts["centre"].iloc[-1] == pytest.approx(57.5)


def test_a_change_without_a_day_or_of_another_metric_opens_no_gate(agency):
    work = change(agency.metric(CHANGED), started="").load()
    assert control_charts.rebasings(work).empty
    work = change(agency, metric="uptime").load()
    assert control_charts.rebasings(work).empty


def test_after_new_limits_the_level_is_yesterday_and_no_longer_an_improvement(agency):
    _, _ = gate_of(agency, [*CHANGED, 69, 70, 68, 71, 69])
    row = own_past.judged(agency.load()).iloc[0]
    assert (row["verdict"], row["basis"], row["points_before"]) == ("not_proven", "chart", 12)


WAVE = [0, 3, 6, 9, 6, 3, 0, -3, -6, -9, -6, -3]


def seasonal(agency, months, stated="yes", slope=0.0):
    rows = "metric,kpi,group,form,unit,better,worst,best,ru,en,season\n"
    rows += f"warm,effort,objective,share,percent,higher,0,100,Тепло,Warm,{stated}\n"
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "metrics.csv").write_text(rows, encoding="utf-8")
    values = [50 + WAVE[month % 12] + month % 2 + slope * month for month in range(months)]
    return agency.metric(values, metric="warm", n=1000, first="2023-01").load()


def test_a_stated_season_of_three_years_is_taken_out(agency):
    work = seasonal(agency, 36)
    charts = control_charts.histories(work)
    # what is left is the month's own level: no signal, and no wave
    assert charts["adjusted"].max() - charts["adjusted"].min() < 1e-6
    assert (charts[control_charts.RULES] == 0).all().all()
    rows = control_charts.seasons(work)
    assert set(rows["season_use"]) == {"used"} and len(rows) == 12
    assert rows["season_adds"].sum() == pytest.approx(0)


@pytest.mark.parametrize(("months", "use"), [(23, "too_short"), (24, "shown"), (35, "shown")])
def test_a_shorter_history_takes_no_season_out(agency, months, use):
    work = seasonal(agency, months)
    charts = control_charts.histories(work)
    assert (charts["adjusted"] == charts["value"]).all()
    rows = control_charts.seasons(work)
    assert set(rows["season_use"]) == {use}
    assert rows["season_adds"].isna().all() == (use == "too_short")


def test_a_season_nobody_stated_is_left_in(agency):
    work = seasonal(agency, 36, stated="no")
    assert (control_charts.histories(work)[control_charts.RULES] != 0).any().any()
    assert control_charts.seasons(work).empty


def test_cases_are_not_called_answers(agency):
    (fact,) = sentences.sentences(own_past.judged(agency.metric([60, 70], n=200).load()))
    (felt,) = sentences.sentences(
        own_past.judged(Agency(agency.root / "b").counts([9] * 5).load())
    )
    assert "200 случаев" in fact and "45 ответов" in felt


def test_no_more_than_twelve_charts_are_drawn(agency):
    names = [f"s{place:02}" for place in range(13)]
    agency.add("services", [{"service": name, "name_ru": name} for name in names])
    rows = [{"metric": "digital_take_up", "service": name, "period": period, "value": 60, "n": 99}
            for name in names for period in ("2025-01", "2025-02")]  # fmt: skip
    work = agency.add("metrics", rows).load()
    drawn = own_past.notable(control_charts.histories(work), own_past.judged(work))
    assert drawn["service"].nunique() == 12


def test_a_metric_may_have_a_worthwhile_change_of_its_own():
    row = {"form": "share", "best": 100, "worst": 0, "worthwhile": 3}
    assert control_charts.worthwhile(pd.Series(row)) == 3
    assert control_charts.worthwhile(pd.Series(row | {"worthwhile": np.nan})) == 5
    assert (
        control_charts.worthwhile(pd.Series({**row, "worthwhile": np.nan, "best": 0, "worst": 30}))
        == 1.5
    )


def test_a_shift_that_ended_with_the_last_point_is_no_improvement(agency):
    lasting = agency.metric([*STEADY, 66, 67, 66, 67, 66, 67, 66], n=1000).load()
    assert own_past.judged(lasting).iloc[0]["verdict"] == "better"
    ended = agency.metric([*STEADY, 66, 67, 66, 67, 66, 67, 66, 62], n=1000).load()
    assert own_past.judged(ended).iloc[0]["verdict"] == "not_proven"


@pytest.mark.parametrize(("years", "use", "trend"), [(2, "shown", False), (3, "used", True)])
def test_a_trend_is_taken_out_of_a_season_only_where_it_is_used(agency, years, use, trend):
    work = seasonal(agency, 12 * years, slope=0.5)
    found, own = control_charts.seasons(work), control_charts.histories(work)["value"]
    assert set(found["season_use"]) == {use}
    adds, other = (spc.seasonal(own, 12, trend=which)[:12] for which in (trend, not trend))
    assert found["season_adds"].tolist() == pytest.approx(list(adds))
    assert found["season_adds"].tolist() != pytest.approx(list(other))


def test_a_new_level_says_since_when(agency):
    row = own_past.judged(agency.metric(CHANGED, n=1000).load()).iloc[0]
    # of all places to part the twenty months, least squares choose the thirteenth
    parts = [np.var(CHANGED[:at]) * at + np.var(CHANGED[at:]) * (20 - at) for at in range(1, 20)]
    assert int(np.argmin(parts)) + 1 == 12 and row["since"] == "2025-01"


def test_a_history_shorter_than_a_year_shows_the_months_it_has(agency):
    rows = control_charts.seasons(seasonal(agency, 5))
    assert rows["period"].tolist() == [f"2023-0{month}" for month in range(1, 6)]
    assert set(rows["season_use"]) == {"too_short"} and rows["season_adds"].isna().all()


def test_a_shift_that_the_last_point_has_left_does_not_last(agency):
    above = [67, 69, 68, 70, 71, 69, 72]
    assert verdict(agency, [*STEADY, *above])[0] == "better"
    assert verdict(agency, [*STEADY, *above, 62])[0] == "not_proven"


def test_seven_points_a_little_above_the_centre_are_a_run_and_no_verdict(agency):
    assert verdict(agency, [*STEADY, 64, 65, 64, 65, 64, 65, 64])[0] == "not_proven"


@pytest.mark.parametrize(("gain", "signed"), [(0.5, "unneeded"), (-0.5, "no")])
def test_the_least_loss_needs_the_words_of_the_head_and_the_least_gain_none(agency, gain, signed):
    said, _ = gate_of(agency, [*STEADY, *[np.mean(STEADY) + gain] * 8])
    assert said["gate_signal"] == "yes" and said["gate_signed"] == signed
    assert said["new_centre"] - said["old_centre"] == pytest.approx(gain, abs=1e-6)


def test_a_level_that_stays_exactly_as_it_was_needs_no_words_of_the_head(agency):
    said, _ = gate_of(agency, [60.0] * 20)
    assert said["new_centre"] == said["old_centre"] and said["gate_signed"] == "unneeded"


@pytest.mark.parametrize(("months", "grown"), [(36, 0), (24, 0.5)])
def test_growth_is_taken_for_no_season_from_three_years_on(agency, months, grown):
    rows = control_charts.seasons(seasonal(agency, months, slope=0.5))
    wave = np.array([each + month % 2 + grown * month for month, each in enumerate(WAVE)])
    assert rows["season_adds"].tolist() == pytest.approx(wave - wave.mean())


def test_a_change_of_scores_has_nearly_the_interval_of_the_answers_written_out(agency):
    before, after = [10, 10, 20, 30, 30], [5, 5, 10, 40, 60]
    row = own_past.judged(agency.counts(before, after).load()).iloc[0]
    old, new = (np.repeat([0, 25, 50, 75, 100], each) for each in (before, after))
    test = stats.ttest_ind(new, old, equal_var=False)
    low, high = test.confidence_interval()
    assert row["change"] == pytest.approx(new.mean() - old.mean())
    assert (row["change_low"], row["change_high"]) == pytest.approx((low, high), abs=0.6)


def test_series_stand_in_the_order_of_their_services(agency):
    agency.add("services", [{"service": each, "name_ru": each} for each in ("z", "a")])
    rows = [{"metric": "digital_take_up", "service": service, "period": period, "value": 60,
             "n": 99} for service in ("a", "z") for period in ("2025-01", "2025-02")]  # fmt: skip
    work = agency.add("metrics", rows).load()
    for table in (control_charts.histories, own_past.judged):
        assert table(work)["service"].drop_duplicates().tolist() == ["z", "a"]


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [(0, 20, "not_proven"), (0.1, 20, "better"), (-20, 0, "not_proven"), (-20, -0.1, "worse")],
)
def test_a_change_is_proven_only_where_zero_lies_outside_its_interval(low, high, word):
    row = {"basis": "previous", "change": (low + high) / 2, "change_low": low,
           "change_high": high, "change_n": 100}  # fmt: skip
    assert own_past.by_interval(row, worthwhile=5)["verdict"] == word

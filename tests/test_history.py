"""The word said of a change follows the rule, and only the rule."""

import numpy as np
import pytest

from ccwork import history

STEADY = [62, 65, 61, 66, 63, 64, 60, 65, 62, 66, 63, 64]


def verdict(agency, values, **more):
    row = history.judged(agency.metric(values, **more).load()).iloc[0]
    return row["verdict"], row["note"]


def test_a_lasting_shift_is_better_and_the_level_has_moved(agency):
    # the worked series of the method: limits of the first twelve, then a real shift
    assert verdict(agency, [*STEADY, 67, 69, 68, 70, 71, 69, 72, 70]) == ("better", "level_moved")


def test_the_mirror_of_a_shift_is_worse(agency):
    mirrored = [127 - value for value in [*STEADY, 67, 69, 68, 70, 71, 69, 72, 70]]
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
    row = history.judged(agency.metric([50] + [70] * 11 + [60], n=1000).load()).iloc[0]
    assert row["before"] == "2024-01" and row["change"] == pytest.approx(10)


def test_where_lower_is_better_a_fall_is_an_improvement(agency):
    rows = "metric,kpi,group,form,unit,better,worst,best,ru,en\n"
    rows += "waste,effort,objective,share,percent,lower,100,0,Потери,Waste\n"
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "metrics.csv").write_text(rows, encoding="utf-8")
    row = history.judged(agency.metric([60, 40], metric="waste", n=1000).load()).iloc[0]
    assert row["verdict"] == "better" and row["change"] == pytest.approx(20)
    assert row["change_low"] < 20 < row["change_high"]


def test_a_gap_in_the_months_is_kept_and_said(agency):
    from ccwork import periods

    months = [month for month in range(15) if month != 5]
    rows = [
        {"metric": "digital_take_up", "service": "a", "period": periods.shift("2024-01", month),
         "value": 50 + month % 3, "n": "н/д"}
        for month in months
    ]  # fmt: skip
    charts = history.histories(agency.add("metrics", rows).load())
    assert len(charts) == 15
    assert charts.loc[5, "why"] == "no_row" and np.isnan(charts.loc[5, "value"])


def test_fewer_than_six_points_get_no_limits(agency):
    charts = history.histories(agency.metric([1, 2, 3, 4, 5]).load())
    assert charts["centre"].isna().all() and (charts[history.RULES] == 0).all().all()


def test_a_series_that_ended_before_the_period_is_said_and_does_not_stop_the_rest(agency):
    from ccwork import show

    ended = agency.metric([60, 61, 62], n=1000)
    ended.counts([1, 2, 3, 40, 50], first="2024-04")
    rows = history.judged(agency.load())
    row = rows.set_index("metric").loc["digital_take_up"]
    assert (row["verdict"], row["why"]) == ("too_little", "no_row")
    assert any("нет строки за период" in sentence for sentence in show.sentences(rows))


def test_a_number_of_people_below_ten_is_told_nowhere(agency):
    from ccwork import metrics, show

    rows = metrics.levels(agency.counts([1, 1, 1, 1, 5]).load())
    facts = {fact["id"]: fact for fact in show.facts(rows, ["n", "score"])}
    assert facts["levels.satisfaction.a.2025-01.n"]["value"] is None
    assert show.cell(rows.iloc[0].to_dict(), "n").shown == "менее 10"

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ccwork.stages.scale import trial_designs, trial_rows
from ccwork.stages.scale.trial_designs import DESIGNS, Shape
from ccwork.stats import intervals
from ccwork.stats.trials import diff_in_diff, interrupted_time_series

FIT = {
    "cases": Shape("random", 1, 0, 1, 0, 1, True, 30, True),
    "clusters": Shape("random", 4, 4, 1, 0, 1, False, 8),
    "wedge": Shape("random", 8, 0, 3, 1, 4, False, 30),
    "comparison": Shape("chosen", 4, 4, 1, 3, 1, False, 8),
    "controlled": Shape("chosen", 1, 1, 1, 12, 12, False, 24),
    "series": Shape("everywhere", 1, 0, 1, 12, 12, False, 24),
    "small_comparison": Shape("chosen", 1, 4, 1, 1, 1, False, 5),
    "before_after": Shape("everywhere", 1, 0, 1, 1, 1, False, 30),
    "story": Shape("everywhere", 0, 0, 0, 0, 0, False, 0),
}
"""The least each design needs."""


def trial(*rows):
    """Rows (unit, month, way, value, n, sd), months counted from January 2025."""
    names = ["unit", "date", "way", "value", "n", "sd"]
    table = pd.DataFrame([(*row, 1, np.nan)[:6] if len(row) == 4 else row for row in rows],
                         columns=names)  # fmt: skip
    table["date"] = pd.Timestamp("2025-01-01") + pd.to_timedelta(table["date"] * 31, unit="D")
    return table.assign(value=table["value"].astype(float), sd=table["sd"].astype(float))


def units(treated, control, before=0):
    """One value a unit: nothing before, then the values given."""
    arms = [(f"t{i}", "new", v) for i, v in enumerate(treated)]
    arms += [(f"c{i}", "old", v) for i, v in enumerate(control)]
    rows = [(unit, month, "old", 0) for unit, _, _ in arms for month in range(before)]
    return trial(*rows, *((unit, before, way, value) for unit, way, value in arms))


# ---------------------------------------------------------------- recognition


@pytest.mark.parametrize("design", FIT)
def test_the_least_a_design_needs_is_enough_for_it(design):
    assert trial_designs.recognised(FIT[design]).name == design


@pytest.mark.parametrize(
    ("design", "changed", "lack"),
    [
        ("cases", {"assigned": "chosen"}, "not_random"),
        ("cases", {"alongside": False}, "not_side_by_side"),
        ("cases", {"fewest": 29}, "few_cases"),
        ("clusters", {"assigned": "chosen"}, "not_random"),
        ("clusters", {"treated": 3}, "few_units"),
        ("clusters", {"control": 3}, "few_units"),
        ("clusters", {"mixed": True}, "mixed"),
        ("wedge", {"treated": 7}, "few_units"),
        ("wedge", {"starts": 2}, "few_starts"),
        ("wedge", {"assigned": "everywhere"}, "not_random"),
        ("comparison", {"assigned": "worst"}, "chosen_worst"),
        ("comparison", {"treated": 1}, "few_units"),
        ("comparison", {"before": 2}, "few_before"),
        ("controlled", {"control": 0}, "no_control"),
        ("controlled", {"assigned": "worst"}, "chosen_worst"),
        ("series", {"before": 11}, "short_series"),
        ("series", {"after": 11}, "short_series"),
        ("small_comparison", {"assigned": "worst"}, "chosen_worst"),
        ("small_comparison", {"control": 3}, "few_units"),
        ("small_comparison", {"before": 0}, "few_before"),
        ("small_comparison", {"mixed": True}, "mixed"),
        ("before_after", {"fewest": 29}, "few_cases"),
    ],
)
def test_one_thing_less_is_another_design(design, changed, lack):
    own = FIT[design]._replace(**changed)
    asked, found = DESIGNS[design], trial_designs.recognised(own)
    assert asked.lacking(own) == [lack]
    assert trial_designs.LADDER.index(found) > trial_designs.LADDER.index(asked)
    assert trial_designs.wanting(own, found) or found.grade == "A"


def test_the_worst_offices_chosen_are_no_fair_comparison_however_many():
    own = FIT["comparison"]._replace(assigned="worst", treated=50, control=50, fewest=9000)
    assert trial_designs.recognised(own).name == "before_after"


def test_the_shape_is_read_from_the_rows():
    rows = trial(
        *[("a", m, "old", 1) for m in range(3)],
        ("a", 3, "new", 2),
        ("a", 4, "new", 2),
        *[("b", m, "old" if m < 4 else "new", 1) for m in range(5)],
        *[("c", m, "old", 1) for m in range(5)],
    )
    assert trial_designs.shape(rows, "random") == Shape("random", 2, 1, 2, 3, 2, False, 3)
    both = pd.concat([rows, trial(("a", 4, "old", 1))])
    assert trial_designs.shape(both, "random").mixed
    assert trial_designs.shape(rows.iloc[:0], "random") == Shape("random", *[0] * 5, False, 0)


def test_both_ways_must_run_side_by_side_for_cases_at_random():
    one = [("a", m, way, 1, 20, 1) for m in (3, 4, 5) for way in ("old", "new")]
    before = [("a", m, "old", 1, 20, 1) for m in range(3)]
    own = trial_designs.shape(trial(*before, *one), "random")
    assert own.alongside and own.fewest == 60  # cases before the start are not counted
    assert trial_designs.recognised(own).name == "cases"
    passing = [("a", m, "old", 1, 90, 1) for m in range(4)]
    passing += [("a", m, "new", 1, 90, 1) for m in range(3, 9)]
    own = trial_designs.shape(trial(*passing), "random")
    assert own.mixed and not own.alongside  # one month of passing over is no lottery


def test_one_unit_of_many_with_both_ways_does_not_make_cases_of_units():
    rows = units([9, 7, 8, 5] * 20, [2, 1, 4, 3] * 20)
    both = pd.concat([rows, trial(("t0", 0, "old", 1))])
    own = trial_designs.shape(both, "random")
    assert own.mixed and not own.alongside
    assert trial_designs.recognised(own).name == "before_after"


def test_cases_at_random_are_compared_within_one_time_and_place():
    now = [("a", 1, "old", 10, 50, 1), ("a", 1, "new", 12, 50, 1)]
    rows = trial(("a", 0, "old", 90, 50, 1), *now, ("b", 1, "old", 70, 50, 1))
    used = DESIGNS["cases"].used(rows)
    assert used["value"].tolist() == [10, 12]
    found = DESIGNS["cases"].estimate(used, False, 0.95)
    assert found.value == pytest.approx(2)


# ---------------------------------------------------------------- estimates


def test_units_give_the_published_difference_whether_at_random_or_before_and_after():
    for design, rows in (
        ("clusters", units((9, 7, 8, 5), (2, 1, 4, 3))),
        ("comparison", units((9, 7, 8, 5), (2, 1, 4, 3), before=3)),
    ):
        found = DESIGNS[design].estimate(rows, False, 0.95)
        again = diff_in_diff.difference([9, 7, 8, 5, 2, 1, 4, 3], [1] * 4 + [0] * 4)
        assert found.value == 4.75  # check value 27 (F57)
        assert found[1:3] == pytest.approx(again[1:3])


def test_one_changed_unit_has_no_p_but_its_place_among_all():
    rows = units((9,), range(9), before=3)
    found = DESIGNS["comparison"].estimate(rows, False, 0.95)
    assert found.p >= 1 / 10 and not found.low > 0


def test_few_units_are_compared_with_others_and_not_with_their_own_past_alone():
    rows = units((9,), (4, 5, 6, 5), before=1)
    own = trial_designs.shape(rows, "chosen")
    design = trial_designs.recognised(own)
    assert (design.name, design.grade) == ("small_comparison", "D")
    assert trial_designs.wanting(own, design)
    found = design.estimate(design.used(rows), False, 0.95)
    assert (found.value, found.p) == (9 - 5, 1 / 5) and np.isnan(found.low)


def test_a_month_nobody_measured_stays_a_gap_in_the_series():
    days = pd.date_range("2023-01-01", periods=30, freq="MS").delete([5, 20])
    rows = pd.DataFrame({"unit": "", "date": days, "way": np.where(days.year < 2024, "old", "new"),
                         "value": 1.0, "n": 1, "sd": np.nan})  # fmt: skip
    values, start = trial_rows.line(rows, False)
    assert (len(values), start) == (30, 12)
    assert np.flatnonzero(np.isnan(values)).tolist() == [5, 20]
    daily = rows.assign(date=pd.bdate_range("2024-01-01", periods=28))
    assert len(trial_rows.line(daily, False)[0]) == 38  # Monday to Wednesday of the sixth week
    ragged = rows.assign(date=pd.to_datetime("2024-01-01") + pd.to_timedelta(
        np.arange(28) ** 2, unit="D"))  # fmt: skip
    assert len(trial_rows.line(ragged, False)[0]) == 28  # no step: the points as they are


def test_a_unit_waiting_for_its_start_is_neither_before_nor_after():
    rows = trial(
        *[("t", m, "old" if m < 3 else "new", 0 if m < 2 else 7) for m in range(4)],
        *[("u", m, "old" if m < 2 else "new", 0 if m < 2 else 7) for m in range(4)],
        *[(c, m, "old", 0) for c in "cd" for m in range(4)],
    )
    assert DESIGNS["comparison"].estimate(rows, False, 0.95).value == 7


def test_shares_before_and_after_are_compared_as_published():
    rows = trial(("", 0, "old", 72, 25, np.nan), ("", 1, "new", 100 * 30 / 35, 35, np.nan))
    found = DESIGNS["before_after"].estimate(rows, True, 0.95)
    assert found[:3] == pytest.approx((13.7143, -6.6778, 34.8721), abs=1e-4)  # check value 11


@given(st.lists(st.lists(st.integers(0, 50), min_size=2, max_size=5), min_size=2, max_size=5))
def test_means_and_spreads_put_together_are_those_of_all_cases(groups):
    rows = trial(*[
        ("", place, "new", np.mean(g), len(g), np.std(g, ddof=1))
        for place, g in enumerate(groups)
    ])  # fmt: skip
    found = trial_rows.merged(rows, False, ["way"]).iloc[0]
    every = np.concatenate(groups)
    assert found["value"] == pytest.approx(every.mean())
    assert found["sd"] == pytest.approx(every.std(ddof=1), abs=1e-6)


def test_cases_one_by_one_and_their_moments_give_one_estimate():
    rng = np.random.default_rng(1)
    old, new = rng.normal(10, 3, 40), rng.normal(12, 4, 50)
    one = trial(*[("", 0, "old", v) for v in old], *[("", 1, "new", v) for v in new])
    told = trial(("", 0, "old", old.mean(), 40, old.std(ddof=1)),
                 ("", 1, "new", new.mean(), 50, new.std(ddof=1)))  # fmt: skip
    for rows in (one, told):
        found = DESIGNS["before_after"].estimate(rows, False, 0.9)
        assert found[:3] == pytest.approx(intervals.welch(old, new, 0.9)[:3])
        assert found.p == pytest.approx(stats.ttest_ind(new, old, equal_var=False).pvalue)


def test_as_many_dates_before_as_after_are_compared():
    rows = trial(*[("a", m, "old", 100) for m in range(5)],
                 *[("a", m, "old", 10) for m in (5, 6)],
                 *[("a", m, "new", 30) for m in (7, 8)])  # fmt: skip
    assert DESIGNS["before_after"].used(rows)["value"].tolist() == [10, 10, 30, 30]
    assert DESIGNS["series"].used(rows) is rows


def test_a_series_with_a_comparison_is_the_difference_of_the_two():
    rng = np.random.default_rng(3)
    season, own = rng.normal(0, 9, 30), rng.normal(0, 1, 30)
    rows = trial(*[("t", m, "old" if m < 14 else "new", season[m] + own[m] + 5 * (m >= 14))
                   for m in range(30)],
                 *[("c", m, "old", season[m]) for m in range(30)])  # fmt: skip
    values, start = trial_rows.line(rows, True)
    assert start == 14 and values == pytest.approx(own + 5 * (np.arange(30) >= 14))
    found = DESIGNS["controlled"].estimate(rows, False, 0.99)
    again = interrupted_time_series.effect(
        interrupted_time_series.segmented(values, 14), 8.5, 0.99
    )
    assert found == again and found.low > 0


def test_a_stepped_wedge_finds_its_effect_through_a_common_trend():
    rng = np.random.default_rng(5)
    rows = trial(*[
        (f"u{u}", m, "new" if m > u // 2 else "old",
         3.0 * m + u + 6 * (m > u // 2) + rng.normal(0, 0.2))
        for u in range(8) for m in range(5)
    ])  # fmt: skip
    own = trial_designs.shape(rows, "random")
    assert trial_designs.recognised(own).name == "wedge"
    found = DESIGNS["wedge"].estimate(rows, False, 0.95)
    assert found.value == pytest.approx(6, abs=0.3) and found.low > 0 and found.p < 0.01


def test_tiers_are_those_of_readiness_where_the_ready_began_first():
    rows = pd.DataFrame({"unit": list("abcd"), "readiness": ["2", "2", "1", "0"]})
    assert trial_designs.tiers(rows, np.array([1, 2, 3, 4])).tolist() == [2, 2, 1, 0]
    assert trial_designs.tiers(rows, np.array([4, 2, 3, 1])) is None  # chance took no heed of it
    assert trial_designs.tiers(rows.assign(readiness=["2", "", "1", "0"]), np.arange(4)) is None
    assert trial_designs.tiers(rows.drop(columns="readiness"), np.arange(4)) is None


# ---------------------------------------------------------------- placebos


def test_the_placebo_in_time_chooses_the_worst_of_an_earlier_time():
    values = {"a": (1, 9, 5, 6), "b": (8, 2, 3, 9), "c": (9, 7, 1, 8)}
    rows = trial(*[
        (u, m, "new" if u == "c" and m == 3 else "old", v[m], 30, 1)
        for u, v in values.items() for m in range(4)
    ])  # fmt: skip
    ((role, found),) = DESIGNS["before_after"].checks(rows, False, 1, 0.95)
    assert role == "placebo_time" and found.value == pytest.approx(3 - 2)  # b was the worst
    ((_, lower),) = DESIGNS["before_after"].checks(rows, False, -1, 0.95)
    assert lower.value == pytest.approx(5 - 9)  # where less is better a was the worst


def test_a_season_shows_a_year_earlier_as_well():
    season = [10 * np.cos(np.pi * m / 6) for m in range(36)]
    rows = trial(*[("", m, "new" if m >= 24 else "old", v) for m, v in enumerate(season)])
    (found,) = [e for _, e in DESIGNS["series"].checks(rows, False, 1, 0.95)]
    real = DESIGNS["series"].estimate(rows, False, 0.95)
    assert found.value == pytest.approx(real.value, abs=0.5)


def test_too_short_a_past_gives_no_placebo():
    rows = trial(("a", 0, "old", 1), ("a", 1, "new", 2))
    assert not list(DESIGNS["before_after"].checks(rows, False, 1, 0.95))
    months = trial(*[("", m, "new" if m >= 14 else "old", m % 5) for m in range(28)])
    assert not list(DESIGNS["series"].checks(months, False, 1, 0.95))


def test_placebos_of_a_comparison_stand_in_time_and_in_other_units():
    rows = units((9, 7, 8, 5), (2, 1, 4, 3), before=6)
    found = dict(DESIGNS["comparison"].checks(rows, False, 1, 0.95))
    assert found["placebo_time"].value == 0
    drawn = diff_in_diff.placebo_groups([9, 7, 8, 5, 2, 1, 4, 3], [1] * 4 + [0] * 4)
    assert (drawn >= found["placebo_units"].value - 1e-9).mean() >= 0.05
    assert (drawn > found["placebo_units"].value + 1e-9).mean() <= 0.05


def test_one_unit_that_was_changed_is_held_against_single_units():
    rows = units((9,), (2, 1, 4, 3), before=3)
    found = dict(DESIGNS["small_comparison"].checks(rows, False, 1, 0.95))
    assert found["placebo_units"].value == pytest.approx(4 - 2)
    lower = dict(DESIGNS["small_comparison"].checks(rows, False, -1, 0.95))
    assert lower["placebo_units"].value == pytest.approx(1 - 3)


def test_each_series_of_the_others_is_a_placebo_of_a_series_with_a_comparison():
    rng = np.random.default_rng(8)
    drawn = {u: rng.normal(0, 1, 26) for u in "tabc"}
    drawn["b"][13:] += 9
    rows = trial(*[(u, m, "new" if u == "t" and m >= 13 else "old", v[m])
                   for u, v in drawn.items() for m in range(26)])  # fmt: skip
    found = dict(DESIGNS["controlled"].checks(rows, False, 1, 0.95))
    others = (drawn["a"] + drawn["c"]) / 2
    again = interrupted_time_series.effect(
        interrupted_time_series.segmented(drawn["b"] - others, 13), 7
    )
    assert found["placebo_units"].value == pytest.approx(again.value)
    assert found["placebo_units"].n == 3


def test_a_unit_told_with_no_cases_marks_no_other_as_changed():
    told = {
        "unit": list("aabbc"),
        "way": ["old", "new", "old", "old", "new"],
        "n": [9, 9, 9, 9, 0],
    }
    rows = pd.DataFrame(told).assign(value=50.0, sd=5.0, season=False)
    rows["date"] = pd.to_datetime([f"2026-0{month}-01" for month in (1, 2, 1, 2, 2)])
    rows["case"] = ""
    found = trial_rows.panel(rows)
    assert found.new.tolist() == [[False, True], [False, False]]
    assert found.treated.tolist() == [True, False]

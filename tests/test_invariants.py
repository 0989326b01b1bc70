"""What must hold of every KPI whatever the data: the numbered invariants of the method.

The numbers are those of the list the method keeps; others of them stand where their module is
tested (order of rows, weights, anchors, mirrors, parts that sum, intervals that shrink).
"""

import math

import numpy as np
import pandas as pd
import pytest
from conftest import Agency
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwork.language import periods
from ccwork.measure import five_kpis, metrics, mix_effect, own_past
from ccwork.stages.cascade import service_chain
from ccwork.stages.kpi import kpi_sensitivity
from ccwork.stats import decomposition, intervals, normalisation

LEVELS = st.lists(st.integers(0, 60), min_size=5, max_size=5).filter(lambda own: sum(own) >= 10)


def opinion(agency, *months, metric="fast_enough", service="a"):
    """Counts of five levels of one question, a list a month."""
    agency.counts(*months)
    path = agency.folder / "counts.csv"
    told = path.read_text(encoding="utf-8").replace("satisfaction,a,", f"{metric},{service},")
    path.write_text(told, encoding="utf-8")
    return agency


def facts(agency, **given):
    rows = [{"metric": metric, "service": "a", "period": "2025-01", "value": value, "n": 100}
            for metric, value in given.items()]  # fmt: skip
    return agency.add("metrics", rows)


def one(folder, *months):
    return opinion(Agency(folder), *months).load()


@pytest.fixture
def folder(tmp_path_factory):
    return lambda: tmp_path_factory.mktemp("one")


# ---------------------------------------------------------------- the table itself


def test_invariant_2_the_order_of_columns_changes_nothing(agency):
    facts(opinion(agency, [1, 2, 3, 40, 50]), within_norm=80, lead_days=12)
    before = five_kpis.five(agency.load())
    for name in ("counts", "metrics"):
        path = agency.folder / f"{name}.csv"
        rows = pd.read_csv(path, dtype=str)
        rows[rows.columns[::-1]].to_csv(path, index=False)
    pd.testing.assert_frame_equal(five_kpis.five(agency.load()), before)


@settings(max_examples=10)
@given(LEVELS, st.integers(2, 5))
def test_invariant_4_the_whole_data_k_times_keep_every_figure_and_multiply_n(
    tmp_path_factory, levels, times
):
    plain = metrics.values(one(tmp_path_factory.mktemp("a"), levels)).iloc[0]
    again = metrics.values(
        one(tmp_path_factory.mktemp("b"), [times * count for count in levels])
    ).iloc[0]
    assert again["value"] == pytest.approx(plain["value"])
    assert again["n"] == times * plain["n"]
    assert again["high"] - again["low"] <= plain["high"] - plain["low"] + 1e-9


def test_invariant_5_services_weighed_by_their_answers_give_the_score_of_all(agency, folder):
    parts = {"a": [5, 10, 15, 20, 30], "b": [20, 5, 5, 5, 5]}
    agency.add("services", [{"service": name, "volume": sum(own)} for name, own in parts.items()])
    rows = [{"metric": "fast_enough", "service": name, "period": "2025-01", "level": level,
             "count": count} for name, own in parts.items()
            for level, count in enumerate(own, 1)]  # fmt: skip
    found = five_kpis.scored(agency.add("counts", rows).load()).set_index("metric")
    whole = one(folder(), [sum(pair) for pair in zip(*parts.values(), strict=True)])
    assert found.loc["fast_enough", "points"] == pytest.approx(
        metrics.values(whole)["value"].iloc[0]
    )
    assert found.loc["fast_enough", "n"] == 120


def test_invariant_6_counts_of_months_add_up_and_their_medians_are_refused(agency):
    rows = [{"metric": metric, "service": "a", "period": periods.shift("2025-01", month),
             "value": value, "n": 100}
            for metric in ("lead_days", "documents")
            for month, value in enumerate((4, 5, 12))]  # fmt: skip
    quarter = metrics.values(agency.add("metrics", rows).load("2025Q1")).set_index("metric")
    assert quarter.loc["documents", ["value", "n"]].tolist() == [7, 300]
    assert math.isnan(quarter.loc["lead_days", "value"])
    assert quarter.loc["lead_days", "why"] == "median_parts"
    months = metrics.values(agency.load()).set_index(["metric", "period"])
    assert months.loc[("lead_days", "2025-03"), "value"] == 12


@settings(max_examples=15)
@given(LEVELS)
def test_invariant_8_scores_lie_on_the_scale_and_a_number_stands_where_n_is_enough(
    tmp_path_factory, levels
):
    work = one(tmp_path_factory.mktemp("a"), levels)
    row = metrics.values(work).iloc[0]
    assert 0 <= row["low"] <= row["value"] <= row["high"] <= 100
    speed = five_kpis.five(work).set_index("kpi").loc["speed"]
    assert (speed["status"], speed["subjective"]) == ("only_opinions", pytest.approx(row["value"]))


def test_invariant_9_shares_of_groups_sum_to_a_hundred(agency):
    answers = [
        {"respondent": f"{month}-{place}", "metric": "satisfaction", "service": "a",
         "date": f"{periods.shift('2024-07', month)}-10", "level": 1 + (place + month) % 5,
         "channel": ("site", "phone", "counter")[place % 3]}
        for month in range(24) for place in range(31)
    ]  # fmt: skip
    rows = mix_effect.decomposed(agency.add("answers", answers).load(), service="a")
    parts = rows[rows["group_of"] != "all"]
    for share in ("share_then", "share_now"):
        assert parts[share].sum() == pytest.approx(100)
        assert abs(parts[share].round(1).sum() - 100) <= 0.05 * len(parts)


@given(st.floats(0.1, 1000), st.floats(-50, 50), st.floats(-50, 50), st.floats(-50, 50))
def test_invariant_11_another_unit_with_its_anchors_gives_the_same_points(scale, x, worst, best):
    if abs(best - worst) > 1e-3:
        plain = normalisation.linear(x, worst, best)
        assert normalisation.linear(scale * x, scale * worst, scale * best) == pytest.approx(plain)


def test_invariant_12_all_times_shifted_alike_leave_every_length(agency):
    def rows(days):
        moved = pd.Timedelta(days=days)
        return [
            {"case": f"c{case}", "step": step, "service": "a", "actor": who, "unit": who,
             "norm": 2, "start": f"{pd.Timestamp(start) + moved:%Y-%m-%d %H:%M}",
             "end": f"{pd.Timestamp(end) + moved:%Y-%m-%d %H:%M}"}
            for case in range(30)
            for step, who, start, end in (
                ("take", "front", f"2026-03-{1 + case % 28:02} 09:00",
                 f"2026-03-{1 + case % 28:02} 10:00"),
                ("decide", "back", f"2026-03-{1 + case % 28:02} 12:00",
                 f"2026-03-{1 + case % 28:02} {13 + case % 5}:00"),
            )
        ]  # fmt: skip

    units = [{"unit": unit, "name_ru": unit, "name_en": unit} for unit in ("front", "back")]
    agency.counts([5] * 5, first="2026-06").add("units", units)
    plain = service_chain.links(agency.add("steps", rows(0)).load())
    shifted = service_chain.links(agency.add("steps", rows(45)).load())
    assert len(plain) == 2
    pd.testing.assert_frame_equal(plain, shifted)


# ---------------------------------------------------------------- weights and changes


@given(st.lists(st.floats(0, 100), min_size=2, max_size=6), st.floats(0.01, 100))
def test_invariant_16_weights_times_k_give_the_same_and_the_whole_lies_within_its_parts(own, k):
    plain = intervals.mover(
        [intervals.Estimate(x, x, x, 10) for x in own], [1 / len(own)] * len(own)
    )
    assert min(own) - 1e-9 <= plain.value <= max(own) + 1e-9
    assert normalisation.weighted_interval(own, [k] * len(own)) == pytest.approx(
        normalisation.weighted_interval(own, [1] * len(own))
    )


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(50, 90)), min_size=3, max_size=3))
def test_invariant_17_changes_turn_round_and_add_up(shares):
    first, second, third = shares

    def change(before, after):
        return intervals.newcombe(*before, *after).value

    assert change(first, second) == pytest.approx(-change(second, first))
    assert change(first, second) + change(second, third) == pytest.approx(change(first, third))


def test_invariant_17_the_first_period_has_no_yesterday_and_not_a_change_of_nothing(agency):
    (row,) = own_past.judged(opinion(agency, [5, 5, 5, 40, 45]).load()).to_dict("records")
    assert (row["verdict"], row["before"]) == ("too_little", "")
    assert math.isnan(row["change"])


@given(st.lists(st.tuples(st.integers(1, 9), st.floats(0, 100), st.integers(1, 9),
                          st.floats(0, 100)), min_size=2, max_size=5))  # fmt: skip
def test_invariant_20_what_groups_contribute_sums_to_the_change_of_the_whole(groups):
    before, then, after, now = map(np.array, zip(*groups, strict=True))
    shares = [before / before.sum(), after / after.sum()]
    found = decomposition.kitagawa(shares, [then, now])
    whole = shares[1] @ now - shares[0] @ then
    assert sum(part.sum() for part in found) == pytest.approx(whole, abs=1e-9)


# ---------------------------------------------------------------- agencies


def test_invariant_18_another_agency_changes_nothing_of_ones_own_figures(agency):
    facts(opinion(agency, [1, 2, 3, 40, 50]), within_norm=80)
    before = [make(agency.load()) for make in (five_kpis.five, own_past.judged, five_kpis.scored)]
    other = opinion(Agency(agency.root, "other"), [90, 5, 3, 1, 1])
    facts(other, within_norm=5).load()
    after = [make(agency.load()) for make in (five_kpis.five, own_past.judged, five_kpis.scored)]
    for one_, two in zip(before, after, strict=True):
        pd.testing.assert_frame_equal(one_, two)


def test_invariant_26_other_codes_of_people_and_services_give_the_same_figures(agency):
    def answers(name, service):
        return [{"respondent": f"{name}{person}", "metric": metric, "service": service,
                 "date": "2025-01-10", "level": 1 + person % 5}
                for person in range(60)
                for metric in ("fast_enough", "wait_acceptable")]  # fmt: skip

    plain = five_kpis.five(agency.add("answers", answers("p", "a")).load())
    agency.add("services", [{"service": "zz", "name_ru": "Услуга"}])
    (agency.folder / "counts.csv").unlink(missing_ok=True)
    told = five_kpis.five(agency.add("answers", answers("p", "zz")).load())
    pd.testing.assert_frame_equal(plain, told)
    renamed = five_kpis.five(agency.add("answers", answers("q", "zz")).load())
    pd.testing.assert_frame_equal(plain, renamed)


def test_invariant_27_an_agency_without_data_gets_a_status_and_no_number(agency):
    (agency.folder / "services.csv").unlink()
    agency.add("services", [{"service": "a", "name_ru": "Услуга"}])
    agency.metric(["н/д"], first="2025-01")
    work = agency.load("2025-01")
    rows = five_kpis.five(work)
    assert rows["status"].tolist() == ["not_measured"] * 5
    assert (
        rows.filter(regex="points|objective|subjective|gap$")
        .select_dtypes("number")
        .isna()
        .all(axis=None)
    )
    assert kpi_sensitivity.sensitivity(work).empty and kpi_sensitivity.without_one(work).empty

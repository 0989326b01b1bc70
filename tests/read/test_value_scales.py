"""A value stands on a scale: stated, known from the question, or asked about."""

import pandas as pd
import pytest
from conftest import case
from hypothesis import given
from hypothesis import strategies as st

from ccwork.language import wording
from ccwork.language.problems import DataProblems, together
from ccwork.measure import five_kpis, metrics
from ccwork.read import agency_folder, catalogues, value_scales

CATALOGUE = catalogues.shipped_catalogue("catalogue_metrics")


def brought(agency, *values, metric="easy", scale=None, **more):
    """Bring one metric as a series of months, with a scale stated or not."""
    rows = [
        {"metric": metric, "service": "a", "period": f"2025-{n:02}", "value": value, "n": 120}
        | ({} if scale is None else {"scale": scale})
        | more
        for n, value in enumerate(values, 1)
    ]
    return agency.add("metrics", rows)


def found(agency):
    facts = 'name_ru = "Орган"\ngrain = "month"\ndata_date = 2026-06-30\n'
    (agency.folder / "agency.toml").write_text(facts, encoding="utf-8")
    return {problem.code: problem for problem in agency_folder.read_folder(agency.folder).problems}


def test_means_of_the_question_s_own_levels_become_points():
    work = case("mean_1_5_as_points")
    last = metrics.at(metrics.values(work), "2025-12").set_index("metric")["value"]
    assert last["easy"] == pytest.approx(100 * (4.1 - 1) / (5 - 1)) == pytest.approx(77.5)
    five = five_kpis.five(work).set_index("kpi").loc["effort"]
    facts = 100 * (10 - 3.1) / 10
    assert five["kpi_points"] == pytest.approx((facts + 77.5) / 2) == pytest.approx(73.25)
    for lang, words in (("ru", "от 1 до 5"), ("en", "1 to 5")):
        wording.use(lang)
        (warning,) = together(work.warnings)
        assert words in str(warning) and not warning.grave


@pytest.mark.parametrize(
    ("written", "value", "points"),
    [("от 1 до 5", 4.1, 77.5), ("0–10", 8.0, 80.0), ("1 to 7", 4.0, 50.0), ("0-100", 4.1, 4.1)],
)
def test_a_stated_scale_is_converted_and_a_stated_small_value_stays(
    agency, written, value, points
):
    work = brought(agency, value, value, scale=written).load()
    assert metrics.values(work)["value"].tolist() == pytest.approx([points, points])


def test_limits_and_spread_are_converted_with_the_value(agency):
    more = {"sd": 0.8, "low": 4.0, "high": 4.2}
    work = brought(agency, 4.1, scale="1..5", **more).load()
    row = work.table("metrics").iloc[0]
    assert (row["low"], row["high"], row["sd"]) == pytest.approx((75.0, 80.0, 20.0))


@pytest.mark.parametrize(
    ("code", "metric", "values"),
    [
        ("scale_asked", "easy", (8.1, 8.4)),
        ("scale_asked", "easy", (0.81, 0.84)),
        ("scale_asked", "satisfaction_published", (4.1, 4.2)),
        ("scale_asked", "staff_pressure", (3.2, 2.9)),
        ("scale_mixed", "easy", (4.1, 78.0)),
        ("out_of_range", "easy", (120.0,)),
        ("fractions", "uptime", (1, 1)),
        ("mixed_shares", "uptime", (52, 0.5, 55)),
        ("mixed_shares", "uptime", (0.52, 50, 55)),
    ],
)
def test_values_on_another_scale_are_asked_about(agency, code, metric, values):
    assert found(brought(agency, *values, metric=metric))[code].grave


@pytest.mark.parametrize(
    ("metric", "values"),
    [("reopened", (60, 20, 5, 2, 0.5, 0, 0.4, 3, 40)), ("reopened", (1, 0, 1)),
     ("reopened", (2.1, 1.4)), ("easy", (61.0, 78.0)),
     ("digital_take_up", (3.0, 4.0)), ("documents", (3.1, 2.9))],
)  # fmt: skip
def test_lawful_values_pass_in_silence(agency, metric, values):
    assert found(brought(agency, *values, metric=metric)) == {}


def test_a_scale_excel_made_a_date_of_and_one_of_days_are_refused(agency):
    assert found(brought(agency, 4.1, scale="01.май"))["scale_unread"].grave
    assert found(brought(agency, 12, metric="lead_days", scale="1..5"))["scale_useless"].grave


def test_a_value_outside_its_own_interval_is_named(agency):
    rows = brought(agency, 85, metric="uptime", low=0.83, high=0.87)
    assert found(rows)["interval_apart"].grave


def test_a_target_on_another_scale_is_named(agency):
    agency.metric([60.0], metric="easy", first="2025-01")
    agency.add("targets", [
        {"metric": "easy", "service": "a", "period": "2026-01", "value": 4.5, "mode": "value"}
    ])  # fmt: skip
    assert not found(agency)["scale_target"].grave, "a target is a decision of people"


@given(st.lists(st.floats(1, 5), min_size=1, max_size=8))
def test_means_are_stretched_between_the_ends(values):
    rows = pd.DataFrame({"metric": "easy", "service": "a", "value": values, "sd": 1.0})
    rows = rows.assign(scale="")
    points = value_scales.on_own_scale(rows, CATALOGUE)["value"]
    assert points.between(0, 100).all()
    assert points.tolist() == pytest.approx([25 * (value - 1) for value in values])


def test_a_metric_without_ends_is_named_and_in_no_kpi():
    work = case("own_metric_no_ends")
    assert [p.values["found"] for p in work.warnings if p.code == "ends_missing"] == [
        "wait_minutes"
    ]
    assert "wait_minutes" in set(metrics.values(work)["metric"])
    assert "wait_minutes" not in set(five_kpis.scored(work)["metric"])
    assert five_kpis.scored(work)["points"].tolist() == pytest.approx([(80 + 85 + 75) / 3])


def test_ends_that_are_known_anyway_are_filled_in():
    own = pd.DataFrame(
        {"form": ["share", "value", "value"], "unit": ["percent", "level", "days"],
         "better": ["lower", "higher", "lower"], "levels": [float("nan"), 5, float("nan")],
         "first": float("nan"), "worst": float("nan"), "best": float("nan")},
        ["refused", "grade", "wait"],
    )  # fmt: skip
    ends = value_scales.with_ends(own)[["worst", "best"]]
    assert ends.loc["refused"].tolist() == [100, 0]
    assert ends.loc["grade"].tolist() == [1, 5]
    assert ends.loc["wait"].isna().all()


def test_grave_scales_stop_a_load(agency):
    with pytest.raises(DataProblems, match="Шкала"):
        brought(agency, 8.1, 8.4).load()


@pytest.mark.parametrize(
    ("lost", "scale"), [("metric", "1..5"), ("value", "1..5"), ("value", "x")]
)
def test_a_table_that_lost_a_column_is_named_though_it_states_a_scale(agency, lost, scale):
    row = {
        "metric": "satisfaction",
        "service": "a",
        "period": "2025-01",
        "value": 4,
        "scale": scale,
    }
    agency.add("metrics", [{name: cell for name, cell in row.items() if name != lost}])
    with pytest.raises(DataProblems) as told:
        agency.load()
    assert {each.code for each in told.value.problems if each.grave} == {"missing_column"}


def test_all_cells_of_a_column_of_fractions_are_named_ones_as_well(agency):
    problem = found(brought(agency, 0.98, 1, 0.97, metric="uptime"))["fractions"]
    named = agency_folder.read_folder(agency.folder).problems
    cells = [cell for each in named if each.code == problem.code for cell in each.cells]
    assert len(cells) == 3

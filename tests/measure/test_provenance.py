"""Two sources that contradict each other are both shown, and neither is used."""

import numpy as np
import pytest
from conftest import SAMPLES, sample

from ccwork.language.problems import DataProblems
from ccwork.measure import five_kpis, metrics, own_past, provenance
from ccwork.read import loading
from ccwork.tell import formatting, sentences


def twice(agency, first, second, metric="digital_take_up", **more):
    rows = [
        {"metric": metric, "service": "a", "period": "2025-01", "value": value, "n": 100,
         "origin": origin}
        for origin, value in (("register", first), ("site", second))
    ]  # fmt: skip
    return agency.add("metrics", rows)


def test_two_values_of_one_month_are_both_shown_and_neither_is_used(agency):
    work = twice(agency, 80.5, 75).load()
    rows = metrics.conflicts(work)
    assert rows["origin_said"].tolist() == ["register", "site"]
    assert rows["value"].tolist() == [80.5, 75] and rows["apart"].tolist() == [5.5, 5.5]
    (value,) = metrics.values(work).to_dict("records")
    assert np.isnan(value["value"]) and np.isnan(value["n"]) and value["why"] == "conflict"
    assert own_past.judged(work).iloc[0]["verdict"] == "too_little"
    assert any("Источники противоречат" in said for said in sentences.sentences(rows))
    said = formatting.marked(next(sentences.sentences(rows)))
    assert 'источник «<span lang="en">register</span>» даёт' in said


def test_values_that_agree_to_their_rounding_are_one_value(agency):
    work = twice(agency, 80.46, 80.5).load()
    assert metrics.conflicts(work).empty
    assert metrics.values(work)["value"].tolist() == [80.46]
    assert len(metrics.conflicts(twice(agency, 80.44, 80.5).load())) == 2


def test_the_same_origin_twice_is_still_a_fault_of_the_file(agency):
    rows = [{"metric": "uptime", "service": "a", "period": "2025-01", "value": v} for v in (1, 2)]
    _, problems = loading.read_and_check(str(agency.root), "demo", "")
    agency.add("metrics", rows)
    with pytest.raises(DataProblems) as found:
        agency.load()
    assert "conflicting_rows" in [problem.code for problem in found.value.problems]


def test_counts_against_answers_and_against_a_ready_score(agency):
    answers = [
        {"respondent": f"r{i}", "metric": "satisfaction", "service": "a", "date": "2025-01-10",
         "level": 4 if i < 20 else 5}
        for i in range(40)
    ]  # fmt: skip
    work = agency.counts([0, 0, 0, 20, 20]).add("answers", answers).load()
    assert metrics.conflicts(work).empty
    assert metrics.levels(work)["n"].tolist() == [40]
    work = agency.counts([0, 0, 0, 40, 0]).load()
    assert metrics.conflicts(work)["value"].tolist() == [87.5, 75]
    assert metrics.values(work)["why"].tolist() == ["conflict"]
    work = agency.counts([0, 0, 0, 20, 20]).add("metrics", [
        {"metric": "satisfaction", "service": "a", "period": "2025-01", "value": 60, "n": 40}
    ]).load()  # fmt: skip
    assert set(metrics.conflicts(work)["origin"]) == {"answers", "counts", "metrics"}
    assert len(metrics.values(work)) == 1 and metrics.values(work)["value"].isna().all()


def test_a_conflict_in_one_month_empties_its_quarter_and_no_other(agency):
    rows = [
        {"metric": "uptime", "service": "a", "period": f"2025-0{month}", "value": 90 + month,
         "n": 100, "origin": origin}
        for month in range(1, 7)
        for origin in ("", "site")
        if not origin or month == 2
    ]  # fmt: skip
    rows[2]["value"] = 50
    values = metrics.values(agency.add("metrics", rows).load("2025Q2")).set_index("period")
    assert np.isnan(values.loc["2025Q1", "value"]) and values.loc["2025Q2", "value"] == 95


def test_the_two_published_files_contradict_each_other_in_every_question():
    work = sample("va_vha")
    rows = metrics.conflicts(work)
    assert set(rows["period"]) == {"2020Q1"} and rows["metric"].nunique() == 7
    pair = rows[rows["metric"] == "va_satisfaction"].set_index("origin")["value"]
    assert pair.to_dict() == {"questions": 4.70, "wide": 4.36}
    said = own_past.judged(work)
    assert set(said["verdict"]) == {"not_comparable"}
    before = loading.load(str(SAMPLES), "va_vha", "2020Q1")
    assert metrics.at(metrics.values(before), "2020Q1")["value"].isna().all()
    assert five_kpis.five(before)["kpi_points"].isna().all()


def test_a_level_nobody_chose_is_counted_as_nobody(agency):
    rows = [
        {"respondent": f"{metric}{place}", "metric": metric, "service": "a",
         "date": "2025-01-10", "level": level}
        for metric, levels in (("easy", (1, 5, 5)), ("solved", (2, 2)))
        for place, level in enumerate(levels)
    ]  # fmt: skip
    counts = provenance.tallied(agency.add("answers", rows).load())
    wide = counts.pivot_table("count", "metric", "level")
    assert wide.loc["easy"].tolist() == [1, 0, 0, 0, 2]
    assert wide.loc["solved"].tolist() == [0, 2, 0, 0, 0]


def test_each_value_in_dispute_stands_in_its_own_unit(agency):
    rows = [{"metric": "documents", "service": "a", "period": "2025-01", "value": value, "n": 50,
             "origin": origin} for value, origin in ((4, "one"), (6, "two"))]  # fmt: skip
    agency.add("metrics", rows).counts([10] * 5)
    answers = [{"respondent": f"p{place}", "metric": "satisfaction", "service": "a",
                "date": "2025-01-10", "level": 5} for place in range(40)]  # fmt: skip
    found = metrics.conflicts(agency.add("answers", answers).load())
    units = found.drop_duplicates("metric").set_index("metric")["unit"].to_dict()
    assert units == {"satisfaction": "points", "documents": "documents"}


@pytest.mark.parametrize("first", [None, "н/д"])
def test_counts_without_one_level_are_no_value_and_contradict_nothing(agency, first):
    ready = {"metric": "satisfaction", "service": "a", "period": "2025-01", "value": 60, "n": 40}
    work = agency.counts([first, 5, 10, 20, 5]).add("metrics", [ready]).load()
    assert metrics.conflicts(work).empty
    assert metrics.values(work)["why"].tolist() == ["incomplete"]

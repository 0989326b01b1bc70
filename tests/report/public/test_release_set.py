"""What is told: of released counts alone, of people not rows, of clients not of staff."""

import pytest
from conftest import sample
from public_samples import few, first, lines

from ccwork.report.public import release_set
from ccwork.stages.scale import verdict_rule


def told(agency, tmp_path, period: str = "") -> dict[tuple[str, ...], dict[str, str]]:
    place = first(agency, tmp_path, period=period)
    return {(line["code"], line["service"], line["period"]): line for line in lines(place)}


def test_small_months_are_marked_and_the_others_rounded(agency, tmp_path):
    found = told(few(agency), tmp_path)
    row = found["satisfaction", "a", "2025-01"]
    assert (row["n"], row["value"], row["unit"]) == ("40", "50.0", "points")
    row = found["satisfaction", "a", "2025-02"]
    assert (row["n"], row["value"], row["withheld"]) == ("", "", "yes")
    assert found["satisfaction", "a", "2025-05"]["n"] == "10"
    assert not [line for line in found.values() if line["n"] and int(line["n"]) % 5]


def test_a_share_is_that_of_rounded_counts(agency, tmp_path):
    found = told(few(agency), tmp_path)
    # 80 of 240: 80 / 240; 10 of 31: 10 / 30; 12 of 36: 10 / 35; 5 of 15 are few, and hidden
    assert found["queue_over_15", "a", "2025-01"]["value"] == "33.0"
    assert found["queue_over_15", "b", "2025-06"]["value"] == "33.0"
    assert found["queue_over_15", "b", "2025-10"]["value"] == "29.0"
    assert found["queue_over_15", "b", "2026-01"]["withheld"] == "yes"


def test_who_answered_twice_is_one_person(agency, tmp_path):
    few(agency)
    answers = [{"respondent": f"r{at // 2:02}", "metric": "satisfaction", "service": "a",
                "date": f"2025-01-1{at % 2}", "level": 3 + at % 2}
               for at in range(24)]  # fmt: skip
    agency.add("answers", answers)
    work = agency.load("2025-01")
    made_of = release_set.release(work, verdict_rule.verdicts(work), {})
    assert made_of.counts["n:satisfaction:a:2025-01"] == 12


def test_nothing_is_told_of_inner_services_and_of_staff(agency, tmp_path):
    found = told(few(agency), tmp_path)
    assert {code for code, service, _ in found if service == "c"} == set()
    assert "internal_pulse" not in {code for code, _, _ in found}


def test_the_promise_adds_up_over_services_and_gives_none_of_them_away(agency, tmp_path):
    few(agency, [40, 36, 6])
    work = agency.load("2025-03")
    made_of = release_set.release(work, verdict_rule.verdicts(work), {})
    whole = "n:promise:wait:2025-03"
    # six cases give no value, so they are not in the promise
    assert (whole, ["n:queue_over_15:a:2025-03"]) in made_of.sums
    assert made_of.counts[whole] == 206
    work = agency.load("2025-02")
    made_of = release_set.release(work, verdict_rule.verdicts(work), {})
    assert made_of.counts["n:promise:wait:2025-02"] == 236 + 36


def test_kpis_are_made_of_what_is_told(agency, tmp_path):
    few(agency)
    work = agency.load("2025-06")
    made_of = release_set.release(work, verdict_rule.verdicts(work), {})
    points = {row["period"]: row["value"] for row in made_of.rows
              if row["kind"] == "kpi" and row["code"] == "overall"}  # fmt: skip
    assert (points["2025-01"], points.get("2025-02")) == (50.0, None), (
        "the second month has four people"
    )


def test_without_a_number_of_people_nothing_is_told(agency, tmp_path):
    few(agency)
    agency.metric([40, 50, 60], metric="uptime", first="2025-01")
    work = agency.load("2025-03")
    made_of = release_set.release(work, verdict_rule.verdicts(work), {})
    assert made_of.uncounted == 1
    assert "uptime" not in {row["code"] for row in made_of.rows}


@pytest.mark.slow
def test_facts_better_that_nobody_feels_are_no_success():
    work = sample("payments")
    made_of = release_set.release(work, verdict_rule.verdicts(work), {})
    found = {row["code"]: row for row in made_of.rows
             if row["kind"] == "kpi" and row["period"] == work.period}  # fmt: skip
    assert found["speed"]["finding"] == "not_comparable"
    assert not [row for row in made_of.rows if row["kind"] == "change"]


def test_a_percentage_counts_whole_people():
    assert release_set.part_of(99.9, 10) == 10 and release_set.part_of(0.0, 10) == 0


@pytest.mark.parametrize(("people", "level", "value", "bound"), [
    (12, 5, "95.0", ">="), (29, 1, "5.0", "<="), (31, 5, "95.0", ">="), (40, 5, "100.0", ""),
])  # fmt: skip
def test_that_all_of_a_small_group_said_the_same_cannot_be_told_from_nearly_all(
    agency, tmp_path, people, level, value, bound
):
    counts = [0] * 5
    counts[level - 1] = people
    row = told(agency.counts(counts), tmp_path)["satisfaction", "a", "2025-01"]
    assert (row["value"], row["bound"], row["withheld"]) == (value, bound, "")


def test_whether_a_median_is_told_says_no_more_of_the_number_than_its_rounding(agency, tmp_path):
    agency.config["public_least"] = 20
    days = [{"metric": "lead_days", "service": "a", "period": f"2025-{at + 1:02}", "value": 9 + at,
             "n": n} for at, n in enumerate((38, 39, 40, 42, 43))]  # fmt: skip
    rows = told(agency.add("metrics", days), tmp_path)
    found = [(row["n"], row["value"]) for row in rows.values() if row["code"] == "lead_days"]
    assert found == [("40", "")] * 4 + [("45", "13.0")]

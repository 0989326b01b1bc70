import csv
import io
from math import sqrt

import pytest

from ccwork.language import periods
from ccwork.report.owed import uk_kpis

SIX = [f"2026-{month:02}" for month in range(1, 7)]


def rows_of(work):
    ((name, text),) = uk_kpis.kpi_file(work)
    assert name == "uk_kpis.csv"
    return list(csv.DictReader(io.StringIO(text)))


def row(work, kpi, part=""):
    (found,) = [row for row in rows_of(work) if (row["kpi"], row["part"]) == (kpi, part)]
    return found


def wilson(k, n, z=1.959963984540054):
    p, z2 = k / n, z * z
    half = z * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return [100 * (p + z2 / (2 * n) + side * half) / (1 + z2 / n) for side in (-1, 1)]


def own_metric(agency, code, unit="roubles", form="value"):
    (agency.folder / "catalogue").mkdir(exist_ok=True)
    (agency.folder / "catalogue" / "metrics.csv").write_text(
        "metric,kpi,group,form,unit,better,worst,best,ru,en\n"
        f"{code},overall,objective,{form},{unit},lower,100,0,{code},{code}\n", encoding="utf-8"
    )  # fmt: skip


def steps(agency, **outcomes):
    """A log of June: so many cases to each outcome; open ones have none."""
    rows = []
    for outcome, count in outcomes.items():
        for number in range(count):
            case = {"case": f"{outcome}{number}", "service": "a", "actor": "back"}
            rows += [case | {"step": "in", "start": "2026-06-02T09:00", "end": "2026-06-02T10:00",
                             "outcome": ""},
                     case | {"step": "out", "start": "2026-06-03T09:00",
                             "end": "2026-06-03T10:00", "outcome": outcome}]  # fmt: skip
    agency.add("steps", rows)
    return agency.counts([10] * 5, first="2026-06").load()


# ---------------------------------------------------------------- completion


def test_completion_is_what_was_not_given_up_with_the_same_interval_mirrored(agency):
    work = agency.metric([12] * 30, metric="drop_off", n=400).load()
    found = row(work, "completion_rate")
    assert float(found["value"]) == 88 and found["n"] == "400"
    assert [float(found[end]) for end in ("low", "high")] == pytest.approx(wilson(352, 400))
    assert found["date"] == "2026-06-30" and found["version"] == "1" and found["note"]


def test_in_a_log_a_rightful_refusal_counts_as_completed_and_open_cases_not_at_all(agency):
    found = row(steps(agency, done=24, refused=8, withdrawn=8, open=5), "completion_rate")
    assert float(found["value"]) == 80 and found["n"] == "40"  # (24 + 8) of 24 + 8 + 8
    assert [float(found[end]) for end in ("low", "high")] == pytest.approx(wilson(32, 40))
    assert "не считаются" in found["note"]


@pytest.mark.parametrize("outcomes", [{"done": 30}, {"refused": 30}, {"done": 15, "refused": 15}])
def test_the_rate_never_exceeds_a_hundred(agency, outcomes):
    found = row(steps(agency, **outcomes), "completion_rate")
    assert float(found["value"]) == 100 and float(found["high"]) <= 100


@pytest.mark.parametrize("outcomes", [{"done": 5, "withdrawn": 4}, {"open": 30}])
def test_few_or_no_ended_cases_give_no_rate_and_say_why(agency, outcomes):
    found = row(steps(agency, **outcomes), "completion_rate")
    assert found["value"] == found["n"] == "" and found["note"]


def test_one_client_who_gave_up_is_told_neither_by_the_log_nor_by_the_figure(agency):
    assert row(steps(agency, done=39, withdrawn=1), "completion_rate")["value"] == ""
    work = agency.metric([2.5] * 30, metric="drop_off", n=40).load()  # the log is still there
    assert row(work, "completion_rate")["value"] == ""


# ---------------------------------------------------------------- cost


def test_cost_covers_twelve_months_each_by_its_completed_transactions(agency):
    own_metric(agency, "cost_per_transaction")
    months = [periods.shift("2025-06", step) for step in range(13)]
    rows = [{"metric": "cost_per_transaction", "service": "a", "period": month,
             "value": 9999 if month == "2025-06" else 100 if step % 2 else 400,
             "n": 300 if step % 2 else 100} for step, month in enumerate(months)]  # fmt: skip
    found = row(agency.add("metrics", rows).load(), "cost_per_transaction")
    assert float(found["value"]) == 175  # (100*300 + 400*100) / 400, the month before left out
    assert found["n"] == "2400" and found["unit"] == "roubles" and found["low"] == ""


def test_eleven_months_are_no_year(agency):
    own_metric(agency, "cost_per_transaction")
    work = agency.metric([100] * 11, "cost_per_transaction", n=50, first="2025-08").load()
    found = row(work, "cost_per_transaction")
    assert found["value"] == "" and "11 из 12" in found["note"]


def test_costs_of_few_transactions_were_brought_and_are_not_asked_for_again(agency):
    own_metric(agency, "cost_per_transaction")
    work = agency.metric([100] * 12, "cost_per_transaction", n=2, first="2025-07").load()
    found = row(work, "cost_per_transaction")
    assert found["value"] == found["n"] == "" and "0 из 12" in found["note"]


def test_a_cost_nobody_brought_is_not_zero(agency):
    found = row(agency.metric([50] * 30, n=400).load(), "cost_per_transaction")
    assert found["value"] == found["n"] == "" and "cost_per_transaction" in found["note"]


# ---------------------------------------------------------------- take-up


def test_take_up_stands_by_both_definitions(agency):
    own_metric(agency, "digital_take_up_unassisted", "percent", "share")
    common, values = {"service": "a", "period": "2026-06", "n": 500}, (62, 55)
    names = ("digital_take_up", "digital_take_up_unassisted")
    rows = [common | {"metric": names[at], "value": value} for at, value in enumerate(values)]
    work = agency.add("metrics", rows).load()
    parts = ("assisted_included", "assisted_apart")
    assert [float(row(work, "digital_take_up", part)["value"]) for part in parts] == [62, 55]


def test_help_that_was_not_counted_apart_leaves_the_old_definition_empty(agency):
    work = agency.metric([62] * 30, n=500).load()
    assert float(row(work, "digital_take_up", "assisted_included")["value"]) == 62
    apart = row(work, "digital_take_up", "assisted_apart")
    assert apart["value"] == "" and "отдельно не считали" in apart["note"]


# ---------------------------------------------------------------- satisfaction


def test_a_question_nobody_answered_has_noughts_no_share_and_words(agency):
    work = agency.counts([0] * 5, first="2026-06").load()
    assert row(work, "user_satisfaction", "neither")["value"] == "0"
    share = row(work, "user_satisfaction", "overall")
    assert share["value"] == "" and "не ответил никто" in share["note"]


def test_satisfaction_gives_the_number_at_each_level_and_the_share_of_the_two_best(agency):
    work = agency.counts([12, 18, 30, 60, 80], first="2026-06").load()
    found = [row for row in rows_of(work) if row["kpi"] == "user_satisfaction"]
    assert [row["part"] for row in found] == [*uk_kpis.LEVELS, "overall"]
    assert [row["value"] for row in found[:5]] == ["12", "18", "30", "60", "80"]
    assert float(found[5]["value"]) == 70 and {row["n"] for row in found} == {"200"}
    assert [float(found[5][end]) for end in ("low", "high")] == pytest.approx(wilson(140, 200))


def test_the_share_of_the_two_best_gives_no_small_level_away(agency):
    work = agency.counts([0, 4, 11, 18, 0], first="2026-06").load()
    found = [row(work, "user_satisfaction", part)["value"] for part in uk_kpis.LEVELS]
    assert found == ["0", "", "", "18", "0"]  # 33 - 18 = 15, of which 4 would follow from 11


def test_without_answers_nothing_is_zero(agency):
    work = agency.metric([50] * 30, n=400).load()
    found = [row for row in rows_of(work) if row["kpi"] == "user_satisfaction"]
    assert {row["value"] for row in found} == {row["n"] for row in found} == {""}
    assert all(row["note"] for row in found)


def test_inner_services_are_left_out(agency):
    agency.add("services", [{"service": "a", "name_ru": "А", "client": "internal"}])
    assert not rows_of(agency.metric([50] * 30, n=400).load())

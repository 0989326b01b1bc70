"""Counts become a score and a share; absence is never zero; published figures are recomputed."""

import math

import numpy as np
import pytest
from conftest import Agency, case
from scipy import stats

from ccwork.language import periods, wording
from ccwork.measure import metrics, own_past
from ccwork.tell import sentences


def test_the_score_and_the_share_are_what_one_sees_in_the_counts(agency):
    row = metrics.levels(agency.counts([0, 0, 0, 50, 50]).load()).iloc[0]
    assert row["n"] == 100
    assert row["score"] == pytest.approx(87.5)  # halfway between 75 and 100
    assert row["top2"] == 100
    assert row["top2_low"] == pytest.approx(96.30, abs=0.005)  # Wilson for 100 of 100


def test_the_interval_of_the_score_is_nearly_that_of_the_answers_written_out(agency):
    row = metrics.levels(agency.counts([3, 5, 10, 40, 42]).load()).iloc[0]
    answers = 25 * (np.repeat([1, 2, 3, 4, 5], [3, 5, 10, 40, 42]) - 1)
    low, high = stats.t.interval(0.95, 99, answers.mean(), stats.sem(answers))
    assert (row["score_low"], row["score_high"]) == pytest.approx((low, high), abs=0.8)


def test_twelve_fives_are_no_certainty():
    row = metrics.levels(case("all_gave_the_same_mark", "fives")).iloc[0]
    assert (row["n"], row["score"], row["score_high"]) == (12, 100, 100)
    assert row["score_low"] == pytest.approx(100 * stats.binomtest(12, 12).proportion_ci().low)


def test_four_threes_in_thirty_after_thirty_fives_are_not_proven():
    row = own_past.judged(case("all_gave_the_same_mark", "then_four_threes")).iloc[0]
    assert stats.fisher_exact([[26, 4], [30, 0]]).pvalue == pytest.approx(0.112, abs=0.001)
    assert row["verdict"] == "not_proven" and row["change"] == pytest.approx(-100 / 15)
    assert row["change_low"] < 0 < row["change_high"]


def test_ten_answers_are_enough_for_a_number_and_need_no_reason(agency):
    row = metrics.values(agency.counts([1, 1, 1, 1, 6]).load()).iloc[0]
    assert row["n"] == 10 and row["value"] == 75 and row["why"] == ""


def test_nine_answers_give_no_number_and_the_reason(agency):
    row = metrics.values(agency.counts([1, 1, 1, 1, 5]).load()).iloc[0]
    assert math.isnan(row["value"]) and row["why"] == "too_few"


def test_a_level_without_a_row_is_not_zero(agency):
    row = metrics.values(agency.counts([None, 1, 10, 40, 42]).load()).iloc[0]
    assert math.isnan(row["value"]) and row["why"] == "incomplete"


def test_a_missing_count_is_not_zero(agency):
    row = metrics.values(agency.counts(["н/д", 1, 10, 40, 42]).load()).iloc[0]
    assert math.isnan(row["value"]) and row["why"] == "incomplete"


def test_months_add_up_to_a_quarter(agency):
    months = [[1, 2, 3, 4, 5], [10, 0, 0, 0, 10], [0, 0, 20, 0, 0]]
    quarter = metrics.levels(agency.counts(*months).load("2025Q1")).iloc[0]
    alone = agency.counts([11, 2, 23, 4, 15]).load()
    assert quarter["n"] == 55
    assert quarter["score"] == pytest.approx(metrics.levels(alone).iloc[0]["score"])


def test_a_quarter_with_a_month_missing_has_no_number(agency):
    work = agency.counts(*[[5] * 5] * 5, first="2025-02").load("2025Q2")
    rows = metrics.values(work).set_index("period")["value"]
    assert math.isnan(rows["2025Q1"])


def test_a_share_with_n_has_a_wilson_interval_and_without_n_the_reason(agency):
    known = metrics.values(agency.metric([72], n=25).load()).iloc[0]
    assert (known["low"], known["high"]) == pytest.approx((52.42339, 85.71615), rel=1e-6)
    unknown = metrics.values(agency.metric([72], n="не опубликовано").load()).iloc[0]
    assert math.isnan(unknown["low"]) and unknown["why"] == "not_published"


def test_metrics_of_months_are_weighted_by_n(agency):
    rows = [
        {"metric": "digital_take_up", "service": "a", "period": periods.shift("2025-01", month),
         "value": value, "n": n}
        for month, (value, n) in enumerate([(10, 100), (20, 100), (60, 200)])
    ]  # fmt: skip
    row = metrics.values(agency.add("metrics", rows).load("2025Q1")).iloc[0]
    assert row["value"] == pytest.approx(37.5)
    assert row["n"] == 400


def test_rows_in_another_order_change_nothing(agency):
    months = [[1, 2, 3, 4, 5], [10, 5, 5, 5, 10]]
    straight = metrics.levels(agency.counts(*months).load())
    lines = (agency.folder / "counts.csv").read_text(encoding="utf-8").splitlines()
    shuffled = "\n".join([lines[0], *reversed(lines[1:])])
    (agency.folder / "counts.csv").write_text(shuffled, encoding="utf-8")
    assert metrics.levels(agency.load()).equals(straight)


@pytest.mark.parametrize(
    ("published", "answer"),
    [(75, "score"), (70, "top2"), (60, "net"), (30, "none"), (50, "top1"), (88, "top2_of_sided")],
)
def test_the_definition_behind_a_published_percentage_is_found(agency, published, answer):
    # 100 answers: score 75, top-2 70, net 60, of those who took sides 87.5, best level 50
    agency.counts([10, 0, 20, 20, 50], first="2024-01")
    agency.metric([published], metric="satisfaction_published")
    assert answer in metrics.definitions(agency.load())["reproduces"].iloc[0].split()


def test_a_month_without_counts_cannot_be_checked(agency):
    agency.counts([10, 0, 20, 20, 50], first="2024-02")
    agency.metric([75, 75, 74], metric="satisfaction_published")
    runs = metrics.definition_runs(agency.load())
    assert runs["reproduces"].tolist() == ["no_counts", "score", "no_counts"]
    assert runs["periods"].tolist() == [1, 1, 1]


def test_the_spread_of_cases_gives_no_interval_to_a_median(agency):
    agency.metric([12.0], metric="lead_days", n=100)
    path = agency.folder / "metrics.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text(f"{rows[0]},sd\n{rows[1]},6\n", encoding="utf-8")
    row = metrics.values(agency.load()).iloc[0]
    assert row["value"] == 12 and math.isnan(row["low"]) and row["why"] == "no_spread"


def test_a_metric_that_needs_more_cases_waits_for_them(agency):
    few = metrics.values(agency.metric([12.0], metric="lead_days", n=14).load()).iloc[0]
    assert math.isnan(few["value"]) and few["why"] == "too_few"


def test_answers_one_by_one_are_counted_like_counts(agency):
    counts = {1: 3, 2: 5, 3: 10, 4: 40, 5: 42}
    levels = [level for level, n in counts.items() for _ in range(n)]
    rows = [
        {"respondent": f"r{i}", "metric": "satisfaction", "service": "a", "date": "2025-01-15",
         "level": level}
        for i, level in enumerate(levels)
    ]  # fmt: skip
    one_by_one = metrics.levels(agency.add("answers", rows).load())
    (agency.folder / "answers.csv").unlink()
    assert one_by_one.equals(metrics.levels(agency.counts(list(counts.values())).load()))


def test_the_spread_of_a_score_is_that_of_the_answers_written_out(agency):
    counts = [2, 3, 5, 10, 20]
    points = [25.0 * level for level, count in enumerate(counts) for _ in range(count)]
    row = metrics.values(agency.counts(counts).load()).iloc[0]
    assert row["sd"] == pytest.approx(np.std(points, ddof=1))


def test_f06_check_4_a_rate_has_the_exact_interval_of_its_count(agency):
    work = agency.metric([14 / 2.3], metric="conduct_complaints", n=2300).load()
    row = metrics.values(work).iloc[0]
    assert (row["low"], row["high"]) == pytest.approx((3.327796, 10.212879), abs=1e-6)


def test_questions_of_unlike_scales_keep_their_own_numbers_of_answers(agency):
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "metrics.csv").write_text(
        "metric,kpi,group,form,levels,unit,better,worst,best,ru,en\n"
        "short,speed,subjective,counts,4,level,higher,1,4,Коротко,Short\n",
        encoding="utf-8",
    )
    rows = [{"metric": metric, "service": "a", "period": "2025-01", "level": level, "count": 10}
            for metric, most in (("short", 4), ("satisfaction", 5))
            for level in range(1, most + 1)]  # fmt: skip
    found = metrics.values(agency.add("counts", rows).load()).set_index("metric")
    assert found["n"].to_dict() == {"satisfaction": 50, "short": 40}
    assert found["value"].tolist() == [50, 50]


def test_each_definition_of_a_published_percentage_is_its_formula():
    counts = np.array([[1, 2, 3, 4, 10]], dtype=float)
    found = {name: float(rule(counts)[0]) for name, rule in metrics.DEFINITIONS.items()}
    assert found == pytest.approx({
        "score": 75, "top2": 70, "top2_of_sided": 100 * 14 / 17, "net": 55, "top1": 50,
    })  # fmt: skip


def test_a_score_whose_interval_passes_the_end_of_the_scale_stops_there(agency):
    row = metrics.levels(agency.counts([1, 0, 0, 0, 19]).load()).iloc[0]
    half = 2.093024 * row["sd"] / np.sqrt(20)  # t of 19 degrees of freedom
    assert row["score"] + half > 100 > row["score_high"] > 99
    row = metrics.levels(agency.counts([19, 0, 0, 0, 1]).load()).iloc[0]
    assert row["score"] - half < 0 < row["score_low"] < 1


def test_a_value_of_no_cases_is_too_few(agency):
    (row,) = metrics.values(agency.metric([50], n=0).load()).to_dict("records")
    assert row["why"] == "too_few" and np.isnan([row["value"], row["low"], row["high"]]).all()


def test_runs_stand_in_the_order_of_services_with_their_first_and_last_month(agency):
    agency.add("services", [{"service": each, "name_ru": each} for each in ("z", "a")])
    counts = [
        {"metric": "satisfaction", "service": service, "period": f"2024-0{month}", "level": level,
         "count": count}
        for service in ("z", "a")
        for month in (1, 2, 3)
        for level, count in enumerate([10, 0, 20, 20, 50], 1)
    ]  # fmt: skip
    shown = [
        {"metric": "satisfaction_published", "service": service, "period": f"2024-0{month}",
         "value": value}
        for service, values in (("z", (75, 75, 70)), ("a", (70, 70, 70)))
        for month, value in enumerate(values, 1)
    ]  # fmt: skip
    runs = metrics.definition_runs(agency.add("counts", counts).add("metrics", shown).load())
    columns = ["service", "first", "last", "periods", "reproduces", "published", "score"]
    assert runs[columns].to_numpy().tolist() == [
        ["z", "2024-01", "2024-02", 2, "score", 75, 75],
        ["z", "2024-03", "2024-03", 1, "top2", 70, 75],
        ["a", "2024-01", "2024-03", 3, "top2", 70, 75],
    ]


def test_one_period_of_a_table_has_its_columns_and_is_numbered_from_0(agency):
    rows = metrics.values(agency.metric([50, 60, 70], n=100).load())
    found = metrics.at(rows, "2024-02")
    assert list(found) == list(rows) and list(found.index) == [0]
    assert found["value"].tolist() == [60]


def published(agency, figures, first="2025-01"):
    """The same answers every month (score 75, top-2 70) and the percentage published of them."""
    agency.counts(*[[10, 0, 20, 20, 50]] * len(figures), first=first)
    return agency.metric(figures, metric="satisfaction_published", n=100, first=first).load()


def told(work):
    rows = own_past.judged(work)
    return rows.set_index("metric").loc["satisfaction_published"], rows


def test_a_definition_found_to_change_is_not_comparable_and_said_first(agency):
    work = published(agency, [70] * 9 + [75] * 7)
    row, rows = told(work)
    assert (row["verdict"], row["note"], row["since"]) == ("not_comparable", "cut", "2025-10")
    said = next(line for line in sentences.sentences(rows) if "сменились" in line)
    assert "несопоставимо" in said and wording.since("2025-10") in said


def test_the_answers_behind_a_changed_definition_are_compared_as_before(agency):
    rows = told(published(agency, [70] * 9 + [75] * 7))[1].set_index("metric")
    assert rows.loc["satisfaction", "verdict"] == "not_proven"


def test_a_single_month_published_otherwise_is_no_new_definition(agency):
    versions = metrics.values(published(agency, [70] * 7 + [77] + [70] * 8))
    assert versions.query("metric == 'satisfaction_published'")["version"].nunique() == 1


def test_an_old_change_of_definition_leaves_the_years_since_comparable(agency):
    row, _ = told(published(agency, [70] * 6 + [75] * 18, first="2024-01"))
    assert row["verdict"] != "not_comparable"


def test_a_declared_change_within_the_year_is_not_comparable_however_many_months_since(agency):
    rows = [
        {"metric": "within_norm", "service": "a", "period": periods.shift("2025-01", month),
         "value": 60 + month, "n": 500, "version": "old" if month < 12 else "new"}
        for month in range(18)
    ]  # fmt: skip
    row = own_past.judged(agency.add("metrics", rows).load()).iloc[0]
    assert (row["verdict"], row["since"]) == ("not_comparable", "2026-01")


YEARS = [47.6, 45.1, 42.0, 39.8, 36.4, 33.0, 29.5]


@pytest.mark.parametrize("half", [None, 3])
def test_seven_falling_years_are_told_with_the_size_of_the_fall(tmp_path, half):
    ends = {} if half is None else {"low": -half, "high": half}
    rows = [
        {"metric": "within_norm", "service": "a", "period": str(2019 + year), "value": value,
         "n": "не опубликовано", **{end: round(value + by, 1) for end, by in ends.items()}}
        for year, value in enumerate(YEARS)
    ]  # fmt: skip
    rows = own_past.judged(Agency(tmp_path, grain="year").add("metrics", rows).load())
    row, said = rows.iloc[0], " ".join(sentences.sentences(rows))
    assert row["seen"] == pytest.approx(29.5 - 47.6) and row["seen_from"] == "2019"
    assert "47,6" in said and "хуже на 18,1" in said
    if half is None:
        assert row["verdict"] == "too_little" and "сказать нельзя" in said
    else:
        off = math.hypot(half, half)
        assert (row["seen_low"], row["seen_high"]) == pytest.approx((-18.1 - off, -18.1 + off))
        assert row["verdict"] == "not_proven"  # the last year alone: -3.5 within 4.2


def test_where_nothing_moved_the_whole_series_is_not_told(agency):
    rows = own_past.judged(agency.metric([60, 61, 60, 62, 60]).load())
    assert (rows["verdict"].iloc[0], rows["seen_from"].iloc[0]) == ("too_little", "")

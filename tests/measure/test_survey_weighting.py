"""Opinions of the same people: their interval is drawn by person, weighed by service."""

import numpy as np
import pandas as pd
import pytest
from conftest import CASES, Agency, sample
from scipy import stats

from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.measure import five_kpis, metrics, provenance, survey_weighting
from ccwork.report import agency_check
from ccwork.stats import intervals
from ccwork.tell import sentences


def asked(agency, pairs, services=("a",), **more):
    """Answers of people to two questions about speed; `pairs` of levels, one a person."""
    rows = [
        {"respondent": f"{service}{number}", "metric": metric, "service": service,
         "date": "2025-01-10", "level": level, **more}
        for service in services
        for number, pair in enumerate(pairs)
        for metric, level in zip(("fast_enough", "wait_acceptable"), pair, strict=True)
    ]  # fmt: skip
    facts = {"metric": "within_norm", "service": "a", "period": "2025-01", "value": 80, "n": 100}
    return agency.add("answers", rows).add("metrics", [facts])


def speed(work):
    return five_kpis.five(work).set_index("kpi").loc["speed"]


def half(row, part="subjective"):
    return (row[f"{part}_high"] - row[f"{part}_low"]) / 2


ALIKE = [(level, level) for level in (1, 2, 3, 4, 5) for _ in range(20)]
MIRROR = [(level, 6 - level) for level in (1, 2, 3, 4, 5) for _ in range(20)]


def test_the_drawn_interval_is_that_of_the_sum_each_person_gives(agency):
    row = speed(asked(agency, ALIKE).load())
    sums = [25 * (one + other - 2) / 2 for one, other in ALIKE]
    own = intervals.mean(sums)
    assert row["joined"] == "by_case" and row["subjective"] == 50
    assert half(row) == pytest.approx((own.high - own.low) / 2, rel=0.06)


def test_people_who_contradict_themselves_leave_little_doubt_of_the_sum(agency):
    row = speed(asked(agency, MIRROR).load())
    assert row["subjective"] == 50 and half(row) < 1.5 < half(speed(asked(agency, ALIKE).load()))


def test_thirty_people_of_one_opinion_leave_a_doubt_of_the_sum(agency):
    row = speed(asked(agency, [(5, 5)] * 30).load())
    exact = 100 * stats.binomtest(30, 30).proportion_ci().low
    assert row["joined"] == "by_case" and row["subjective"] == row["subjective_high"] == 100
    assert exact - 1 < row["subjective_low"] < 94


def test_the_perception_gap_carries_the_doubt_of_both_sides(agency):
    row = speed(asked(agency, ALIKE).load())
    facts = half(row, "objective")
    assert row["gap"] == pytest.approx(50 - 80)
    assert half(row, "gap") == pytest.approx(np.hypot(facts, half(row)), rel=0.02)
    assert half(row, "kpi_points") == pytest.approx(half(row, "gap") / 2, rel=0.02)


@pytest.mark.parametrize("few", [29, 10])
def test_below_thirty_people_the_widest_interval_is_given(agency, few):
    row = speed(asked(agency, MIRROR[:: 100 // few][:few]).load())
    assert row["joined"] == "bound" and half(row) > 1
    assert speed(asked(agency, MIRROR[:30]).load())["joined"] == "by_case"


def test_counts_without_people_give_the_widest_interval(agency):
    rows = [
        {"metric": metric, "service": "a", "period": "2025-01", "level": level, "count": 20}
        for metric in ("fast_enough", "wait_acceptable")
        for level in (1, 2, 3, 4, 5)
    ]  # fmt: skip
    row = speed(agency.add("counts", rows).load())
    assert row["joined"] == "bound" and row["status"] == "only_opinions"
    one = metrics.values(agency.load()).iloc[0]
    assert half(row) == pytest.approx((one["high"] - one["low"]) / 2)


def test_whole_offices_are_drawn_where_answers_of_an_office_are_alike(agency):
    rows = [
        {"respondent": f"{unit}{person}", "metric": metric, "service": "a", "date": "2025-01-10",
         "level": 1 + unit % 5, "unit": f"u{unit}"}
        for unit in range(10)
        for person in range(10)
        for metric in ("fast_enough", "wait_acceptable")
    ]  # fmt: skip
    clustered = speed(agency.add("answers", rows).load())
    alone = speed(agency.add("answers", [row | {"unit": ""} for row in rows]).load())
    assert clustered["joined"] == alone["joined"] == "by_case"
    # ten answers alike: the interval is about the root of ten wider
    assert half(clustered) / half(alone) == pytest.approx(np.sqrt(10), rel=0.1)


@pytest.mark.parametrize(("units", "near"), [(0, 0.04), (7, 1e-9)])
def test_a_crowd_drawn_by_who_answered_alike_has_the_interval_of_its_people(
    agency, monkeypatch, units, near
):
    pairs = [(1 + n * n % 5, 1 + n % 7 % 5) for n in range(210)]
    asked(agency, pairs)
    path = agency.folder / "answers.csv"
    rows = pd.read_csv(path)
    number = rows["respondent"].str[1:].astype(int)
    rows["segment"] = np.where(number < 70, "citizens", "business")
    rows["unit"] = ("u" + (number % units).astype(str)) if units else ""
    rows[(number % 11 > 0) | (rows["metric"] == "fast_enough")].to_csv(path, index=False)
    crowd = speed(agency.load())
    monkeypatch.setattr(survey_weighting, "CROWD", 10_000)
    alone = speed(agency.load())
    assert crowd["joined"] == "by_case" and half(crowd) == pytest.approx(half(alone), rel=near)
    assert (abs(half(crowd) - half(alone)) < 1e-9) == (units > 0)


@pytest.mark.parametrize("until", ["2025-01", "2025-02"])
def test_answers_joined_by_hand_are_read_without_words_of_their_groups(agency, until):
    asked(agency, [*zip([1, 2, 3, 4, 5] * 8, [2] * 40, strict=True)])
    rows = pd.read_csv(agency.folder / "answers.csv").assign(segment="citizens")
    rows["date"] = np.where(rows.index < 60, "2025-01-10", "2025-02-10")
    work = agency.add("answers", rows.to_dict("records")).load(until)
    brought = work.tables["answers"]
    work.tables["answers"] = pd.concat([brought, brought.drop(columns=["segment", "unit"])])
    found = survey_weighting.respondents(work)
    assert len(found) == (30 if until == "2025-01" else 40)
    assert provenance.tallied(work)["count"].sum() == 2 * (60 if until == "2025-01" else 80)
    assert set(found["unit"]) == {""} and not work.few_answered()


def test_a_question_asked_later_alone_is_not_weighed_before(agency):
    shop = {"name_ru": "Услуга", "name_en": "Service", "client": "external", "volume": 100}
    agency.add("services", [{"service": code, **shop} for code in "ab"])
    asked(agency, ALIKE, "ab")
    path = agency.folder / "answers.csv"
    rows = pd.read_csv(path)
    rows.loc[rows["metric"] == "wait_acceptable", "date"] = "2025-02-10"
    rows.to_csv(path, index=False)
    known = {"metric": "wait_acceptable", "period": "2025-01", "value": 70, "n": 100}
    work = agency.add("metrics", [{"service": code, **known} for code in "ab"]).load("2025-01")
    assert survey_weighting.weighing(work)["metric"].tolist() == ["fast_enough"]


def test_drawing_again_gives_the_same_and_another_period_another_draw(agency):
    work = asked(agency, ALIKE).load()
    given = {"fast_enough": 0.5, "wait_acceptable": 0.5}
    args = (work, ["2025-01"], "external", given)
    assert survey_weighting.by_case(*args, "x") == survey_weighting.by_case(*args, "x")
    assert survey_weighting.by_case(*args, "x") != survey_weighting.by_case(*args, "y")


def test_volumes_weigh_services_and_each_answer_says_what_it_is_worth(agency):
    agency.add("services", [{"service": "a", "volume": 900}, {"service": "b", "volume": 100}])
    low, high = [(2, 2)] * 30 + [(3, 3)] * 30, [(4, 4)] * 30 + [(5, 5)] * 30
    rows = []
    for service, pairs in (("a", low), ("b", high)):
        asked(agency, pairs, services=(service,))
        rows.append(pd.read_csv(agency.folder / "answers.csv"))
    pd.concat(rows).to_csv(agency.folder / "answers.csv", index=False)
    work = agency.load()
    table = survey_weighting.weighing(work).set_index("metric").loc["fast_enough"]
    assert table["plain"] == pytest.approx(62.5)
    assert table["weighed"] == pytest.approx(0.9 * 37.5 + 0.1 * 87.5)
    assert table["n"] == 120
    assert table["n_eff"] == pytest.approx(1 / (0.9**2 / 60 + 0.1**2 / 60))
    points = five_kpis.scored(work).set_index("metric")["points"]
    assert points["fast_enough"] == pytest.approx(table["weighed"])


def test_outer_and_inner_answers_stand_in_rows_of_their_own(agency):
    agency.add("services", [{"service": "a", "client": "external"},
                            {"service": "b", "client": "internal"}])  # fmt: skip
    work = asked(agency, ALIKE, services=("a", "b")).load()
    assert survey_weighting.weighing(work).empty
    rows = five_kpis.five(work).set_index(["client", "kpi"])
    assert rows.loc[("external", "speed"), "n"] == rows.loc[("internal", "speed"), "n"] == 100


def test_f13_what_the_silent_could_change(agency):
    # 84 pleased of 120 answers of 400 asked: 70 percent, 21 to 91 possible
    agency.counts([0, 16, 20, 44, 40])
    sent = {"service": "a", "period": "2025-01", "invited": 400}
    row = survey_weighting.silent(agency.add("surveys", [sent]).load()).iloc[0]
    assert row["top2"] == pytest.approx(70)
    assert (row["silent_least"], row["silent_most"]) == pytest.approx((21, 91))
    assert row["response"] == 30 and row["voice"] == "many"
    fewer = agency.add("surveys", [sent | {"invited": 401}]).load()
    assert survey_weighting.silent(fewer).iloc[0]["voice"] == "volunteers"


def test_where_nobody_knows_how_many_were_asked_nothing_is_said(agency):
    assert survey_weighting.silent(agency.counts([0, 16, 20, 44, 40]).load()).empty


def test_a_published_mean_without_counts_has_a_response_but_no_bounds():
    rows = survey_weighting.silent(sample("va_vha"))
    assert rows["response"].round(1).unique().tolist() == [16.4]
    assert set(rows["voice"]) == {"volunteers"} and rows["silent_least"].isna().all()


# ---------------------------------------------------------------- what holds for every agency


CATALOGUE = """metric,kpi,group,form,levels,unit,better,worst,best,weight,ru,en
fast_enough,speed,subjective,counts,5,level,higher,1,5,{0},Быстро,Fast
wait_acceptable,speed,subjective,counts,5,level,higher,1,5,{1},Ждать,Wait
"""
UNLIKE = [(2, 5)] * 20 + [(3, 4)] * 20


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(1, 1, 62.5), (3, 3, 62.5), (1, 3, 75), (0, 1, 87.5), (2, 0, 37.5)],
)
def test_weights_may_be_multiplied_and_weight_0_is_a_metric_left_out(
    agency, first, second, expected
):
    asked(agency, UNLIKE)
    (agency.folder / "catalogue").mkdir()
    path = agency.folder / "catalogue" / "metrics.csv"
    path.write_text(CATALOGUE.format(first, second), encoding="utf-8")
    # levels 2 and 3 are 25 and 50 points, 4 and 5 are 75 and 100: means 37.5 and 87.5
    assert speed(agency.load())["subjective"] == pytest.approx(expected)


def test_an_unanswered_question_changes_no_score(agency):
    plain = speed(asked(agency, ALIKE).load())
    path = agency.folder / "answers.csv"
    with path.open("a", encoding="utf-8") as lines:
        lines.write("nobody,fast_enough,a,2025-01-10,н/д\n")
    row = speed(agency.load())
    assert (row["subjective"], row["n"]) == (plain["subjective"], plain["n"])
    assert row["joined"] == "by_case"


def test_the_order_of_rows_changes_no_figure_of_the_five(agency):
    work = asked(agency, ALIKE).load()
    path = agency.folder / "answers.csv"
    head, *lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([head, *lines[::-1]]), encoding="utf-8")
    pd.testing.assert_frame_equal(five_kpis.five(agency.load()), five_kpis.five(work))


def test_a_better_answer_never_lowers_a_kpi_and_a_worse_one_never_raises_it(agency):
    scores = [
        speed(asked(agency, [(3, 3)] * 29 + [(level, 3)]).load())["subjective"]
        for level in (1, 2, 3, 4, 5)
    ]
    assert scores == sorted(scores) and scores[0] < scores[-1]


def test_twice_the_people_shrink_the_drawn_interval_by_the_root_of_two(agency):
    one = half(speed(asked(agency, ALIKE).load()))
    two = half(speed(asked(agency, ALIKE * 2).load()))
    assert one / two == pytest.approx(np.sqrt(2), rel=0.08)


def test_every_kpi_lies_in_its_interval_and_within_its_parts():
    for name in ("registry", "payments", "inspection"):
        work = sample(name)
        rows = five_kpis.five(work).dropna(subset=["kpi_points"])
        assert len(rows) >= 6
        for part in ("kpi_points", "objective", "subjective", "gap"):
            assert (rows[f"{part}_low"] <= rows[part]).all()
            assert (rows[part] <= rows[f"{part}_high"]).all()
        halves = rows[["objective", "subjective"]]
        assert rows["kpi_points"].between(halves.min(axis=1), halves.max(axis=1)).all()
        assert rows["kpi_points"].between(0, 100).all()


def test_a_service_keeps_its_weight_however_many_periods_it_has(agency):
    agency.add("services", [{"service": name, "volume": 100} for name in ("a", "b")])
    rows = [
        {"metric": "within_norm", "service": service, "period": period, "value": 80, "n": 100}
        for service, period in (("a", "2025-01"), ("a", "2025-02"), ("b", "2025-02"))
    ]
    found = survey_weighting.weighed(agency.add("metrics", rows).load(), "2025-01", "2025-02")
    assert found.groupby("service")["share"].sum().to_dict() == pytest.approx({"a": 0.5, "b": 0.5})
    assert found["share"].tolist() == pytest.approx([0.25, 0.25, 0.5])


def test_questions_stand_in_the_order_of_the_catalogue(agency):
    agency.add("services", [{"service": name, "volume": 100} for name in ("b", "a")])
    rows = [
        {"respondent": f"{service}{person}", "metric": metric, "service": service,
         "date": "2025-01-10", "level": 1 + person % 5}
        for service in ("a", "b") for person in range(30)
        for metric in ("convenient_way", "solved", "easy", "fast_enough")
    ]  # fmt: skip
    work = agency.add("answers", rows).load()
    assert survey_weighting.weighing(work)["metric"].tolist() == [
        "easy", "convenient_way", "fast_enough", "solved",
    ]  # fmt: skip


def test_where_one_person_has_no_office_people_are_drawn_and_not_offices(agency):
    rows = [
        {"respondent": f"{unit}-{person}", "metric": metric, "service": "a",
         "date": "2025-01-10", "level": 1 + unit % 5, "unit": f"u{unit}"}
        for unit in range(10)
        for person in range(10)
        for metric in ("fast_enough", "wait_acceptable")
    ]  # fmt: skip
    rows[0]["unit"] = rows[1]["unit"] = ""
    partly = speed(agency.add("answers", rows).load())
    alone = speed(agency.add("answers", [row | {"unit": ""} for row in rows]).load())
    assert half(partly) == pytest.approx(half(alone))


def test_where_one_of_two_questions_came_as_counts_people_are_not_drawn(agency):
    levels = [level for level in (1, 2, 3, 4, 5) for _ in range(20)]
    rows = [{"respondent": f"{metric}{number}", "metric": metric, "service": "a", "date": day,
             "level": level}
            for metric, day in (("fast_enough", "2025-01-10"), ("wait_acceptable", "2024-12-10"))
            for number, level in enumerate(levels)]  # fmt: skip
    counts = [{"metric": "wait_acceptable", "service": "a", "period": "2025-01", "level": level,
               "count": 20} for level in (1, 2, 3, 4, 5)]  # fmt: skip
    row = speed(agency.add("answers", rows).add("counts", counts).load("2025-01"))
    assert (row["joined"], row["n"]) == ("bound", 100)
    one = metrics.values(agency.load("2025-01")).set_index("period").loc["2025-01"].iloc[0]
    assert half(row) == pytest.approx((one["high"] - one["low"]) / 2)


def on_zero_to_ten(agency, marks, first="0"):
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "metrics.csv").write_text(
        "metric,kpi,group,form,levels,first,unit,better,worst,best,ru,en\n"
        f"advise,overall,subjective,counts,11,{first},level,higher,0,10,Совет,Advise\n",
        encoding="utf-8",
    )
    rows = [{"respondent": f"r{person}", "metric": "advise", "service": "a", "level": mark,
             "date": "2025-01-10"} for person, mark in enumerate(marks)]  # fmt: skip
    return agency.add("answers", rows)


MARKS = [0, 3, 5, 6, *[7] * 20, *[8] * 16, *[9] * 25, *[10] * 15, *[2] * 10]


def test_where_the_scale_begins_at_zero_zero_is_a_level(agency):
    row = metrics.values(on_zero_to_ten(agency, MARKS).load()).iloc[0]
    assert row["value"] == pytest.approx(10 * np.mean(MARKS)) and row["n"] == len(MARKS)


def test_the_net_score_is_promoters_less_detractors_with_a_bounded_interval(agency):
    row = survey_weighting.nps(on_zero_to_ten(agency, MARKS).load()).iloc[0]
    assert (row["promoters"], row["detractors"], row["n"]) == (40, 14, 90)
    share = 100 * 26 / 90
    half = 196 * np.sqrt((40 + 14) / 90 - (26 / 90) ** 2) / np.sqrt(90)
    shown = row["net_promoters_low"], row["net_promoters"], row["net_promoters_high"]
    assert shown == pytest.approx((share - half, share, share + half), abs=1.5)


def test_few_detractors_are_not_counted_out_and_all_promoters_are_no_certainty(agency):
    row = survey_weighting.nps(on_zero_to_ten(agency, [10] * 30).load()).iloc[0]
    low = 200 * stats.binomtest(30, 30).proportion_ci().low - 100
    assert row["net_promoters"] == 100 and row["net_promoters_low"] == pytest.approx(low)
    few = survey_weighting.nps(on_zero_to_ten(Agency(agency.root / "b"), [10] * 30 + [1]).load())
    assert few[["promoters", "detractors"]].isna().all(axis=None)
    told = " ".join(sentences.sentences(few))
    assert "С другими странами не сравнивайте" in told and "менее 10" in told


@pytest.mark.parametrize(("name", "grave"), [("with_zero", True), ("no_zero_given", False)])
def test_where_a_scale_of_eleven_levels_begins_is_asked(name, grave):
    found = agency_check.checked(str(CASES / "scale_from_zero"), name, "")[1]
    assert any(problem.grave for problem in found) == grave
    wording.use("en")
    assert all("add 1 to every mark" in str(problem) for problem in found) and found


@pytest.mark.parametrize("mark", [-1, 11])
def test_off_a_scale_from_zero_to_ten_is_off_the_scale(agency, mark):
    on_zero_to_ten(agency, [*MARKS, mark])
    with pytest.raises(DataProblems) as found:
        agency.load()
    assert "от 0 до 10" in str(found.value)


@pytest.mark.parametrize(
    ("clients", "voice"), [(100, "everyone"), (125, "many"), ("", "many"), (90, "many")]
)
def test_whom_the_answers_are_of_narrows_what_is_said_of_the_period(agency, clients, voice):
    agency.counts([5, 8, 15, 37, 35], first="2025-01")
    row = {"service": "a", "period": "2025-01", "invited": 125, "clients": clients}
    work = agency.add("surveys", [row]).load()
    told, score = survey_weighting.silent(work).iloc[0], metrics.levels(work).iloc[0]
    width = told["of_period_high"] - told["of_period_low"]
    share = {100: 0, 125: np.sqrt(1 - 100 / 125)}.get(clients, 1)
    assert width == pytest.approx(share * (score["score_high"] - score["score_low"]), rel=0.05)
    assert told["voice"] == voice and told["of_period"] == score["score"]

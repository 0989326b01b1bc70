"""The review of indicators: outcomes told from show, the pool found, vague names marked."""

import make_demo as make
import pandas as pd
import pytest
from conftest import sample
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ccwork.language import wording
from ccwork.learn.demo.plan import PLANS
from ccwork.read import catalogues, loading
from ccwork.stages.cascade import indicator_levels
from ccwork.tell import display

SHOWS = {"payments": ("a_promise", "p_right", "p_letters")}
"""Called outcomes, and are none."""

POOLS = {"payments": ("p_norm", "p_right")}
"""Output that grew, while clients do not feel it."""

READ_DIFFERENTLY = {"inspection": ("a_effective", "p_timely")}
"""Names everybody reads differently."""

YES = {"measure": "time"} | indicator_levels.TESTS
OTHER = {"yes": "no", "no": "yes"}
AMBULANCES = {"measure": "spend"} | indicator_levels.TESTS
VAGUE = catalogues.common()["vague"]
QUARTERS = 14


# ---------------------------------------------------------------- the five tests


def test_a_short_wait_after_the_call_is_an_outcome_and_ambulances_bought_are_an_input():
    assert indicator_levels.indicator_kind(YES) == ("outcome", [])
    assert indicator_levels.indicator_kind(AMBULANCES)[0] == "input"


@pytest.mark.parametrize("test", indicator_levels.TESTS)
def test_one_wrong_answer_makes_an_output_and_is_named(test):
    assert indicator_levels.indicator_kind(YES | {test: OTHER[indicator_levels.TESTS[test]]}) == (
        "output",
        [test],
    )


@pytest.mark.parametrize("test", [*indicator_levels.TESTS, "measure"])
def test_one_missing_answer_leaves_it_unclear(test):
    assert indicator_levels.indicator_kind(YES | {test: ""}) == ("unclear", [test])


@given(
    st.sampled_from([*indicator_levels.OF_CLIENT, *indicator_levels.MEASURES, ""]),
    st.lists(st.sampled_from(["yes", "no", ""]), min_size=4, max_size=4),
)
def test_only_a_measure_of_the_client_with_four_right_answers_is_an_outcome(measure, answers):
    row = {"measure": measure} | dict(zip(indicator_levels.TESTS, answers, strict=True))
    right = (
        answers == list(indicator_levels.TESTS.values()) and measure in indicator_levels.OF_CLIENT
    )
    assert (indicator_levels.indicator_kind(row)[0] == "outcome") == right


@pytest.mark.parametrize(
    ("metric", "measure"),
    [("lead_days", "time"), ("distance_km", "distance"), ("client_roubles", "price"),
     ("documents", "ease"), ("easy", "opinion"), ("first_time_right", "solution"),
     ("info_found", "clarity"), ("conduct_items", "respect"), ("uptime", "")],
)  # fmt: skip
def test_the_catalogue_tells_what_a_metric_measures(metric, measure):
    assert indicator_levels.measured_by(catalogues.common()["metrics"].loc[metric]) == measure


# ---------------------------------------------------------------- the invented agencies


@pytest.mark.parametrize("name", ["registry", "payments", "inspection"])
def test_only_what_was_planted_is_called_an_outcome_and_is_none(name):
    found = indicator_levels.review(sample(name))
    shown = set(found.loc[found["honest"] == "show", "indicator"])
    assert shown == set(SHOWS.get(name, ()))


@pytest.mark.parametrize("name", ["registry", "payments", "inspection"])
def test_the_pool_is_found_where_it_was_planted_and_nowhere_else(name):
    found = indicator_levels.pool(sample(name))
    assert set(found.loc[found["pool"] == "pool", "indicator"]) == set(POOLS.get(name, ()))


def test_vague_names_are_found_where_they_were_planted_and_nowhere_else():
    for name in ("registry", "payments", "inspection"):
        found = indicator_levels.review(sample(name))
        poor = set(found.loc[found["wording_marks"] != "fine", "indicator"])
        assert poor == set(READ_DIFFERENTLY.get(name, ()))


def test_the_review_is_counted_and_said():
    found = indicator_levels.review_counts(sample("payments")).iloc[0]
    assert found["only_called"] == 3
    assert found["say"] == "shows"
    assert indicator_levels.review_counts(sample("inspection"))["say"].tolist() == ["unclear"]
    assert indicator_levels.review_counts(sample("registry"))["say"].tolist() == ["clean"]


def test_without_the_table_there_are_words():
    work = sample("archive")
    for table in (indicator_levels.review, indicator_levels.pool, indicator_levels.review_counts):
        assert table(work).empty
    display.show(indicator_levels.review(work))


def test_the_pool_is_found_on_other_seeds_of_the_generator(tmp_path):
    payments = next(plan for plan in PLANS if plan.code == "payments")
    for seed in (5, 6):
        make.write(payments, tmp_path / str(seed), seed)
        found = indicator_levels.pool(loading.load(str(tmp_path / str(seed)), "payments"))
        hits = found.loc[found["pool"] == "pool", "indicator"]
        assert set(hits) == set(POOLS["payments"])


# ---------------------------------------------------------------- output against outcome


def paired(agency, opinions, facts):
    agency.add("metrics", [
        {"metric": metric, "service": "a", "period": f"{2024 + at // 12}-{at % 12 + 1:02}",
         "value": value, "n": 400}
        for metric, values in (("within_norm", facts), ("drop_off", opinions))
        for at, value in enumerate(values)
    ])  # fmt: skip
    names = ["indicator", "level", "parent", "metric", "service", *indicator_levels.TESTS]
    good = list(indicator_levels.TESTS.values())
    top = ["top", "agency", "", "drop_off", "", *good]
    lines = [top, ["out", "process", "top", "within_norm", "a", "yes", "yes", "yes", "yes"]]
    agency.add("indicators", [dict(zip(names, line, strict=True)) for line in lines])
    return agency.load()


def test_the_rank_correlation_is_spearmans_and_positive_where_both_improve(agency):
    facts = [50, 52, 51, 55, 54, 58, 60, 59, 63, 66, 64, 70, 72, 71]
    opinions = [40, 41, 39, 36, 38, 35, 30, 33, 31, 28, 29, 25, 22, 24]
    found = indicator_levels.pool(paired(agency, opinions, facts)).iloc[0]
    assert found["rho"] == pytest.approx(-stats.spearmanr(facts, opinions).statistic)
    assert found["rho"] > 0 and found["rho_low"] < found["rho"] < found["rho_high"]
    assert found["periods_seen"] == QUARTERS


def test_fewer_than_twelve_periods_give_no_correlation(agency):
    found = indicator_levels.pool(paired(agency, list(range(11)), list(range(40, 51)))).iloc[0]
    assert pd.isna(found["rho"]) and found["rho_why"] == "few_periods"


@pytest.mark.parametrize(
    ("fact", "opinion", "expected"),
    [(20, 0, "pool"), (20, -20, "together"), (0, 0, "no"), (20, 20, "pool")],
)
def test_output_up_and_no_gain_for_clients_is_a_pool(agency, fact, opinion, expected):
    noise = [0, 1, -1, 2, 0, -2, 1, 0, -1, 1, 2, -1, 0, 1, 0, -1, 2, 0, 1, -1, 0, 1]
    step = [0] * 12 + [1] * 10
    facts = [60 + wave + fact * late for wave, late in zip(noise, step, strict=True)]
    opinions = [40 + wave + opinion * late for wave, late in zip(noise[::-1], step, strict=True)]
    assert indicator_levels.pool(paired(agency, opinions, facts))["pool"].tolist() == [expected]


# ---------------------------------------------------------------- wording


@pytest.mark.parametrize(
    ("ru", "en", "marks"),
    [
        ("Время ожидания", "Waiting time", []),
        ("Качественное обслуживание", "", ["vague"]),
        ("Время ответа", "Prompt reply", ["vague"]),
        ("", "", ["nameless"]),
        ("один два три четыре пять шесть семь восемь девять десять", "", []),
        ("один два три четыре пять шесть семь восемь девять десять вот", "", ["long"]),
    ],
)
def test_names_are_checked_in_both_languages(ru, en, marks):
    assert indicator_levels.name_checked(ru, en, VAGUE)[0] == marks


def test_no_common_metric_has_a_poor_name():
    for row in catalogues.common()["metrics"].itertuples():
        assert indicator_levels.name_checked(row.ru, row.en, VAGUE)[0] == [], row.Index


def test_every_vague_word_is_found_by_its_own_stems():
    for code, row in VAGUE.iterrows():
        for lang in wording.LANGS:
            for stem in row[lang].split(","):
                names = {"ru": "", "en": ""} | {lang: f"Показатель {stem}"}
                assert code in indicator_levels.name_checked(names["ru"], names["en"], VAGUE)[1]

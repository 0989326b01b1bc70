"""The five KPIs: facts and opinions side by side; what is missing stays missing."""

import math

import numpy as np
import pandas as pd
import pytest
from conftest import Agency, case
from scipy import stats

from ccwork import method
from ccwork.language import periods, wording
from ccwork.measure import five_kpis, metrics, who_answered
from ccwork.stats.intervals import Estimate
from ccwork.tell import sentences

CATALOGUE = """metric,kpi,group,form,levels,unit,better,worst,best,weight,ru,en
days,speed,objective,value,,days,lower,30,5,1,Дни,Days
late,speed,objective,share,,percent,lower,100,0,3,Опоздания,Late
quick,speed,subjective,counts,5,level,higher,1,5,1,Быстро,Quick
"""


@pytest.fixture
def speed(agency):
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "metrics.csv").write_text(CATALOGUE, encoding="utf-8")
    return agency


def rows(**metrics):
    return [
        {"metric": metric, "service": "a", "period": "2025-01", "value": value, "n": 100}
        for metric, value in metrics.items()
    ]


def speed_of(agency):
    table = five_kpis.five(agency.load())
    return table.set_index("kpi").loc["speed"]


def test_a_kpi_is_the_mean_of_facts_and_opinions(speed):
    speed.add("metrics", rows(days=12.0, late=20)).counts([0, 0, 0, 50, 50])
    text = (speed.folder / "counts.csv").read_text(encoding="utf-8")
    (speed.folder / "counts.csv").write_text(text.replace("satisfaction", "quick"), "utf-8")
    row = speed_of(speed)
    # facts: 72 points with weight 1, 80 with weight 3; opinions: 87.5
    assert row["objective"] == pytest.approx(78)
    assert row["subjective"] == pytest.approx(87.5)
    assert row["kpi_points"] == pytest.approx(82.75)
    assert row["gap"] == pytest.approx(9.5)
    assert (row["status"], row["measured"], row["selected"]) == ("full", 3, 3)


def test_without_opinions_there_is_no_kpi_only_facts(speed):
    row = speed_of(speed.add("metrics", rows(days=12.0, late=20)))
    assert row["status"] == "only_facts" and math.isnan(row["kpi_points"])
    assert row["objective"] == pytest.approx(78)


def test_a_kpi_nobody_measured_is_not_zero(speed):
    table = five_kpis.five(speed.add("metrics", rows(days=12.0)).load()).set_index("kpi")
    assert table.loc["culture", "status"] == "not_measured"
    assert math.isnan(table.loc["culture", "kpi_points"])
    assert list(table.index) == ["information", "effort", "speed", "quality", "culture"]


def test_weights_of_a_metric_missing_this_month_go_to_the_others(speed):
    later = [row | {"period": "2025-02"} for row in rows(late=20)]
    row = speed_of(speed.add("metrics", rows(days=12.0, late=20) + later))
    assert row["objective"] == pytest.approx(80)
    assert (row["measured"], row["selected"]) == (1, 2)


def test_a_value_on_an_anchor_gives_exactly_its_end(speed):
    table = five_kpis.scored(speed.add("metrics", rows(days=5.0, late=100)).load()).set_index(
        "metric"
    )
    assert table.loc["days", "points"] == 100 and table.loc["late", "points"] == 0


def test_services_are_weighted_by_their_volume(speed):
    services = [{"service": "a", "volume": 300}, {"service": "b", "volume": 100}]
    speed.add("services", services)
    both = rows(late=20) + [row | {"service": "b"} for row in rows(late=60)]
    table = five_kpis.scored(speed.add("metrics", both).load())
    assert table["points"].tolist() == pytest.approx([70])


def test_outer_and_inner_clients_are_never_averaged(speed):
    services = [{"service": "a", "client": "external"}, {"service": "b", "client": "internal"}]
    speed.add("services", services)
    both = rows(late=20) + [row | {"service": "b"} for row in rows(late=60)]
    table = five_kpis.five(speed.add("metrics", both).load())
    shown = table[table["kpi"] == "speed"].set_index("client")["objective"]
    assert shown.to_dict() == pytest.approx({"external": 80, "internal": 40})


def test_periods_after_the_one_judged_change_nothing(speed):
    now = speed.add("metrics", rows(late=20)).load("2025-01")
    before = five_kpis.five(now)
    later = [row | {"period": periods.shift("2025-01", 1)} for row in rows(late=90)]
    assert five_kpis.five(speed.add("metrics", rows(late=20) + later).load("2025-01")).equals(
        before
    )


def test_a_metric_of_weight_0_is_shown_in_no_kpi(speed):
    path = speed.folder / "catalogue" / "metrics.csv"
    told = CATALOGUE.replace("percent,lower,100,0,3,", "percent,lower,100,0,0,")
    path.write_text(told, encoding="utf-8")
    work = speed.add("metrics", rows(days=12.0, late=20)).load()
    assert five_kpis.scored(work)["metric"].tolist() == ["days"]
    assert five_kpis.five(work).set_index("kpi").loc["speed", "selected"] == 1


@pytest.mark.parametrize(
    ("opinions", "word"),
    [((4, 0.1, 8), "together"), ((4, 0, 8), "unclear"), ((2, 0, 4.9), "formalism"),
     ((2, 0, 5), "unclear")],
)  # fmt: skip
def test_opinions_improve_only_where_their_whole_interval_does(opinions, word):
    changes = {"objective": Estimate(8, 6, 10, 900), "subjective": Estimate(*opinions, 400)}
    assert five_kpis.agreement(changes) == word
    assert five_kpis.agreement(changes | {"objective": Estimate(8, 0, 16, 900)}) == "not_proven"


def test_less_than_two_years_are_halved_and_an_odd_month_is_left_out(agency):
    then, now = who_answered.year_windows(agency.metric([60] * 11, n=100).load())
    assert (len(then), len(now)) == (5, 5)
    assert (then[-1], now[-1], now[0]) == ("2024-02", "2024-07", "2024-11")


@pytest.mark.parametrize(
    ("facts", "opinions", "word"),
    [((5, 4, 6), (4, 1, 7), "together"), ((4, 0, 8), (4, 1, 7), "not_proven"),
     ((5, 0.1, 9.9), (0, -1, 1), "not_proven"),
     ((5, 2.7, 7.3), (0, -1, 1), "not_proven"),
     ((5, 2.8, 7.2), (0, -1, 1), "formalism"), ((4.9, 4.8, 5), (0, -1, 1), "small"),
     ((-4.9, -5, -4.8), (9, 7, 11), "small"), ((-5, -6, -4), (9, 7, 11), "contradict"),
     ((-5, -6, -4), (1, 0, 2), "fell"), ((-5, -10, 0), (9, 7, 11), "not_proven"),
     ((16, np.nan, np.nan), (0, -1, 1), "not_proven")],
)  # fmt: skip
def test_what_is_said_of_facts_and_opinions_needs_a_proven_and_worthwhile_change(
    facts, opinions, word
):
    changes = {"objective": Estimate(*facts, 900), "subjective": Estimate(*opinions, 400)}
    assert five_kpis.agreement(changes) == word


def test_without_facts_or_without_opinions_nothing_is_said_of_their_accord():
    for group in ("objective", "subjective"):
        assert five_kpis.agreement({group: Estimate(9, 8, 10, 900)}) == "one_side"


def test_no_rise_from_noise_or_below_the_worthwhile_is_called_formalism():
    said = five_kpis.accord(case("formalism_from_noise")).set_index("kpi")
    months = metrics.values(case("formalism_from_noise")).set_index("metric").loc["conduct_items"]
    both = stats.ttest_ind(months["value"][12:], months["value"][:12], equal_var=False)
    assert both.pvalue == pytest.approx(0.25, abs=0.01)
    assert said.loc["culture", "accord"] == "not_proven"
    assert said.loc["speed", "accord"] == "small"
    shown = said.loc["culture", ["objective_change_low", "objective_change_high"]].tolist()
    low, high = both.confidence_interval()
    assert shown[0] <= low and high <= shown[1]


def test_a_proven_fall_of_facts_while_opinions_rise_is_named():
    work = case("facts_fell_opinions_rose")
    row = five_kpis.accord(work).iloc[0]
    then, now = np.split(metrics.values(work).query("metric == 'first_time_right'")["value"], 2)
    assert row["objective_change"] == pytest.approx(now.mean() - then.mean())
    assert row["objective_change_high"] < 0 < row["subjective_change_low"]
    assert row["accord"] == "contradict"
    told = " ".join(sentences.sentences(five_kpis.accord(work)))
    assert "ухудшились" in told and "противоречит" in told
    row = five_kpis.moved(work).iloc[0]
    assert row["p_holm"] < 5 and abs(row["kpi_change"]) < 5
    assert (row["verdict"], row["five_word"]) == ("not_proven", "small")


def test_two_months_do_not_tell_how_months_differ(agency):
    row = five_kpis.moved(worlds(agency, np.random.default_rng(3), months=4)).iloc[0]
    assert row["verdict"] == "too_little" and np.isnan(row["kpi_change_low"])


FIVE = "\n".join([
    "metric,kpi,group,form,levels,unit,better,worst,best,weight,ru,en",
    *[f"fact_{kpi},{kpi},objective,share,,percent,higher,0,100,1,Факт,Fact"
      for kpi in method.KPIS],
    *[f"felt_{kpi},{kpi},subjective,counts,5,level,higher,1,5,1,Вопрос,Question"
      for kpi in method.KPIS],
])  # fmt: skip


def worlds(agency, chance, months=24, n=5000, sd=2.0, alike=0.0):
    """Five KPIs of an agency in which nothing happens but months differ by themselves."""
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "metrics.csv").write_text(FIVE, encoding="utf-8")
    facts, told = [], []
    for kpi in method.KPIS:
        level, shares = chance.normal(0, sd), np.array([5, 8, 15, 37, 35]) / 100
        for month in range(months):
            level = alike * level + chance.normal(0, sd * np.sqrt(1 - alike**2))
            period, share = periods.shift("2024-07", month), np.clip(0.8 + level / 100, 0, 1)
            one = {"service": "a", "period": period}
            value = round(100 * chance.binomial(n, share) / n, 2)
            facts.append(one | {"metric": f"fact_{kpi}", "value": value, "n": n})
            counts = chance.multinomial(400, shares)
            told += [one | {"metric": f"felt_{kpi}", "level": place + 1, "count": count}
                     for place, count in enumerate(counts)]  # fmt: skip
    return agency.add("metrics", facts).add("counts", told).load()


def false_words(tmp_path, seeds, **world):
    """In which share of quiet reports facts and opinions are said to part, or a KPI to move."""
    parted, moved = [], []
    for seed in seeds:
        work = worlds(Agency(tmp_path / str(seed)), np.random.default_rng(seed), **world)
        said = five_kpis.accord(work)["accord"]
        parted.append(said.isin(["formalism", "contradict", "fell"]).any())
        moved.append(five_kpis.moved(work)["verdict"].isin(["better", "worse"]).any())
    return float(np.mean(parted)), float(np.mean(moved))


WORLDS = {
    "sampling only": {"sd": 0.0}, "months sd 2": {"sd": 2.0}, "months sd 4": {"sd": 4.0},
    "sd 2, lag-1 .6": {"sd": 2.0, "alike": 0.6}, "sd 4, lag-1 .6": {"sd": 4.0, "alike": 0.6},
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("world", ["months sd 2", "sd 4, lag-1 .6"])
def test_in_quiet_reports_facts_and_opinions_are_not_said_to_part(tmp_path, world):
    assert max(false_words(tmp_path, range(8), **WORLDS[world])) <= 1 / 8


@pytest.mark.long
@pytest.mark.parametrize("world", list(WORLDS))
def test_in_five_hundred_quiet_reports_two_in_a_hundred_say_facts_and_opinions_part(
    tmp_path, world
):
    parted, moved = false_words(tmp_path, range(500), **WORLDS[world])
    print(f"{world}: accord {parted:.3f}, moved {moved:.3f} of 500 reports")
    assert parted <= 0.02 and moved <= 0.05


def test_a_metric_without_ends_stops_no_comparison_of_years():
    work = case("own_metric_no_ends")
    assert "wait_minutes" in set(metrics.values(work)["metric"])
    assert "wait_minutes" not in set(five_kpis.matched(work)["metric"])
    # of its other metrics only the overall ones have two years: no KPI of the five is compared
    assert five_kpis.accord(work).empty


def versioned(speed, **changes):
    """Two years of facts and opinions of one KPI; a metric may change its version half way."""
    rows = [
        {"metric": metric, "service": "a", "period": periods.shift("2024-01", month), "n": 400,
         "value": 10 + 70 * (metric == "late") + month // 12,
         "version": f"v{int(metric in changes and month >= changes[metric])}"}
        for metric in ("days", "late")
        for month in range(24)
    ]  # fmt: skip
    return speed.add("metrics", rows).load()


def test_a_kpi_of_which_every_definition_changed_is_not_comparable(speed):
    work = versioned(speed, days=12, late=15)
    assert five_kpis.matched(work).empty
    row = five_kpis.accord(work).iloc[0]
    assert (row["kpi"], row["accord"], row["why"]) == ("speed", "cut", "cut")
    row = five_kpis.moved(work).iloc[0]
    assert (row["five_word"], row["verdict"], row["why"]) == ("not_comparable",) * 2 + ("cut",)
    assert list(sentences.sentences(five_kpis.accord(work))) == []


def test_a_kpi_with_one_definition_kept_is_compared_by_it(speed):
    work = versioned(speed, days=12)
    assert set(five_kpis.matched(work)["metric"]) == {"late"}
    assert five_kpis.accord(work)["accord"].tolist() == ["one_side"]


def test_points_agree_with_their_number():
    row = {"client": "external", "kpi": "speed", "objective_change": -16.0,
           "subjective_change": 5.0}  # fmt: skip
    for accord in ("contradict", "fell", "formalism"):
        rows = pd.DataFrame([row | {"accord": accord}])
        rows.attrs["name"] = "accord"
        (said,) = sentences.sentences(rows)
        assert "16,0 балла" in said and "5,0 балла" in said
    assert wording.plural("−1 200 [−1 300; −1 100]", "балл", "балла", "баллов") == "баллов"

"""The five KPIs: facts and opinions side by side; what is missing stays missing."""

import math

import pytest

from ccwork.language import periods
from ccwork.measure import five_kpis
from ccwork.stats.intervals import Estimate

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
    then, now = five_kpis.year_windows(agency.metric([60] * 11, n=100).load())
    assert (len(then), len(now)) == (5, 5)
    assert (then[-1], now[-1], now[0]) == ("2024-02", "2024-07", "2024-11")


@pytest.mark.parametrize(
    ("facts", "opinions", "word"),
    [((0.4, 0.1, 0.7), (0.4, 0.1, 0.7), "together"), ((4, 0, 8), (4, 1, 7), "not_proven"),
     ((0.4, 0.1, 0.7), (0, -1, 1), "formalism")],
)  # fmt: skip
def test_an_improvement_is_proven_above_zero_however_small(facts, opinions, word):
    changes = {"objective": Estimate(*facts, 900), "subjective": Estimate(*opinions, 400)}
    assert five_kpis.agreement(changes) == word

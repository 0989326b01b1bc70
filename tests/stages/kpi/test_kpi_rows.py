"""The five KPIs as rows of one page: the same figures as elsewhere, gaps stay gaps."""

import math

import pytest
from conftest import sample

from ccwork.language import periods
from ccwork.measure import five_kpis
from ccwork.stages.kpi import kpi_rows
from ccwork.tell import formatting

CATALOGUE = """metric,kpi,group,form,levels,unit,better,worst,best,weight,ru,en
days,speed,objective,value,,days,lower,30,5,1,Дни,Days
late,speed,objective,share,,percent,lower,100,0,3,Опоздания,Late
quick,speed,subjective,share,,percent,higher,0,100,1,Быстро,Quick
glad,overall,subjective,share,,percent,higher,0,100,1,Довольны,Glad
used,overall,objective,share,,percent,higher,0,100,1,Пользуются,Used
"""


@pytest.fixture
def speed(agency):
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "metrics.csv").write_text(CATALOGUE, encoding="utf-8")
    return agency


def brought(agency, versions="", **metrics):
    """Bring series of months from January 2024 on; None is a month without a row."""
    rows = [
        {"metric": metric, "service": "a", "period": periods.shift("2024-01", month),
         "value": value, "n": 1000, **({"version": versions[month]} if versions else {})}
        for metric, values in metrics.items()
        for month, value in enumerate(values)
        if value is not None
    ]  # fmt: skip
    return agency.add("metrics", rows)


def speed_by_period(agency, kpi="speed"):
    rows = kpi_rows.kpi_by_period(agency.load())
    return rows[rows["kpi"] == kpi].set_index("period")


@pytest.mark.parametrize("name", ["payments", "archive", "csps_hmrc", "opg"])
def test_the_last_period_has_the_points_of_the_five_kpis(name):
    work = sample(name)
    now = kpi_rows.kpi_by_period(work)
    now = now[now["period"] == work.period].set_index(["client", "kpi"])
    shown = kpi_rows.five_rows(work).set_index(["client", "kpi"])
    of = {"both": "kpi_points", "facts": "objective", "opinions": "subjective",
          "overall": "kpi_points"}  # fmt: skip
    seen = now[now["points"].notna()]
    for row in seen.itertuples():
        assert row.points == pytest.approx(shown.loc[row.Index, of[row.of]])
    measured = shown.index[shown["status"] != "not_measured"]
    assert set(measured) == set(seen.index)


def test_a_kpi_of_a_month_is_the_mean_of_facts_and_opinions(speed):
    rows = speed_by_period(brought(speed, days=[12, 5], late=[20, 40], quick=[50, 60]))
    # facts: 72 and 80 by 1 to 3, 100 and 60 by 1 to 3; opinions 50 and 60
    assert rows["points"].tolist() == pytest.approx([(78 + 50) / 2, (70 + 60) / 2])
    assert set(rows["of"]) == {"both"} and rows["lower"].isna().all()


def test_a_month_with_a_quarter_of_the_weight_is_missing_not_zero(speed):
    facts = {"days": [12, 12, 12], "late": [20, None, 20]}
    rows = speed_by_period(brought(speed, quick=[50, 50, 50], **facts))
    assert rows["points"].isna().tolist() == [False, True, False]


def test_weights_of_a_missing_metric_go_to_the_others(speed):
    rows = speed_by_period(brought(speed, days=[12, None], late=[20, 20], quick=[50, 50]))
    assert rows["points"].tolist() == pytest.approx([64, 65])


def test_a_month_made_of_less_than_now_is_missing(speed):
    rows = speed_by_period(brought(speed, late=[20, 20, 20], quick=[None, None, 50]))
    assert rows["points"].dropna().tolist() == [65] and rows.index.tolist() == ["2024-03"]
    rows = speed_by_period(brought(speed, late=[20, 20, 20], quick=[50, 50, None]))
    assert set(rows["of"]) == {"facts"} and rows["points"].tolist() == [80, 80, 80]


def test_a_new_definition_makes_no_jump(speed):
    rows = speed_by_period(brought(speed, "1122", late=[20, 20, 60, 60], quick=[50] * 4))
    assert rows.index.tolist() == ["2024-03", "2024-04"]
    assert rows["points"].tolist() == [45, 45]


def test_limits_stand_on_the_first_twelve_points_and_a_fall_lies_beyond_them(speed):
    late = [20, 22] * 6 + [21, 60, 5]
    rows = speed_by_period(brought(speed, late=late))
    # facts 80 and 78 in turn: mean 79, moving range 2, limits 2.66 * 2 away
    assert rows["centre"].iloc[0] == pytest.approx(79)
    assert rows["lower"].iloc[0] == pytest.approx(79 - 5.32)
    assert rows["past_limits"].tolist() == [0] * 13 + [-1, 1]
    early = speed_by_period(brought(speed, late=late[:11]))
    assert early[["centre", "lower", "upper", "past_limits"]].isna().all(axis=None)


def test_a_gap_lies_neither_inside_nor_outside(speed):
    rows = speed_by_period(brought(speed, late=[20, 22] * 6 + [None, 21]))
    assert math.isnan(rows["points"].iloc[-2]) and math.isnan(rows["past_limits"].iloc[-2])
    assert rows["past_limits"].iloc[-1] == 0


def test_only_the_last_twenty_four_periods_are_followed(speed):
    rows = speed_by_period(brought(speed, late=[20] * 30))
    assert len(rows) == 24 and rows.index[-1] == "2026-06"


def test_overall_is_what_clients_say_and_facts_only_where_nobody_asks(speed):
    both = brought(speed, glad=[70, 60], used=[10, 10])
    assert speed_by_period(both, "overall")["points"].tolist() == [70, 60]
    row = kpi_rows.five_rows(both.load()).iloc[0]
    assert (row["kpi"], row["kpi_points"], row["objective"]) == ("overall", 60, 10)
    alone = brought(speed, used=[10, 20])
    assert speed_by_period(alone, "overall")["points"].tolist() == [10, 20]
    assert five_kpis.above_five(alone.load())["kpi_points"].tolist() == [20]


def test_the_change_of_what_is_overall_has_one_of_five_words(speed):
    rows = kpi_rows.five_rows(brought(speed, glad=[60] * 12 + [80] * 12).load())
    row = rows.set_index("kpi").loc["overall"]
    assert row["verdict"] == "better" and row["kpi_change"] == pytest.approx(20)
    assert rows["verdict"].iloc[1:].eq("too_little").all()


@pytest.mark.parametrize(
    ("months", "targets", "word"),
    [(14, [50], "all_met"), (14, [1], "none_met"), (14, [21], "some"), (14, [], "no_targets"),
     (3, [50], "no_chart")],
)  # fmt: skip
def test_targets_of_a_kpi_are_said_in_one_word(speed, months, targets, word):
    brought(speed, late=[20, 22] * (months // 2) + [20] * (months % 2))
    if targets:
        speed.add("targets", [{"metric": "late", "service": "a", "period": "2025-12",
                               "value": value, "mode": "value"} for value in targets])  # fmt: skip
    row = kpi_rows.five_rows(speed.load()).set_index("kpi").loc["speed"]
    assert row["target_word"] == word and row["targets_set"] == len(targets)


def test_clients_nobody_asks_have_their_rows(speed):
    speed.add(
        "services",
        [{"service": "a", "client": "external"}, {"service": "b", "client": "internal"}],
    )
    rows = kpi_rows.five_rows(brought(speed, late=[20]).load())
    inner = rows[rows["client"] == "internal"]
    assert len(inner) == 5 and set(inner["status"]) == {"not_measured"}
    assert set(inner["target_word"]) == {"no_targets"}


def test_rows_of_clients_nobody_asks_say_why_they_are_empty(speed):
    both = [{"service": "a", "client": "external"}, {"service": "b", "client": "internal"}]
    speed.add("services", both)
    rows = kpi_rows.five_rows(brought(speed, quick=[80] * 3).load())
    assert {*rows["client"]} == {"external", "internal"}
    cells = formatting.printed(rows)[3]
    assert {line[2].shown for line in cells if line[0].shown == "внутренний клиент"} == {
        "нет данных"
    }

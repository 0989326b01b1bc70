"""What a head is told of the KPIs: harm first, nothing that is not proven, each cause once."""

import pandas as pd
import pytest
from conftest import case, sample

from ccwork.language import periods, wording
from ccwork.stages.kpi import kpi_findings
from ccwork.tell import display, findings
from ccwork.tell.tables import about

CATALOGUE = """metric,kpi,group,form,levels,unit,better,worst,best,weight,owner,ru,en
days,speed,objective,value,,days,lower,30,5,1,,Дни,Days
late,speed,objective,share,,percent,lower,100,0,3,keeper,Опоздания,Late
quick,speed,subjective,share,,percent,higher,0,100,1,,Быстро,Quick
whole,overall,subjective,share,,percent,higher,0,100,1,,В целом,Whole
"""


@pytest.fixture
def speed(agency):
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "metrics.csv").write_text(CATALOGUE, encoding="utf-8")
    return agency


def brought(agency, n=1000, version="", **metrics):
    rows = [
        {"metric": metric, "service": "a", "period": periods.shift("2024-01", month),
         "value": value, "n": n, **({"version": version[month]} if version else {})}
        for metric, values in metrics.items()
        for month, value in enumerate(values)
    ]  # fmt: skip
    return agency.add("metrics", rows)


def told(work, apart=None):
    rows = kpi_findings.findings(work, apart).set_index("what")
    said = ["told_first", "to_do"]
    rows[said] = rows[said].map(lambda words: words.replace("\N{NO-BREAK SPACE}", " "))
    return rows


def target(agency, value, period, metric="late"):
    return agency.add("targets", [{"metric": metric, "service": "a", "period": period,
                                   "value": value, "mode": "value"}])  # fmt: skip


def test_a_proven_fall_is_told_with_its_change_since_when_and_whom_to_ask(speed):
    row = told(brought(speed, late=[20, 40]).load()).loc["series_worse"]
    assert (row["kind"], row["grade"], row["kpi"], row["service"]) == (
        "worsened", "proven", "speed", "a")  # fmt: skip
    assert row["size"] == pytest.approx(20 / 5) and row["since"] == "2024-01"
    gain = row["values"]["gain"]
    assert gain["value"] == pytest.approx(20) and 0 < gain["low"] < 20 < gain["high"]
    assert row["facts"][0] == "judged.late.a.change"
    assert row["told_first"].startswith(
        "«Услуга», «Опоздания»: с января 2024 хуже на 20,0 п. п. ["
    )
    assert row["to_do"] == "Выясните, что изменилось в услуге «Услуга» с января 2024."
    assert row["who"] == "position:keeper"


def test_a_gain_is_told_without_its_sign(speed):
    row = told(brought(speed, late=[40, 20]).load()).loc["series_better"]
    assert "лучше на 20,0 п. п. [" in row["told_first"] and row["to_do"] == "—"


def test_a_level_that_moved_less_than_is_worthwhile_is_not_told(speed):
    steady = [20.0, 20.4] * 9
    small = brought(speed, late=[*steady, *[22.0, 22.4] * 3]).load()
    assert "worse" in set(kpi_findings.own_past.judged(small)["verdict"])
    assert "worsened" not in set(told(small)["kind"])
    large = brought(speed, late=[*steady, *[32.0, 32.4] * 3]).load()
    row = told(large).loc["series_worse"]
    assert row["size"] == pytest.approx(12 / 5) and row["since"] == "2025-07"


def test_a_level_whose_change_to_last_year_proves_nothing_is_told_without_it(speed):
    late = [20, 20.4] * 12 + [32, 32.4] * 3
    late[17] = 32.4  # the same month of the year before was as bad
    row = told(brought(speed, n=500, late=late).load()).loc["series_worse_level"]
    assert row["told_first"].startswith("«Услуга», «Опоздания»: с января 2026 уровень хуже")
    assert row["facts"][0] == "judged.late.a.verdict" and row["grade"] == "moved"


def test_a_kpi_that_moved_names_the_one_service_behind_it(speed):
    work = brought(speed, late=[60] * 12 + [20] * 12, quick=[40] * 12 + [80] * 12).load()
    row = told(work).loc["kpi_better"]
    # facts by 40, opinions by 40 points
    assert row["values"]["gain"]["value"] == pytest.approx(40) and row["service"] == "a"
    assert row["size"] == pytest.approx(8) and row["since"] == "2025-01"
    assert row["told_first"].startswith("Внешние клиенты, «Скорость»: с января 2025 лучше на 40,0")


@pytest.mark.parametrize(("then", "now", "word", "kind"), [
    (40, 80, "лучше", "improved"), (80, 40, "хуже", "worsened"),
])  # fmt: skip
def test_what_stands_above_the_five_is_told_as_well(speed, then, now, word, kind):
    # the row of the page says so: the page must not say that nothing changed
    work = brought(speed, n=12, whole=[then] * 12 + [now] * 12).load()
    row = told(work).loc["kpi_better" if now > then else "kpi_worse"]
    assert (row["kind"], row["kpi"], row["service"]) == (kind, "overall", "")
    assert row["values"]["gain"]["value"] == pytest.approx(40)
    assert row["facts"][0] == "five_rows.external.overall.kpi_change"
    said = f"Внешние клиенты, «В целом»: с января 2025 {word} на 40,0 балла ["
    assert row["told_first"].startswith(said)
    # a metric that is proven to have moved says more, once
    rows = told(brought(speed, whole=[then] * 12 + [now] * 12).load())
    assert [each for each in rows.index if each.endswith(("_better", "_worse"))] == [
        "series_better" if now > then else "series_worse"]  # fmt: skip


def test_facts_people_do_not_feel_are_no_improvement(speed):
    late, quick = [60] * 12 + [20] * 12, [40] * 24
    work = brought(speed, late=late, quick=quick).load()
    rows = told(work)
    assert "improved" not in set(rows["kind"])
    row = rows.loc["facts_formalism"]
    assert row["kind"] == "contradict" and row["values"]["facts_by"]["value"] == pytest.approx(40)
    assert row["to_do"].startswith("Спросите десять клиентов, помогает ли им «Опоздания»")
    assert row["who"] == "position:keeper"


def test_facts_that_fell_while_opinions_rose_contradict_each_other():
    rows = told(case("facts_fell_opinions_rose"))
    row = rows.loc["facts_contradict"]
    assert row["kind"] == "contradict" and row["values"]["facts_by"]["value"] == pytest.approx(16)
    assert "мнения лучше: +13,2 балла" in row["told_first"]
    assert rows["kind"].tolist()[0] == "worsened"


def test_a_target_missed_is_told_once_with_the_latest_day_and_a_way_out(speed):
    late = brought(speed, late=[20, 22] * 7)
    speed.add("targets", [
        {"metric": "late", "service": "a", "period": period, "value": 5, "mode": "value"}
        for period in ("2024-12", "2025-02")
    ])  # fmt: skip
    rows = told(late.load())
    row = rows.loc["target_missed"]
    assert row["kind"] == "promise_not_kept" and row["since"] == "2025-02"
    assert row["size"] == pytest.approx((22 - 5) / 5)
    assert row["told_first"].startswith("«Услуга», «Опоздания»: 22,0 % [")
    assert row["action"] == "name_change" and "target_beyond" not in rows.index


def test_a_target_beyond_the_process_is_told_before_its_day(speed):
    target(brought(speed, late=[20, 22] * 7), 5, "2025-12")
    row = told(speed.load()).loc["target_beyond"]
    assert (row["kind"], row["by"], row["since"]) == ("out_of_reach", "2025-12", "")
    target(speed, 21, "2025-12")
    assert "out_of_reach" not in set(told(speed.load())["kind"])


def test_a_change_already_named_for_a_target_is_to_be_finished(speed):
    target(brought(speed, late=[20, 22] * 7), 5, "2025-12")
    speed.add("changes", [{
        "change": "c1", "name_ru": "Одно окно", "name_en": "One desk", "service": "a",
        "kind": "work_process", "reach": "organisational", "touches": "work_logic",
        "act": "rule", "metric": "late", "assigned": "everywhere",
    }])  # fmt: skip
    row = told(speed.load()).loc["target_beyond"]
    assert row["to_do"] == "Доведите «Одно окно» до конца или смените цель 5,0 %."


def test_what_nobody_measures_is_told_once_for_outer_and_once_for_inner_clients(speed):
    speed.add("services", [{"service": "a", "client": "external", "volume": 300},
                           {"service": "b", "client": "internal", "volume": 70}])  # fmt: skip
    rows = told(brought(speed, late=[20], quick=[50]).load())
    assert rows.index.tolist() == ["not_measured", "nothing_measured"]
    assert rows["client"].tolist() == ["external", "internal"]
    assert rows["people"].tolist() == [300, 70]
    assert rows["values"].iloc[0]["names"] == [
        "kpi:information", "kpi:effort", "kpi:quality", "kpi:culture"]  # fmt: skip
    assert rows["facts"].iloc[0][0] == "five_rows.external.information.status"
    assert rows["to_do"].iloc[0] == (
        "Для КПЭ «Информирование» начните с показателя «Сведения были понятны»."
    )


def test_the_metric_to_begin_with_is_the_one_a_need_asks_for(speed):
    speed.add(
        "needs",
        [
            {
                "need": "n1",
                "segment": "citizens",
                "need_ru": "Знать",
                "need_en": "Know",
                "found": "беседы",
                "evidence": "протокол",
                "metric": "info_enough",
            }
        ],
    )
    row = told(brought(speed, late=[20]).load()).loc["not_measured"]
    assert row["values"]["metric"] == "metric:info_enough"


def test_values_in_dispute_are_told_once_a_service_by_the_widest(speed):
    speed.add("metrics", [
        {"metric": metric, "service": "a", "period": "2024-01", "value": value, "n": 100,
         "origin": origin}
        for metric, values in (("late", (20, 25)), ("quick", (30, 50)))
        for origin, value in zip(("one", "two"), values, strict=True)
    ])  # fmt: skip
    row = told(speed.load()).loc["conflict"]
    assert (row["kind"], row["size"], row["values"]["n"]) == ("contradict", 4, 2)
    assert row["told_first"] == (
        "«Услуга», «Быстро» за январь 2024: «one» 30,0 %, «two» 50,0 %; всего споров 2."
    )


def test_sources_are_told_apart_beyond_chance_only(speed):
    work = brought(speed, late=[20]).load()

    def apart(low):
        rows = pd.DataFrame([
            {"metric": "late", "service": "a", "origin": "metrics", "value": 20.0, "low": 18.0,
             "high": 22.0, "n": 1000, "unit": "percent"},
            {"metric": "late", "service": "a", "origin": "steps", "value": 40.0, "low": low,
             "high": 45.0, "n": 100, "unit": "percent"},
        ])  # fmt: skip
        return about(rows, "told_apart", work, key=["metric", "service", "origin"])

    row = told(work, apart(35.0)).loc["told_apart"]
    assert (row["kind"], row["grade"], row["size"]) == ("contradict", "counted", 4)
    assert row["facts"] == ["told_apart.late.a.metrics.value", "told_apart.late.a.steps.value"]
    assert "told_apart" not in told(work, apart(21.0)).index


def test_a_new_definition_is_told_once_a_service(speed):
    version = "1" * 3 + "2"
    work = brought(speed, version=version, late=[20] * 3 + [60], quick=[50] * 4).load()
    row = told(work).loc["definition_cut"]
    assert (row["kind"], row["since"], row["values"]["n"]) == ("data_fault", "2024-04", 2)
    assert "у 2 показателей" in row["told_first"]


@pytest.mark.parametrize(("now", "told_now"), [(60, True), (2, False), (21, False)])
def test_a_point_beyond_its_limits_to_the_worse_is_a_question(speed, now, told_now):
    rows = told(brought(speed, late=[20, 22] * 7 + [now]).load())
    assert ("point_outside" in rows.index) == told_now


@pytest.mark.parametrize(("name", "doubt"), [("bots", "forms_alike"),
                                             ("response_fell", "response_fell")])  # fmt: skip
def test_what_shakes_opinions_is_told_as_a_fault_of_the_data(name, doubt):
    row = told(case(name)).loc[doubt]
    assert row["kind"] == "data_fault" and "Услуга a" in row["told_first"]
    assert row["to_do"] != "—" and row["facts"][0] == f"doubts..a.{doubt}.now_share"


NAMES = ("indicator", "level", "parent", "metric", "service", "position", "role")


@pytest.mark.parametrize(
    ("metric", "service", "who"),
    [("late", "a", "position:clerk"), ("late", "b", "position:keeper"), ("days", "a", "")],
)
def test_who_answers_is_the_owner_of_just_that_else_of_the_catalogue(speed, metric, service, who):
    lines = [
        ("top", "agency", "", "quick", "", "", "apart"),
        ("mid", "process", "top", "late", "a", "", "apart"),
        ("low", "position", "mid", "", "", "clerk", "owns"),
        ("by", "position", "mid", "days", "", "clerk", "influences"),
    ]
    speed.add("indicators", [dict(zip(NAMES, line, strict=True)) for line in lines])
    assert kpi_findings.owner(brought(speed, late=[20]).load(), metric, service) == who


@pytest.mark.parametrize("name", ["payments", "inspection", "opg", "csps_hmrc", "va_vha"])
def test_findings_are_few_the_same_in_both_languages_and_rest_on_facts_shown(name):
    work = sample(name)
    rows = kpi_findings.findings(work)
    assert 1 <= len(rows) <= 12
    kinds = [findings.KINDS.index(kind) for kind in rows["kind"]]
    assert kinds == sorted(kinds)
    with wording.speaking("en"):
        assert findings.records(kpi_findings.findings(work)) == findings.records(rows)
    assert not any("nan" in said.split() for said in rows["told_first"])
    shown = [kpi_findings.kpi_rows.five_rows(work), kpi_findings.own_past.judged(work),
             kpi_findings.five_kpis.moved(work), kpi_findings.five_kpis.accord(work),
             kpi_findings.target_progress.progress(work), kpi_findings.metrics.conflicts(work),
             kpi_findings.who_answered.doubts(work)]  # fmt: skip
    known = {
        fact["id"]
        for table in shown
        for fact in display.facts(
            table, wording.terms()[f"show.{table.attrs['name']}"]["columns"].split())
    }  # fmt: skip
    assert {fact for facts in rows["facts"] for fact in facts} <= known


def test_the_agency_where_nothing_happens_has_neither_gain_nor_harm():
    assert not {"improved", "worsened"} & set(told(sample("inspection"))["kind"])

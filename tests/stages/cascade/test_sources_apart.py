"""What several sources tell of one service stands side by side, once."""

import pandas as pd
import pytest
from conftest import sample

from ccwork.language import wording
from ccwork.measure.process import client_effort
from ccwork.stages.cascade import sources_apart
from ccwork.stages.face_the_problem import walkthroughs
from ccwork.tell import formatting
from ccwork.tell.sentences import sentences


def test_the_figures_are_those_of_their_own_tables():
    work = sample("registry")
    rows = sources_apart.told_apart(work).set_index(["metric", "origin"])
    brought = work.table("metrics")
    brought = brought[(brought["period"] == work.period) & (brought["service"] == "certificate")]
    given = brought.set_index("metric")["value"]
    assert rows.loc[("lead_days", "metrics"), "value"] == given["lead_days"]
    steps = work.table("steps")
    steps = steps[steps["service"] == "certificate"]
    ended = steps.groupby("case").filter(lambda case: case["step"].eq("collect").any())
    asked = (ended if len(ended) else steps).groupby("case")["documents"].sum(min_count=1)
    assert rows.loc[("documents", "steps"), "value"] == pytest.approx(asked.mean(), abs=0.3)


def test_one_sentence_a_service_in_either_language():
    work = sample("registry")
    told = {}
    for lang in wording.each(wording.LANGS):
        told[lang] = list(sentences(sources_apart.told_apart(work)))
        assert len(told[lang]) == 1
    assert "показатели 8,6, журнал 12,2 (дни)" in told["ru"][0]
    assert "figures 8.6, log 12.2 (days)" in told["en"][0]


def test_sources_that_print_the_same_are_not_told(agency):
    work = agency.metric([3.0], metric="documents", n=50, first="2026-01").load()
    assert sources_apart.told_apart(work).empty
    assert isinstance(sources_apart.told_apart(work), pd.DataFrame)


def test_every_figure_says_how_it_was_counted_in_either_language():
    rows = sources_apart.told_apart(sample("registry"))
    for lang, said in {"ru": "журнал: только то", "en": "log: only what"}.items():
        with wording.speaking(lang):
            lines = [[cell.plain for cell in line] for line in formatting.printed(rows)[3]]
        assert any(said in line[-1] for line in lines)
        assert len({tuple(line[:2]) + (line[-1],) for line in lines}) == len(rows)


# ---------------------------------------------------------------- access


def logged(agency):
    """Ten cases that took a client 10 minutes each; each came 12 km and paid 100 roubles."""
    agency.add("services", [
        {"service": "a", "name_ru": "А", "name_en": "A", "client": "external", "volume": 90},
        {"service": "b", "name_ru": "Б", "name_en": "B", "client": "internal", "volume": 9},
    ])  # fmt: skip
    agency.add("steps", [
        {"case": f"{service}{case}", "service": service, "step": step, "actor": actor,
         "start": f"2026-06-{case + 1:02}T{hour}:00:00",
         "end": f"2026-06-{case + 1:02}T{hour}:10:00",
         "came": "yes", "km": km, "roubles": roubles}
        for service in "ab" for case in range(10)
        for step, actor, hour, km, roubles in [
            ("apply", "client", "10", 12, 100), ("collect", "front", "12", 0, 0)]
    ])  # fmt: skip
    return agency.load()


def test_access_is_told_by_what_was_brought_of_services_for_people(agency):
    rows = sources_apart.nearness(logged(agency)).set_index(["side", "metric"])
    assert set(rows["service"]) == {"a"} and set(rows["origin"]) == {"steps"}
    values = rows["value"].to_dict()
    assert values[("distance", "distance_km")] == 12
    assert values[("price", "client_roubles")] == 100
    assert values[("time", "client_minutes")] == pytest.approx(10)
    assert set(rows["held_by"]) == {"—"}


def test_a_side_nobody_tells_has_a_row_without_a_figure(agency):
    work = agency.metric([9.0, 8.0], metric="lead_days", n=50, first="2026-05").load()
    rows = sources_apart.nearness(work)
    assert rows["side"].tolist() == ["time", "distance", "price"]
    assert rows["value"].tolist()[0] == 8.0 and rows["value"].isna().tolist()[1:] == [True, True]
    for lang, word in {"ru": "нет данных", "en": "no data"}.items():
        with wording.speaking(lang):
            assert formatting.printed(rows)[3][1][3].plain == word


def test_visits_tell_the_price_where_the_log_does_not():
    rows = sources_apart.nearness(sample("payments")).set_index("side")
    assert rows.loc["price", "origin"] == "visits"
    visits = sample("payments").table("visits")
    paid = visits.loc[(visits["kind"] == "outer") & (visits["double_of"] == ""), "roubles"]
    assert rows.loc["price", "value"] == pytest.approx(paid.astype(float).mean())
    assert rows.loc["price", "n"] == 14
    assert "Время до первого ответа" in rows.loc["time", "held_by"].iloc[0]


def test_an_agency_that_tells_none_of_the_three_sides_has_three_rows_without_a_figure(agency):
    work = agency.metric([9.0, 8.0], metric="digital_take_up", n=50, first="2026-05").load()
    rows = sources_apart.nearness(work)
    assert rows["side"].tolist() == ["time", "distance", "price"] and rows["value"].isna().all()
    assert [line[3].plain for line in formatting.printed(rows)[3]] == ["нет данных"] * 3


def test_a_table_of_one_source_says_that_others_may_differ_and_where_they_stand():
    work = sample("registry")
    for table in (client_effort.effort(work), walkthroughs.effort(work)):
        for lang, words in {"ru": "тетрадь о КПЭ", "en": "the notebook on KPIs"}.items():
            with wording.speaking(lang):
                assert words in formatting.source(table)

"""The map of a small journey known by heart: four steps, what was said of them, what is to be."""

import numpy as np
import pandas as pd
import pytest

from ccwork.language import wording
from ccwork.measure.process import client_effort, what_if
from ccwork.stages.one_process import figures, journey_map
from ccwork.stages.plan import redesign
from ccwork.tell import formatting, sentences

CASES = 20


def steps(cases: int = CASES) -> list[dict[str, object]]:
    """Apply (client, 1 h), 2 h of waiting, accept (1 h), 48 h by law, decide (3 h), 10 h, get."""
    rows = []
    for n in range(cases):
        clock = pd.Timestamp("2026-05-01 09:00") + pd.Timedelta(hours=3 * n)
        for step, actor, wait, work in (
            ("apply", "client", 0, 1), ("accept", "front", 2, 1), ("decide", "back", 48, 3),
            ("get", "client", 10, 1),
        ):  # fmt: skip
            start = clock + pd.Timedelta(hours=wait)
            clock = start + pd.Timedelta(hours=work)
            rows.append(
                {"case": f"C{n:02}", "step": step, "start": start, "end": clock, "service": "a",
                 "actor": actor, "documents": 4 if step == "apply" else "", "norm": "",
                 "came": "yes" if actor == "client" else "",
                 "kind": "statutory" if step == "decide" else "ordinary"}
            )  # fmt: skip
    return rows


def voice(n: int, answer: int, step: str = "get", **more: object) -> dict[str, object]:
    return {"item": "walk_next", "visit": f"V{n}", "source": "client", "service": "a",
            "date": "2026-05-20", "answer": answer, "step": step, "words": "", "publish_ok": "no",
            **more}  # fmt: skip


@pytest.fixture
def told(agency):
    """An agency with steps, voices about the step "get" and a redesign."""
    agency.add("steps", steps())
    agency.add("checks", [voice(n, 2 if n < 6 else 0) for n in range(12)])
    return agency


def test_steps_stand_in_the_order_cases_meet_them_with_who_acts(told):
    found = journey_map.steps(told.load(), "a")
    assert found["step"].tolist() == ["apply", "accept", "decide", "get"]
    assert found["actor"].tolist() == ["client", "front", "back", "client"]
    assert found["cases"].tolist() == [CASES] * 4 and found["through"].tolist() == [100.0] * 4


def test_time_and_wait_are_the_medians_and_the_law_is_set_apart(told):
    found = journey_map.steps(told.load(), "a").set_index("step")
    assert found["time"].tolist() == [1, 1, 3, 1]
    assert found["wait"].tolist()[1:] == [2, 48, 10] and np.isnan(found.loc["apply", "wait"])
    assert found["statutory"].tolist() == ["no", "no", "yes", "no"]
    assert found.loc["apply", "wait_why"] == "first_step"


def test_what_people_said_stands_at_its_step_and_silence_is_told(told):
    found = journey_map.steps(told.load(), "a").set_index("step")
    assert found.loc["get", "felt"] == 50 and found.loc["get", "n"] == 12
    assert 0 <= found.loc["get", "felt_low"] < 50 < found.loc["get", "felt_high"] <= 100
    assert found.loc["get", "signs"] == "unclear" and found.loc["get", "silent"] == ""
    assert found.loc["decide", "silent"] == "silent_felt" and found.loc["decide", "n"] == 0


def test_answers_that_name_a_step_are_voices_too(agency):
    agency.add("steps", steps())
    rows = [
        {"respondent": f"R{n}", "metric": "easy", "service": "a", "date": "2026-05-20",
         "level": 5 if n < 5 else 1, "step": "accept"}
        for n in range(10)
    ]  # fmt: skip
    work = agency.add("answers", rows).load()
    found = journey_map.steps(work, "a").set_index("step")
    assert found.loc["accept", "felt"] == 50 and found.loc["accept", "n"] == 10


def test_of_many_steps_those_people_spoke_of_and_most_cases_pass_are_drawn(agency):
    rows = [{"case": f"C{n:02}", "step": f"s{at:02}", "start": f"2026-05-{1 + at:02} 10:00",
             "service": "a"} for n in range(30) for at in range(20) if at < 10 + n]  # fmt: skip
    agency.add("steps", rows).add("checks", [voice(n, 0, "s19") for n in range(12)])
    found = journey_map.steps(agency.load(), "a")
    assert found["step"].tolist() == [*(f"s{at:02}" for at in range(13)), "s19"]
    assert found.attrs["remarks"] == [("remark.rest_of_map", {"n": 6})]
    assert "6" in formatting.source(found)


def test_few_voices_get_words(agency):
    agency.add("steps", steps()).add("checks", [voice(n, 0) for n in range(9)])
    row = journey_map.steps(agency.load(), "a").set_index("step").loc["get"]
    assert np.isnan(row["felt"]) and row["felt_why"] == "too_few"


def test_only_released_words_are_shown_with_personal_data_hidden(agency):
    agency.add("steps", steps())
    agency.add("checks", [
        voice(1, 0, words="Звонил +7 916 123-45-67, никто не ответил", publish_ok="yes"),
        voice(2, 0, words="Этого показывать нельзя"),
    ])  # fmt: skip
    (row,) = journey_map.client_words(agency.load(), "a").to_dict("records")
    assert "никто не ответил" in row["words_said"] and "123" not in row["words_said"]
    assert "нельзя" not in row["words_said"] and (row["voices"], row["held"]) == (1, 1)


def test_words_nobody_released_are_counted_and_not_shown(agency):
    agency.add("steps", steps()).add("checks", [voice(1, 0, words="Секрет")])
    (row,) = journey_map.client_words(agency.load(), "a").to_dict("records")
    assert row["words_said"] == "есть, но показывать их не разрешили" and row["held"] == 1


# ---------------------------------------------------------------- as is and to be


def change(step: str, how: str, **more: object) -> dict[str, object]:
    return {"service": "a", "step": step, "change": how, "hours": "", "with_step": "",
            "documents": "", **more}  # fmt: skip


def test_a_dropped_step_a_shorter_wait_and_fewer_papers_give_what_they_must(told):
    told.add("redesign", [
        change("get", "without"), change("accept", "wait_norm", hours=0.5),
        change("apply", "fewer_documents", documents=1),
    ])  # fmt: skip
    told.add("services", [{"service": "a", "name_ru": "Услуга", "name_en": "S", "volume": 100}])
    found = redesign.as_is_to_be(told.load(), "a").set_index("saving")
    # a year of 100 cases: 11 h of "get" with its wait and 1.5 h of the wait before "accept"
    assert found.loc["lead", "value"] == pytest.approx(100 * 12.5)
    assert found.loc["documents", "value"] == pytest.approx(100 * 3)
    assert found.loc["trips", "value"] == pytest.approx(100 * 1)
    assert found.loc["paid", "why"] == "not_recorded"
    assert found.loc["roubles", "why"] == "no_rouble_hour"
    assert found.loc["lead", "mean_now"] - found.loc["lead", "mean_then"] == pytest.approx(12.5)


def test_hours_become_roubles_only_by_a_declared_value(told):
    told.add("redesign", [change("get", "without")])
    told.add("services", [{"service": "a", "name_ru": "Услуга", "name_en": "S", "volume": 100}])
    told.config["rouble_hour"] = 250
    work = told.load()
    found = redesign.as_is_to_be(work, "a").set_index("saving")
    assert found.loc["roubles", "value"] == pytest.approx(100 * 250 * 1)


def test_a_step_begun_beside_another_saves_the_shorter_of_both(told):
    told.add("redesign", [change("accept", "parallel", with_step="get")])
    work = told.load()
    made = redesign.redesigned(what_if.steps_of(work, "a"), work.table("redesign"))
    lead = what_if.case_clocks(made)["lead"]
    assert lead.iloc[0] == pytest.approx(66 - 3)


def test_the_mean_as_it_is_is_that_of_the_effort_table(told):
    told.add("redesign", [change("get", "without")])
    work = told.load()
    now = redesign.as_is_to_be(work, "a").set_index("saving").loc["documents", "mean_now"]
    assert now == client_effort.effort(work, "a").set_index("effort").loc["documents", "value"]


def test_a_change_that_cannot_be_counted_is_marked(told):
    rows = [
        {"service": "a", "step": step, "change": change, "hours": "", "with_step": beside,
         "documents": papers}
        for step, change, beside, papers in (
            ("apply", "without", "", ""), ("no_such", "without", "", ""),
            ("apply", "parallel", "no_such", ""), ("apply", "fewer_documents", "", ""),
            ("apply", "step_norm", "", ""),
        )
    ]  # fmt: skip
    told.add("redesign", rows)
    found = redesign.redesign_wishes(told.load(), "a")
    assert found["in_count"].tolist() == ["yes", "no", "no", "no", "no"]


def test_without_a_redesign_there_is_nothing_to_compare(told):
    work = told.load()
    assert redesign.as_is_to_be(work, "a").empty and redesign.both(work, "a").empty
    assert "перестройка" in formatting.absent(redesign.as_is_to_be(work, "a"))


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_map_is_drawn_and_told_in_words(told, lang):
    told.add("redesign", [change("get", "without")])
    work = told.load()
    wording.use(lang)
    rows = journey_map.steps(work, "a")
    picture = figures.draw_journey_map(rows, redesign.both(work, "a"))
    assert picture.figure is not None and "50" in picture.alt
    said = list(sentences.sentences(rows))
    assert len(said) == 1 and "get" in said[0] and "50" in said[0]


def test_a_service_without_steps_says_what_to_bring(agency):
    agency.counts([1, 2, 3, 4, 5])
    work = agency.load()
    for rows in (journey_map.steps(work, "a"), journey_map.client_words(work, "a")):
        assert rows.empty and formatting.absent(rows)
    assert figures.draw_journey_map(journey_map.steps(work, "a")).figure is None

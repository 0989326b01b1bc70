"""What the brief takes of a small log known by heart."""

import json
import re

import pandas as pd
import pytest

from ccwork.language import wording
from ccwork.report import facts_file
from ccwork.stages import one_process
from ccwork.stages.one_process import process_findings
from ccwork.tell import findings

CASES = 20
UNITS = [{"unit": unit, "name_ru": f"Отдел {unit}", "name_en": f"Unit {unit}"} for unit in "fb"]


def steps(cases: int = CASES, again: int = 0, **more: object) -> list[dict[str, object]]:
    """Apply (client), 2 h to accept, 96 h to decide (norm 24 h), 48 h by law, 1 h to tell.

    In `again` cases the decision is taken twice, after another hand-over.
    """
    rows = []
    for n in range(cases):
        clock = pd.Timestamp("2026-03-02 09:00") + pd.Timedelta(hours=3 * n)
        way = [("apply", "client", "", 0, ""), ("accept", "front", "f", 2, ""),
               ("decide", "back", "b", 96 + n % 5, 24), ("hold", "back", "b", 48, 48),
               ("tell", "front", "f", 1, "")]  # fmt: skip
        way = way[:3] * 2 + way[3:] if n < again else way
        for at, (step, actor, unit, wait, norm) in enumerate(way):
            start = clock + pd.Timedelta(hours=wait)
            clock = start + pd.Timedelta(minutes=6)
            rows.append(
                {"case": f"C{n:02}", "step": step, "start": start, "end": clock, "service": "a",
                 "actor": actor, "unit": unit, "norm": norm,
                 "documents": 4 if step == "apply" and at == 0 else "",
                 "kind": "statutory" if step == "hold" else "ordinary", **more}
            )  # fmt: skip
    return rows


def told(work, process="a"):
    return one_process.findings(work, process).set_index("what")


@pytest.fixture
def log(agency):
    agency.add("units", UNITS)
    return agency


def test_the_longest_wait_names_its_step_its_unit_and_what_is_beyond_the_norm(log):
    found = told(log.add("steps", steps()).load()).loc["long_wait"]
    assert (found["kind"], found["kpi"], found["who"]) == ("weak_place", "speed", "unit:b")
    assert found["size"] == pytest.approx((98 - 24) / 24, rel=1e-5) and found["grade"] == "proven"
    assert found["facts"][0] == "journey_waits.decide.wait"
    assert found["values"]["wait"]["value"] == 98 and found["values"]["nine"]["value"] == 100
    assert "перед шагом «decide»" in found["told_first"] and found["falls_to"] == "Отдел b"
    late = told(log.load()).loc["late_step"]
    assert late["kind"] == "promise_not_kept" and late["values"]["within"]["value"] == 0


def test_an_end_of_a_wait_nobody_saw_is_told_in_words_after_the_kernel_too(log):
    rows = one_process.findings(log.add("steps", steps(14)).load(), "a")
    handed = json.loads(json.dumps(findings.records(rows), allow_nan=False))
    (one,) = (each for each in facts_file.told(handed) if each["what"] == "long_wait")
    assert one["values"]["nine"]["high"] is None
    for lang, word in (("ru", "не видно]"), ("en", "not seen]")):
        assert word in one["said"][lang] and "nan" not in one["said"][lang]


def test_a_wait_within_its_norm_is_no_promise_broken_and_weighs_nothing(log):
    rows = [row | {"norm": 120 if row["step"] == "decide" else row["norm"]} for row in steps()]
    found = told(log.add("steps", rows).load())
    assert "late_step" not in found.index
    assert found.loc["long_wait", "size"] == 0 and found.loc["long_wait", "grade"] == "counted"


def test_a_term_of_the_law_used_up_is_no_bottleneck_but_is_asked_about(log):
    found = told(log.add("steps", steps()).load()).loc["by_law_used"]
    assert found["action"] == "ask_sooner" and found["cause"] == "term:hold"
    assert found["facts"][0] == "journey_waits.hold.norm"


def test_a_wait_that_is_always_the_same_may_be_a_term(log):
    rows = [row | {"norm": "", "kind": "ordinary"} for row in steps()]
    found = told(log.add("steps", rows).load()).loc["term_asked"]
    assert "«hold»" in found["told_first"] and found["action"] == "ask_whose"


def test_work_that_comes_back_names_who_hands_over_to_whom(log):
    found = told(log.add("steps", steps(again=10)).load()).loc["returned"]
    assert found["kpi"] == "quality" and found["who"] == "party:f"
    assert found["values"]["receiver"] == "party:b"
    assert found["facts"] == ["journey_handovers.f.b.returned", "journey_work.a.reworked"]
    assert not {"returned", "reworked"} & set(told(log.add("steps", steps(again=2)).load()).index)


def test_without_units_repeated_steps_are_told_of_the_whole_way(agency):
    rows = [row | {"unit": "", "actor": ""} for row in steps(again=10)]
    found = told(agency.add("steps", rows).load())
    assert found.loc["reworked", "values"]["reworked"]["value"] == 50
    assert found.loc["long_wait", "who"] == ""


def test_documents_name_the_step_that_asks_and_the_unit_that_could_know(log):
    found = told(log.add("steps", steps()).load()).loc["asks_documents"]
    assert (found["kpi"], found["who"]) == ("effort", "unit:f")
    assert found["values"]["step"] == "step:apply" and found["values"]["spent"]["value"] == 4
    one = [row | {"documents": 1 if row["documents"] else ""} for row in steps()]
    assert "asks_documents" not in told(log.add("steps", one).load()).index


def test_a_clock_of_the_register_that_sees_less_than_the_client_contradicts_it(log):
    rows = steps(applied="2026-02-01 09:00", received="2026-03-30 09:00")
    found = told(log.add("steps", rows).load()).loc["clocks"]
    assert found["kind"] == "contradict" and found["values"]["lasted"]["value"] == 57 * 24
    assert "clocks" not in told(log.add("steps", steps()).load()).index


def test_cases_that_stand_longer_than_the_usual_way_are_told_of(log):
    rows = [row | {"outcome": "done" if row["step"] == "tell" else ""} for row in steps(40)]
    rows = [row for row in rows if row["case"] < "C28" or row["step"] in ("apply", "accept")]
    found = told(log.add("steps", rows).load()).loc["stuck"]
    assert (
        found["values"]["n"] == 12 and found["facts"][0] == "journey_stuck.accept.standing_cases"
    )
    assert "стоит 12 обращений" in found["told_first"] and found["who"] == "unit:f"


def test_cases_whose_dates_contradict_are_a_fault_of_the_data(log):
    rows = steps()
    rows[0] |= {"start": "2026-03-02 10:00", "end": "2026-03-01 10:00"}
    found = told(log.add("steps", rows).load()).loc["dates_contradict"]
    assert found["kind"] == "data_fault" and found["values"]["n"] == CASES - 1
    assert "dates_contradict" not in told(log.add("steps", steps()).load()).index
    for row in rows:  # the last three are open: how many began would tell so
        row["outcome"] = "done" if row["step"] == "tell" and row["case"] < "C17" else ""
    few = told(log.add("steps", rows).load()).loc["dates_contradict"]
    assert few["values"]["n"] == "reason:gives_away"
    assert "не показано, чтобы не узнали число меньше 10" in few["told_first"]


def test_the_step_that_feels_worst_is_the_cause_of_the_longest_wait(log):
    words = [{"item": "walk_next", "visit": f"V{n}", "source": "client", "service": "a",
              "date": "2026-05-20", "answer": 0, "step": "decide", "words": "",
              "publish_ok": "no"} for n in range(12)]  # fmt: skip
    found = told(log.add("steps", steps()).add("checks", words).load()).loc["worst_step"]
    assert (found["kpi"], found["grade"], found["cause"]) == ("speed", "seen", "")
    away = [word | {"step": "tell"} for word in words]
    found = told(log.add("checks", away).load()).loc["worst_step"]
    assert (found["kpi"], found["cause"]) == ("", "felt:tell")


def test_of_two_ways_none_of_which_is_chosen_each_is_told_by_its_name(log):
    words = [{"item": "walk_next", "visit": f"V{n}", "source": "client", "service": "a",
              "date": "2026-05-20", "answer": 0, "step": "decide", "words": "",
              "publish_ok": "no"} for n in range(12)]  # fmt: skip
    other = [row | {"service": "b", "case": f"D{row['case']}"} for row in steps()]
    log.add("services", [{"service": each, "client": "external"} for each in "ab"])
    log.add("steps", steps() + other).add("checks", words)
    found = told(log.load(), one_process.service(log.load(), ""))
    assert set(found.loc["long_wait"]["service"]) == {"a", "b"}
    assert "worst_step" not in found.index


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_notes_print_the_cut_offs_of_our_choice(lang):
    told = wording.terms()["choice.findings"][lang]
    for bar, unit in (
        ("LATE", "%"),
        ("AGAIN", "%"),
        ("HARD", "балл" if lang == "ru" else "point"),
    ):
        assert re.search(rf"\b{getattr(process_findings, bar)}\W*{unit}", told), bar


def test_candidates_without_a_choice_are_a_decision_due(log):
    row = {
        "process": "p",
        "service": "a",
        "name_ru": "Дело",
        "name_en": "Case",
        "points": 24,
        "permission": "yes",
        "weeks": 8,
        "pain_hours": 10,
        "reversible": 2,
        "readiness": 2,
    }
    log.add("steps", steps()).add("candidates", [row])
    found = told(log.load()).loc["no_process"]
    assert found["kind"] == "decision_due" and found["facts"] == ["gates.p.gate_all"]
    assert "«Дело»" in found["told_first"]
    log.add("candidates", [row | {"permission": "no"}])
    assert "no_candidate" in told(log.load()).index
    choice = {"process": "p", "chosen": "yes", "who": "T1", "date": "2026-05-01", "why_ru": "x",
              "why_en": "x"}  # fmt: skip
    found = told(log.add("choices", [choice]).load())
    assert found.loc["barred", "facts"] == ["gates.p.gate_permission"]
    assert "no_candidate" not in found.index


def test_a_way_nobody_wrote_down_is_not_measured_and_is_said_in_both_languages(agency):
    agency.add("services", [{"service": "a", "name_ru": "Услуга", "name_en": "Service",
                             "client": "external", "volume": 90}])  # fmt: skip
    work = agency.counts(*[[1, 2, 3, 4, 5]] * 3).load()
    (row,) = one_process.findings(work, "").to_dict("records")
    assert (row["what"], row["kind"], row["people"]) == ("no_log", "not_measured", 90)
    with wording.speaking("en"):
        (same,) = one_process.findings(work, "").to_dict("records")
    assert "«Услуга»" in row["told_first"] and "“Service”" in same["told_first"]

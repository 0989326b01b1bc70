import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwork import cli
from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.stages.one_process import process_choice
from ccwork.tell import display, formatting

GOOD = {
    "service": "a", "log": "yes", "inside_share": 95, "points": 12, "cases_month": "",
    "permission": "yes", "weeks": 8, "pain_hours": 100, "reversible": 1, "readiness": 1,
}  # fmt: skip


def team(agency, *candidates, choices=(), steps=()):
    """Load an agency with candidates: each one is the good one with some cells changed."""
    rows = [{"process": f"p{place}"} | GOOD | row for place, row in enumerate(candidates)]
    agency.add("candidates", rows)
    agency.counts([1, 2, 3, 4, 50], first="2026-01")
    if choices:
        agency.add("choices", list(choices))
    if steps:
        agency.add("steps", list(steps))
    return agency.load()


def marks(work, column):
    return process_choice.process_gates(work)[column].tolist()


@pytest.mark.parametrize(
    ("changed", "column", "mark"),
    [
        ({}, "gate_all", "passed"),
        ({"log": "no"}, "gate_log", "failed"),
        ({"log": ""}, "gate_log", "unknown"),
        ({"inside_share": 80}, "gate_inside", "passed"),
        ({"inside_share": 79}, "gate_inside", "failed"),
        ({"inside_share": ""}, "gate_all", "unknown"),
        ({"points": 11, "cases_month": 29}, "gate_baseline", "failed"),
        ({"points": 11, "cases_month": 30}, "gate_baseline", "passed"),
        ({"points": 12, "cases_month": 1}, "gate_baseline", "passed"),
        ({"points": 11, "cases_month": ""}, "gate_baseline", "unknown"),
        ({"points": "", "cases_month": 29}, "gate_baseline", "unknown"),
        ({"permission": "no"}, "gate_permission", "failed"),
        ({"permission": ""}, "gate_permission", "unknown"),
        ({"weeks": 26}, "gate_reach", "passed"),
        ({"weeks": 27}, "gate_all", "failed"),
        ({"weeks": "", "log": "no"}, "gate_all", "failed"),
    ],
)
def test_each_gate(agency, changed, column, mark):
    assert marks(team(agency, changed), column) == [mark]


def test_what_a_row_leaves_out_is_counted_from_the_steps(agency):
    steps = [
        {"case": f"c{n}", "step": step, "start": f"2026-0{1 + n % 2}-10 1{hour}:00:00",
         "service": "a", "actor": actor, "agency": other}
        for n in range(40)
        for step, hour, actor, other in [
            ("apply", 0, "client", ""), ("check", 1, "back", ""), ("ask", 2, "other", "tax"),
        ]
    ]  # fmt: skip
    silent = dict.fromkeys(("log", "inside_share", "cases_month"), "")
    (row,) = process_choice.candidates(team(agency, silent, steps=steps)).to_dict("records")
    assert (row["log"], row["inside_share"], row["cases_month"]) == ("yes", 50, 20)


def test_steps_nobody_is_said_to_take_are_not_taken_for_the_agencys_own(agency):
    steps = [{"case": f"c{n}", "step": "check", "start": f"2026-0{1 + n % 2}-10 11:00:00",
              "service": "a", "actor": "", "agency": ""} for n in range(40)]  # fmt: skip
    work = team(agency, {"log": "", "inside_share": "", "cases_month": ""}, steps=steps)
    assert process_choice.candidates(work)["inside_share"].isna().all()


def test_a_process_beaten_in_everything_is_out_and_one_better_in_something_stays(agency):
    work = team(
        agency,
        {"pain_hours": 100, "weeks": 8},
        {"pain_hours": 90, "weeks": 8},
        {"pain_hours": 10, "weeks": 4},
        {"pain_hours": 500, "permission": "no"},
    )
    rows = process_choice.candidates_compared(work)
    assert rows["candidate"].tolist() == ["p0", "p1", "p2"]
    assert rows["pareto"].tolist() == ["kept", "beaten", "kept"]
    assert rows["beaten_by"].tolist() == ["—", "p0", "—"]


def test_equal_processes_both_stay(agency):
    work = team(agency, {}, {})
    assert process_choice.candidates_compared(work)["pareto"].tolist() == ["kept", "kept"]
    assert process_choice.choice_sensitivity(work)["first_share"].tolist() == [100, 100]


def test_a_missing_figure_neither_beats_nor_is_beaten(agency):
    work = team(agency, {"pain_hours": ""}, {"readiness": ""}, {})
    assert process_choice.candidates_compared(work)["pareto"].tolist() == [
        "unknown",
        "unknown",
        "kept",
    ]
    assert process_choice.choice_sensitivity(work)["candidate"].tolist() == ["p2"]
    display.show(process_choice.candidates_compared(work))


def test_the_order_of_rows_is_that_of_the_people_not_a_rank(agency):
    work = team(agency, {"pain_hours": 1}, {"pain_hours": 900}, {"pain_hours": 30})
    for rows in (
        process_choice.process_gates(work),
        process_choice.candidates_compared(work),
        process_choice.choice_sensitivity(work),
    ):
        assert rows["candidate"].tolist() == ["p0", "p1", "p2"]


def test_weights_drawn_at_random_give_nearly_the_same_share(agency):
    cells = [(100, 8, 0, 2), (60, 4, 1, 1), (20, 20, 2, 2), (90, 12, 1, 0)]
    work = team(agency, *[dict(zip(process_choice.CRITERIA, row, strict=True)) for row in cells])
    found = process_choice.choice_sensitivity(work)["first_share"]
    numbers = np.array(cells, float) * [1, -1, 1, 1]
    numbers = (numbers - numbers.min(axis=0)) / np.ptp(numbers, axis=0)
    drawn = np.random.default_rng(1).dirichlet(np.ones(4), 40000) @ numbers.T
    share = [100 * (drawn.argmax(axis=1) == place).mean() for place in range(4)]
    assert found.tolist() == pytest.approx(share, abs=4)


@given(st.integers(2, 5), st.integers(1, 8))
def test_every_way_to_weigh_is_there_once(parts, step):
    ways = process_choice.weights(parts, step)
    assert len(ways) == math.comb(step + parts - 1, parts - 1) == len(np.unique(ways, axis=0))
    assert ways.sum(axis=1) == pytest.approx(1) and (ways >= 0).all()


def test_people_write_the_choice(agency):
    row = {"process": "p0", "chosen": "yes", "who": "head", "date": "2026-03-01"}
    work = team(agency, {"name_ru": "Справка", "name_en": "Certificate"},
                choices=[row | {"why_ru": "Больше всего жалоб", "why_en": ""}])  # fmt: skip
    rows = process_choice.process_chosen(work)
    (said,) = rows.to_dict("records")
    assert (said["day"], said["why_said"]) == ("1 марта 2026", "Больше всего жалоб")
    assert said["gate_all"] == "passed" and not list(process_choice.problems(work))
    assert wording.name("process", "p0") == "Справка"
    for lang in wording.LANGS:
        wording.use(lang)
        for made in (
            rows,
            process_choice.process_gates(work),
            process_choice.candidates_compared(work),
            process_choice.choice_sensitivity(work),
        ):
            display.show(made)


def test_two_processes_at_once_and_one_nobody_knows_are_wrong(agency):
    choices = [{"process": code, "chosen": "yes"} for code in ("p0", "p1")]
    (found,) = process_choice.problems(team(agency, {}, {}, choices=choices))
    assert found.code == "choice_many" and str(found)
    with pytest.raises(DataProblems) as wrong:
        team(agency, {}, {}, choices=[*choices, {"process": "px", "chosen": "yes"}])
    assert [problem.code for problem in wrong.value.problems] == ["unknown_code"]


def test_a_choice_against_a_gate_is_told_not_refused(agency):
    choices = [{"process": "p0", "chosen": "yes"}]
    (found,) = process_choice.problems(team(agency, {"permission": "no"}, choices=choices))
    assert found.code == "choice_gate" and not found.grave


@pytest.mark.parametrize(
    ("candidates", "chosen", "ru", "en"),
    [
        ([{}, {}], ["p0", "p1"], "Выбрано несколько процессов сразу: p0, p1",
         "Several processes were chosen at once: p0, p1"),
        ([], ["px"], "Выбран процесс «px»: среди кандидатов его нет",
         "“px” was chosen: it is not among the candidates"),
        ([{"permission": "no"}], ["p0"],
         "Процесс «p0» выбран, но условия", "“p0” was chosen, but not all"),
    ],
)  # fmt: skip
def test_check_warns_of_a_choice_that_is_wrong(agency, capsys, candidates, chosen, ru, en):
    if candidates:
        team(agency, *candidates)
    agency.counts([1, 2, 3, 4, 50], first="2026-01")
    agency.add("choices", [{"process": code, "chosen": "yes"} for code in chosen]).load()
    for lang, words in (("ru", f"Предупреждение: choices.csv: {ru}"), ("en", en)):
        wording.use(lang)
        with pytest.raises(SystemExit) as ended:
            cli.run(["check", "demo", "--data", str(agency.root)])
        assert ended.value.code == 0 and words in "".join(capsys.readouterr())


def test_where_nobody_passed_the_gates_the_table_says_so(agency):
    work = team(agency, {"permission": "no"})
    for rows in (
        process_choice.candidates_compared(work),
        process_choice.choice_sensitivity(work),
    ):
        assert rows.empty and "ворота" in formatting.absent(rows)


def test_months_are_those_of_the_place(agency):
    begun = ["2026-02-28 23:30", "2026-03-01 00:30", "2026-03-31 23:30"]
    log = pd.DataFrame({"case": list("abc"), "start": pd.DatetimeIndex(begun, tz="Asia/Omsk")})
    assert process_choice._monthly(log, "") == 1.5


def test_without_candidates_the_tables_say_what_to_bring(agency):
    work = agency.counts([1, 2, 3, 4, 50], first="2026-01").load()
    made = (
        process_choice.process_gates(work),
        process_choice.candidates_compared(work),
        process_choice.choice_sensitivity(work),
        process_choice.process_chosen(work),
    )
    for rows in made:
        assert rows.empty and formatting.absent(rows)
    assert not list(process_choice.problems(work))


def test_more_pain_never_takes_a_process_out(agency):
    work = team(agency, {"pain_hours": 100}, {"pain_hours": 101, "weeks": 9})
    assert process_choice.candidates_compared(work)["pareto"].tolist() == ["kept", "kept"]
    assert isinstance(process_choice.candidates_compared(work), pd.DataFrame)

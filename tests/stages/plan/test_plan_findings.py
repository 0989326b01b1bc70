"""What the brief takes of a plan, of a small log known by heart, and of windows."""

from datetime import date

import pandas as pd
import pytest

from ccwork.stages import plan as room
from ccwork.stages.plan import experiment_plan, plan_power

PLAN = {
    "hypothesis_ru": "Ежедневно быстрее", "process": "p", "metric": "lead_days",
    "direction": "lower", "worthwhile": 2, "sd": 6, "design": "A", "unit": "office",
    "clusters": 8, "cluster_size": 60, "n_per_arm": 480, "icc": 0.02, "looks": 1,
    "starts": date(2026, 9, 1), "duration_weeks": 8, "author": "T1",
    "guardrails": [{"metric": "staff_pressure", "margin": 5}], "stop_rules_ru": ["жалобы"],
}  # fmt: skip


def steps(wait: int = 96, cases: int = 20) -> list[dict[str, object]]:
    """Apply, then decide after so many hours (norm 24 h); a case a day, three minutes a step."""
    rows = []
    for n in range(cases):
        begun = pd.Timestamp("2026-03-02 09:00") + pd.Timedelta(days=n)
        for step, actor, after in (("apply", "client", 0), ("decide", "back", wait + n % 3)):
            start = begun + pd.Timedelta(hours=after)
            rows.append(
                {"case": f"C{n:02}", "step": step, "start": start, "service": "a",
                 "end": start + pd.Timedelta(minutes=3), "actor": actor,
                 "norm": 24 if step == "decide" else ""}
            )  # fmt: skip
    return rows


def sealed(plan: dict = PLAN, day: date = date(2026, 6, 1)) -> experiment_plan.Sealed:
    return experiment_plan.Sealed(plan, experiment_plan.plan_digest(plan), day)


def told(work, plan=None, seal=None):
    return room.findings(work, "a", plan or {}, seal).set_index("what")


@pytest.fixture
def work(agency):
    return agency.add("steps", steps()).load()


def test_a_plan_not_sealed_is_a_decision_due_of_its_author(work):
    found = told(work, PLAN).loc["plan_open"]
    assert (found["kind"], found["who"], found["by"]) == (
        "decision_due",
        "person:T1",
        "2026-09-01",
    )
    assert found["facts"] == ["plan_power.A.chance"] and found["action"] == "seal"
    begun = told(work, PLAN | {"starts": date(2026, 6, 30)})
    assert "plan_begun" in begun.index and "plan_open" not in begun.index
    assert "plan_open" not in told(work, PLAN, sealed()).index


def test_a_plan_changed_after_its_seal_names_the_day_and_the_lines(work):
    found = told(work, PLAN | {"sd": 9}, sealed()).loc["plan_changed"]
    assert found["facts"] == ["plan_seal.plan.validity", "plan_changes.sd.how"]
    assert "1 июня 2026" in found["told_first"]
    assert "plan_changed" not in told(work, PLAN, sealed()).index


def test_a_plan_sealed_no_earlier_than_its_start_is_late(work):
    late = told(work, PLAN, sealed(day=date(2026, 9, 1)))
    assert "plan_late" in late.index


def test_a_plan_whose_time_is_over_is_to_be_judged_unless_the_register_has_it(agency):
    old = PLAN | {"starts": date(2026, 3, 2)}
    agency.add("steps", steps())
    found = told(agency.load(), old, sealed(old, date(2026, 2, 1))).loc["window_passed"]
    assert found["values"]["day"] == "day:2026-04-27" and found["action"] == "judge"
    mark = f"p{experiment_plan.plan_digest(old)[:12]}"
    change = {"change": "c", "name_ru": "Изменение", "name_en": "Change", "service": "a",
              "kind": "work_process", "started": "2026-03-02", "metric": "lead_days",
              "assigned": "random", "reach": "organisational",
              "touches": "work_structure", "act": "rule",
              "plan_hash": mark, "sealed": "2026-02-01"}  # fmt: skip
    known = agency.add("changes", [change]).load()
    assert "window_passed" not in told(known, old, sealed(old, date(2026, 2, 1))).index


def test_a_design_of_little_power_is_told_how_many_units_would_do(work):
    weak = PLAN | {"clusters": 4, "n_per_arm": 80, "cluster_size": 20}
    found = told(work, weak, sealed(weak)).loc["low_chance"]
    rows = plan_power.power_by_design(work, weak).set_index("strength")
    assert found["values"]["chance"]["value"] == rows.loc["A", "chance"] < 80
    need = found["values"]["n"]
    assert found["facts"] == ["plan_power.A.chance", "plan_power.A.clusters_needed"]
    enough, less = (
        plan_power.power_by_design(work, weak | {"clusters": n, "n_per_arm": 20 * n})
        for n in (need, need - 1)
    )
    chances = [rows.set_index("strength").loc["A", "chance"] for rows in (enough, less)]
    assert chances[0] >= 80 > chances[1] and 4 < need <= 40
    assert "low_chance" not in told(work, PLAN, sealed()).index


def test_a_design_that_proves_nothing_says_why(work):
    few = PLAN | {"clusters": 3}
    found = told(work, few, sealed(few)).loc["no_chance"]
    assert found["values"]["why"] == "reason:few_units"
    assert "ничего не докажет" in found["told_first"]


def test_a_gain_reckoned_is_a_change_to_decide_and_never_an_improvement(agency):
    wish = {"service": "a", "step": "decide", "change": "wait_norm", "hours": 24,
            "why_ru": "быстрее", "why_en": "faster"}  # fmt: skip
    work = agency.add("steps", steps()).add("redesign", [wish]).load()
    found = told(work)
    row = found.loc["gain_expected"]
    assert row["kind"] == "change_to_decide" and row["action"] == "try_it"
    # three minutes less than 96, 97 and 98 hours in turn become 24: a mean of 72.9 hours less
    assert row["size"] == pytest.approx(72.9 / 24, rel=1e-4)
    assert not set(found["kind"]) & {"improved", "worsened"}
    assert found.loc["wishes_open", "facts"] == ["redesign.decide.wait_norm.in_count"]
    planned = told(work, PLAN, sealed())
    assert "wishes_open" not in planned.index
    assert planned.loc["gain_expected", ["action", "by"]].tolist() == ["begin", "2026-09-01"]


def test_without_wishes_the_step_whose_norm_would_give_most_is_named(agency):
    found = told(agency.add("steps", steps()).load()).loc["lever"]
    assert found["facts"] == ["levers.decide.wait_norm.saved"]
    assert found["values"]["step"] == "step:decide" and found["size"] > 3
    # a gain below the smallest worthwhile difference, one day, is not worth a decision
    assert "lever" not in told(agency.add("steps", steps(46)).load()).index


def test_an_office_whose_windows_cannot_keep_the_promise_is_named(agency):
    offices = [
        {"unit": unit, "name_ru": f"Офис {unit}", "name_en": unit, "windows": windows,
         "arrivals": come, "served": 4}
        for unit, windows, come in (("one", 6, 20), ("two", 7, 30), ("three", 9, 4))
    ]  # fmt: skip
    found = room.findings(agency.add("steps", steps()).add("units", offices).load(), "", {}, None)
    found = found[found["kind"] == "promise_not_kept"]
    assert found["who"].tolist() == ["unit:two", "unit:one"]
    assert found["what"].tolist() == ["queue_grows", "queue_long"]
    assert found["values"].iloc[1]["need"] == 7 and "«Офис one»" in found["told_first"].iloc[1]

"""What the brief takes from stage 4: nothing unproven among gains, every decision owed told."""

import numpy as np
import pytest
from conftest import sample
from stages.scale.test_change_register import book
from stages.scale.test_effect_estimates import PRESSURE, compared
from stages.scale.test_rollout_plan import UNITS
from stages.scale.test_verdict_rule import planned

from ccwork.language import wording
from ccwork.stages.scale import change_findings, effect_estimates, rollout_plan, verdict_rule
from ccwork.tell import display, findings, formatting

DROPPED = [{"change": "c1", "date": "2025-09-15", "decision": "revert", "who": "T1"}]


def decided(decision, day="2025-09-15"):
    return [DROPPED[0] | {"decision": decision, "date": day}]


def found(work, plan=None):
    return {row["what"]: row for row in change_findings.findings(work, plan).to_dict("records")}


def tried(agency, rows, decision="", **more):
    """Load a change sealed in time, with what was decided of it."""
    if decision:
        agency.add("decisions", decided(decision))
    return planned(agency, rows, **more)


def overloaded():
    """A gain that costs the staff 12 points, asked every month."""
    rows = [r for r in compared() if r["metric"] != PRESSURE]
    asked = [r for r in compared(effect=12, seed=2, metric=PRESSURE) if r["n"] == 50]
    return rows + [r | {"value": r["value"] + 26} for r in asked]


def shown(*tables):
    """Ids of all facts that `show` makes of tables."""
    return {
        fact["id"]
        for rows in tables
        if len(rows)
        for fact in display.facts(rows, formatting.printed(rows)[1])
    }


# ---------------------------------------------------------------- gains and harms


def test_an_accepted_change_is_a_gain_and_a_decision_to_take(agency):
    told = found(tried(agency, compared()))
    gain, owed = told["change_works"], told["change_may_be_adopted"]
    assert (gain["kind"], gain["grade"], gain["kpi"], gain["since"]) == (
        "improved", "B", "speed", "2025-07",
    )  # fmt: skip
    assert gain["size"] == pytest.approx(4 / 2, abs=0.2) and gain["cause"] == ""
    assert (owed["kind"], owed["grade"], owed["who"]) == ("change_to_decide", "B", "")
    assert owed["falls_to"] == "никто не назван" and "«Перемена»" in owed["to_do"]
    assert "с июля 2025: «Услуга», «Срок решения»" in gain["told_first"]


def test_what_was_adopted_goes_on_to_the_first_unit_of_the_order(agency):
    agency.add("units", UNITS)
    work = tried(agency, compared(), "adopt")
    gain = found(work)["change_works"]
    order = rollout_plan.order(work, verdict_rule.verdicts(work))
    first = wording.name("unit", order["unit"].iloc[0])
    assert (gain["action"], gain["who"]) == ("roll_out", "person:T1")
    assert f"ещё в 11 подразделениях, начните с «{first}»" in gain["to_do"]
    assert "change_may_be_adopted" not in found(work)


@pytest.mark.parametrize("decision", ["adopt", "continue", "revert"])
def test_what_nobody_measured_is_said_to_be_unknown_once(agency, decision):
    agency.add("decisions", decided(decision))
    (told,) = change_findings.findings(book(agency)).to_dict("records")
    assert told["what"].endswith("_blind") and "gain" not in told["values"]
    said = "лучше ли стал показатель «Срок решения», неизвестно. Причина: ничего не измерено."
    assert said in told["told_first"].replace("\N{NO-BREAK SPACE}", " ")


def test_harm_proven_is_told_and_what_was_stopped_is_told_as_stopped(agency):
    told = found(tried(agency, overloaded()))
    assert {"change_harms", "change_to_reject"} <= set(told) and "change_works" not in told
    harm = told["change_harms"]
    assert (harm["kind"], harm["grade"], harm["kpi"]) == ("worsened", "B", "")
    assert harm["size"] == pytest.approx(12 / 5, abs=0.3)
    assert "способ улучшить «Срок решения»" in harm["to_do"]
    stopped = found(tried(agency, overloaded(), "revert"))
    assert set(stopped) == {"harm_stopped"}


def test_harm_to_one_group_is_told_of_that_group(agency):
    rows = [r | {"segment": "citizens"} for r in compared() if r["metric"] != PRESSURE]
    rows += [r | {"segment": "business", "value": r["value"] + 30 + 8 * (r["way"] == "new")}
             for r in compared(effect=0) if r["metric"] != PRESSURE]  # fmt: skip
    rows += [r for r in compared() if r["metric"] == PRESSURE]
    harm = found(tried(agency, rows))["change_harms_group"]
    assert harm["kind"] == "worsened" and "Предприниматели" in harm["told_first"]


def test_harm_by_a_weak_design_is_no_proof(agency):
    work = tried(agency, compared(pressure=12))  # the staff were asked twice after
    assert "harmed" in effect_estimates.effects(work)["shows"].tolist()
    assert not {one["kind"] for one in found(work).values()} & {"worsened", "improved"}


# ---------------------------------------------------------------- decisions


@pytest.mark.parametrize(
    ("effect", "decision", "what", "kind"),
    [
        (-4, "revert", "reverted_against", "decision_due"),
        (-4, "continue", "decision_waits", "decision_due"),
        (0, "adopt", "adopted_against", "decision_due"),
        (0, "revert", "change_dropped", "change_to_decide"),
        (0, "", "change_to_reject", "change_to_decide"),
    ],
)
def test_each_way_to_part_from_the_evidence_has_its_words(agency, effect, decision, what, kind):
    told = found(tried(agency, compared(effect=effect), decision))
    assert told[what]["kind"] == kind and told[what]["cause"] == "change:c1"
    assert ("improved" in {one["kind"] for one in told.values()}) == (decision == "continue")


@pytest.mark.parametrize(
    ("decision", "what", "kind", "grade"),
    [
        ("adopt", "adopted_unproven", "decision_due", "counted"),
        ("continue", "change_goes_on", "change_to_decide", "B"),
        ("", "change_undecided", "change_to_decide", "B"),
    ],
)
def test_what_is_not_proven_is_said_so(agency, decision, what, kind, grade):
    rows = [r for r in compared() if r["metric"] != PRESSURE]
    told = found(tried(agency, rows, decision))
    one = told[what]
    assert (one["kind"], one["grade"], one["size"]) == (kind, grade, None)
    assert "improved" not in {one["kind"] for one in told.values()}
    assert one["by"] == ("2026-03" if decision == "adopt" else "")


def test_a_loss_that_is_not_proven_is_told_with_its_sign(agency):
    rows = [r for r in compared(effect=4) if r["metric"] != PRESSURE]
    said = found(tried(agency, rows))
    text = next(iter(said.values()))["told_first"]
    assert "хуже на" in text and "−" not in text


def test_the_mend_fits_the_reason(agency):
    asked = tried(agency, compared(), success_all=60, success_asked=95)
    assert found(asked)["change_undecided"]["action"] == "ask_everybody"
    worst = tried(agency, compared(), assigned="worst")
    assert found(worst)["change_undecided"]["action"] == "compare_others"


def test_a_change_nobody_measured_is_told_once(agency):
    agency.add("decisions", DROPPED)
    told = change_findings.findings(book(agency, {}, {"change": "c2"}, {"change": "c3"}))
    (one,) = told[told["kind"] == "not_measured"].to_dict("records")
    assert (one["what"], one["values"]["n"], one["who"]) == ("change_unmeasured", 2, "person:T1")
    assert one["facts"] == ["verdicts.c2.strength", "verdicts.c3.strength"]


@pytest.mark.parametrize(("last", "what"), [(30, "change_reversed"), (10, "watch_over")])
def test_a_signal_and_the_end_of_a_watch_ask_for_a_decision(agency, last, what):
    rng = np.random.default_rng(1)
    values = [*(10 + rng.normal(0, 0.3, 8)), last]
    agency.metric([14] * 18 + values, metric="lead_days", n=100, first="2024-01")
    work = tried(agency, compared(), "adopt")
    one = found(work)[what]
    assert (one["kind"], one["by"], one["who"]) == ("decision_due", "2026-03", "person:T1")
    assert ("change_reversed" in found(work)) == (last == 30)


# ---------------------------------------------------------------- the invented agencies

PLANTED = {
    "registry": {"daily_approval": "improved", "short_visits": "worsened",
                 "polite_order": "not_measured"},
    "payments": {"worst_training": "decision_due", "new_form": "change_to_decide"},
    "inspection": {"new_timetable": "change_to_decide"},
    "archive": {},
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_every_planted_change_is_told_as_what_it_is(name):
    work = sample(name)
    told = change_findings.findings(work)
    kinds = {row["values"]["change"].partition(":")[2]: row["kind"]
             for row in told.to_dict("records")}  # fmt: skip
    assert kinds == PLANTED[name]
    words = verdict_rule.verdicts(work)
    decisions = verdict_rule.decided(work, words)
    tables = [words, decisions, effect_estimates.effects(work), rollout_plan.order(work, words),
              rollout_plan.watch(work, decisions)]  # fmt: skip
    assert {fact for own in told["facts"] for fact in own} <= shown(*tables)


@pytest.mark.parametrize("name", PLANTED)
def test_both_languages_take_the_same(name):
    wording.use("ru")
    mine = findings.records(change_findings.findings(sample(name)))
    wording.use("en")
    assert findings.records(change_findings.findings(sample(name))) == mine

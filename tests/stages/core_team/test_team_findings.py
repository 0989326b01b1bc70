import pytest
from conftest import sample
from stages.core_team.test_adoption import TRIED, load

from ccwork.language import wording
from ccwork.stages import core_team
from ccwork.tell import display, findings, formatting

SHOWN = (
    core_team.roles, core_team.demands, core_team.leaders, core_team.leaders_log,
    core_team.objections, core_team.pressure, core_team.balance,
)  # fmt: skip
OBJECTION = {
    "objection": "o1", "kind": "fear", "said_ru": "Накажут", "said_en": "Punished",
    "raised": "staff", "date": "2026-01-31", "status": "waiting",
}  # fmt: skip
VISIT = {"visit": "l1", "kind": "leader", "unit": "u1", "date": "2026-02-10", "minutes": 60}


def found(work, what):
    rows = core_team.findings(work)
    return rows[rows["what"] == what].to_dict("records")


def test_an_objection_unanswered_for_long_is_a_decision_due_since_its_day(agency):
    fresh = OBJECTION | {"objection": "o2", "date": "2026-06-01"}
    (one,) = found(load(agency, objections=[fresh, OBJECTION]), "objection_waits")
    assert (one["kind"], one["since"]) == ("decision_due", "2026-01-31")
    assert one["told_first"] == "Возражение ждёт ответа 150 дней: «Накажут»."
    assert one["to_do"].endswith("«Накажут» (сотрудник).")
    assert one["facts"][0] == "objections.o1.waits_days"


def test_the_two_objections_that_wait_longest_are_told_the_oldest_first(agency):
    rows = [OBJECTION | {"objection": f"o{n}", "date": f"2026-01-0{n}"} for n in (3, 1, 2)]
    told = found(load(agency, objections=rows), "objection_waits")
    assert [one["values"]["gist"] for one in told] == ["objection:o1", "objection:o2"]


def test_words_that_may_name_a_person_are_hidden_in_an_objection(agency):
    named = OBJECTION | {"said_ru": "Звонить на +7 912 345-67-89"}
    (one,) = found(load(agency, objections=[named]), "objection_waits")
    assert "345" not in one["told_first"]


@pytest.mark.parametrize(("date", "told"), [("2026-02-10", 1), ("2026-05-10", 0)])
def test_leaders_who_have_not_gone_out_for_a_quarter_are_a_gap(agency, date, told):
    rows = found(load(agency, visits=[VISIT | {"date": date}]), "leaders_away")
    assert len(rows) == told
    assert all(one["facts"] == ["leaders_log.2026-02.leader_visits"] for one in rows)
    assert all(one["told_first"].endswith("февраль 2026.") for one in rows)


def test_practices_that_all_add_rules_lean_to_one_side(agency):
    rules = [TRIED | {"practice": name} for name in ("outcome_first", "risk_check")]
    (one,) = found(load(agency, triage=rules), "one_sided")
    assert one["values"] == {"flexible": 0, "rules": 2}
    both = [*rules, TRIED | {"practice": "listen"}]
    rows = core_team.findings(load(agency, triage=both))
    assert rows.empty


def test_a_team_of_two_lacks_roles_and_hours(agency):
    person = {"agreed": "yes", "member": "yes", "asked": "2026-06-01", "unit": "u1", "hours": 4}
    levels = dict.fromkeys(("practitioner", "innovator", "realist", "systems"), 3)
    named = {f"{role}_named": 2 for role in levels}
    critic = {"critic": 0, "critic_named": 0}
    inside = [person | levels | named | critic | {"person": code} for code in ("p1", "p2")]
    outside = person | levels | named | {"critic": 3, "critic_named": 2, "member": "no"}
    work = load(agency, people=[*inside, outside | {"person": "p3"}])
    (one,) = found(work, "role_empty")
    assert (one["kind"], one["grade"]) == ("team_gap", "counted")
    assert one["told_first"] == "Роль «критик» в команде не держит никто, нужны двое."
    assert one["to_do"] == "Позовите в команду тех, кто держит роль «критик» вне её: один."
    assert [one["values"]["demand"] for one in found(work, "team_lacks")] == [
        "demand:hours", "demand:sponsor",
    ]  # fmt: skip


def test_a_role_held_by_one_goes_to_those_who_could_grow_into_it(agency):
    person = {"agreed": "yes", "member": "yes", "asked": "2026-06-01", "unit": "u1", "hours": 40}
    people = [
        person | {"person": "p1", "critic": 3, "critic_named": 2},
        person | {"person": "p2", "critic": 1, "critic_named": 0},
    ]
    (one,) = found(load(agency, people=people), "role_single")
    assert one["told_first"] == "Роль «критик» в команде держит один человек, нужны двое."
    assert one["to_do"] == "Предложите роль «критик» тем, кто может до неё дорасти: один."
    assert one["facts"][-1] == "team_roles.critic.could_grow"


def test_a_leadership_that_answers_no_is_the_first_gap(agency):
    item = {"visit": "c1", "source": "self", "service": "", "unit": "", "evidence": "приказ",
            "date": "2026-06-01"}  # fmt: skip
    person = {"agreed": "yes", "member": "no", "asked": "2026-06-01", "person": "p1"}
    answers = {"leader_accepts": 2, "leader_field": 0}
    checks = [item | {"item": code, "answer": answer} for code, answer in answers.items()]
    (one,) = found(load(agency, people=[person], checks=checks), "leaders_shut")
    assert (one["kind"], one["grade"]) == ("team_gap", "seen")
    assert one["values"] == {"item": "item:leader_field", "reply": "reply_given:0"}
    opened = [checks[0], checks[1] | {"answer": 2}]
    assert found(load(agency, people=[person], checks=opened), "leaders_shut") == []


# ---------------------------------------------------------------- planted truths


def test_the_planted_gaps_of_the_team_are_told():
    (one,) = core_team.findings(sample("registry")).to_dict("records")
    assert (one["what"], one["cause"]) == ("role_empty", "role:critic")
    rows = core_team.findings(sample("payments"))
    assert set(rows.loc[rows["what"] == "role_empty", "cause"]) == {
        "role:innovator", "role:critic", "role:systems",
    }  # fmt: skip
    assert {"leaders_shut", "one_sided", "leaders_away", "load_unbearable"} <= set(rows["what"])
    (load_told,) = rows[rows["what"] == "load_unbearable"].to_dict("records")
    assert (load_told["service"], load_told["grade"]) == ("staffing", "proven")
    assert load_told["since"] == "2025-07"
    assert core_team.findings(sample("inspection")).empty
    assert core_team.findings(sample("archive"))["what"].tolist() == ["team_unformed"]


@pytest.mark.parametrize("name", ["registry", "payments", "inspection", "archive", "opg"])
def test_facts_of_findings_are_facts_of_tables_shown_and_both_languages_say_the_same(name):
    work = sample(name)
    tables = [rows for table in SHOWN if len(rows := table(work))]
    known = {fact["id"] for rows in tables
             for fact in display.facts(rows, formatting.printed(rows)[1])}  # fmt: skip
    russian = findings.records(core_team.findings(work))
    assert {each for one in russian for each in one["facts"]} <= known
    people = set(work.table("people")["person"])
    assert not people & {str(value).partition(":")[2] for one in russian
                         for value in [one["who"], *one["values"].values()]}  # fmt: skip
    wording.use("en")
    assert findings.records(core_team.findings(work)) == russian

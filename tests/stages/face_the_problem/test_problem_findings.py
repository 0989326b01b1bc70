import pytest
from conftest import sample
from stages.face_the_problem.test_walkthroughs import walk, walked

from ccwork.language import wording
from ccwork.stages import face_the_problem
from ccwork.stats import intervals
from ccwork.tell import display, findings, formatting

SHOWN = (
    face_the_problem.walks, face_the_problem.obstacles, face_the_problem.observer_agreement,
    face_the_problem.needed, face_the_problem.declared, face_the_problem.roadmap,
    face_the_problem.actions_counted, face_the_problem.spots, face_the_problem.blind_spot_index,
    face_the_problem.rights,
)  # fmt: skip
ACT = {
    "action": "A1", "because": "visit", "item": "walk_queue", "service": "a",
    "what_ru": "Открыть окно", "what_en": "Open a counter", "owner": "clerk", "due": "2026-08",
    "status": "planned",
}  # fmt: skip
POSITION = {"position": "clerk", "name_ru": "Специалист", "name_en": "Clerk"}


def found(work, what):
    rows = face_the_problem.findings(work)
    return rows[rows["what"] == what].to_dict("records")


def planned(agency, **changed):
    agency.add("positions", [POSITION]).add("actions", [ACT | changed])
    return walked(agency, *[{}] * 12)


# ---------------------------------------------------------------- the roadmap


def test_an_action_whose_term_is_over_is_a_decision_due_to_its_owner(agency):
    (one,) = found(planned(agency, due="2026-05"), "action_late")
    assert (one["kind"], one["who"], one["by"]) == ("decision_due", "position:clerk", "2026-05")
    assert (one["service"], one["kpi"], one["action"]) == ("a", "speed", "name_term")
    assert one["told_first"] == "Срок прошёл, а не сделано: «Открыть окно»."
    assert one["to_do"] == "«Открыть окно»: назначьте новый срок или откажитесь."
    assert one["facts"] == ["roadmap.walk_queue.A1.state"]


@pytest.mark.parametrize("changed", [{}, {"due": "2026-05", "status": "completed"}])
def test_an_action_still_in_time_or_done_is_no_finding(agency, changed):
    rows = face_the_problem.findings(planned(agency, **changed))
    assert not {"action_late", "action_loose"} & set(rows["what"])


@pytest.mark.parametrize("changed", [{"owner": ""}, {"due": ""}])
def test_an_action_without_owner_or_term_asks_for_both(agency, changed):
    (one,) = found(planned(agency, **changed), "action_loose")
    assert (one["kind"], one["action"]) == ("decision_due", "name_owner")
    assert one["to_do"] == "«Открыть окно»: назначьте должность и срок."


def test_lines_without_an_action_are_counted_and_the_gravest_is_named(agency):
    own = {"source": "self", "evidence": "акт"}
    rows = walk(1, {"self_speed_term": 0, "self_effort_access": 0, "self_info_rate": 2}, **own)
    (one,) = found(agency.add("checks", rows).load("2026-06"), "criteria_idle")
    assert one["values"] == {"item": "item:self_effort_access", "idle": 2}
    assert one["facts"][0] == "progress.self_check.no_action"
    assert one["to_do"] == "Назначьте, кто отвечает за 2 строки дорожной карты без действия."


# ---------------------------------------------------------------- promise and obstacles


def test_a_promise_not_kept_is_told_with_its_share_and_the_action_planned(agency):
    agency.add("positions", [POSITION]).add("actions", [ACT])
    work = walked(agency, *[{"walk_queue": 0}] * 6, *[{}] * 6)
    (one,) = found(work, "promise_broken")
    low, high = (100 * end for end in intervals.wilson(6, 12)[1:3])
    kept = one["values"]["kept"]
    assert [kept["value"], kept["low"], kept["high"]] == pytest.approx([50, low, high])
    assert (one["kind"], one["grade"], one["kpi"]) == ("promise_not_kept", "seen", "speed")
    assert one["size"] == pytest.approx((90 - 50) / 5)
    assert (one["to_do"], one["who"], one["by"]) == (
        "Доведите до конца: «Открыть окно».", "position:clerk", "2026-08",
    )  # fmt: skip
    assert found(walked(agency, *[{}] * 12), "promise_broken") == []


def test_the_worst_obstacle_is_told_with_counts_and_sized_by_what_visits_surely_met(agency):
    work = walked(agency, *[{"walk_find": 0}] * 5, *[{"walk_queue": 1}] * 2, *[{}] * 5)
    (one,) = found(work, "obstacle")
    low = 100 * intervals.wilson(5, 12).low
    assert (one["values"]["item"], one["values"]["hits"], one["values"]["visits"]) == (
        "item:walk_find", 5, 12,
    )  # fmt: skip
    assert (one["kind"], one["grade"], one["kpi"]) == ("weak_place", "seen", "information")
    assert one["size"] == pytest.approx(low / 5, rel=1e-5)
    assert one["facts"] == [
        f"obstacles.a.outer.walk_find.{c}" for c in ("hits", "visits", "share")
    ]


def test_another_obstacle_is_told_where_half_the_visits_met_it(agency):
    work = walked(agency, *[{"walk_find": 0, "walk_queue": 1}] * 6, *[{}] * 6)
    items = [one["values"]["item"] for one in found(work, "obstacle")]
    assert items == ["item:walk_find", "item:walk_queue"]


@pytest.mark.parametrize(("hit", "told"), [(3, 1), (2, 0)])
def test_few_visits_tell_an_obstacle_only_where_half_of_them_met_it(agency, hit, told):
    work = walked(agency, *[{"walk_find": 0}] * hit, *[{}] * (5 - hit))
    assert len(found(work, "obstacle_few")) == told
    assert found(work, "obstacle") == []


def test_visits_in_order_leave_no_finding_and_no_praise(agency):
    assert face_the_problem.findings(walked(agency, *[{}] * 14)).empty


# ---------------------------------------------------------------- planted truths


def test_who_praises_itself_has_a_blind_spot_on_either_side_and_an_assessor_against_it():
    spots = found(sample("payments"), "blind_spot")
    assert {(one["client"], one["grade"]) for one in spots} == {
        ("external", "proven"), ("internal", "proven"),
    }  # fmt: skip
    assert next(one["kpi"] for one in spots if one["client"] == "external") == "speed"
    (one,) = found(sample("payments"), "self_flatters")
    assert (one["service"], one["kind"]) == ("benefit", "blind_spot")
    assert {one["values"]["right"] for one in found(sample("payments"), "promise_broken")} == {
        "right:time", "right:wait", "right:comfort",
    }  # fmt: skip
    for name in ("registry", "archive"):
        assert not {"blind_spot", "self_flatters", "self_unproven", "observers_apart"} & set(
            face_the_problem.findings(sample(name))["what"]
        )


def test_where_nothing_happened_only_what_rests_on_nothing_is_told():
    rows = face_the_problem.findings(sample("inspection"))
    assert set(rows["what"]) == {
        "action_late", "criteria_idle", "self_unproven", "observers_apart",
    }  # fmt: skip
    (one,) = rows[rows["what"] == "observers_apart"].to_dict("records")
    assert (one["kind"], one["grade"]) == ("data_fault", "proven")
    assert one["to_do"] == "Обучите наблюдателей и снова пройдите вдвоём 12 визитов."


@pytest.mark.parametrize("name", ["registry", "payments", "inspection", "archive", "opg"])
def test_facts_of_findings_are_facts_of_tables_shown_and_both_languages_say_the_same(name):
    work = sample(name)
    tables = [rows for table in SHOWN if len(rows := table(work))]
    known = {fact["id"] for rows in tables
             for fact in display.facts(rows, formatting.printed(rows)[1])}  # fmt: skip
    russian = findings.records(face_the_problem.findings(work))
    assert {each for one in russian for each in one["facts"]} <= known
    assert not {"improved", "worsened"} & {one["kind"] for one in russian}
    wording.use("en")
    assert findings.records(face_the_problem.findings(work)) == russian

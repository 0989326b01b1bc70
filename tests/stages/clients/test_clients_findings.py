import pytest
from conftest import sample
from stages.clients.test_client_map import MAP, NEED, mapped

from ccwork.language import wording
from ccwork.stages import clients
from ccwork.tell import display, findings, formatting

SHOWN = (
    clients.needs, clients.gaps, clients.inner_map, clients.weakest, clients.parity,
    clients.people_left_out, clients.accessibility,
)  # fmt: skip


def found(work, what):
    rows = clients.findings(work)
    return rows[rows["what"] == what].to_dict("records")


def barred(answer, item="access_digital_none"):
    return {"item": item, "visit": "c1", "source": "self", "service": "", "unit": "",
            "date": "2026-05-20", "answer": answer}  # fmt: skip


def test_a_link_surely_below_the_bar_is_a_weak_place_and_falls_to_its_giver(agency):
    (one,) = found(mapped(agency, {"kept": 55}), "link_weak")
    assert (one["kind"], one["grade"], one["client"]) == ("weak_place", "proven", "internal")
    assert (one["size"], one["who"]) == (5, "unit:u1")
    assert one["facts"] == ["weakest.u1.u2.in_time", "weakest.u1.u2.link_state"]
    assert one["told_first"].replace("\N{NO-BREAK SPACE}", " ") == (
        "Слабое звено внутри: «u1» выполняет в срок 55,0 % [45,2; 64,4] "
        "из того, о чём просит «u2»."
    )
    assert one["to_do"] == "Соберите обе стороны и спросите, чего не хватает подразделению «u1»."


@pytest.mark.parametrize("kept", [75, 95])
def test_a_link_that_may_hold_is_no_finding(agency, kept):
    assert found(mapped(agency, {"kept": kept}), "link_weak") == []


def test_of_links_without_agreed_hours_the_one_with_the_most_requests_is_told(agency):
    loose = {"hours": "", "kept": ""}
    work = mapped(agency, loose | {"asked": 20}, loose | {"asked": 310, "giver": "u3"})
    (one,) = found(work, "link_loose")
    assert (one["who"], one["values"]["requests"], one["grade"]) == ("unit:u3", 310, "counted")
    assert "получает 310 просьб подразделения «u2»" in one["told_first"]
    assert found(mapped(agency, loose | {"asked": ""}), "link_loose") == []


def test_a_critical_no_says_who_is_left_without_the_service(agency):
    (one,) = found(mapped(agency, MAP, checks=[barred(0)]), "left_out")
    assert one["told_first"].startswith("Без услуги остаются те, у кого нет интернета: на вопрос")
    assert (one["kind"], one["grade"], one["kpi"]) == ("weak_place", "seen", "effort")
    assert found(mapped(agency, MAP, checks=[barred(1)]), "left_out") == []
    assert (
        found(mapped(agency, MAP, checks=[barred(0, "access_premises_seats")]), "left_out") == []
    )


@pytest.mark.parametrize(
    ("metric", "what", "action"),
    [("", "need_no_metric", ""), ("lead_days", "need_unmeasured", "collect_metric")],
)
def test_a_need_nobody_measures_is_told_with_the_metric_to_collect(agency, metric, what, action):
    agency.add("needs", [NEED, NEED | {"need": "n2", "metric": metric, "need_ru": "Успеть"}])
    rows = clients.findings(agency.metric([50, 60], first="2026-04", n=100).load())
    (one,) = rows[rows["kind"] == "not_measured"].query("cause == 'need:n2'").to_dict("records")
    assert (one["what"], one["action"], one["client"]) == (what, action, "external")
    assert "«Успеть»" in one["told_first"]
    assert "need:n1" not in set(rows["cause"])


def test_words_of_a_need_that_may_name_a_person_are_hidden_in_its_finding(agency):
    agency.add("needs", [NEED | {"metric": "", "need_ru": "Звонить на +7 912 345-67-89"}])
    (one,) = found(agency.metric([50], first="2026-05", n=100).load(), "need_no_metric")
    assert "345" not in one["told_first"]


def test_a_map_drawn_before_the_structure_changed_is_a_fault_of_data_since_that_day(agency):
    work = mapped(agency, {"changed": "2026-03-01", "reason": "structure"})
    (one,) = found(work, "map_old")
    assert (one["kind"], one["since"]) == ("data_fault", "2026-03-01")
    assert found(mapped(agency, {"kept": 55}), "map_old") == []


@pytest.mark.parametrize(
    ("name", "what", "client", "values"),
    [
        ("opg", "sides_people", "internal", {}),
        ("va_vha", "sides_kpis", "internal", {"external": 4, "internal": 0}),
        ("csps_hmrc", "sides_kpis", "external", {"external": 0, "internal": 2}),
        ("inspection", "sides_kpis", "internal", {"external": 5, "internal": 1}),
    ],
)
def test_a_side_measured_or_asked_much_less_is_not_measured(name, what, client, values):
    (one,) = found(sample(name), what)
    assert (one["kind"], one["client"]) == ("not_measured", client)
    assert values.items() <= one["values"].items()
    assert what == "sides_people" or one["cause"] == f"unmeasured.{client}"  # as 6_kpi tells it
    assert found(sample("registry"), what) == []


def test_the_planted_links_are_told_and_nothing_is_called_better_or_worse():
    assert [one["who"] for one in found(sample("registry"), "link_weak")] == ["unit:registration"]
    assert [one["who"] for one in found(sample("payments"), "link_loose")] == ["unit:front"]
    for name in ("inspection", "archive", "opg"):
        assert not set(clients.findings(sample(name))["what"]) & {"link_weak", "link_loose"}


@pytest.mark.parametrize("name", ["registry", "payments", "inspection", "archive", "opg"])
def test_facts_of_findings_are_facts_of_tables_shown_and_both_languages_say_the_same(name):
    work = sample(name)
    tables = [rows for table in SHOWN if len(rows := table(work))]
    known = {fact["id"] for rows in tables
             for fact in display.facts(rows, formatting.printed(rows)[1])}  # fmt: skip
    russian = findings.records(clients.findings(work))
    assert {each for one in russian for each in one["facts"]} <= known
    wording.use("en")
    assert findings.records(clients.findings(work)) == russian

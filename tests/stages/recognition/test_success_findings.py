"""What the brief takes from stage 5: decisions on telling and thanking, no success anew."""

import pytest
from conftest import sample
from stages.recognition.test_claim_grades import BARE, FORGOTTEN, book, trial, tried, verdict

from ccwork.language import wording
from ccwork.stages.recognition import (
    claim_grades,
    regression_to_mean,
    success_findings,
    thanked_teams,
    told_register,
)
from ccwork.tell import display, findings, formatting


def found(work, *rows):
    return {
        row["what"]: row
        for row in success_findings.findings(work, tried(*rows)).to_dict("records")
    }


def message(**more):
    return {"told": "M1", "date": "2026-06-10", "place": "outside", "service": "a",
            "metric": "lead_days", "change": "", "unit": "", "who": "T2",
            "text_ru": "Ждать меньше", "text_en": "Less waiting"} | more  # fmt: skip


def test_a_gain_that_may_be_told_and_is_not_is_a_decision(agency):
    one = found(book(agency))["untold"]
    assert (one["kind"], one["grade"], one["kpi"], one["service"]) == (
        "decision_due", "B", "speed", "a",
    )  # fmt: skip
    assert one["values"]["gain"] == {"value": 2.0, "low": 1.0, "high": 3.0, "unit": "days"}
    assert (
        "лучше на 2,0\N{NO-BREAK SPACE}дня" in one["told_first"] and "сила B" in one["told_first"]
    )


@pytest.mark.parametrize("own", [{}, {"metric": "", "change": "c1"}])
def test_what_was_told_outside_needs_no_telling(agency, own):
    assert "untold" not in found(book(agency, told=[message(**own)]))


def test_what_was_told_inside_only_is_still_untold(agency):
    assert "untold" in found(book(agency, told=[message(place="inside")]))


def test_what_may_not_leave_the_agency_is_not_to_be_told(agency):
    assert "untold" not in found(book(agency), verdict(strength="D"))
    assert "untold" not in found(book(agency), verdict(word="reject"))


@pytest.mark.parametrize(
    ("row", "what"),
    [(verdict(strength="D"), "told_weakly"), (verdict(word="reject"), "told_bare")],
)
def test_a_message_without_its_proof_is_to_be_mended_by_who_gave_it(agency, row, what):
    one = found(book(agency, told=[message()]), row)[what]
    assert (one["kind"], one["grade"], one["who"]) == ("contradict", "counted", "person:T2")
    assert one["cause"] == "told:M1" and one["facts"] == ["told.M1.backing"]
    assert "10 июня 2026" in one["told_first"] and "«Срок решения»" in one["to_do"]
    assert ("D из A–E" in one["told_first"]) == (what != "told_bare")


def test_a_message_backed_is_left_alone(agency):
    assert not {"told_weakly", "told_bare"} & set(found(book(agency, told=[message()])))


def test_the_unit_whose_gain_nobody_thanked_for_is_named(agency):
    rows = [trial(unit, way, value, month=month) for unit in ("u1", "u2")
            for way, value, month in (("old", 12, 1), ("old", 12.2, 2), ("new", 9, 3),
                                      ("new", 9.1, 4))]  # fmt: skip
    units = [{"unit": unit, "name_ru": f"Офис {unit}", "name_en": unit} for unit in ("u1", "u2")]
    thanks = [message(place="inside", unit="u2", metric="", change="c1")]
    one = found(book(agency, trials=rows, units=units, told=thanks))["unthanked"]
    assert (one["kind"], one["who"], one["values"]["n"]) == ("decision_due", "", 1)
    assert one["to_do"] == "Поблагодарите «Офис u1» за «Перемена» и запишите, когда."
    assert one["facts"] == ["never.yes.how_many"]


def test_what_would_have_come_by_itself_is_not_praised():
    told = success_findings.findings(sample("payments")).set_index("what")
    one = told.loc["came_by_itself"]
    assert (one["kind"], one["cause"]) == ("contradict", "change:worst_training")
    assert one["values"]["seen"]["value"] == pytest.approx(7.4, abs=0.1)


# ---------------------------------------------------------------- the invented agencies

PLANTED = {
    "registry": ["unthanked"],
    "payments": ["told_weakly", "told_bare", "came_by_itself"],
    "inspection": [],
    "archive": [],
}


@pytest.mark.parametrize("name", PLANTED)
def test_what_was_planted_is_found_and_nothing_else(name):
    work = sample(name)
    told = success_findings.findings(work)
    assert told["what"].tolist() == PLANTED[name]
    bare = {row["cause"].partition(":")[2] for row in told.to_dict("records")
            if row["what"].startswith("told_")}  # fmt: skip
    assert bare == set(BARE.get(name, ()))
    if name == "registry":
        assert wording.name("unit", FORGOTTEN) in told["to_do"].iloc[0]
        assert told["who"].tolist() == [""]  # nobody thanks himself
    shown = {
        fact["id"]
        for rows in (claim_grades.claims(work), regression_to_mean.by_itself(work),
                     thanked_teams.never(work), told_register.told(work))
        if len(rows)
        for fact in display.facts(rows, formatting.printed(rows)[1])
    }  # fmt: skip
    assert {fact for own in told["facts"] for fact in own} <= shown


def test_both_languages_take_the_same():
    mine = findings.records(success_findings.findings(sample("payments")))
    wording.use("en")
    assert findings.records(success_findings.findings(sample("payments"))) == mine

"""The meeting after the period: its sheet, the sign-off of targets, the review of the system."""

import pytest
from conftest import Agency, sample
from stages.cascade.test_position_indicators import PROCESS, TOP, brought, owned

from ccwork.language import wording
from ccwork.learn.demo.rows import rows
from ccwork.read.data_dictionary import dictionary
from ccwork.stages.cascade import review_meeting
from ccwork.tell import display


def targeted(agency, value, **more):
    brought(agency, TOP, PROCESS, owned("x"))
    agency.add("targets", [
        {"metric": "documents", "service": "a", "period": "2026-06", "value": value}
    ])  # fmt: skip
    for table, row in more.items():
        agency.add(table, [row])
    return agency.load()


def cause(**more):
    return {"service": "a", "metric": "documents", "target_period": "2026-06",
            "cause": "rules", "owner": "P7", "due": "2026-09"} | more  # fmt: skip


# ---------------------------------------------------------------- the sheet


def test_missed_targets_and_better_series_of_the_sample_stand_with_the_unit_that_carries_them():
    found = review_meeting.meeting(sample("registry"), "registration")
    part = found.groupby("meeting_part")["matter"].agg(list)
    missed = rows("targets", "registry").query("service == 'transfer'")["metric"].unique()
    named = [wording.name("metric", metric) for metric in missed]
    assert all(any(name in matter for matter in part["improve"]) for name in named)
    assert any(wording.name("metric", "lead_days") in matter for matter in part["good"])


def test_a_matter_stands_on_the_sheet_of_its_unit_and_not_on_that_of_the_head():
    work = sample("registry")
    of_unit = set(review_meeting.meeting(work, "registration")["matter"])
    assert not of_unit & set(review_meeting.meeting(work, "")["matter"])
    every = review_meeting.meeting(work)
    assert every["unit"].unique().tolist() == [
        each for each in [*review_meeting.units_to_meet(work), ""] if each in set(every["unit"])
    ]  # fmt: skip


@pytest.mark.parametrize(("target", "part"), [(5, "good"), (3, "improve")])
def test_a_target_met_is_good_and_one_missed_is_to_improve(agency, target, part):
    found = review_meeting.meeting(targeted(agency, target), "u")
    assert part in found["meeting_part"].tolist()
    assert len(set(found["meeting_part"]) & {"good", "improve"}) == 1


def test_a_cause_stands_with_its_owner_and_date(agency):
    found = review_meeting.meeting(targeted(agency, 3, causes=cause()), "u")
    row = found[found["meeting_part"] == "cause"].iloc[0]
    assert row[["owner", "due"]].tolist() == ["P7", "2026-09"]
    assert wording.name("cause", "rules") in row["matter"]


def test_a_target_missed_without_a_cause_asks_for_one(agency):
    found = review_meeting.meeting(targeted(agency, 3), "u")
    assert found["meeting_part"].tolist() == ["improve", "cause"]
    assert found["state"].iloc[1] == "none"


def test_the_cause_of_an_employee_never_stands_on_a_sheet(agency):
    proven = dict.fromkeys(
        ("gate_outside", "gate_repeated", "gate_own_steps", "gate_no_obstacle"), "yes"
    )
    row = cause(cause="skill", group="employee", dialogue="D1", dialogue_date="2026-06-20")
    found = review_meeting.meeting(targeted(agency, 3, causes=row | proven), "u")
    assert wording.name("cause", "skill") not in found.to_csv()
    nobody = review_meeting.meeting(targeted(Agency(agency.root / "other"), 3), "u")
    assert found.to_csv() == nobody.to_csv()


@pytest.mark.parametrize(
    ("action", "sheet"),
    [({"owner": "x"}, "u"), ({"unit": "u"}, "u"), ({"owner": "boss"}, ""), ({}, "")],
)
def test_an_action_stands_with_its_owners_unit_else_with_the_head(agency, action, sheet):
    row = {"action": "A1", "because": "meeting", "what_ru": "Убрать бумаги", "due": "2026-03",
           "status": "doing", **action}  # fmt: skip
    work = targeted(agency, 5, actions=row)
    for unit in ("u", ""):
        found = review_meeting.meeting(work, unit)
        acts = found[found["meeting_part"] == "action"]
        assert acts["state"].tolist() == (["overdue"] if unit == sheet else [])


@pytest.mark.parametrize("because", dictionary()["actions"].columns["because"].choices)
def test_every_ground_of_an_action_has_its_words_on_the_sheet(because):
    said = wording.terms()[f"because_of.{because}"]
    assert said["ru"] and said["en"]


def test_an_agency_with_nothing_gets_words():
    work = sample("archive")
    for table in (review_meeting.meeting, review_meeting.targets_agreed, review_meeting.reviewed):
        found = table(work)
        assert found.empty
        display.show(found)


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_sheet_is_a_page_with_a_line_to_sign(lang):
    page = review_meeting.meeting_page(sample("registry"), "registration", lang)
    assert "____" in page and ("Meeting" in page) == (lang == "en") and "://" not in page


# ---------------------------------------------------------------- agreement and review


@pytest.mark.parametrize(
    ("who", "when", "agreement"),
    [("M1", "2026-03-01", "agreed"), ("M1", "2025-06-30", "agreed"), ("M1", "2025-06-29", "old"),
     ("M1", "", "undated"), ("", "2026-03-01", "nobody")],
)  # fmt: skip
def test_a_target_is_agreed_for_twelve_months(agency, who, when, agreement):
    work = brought(agency, TOP, PROCESS, target=3, agreed_by=who, agreed=when).load()
    assert set(review_meeting.targets_agreed(work)["agreement"]) == {agreement}


def test_an_indicator_without_a_target_needs_no_agreement(agency):
    assert review_meeting.targets_agreed(brought(agency, TOP, PROCESS).load()).empty


@pytest.mark.parametrize(
    ("when", "said"), [("2025-06-30", "fresh"), ("2025-06-29", "stale"), ("", "never")]
)
def test_the_system_is_stale_after_twelve_months(agency, when, said):
    work = brought(agency, TOP, PROCESS, agreed=when).load()
    assert review_meeting.reviewed(work)["say"].tolist() == [said]


def test_the_planted_stale_system_is_found():
    assert review_meeting.reviewed(sample("payments"))["say"].tolist() == ["stale"]
    assert review_meeting.reviewed(sample("registry"))["say"].tolist() == ["fresh"]

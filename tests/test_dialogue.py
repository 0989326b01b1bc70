"""The meeting after the period: its sheet, the sign-off of targets, the review of the system."""

from functools import cache

import pytest
from conftest import SAMPLES, Agency
from test_cascade import PROCESS, TOP, brought, owned

from ccwork import dialogue, show, text, workbook
from ccwork.demo.rows import rows


@cache
def loaded(name: str) -> workbook.Workbook:
    return workbook.load(str(SAMPLES), name)


def sample(name: str) -> workbook.Workbook:
    workbook.learn(loaded(name))
    return loaded(name)


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
    found = dialogue.meeting(sample("registry"), "registration")
    part = found.groupby("meeting_part")["matter"].agg(list)
    missed = rows("targets", "registry").query("service == 'transfer'")["metric"].unique()
    named = [text.name("metric", metric) for metric in missed]
    assert all(any(name in matter for matter in part["improve"]) for name in named)
    assert any(text.name("metric", "lead_days") in matter for matter in part["good"])


def test_a_matter_stands_on_the_sheet_of_its_unit_and_not_on_that_of_the_head():
    work = sample("registry")
    of_unit = set(dialogue.meeting(work, "registration")["matter"])
    assert not of_unit & set(dialogue.meeting(work, "")["matter"])
    every = dialogue.meeting(work)
    assert every["unit"].unique().tolist() == [
        each for each in [*dialogue.units(work), ""] if each in set(every["unit"])
    ]  # fmt: skip


@pytest.mark.parametrize(("target", "part"), [(5, "good"), (3, "improve")])
def test_a_target_met_is_good_and_one_missed_is_to_improve(agency, target, part):
    found = dialogue.meeting(targeted(agency, target), "u")
    assert part in found["meeting_part"].tolist()
    assert len(set(found["meeting_part"]) & {"good", "improve"}) == 1


def test_a_cause_stands_with_its_owner_and_date(agency):
    found = dialogue.meeting(targeted(agency, 3, causes=cause()), "u")
    row = found[found["meeting_part"] == "cause"].iloc[0]
    assert row[["owner", "due"]].tolist() == ["P7", "2026-09"]
    assert text.name("cause", "rules") in row["matter"]


def test_a_target_missed_without_a_cause_asks_for_one(agency):
    found = dialogue.meeting(targeted(agency, 3), "u")
    assert found["meeting_part"].tolist() == ["improve", "cause"]
    assert found["state"].iloc[1] == "none"


def test_the_cause_of_an_employee_never_stands_on_a_sheet(agency):
    proven = dict.fromkeys(
        ("gate_outside", "gate_repeated", "gate_own_steps", "gate_no_obstacle"), "yes"
    )
    row = cause(cause="skill", group="employee", dialogue="D1", dialogue_date="2026-06-20")
    found = dialogue.meeting(targeted(agency, 3, causes=row | proven), "u")
    assert text.name("cause", "skill") not in found.to_csv()
    nobody = dialogue.meeting(targeted(Agency(agency.root / "other"), 3), "u")
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
        found = dialogue.meeting(work, unit)
        acts = found[found["meeting_part"] == "action"]
        assert acts["state"].tolist() == (["overdue"] if unit == sheet else [])


def test_an_agency_with_nothing_gets_words():
    work = sample("archive")
    for table in (dialogue.meeting, dialogue.signed, dialogue.reviewed):
        found = table(work)
        assert found.empty
        show.table(found)


@pytest.mark.parametrize("lang", text.LANGS)
def test_the_sheet_is_a_page_with_a_line_to_sign(lang):
    page = dialogue.printable(sample("registry"), "registration", lang)
    assert "____" in page and ("Meeting" in page) == (lang == "en") and "://" not in page


# ---------------------------------------------------------------- agreement and review


@pytest.mark.parametrize(
    ("who", "when", "agreement"),
    [("M1", "2026-03-01", "agreed"), ("M1", "2025-06-30", "agreed"), ("M1", "2025-06-29", "old"),
     ("M1", "", "undated"), ("", "2026-03-01", "nobody")],
)  # fmt: skip
def test_a_target_is_agreed_for_twelve_months(agency, who, when, agreement):
    work = brought(agency, TOP, PROCESS, target=3, agreed_by=who, agreed=when).load()
    assert set(dialogue.signed(work)["agreement"]) == {agreement}


def test_an_indicator_without_a_target_needs_no_agreement(agency):
    assert dialogue.signed(brought(agency, TOP, PROCESS).load()).empty


@pytest.mark.parametrize(
    ("when", "said"), [("2025-06-30", "fresh"), ("2025-06-29", "stale"), ("", "never")]
)
def test_the_system_is_stale_after_twelve_months(agency, when, said):
    work = brought(agency, TOP, PROCESS, agreed=when).load()
    assert dialogue.reviewed(work)["say"].tolist() == [said]


def test_the_planted_stale_system_is_found():
    assert dialogue.reviewed(sample("payments"))["say"].tolist() == ["stale"]
    assert dialogue.reviewed(sample("registry"))["say"].tolist() == ["fresh"]

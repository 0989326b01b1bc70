from datetime import date

import pandas as pd
import pytest

from ccwork import changes, experiment, show, text

CHANGE = {
    "change": "c1", "name_ru": "Перемена", "name_en": "A change", "service": "a",
    "kind": "work_process", "reach": "organisational", "touches": "work_logic", "act": "rule",
    "burden": "yes", "what_ru": "было так, стало так", "kept_en": "the budget", "risk": "low",
    "metric": "lead_days", "assigned": "chosen",
}  # fmt: skip


def book(agency, *rows, **tables):
    """Load an agency with changes: each one is the plain one with some cells changed."""
    every = [CHANGE | row for row in rows or [{}]]
    names = dict.fromkeys(name for row in every for name in row)
    agency.add("changes", [{name: row.get(name, "") for name in names} for row in every])
    for name, own in tables.items():
        agency.add(name, own)
    agency.counts([1, 2, 3, 4, 50], first="2026-06")
    return agency.load()


def flags(work):
    return set(changes.register(work)["flags"].iloc[0].split())


def sealed(agency, since="2026-02-01", seal="2026-01-15", **changed):
    """Load a change whose checksum was taken before some of its cells were changed."""
    own = {"started": since, "sealed": seal, "worthwhile": 2}
    told = changes.plans(book(agency, own))["checksum"].iloc[0]
    rows = [{"change": "c1", "metric": "lead_days", "date": since, "way": "new", "value": 3}]
    return book(agency, own | {"plan_hash": told} | changed, trials=rows)


def validity(work, brought=None):
    return changes.plans(work, brought)["validity"].iloc[0]


# ---------------------------------------------------------------- the register


@pytest.mark.parametrize(
    ("changed", "flag"),
    [
        ({"act": "order"}, "order_only"),
        ({"burden": "no"}, "no_effect"),
        ({"kept_en": ""}, "kept_unsaid"),
        ({"risk": ""}, "risk_unknown"),
        ({"risk": "high"}, "risk_high"),
    ],
)
def test_what_makes_a_change_worth_less_is_flagged(agency, changed, flag):
    assert flags(book(agency)) == {"no_plan"}
    assert flags(book(agency, changed)) == {"no_plan", flag}


@pytest.mark.parametrize(
    ("touches", "what"),
    [
        ("work_logic", "centricity"),
        ("work_structure", "centricity"),
        ("old_rules", "orientation"),
    ],
)
def test_a_change_is_centricity_only_where_logic_or_structure_change(agency, touches, what):
    rows = changes.register(book(agency, {"touches": touches}))
    assert rows["centricity"].tolist() == [what]


def test_effects_are_tagged_and_words_fall_back_to_the_other_language(agency):
    work = book(agency, {"trust": "yes"}, {"change": "c2", "burden": "no"})
    rows = changes.register(work)
    assert rows["change_effects"].tolist() == ["burden trust", "none"]
    assert rows[["what_said", "kept_said", "tasks"]].iloc[0].tolist() == [
        "было так, стало так", "the budget", "—",
    ]  # fmt: skip


@pytest.mark.parametrize("lang", text.LANGS)
def test_the_register_can_be_read_in_both_languages(agency, lang):
    work = book(agency, {"act": "order", "cluster_ru": "Выдача", "cluster_en": "Issue"})
    text.use(lang)
    for rows in (changes.register(work), changes.plans(work), changes.pulse(work)):
        columns = text.terms()[f"show.{rows.attrs['name']}"]["columns"].split()
        shown = {c: show.cell(rows.iloc[0].to_dict(), c).shown for c in columns}
        assert all(shown.values())
        assert all("_" not in value for value in shown.values())
    row = changes.register(work).iloc[0].to_dict()
    assert show.cell(row, "flags").shown.startswith(text.word("change_flag.order_only"))
    assert show.cell(row, "tasks").shown == {"ru": "Выдача", "en": "Issue"}[lang]


# ---------------------------------------------------------------- the plan


def test_a_plan_sealed_before_the_new_way_and_not_changed_is_valid(agency):
    work = sealed(agency)
    assert validity(work) == "valid" and "no_plan" not in flags(work)


@pytest.mark.parametrize(
    "changed",
    [
        {"worthwhile": 1},
        {"metric": "visits"},
        {"looks": 2},
        {"assigned": "worst"},
        {"free": "yes"},
        {"started": "2026-02-02"},
    ],
)
def test_a_changed_line_of_the_plan_shows(agency, changed):
    work = sealed(agency, **changed)
    assert validity(work) == "changed" and "plan_broken" in flags(work)


@pytest.mark.parametrize("changed", [{"name_ru": "Иначе"}, {"risk": "none"}, {"what_en": "x"}])
def test_words_are_no_part_of_the_plan(agency, changed):
    assert validity(sealed(agency, **changed)) == "valid"


@pytest.mark.parametrize("seal", ["2026-02-01", "2026-03-01", ""])
def test_a_plan_sealed_no_earlier_than_the_first_data_of_the_new_way_is_late(agency, seal):
    assert validity(sealed(agency, seal=seal)) == "late"


def test_the_checksum_of_the_plan_file_holds_as_well(agency):
    plan = {"metric": "lead_days", "starts": date(2026, 2, 1)}
    own = {"plan_hash": experiment.digest(plan), "sealed": "2026-01-01"}
    work = book(agency, own)
    assert validity(work, plan) == "valid"
    assert validity(work) == validity(work, plan | {"metric": "visits"}) == "changed"


def test_a_few_letters_of_a_checksum_are_not_enough(agency):
    work = sealed(agency)
    told = changes.plans(work)["checksum"].iloc[0]
    assert len(told) == 1 + changes.SHORTEST
    assert validity(sealed(agency, plan_hash=told[:-1])) == "changed"


# ---------------------------------------------------------------- the pulse


@pytest.mark.parametrize("lang", text.LANGS)
def test_the_pulse_has_three_questions_with_both_ends(agency, lang):
    work = book(agency)
    text.use(lang)
    rows = changes.pulse(work)
    assert len(rows) == 3 and (rows[["worst", "best"]] != "").all(axis=None)
    assert all(text.name("pulse", code) != code for code in rows["pulse"])


def test_pressure_runs_from_nothing_to_unbearable_and_needs_ten_people():
    def of(level, people=10):
        return changes.pressure(pd.DataFrame({"load": [level] * people, "control": [3] * people}))

    assert [of(level) for level in (1, 3, 5)] == [75, 50, 25]
    assert pd.isna(of(1, people=9))


def test_an_agency_without_changes_gets_words(agency):
    work = agency.counts([1, 2, 3, 4, 50], first="2026-06").load()
    rows = changes.register(work)
    assert rows.empty and show.absent(rows) == text.word("absent.changes")
    assert changes.plans(work).empty

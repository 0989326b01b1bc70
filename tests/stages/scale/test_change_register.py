from datetime import date

import pandas as pd
import pytest

from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.measure import staff_pulse
from ccwork.stages.plan import experiment_plan
from ccwork.stages.scale import change_register, verdict_rule
from ccwork.stages.scale.trial import trials
from ccwork.tell import formatting

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
    return set(change_register.register(work)["flags"].iloc[0].split())


def sealed(agency, since="2026-02-01", seal="2026-01-15", **changed):
    """Load a change whose checksum was taken before some of its cells were changed."""
    own = {"started": since, "sealed": seal, "worthwhile": 2}
    told = change_register.plans(book(agency, own))["checksum"].iloc[0]
    rows = [{"change": "c1", "metric": "lead_days", "date": since, "way": "new", "value": 3}]
    return book(agency, own | {"plan_hash": told} | changed, trials=rows)


def validity(work, brought=None):
    return change_register.plans(work, brought)["validity"].iloc[0]


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
    rows = change_register.register(book(agency, {"touches": touches}))
    assert rows["centricity"].tolist() == [what]


def test_effects_are_tagged_and_words_fall_back_to_the_other_language(agency):
    work = book(agency, {"trust": "yes"}, {"change": "c2", "burden": "no"})
    rows = change_register.register(work)
    assert rows["change_effects"].tolist() == ["burden trust", "none"]
    assert rows[["what_said", "kept_said", "tasks"]].iloc[0].tolist() == [
        "было так, стало так", "the budget", "—",
    ]  # fmt: skip


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_register_can_be_read_in_both_languages(agency, lang):
    work = book(agency, {"act": "order", "cluster_ru": "Выдача", "cluster_en": "Issue"})
    wording.use(lang)
    for rows in (
        change_register.register(work),
        change_register.plans(work),
        staff_pulse.pulse_questions(work),
    ):
        columns = wording.terms()[f"show.{rows.attrs['name']}"]["columns"].split()
        shown = {c: formatting.cell(rows.iloc[0].to_dict(), c).shown for c in columns}
        assert all(shown.values())
        assert all("_" not in value for value in shown.values())
    row = change_register.register(work).iloc[0].to_dict()
    assert formatting.cell(row, "flags").shown.startswith(wording.word("change_flag.order_only"))
    assert formatting.cell(row, "tasks").shown == {"ru": "Выдача", "en": "Issue"}[lang]


def test_opinions_need_the_share_of_successful_cases_told(agency):
    rows = [{"change": "c1", "metric": "easy", "date": "2026-02-01", "way": "new", "value": 60}]
    assert flags(book(agency, {"metric": "easy"}, trials=rows)) == {"no_plan", "asked_untold"}
    told = {"metric": "easy", "success_all": 70, "success_asked": 72}
    assert flags(book(agency, told, trials=rows)) == {"no_plan"}
    (agency.folder / "trials.csv").unlink()  # nobody was asked yet
    assert flags(book(agency, {"metric": "easy"})) == {"no_plan"}


def test_where_and_when_a_change_began_is_read_from_what_was_measured(agency):
    rows = [
        {"change": "c1", "metric": "lead_days", "unit": unit, "date": date, "way": way, "value": 3}
        for unit, since in (("a", 2), ("b", 2), ("c", 3))
        for date, way in ((f"2026-0{m}-01", "new" if m >= since else "old") for m in (1, 2, 3))
    ]
    agency.add("units", [{"unit": "a", "name_ru": "Офис А", "start": "2026-02-10"},
                         {"unit": "c", "name_ru": "Офис В", "start": "2026-02-10"}])  # fmt: skip
    wording.use("ru")
    first, second = change_register.starts(book(agency, trials=rows)).to_dict("records")
    assert (first["units_begun"], first["start_check"]) == (2, "agrees")
    assert first["began_where"] == "Офис А, b"
    assert (second["units_begun"], second["start_check"]) == (1, "differs")
    agency.add("units", [{"unit": "z"}])
    assert set(change_register.starts(agency.load())["start_check"]) == {"untold"}


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
    own = {"plan_hash": experiment_plan.plan_digest(plan), "sealed": "2026-01-01"}
    work = book(agency, own)
    assert validity(work, plan) == "valid"
    assert validity(work) == validity(work, plan | {"metric": "visits"}) == "changed"


def test_a_few_letters_of_a_checksum_are_not_enough(agency):
    work = sealed(agency)
    told = change_register.plans(work)["checksum"].iloc[0]
    assert len(told) == 1 + change_register.SHORTEST
    assert validity(sealed(agency, plan_hash=told[:-1])) == "changed"


# ---------------------------------------------------------------- the pulse


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_pulse_has_three_questions_with_both_ends(agency, lang):
    work = book(agency)
    wording.use(lang)
    rows = staff_pulse.pulse_questions(work)
    assert len(rows) == 3 and (rows[["worst", "best"]] != "").all(axis=None)
    assert all(wording.name("pulse", code) != code for code in rows["pulse"])


def form(number, way="new", unit="a", load=3, control=3, support=3):
    return {"form": f"f{number}", "change": "c1", "unit": unit, "way": way, "load": load,
            "date": "2026-02-17" if way == "new" else "2026-01-20", "control": control,
            "support": support}  # fmt: skip


def test_forms_of_the_pulse_become_pressure_and_the_share_who_cannot_bear_it(agency):
    forms = [form(n, load=1 if n < 3 else 5, support="") for n in range(12)]
    forms.append(form(99, load="", control="", support=""))
    rows = staff_pulse.pulse_trials(book(agency, pulses=forms)).set_index("metric")
    # load 1 and control 3: mean 2, 75 points of pressure; load 5 and control 3: mean 4, 25
    points = [75] * 3 + [25] * 9
    pressure = rows.loc["staff_pressure"]
    assert pressure["value"] == pytest.approx(sum(points) / 12)
    assert pressure["sd"] == pytest.approx(pd.Series(points).std())
    assert (pressure["n"], pressure["date"]) == (12, pd.Timestamp("2026-02-01"))
    assert rows.loc["staff_unbearable", "value"] == pytest.approx(100 * 3 / 12)


def test_the_pulse_is_the_guardrail_of_its_change_and_hides_fewer_than_ten(agency):
    forms = [form(n) for n in range(12)] + [form(100 + n, "old") for n in range(9)]
    told = {"change": "c1", "metric": "staff_pressure", "date": "2026-02-01", "way": "new",
            "value": 90, "n": 50}  # fmt: skip
    rows = trials(book(agency, pulses=forms, trials=[told]))["c1"].rows
    pressure = rows[rows["metric"] == "staff_pressure"]
    assert pressure[["way", "value", "n"]].to_numpy().tolist() == [["new", 50, 12]]
    (agency.folder / "trials.csv").unlink()
    assert trials(book(agency, pulses=forms[:9]))["c1"].rows.empty
    assert verdict_rule.verdicts(agency.load())["because"].iloc[0] == "story"


def test_a_level_off_the_scale_of_the_pulse_is_told(agency):
    with pytest.raises(DataProblems, match="6"):
        book(agency, pulses=[form(1, load=6)])


def test_an_agency_without_changes_gets_words(agency):
    work = agency.counts([1, 2, 3, 4, 50], first="2026-06").load()
    rows = change_register.register(work)
    assert rows.empty and formatting.absent(rows) == wording.word("absent.changes")
    assert change_register.plans(work).empty

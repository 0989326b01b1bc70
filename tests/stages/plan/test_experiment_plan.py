import copy
import tomllib
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.read import data_dictionary
from ccwork.stages.plan import experiment_plan, plan_tables, required_sample
from ccwork.tell import display, formatting

DAY = date(2026, 3, 1)
PLAN = """
# what we try
hypothesis_ru = "Без копии паспорта срок короче"
hypothesis_en = "Without the copy the lead time is shorter"
process = "certificate"
metric = "lead_days"
direction = "lower"
worthwhile = 1
sd = 4
design = "A"
unit = "case"
n_per_arm = 340
looks = 2
alpha = 0.05
power = 0.9
weekly = 100
response = 1.0
starts = 2026-04-06
duration_weeks = 8
exclusions_ru = ["дела по суду", "повторные обращения"]
stop_rules_ru = ["жалоб вдвое больше обычного"]
author = "method"

[[guardrails]]
metric = "staff_pressure"
margin = 5
sd = 18

[[guardrails]]
metric = "reopened"
margin = 1.5

[[evidence]]
kind = "prototype"
date = 2026-02-10
people = 6
words_ru = "Шестеро заполнили без копии"
"""
TURNED = """
author  =  "method"   # a comment
power = 9e-1
alpha = 0.050
looks = 2
duration_weeks = 8
starts = 2026-04-06


weekly = 100.0
response = 1
n_per_arm = 340
unit = 'case'
design = "A"
sd = 4.0
worthwhile = 1.0
direction = "lower"
metric = "lead_days"
process = "certificate"
stop_rules_ru = [ "жалоб  вдвое больше обычного" ]
exclusions_ru = ["повторные обращения", "дела по суду"]
hypothesis_en = "Without the copy the lead time is shorter"
hypothesis_ru = '''Без копии паспорта
срок короче'''
evidence = [
  {people = 6, kind = "prototype", date = 2026-02-10, words_ru = "Шестеро заполнили без копии"},
]
guardrails = [
  {margin = 1.5, metric = "reopened"},
  {sd = 18, metric = "staff_pressure", margin = 5},
]
"""


@pytest.fixture
def plan():
    return tomllib.loads(PLAN)


@pytest.fixture
def work(agency):
    return agency.counts([1, 2, 3, 4, 50], first="2026-01").load()


def codes(plan):
    found = list(experiment_plan.plan_problems(plan))
    for lang in wording.LANGS:
        wording.use(lang)
        assert all(str(problem) for problem in found)
    return [problem.code for problem in found]


def grave(plan):
    return [problem.code for problem in experiment_plan.plan_problems(plan) if problem.grave]


# What is wrong with a plan


def test_a_good_plan_has_nothing_wrong(plan):
    assert codes(plan) == []


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("metric", ["lead_days", "reopened"], "plan_one"),
        ("process", ["a", "b"], "plan_one"),
        ("metric", "lead_day", "plan_metric"),
        ("metric", None, "plan_needs"),
        ("direction", "higher", "plan_direction"),
        ("direction", "down", "plan_value"),
        ("worthwhile", None, "plan_needs"),
        ("worthwhile", 0, "plan_value"),
        ("worthwhile", "a day", "plan_value"),
        ("worthwhile", True, "plan_value"),
        ("n_per_arm", 336, "plan_n"),
        ("n_per_arm", 340.5, "plan_value"),
        ("looks", 0, "plan_value"),
        ("looks", 6, "plan_value"),
        ("power", 1, "plan_value"),
        ("starts", "6 April", "plan_value"),
        ("starts", None, "plan_needs"),
        ("starts", DAY.replace(month=2), "plan_evidence_late"),
        ("duration_weeks", 3, "plan_weeks"),
        ("duration_weeks", 6, "plan_weeks"),
        ("sd", None, "plan_no_spread"),
        ("stop_rules_ru", [], "plan_stop_rules"),
        ("stop_rules_ru", "жалобы", "plan_value"),
        ("author", "", "plan_needs"),
        ("unit", "office", "plan_clusters"),
    ],
)
def test_one_thing_wrong_is_named(plan, key, value, code):
    plan[key] = value
    if value is None:
        del plan[key]
    assert code in codes(plan)


def test_a_misspelt_key_is_told_the_right_one(plan):
    plan["wortwhile"] = plan.pop("worthwhile")
    assert codes(plan)[0] == "plan_key_like"
    assert (
        "«worthwhile»" in str(next(experiment_plan.plan_problems(plan))) or wording.lang() == "en"
    )
    plan = {"гадание": 1}
    assert codes(plan)[0] == "plan_key"


def test_staff_pressure_is_obligatory(plan):
    plan["guardrails"] = plan["guardrails"][1:]
    assert grave(plan) == ["plan_no_pressure"]
    del plan["guardrails"]
    assert grave(plan) == ["plan_no_pressure"]


def test_more_than_four_guardrails_and_one_twice(plan):
    others = ["visits", "documents", "reopened"]
    plan["guardrails"] += [{"metric": metric, "margin": 1} for metric in others]
    assert grave(plan) == ["plan_guardrails_many", "plan_guardrail_twice"]


def test_a_guardrail_without_a_margin_or_equal_to_the_primary_metric(plan):
    plan["guardrails"][1] = {"metric": "lead_days"}
    assert sorted(grave(plan)) == ["plan_guardrail_twice", "plan_needs"]


def test_a_guardrail_that_needs_more_cases_is_a_warning(plan):
    plan["guardrails"][0]["sd"] = 30
    assert codes(plan) == ["plan_guardrail_n"] and grave(plan) == []


def test_a_hypothesis_in_one_language_is_enough(plan):
    del plan["hypothesis_ru"]
    assert codes(plan) == []
    del plan["hypothesis_en"]
    assert codes(plan) == ["plan_hypothesis"]


def test_a_weak_design_is_a_warning(plan):
    plan["design"] = "D"
    assert codes(plan) == ["plan_design"] and not grave(plan)


def clustered(plan, clusters, size=20, icc=0.05):
    return plan | {"unit": "office", "clusters": clusters, "cluster_size": size, "icc": icc}


def test_clusters_raise_the_number_of_cases(plan):
    assert "plan_n" in codes(clustered(plan, 40))
    need = required_sample.cases_needed(clustered(plan, 40))
    assert need % 20 == 0 and 680 <= need <= 720
    assert codes(clustered(plan, 40) | {"n_per_arm": need, "duration_weeks": 14}) == []


def test_few_clusters_allow_one_look_and_three_prove_nothing(plan):
    small = clustered(plan, 5, 200, 0) | {"n_per_arm": 1000, "duration_weeks": 20}
    assert codes(small) == ["plan_looks"]
    assert codes(small | {"looks": 1}) == []
    three = {"looks": 1, "clusters": 3, "cluster_size": 400, "n_per_arm": 1200}
    assert codes(small | three | {"duration_weeks": 24}) == ["plan_clusters_few"]


def test_clusters_too_small_to_gather_the_cases(plan):
    found = codes(clustered(plan, 10, 20, 0) | {"n_per_arm": 400})
    assert "plan_gather" in found


def test_a_share_is_planned_by_its_own_rule(plan):
    del plan["sd"]
    plan |= {"metric": "within_norm", "direction": "higher", "baseline": 60, "worthwhile": 10}
    plan |= {"power": 0.8, "n_per_arm": 356}
    assert codes(plan) == []
    assert codes(plan | {"n_per_arm": 355}) == ["plan_n"]
    assert codes(plan | {"worthwhile": 40}) == ["plan_unreachable"]


def test_everything_wrong_is_said_at_once():
    found = codes({})
    assert found.count("plan_needs") == sum(
        column.required != "no" for column in data_dictionary.dictionary()["plan"].columns.values()
    )
    assert {"plan_hypothesis", "plan_stop_rules", "plan_no_pressure"} <= set(found)


@given(st.dictionaries(
    st.sampled_from([*data_dictionary.dictionary()["plan"].columns, "odd"]),
    st.none() | st.booleans() | st.integers(-5, 500) | st.floats(allow_nan=False) | st.text()
    | st.dates() | st.lists(st.integers() | st.dictionaries(st.sampled_from(["metric", "margin",
    "sd", "date", "kind"]), st.integers() | st.text() | st.dates())),
))  # fmt: skip
def test_no_plan_is_so_odd_that_the_check_stumbles(plan):
    for problem in experiment_plan.plan_problems(plan):
        assert str(problem)
    assert len(experiment_plan.plan_digest(plan)) == 64


# The seal


def test_order_blanks_and_comments_do_not_matter(plan):
    assert experiment_plan.plan_digest(tomllib.loads(TURNED)) == experiment_plan.plan_digest(plan)


def places(value, path=()):
    """List every place of a plan that holds one value."""
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        return [place for key, part in pairs for place in places(part, (*path, key))]
    return [path]


def other(value):
    if isinstance(value, date):
        return value.replace(day=value.day + 1)
    return value + 1 if isinstance(value, int | float) else value + "?"


@pytest.mark.parametrize("path", places(tomllib.loads(PLAN)), ids=str)
def test_any_other_value_gives_another_digest_and_shows(plan, path):
    changed = copy.deepcopy(plan)
    *way, last = path
    part = changed
    for key in way:
        part = part[key]
    part[last] = other(part[last])
    assert experiment_plan.plan_digest(changed) != experiment_plan.plan_digest(plan)
    assert not experiment_plan.changed(experiment_plan.Sealed(plan, "", DAY), changed).empty
    del part[last]
    assert experiment_plan.plan_digest(changed) != experiment_plan.plan_digest(plan)


def test_a_plan_written_and_read_is_the_same_plan(plan):
    again = tomllib.loads(experiment_plan.plan_toml(plan))
    assert again == plan


@given(st.text(st.characters(exclude_categories=["Cs"])), st.floats(0.01, 1e6))
def test_any_words_survive_writing(words, number):
    plan = {"hypothesis_ru": words, "sd": number, "guardrails": [{"metric": words}]}
    assert tomllib.loads(experiment_plan.plan_toml(plan)) == plan


def test_a_sealed_plan_is_kept_beside_and_never_replaced(tmp_path, plan):
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, encoding="utf-8")
    goal = experiment_plan.seal_file(path, DAY)
    kept = experiment_plan.read_sealed(goal)
    assert kept == experiment_plan.Sealed(plan, experiment_plan.plan_digest(plan), DAY)
    with pytest.raises(DataProblems, match="уже записан"):
        experiment_plan.seal_file(path, DAY)
    goal.write_text(goal.read_text(encoding="utf-8").replace("340", "100"), encoding="utf-8")
    with pytest.raises(DataProblems, match="контрольной суммой"):
        experiment_plan.read_sealed(goal)
    with pytest.raises(DataProblems, match="контрольной суммой"):
        experiment_plan.read_sealed(path)


def test_a_plan_with_faults_is_not_sealed(plan):
    with pytest.raises(DataProblems, match="давления"):
        experiment_plan.sealed_plan(plan | {"guardrails": []}, DAY)


def test_a_missing_file_and_a_slip_are_told(tmp_path):
    with pytest.raises(DataProblems, match="Плана опыта нет"):
        experiment_plan.read_plan(tmp_path / "plan.toml")
    (tmp_path / "plan.toml").write_text('metric = "a"\nsd = = 2\n', encoding="utf-8")
    with pytest.raises(DataProblems, match="в строке 2"):
        experiment_plan.read_plan(tmp_path / "plan.toml")


def test_what_changed_is_told_line_by_line(plan):
    sealed = experiment_plan.sealed_plan(plan, DAY)
    now = copy.deepcopy(plan)
    now["worthwhile"] = 2
    now["response"] = 1
    now["icc"] = 0.1
    del now["exclusions_ru"]
    now["guardrails"][0]["margin"] = 7
    rows = experiment_plan.changed(sealed, now).set_index("plan_line")
    assert rows["how"].to_dict() == {
        "worthwhile": "altered",
        "exclusions_ru": "removed",
        "guardrails.staff_pressure.margin": "altered",
        "icc": "added",
    }
    assert rows.loc["worthwhile", ["sealed_value", "now_value"]].tolist() == [1, 2]
    assert experiment_plan.changed(sealed, tomllib.loads(TURNED)).empty


@pytest.mark.parametrize(
    ("first", "said"),
    [(None, "valid"), (date(2026, 3, 2), "valid"), (DAY, "late"), (date(2026, 2, 1), "late")],
)
def test_a_plan_is_valid_when_sealed_before_the_first_data(plan, first, said):
    sealed = experiment_plan.sealed_plan(plan, DAY)
    assert experiment_plan.valid(sealed, plan, first) == said
    assert experiment_plan.valid(sealed, plan | {"sd": 5}, first) == "changed"
    assert wording.has(f"validity.{said}")


# With an agency


def test_plan_and_fact_side_by_side(work, plan):
    done = {"n_per_arm": 352, "looks": 3, "starts": pd.Period("2026-04"), "duration_weeks": 7}
    kept = kept_lines(work, plan, done)
    assert kept["n_per_arm"] == kept["starts"] == "kept"
    assert kept["looks"] == kept["duration_weeks"] == "not_kept"
    assert kept["metric"] == "unknown" and "clusters" not in kept
    later = kept_lines(work, plan, {"starts": date(2026, 4, 7), "looks": 1})
    assert (later["starts"], later["looks"]) == ("not_kept", "kept")
    odd = plan | {"starts": "spring", "looks": "two"}
    assert kept_lines(work, odd, done)["starts"] == "not_kept"
    assert kept_lines(work, odd, done)["looks"] == "not_kept"


def kept_lines(work, plan, done):
    rows = plan_tables.against_fact(work, plan, done)
    return rows.set_index("plan_line")["plan_kept"].to_dict()


def test_every_table_is_shown_in_both_languages(work, plan):
    sealed = experiment_plan.sealed_plan(plan, DAY)
    for lang in wording.LANGS:
        wording.use(lang)
        for rows in (
            plan_tables.plan_shown(work, plan),
            plan_tables.plan_changes(work, sealed, plan),
            plan_tables.seal_held(work, sealed, plan),
            plan_tables.plan_changes(
                work, sealed, plan | {"sd": 5, "guardrails": [], "metric": ""}
            ),
            plan_tables.against_fact(work, plan, {"n_per_arm": 340}),
        ):
            display.show(rows)
            assert "nan" not in rows.astype(str).to_numpy().ravel()
            assert rows.attrs["files"] == ["plan.toml"]


def test_a_plan_is_read_in_words(work, plan):
    said = plan_tables.plan_shown(work, plan).set_index("plan_line")["planned"]
    assert said["alpha"] == "0,05" and said["worthwhile"] == "1\N{NO-BREAK SPACE}день"
    assert said["n_per_arm"] == "340" and said["evidence.1.people"] == "менее 10"
    assert said["guardrails.reopened.margin"] == "1,5\N{NO-BREAK SPACE}п.\N{NO-BREAK SPACE}п."
    assert said["starts"] == "6 апреля 2026" and said["direction"] == "меньше"
    assert said["exclusions_ru"] == "дела по суду; повторные обращения"
    assert "hypothesis_en" not in said
    name = wording.name("plan_line", "guardrails.staff_pressure.margin")
    assert name == "Ограничители, Давление на сотрудников: Допустимый вред"


def test_a_seal_says_its_day_its_checksum_and_whether_the_plan_holds(work, plan):
    sealed = experiment_plan.sealed_plan(plan, DAY)
    (row,) = plan_tables.seal_held(work, sealed, plan).to_dict("records")
    assert row["validity"] == "valid" and sealed.digest.startswith(row["plan_digest"])
    changed = plan_tables.seal_held(work, sealed, plan | {"sd": 5})["validity"].tolist()
    late = plan_tables.seal_held(work, experiment_plan.sealed_plan(plan, plan["starts"]), plan)[
        "validity"
    ].tolist()
    assert changed == ["changed"] and late == ["late"]
    assert plan_tables.seal_held(work, None, plan).empty


def test_nothing_changed_is_said_in_a_row(work, plan):
    (row,) = plan_tables.plan_changes(work, experiment_plan.sealed_plan(plan, DAY), plan).to_dict(
        "records"
    )
    assert row["how"] == "same"


def test_no_plan_says_what_to_bring(agency):
    agency.counts([1, 2, 3, 4, 50], first="2026-01")
    work = agency.load()
    assert experiment_plan.brought(str(agency.root), "demo") == {}
    assert "plan" in formatting.absent(plan_tables.plan_shown(work, {}))
    (agency.folder / "plan.toml").write_text(PLAN, encoding="utf-8")
    assert experiment_plan.brought(str(agency.root), "demo") == tomllib.loads(PLAN)
    assert not agency.load().warnings


def test_persons_in_a_plan_are_hidden_and_told_line_by_line(plan, work):
    said = "Петрова Мария Ивановна, 8-912-345-67-88"
    plan |= {"hypothesis_ru": said, "stop_rules_ru": [said]}
    plan["evidence"][0]["words_ru"] = said
    found = [p for p in experiment_plan.plan_problems(plan) if p.code == "personal_words"]
    lines = ["hypothesis_ru", "stop_rules_ru", "evidence.1.words_ru"]
    assert [problem.column for problem in found] == lines
    assert not any(problem.grave for problem in found)
    tried = plan_tables.plan_tried(work, plan)
    assert tried["trial_said"].tolist() == ["[скрыто]"]
    planned = plan_tables.plan_shown(work, plan).set_index("plan_line")["planned"]
    assert not [line for line in planned.astype(str) if "Петров" in line or "912" in line]
    assert planned.astype(str).str.contains("скрыто").sum() == 3

import re
import time
from functools import cache
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import make_demo as demo
import nbformat
import numpy as np
import pytest
from conftest import SAMPLES, Agency
from demo import team
from hypothesis import given
from hypothesis import strategies as st

from ccwork.language import notebook_editions, wording
from ccwork.learn.demo.plan import PLANS, REGISTRY
from ccwork.read import loading
from ccwork.report.batch import agency_kernel
from ccwork.stages.core_team import adoption, team_roles
from ccwork.stats import set_cover
from ccwork.tell import formatting, sentences

TRUTHS = {
    "registry": {"short": "critic", "best": "P01, P03, P04, P05, P06, P08"},
    "payments": {"short": "innovator critic systems", "best": ""},
    "inspection": {"short": "", "best": "P01, P02, P03, P04, P05, P06"},
    "archive": {"short": "innovator realist critic systems", "best": "P01, P02, P03"},
}
"""Agency -> roles its team lacks, and its only best team ("" where there are several).

Planted: in registry both critics stand outside the team, and nobody can replace either;
payments has practitioners only, no innovator, critic or systems thinker; inspection lacks
nothing; archive has three people in all. In payments nobody answers objections, rules alone
are taken over, and from the thirteenth month the load on staff grows beyond bearing.
"""

LEVELS = np.array(
    [
        [3, 0, 2, 1, 0], [2, 0, 1, 0, 1], [0, 3, 0, 0, 1], [0, 2, 0, 2, 0],
        [1, 0, 3, 0, 2], [0, 0, 0, 3, 1], [0, 1, 0, 0, 3], [2, 0, 0, 0, 2],
    ]
)  # fmt: skip
"""Check value 33: people A to H by practitioner, innovator, realist, critic, systems thinker."""

NOTEBOOK = SAMPLES.parent / "notebooks" / "2_core_team.ipynb"


def person(place, levels, **more):
    """One row of ``people``; whoever holds a role was named for it by two colleagues."""
    row = {"person": f"P{place:02}", "asked": "2026-01-10", "agreed": "yes", "member": "no"}
    for role, level in zip(team_roles.ROLES, levels, strict=True):
        row |= {role: level, f"{role}_named": 2 if level >= 2 else 0}
    return row | {"unit": "", "contact": "", "hours": ""} | more


def load(agency, *rows, checks=()):
    agency.add("people", list(rows)).counts([1, 2, 3, 4, 50], first="2026-06")
    if checks:
        agency.add("checks", list(checks))
    return agency.load()


def eight(agency, **more):
    return load(agency, *(person(n, row, **more) for n, row in enumerate(LEVELS.tolist(), 1)))


def column(rows, key, value):
    return dict(zip(rows[key], rows[value], strict=True))


# ---------------------------------------------------------------- the exact search


@pytest.fixture(params=["tried", "solved"])
def both_ways(request, monkeypatch):
    """Every search once by trying all groups, once by integer programming."""
    if request.param == "solved":
        monkeypatch.setattr(set_cover, "BY_HAND", 0)


@pytest.mark.parametrize(
    ("left_out", "names", "short"),
    [("", "ACDEFH", (0, 0, 0, 0, 0)), ("DF", "ACEH", (0, 1, 0, 2, 0))],
)
def test_the_only_best_team_of_check_value_33(both_ways, left_out, names, short):
    kept = [place for place, name in enumerate("ABCDEFGH") if name not in left_out]
    able = LEVELS[kept] >= 2
    worth = (LEVELS[kept] * able).sum(axis=1)
    (found,) = set_cover.best(able, [2] * 5, (1, 9), worth)
    assert "".join("ABCDEFGH"[kept[place]] for place in found.members) == names
    assert found.short == short
    if not left_out:
        assert worth[list(found.members)].sum() == 24


people_by_roles = st.integers(1, 7).flatmap(
    lambda n: st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=n, max_size=n)
)


@given(people_by_roles, st.lists(st.integers(0, 3), min_size=3, max_size=3))
def test_the_search_lists_what_a_plain_loop_over_all_groups_finds(levels, need):
    levels, need = np.array(levels), np.array(need)
    able, worth = levels >= 2, levels.sum(axis=1)
    size = min(2, len(levels)), min(4, len(levels))
    groups = [
        group
        for count in range(size[0], size[1] + 1)
        for group in combinations(range(len(levels)), count)
    ]

    def rank(group):
        short = np.maximum(need - able[list(group)].sum(axis=0), 0).sum()
        return short, len(group), -worth[list(group)].sum()

    least = min(map(rank, groups))
    expected = sorted(group for group in groups if rank(group) == least)
    assert [found.members for found in set_cover.best(able, need, (2, 4), worth)] == expected
    step = np.ones(3)
    solved = set_cover._solved(able.astype(float), need.astype(float), size, worth, step)
    assert sorted(solved) == expected or len(expected) > set_cover.LISTED


def test_nineteen_people_are_searched_too():
    able = np.vstack([LEVELS, np.zeros((11, 5))]) >= 2
    worth = (np.vstack([LEVELS, np.zeros((11, 5))]) * able).sum(axis=1)
    (found,) = set_cover.best(able, [2] * 5, (5, 9), worth)
    assert found.members == (0, 2, 3, 4, 5, 7)


def test_nobody_makes_no_team_and_sizes_out_of_order_are_refused():
    assert set_cover.best(np.zeros((0, 5)), [1] * 5, (5, 9)) == []
    with pytest.raises(ValueError, match="`size` must be two whole numbers in order"):
        set_cover.best([[1]], [1], (3, 2))


def test_hours_count_as_one_demand_however_many_are_short():
    found = set_cover.best([[1, 10], [1, 10]], [1, 40], (1, 2), unit=[1, 40])
    assert found == [set_cover.Cover((0,), (0, 1)), set_cover.Cover((1,), (0, 1))]


# ---------------------------------------------------------------- safety and evenness


@given(st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=2, max_size=9))
def test_removing_a_member_never_raises_the_bus_factor(able):
    before = set_cover.bus_factor(able)
    for place in range(len(able)):
        assert before - 1 <= set_cover.bus_factor(able[:place] + able[place + 1 :]) <= before


def test_a_role_held_by_one_alone_breaks_with_one_leave_f46():
    assert set_cover.bus_factor([[1, 1], [1, 0], [1, 0]]) == 1


def test_evenness_of_the_published_example_f47():
    assert set_cover.evenness([3, 1, 1, 1, 2]) == pytest.approx(0.9284, abs=5e-5)
    assert np.isnan(set_cover.evenness([0, 0, 0, 0, 0]))


@given(st.lists(st.integers(0, 9), min_size=5, max_size=5).filter(any))
def test_evenness_lies_between_0_and_1_and_forgets_the_order(counts):
    found = set_cover.evenness(counts)
    assert 0 <= found <= 1
    assert found == pytest.approx(set_cover.evenness(sorted(counts)))
    assert found == pytest.approx(set_cover.evenness([3 * count for count in counts]))


# ---------------------------------------------------------------- levels


@pytest.mark.parametrize(
    ("own", "named", "more", "near"),
    [
        (3, 2, {}, "held"), (2, 2, {}, "held"), (3, 1, {}, "confirm"), (3, "", {}, "confirm"),
        (1, 2, {}, "named"), (1, 0, {}, "grow"), (0, 0, {}, ""), ("", 4, {}, "named"),
        (3, 4, {"asked": "2025-06-29"}, ""), (3, 4, {"asked": "2025-06-30"}, "held"),
    ],
)  # fmt: skip
def test_a_level_counts_when_colleagues_confirm_it_and_for_twelve_months(
    agency, own, named, more, near
):
    row = person(1, [0] * 5, **more) | {"critic": own, "critic_named": named}
    (found,) = team_roles.people_agreed(load(agency, row))["critic_near"]
    assert found == near


def test_whoever_did_not_agree_takes_part_in_nothing(agency):
    work = load(agency, person(1, LEVELS[0]), person(2, LEVELS[5], agreed="no"))
    assert team_roles.people_agreed(work)["person"].tolist() == ["P01"]
    assert team_roles.best_teams(work)["members"].tolist() == ["P01"]
    assert column(team_roles.roles(work), "team_role", "outside_team")["critic"] == "0"


def test_nobody_asked_is_not_nobody_there(agency):
    row = person(1, [0] * 5) | dict.fromkeys((*team_roles.ROLES, "critic_named"), "")
    rows = team_roles.roles(load(agency, row))
    assert set(rows["lack"]) == {"unknown"} and set(rows["spare"]) == {"unknown"}
    assert (
        column(team_roles.demands(load(agency, row)), "demand", "demand_met")["roles"] == "unknown"
    )


# ---------------------------------------------------------------- the team people formed


def formed(agency, names, **more):
    rows = [
        person(place, row, member="yes" if name in names else "no", **more)
        for place, (name, row) in enumerate(zip("ABCDEFGH", LEVELS.tolist(), strict=True), 1)
    ]
    return load(agency, *rows)


def test_two_critics_are_missing_and_the_nearest_are_named_to_the_people_only(agency):
    work = formed(agency, "ABCEH")
    lack = column(team_roles.roles(work), "team_role", "lack")
    assert (lack["critic"], lack["innovator"], lack["practitioner"]) == ("2", "1", "0")
    rows = team_roles.nearest_people(work).query("team_role == 'critic'")
    assert column(rows, "person", "near_role") == {"P04": "held", "P06": "held", "P01": "grow"}
    said = list(sentences.sentences(team_roles.roles(work)))
    assert any("критик" in line and "двоих" in line for line in said)
    assert not any(re.search(r"P\d\d", line) for line in said)


def test_only_the_holders_of_a_rare_role_cannot_be_replaced(agency):
    found = column(team_roles.replaceable(eight(agency)), "person", "replaceable")
    assert found == {
        "P01": "no", "P03": "no", "P04": "no", "P05": "no", "P06": "no", "P08": "yes",
    }  # fmt: skip


def test_a_person_alone_in_a_role_is_short_of_it_when_gone(agency):
    rows = column(team_roles.replaceable(eight(agency)), "person", "short_of")
    assert "critic" in rows["P06"] and rows["P08"] == ""


def test_the_best_team_says_how_many_it_lacks_and_who_is_nearest(agency):
    rows = [
        person(place, row) for place, (name, row) in
        enumerate(zip("ABCDEFGH", LEVELS.tolist(), strict=True), 1) if name not in "DF"
    ]  # fmt: skip
    (said,) = team_roles.best_teams(load(agency, *rows))["short_said"]
    assert said == "инноватор: одного (ближе всех: P07); критик: двоих (ближе всех: P01)"
    assert team_roles.best_teams(eight(agency))["short_said"].tolist() == ["всего хватает"]


def test_a_need_of_one_makes_a_smaller_team(agency, monkeypatch):
    for name, value in {"NEED": 1, "SIZE": (1, 9), "HOURS": 0}.items():
        monkeypatch.setattr(team_roles, name, value)
    one = team_roles.best_teams(eight(agency))
    assert set(one["members"].str.count("P")) == {3} and set(one["short_of"]) == {""}


def test_contact_units_and_hours_are_asked_for_once_somebody_told_them(agency):
    work = eight(agency, unit="front", contact="no", hours=2)
    (short,) = team_roles.best_teams(work)["short_of"]
    assert set(short.split()) == {"contact", "units", "hours"}


@pytest.mark.parametrize(
    ("demand", "changed", "mark"),
    [
        ("roles", {}, "passed"), ("roles", {"drop": "D"}, "failed"),
        ("size", {}, "passed"), ("size", {"drop": "DF"}, "failed"),
        ("contact", {"contact": "no"}, "failed"), ("contact", {}, "unknown"),
        ("contact", {"contact": "yes"}, "passed"),
        ("units", {"unit": "front"}, "failed"), ("units", {}, "unknown"),
        ("hours", {"hours": 7}, "passed"), ("hours", {"hours": 6}, "failed"),
        ("hours", {}, "unknown"), ("opposition", {}, "passed"),
        ("opposition", {"drop": "AE"}, "failed"), ("load", {}, "passed"),
        ("fresh", {}, "passed"), ("fresh", {"asked": "2024-01-01"}, "failed"),
        ("sponsor", {}, "failed"), ("leadership", {}, "unknown"),
        ("change_leader", {"leads": "growing"}, "passed"), ("change_leader", {}, "unknown"),
        ("exchange", {"outside": "no"}, "failed"),
    ],
)  # fmt: skip
def test_each_demand(agency, demand, changed, mark):
    more = {key: value for key, value in changed.items() if key != "drop"}
    work = formed(agency, set("ACDEFH") - set(changed.get("drop", "")), **more)
    assert column(team_roles.demands(work), "demand", "demand_met")[demand] == mark


def test_three_roles_on_one_person_are_too_many(agency):
    work = load(agency, person(1, [2, 2, 2, 0, 0], member="yes"))
    assert column(team_roles.demands(work), "demand", "demand_met")["load"] == "failed"


def test_the_sponsor_backs_the_team_and_is_outside_the_count(agency):
    rows = [person(1, [3] * 5, member="sponsor"), person(2, [2, 0, 0, 0, 0], member="yes")]
    work = load(agency, *rows)
    assert column(team_roles.demands(work), "demand", "demand_met")["sponsor"] == "passed"
    assert column(team_roles.roles(work), "team_role", "in_team")["practitioner"] == "1"
    assert team_roles.best_teams(work)["members"].tolist() == ["P02"]


# ---------------------------------------------------------------- leaders


def answer(item, mark, day="2026-05-20", evidence="журнал", source="self"):
    return {"item": item, "visit": f"L{day}", "source": source, "date": day, "answer": mark,
            "evidence": evidence}  # fmt: skip


@pytest.mark.parametrize(
    ("checks", "gate"),
    [
        ([answer("leader_accepts", 2)], "passed"),
        ([answer("leader_accepts", 2, evidence="")], "unknown"),
        ([answer("leader_accepts", 1)], "failed"),
        ([answer("leader_field", 2)], "unknown"),
        ([answer("leader_accepts", 2), answer("leader_field", 0)], "failed"),
        ([answer("leader_accepts", 0, "2025-01-01"), answer("leader_accepts", 2)], "passed"),
        ([answer("leader_accepts", 2), answer("leader_accepts", 0, source="staff")], "failed"),
        ([answer("leader_accepts", 2, "2025-06-29")], "unknown"),
        ([answer("leader_accepts", 2, "2025-06-30")], "passed"),
        ([], "unknown"),
    ],
)
def test_the_gate_of_the_leadership(agency, checks, gate):
    assert team_roles.gate(load(agency, person(1, [0] * 5), checks=checks)) == gate


# ---------------------------------------------------------------- planted truths


def invented(plan):
    """An invented agency with the tables of this stage only, read once."""
    loading.learn_names(work := written(plan.code))
    return work


@cache
def written(code):
    plan = next(each for each in PLANS if each.code == code)
    with TemporaryDirectory() as folder:
        return team_alone(Path(folder), plan).load()


def team_alone(folder, plan):
    made = Agency(folder / "data", plan.code)
    made.counts([1, 2, 3, 4, 50], first="2026-06")
    services = demo.services(plan).to_dict("records")
    made.add("services", [*services, {"service": "a", "name_ru": "А"}])
    for name, rows in team.tables(plan, np.random.default_rng(1)).items():
        if len(rows):
            made.add(name, rows.astype(object).where(rows.notna(), "").to_dict("records"))
    return made


each_plan = pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.code)


@each_plan
def test_the_planted_teams_are_found(plan):
    work = invented(plan)
    rows = team_roles.roles(work)
    truth = TRUTHS[plan.code]
    assert " ".join(rows.loc[rows["say"] != "", "team_role"]) == truth["short"]
    best = team_roles.best_teams(work)["members"].tolist()
    assert best == [truth["best"]] if truth["best"] else len(best) > 1


def test_in_registry_no_critic_can_be_replaced():
    work = invented(REGISTRY)
    assert column(team_roles.roles(work), "team_role", "spare")["critic"] == "failed"
    found = column(team_roles.replaceable(work), "person", "replaceable")
    assert (found["P04"], found["P06"]) == ("no", "no")


def test_the_leadership_of_payments_keeps_the_gate_shut():
    gates = {plan.code: team_roles.gate(invented(plan)) for plan in PLANS}
    assert gates == {
        "registry": "passed", "payments": "failed", "inspection": "passed", "archive": "unknown",
    }  # fmt: skip


# ---------------------------------------------------------------- nobody is scored


PERSONAL = ("nearest_people", "best_teams", "replaceable", "people_agreed")


@each_plan
@pytest.mark.parametrize("lang", wording.LANGS)
def test_what_a_report_shows_names_and_scores_nobody(plan, lang):
    work = invented(plan)
    wording.use(lang)
    tables = team_roles.roles, team_roles.demands, team_roles.team_safety, team_roles.leaders
    tables += adoption.triage, adoption.objections, adoption.balance
    for rows in (make(work) for make in tables):
        columns = wording.terms()[f"show.{rows.attrs['name']}"]["columns"].split()
        shown = [
            formatting.cell(row, name).shown for row in rows.to_dict("records") for name in columns
        ]
        assert not any(re.fullmatch(r"P\d\d(, P\d\d)*", words) for words in shown)
        assert "n" not in columns and "person" not in columns


def test_the_tables_of_persons_stand_in_no_cell_of_a_report():
    source = notebook_editions.read_notebook(NOTEBOOK)
    made = notebook_editions.edition(source, {}, "report", "ru")
    for name in PERSONAL:
        assert not any(f"core_team.{name}(" in cell.source for cell in made.cells)
    assert any("core_team.nearest_people(" in cell.source for cell in source.cells)


def test_no_table_of_persons_holds_a_level():
    for name in ("candidates_of_roles", "best_teams", "replaceable"):
        columns = wording.terms()[f"show.{name}"]["columns"].split()
        assert not {formatting.column_kind(column) for column in columns} & formatting.NUMBERS


@pytest.mark.parametrize("lang", wording.LANGS)
def test_a_table_of_persons_is_words_in_whatever_notebook_is_reported(lang):
    """Somebody's own notebook, run for a report, shows all there is of persons."""
    code = ["from ccwork import load, show", "from ccwork.stages import core_team",
            f"work = load(data, agency, lang={lang!r})"]  # fmt: skip
    cells = [f"show(core_team.{name}(work))" for name in PERSONAL[:3]]
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in ["\n".join(code), *cells]],
        metadata={"kernelspec": {"name": "python3", "display_name": "", "language": "python"}},
    )
    made.cells[0].metadata["tags"] = ["parameters"]
    made.cells[0].source = f"data, agency = {str(SAMPLES)!r}, 'registry'\n" + made.cells[0].source
    until = time.monotonic() + 600
    with agency_kernel.Kernel(
        SAMPLES / "demo" / "registry", agency_kernel.Limits(), until
    ) as kernel:
        done = kernel.run(made, {})
    shown = [output for cell in done.cells[1:] for output in cell.outputs]
    told = {output["data"]["text/plain"] for output in shown}
    assert told == {wording.terms()["personal.instead"][lang]} and len(shown) == len(cells)
    assert not re.search(r"P\d\d", str(shown))


def test_without_people_every_table_says_what_to_bring(agency):
    work = agency.counts([1, 2, 3, 4, 50], first="2026-06").load()
    for make in (
        team_roles.roles,
        team_roles.demands,
        team_roles.team_safety,
        team_roles.best_teams,
        team_roles.nearest_people,
        team_roles.replaceable,
        team_roles.leaders,
    ):
        rows = make(work)
        assert rows.empty and formatting.absent(rows)

"""From the five KPIs to positions: the planted faults are found, the five best are chosen."""

import itertools
import re

import conftest
import pytest
from conftest import Agency
from hypothesis import given
from hypothesis import strategies as st

from ccwork import method
from ccwork.language import wording
from ccwork.read import workbook
from ccwork.stages.cascade import indicator_levels, position_cards, position_indicators
from ccwork.tell import display

FIVE = ("registry", "clerk")
"""A position with exactly five indicators: all is well with it."""

SEVEN = ("payments", "officer")
"""A position with seven."""

ORPHAN = ("payments", "p_drop")
"""A process indicator nobody owns."""

NAMES = ("indicator", "level", "parent", "metric", "kpi", "service", "position", "role")
TOP = ("top", "agency", "", "easy", "effort", "", "", "")
ENDED = [{"case": f"C{case:02}", "step": step, "service": "a", "actor": "front",
          "position": who, "start": f"2026-06-01 {hour:02}:00", "end": f"2026-06-01 {end:02}:00"}
         for case in range(12)
         for step, who, hour, end in (("take", "clerk", 9, 10), ("decide", "expert", 10, 14))
         ]  # fmt: skip


def rows(*lines: tuple[str, ...], **more: object) -> list[dict[str, object]]:
    return [dict(zip(NAMES, line, strict=True)) | more for line in lines]


def brought(agency: Agency, *lines: tuple[str, ...], staff: object = "", **more: object) -> Agency:
    posts = dict.fromkeys(line[6] for line in lines if line[6])
    agency.add("indicators", rows(*lines, **more))
    agency.add("units", [{"unit": "u", "name_ru": "Приём", "name_en": "Front"}])
    agency.add("positions", [
        {"position": post, "unit": "u", "name_ru": f"Должность {post}", "name_en": f"Post {post}",
         "staff": staff} for post in posts or {"none": None}
    ])  # fmt: skip
    return agency.metric([5, 4], metric="documents", n=100, first="2026-05")


def sample(name: str) -> workbook.Workbook:
    work = conftest.sample(name)
    indicator_levels.indicators(work)  # puts the names of indicators in force
    return work


def flaws(work: workbook.Workbook) -> set[tuple[str, str]]:
    found = position_indicators.faults(work)
    return set(zip(found["flaw"], found["where_code"], strict=True))


def owned(position: str, metric: str = "documents", role: str = "owns") -> tuple[str, ...]:
    return (f"{position}_{metric}", "position", "p", metric, "", "", position, role)


PROCESS = ("p", "process", "top", "documents", "", "a", "", "")


# ---------------------------------------------------------------- the invented agencies


def test_the_sound_agency_has_no_fault_and_a_position_with_exactly_five():
    work = sample(FIVE[0])
    shown = position_indicators.position_matrix(work).set_index("position")
    assert position_indicators.faults(work).empty and position_indicators.faulty(work)[
        "say"
    ].tolist() == ["sound"]
    assert shown.loc[FIVE[1], ["carries", "five_most"]].tolist() == [5, "five"]
    assert position_indicators.coverage(work)["came_down"].tolist() == ["yes"] * 5


def test_the_position_with_seven_and_the_indicator_nobody_owns_are_grave():
    work = sample("payments")
    grave = position_indicators.faults(work).query("weight_of == 'grave'")
    pairs = set(zip(grave["flaw"], grave["where_code"], strict=True))
    assert pairs == {("over_five", SEVEN[1]), ("no_owner", ORPHAN[1])}
    assert ("not_outcome", "a_promise") in flaws(work)
    problems = list(position_indicators.problems(work))
    assert {problem.code for problem in problems if problem.grave} == {
        "cascade_over_five", "cascade_no_owner",
    }  # fmt: skip
    assert all(len(str(problem)) > 40 for problem in problems)


def test_one_workbook_names_what_is_wrong_in_the_language_in_force():
    work = sample("payments")
    said = {}
    for lang in wording.LANGS:
        wording.use(lang)
        said[lang] = position_indicators.faults(work)["where_said"].iloc[0]
    assert said == {"ru": "Специалист приёма", "en": "Reception officer"}


def test_five_of_the_seven_are_kept_and_the_others_are_explained():
    found = position_indicators.proposal(sample("payments"), "officer").set_index("indicator")
    assert (found["keep_it"] == "chosen").sum() == 5
    left = found.loc[found["keep_it"] == "left", "left_why"]
    assert left.to_dict() == {
        "officer_norm": "covered", "officer_decision_explained": "not_controlled",
    }  # fmt: skip


def test_an_agency_without_the_tables_gets_words():
    work = sample("archive")
    for table in (
        position_indicators.position_matrix,
        position_indicators.coverage,
        position_indicators.faults,
        position_indicators.proposals,
        position_cards.card,
    ):
        found = table(work)
        assert found.empty
        display.show(found)
    assert list(position_indicators.problems(work)) == []


# ---------------------------------------------------------------- validators


def test_five_are_well_and_six_are_an_error(agency):
    metrics = ["documents", "visits", "easy", "solved", "respected", "info_clear"]
    lines = [TOP, PROCESS, *(owned("clerk", metric) for metric in metrics)]
    five = brought(agency, *lines[:-1]).load()
    assert ("over_five", "clerk") not in flaws(five)
    six = brought(Agency(agency.root.parent / "six"), *lines).load()
    assert ("over_five", "clerk") in flaws(six)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((TOP, PROCESS, owned("x", role="influences")), ("no_owner", "p")),
        ((TOP, PROCESS, owned("x"), owned("y")), ("many_owners", "p")),
        ((TOP, PROCESS, owned("x")), ("no_process", "speed")),
        ((TOP, PROCESS, owned("x", role="apart")), ("not_controlled", "x_documents")),
        ((PROCESS[:2] + ("",) + PROCESS[3:], owned("x")), ("unrooted", "p")),
    ],
)
def test_a_broken_rule_is_named(agency, lines, expected):
    assert expected in flaws(brought(agency, *lines).load())


def test_a_rule_that_is_kept_is_not_named(agency):
    found = flaws(brought(agency, TOP, PROCESS, owned("x"), owned("y", role="influences")).load())
    assert found == {("no_process", kpi) for kpi in set(method.KPIS) - {"effort"}}


def test_indicators_that_stand_in_a_circle_serve_nothing(agency):
    round_ = ("p", "process", "q", "", "", "a", "", ""), ("q", "process", "p", "", "", "a", "", "")
    assert {("unrooted", "p"), ("unrooted", "q")} <= flaws(brought(agency, *round_).load())


def test_an_unknown_position_and_one_without_indicators_are_named(agency):
    brought(agency, TOP, PROCESS, owned("x"))
    (agency.folder / "positions.csv").unlink()
    assert ("unknown_position", "x") in flaws(agency.load())
    agency.add("positions", [{"position": each, "unit": "u"} for each in ("x", "idle")])
    assert ("empty_position", "idle") in flaws(agency.load())


@pytest.mark.parametrize(("who", "control"), [("expert", "proven"), ("clerk", "informational")])
def test_a_time_belongs_to_whom_the_log_gives_half_of_the_hours(agency, who, control):
    lead = ("p", "process", "top", "lead_days", "speed", "a", "", "")
    brought(agency, TOP, lead, owned(who, "lead_days")).add("steps", ENDED)
    work = agency.load()
    assert position_indicators.carried(work)["control"].tolist() == [control]
    assert (("informational", f"{who}_lead_days") in flaws(work)) == (who == "clerk")


def test_fewer_than_ten_cases_in_the_log_prove_nothing(agency):
    lead = ("p", "process", "top", "lead_days", "speed", "a", "", "")
    brought(agency, TOP, lead, owned("clerk", "lead_days")).add("steps", ENDED[:18])
    assert position_indicators.carried(agency.load())["control"].tolist() == ["declared"]


# ---------------------------------------------------------------- levels and roll-out


def test_a_position_takes_metric_process_unit_and_name_from_above(agency):
    low = ("low", "position", "p", "", "", "", "x", "owns")
    found = indicator_levels.indicators(brought(agency, TOP, PROCESS, low).load()).set_index(
        "indicator"
    )
    row = found.loc["low"]
    assert row[["metric", "service", "unit", "kpi", "process", "serves"]].tolist() == [
        "documents", "a", "u", "effort", "p", "top",
    ]  # fmt: skip
    assert wording.name("indicator", "low") == wording.name("metric", "documents")


def test_both_ways_to_roll_out_are_there_and_a_priority_process_is_the_default():
    work = sample("registry")
    assert position_indicators.positions(work) == ["clerk", "specialist", "head"]
    assert position_indicators.positions(work, "all") == [
        "clerk", "specialist", "head", "registrar", "helper",
    ]  # fmt: skip
    assert set(position_cards.card(work, "registrar")["service"]) == {"transfer"}
    with pytest.raises(ValueError, match="`rollout` must be one of"):
        position_indicators.positions(work, "some")


def test_where_no_process_is_chosen_everybody_takes_part(agency):
    work = brought(agency, TOP, PROCESS, owned("x")).load()
    assert position_indicators.positions(work) == ["x"]


# ---------------------------------------------------------------- which five


def second_way(kpis, groups, worth, most):
    """List the best sets by plain Python over all subsets."""
    sets = [
        s
        for size in range(len(worth) + 1)
        for s in itertools.combinations(range(len(worth)), size)
    ]
    sets = [s for s in sets if len(s) <= most]

    def score(chosen):
        return (
            len({kpis[at] for at in chosen}), len({groups[at] for at in chosen}),
            sum(worth[at] for at in chosen), -len(chosen),
        )  # fmt: skip

    top = max(score(chosen) for chosen in sets)
    return {chosen for chosen in sets if score(chosen) == top}


KPI = st.sampled_from(method.KPIS)
GROUP = st.sampled_from(method.GROUPS)
LINES = st.lists(st.tuples(KPI, GROUP, st.integers(0, 4)), min_size=1, max_size=9)


@given(LINES, st.integers(1, 5))
def test_the_choice_equals_that_of_a_plain_search_and_keeps_the_cap(lines, most):
    kpis, groups, worth = zip(*lines, strict=True)
    found = position_indicators.best_sets(kpis, groups, worth, most)
    assert set(found) == second_way(kpis, groups, worth, most)
    assert all(len(chosen) <= most for chosen in found)


def test_covering_kpis_goes_before_worth_and_ties_are_all_listed():
    one = ["objective"] * 3
    assert position_indicators.best_sets(["speed", "speed", "effort"], one, [9, 9, 0], 2) == [
        (0, 2),
        (1, 2),
    ]
    assert position_indicators.best_sets([], [], []) == [()]


def test_more_than_thirty_are_not_searched(agency):
    with pytest.raises(ValueError, match="at most 30"):
        position_indicators.best_sets(["speed"] * 31, [""] * 31, [1] * 31)
    lines = [(f"x{at}", "position", "p", "", "", "", "x", "owns") for at in range(31)]
    found = position_indicators.proposal(brought(agency, TOP, PROCESS, *lines).load(), "x")
    assert set(found["left_why"]) == {"too_many"} and set(found["keep_it"]) == {"left"}


def test_equally_good_sets_are_said_to_be_so(agency):
    twins = [(f"x{at}", "position", "p", "", "", "", "x", "owns") for at in range(6)]
    found = position_indicators.proposal(brought(agency, TOP, PROCESS, *twins).load(), "x")
    assert set(found["keep_it"]) == {"either"}


# ---------------------------------------------------------------- the card


def test_a_card_tells_value_verdict_target_and_agreement(agency):
    work = brought(
        agency, TOP, PROCESS, owned("x"), target=3, agreed_by="M1", agreed="2026-03-01", staff=40
    ).load()
    row = position_cards.card(work, "x").iloc[0]
    assert row[["value", "n", "target", "verdict"]].tolist() == [4, 100, 3, "too_little"]
    assert row["agreed_said"] == "M1, 1 марта 2026"


@pytest.mark.parametrize(("staff", "why"), [(9, "small_unit"), (10, "")])
def test_facts_of_a_unit_below_ten_people_are_withheld(agency, staff, why):
    work = brought(agency, TOP, PROCESS, owned("x"), staff=staff).load()
    row = position_cards.card(work, "x").iloc[0]
    assert (row["why"] == why if why else row["value"] == 4) and (row["value"] == 4) != bool(why)


@pytest.mark.parametrize("lang", wording.LANGS)
def test_a_card_is_one_page_in_one_language_that_fetches_nothing(lang):
    page = position_cards.card_page(sample("registry"), "clerk", lang)
    assert wording.lang() == "ru" and f'<html lang="{lang}">' in page
    assert not re.search(r"(src|href)=|url\(|https?://|@import", page)
    if lang == "en":
        assert not re.search("[а-яё]", page, re.IGNORECASE)
    assert page.count("<tr>") == 6 and ("Internal" in page) == (lang == "en")


def test_what_people_write_cannot_break_the_page(agency):
    brought(agency, TOP, PROCESS, owned("x"), name_ru="<script>alert(1)</script>")
    assert "<script>" not in position_cards.card_page(agency.load(), "x", "ru")


def test_numbers_of_both_languages_are_the_same():
    work = sample("registry")
    wording.use("en")
    english = position_cards.card(work)
    wording.use("ru")
    columns = ["indicator", "duty", "answerable", "value", "verdict", "target"]
    assert english[columns].equals(position_cards.card(work)[columns])


# ---------------------------------------------------------------- what is not worth asking


def effort(agency, *metrics, **values):
    """One position that owns facts of one KPI, each so many points short of 100."""
    lines = [TOP, ("p", "process", "top", metrics[0], "", "a", "", ""),
             *(owned("x", metric) for metric in metrics)]  # fmt: skip
    brought(agency, *lines)
    best = {"client_actions": 20, "documents": 10, "visits": 4, "client_minutes": 240,
            "client_roubles": 2000, "within_norm": 100}  # fmt: skip
    agency.add("metrics", [
        {"metric": metric, "service": "a", "period": "2026-06", "n": 100,
         "value": best[metric] * short / 100}
        for metric, short in values.items()
    ])  # fmt: skip
    return agency.load()


def test_what_the_kept_cover_is_their_share_of_the_room(agency):
    short = {"client_actions": 50, "documents": 40, "visits": 30, "client_minutes": 20,
             "client_roubles": 10}  # fmt: skip
    facts = [*short, "distance_km"]
    work = effort(agency, *facts, **short)
    assert position_indicators.proposal(work, "x")["worth_kept"].tolist() == pytest.approx(
        [100] * 6
    )
    work = effort(agency, *short, "within_norm", **short, within_norm=0)
    found = position_indicators.proposal(work, "x").set_index("indicator")
    kept = found.index[found["keep_it"] == "chosen"]
    room = {f"x_{metric}": points for metric, points in short.items()} | {"x_within_norm": 100}
    whole = sum(room[each] for each in kept) / sum(room.values())
    assert found["worth_kept"].iloc[0] == pytest.approx(100 * whole) and len(kept) == 5


def test_five_indicators_are_not_shortened(agency):
    facts = ("client_actions", "documents", "visits", "client_minutes", "client_roubles")
    work = effort(agency, *facts, **dict.fromkeys(facts, 50))
    assert position_indicators.proposals(work).empty
    assert position_indicators.position_matrix(work)["carries"].tolist() == [5]


def test_what_nobody_measured_is_worth_less_than_the_smallest_room(agency):
    facts = ("client_actions", "documents", "visits", "client_minutes", "client_roubles")
    work = effort(agency, *facts, "distance_km", **dict.fromkeys(facts, 0.5))
    found = position_indicators.proposal(work, "x").set_index("indicator")
    assert found.loc[found["keep_it"] == "left"].index.tolist() == ["x_distance_km"]


def test_a_sixth_theme_is_worth_less_and_not_covered(agency):
    five = ("info_found", "documents", "within_norm", "first_time_right", "conduct_items")
    plain = ("top", "agency", "", "easy", "", "", "", "")
    lines = [plain, ("p", "process", "top", "uptime", "", "a", "", ""),
             *(owned("x", metric) for metric in (*five, "digital_take_up"))]  # fmt: skip
    brought(agency, *lines)
    agency.add("metrics", [
        {"metric": metric, "service": "a", "period": "2026-06", "n": 100,
         "value": 99 if metric == "digital_take_up" else 5}
        for metric in (*five, "digital_take_up")
    ])  # fmt: skip
    found = position_indicators.proposal(agency.load(), "x").set_index("indicator")
    assert found.loc["x_digital_take_up", ["keep_it", "left_why"]].tolist() == [
        "left", "worth_less",
    ]  # fmt: skip


def test_a_position_without_indicators_is_empty_and_one_with_few_is_within(agency):
    brought(agency, TOP, PROCESS, owned("x"))
    posts = [{"position": code, "unit": "u", "name_ru": code} for code in ("x", "y")]
    found = position_indicators.position_matrix(
        agency.add("positions", posts).load(), "all"
    ).set_index("position")
    assert found["five_most"].to_dict() == {"x": "within", "y": "empty"}


def test_a_carrier_is_a_position_that_can_move_this_very_kpi():
    found = position_indicators.coverage(sample("payments")).set_index("kpi")
    assert found["carriers"].to_dict() == {
        "information": 1, "effort": 1, "speed": 1, "quality": 2, "culture": 1,
    }  # fmt: skip


def test_faults_are_counted_by_weight(agency):
    row = position_indicators.faulty(sample("payments")).iloc[0]
    assert row[["grave_flaws", "mild_flaws", "say"]].tolist() == [2, 2, "grave"]
    lone = position_indicators.faulty(brought(agency, TOP, PROCESS).load()).iloc[0]
    assert lone["grave_flaws"] == 1 and lone["mild_flaws"] > 1
    sound = position_indicators.faulty(sample("registry")).iloc[0]
    assert sound[["grave_flaws", "mild_flaws", "say"]].tolist() == [0, 0, "sound"]


def test_an_indicator_only_influenced_is_worth_half_its_room(agency):
    facts = ("client_actions", "documents", "visits", "client_minutes", "client_roubles")
    lines = [TOP, ("p", "process", "top", "within_norm", "", "a", "", ""),
             *(owned("x", metric) for metric in facts),
             ("x_within_norm", "position", "p", "within_norm", "effort", "", "x", "influences"),
             ]  # fmt: skip
    brought(agency, *lines)
    short = dict.fromkeys(facts, 50) | {"within_norm": 80}
    best = {"client_actions": 20, "documents": 10, "visits": 4, "client_minutes": 240,
            "client_roubles": 2000}  # fmt: skip
    agency.add("metrics", [
        {"metric": metric, "service": "a", "period": "2026-06", "n": 100,
         "value": best[metric] / 2 if metric in best else 20}
        for metric in short
    ])  # fmt: skip
    found = position_indicators.proposal(agency.load(), "x").set_index("indicator")
    assert found.index[found["keep_it"] == "left"].tolist() == ["x_within_norm"]
    assert found["worth_kept"].iloc[0] == pytest.approx(100 * 250 / (250 + 80 / 2))


def test_the_table_of_one_process_and_that_of_all_have_names_of_their_own():
    work = sample("registry")
    shown, every = (
        position_indicators.position_matrix(work),
        position_indicators.position_matrix(work, "all"),
    )
    assert len(shown) < len(every)
    assert [rows.attrs["name"] for rows in (shown, every)] == ["matrix", "matrix_all"]


def test_a_step_that_took_no_time_is_no_work(agency):
    lead = ("p", "process", "top", "lead_days", "speed", "a", "", "")
    brought(agency, TOP, lead, owned("clerk", "lead_days"))
    steps = [row | {"end": row["start"]} if row["position"] == "clerk" else row for row in ENDED]
    work = agency.add("steps", steps).load()
    assert position_indicators.carried(work)["control"].tolist() == ["declared"]


def test_without_a_log_a_time_is_declared(agency):
    lead = ("p", "process", "top", "lead_days", "speed", "a", "", "")
    work = brought(agency, TOP, lead, owned("clerk", "lead_days")).load()
    assert position_indicators.carried(work)["control"].tolist() == ["declared"]


def test_the_matrix_says_of_every_kpi_the_strongest_role(agency):
    other = ("q", "process", "top", "within_norm", "speed", "a", "", "")
    lines = [TOP, PROCESS, other, owned("x"), owned("y", role="influences"),
             owned("y", "visits", role="apart"),
             ("y_norm", "position", "q", "within_norm", "speed", "", "y", "apart")]  # fmt: skip
    rows = position_indicators.position_matrix(brought(agency, *lines).load()).set_index(
        "position"
    )
    roles = {post: {kpi: rows.loc[post, f"of_{kpi}"] for kpi in method.KPIS} for post in "xy"}
    nothing = dict.fromkeys(method.KPIS, "apart")
    assert roles == {"x": nothing | {"effort": "owns"}, "y": nothing | {"effort": "influences"}}


def test_one_indicator_of_a_process_brings_a_kpi_down_when_somebody_owns_it(agency):
    quick = ("q", "process", "top", "within_norm", "speed", "a", "", "")
    work = brought(agency, TOP, PROCESS, quick, owned("x"), owned("y", role="apart")).load()
    found = position_indicators.coverage(work).set_index("kpi")
    columns = ["process_indicators", "owned", "carriers", "came_down"]
    assert found.loc["effort", columns].tolist() == [1, 1, 1, "yes"]
    assert found.loc["speed", columns].tolist() == [1, 0, 0, "partly"]
    assert found.loc["quality", columns].tolist() == [0, 0, 0, "no"]


@pytest.mark.parametrize(("short", "kept"), [(0.5, 100), (0, None)])
def test_even_the_least_room_is_kept_in_full_and_none_has_no_share(agency, short, kept):
    found = position_indicators.proposal(effort(agency, "documents", documents=short), "x")[
        "worth_kept"
    ]
    assert found.isna().all() if kept is None else found.tolist() == pytest.approx([kept])

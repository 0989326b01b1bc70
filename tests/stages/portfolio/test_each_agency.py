from dataclasses import replace

from hypothesis import given as each_of
from hypothesis import settings
from hypothesis import strategies as st
from portfolio_samples import agency, grades, moved, portfolio, spots

from ccwork.language import wording
from ccwork.stages.portfolio import (
    chance_order,
    comparison,
    each_agency,
    invented_agencies,
    movement,
    self_checks,
)
from ccwork.stages.portfolio.invented_agencies import Truth

SCALE = {"A": 90, "C": 60, "E": 0}
MANY = invented_agencies.portfolio(Truth(agencies=20)).agencies


def rows(given):
    made = each_agency.by_alphabet(given)
    return {row["agency"]: row for row in made.to_dict("records")}


# ---------------------------------------------------------------- what always holds


@settings(max_examples=12)
@each_of(st.sets(st.integers(0, 19), min_size=1), st.integers(0, 19))
def test_one_more_agency_changes_no_row_of_another(some, one):
    few = rows(portfolio(*(MANY[place] for place in sorted(some))))
    more = rows(portfolio(*(MANY[place] for place in sorted(some | {one}))))
    assert all(more[code] == row for code, row in few.items())


@settings(max_examples=12)
@each_of(st.permutations(range(20)))
def test_other_names_change_names_only(order):
    named = portfolio(*(replace(each, name={"ru": f"Орган {order[i]:02}"})
                        for i, each in enumerate(MANY)))  # fmt: skip
    shown = each_agency.by_alphabet(named)["agency"]
    assert [wording.name("agency", code) for code in shown] == [f"Орган {i:02}" for i in range(20)]
    plain = portfolio(*MANY)
    assert rows(named) == rows(plain)
    for table in (movement.moved, movement.moved_by_kpi, movement.pains, movement.unmeasured,
                  self_checks.service_grades, self_checks.self_and_clients):  # fmt: skip
        assert table(named).equals(table(plain))
    drawn = [comparison.shrunken(made).set_index("agency").sort_index() for made in
             (named, plain)]  # fmt: skip
    assert (drawn[0]["drawn"] - drawn[1]["drawn"]).abs().max() < 1e-9


# ---------------------------------------------------------------- one row, and then and now


def test_a_row_tells_of_its_agency():
    facts = moved(speed="better", quality="worse", culture="too_little")
    facts += spots(effort="blind_spot") + grades(SCALE, [("a", 95.0, 1.0), ("b", 65.0, None)])
    made = rows(portfolio(agency("x", facts)))["x"]
    assert made == {
        "agency": "x", "period": "2026-06", "moved_word": "both_ways", "kpis_better": "speed",
        "kpis_worse": "quality", "kpis_blind": "effort", "kpis_unmeasured": "",
        "grades": "A 1, C 1",
    }  # fmt: skip
    one = each_agency.by_alphabet(portfolio(*MANY), MANY[3].code)
    assert one["agency"].tolist() == [MANY[3].code]


def test_what_changed_since_last_time_is_counted():
    then = [
        agency("x", grades(SCALE, [("a", 65.0, 1.0), ("b", 95.0, 1.0), ("c", 95.0, 1.0)])
               + spots(speed="blind_spot", quality="aligned"), period="2025-06"),
        agency("gone", [], period="2025-06"),
        agency("y", grades({"A": 50, "E": 0}, [("a", 10.0, 1.0)]), period="2025-06"),
    ]  # fmt: skip
    now = [
        agency("x", grades(SCALE, [("a", 95.0, 1.0), ("b", 65.0, 1.0), ("c", 96.0, 1.0)])
               + spots(speed="aligned", quality="blind_spot")),
        agency("new", []),
        agency("y", grades(SCALE, [("a", 95.0, 1.0)])),
    ]  # fmt: skip
    made = each_agency.since_last(portfolio(*now, before=then)).set_index("changed_since")
    assert made["times"].to_dict() == {
        "grade_up": 1, "grade_down": 1, "blind_gone": 1, "blind_new": 1, "measured_now": 0,
        "measured_no_more": 0, "agency_new": 1, "agency_gone": 1,
    }  # fmt: skip
    assert made["all_of"].iloc[0] == 2  # both times there
    assert each_agency.since_last(portfolio(*now)).empty


def test_the_last_of_equal_agencies_is_last_by_chance():
    found = chance_order.chance_order(repeats=1000)
    assert abs(found["again"] - 100 / 85) < 1.2  # as often as any of 85
    assert abs(found["next_place"] - 43) <= 3 and abs(found["tenth"] - 100 * 8 / 85) < 3
    assert 15 <= found["chance_gap"] <= 25  # 5 standard errors of 4 points

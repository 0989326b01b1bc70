import pytest
from stages.scale.test_change_register import book
from stages.scale.test_effect_estimates import compared
from stages.scale.test_verdict_rule import PLANNED, planned

from ccwork.language import wording
from ccwork.stages.scale import rollout_plan, verdict_rule
from ccwork.stats.trials import stepped_wedge
from ccwork.tell import formatting

UNITS = [
    {"unit": f"w{n}", "name_ru": f"Офис {n}", "name_en": f"Office {n}", "readiness": ready}
    for n, ready in enumerate([2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 0, 2, 2, 1, 0, 2, 2, "", 1, 2])
]


def accepted(agency, **more):
    agency.add("units", UNITS)
    rows = [r | ({"sd": 5} if r["metric"] == "lead_days" else {}) for r in compared()]
    work = planned(agency, rows, PLANNED | {"change": "c2", "name_ru": "Иное"}, **more)
    return work, verdict_rule.verdicts(work)


def test_ready_units_begin_first_and_changed_or_unknown_ones_stand_aside(agency):
    work, rows = accepted(agency)
    made = rollout_plan.order(work, rows)
    assert set(made["novelty"]) == {"c1"}  # the other change was not accepted
    assert set(made["unit"]) == {f"w{n}" for n in (8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 19)}
    assert made["readiness"].tolist() == sorted(made["readiness"], reverse=True)
    assert made["wave"].is_monotonic_increasing
    assert made["wave"].unique().tolist() == list(range(1, made["wave"].max() + 1))
    assert made.groupby("wave")["readiness"].nunique().max() == 1
    assert made.groupby("wave").size().max() == rollout_plan.EACH


def test_chance_gives_the_order_within_one_readiness_and_the_seed_gives_it_again(agency):
    work, rows = accepted(agency)
    orders = {tuple(rollout_plan.order(work, rows, seed)["unit"]) for seed in range(10)}
    assert len(orders) == 10
    again = rollout_plan.order(work, rows, 3)
    assert again.equals(rollout_plan.order(work, rows, 3)) and set(again["seed"]) == {3}
    assert {tuple(sorted(order[:6])) for order in orders} == {
        tuple(sorted(f"w{n}" for n in (8, 11, 12, 15, 16, 19)))
    }


def test_the_roll_out_is_a_stepped_wedge_of_known_strength(agency):
    work, rows = accepted(agency)
    made = rollout_plan.order(work, rows)
    (row,) = rollout_plan.strength(work, made).to_dict("records")
    plan = stepped_wedge.schedule([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4], 5)
    assert (row["units"], row["waves"]) == (11, 4)
    assert row["chance"] == pytest.approx(
        100 * stepped_wedge.wedge_power(plan, 50, 5, rollout_plan.ICC, 2)
    )


def test_without_a_spread_there_is_a_word_for_the_strength(agency):
    work, rows = accepted(agency)
    work.tables["trials"]["sd"] = float("nan")
    found = rollout_plan.strength(work, rollout_plan.order(work, rows))
    row = found.to_dict("records")[0]
    assert formatting.cell(row, "chance").missing and formatting.cell(row, "chance").shown


@pytest.mark.parametrize(
    ("after", "said"),
    [([], "awaited"), ([10, 10.2, 9.8], "quiet"), ([10, 10.1, 30], "reversal"),
     ([10, 10, 1], "quiet")],
)  # fmt: skip
def test_a_bad_signal_within_six_months_reopens_what_was_adopted(agency, after, said):
    calm = [10 + 0.3 * (-1) ** month for month in range(24)]
    agency.metric([*calm[: 23 - len(after)], 10, *after], metric="lead_days", n=100,
                  first="2024-01")  # fmt: skip
    month = 12 - len(after)
    told = {"change": "c1", "date": f"2025-{month:02}-15", "decision": "adopt", "who": "T1"}
    agency.add("decisions", [told])
    work = book(agency, PLANNED, trials=compared())
    work = agency.load("2025-12")
    rows = verdict_rule.decided(work, verdict_rule.verdicts(work))
    (row,) = rollout_plan.watch(work, rows).to_dict("records")
    assert (row["watched"], row["periods_seen"]) == (said, len(after))
    assert row["watched_from"] == f"2025-{month:02}"


def adopted(agency, values, month, **more):
    """Watch c1, begun in July 2025 and adopted in a month: a value a month since 2024."""
    agency.metric(values, metric="lead_days", n=100, first="2024-01")
    agency.add("decisions", [{"change": "c1", "date": f"{month}-15", "decision": "adopt",
                              "who": "T1"}])  # fmt: skip
    work = book(agency, PLANNED, trials=compared())
    work = agency.load()
    (row, *_) = rollout_plan.watch(
        work, verdict_rule.decided(work, verdict_rule.verdicts(work))
    ).to_dict("records")
    return row


def test_a_gain_that_melts_away_is_a_reversal_although_no_worse_than_the_old_level(agency):
    def noise(n):
        return [0.3 * (-1) ** month for month in range(n)]

    old = [20 + e for e in noise(18)]
    new = [14 + e for e in noise(6)]
    row = adopted(agency, [*old, *new, *[14 + e for e in noise(3)]], "2025-12")
    assert (row["watched"], row["limits_of"], row["periods_seen"]) == ("quiet", "since_start", 3)
    assert row["alarm_line"] == pytest.approx(14 + 2.66 * 0.6)
    row = adopted(agency, [*old, *new, *[20 + e for e in noise(3)]], "2025-12")
    assert row["watched"] == "reversal"


def test_with_few_points_since_the_start_the_old_limits_stand_and_it_says_so(agency):
    row = adopted(agency, [20.3, 19.7] * 10 + [14, 14.2], "2025-08")
    assert (row["limits_of"], row["watched"]) == ("before", "quiet")
    assert row["alarm_line"] == pytest.approx(20 + 2.66 * 0.6)


def test_nothing_accepted_and_nothing_adopted_gives_words(agency):
    work = book(agency, trials=compared())
    rows = verdict_rule.verdicts(work)
    made = rollout_plan.order(work, rows)
    for table in (made, rollout_plan.strength(work, made),
                  rollout_plan.watch(work, verdict_rule.decided(work, rows))):  # fmt: skip
        assert table.empty and formatting.absent(table) == wording.word(
            f"absent.{table.attrs['name']}"
        )

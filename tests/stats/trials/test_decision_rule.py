import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwork.stats.intervals import Estimate
from ccwork.stats.trials import decision_rule, diff_in_diff, sample_size
from ccwork.stats.trials.decision_rule import Guardrail, Track

NAN = float("nan")
M, G = 5.0, 5.0
"""Worthwhile difference and margin in these tests."""

SHOWN = {
    "worthwhile": (6, 9),
    "works": (1, 8),
    "small": (1, 4),
    "no": (-3, 3),
    "unclear": (-3, 7),
}
RAILS = {"safe": (-2, 3), "unclear": (-1, 6), "harmed": (1, 8)}
TABLE = {
    "works": ("accept", "extend", "reject"),
    "small": ("reject", "reject", "reject"),
    "no": ("reject", "reject", "reject"),
    "unclear": ("extend", "extend", "reject"),
}
CODES = ("accept", "reject", "extend", "not_proven", "invalid")
BECAUSE = (
    "stopped", "harmed", "no", "small", "equal",
    "worthwhile", "works", "small_free",
    "no_interval", "unclear", "guardrail_unclear", "staff_unasked",
    "design", "not_99", "no_shift", "autocorrelated", "story",
)  # fmt: skip
TOWARDS = {"reject": 0, "extend": 1, "not_proven": 1, "accept": 2}

intervals = st.tuples(st.floats(-12, 12), st.floats(0.01, 10)).map(
    lambda pair: Estimate(pair[0], pair[0] - pair[1], pair[0] + pair[1], 40)
)
rails = st.builds(Guardrail, intervals, st.floats(0.5, 9))
several = st.lists(rails, max_size=3)
plans = st.fixed_dictionaries(
    {"design": st.sampled_from("AB"), "look": st.integers(1, 2), "free": st.booleans()}
)


def at(ends):
    return Estimate(sum(ends) / 2, *ends, 40)


def named(guardrails):
    return {str(place): rail for place, rail in enumerate(guardrails)}


def judged(effect, guardrails=(), design="A", look=1, **more):
    return decision_rule.verdict(
        effect, M, named(guardrails), design=design, look=look, looks=2, **more
    )


# ---------------------------------------------------------------- the table


@pytest.mark.parametrize(("shown", "ends"), SHOWN.items())
def test_f56_what_the_primary_metric_shows(shown, ends):
    assert decision_rule.primary(*ends, M) == shown
    assert judged(at(ends)).primary == shown


@pytest.mark.parametrize(
    ("ends", "shown"),
    [((5, 9), "worthwhile"), ((0, 9), "unclear"), ((0, 4), "no"), ((1, 5), "works"),
     ((-9, -1), "no"), ((0, 5), "unclear"), ((NAN, NAN), "unclear"), ((NAN, 2), "unclear")],
)  # fmt: skip
def test_ends_on_a_border(ends, shown):
    assert decision_rule.primary(*ends, M) == shown


@pytest.mark.parametrize(("shown", "ends"), RAILS.items())
def test_what_a_guardrail_shows(shown, ends):
    assert decision_rule.guardrail(*ends, G) == shown


@pytest.mark.parametrize(
    ("ends", "shown"),
    [((1, 4), "safe"), ((-1, 5), "unclear"), ((0, 5), "unclear"), ((0.1, 5), "harmed"),
     ((NAN, NAN), "unclear")],
)  # fmt: skip
def test_harm_within_its_margin_is_safe(ends, shown):
    assert decision_rule.guardrail(*ends, G) == shown


@pytest.mark.parametrize("shown", SHOWN)
@pytest.mark.parametrize("place", range(3))
def test_the_table_of_the_rule(shown, place):
    guardrail = Guardrail(at(list(RAILS.values())[place]), G)
    said = TABLE["works" if shown == "worthwhile" else shown][place]
    safe = Guardrail(at(RAILS["safe"]), G)
    assert judged(at(SHOWN[shown]), [safe, guardrail]).code == said
    late = judged(at(SHOWN[shown]), [safe, guardrail], look=2).code
    assert late == ("not_proven" if said == "extend" else said)


def test_a_small_effect_is_accepted_only_where_the_change_costs_nothing_and_all_is_safe():
    small, said = at(SHOWN["small"]), []
    for ends in RAILS.values():
        said.append(judged(small, [Guardrail(at(ends), G)], free=True))
    assert [verdict.code for verdict in said] == ["accept", "reject", "reject"]
    assert said[0].because == ("small_free",)


# ---------------------------------------------------------------- what decided


@pytest.mark.parametrize(
    ("shown", "ends", "because"),
    [
        ("works", "safe", ("works",)),
        ("worthwhile", "safe", ("worthwhile",)),
        ("worthwhile", "harmed", ("harmed",)),
        ("small", "harmed", ("harmed", "small")),
        ("no", "unclear", ("no", "equal")),
        ("unclear", "unclear", ("unclear", "guardrail_unclear")),
        ("works", "unclear", ("guardrail_unclear",)),
    ],
)
def test_the_verdict_names_the_clauses_that_decided(shown, ends, because):
    said = judged(at(SHOWN[shown]), [Guardrail(at(RAILS[ends]), G)])
    assert said.because == because
    assert said.guardrails == {"0": ends}


@given(intervals, several, st.sampled_from("ABCDE"), st.integers(1, 2), st.booleans())
def test_every_verdict_has_a_word_and_a_reason_from_the_closed_lists(
    effect, guardrails, design, look, free
):
    said = judged(effect, guardrails, design, look, free=free)
    assert said.code in CODES and said.primary in decision_rule.PRIMARY
    assert said.because and set(said.because) <= set(BECAUSE)
    assert set(said.guardrails.values()) <= set(RAILS)


def test_no_difference_is_told_only_where_the_whole_interval_says_so():
    assert judged(at((-9, 3))).because == ("no",)
    assert judged(at((-4, 3))).because == ("no", "equal")


def test_an_effect_without_an_interval_and_staff_nobody_asked_have_words_of_their_own():
    nobody = Guardrail(Estimate(NAN, NAN, NAN, 0), G, asked=False)
    said = judged(Estimate(6, NAN, NAN, 40), [nobody])
    assert (said.code, said.because) == ("extend", ("no_interval", "staff_unasked"))


def test_what_caps_a_change_turns_no_rejection_and_leaves_its_reasons_last():
    safe = [Guardrail(at(RAILS["safe"]), G)]
    for look, code in ((1, "extend"), (2, "not_proven")):
        said = judged(at(SHOWN["works"]), safe, look=look, caps=["no_plan"])
        assert (said.code, said.because) == (code, ("no_plan",))
        promising = judged(at(SHOWN["works"]), safe, "D", look=look, caps=["no_plan"])
        assert (promising.code, promising.because) == (code, ("design", "no_plan"))
    said = judged(at(SHOWN["unclear"]), safe, caps=["no_plan"])
    assert (said.code, said.because) == ("extend", ("unclear", "no_plan"))
    assert judged(at(SHOWN["small"]), safe, caps=["no_plan"]).because == ("small",)


def test_an_invalid_change_gets_no_other_word():
    said = judged(at(SHOWN["worthwhile"]), invalid=["plan_changed", "only_successful"])
    assert said == ("invalid", ("plan_changed", "only_successful"), "", {})


@pytest.mark.parametrize("design", "ABCDE")
@pytest.mark.parametrize("look", [1, 2])
def test_an_absolute_stop_rejects_at_any_look_by_any_design(design, look):
    stopped = Guardrail(at(RAILS["safe"]), G, stopped=True)
    said = judged(at(SHOWN["worthwhile"]), [stopped], design, look)
    assert (said.code, said.because[0]) == ("reject", "stopped")


# ---------------------------------------------------------------- designs


GOOD = Track(at((1, 9)), True, 0.1)


@pytest.mark.parametrize(
    ("track", "because"),
    [
        (None, ("not_99", "no_shift")),
        (GOOD._replace(effect=at((-0.1, 9))), ("not_99",)),
        (GOOD._replace(effect=at((NAN, NAN))), ("not_99",)),
        (GOOD._replace(shifted=False), ("no_shift",)),
        (GOOD._replace(lag=0.31), ("autocorrelated",)),
        (GOOD._replace(lag=0.3), ("works",)),
    ],
)
def test_a_series_alone_is_accepted_only_by_both_ways_at_once(track, because):
    said = judged(at(SHOWN["works"]), design="C", track=track)
    assert said.because == because
    assert said.code == ("accept" if because == ("works",) else "extend")


def test_before_and_after_is_promising_at_most():
    for look in (1, 2):
        said = judged(at(SHOWN["worthwhile"]), design="D", look=look)
        assert (said.code, said.because) == ("extend", ("design",))
    assert judged(at(SHOWN["unclear"]), design="D", look=2).code == "not_proven"
    assert judged(at(SHOWN["no"]), design="D").code == "reject"


def test_a_story_shows_no_number():
    said = judged(at(SHOWN["worthwhile"]), design="E")
    assert (said.code, said.primary, said.because) == ("extend", "unclear", ("story",))
    assert judged(at(SHOWN["no"]), design="E", look=2).code == "not_proven"


@given(intervals, several, st.sampled_from("DE"), st.integers(1, 2), st.booleans())
def test_before_and_after_or_a_story_never_accepts(effect, guardrails, design, look, free):
    assert judged(effect, guardrails, design, look, free=free).code != "accept"


# ---------------------------------------------------------------- what never happens


@given(intervals, several, plans)
def test_turning_the_metric_round_changes_nothing(effect, guardrails, plan):
    falling = Estimate(-effect.value, -effect.high, -effect.low, effect.n)
    falling = diff_in_diff.Effect(*falling).turned(-1)
    assert judged(falling, guardrails, **plan) == judged(effect, guardrails, **plan)


@given(intervals, several, rails, st.floats(0, 20), plans)
def test_more_harm_never_leads_nearer_to_accepting(effect, others, rail, more, plan):
    value, low, high, n = rail.harm
    worse = rail._replace(harm=Estimate(value + more, low + more, high + more, n))
    before, after = (judged(effect, [*others, some], **plan).code for some in (rail, worse))
    assert TOWARDS[after] <= TOWARDS[before]


@given(intervals, several, rails, plans)
def test_one_guardrail_more_never_leads_nearer_to_accepting(effect, others, rail, plan):
    before, after = (judged(effect, some, **plan).code for some in (others, [*others, rail]))
    assert TOWARDS[after] <= TOWARDS[before]


@given(intervals, several, st.floats(0, 20), plans)
def test_a_better_effect_never_leads_away_from_accepting(effect, guardrails, more, plan):
    value, low, high, n = effect
    better = Estimate(value + more, low + more, high + more, n)
    before, after = (judged(some, guardrails, **plan).code for some in (effect, better))
    assert TOWARDS[after] >= TOWARDS[before]


@given(intervals, several, st.floats(0, 10), st.floats(0, 10), plans)
def test_a_wider_interval_is_accepted_only_where_the_narrow_one_was_or_was_small(
    effect, guardrails, down, up, plan
):
    value, low, high, n = effect
    wide = Estimate(value, low - down, high + up, n)
    if judged(wide, guardrails, **plan).code == "accept":
        narrow = judged(effect, guardrails, **plan)
        assert narrow.code == "accept" or narrow.primary == "small"


@given(intervals, several, rails, st.floats(0, 10), st.floats(0, 10), plans)
def test_a_guardrail_less_well_known_never_makes_an_accept(effect, others, rail, down, up, plan):
    value, low, high, n = rail.harm
    wide = rail._replace(harm=Estimate(value, low - down, high + up, n))
    if judged(effect, [*others, wide], **plan).code == "accept":
        assert judged(effect, [*others, rail], **plan).code == "accept"


@given(intervals, several, plans, st.randoms())
def test_the_order_of_guardrails_does_not_matter(effect, guardrails, plan, random):
    mixed = random.sample(guardrails, len(guardrails))
    there, back = (judged(effect, some, **plan) for some in (guardrails, mixed))
    assert there[:3] == back[:3]


@given(intervals, several, st.integers(-3, 3).map(lambda power: 2.0**power), plans)
def test_the_unit_does_not_matter(effect, guardrails, scale, plan):
    def scaled(estimate):
        return Estimate(*(end * scale for end in estimate[:3]), estimate.n)

    others = [
        rail._replace(harm=scaled(rail.harm), margin=rail.margin * scale) for rail in guardrails
    ]
    there = decision_rule.verdict(effect, M, named(guardrails), looks=2, **plan)
    back = decision_rule.verdict(scaled(effect), M * scale, named(others), looks=2, **plan)
    assert there == back


@given(intervals, several, st.sampled_from("ABCD"), st.booleans())
def test_the_last_look_only_turns_extend_into_not_proven(effect, guardrails, design, free):
    early, late = (judged(effect, guardrails, design, look, free=free) for look in (1, 2))
    if early.code != late.code:
        assert (early.code, late.code) == ("extend", "not_proven")


@given(st.lists(intervals, min_size=1, max_size=6), st.lists(intervals, min_size=6, max_size=6))
def test_many_changes_at_once_are_judged_as_one_by_one(effects, harms):
    ends = np.array([effect[1:3] for effect in effects]).T
    sides = np.array([harm[1:3] for harm in harms[: len(effects)]]).T
    codes = decision_rule.decide(
        decision_rule.primary(*ends, M), [decision_rule.guardrail(*sides, G)], last=True
    )
    for code, effect, harm in zip(codes, effects, harms, strict=False):
        assert judged(effect, [Guardrail(harm, G)], look=2).code == code


# ---------------------------------------------------------------- looks


def test_the_level_of_a_look_is_that_of_its_obrien_fleming_limit():
    for looks in (1, 2, 3):
        for look, limit in enumerate(sample_size.obrien_fleming(looks), 1):
            interval = diff_in_diff.of_t(0, 1, math.inf, 99, decision_rule.confidence(look, looks))
            assert interval.high == pytest.approx(limit)


def test_few_units_are_looked_at_once():
    assert decision_rule.confidence(1, 1, units=8) == pytest.approx(0.95)
    assert decision_rule.confidence(1, 2, units=12) > 0.99
    with pytest.raises(ValueError, match="fewer than 12"):
        decision_rule.confidence(1, 2, units=11)


def test_with_few_units_t_is_wider_than_the_normal():
    few = diff_in_diff.of_t(3, 1, 6, 8, decision_rule.confidence(1, 1, units=8))
    assert few.low == pytest.approx(3 - 2.447, abs=1e-3)


def test_groups_far_from_the_sizes_assigned_are_told():
    assert decision_rule.uneven(500, 500) == 1
    assert decision_rule.uneven(200, 100, 2 / 3) == pytest.approx(1)
    assert decision_rule.uneven(560, 440) < decision_rule.UNEVEN < decision_rule.uneven(540, 460)
    assert decision_rule.uneven(0, 0) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: judged(at((0, 1)), design="F"),
        lambda: judged(at((0, 1)), look=3),
        lambda: decision_rule.primary(0, 1, 0),
        lambda: decision_rule.guardrail(0, 1, -1),
        lambda: decision_rule.confidence(3, 2),
        lambda: decision_rule.uneven(1, 1, 1),
    ],
)
def test_what_cannot_be_judged_is_refused(wrong):
    with pytest.raises(ValueError, match="must be|share"):
        wrong()

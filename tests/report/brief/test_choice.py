import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwork.report.brief import choice
from ccwork.tell.findings import GRADES, KINDS


def one(name, kind="weak_place", grade="counted", **more):
    about = {"finding": name, "what": name, "stage": "6_kpi", "kpi": "", "service": "",
             "client": "", "size": None, "people": None, "cause": ""}  # fmt: skip
    return about | {"kind": kind, "grade": grade} | more


def names(chosen):
    return [lead["finding"] for lead, _ in chosen.told]


def test_the_surest_come_first_then_harm_then_size_times_reach():
    found = [
        one("seen", grade="seen", size=9, people=9000),
        one("wide", size=2, people=5000),
        one("deep", size=4, people=1000),
        one("fell", "worsened", "proven", size=1, people=1),
    ]
    lists = choice.chosen(found)
    assert names(lists["worse"]) == ["fell", "wide", "deep"]
    assert (lists["worse"].left, lists["worse"].tied) == (1, 0)


def test_a_slow_service_that_shows_in_four_places_is_one_finding_and_the_others_are_named():
    speed = {"client": "external", "kpi": "speed"}
    found = [
        one("wait", **speed, service="visa", grade="seen", stage="3_one_process"),
        one("target", "out_of_reach", "counted", **speed, service="visa"),
        one("kpi", "worsened", "proven", **speed),
        one("days", "worsened", "proven", **speed, service="visa", size=3),
        one("other", "worsened", "proven", client="internal", kpi="speed", service="visa"),
    ]
    (first, others), (second, none) = choice.chosen(found)["worse"].told
    assert first["finding"] == "days" and second["finding"] == "other" and not none
    assert [each["finding"] for each in others] == ["kpi", "target", "wait"]


def test_a_contradiction_is_told_before_a_target_missed_of_the_same_kpi():
    found = [
        one("missed", "promise_not_kept", "proven", kpi="quality", service="visa", size=9),
        one("doubt", "contradict", "proven", kpi="quality"),
        one("fell", "worsened", "proven", kpi="speed", service="visa"),
    ]
    (_, none), (lead, others) = choice.chosen(found)["worse"].told
    assert lead["finding"] == "doubt" and not none
    assert [each["finding"] for each in others] == ["missed"]


def test_a_level_that_only_a_chart_shows_is_told_after_what_is_proven_and_counted():
    found = [
        one("level", "worsened", "moved", size=9, people=9000),
        one("counted", "promise_not_kept", "counted"),
        one("missed", "promise_not_kept", "proven"),
        one("visits", grade="seen"),
    ]
    causes = choice.chosen(found)["worse"].causes
    assert [lead["finding"] for lead, _ in causes] == ["missed", "counted", "level", "visits"]


def test_decisions_on_two_changes_of_one_service_stay_two():
    same = {"kpi": "speed", "service": "visa", "client": "external"}
    found = [one(name, "change_to_decide", "B", **same) for name in "ab"]
    assert names(choice.chosen(found)["decide"]) == ["a", "b"]


@pytest.mark.parametrize("grade", [grade for grade in GRADES if grade not in choice.SURE])
def test_nothing_unproven_stands_among_improvements_or_worsenings(grade):
    found = [one("a", "improved", grade), one("b", "worsened", grade)]
    lists = choice.chosen(found)
    assert not lists["better"].causes and not lists["worse"].causes


def test_an_unknown_size_is_one_difference_and_an_unknown_reach_the_smallest_known():
    found = [one("unknown"), one("small", size=0.5, people=100), one("large", size=2, people=100)]
    found.append(one("within", size=0.0, people=9000))  # known, and nothing beyond the norm
    causes = choice.chosen(found)["worse"].causes
    assert [lead["finding"] for lead, _ in causes] == ["large", "unknown", "small", "within"]


def test_what_weighs_the_same_and_is_left_out_is_told():
    found = [one(name, "not_measured") for name in "abcde"]
    own = choice.chosen(found)["unmeasured"]
    assert (names(own), own.left, own.tied) == (["a", "b"], 3, 3)


def test_an_agency_asks_for_fewer_and_for_a_kind_of_its_own_first():
    found = [one("weak"), one("blind", "blind_spot", "seen")]
    assert names(choice.chosen(found, first="blind_spot")["worse"]) == ["blind", "weak"]
    assert names(choice.chosen(found, most=1)["worse"]) == ["weak"]
    assert (
        len(choice.chosen([one(n, "improved", "A") for n in "abcd"], most=9)["better"].told) == 3
    )


def test_the_first_sentence_counts_causes_not_findings():
    same = {"kpi": "speed", "service": "visa"}
    found = [one("a", "worsened", "proven", **same), one("b", "weak_place", **same), one("c")]
    counts = choice.tally(choice.chosen(found))
    assert counts == {"better": 0, "worse": 1, "weak": 1, "gaps": 0, "decide": 0}


FINDINGS = st.lists(
    st.builds(
        lambda n, kind, grade, kpi, service, size: one(
            str(n), kind, grade, kpi=kpi, service=service, size=size
        ),
        st.integers(), st.sampled_from(KINDS), st.sampled_from(GRADES),
        st.sampled_from(["", "speed", "effort"]), st.sampled_from(["", "a", "b"]),
        st.sampled_from([None, 1.0, 3.0]),
    ),
    max_size=25,
)  # fmt: skip


@given(FINDINGS)
def test_every_finding_is_told_or_counted_once_whatever_there_is(found):
    lists = choice.chosen(found)
    told = [each for own in lists.values() for lead, rest in own.causes for each in (lead, *rest)]
    proven = [f for f in found if f["kind"] not in choice.CHANGES or f["grade"] in choice.SURE]
    assert sorted(map(id, told)) == sorted(map(id, proven))
    assert all(len(own.told) <= choice.MOST[name] for name, own in lists.items())


def test_a_level_that_only_a_chart_shows_is_no_proven_change():
    lists = choice.chosen([one("a", "worsened", "moved"), one("b", "improved", "moved")])
    counts = choice.tally(lists)
    assert (counts["worse"], counts["weak"], counts["better"]) == (0, 1, 0)
    assert names(lists["worse"]) == ["a"] and names(lists["better"]) == ["b"]

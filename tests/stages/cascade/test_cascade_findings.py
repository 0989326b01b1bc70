"""What the brief takes from the cascade: each fault of the made agencies, and no other."""

import pytest
from demo import cascade
from stages.cascade.test_causes_of_misses import team, written
from stages.cascade.test_indicator_levels import POOLS, SHOWS
from stages.cascade.test_position_indicators import (
    ORPHAN,
    PROCESS,
    SEVEN,
    TOP,
    brought,
    owned,
    sample,
)
from stages.cascade.test_service_chain import log, opened

from ccwork.language import wording
from ccwork.stages.cascade import (
    cascade_findings,
    causes_of_misses,
    indicator_levels,
    metric_passports,
    position_indicators,
    review_meeting,
    service_chain,
)
from ccwork.tell import display, findings, formatting


def found(work):
    return {row["what"]: row for row in cascade_findings.findings(work).to_dict("records")}


# ---------------------------------------------------------------- causes of misses


def test_a_cause_not_removed_by_its_day_is_due_from_its_owner(agency):
    late = [written(month, owner="head", due="2026-05") for month in ("2026-03", "2026-04")]
    work = team(agency, *late, misses=["2026-03", "2026-04"])
    one = found(work)["cause_overdue"]
    assert (one["kind"], one["who"], one["by"], one["kpi"]) == (
        "decision_due", "position:head", "2026-05", "speed",
    )  # fmt: skip
    assert one["values"]["n"] == len(one["facts"]) == 2
    assert "не убрали в срок: май 2026" in one["told_first"]


def test_a_cause_whose_day_is_to_come_is_not_due(agency):
    work = team(agency, written(owner="head", due="2026-09"))
    assert not {"cause_overdue", "cause_unowned", "cause_unnamed"} & set(found(work))


@pytest.mark.parametrize("row", [{"owner": "", "due": "2026-09"}, {"owner": "head", "due": ""}])
def test_a_cause_without_owner_or_day_is_a_decision(agency, row):
    one = found(team(agency, written(escalated_to="chief", **row)))["cause_unowned"]
    assert (one["kind"], one["who"]) == ("decision_due", "position:chief")


def test_a_miss_whose_cause_nobody_wrote_down_is_counted(agency):
    one = found(team(agency, written("2026-05"), misses=["2026-04", "2026-05", "2026-06"]))[
        "cause_unnamed"
    ]
    assert (one["values"]["n"], one["values"]["of"], one["who"]) == (2, 3, "")
    assert "июнь 2026" in one["told_first"]


def test_the_organisation_explains_only_from_ten_misses_on():
    share = found(sample("registry"))["organisation_explains"]
    assert share["values"]["share"]["value"] == pytest.approx(100 * 10 / 11)
    assert "organisation_explains" not in found(sample("payments"))


# ---------------------------------------------------------------- positions and indicators


def test_six_indicators_at_a_position_are_one_too_many(agency):
    metrics = ("documents", "visits", "easy", "lead_days", "solved", "info_clear")
    work = brought(agency, TOP, PROCESS, *(owned("x", metric) for metric in metrics)).load()
    one = found(work)["over_five"]
    assert (one["kind"], one["values"]["n"], one["who"]) == ("decision_due", 6, "unit:u")
    assert one["action"] == "drop_indicator" and "«Должность x»" in one["to_do"]
    five = brought(agency, TOP, PROCESS, *(owned("x", metric) for metric in metrics[:5])).load()
    assert "over_five" not in found(five)


def test_an_indicator_nobody_or_several_own_is_a_gap(agency):
    gap = found(brought(agency, TOP, PROCESS).load())["indicator_unowned"]
    assert (gap["kind"], gap["service"], gap["kpi"]) == ("team_gap", "a", "effort")
    two = found(brought(agency, TOP, PROCESS, owned("x"), owned("y")).load())
    assert "indicator_shared" in two and "indicator_unowned" not in two
    one = found(brought(agency, TOP, PROCESS, owned("x")).load())
    assert not {"indicator_unowned", "indicator_shared"} & set(one)


def test_kpis_without_a_process_are_one_finding(agency):
    one = found(brought(agency, TOP, PROCESS, owned("x")).load())["kpi_not_down"]
    assert (one["kind"], one["values"]["n"]) == ("not_measured", 4)


def test_targets_agreed_long_ago_or_never_are_to_be_agreed(agency):
    old = brought(agency, TOP, PROCESS, owned("x"), target=3, agreed_by="M", agreed="2025-01-10")
    one = found(old.load())["targets_to_agree"]
    assert (one["values"]["n"], one["kind"]) == (3, "decision_due")
    new = brought(agency, TOP, PROCESS, owned("x"), target=3, agreed_by="M", agreed="2026-01-10")
    assert "targets_to_agree" not in found(new.load())


# ---------------------------------------------------------------- the chain


def test_the_weak_link_is_named_with_what_its_norm_would_bring(agency):
    work = opened(agency, log([[1, 9, 2]] * 8))  # the norms are 2, 5 and 3 hours
    one = found(work)["weak_link"]
    assert (one["kind"], one["who"], one["service"], one["kpi"]) == (
        "weak_place", "link:back", "a", "speed",
    )  # fmt: skip
    assert one["values"]["gain"]["value"] == 100 and one["size"] == 20
    assert one["values"]["on_time"]["value"] == 0 and "«back»" in one["to_do"]


def test_a_chain_in_time_has_no_weak_link(agency):
    assert "weak_link" not in found(opened(agency, log([[1, 4, 2]] * 8)))


def test_a_link_whose_work_is_repeated_is_named_where_that_is_sure():
    told = found(sample("payments"))["link_returns"]
    assert (told["who"], told["kpi"]) == ("link:front", "quality")
    assert "link_returns" not in found(sample("registry"))


# ---------------------------------------------------------------- the invented agencies

PLANTED = {
    "registry": {"cause_overdue", "cause_unowned", "cause_unnamed", "passport_due", "weak_link",
                 "organisation_explains"},
    "payments": {"cause_unnamed", "targets_to_agree", "over_five", "weak_link", "link_returns",
                 "output_only", "indicator_unowned", "called_outcome"},
    "inspection": {"cause_unnamed", "weak_link", "vague_indicator", "kpi_not_down"},
    "archive": set(),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_what_was_planted_is_found_and_nothing_else(name):
    work = sample(name)
    told = cascade_findings.findings(work)
    assert set(told["what"]) == PLANTED[name] and len(told) <= 10
    assert not set(told["kind"]) & {"improved", "worsened"}
    rows = {row["what"]: row for row in told.to_dict("records")}
    if name == "payments":
        assert rows["over_five"]["values"]["position"] == f"position:{SEVEN[1]}"
        assert rows["indicator_unowned"]["values"]["indicator"] == f"indicator:{ORPHAN[1]}"
        assert rows["called_outcome"]["values"]["n"] == len(SHOWS[name])
        pools = told.loc[told["what"] == "output_only", "values"]
        assert {own["indicator"].partition(":")[2] for own in pools} == set(POOLS[name])
    if name == "registry":
        owner, day = cascade.PASSPORTS["documents"]
        assert (rows["passport_due"]["who"], rows["passport_due"]["by"]) == (
            f"position:{owner}", day,
        )  # fmt: skip
    if name == "inspection":
        assert rows["vague_indicator"]["values"]["n"] == 2  # a_effective, p_timely
    tables = [
        causes_of_misses.escalations(work), causes_of_misses.missed(work),
        causes_of_misses.organisational_share(work), review_meeting.targets_agreed(work),
        metric_passports.selection(work), position_indicators.faults(work),
        service_chain.links(work), service_chain.chain_as_a_whole(work),
        indicator_levels.pool(work), indicator_levels.review(work),
    ]  # fmt: skip
    shown = {fact["id"] for rows in tables if len(rows)
             for fact in display.facts(rows, formatting.printed(rows)[1])}  # fmt: skip
    assert {fact for own in told["facts"] for fact in own} <= shown


@pytest.mark.parametrize("name", ["registry", "payments", "inspection"])
def test_both_languages_take_the_same(name):
    mine = findings.records(cascade_findings.findings(sample(name)))
    wording.use("en")
    assert findings.records(cascade_findings.findings(sample(name))) == mine

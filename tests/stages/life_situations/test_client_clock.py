"""The client's clock and own points of a life situation, reckoned another way."""

import numpy as np
import pandas as pd
import pytest
from conftest import SAMPLES, sample
from scipy.stats import CensoredData, ecdf

from ccwork import method
from ccwork.language import wording
from ccwork.stages.life_situations import client_clock
from tests.stages.life_situations.test_situation_chain import chained, leg


def figures(work):
    rows = client_clock.situation_kpis(work)
    return rows.set_index(["kpi", "path_figure"])


def raw():
    """The steps of the sample as they stand in its file."""
    rows = pd.read_csv(SAMPLES / "demo" / "families" / "steps.csv")
    return rows.assign(start=pd.to_datetime(rows["start"]), end=pd.to_datetime(rows["end"]))


def test_half_reach_the_end_within_what_scipy_says():
    """Ended: refused anywhere, or the last link done; the others seen up to their last step."""
    rows = raw()
    cases = rows.groupby("case")
    first, last = cases["start"].min(), cases["end"].max()
    begun = cases["service"].first() == "birth_record"
    refused = rows["outcome"].eq("refused").groupby(rows["case"]).any()
    done = (rows["service"].eq("kindergarten") & rows["outcome"].eq("done")).groupby(rows["case"])
    ended = (refused | done.any())[begun]
    days = ((last - first) / pd.Timedelta(days=1))[begun]
    curve = ecdf(CensoredData(uncensored=days[ended], right=days[~ended])).sf
    half = curve.quantiles[curve.probabilities <= 0.5][0]
    row = figures(sample("families")).loc["speed", "days_median"]
    assert row["value"] == pytest.approx(half, rel=0.01) and row["n"] == begun.sum()
    assert row["low"] < row["value"] < row["high"]


def test_effort_and_quality_are_counted_from_the_file():
    rows = raw()
    whole = rows[rows["service"].eq("kindergarten") & rows["outcome"].eq("done")]["case"]
    seen = rows.groupby("case")["service"].first()
    whole = whole[whole.map(seen) == "birth_record"]
    own = rows[rows["case"].isin(whole)]
    found = figures(sample("families"))
    assert found.loc[("effort", "actions"), "value"] == pytest.approx(
        (own["actor"] == "client").sum() / len(whole)
    )
    assert found.loc[("effort", "documents"), "value"] == own["documents"].sum() / len(whole)
    assert found.loc[("effort", "trips"), "value"] == (own["came"] == "yes").sum() / len(whole)
    refused = rows[rows["outcome"] == "refused"]["case"].map(seen).eq("birth_record").sum()
    well = found.loc[("quality", "ended_well")]
    assert well["n"] == len(whole) + refused
    assert well["value"] == pytest.approx(100 * len(whole) / (len(whole) + refused))


def test_own_points_are_those_of_the_super_service_alone():
    counts = pd.read_csv(SAMPLES / "demo" / "families" / "counts.csv")
    now = counts[counts["period"] == "2026-06"]
    found = figures(sample("families")).xs("own_points", level="path_figure")
    for metric, kpi in (("info_clear", "information"), ("easy", "effort"), ("solved", "quality")):
        own = now[now["metric"] == metric]
        mean = np.average(own["level"], weights=own["count"])
        assert found.loc[kpi, "value"] == pytest.approx(25 * (mean - 1))
    assert np.isnan(found.loc["culture", "value"])
    assert found.loc["culture", "bring_metric"] == "respected"
    assert found.index.tolist() == [*method.KPIS]


def test_a_situation_nobody_was_asked_about_says_what_to_bring(agency):
    rows = [leg(f"C{n}", each, n + 5 * at, 1) for n in range(20)
            for at, each in enumerate(("first", "second"))]  # fmt: skip
    found = client_clock.situation_kpis(chained(agency, rows))
    own = found[found["path_figure"] == "own_points"]
    assert len(own) == 5 and own["value"].isna().all() and (own["bring_metric"] != "").all()
    spent = found.set_index("path_figure").loc["documents"]
    assert np.isnan(spent["value"]) and spent["why"] == "not_recorded"


def test_without_outcomes_nobody_knows_how_it_ended(agency):
    rows = [leg(f"C{n}", each, n + 5 * at, 1, "") for n in range(20)
            for at, each in enumerate(("first", "second"))]  # fmt: skip
    found = client_clock.situation_kpis(chained(agency, rows)).set_index("path_figure")
    assert np.isnan(found.loc["ended_well", "value"])
    assert found.loc["ended_well", "why"] == "no_outcome"
    assert found.loc["days_median", "value"] == pytest.approx(6 / 24)


def test_a_case_in_hand_counts_up_to_the_watch_and_a_lost_one_up_to_its_trace(agency):
    """Thirty whole in six hours; of those left ten were lost after one, ten are in hand."""
    rows = [leg(f"C{n}", each, n + 5 * at, 1) for n in range(30)
            for at, each in enumerate(("first", "second"))]  # fmt: skip
    rows += [leg(f"L{n}", "first", n, 1) for n in range(10)]
    rows += [leg(f"H{n}", "first", n, 1) for n in range(10)]
    rows += [leg(f"H{n}", "second", n + 5, 1, "open") for n in range(10)]
    found = figures(chained(agency, rows))
    assert found.loc[("speed", "days_median"), "value"] == pytest.approx(6 / 24)
    # one in four of those not lost never ends: nine in ten is not known
    assert np.isnan(found.loc[("speed", "days_p90"), "value"])
    assert found.loc[("speed", "days_p90"), "why"] == "too_many_open"
    assert found.loc[("quality", "ended_well"), ["value", "n"]].tolist() == [100, 30]


# ---------------------------------------------------------------- how far it has come


def test_only_named_situations_stand_in_the_catalogue_and_ours_come_first():
    rows = client_clock.situations_known(sample("families"))
    assert rows["situation"].iloc[0] == "birth" and rows["services_named"].tolist()[:2] == [7, 0]
    assert (rows["situation_source"] != "").all() and len(rows) == 6


def test_the_counters_are_those_published():
    rows = client_clock.situations_counted(sample("families")).set_index("made")["made_count"]
    assert rows.to_dict() == {
        "prototypes": 24, "live": 15, "planned": 10, "federal": 70, "regional": 400,
    }  # fmt: skip


def test_an_adopted_change_goes_to_the_other_services_where_most_time_is_lost():
    rows = client_clock.next_by_situation(sample("families"))
    assert rows["service"].tolist() == [
        "residence", "kindergarten", "birth_record", "health_policy", "family_card",
    ]  # fmt: skip
    assert rows["next_step"].tolist() == ["agree_first"] * 3 + ["measure_first"] * 2
    assert set(rows["novelty"]) == {"no_copies"}


def test_a_change_that_was_not_adopted_goes_nowhere():
    rows = client_clock.next_by_situation(sample("registry"))
    assert rows.empty


def test_who_withdrew_did_not_end_well_and_the_words_say_so(agency):
    legs = [leg(f"C{n}", "first", 0, 1) for n in range(15)]
    legs += [leg(f"C{n}", "second", 9, 1, "done" if n < 3 else "withdrawn") for n in range(15)]
    assert figures(chained(agency, legs)).loc[("quality", "ended_well"), "value"] == 20
    assert "не отзывом" in wording.word("path_figure.ended_well")


ALONE = [{"service": name, "situation": "birth"} for name in ("first", "second")]


def test_without_a_super_service_the_path_is_told_though_other_counts_are_there(agency):
    agency.counts([10] * 5, first="2026-06", service="first")
    legs = [
        leg(f"C{n}", name, at, 1) for n in range(12) for name, at in (("first", 0), ("second", 9))
    ]
    found = figures(chained(agency, legs, ALONE))
    assert found.loc[("quality", "ended_well"), ["value", "n"]].tolist() == [100, 12]
    assert found.loc[("quality", "own_points"), "why"] == "no_own_metric"


def test_who_was_refused_applied_again_and_went_on_is_not_counted_as_refused(agency):
    legs = [
        leg(f"C{n}", name, at, 1) for n in range(12) for name, at in (("first", 0), ("second", 9))
    ]
    legs += [
        leg("again", "first", 0, 1, "refused"),
        leg("again", "first", 5, 1),
    ]  # lost after that
    found = figures(chained(agency, legs, ALONE))
    assert found.loc[("quality", "ended_well"), ["value", "n"]].tolist() == [100, 12]

"""Journeys: the published mini log, a second implementation in SQL, what may change nothing."""

import sqlite3
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from read.logs.test_event_log import MAPPING, XES_MAPPING, generated, write_csv, write_xes
from scipy.stats import binom

from ccwork.language import wording
from ccwork.measure.process import (
    case_tables,
    handovers,
    summaries,
    variants,
    waiting_times,
    working_time,
)
from ccwork.read.logs import event_log, log_mapping
from ccwork.stats import survival
from ccwork.tell import display, formatting

START = pd.Timestamp("2026-01-12")
MINI = [
    ("c1", "submit", "C", 0, 0.5), ("c1", "check", "A", 10, 11), ("c1", "request", "B", 20, 22),
    ("c1", "decide", "A", 60, 61), ("c1", "notify", "A", 61, 61.2), ("c2", "submit", "C", 0, 0.5),
    ("c2", "check", "A", 5, 6), ("c2", "fix_docs", "C", 30, 32), ("c2", "check", "A", 50, 51),
    ("c2", "request", "B", 55, 58), ("c2", "decide", "A", 100, 101),
    ("c2", "notify", "A", 101, 101.1), ("c3", "submit", "C", 0, 0.5), ("c3", "check", "A", 8, 9),
    ("c3", "fix_docs", "C", 40, 41), ("c4", "submit", "C", 0, 1.0), ("c4", "check", "A", 2, 3),
    ("c4", "request", "B", 6, 7), ("c4", "decide", "A", 30, 32), ("c4", "notify", "A", 32, 32.1),
]  # fmt: skip


def log(*rows: tuple, **more: object) -> pd.DataFrame:
    """Make steps of (case, step, who, hour of start, hour of end or None)."""
    table = [
        {"case": case, "step": step, "actor": "client" if who == "C" else "back",
         "agency": "" if who == "C" else who, "unit": "" if who == "C" else who, "position": "",
         "start": START + pd.Timedelta(hours=start),
         "end": pd.NaT if end is None else START + pd.Timedelta(hours=end), "norm": np.nan}
        for case, step, who, start, end in rows
    ]  # fmt: skip
    steps = pd.DataFrame(table).assign(**more)
    return steps.astype({"start": "datetime64[us]", "end": "datetime64[us]"})


def mini() -> tuple[pd.DataFrame, pd.DataFrame]:
    steps = log(*MINI)
    return steps, case_tables.cases(steps, done=["notify"])


# ---------------------------------------------------------------- the mini log


def test_the_published_figures_of_one_case_hold():
    _, rows = mini()
    case = rows.set_index("case").loc["c2"]
    assert case[["lead", "touch", "waiting"]].tolist() == pytest.approx([101.1, 8.6, 92.5])
    assert case["efficiency"] == pytest.approx(8.51, abs=0.005)
    assert case[["actions", "rework", "handoffs_unit"]].tolist() == [2, 1, 5]
    # between agencies the client is no party: A asks B, and B gives back
    assert case["handoffs_agency"] == 2
    assert case["own"] == pytest.approx(6.1)


def test_the_published_figures_of_the_log_hold():
    steps, rows = mini()
    assert rows["outcome"].tolist() == ["done", "done", "open", "done"]
    assert rows["first_time"].mean() == pytest.approx(2 / 3)


def test_waits_of_a_case_add_up_to_its_waiting():
    steps, rows = mini()
    assert waiting_times.waits(steps)["hours"].sum() == pytest.approx(rows["waiting"].sum())


def test_an_open_case_lasts_up_to_the_cut_off():
    steps = log(*MINI)
    rows = case_tables.cases(steps, ["notify"], START + pd.Timedelta(hours=500)).set_index("case")
    assert rows.loc["c3", ["open", "lasted", "lead"]].tolist() == [True, 500, 41]


# ---------------------------------------------------------------- small cases by eye


def test_the_clients_clock_runs_from_application_to_result():
    steps = log(("c", "a", "A", 24, 25), ("c", "b", "A", 48, 49))
    steps["applied"], steps["received"] = START, [pd.NaT, START + pd.Timedelta(hours=96)]
    rows = case_tables.cases(steps, done=["b"])
    assert rows[["client", "lead", "lasted"]].iloc[0].tolist() == [96, 25, 96]
    assert rows["clock"].iloc[0] == "client"


def dated(*applied: bool) -> pd.DataFrame:
    steps = log(*((f"c{at}", "a", "A", 0, 5 + at) for at in range(len(applied))))
    early = START - pd.Timedelta(hours=9)
    steps["applied"] = pd.Series([early if each else pd.NaT for each in applied])
    return steps.assign(received=START + pd.Timedelta(hours=9))


def test_the_clients_clock_is_that_of_the_cases_that_have_it():
    rows = case_tables.cases(dated(True, False), done=["a"])
    assert rows["lasted"].fillna(-1).tolist() == [18, -1]
    assert rows["clock"].unique().tolist() == ["client"]


def test_the_logs_clock_is_held_where_most_cases_have_no_dates():
    rows = case_tables.cases(dated(True, False, False), done=["a"])
    assert rows["lasted"].tolist() == [5, 6, 7]
    assert rows["client"].isna().tolist() == [False, True, True]


def test_services_have_clocks_of_their_own():
    steps = dated(True, False).assign(service=["dated", "undated"])
    rows = case_tables.cases(steps, done=["a"]).set_index("service")
    assert rows["clock"].to_dict() == {"dated": "client", "undated": "log"}
    assert rows["lasted"].to_dict() == {"dated": 18, "undated": 6}


def test_a_result_received_ends_a_case_whatever_its_last_step():
    steps = log(("c", "a", "A", 0, 1), ("c", "b", "A", 2, 3), ("d", "a", "A", 0, 1))
    steps["received"] = pd.Series([pd.NaT, pd.NaT, START + pd.Timedelta(hours=9)])
    rows = case_tables.cases(steps, done=["b"]).set_index("case")
    assert rows["open"].to_dict() == {"c": True, "d": False}


def test_the_working_clock_stands_beside_the_calendar_clock():
    steps = log(("c", "a", "A", 17, 18), ("c", "b", "A", 24 + 10, 24 + 11))
    found = case_tables.worked(case_tables.cases(steps), working_time.calendar("ru"))
    assert found[["lead", "working"]].iloc[0].tolist() == [18, 3]
    assert found.attrs["uncertain"] == []
    assert case_tables.worked(case_tables.cases(steps), working_time.calendar("week")).attrs[
        "uncertain"
    ]


def test_a_cut_off_without_a_zone_is_in_the_zone_of_the_log():
    steps = log(("c", "a", "A", 0, 1))
    for side in ("start", "end"):
        steps[side] = steps[side].dt.tz_localize("Asia/Vladivostok")
    rows = case_tables.cases(steps, ["b"], START + pd.Timedelta(hours=24))
    assert rows["lasted"].tolist() == [24]


def test_steps_side_by_side_are_no_wait_and_count_once_in_efficiency():
    rows = case_tables.cases(
        log(("c", "a", "A", 0, 10), ("c", "b", "B", 2, 4), ("c", "d", "A", 15, 20))
    )
    assert rows[["lead", "touch", "waiting", "efficiency"]].iloc[0].tolist() == [20, 17, 5, 75]


def test_a_log_with_one_time_tells_waits_and_no_work():
    steps = log(("c", "a", "A", 0, None), ("c", "b", "A", 10, None))
    rows = case_tables.cases(steps)
    assert rows["lead"].tolist() == [10]
    assert rows[["touch", "waiting", "efficiency"]].isna().all(axis=None)
    assert rows["touch_why"].tolist() == ["no_end"]
    assert waiting_times.waits(steps)["wait"].tolist() == [10]


def test_a_repeat_is_rework_and_at_once_a_loop():
    rows = case_tables.cases(log(*(("c", step, "A", h, h) for h, step in enumerate("abbacb"))))
    assert rows[["rework", "loops"]].iloc[0].tolist() == [3, 1]


def test_handoffs_without_a_resource_are_unknown_not_none():
    steps = log(("c", "a", "", 0, 1), ("c", "b", "", 2, 3), ("c", "d", "A", 4, 5))
    rows = case_tables.cases(steps)
    assert np.isnan(rows["handoffs_unit"][0])
    assert rows["handoffs_unit_why"][0] == "no_resource"
    assert handovers.handovers(steps).empty
    assert handovers.handovers(steps).attrs["why"] == "no_resource"


def test_a_case_without_resources_is_unknown_among_others_that_have_them():
    known = [
        (f"c{n}", step, who, h, h) for n in range(5) for h, (step, who) in enumerate(["aA", "bB"])
    ]
    rows = case_tables.cases(log(*known, ("x", "a", "", 0, 0), ("x", "b", "", 1, 1)))
    counts = rows.set_index("case")["handoffs_unit"]
    assert counts["c0"] == 1
    assert np.isnan(counts["x"])


def test_actions_of_the_client_are_unknown_where_nobody_is_said_to_act():
    steps = log(("c", "a", "A", 0, 1), actor="")
    assert case_tables.cases(steps)["actions"].isna().all()


def test_who_sends_incomplete_files_is_seen_by_the_step_done_again():
    rows = handovers.handovers(log(*MINI), "unit").set_index(["sender", "receiver"])
    # five hand-overs in four cases
    assert rows.loc[("client", "A"), ["n", "passes", "returned"]].tolist() == [4, 5, 20]
    assert rows.loc[("B", "A"), "returned"] == 0
    assert rows["share"].sum() == pytest.approx(100)


def waits_of(hours: list[float], **more: object) -> pd.Series:
    rows = [
        (f"c{n}", step, "A", h, h)
        for n, wait in enumerate(hours)
        for step, h in (("a", 0), ("b", wait))
    ]
    steps = log(*rows).assign(**more)
    return waiting_times.waits(steps).set_index("step").loc["b"]


@pytest.mark.parametrize(
    ("hours", "norm", "asked"),
    [
        ([120, 120.5, 119.5, 120, 120], np.nan, "term_asked"),
        ([120, 120, 120, 120], np.nan, ""),
        ([120, 130, 119, 100, 120], np.nan, ""),
        ([2, 2, 2, 2, 2], np.nan, ""),
        ([2, 2, 2, 2, 2], 2, "term_used"),
        ([1, 2, 1, 1, 1], 2, ""),
        ([1440] * 9 + [500], np.nan, "term_asked"),
        ([719.5, 720, 719.2, 720, 719.9], 720, "term_used"),
    ],
)
def test_a_wait_that_is_always_the_same_is_asked_about_and_ranked(hours, norm, asked):
    row = waits_of(hours, norm=norm)
    assert (row["statutory"], row["term_set"]) == ("no", asked)
    assert row["share"] == 100 and row["why"] == "no_norm"


@pytest.mark.parametrize(("hours", "said"), [([1, 2, 3], "by_law"), ([9] * 6, "by_law_used")])
def test_a_wait_is_statutory_only_where_it_is_said_to_be(hours, said):
    row = waits_of(hours, kind=["", "statutory"] * len(hours), norm=9.0)
    assert (row["statutory"], row["term_set"], row["why"]) == ("yes", said, "statutory")
    assert np.isnan(row["share"])


def test_what_is_waited_beyond_the_law_is_not_the_laws():
    row = waits_of([200, 210, 190, 205, 71, 220], kind="statutory", norm=72.0)
    assert (row["statutory"], row["term_set"], row["share"]) == ("no", "by_law_over", 100)
    assert row["within"] == pytest.approx(100 / 6)


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=30), st.floats(0, 1e3) | st.just(np.nan))
def test_no_wait_is_the_laws_where_nobody_said_so(hours, norm):
    row = waits_of(hours, norm=norm)
    assert row["statutory"] == "no" and not row["term_set"].startswith("by_law")


def test_a_case_that_waits_twice_is_one_case():
    """Thirty cases wait 30 and 50 hours: the limits are those of thirty numbers, not of sixty."""
    rows = [(f"c{n}", step, "A", h, h) for n in range(30)
            for step, h in (("a", 0), ("b", 30 + n), ("b", 80 + 3 * n))]  # fmt: skip
    row = waiting_times.waits(log(*rows)).set_index("step").loc["b"]
    assert row[["n", "passed", "waited", "waits"]].tolist() == [30, 30, 30, 60]
    gaps = np.sort([gap for n in range(30) for gap in (30 + n, 50 + 2 * n)])
    assert row["wait"] == np.median(gaps)
    low, high = binom.ppf([0.025, 0.975], 30, 0.5)
    assert row["wait_low"] == gaps[2 * (int(low) - 1)]
    assert row["wait_high"] == gaps[2 * int(high + 1) - 1]


def test_who_is_waited_for_is_told_where_most_rows_say_who_acts():
    found = waiting_times.waits(log(*MINI)).set_index("step")["awaited"]
    assert found[["check", "fix_docs"]].tolist() == ["own", "client"]
    silent = log(*MINI).assign(actor=["client"] + [""] * (len(MINI) - 1))
    assert set(waiting_times.waits(silent)["awaited"]) == {"unknown"}


def test_the_wait_before_a_first_step_says_whose_it_is():
    steps = log(*((f"c{n}", s, "A", h, h) for n in range(20)
                  for s, h in (("scan", 0), ("register", 40))[n >= 4 :]))  # fmt: skip
    row = waiting_times.waits(steps).set_index("step").loc["register"]
    assert row[["n", "passed"]].tolist() == [4, 20] and np.isnan(row["waited"])


def test_without_a_column_of_agencies_nothing_is_known_of_agencies():
    steps = log(*MINI).assign(agency="")
    rows = case_tables.cases(steps)
    assert rows["handoffs_agency"].isna().all() and rows["handoffs_unit"].notna().all()
    other = case_tables.cases(steps.assign(actor=["client", "back", "other", "back", "back"] * 4))
    assert other.set_index("case").loc["c1", "handoffs_agency"] == 2


@given(st.lists(st.sampled_from("AB"), min_size=2, max_size=9),
       st.sets(st.integers(0, 9), max_size=9))  # fmt: skip
def test_the_client_between_two_agencies_is_no_agency(agencies, places):
    """What the agencies do among themselves is counted, wherever the client comes between."""
    way = [step for at, who in enumerate(agencies) for step in (["C"] * (at in places) + [who])]
    steps = log(*(("c", f"s{at}", who, at, at) for at, who in enumerate(way)))
    changed = sum(one != other for one, other in zip(agencies, agencies[1:], strict=False))
    found = case_tables.cases(steps)["handoffs_agency"][0]
    assert found == changed
    assert handovers.handovers(steps, "agency")["passes"].sum() == changed


def test_the_client_waits_longer_than_the_log_shows():
    """Applied 100 hours before, received 60 after: 160 and what the log has, of dated cases."""
    hours = np.arange(12.0)
    steps = log(*((f"c{n:02}", s, "A", h, h) for n, took in enumerate(hours)
                  for s, h in (("a", 0), ("b", took))))  # fmt: skip
    steps["applied"] = steps["start"].min() - pd.Timedelta(hours=100)
    steps["received"] = steps["start"].max() + pd.Timedelta(hours=60)
    steps.loc[steps["case"] == "c11", "received"] = pd.NaT
    row = summaries.process_summary(case_tables.cases(steps)).iloc[0]
    assert row[["dated", "log_median", "gap"]].tolist() == [11, 5, "yes"]
    assert row["client_median"] == 100 + 11 + 60
    near = steps.assign(applied=steps["start"].min(), received=steps["start"].max())
    same = case_tables.cases(near.assign(end=near["received"]))
    assert summaries.process_summary(same).iloc[0]["gap"] == ""


def test_of_many_steps_the_few_that_make_most_of_the_time_are_shown():
    table = pd.DataFrame({"step": range(40), "share": [30.0, 25, 20, 10, *[15 / 34] * 34, np.nan,
                                                       np.nan]})  # fmt: skip
    shown, remarks = summaries.main_rows(table, "waits")
    assert shown["step"].tolist() == [0, 1, 2, 3, 38, 39]
    assert remarks == [("remark.main_waits", {"n": 34, "share": 85})]
    assert summaries.main_rows(table.head(14), "waits")[1] == []
    even = pd.DataFrame({"n": [1.0] * 400})
    assert len(summaries.main_rows(even, "stuck")[0]) == summaries.MOST_ROWS


def test_norms_are_held_against_wait_and_work_together():
    rows = [(f"c{n}", s, "A", h, e) for n, (w, d) in enumerate([(5, 1), (5, 2), (9, 0)])
            for s, h, e in (("a", 0, 0), ("b", w, w + d))]  # fmt: skip
    row = waiting_times.waits(log(*rows).assign(norm=6.0)).set_index("step").loc["b"]
    assert row["within"] == pytest.approx(100 / 3)
    assert row["excess"] == 4
    assert row["excess_share"] == 100


def test_medians_count_the_cases_still_open():
    hours = [10, 20, 30, 40, 50]
    rows = [(f"c{n}", "a", "A", 0, h) for n, h in enumerate(hours)]
    rows += [(f"c{n}", "end", "A", h, h) for n, h in enumerate(hours[:3])]
    found = case_tables.cases(log(*rows), ["end"], START + pd.Timedelta(hours=60))
    row = summaries.process_summary(found).iloc[0]
    assert (row["n"], row["completed"], row["unfinished"], row["method"]) == (5, 3, 2, "km")
    assert row["median"] == 30
    assert np.isnan(row["p90"])
    assert row["p90_why"] == "too_many_open"


def test_withdrawn_cases_are_never_done():
    rows = pd.DataFrame({"lasted": [3.0, 5, 5, 8, 10, 12, 12, 15, 20, 20, 25, 30]})
    names = ["open", "done", "withdrawn"]
    rows["outcome"] = [names[code] for code in [1, 2, 0, 1, 1, 2, 0, 1, 1, 0, 2, 0]]
    rows["open"] = rows["outcome"] == "open"
    found = summaries.ended(rows, 25).set_index("outcome")["share"]
    assert found.round(4).to_dict() == {"done": 49.0741, "withdrawn": 34.2593, "open": 16.6667}


def test_variants_are_told_from_the_commonest_and_main_ones_named():
    ways = ["ab"] * 7 + ["abb"] * 2 + ["b"]
    steps = log(
        *((f"c{n}", s, "A", h, h) for n, way in enumerate(ways) for h, s in enumerate(way))
    )
    found = variants.variants(steps)
    assert found["path"].tolist() == ["a → b", "a → b → b", "b"]
    assert found["n"].tolist() == [7, 2, 1]
    assert found["main"].tolist() == ["yes", "yes", "no"]
    assert found["heaped"].tolist() == pytest.approx([70, 90, 100])
    assert len(variants.variants(steps, most=1)) == 1
    assert variants.variants(steps, most=1).attrs["variants"] == 3


def test_cases_begin_and_finish_with_steps():
    found = variants.ends(log(*MINI)).set_index("step")
    assert found.loc["submit", ["begin", "begin_share", "finish"]].tolist() == [4, 100, 0]
    assert found.loc["notify", ["finish", "finish_share"]].tolist() == [3, 75]
    assert summaries.usual_end(log(*MINI)) == ["notify"]
    assert (
        summaries.usual_end(
            log(("c", "a", "A", 0, 1), ("d", "b", "A", 0, 1), ("e", "d", "A", 0, 1))
        )
        == []
    )


def test_a_month_watched_too_briefly_has_no_share():
    rows = []
    for n, begun in enumerate([0] * 10 + [24 * 40] * 10):
        rows += [(f"c{n}", "a", "A", begun, begun), (f"c{n}", "b", "A", begun + 240, begun + 240)]
    steps = log(*rows[:10:2], *rows[10:])
    found = case_tables.cases(steps, ["b"], START + pd.Timedelta(days=55))
    shown = summaries.funnel(steps, found).set_index(["cohort", "step"])
    assert shown.loc[("2026-01", "a"), ["n", "reached", "share"]].tolist() == [10, 10, 100]
    assert shown.loc[("2026-01", "b"), "share"] == 50
    assert shown.loc["2026-02", "share"].isna().all()
    assert shown.loc["2026-02", "reached"].tolist() == [10, 10]


def steady(days: int = 60, a_day: int = 3, lead: int = 8) -> pd.DataFrame:
    rows = [
        (f"c{n}", "a", "A", 24 * n / a_day, 24 * n / a_day + 24 * lead)
        for n in range(days * a_day)
    ]
    return case_tables.cases(log(*rows), ["a"])


def test_a_stock_that_agrees_with_little_passes_the_audit():
    row = summaries.little(steady()).iloc[0]
    assert row[["per_day", "days", "expected"]].tolist() == pytest.approx([3, 8, 24])
    assert row["audit"] == "steady"
    assert summaries.little(steady().iloc[:1])["audit"][0] == "too_little"


def test_links_that_kept_their_norms_share_the_gain_fairly():
    days = [
        [2, 5, 3],
        [1, 9, 2],
        [3, 4, 8],
        [2, 12, 1],
        [1, 3, 2],
        [4, 6, 6],
        [2, 5, 2],
        [1, 10, 7],
    ]
    shares = survival.on_time(np.array(days), [2, 5, 3], 10)
    assert shares == pytest.approx([0.0416667, 0.3541667, 0.2291667], abs=1e-6)
    assert sum(shares) == pytest.approx(1 - 0.375)
    with pytest.raises(ValueError, match="`norms` must"):
        survival.on_time(np.array(days), [1], 10)


# ---------------------------------------------------------------- a second implementation in SQL


TABLES = """
CREATE TABLE log (row INTEGER, "case", step, start REAL, "end" REAL, who);
"""
ORDERED = """
WITH o AS (SELECT *, MAX("end") OVER (PARTITION BY "case" ORDER BY start, row
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS free,
    LAG(who) OVER (PARTITION BY "case" ORDER BY start, row) AS before
    FROM log)
"""


def database(rows: list[tuple]) -> sqlite3.Connection:
    base = sqlite3.connect(":memory:")
    base.executescript(TABLES)
    base.executemany("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?)", rows)
    return base


def in_sql(base: sqlite3.Connection) -> dict[str, object]:
    """Count the same figures in plain SQL; times in hours."""

    def ask(question):
        return base.execute(question).fetchall()

    return {
        "lead": dict(ask('SELECT "case", MAX("end") - MIN(start) FROM log GROUP BY 1')),
        "touch": dict(ask('SELECT "case", SUM("end" - start) FROM log GROUP BY 1')),
        "rework": dict(ask('SELECT "case", SUM(n - 1) FROM (SELECT "case", COUNT(*) AS n FROM log '
                           'GROUP BY "case", step) GROUP BY 1')),
        "waiting": dict(ask(ORDERED + 'SELECT "case", SUM(MAX(start - COALESCE(free, start), 0)) '
                            "FROM o GROUP BY 1")),
        "waits": {step: (n, hours) for step, n, hours in ask(
            ORDERED + "SELECT step, COUNT(*), SUM(MAX(start - free, 0)) FROM o "
            "WHERE free IS NOT NULL GROUP BY 1")},
        "handoffs": dict(ask(ORDERED + 'SELECT "case", SUM(before IS NOT NULL AND before <> who) '
                             "FROM o GROUP BY 1")),
        "handovers": {(a, b): (n, hours) for a, b, n, hours in ask(
            ORDERED + "SELECT before, who, COUNT(*), SUM(MAX(start - free, 0)) FROM o "
            "WHERE before <> who GROUP BY 1, 2")},
        "variants": dict(ask(
            "SELECT path, COUNT(*) FROM (SELECT GROUP_CONCAT(step, ' → ') AS path FROM (SELECT * "
            'FROM log ORDER BY "case", start, row) GROUP BY "case") GROUP BY 1')),
    }  # fmt: skip


def in_ours(steps: pd.DataFrame) -> dict[str, object]:
    rows = case_tables.cases(steps, cutoff=START).set_index("case")
    waits, pairs = waiting_times.waits(steps).set_index("step"), handovers.handovers(steps)
    ways = variants.variants(steps, most=10_000)
    return {
        "lead": rows["lead"].to_dict(),
        "touch": rows["touch"].to_dict(),
        "rework": rows["rework"].to_dict(),
        "waiting": rows["waiting"].to_dict(),
        "waits": {step: (row["waits"], row["hours"]) for step, row in waits.iterrows()},
        "handoffs": rows["handoffs_unit"].to_dict(),
        "handovers": {(r.sender, r.receiver): (r.passes, r.hours) for r in pairs.itertuples()},
        "variants": dict(zip(ways["path"], ways["n"], strict=True)),
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", ["log.csv", "log.xes", "log.xes.gz"])
def test_sql_counts_the_same_of_every_form_of_a_log(tmp_path, name, seed):
    rows, epoch = generated(80, seed), pd.Timestamp("2026-01-01")
    base = database([
        (at, row["case"], row["step"], (row["start"] - epoch) / timedelta(hours=1),
         (row["end"] - epoch) / timedelta(hours=1), row["unit"] or "client")
        for at, row in enumerate(rows)
    ])  # fmt: skip
    write = write_csv if name.endswith("csv") else write_xes
    steps, _ = event_log.read_log(
        write(tmp_path / name, rows), MAPPING if name.endswith("csv") else XES_MAPPING
    )
    theirs, ours = in_sql(base), in_ours(steps)
    assert theirs.keys() == ours.keys()
    for figure, expected in theirs.items():
        assert ours[figure].keys() == expected.keys(), figure
        for key, value in expected.items():
            assert ours[figure][key] == pytest.approx(value, abs=1e-9), (figure, key)


# ---------------------------------------------------------------- what may change nothing


DURATIONS = ["lead", "touch", "own", "waiting", "efficiency", "lasted", "events", "rework",
             "loops", "actions", "handoffs_position", "handoffs_unit",
             "handoffs_agency"]  # fmt: skip


def figures(steps: pd.DataFrame) -> list[pd.DataFrame]:
    """Return everything that must stay: durations by case in order, waits, hand-overs, ways."""
    rows = case_tables.cases(steps)
    return [
        rows[DURATIONS + ["outcome"]],
        waiting_times.waits(steps),
        handovers.handovers(steps),
        variants.variants(steps).drop(columns="example"),
        summaries.process_summary(rows),
    ]


def assert_same(ours: list[pd.DataFrame], theirs: list[pd.DataFrame]) -> None:
    for one, other in zip(ours, theirs, strict=True):
        pd.testing.assert_frame_equal(one, other, check_dtype=False, check_categorical=False)


@pytest.fixture
def steps(tmp_path) -> pd.DataFrame:
    rows = generated(50, 4, ties=False)
    found, problems = event_log.read_log(write_csv(tmp_path / "log.csv", rows), MAPPING)
    assert problems == []
    return found


def test_shifting_all_times_changes_no_duration(steps):
    later = steps.copy()
    later.attrs = {}
    early = steps.copy()
    early.attrs = {}
    for side in ("start", "end"):
        later[side] = later[side] + pd.Timedelta(days=400, hours=5, seconds=7)
    assert_same(figures(early), figures(later))


@pytest.mark.parametrize("zone", ["UTC", "Asia/Vladivostok", "Europe/Kaliningrad"])
def test_the_zone_times_are_shown_in_changes_nothing(steps, zone):
    shown = steps.copy()
    for side in ("start", "end"):
        shown[side] = shown[side].dt.tz_convert(zone)
    assert_same(figures(steps), figures(shown))


@pytest.mark.parametrize("offset", [0, 10])
def test_the_offset_times_are_written_in_changes_nothing(tmp_path, steps, offset):
    rows = generated(50, 4, ties=False)
    for row in rows:
        for side in ("start", "end"):
            row[side] += timedelta(hours=offset - 3)
            row[side] = row[side].replace(microsecond=0)
    path = write_csv(tmp_path / "other.csv", rows, f"%Y-%m-%dT%H:%M:%S+{offset:02}:00")
    assert_same(figures(steps), figures(event_log.read_log(path, MAPPING)[0]))


def test_the_order_of_rows_changes_nothing_without_ties(steps):
    mixed = steps.sample(frac=1, random_state=5)
    mixed.attrs = steps.attrs
    assert_same(figures(steps), figures(mixed))
    text_only = steps.astype(dict.fromkeys(log_mapping.WORDS, str))
    text_only.attrs = steps.attrs
    assert_same(figures(steps), figures(text_only))


def test_other_names_of_cases_change_nothing(steps):
    named = steps.assign(case=steps["case"].astype(str).str[::-1])
    named.attrs = steps.attrs
    assert_same(figures(steps), figures(named))


def test_all_cases_twice_leave_shares_and_double_counts(steps):
    again = steps.assign(case="again " + steps["case"].astype(str))
    both = pd.concat([steps.astype({"case": str}), again], ignore_index=True)
    one, two = waiting_times.waits(steps), waiting_times.waits(both)
    assert (two["n"] == 2 * one["n"]).all()
    assert two["share"].to_numpy() == pytest.approx(one["share"].to_numpy(), nan_ok=True)
    assert two["wait"].to_numpy() == pytest.approx(one["wait"].to_numpy(), rel=0.2)


# ---------------------------------------------------------------- of a workbook


STEPS = [
    {"case": f"C{n}", "step": step, "start": f"2026-0{1 + n % 5}-{day:02} 10:00",
     "end": f"2026-0{1 + n % 5}-{day:02} 12:00", "service": "a", "actor": actor, "unit": unit,
     "channel": "web", "norm": 24}
    for n in range(30)
    for step, day, actor, unit in (("apply", 2, "client", ""), ("check", 5, "back", "u1"),
                                   ("give", 8, "front", "u2"))
    if n % 6 or step != "give"
]  # fmt: skip


@pytest.mark.parametrize("lang", wording.LANGS)
@pytest.mark.parametrize("table", list(case_tables.TABLES))
def test_every_table_of_a_workbook_can_be_shown(agency, table, lang, monkeypatch):
    steps = [{**row, "case": f"{row['case']}-{copy}", "segment": "citizens"}
             for copy in range(2) for row in STEPS]  # fmt: skip
    work = agency.counts([1, 2, 3, 4, 5], first="2026-05").add("steps", steps).load()
    wording.use(lang)
    published = []
    monkeypatch.setattr(display, "publish_display_data", lambda data, **_: published.append(data))
    rows = case_tables.journey(work, table, "a")
    display.show(rows)
    assert wording.word(f"show.journey_{table}") in published[0]["text/plain"]
    told = ("remark.assumed_end", {"step": ("step", "give")})
    assert (told in rows.attrs["remarks"]) == (table in case_tables.ENDING)
    assert rows.attrs["files"] == ["steps.csv"]
    assert not rows.attrs["key"] or not rows.duplicated(rows.attrs["key"]).any()


@pytest.mark.parametrize("table", list(case_tables.TABLES))
def test_a_workbook_without_steps_says_what_to_bring(agency, table, monkeypatch):
    work = agency.counts([1, 2, 3, 4, 5], first="2026-05").load()
    published = []
    monkeypatch.setattr(display, "publish_display_data", lambda data, **_: published.append(data))
    display.show(case_tables.journey(work, table))
    assert "steps" in published[0]["text/plain"]


def of_services(agency, rows, period="", **config):
    agency.counts(*[[1, 2, 3, 4, 5]] * 6, first="2026-01").add("steps", rows)
    agency.config.pop("country", "")
    agency.config |= config
    return agency.load(period)


def test_what_was_taken_for_the_end_is_said(agency):
    work = of_services(agency, STEPS)
    wording.use("ru")
    said = formatting.source(case_tables.journey(work, "summary", "a"))
    assert "обращения с шагом «give»" in said and "наш выбор" in said
    assert "наш выбор" not in formatting.source(case_tables.journey(work, "waits", "a"))
    told = [row | {"outcome": "done" if row["step"] == "give" else ""} for row in STEPS]
    assert "выбор" not in formatting.source(
        case_tables.journey(of_services(agency, told), "summary", "a")
    )


def test_days_off_that_are_not_known_are_said(agency):
    wording.use("en")
    for country, told in (("Russia", False), ("Norway", True)):
        said = formatting.source(case_tables.journey(of_services(agency, STEPS, country=country)))
        assert ("Monday to Friday" in said) == told and "not known" not in said
    early = [row | {"start": row["start"].replace("2026", "2019"),
                    "end": row["end"].replace("2026", "2019")} for row in STEPS]  # fmt: skip
    assert "not known" in formatting.source(case_tables.journey(of_services(agency, early)))


def test_cases_are_watched_no_longer_than_the_period_judged(agency):
    rows = [row | {"outcome": "done" if row["step"] == "give" else ""} for row in STEPS]
    work = of_services(agency, rows, "2026-03")
    cases = case_tables.journey(work, "cases", "a")
    assert cases["began"].max() < pd.Timestamp("2026-04-01")
    longest = (pd.Timestamp("2026-04-01") - cases["began"]) / pd.Timedelta(hours=1)
    assert (cases["lasted"] <= longest).all() and cases["open"].any()


def test_open_cases_are_seen_where_they_stand(agency):
    rows = [row | {"outcome": "done" if row["step"] == "give" else ""} for row in STEPS * 1]
    more = [row | {"case": f"D{row['case']}"} for row in rows]
    last = [row | {"case": f"E{row['case']}"} for row in rows if row["step"] == "apply"][:3]
    found = case_tables.journey(of_services(agency, rows + more + last), "stuck", "a")
    assert found[["step", "reached", "n"]].to_numpy().tolist() == [
        ["check", 60, 10],
        ["apply", 63, 3],
    ]
    assert found["share"][0] == pytest.approx(100 * 10 / 60) and np.isnan(found["share"][1])
    assert found["stood"][0] > 24 and np.isnan(found["stood"][1])


def test_rare_ways_stand_in_one_row(agency):
    steps = log(
        *[
            (f"c{n}", step, "A", at, at + 1)
            for n in range(25)
            for at, step in enumerate(
                "ab" if n < 12 else "ac" if n < 14 else "abcd"[: 2 + n % 2] + str(n)
            )
        ]
    )
    found = summaries.ways(steps)
    assert found["n"].tolist() == [12, 13] and found["path"].tolist() == ["a → b", ""]
    assert found["others"].iloc[-1] == 12 and found["share"].sum() == 100
    few = summaries.ways(steps[steps["case"].isin([f"c{n}" for n in range(14)])])
    assert few["n"].tolist() == [12, 2] and np.isnan(few["share"].iloc[-1])


def test_of_many_common_ways_the_commonest_are_told_and_long_ones_cut_short(agency):
    rows = [row | {"case": f"{way}-{n}", "step": f"s{at:02}{way}", "start": f"2026-01-{at:02}"}
            for way in range(20) for n in range(30 - way) for at, row in
            enumerate([{"service": "a"}] * 15, 1)]  # fmt: skip
    found = case_tables.journey(of_services(agency, rows), "variants", "a")
    assert found["n"].tolist() == [*range(30, 16, -1), sum(range(11, 17))]
    assert found["others"].iloc[-1] == 6 and found["share"].sum() == pytest.approx(100)
    wording.use("en")
    shown = formatting.cell(found.iloc[0].to_dict(), "path").shown
    assert shown.count("→") == 12 and "… 3 more steps …" in shown and shown.endswith("s150")


def test_what_happens_inside_the_time_is_that_of_cases_that_ended():
    rows = case_tables.cases(log(*MINI), cutoff=START + pd.Timedelta(hours=2000))
    row = summaries.work(rows).iloc[0]
    whole = rows[~rows["open"]]
    assert row["n"] == len(whole) and row["efficiency"] == pytest.approx(
        whole["efficiency"].mean()
    )
    assert row["waiting"] == pytest.approx(whole["waiting"].mean())
    assert row["looped"] == 100 * (whole["loops"] > 0).mean()


@pytest.mark.parametrize(("telling", "known"), [(2, True), (1, False)])
def test_a_mean_most_cases_do_not_tell_is_not_told(telling, known):
    rows = case_tables.cases(log(*MINI), cutoff=START + pd.Timedelta(hours=2000))
    rows = rows[~rows["open"]].head(3).assign(handoffs_unit=[1.0, 2.0, 3.0])
    rows.loc[rows.index[telling:], "handoffs_unit"] = np.nan
    found = summaries.work(rows).iloc[0]
    assert found["handoffs_unit"] == 1.5 if known else np.isnan(found["handoffs_unit"])
    assert found["handoffs_unit_why"] == "no_resource"


def test_waits_of_few_cases_get_words(agency):
    rows = [row for row in STEPS if row["case"] in {f"C{n}" for n in range(5)}]
    found = case_tables.journey(of_services(agency, rows), "waits", "a")
    assert found["wait"].isna().all() and (found["wait_why"] == "few_cases").all()
    assert found["hours"].notna().all()


def test_no_steps_are_no_cases():
    assert case_tables.cases(log(*MINI).iloc[:0]).empty


def test_a_service_that_tells_no_outcome_is_not_open_because_another_tells():
    rows = [("c", "a", "A", 0, 1), ("c", "z", "A", 2, 3), ("d", "a", "A", 0, 1)]
    steps = log(*rows).assign(service=["told", "told", "untold"], outcome=["", "done", ""])
    found = case_tables.cases(steps).set_index("case")
    assert found["open"].to_dict() == {"c": False, "d": False}
    assert found["outcome"].astype(str).to_dict() == {"c": "done", "d": ""}

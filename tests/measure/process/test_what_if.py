import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccwork.measure.process import what_if
from ccwork.stages.plan import yearly_savings
from ccwork.tell import display, formatting

MONDAY = pd.Timestamp("2026-01-05 09:00")


def log(*cases):
    """Write a log: a case is a list of (step, start hour, end hour) or more columns after."""
    names = ["step", "start", "end", "actor", "norm"]
    rows = [
        {"case": f"c{place}", "actor": "back", "norm": np.nan, "service": "a", "agency": ""}
        | dict(zip(names, step, strict=False))
        for place, case in enumerate(cases)
        for step in case
    ]
    steps = pd.DataFrame(rows)
    for name in ("start", "end"):
        steps[name] = MONDAY + pd.to_timedelta(steps[name], unit="h")
        steps[name] = steps[name].astype("datetime64[us]")
    return steps


def spans(steps):
    """Read a log back: step -> its hours."""
    hours = ((steps[name] - MONDAY) / pd.Timedelta(hours=1) for name in ("start", "end"))
    return {step: pair for step, *pair in zip(steps["step"], *hours, strict=True)}


def lead(steps):
    return what_if.case_clocks(steps)["lead"].tolist()


LINE = [("apply", 0, 1, "client"), ("check", 3, 5), ("decide", 10, 12, "back", 1)]


# The clocks of a case


def test_the_clocks_of_one_case():
    (case,) = what_if.case_clocks(log(LINE)).to_dict("records")
    assert case == {"lead": 12, "client": 1, "actions": 1}


def test_two_steps_at_once_are_no_wait_between():
    steps = log([("a", 0, 10), ("b", 2, 4), ("c", 12, 13)])
    assert what_if.idle_hours(steps).tolist() == [0, 0, 2]


def test_a_log_that_never_says_who_acts_has_no_client_time():
    cases = what_if.case_clocks(log([("a", 0, 1, ""), ("b", 2, 3, "")]))
    assert cases[["client", "actions"]].isna().all(axis=None)


def test_an_unknown_end_is_the_start():
    steps = log(LINE)
    steps.loc[2, "end"] = pd.NaT
    assert lead(steps) == [10]


# Changes, by hand


def test_a_step_taken_out_takes_its_wait_along():
    assert spans(what_if.without(log(LINE), "check")) == {"apply": [0, 1], "decide": [6, 8]}


def test_time_another_step_fills_is_not_won():
    both = log([("a", 0, 10), ("b", 5, 12)])
    assert spans(what_if.without(both, "a")) == {"b": [0, 7]}
    assert spans(what_if.without(both, "b")) == {"a": [0, 10]}
    inside = log([("x", 0, 3), ("a", 3, 13), ("b", 5, 7)])
    assert lead(what_if.without(inside, "b")) == [13]


def test_two_steps_at_once_taken_out_together_leave_no_time():
    both = log([("x", 0, 3), ("a", 3, 13), ("b", 8, 15), ("y", 15, 16)])
    assert lead(what_if.without(both, "a", "b")) == [4]
    one_by_one = what_if.without(what_if.without(both, "b"), "a")
    assert lead(one_by_one) == [4]


def test_the_wait_after_the_first_step_stays_when_it_goes():
    changed = what_if.without(log(LINE), "apply")
    assert spans(changed)["decide"][1] == 11
    assert lead(changed) == [11] and what_if.idle_hours(changed).tolist() == [2, 5]
    both = what_if.without(log(LINE), "apply", "check")
    assert lead(what_if.without(changed, "check")) == lead(both) == [7]


def test_a_case_of_that_step_alone_is_gone():
    assert what_if.without(log([("a", 0, 1)], LINE), "a")["case"].unique().tolist() == ["c1"]


def test_a_step_capped_at_hours_or_at_its_norm():
    assert spans(what_if.capped(log(LINE), "check", 0.5))["decide"] == [8.5, 10.5]
    assert spans(what_if.capped(log(LINE), "decide"))["decide"] == [10, 11]
    assert lead(what_if.capped(log(LINE), "check")) == [12]


def test_a_wait_capped():
    changed = what_if.capped(log(LINE), "decide", of="wait")
    assert spans(changed) == {"apply": [0, 1], "check": [3, 5], "decide": [6, 8]}
    assert lead(what_if.capped(log(LINE), "decide", 100, of="wait")) == [12]


def test_two_steps_begun_together():
    changed = what_if.parallel(log(LINE), "check", "decide")
    assert spans(changed) == {"apply": [0, 1], "check": [3, 5], "decide": [6, 8]}
    assert lead(what_if.parallel(log(LINE), "decide", "check")) == [8]


def test_a_case_without_one_of_the_two_stays_as_it_is():
    steps = log(LINE, [("apply", 0, 1), ("decide", 5, 6)])
    assert lead(what_if.parallel(steps, "check", "decide")) == [8, 6]
    assert lead(what_if.parallel(steps, "check", "nothing")) == [12, 6]


def test_cases_do_not_touch_one_another():
    steps = log(LINE, LINE, [("apply", 100, 104)])
    assert lead(what_if.without(steps, "check")) == [8, 8, 4]
    assert what_if.without(steps, "check")["start"].max() == steps["start"].max()


def test_nothing_asked_changes_nothing():
    steps = log(LINE, LINE)
    for same in (
        what_if.without(steps),
        what_if.capped(steps, "no such step", 0),
        what_if.capped(steps, "check", 1e6),
    ):
        pd.testing.assert_frame_equal(same, what_if._ordered(steps))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: what_if.capped(log(LINE), "check", -1), "`hours` must"),
        (lambda: what_if.capped(log(LINE), "check", 1, of="both"), "`of` must"),
    ],
)
def test_the_impossible_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        wrong()


# Changes, whatever the log

one_step = st.tuples(st.sampled_from("abcd"), st.integers(0, 40), st.integers(0, 15)).map(
    lambda step: (step[0], step[1], step[1] + step[2], "back", float(step[2] % 4))
)
logs = st.lists(st.lists(one_step, min_size=1, max_size=7), min_size=1, max_size=3)


def slow_cut(kept, gone):
    """Count the hours of a case left when only whole hours given up and filled by nobody go."""
    first = min(start for start, _ in [*kept, *gone])
    last = max(end for _, end in [*kept, *gone])
    won = sum(
        any(a <= hour < b for a, b in gone) and not any(a <= hour < b for a, b in kept)
        for hour in range(first, last)
    )
    return last - first - won


@given(logs, st.sampled_from("abcd"))
@settings(max_examples=40, deadline=None)
def test_removal_hour_by_hour_gives_the_same(cases, code):
    steps = what_if._ordered(log(*cases))
    waits = what_if.idle_hours(steps)
    after = what_if.case_clocks(what_if.without(steps, code))["lead"]
    for case, rows in steps.assign(wait=waits).groupby("case"):
        ends = ((rows[name] - MONDAY) // pd.Timedelta(hours=1) for name in ("start", "end"))
        whole = list(zip(*ends, strict=True))
        out = (rows["step"] == code).tolist()
        kept = [span for span, gone in zip(whole, out, strict=True) if not gone]
        if not kept:
            assert case not in after.index
            continue
        given_up = [
            (span[0] - int(wait), span[1])
            for span, wait, gone in zip(whole, rows["wait"], out, strict=True)
            if gone
        ]
        left = slow_cut(kept, given_up)
        assert after[case] == pytest.approx(left)


@given(logs, st.sampled_from("abcd"), st.sampled_from("abcd"))
@settings(max_examples=40, deadline=None)
def test_no_change_lengthens_any_case_and_every_step_keeps_its_length(cases, one, other):
    steps = log(*cases)
    before = what_if.case_clocks(steps)["lead"]
    changed = [
        what_if.without(steps, one),
        what_if.without(steps, one, other),
        what_if.capped(steps, one),
        what_if.capped(steps, one, 2, of="wait"),
    ]
    if one != other:
        changed.append(what_if.parallel(steps, one, other))
    for after in changed:
        leads = what_if.case_clocks(after)["lead"]
        assert (leads <= before.reindex(leads.index) + 1e-9).all()
        assert (leads >= 0).all() and (after["end"] >= after["start"]).all()
    more, fewer = (what_if.case_clocks(rows)["lead"] for rows in changed[1::-1])
    assert (fewer.reindex(more.index) + 1e-9 >= more.reindex(more.index)).all() or one == other


@given(logs)
@settings(max_examples=20, deadline=None)
def test_the_order_of_rows_does_not_matter(cases):
    steps = log(*cases)
    turned = steps.iloc[::-1].reset_index(drop=True)
    for change in (lambda s: what_if.without(s, "a"), lambda s: what_if.capped(s, "b", 3)):
        there, back = (what_if.case_clocks(change(rows)) for rows in (steps, turned))
        pd.testing.assert_frame_equal(there, back)


# Before and after


def many(n=200, seed=1):
    """Make cases whose copy step takes a day and whose decision waits at random."""
    rng = np.random.default_rng(seed)
    gaps = rng.exponential(48, n)
    return log(
        *[
            [("apply", 0, 1, "client"), ("copy", 1, 25, "client"), ("decide", 25 + g, 27 + g)]
            for g in gaps
        ]
    )


# Tables people read


def filled(agency, n=60, volume=1000):
    steps = many(n).assign(norm=30)
    rows = steps.drop(columns="agency").astype({"start": str, "end": str}).to_dict("records")
    for row in rows:
        row |= {at: pd.Timestamp(row[at]).strftime("%Y-%m-%d %H:%M:%S") for at in ("start", "end")}
    agency.add("steps", rows)
    agency.add("services", [{"service": "a", "name_ru": "Услуга", "volume": volume}])
    agency.counts([1, 2, 3, 4, 50], first="2026-01")
    return agency.load()


def test_every_step_has_its_levers(agency):
    work = filled(agency)
    rows = what_if.levers(work, what_if.steps_of(work, "a"))
    display.show(rows)
    assert rows["step"].drop_duplicates().tolist() == ["apply", "copy", "decide"]
    found = rows.set_index(["step", "lever"])["saved"]
    assert found["copy", "without"] == pytest.approx(24)
    assert found["decide", "wait_norm"] > 0 == found["copy", "wait_norm"]


def test_a_lever_of_a_rare_step_counts_all_cases(agency):
    work = filled(agency)
    cases = [LINE] * 30 + [[*LINE, ("copy", 12, 36)]] * 10
    steps = log(*cases).assign(kind="", position="", unit="")
    rows = what_if.levers(work, steps).set_index(["step", "lever"])
    row = rows.loc[("copy", "without")]
    assert row["n"] == 40 and row["touched"] == 25 and row["saved"] == pytest.approx(24 * 10 / 40)
    slow = (
        what_if.case_clocks(steps)["lead"]
        - what_if.case_clocks(what_if.without(steps, "check"))["lead"]
    )
    assert rows.loc[("check", "without"), "saved"] == pytest.approx(slow.mean())


def test_a_step_of_fewer_than_ten_cases_has_no_lever_and_this_is_said(agency):
    steps = log(*[LINE] * 15, *[[*LINE, ("copy", 12, 36)]] * 5)
    rows = what_if.levers(filled(agency), steps.assign(kind="", position="", unit=""))
    assert "copy" not in rows["step"].tolist()
    assert rows.attrs["remarks"] == [("remark.rare_steps", {})]


def test_of_many_steps_the_levers_are_those_before_which_most_is_waited(agency):
    way = [(f"s{at:02}", 100 * at + (50 if at < 4 else 0), 100 * at + 99) for at in range(30)]
    rows = what_if.levers(filled(agency), log(*[way] * 12).assign(kind="", position="", unit=""))
    # 51 hours lie before each of the first three steps, an hour or none before the others
    assert rows["step"].tolist() == ["s01", "s02", "s03"]
    assert rows.attrs["remarks"][0][0] == "remark.main_waits"


def test_a_lever_only_the_law_can_pull_is_marked(agency):
    work = filled(agency)
    steps = log(*[LINE] * 12).assign(kind="", position="", unit="")
    steps.loc[steps["step"] == "check", "kind"] = "statutory"
    rows = what_if.levers(work, steps).set_index(["step", "lever"])["statutory"]
    assert rows[("check", "without")] == "yes" and rows[("decide", "without")] == "no"


def test_savings_of_a_year(agency):
    work = filled(agency)
    steps = what_if.steps_of(work, "a")
    rows = yearly_savings.yearly(work, steps, what_if.without(steps, "copy"), rouble_hour=200)
    display.show(rows)
    found = rows.set_index("saving")
    assert found.loc["client", "value"] == pytest.approx(24 * 1000)
    assert found.loc["actions", "value"] == pytest.approx(1000)
    assert found.loc["roubles", "value"] == pytest.approx(24 * 1000 * 200)


def test_nobody_declared_what_an_hour_is_worth(agency):
    whys = {}
    for volume in ("", 10):
        work = filled(agency, volume=volume)
        steps = what_if.steps_of(work, "a")
        rows = yearly_savings.yearly(work, steps, steps)
        whys[volume] = rows.set_index("saving")["why"]
    assert set(whys[""]) == {"no_volume"}
    assert whys[10]["roubles"] == "no_rouble_hour" and whys[10]["lead"] == ""


def test_without_steps_the_table_says_what_to_bring(agency):
    work = agency.counts([1, 2, 3, 4, 50], first="2026-01").load()
    steps = what_if.steps_of(work, "a")
    for rows in (
        what_if.levers(work, steps),
        yearly_savings.yearly(work, steps, steps),
    ):
        assert rows.empty and "steps" in formatting.absent(rows)
    assert what_if.without(steps, "a").empty and what_if.parallel(steps, "a", "b").empty


def test_windows_for_the_promise(agency):
    work = agency.counts([1, 2, 3, 4, 50], first="2026-01").load()
    rows = what_if.windows_needed(work, 20, 4).set_index("windows")
    assert rows.index.tolist() == [5, 6, 7, 8]
    assert rows["kept"].tolist() == ["no", "no", "yes", "yes"]
    assert rows.loc[6, "over"] == pytest.approx(21.6135, abs=1e-4)
    assert rows.loc[5, "why"] == "queue_grows" and np.isnan(rows.loc[5, "value"])
    display.show(what_if.windows_needed(work, 20, 4))

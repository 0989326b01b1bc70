from itertools import product

import numpy as np
import pandas as pd
import pytest
from conftest import case
from scipy import stats
from stages.scale.test_change_register import CHANGE, book
from stats.trials.test_diff_in_diff import PUBLISHED

from ccwork.language import wording
from ccwork.stages.scale import change_register, effect_estimates, figures, verdict_rule
from ccwork.stages.scale.trial import margin, trials
from ccwork.tell import formatting

MONTHS = [f"2025-{month:02}-01" for month in range(1, 13)]
PRESSURE = "staff_pressure"


def compared(effect=-4.0, pressure=0.0, drift=0.0, days=8, seed=1, metric="lead_days", **more):
    """Eight offices changed in July, eight left alone: a month a row, pressure every quarter."""
    rng = np.random.default_rng(seed)
    rows = []
    for office, (month, day) in product(range(16), enumerate(MONTHS[:days])):
        new = office < 8 and month >= 6
        own = 14 + office / 4 + drift * month * (office < 8)
        base = {"change": "c1", "unit": f"w{office}", "date": day,
                "way": "new" if new else "old"} | more  # fmt: skip
        rows.append(base | {"metric": metric, "value": own + effect * new + rng.normal(0, 0.3),
                            "n": 50})  # fmt: skip
        if month % 3 == 0 or month == 7:
            rows.append(base | {"metric": PRESSURE, "n": 12,
                                "value": 40 + pressure * new + rng.normal(0, 1.5)})  # fmt: skip
    return rows


def effects(agency, rows, *changes):
    return effect_estimates.effects(book(agency, *(changes or [{"worthwhile": 2}]), trials=rows))


def of(rows, role, **more):
    for column, value in {"role": role, **more}.items():
        rows = rows[rows[column] == value]
    (row,) = rows.to_dict("records")
    return row


# ---------------------------------------------------------------- what the rows say


def test_plus_is_better_whatever_the_metric(agency):
    fewer_days = of(effects(agency, compared(-4)), "primary")
    assert fewer_days["effect"] == pytest.approx(4, abs=0.5) and fewer_days["effect_low"] > 2
    rows = compared(-20, metric="within_norm")
    worse = of(effects(agency, [r | {"value": r["value"] + 50} for r in rows],
                       {"metric": "within_norm", "worthwhile": 5}), "primary")  # fmt: skip
    assert worse["effect"] == pytest.approx(-20, abs=0.5) and worse["shows"] == "no"


def test_the_design_is_told_with_what_a_better_one_would_need(agency):
    work = book(agency, {}, {"change": "c2"}, trials=compared())
    row, story = effect_estimates.designs(work).to_dict("records")
    assert (row["strength"], row["design"], row["lacks"]) == ("B", "comparison", "not_random")
    assert [row[name] for name in ("treated", "control", "dates_before", "dates_after")] == [
        8, 8, 6, 2,
    ]  # fmt: skip
    assert (story["strength"], story["design"], story["lacks"]) == ("E", "story", "no_data")
    assert all(pd.isna(story[name]) for name in ("treated", "control", "dates_before"))
    assert formatting.cell(story, "treated").shown == wording.word("reason.nothing_measured")


def test_harm_to_the_staff_shows(agency):
    assert of(effects(agency, compared(pressure=0)), "guardrail")["shows"] == "safe"
    row = of(effects(agency, compared(pressure=12)), "guardrail")
    assert row["shows"] == "harmed" and row["effect_high"] < -5 and row["margin"] == 5


def test_a_small_team_is_told_how_large_a_harm_could_be_seen(agency):
    row = of(effects(agency, compared()), "guardrail")
    half = (row["effect_high"] - row["effect_low"]) / 2
    assert row["detectable"] == pytest.approx(half * (1 + 0.841621 / 1.959964), rel=1e-5)


def test_answers_of_fewer_than_ten_colleagues_are_merged(agency):
    rows = [r | ({"n": 9} if r["metric"] == PRESSURE else {}) for r in compared()]
    work = book(agency, trials=rows)
    own = trials(work)["c1"].rows
    assert set(own.loc[own["metric"] == PRESSURE, "unit"]) == {"new", "old"}
    assert own.loc[own["metric"] == "lead_days", "unit"].nunique() == 16
    assert of(effect_estimates.effects(work), "guardrail")["design"] == "before_after"


def test_the_group_served_worst_before_is_a_guardrail(agency):
    slow = [r | {"segment": "old_people", "value": r["value"] + 5 + 8 * (r["way"] == "new")}
            for r in compared() if r["metric"] == "lead_days"]  # fmt: skip
    rows = [r | {"segment": "others"} for r in compared() if r["metric"] == "lead_days"]
    found = effects(agency, rows + slow)
    worst = of(found, "least_served")
    assert worst["segment"] == "old_people" and worst["shows"] == "harmed"
    assert of(found, "group")["segment"] == "others"
    assert of(found, "primary")["effect"] == pytest.approx(0, abs=0.5)


@pytest.mark.parametrize(("share", "shows"), [(10, "safe"), (25, "safe"), (40, "harmed")])
def test_the_stop_is_met_only_where_surely_too_many_cannot_bear_it(agency, share, shows):
    said = {"change": "c1", "metric": "staff_unbearable", "unit": "all", "value": share, "n": 100}
    rows = [*compared(), said | {"date": "2025-08-01", "way": "new"}]
    row = of(effects(agency, rows), "stop")
    assert row["shows"] == shows and row["effect"] == 20 - share


@pytest.mark.parametrize(("unbearable", "told"), [(0, True), (1, False), (9, False), (10, True)])
def test_no_room_before_the_stop_tells_of_fewer_than_ten_employees(agency, unbearable, told):
    said = {"change": "c1", "metric": "staff_unbearable", "unit": "all", "n": 80}
    said |= {"value": 100 * unbearable / 80, "date": "2025-08-01", "way": "new"}
    row = of(effects(agency, [*compared(), said]), "stop")
    assert row["shows"] == "safe"
    for column in ("effect", "effect_low", "effect_high", "detectable"):
        assert pd.notna(row[column]) == told, column
    assert (row["effect_why"] == "too_few") != told


def test_units_that_drifted_apart_before_raise_an_alarm(agency):
    assert of(effects(agency, compared()), "pretrend")["shows"] == "quiet"
    apart = effects(agency, compared(drift=-1.0))
    assert of(apart, "pretrend")["shows"] == "loud"
    assert of(effects(agency, compared(effect=-0.5, drift=-1.0)), "placebo_time")["shows"] == (
        "loud"
    )


def test_later_looks_are_judged_at_their_own_level(agency):
    rows = compared(look=1)
    first = of(effects(agency, rows, {"looks": 2}), "primary")
    last = of(effects(agency, [r | {"look": 2} for r in rows], {"looks": 2}), "primary")
    assert first["sureness"] == pytest.approx(99.48, abs=0.01)
    assert last["sureness"] == pytest.approx(95.20, abs=0.01)
    assert first["effect_low"] < last["effect_low"]


def test_without_a_bar_of_its_own_a_metric_takes_that_of_the_catalogue(agency):
    work = book(agency)
    bars = {code: margin(work, work.metric(code)) for code in (
        "lead_days", PRESSURE, "easy", "within_norm", "visits")}  # fmt: skip
    assert bars == {"lead_days": 1, PRESSURE: 5, "easy": 5, "within_norm": 5, "visits": 0.2}
    assert margin(work, work.metric("easy"), 3) == 3


def test_rows_after_the_period_judged_are_left_out(agency):
    agency.metric([20.0] * 30, first="2024-01")
    work = book(agency, trials=compared())
    early, late = (trials(each)["c1"].rows for each in (agency.load("2025-07"), work))
    assert len(early) < len(late)


def test_a_trial_is_read_once_and_anew_where_a_person_changed_a_table(agency):
    work = book(agency, {"worthwhile": 2}, trials=compared())
    first = trials(work)
    assert trials(work) is first
    gain = of(effect_estimates.effects(work), "primary")["effect"]
    rows = work.tables["trials"]
    rows["value"] = rows["value"].mask(rows["way"] == "new", rows["value"] - 1)
    assert trials(work) is not first
    assert of(effect_estimates.effects(work), "primary")["effect"] == pytest.approx(gain + 1)


def test_every_effect_can_be_read_in_both_languages(agency):
    found = effects(agency, compared(), {"worthwhile": 2}, {"change": "c2"})
    assert set(found["role"]) >= {"primary", "guardrail", "pretrend", "placebo_time"}
    for lang in wording.LANGS:
        wording.use(lang)
        for row in found.to_dict("records"):
            for column in wording.terms()["show.effects"]["columns"].split():
                assert formatting.cell(row, column).shown is not None
        assert formatting.cell(of(found, "primary", novelty="c2"), "effect").missing


def test_a_change_nobody_measured_has_no_number(agency):
    found = effect_estimates.effects(book(agency))
    assert found["role"].tolist() == ["primary"] and pd.isna(found[["effect", "n"]]).all(axis=None)
    assert effect_estimates.effects(agency.load()).attrs["name"] == "effects"


# ---------------------------------------------------------------- published answers, as a stranger


def stranger(agency, rows, since, **change):
    """Bring only a register and a trial: one state that was changed, with its others."""
    rows = rows.assign(change="c1", unit=rows["State"].str.replace(" ", "_"))
    changed = (rows["State"] == "California") & (rows["date"] >= since)
    rows = rows.assign(way=changed.map({True: "new", False: "old"}), date=rows["date"].dt.date)
    names = ["change", "metric", "unit", "date", "way", "value"]
    agency.add("trials", rows[names].astype(str).to_dict("records"))
    plain = CHANGE | {"change": "c1", "assigned": "chosen"} | change
    agency.add("changes", [plain])
    return agency.load()


def test_organ_donations_through_the_tables_of_an_agency(agency):
    rows = pd.read_csv(PUBLISHED / "organ_donations" / "organ_donations.csv")
    days = pd.PeriodIndex(["2024Q4"] * len(rows), freq="Q") + (rows["Quarter_Num"] - 1).to_numpy()
    days = days.to_timestamp()
    rows = rows.assign(date=days, value=100 * rows["Rate"], metric="within_norm")
    work = stranger(agency, rows, pd.Timestamp("2025-07-01"), metric="within_norm")
    main = of(effect_estimates.effects(work), "primary")
    assert main["effect"] == pytest.approx(-2.2459, abs=1e-4)  # published: -0.022
    assert main["p"] == pytest.approx(5 / 27) and pd.isna(main["effect_low"])
    assert (main["strength"], main["design"]) == ("D", "small_comparison")
    said = verdict_rule.verdicts(work).iloc[0]
    assert said["verdict_word"] == "not_proven" and "no_interval" in said["because"].split()


def test_proposition_99_through_the_tables_is_a_series_that_other_states_show_as_well(agency):
    rows = pd.read_csv(PUBLISHED / "prop99" / "california_prop99.csv", sep=";")
    days = pd.PeriodIndex(["2020-01"] * len(rows), freq="M")
    days = (days + 2 * (rows["Year"] - 1970).to_numpy()).to_timestamp()
    rows = rows.assign(date=days, value=rows["PacksPerCapita"], metric="lead_days")
    since = pd.Timestamp("2020-01-01") + pd.DateOffset(months=2 * 19)
    found = effect_estimates.effects(stranger(agency, rows, since, metric="lead_days"))
    assert of(found, "primary")["design"] == "controlled"
    told, main = of(found, "placebo_units"), of(found, "primary")
    assert (
        told["effect"] > main["effect"] and main["effect_low"] <= 0 and told["shows"] == "unclear"
    )
    # the same rows with eleven years before: units compared, the published difference
    late = rows[rows["Year"] >= 1978]
    design = effect_estimates.effects(stranger(agency, late, since, metric="lead_days"))
    main, wide = of(design, "primary"), late.pivot(index="State", columns="Year",
                                                   values="PacksPerCapita")  # fmt: skip
    moved = wide.loc[:, 1989:].mean(axis=1) - wide.loc[:, :1988].mean(axis=1)
    gap = moved["California"] - moved.drop("California").mean()
    assert main["effect"] == pytest.approx(-gap) and main["design"] == "small_comparison"
    assert main["p"] == pytest.approx(
        (abs(moved - (moved.sum() - moved) / 38) >= abs(gap) - 1e-9).mean()
    )


def test_units_that_spread_unequally_are_compared_by_welch():
    found = effect_estimates.effects(case("unequal_spread"))
    rows = case("unequal_spread").table("trials").pivot_table("value", "unit", "date")
    moved, new = rows.iloc[:, 1] - rows.iloc[:, 0], case("unequal_spread").table("trials")
    treated = moved.index.isin(new.loc[new["way"] == "new", "unit"])
    by_scipy = stats.ttest_ind(moved[treated], moved[~treated], equal_var=False)
    main, limits = of(found, "primary"), by_scipy.confidence_interval()
    assert (main["effect_low"], main["effect_high"]) == pytest.approx(tuple(limits))
    assert [round(end, 1) for end in limits] == [-5.4, 7.1]
    assert main["p"] == pytest.approx(by_scipy.pvalue)
    # groups of 300 drawn from the 30 left alone show more, but its own p has said so
    told = of(found, "placebo_units")
    assert told["effect"] > main["effect"] and told["shows"] == "unclear"


def test_a_stated_season_is_taken_out_of_a_series():
    work = case("season_ignored")
    main = of(effect_estimates.effects(work), "primary")
    rows = work.table("trials").sort_values("date")
    time, month = np.arange(len(rows)), rows["date"].dt.month.to_numpy()
    after = (rows["way"] == "new").to_numpy(float)
    since = (time - after.argmax()) * after
    terms = np.column_stack([time, after, since, *(month == each for each in range(1, 13))])
    inverse = np.linalg.inv(terms.T @ terms)
    found = inverse @ terms.T @ rows["value"].to_numpy(float)
    middle = np.zeros(15)
    middle[1:3] = 1, (after.sum() - 1) / 2
    assert main["effect"] == pytest.approx(-middle @ found, abs=3)  # phi is near 0
    assert main["effect_low"] == pytest.approx(154, abs=8)
    assert main["effect_high"] == pytest.approx(221, abs=8)


def test_repeats_of_a_case_are_no_more_evidence():
    work = case("trial_with_repeated_cases", "ten_rows_a_case")
    main = of(effect_estimates.effects(work), "primary")
    means = work.table("trials").groupby(["case", "way"])["value"].mean().unstack()
    by_scipy = stats.ttest_ind(means["old"].dropna(), means["new"].dropna(), equal_var=False)
    assert (main["effect_low"], main["effect_high"]) == pytest.approx(
        tuple(by_scipy.confidence_interval())
    )
    assert (main["n"], main["shows"], main["strength"]) == (120, "unclear", "A")
    assert effect_estimates.sides(work)["n"].tolist() == [120]


def test_cases_of_both_sides_are_named_and_left_out_and_the_proof_is_no_a():
    work = case("trial_with_repeated_cases", "case_in_both_ways")
    main = of(effect_estimates.effects(work), "primary")
    assert (main["n"], main["strength"]) == (1350 - 350, "D")
    (row,) = effect_estimates.designs(work).to_dict("records")
    assert row["lacks"].split()[0] == "both_ways"
    (problem,) = change_register.problems(work)
    assert problem.values["n"] == 350 and problem.values["cases"] == 1350
    assert "K1" in problem.values["units"] and not problem.grave


def test_units_without_an_after_leave_both_sides_and_are_counted(agency):
    rows = compared()
    gone = [r for r in rows if r["unit"] in ("w3", "w12") and r["date"] >= "2025-07-01"]
    left = [r for r in rows if r not in gone]
    without = [r for r in rows if r["unit"] not in ("w3", "w12")]
    work = book(agency, {"worthwhile": 2}, trials=left)
    found, told = effect_estimates.effects(work), effect_estimates.designs(work).iloc[0]
    assert (told["treated"], told["control"], told["left_out"]) == (7, 7, 2)
    (problem,) = change_register.problems(work)
    assert problem.values["n"] == 2 and "w12" in problem.values["units"]
    again = effects(agency, without)
    assert of(found, "primary")["effect"] == of(again, "primary")["effect"]


@pytest.mark.parametrize(("by_day", "design"), [(True, "days"), (False, "cases")])
def test_chance_that_drew_days_is_judged_by_days(agency, by_day, design):
    rng, rows = np.random.default_rng(5), []
    for day in range(20):
        mood, new = rng.normal(0, 3), rng.random() < 0.5
        for number in range(20):
            way = "new" if (new if by_day else rng.random() < 0.5) else "old"
            rows.append({"change": "c1", "metric": "lead_days", "unit": "a", "way": way,
                         "case": f"{day}-{number}", "date": f"2025-07-{day + 1:02}",
                         "value": round(20 + mood + rng.normal(0, 1), 3)})  # fmt: skip
    found = effects(agency, rows, {"worthwhile": 2, "assigned": "random"})
    main = of(found, "primary")
    assert main["design"] == design
    if by_day:
        means = pd.DataFrame(rows).groupby(["date", "way"])["value"].mean().reset_index()
        means = means[means["date"] >= means.loc[means["way"] == "new", "date"].min()]
        parts = [means.loc[means["way"] == way, "value"] for way in ("old", "new")]
        limits = stats.ttest_ind(*parts, equal_var=False).confidence_interval()
        assert (main["effect_low"], main["effect_high"]) == pytest.approx(tuple(limits))


# ---------------------------------------------------------------- the picture before the number


def test_four_means_stand_side_by_side_and_the_path_leads_there(agency):
    work = book(agency, trials=compared(-4))
    (row,) = effect_estimates.sides(work).to_dict("records")
    own = [14 + office / 4 for office in range(16)]
    assert row["changed_before"] == pytest.approx(sum(own[:8]) / 8, abs=0.2)
    assert row["changed_after"] == pytest.approx(sum(own[:8]) / 8 - 4, abs=0.2)
    assert row["others_after"] == pytest.approx(sum(own[8:]) / 8, abs=0.2)
    assert row["n"] == 16 * 8 * 50
    rows = effect_estimates.paths(work)
    assert rows.groupby("side").size().to_dict() == {"changed": 8, "others": 8}
    assert set(rows["begun"]) == {pd.Timestamp("2025-07-01")}


def test_of_cases_at_random_the_sides_are_the_ways_of_working(agency):
    rows = [
        {"change": "c1", "metric": "lead_days", "date": f"2025-0{month}-01", "way": way, "n": 40,
         "value": value, "sd": 5}
        for month in (7, 8, 9) for way, value in (("old", 20), ("new", 15))
    ]  # fmt: skip
    work = book(agency, {"assigned": "random"}, trials=rows)
    (row,) = effect_estimates.sides(work).to_dict("records")
    assert (row["changed_after"], row["others_after"]) == (15, 20)
    assert pd.isna(row["changed_before"])


def drawn(work):
    rows, offices = effect_estimates.paths(work), effect_estimates.office_paths(work)
    return figures.draw_paths(rows, effect_estimates.sides(work), offices)


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_path_says_its_means_and_leaves_unsaid_what_is_not_there(agency, lang):
    wording.use(lang)
    work = book(agency, trials=compared(-4))
    sides = effect_estimates.sides(work)
    picture = drawn(work)
    thin = [line for line in picture.figure.axes[0].lines if line.get_alpha()]
    assert len(thin) == 16 and all(len(line.get_xdata()) == 8 for line in thin)
    assert picture.figure is not None and len(picture.figure.axes) == 1
    for name in ("changed_before", "others_after"):
        assert wording.number(sides[name].iloc[0]) in picture.alt
    alone = [r for r in compared(-4) if int(r["unit"][1:]) < 8]
    work = book(agency, trials=alone)
    alt = drawn(work).alt
    assert wording.word("side.others") not in alt
    (agency.folder / "trials.csv").unlink()
    work = book(agency)
    assert drawn(work).figure is None


def test_a_stated_season_of_those_changed_alone_is_taken_for_no_drift(agency):
    catalogue = [{"metric": "m", "kpi": "overall", "group": "objective", "form": "value",
                  "unit": "points", "better": "higher", "worst": 0, "best": 100,
                  "worthwhile": 3, "weight": 1, "ru": "Мера", "en": "Measure",
                  "about_ru": "Мера", "about_en": "Measure", "season": "yes"}]  # fmt: skip
    (agency.folder / "catalogue").mkdir()
    pd.DataFrame(catalogue).to_csv(agency.folder / "catalogue" / "metrics.csv", index=False)
    rng = np.random.default_rng(4)
    rows = [{"change": "c1", "metric": "m", "unit": f"u{unit}", "n": 50,
             "date": f"{2024 + month // 12}-{month % 12 + 1:02}-01",
             "way": "new" if unit < 8 and month >= 18 else "old",
             "value": round(50 + rng.normal(0, 1) + 6 * (unit < 8 and month >= 18)
                            + 9 * (unit < 8) * np.sin(2 * np.pi * month / 12), 3)}
            for unit in range(16) for month in range(24)]  # fmt: skip
    found = effects(agency, rows, {"metric": "m", "worthwhile": 3, "assigned": "chosen"})
    main = of(found, "primary")
    assert main["design"] == "comparison" and main["effect_low"] < 6 < main["effect_high"]
    assert main["effect"] == pytest.approx(6, abs=1)
    assert of(found, "pretrend")["shows"] == of(found, "beyond_drift")["shows"] == "quiet"

"""Where a journey waits, said in sentences: situations in which a wrong word was once said."""

import numpy as np
import pandas as pd
import pytest
from conftest import case, sample
from matplotlib.collections import PathCollection

from ccwork.language import wording
from ccwork.measure.process import case_tables, waiting_times
from ccwork.stages.one_process import figures, journey_map
from ccwork.tell import sentences


def told(name: str, table: str = "waits") -> tuple[pd.DataFrame, list[str]]:
    """Return a table of the one service of a situation, and its sentences in English."""
    wording.use("en")
    rows = case_tables.journey(case(name), table, "permit")
    said = sentences.sentences(rows) if table != "passed" else []
    return rows, [sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in said]


def gaps(name: str, step: str) -> pd.Series:
    """Compute the waits before a step another way: from the table, row after row."""
    steps = case(name).table("steps").sort_values(["case", "start"], kind="stable")
    before = steps["end"].fillna(steps["start"]).groupby(steps["case"]).shift()
    hours = (steps["start"] - before) / pd.Timedelta(hours=1)
    return hours[(steps["step"] == step) & hours.notna()]


@pytest.mark.parametrize(
    ("name", "step"), [("guessed_statutory", "committee"), ("habit_called_law", "approve")]
)
def test_a_habit_is_not_called_the_law(name, step):
    rows, said = told(name)
    assert rows["step"].iloc[0] == step and (rows["statutory"] == "no").all()
    share = 100 * gaps(name, step).sum() / sum(gaps(name, each).sum() for each in rows["step"])
    assert rows["share"].iloc[0] == pytest.approx(share)
    assert f"before the step “{step}”" in said[0] and "Is it a term?" in said[1]
    assert "set by law: " not in " ".join(said)


def test_the_most_waited_for_step_is_not_said_to_be_waited_for_for_nothing():
    rows, said = told("longest_wait_zero")
    hours = gaps("longest_wait_zero", "decide")
    assert 0 < (hours > 1).sum() < 10 and np.median(hours) < 1 / 60
    assert "“decide” lies 94.7%" in said[0] and "fewer than 10 of 40" in said[0]
    assert f"up to {np.quantile(hours, 0.9):.1f} hours" in said[0] and "[" in said[0]
    assert "The usual case waits longest before the step “send”" in said[1] and "5.0" in said[1]
    assert not any(" 0.0 hours" in sentence for sentence in said)


def test_the_wait_of_some_is_not_drawn_for_all():
    rows, said = told("first_step_wait")
    assert "Cases that wait there: 12 of 60" in said[0] and "504.0 hours" in said[0]
    drawn = figures.draw_waits(rows, waiting_times.each_wait(case("first_step_wait"))).rows
    assert drawn["step"].tolist() == ["close"]
    first = journey_map.steps(case("first_step_wait"), "permit").set_index("step").loc["register"]
    assert np.isnan(first["wait"]) and first["wait_why"] == "first_step"


def test_cases_are_counted_and_waits_told_beside_them():
    rows, said = told("waits_counted_as_cases")
    row = rows.set_index("step").loc["check"]
    assert (row["n"], row["waits"]) == (30, len(gaps("waits_counted_as_cases", "check")))
    assert "30 of 30" in said[0] and "Waits in all: 60" in said[0]
    assert row["wait"] == np.median(gaps("waits_counted_as_cases", "check"))


@pytest.mark.parametrize("agency", ["two_logs", "two_services"])
def test_waits_of_two_services_are_told_apart(agency):
    wording.use("en")
    work = case("case_numbers_that_begin_anew", agency)
    steps = work.table("steps").sort_values(["case", "start"], kind="stable")
    before = steps["end"].groupby(steps["case"]).shift()
    hours = ((steps["start"] - before) / pd.Timedelta(hours=1)).groupby(steps["service"]).median()
    rows = case_tables.journey(work, "waits")
    assert rows.set_index("service")["wait"].to_dict() == pytest.approx(hours.to_dict())
    assert rows["share"].tolist() == [100, 100]
    said = list(sentences.sentences(rows))
    for service in ("passport", "licence"):
        own = [each for each in said if each.startswith(f"Service {service}. ")]
        assert f"up to {hours[service]:.1f}" in own[0] and "15 of 15" in own[0]
    each = waiting_times.each_wait(work)
    assert each.groupby("service")["gap"].median().to_dict() == pytest.approx(hours.to_dict())
    drawn = figures.draw_waits(rows, each)
    assert drawn.rows["service"].nunique() == 2 and "Service passport: " in drawn.alt


def test_a_wait_for_the_client_is_told_apart():
    wording.use("en")
    rows = case_tables.journey(case("habit_called_law"), "waits", "permit")
    assert rows.set_index("step")["awaited"].to_dict() == {
        "approve": "own", "check": "own", "collect": "client",
    }  # fmt: skip
    late = rows.set_index("step").loc[["collect", "approve", "check"]].reset_index()
    late.attrs = rows.attrs
    said = list(sentences.sentences(late))
    assert "Most waiting is for the client, before the step “collect”" in said[0]
    assert "not for the client, the longest is before the step “approve”" in said[1]
    assert not any("for the client" in one for one in sentences.sentences(rows))


def test_the_client_waits_for_days_of_which_the_log_shows_an_hour():
    rows, said = told("client_clock_ok", "summary")
    steps = case("client_clock_ok").table("steps").drop_duplicates("case")
    hours = (steps["received"] - steps["applied"]) / pd.Timedelta(hours=1)
    assert rows["client_median"].iloc[0] == hours.median() == 53 * 24
    assert "that is 53.0 days; the log shows 0.7 hours" in said[1] and "result: 30." in said[1]


def test_hand_overs_between_agencies_are_not_given_where_no_agency_is():
    rows, _ = told("client_counts_as_agency", "passed")
    assert rows["handoffs_agency"].isna().all() and rows["handoffs_agency_why"][0] == "no_agency"
    assert rows["handoffs_unit"].notna().all()


def test_who_acts_is_not_given_where_most_rows_do_not_say_it():
    work = case("blank_resource")
    steps = work.table("steps")
    steps["position"] = np.where(steps["step"] == "apply", "R1", "")
    found = case_tables.cases(steps)
    assert found[["handoffs_position", "handoffs_unit", "actions"]].isna().all(axis=None)
    assert (waiting_times.waits(steps)["awaited"] == "unknown").all()


@pytest.mark.parametrize("lang", wording.LANGS)
def test_a_wait_of_seconds_is_told_in_minutes(lang):
    wording.use(lang)
    rows = case_tables.journey(case("guessed_statutory"), "waits", "permit")
    short = rows.assign(wait=0.02, wait_low=0.01, wait_high=0.05, term_set="")
    short.attrs = rows.attrs
    said = next(iter(sentences.sentences(short)))
    shown = {"ru": "до 1,2 минуты [0,6; 3,0]", "en": "up to 1.2 minutes [0.6, 3.0]"}
    assert shown[lang] in said.replace("\N{NO-BREAK SPACE}", " ")
    near = short.assign(wait=0.1, wait_low=0.096, wait_high=0.104)  # six minutes, give or take
    wide = short.assign(wait=0.1, wait_low=0.0, wait_high=15.6)
    for rows, words in ((near, ("6,0 минуты", "6.0 minutes [5.8, 6.2]")),
                        (wide, ("0,1 часа", "0.1 hours [0.0, 15.6]"))):  # fmt: skip
        said = next(iter(sentences.sentences(rows))).replace("\N{NO-BREAK SPACE}", " ")
        assert words[lang == "en"] in said


def _ticks(ax) -> np.ndarray:
    strips = [strip for strip in ax.collections if isinstance(strip, PathCollection)]
    return np.concatenate([np.asarray(strip.get_offsets()) for strip in strips])


def test_every_wait_is_a_tick_and_those_beyond_the_axis_are_counted():
    rows = case_tables.journey(case("longest_wait_zero"), "waits", "permit")
    each = waiting_times.each_wait(case("longest_wait_zero"), "permit")
    for step in rows["step"]:
        own = gaps("longest_wait_zero", step)
        assert sorted(each.loc[each["step"] == step, "gap"]) == pytest.approx(sorted(own))
    drawn = figures.draw_waits(rows, each)
    (ax,) = drawn.figure.axes
    place = drawn.rows["step"].tolist().index("decide")
    ticks = _ticks(ax)
    assert (ticks[:, 1] == place).sum() == len(gaps("longest_wait_zero", "decide"))


def test_that_there_are_waits_beyond_the_axis_is_told_and_not_how_many():
    rows = case_tables.journey(sample("registry"), "waits", "certificate")
    each = waiting_times.each_wait(sample("registry"), "certificate")
    (ax,) = figures.draw_waits(rows, each).figure.axes
    assert (each["gap"] > ax.get_xlim()[1]).any()
    assert [text.get_text() for text in ax.texts] == ["дальше ещё →"]


def test_of_very_many_waits_even_ranks_are_drawn_the_ends_among_them():
    rows = case_tables.journey(case("longest_wait_zero"), "waits", "permit").head(1)
    many = pd.DataFrame({"service": "permit", "step": rows["step"].iloc[0],
                         "gap": np.arange(10_001) / 1000})  # fmt: skip
    (ax,) = figures.draw_waits(rows.assign(p90=10.0, waits=10_001), many).figure.axes
    drawn = _ticks(ax)[:, 0]
    assert len(drawn) == figures.TICKS and (drawn.min(), drawn.max()) == (0, 10)

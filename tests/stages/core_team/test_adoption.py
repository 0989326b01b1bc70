import csv
import re

import numpy as np
import pytest
from stages.core_team.test_team_roles import invented

from ccwork.language import wording
from ccwork.language.resources import resource
from ccwork.learn.demo import plan
from ccwork.stages.core_team import adoption
from ccwork.tell import display, formatting, sentences

TRIED = {
    "triage": "fit", "state": "trying", "date": "2026-01-10", "why_ru": "", "why_en": "",
}  # fmt: skip


def load(agency, **tables):
    """An agency with these tables beside one that tells the period."""
    agency.counts([1, 2, 3, 4, 50], first="2026-06")
    for name, rows in tables.items():
        agency.add(name, list(rows))
    return agency.load()


def triage(agency, *rows):
    return load(agency, triage=[TRIED | row for row in rows])


def catalogue():
    path = resource("catalogue", "practices.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


# ---------------------------------------------------------------- practices


@pytest.mark.parametrize("row", catalogue(), ids=lambda row: row["practice"])
def test_a_practice_is_told_in_both_languages_with_its_source(row):
    assert row["source"] and row["entry"] and row["side"]
    for part in ("", "about_"):
        assert row[f"{part}ru"] and row[f"{part}en"]


def test_both_ways_to_begin_named_by_the_method_are_there():
    entries = {row["practice"]: row["entry"] for row in catalogue()}
    assert entries["motivation_needs"] == "motivation"
    assert entries["inner_portrait"] == entries["grow_leaders"] == "hr"
    assert entries["leaders_first"] == "any"


def test_the_triage_stands_in_the_order_of_the_catalogue_in_the_words_of_the_people(agency):
    work = triage(
        agency,
        {"practice": "listen", "why_ru": "так надёжнее"},
        {"practice": "leaders_first", "why_en": "it comes first"},
    )
    rows = adoption.triage(work)
    assert rows["practice"].tolist() == ["leaders_first", "listen"]
    assert rows["why_said"].tolist() == ["it comes first", "так надёжнее"]


def test_what_is_excluded_is_not_counted_as_taken_and_what_is_left_is_not_under_way(agency):
    work = triage(
        agency,
        {"practice": "staff_selection"},
        {"practice": "inner_portrait", "triage": "exclude"},
        {"practice": "exchange", "triage": "adapt", "state": "left"},
    )
    rows = adoption.entries(work).set_index("entry")
    assert rows.loc["hr", ["taken", "under_way"]].tolist() == [2, 1]
    assert rows.loc["motivation", "taken"] == 0


@pytest.mark.parametrize(
    ("taken", "sided"),
    [
        (["listen", "access"], "balanced"),
        (["listen", "exchange", "access"], "balanced"),
        (["listen", "exchange", "grow_leaders", "access"], "flexible"),
        (["access", "risk_check", "one_by_one"], "rules"),
        (["share_cases"], "balanced"),
    ],
)
def test_flexibility_and_rules_are_weighed(agency, taken, sided):
    (row,) = adoption.balance(triage(agency, *({"practice": p} for p in taken))).to_dict("records")
    assert (row["sided"], row["at_once"]) == (sided, len(taken))
    assert row["crowd"] == ("many" if len(taken) > 3 else "fine")


def test_nothing_taken_weighs_nothing(agency):
    (row,) = adoption.balance(triage(agency, {"practice": "listen", "triage": "exclude"})).to_dict(
        "records"
    )
    assert row["sided"] == "nothing"


# ---------------------------------------------------------------- objections


def objection(code, date, status="waiting", **more):
    row = {"objection": code, "kind": "fear", "raised": "staff", "date": date, "status": status}
    return (
        row | {"said_ru": f"страх {code}", "said_en": "", "answer_ru": "", "answer_en": ""} | more
    )


def test_open_objections_are_told_with_their_age_the_oldest_first(agency):
    rows = adoption.objections(
        load(
            agency,
            objections=[
                objection("new", "2026-06-20"),
                objection("done", "2025-01-01", "settled", answer_ru="показали на деле"),
                objection("old", "2026-03-31"),
            ],
        )
    )
    assert rows["objection"].tolist() == ["old", "new", "done"]
    assert rows["waits_days"].tolist()[:2] == [91, 10] and np.isnan(rows["waits_days"].iloc[2])
    assert rows["say"].tolist() == ["stale", "", ""]
    (said,) = sentences.sentences(rows)
    assert "91 день" in said and "страх old" in said


def test_a_register_of_fears_names_nobody(agency):
    row = objection("a", "2026-06-01", "replied", said_ru="Боится Иванов Иван Иванович",
                    answer_ru="Ответил начальник Петров")  # fmt: skip
    (told,) = adoption.objections(load(agency, objections=[row])).to_dict("records")
    assert not {"Иванов", "Петров"} & set(re.findall(r"\w+", told["gist"] + told["reply_said"]))


def test_an_objection_of_later_than_the_period_is_left_out(agency):
    agency.counts(*[[1, 2, 3, 4, 50]] * 6, first="2026-01")
    agency.add("objections", [objection("a", "2026-02-01"), objection("b", "2026-06-01")])
    assert adoption.objections(agency.load("2026-03"))["objection"].tolist() == ["a"]


# ---------------------------------------------------------------- factors and load


def filled(item, date, answers, source="staff"):
    return [
        {"item": item, "visit": f"{date}_{place}", "source": source, "date": date, "answer": mark}
        for place, mark in enumerate(answers)
    ]


def test_a_factor_is_compared_with_the_filling_before(agency):
    rows = [
        *filled("factor_pace", "2025-06-10", [0, 1] * 20),
        *filled("factor_pace", "2026-06-10", [2, 1] * 20),
        *filled("factor_picture", "2026-06-10", [2, 1] * 20),
    ]
    found = adoption.factors(load(agency, checks=rows)).set_index("item")
    pace, picture = found.loc["factor_pace"], found.loc["factor_picture"]
    assert (pace["score"], pace["change"], pace["before"]) == (75, 50, "2025-06")
    assert pace["change_low"] < 50 < pace["change_high"] and pace["verdict"] == "better"
    assert (picture["verdict"], picture["why"], picture["before"]) == (
        "too_little",
        "no_before",
        "",
    )


@pytest.mark.parametrize(("people", "shown"), [(9, False), (10, True)])
def test_fewer_than_ten_people_give_no_score(agency, people, shown):
    rows = filled("factor_pace", "2026-06-10", ([0, 2] * people)[:people])
    (row,) = adoption.factors(load(agency, checks=rows)).to_dict("records")
    assert (row["score"] == row["score"]) is shown
    assert row["score_why"] == ("" if shown else "too_few")


def test_the_agency_does_not_answer_for_its_staff(agency):
    rows = filled("factor_pace", "2026-06-10", [2] * 12, source="self")
    assert adoption.factors(load(agency, checks=rows)).empty


def pulse(value, sd=10, n=60, metric="staff_pressure"):
    return [{"metric": metric, "service": "a", "period": "2026-06", "value": value, "n": n,
             "sd": sd}]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "mark"), [(40, "passed"), (60, "failed"), (49, "unknown"), (51, "unknown")]
)
def test_the_load_is_judged_by_its_whole_interval(agency, value, mark):
    work = load(agency, metrics=pulse(value))
    assert adoption.pressure(work)["bearable"].tolist() == [mark]
    assert adoption.deeds(work)["factor_pace"] == mark


def test_a_load_without_an_interval_is_not_judged(agency):
    work = load(agency, metrics=pulse(90, sd="", n="н/д"))
    assert adoption.pressure(work)["bearable"].tolist() == ["unknown"]


def visit(code, date, kind="leader", **more):
    return {"visit": code, "kind": kind, "date": date, "double_of": "", "minutes": 90} | more


@pytest.mark.parametrize(
    ("visits", "mark"),
    [
        ([visit("a", "2025-07-01")], "passed"),
        ([visit("a", "2025-06-30")], "failed"),
        ([visit("a", "2026-06-01", "outer")], "failed"),
        ([visit("b", "2025-06-30"), visit("a", "2026-06-01", double_of="b")], "failed"),
    ],
)
def test_leaders_are_an_example_where_the_log_of_the_year_says_so(agency, visits, mark):
    assert adoption.deeds(load(agency, visits=visits))["factor_example"] == mark


def test_without_a_log_nothing_is_known_of_the_example(agency):
    assert adoption.deeds(load(agency))["factor_example"] == "unknown"


def test_hours_of_leaders_are_summed_by_period_and_unknown_where_one_is(agency):
    rows = adoption.leaders_log(
        load(
            agency,
            visits=[
                visit("a", "2026-05-02", minutes=90), visit("b", "2026-05-20", minutes=30),
                visit("c", "2026-06-02", minutes=60), visit("d", "2026-06-03", minutes=""),
            ],
        )
    )  # fmt: skip
    assert rows["period"].tolist() == ["2026-05", "2026-06"]
    assert rows["leader_visits"].tolist() == [2, 2]
    assert rows["leader_hours"].iloc[0] == 2 and np.isnan(rows["leader_hours"].iloc[1])


# ---------------------------------------------------------------- the inner client


def test_the_portrait_holds_needs_of_staff_and_what_staff_say(agency):
    agency.counts([1, 2, 3, 4, 50], first="2026-06", metric="easy")
    agency.add("services", [{"service": "a", "name_ru": "Внутренняя", "client": "internal"}])
    need = {"need": "n1", "segment": "staff", "need_ru": "ответ в срок", "metric": ""}
    outer = need | {"need": "n2", "segment": "citizens"}
    agency.add("needs", [need, outer])
    rows = adoption.portrait(agency.load())
    assert rows["wish"].tolist() == ["ответ в срок", "—"]
    assert rows["metric"].tolist() == ["", "easy"] and rows["n"].tolist()[1] == 60


# ---------------------------------------------------------------- planted truths, no data


def test_the_agency_of_formalism_takes_rules_alone_and_answers_nobody():
    work = invented(plan.PAYMENTS)
    assert adoption.balance(work)["sided"].tolist() == ["rules"]
    assert (adoption.objections(work)["say"] == "stale").sum() == 2
    assert adoption.pressure(work)[["bearable", "verdict"]].values.tolist() == [
        ["failed", "worse"]
    ]
    pace = adoption.factors(work).set_index("item").loc["factor_pace"]
    assert (pace["verdict"], pace["deed"]) == ("worse", "failed")


def test_the_agency_that_improves_keeps_the_balance_and_the_load():
    work = invented(plan.REGISTRY)
    assert adoption.balance(work)["sided"].tolist() == ["balanced"]
    assert set(adoption.objections(work)["say"]) == {""}
    assert adoption.pressure(work)["bearable"].tolist() == ["passed"]
    assert set(adoption.factors(work)["verdict"]) == {"better"}


EVERY = ("triage", "entries", "balance", "objections", "pressure", "factors", "leaders_log",
         "portrait")  # fmt: skip


@pytest.mark.parametrize("name", EVERY)
def test_without_data_a_table_says_what_to_bring(agency, name):
    rows = getattr(adoption, name)(load(agency))
    assert rows.empty and formatting.absent(rows)


@pytest.mark.parametrize("lang", wording.LANGS)
@pytest.mark.parametrize("name", EVERY)
def test_every_table_is_shown_and_told_in_both_languages(name, lang):
    work = invented(plan.PAYMENTS)
    wording.use(lang)
    rows = getattr(adoption, name)(work)
    display.show(rows)
    if any(code.startswith(f"finding.{rows.attrs['name']}") for code in wording.terms()):
        assert all(list(sentences.sentences(rows))) or not len(rows)

import pytest
from conftest import sample

from ccwork.language import wording
from ccwork.stages.core_team import motives, team_roles
from ccwork.tell import formatting, sentences


def said(item, answers, date="2026-06-10", source="staff"):
    return [
        {"item": item, "visit": f"{source}{date}{n}", "source": source, "date": date,
         "answer": answer} for n, answer in enumerate(answers)
    ]  # fmt: skip


def load(agency, **tables):
    agency.counts([1, 2, 3, 4, 50], first="2026-06")
    for name, rows in tables.items():
        agency.add(name, rows)
    return agency.load()


def need(code, matters, met, **more):
    return said(f"motive_{code}_matters", matters, **more) + said(
        f"motive_{code}_met", met, **more
    )


def test_what_matters_and_is_lacking_comes_first(agency):
    """Means: importance (100 + 100 + 0 + 0) / 4 = 50, satisfaction (25 + 100 + 25 + 100) / 4."""
    full, some, none = [2] * 10, [1, 0] * 5, [0] * 10
    checks = [
        *need("pay", full, some), *need("thanks", full, full),
        *need("tools", none, some), *need("hours", none, full),
    ]  # fmt: skip
    rows = motives.motives_met(load(agency, checks=checks)).set_index("item")
    assert rows["motive_place"].to_dict() == {
        "motive_pay_met": "begin", "motive_thanks_met": "keep",
        "motive_tools_met": "later", "motive_hours_met": "enough",
    }  # fmt: skip
    assert rows.index[0] == "motive_pay_met"
    assert rows.loc["motive_pay_met", ["importance", "score", "n"]].tolist() == [100, 25, 10]


def test_whether_a_need_moves_is_said_by_its_interval(agency):
    then, now = [0, 1] * 16, [2, 1] * 16
    checks = need("pay", now, then, date="2025-06-10") + need("pay", now, now)
    (row,) = motives.motives_met(load(agency, checks=checks)).to_dict("records")
    assert (row["change"], row["verdict"], row["before"]) == (50, "better", "2025-06")


def test_nine_people_give_words_and_an_unasked_importance_its_reason(agency):
    checks = need("pay", [2] * 9, [1] * 9) + said("motive_tools_met", [1] * 10)
    rows = motives.motives_met(load(agency, checks=checks)).set_index("item")
    assert set(rows["motive_place"]) == {"unknown"}
    shown = formatting.cell(rows.loc["motive_pay_met"].to_dict(), "score").shown
    assert shown == "менее 10"
    shown = formatting.cell(rows.loc["motive_tools_met"].to_dict(), "importance").shown
    assert shown == wording.word("reason.no_data")


@pytest.mark.parametrize(("lang", "start"), [("ru", "Начать мотивацию"), ("en", "Motivation may")])
def test_where_to_begin_is_said_in_both_languages(lang, start):
    wording.use(lang)
    work = sample("registry")
    (line,) = sentences.sentences(motives.motives_met(work))
    assert line.startswith(start) and wording.name("item", "motive_pay_met") in line


def test_the_way_of_a_candidate_is_told_in_its_order(agency):
    checks = [
        *said("hire_answer", [0] * 10, source="client"),
        *said("hire_found", [2] * 10, source="client"),
        *said("hire_fair", [2] * 10),  # staff are no candidates
    ]
    rows = motives.hiring(load(agency, checks=checks))
    assert rows[["item", "score"]].values.tolist() == [["hire_found", 100], ["hire_answer", 0]]


def test_a_practice_of_choosing_people_is_told_with_its_day_and_grows_old(agency):
    own = {"visit": "own", "source": "self"}
    checks = [
        own | {"item": "talent_open", "date": "2026-05-20", "answer": 2, "evidence": "портал"},
        own | {"item": "talent_rotation", "date": "2025-05-20", "answer": 2, "evidence": ""},
    ]
    rows = motives.talent(load(agency, checks=checks)).set_index("item")
    assert rows.loc["talent_open", ["reply_given", "has_proof"]].tolist() == ["2", "yes"]
    assert rows.loc["talent_rotation", "reply_given"] == "old"
    assert rows.loc["talent_feedback", "reply_given"] == "none"
    assert rows.loc["talent_open", "day"] == "20 мая 2026"


# ---------------------------------------------------------------- leaders of change


def person(number, led, leads, agreed="yes"):
    return {"person": f"P{number}", "agreed": agreed, "led": led, "leads": leads,
            "asked": "2026-06-01", "practitioner": 3, "practitioner_named": 3}  # fmt: skip


def test_leaders_grown_and_lost_are_counted_in_words(agency):
    pairs = [
        *(("no", "growing"), ("growing", "acting"), ("no", "acting"), ("acting", "acting")),
        *(("acting", "no"), ("acting", "growing"), ("acting", "gone"), ("no", "gone")),
        *(("", "acting"), ("no", ""), ("no", "no")),
    ]
    people = [person(n, *pair) for n, pair in enumerate(pairs)]
    people.append(person(99, "no", "acting", agreed="no"))
    (row,) = team_roles.leaders_grown(load(agency, people=people)).to_dict("records")
    assert [row[name] for name in ("grown", "stayed", "faded", "left_us")] == ["3", "1", "2", "1"]


def test_who_has_left_is_in_no_team(agency):
    work = load(agency, people=[person(1, "acting", "gone"), person(2, "no", "no")])
    assert team_roles.people_agreed(work)["person"].tolist() == ["P2"]


def test_a_past_nobody_wrote_down_is_no_zero(agency):
    assert team_roles.leaders_grown(load(agency, people=[person(1, "", "acting")])).empty

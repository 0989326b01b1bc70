import make_demo as make
import numpy as np
import pandas as pd
import pytest
from conftest import Agency, sample
from demo import visits
from scipy import special

from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.learn.demo.plan import PLANS
from ccwork.measure import checklists
from ccwork.read import catalogues, loading, workbook
from ccwork.stages.face_the_problem import figures, visit_schedule, walkthroughs
from ccwork.tell import display, formatting, sentences

OUTER = {"walk_find": 2, "walk_queue": 2, "walk_apply": 2, "walk_respect": 2}
"""A visit that found all in order: two signs of bad service more, one item without a sign."""

TABLES = (
    walkthroughs.walks,
    walkthroughs.outer_beside_inner,
    walkthroughs.obstacles,
    walkthroughs.strong_places,
    walkthroughs.signs,
    walkthroughs.effort,
    walkthroughs.as_metrics,
    walkthroughs.field_visits,
    walkthroughs.observer_agreement,
    walkthroughs.to_bring,
    visit_schedule.needed,
    visit_schedule.planner,
)


def day(number):
    return f"2026-06-{1 + number % 28:02}"


def walk(number, answers, visit="", **more):
    """Write the answers of one visit as rows of the table of checks."""
    return [
        {"item": item, "visit": visit or f"v{number:02}", "source": "visitor", "service": "a",
         "unit": "", "date": day(number), "answer": answer, "words": "", "publish_ok": "no",
         **more}
        for item, answer in answers.items()
    ]  # fmt: skip


def walked(agency, *walks, seen=(), **more):
    """Load an agency with visits: each one is a visit in order with some answers changed."""
    rows = [row for number, changed in enumerate(walks) for row in walk(number, OUTER | changed)]
    for item, words in more.pop("words", {}).items():
        for row in rows:
            if row["item"] == item and row["answer"] != 2:
                row |= {"words": words, "publish_ok": more.get("publish_ok", "yes")}
    agency.add("checks", rows)
    if seen:
        agency.add("visits", list(seen))
    return agency.load("2026-06")


def looked(agency, first, second, items=("walk_find", "walk_queue", "walk_apply")):
    """Load visits that two observers saw: arrays of answers, visits x items."""
    rows, seen = [], []
    for number, (one, two) in enumerate(zip(first, second, strict=True)):
        for code, answers in ((f"v{number:02}", one), (f"w{number:02}", two)):
            marks = dict(zip(items, (int(mark) for mark in answers), strict=True))
            rows += walk(number, marks, code)
            double = f"v{number:02}" if code[0] == "w" else ""
            seen.append({"visit": code, "kind": "outer", "date": day(number),
                         "service": "a", "double_of": double})  # fmt: skip
    agency.add("checks", rows)
    agency.add("visits", seen)
    return agency.load("2026-06")


def one(rows):
    (row,) = rows.to_dict("records")
    return row


def told(rows):
    return " ".join(sentences.sentences(rows))


def test_five_walks_alone_say_what_they_saw_and_no_more(agency):
    words = {"walk_find": "Искал полчаса, мой телефон 8 (900) 000-00-00", "walk_queue": "Час!"}
    few = [{"walk_find": 0, "walk_queue": 1}, {"walk_find": 1}, {}, {}, {"walk_find": 1}]
    work = walked(agency, *few, words=words)

    row = one(walkthroughs.walks(work))
    assert row["visits"] == 5 and row["basis_visits"] == "little"
    assert row["sure"] == pytest.approx(100 * (1 - 0.05 ** (1 / 5)))
    said = told(walkthroughs.walks(work))
    assert "данных мало, 5 визитов" in said and "даже у 45 клиентов из 100" in said

    agreement = one(walkthroughs.observer_agreement(work))
    assert agreement["pairs"] == 0 and agreement["observers"] == "unchecked"
    assert np.isnan([agreement[name] for name in ("identical", "alpha", "ac1")]).all()
    shown = [formatting.cell(agreement, name).shown for name in ("identical", "alpha", "ac1")]
    assert shown == ["менее 10 парных визитов"] * 3

    worst, other = walkthroughs.obstacles(work).to_dict("records")
    assert (worst["item"], worst["hits"], worst["visits"]) == ("walk_find", 3, 5)
    assert worst["words_said"] == "«Искал полчаса, мой телефон [скрыто]»"
    assert other["words_said"] == "«Час!»" and np.isnan(other["share"])
    assert formatting.cell(other, "share").shown == "менее 10"

    bring = walkthroughs.to_bring(work).set_index("bring")
    assert bring.loc["outer"].tolist() == [5, 14] and bring.loc["second_outer"].tolist() == [0, 10]
    assert bring.loc["survey"].tolist() == [0, 30]
    assert {"inner", "leaders"} <= set(bring.index) and "release" not in bring.index


def test_of_many_words_the_latest_five_are_quoted_and_the_rest_counted(agency):
    rows = [
        row | {"words": f"Слова {number}.", "publish_ok": "yes"}
        for number in range(8)
        for row in walk(number, {"walk_find": 0})
    ]
    agency.add("checks", rows)
    said = one(walkthroughs.obstacles(agency.load("2026-06")))["words_said"]
    assert said == "«Слова 3.» «Слова 4.» «Слова 5.» «Слова 6.» «Слова 7.» и ещё 3 записи"


def test_the_share_of_answers_with_evidence_is_told_also_of_a_no(agency):
    rows = [row for number in range(5) for row in walk(number, OUTER)]
    rows[0] |= {"evidence": "снимок"}
    rows[1] |= {"evidence": "снимок", "answer": 0}
    rows[2] |= {"evidence": " "}
    agency.add("checks", [{"evidence": ""} | row for row in rows])
    assert one(walkthroughs.walks(agency.load("2026-06")))["witnessed"] == 10  # 2 of 20


def test_unreleased_words_are_not_shown_and_their_presence_is_told(agency):
    words = {"walk_find": "Искал полчаса"}
    work = walked(agency, {"walk_find": 0}, *[{}] * 4, words=words, publish_ok="no")
    row = one(walkthroughs.obstacles(work))
    assert row["words_said"] == wording.word("words_held")
    assert "Искал" not in str(walkthroughs.obstacles(work)) + told(walkthroughs.obstacles(work))
    assert walkthroughs.to_bring(work).set_index("bring").loc["release"].tolist() == [0, 1]


def test_obstacles_stand_by_weight_times_share(agency):
    light = [{"walk_apply": 1}] * 6 + [{"walk_rate": 0}] * 8
    work = walked(agency, *light)  # weights 2 and 1: 2 * 6 / 14 goes before 1 * 8 / 8
    rows = walkthroughs.obstacles(work)
    assert rows["item"].tolist() == ["walk_rate", "walk_apply"]
    assert rows["pain"].tolist() == pytest.approx([1, 12 / 14])
    assert rows["share"].isna().tolist() == [True, False]
    assert rows["share"][1] == pytest.approx(600 / 14)
    assert rows["say"].tolist() == ["worst_few", ""]


def test_strong_places_are_those_all_visits_found_in_order(agency):
    work = walked(agency, {"walk_find": 1}, *[{}] * 5)
    rows = walkthroughs.strong_places(work)
    assert rows["item"].tolist() == ["walk_apply", "walk_queue", "walk_respect"]
    assert set(rows["strong"]) == {3} and set(rows["visits"]) == {6}
    assert rows["sure"][0] == pytest.approx(100 * (1 - 0.05 ** (1 / 6)))
    first = one(walkthroughs.walks(work))
    assert (first["good_places"], first["bad_places"]) == (23, 1)


def test_the_worst_sign_is_named_only_beyond_chance(agency):
    clear = [{"walk_find": 0, "walk_plain": 0, "walk_queue": n % 2 + 1} for n in range(8)]
    rows = walkthroughs.signs(walked(agency, *clear)).set_index("tag")
    assert rows.loc["unclear", "lost"] == 100 and rows.loc["wasted", "lost"] == 25
    assert rows.loc["hard", "hits"] == 0 and "bureaucracy" not in rows.index
    assert rows["say"].to_dict() == {"unclear": "worst", "wasted": "", "hard": ""}


def test_two_signs_that_differ_by_chance_are_not_told_apart(agency):
    mixed = [{"walk_find": 0}, {"walk_queue": 0}, {"walk_find": 0}, {"walk_queue": 1}, {}, {}]
    rows = walkthroughs.signs(walked(agency, *mixed))
    assert rows["lost"].notna().all() and set(rows["say"]) == {""}


def test_outer_and_inner_walks_stand_side_by_side(agency):
    inner = [
        row | {"service": "b"}
        for number in range(6)
        for row in walk(number, {"inner_respect": number % 3}, f"i{number}")
    ]
    outer = [row for number in range(5) for row in walk(number, {"walk_respect": 2 - number % 2})]
    agency.add("services", [{"service": code, "name_ru": code} for code in "ab"])
    agency.add("checks", outer + inner)
    row = one(walkthroughs.outer_beside_inner(agency.load("2026-06")))
    assert (row["kpi"], row["outer_visits"], row["inner_visits"]) == ("culture", 5, 6)
    assert (row["outer"], row["inner"]) == (80, 50)
    assert row["inner_low"] < 50 < row["inner_high"]


def test_only_the_last_year_and_only_who_walked_the_path_counts(agency):
    rows = [row for number in range(5) for row in walk(number, OUTER)]
    old = [row | {"date": "2025-06-30"} for row in walk(7, OUTER)]
    own = [row | {"source": "self"} for row in walk(8, OUTER)]
    agency.add("checks", rows + old + own)
    assert one(walkthroughs.walks(agency.load("2026-06")))["visits"] == 5


def answers(seed, visits_made, same):
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 3, (visits_made, 3))
    other = rng.integers(0, 3, first.shape)
    return first, np.where(rng.random(first.shape) < same, first, other)


def test_observers_who_agree_are_usable_and_the_second_look_counts_once(agency):
    work = looked(agency, *answers(1, 12, 1))
    row = one(walkthroughs.observer_agreement(work))
    assert row["observers"] == "usable" and row["alpha"] == 100 and row["identical"] == 100
    assert row["pairs"] == row["visits"] == 12 and np.isnan(row["ac1"])
    assert one(walkthroughs.walks(work))["visits"] == 12


def test_where_observers_disagree_nothing_is_published(agency):
    work = looked(agency, *answers(2, 14, 0))
    row = one(walkthroughs.observer_agreement(work))
    assert row["observers"] == "retrain" and row["alpha"] < 66.7
    assert walkthroughs.publishable(work) == {"outer": "retrain"}
    score = one(walkthroughs.walks(work))
    assert score["visits"] == 14 and np.isnan([score["score"], score["good_places"]]).all()
    assert formatting.cell(score, "score").shown == "наблюдатели расходятся"
    assert walkthroughs.obstacles(work)[["hits", "share"]].isna().all(axis=None)
    assert walkthroughs.signs(work)[["lost", "hits"]].isna().all(axis=None)
    assert walkthroughs.outer_beside_inner(work)["outer"].isna().all()
    assert walkthroughs.strong_places(work).empty
    assert set(walkthroughs.obstacles(work)["say"]) == {""}
    assert "retrain_outer" in set(walkthroughs.to_bring(work)["bring"])
    assert figures.draw_walks(walkthroughs.outer_beside_inner(work)).figure is None


def test_a_third_observer_who_names_the_second_s_visit_is_seen_at_the_same_visit(agency):
    rows, seen = [], []
    for number in range(10):
        for code, other in (("v", ""), ("w", "v"), ("x", "w")):
            first = f"{other}{number:02}" if other else ""
            rows += walk(number, {"walk_find": number % 3}, f"{code}{number:02}")
            seen.append({"visit": f"{code}{number:02}", "kind": "outer", "date": day(number),
                         "service": "a", "double_of": first})  # fmt: skip
    agency.add("checks", rows).add("visits", seen)
    row = one(walkthroughs.observer_agreement(agency.load("2026-06")))
    assert (row["pairs"], row["visits"], row["alpha"]) == (10, 10, 100)


def test_a_second_look_at_a_visit_nobody_made_is_named_and_never_lost_in_silence(agency):
    seen = [{"visit": "v00", "kind": "outer", "date": day(0), "service": "a", "double_of": "v99"}]
    with pytest.raises(DataProblems, match="v99"):
        walked(agency, {}, seen=seen)


def test_a_visit_that_is_its_own_second_look_is_named(agency):
    seen = [{"visit": "v00", "kind": "outer", "date": day(0), "service": "a", "double_of": "v00"}]
    with pytest.raises(DataProblems, match="указывает сама на себя: «v00»"):
        walked(agency, {}, seen=seen)


def test_in_between_agreement_is_tentative(agency):
    work = looked(agency, *answers(3, 60, 0.78))
    row = one(walkthroughs.observer_agreement(work))
    assert 66.7 <= row["alpha"] < 80 and row["observers"] == "tentative"


def test_nine_pairs_give_no_figure_and_ten_of_many_visits_neither(agency, tmp_path):
    assert (
        one(walkthroughs.observer_agreement(looked(agency, *answers(1, 9, 1))))["observers"]
        == "unchecked"
    )
    other = Agency(tmp_path / "more")
    looked(other, *answers(1, 10, 1))
    seen = [{"visit": f"w{n:02}", "kind": "outer", "date": day(n), "service": "a",
             "double_of": f"v{n:02}"} for n in range(10)]  # fmt: skip
    rows = [row for n in range(10) for code in "vw"
            for row in walk(n, {"walk_find": n % 3}, f"{code}{n:02}")]  # fmt: skip
    for alone, verdict in ((90, "usable"), (91, "unchecked")):
        extra = [row for n in range(alone) for row in walk(n, {"walk_find": 2}, f"x{n}")]
        other.add("checks", rows + extra).add("visits", seen)
        row = one(walkthroughs.observer_agreement(other.load("2026-06")))
        assert (row["pairs"], row["observers"]) == (10, verdict)


def test_where_one_answer_prevails_ac1_judges(agency):
    first = np.full((12, 3), 2)
    second = first.copy()
    second[0, 0] = second[5, 1] = first[7, 2] = 1
    row = one(walkthroughs.observer_agreement(looked(agency, first, second)))
    assert row["alpha"] < 66.7 and row["ac1"] > 80 and row["observers"] == "usable"


def cost(number, **more):
    return {"visit": f"v{number:02}", "kind": "outer", "date": day(number), "service": "a",
            "double_of": "", "start": "2026-01-10 10:00:00", "end": "2026-01-10 10:45:00",
            "minutes": "", "actions": number, **more}  # fmt: skip


def test_what_a_visit_costs_is_a_median_from_fifteen_visits_on(agency):
    work = walked(agency, *[{}] * 15, seen=[cost(number) for number in range(15)])
    rows = walkthroughs.effort(work).set_index("effort")
    assert rows.loc["actions", ["value", "low", "high"]].tolist() == [7, 3, 11]  # ranks 4, 12
    assert rows.loc["minutes", "value"] == 45 and set(rows.index) == {"actions", "minutes"}


def test_fewer_visits_give_no_median_and_minutes_written_down_go_first(agency):
    work = walked(agency, *[{}] * 12, seen=[cost(n, minutes=20 + n) for n in range(12)])
    assert set(walkthroughs.effort(work)["why"]) == {"few_for_median"}
    rows = walkthroughs.as_metrics(work).set_index("metric")
    assert rows.loc["client_actions", "value"] == 5.5 and rows.loc["client_actions", "low"] > 2
    assert rows.loc["client_minutes", "value"] == 25.5


def test_a_metric_the_agency_brought_is_not_told_from_visits(agency):
    agency.metric([9.5], "client_actions", n=40, first="2026-06")
    work = walked(agency, *[{}] * 12, seen=[cost(number) for number in range(12)])
    assert walkthroughs.as_metrics(work)["metric"].tolist() == ["client_minutes"]


def test_field_visits_are_counted_by_quarter_as_written_down(agency):
    days = ("2025-06-30", "2025-07-01", "2026-04-01", "2026-06-30", "2026-05-05")
    seen = [{"visit": f"l{n}", "kind": "leader", "date": when, "unit": f"u{n // 4}"}
            for n, when in enumerate(days)]  # fmt: skip
    work = walked(agency, {}, seen=seen)
    rows = walkthroughs.field_visits(work)
    assert rows["period"].tolist() == ["2025Q3", "2025Q4", "2026Q1", "2026Q2"]
    assert rows["field_visits"].tolist() == [1, 0, 0, 3]
    assert rows["units_seen"].tolist() == [1, 0, 0, 2]
    assert "3 раза" in told(rows)


def test_without_any_visit_every_table_says_what_to_bring(agency):
    work = agency.counts([1, 2, 3, 4, 50], first="2026-06").load()
    for make_table in TABLES[:10]:
        rows = make_table(work)
        assert rows.empty and formatting.absent(rows), make_table.__name__
        display.show(rows)
    for picture in (
        figures.draw_walks(walkthroughs.outer_beside_inner(work)),
        *figures.draw_obstacles(walkthroughs.obstacles(work)),
    ):
        display.show(picture)
    assert visit_schedule.needed(work)["visits"].tolist()[:2] == [14, 29]


# ---------------------------------------------------------------- planning


def offices(agency, many):
    agency.add("units", [{"unit": f"u{number:02}"} for number in range(many)])
    return walked(agency, {})


def test_a_schedule_visits_every_office_and_no_day_twice(agency):
    work = offices(agency, 17)
    rows = visit_schedule.planner(work)
    assert len(rows) == 17 and set(rows["office"]) == {f"u{n:02}" for n in range(17)}
    assert not rows.duplicated(["week", "weekday"]).any()
    assert rows["weekday"].value_counts().between(3, 4).all()
    assert rows["hour"].value_counts().between(1, 2).all()
    assert (rows["observer"] != rows["second"]).all() and (rows["second"] != "—").sum() == 10
    order = [(row.week, visit_schedule.WEEKDAYS.index(row.weekday)) for row in rows.itertuples()]
    assert order == sorted(order)


def test_offices_met_by_colleagues_alone_are_not_visited_and_channels_have_words(agency):
    agency.add("services", [{"service": "a", "client": "external"},
                            {"service": "b", "client": "internal"}])  # fmt: skip
    agency.add("units", [{"unit": unit} for unit in ("office", "helpdesk")])
    agency.add("inner", [{"link": "l", "date": day(1), "giver": "helpdesk", "taker": "office"}])
    base = {"metric": "easy", "date": day(1), "level": 4}
    agency.add("answers", [
        base | {"respondent": "1", "service": "a", "unit": "office", "channel": "counter"},
        base | {"respondent": "2", "service": "b", "unit": "helpdesk", "channel": "intranet"},
        base | {"respondent": "3", "service": "a", "unit": "office", "channel": "window_7"},
    ])  # fmt: skip
    rows = visit_schedule.planner(walked(agency, {}))
    assert set(rows["office"]) == {"office"} and set(rows["service"]) == {"a"}
    assert dict(zip(rows["channel"], rows["channel_said"], strict=True)) == {
        "counter": "окно приёма", "window_7": "window_7",
    }  # fmt: skip


def test_a_schedule_is_the_same_on_every_run_and_another_in_another_period(agency):
    work = offices(agency, 3)
    rows = visit_schedule.planner(work)
    assert len(rows) == 14 and rows.equals(visit_schedule.planner(work))
    assert not rows.equals(visit_schedule.planner(work, seed=1))
    agency.add("checks", walk(0, OUTER) + [row | {"date": "2026-05-04"} for row in walk(1, OUTER)])
    assert not rows.equals(visit_schedule.planner(agency.load("2026-05")))
    with pytest.raises(ValueError, match="must be at least 3"):
        visit_schedule.planner(work, 2)
    with pytest.raises(ValueError, match="`observers`"):
        visit_schedule.planner(work, observers=1)


def test_the_visits_needed_come_from_the_spread_of_ones_own(agency):
    marks = [{"walk_find": n % 3, "walk_queue": n % 3, "walk_apply": 2} for n in range(10)]
    work = walked(agency, *marks)
    rows = visit_schedule.needed(work).set_index("purpose")
    sd = checklists.visit_scores(walkthroughs.walk_answers(work))["score"].std()
    n = int(rows.loc["precise", "visits"])
    half = [special.stdtrit(k - 1, 0.975) * sd / k**0.5 for k in (n - 1, n)]
    assert half[1] <= 5 < half[0]
    assert rows.loc["office", "visits_why"] == "few_offices"


def test_offices_that_differ_need_few_visits_each(agency):
    rows = [row | {"unit": f"u{number // 2}"} for number in range(12)
            for row in walk(number, {"walk_find": (number // 2) % 3, "walk_queue": 2,
                                     "walk_apply": 1 + number % 2})]  # fmt: skip
    agency.add("checks", rows)
    need = visit_schedule.needed(agency.load("2026-06")).set_index("purpose")["visits"]
    assert 1 <= need["office"] <= 5  # ICC of about a half: (.8 * .5) / (.5 * .2) = 4


# ---------------------------------------------------------------- the invented agencies


@pytest.fixture(scope="module")
def invented():
    return {plan.code: sample(plan.code) for plan in PLANS}


PLANTED = {
    "registry": {"outer": 16, "inner": 6, "pairs": 10, "observers": "usable"},
    "payments": {"outer": 14, "inner": 5, "pairs": 0, "worst_sign": "unclear"},
    "inspection": {"outer": 12, "inner": 0, "pairs": 12, "observers": "retrain"},
    "archive": {"outer": 5, "inner": 0, "pairs": 0},
}
"""What a report must find: how many walks, whether their observers agree, the worst sign."""


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.code)
def test_planted_truths_are_found(invented, plan):
    work, truth = invented[plan.code], PLANTED[plan.code]
    walks = walkthroughs.walks(work).groupby("kind")["visits"].sum()
    seen = walkthroughs.observer_agreement(work).set_index("kind").loc["outer"]
    assert {kind: walks.get(kind, 0) for kind in ("outer", "inner")} == {
        kind: truth[kind] for kind in ("outer", "inner")
    }
    assert seen["pairs"] == truth["pairs"]
    assert seen["observers"] == truth.get("observers", "unchecked")
    rows = walkthroughs.signs(work)
    worst = rows.loc[(rows["kind"] == "outer") & (rows["say"] == "worst"), "tag"].tolist()
    assert worst == ([truth["worst_sign"]] if "worst_sign" in truth else [])


@pytest.mark.parametrize("lang", wording.LANGS)
@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.code)
def test_every_table_and_figure_is_told_in_words(invented, plan, lang):
    wording.use(lang)
    work = invented[plan.code]
    loading.learn_names(work)
    for make_table in TABLES:
        rows = make_table(work)
        display.show(rows)
        if len(rows) and ("say" in rows or rows.attrs["name"] == "to_bring"):
            assert "{" not in told(rows) and "nan" not in told(rows)
    for picture in (
        figures.draw_walks(walkthroughs.outer_beside_inner(work)),
        *figures.draw_obstacles(walkthroughs.obstacles(work)),
    ):
        assert picture.figure is None or picture.alt
    shown = "".join(walkthroughs.obstacles(work)["words_said"])
    assert "900" not in shown and (plan.code == "archive" or "[скрыто]" in shown)


def drawn(plan, seed):
    """The walks of one seed, as if their files had been written and read."""
    made = {"services": make.services(plan)} | visits.tables(plan, make.rng(plan, seed, "visits"))
    for name in ("checks", "visits"):
        made[name] = made[name].fillna({"double_of": "", "unit": ""})
        made[name]["date"] = pd.to_datetime(made[name]["date"])
    info = {"grain": "month", "name_ru": plan.name_ru, "name_en": plan.name_en}
    sources = pd.DataFrame(columns=["table", "file"])
    return workbook.Workbook(plan.code, "2026-06", info, made, catalogues.common(), sources)


def test_planted_truths_are_found_with_nearly_every_seed():
    registry, payments, inspection, _ = PLANS
    found = {"worst": 0, "usable": 0, "retrain": 0}
    for seed in range(10):
        rows = walkthroughs.signs(drawn(payments, seed))
        found["worst"] += rows.loc[rows["say"] == "worst", "tag"].tolist()[:1] == ["unclear"]
        found["usable"] += walkthroughs.publishable(drawn(registry, seed))["outer"] == "usable"
        found["retrain"] += walkthroughs.publishable(drawn(inspection, seed))["outer"] == "retrain"
    assert min(found.values()) >= 9, found

import make_demo as make
import numpy as np
import pandas as pd
import pytest
from demo import answers, selfchecks
from hypothesis import given
from hypothesis import strategies as st

from ccwork.language import periods, wording
from ccwork.language.problems import DataProblems
from ccwork.learn.demo import figures
from ccwork.learn.demo.plan import ARCHIVE, INSPECTION, PAYMENTS, PLANS, REGISTRY
from ccwork.read import loading
from ccwork.stages.face_the_problem import (
    action_plan,
    avoidable_time,
    blind_spots,
    self_assessment,
)
from ccwork.tell import display, findings, formatting, sentences

A_TO_E = pd.DataFrame(
    {"grade": list("ABCDE"), "least": [90, 75, 60, 40, 0],
     "caps": ["", "no_client few_client", "critical coverage", "", ""]}
)  # fmt: skip


def answer(item, score, evidence="", source="self", visit="s1", **more):
    row = {"item": item, "visit": visit, "source": source, "service": "a", "date": "2026-05-10"}
    return row | {"answer": score, "evidence": evidence} | more


def sheet(agency, *rows, **config):
    """Load an agency with answers, one satisfaction figure so that it has a period."""
    agency.add("checks", list(rows))
    return agency.counts([1, 1, 1, 1, 1], first="2026-06").load()


def whole(score=2, evidence="протокол", **more):
    """The whole sheet filled in alike."""
    items = tables_of("self_check")
    return [answer(item, score, evidence, **more) for item in items]


def tables_of(form):
    from ccwork.read.catalogues import common

    rows = common()["items"]
    return rows.index[(rows["form"] == form) & (rows["status"] != "placeholder")].tolist()


# ---------------------------------------------------------------- which services


def services(agency, *volumes):
    rows = [
        {"service": f"s{place}", "name_ru": f"Услуга {place}", "volume": volume}
        for place, volume in enumerate(volumes)
    ]
    return agency.add("services", rows)


def test_services_that_tie_for_the_fifth_place_are_all_shown(agency):
    services(agency, 10, 50, 40, 10, 30, 20, 5)
    agency.add("metrics", [{"metric": "uptime", "service": "s0", "period": "2026-06",
                            "value": 99, "n": 100}])  # fmt: skip
    rows = self_assessment.most_demanded(agency.load())
    assert rows["service"].tolist() == ["s1", "s2", "s4", "s5", "s0", "s3"]
    assert rows["place"].tolist() == [1, 2, 3, 4, 5, 5]
    assert rows["ties"].tolist() == ["no"] * 4 + ["yes"] * 2


def test_services_of_another_agency_on_a_clients_path_are_not_ours(agency):
    agency.add("services", [
        {"service": "ours", "volume": 10, "situation": "birth", "agency": ""},
        {"service": "named", "volume": 5, "situation": "birth", "agency": "demo"},
        {"service": "theirs", "volume": "", "situation": "birth", "agency": "registry_office"},
    ])  # fmt: skip
    agency.add("metrics", [{"metric": "uptime", "service": "ours", "period": "2026-06",
                            "value": 99, "n": 100}])  # fmt: skip
    work = agency.load()
    assert self_assessment.most_demanded(work)["service"].tolist() == ["ours", "named"]
    assert avoidable_time.demand_beside_pain(work)["service"].tolist() == ["ours", "named"]
    assert findings.people_of(work, "external") == 15


def test_a_service_without_a_number_of_cases_is_named_with_the_reason(agency):
    services(agency, 10, "")
    agency.add("metrics", [{"metric": "uptime", "service": "s0", "period": "2026-06",
                            "value": 99, "n": 100}])  # fmt: skip
    work = agency.load()
    assert self_assessment.most_demanded(work)["why"].tolist() == ["", "no_volume"]
    rows = avoidable_time.demand_beside_pain(work)
    assert rows["why"].tolist() == ["no_client_time", "no_volume"]
    assert rows["standing"].tolist() == ["unknown", "unknown"]
    display.show(rows)


def test_avoidable_hours_of_the_published_example():
    assert avoidable_time.avoidable(120_000, 2.4, 0.9) == pytest.approx(180_000)  # F44


@given(st.floats(0, 1e6), st.floats(0, 100), st.floats(0, 100), st.floats(0, 1e5))
def test_more_time_or_more_repeated_contacts_never_lessen_the_pain(volume, hours, more, contacts):
    least = avoidable_time.avoidable(volume, hours, hours, contacts)
    assert avoidable_time.avoidable(volume, hours + more, hours, contacts) >= least
    assert avoidable_time.avoidable(volume, hours, hours, contacts + more) >= least


def minutes(agency, now, past=(60, 60, 60, 60, 60), repeats=None):
    """Client minutes of each service: five months, then the month judged."""
    rows = [
        {"metric": "client_minutes", "service": f"s{place}", "period": periods.shift("2026-06", m),
         "value": value, "n": 100, "sd": 30}
        for place, last in enumerate(now)
        for m, value in zip(range(-len(past), 1), (*past, last), strict=True)
    ]  # fmt: skip
    rows += [
        {"metric": "repeat_contacts", "service": f"s{place}", "period": "2026-06",
         "value": share, "n": 1000, "sd": ""}
        for place, share in enumerate(repeats or [])
    ]  # fmt: skip
    return agency.add("metrics", rows).load()


def test_time_above_the_quickest_quarter_and_repeated_contacts_make_the_pain(agency):
    services(agency, 1200)
    row = avoidable_time.demand_beside_pain(minutes(agency, [90], repeats=[20])).iloc[0]
    by_hand = 1200 * (90 - 60) / 60 + 1200 * 0.2 * 15 / 60
    assert row["avoidable"] == pytest.approx(by_hand) and row["counted"] == "both"
    assert row["avoidable_low"] < by_hand < row["avoidable_high"]


def test_a_service_few_ask_for_may_hurt_most_and_equal_ones_stand_on_the_edge(agency):
    services(agency, 9000, 8000, 7000, 6000, 5000, 100)
    rows = avoidable_time.demand_beside_pain(
        minutes(agency, [61, 200, 200, 200, 61.05, 30000])
    ).set_index("service")
    assert rows.loc["s5", ["standing", "pain_place"]].tolist() == ["pain", 1]
    sixth = rows.loc["s5"].to_dict()
    assert formatting.cell(sixth, "place").shown == "не в первой пятёрке" and sixth["ties"] == ""
    assert rows.loc[["s1", "s2", "s3"], "standing"].tolist() == ["sure"] * 3
    edge = rows.loc[["s0", "s4"], "top_share"]
    assert rows.loc[["s0", "s4"], "standing"].tolist() == ["tie", "tie"]
    assert edge.sum() == pytest.approx(100, abs=1)
    assert rows["top_share"].sum() == pytest.approx(500, abs=1)


def test_equal_services_share_the_places_left_whatever_their_order():
    draws = np.array([[0.0, 9.0]] * 6 + [[5.0, 1.0]])
    assert avoidable_time.among_first(draws) == pytest.approx(
        [100 * (4 / 6 + 5 / 6) / 2] * 6 + [50]
    )
    assert np.isnan(avoidable_time.among_first(np.full((2, 3), np.nan))).all()


def test_services_as_demanded_as_one_another_say_so_beside_their_pain(agency):
    services(agency, 900, 900, 800)
    rows = avoidable_time.demand_beside_pain(minutes(agency, [61, 62, 63]))
    assert rows["place"].tolist() == [1, 1, 3] and rows["ties"].tolist() == ["yes", "yes", "no"]


def test_a_bootstrap_gives_the_same_figures_again(agency):
    services(agency, 1200, 900)
    work = minutes(agency, [90, 80])
    pd.testing.assert_frame_equal(
        avoidable_time.demand_beside_pain(work), avoidable_time.demand_beside_pain(work)
    )


def test_where_no_minutes_are_measured_the_visits_tell_them(agency):
    services(agency, 600)
    visits = [
        {"visit": f"v{n}", "kind": "outer", "date": "2026-05-10", "service": "s0",
         "minutes": value, "start": f"2026-05-{n + 10} 10:00", "end": f"2026-05-{n + 10} 10:40"}
        for n, value in enumerate([20, 20, 20, 60, ""] * 2)
    ]  # fmt: skip
    agency.add("visits", visits)
    agency.add("metrics", [{"metric": "uptime", "service": "s0", "period": "2026-06",
                            "value": 99, "n": 100}])  # fmt: skip
    row = avoidable_time.demand_beside_pain(agency.load()).iloc[0]
    assert row["avoidable"] == pytest.approx(600 * (32 - 20) / 60) and row["counted"] == "time"


# ---------------------------------------------------------------- declared and proven


def test_a_yes_without_evidence_is_declared_and_not_proven(agency):
    rows = [answer("self_info_where", 2, "снимок"), answer("self_info_plain", 2),
            answer("self_info_rate", 0), answer("self_speed_wait", "na")]  # fmt: skip
    (row,) = self_assessment.declared(sheet(agency, *rows)).to_dict("records")
    assert row["asked"] == 3  # weights 2, 2, 1
    assert (row["declared"], row["evidenced"]) == (80, 40)
    assert row["candour"] == "unproven" and np.isnan(row["assessed"])


def test_the_assessor_is_compared_over_the_items_both_answered(agency):
    rows = [answer("self_info_where", 2, "снимок"), answer("self_info_plain", 2, "снимок"),
            answer("self_info_plain", 0, source="assessor"),
            answer("self_info_rate", 2, source="assessor")]  # fmt: skip
    (row,) = self_assessment.declared(sheet(agency, *rows)).to_dict("records")
    assert row["beyond"] == 100 and row["candour"] == "flatters"
    assert row["assessed"] == pytest.approx(100 / 3)


def test_only_the_last_filling_in_of_the_year_counts_and_no_unseen_text(agency):
    rows = [
        answer("self_info_where", 0, visit="s0", date="2026-01-10"),
        answer("self_info_where", 2, "снимок"),
        answer("self_info_plain", 0, service="b", date="2025-06-30"),
        answer("self_standard_people", 0),
    ]
    agency.add("services", [{"service": "a"}, {"service": "b"}])
    found = self_assessment.declared(sheet(agency, *rows))
    assert found["service"].tolist() == ["a"] and found["evidenced"].tolist() == [100]


@given(st.lists(st.tuples(st.sampled_from(["0", "1", "2", "na"]), st.booleans()), min_size=1))
def test_what_is_proven_never_exceeds_what_is_declared(answers):
    score = pd.to_numeric(pd.Series([a for a, _ in answers]).replace("na", None))
    rows = pd.DataFrame({"score": score.astype(float), "weight": 1.0})
    shown = np.array([e for _, e in answers])
    rows["proven"] = rows["score"].where(shown | rows["score"].isna(), 0.0)
    both = blind_spots.weighted_score(rows), blind_spots.weighted_score(rows, "proven")
    assert all(np.isnan(both)) or 0 <= both[1] <= both[0] <= 100


def test_every_item_of_the_sheet_says_how_it_was_taken_from_its_source(agency):
    rows = self_assessment.self_check_items(sheet(agency, answer("self_info_where", 2)))
    assert set(rows["wording"]) == {"paraphrased", "placeholder"} and (rows["source"] != "").all()
    assert not rows.loc[rows["wording"] == "placeholder", "source"].str.fullmatch("").any()
    display.show(rows)


def test_an_agency_writes_the_clause_of_the_standard_in_by_a_row(agency):
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "items.csv").write_text(
        "item,form,ru,en,status\nself_standard_people,self_check,Пункт 1?,Clause 1?,quoted\n",
        encoding="utf-8",
    )
    rows = [answer("self_standard_people", 2, "приказ")]
    found = self_assessment.declared(sheet(agency, *rows))
    assert found["evidenced"].tolist() == [100]


# ---------------------------------------------------------------- grades


@pytest.mark.parametrize(
    ("score", "reasons", "first", "last"),
    [
        (90, [], "A", "A"), (89.9, [], "B", "B"), (75, [], "B", "B"), (60, [], "C", "C"),
        (40, [], "D", "D"), (39.9, [], "E", "E"), (0, [], "E", "E"),
        (100, ["critical"], "A", "C"), (100, ["coverage"], "A", "C"),
        (100, ["no_client"], "A", "B"), (100, ["few_client"], "A", "B"),
        (100, ["blind"], "A", "B"), (100, ["critical", "blind"], "A", "D"),
        (50, ["critical"], "D", "D"), (10, ["blind"], "E", "E"),
    ],
)  # fmt: skip
def test_a_grade_is_the_score_s_and_no_higher_than_its_ceilings(score, reasons, first, last):
    assert self_assessment.grade_of_score(score, reasons, A_TO_E) == (first, last)


@given(st.floats(0, 100), st.sets(st.sampled_from(["critical", "coverage", "no_client", "blind"])))
def test_a_reason_never_raises_a_grade(score, reasons):
    first, last = self_assessment.grade_of_score(score, sorted(reasons), A_TO_E)
    assert last >= first  # letters further on are worse


def visits(n, item="walk_find"):
    return [
        {"item": item, "visit": f"v{k}", "source": "visitor", "service": "a", "answer": 2,
         "date": "2026-05-10", "evidence": ""}
        for k in range(n)
    ]  # fmt: skip


def test_with_five_walkthroughs_and_no_survey_no_grade_stands_above_its_ceiling(agency):
    work = agency.add("checks", [*whole(), *visits(5)]).load()
    (row,) = self_assessment.grade(work).to_dict("records")
    assert (row["evidenced"], row["uncapped"], row["grade"]) == (100, "A", "B")
    assert row["caps"] == "few_client" and row["basis_scale"] == "illustrative"


def test_without_any_client_s_view_the_ceiling_is_named_and_with_ten_visits_it_is_gone(agency):
    work = agency.add("checks", whole()).load()
    assert self_assessment.grade(work)["caps"].tolist() == ["no_client"]
    work = agency.add("checks", [*whole(), *visits(10)]).load()
    assert self_assessment.grade(work)[["caps", "grade"]].to_numpy().tolist() == [["", "A"]]


@pytest.mark.parametrize(("a_month", "grade"), [(1, "A"), (0.5, "B")])
def test_twelve_answers_in_the_year_count_as_hearing_clients_and_six_do_not(
    agency, a_month, grade
):
    months = [[0, 0, 0, 0, int(month % (1 / a_month) == 0)] for month in range(12)]
    agency.counts(*months, first="2025-07").add("checks", whole())
    (row,) = self_assessment.grade(agency.load()).to_dict("records")
    assert (row["uncapped"], row["grade"]) == ("A", grade)
    assert row["caps"] == ("" if grade == "A" else "few_client")


def test_answers_older_than_a_year_do_not_count(agency):
    agency.counts([0, 0, 0, 0, 50], *[[0, 0, 0, 0, 0]] * 12, first="2025-06").add(
        "checks", whole()
    )
    assert self_assessment.grade(agency.load())["caps"].tolist() == ["no_client"]


def test_a_critical_item_not_met_lowers_the_grade_also_when_only_the_assessor_says_so(agency):
    rows = [*whole(), *visits(10), answer("self_quality_safe", 0, source="assessor", visit="e1")]
    (row,) = self_assessment.grade(agency.add("checks", rows).load()).to_dict("records")
    assert (row["uncapped"], row["grade"], row["caps"]) == ("A", "C", "critical")


def test_a_service_not_checked_has_no_grade(agency):
    services(agency, 100)
    agency.add("metrics", [{"metric": "uptime", "service": "s0", "period": "2026-06",
                            "value": 99, "n": 100}])  # fmt: skip
    (row,) = self_assessment.grade(agency.load()).to_dict("records")
    assert (row["grade"], row["why"], row["say"]) == ("—", "not_checked", "unchecked")


def scale(agency, lines):
    (agency.folder / "catalogue").mkdir()
    head = "grade,ru,en,scale,least,caps,in_force,basis\n"
    (agency.folder / "catalogue" / "grades.csv").write_text(head + lines, encoding="utf-8")
    return agency.add("checks", [*whole(), *visits(5)]).load()


def test_an_agency_s_own_scale_takes_the_place_of_ours(agency):
    work = scale(agency, "fit,годится,fit,own,95,,yes,published\n"
                         "unfit,не годится,unfit,own,0,few_client,yes,published\n")  # fmt: skip
    (row,) = self_assessment.grade(work).to_dict("records")
    assert (row["uncapped"], row["grade"], row["basis_scale"]) == ("fit", "unfit", "published")


def test_a_scale_whose_cut_offs_are_not_known_gives_no_grade(agency):
    work = scale(agency, "good_plus,хорошо,good,express,,,yes,placeholder\n")
    (row,) = self_assessment.grade(work).to_dict("records")
    assert (row["grade"], row["why"], row["evidenced"]) == ("—", "no_scale", 100)


def test_a_misspelt_ceiling_is_named_and_never_lets_a_grade_pass(agency):
    with pytest.raises(DataProblems, match="critcal.*critical"):
        scale(agency, "fit,годится,fit,own,95,critcal,yes,published\n")


def test_no_shipped_scale_but_ours_is_in_force_and_none_claims_to_be_official():
    from ccwork.read.catalogues import common

    rows = common()["grades"]
    assert set(rows.loc[rows["in_force"] == "yes", "scale"]) == {"ours"}
    assert set(rows["basis"]) == {"illustrative", "placeholder"}
    assert rows.loc[rows["scale"] == "express", "least"].isna().all()


# ---------------------------------------------------------------- roadmap and package


def act(action, **more):
    row = {"action": action, "because": "self_check", "item": "self_info_where", "service": "a",
           "what_ru": "Повесить памятку", "what_en": "Put up a leaflet", "owner": "head",
           "due": "2026-05", "status": "planned"}  # fmt: skip
    return row | more


def test_a_criterion_without_an_action_says_so_and_an_old_one_is_overdue(agency):
    agency.add("actions", [act("a1", evidence="фото, тел. 8 900 123-45-67"),
                           act("a2", evidence="", because="meeting", item="", status="doing",
                                          due="2026-07", what_ru="")])  # fmt: skip
    work = sheet(agency, answer("self_info_where", 1, "снимок"), answer("self_info_plain", 2),
                 answer("self_effort_access", 0),
                 answer("self_info_rate", 2, "снимок"))  # fmt: skip
    rows = action_plan.roadmap(work)
    assert rows["item"].tolist() == [
        "self_effort_access",
        "self_info_plain",
        "self_info_where",
        "—",
    ]
    assert rows["fault"].tolist() == ["no", "unproven", "partly", ""]
    assert rows["state"].tolist() == ["none", "none", "overdue", "doing"]
    assert rows["what"].tolist()[2:] == ["Повесить памятку", "Put up a leaflet"]
    assert rows["proof"].tolist() == ["—", "—", "фото, тел. [скрыто]", "—"]
    assert rows["what"][0] == wording.word("roadmap_template.no")
    (counts,) = action_plan.actions_counted(work).to_dict("records")
    assert (counts["not_met"], counts["no_action"], counts["late"]) == (3, 2, 1)
    display.show(rows)


@pytest.mark.parametrize(("status", "due", "state"), [
    ("planned", "2026-06", "planned"), ("doing", "2026Q1", "overdue"), ("planned", "", "planned"),
    ("completed", "2026-01", "completed"), ("dropped", "2025", "dropped"),
])  # fmt: skip
def test_only_an_open_action_past_its_due_period_is_overdue(agency, status, due, state):
    agency.add("actions", [act("a1", status=status, due=due)])
    rows = action_plan.roadmap(sheet(agency, answer("self_info_where", 0)))
    assert rows["state"].tolist() == [state]


def test_services_with_the_same_fault_stand_in_one_row_until_one_has_an_action(agency):
    agency.add("services", [{"service": code, "name_ru": code.upper()} for code in "ab"])
    rows = [answer("self_info_where", 0, service=code, visit=code) for code in "ab"]
    found = action_plan.roadmap(sheet(agency, *rows))
    assert found["services_said"].tolist() == ["A; B"]
    agency.add("actions", [act("a1")])
    found = action_plan.roadmap(sheet(agency, *rows))
    assert found[["services_said", "state"]].to_numpy().tolist() == [
        ["A", "overdue"],
        ["B", "none"],
    ]


def test_the_package_is_whole_and_hides_what_may_name_a_person(agency):
    work = sheet(agency, answer("self_info_where", 2, "приказ"),
                 answer("self_info_plain", 2, "звонить 8 900 123-45-67"),
                 answer("self_info_rate", 0))  # fmt: skip
    made = action_plan.package(work)
    assert (made["schema"], made["agency"], made["period"]) == (2, "demo", "2026-06")
    assert made["date"] == "2026-06-30" and made["services"][0]["evidenced"] == 80
    assert made["services"][0]["assessed"] is None and made["services"][0]["asked"] == 3
    assert {row["basis_scale"] for row in made["scale"]} == {"illustrative"}
    assert [row["item"] for row in made["items"]] == [row["item"] for row in made["answers"]]
    assert all(row["ru"] and row["en"] and row["source"] for row in made["items"])
    assert "900" not in made["answers"][1]["evidence"]
    (act,) = made["roadmap"]
    assert (act["services"], act["act"], act["owner"]) == ("a", None, None)
    assert [row["state"] for row in made["roadmap"]] == ["none"]


def test_the_package_tells_which_services_an_action_is_for_and_what_is_done(agency):
    agency.add("services", [{"service": code, "name_ru": code.upper()} for code in "ab"])
    agency.add("actions", [act("a1", service="", what_en="Call 8 900 123-45-67")])
    rows = [answer("self_info_where", 0, service=code, visit=code) for code in "ab"]
    (row,) = action_plan.package(sheet(agency, *rows))["roadmap"]
    assert (row["services"], row["act"], row["state"]) == ("a b", "a1", "overdue")
    assert row["what_ru"] == "Повесить памятку" and "900" not in row["what_en"]


def test_the_scale_says_which_reasons_let_no_grade_be_higher(agency):
    rows = self_assessment.scale(sheet(agency, answer("self_info_where", 2))).set_index("grade")
    assert rows.loc["C", "ceiling_for"] == "critical coverage"
    assert formatting.cell(rows.loc["B"].to_dict(), "ceiling_for").shown == (
        "за год не спросили ни одного клиента, за год меньше 10 визитов и ответов клиентов"
    )


def test_the_package_says_the_same_in_both_languages_and_exists_without_a_self_check(agency):
    work = agency.counts([1, 1, 1, 1, 1], first="2026-06").load()
    made = [action_plan.package(work)]
    wording.use("en")
    assert made == [action_plan.package(work)] and made[0]["answers"] == []


# ---------------------------------------------------------------- planted truths


@pytest.fixture(scope="module")
def invented(tmp_path_factory):
    """The invented agencies with what this room draws, written and read."""
    root = tmp_path_factory.mktemp("data")
    found = {}
    for plan in PLANS:
        folder = root / plan.code
        folder.mkdir()
        draw = make.rng(plan, make.SEED, "selfchecks")
        drawn = selfchecks.tables(plan, draw) | {
            "services": make.services(plan),
            "metrics": figures.metrics(plan, make.rng(plan, make.SEED, "metrics")),
            "answers": answers.answers(plan, make.rng(plan, make.SEED, "answers")),
        }
        drawn["answers"] = drawn["answers"][drawn["answers"]["date"] >= "2026-05"]
        for name, rows in drawn.items():
            rows.convert_dtypes().to_csv(folder / f"{name}.csv", index=False)
        (folder / "agency.toml").write_text(
            f'name_ru = "{plan.name_ru}"\ngrain = "month"\ndata_date = 2026-06-30\n',
            encoding="utf-8",
        )
        found[plan.code] = loading.load(str(root), plan.code)
    return found


PLANTED = {
    "registry": {"candour": "agrees", "grade": "C"},
    "payments": {"candour": "flatters", "grade": "D", "caps": "critical coverage blind",
                 "blind": ("quality", "culture")},
    "inspection": {"candour": "unproven", "grade": "E"},
}  # fmt: skip
"""What a report must find: see ``demo.selfchecks``; the archive has none."""


@pytest.mark.parametrize("plan", [REGISTRY, PAYMENTS, INSPECTION], ids=lambda plan: plan.code)
def test_what_was_planted_in_the_self_checks_is_found(invented, plan):
    work, planted = invented[plan.code], PLANTED[plan.code]
    assert set(self_assessment.declared(work)["candour"]) == {planted["candour"]}
    grades = self_assessment.grade(work)
    assert set(grades["grade"]) == {planted["grade"]}
    assert grades["caps"][0] == planted.get("caps", grades["caps"][0])
    spots = blind_spots.spots(work)
    blind = set(
        spots.loc[(spots["client"] == "external") & (spots["spot"] == "blind_spot"), "kpi"]
    )
    assert blind >= set(planted.get("blind", ())) and bool(blind) == ("blind" in planted)


def test_the_small_agency_has_no_self_check_and_says_so(invented):
    work = invented[ARCHIVE.code]
    assert self_assessment.declared(work).empty and blind_spots.spots(work).empty
    # the first five with a tie for the fifth place, and one without a volume
    assert self_assessment.grade(work)["why"].tolist() == ["not_checked"] * 7
    assert "checks" in formatting.absent(self_assessment.declared(work))


def test_the_summary_says_the_same_in_both_languages(invented):
    for work in invented.values():
        parts = (
            avoidable_time.demand_beside_pain(work),
            self_assessment.declared(work),
            self_assessment.grade(work),
        )
        parts = (*parts, action_plan.actions_counted(work), blind_spots.gathered(work))
        said = {}
        for lang in wording.LANGS:
            wording.use(lang)
            said[lang] = [
                line for rows in parts if len(rows) for line in sentences.sentences(rows)
            ]
        assert len(said["ru"]) == len(said["en"])

"""Missed targets: the organisation by default, an employee only by proof, and nobody named."""

import itertools

import numpy as np
import pandas as pd
import pytest
from conftest import Agency, sample
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ccwork.language import wording
from ccwork.learn.demo.plan import PLANS, REGISTRY
from ccwork.stages.cascade import cascade_findings, causes_of_misses, review_meeting
from ccwork.tell import formatting, sentences

PROVEN = dict.fromkeys(causes_of_misses.GATES, "yes") | {
    "dialogue": "D1",
    "dialogue_date": "2026-06-20",
}
MONTHS = [f"2026-0{month}" for month in range(1, 7)]
WHOSE = {"employee", "organisation", "undetermined"}


def written(period="2026-06", cause="rules", **more):
    return {
        "service": "a",
        "metric": "within_norm",
        "target_period": period,
        "cause": cause,
    } | more


def team(agency, *rows, misses=MONTHS[-1:], staff=100):
    """An agency that misses its target in some months; `rows` are the causes written down."""
    values = [60 if month in misses else 99 for month in MONTHS]
    agency.metric(values, metric="within_norm", n=200, first=MONTHS[0])
    due = [{"metric": "within_norm", "service": "a", "period": month, "value": 90}
           for month in MONTHS]  # fmt: skip
    agency.add("targets", due)
    if rows:
        every = dict.fromkeys(itertools.chain.from_iterable(rows), "")
        agency.add("causes", [every | row for row in rows])
    work = agency.load()
    work.info["staff"] = staff
    return work


def said(work):
    rows = causes_of_misses.causes(work)
    return list(zip(rows["cause_group"], rows["ruled"], strict=True))


# ---------------------------------------------------------------- the rule


@pytest.mark.parametrize(
    ("row", "group", "rule"),
    [
        ({"group": "employee", "cause": "skill"} | PROVEN, "employee", "kept"),
        ({"group": "employee", "cause": "skill"}, "undetermined", "gates_missing"),
        ({"group": "employee", "cause": "skill"} | PROVEN | {"dialogue": ""}, "undetermined",
         "no_dialogue"),
        ({"group": "employee", "cause": "skill"} | PROVEN | {"dialogue_date": ""},
         "undetermined", "no_dialogue"),
        ({"group": "employee", "cause": "rules"} | PROVEN, "organisation", "other_cause"),
        ({"group": "employee", "cause": "unknown"} | PROVEN, "employee", "kept"),
        ({"group": "organisation", "cause": "skill"}, "organisation", "not_employee"),
        ({"cause": "law"}, "organisation", "kept"),
        ({"group": "undetermined", "cause": "unknown"}, "undetermined", "kept"),
        *(({"group": "employee", "cause": "skill"} | PROVEN | {gate: "no"}, "organisation",
           "gate_failed") for gate in causes_of_misses.GATES),
        *(({"group": "employee", "cause": "skill"} | PROVEN | {gate: ""}, "undetermined",
           "gates_missing") for gate in causes_of_misses.GATES),
    ],
)  # fmt: skip
def test_whose_cause_it_is_after_the_rule(agency, row, group, rule):
    assert said(team(agency, written(**row))) == [(group, rule)]


def test_the_default_is_the_organisation_and_a_miss_without_a_row_is_undetermined(agency):
    work = team(agency, written("2026-05"), misses=MONTHS[-2:])
    assert sorted(said(work)) == [("organisation", "kept"), ("undetermined", "not_named")]


@given(st.fixed_dictionaries({
    "group": st.sampled_from(sorted(WHOSE)),
    **{gate: st.sampled_from(["yes", "no", ""]) for gate in causes_of_misses.GATES},
    "dialogue": st.sampled_from(["", "D1"]),
    "dialogue_date": st.sampled_from([None, "2026-06-20"]),
}), st.sampled_from([*sorted(WHOSE), ""]))  # fmt: skip
def test_an_employee_is_named_only_with_everything_and_less_proof_never_makes_it_one(row, kind):
    group, rule = causes_of_misses.ruled(row, kind)
    everything = (
        {row[gate] for gate in causes_of_misses.GATES} == {"yes"}
        and row["dialogue"]
        and (row["dialogue_date"])
    )
    assert group in WHOSE and rule
    assert (group == "employee") == (
        row["group"] == "employee" and bool(everything) and kind != "organisation"
    )
    for gate in causes_of_misses.GATES:
        if group != "employee":
            assert causes_of_misses.ruled(row | {gate: "no"}, kind)[0] != "employee"


def test_the_published_example_is_organisational():
    outside = stats.binomtest(30, 50, 0.8).pvalue < 0.002
    own_steps = (40 - 31) / 40 > 0.5
    gates = dict(
        zip(
            causes_of_misses.GATES,
            ("yes", "yes", "yes" if own_steps else "no", "yes"),
            strict=True,
        )
    )
    assert outside and not own_steps
    row = {"group": "employee", "dialogue": "D1", "dialogue_date": "2026-06-20"} | gates
    assert causes_of_misses.ruled(row, "skill") == ("organisation", "gate_failed")


def test_a_dialogue_after_the_date_of_the_data_has_not_happened(agency):
    work = team(agency, written(group="employee", cause="skill", **PROVEN))
    work.tables["causes"]["dialogue_date"] = pd.Timestamp("2026-07-01")
    assert said(work) == [("undetermined", "no_dialogue")]


# ---------------------------------------------------------------- missed targets


def test_only_missed_targets_are_looked_into(agency):
    work = team(agency, written("2026-05"), written("2026-06"), misses=["2026-06"])
    (row,) = causes_of_misses.missed(work).to_dict("records")
    assert (row["period"], row["cause_named"], row["value"]) == ("2026-06", "yes", 60)
    assert len(causes_of_misses.causes(work)) == 1
    (problem,) = causes_of_misses.problems(work)
    assert "май 2026" in str(problem) and not problem.grave


def test_where_nothing_is_missed_there_is_nothing_to_look_for(agency):
    work = team(agency, misses=[])
    for make_table in (
        causes_of_misses.missed,
        causes_of_misses.causes,
        causes_of_misses.escalations,
        causes_of_misses.organisational_share,
    ):
        rows = make_table(work)
        assert rows.empty and "Нет данных" not in formatting.absent(rows)


def test_a_cause_changed_by_the_rule_is_a_warning(agency):
    work = team(agency, written(group="employee", cause="skill"))
    (problem,) = causes_of_misses.problems(work)
    assert "не все доказательства проверены" in str(problem) and not problem.grave


# ---------------------------------------------------------------- nobody named


def test_what_was_said_of_an_employee_is_in_no_table(agency):
    kept = written(group="employee", cause="skill", evidence="тайное", owner="P9", **PROVEN)
    failed = written("2026-05", "motivation", group="employee", evidence="тайное",
                     **(PROVEN | {"gate_repeated": "no"}))  # fmt: skip
    hidden = written("2026-04", "fit", group="organisation", evidence="тайное")
    work = team(agency, kept, failed, hidden, misses=MONTHS[-3:])
    tables = [
        causes_of_misses.missed(work),
        causes_of_misses.causes(work),
        causes_of_misses.escalations(work),
        causes_of_misses.organisational_share(work),
    ]
    said = " ".join(table.to_csv() for table in tables)
    for words in ("тайное", "P9", "D1", "skill", "motivation", "fit"):
        assert words not in said.replace("benefit", "")
    for code in ("skill", "motivation", "fit"):
        assert wording.name("cause", code) not in said


def test_the_columns_of_every_table_are_known_and_none_is_of_a_person(agency):
    work = team(agency, written(owner="P02", due="2026-05"))
    shown = [wording.terms()[f"show.{name}"]["columns"].split()
             for name in ("missed", "causes", "escalations", "organisational_share")]  # fmt: skip
    columns = set(itertools.chain.from_iterable(shown))
    columns |= set(causes_of_misses.causes(work)) | set(causes_of_misses.escalations(work))
    assert not {
        c for c in columns if any(p in c for p in ("employee", "person", "position", "unit_"))
    }


def test_in_a_small_agency_no_group_is_told(agency):
    work = team(agency, written(group="employee", cause="skill", **PROVEN), staff=9)
    (row,) = causes_of_misses.causes(work).to_dict("records")
    assert (row["cause_group"], row["ruled"]) == ("withheld", "withheld")
    assert row["cause_said"] == row["cause_evidence"] == row["cause_advice"] == "—"
    (row,) = causes_of_misses.causes(team(agency, written(evidence="журнал"), staff=1)).to_dict(
        "records"
    )
    assert row["cause_said"] == row["cause_evidence"] == row["cause_advice"] == "—"
    assert said(team(agency, written(), staff=10)) == [("organisation", "kept")]
    assert said(team(agency, written(), staff="")) == [("organisation", "kept")]


def test_a_cause_of_the_organisation_is_told_with_evidence_and_advice(agency):
    work = team(agency, written(evidence="журнал"))
    (row,) = causes_of_misses.causes(work).to_dict("records")
    assert row["cause_said"] == "Неэффективные правила и процедуры"
    assert row["cause_evidence"] == "журнал" and "Перестроить процесс" in row["cause_advice"]
    wording.use("en")
    (row,) = causes_of_misses.causes(work).to_dict("records")
    assert row["cause_said"] == "Inefficient rules and procedures"


# ---------------------------------------------------------------- escalation


@pytest.mark.parametrize(
    ("row", "state"),
    [
        ({"owner": "P1", "due": "2026-05"}, "overdue"),
        ({"owner": "P1", "due": "2026-06"}, "open"),
        ({"owner": "P1", "due": "2026Q4"}, "open"),
        ({"owner": "P1"}, "no_date"),
        ({"due": "2026-05"}, "no_owner"),
        ({"owner": "P1", "due": "2026-05", "removed": "2026-06-01"}, "removed"),
    ],
)
def test_what_has_become_of_a_cause(agency, row, state):
    (found,) = causes_of_misses.escalations(team(agency, written(**row))).to_dict("records")
    assert found["escalation"] == state
    assert found["cause_owner"] == row.get("owner", "—")


def test_the_earliest_due_stands_first_and_only_the_organisation_is_listed(agency):
    rows = [written("2026-04", owner="P1", due="2026-12", escalated_to="H1"),
            written("2026-05", owner="P1", due="2026-09"), written("2026-06"),
            written("2026-03", "skill", group="employee", **PROVEN)]  # fmt: skip
    work = team(agency, *rows, misses=MONTHS[-5:])
    found = causes_of_misses.escalations(work)
    assert found["period"].tolist() == ["2026-05", "2026-04", "2026-06"]
    assert found["escalated"].tolist() == ["—", "H1", "—"]


# ---------------------------------------------------------------- shares


def many(agency, *groups):
    """One miss a month over two years, each with the cause of a group ("" for none)."""
    months = [str(month) for month in pd.period_range("2024-07", periods=24, freq="M")]
    agency.metric([60] * 24, metric="within_norm", n=200, first=months[0])
    agency.add("targets", [{"metric": "within_norm", "service": "a", "period": month, "value": 90}
                           for month in months[: len(groups)]])  # fmt: skip
    told = {"organisation": {"cause": "rules"}, "undetermined": {"cause": "unknown"},
            "employee": {"cause": "skill"} | PROVEN}  # fmt: skip
    every = dict.fromkeys([*written(), "group", *PROVEN], "")
    rows = [every | written(month, group=group, **told[group])
            for month, group in zip(months, groups, strict=False) if group]  # fmt: skip
    agency.add("causes", rows)
    return agency.load()


def test_the_share_of_the_organisation_and_of_the_unclear(agency):
    groups = ["organisation"] * 12 + ["employee"] * 3 + ["undetermined"] * 2 + [""] * 1
    rows = causes_of_misses.organisational_share(many(agency, *groups)).set_index("span")
    assert rows.index.tolist() == ["2024", "2025", ""]
    assert rows["missed_targets"].tolist() == [6, 12, 18]
    total = rows.loc[""]
    assert total["causes_found"] == 15 and total["share_of"] == 80
    assert total["unclear_share"] == pytest.approx(100 * 3 / 18)
    assert (total["share_of_low"], total["share_of_high"]) == pytest.approx((54.8, 93.0), abs=0.1)
    assert rows["say"].tolist() == ["", "", "told"]
    assert rows.loc["2024", ["share_of", "unclear_share"]].isna().all()


def test_too_many_unclear_and_too_few_found_are_said(agency):
    groups = ["organisation"] * 11 + [""] * 4
    assert (
        causes_of_misses.organisational_share(many(agency, *groups))["say"].iloc[-1] == "unclear"
    )
    few = causes_of_misses.organisational_share(many(agency, *["organisation"] * 9))
    assert few["say"].iloc[-1] == "few" and few["share_of"].isna().all()
    ten = causes_of_misses.organisational_share(many(agency, *["organisation"] * 10))
    assert ten["say"].iloc[-1] == "told" and ten["share_of"].iloc[-1] == 100
    (sentence,) = sentences.sentences(few)
    assert "доля не" in sentence or "долю не" in sentence


@settings(max_examples=15)
@given(st.lists(st.sampled_from(["organisation", "employee", "undetermined", ""]), min_size=1,
                max_size=20))  # fmt: skip
def test_parts_sum_to_the_misses(tmp_path_factory, groups):
    work = many(Agency(tmp_path_factory.mktemp("a")), *groups, *["organisation"] * 2)
    total = causes_of_misses.organisational_share(work).iloc[-1]
    unclear = sum(group in ("", "undetermined") for group in groups)
    assert total["missed_targets"] == len(groups) + 2
    assert total["causes_found"] == len(groups) + 2 - unclear
    if total["causes_found"] >= 10:
        own = groups.count("organisation") + 2
        assert total["share_of"] == pytest.approx(100 * own / total["causes_found"])


def test_one_miss_with_two_causes_counts_once_and_for_the_organisation(agency):
    rows = [written(), written(cause="skill", group="employee", **PROVEN)]
    total = causes_of_misses.organisational_share(team(agency, *rows)).iloc[-1]
    assert (total["missed_targets"], total["causes_found"]) == (1, 1)
    assert causes_of_misses.causes(agency.load())["cause_place"].tolist() == [1, 2]


# ---------------------------------------------------------------- the notebook's own view


def worked(agency, spread, people=("P1", "P2", "P3", "P4"), cases=15, seed=0):
    rng, rows = np.random.default_rng(seed), []
    own = dict(zip(people, rng.normal(0, spread, len(people)), strict=True))
    for place, who in enumerate([*people] * cases):
        start = pd.Timestamp("2026-01-05") + pd.Timedelta(days=place)
        hours = float(np.exp(2 + own[who] + rng.normal(0, 0.3)))
        rows.append({"case": f"c{place}", "step": "decide", "service": "a", "actor": "back",
                     "position": who, "start": f"{start:%Y-%m-%d %H:%M}",
                     "end": f"{start + pd.Timedelta(hours=hours):%Y-%m-%d %H:%M}"})  # fmt: skip
    work = agency.counts([1, 2, 3, 4, 50], first="2026-06").add("steps", rows).load()
    return causes_of_misses.employee_view(work)


@pytest.mark.parametrize(("spread", "said"), [(0.0, "little"), (3.0, "much"), (0.25, "unclear")])
def test_how_much_it_matters_who_takes_a_step(agency, spread, said):
    (row,) = worked(agency, spread).to_dict("records")
    assert row["who_matters"] == said and row["n"] == 60
    assert (
        0 <= row["between_share_low"] <= row["between_share"] <= row["between_share_high"] <= 100
    )


@pytest.mark.parametrize(
    ("more", "said", "why"),
    [({"people": ("P1",), "cases": 40}, "one", "one_code"), ({"cases": 7}, "few", "few_cases")],
)
def test_where_it_cannot_be_told_words_stand(agency, more, said, why):
    (row,) = worked(agency, 3.0, **more).to_dict("records")
    assert (row["who_matters"], row["why"]) == (said, why) and np.isnan(row["between_share"])


def test_steps_that_took_no_time_are_not_counted_and_thirty_are_enough(agency):
    (row,) = worked(agency, 3.0, ("P1", "P2")).to_dict("records")
    assert row["n"] == 30 and row["who_matters"] != "few"
    work = agency.load()
    steps = work.tables["steps"]
    steps.loc[:4, "end"] = steps.loc[:4, "start"]
    steps.loc[5:6, "end"] = pd.NaT
    assert causes_of_misses.employee_view(work)["n"].tolist() == [23]


def test_the_view_tells_no_code_and_no_ranking(agency):
    rows = worked(agency, 3.0)
    assert not {"P1", "P2", "P3", "P4"} & set(rows.astype(str).to_numpy().ravel())
    assert "position" not in rows and len(rows) == 1


# ---------------------------------------------------------------- planted


def test_the_catalogue_holds_the_causes_of_the_method(agency):
    known = team(agency).catalogues["causes"].groupby("group").groups
    assert {"skill", "motivation", "fit"} == set(known["employee"])
    assert {"law", "rules", "resources", "others"} <= set(known["organisation"])


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.code)
def test_the_planted_misses_and_the_blamed_employee_are_found(plan):
    work = sample(plan.code)
    planted = {"registry": 12, "payments": 4, "inspection": 2, "archive": 0}
    assert len(causes_of_misses.missed(work)) == planted[plan.code]
    assert (
        "employee" not in causes_of_misses.causes(work)["cause_group"].tolist() or plan is REGISTRY
    )
    if plan is REGISTRY:
        rows = causes_of_misses.causes(work)
        assert rows["cause_group"].value_counts().to_dict() == {
            "organisation": 10, "employee": 1, "undetermined": 1,
        }  # fmt: skip
        assert rows["ruled"].value_counts().to_dict() == {
            "kept": 10, "gate_failed": 1, "not_named": 1,
        }  # fmt: skip
        assert set(causes_of_misses.escalations(work)["escalation"]) == {
            "overdue", "open", "no_owner", "removed",
        }  # fmt: skip
        assert causes_of_misses.organisational_share(work)["share_of"].iloc[-1] == pytest.approx(
            1000 / 11
        )


@pytest.mark.parametrize(("people", "told"), [(9, "withheld"), (10, "employee"), ("", "employee")])
def test_where_few_answer_for_a_metric_nothing_points_at_one_of_them(agency, people, told):
    agency.add("positions", [{"position": "post", "name_ru": "Оператор", "staff": people}])
    names = ("indicator", "level", "parent", "metric", "service", "position", "role")
    lines = (("top", "agency", "", "fast_enough", "", "", ""),
             ("calls", "process", "top", "within_norm", "a", "", ""),
             ("own", "position", "calls", "", "", "post", "owns"))  # fmt: skip
    agency.add("indicators", [dict(zip(names, line, strict=True)) for line in lines])
    blamed = written(group="employee", cause="skill", **PROVEN)
    failed = written("2026-05", "skill", group="employee", **(PROVEN | {"gate_outside": "no"}))
    rows = [blamed, failed, written("2026-04", evidence="журнал")]
    work = team(agency, *rows, misses=MONTHS[-4:])
    found = causes_of_misses.causes(work).set_index("period")
    assert found.loc["2026-06", "cause_group"] == told
    small = told == "withheld"
    assert found.loc["2026-05", "ruled"] == ("withheld" if small else "gate_failed")
    own = ["withheld"] * 2 if small else ["organisation", "kept"]
    assert found.loc["2026-04", ["cause_group", "ruled"]].tolist() == own
    assert found.loc["2026-03", "ruled"] == ("withheld" if small else "not_named")
    shares = causes_of_misses.organisational_share(work)
    assert set(shares["why"]) == {"gives_away" if small else "few_misses"}
    assert shares["causes_found"].isna().all() == small and set(shares["missed_targets"]) == {4}
    warned = [problem.code for problem in causes_of_misses.problems(work)]
    assert warned.count("cause_ruled") == (0 if small else 1)
    for lang, word in (("ru", "узнали бы сотрудника"), ("en", "point at an employee")):
        wording.use(lang)
        assert (word in " ".join(sentences.sentences(shares.iloc[[-1]]))) == small


def test_what_is_withheld_of_one_clerk_is_alike_whatever_it_is(tmp_path):
    """Neither marks nor counts nor lists tell an employee's cause from any other."""
    told = []
    blamed = {"group": "employee", "cause": "skill"}
    ours = {"owner": "head", "due": "2026-05", "removed": "2026-06-01", "evidence": "журнал"}
    for n, more in enumerate((blamed | PROVEN, blamed, {"group": "undetermined"}, ours)):
        agency = Agency(tmp_path / str(n))
        agency.add("positions", [{"position": "post", "name_ru": "Оператор", "staff": 1}])
        names = ("indicator", "level", "parent", "metric", "service", "position", "role")
        lines = (("top", "agency", "", "fast_enough", "", "", ""),
                 ("calls", "process", "top", "within_norm", "a", "", ""),
                 ("own", "position", "calls", "", "", "post", "owns"))  # fmt: skip
        agency.add("indicators", [dict(zip(names, line, strict=True)) for line in lines])
        work = team(agency, written(**more))
        made = (causes_of_misses.causes, causes_of_misses.organisational_share,
                causes_of_misses.escalations, review_meeting.meeting)  # fmt: skip
        told.append([each(work).to_string() for each in made])
        told[-1] += [str(problem) for problem in causes_of_misses.problems(work)]
        told[-1] += [str(found) for found in cascade_findings.findings(work).to_dict("records")]
    assert all(one == told[0] for one in told[1:])
    assert "withheld" in told[0][0] and "withheld" in told[0][2]


def test_the_row_of_all_years_says_so(agency):
    rows = causes_of_misses.organisational_share(many(agency, *["organisation"] * 12))
    assert rows["span_said"].tolist() == ["2024 год", "2025 год", "все годы"]


def test_one_more_than_a_fifth_without_a_cause_is_too_many(agency):
    groups = ["organisation"] * 16 + [""] * 4
    assert causes_of_misses.organisational_share(many(agency, *groups))["say"].iloc[-1] == "told"
    # 5 of 24 are 20.8 percent
    groups = ["organisation"] * 19 + [""] * 5
    assert (
        causes_of_misses.organisational_share(many(agency, *groups))["say"].iloc[-1] == "unclear"
    )


def test_a_cause_for_a_target_that_was_met_is_a_warning(agency):
    work = team(agency, written("2026-05"), written("2026-06"))
    (problem,) = causes_of_misses.problems(work)
    assert problem.code == "cause_not_missed" and not problem.grave


# ---------------------------------------------------------------- teams to protect


def desks(agency, staff):
    agency.add("positions", [
        {"position": "clerk", "unit": "front", "name_ru": "К", "name_en": "K", "staff": staff},
        {"position": "archivist", "unit": "back", "name_ru": "А", "name_en": "A", "staff": staff},
    ])  # fmt: skip
    agency.add("units", [{"unit": unit, "name_ru": unit, "name_en": unit}
                         for unit in ("front", "back")])  # fmt: skip
    agency.add("indicators", [
        {"indicator": "i1", "level": "position", "metric": "within_norm", "service": "a",
         "position": "clerk", "role": "owns"},
        {"indicator": "i2", "level": "position", "metric": "documents", "service": "a",
         "position": "archivist", "role": "owns"},
    ])  # fmt: skip
    return agency


def test_a_team_the_organisation_holds_back_is_flagged_and_no_other(agency):
    rows = [written(month, "rules") for month in MONTHS[-2:]]
    work = team(desks(agency, 20), *rows, misses=MONTHS[-2:])
    found = causes_of_misses.protected_teams(work).set_index("unit_name")
    assert found["not_theirs"].to_dict() == {"front": 2, "back": 0}
    assert found["team_flag"].to_dict() == {"front": "protect", "back": "none"}
    for lang, said_so in {"ru": "защитить", "en": "protect"}.items():
        with wording.speaking(lang):
            line = formatting.printed(causes_of_misses.protected_teams(work))[3][0]
            assert said_so in line[-1].plain


def test_where_few_people_work_no_team_is_flagged_and_nothing_counted(agency):
    rows = [written(month, "rules") for month in MONTHS[-2:]]
    work = team(desks(agency, 3), *rows, misses=MONTHS[-2:], staff=6)
    found = causes_of_misses.protected_teams(work)
    assert set(found["team_flag"]) == {"none"} and found["not_theirs"].isna().all()

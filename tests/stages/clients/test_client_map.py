"""Needs, kinds of clients, the map of inner clients, parity."""

import make_demo as make
import numpy as np
import pandas as pd
import pytest
from demo import clients
from hypothesis import given
from hypothesis import strategies as st

from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.learn.demo.plan import ARCHIVE, INSPECTION, PAYMENTS, REGISTRY
from ccwork.read import catalogues, workbook
from ccwork.stages.clients import client_map, figures
from ccwork.stats import intervals
from ccwork.tell import display, formatting, sentences

WEAK = ("registration", "front")
"""Planted in the agency that improves: from whom, to whom half is kept in time."""

MAP = {
    "link": "l1", "date": "2026-02-01", "giver": "u1", "taker": "u2", "product_ru": "Справка",
    "product_en": "Certificate", "tie": "formal", "via": "process", "hours": 24, "asked": 100,
    "kept": 55, "changed": "", "reason": "",
}  # fmt: skip
NEED = {
    "need": "n1", "segment": "citizens", "need_ru": "Знать срок", "need_en": "Know the term",
    "found": "жалобы", "evidence": "журнал", "metric": "digital_take_up",
}  # fmt: skip


def mapped(agency, *links, units=(), checks=(), period=""):
    """Load an agency with a map: each link is the one above with some cells changed."""
    agency.add("inner", [MAP | {"link": f"l{place}"} | row for place, row in enumerate(links)])
    known = [{"unit": unit, "name_ru": unit, "name_en": unit} for unit in ("u1", "u2", "u3")]
    agency.add("units", [row | {"start": dict(units).get(row["unit"], "")} for row in known])
    if checks:
        agency.add("checks", list(checks))
    return agency.metric([50, 60], first="2026-04", n=100).load(period)


def standing(work):
    return client_map.inner_map(work)["link_state"].tolist()


# ---------------------------------------------------------------- needs


def test_a_need_stands_beside_the_value_of_its_metric(agency):
    agency.add("needs", [NEED]).metric([50, 60], first="2026-04", n=100)
    (row,) = client_map.needs(agency.load()).to_dict("records")
    low, high = (100 * end for end in intervals.wilson(60, 100)[1:3])
    assert (row["wish"], row["proof"], row["need_standing"]) == (
        "Знать срок", "журнал", "measured",
    )  # fmt: skip
    assert [row["points"], row["points_low"], row["points_high"]] == pytest.approx([60, low, high])
    wording.use("en")
    assert client_map.needs(agency.load())["wish"].tolist() == ["Know the term"]


@pytest.mark.parametrize(
    ("changed", "standing", "said"),
    [
        ({"metric": ""}, "no_metric", "показателя нет"),
        ({"metric": "lead_days"}, "unmeasured", "нет строки за период"),
        ({"segment": "staff"}, "unmeasured", "нет строки за период"),
    ],
)
def test_a_need_without_a_value_says_why(agency, changed, standing, said):
    agency.add("needs", [NEED | changed]).metric([50, 60], first="2026-04", n=100)
    rows = client_map.needs(agency.load())
    assert rows["need_standing"].tolist() == [standing]
    assert formatting.cell(rows.to_dict("records")[0], "points").shown == said
    assert list(sentences.sentences(rows))


def test_a_need_without_evidence_says_so_and_evidence_names_nobody(agency):
    named = NEED | {"need": "n2", "evidence": "разговор с Ивановым И. И."}
    agency.add("needs", [NEED | {"evidence": ""}, named]).metric([50], first="2026-04", n=100)
    first, second = client_map.needs(agency.load())["proof"]
    assert first == "нет подтверждения" and "Иванов" not in second


def test_a_need_told_in_a_client_s_words_names_nobody(agency):
    agency.add("needs", [NEED | {"need_ru": "Чтобы звонили на 8 900 123-45-67"}])
    work = agency.metric([50, 60], first="2026-04", n=100).load()
    wish = client_map.needs(work)["wish"].tolist() + client_map.gaps(work)["namely"].tolist()
    assert wish[0] == "Чтобы звонили на [скрыто]" and "900" not in str(wish)


def test_gaps_are_found_on_both_sides(agency):
    people = [
        {"respondent": f"r{n}", "metric": "easy", "service": "a", "date": "2026-05-10",
         "level": 4, "segment": "media"}
        for n in range(20)
    ]  # fmt: skip
    agency.add("answers", people)
    agency.add("needs", [NEED | {"metric": ""}, NEED | {"need": "n2", "metric": "lead_days"}])
    agency.metric([50, 60], first="2026-04", n=100)
    found = client_map.gaps(agency.load()).set_index(["miss", "whose"])["namely"].to_dict()
    assert found == {
        ("no_metric", "Граждане"): "Знать срок",
        ("unmeasured", "Граждане"): "Знать срок",
        ("no_need", "Внешние клиенты. В целом"): wording.name("metric", "digital_take_up"),
        ("no_need", f"Внешние клиенты. {wording.word('kpi.effort')}"): wording.name(
            "metric", "easy"
        ),
        ("silent", "Внешние клиенты"): "Средства массовой информации",
    }


def test_no_gap_is_told_apart_from_no_needs(agency):
    agency.add("needs", [NEED]).metric([50, 60], first="2026-04", n=100)
    none = client_map.gaps(agency.load())
    (agency.folder / "needs.csv").unlink()
    unknown = client_map.gaps(agency.load())
    assert none.empty and unknown.empty
    assert formatting.absent(none).startswith("Разрывов нет")
    assert formatting.absent(unknown).startswith("Потребности не записаны")


# ---------------------------------------------------------------- kinds of clients


def test_the_catalogue_holds_the_statuses_and_kinds_of_the_sources():
    rows = catalogues.common()["segments"]
    assert set(rows["status"]) == {"citizen", "business", "servant"}
    assert set(rows.loc[rows["client"] == "external", "kind"]) == {
        *("citizens", "organisations", "authorities", "subordinate"),
        *("companies", "associations", "media"),
    }
    assert rows.loc[rows["client"] == "internal", "status"].unique().tolist() == ["servant"]


def heard(agency):
    people = [
        {"respondent": f"{group}{n}", "metric": metric, "service": "a", "date": "2026-05-10",
         "level": 4, "segment": group}
        for group, many in (("citizens", 12), ("media", 3), ("", 5), ("pilots", 11))
        for n in range(many)
        for metric in ("easy", "solved")
    ]  # fmt: skip
    agency.add("answers", people)
    return agency.add("needs", [NEED, NEED | {"need": "n2", "segment": "authorities"}])


def test_people_are_counted_once_and_silent_groups_are_told(agency):
    rows = client_map.statuses(heard(agency).load()).set_index("client_group")
    assert rows["n"].to_dict() == {
        **dict.fromkeys(rows.index, 0), "citizens": 12, "media": 3, "—": 5, "pilots": 11,
    }  # fmt: skip
    assert rows["hearing"][["citizens", "media", "authorities", "companies", "—"]].tolist() == [
        *("heard", "asked", "noted", "nothing", "unsaid"),
    ]
    assert rows.loc["pilots", "client_status"] == "unknown"
    assert rows["met"].isna().all()


def test_statuses_add_up_their_groups(agency):
    rows = client_map.statuses(heard(agency).load(), "status").set_index("client_status")
    assert rows["n"].to_dict() == {
        "citizen": 12, "business": 3, "servant": 0, "unknown": 11, "unsaid": 5,
    }  # fmt: skip
    assert rows["wishes"].sum() == 2 and rows.loc["servant", "hearing"] == "noted"


def test_few_people_and_few_cases_get_words(agency):
    heard(agency).add("steps", [
        {"case": f"c{n}", "step": "s", "start": "2026-05-01 10:00", "service": "a",
         "segment": "citizens"} for n in range(4)
    ])  # fmt: skip
    rows = client_map.statuses(agency.load()).set_index("client_group").to_dict("index")
    assert formatting.cell(rows["media"], "n").shown == "менее 10"
    assert formatting.cell(rows["citizens"], "met").shown == "менее 10"
    assert formatting.cell(rows["media"], "met").shown == "0"


def test_where_no_case_says_whose_it_is_groups_are_missing_and_not_zero(agency):
    heard(agency).add("steps", [
        {"case": f"c{n}", "step": "s", "start": "2026-05-01 10:00", "service": "a"}
        for n in range(12)
    ])  # fmt: skip
    rows = client_map.statuses(agency.load()).set_index("client_group")
    assert rows.loc["—", "met"] == 12 and rows["met"].drop("—").isna().all()
    assert formatting.cell(rows.loc["citizens"].to_dict(), "met").shown == "нет данных"


def test_an_agency_adds_its_own_groups_by_rows(agency):
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "segments.csv").write_text(
        "segment,ru,en,status,kind\npilots,Лётчики,Pilots,citizen,citizens\n", encoding="utf-8"
    )
    rows = client_map.statuses(heard(agency).load(), "status").set_index("client_status")
    assert "unknown" not in rows.index and rows.loc["citizen", "n"] == 23
    assert wording.name("segment", "pilots") == "Лётчики"


# ---------------------------------------------------------------- map of inner clients


@pytest.mark.parametrize(
    ("changed", "state", "why"),
    [
        ({}, "weak", ""),
        ({"kept": 98}, "holds", ""),
        ({"kept": 80}, "unclear", ""),
        ({"asked": 9, "kept": 0}, "too_little", "too_few"),
        ({"hours": ""}, "no_level", "no_level"),
        ({"asked": ""}, "not_counted", "no_data"),
        ({"kept": ""}, "not_counted", "no_data"),
        ({"kept": 101}, "not_counted", "kept_above"),
    ],
)
def test_what_is_said_of_a_link(agency, changed, state, why):
    row = client_map.inner_map(mapped(agency, changed)).iloc[0]
    assert (row["link_state"], row["in_time_why"]) == (state, why)
    assert np.isnan(row["in_time"]) == bool(why)
    pair = client_map.inner_links(mapped(agency, changed)).iloc[0]
    assert (pair["link_state"], pair["in_time_why"]) == (state, why)


def test_a_unit_is_not_its_own_client(agency):
    with pytest.raises(DataProblems, match="указывает сама на себя: «u1»"):
        mapped(agency, {"taker": "u1"})


@given(st.integers(10, 500), st.data())
def test_more_kept_never_makes_a_link_weaker(asked, data):
    kept = data.draw(st.integers(0, asked - 1))
    order = ["weak", "unclear", "holds"]
    low, high = (order.index(client_map._share(asked, k, 8)[-1]) for k in (kept, kept + 1))
    assert low <= high


def test_links_of_one_pair_are_added_up_and_those_without_a_level_left_aside(agency):
    loose = {"hours": "", "asked": 500, "kept": 0}
    back = {"giver": "u2", "taker": "u1"}
    work = mapped(agency, {"asked": 6, "kept": 6}, {"asked": 14, "kept": 8}, loose, back)
    rows = client_map.inner_links(work)
    assert rows[["giver", "taker", "n"]].to_numpy().tolist() == [
        ["u1", "u2", 20], ["u2", "u1", 100],
    ]  # fmt: skip
    expected = [100 * part for part in intervals.wilson(14, 20)[:3]]
    assert rows.loc[0, ["in_time", "in_time_low", "in_time_high"]].tolist() == pytest.approx(
        expected
    )


def test_the_last_row_of_a_link_counts_and_later_ones_wait_for_their_period(agency):
    old = {"link": "l0", "date": "2026-03-05", "kept": 99}
    work = mapped(agency, {"date": "2026-01-10"}, old, period="2026-04")
    assert client_map.inner_map(work)["done"].tolist() == [99]
    agency.metric([50, 60], first="2026-01", n=100)
    assert client_map.inner_map(agency.load("2026-02"))["done"].tolist() == [55]


def test_weak_links_come_first_and_few_requests_never_make_one(agency):
    work = mapped(
        agency,
        {"giver": "u1", "taker": "u3", "kept": 95},
        {"giver": "u2", "taker": "u1", "asked": 5, "kept": 0},
        {"giver": "u3", "taker": "u1", "hours": ""},
        {"giver": "u1", "taker": "u2", "kept": 60},
        {"giver": "u3", "taker": "u2", "kept": 40},
    )
    rows = client_map.weakest(work)
    assert rows["link_state"].tolist() == ["weak", "weak", "too_little", "no_level", "holds"]
    assert rows["giver"].tolist()[:2] == ["u3", "u1"]
    assert len(list(sentences.sentences(rows))) == 2


@pytest.mark.parametrize(
    ("changed", "units", "expected"),
    [
        ({}, (), ("fresh", "—")),
        ({"changed": "2026-03-01", "reason": "structure"}, (), ("structure", "1 марта 2026")),
        ({"changed": "2026-03-01"}, (), ("unsaid", "1 марта 2026")),
        ({"changed": "2026-01-31", "reason": "process"}, (), ("fresh", "—")),
        ({"changed": "2026-06-10", "reason": "process"}, (), ("fresh", "—")),
        ({}, (("u2", "2026-04-01"),), ("unit", "1 апреля 2026")),
        ({}, (("u3", "2026-04-01"),), ("fresh", "—")),
    ],
)
def test_the_map_is_out_of_date_when_something_changed_after_it(agency, changed, units, expected):
    rows = client_map.inner_map(mapped(agency, changed, units=units))
    assert tuple(rows.loc[0, ["remap", "changed_on"]]) == expected


def test_one_sentence_tells_of_all_links_a_change_touched(agency):
    moved = {"changed": "2026-03-01", "reason": "structure"}
    work = mapped(agency, moved, moved | {"giver": "u3"}, {"giver": "u2", "taker": "u3"})
    (said,) = sentences.sentences(client_map.inner_map(work))
    assert "1 марта 2026" in said and "2 связи" in said


def test_the_six_questions_are_counted_for_the_link_else_for_the_giver(agency):
    row = {"source": "self", "date": "2026-05-01", "answer": 2, "evidence": ""}
    checks = [
        row | {"item": "self_1_who", "visit": "l0", "unit": "", "evidence": "протокол"},
        row | {"item": "self_1_who", "visit": "f1", "unit": "u1"},
        row | {"item": "self_3_help", "visit": "f1", "unit": "u1", "answer": "na"},
        row | {"item": "self_2_attitude", "visit": "f1", "unit": "u1", "evidence": "замер"},
        row | {"item": "sign_errors", "visit": "f1", "unit": "u1"},
    ]
    work = mapped(agency, {}, {"taker": "u3"}, {"giver": "u3"}, checks=checks)
    rows = client_map.inner_map(work)
    assert rows[["replies", "proofs"]].to_numpy().tolist() == [[1, 1], [2, 1], [0, 0]]


def test_the_matrix_is_drawn_with_words_where_there_is_no_figure(agency):
    work = mapped(agency, {}, {"giver": "u2", "taker": "u1", "hours": ""})
    for lang, words in (("ru", ("55\N{NO-BREAK SPACE}%", "слабое звено", "срок не согласован")),
                        ("en", ("55%", "weak link", "no level agreed"))):  # fmt: skip
        wording.use(lang)
        picture = figures.draw_inner_matrix(client_map.inner_links(work))
        drawn = " ".join(shown.get_text() for shown in picture.figure.axes[0].texts)
        for word in words:
            assert word in drawn and word in picture.alt
    takers = [{"taker": f"t{n}", "giver": "g"} for n in range(figures.MANY + 1)]
    rows = pd.DataFrame(takers).assign(in_time=50.0, in_time_low=40.0, in_time_high=60.0,
                                       link_state="weak")  # fmt: skip
    assert {t.get_text() for t in figures.draw_inner_matrix(rows).figure.axes[0].texts} == {"50%"}


# ---------------------------------------------------------------- parity


@pytest.mark.parametrize(
    ("outer", "inner", "either", "word"),
    [
        (0, 0, False, "neither"),
        (3, 0, False, "only_external"),
        (0, 3, True, "only_internal"),
        (4, 2, False, "equal"),
        (5, 2, False, "less_internal"),
        (2, 5, False, "less_external"),
        (900, 20, True, "equal"),
    ],
)
def test_the_word_for_two_counts(outer, inner, either, word):
    assert client_map._balance(outer, inner, either) == word


def test_parity_counts_both_sides_of_everything(agency):
    agency.add("services", [
        {"service": "a", "name_ru": "А", "name_en": "A", "client": "external"},
        {"service": "b", "name_ru": "Б", "name_en": "B", "client": "internal"},
    ])  # fmt: skip
    agency.add("answers", [
        {"respondent": f"{service}{n}", "metric": "easy", "service": service,
         "date": "2026-05-10", "level": 4}
        for service, many in (("a", 40), ("b", 15)) for n in range(many)
    ])  # fmt: skip
    agency.add("needs", [NEED, NEED | {"need": "n2", "segment": "staff"}])
    agency.add("checks", [
        {"item": item, "visit": visit, "source": source, "date": "2026-05-01", "answer": answer}
        for item, visit, source, answer in [
            ("walk_find", "v1", "visitor", 1), ("walk_find", "v2", "visitor", 1),
            ("walk_find", "v3", "visitor", 1), ("walk_find", "v4", "client", 1),
            ("inner_whom", "i1", "visitor", 2), ("inner_whom", "i2", "staff", 2),
                ("inner_whom", "i3", "self", 2), ("outer_1_convenient", "s", "self", 2),
            ("outer_1_convenient", "t", "self", "na"), ("self_1_who", "s", "self", 2),
        ]
    ])  # fmt: skip
    rows = client_map.parity(agency.load()).set_index("aspect")
    assert rows[["external", "internal", "parity"]].to_numpy().tolist() == [
        [1, 1, "equal"], [1, 1, "equal"], [40, 15, "equal"], [3, 1, "less_internal"],
        [1, 1, "equal"],
    ]  # fmt: skip
    assert list(sentences.sentences(client_map.parity(agency.load()))) == [
        "Внимание к внешним и внутренним клиентам неровное:"
        " путь внешнего прошли 3 раза, внутреннего 1."
    ]


def test_parts_of_a_question_count_as_one(agency):
    agency.add("checks", [
        {"item": item, "visit": "s", "source": "self", "date": "2026-05-01", "answer": 2}
        for item in ("outer_2_fast", "outer_2_well", "outer_2_full", "outer_3_displeased",
                     "self_1_who", "self_2_attitude")
    ])  # fmt: skip
    rows = client_map.parity(agency.load()).set_index("aspect")
    assert rows.loc["questions", ["external", "internal"]].tolist() == [2, 2]


def test_what_no_table_tells_of_is_missing_not_zero(agency):
    rows = client_map.parity(agency.metric([50], first="2026-04", n=100).load())
    shown = rows.set_index("aspect").to_dict("index")
    assert formatting.cell(shown["needs"], "external").shown == "нет данных"
    assert formatting.cell(shown["walks"], "internal").shown == "нет данных"
    assert not list(sentences.sentences(rows))


# ---------------------------------------------------------------- horizontal ties


def test_horizontal_ties_are_told_apart_from_those_through_a_head(agency):
    work = mapped(
        agency,
        {"via": "process", "hours": 8, "asked": 40, "kept": 36},
        {"giver": "u2", "taker": "u3", "via": "function", "hours": 24, "asked": 60, "kept": 54},
        {"giver": "u3", "taker": "u1", "via": "manager", "hours": 40, "asked": 50, "kept": 25},
        {"giver": "u1", "taker": "u3", "via": "", "hours": "", "asked": 5, "kept": 5},
    )
    rows = client_map.ties(work).set_index("tie_way")
    assert rows["links"].to_dict() == {"horizontal": 2, "unsaid": 1, "vertical": 1}
    assert rows.loc["horizontal", ["links_share", "agreed_hours", "n", "in_time"]].tolist() == [
        50, 16, 100, 90
    ]  # fmt: skip
    assert rows.loc["vertical", ["agreed_hours", "in_time"]].tolist() == [40, 50]
    for lang, said in {"ru": "через руководителя", "en": "through a head"}.items():
        with wording.speaking(lang):
            lines = formatting.printed(client_map.ties(work))[3]
            assert said in [line[0].plain for line in lines]
            assert len({line[3].plain for line in lines}) == 3


# ---------------------------------------------------------------- agencies


def test_without_any_of_these_tables_everything_says_what_to_bring(agency):
    work = agency.metric([50, 60], first="2026-04", n=100).load()
    made = [
        client_map.needs,
        client_map.gaps,
        client_map.inner_map,
        client_map.inner_links,
        client_map.weakest,
    ]
    for lang in wording.LANGS:
        wording.use(lang)
        for make_table in [*made, client_map.statuses]:
            assert make_table(work).empty and formatting.absent(make_table(work))
        display.show(figures.draw_inner_matrix(client_map.inner_links(work)))
        display.show(client_map.parity(work))


def drawn(plan, seed):
    """The rooms of one seed as a workbook."""
    made = clients.tables(plan, make.rng(plan, seed, "clients"))
    for table, days in (("inner", ("date", "changed")), ("checks", ("date",))):
        for day in days if table in made else ():
            made[table][day] = pd.to_datetime(made[table][day])
    made["services"] = make.services(plan)
    if "units" in made:
        made["units"]["start"] = pd.NaT
    info = {"grain": "month", "name_ru": "О", "name_en": "A"}
    sources = pd.DataFrame(columns=["table", "file"])
    return workbook.Workbook(plan.code, "2026-06", info, made, catalogues.common(), sources)


def test_the_planted_weak_link_is_found_alone_in_most_seeds():
    found = []
    for seed in range(20):
        rows = client_map.weakest(drawn(REGISTRY, seed))
        weak = rows.loc[rows["link_state"] == "weak", ["giver", "taker"]].to_numpy().tolist()
        found.append(weak == [list(WEAK[:2])])
    assert np.mean(found) >= 0.95


def test_the_inspection_is_told_to_draw_its_map_again_and_others_are_not():
    for plan, expected in ((INSPECTION, {"structure"}), (REGISTRY, {"fresh"})):
        assert set(client_map.inner_map(drawn(plan, 1))["remap"]) == expected


def test_ties_by_arrangement_have_no_level_in_the_agency_of_formalism():
    rows = client_map.inner_map(drawn(PAYMENTS, 1)).groupby("tie")["link_state"].agg(set)
    assert rows["informal"] == {"no_level"} and "no_level" not in rows["formal"]


def test_the_archive_brings_almost_nothing():
    assert set(clients.tables(ARCHIVE, make.rng(ARCHIVE, 1, "clients"))) == {"checks"}

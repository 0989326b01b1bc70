"""Answers to checklists with their evidence; accessibility; the behavioural code."""

import numpy as np
import pytest
from demo import clients

from ccwork.language.wording import LANGS, has, name, use
from ccwork.read import catalogues
from ccwork.stages.clients import culture_signs
from ccwork.tell import display, formatting, sentences

SIGNS = ["sign_client_view", "sign_control_points", "sign_responsibility", "sign_errors",
         "sign_leaders_serve"]  # fmt: skip


def row(item, answer, source="self", visit="v", date="2026-05-01", evidence="", unit=""):
    return {
        "item": item, "visit": visit, "source": source, "date": date, "answer": answer,
        "evidence": evidence, "unit": unit,
    }  # fmt: skip


def staff(item, *answers):
    return [row(item, answer, "staff", f"s{n}") for n, answer in enumerate(answers)]


def checked(agency, *rows):
    return agency.metric([50, 60], first="2026-04", n=100).add("checks", list(rows)).load()


def signs(work):
    return culture_signs.questions_answered(work, "culture_signs").set_index("item")


def test_a_checklist_of_ones_own_needs_no_code(agency):
    (agency.folder / "catalogue").mkdir()
    own = "item,form,ru,en\ngreet,frontdesk,Поздоровались ли с вами?,Did they greet you?\n"
    (agency.folder / "catalogue" / "items.csv").write_text(own, encoding="utf-8")
    work = checked(agency, row("greet", 1), row("sign_errors", 2))
    for lang, asked in (("ru", "Поздоровались ли с вами?"), ("en", "Did they greet you?")):
        use(lang)
        (shown,) = culture_signs.own_checklists(work).to_dict("records")
        assert shown["reply_own"] == "1"
        assert [formatting.cell(shown, name).shown for name in ("form", "item")] == [
            "frontdesk",
            asked,
        ]


def test_without_a_checklist_of_ones_own_there_is_none(agency):
    assert culture_signs.own_checklists(checked(agency, row("sign_errors", 2))).empty


def test_every_item_of_a_form_stands_there_answered_or_not(agency):
    rows = signs(checked(agency, row("sign_errors", 1, evidence="журнал")))
    assert rows.index.tolist() == SIGNS
    assert rows["reply_own"].tolist() == ["", "", "", "1", ""]
    assert rows["proof"].tolist() == ["—", "—", "—", "журнал", "—"]
    assert formatting.cell(rows.to_dict("index")["sign_errors"], "reply_own").shown == "отчасти"


def test_a_yes_without_evidence_says_so(agency):
    rows = signs(checked(agency, row("sign_errors", 2)))
    assert rows.loc["sign_errors", ["proof", "proved"]].tolist() == ["нет подтверждения", 0]


def test_evidence_names_nobody(agency):
    rows = signs(checked(agency, row("sign_errors", 2, evidence="сказал Петров П. П.")))
    assert "Петров" not in rows.loc["sign_errors", "proof"]


@pytest.mark.parametrize(
    ("answers", "reply", "fillings"),
    [
        ([2] * 9, "too_few", "менее 10"),
        ([2] * 10, "2", "10"),
        ([0] * 5 + [2] * 5, "0", "10"),
        ([0] * 4 + [1] * 2 + [2] * 4, "1", "10"),
        ([0] * 4 + [2] * 7, "2", "11"),
        (["na"] * 12, "na", "12"),
        (["na"] * 6 + [2] * 6, "2", "12"),
    ],
)
def test_people_are_told_by_their_median_from_ten_on(agency, answers, reply, fillings):
    rows = signs(checked(agency, *staff("sign_errors", *answers)))
    said = rows.to_dict("index")["sign_errors"]
    assert (said["reply_staff"], said["reply_own"]) == (reply, "")
    assert formatting.cell(said, "fillings").shown == fillings


def test_sides_stand_beside_each_other_and_the_lowest_counts(agency):
    work = checked(agency, row("sign_errors", 2), *staff("sign_errors", *[0] * 12),
                   row("sign_errors", 1, "assessor", "x"))  # fmt: skip
    said = signs(work).loc["sign_errors"]
    assert said[["reply_own", "reply_staff", "reply_outside"]].tolist() == ["2", "0", "1"]
    assert said["score"] == 0


def test_the_agency_is_taken_at_its_last_word_in_every_unit(agency):
    work = checked(
        agency,
        row("self_3_help", 0, visit="old", date="2025-01-10", unit="u1"),
        row("self_3_help", 2, visit="new", unit="u1"),
        row("self_3_help", 2, visit="other", date="2025-02-01", unit="u2"),
        row("self_3_help", 1, "assessor", "far", "2024-01-10"),
        row("self_3_help", 2, "assessor", "near", "2026-03-10"),
    )
    rows = culture_signs.questions_answered(work, "questions_inner").set_index("item")
    assert rows.loc["self_3_help", ["reply_own", "reply_outside"]].tolist() == ["2", "2"]


def test_forms_stand_in_the_order_asked_and_fast_well_and_full_are_asked_apart(agency):
    work = checked(agency, row("self_1_who", 2), row("outer_3_displeased", 0, evidence="книга"))
    forms = culture_signs.questions_answered(work, "questions_inner", "questions_outer")["form"]
    assert forms.tolist() == ["questions_inner"] * 6 + ["questions_outer"] * 10
    counts = culture_signs.questions_covered(work, "questions_outer", "questions_inner")
    known = work.catalogues["items"]["kpi"]
    parts = ("outer_2_fast", "outer_2_well", "outer_2_full")
    assert [known[part] for part in parts] == ["speed", "quality", "quality"]
    columns = ["listed", "replied", "lacking", "halfway", "proved"]
    assert counts[columns].to_numpy().tolist() == [[10, 1, 1, 0, 1], [6, 1, 0, 0, 0]]
    first, second = sentences.sentences(counts)
    assert "1 из 10" in first and "1 из 6" in second


def test_all_forms_of_this_room_are_checklists_of_the_catalogue_with_a_source():
    items = catalogues.common()["items"]
    found = items[items["form"].isin(culture_signs.FORMS)]
    assert set(found["form"]) == set(culture_signs.FORMS) and (found["source"] != "").all()
    assert set(clients.FORMS) | {"questions_inner"} == set(culture_signs.FORMS)


# ---------------------------------------------------------------- accessibility


def test_barriers_are_counted_by_part_of_the_service(agency):
    work = checked(
        agency,
        row("access_premises_entrance", 0, evidence="фото"),
        row("access_digital_none", 0),
        row("access_digital_zoom", 1),
        row("access_help_person", 2),
    )
    rows = culture_signs.accessibility(work).set_index("part")
    assert rows.index.tolist() == list(culture_signs.PARTS)
    assert rows["listed"].sum() == (catalogues.common()["items"]["form"] == "accessibility").sum()
    columns = ["replied", "lacking", "halfway", "proved"]
    assert rows[columns].to_numpy().tolist() == [
        [1, 1, 0, 1], [2, 1, 1, 0], [0, 0, 0, 0], [1, 0, 0, 0],
    ]  # fmt: skip


def test_who_is_left_out_is_named_worst_first_with_digital_inequality_marked(agency):
    work = checked(agency, row("access_premises_seats", 0), row("access_digital_phone", 1),
                   row("access_digital_none", 0, evidence="проба"),
                   row("access_help_person", 2))  # fmt: skip
    rows = culture_signs.people_left_out(work)
    assert rows["item"].tolist() == [
        "access_digital_none", "access_premises_seats", "access_digital_phone",
    ]  # fmt: skip
    assert rows["barrier"].tolist() == ["digital", "", "digital"]
    (said,) = sentences.sentences(rows)
    assert "у кого нет интернета" in said


def test_every_item_of_accessibility_says_whom_it_leaves_out():
    items = catalogues.common()["items"]
    for item in items.index[items["form"] == "accessibility"]:
        assert has(f"left_out.{item}"), item


def test_an_item_of_the_agency_itself_is_told_too(agency):
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "items.csv").write_text(
        "item,form,ru,en\nguide,accessibility,Есть ли провожатый?,Is there a guide?\n",
        encoding="utf-8",
    )
    work = checked(agency, row("guide", 0))
    assert culture_signs.people_left_out(work)["deprived"].tolist() == ["часть клиентов"]
    assert culture_signs.accessibility(work)["part"].tolist() == [*culture_signs.PARTS, "other"]


def test_no_barrier_is_told_apart_from_not_looked(agency):
    none = culture_signs.people_left_out(checked(agency, row("access_digital_none", 2)))
    unknown = culture_signs.people_left_out(checked(agency, row("sign_errors", 2)))
    assert none.empty and formatting.absent(none).startswith("Барьеров не отмечено")
    assert unknown.empty and formatting.absent(unknown).startswith("Доступность не проверяли")


# ---------------------------------------------------------------- behavioural code


def test_the_code_of_conduct_serves_four_values_and_says_whose_words_it_uses(agency):
    rows = culture_signs.code_of_conduct(agency.metric([50], first="2026-04").load())
    values = ["empathy", "respect", "honesty", "professionalism"]
    assert rows["worth"].unique().tolist() == values
    assert rows.groupby("worth").size().min() >= 3
    sources = catalogues.common()["conduct"]["source"].to_dict()
    for code, wording in zip(rows["rule"], rows["wording"], strict=True):
        assert (wording == "ours") == sources[code].startswith("our choice")


def test_a_rule_is_checked_by_what_visits_saw(agency):
    answers = [("walk_mended", 2)] * 9 + [("walk_mended", 0)] * 3 + [("walk_honest", 2)] * 4
    agency.add("checks", [
        {"item": item, "visit": f"v{at}", "source": "visitor", "date": "2026-05-01",
         "answer": answer, "evidence": ""} for at, (item, answer) in enumerate(answers)
    ])  # fmt: skip
    work = agency.metric([50, 60], first="2026-05").load()
    rows = culture_signs.code_of_conduct(work).set_index("rule")
    assert rows.loc["honesty_errors", ["lived", "n"]].tolist() == [75, 12]  # 9 of 12
    assert rows["lived_why"][["honesty_cannot", "skill_leader", "respect_time"]].tolist() == [
        "too_few", "no_item", "no_visits"
    ]  # fmt: skip
    assert rows["lived"].notna().sum() == 1


def test_every_item_a_rule_is_checked_by_is_one_of_a_walk():
    known = catalogues.common()
    for codes in known["conduct"]["items"]:
        forms = known["items"]["form"].reindex(codes.split())
        assert forms.isin(["walkthrough", "walkthrough_inner"]).all(), codes


def test_an_agency_edits_the_code_by_rows(agency):
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "conduct.csv").write_text(
        "rule,value,ru,en,seen_ru,status\n"
        "respect_time,respect,Не задерживаю.,I do not delay.,Быстро.,ours\n"
        "empathy_child,empathy,Помогаю с ребёнком.,I help with a child.,,ours\n",
        encoding="utf-8",
    )
    work = agency.metric([50], first="2026-04").load()
    rows = culture_signs.code_of_conduct(work).set_index("rule")
    assert rows.loc["respect_time", "seen_as"] == "Быстро."
    assert rows.loc["empathy_child", "seen_as"] == "—"
    assert name("rule", "respect_time") == "Не задерживаю."
    assert rows["worth"].ne(rows["worth"].shift()).sum() == 4
    use("en")
    assert culture_signs.code_of_conduct(work).set_index("rule").loc[
        "respect_time", "seen_as"
    ] == ("Быстро.")


def test_without_checks_everything_says_what_to_bring(agency):
    work = agency.metric([50], first="2026-04").load()
    for lang in LANGS:
        use(lang)
        for rows in (
            culture_signs.questions_answered(work),
            culture_signs.questions_covered(work),
            culture_signs.accessibility(work),
            culture_signs.people_left_out(work),
        ):
            assert rows.empty and formatting.absent(rows)
        display.show(culture_signs.code_of_conduct(work))
    assert np.isnan(
        culture_signs.questions_answered(checked(agency, row("sign_errors", "na")))["score"]
    ).all()

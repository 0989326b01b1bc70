import re

import make_demo as make
import pytest
from demo import selfchecks
from hypothesis import given
from hypothesis import strategies as st

from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.learn.demo.plan import PLANS
from ccwork.stages.face_the_problem import client_promise
from ccwork.stats.intervals import wilson
from ccwork.tell import display, formatting, sentences


def visit(number, item, score, source="visitor"):
    return {"item": item, "visit": f"{source}{number}", "source": source, "service": "a",
            "date": "2026-05-10", "answer": score}  # fmt: skip


def loaded(agency, *rows, metrics=()):
    agency.add("checks", list(rows))
    base = {"service": "a", "period": "2026-06"}
    uptime = {"metric": "uptime", "value": 99, "n": 100}
    return agency.add("metrics", [base | row for row in (uptime, *metrics)]).load()


def right(work, code):
    return client_promise.rights(work).set_index("right").loc[code]


def free(*scores, source="visitor"):
    return [visit(n, "promise_2_free", score, source) for n, score in enumerate(scores)]


@pytest.mark.parametrize(
    ("k", "n", "said"),
    [
        (35, 35, "kept"), (34, 34, "not_proven"), (9, 9, "not_proven"), (0, 9, "not_proven"),
        (0, 10, "not_kept"), (380, 400, "kept"), (368, 400, "not_proven"), (344, 400, "not_kept"),
    ],
)  # fmt: skip
def test_the_whole_interval_must_reach_the_promised_share(k, n, said):
    assert client_promise.promise_verdict(wilson(k, n), 0.9) == said


@given(st.integers(10, 300), st.data())
def test_one_more_kept_visit_never_makes_it_worse(n, data):
    order = ["not_kept", "not_proven", "kept"]
    k = data.draw(st.integers(0, n - 1))
    before, after = (client_promise.promise_verdict(wilson(some, n), 0.9) for some in (k, k + 1))
    assert order.index(after) >= order.index(before)


def test_a_right_is_kept_in_a_visit_only_when_all_of_it_is(agency):
    comfort = ["7a_air", "7b_water", "7c_toilet", "7d_children", "7e_network"]
    rows = [
        visit(n, f"promise_{part}", 1 if n < 2 and part == "7b_water" else 2)
        for n in range(10)
        for part in comfort
    ]
    row = right(loaded(agency, *rows), "comfort")
    assert (row["kept_share"], row["n"], row["heard"]) == (80, 10, "outside")
    low, high = (100 * end for end in wilson(8, 10)[1:3])
    assert (row["kept_share_low"], row["kept_share_high"]) == pytest.approx((low, high))
    assert row["promise"] == "not_proven"


def test_the_agency_s_own_word_does_not_prove_its_promise(agency):
    row = right(loaded(agency, *free(*[2] * 60, source="self")), "free")
    assert (row["promise"], row["heard"], row["why"]) == ("not_proven", "agency", "only_agency")


def test_staff_who_say_it_is_broken_are_not_outvoted_by_nobody(agency):
    row = right(loaded(agency, *free(0, source="staff")), "free")
    assert (row["promise"], row["heard"]) == ("not_proven", "agency")


def test_nine_visits_give_words_and_ten_give_a_share(agency):
    row = right(loaded(agency, *free(*[0] * 9)), "free")
    assert row["why"] == "too_few" and row["kept_share"] != row["kept_share"]
    row = right(loaded(agency, *free(*[0] * 10)), "free")
    assert (row["promise"], row["kept_share"]) == ("not_kept", 0)


def test_items_that_do_not_apply_are_left_out_not_counted_as_broken(agency):
    row = right(loaded(agency, *free(*[2] * 35, *["na"] * 9)), "free")
    assert (row["n"], row["promise"]) == (35, "kept")


def test_waiting_is_judged_by_the_metric_before_visits(agency):
    rows = [visit(n, "promise_1_wait", 0) for n in range(40)]
    row = right(loaded(agency, *rows), "wait")
    assert (row["promise"], row["heard"]) == ("not_kept", "outside")
    brought = {"metric": "queue_over_15", "value": 4, "n": 1000}
    row = right(loaded(agency, *rows, metrics=[brought]), "wait")
    assert (row["promise"], row["heard"], row["kept_share"]) == ("kept", "metric", 96)
    low, high = (100 * end for end in wilson(960, 1000)[1:3])
    assert (row["kept_share_low"], row["kept_share_high"]) == pytest.approx((low, high))


def test_visits_of_a_year_ago_and_of_inner_services_do_not_count(agency):
    agency.add(
        "services", [{"service": "a", "client": ""}, {"service": "b", "client": "internal"}]
    )
    old = [row | {"date": "2025-06-30"} for row in free(*[2] * 40)]
    brought = {"metric": "queue_over_15", "value": 4, "n": 1000, "service": "b"}
    assert client_promise.rights(loaded(agency, *old, metrics=[brought])).empty


def test_where_nobody_checked_the_words_say_what_to_do(agency):
    work = agency.metric([1, 2], n=100).load()
    assert client_promise.rights(work).empty and client_promise.rights_counted(work).empty
    assert "checks" in formatting.absent(client_promise.rights(work))


def test_the_count_of_rights_adds_up(agency):
    work = loaded(agency, *free(*[2] * 40), visit(1, "promise_plain", 2, "self"))
    row = client_promise.rights_counted(work).iloc[0]
    verdicts = [row[f"{verdict}_rights"] for verdict in client_promise.VERDICTS]
    assert verdicts == [1, 0, 1, row["rights"] - 2]
    for rows in (client_promise.rights(work), client_promise.rights_counted(work)):
        display.show(rows)
        assert all(sentences.sentences(rows))


def test_every_right_rests_on_items_that_exist_and_every_item_of_the_promise_is_used(agency):
    work = agency.metric([1, 2], n=100).load()
    items = work.catalogues["items"]
    used = {code for words in work.catalogues["promise"]["items"] for code in words.split()}
    assert used <= set(items.index)
    assert used >= set(items.index[items["form"] == "promise"])


def test_a_promise_held_against_an_item_that_is_not_there_is_named(agency):
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "promise.csv").write_text(
        "right,ru,en,items,share\nwait,Ждать,Wait,promise_1_wait walk_que,90\n", encoding="utf-8"
    )
    with pytest.raises(DataProblems, match="walk_que.*walk_queue"):
        agency.metric([1, 2], n=100).load()


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_printable_promise_asks_nothing_of_the_net_and_speaks_one_language(agency, lang):
    agency.config |= {"name_ru": "Орган <b>", "name_en": "Agency <b>"}
    before = wording.lang()
    page = client_promise.promise_page(
        agency.metric([1, 2], n=100).load(), lang, hotline="8 800 <1>"
    )
    assert wording.lang() == before
    assert f'lang="{lang}"' in page and "@page { size: A4" in page
    assert not re.search(r"https?:|url\(|<script|<link|<img|<iframe|@import", page)
    assert page.count("<li>") == 8 and "&lt;b&gt;" in page and "8 800 &lt;1&gt;" in page
    assert bool(re.search("[а-яё]", page, re.IGNORECASE)) == (lang == "ru")


def test_an_agency_prints_its_own_promise_by_rows_of_its_own(agency):
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "promise.csv").write_text(
        "right,ru,en,items,share,posted\n"
        "wait,Вы ждёте не дольше 10 минут.,You wait no longer than 10 minutes.,,90,yes\n"
        "call,Мы перезвоним за час.,We call back within an hour.,,90,yes\n"
        "comfort,-,-,,90,no\n",
        encoding="utf-8",
    )
    page = client_promise.promise_page(agency.metric([1, 2], n=100).load())
    assert "не дольше 10 минут" in page and "перезвоним" in page
    assert "15 минут" not in page and "кондиционер" not in page and page.count("<li>") == 8


PLANTED = {
    "registry": {"kept": "free", "not_kept": "comfort"},
    "payments": {"kept": "posted", "not_kept": "wait"},
    "inspection": {"not_proven": "free"},
}
"""Verdict -> a right of which it must be said; the small agency has no promise."""


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.code)
def test_what_was_planted_in_the_promises_is_found(agency, plan):
    drawn = selfchecks.tables(plan, make.rng(plan, make.SEED, "selfchecks"))
    planted = PLANTED.get(plan.code, {})
    rows = drawn["checks"].astype(object).fillna("").to_dict("records") if drawn else []
    outer = [row | {"service": ""} for row in rows if row["item"].startswith("promise")]
    work = loaded(agency, *outer) if outer else agency.metric([1, 2], n=100).load()
    said = client_promise.rights(work).set_index("right")["promise"]
    for verdict in client_promise.VERDICTS:
        if verdict in planted:
            assert said[planted[verdict]] == verdict
    assert len(said) == (10 if planted else 0)

import datetime

import numpy as np
import pandas as pd
import pytest
from conftest import sample

from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.stages.clients import culture_signs
from ccwork.stages.face_the_problem import client_promise, complaints
from ccwork.tell import formatting, sentences

WORDS = pd.DataFrame({"novelty": ["c1"], "verdict_word": ["accept"]})
CHANGE = {
    "change": "c1", "service": "a", "kind": "work_process", "reach": "organisational",
    "touches": "work_logic", "act": "rule", "pain": "delay", "started": "2026-01-01",
    "metric": "satisfaction", "assigned": "everywhere",
}  # fmt: skip


def row(number, date="2026-06-01", **more):
    return {
        "complaint": f"J{number:03}", "date": date, "service": "a", "came_by": "online",
        "theme": "delay", "right": "", "answered": "", "repeated": "", "fault": "", "mended": "",
        "mended_ru": "", "shared": "", "words": "", "publish_ok": "no",
    } | more  # fmt: skip


def loaded(agency, rows, **tables):
    for name, own in tables.items():
        agency.add(name, own)
    return agency.add("complaints", rows).counts([1, 2, 3, 4, 50], first="2026-06").load()


def answered(*days, first=0, **more):
    """Complaints of the first of June answered after so many days; None: not yet."""
    since = datetime.date(2026, 6, 1)
    return [
        row(first + at, answered="" if day is None else since + datetime.timedelta(day), **more)
        for at, day in enumerate(days)
    ]


def told(rows, key, code):
    return rows.set_index(key).loc[code]


# ---------------------------------------------------------------- answers


def test_those_still_waiting_count_for_as_long_as_they_wait(agency):
    """Of eleven six are answered: half of all by day 10, though half of the six by day 5.

    S(2) = 10/11, S(4) = 8/11 with log-log limits from 0.37, S(8) = 6/11, S(10) = 5/11 up to 0.71.
    """
    work = loaded(agency, answered(2, 4, 4, 6, 8, 10, *[None] * 5))
    every = told(complaints.complaints_answered(work), "counted_by", "all")
    assert (every["n"], every["left_open"]) == (11, 5)
    assert every[["days_taken", "days_taken_low"]].tolist() == [10, 4]
    assert np.isnan(every["days_taken_high"])


def test_too_many_open_give_a_word_and_no_number(agency):
    (row,) = (
        complaints.complaints_answered(loaded(agency, answered(3, *[None] * 10)))
        .query("counted_by == 'all'")
        .to_dict("records")
    )
    assert formatting.cell(row, "days_taken").shown == "не посчитать, много незавершённых"


def test_an_answer_after_the_period_is_not_known_yet(agency):
    agency.counts(*[[1, 2, 3, 4, 50]] * 6, first="2026-01")
    rows = [row(n, "2026-03-01", answered="2026-03-05" if n else "2026-05-01") for n in range(10)]
    every = told(
        complaints.complaints_answered(loaded_at(agency, rows, "2026-03")), "counted_by", "all"
    )
    assert (every["n"], every["left_open"]) == (10, 1)


def loaded_at(agency, rows, period):
    return agency.add("complaints", rows).load(period)


def test_shares_are_of_those_of_whom_it_is_known(agency):
    rows = answered(*[5] * 12)
    for at, each in enumerate(rows):
        each |= {"mended": "2026-06-20"} if at < 3 else {}
        each["repeated"] = "" if at < 2 else "yes" if at < 5 else "no"
    every = told(complaints.complaints_answered(loaded(agency, rows)), "counted_by", "all")
    assert every[["mended_share", "again_share"]].tolist() == pytest.approx([25.0, 30.0])


def test_few_get_words_and_so_does_what_would_tell_them(agency):
    rows = answered(*[5] * 26) + answered(*[5] * 4, first=30, theme="papers")
    rows += answered(*[5] * 12, first=40, theme="manner")
    table = complaints.complaints_answered(loaded(agency, rows))
    rows = {row["complained"]: row for row in table.to_dict("records")}
    shown = {code: formatting.cell(row, "n").shown for code, row in rows.items()}
    hidden = "не показано, чтобы не узнали число меньше 10"
    assert shown == {
        "all": "42", "delay": "26", "manner": hidden, "papers": "менее 10", "online": "42",
    }  # fmt: skip
    assert formatting.cell(rows["papers"], "days_taken").shown == "менее 10"


def test_words_are_shown_only_where_released_and_name_nobody(agency):
    rows = answered(
        3, words="Ждал месяц, звонил Иванов Иван Иванович", publish_ok="yes", mended="2026-06-05",
        mended_ru="Назначили второго сотрудника.",
    )  # fmt: skip
    rows += answered(4, first=1, words="Секрет")
    theme = told(complaints.complaints_answered(loaded(agency, rows)), "counted_by", "theme")
    assert "Ждал месяц" in theme["words_said"] and "Иванов" not in theme["words_said"]
    assert "Секрет" not in theme["words_said"]
    assert theme["mended_said"] == "Назначили второго сотрудника."


def test_it_is_said_in_a_sentence_in_both_languages(agency):
    work = loaded(agency, answered(2, 4, 4, 6, 8, 10, *[None] * 5))
    for lang, said in (("ru", "Половина людей получает ответ"), ("en", "Half of the people get")):
        wording.use(lang)
        (line,) = sentences.sentences(complaints.complaints_answered(work))
        assert line.startswith(said)


def test_no_table_is_no_zero(agency):
    work = agency.counts([1, 2, 3, 4, 50], first="2026-06").load()
    for table in (complaints.complaints_answered(work), complaints.errors_owned(work)):
        assert table.empty and formatting.absent(table)
    assert complaints.pains_answered(work, WORDS).empty
    assert complaints.breaches(work).isna().all() and not complaints.errors_mended(work)


def test_an_answer_before_its_complaint_is_named_with_its_cell(agency):
    with pytest.raises(DataProblems) as found:
        loaded(agency, [row(1, answered="2026-05-30")])
    assert [(p.code, p.cells) for p in found.value.problems] == [("done_before", ("G2",))]


# ---------------------------------------------------------------- the promise


def test_what_is_called_in_stands_beside_the_right_it_breaks(agency):
    rows = answered(*[5] * 12, right="respect", came_by="hotline")
    rows += answered(*[5] * 2, first=20, right="wait", came_by="supervisor")
    rows += answered(5, first=30, right="wait", came_by="self_found")
    checks = [
        {"item": "promise_2_free", "visit": f"v{n}", "source": "visitor", "service": "a",
         "date": "2026-05-10", "answer": 2} for n in range(40)
    ]  # fmt: skip
    rights = client_promise.rights(loaded(agency, rows, checks=checks))
    shown = {r["right"]: formatting.cell(r, "reported").shown for r in rights.to_dict("records")}
    assert [shown[code] for code in ("respect", "wait", "free")] == ["12", "менее 10", "0"]


def test_complaints_that_name_no_right_say_nothing_of_the_promise(agency):
    assert complaints.breaches(loaded(agency, answered(5))).isna().all()


# ---------------------------------------------------------------- own errors


def errors(agency):
    """Twelve found by ourselves and mended in 2 days, but for two; ten owned of twelve told."""
    own = [
        row(n, came_by="self_found", theme="mistake", mended="2026-06-03" if n < 10 else "",
            shared="yes" if n < 6 else "no") for n in range(12)
    ]  # fmt: skip
    theirs = [row(20 + n, fault="yes" if n < 10 else "no") for n in range(12)]
    return own + theirs


def test_errors_found_by_ourselves_stand_apart_from_those_clients_found(agency):
    rows = complaints.errors_owned(loaded(agency, errors(agency))).set_index("found_by")
    assert rows["n"].to_dict() == {"own": 12, "client": 10}
    assert rows.loc["own", ["mended_share", "lessons"]].tolist() == pytest.approx(
        [83.33, 50], 1e-3
    )
    assert rows.loc["own", "days_taken"] == 2 and rows.loc["client", "days_taken_why"]
    assert rows.loc["client", "mended_share"] == 0


def test_an_error_found_and_mended_proves_the_sign_that_lacks_evidence(agency):
    said = {"visit": "own", "source": "self", "date": "2026-06-10", "answer": 2}
    checks = [said | {"item": item} for item in ("sign_errors", "sign_client_view")]
    work = loaded(agency, errors(agency), checks=checks)
    rows = culture_signs.questions_answered(work, "culture_signs").set_index("item")
    assert rows.loc["sign_errors", "proof"] == wording.word("proof.log")
    assert rows["proved"].sum() == 1
    assert rows.loc["sign_client_view", "proof"] == wording.word("proof.none")


def test_an_error_not_mended_proves_nothing(agency):
    work = loaded(agency, [row(1, came_by="self_found")])
    assert not complaints.errors_mended(work)


# ---------------------------------------------------------------- pain, change, reaction


def around(before, after):
    """So many complaints in the year before 2026 and in its first half."""
    first = [row(0, "2025-01-01")] + [row(n, "2025-06-01") for n in range(1, before)]
    return first + [row(500 + n, "2026-03-01") for n in range(after)]


def reaction(agency, rows, **more):
    work = loaded(agency, rows, changes=[CHANGE | more])
    return complaints.pains_answered(work, WORDS).iloc[0]


def test_complaints_a_day_are_compared_over_unlike_stretches(agency):
    """(10/181) / (40/365) = 0.504; p = 10/50, Wilson 0.1124 to 0.3304: 0.255 to 0.995."""
    one = reaction(agency, around(40, 10))
    assert one[["complained_before", "complained_after"]].tolist() == [40, 10]
    assert one[["left_share", "left_share_low", "left_share_high"]].tolist() == pytest.approx(
        [50.41, 25.54, 99.49], abs=0.02
    )
    assert (one["verdict"], one["verdict_word"]) == ("better", "accept")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [(40, 14, "not_proven"), (20, 40, "worse"), (40, 2, "better"), (5, 4, "too_little")],
)
def test_the_word_goes_by_the_whole_interval(agency, before, after, said):
    one = reaction(agency, around(before, after))
    assert one["verdict"] == said
    assert np.isnan(one["left_share"]) == (min(before, after) < 10)


def test_other_themes_services_and_own_finds_are_no_reaction(agency):
    rows = around(40, 10) + [
        row(900 + n, "2026-03-01", **more)
        for n, more in enumerate(({"theme": "papers"}, {"service": ""}, {"came_by": "self_found"}))
    ]
    assert reaction(agency, rows)["complained_after"] == 10


def test_a_change_of_two_months_has_no_word_yet(agency):
    assert reaction(agency, around(40, 30), started="2026-05-01")["verdict"] == "too_little"


def test_the_samples_tell_of_a_pain_that_eased_and_of_one_that_an_order_did_not_ease():
    work = sample("registry")
    words = pd.DataFrame({"novelty": ["daily_approval"], "verdict_word": ["accept"]})
    rows = complaints.pains_answered(work, words).set_index("novelty")["verdict"]
    assert rows.to_dict() == {"daily_approval": "better", "polite_order": "not_proven"}
    slow = sample("payments")
    days = [complaints.complaints_answered(each)["days_taken"].iloc[0] for each in (work, slow)]
    assert days[0] < 10 and days[1] > 30

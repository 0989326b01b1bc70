"""Tables with counts a level, invented in the shape of each tool: recognised, mapped, read."""

import csv
import tomllib

import pandas as pd
import pytest

from ccwork.language import wording
from ccwork.read import agency_folder
from ccwork.read.proposal import written_mapping

FACTS = 'name_ru = "Орган"\nname_en = "Agency"\ngrain = "{grain}"\ndata_date = 2026-06-30\n'
A11 = ["standardized_question_number", "standardized_question_identifier",
       "customized_question_text", *[f"likert_scale_{n}" for n in range(1, 6)],
       "response_volume", "notes", "start_date", "end_date"]  # fmt: skip
QUARTER = ["", "2026-01-01", "2026-03-31"]
FIVE = [1, 2, 3, 40, 50]
RATED = [f"rating_{n}" for n in range(1, 6)]

FILES = {
    "a11_v1": ([A11, ["1", "answer_01", "I am satisfied", *FIVE, 96, *QUARTER],
                ["4", "answer_04", "It was easy", 0, 0, 1, 2, 7, 10, *QUARTER],
                ["6", "answer_06", "I was treated fairly", 1, 1, 1, 1, 1, 5, *QUARTER]],
               {1: "Permits"},
               {("satisfaction", "Permits", "2026Q1"): FIVE,
                ("easy", "Permits", "2026Q1"): [0, 0, 1, 2, 7]}),
    "mkgu": ([["filial_name", "count_phone_numbers", "count_factors", "all_scores",
               *[f"score_{n}" for n in range(1, 6)], "rating"],
              ["МФЦ № 1", 20, 5, 96, *FIVE, 4.42], ["МФЦ № 2", 3, 5, 10, 0, 0, 1, 2, 7, 4.6]],
             {1: "satisfaction", 2: "2026-03"},
             {("satisfaction", "МФЦ_1", "2026-03"): FIVE,
              ("satisfaction", "МФЦ_2", "2026-03"): [0, 0, 1, 2, 7]}),
    "uk_performance": ([["_id", "_timestamp", "service", "period", *RATED, "total"],
                        ["a", "2026-02-02T00:00:00", "carers", "week", *FIVE, 96]],
                       {1: "2026-02"}, {("satisfaction", "carers", "2026-02"): FIVE}),
    "uk_performance_made": ([["_timestamp", "_start_at", "_end_at", *RATED, "num_responses"],
                             ["2026-02-01T00:00:00+00:00", "2026-02-01T00:00:00+00:00",
                              "2026-03-01T00:00:00+00:00", *FIVE, 96]],
                            {1: "carers"}, {("satisfaction", "carers", "2026-02"): FIVE}),
    "uk_performance_sums": ([["_start_at", "_end_at", *[f"{each}:sum" for each in RATED],
                              "total:sum"], ["2026-01-01", "2026-02-01", *FIVE, 96]],
                            {1: "carers"}, {("satisfaction", "carers", "2026-01"): FIVE}),
    "words_down": ([["Service", "Month", "Very satisfied", "Satisfied",
                     "Neither satisfied or dissatisfied", "Dissatisfied", "Very dissatisfied"],
                    ["Passports", "2026-02", *reversed(FIVE)]],
                   {}, {("satisfaction", "Passports", "2026-02"): FIVE}),
    "words_ru": ([["Услуга", "Месяц", "Очень плохо", "Плохо", "Нормально", "Хорошо", "Отлично"],
                  ["Справки", "март 2026", *FIVE], ["Пропуска", "март 2026", 0, "-", 1, 2, 7]],
                 {1: "satisfaction"},
                 {("satisfaction", "Справки", "2026-03"): FIVE,
                  ("satisfaction", "Пропуска", "2026-03"): [0, None, 1, 2, 7]}),
}  # fmt: skip


def written(folder, rows):
    grain = "quarter" if rows[0] == A11 else "month"
    (folder / "agency.toml").write_text(FACTS.format(grain=grain), encoding="utf-8")
    path = folder / "выгрузка.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)
    return path


def read(path, answers):
    made = written_mapping.proposed(path, answers)
    path.with_suffix(".toml").write_text(made.text, encoding="utf-8")
    return made, agency_folder.read_folder(path.parent)


@pytest.mark.parametrize("tool", FILES)
def test_counts_a_level_are_recognised_and_read(tmp_path, tool):
    rows, answers, expected = FILES[tool]
    made, whole = read(written(tmp_path, rows), answers)
    assert made.meaning.table == "counts" and len(made.meaning.questions) == len(answers)
    assert not [str(problem) for problem in whole.problems if problem.grave]
    found: dict = {}
    for row in whole.tables["counts"].to_dict("records"):
        count = None if pd.isna(row["count"]) else row["count"]
        who = row["metric"], row["service"], str(row["period"])
        found.setdefault(who, {})[row["level"]] = count
    assert found == {who: dict(enumerate(counts, 1)) for who, counts in expected.items()}


def test_questions_of_no_metric_are_left_out_and_told(tmp_path):
    made, whole = read(written(tmp_path, FILES["a11_v1"][0]), {1: "Permits"})
    assert "standardized_question_number 6" in made.meaning.unused
    said = tomllib.loads(made.text)
    assert said["only"] == {"standardized_question_number": ["1", "2", "3", "4", "5"]}
    assert set(whole.tables["counts"]["metric"]) == {"satisfaction", "easy"}


def test_levels_that_do_not_come_to_their_sum_are_named(tmp_path):
    rows, answers, _ = FILES["mkgu"]
    rows = [rows[0], rows[1], [*rows[2][:3], 11, *rows[2][4:]]]
    _, whole = read(written(tmp_path, rows), answers)
    (wrong,) = [problem for problem in whole.problems if problem.code == "sum_unequal"]
    assert wrong.cells == ("D3",) and not wrong.grave and len(whole.tables["counts"]) == 10
    for lang, said in (("ru", "не сходятся с их суммой"), ("en", "do not come to their sum")):
        wording.use(lang)
        assert said in str(wrong)


@pytest.mark.parametrize("rows", [
    [["Услуга", "Месяц", *FILES["words_ru"][0][0][2:]], ["Справки", "2026-03", "1 %", *FIVE[1:]]],
    [["Услуга", "Месяц", "Очень плохо", "Хорошо"], ["Справки", "2026-03", 3, 4]],
    [["Респондент", *[f"score_{n}" for n in range(1, 6)]], ["a", *[5] * 5], ["b", *[3] * 5]],
], ids=["shares", "not all levels", "five questions"])  # fmt: skip
def test_what_only_looks_like_counts_is_not_read_so(tmp_path, rows):
    assert written_mapping.proposed(written(tmp_path, rows)).meaning.table != "counts"


@pytest.mark.parametrize(("first", "last", "code"), [
    ("2026-02-01", "2026-02-28", "2026-02"), ("2025-10-01", "2026-01-01", "2025Q4"),
    ("2025-01-01", "2025-12-31", "2025"), ("2026-02-01", "2026-04-30", None),
    ("2026-01-01", "2026-01-14", None)])  # fmt: skip
def test_a_period_is_told_by_its_first_and_last_day(tmp_path, first, last, code):
    rows = [A11, ["1", "answer_01", "I am satisfied", *FIVE, 96, "", first, last]]
    said = tomllib.loads(written_mapping.proposed(written(tmp_path, rows)).text)
    assert said["words"].get("period") == ({first: code} if code else None)

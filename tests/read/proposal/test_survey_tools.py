"""Exports of survey tools, invented in the shape of each: recognised, mapped, read."""

import csv
import json
import tomllib

import pytest

from ccwork.read import agency_folder
from ccwork.read.proposal import survey_tools, written_mapping

FACTS = 'name_ru = "Орган"\nname_en = "Agency"\ngrain = "month"\ndata_date = 2026-06-30\n'
EASY, MARK = "Решить вопрос было легко", "Ваша оценка"
QUALTRICS = ["StartDate", "EndDate", "Status", "IPAddress", "Progress", "Finished",
             "RecordedDate", "ResponseId", "RecipientEmail", "Q1", "Q2"]  # fmt: skip
DAYS = [f"2026-05-0{n} 10:00:00" for n in (1, 2, 3)]
PEOPLE = list(zip(("r1", "r2", "r3"), DAYS, ("Согласен", "Не согласен", "Согласен"), "513",
                  strict=True))  # fmt: skip
"""Code, time, answer in words, mark of three people."""

FILES = {
    "google_forms": [["Отметка времени", EASY, MARK],
                     *[[day, word, mark] for _, day, word, mark in PEOPLE]],
    "yandex_forms": [["ID", "Время создания", EASY, MARK], *map(list, PEOPLE)],
    "limesurvey_codes": [["id", "submitdate", "lastpage", "startlanguage", "seed", EASY, MARK],
                         *[[who, day, "3", "ru", "71", word, mark]
                           for who, day, word, mark in PEOPLE]],
    "limesurvey_texts": [["Response ID", "Date submitted", "Last page", "Start language", "Seed",
                          EASY, MARK],
                         *[[who, day, "3", "ru", "71", word, mark]
                           for who, day, word, mark in PEOPLE]],
    "kobo": [["start", "end", EASY, MARK, "_id", "_uuid", "_submission_time", "_submitted_by",
              "_index"],
             *[[DAYS[0], DAYS[0], word, mark, who, f"u{who}", day.replace(" ", "T"), "", str(n)]
               for n, (who, day, word, mark) in enumerate(PEOPLE, 1)]],
    "odk": [["SubmissionDate", "start", EASY, MARK, "meta-instanceID", "KEY", "SubmitterID",
             "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Status", "ReviewState",
             "DeviceID", "Edits", "FormVersion"],
            *[[f"{day.replace(' ', 'T')}.000Z", DAYS[0], word, mark, f"uuid:{who}", f"uuid:{who}",
               "5", "", "0", "0", "", "", "", "0", "1"] for who, day, word, mark in PEOPLE]],
    "qualtrics": [QUALTRICS, ["Start Date", "End Date", "Response Type", "IP Address", "Progress",
                              "Finished", "Recorded Date", "Response ID", "Recipient Email",
                              EASY, MARK],
                  [json.dumps({"ImportId": f"c{n}"}) for n in range(11)],
                  *[[DAYS[0], DAYS[0], "0", "10.0.0.1", "100", "1", day, who, "", word, mark]
                    for who, day, word, mark in PEOPLE]],
    "surveymonkey": [["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address",
                      "First Name", EASY, MARK],
                     ["", "", "", "", "", "", "Response", "Response"],
                     *[[who, "40", DAYS[0], day, "10.0.0.1", "", word, mark]
                       for who, day, word, mark in PEOPLE]],
}  # fmt: skip


@pytest.mark.parametrize("tool", FILES)
def test_an_export_is_recognised_and_reads_with_two_answers(tmp_path, tool):
    assert survey_tools.survey_tool(FILES[tool]).name == tool
    (tmp_path / "agency.toml").write_text(FACTS, encoding="utf-8")
    path = tmp_path / "выгрузка.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(FILES[tool])
    made = written_mapping.proposed(path, {1: "satisfaction", 2: "Справки"})
    assert [question.about for question in made.meaning.questions] == ["metric", "service"]
    assert made.meaning.unused == []
    path.with_suffix(".toml").write_text(made.text, encoding="utf-8")
    read = agency_folder.read_folder(tmp_path)
    assert not [str(problem) for problem in read.problems if problem.grave]
    found = read.tables["answers"]
    days = found["date"].astype(str)
    assert sorted(zip(found["metric"], days, found["level"], strict=True)) == [
        ("easy", "2026-05-01", 4), ("easy", "2026-05-02", 2), ("easy", "2026-05-03", 4),
        ("satisfaction", "2026-05-01", 5), ("satisfaction", "2026-05-02", 1),
        ("satisfaction", "2026-05-03", 3)]  # fmt: skip
    if tool not in ("google_forms", "odk"):
        assert set(found["respondent"]) == {"r1", "r2", "r3"}


@pytest.mark.parametrize(("tool", "personal"), [
    ("qualtrics", ["IPAddress / IP Address", "RecipientEmail / Recipient Email"]),
    ("surveymonkey", ["IP Address", "First Name"]),
    ("kobo", ["_submitted_by"]),
    ("odk", ["SubmitterID", "SubmitterName", "DeviceID"]),
])  # fmt: skip
def test_what_a_tool_knows_of_people_is_said_and_not_read(tmp_path, tool, personal):
    path = tmp_path / "answers.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(FILES[tool])
    made = written_mapping.proposed(path)
    assert made.meaning.personal == personal
    assert set(personal) <= set(tomllib.loads(made.text)["not_needed"]["columns"])


def test_a_row_of_headings_less_is_no_answer_lost():
    one_row = [FILES["surveymonkey"][0], *FILES["surveymonkey"][2:]]
    american = [[cell.replace(DAYS[0], "05/01/2026") for cell in row] for row in one_row]
    for rows, held in ((FILES["surveymonkey"], [0, 1]), (one_row, [0]), (american, [0])):
        assert survey_tools.survey_tool(rows).heading_rows(rows) == held


def test_a_table_that_only_looks_like_one_is_no_export():
    assert survey_tools.survey_tool([["id", "submitdate", EASY]]) is None
    assert survey_tools.survey_tool([[EASY, "Timestamp"]]) is None
    assert survey_tools.survey_tool([]) is None


def test_a_question_that_looks_like_a_code_does_not_take_the_place_of_the_tools_own(tmp_path):
    rows = [["Номер окна", *FILES["kobo"][0]], *[["4", *row] for row in FILES["kobo"][1:]]]
    path = tmp_path / "answers.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)
    said = tomllib.loads(written_mapping.proposed(path).text)["columns"]
    assert said == {"respondent": "_id", "date": "_submission_time"}


TICKS = [f"{side}_{what}" for side in ("positive", "negative")
         for what in ("effectiveness", "ease", "other")]  # fmt: skip


def a11_v2(folder, answers, thumbs, more=()):
    """Read answers to the four questions of A-11 v2: a thumb up (1) or down (0), and ticks."""
    (folder / "agency.toml").write_text(FACTS, encoding="utf-8")
    rows = [["external_id", "question_1", *TICKS, "question_4", *more]]
    rows += [[f"r{n}", thumb, 1, 0, "null", 0, 1, 0, "text", *"2" * len(more)]
             for n, thumb in enumerate(thumbs)]  # fmt: skip
    path = folder / "a11.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)
    made = written_mapping.proposed(path, answers)
    path.with_suffix(".toml").write_text(made.text, encoding="utf-8")
    return made, agency_folder.read_folder(folder)


def test_thumbs_of_a11_v2_are_the_ends_of_the_scale_and_ticks_are_told(tmp_path):
    answers = {1: "trust_agency", 2: "Permits", 3: "2026-03-31"}
    made, whole = a11_v2(tmp_path, answers, "110")
    assert [q.about for q in made.meaning.questions] == ["metric", "service", "date"]
    assert made.meaning.unused == [*TICKS, "question_4"]
    assert not [str(problem) for problem in whole.problems if problem.grave]
    found = whole.tables["answers"]
    assert list(zip(found["respondent"], found["level"], strict=True)) == [
        ("r0", 5), ("r1", 5), ("r2", 1)]  # fmt: skip


def test_marks_beside_thumbs_are_not_turned_into_thumbs(tmp_path):
    made, _ = a11_v2(tmp_path, {}, "110", [MARK])
    assert "level" not in made.meaning.words

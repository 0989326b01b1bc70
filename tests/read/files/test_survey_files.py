"""Files of statistics programs: labels, questions, what the survey calls missing, dates."""

import struct
import tomllib
from datetime import datetime

import pandas as pd
import pyreadstat
import pytest

from ccwork.language.problems import DataProblems
from ccwork.read import agency_folder
from ccwork.read.files import file_sheets
from ccwork.read.files.faults import Fault
from ccwork.read.files.survey_files import survey_rows
from ccwork.read.proposal.written_mapping import proposed, write_mapping

ROWS = pd.DataFrame({"id": [1.0, 2.0, 3.0], "q1": [1.0, 5.0, 99.0], "q2": [2.0, 1.0, 2.0]})


@pytest.mark.parametrize("suffix", ["sav", "zsav"])
def test_values_stand_by_their_labels_and_missing_ones_by_theirs(tmp_path, suffix):
    path = tmp_path / f"answers.{suffix}"
    pyreadstat.write_sav(
        ROWS, path, column_labels=["Number", "Content?", "Easy?"], compress=suffix == "zsav",
        variable_value_labels={"q1": {1: "bad", 5: "good", 99: "refused"},
                               "q2": {1: "no", 2: "yes"}},
        missing_ranges={"q1": [99]},
    )  # fmt: skip
    assert survey_rows(path.name, path.read_bytes())[0] == [
        ["id", "q1", "q2"], ["Number", "Content?", "Easy?"],
        ["1", "bad", "yes"], ["2", "good", "no"], ["3", "refused", "yes"]]  # fmt: skip


def test_labels_at_the_ends_of_a_scale_leave_the_codes(tmp_path):
    path = tmp_path / "answers.sav"
    rows = ROWS.assign(q1=[1.0, 3.0, 5.0])
    pyreadstat.write_sav(rows, path, variable_value_labels={"q1": {1: "bad", 5: "good"}})
    assert [row[1] for row in survey_rows(path.name, path.read_bytes())[0][2:]] == ["1", "3", "5"]


def test_questions_called_q1_and_q2_are_no_quarters(tmp_path):
    path = tmp_path / "answers.sav"
    days = pd.to_datetime(["2026-03-15", "2026-04-16", "2026-04-17"]).date
    rows = ROWS.assign(q1=[1.0, 3.0, 5.0], day=days)
    pyreadstat.write_sav(rows, path, column_labels=["Number", "Content?", "Fast?", "Day"])
    made = proposed(path, {1: "satisfaction, fast_enough", 2: "desk"}).meaning
    assert made.table == "answers" and made.columns["date"] == "day / Day"
    assert [each.answer for each in made.questions] == ["satisfaction, fast_enough", "desk"]


def test_stata_reads_as_well_and_a_spoilt_file_is_named(tmp_path):
    path = tmp_path / "answers.dta"
    pyreadstat.write_dta(ROWS, path, variable_value_labels={"q2": {1: "no", 2: "yes"}})
    assert [row[2] for row in survey_rows(path.name, path.read_bytes())[0][2:]] == [
        "yes",
        "no",
        "yes",
    ]
    with pytest.raises(Fault, match="damaged"):
        survey_rows(path.name, b"no such file")
    (problem,) = file_sheets.book("answers.sav", b"no such file").problems
    assert problem.code == "damaged" and problem.file == "answers.sav"


@pytest.mark.parametrize(("first", "told"), [(1, "1"), (1.5, "1.5")])
def test_what_nobody_answered_is_no_zero_beside_what_stata_calls_missing(tmp_path, first, told):
    path = tmp_path / "answers.dta"
    rows = pd.DataFrame({"level": [first, "a", None, "b"], "text": ["a", "b", "", "d"]})
    pyreadstat.write_dta(
        rows, path, missing_user_values={"level": ["a", "b"]},
        variable_value_labels={"level": {5: "good", "a": "refused"}},
    )  # fmt: skip
    assert survey_rows(path.name, path.read_bytes())[0][2:] == [
        [told, "a"], ["refused", "b"], ["", ""], ["no data", "d"]]  # fmt: skip


def test_lengths_of_time_keep_their_days_and_months_and_quarters_their_names(tmp_path):
    path = tmp_path / "answers.sav"
    march = (datetime(2026, 3, 5) - datetime(1582, 10, 14)).total_seconds()
    rows = pd.DataFrame({"waited": [95400.0, 60.0], "on_line": [93600.0, 99.0],
                         "month": [march, march], "quarter": [march, None]})  # fmt: skip
    pyreadstat.write_sav(
        rows, path, missing_ranges={"on_line": [99]},
        variable_format={"waited": "TIME8", "on_line": "DTIME12", "month": "MOYR8",
                         "quarter": "QYR8"},
    )  # fmt: skip
    assert survey_rows(path.name, path.read_bytes())[0][2:] == [
        ["26:30:00", "26:00:00", "2026-03", "2026Q1"], ["00:01:00", "no data", "2026-03", ""]
    ]  # fmt: skip
    stata = tmp_path / "answers.dta"
    days = pd.to_datetime(["2026-03-01", "1959-12-01"])
    rows = pd.DataFrame({"month": days, "quarter": days})
    rows.to_stata(stata, convert_dates={"month": "tm", "quarter": "tq"}, write_index=False)
    assert survey_rows(stata.name, stata.read_bytes())[0][2:] == [
        ["2026-03", "2026Q1"], ["1959-12", "1959Q4"]
    ]  # fmt: skip
    rows = pd.DataFrame({"month": [794, "a", None]})
    how = {"variable_format": {"month": "%tm"}, "missing_user_values": {"month": ["a"]}}
    pyreadstat.write_dta(rows, stata, **how)
    told = survey_rows(stata.name, stata.read_bytes())[0][2:]
    assert told == [["2026-03"], ["no data"], [""]]


def test_numbers_of_single_precision_have_the_digits_they_were_given(tmp_path):
    path = tmp_path / "answers.dta"
    rows = pd.DataFrame({"days": [4.3, 0.1, 1 / 3, 12.0, None]}, dtype="float32")
    rows.to_stata(path, write_index=False)
    assert [row[0] for row in survey_rows(path.name, path.read_bytes())[0][2:]] == [
        "4.3", "0.1", "0.33333334", "12", ""]  # fmt: skip


def test_a_moment_there_is_not_stands_as_its_number(tmp_path):
    path = tmp_path / "answers.sav"
    rows = pd.DataFrame({"month": [1e18], "waited": [1e18]})
    pyreadstat.write_sav(rows, path, variable_format={"month": "MOYR8", "waited": "DTIME20"})
    assert survey_rows(path.name, path.read_bytes())[0][2:] == [["1e+18", "1e+18"]]


def spss(folder, weight: int = 0, more: bytes = b"", suffix: str = "sav") -> bytes:
    """Write a file whose header names a variable as weight (by its place in pieces of 8 bytes)."""
    path = folder / f"answers.{suffix}"
    rows = pd.DataFrame({"text": ["a text of four pieces, no less."], "used_site": [1.0],
                         "used_office": [0.0], "weight_after_raking": [0.5]})  # fmt: skip
    pyreadstat.write_sav(rows, path, column_labels=["Why?", None, "Office", None],
                         missing_ranges={"used_site": [9]}, compress=suffix == "zsav")  # fmt: skip
    content = path.read_bytes()
    last = struct.pack("<ii", 999, 0)
    assert content.count(last) == 1
    content = content.replace(last, more + last)
    return content[:76] + struct.pack("<i", weight) + content[80:]


@pytest.mark.parametrize("suffix", ["sav", "zsav"])
def test_the_weight_of_an_spss_file_is_known_by_its_header(tmp_path, suffix):
    for place, kinds in ((7, {3: "weight"}), (5, {1: "weight"}), (0, {}), (99, {})):
        content = spss(tmp_path, place, suffix=suffix)
        assert survey_rows(f"a.{suffix}", content)[1]["kinds"] == kinds


def test_a_weight_goes_to_ours_and_ticks_are_no_questions(tmp_path):
    said = sets("$used=D1 1 5 Used? used_site used_office")
    content = spss(tmp_path, 7, said)
    told = survey_rows("a.sav", content)[1]
    assert told["kinds"] == {1: "ticks", 2: "ticks", 3: "weight"}
    assert told["ticks"] == [(["1"], [1, 2])]
    (tmp_path / "a.sav").write_bytes(content)
    made = proposed(tmp_path / "a.sav").meaning
    assert made.table == "answers"
    assert made.columns["weight"] == "weight_after_raking"
    assert "metric" not in [question.about for question in made.questions]


def sets(*lines: str) -> bytes:
    """Write the record of multiple-response sets, as PSPP describes it (subtype 7)."""
    said = "".join(f"{line}\n" for line in lines).encode()
    return struct.pack("<4i", 7, 7, 1, len(said)) + said


FACTS = 'name_en = "Agency"\ngrain = "month"\ndata_date = 2026-06-30\n'
CHOSEN = pd.DataFrame({
    "Good": [5.0, 4.0, 9.0, 3.0], "Site": [1.0, 0.0, 1.0, None], "Desk": [None, 1.0, 9.0, None],
    "first": [1.0, 2.0, 3.0, None], "second": [2.0, None, 9.0, None],
})  # fmt: skip
WHY = {1: "near", 2: "fast", 3: "cheap", 9: "would not say"}
SETS = ("$used=D1 1 5 Used? site desk", "$why=C 4 Why? first second",
        "$again=E 1 1 1 5 Again site desk", "$none=D1 9 2 No nowhere nothing",
        "$never=D1 7 2 No first")  # fmt: skip


def chosen(folder, answers):
    """Read answers with sets of ticks through their mapping."""
    path = folder / "survey.sav"
    pyreadstat.write_sav(
        CHOSEN, path, missing_ranges=dict.fromkeys(("Good", "Desk", "second"), [9]),
        variable_value_labels={"Good": {9: "refused"}, "first": WHY, "second": WHY},
    )  # fmt: skip
    last = struct.pack("<ii", 999, 0)
    path.write_bytes(path.read_bytes().replace(last, sets(*SETS) + last))
    _, about = pyreadstat.read_sav(path)
    assert about.mr_sets["used"]["counted_value"] == 1  # as the tool itself reads what was added
    assert about.mr_sets["why"]["variable_list"] == ["first", "second"]
    (folder / "agency.toml").write_text(FACTS, encoding="utf-8")
    made = write_mapping(path, answers, path.with_suffix(".toml"))
    return made, agency_folder.read_folder(folder)


def test_sets_of_ticks_become_metrics_of_two_levels_by_one_answer(tmp_path):
    codes = "culture/level/higher, -, effort/level/higher, -, speed/level/higher"
    made, read = chosen(tmp_path, {1: "satisfaction", 2: "desk", 3: "2026-05-05", 4: codes})
    asked = ["metric", "service", "date", "words_metric"]
    assert [question.about for question in made.meaning.questions] == asked
    assert (
        made.meaning.questions[3].heading == "Site; Desk; Why? / cheap; Why? / fast; Why? / near"
    )
    assert made.meaning.unused == ["first", "second"]
    assert not [str(problem) for problem in read.problems if problem.grave]
    rows = read.tables["answers"]
    found = {metric: group["level"].tolist() for metric, group in rows.groupby("metric")}
    # the fourth person ticked nothing anywhere: nobody knows whether he was asked
    assert found["Site"] == [2, 1, 2]
    assert found["Why_cheap"] == [1, 1, 2] and found["Why_near"] == [2, 1, 1]
    assert [level for level in found["satisfaction"] if level == level] == [5, 4, 3]
    catalogue = (tmp_path / "catalogue" / "metrics.csv").read_text("utf-8")
    assert "Site,culture,subjective,counts,2,,level,higher" in catalogue


def test_what_a_survey_calls_missing_keeps_its_reason_and_is_no_unticked_box(tmp_path):
    own = "-, culture/level/higher, -, -, -"
    made, read = chosen(tmp_path, {1: "satisfaction", 2: "desk", 3: "2026-05-05", 4: own})
    said = tomllib.loads(made.text)["missing"]
    assert said == {"reasons": {"refused": "not_given", "would not say": "not_given"}}
    rows = read.tables["answers"].set_index("metric")
    assert rows.loc["Desk", "level"].tolist()[:2] == [1, 2] and len(rows.loc["Desk"]) == 3
    assert pd.isna(rows.loc["Desk", "level"].iloc[2])  # 9 was said: missing, not unticked
    assert rows.loc["satisfaction", "level_why"].tolist()[2] == "not_given"


def test_sets_may_share_variables_or_a_label_and_one_of_none_is_left_out(tmp_path):
    path = tmp_path / "survey.sav"
    rows = {"a": [1.0, 2.0], "b": [2.0, None], "c": [3.0, 1.0]}
    pyreadstat.write_sav(pd.DataFrame(rows), path)
    last = struct.pack("<ii", 999, 0)
    more = sets("$x=C 4 Why? a b", "$y=C 4 Why? b c", "$z=C 4 Who? gone")
    found, told = survey_rows("a.sav", path.read_bytes().replace(last, more + last))
    assert found[0] == ["a", "b", "c", "Why?", "Why?", "y", "y", "y"]
    assert [row[3:] for row in found[1:]] == [
        ["1", "2", "1", "2", "3"], ["1", "2", "", "2", "3"], ["", "2", "1", "", ""],
    ]  # fmt: skip
    assert told["ticks"] == [(["*"], [3, 4]), (["*"], [5, 6, 7])]


def test_a_set_of_words_is_ticked_where_its_word_is_said(tmp_path):
    path, last = tmp_path / "survey.sav", struct.pack("<ii", 999, 0)
    pyreadstat.write_sav(pd.DataFrame({"a": ["1", "2", ""], "b": ["2", "1", "1"]}), path)
    content = path.read_bytes().replace(last, sets("$x=D1 1 3 Who? a b") + last)
    assert survey_rows("a.sav", content)[1]["ticks"] == [(["1"], [0, 1])]


def test_no_tick_is_needed_and_a_metric_of_five_levels_is_none(tmp_path):
    made, read = chosen(tmp_path, {1: "satisfaction", 2: "desk", 3: "2026-05-05", 4: "-"})
    assert not [str(problem) for problem in read.problems if problem.grave]
    assert set(read.tables["answers"]["metric"]) == {"satisfaction"}
    with pytest.raises(DataProblems) as stopped:
        chosen(tmp_path, {1: "satisfaction", 2: "desk", 3: "2026-05-05", 4: "easy, -, -, -, -"})
    assert [problem.code for problem in stopped.value.problems] == ["map_levels"]

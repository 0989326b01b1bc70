"""Files of statistics programs: labels, questions, what the survey calls missing, dates."""

import struct
from datetime import datetime

import pandas as pd
import pyreadstat
import pytest

from ccwork.read.files import file_sheets
from ccwork.read.files.faults import Fault
from ccwork.read.files.survey_files import survey_rows
from ccwork.read.proposal.written_mapping import proposed

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
        assert survey_rows(f"a.{suffix}", content)[1] == kinds


def test_a_weight_goes_to_ours_and_ticks_are_no_questions(tmp_path):
    said = b"$used=D1 1 5 Used? used_site used_office\n"
    content = spss(tmp_path, 7, struct.pack("<4i", 7, 7, 1, len(said)) + said)
    assert survey_rows("a.sav", content)[1] == {1: "ticks", 2: "ticks", 3: "weight"}
    (tmp_path / "a.sav").write_bytes(content)
    made = proposed(tmp_path / "a.sav").meaning
    assert made.table == "answers"
    assert made.columns["weight"] == "weight_after_raking"
    assert {"used_site", "used_office / Office"} <= set(made.unused)
    assert "metric" not in [question.about for question in made.questions]

"""Files of statistics programs: labels, questions, what the survey calls missing, dates."""

import pandas as pd
import pyreadstat
import pytest

from ccwork.read.files import file_sheets
from ccwork.read.files.faults import Fault
from ccwork.read.files.survey_files import survey_rows

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
    assert survey_rows(path.name, path.read_bytes()) == [
        ["id", "q1", "q2"], ["Number", "Content?", "Easy?"],
        ["1", "bad", "yes"], ["2", "good", "no"], ["3", "refused", "yes"]]  # fmt: skip


def test_labels_at_the_ends_of_a_scale_leave_the_codes(tmp_path):
    path = tmp_path / "answers.sav"
    rows = ROWS.assign(q1=[1.0, 3.0, 5.0])
    pyreadstat.write_sav(rows, path, variable_value_labels={"q1": {1: "bad", 5: "good"}})
    assert [row[1] for row in survey_rows(path.name, path.read_bytes())[2:]] == ["1", "3", "5"]


def test_stata_reads_as_well_and_a_spoilt_file_is_named(tmp_path):
    path = tmp_path / "answers.dta"
    pyreadstat.write_dta(ROWS, path, variable_value_labels={"q2": {1: "no", 2: "yes"}})
    assert [row[2] for row in survey_rows(path.name, path.read_bytes())[2:]] == [
        "yes",
        "no",
        "yes",
    ]
    with pytest.raises(Fault, match="damaged"):
        survey_rows(path.name, b"no such file")
    (problem,) = file_sheets.book("answers.sav", b"no such file").problems
    assert problem.code == "damaged" and problem.file == "answers.sav"

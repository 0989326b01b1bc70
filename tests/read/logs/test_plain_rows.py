"""A plain table read by its bytes is the same as the same table read cell by cell."""

import numpy as np
import pandas as pd
import pytest

from ccwork.read.logs import log_tables, plain_rows, timestamps

COLUMNS = {"case": "case", "step": "step", "start": "start", "end": "end"}
ROWS = [
    "case,step,note,start,end",
    "A-2026-0000001,Приём заявления и документов,x,2026-03-31 14:05:00,",
    "A-2026-0000001,Приём заявления и документов,x,2026-03-31 14:05:00,",
    "A-2026-0000001,Приём заявления и документов,y,2026-03-31 14:05:00,",
    "9,б,,2026-03-01,2026-03-02 10:00",
    "A-2026-0000002,Выдача,,2026-04-01T09:00,2026-04-01",
]


def both(path, text):
    path.write_bytes(text.encode())
    found = [log_tables.from_text(path, COLUMNS, [], plainly) for plainly in (True, False)]
    found[1][["start", "end"]] = found[1][["start", "end"]].apply(
        lambda at: timestamps.parsed_moments(at.to_numpy()).micros
    )
    return found


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [0, 1])
def test_a_plain_table_is_read_as_cell_by_cell(tmp_path, monkeypatch, end, last):
    monkeypatch.setattr(plain_rows, "_PIECE", 300)  # rows stand in several pieces
    monkeypatch.setattr(plain_rows, "_BATCH", 400)
    quick, careful = both(tmp_path / "log.csv", end.join(ROWS * 1) + end * last)
    pd.testing.assert_frame_equal(quick, careful, check_dtype=False)
    assert quick["start"].dtype == np.int64 and quick["case"].dtype == careful["case"].dtype
    assert quick.attrs["doubles"] == careful.attrs["doubles"] == [1]
    lines = [list(found.attrs["parts"][0].lines) for found in (quick, careful)]
    assert lines[0] == lines[1] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    "row",
    ['"9",б,,2026-03-01,', ",,,,", "9,б,,2026-03-01 10:00+03:00,", "9,б,,soon,", "9,б,2026-03-01,",
     "9,б,,2026-02-30,", "9,б\r,,2026-03-01,"],
)  # fmt: skip
def test_what_is_not_plain_is_left_to_the_careful_way(tmp_path, row):
    path = tmp_path / "log.csv"
    for text, plain in (("\n".join(ROWS), True), ("\n".join([*ROWS, row, ROWS[1]]), False)):
        path.write_bytes(text.encode())
        words, times = {"case": 0, "step": 1}, {"start": 3, "end": 4}
        read = plain_rows.plain_columns(path, ",", 5, words, times, timestamps.plain_moments, id)
        assert (read is not None) == plain

"""Rows kept by column say what the rows of a plain reader say."""

import csv
import io
from datetime import date

import numpy as np
import pandas as pd
import pytest

from ccwork.read.files import cell_grid
from ccwork.read.files.book_cells import as_text


@pytest.mark.parametrize(
    "written",
    [
        *("a,b\n1,2\n3,4", "a,b\r\n1,\r\n,4\r\n", "a,b\n 1,x y\n01,1", "a\n1\n\n2", "а,б\rв,г\r"),
        *("\ufeffa,b\n1,2", "01,x\n02,y", "a,b\n,\n12345678,123456789\n1234567,", "a"),
        "a,b\n" + "".join(f"{n},{'я' * (n % 90)}\n" for n in range(600)),
    ],
)
def test_an_even_text_is_cut_as_csv_does_it(written):
    got = cell_grid.even_rows(written.encode(), b",")
    assert [row or [""] for row in csv.reader(io.StringIO(written, newline=""))] == list(got)


@pytest.mark.parametrize(
    ("what", "of"), [("BLOCK", 64), ("_ODD", np.uint64(0)), ("MOST_WORDS", 1)]
)
def test_a_text_is_cut_alike_in_pieces_and_where_numbers_do_not_tell_cells_apart(
    monkeypatch, what, of
):
    written = "a,b\n" + "".join(f"{n % 7}-{'x' * (n % 20)},{n % 3}\n" for n in range(99))
    whole = list(cell_grid.even_rows(written.encode(), b","))
    monkeypatch.setattr(cell_grid, what, of)
    assert list(cell_grid.even_rows(written.encode(), b",")) == whole
    assert whole == list(csv.reader(io.StringIO(written)))


@pytest.mark.parametrize(
    "written",
    [
        "a,b\n1,2,3",
        "a,b\n1",
        "a,b\n\n1,2",
        "a,b\n1\n1,2,3",
        'a,b\n"1",2',
        "a,b\n\0,2",
        "a" + "," * 500 + "\n1",
        "a,b\n1," + "x" * 200_000,
    ],
)
def test_an_odd_text_is_left_to_the_reader_that_tells_what_is_odd(written):
    assert cell_grid.even_rows(written.encode(), b",") is None


def test_rows_come_back_from_their_columns():
    rows = [["a", "b"], ["1", "x"], ["1"], ["", "x"]]
    grid = cell_grid.grid(rows)
    full = [["a", "b"], ["1", "x"], ["1", ""], ["", "x"]]
    assert grid == full
    assert (grid[2], grid[1:3], len(grid)) == (full[2], full[1:3], 4)
    assert [column.categories.tolist() for column in grid.columns] == [
        ["a", "1", ""],
        ["b", "x", ""],
    ]


def test_cells_that_are_equal_and_written_otherwise_stay_apart():
    rows = [[1.0, date(2026, 1, 2)], [True, 3.5], [1.0, ""], [False, "3.5"], [0.0, -0.0]]
    shown = [["1", "2026-01-02"], ["true", "3.5"], ["1", ""], ["false", "3.5"], ["0", "0"]]
    assert cell_grid.grid(rows, as_text) == shown


def test_rows_taken_leave_no_word_behind():
    column = pd.Categorical.from_codes([0, 1, 2, 1], ["head", "x", "y"])
    got = cell_grid.taken(column, slice(1, None))
    assert (got.tolist(), got.categories.tolist()) == (["x", "y", "x"], ["x", "y"])
    for told in ([True, "", "y"], [1, "x", True], [0, "", None]):
        assert cell_grid.where(column, told).tolist() == [bool(told[at]) for at in column.codes]


@pytest.mark.parametrize("odd", [" x", "a  b", "\u00a0", "a\u200bb", "\u202ex", "a\nb", "\ud800 "])
def test_many_cells_at_once_are_made_plain_as_each_is(odd):
    bare = ["a", "", "b-1"]
    assert cell_grid.plains(pd.Categorical.from_codes([0], bare)) == bare
    got = cell_grid.plains(pd.Categorical.from_codes([0], [*bare, odd]))
    assert got == [*bare, cell_grid.plain(odd)]

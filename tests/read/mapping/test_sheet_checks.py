"""Cells of a row against the sum beside them."""

import pytest

from ccwork.read.files.file_sheets import Sheet
from ccwork.read.mapping.sheet_checks import unequal_sums


def told(total, *parts, sheet="Лист"):
    row = [*parts, total]
    cells = {
        at: (said, f"{sheet}!{at}" if sheet == "A" else str(at)) for at, said in enumerate(row)
    }
    block = {"sum": "Всего"}
    found = unequal_sums([(block, range(len(parts)))], Sheet("f.csv", sheet, []), cells.get,
                         {"Всего": len(parts)})  # fmt: skip
    return [(problem.code, problem.sheet, problem.cells, problem.grave) for problem in found]


@pytest.mark.parametrize("row", [
    ("6", "1", "2", "3"), ("6", "1", "5", "-"), ("", "1"), ("-", "1"), ("слово", "1"),
    ("0,3", "0,1", "0,2"), ("1 006", "1 000", "6", ""), ("0", "0")])  # fmt: skip
def test_a_sum_that_fits_or_is_not_there_is_no_problem(row):
    assert told(*row) == []


def test_a_sum_that_does_not_fit_is_named_where_it_stands():
    assert told("7", "1", "2", "3") == [("sum_unequal", "Лист", ("3",), False)]
    assert told("7", "1", sheet="A") == [("sum_unequal", "", ("A!1",), False)]


def test_a_block_without_a_sum_is_left_alone():
    assert list(unequal_sums([({}, [0])], Sheet("f.csv", "", []), {}.get, {})) == []

"""What is computed once of a workbook: whether its tables are still those that were read."""

import pandas as pd
import pytest

from ccwork.read import cache


def read() -> dict[str, pd.DataFrame]:
    return {"counts": pd.DataFrame({"count": [3, 4]}), "units": pd.DataFrame({"unit": ["a"]})}


CHANGES = {
    "a cell": lambda tables: tables["counts"].__setitem__("count", 0),
    "a cell, by get": lambda tables: tables.get("counts").__setitem__("count", 0),
    "a cell, by items": lambda tables: [rows.__setitem__("new", 1) for _, rows in tables.items()],
    "a cell, by values": lambda tables: [rows.pop(rows.columns[0]) for rows in tables.values()],
    "another table": lambda tables: tables.__setitem__("units", pd.DataFrame({"unit": ["b"]})),
    "another table, by update": lambda tables: tables.update(units=pd.DataFrame()),
    "a table more": lambda tables: tables.__setitem__("more", pd.DataFrame()),
    "a table less": lambda tables: tables.pop("units"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_by_hand_is_seen_and_goes_when_filled_anew(change):
    before, tables = read(), cache.Tables(read())
    change(tables)
    assert not tables.as_filled(before)
    tables.fill(before)
    assert tables.as_filled(before) and tables["counts"].equals(read()["counts"])
    assert before["counts"].equals(read()["counts"])


def test_tables_only_looked_at_are_as_they_were():
    tables = cache.Tables(before := read())
    assert tables["counts"]["count"].sum() == 7 and "units" in tables and len(tables) == 2
    tables["units"] = pd.DataFrame({"unit": ["a"]})  # put there anew, but the same
    assert tables.as_filled(before)


def test_what_was_taken_is_noted_and_looking_whether_all_is_as_it_was_takes_nothing():
    tables = cache.Tables(before := read())
    with cache.taking():
        tables.as_filled(before)
        tables.fill(before)
        assert not cache.taken
        assert tables.get("units") is not None
        assert cache.taken == {"units"}


def test_words_made_within_are_of_python_and_afterwards_what_they_were():
    before = pd.get_option("mode.string_storage")
    with cache.taking():
        assert pd.Series(["a"]).dtype.storage == "python"
    assert pd.get_option("mode.string_storage") == before


class Work:
    """A workbook, as far as what is computed of it goes."""

    def __init__(self) -> None:
        self.tables = cache.Tables(read())


def test_what_rests_on_a_table_is_computed_anew_once_it_was_changed_and_not_before():
    made = []

    @cache.while_same("counts")
    def total(work: Work) -> int:
        made.append(1)
        return cache.look(work.tables, "counts")["count"].sum()

    work = Work()
    assert [total(work), total(work)] == [7, 7] and len(made) == 1
    work.tables["units"] = pd.DataFrame()
    assert total(work) == 7 and len(made) == 1
    rows = work.tables["counts"]
    rows.loc[0, "count"] = 10
    assert total(work) == 14
    rows.loc[0, "count"] = 20
    assert total(work) == 24
    work.tables.fill(read())
    assert total(work) == 7

"""Tables: what the list says of their keys, sources and columns."""

import pandas as pd
from conftest import Agency

from ccwork.language.resources import resource_rows
from ccwork.read.data_dictionary import dictionary
from ccwork.tell.tables import about, framed


def test_the_list_has_every_table_once_and_its_key_among_its_columns():
    rows = resource_rows("tables.csv")
    names = [row["table"] for row in rows]
    assert len(names) == len(set(names)) > 100
    for row in rows:
        columns = row["columns"].split()
        assert len(columns) == len(set(columns)), row
        assert row["key"] and (not columns or {*row["key"].split()} <= {*columns}), row
        brought = {of.removeprefix("catalogue_") for of in row["of"].split()}
        assert brought <= {name.removeprefix("catalogue_") for name in dictionary()}, row


def test_rows_become_a_table_of_the_columns_listed():
    made = framed([("visit", "said", 1, 0)], "journey_words")
    assert made.columns.tolist() == ["step", "words_said", "voices", "held"]
    assert framed(made.assign(more=1)[["held", "more", "step"]], "journey_words")["held"][0] == 0


def test_a_table_is_told_as_listed_unless_the_call_says_otherwise(tmp_path):
    work = Agency(tmp_path).counts([1, 2, 3, 4, 5]).load()
    told = about([("visit", "said", 1, 0)], "journey_words", work)
    assert (told.attrs["name"], told.attrs["key"]) == ("journey_words", ["step"])
    assert {*told.attrs["needs"]} <= {"answers", "checks"}
    own = about(pd.DataFrame({"a": [1]}), "mine", work, key=["a"], of=["trials"])
    assert (own.attrs["key"], own.attrs["needs"]) == (["a"], ["trials"])

"""The method of the five seeds, item by item: where a reader meets it, and what is not there.

``method_items.csv`` holds an item a row: the ``seed`` it comes from, ``what`` it asks, the
``place`` where a reader meets it (several parted by ``;``: a cell of a notebook, a command, a
table or a column of the dictionary, a row of a catalogue, a term, a printed page, a sheet of a
course, a function of a room), a word the place ``says``, the ``state``, ``why`` it is not works,
and the work it is ``left_to`` where that is another one. The numbers are those of the project's
own list.
"""

import csv
import importlib
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from ccwork import cli
from ccwork.language import wording
from ccwork.language.resources import resource
from ccwork.read.data_dictionary import dictionary

HERE = Path(__file__).parent
ITEMS = 218
STATES = ("works", "partly", "not", "cannot")
SEEDS = {
    "Zhurikhin 2023", "wsem.ru on orientation and centricity", "Roskachestvo on client-ocracy",
    "KPI method 2023", "Navigator 3.3",
}  # fmt: skip
LEFT_TO = ("", "portfolio", "life situations")
"""Works of their own: what they will bring is not counted here."""

MOST_PARTLY, MOST_NOT = 1, 0
"""What is left of this work, at most (five and none were asked for)."""

with (HERE / "method_items.csv").open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines))
by_item = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["item"])


@cache
def cells(notebook: str) -> dict[str, str]:
    """Return the text of each cell of a notebook: what is written there, not what it shows."""
    path = HERE.parent / "notebooks" / f"{notebook}.ipynb"
    found = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {cell["id"]: "".join(cell["source"]) for cell in found}


@cache
def catalogue(name: str) -> dict[str, str]:
    """Return the text of each row of a catalogue by its code, the first column."""
    with resource("catalogue", f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return {row[0]: " ".join(row) for row in csv.reader(lines)}


def cell(notebook: str, code: str) -> str:
    return cells(notebook)[code]


def row(name: str, code: str) -> str:
    return catalogue(name)[code]


def term(code: str) -> str:
    found = wording.terms()[f"term.{code}"]
    return f"{found['ru']} {found['meaning_ru']}"


def table(code: str) -> str:
    return dictionary()[code].name.ru


def column(place: str) -> str:
    name, _, code = place.partition(".")
    found = dictionary()[name].columns[code]
    words = [wording.terms()[f"value.{one}"]["ru"] for one in found.choices]
    return " ".join([found.ru, found.about_ru, *words])


def word(code: str) -> str:
    return wording.terms()[code]["ru"]


def command(code: str) -> str:
    return cli.main.commands[code].help or ""


def page(code: str) -> str:
    return resource("templates", f"{code}.html.j2").read_text(encoding="utf-8")


def sheet(code: str) -> str:
    with resource("courses", "blocks.csv").open(encoding="utf-8", newline="") as lines:
        found = [row["ru"] for row in csv.DictReader(lines) if row["sheet"] == code]
    assert found, code
    return " ".join(found)


def function(place: str) -> str:
    room, _, code = place.partition(".")
    face = importlib.import_module(f"ccwork.stages.{room}")
    assert code in dir(face), place
    return getattr(face, code).__doc__


PLACES = {
    of.__name__: of
    for of in (cell, row, term, word, table, column, command, page, sheet, function)
}


def read(place: str) -> str:
    """Return what stands at a place; what is not there raises."""
    kind, *where = place.split()
    return PLACES[kind](*where)


def left(state: str) -> list[str]:
    return [row["item"] for row in ROWS if row["state"] == state and not row["left_to"]]


def test_every_item_is_there_once():
    assert [int(row["item"]) for row in ROWS] == list(range(1, ITEMS + 1))


@by_item
def test_a_row_is_told_in_full(row):
    assert row["seed"] in SEEDS and row["state"] in STATES and row["left_to"] in LEFT_TO
    assert 0 < len(row["what"].split()) <= 10 and not re.search("[А-Яа-яЁё]", row["what"])
    assert bool(row["why"]) == (row["state"] != "works") and (row["state"] in ("works", "not")
                                                              or row["place"])  # fmt: skip
    assert row["place"] and row["says"] if row["state"] == "works" else True
    assert row["state"] != "works" or not row["left_to"]


@by_item
def test_its_place_exists_and_says_it(row):
    places = [place for place in row["place"].split("; ") if place]
    told = " ".join(read(place) for place in places)
    assert row["says"].casefold() in told.casefold(), told


def test_what_is_left_is_little():
    assert len(left("partly")) <= MOST_PARTLY, left("partly")
    assert len(left("not")) <= MOST_NOT, left("not")


@pytest.mark.parametrize("place", [
    "cell 0_start start-99", "row items nothing", "term nothing", "table nothing",
    "column inner.nothing", "command nothing", "page nothing", "sheet nothing",
    "function clients.nothing", "nothing at all",
])  # fmt: skip
def test_a_place_that_is_not_there_is_seen(place):
    with pytest.raises((KeyError, AssertionError, FileNotFoundError)):
        read(place)


def test_every_seed_is_met_and_nobody_is_cited_by_a_path():
    assert set(Counter(row["seed"] for row in ROWS)) == SEEDS
    assert not any("/" in row["place"] + row["what"] + row["why"] for row in ROWS)

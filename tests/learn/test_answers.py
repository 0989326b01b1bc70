"""What people type is read as they mean it, and nothing they type does any harm."""

import numpy as np
import pandas as pd
import pytest

from ccwork.learn import answers


class Angry:
    """An object that nobody can print or compare."""

    def __str__(self):
        raise RuntimeError("no")

    def __eq__(self, other):
        raise RuntimeError("no")

    __hash__ = None


HOSTILE = [
    ..., None, 10**5000, "", " ", Angry(), [1, 2], {"a": 1},
    pd.DataFrame({"a": [1]}), np.arange(9),
    float("nan"), float("inf"), -float("inf"), 1e300, 10**400, True, b"\xff", "9" * 100_000,
    "<script>alert(1)</script>", "{0.__class__}", "\x00\ud800", "=1+1", "1e400", "%s%n",
    print, len, complex(1, 2), object, "\u202e12", "١٢", "(" * 5000,
]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12,3", 12.3), ("12.3", 12.3), ("−12,3", -12.3), ("–12,3", -12.3), ("-12.3", -12.3),
        ("+2,7", 2.7), ("12,3 %", 12.3), ("12,3%", 12.3), ("12 300", 12300),
        ("12\u00a0300,5", 12300.5),
        ("12\u202f300", 12300), ("1,234.5", 1234.5), ("1.234,5", 1234.5), ("5 баллов", 5),
        ("5 баллов.", 5), ("около 7", 7), ("≈7", 7), ("«7»", 7), (",5", 0.5), ("007", 7),
        ("12,", 12),
        ("0,0", 0), ("45,1 процента", 45.1), ("− 4", -4), ("", None), ("да", None),
        ("3 из 5", None),
        ("2026-06", None), ("nan", None), ("inf", None), ("1e5", None),
    ],
)  # fmt: skip
def test_a_number_is_read_however_it_is_written(typed, value):
    assert answers.typed_number(typed) == value


@pytest.mark.parametrize("typed", [7, 7.0, np.int64(7), np.float32(7), "7", "7,0"])
def test_numbers_and_words_of_numbers_are_one(typed):
    assert answers.typed_number(answers.typed_text(typed)) == 7


@pytest.mark.parametrize(
    "typed",
    ["не доказано", "Не Доказано.", " «не  доказано» ", "НЕ\u00a0ДОКАЗАНО", "не_доказано",
     "не до\u00adказано"],
)  # fmt: skip
def test_a_word_is_read_however_it_is_written(typed):
    assert answers.typed_word(typed) == "не доказано"


@pytest.mark.parametrize("answer", HOSTILE, ids=lambda one: type(one).__name__)
def test_anything_becomes_a_short_text(answer):
    told = answers.typed_text(answer)
    assert isinstance(told, str) and len(told) <= answers.MOST
    assert answers.typed_number(told) is None or abs(answers.typed_number(told)) < 1e201
    assert isinstance(answers.typed_word(told), str)

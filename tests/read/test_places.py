"""A parameter is as good as its text, whatever papermill made of it."""

import pytest
from conftest import CASES
from papermill.cli import _resolve_type

from ccwork.language.problems import DataProblems
from ccwork.read import loading, places

DATA = str(CASES / "papermill_guesses_types")


@pytest.mark.parametrize(("agency", "period"), [("yearly", "2025"), ("007", "2024")])
def test_what_papermill_guessed_is_taken_as_its_text(agency, period):
    guessed = _resolve_type(agency), _resolve_type(period)
    assert any(isinstance(one, int) for one in guessed)
    work = loading.load(DATA, *guessed)
    assert (work.agency, work.period) == (agency, period)


@pytest.mark.parametrize("written", ["1e3", "2025.5", "True", "None"])
def test_what_cannot_be_told_is_refused_in_words(written):
    with pytest.raises(DataProblems, match="-r"):
        loading.load(DATA, "yearly", _resolve_type(written))


def test_a_number_two_codes_are_written_with_is_refused():
    with pytest.raises(DataProblems, match="-r"):
        places.as_typed(_resolve_type("007"), ["7", "007"])
    assert places.as_typed("007", ["7", "007"]) == "007"


def test_an_unknown_number_is_an_unknown_agency():
    with pytest.raises(DataProblems, match="«77» не найден"):
        loading.load(DATA, _resolve_type("77"))


def test_exercises_find_the_training_agency_beside_agencies_of_ones_own():
    assert "training" not in places.agencies(DATA)
    assert loading.load(DATA, "training").agency == "training"

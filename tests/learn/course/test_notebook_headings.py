"""What a trainer is told of a notebook stands in it as a heading."""

import pytest

from ccwork.language import wording
from ccwork.learn.course import notebook_headings


@pytest.mark.parametrize(
    ("lang", "found"), [("ru", "Где мы сильны и где слабы"), ("en", "Where are we strong")]
)
def test_a_cell_is_told_by_the_heading_above_it_each_once(lang, found):
    with wording.speaking(lang):
        told = notebook_headings.headings_over("0_start", ["start-13", "start-14", "start-14"])
    assert len(told) == 1 and told[0].startswith(found)


def test_before_the_first_heading_stands_the_title():
    wording.use("ru")
    assert notebook_headings.headings_over("6_kpi", ["kpi-01"]) == [
        notebook_headings.notebook_title("6_kpi")
    ]
    assert notebook_headings.notebook_title("6_kpi").startswith("КПЭ")


def test_a_cell_that_is_not_there_is_no_part():
    with pytest.raises(KeyError):
        notebook_headings.headings_over("6_kpi", ["kpi-999"])

"""Slides: few lines, few words, figures with a text, the same number in both languages."""

import pytest

from ccwork.language import wording
from ccwork.language.resources import resource_rows
from ccwork.learn.course import slides
from ccwork.tell.documents.document import Bullets, Heading, NewPage, pictures

MOST_LINES, MOST_WORDS = 6, 14
ROWS = resource_rows("courses", "slides.csv")


def test_a_slide_is_read_from_the_back_row():
    for row in ROWS:
        for lang in wording.LANGS:
            lines = [line for line in row[f"lines_{lang}"].split("|") if line]
            assert bool(lines) != bool(row["figure"]), row
            assert len(lines) <= MOST_LINES
            assert all(len(line.split()) <= MOST_WORDS for line in [row[lang], *lines]), row


def test_every_step_but_a_break_has_a_slide_and_every_figure_is_known():
    steps = {row["step"] for row in resource_rows("courses", "steps.csv")}
    assert {row["step"] for row in ROWS} == steps - {"break", "lunch"}
    assert {row["figure"] for row in ROWS} - {""} == set(slides.FIGURES)


@pytest.mark.parametrize("course", ["90min", "1day", "2days"])
def test_both_languages_have_the_same_slides(course):
    shapes = {}
    for lang in wording.each(wording.LANGS):
        deck = list(slides.deck(course))
        shapes[lang] = [len(b.items) if isinstance(b, Bullets) else type(b).__name__ for b in deck]
        assert sum(isinstance(block, NewPage) for block in deck) == sum(
            isinstance(block, Heading) and block.level == 2 for block in deck
        )
        assert all(any(map(str.isdigit, picture.alt)) for picture in pictures(deck))
    assert shapes["ru"] == shapes["en"]

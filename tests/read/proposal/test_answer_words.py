"""What answers in a column are: words of a scale, codes of levels, ticks."""

import pytest

from ccwork.read.proposal import answer_words


@pytest.fixture
def scales(monkeypatch):
    """Two scales share a word, as long scales and short ones do."""
    made = {
        "long": {"плохо": 1, "так себе": 2, "хорошо": 3, "отлично": 4},
        "short": {"плохо": 1, "хорошо": 2},
    }
    monkeypatch.setattr(answer_words, "usual_scales", lambda: made)


def test_a_word_of_two_scales_is_settled_by_the_other_words_of_the_column(scales):
    assert answer_words.scale_words(["Хорошо", "Отлично"]) == {"Хорошо": 3, "Отлично": 4}


def test_a_word_of_two_scales_nothing_settles_is_asked(scales):
    assert answer_words.scale_words(["Хорошо", "Плохо"]) == {"Плохо": 1, "Хорошо": "?"}


def test_a_dont_know_is_no_level():
    words = ["Затрудняюсь решить", "Согласен", "Ни да ни нет"]
    assert answer_words.scale_words(words) == {"Согласен": 4, "Ни да ни нет": 3}


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        (["A2", "A1", "", "A5"], {"A1": 1, "A2": 2, "A5": 5}),
        (["AO02", "AO01"], {"AO01": 1, "AO02": 2}),
        (["A1", "B2"], {}),
        (["A1", "A1"], {}),
        (["A1", "A12"], {}),
        (["A0", "A1"], {}),
        (["A1", "A2", "другое"], {}),
    ],
)
def test_codes_of_levels_have_one_letter_and_a_number(cells, codes):
    assert answer_words.answer_codes(cells) == codes


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["Шум, Холод", "Холод", "Шум", "Холод, Пыль", "Пыль"], True),
        (["Noise; Cold", "Cold", "Noise", "Cold; Dust", "Noise; Dust"], True),
        (["Y", "", "Y"], True),
        (["Y", "Y"], False),
        (["Спасибо", "Запись по телефону, пожалуйста; ждать долго", ""], False),
        (["Yes, I am one", "Yes, I was one", "No"], False),
        (["сбой", ""], False),
    ],
)
def test_ticked_choices_come_again_in_other_company(cells, told):
    assert answer_words.ticked(cells) is told


@pytest.mark.parametrize("heading,levels", [
    ("Оценка (1 - отлично, 5 - плохо)", 5), ("Rate us: 1 = very good, 4 = bad", 4),
    ("Оценка (1 — плохо, 5 — отлично)", 0), ("Оценка от 1 до 5", 0), ("Окно 1: отлично", 0),
])  # fmt: skip
def test_a_heading_that_names_its_ends_says_which_is_best(heading, levels):
    assert answer_words.turned_round(heading) == levels


def test_doubt_is_known_written_together_or_apart():
    said = ["Полностью недоволен", "Скорее не доволен", "Доволен", "Очень доволен"]
    assert answer_words.scale_words(said) == dict(zip(said, [1, 2, 4, 5], strict=True))

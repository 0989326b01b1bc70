import re
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwork.language import redaction, wording

RNG = np.random.default_rng(11)


def some(form: str, many: int = 20) -> list[str]:
    """Fill every # of a form with a digit, never with the same ones."""
    return [re.sub("#", lambda _: str(RNG.integers(0, 10)), form) for _ in range(many)]


NUMBERS = {
    "phone": ["8-9##-###-##-##", "+7 (9##) ### ## ##", "89#########", "8 9## ### ####",
              "+7–9##–###–##–##", "9##.###.##.##", "тел. #-##-##", "#-##-##", "##-##-##",
              "555-###-####"],
    "snils": ["###-###-### ##", "### ### ### ##", "###########", "###-###-###-##"],
    "tax": ["ИНН ############", "инн ##########", "############"],
    "passport": ["## ## ######", "#### ######", "паспорт #### № ######",
                 "паспорт серии #### номер ######", "серия ## ##, номер ######"],
    "card": ["#### #### #### ####", "################", "####-####-####-####"],
    "birth": ["01.02.19##", "1/2/19##", "19##-02-01", "1.2.##", "1 февраля 19##", "3 мая ##",
              "19## г.р.", "19## года рождения"],
    "plate": ["А###ВС##", "а ### вс ###", "A###BC##"],
    "long": ["заявление ######", "дело #####-##"],
}  # fmt: skip


def test_every_part_a_pattern_names_is_filled_in():
    every = [*redaction.PATTERNS, redaction._AFTER, redaction._GIVEN, redaction._INNER]
    assert len(every) > 20
    assert not [one.pattern for one in every if re.search("%[a-z_]+%", one.pattern)]


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("around", ["{}", "Пришёл, сказал: {}. Ушёл.", "Звоните {}, жду 5 минут"])
def test_no_number_that_names_a_person_is_left(kind, around):
    for form in NUMBERS[kind]:
        for value in some(form):
            left = redaction.scrub(around.format(value)).replace("5 минут", "")
            assert not re.search(r"\d{2}|февр|рожд", left), (value, left)


NAMES = [
    "Меня зовут Иван", "меня зовут марина петрова", "моя фамилия Сидоров", "ФИО: Петров Иван",
    "Иванова М.П.", "И. П. Сидоров", "Сидорову И.", "И.О. Петренко", "Петрова Мария Ивановна",
    "Петровой Марии Ивановной", "ПЕТРОВ ИВАН ИЛЬИЧ", "Мария Ивановна", "иван петрович",
    "Мамедов Гасан оглы", "Гасан оглы", "Ильича Орлова",
    "Кузнецович", "Сотрудница Ольга", "Спасибо Шевченко", "оператор Наталья",
    "гражданин Кузнецов", "г-жа Орлова", "Светлана Крюкова", "My name is John", "Mr Brown",
    "Mary Smith", "Сидорова Ян Ен",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names_are_hidden(name):
    parts = (
        "сидор|шевченк|ольг|наталь|мари|иван|петр|мамед|гасан|кузнец|орлов|ильич|крюков|светлан"
    )
    left = redaction.scrub(f"Сказал: {name}; дальше ждать.")
    assert not re.search(rf"{parts}|john|brown|mary|smith", left, re.IGNORECASE), left
    assert left.endswith("ждать.")


PLACES = [
    "ул. Ленина, д. 5, кв. 12", "улица Мира 7-15", "на улице мира, дом 7", "пер. Садовый, 3",
    "Ленинградский проспект, дом 3 корпус 2", "пр-кт Победы 10", "деревня Малые Горки, дом 4",
    "г. Тихий, ул. Южная, 8", "микрорайон Северный, 14", "дом 7, квартира 15", "кв 77",
    "набережная Реки 3 стр. 1", "12 Baker Street", "flat 7", "живу на Ленина 5",
    "на Ленина, 5", "Адрес: Мира 7-15", "с. Малые Горки",
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
def test_addresses_are_hidden(place):
    left = redaction.scrub(f"Живу: {place}; ехать далеко.")
    known = "ленин|мира|садов|побед|горки|тих|южн|север|реки|baker"
    assert not re.search(rf"{known}|\d", left, re.IGNORECASE), left
    assert "ехать" in left


@pytest.mark.parametrize(
    "written",
    ["ivan.petrov@mail.ru", "ivan (собака) mail.ru", "ivan @ mail.ru", "иван@почта.рф",
     "ivan собака mail точка ru", "ivan dot petrov at mail.ru", "ivan [at] mail [dot] ru",
     "https://vk.com/ivanivan", "t.me/ivanivan", "@ivanivan", "ivan[at]mail.ru"],
)  # fmt: skip
def test_addresses_of_the_net_are_hidden(written):
    left = redaction.scrub(f"Пишите: {written} по будням")
    assert not re.search(r"ivan|mail|иван|почта|@", left) and left.endswith("по будням")


@pytest.mark.parametrize(
    "words",
    [
        "Не понял, какая справка нужна. Ждал 40 минут в очереди.",
        "Просили 3 документа и 2 500 рублей.",
        "Пришёл в 10.30, ушёл в 12.15, окно 5, потом окно 7.",
        "Живу далеко, ждал 40 минут, и т. д. Собака ждала у входа.",
        "На портале 5 ошибок, по телефону 3 раза сказали разное.",
        "I was at the office at 10, then at the site.",
        "Основное непонятно: куда идти и что нести?",
        "Было просто, легко и приятно!",
        "Nobody smiled, but the job was done in 20 minutes.",
    ],
)
def test_plain_words_stay_as_they_are(words):
    assert redaction.scrub(words) == words


def test_a_number_cut_by_unseen_signs_is_hidden_too():
    assert "9" not in redaction.scrub("8\u200b-9\u00ad13-\ufeff123-45-67")


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_mark_is_in_the_language_of_the_words(lang):
    wording.use(lang)
    assert redaction.scrub("Звоните 89131234567") == "Звоните [скрыто]"
    assert redaction.scrub("call 555-123-4567, 555-123-4568") == "call [hidden]"


HOSTILE = ["a", "1 ", "А.", "Аа ", "ул ", "д 1", "@", "a@", "паспорт ", "меня зовут ", "Иван ",
           "1-", "ович", "Аая ", ". ", "аб-", "\t", "собака ", "a dot ",
           "живу на Аа ", "а1", "(", "0", "д.1,", "[скрыто]"]  # fmt: skip


@pytest.mark.parametrize("part", HOSTILE)
def test_ten_times_the_words_take_about_ten_times_as_long(part):
    def cost(n):
        words = (part * n)[:n]
        times = []
        for _ in range(2):
            start = time.perf_counter()
            redaction.scrub(words)
            times.append(time.perf_counter() - start)
        return min(times)

    assert cost(40_000) < 40 * cost(4_000)  # a square would make it a hundred


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_any_words_can_be_scrubbed_and_no_long_number_is_left(words):
    assert not re.search(r"\d{5}", redaction.scrub(words))


def test_only_released_words_are_shown():
    rows = pd.DataFrame(
        {
            "words": ["Долго", "Тайно", "Мой номер 89131234567", "", None],
            "publish_ok": ["yes", "no", "yes", "yes", "yes"],
        }
    )
    shown = redaction.verbatims(rows)
    assert shown["words"].tolist() == ["Долго", "Мой [скрыто]"]
    assert shown.index.tolist() == [0, 2]
    assert rows["words"][2] == "Мой номер 89131234567"
    assert redaction.verbatims(rows.iloc[:0]).empty

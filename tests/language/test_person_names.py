"""Names told from common words: by their forms, a capital inside a sentence, their neighbours."""

import subprocess
import sys

import pytest

from ccwork.language import person_names


def found(words: str) -> list[str]:
    return [words[start:end] for start, end in person_names.person_spans(words)]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Спасибо Ивановой Марии Петровне за труд", ["Ивановой", "Марии", "Петровне"]),
        ("спасибо шевчук за терпение", ["шевчук"]),
        ("нам помогла наталья", ["наталья"]),
        ("Окно вёл Гогоберидзе, потом Тлеубаева.", ["Гогоберидзе", "Тлеубаева"]),
        ("Помог Гасан Вагиф оглы", ["Гасан", "Вагиф", "оглы"]),
        ("В окне сидит Вера и грубит", ["Вера"]),
        ("Мороз Снежана отказала", ["Мороз", "Снежана"]),
        ("ЖАЛОБА НА ПЕТРОВУ РАИСУ", ["ПЕТРОВУ", "РАИСУ"]),
        ("Трубку взяла Римская-Корсакова", ["Римская-Корсакова"]),
        ("Thanks to Harriet Whitcombe for the help", ["Harriet", "Whitcombe"]),
        ("I spoke with O'Connor twice", ["O'Connor"]),
        ("Обратилась к Владимиру", ["Владимиру"]),
    ],
)
def test_names_are_found(words, names):
    assert found(words) == names


@pytest.mark.parametrize(
    "words",
    [
        "Вера в справедливость пропала", "Роман с книгой жалоб затянулся", "Надежда умерла",
        "Любовь к порядку", "Слава богу, дождался", "Ехали из Москвы в Тверь",
        "Россия большая", "Живу во Владимире", "Росреестр и Госуслуги молчат",
        "Услуга «Постановка на учёт» удобная", "Спасибо Вам и Вашему отделу", "В Новом году лучше",
        "На Невском проспекте пробка", "Пенсионный фонд молчит", "Нужен СНИЛС или ИНН",
        "Школа имени Гагарина рядом", "Стало доказанно лучше",
        "Специалист вежлив", "поровну ли внимания",
        "The Land Registry replied on Monday", "The Department for Work and Pensions answered",
        "I applied in March", "KPIs of the State for Business", "",
    ],
)  # fmt: skip
def test_common_words_places_and_agencies_are_no_names(words):
    assert found(words) == []


def test_the_same_words_give_the_same_spans_and_any_words_can_be_read():
    words = "Помогла Анна. 😀 а-б-в-г-д ё\u0301 Ii İ ʼ"
    assert person_names.person_spans(words) == person_names.person_spans(words) == [(8, 12)]


def test_the_dictionary_is_not_loaded_at_the_start():
    told = "import sys, ccwork.cli; print('pymorphy3' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"

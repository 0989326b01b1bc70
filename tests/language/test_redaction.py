import gc
import re
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwork.language import redaction, wording
from tests import invented_remarks

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
    "birth": ["01.02.19##", "1/2/19##", "19##-02-01", "1.2.6#", "1 февраля 19##", "3 мая 7#",
              "19## г.р.", "19## года рождения"],
    "plate": ["А###ВС##", "а ### вс ###", "A###BC##"],
    "long": ["заявление ######", "дело #####-##"],
}  # fmt: skip


def test_every_part_a_pattern_names_is_filled_in():
    every = [*redaction.PATTERNS, redaction._GIVEN, redaction._INNER]
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
        gc.disable()  # as timeit does: what other tests left to collect is no cost of the words
        try:
            start = time.process_time()
            redaction.scrub.__wrapped__((part * n)[:n])  # not from its memory
            return time.process_time() - start
        finally:
            gc.enable()

    few = min(cost(2_000) for _ in range(3))
    # a square would make it a hundred, one that adds a quarter to the few 28;
    # the best of six, where the first does not do
    assert any(cost(20_000) < 28 * few for _ in range(6))


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_any_words_can_be_scrubbed_and_no_long_number_is_left(words):
    assert not re.search(r"\d{10}", redaction.scrub(words))


def test_only_released_words_are_shown():
    rows = pd.DataFrame(
        {
            "words": ["Долго", "Тайно", "Мой номер 89131234567", "", None],
            "publish_ok": ["yes", "no", "yes", "yes", "yes"],
        }
    )
    shown = redaction.verbatims(rows)
    assert shown["words"].tolist() == ["Долго", "Мой номер [скрыто]"]
    assert shown.index.tolist() == [0, 2]
    assert rows["words"][2] == "Мой номер 89131234567"
    assert redaction.verbatims(rows.iloc[:0]).empty


SURNAMES = [
    "Тарасюк",
    "Остапенко",
    "Гришин",
    "Левченко",
    "Авдеева",
    "Жуковская",
    "Сухих",
    "Хабибуллин",
    "Ткачёв",
    "Мороз",
    "Ягода",
    "Кобзарь",
    "Чан",
    "Петросян",
    "Гогоберидзе",
    "Вострикова",
    "Дьячук",
    "Лаптева",
    "Орлов",
    "Щербак",
]
GIVEN = [
    "Фаина",
    "Аркадий",
    "Зульфия",
    "Борис",
    "Василиса",
    "Нурлан",
    "Клавдия",
    "Яков",
    "Тамара",
    "Степан",
]
FATHERS = [
    "Аркадьевна",
    "Борисович",
    "Нурлановна",
    "Яковлевич",
    "Фомич",
    "Никитична",
    "Глебовна",
    "Саввич",
]
STREETS = [
    "Чкалова",
    "Луговая",
    "Карла",
    "Маркса",
    "Декабристов",
    "Сосновая",
    "Фрунзе",
    "Береговая",
]
TOWNS = ["Кинешма", "Дубовка", "Озёрное", "Выкса"]
MONTHS = ["января", "февраля", "апреля", "июня", "августа", "сентября", "ноября", "декабря"]
HELD_OUT = {  # class: forms as people write them; what must not be left is in braces
    "date of birth": (
        "Мой день рождения {d}.{m}.{y}, в базе другой.", "Отец {y} года рождения, льготу не дали.",
        "Дата рождения: {y}-{m}-{d}.", "Мама родилась {d} {month} {y} года.",
        "Сын {d}/{m}/{y} г.р.",
        "Родился в {y}, пенсию не назначили.", "Я {y} года, мне тяжело стоять.",
    ),
    "initials before a surname": (
        "{i}. {j}. {S} трубку не берёт.", "{i}.{j}.{S} нас не дождалась.",
        "Отказ подписан {i}.{j}. {S}.", "К начальнику {i}. {S} не попасть.",
    ),
    "surname first": (
        "{S} {G} {F} сидит в окне 4.", "{S} {G} просила ещё справку.", "{S} {i}.{j}. был вежлив.",
        "Заявку вела {S} {G} {F}.", "{S} {i}. сказала прийти завтра.",
    ),
    "lower-case surname": (
        "{s} {g} {f} ничего не знает", "звонил {g} {s}, обещал решить", "спасибо {s} за терпение",
        "сотрудница {s} кричала", "заявление принял {s} {i_}.{j_}. в мае", "меня зовут {g} {s}",
    ),
    "short address": (
        "живу {T} {n}, не дошли", "ул {T} {n} кв {n}", "ул. {T}, д.{n}", "дом на {T}, {n}",
        "г {W} ул {T} {n}", "пос {W}, {n}", "прописан: {T} {n}-{n}", "{T} д {n} кв {n}",
    ),
}  # fmt: skip
CLEAN = (
    """
Ждали почти час, хотя записались на 14.20.|Окна 3 и 7 закрыты, остальные медленные.
Через портал подал за 10 минут, понравилось.|Улица раскопана, подъехать нельзя.
Дом престарелых далеко, автобус ходит раз в час.|Госуслуги зависли на оплате 700 рублей.
Росреестр ответил за 3 дня вместо 9.|Сотрудники вежливые, но бланк старый.
Специалист ушёл на обед, никто не заменил.|Спасибо всем, кто работал в субботу!
В приложении не найти раздел «Пособия».|Согласно 59-ФЗ ответ дают за 30 дней.
Оператор снова перевёл на робота.|Сотрудник готов был помочь, но система стояла.
Начальник отдела вышла и извинилась.|Девушка красиво и понятно объяснила.
Прислали СМС, что готово, пришёл — не готово.|Пандус есть, двери тяжёлые.
Сдавал в Казани, получал в Уфе, всё быстро.|Форма Р-5 изменилась, образца нет.
Каждый раз просят одно и то же, т. е. копии.|На сайте и в зале разные часы работы.
Вера в закон пропала.|Любовь к порядку чувствуется.|Роман с бумагами затянулся на 2 месяца.
Пришла в понедельник, талон 112, ушла в 17.00.|Почему нельзя по почте?
Оценка 5.|Терминал № 2 не печатает чек.|Инспектор пришёл вовремя и всё пояснил.
Срок 15 рабочих дней вышел, ответа нет.|Благодарю отдел субсидий за внимание.
Площадь зала мала, дышать нечем.|Шоссе рядом, шумно.|Село далеко, связи нет.
Нужен номер заявления, а его не дали.|Карта не прошла, пришлось платить наличными.
""".replace("\n", "|")
    .strip("|")
    .split("|")
)


def written(form: str) -> tuple[str, list[str]]:
    """Fill a form; return the words and what must not be left of them."""
    year, small = str(RNG.integers(1938, 2006)), [RNG.choice(list("абвгдеклмнпр")) for _ in "ij"]
    named = {"S": RNG.choice(SURNAMES), "G": RNG.choice(GIVEN), "F": RNG.choice(FATHERS)}
    place = {"T": RNG.choice(STREETS), "W": RNG.choice(TOWNS)}
    lower = {name.lower(): word.lower() for name, word in named.items()}
    when = {"y": year, "d": f"{RNG.integers(10, 29)}", "m": f"{RNG.integers(10, 13)}"}
    short = {"i": small[0].upper(), "j": small[1].upper(), "i_": small[0], "j_": small[1]}
    known = named | place | lower | when | {"n": f"{RNG.integers(1, 99)}"}
    said = form.format(**known, **short, month=RNG.choice(MONTHS))
    held = [known[name] for name in set(re.findall(r"\{(\w)\}", form)) & set(known)]
    return said, held


LEAST = {"date of birth": 0.97, "initials before a surname": 0.97, "surname first": 0.97,
         "lower-case surname": 0.7, "short address": 0.97}  # fmt: skip
"""At first, before anybody looked, 86, 100, 100, 73 and 100 in a hundred kept nothing of a person
and 31 of 37 clean sentences were left as they stood; then whole kinds were mended."""


@pytest.mark.parametrize("kind", HELD_OUT)
def test_of_words_no_pattern_was_made_for_so_many_keep_nothing_of_a_person(kind):
    def left(form):
        said, held = written(form)
        shown = redaction.scrub(said)
        return any(re.search(rf"(?<!\w){re.escape(part)}(?!\w)", shown) for part in held)

    tries = [(form, left(form)) for form in HELD_OUT[kind] for _ in range(30)]
    share = 1 - sum(leak for _, leak in tries) / len(tries)
    assert share >= LEAST[kind], (share, {form for form, leak in tries if leak})


def test_of_clean_words_few_lose_anything():
    changed = [words for words in CLEAN if redaction.scrub(words) != words]
    assert len(changed) <= 0.05 * len(CLEAN), changed


# ---------------------------------------------------------------- invented remarks

LEAST_OF = {"names": 0.95, "numbers": 0.98, "places": 0.95}
KINDS = {"names": invented_remarks.NAMES, "numbers": invented_remarks.NUMBERS,
         "places": invented_remarks.PLACES}  # fmt: skip
LEAST_PRECISION, MOST_CHANGED, LEAST_OF_KIND = 0.95, 0.05, 0.6
"""Of hidden spans so many are personal, of clean remarks so many change; no class may fall out."""


def judged(seed: int, each: int) -> tuple[dict[str, list[bool]], list[bool], list[str], float]:
    """Scrub invented remarks: by class what was kept back, which spans are personal, clean ones
    that changed, CPU seconds a remark."""
    made = invented_remarks.remarks(seed, each)
    redaction.scrub(made[0].words)  # loads the dictionary
    start = time.process_time()
    shown = [redaction.scrub.__wrapped__(one.words) for one in made]
    spent = (time.process_time() - start) / len(made)
    kept, personal, changed = {}, [], []
    for one, said in zip(made, shown, strict=True):
        mark = "[скрыто]" if "[скрыто]" in said else "[hidden]"
        hidden = invented_remarks.hidden_spans(one.words, said, mark)
        foreign = invented_remarks.foreign_spans(one, hidden)
        personal += [False] * foreign + [True] * (len(hidden) - foreign)
        if one.kind != "clean":
            kept.setdefault(one.kind, []).append(not invented_remarks.leaks(one, hidden))
        elif hidden:
            changed.append(one.words)
    return kept, personal, changed, spent


@pytest.mark.parametrize("seed", [7, 8])
def test_of_invented_remarks_nearly_nothing_personal_is_left_and_little_else_is_hidden(seed):
    kept, personal, changed, spent = judged(seed, each=25)
    assert sum(map(len, kept.values())) > 800 and set(kept) == {
        *sum(map(list, KINDS.values()), [])
    }
    for group, kinds in KINDS.items():
        held = [one for kind in kinds for one in kept[kind]]
        assert sum(held) >= LEAST_OF[group] * len(held), (group, kept)
    shares = {kind: sum(held) / len(held) for kind, held in kept.items()}
    assert min(shares.values()) >= LEAST_OF_KIND, shares
    assert sum(personal) >= LEAST_PRECISION * len(personal)
    clean = sum(one.kind == "clean" for one in invented_remarks.remarks(seed, 25))
    assert clean > 500 and len(changed) <= MOST_CHANGED * clean, changed
    assert spent < 0.002  # CPU seconds; 0.0004 when measured


def test_the_judge_sees_a_leak_and_a_needless_mark():
    one = invented_remarks.Remark(
        "Спасибо Ивановой, тел. 123-45", "full name", ((8, 16), (23, 29))
    )
    assert one.words[8:16] == "Ивановой" and one.words[23:29] == "123-45"
    judge = invented_remarks.hidden_spans
    assert judge(one.words, "Спасибо [x], тел. [x]", "[x]") == [(8, 16), (23, 29)]
    assert not invented_remarks.leaks(one, [(8, 16), (23, 29)])
    assert invented_remarks.leaks(one, [(8, 16), (23, 28)])
    assert invented_remarks.leaks(one, [(8, 15), (23, 29)])
    assert invented_remarks.foreign_spans(one, [(0, 7), (8, 16)]) == 1


SUMS = {  # published examples, all of them invented numbers
    "112-233-445 95": invented_remarks.snils_sum, "11223344595": invented_remarks.snils_sum,
    "500100732259": invented_remarks.inn_sum, "7707083893": invented_remarks.inn_sum,
    "4111 1111 1111 1111": invented_remarks.luhn,
}  # fmt: skip


@pytest.mark.parametrize("number", SUMS)
def test_a_number_is_hidden_by_its_sum_without_a_word_and_by_its_word_without_a_sum(number):
    assert SUMS[number](number)
    assert redaction.scrub(f"{number} не найден") == "[скрыто] не найден"
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert not SUMS[number](wrong)
    for word in ("СНИЛС", "ИНН", "карта"):
        assert not re.search(r"\d", redaction.scrub(f"{word} {wrong} не найден"))


@pytest.mark.parametrize(
    "words",
    [
        "Подал 12.03.2024, ответили 15.03.2024 14:20.", "В 2019-2025 годах было проще.",
        "Заплатил 1 250 000 рублей и 12500 руб.", "Письмо от 02.05.2006 № 59-ФЗ не отменили.",
        "Работаете 10.00-19.00, кабинеты 101-103.", "Приём 3 марта 2025 года отменили.",
        "По телефону 40 минут музыка.", "Паспорт ждал 30 дней.", "Номер окна 12.",
    ],
)  # fmt: skip
def test_days_of_visits_sums_hours_and_rooms_stay(words):
    assert redaction.scrub(words) == words


@pytest.mark.parametrize(
    "words",
    ["Ребёнок родился 12.03.2024.", "Дата рождения: 12.03.2024", "12.03.2024 г.р.",
     "Сын родился 3 марта 2024", "Date of birth 12/03/2024"],
)  # fmt: skip
def test_a_late_date_is_hidden_where_it_is_of_a_birth(words):
    assert not re.search(r"\d{2}", redaction.scrub(words))


def test_of_our_own_sentences_hardly_one_is_changed():
    said = {words for lang in wording.LANGS for words in wording.terms().get(lang, {}).values()}
    said |= {row[lang] for row in wording.terms().values() for lang in wording.LANGS if row[lang]}
    some = sorted(said)[::4]
    changed = [words for words in some if redaction.scrub(words) != words]
    assert len(some) > 800 and len(changed) <= 0.01 * len(some), changed

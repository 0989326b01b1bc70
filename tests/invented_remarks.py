"""Invented remarks of clients that hold personal data, and clean ones: made, never stored.

The people are invented, the numbers fail their checksums. The lists, the forms and the declension
of this module are its own: no pattern and no list of ``ccwork`` was made from them.
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

OPEN, CLOSE = "\x02", "\x03"
"""Stand round what is personal until a remark is finished."""


@dataclass(frozen=True)
class Remark:
    """What somebody wrote, its class, and where in it the personal parts stand."""

    words: str
    kind: str
    spans: tuple[tuple[int, int], ...]


def listed(words: str, mark: str | None = None) -> list[str]:
    """Return the words of a text, or its parts between marks; lines end a part too."""
    return words.split() if mark is None else words.replace(f"{mark}\n", mark).replace(
        "\n", mark).split(mark)  # fmt: skip


# ---------------------------------------------------------------- people

SURNAMES = listed("""\
Абросимов Тетерин Голощапов Вишняков Полетаев Зубарев Ситников Мещеряков Худяков
Балашов Ерохин Косолапов Пермяков Рукавишников Дерюгин Лукашин Шумилин Чеботарёв Устюжанин Фетисов
Быстрицкий Загорский Ковалевский Островский Вербицкий Луговой Толстой Яровой Заречный Бондаренко
Гриценко Коваленко Нечипоренко Стеценко Шевчук Мельничук Панасюк Гуменюк Кравчук Марчук Савчук
Седых Черных Долгих Гречаных Сковорода Гулыга Кирпота Завгородний Кравец Коновалец Мороз Коваль
Гайдай Соловей Волк""")
FOREIGN = listed("""\
Гогоберидзе Кварацхелия Джапаридзе Оганесян Арутюнян Мкртчян Шнайдер Кох Вебер Ли Ким
Нгуен Гаджиев Хасанов Нурмагомедов Тлеубаев Абдрахманов Каримов Юсупов Муртазин Галиуллин
Шарафутдинов Бадмаев Доржиев Цыренов Аюшеев Кильдибеков Эргашев Рахимов Бегматов Мамедов Алиев
Гасанов Исмаилов Петреску Ковач Новак""")
MEN = listed("""\
Пётр Аркадий Геннадий Леонид Вадим Эдуард Ростислав Родион Станислав Всеволод Макар Тимофей
Никита Илья Игорь Филипп Мирон Савелий Ефим Богдан Денис Олег Артур Ильдар Равиль Азамат Тигран
Юрий Кирилл Роман""")
WOMEN = listed("""\
Алевтина Зинаида Раиса Людмила Нина Жанна Евгения Юлия Виктория Лидия Ксения Таисия Дарья
Наталья Ульяна Марина Оксана Яна Снежана Инна Эльвира Гульнара Айгуль Асель Мадина Карина Вероника
Полина Вера Надежда""")
FATHERS = listed("""\
Аркадьевич Геннадьевич Леонидович Вадимович Эдуардович Станиславович Тимофеевич Ильич
Игоревич Филиппович Миронович Савельевич Ефимович Денисович Олегович Артурович Равильевич Юрьевич
Кириллович Петрович Кузьмич Алексеевич Шамильевич Борисович""")
SHORT_M = listed("Саша Паша Миша Лёша Дима Женя Серёжа Вова Коля Костя")
SHORT_F = listed("Маша Катя Таня Света Лена Наташа Оля Даша Настя Люда")
TURKIC = ("Гасан", "Рустам", "Вагиф", "Эльчин", "Тофик", "Аязбек", "Бахтиёр", "Улугбек")
ENGLISH = listed(
    """\
Harriet Whitcombe|Duncan Ashworth|Priya Raman|Oliver Pemberton|Chloe Fairbanks|
Graham Thistlewood|Megan O'Connor|Rashid Khan|Simon Beckett|Alice Hargreaves|Natasha Lebedeva|
Igor Sokolov|Nigel Crane|Beatrice Holloway|Stephen Marsh|Wei Zhang""",
    "|",
)
FIRST = [name.split()[0] for name in ENGLISH if name.split()[0] not in ("Wei", "Chloe")]
A = ("а", "ы", "е", "у", "ой", "е")
SOFT = ("я", "и", "е", "ю", "ей", "е")


def declined(word: str, case: int, female: bool = False, surname: bool = False) -> str:
    """Decline a Russian name: 0 nominative, 1 genitive, 2 dative, 3 accusative, 4, 5."""
    possessive = surname and re.search("(?:[оеё]в|[иы]н)$", word)
    if possessive and female:
        return word + ("а", "ой", "ой", "у", "ой", "ой")[case]
    if adjective := surname and re.search("(?:[сц]к|н)ий$|[оы]й$", word):
        stem, soft = word[:-2], adjective.group()[-3:] == "ний"
        if female:
            return stem + (("яя", "ей", "ей", "юю", "ей", "ей") if soft else
                           ("ая", "ой", "ой", "ую", "ой", "ой"))[case]  # fmt: skip
        hard = (word[-2:], "ого", "ому", "ого", "им" if word[-3] in "кгх" else "ым", "ом")
        return stem + ((word[-2:], "его", "ему", "его", "им", "ем") if soft else hard)[case]
    if word[-1] in "оиуюэе" or (surname and re.search("[иы]х$", word)):
        return word
    if word[-1] == "а":
        ends = ("а", "и", *A[2:]) if word[-2] in "гкхжшчщ" else A
        return word[:-1] + ends[case]
    if word[-1] == "я":
        return word[:-1] + ("и" if word[-2] == "и" and case in (2, 5) else SOFT[case])
    if female and (surname or word[-1] != "ь"):
        return word
    if word[-1] == "ь" and female:
        return word[:-1] + ("ь", "и", "и", "ь", "ью", "и")[case]
    if word[-1] in "йь":
        ends = ("ия", "ию", "ия", "ием", "ии") if word[-2:] == "ий" else ("я", "ю", "я", "ем", "е")
        return word if not case else word[: -len(ends[0])] + ends[case - 1]
    stem = word[:-2] + "ц" if word.endswith("ец") and case else word
    stem = "Петр" if word == "Пётр" and case else stem
    instrumental = "ым" if possessive else "ем" if word[-1] in "цч" else "ом"
    return stem + ("", "а", "у", "а", instrumental, "е")[case]


class Person:
    """One invented person, to be written in any case and form."""

    def __init__(self, rng: random.Random, pool: list[str] = SURNAMES) -> None:
        self.female = rng.random() < 0.5
        self.base = rng.choice(pool)
        self.first = rng.choice(WOMEN if self.female else MEN)
        self.short = rng.choice(SHORT_F if self.female else SHORT_M)
        father = rng.choice(FATHERS)
        if self.female:
            ich = {"Ильич": "Ильинична", "Кузьмич": "Кузьминична"}
            father = ich.get(father, father[:-2] + "на")
        self.patronymic = father

    def part(self, letter: str, case: int) -> str:
        """Write S, G, P (surname, given name, patronymic), D (short name), i, j in a case."""
        if letter == "S":
            return declined(self.base, case, self.female, surname=True)
        whole = {"G": self.first, "P": self.patronymic, "D": self.short}
        if letter in whole:
            return declined(whole[letter], case, self.female)
        return (self.first if letter == "i" else self.patronymic)[0] + "."

    def written(self, form: str, case: int) -> str:
        """Fill a form as "S G P"."""
        return re.sub("[SGPDij]", lambda at: self.part(at.group(), case), form)


def typo(rng: random.Random, word: str) -> str:
    """Spoil a word as a hurried writer does: a letter twice, left out or swapped, never the first.

    A word of fewer than five letters stays.
    """
    if len(word) < 5:
        return word
    at = rng.randrange(2, len(word) - 2)
    return rng.choice((
        word[:at] + word[at] + word[at:], word[:at] + word[at + 1:],
        word[:at] + word[at + 1] + word[at] + word[at + 2:],
    ))  # fmt: skip


AROUND = (
    "{0} отказал[а] без причины.", "Заявление принял[а] {0}, всё чётко.", "Спасибо {2} за труд!",
    "Благодарю {3} за помощь с бланком.", "Жалуюсь на {3}: копию не выдали.",
    "Разговаривал с {4}, толку нет.", "Моё дело у {1}, третий месяц тишина.",
    "В окне сидит {0} и грубит.", "Написали, что {0} в отпуске.", "Хочу отметить {3}.",
    "Прошу премировать {3}, работает за троих.", "Если бы не {0}, я бы ушла.",
    "Документы отдал {2}, расписку не получил.", "По вине {1} пропустили срок.",
    "{2} огромное спасибо!", "Пришлось идти к {2} ещё раз.", "Подпись {1} неразборчива.",
    "Ответ за подписью {1} пришёл пустой.", "Здравствуйте, я {0}, подаю на пособие.",
    "Заявитель {0}: прошу перезвонить.", "Трубку взял[а] {0} и всё объяснил[а].",
    "Только {0} знает, что делать.", "Долго ждали {3}, так и не дождались.", "Позовите {3}!",
)  # fmt: skip
AROUND_SMALL = (
    "спасибо {2} за терпение", "заявление принял[а] {0}, все быстро", "звонила {2}, не отвечает",
    "жалоба на {3}", "сотрудник {0} кричал[а]", "ходили к {2} три раза", "нам помог[ла] {0}",
    "благодарность {2}", "у {1} вечно перерыв", "разговор с {4} ничего не дал",
)  # fmt: skip
AROUND_ENGLISH = (
    "{0} was rude to me.", "Thanks to {0} for the patience.", "I spoke with {0} twice.",
    "Please tell {0} we are grateful.", "My name is {0} and I waited an hour.",
    "The form was taken by {0}.", "Ask for {0}, she knows.", "{0} gave me the wrong form.",
    "I want to thank {0} for the help.", "Nobody but {0} could explain it.",
)  # fmt: skip

NAMES: dict[str, tuple[str, ...]] = {
    "full name": ("S G P", "G P S"),
    "given name and patronymic": ("G P",),
    "surname and given name": ("S G", "G S"),
    "surname only": ("S",),
    "given name only": ("G", "D"),
    "initials after": ("S ij", "S i j", "S i"),
    "initials before": ("ij S", "i j S", "ijS"),
    "small letters, full": ("S G P", "G P"),
    "small letters, two": ("S G", "G S"),
    "small letters, surname": ("S",),
    "small letters, given name": ("G",),
    "capitals": ("S G P", "S G", "S ij"),
    "son or daughter of": (),
    "not Russian": ("S G", "S", "S ij"),
    "two surnames": (),
    "misspelt": ("S G P", "S G", "G P"),
    "English": (),
}


def name_of(rng: random.Random, kind: str) -> tuple[str, str]:
    """Return a form with its case and gender filled in, and the name to put there, marked."""
    if kind == "English":
        around, name = rng.choice(AROUND_ENGLISH), rng.choice(ENGLISH)
        shown = rng.choice((name, name, f"Mr {name.split()[1]}", rng.choice(FIRST)))
        return around.replace("{0}", f"{OPEN}{shown}{CLOSE}"), ""
    person = Person(rng, FOREIGN if kind in ("not Russian", "son or daughter of") else SURNAMES)
    small = kind.startswith("small")
    around = rng.choice(AROUND_SMALL if small else AROUND)
    case = int(re.search(r"\{(\d)\}", around)[1])
    if kind == "son or daughter of":
        son = rng.choice(("кызы", "гызы") if person.female else ("оглы", "Оглы", "угли"))
        form = f"{person.part('S', case)} {person.part('G', case)} {rng.choice(TURKIC)} {son}"
        form = form if rng.random() < 0.6 else form.split(" ", 1)[1]
    elif kind == "two surnames":
        other = declined(rng.choice(FOREIGN), case, person.female, surname=True)
        form = f"{person.part('S', case)}-{other}"
        form += rng.choice(("", f" {person.part('G', case)}", f" {person.part('i', 0)}"))
    else:
        form = person.written(rng.choice(NAMES[kind]), case)
    if kind == "misspelt":
        parts = form.split()
        at = rng.randrange(len(parts))
        form = " ".join([*parts[:at], typo(rng, parts[at]), *parts[at + 1 :]])
    if kind == "capitals":
        form = form.upper()
    form = form.lower() if small else form
    return re.sub(r"\{\d\}", f"{OPEN}{form}{CLOSE}", around), "f" if person.female else "m"


# ---------------------------------------------------------------- numbers


def digits(rng: random.Random, form: str) -> str:
    """Put a digit for every # of a form."""
    return re.sub("#", lambda _: str(rng.randrange(10)), form)


def luhn(number: str) -> bool:
    """Tell whether the digits pass the check of bank cards."""
    given = [int(one) for one in re.sub(r"\D", "", number)][::-1]
    return not sum(one if at % 2 == 0 else sum(divmod(2 * one, 10))
                   for at, one in enumerate(given)) % 10  # fmt: skip


def snils_sum(number: str) -> bool:
    """Tell whether the digits pass the check of SNILS."""
    given = [int(one) for one in re.sub(r"\D", "", number)]
    told = sum(one * (9 - at) for at, one in enumerate(given[:9])) % 101 % 100
    return told == given[9] * 10 + given[10]


def inn_sum(number: str) -> bool:
    """Tell whether ten or twelve digits pass the check of INN."""
    given = [int(one) for one in re.sub(r"\D", "", number)]
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    for size in (len(given) - 2, len(given) - 1) if len(given) == 12 else (9,):
        pairs = zip(weights[-size:], given[:size], strict=True)
        if sum(one * two for one, two in pairs) % 11 % 10 != given[size]:
            return False
    return True


PHONES = listed(
    """\
+7 (9##) ###-##-##|8 9## ### ## ##|89#########|8(9##)###-##-##|+79#########|
9##-###-##-##|7 9## ###-##-##|8-9##-###-####|+7.9##.###.##.##|8 (4##2) ##-##-##|##-##-##|
8 9## ### #### доб. ##|+7‑9##‑###‑##‑##|9## #######|8 800 ### ## ##|+44 20 79## ####|
+1 (###) ###-####|+375 29 ###-##-##""",
    "|",
)
MONTHS = listed(
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
)
NUMBER_FORMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "telephone": (tuple(PHONES), (
        "Перезвоните мне {}", "{} — звоните после обеда.", "мой номер {} жду", "Тел.: {}.",
        "Не дозвонились на {}, хотя я ждала.", "пишите в вотсап {}", "Call me at {} please.",
        "Контакт для связи ({})")),
    "SNILS": (("1##-###-### ##", "1##-###-###-##", "1## ### ### ##", "1##########",
               "1##.###.###.##", "1##-######-##"), (
        "СНИЛС {} не нашли.", "мой снилс: {}", "Номер страхового свидетельства {}.",
        "По {} запись не находится.", "{} - проверьте ещё раз")),
    "INN": (("############", "#### #### ####", "##-##-######-##"), (
        "ИНН {} указан верно.", "инн {}", "По номеру {} начислили чужой налог.", "Мой ИНН: {}!")),
    "passport": (("## ## ######", "#### ######", "#### № ######", "##########", "##-## ######"), (
        "Паспорт {} не приняли.", "паспорт серия {}", "Документ {} просрочен?",
        "Данные: {}, выдан давно.", "My passport {} was lost.")),
    "certificate": (("IV-АБ № ######", "III-ЕТ ######", "I-СН №######", "## АВ ######",
                     "99 ## ######"), (
        "Свидетельство {} вернули.", "свидетельство о рождении {}", "Права {} заменили.",
        "В бланке {} ошибка.")),
    "card": (("4### #### #### ####", "2200 #### #### ####", "5###############",
              "4###-####-####-####", "2202 ######## ####"), (
        "Карта {} не прошла.", "Деньги верните на {}", "Списали дважды с {}.",
        "My card {} was charged twice.", "перевод на карту {}")),
    "account": (("40817810###########2", "40817 810 # #### #######", "4081 7810 #### #### ####"), (
        "Счёт {} закрыт.", "Верните пошлину на р/с {}", "на счет {} ничего не пришло",
        "Реквизиты: {}.")),
    "policy": (("################", "#### #### #### ####"), (
        "Полис {} недействителен?", "полис ОМС {}", "ОМС: {}.")),
    "plate": (("а###вс 77", "К###ММ178", "о ### ох 50", "Т###УР 163", "Е ### КХ", "M###OP77"), (
        "Машина {} стоит поперёк входа.", "номер машины {}", "эвакуировали {} зря",
        "Автомобиль {} перегородил пандус.")),
}  # fmt: skip


def born(rng: random.Random) -> str:
    """Return a date of birth in one of its writings."""
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1936, 2004)
    return rng.choice((
        f"{day:02}.{month:02}.{year}", f"{day}.{month}.{year}", f"{day:02}/{month:02}/{year}",
        f"{day} {MONTHS[month - 1]} {year}", f"{year}-{month:02}-{day:02}",
        f"{day:02}-{month:02}-{year}", f"{day:02}.{month:02}.{year % 100:02}",
        f"{day:02} {month:02} {year}",
    ))  # fmt: skip


BORN = (
    "Дата рождения {}.", "Мама родилась {}, льготу не дали.", "отец {} г.р.",
    "Я {} года рождения.", "д.р. {}", "Проверьте: {}, пол женский.",
    "день рождения: {}", "Date of birth: {}.",
)  # fmt: skip
NICKS = listed("tetka_motya kapitan.vrungel murzik2005 svetlyi-put rybak_77 lady.di.58 zhuravl")
HOSTS = listed("mail.ru yandex.ru bk.ru gmail.com inbox.ru pochta.example example.org")


def mail(rng: random.Random) -> str:
    """Return an e-mail address in one of its writings."""
    user, host = rng.choice(NICKS), rng.choice(HOSTS)
    name, _, zone = host.rpartition(".")
    return rng.choice((
        f"{user}@{host}", f"{user} @ {host}", f"{user}@ {host}", f"{user} @{host}",
        f"{user}(at){host}", f"{user} собака {name} точка {zone}", f"{user}[собака]{host}",
        f"{user.upper()}@{host.upper()}", f"{user}@{name} .{zone}", f"{user}@{name}, {zone}",
        f"{user} at {name} dot {zone}",
    ))  # fmt: skip


MAIL = ("Пишите на {}", "почта {} ответа нет", "Ответ ждал на {}, не пришёл.", "e-mail: {}",
        "My address is {} if you need it.")  # fmt: skip
CHAT = ("мой ник @{}", "телеграм {}", "Напишите в телеграм: {}", "ВК {}", "https://vk.com/{}",
        "t.me/{}", "найдите меня в тг {}", "скайп: {}", "инстаграм @{}", "Telegram: @{}",
        "ник {} в вайбере", "whatsapp {}")  # fmt: skip


def number_of(rng: random.Random, kind: str) -> str:
    """Return a remark with a number of a kind, marked."""
    if kind in ("date of birth", "e-mail", "nickname"):
        made, around = {
            "date of birth": (born, BORN), "e-mail": (mail, MAIL),
            "nickname": (lambda rng: rng.choice(NICKS), CHAT),
        }[kind]  # fmt: skip
        return rng.choice(around).replace("{}", f"{OPEN}{made(rng)}{CLOSE}")
    forms, around = NUMBER_FORMS[kind]
    passes: Callable[[str], bool] = {
        "SNILS": snils_sum, "INN": inn_sum, "card": luhn, "policy": luhn,
    }.get(kind, lambda _: False)  # fmt: skip
    value = digits(rng, rng.choice(forms))
    while passes(value):
        value = digits(rng, rng.choice(forms))
    return rng.choice(around).replace("{}", f"{OPEN}{value}{CLOSE}")


NUMBERS = (*NUMBER_FORMS, "date of birth", "e-mail", "nickname")

# ---------------------------------------------------------------- places

STREETS = listed(
    """\
Чкалова|Кутузова|Герцена|Шмидта|Карла Либкнехта|Первомайская|Заводская|Озёрная|
Сиреневая|Якова Эшпая|40 лет Октября|Малая Полянка|Космонавтов""",
    "|",
)
VILLAGES = listed("Верхние Лужки|Красный Яр|Ивантеевка|Старое Село|Кедровка|Большая Речка", "|")
PLACES: dict[str, tuple[str, ...]] = {
    "address": (
        "Живу: ул. {S}, д. {n}, кв. {m}", "адрес: улица {S}, {n}-{m}",
        "По адресу {S} {n} не ездят",
        "прописана ул {S} дом {n} кв {m}", "г. Кинешма, ул. {S}, {n}/{k}, подъезд не чистят",
        "Квартира на улице {S}, дом {n}, без тепла.", "ул.{S} д.{n}к{k}", "ул {S} {n} кв{m}",
    ),
    "village": (
        "деревня {V}, дом {n}", "с. {V}, ул. {S}, {n}", "д. {V}, {n}", "Наш посёлок {V}, дом {n}",
        "пос. {V} ул. {S} {n}", "станица {V}, {n}", "хутор {V}, дом {n}",
    ),
    "short address": (
        "живу на {S} {n}, не дошли", "дом {n} кв {m}", "пр. {S}, {n}", "пер {S} {n}",
        "мкр {V}, {n}, кв. {m}", "{S} {n}-{m}, затопили", "{S}, д. {n}, кв. {m}",
    ),
    "English address": (
        "{n} Larch Grove Road, flat {m}", "I live at {n} Mill Lane.", "{n}b Station Street",
        "Flat {m}, {n} Harbour View Avenue",
    ),
}  # fmt: skip


def place_of(rng: random.Random, kind: str) -> str:
    """Return a remark with an address; marked are the names and numbers of the place."""
    known = {"S": rng.choice(STREETS), "V": rng.choice(VILLAGES), "n": f"{rng.randint(1, 190)}",
             "m": f"{rng.randint(1, 300)}", "k": f"{rng.randint(1, 9)}"}  # fmt: skip
    form = rng.choice(PLACES[kind])
    if kind == "English address":
        form = re.sub(r"(?:Larch Grove|Mill|Station|Harbour View)", rf"{OPEN}\g<0>{CLOSE}", form)
    return re.sub(r"\{(\w)\}", lambda at: f"{OPEN}{known[at[1]]}{CLOSE}", form) + "."


# ---------------------------------------------------------------- clean

CLEAN_FORMS = listed(
    """\
Ждали {n} минут, хотя записались на 1{k}.30.|Вера в справедливость пропала.
Роман с книгой жалоб затянулся.|Надежда умерла последней.|Любовь к порядку здесь заметна.
{W} далеко, ехать {n} км.|В городе {W} такого нет.|Получал справку в {w}, вышло быстрее.
Россия большая, а порядок один.|Правительство России приняло новый закон.
В {month} обещали, в итоге ничего.|Подал {n} {month}, ответа нет.
Услуга «{service}» удобная.|Оформляла {service_} и устала.|{service} — быстро и понятно.
{agency} отвечает за {k} дня.|Обращался в {agency_}, помогли.|Через {portal} подал легко.
{portal} опять не работает.|Пошлина {sum} рублей, дорого.|Заплатил {sum} руб. за копию.
По закону № {k}{k}0-ФЗ должны за {n} дней.|Приказ № {k}4{n} никто не видел.
Подавал {d}.{m}.202{y}, продлили до {d}.{m}.202{y}.|Пришёл {d}.{m}.202{y} в 1{k}:15, закрыто.
Окно {k}, талон А{n}, ждал недолго.|Кабинет {n}, второй этаж.|Форма {n} изменилась в 202{y} году.
Просили 3 копии, СНИЛС и паспорт.|ИНН не нужен, а его просят.|Телефон не отвечает.
Звонил по телефону {k} раза.|Номер в очереди не назвали.|Карта не читается терминалом.
Работаете с 9.00 до 18.00, а дверь закрыта.|В 2019-202{y} годах было проще.
Оценка {k} из 10.|Спасибо, всё понятно!|Специалист молодец, объяснила два раза.
Сотрудник был вежлив.|Начальник отдела не вышел.|Улица раскопана, не подойти.
Дом большой, лифт сломан.|Собака на входе лает.|Площадка перед входом скользкая.
Нужен пандус и ещё одна скамейка.|Форма удобная, но шрифт мелкий.|Мороз, а ждали на улице.
Волк в овечьей шкуре, а не консультант.|Слава богу, дождался.|Мир вашему дому.
Роза в горшке завяла, а так уютно.|Лев на логотипе красивый.|Марина и причал рядом, ветрено.
Понравилось: чисто, светло, тихо.|Спасибо Вам за внимание!|Уважаемые сотрудники, Вы лучшие.
Хотелось бы Вашего ответа.|Windows 10 и Excel у меня старые.|Отправила через WhatsApp, удобно.
Скачала PDF, не открылся.|Банк «Рассвет» не принял справку.|Кафе «Волна» рядом, спасибо.
Бланк на русском и английском.|В пятницу короткий день.|До Нового года не успеть.
День Победы перенесли, а мы не знали.|Московская область, север.|Пенсионный фонд молчит.
Федеральная налоговая служба ответила.|Министерство обещало ответить.|Прокуратура разберётся.
Администрация района не отвечает.|Отдел ЗАГС работал чётко.|МФЦ лучше, чем было.
Суд отменил решение.|Дума приняла поправки.|Уральский округ, филиал закрыт.
Срок — {n} рабочих дней.|Очередь из {n} человек.|Ребёнку {k} лет, коляску не пропустили.
По пункту {k}.{m} регламента отказали.|В статье {n} написано иначе.|Код услуги {k}.{m}.{d} неверен.
Поставили {k} балла.|Сайт открывался {n} секунд.|Температура в зале 2{k} градусов.
Сначала окно {k}, потом окно {k}.|На 1 этаже нет лавок, на 2 этаже есть.|Шаг 2 непонятен.
Приём граждан с {m} по {d} число.|Осталось {k} талона.|Заявок 12 500, а окон три.
Бюджет 2 000 000 рублей, а стульев нет.|Расстояние 1 200 м от остановки.
Тётя ждала в коридоре.|Иностранцу не помогли.|Русский язык в бланке хромает.
Английская версия сайта неполная.|Татарский перевод хороший.|Новогодние праздники длинные.
I waited {n} minutes at window {k}.|The office in London was closed.|Thanks, very clear form.
On Monday nobody answered the phone.|The fee of {sum} roubles is too much.
I applied in March 202{y}.
Great service, thank you!|The Land Registry replied in {k} days.|My passport was lost by the post.
It took {n} days instead of 10.|Please hire more staff.|The English page is out of date.
The Ministry of Health sent a letter.|Form {n} is hard to read.|I paid with a card.
The website works in Chrome only.|Faith in the office is gone.|Hope dies last.
Will you open on Sunday?|May I pay online?|Mark the box and sign.|Grace period is too short.
Бабушка устала.|Объявление висит высоко.|Никто не улыбнулся.|Ничего не понял из письма.
Оператор переключил на робота.|Инспектор пришёл вовремя.|Ответственный исполнитель неизвестен.
Согласовали за {n} ч.|Процент отказов 1{k},5 %.|Коэффициент 1,{n}{k}.|Итого {n} {k}00 рублей.
Перерыв с 13.00 до 14.00 не по графику.|Петровка рядом, парковки нет.|Невский проспект перекрыт.
Пришлось ехать в Екатеринбург.|Из Нижнего Новгорода ехали ночью.|У Татарстана опыт лучше.
Дальний Восток ждёт почту месяц.|Волга разлилась, не доехать.|Сбербанк не принял платёж.
Почта России потеряла письмо.|Госуслуги прислали уведомление.|Росреестр вернул документы.
Приложение «Мой налог» зависло.|Письмо из «Ростелекома» не пришло.|Яндекс не находит ваш адрес.
Губернатор обещал, а Министр молчит.|Письмо Президенту не дошло.|Спасибо Господу и Вам.
Ветеран Труда, а стою в общей очереди.|Дед Мороз у входа, детям радость.|День Матери отметили.
Жаль, что Улица Садовая закрыта.|Сколько можно ждать Новую форму?|Ходатайство в Суд отправила.
Нашла Памятку на стенде.|Ответил Робот, а нужен человек.|Сдал Заявление и Согласие.
На проспекте Мира пробка.|Мост через Оку закрыт.|Станция метро «Пушкинская» далеко.
Школа имени Гагарина рядом.|Театр Вахтангова напротив, красиво.|Памятник Пушкину перенесли.
Больница Боткина не приняла направление.|Закон Архимеда тут не действует.
Купил Ладу, поставил на учёт.
По телевизору «Вести», а не очередь.|Работал бы принтер HP, было бы проще.
Кредит в «Тинькофф» одобрили.
Пользуюсь Телеграмом, бот не отвечает.|Чат-бот Макс не понял вопроса.|Оплата через «Мир» прошла.
Ожидал {n} минут 30 секунд.|Рост цены на 15-20 %.|Раз в 2-3 месяца сбой.|Каб. 101-103 закрыты.
Группа 2-3 человека.|Ждала с 9 до 12, талон Б-{n}{k}.|Версия 1{k}.{m} портала.
По п. {k}.{k} ст. {n} отказ.
Заявление от {d}.{m}.202{y} № {n}/{k} потеряли.|Письмо от {n} {month} 202{y} года получил.
С 1 {month} тариф 1{k} рублей.|Срок до 3{k} дней, а прошло {n}{k}.|Обещали 1 000 мест.
Тариф вырос с 4 500 до 5 300.""",
    "|",
)
SLOTS = {
    "W": listed("Казань Самара Тверь Пермь Кострома Вологда Чита"),
    "w": listed("Казани Самаре Твери Перми Уфе Омске Саратове"),
    "month": MONTHS,
    "service": ("Выдача справки", "Загранпаспорт", "Регистрация по месту жительства",
                "Пособие на детей", "Единая карта петербуржца", "Постановка на учёт"),
    "service_": ("субсидию", "Материнский капитал", "регистрацию", "полис ОМС", "выписку ЕГРН"),
    "agency": ("Росреестр", "Соцзащита", "Пенсионный фонд", "Департамент культуры", "МВД", "ФНС"),
    "agency_": ("Росреестр", "МФЦ", "Социальный фонд", "Комитет по имуществу", "ЗАГС", "ГИБДД"),
    "portal": ("Госуслуги", "портал", "сайт мэрии", "Единый портал", "СберБанк", "приложение"),
    "sum": ("350", "2 000", "5 500", "12 000", "1 250 000", "105 300", "700"),
}  # fmt: skip


def clean(rng: random.Random, english: bool | None = None) -> str:
    """Return a remark that names nobody."""
    forms = CLEAN_FORMS
    if english is not None:
        forms = [form for form in forms if bool(re.match("[A-Z]", form)) == english]
    numbers = {"n": rng.randint(11, 59), "k": rng.randint(2, 4), "d": f"{rng.randint(10, 28)}",
               "m": f"0{rng.randint(1, 9)}", "y": rng.randint(1, 6)}  # fmt: skip

    def filled(at: re.Match[str]) -> str:
        return str(numbers[at[1]] if at[1] in numbers else rng.choice(SLOTS[at[1]]))

    return re.sub(r"\{(\w+)\}", filled, rng.choice(forms))


# ---------------------------------------------------------------- the whole


def remark(rng: random.Random, kind: str) -> Remark:
    """Make a remark of a class; to half of those with personal data a clean sentence is added."""
    if kind == "clean":
        said = clean(rng)
    elif kind in NAMES:
        said, gender = name_of(rng, kind)
        said = re.sub(r"\[(\w+)\]", r"\1" if gender == "f" else "", said)
    else:
        said = number_of(rng, kind) if kind in NUMBERS else place_of(rng, kind)
    if kind != "clean" and rng.random() < 0.5:
        more = clean(rng, bool(re.match(rf"[{OPEN}A-Z\d]", said) and not re.search("[а-я]", said)))
        said = f"{more} {said}" if rng.random() < 0.4 else f"{said.rstrip('.')}. {more}"
    spans, words = [], ""
    for piece in re.split(f"({OPEN}[^{CLOSE}]*{CLOSE})", said):
        if piece.startswith(OPEN):
            spans.append((len(words), len(words) + len(piece) - 2))
        words += piece.strip(OPEN + CLOSE)
    return Remark(words, kind, tuple(spans))


def remarks(seed: int, each: int, clean_share: float = 0.4) -> list[Remark]:
    """Make ``each`` remarks of every class, and clean ones as the share says."""
    rng = random.Random(seed)
    kinds = [kind for kind in (*NAMES, *NUMBERS, *PLACES) for _ in range(each)]
    kinds += ["clean"] * round(len(kinds) * clean_share / (1 - clean_share))
    return [remark(rng, kind) for kind in kinds]


# ---------------------------------------------------------------- the judge


def hidden_spans(words: str, shown: str, mark: str) -> list[tuple[int, int]]:
    """Return where the words were hidden: what lies between the pieces left."""
    pieces = "(.+?)".join(map(re.escape, shown.split(mark)))
    found = re.fullmatch(pieces, words, re.DOTALL)
    return [found.span(1 + at) for at in range(shown.count(mark))]


def leaks(one: Remark, hidden: list[tuple[int, int]]) -> bool:
    """Tell whether a word of two letters or a digit of a personal part is still to be read."""
    covered = {at for start, end in hidden for at in range(start, end)}
    for start, end in one.spans:
        for part in re.finditer(r"\d|[^\W\d_]{2,}", one.words[start:end]):
            if not set(range(start + part.start(), start + part.end())) <= covered:
                return True
    return False


def foreign_spans(one: Remark, hidden: list[tuple[int, int]]) -> int:
    """Count the hidden spans that touch nothing personal."""
    return sum(all(end <= start or stop <= begin for start, stop in one.spans)
               for begin, end in hidden)  # fmt: skip

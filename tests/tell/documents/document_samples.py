"""Briefs that no agency wrote: one page as a head would get it, and one of every kind of block."""

import io
from collections.abc import Iterator
from functools import cache

from matplotlib.figure import Figure

from ccwork.report.brief import small_chart
from ccwork.tell.documents.document import (
    Bullets,
    Cell,
    Columns,
    Contents,
    Document,
    Heading,
    NewPage,
    Paragraph,
    Picture,
    Run,
    Table,
)

KPIS = {
    "Лёгкость для клиента": ("72 (68–76)", "64 (60–68)"),
    "Скорость": ("11,5 дня (10,9–12,1)", "58 (54–62)"),
    "Информация": ("81 % (77–85 %)", "не измеряется"),
    "Качество": ("94,2 % (93,6–94,8 %)", "77 (73–81)"),
    "Культура": ("не измеряется", "69 (61–77)"),
    "В целом": ("88 % (84–92 %)", "70 (66–74)"),
}


def chart(seed: int = 0, gap: bool = False) -> bytes:
    """Return a small chart of 24 periods: a wave, a point too high, limits drawn anew."""
    values: list[float | None] = [10 + (7 * i + seed) % 5 * 0.6 for i in range(24)]
    outside = [0] * 24
    values[15], outside[15] = 15.0, -1
    values[21], outside[21] = 7.5, 1
    if gap:
        values[4] = values[5] = None
    centre, lower, upper = ([x] * 12 + [x - 0.7] * 12 for x in (11.2, 8.9, 13.5))
    return small_chart.svg(values, centre, lower, upper, outside)


@cache
def png() -> bytes:
    """Return a picture with two bars."""
    figure = Figure((6, 3))
    figure.subplots().bar(["А", "Б"], [3, 2])
    made = io.BytesIO()
    figure.savefig(made, format="png", dpi=150)
    return made.getvalue()


def small(number: int) -> Picture:
    return Picture(
        chart(number, number == 3), "svg", f"Ряд {number}: 24 месяца, два сигнала", width=30
    )


def row(number: int, name: str, facts: str, opinions: str) -> list[Cell]:
    change = [
        ("better", "стало лучше"),
        ("worse", "стало хуже"),
        ("quiet", "изменение не доказано"),
    ]
    mark, word = change[number % 3]
    return [
        Cell([Run(name)]),
        Cell([Run(facts)], number=True),
        Cell([Run(opinions)], number=True),
        Cell(picture=small(number)),
        Cell([Run(word, mark=mark)]),
        Cell([Run("выполняется" if number % 2 else "вне досягаемости")]),
    ]


def five_kpis() -> Table:
    """Return the table of the first page: outer clients, then inner ones."""
    rows: list[list[Cell]] = []
    for whose in ("Внешние клиенты", "Внутренние клиенты"):
        rows.append([Cell([Run(whose, strong=True)], spans=6)])
        rows += [row(n, name, *both) for n, (name, both) in enumerate(KPIS.items())]
    return Table(
        "Пять показателей: факты и мнения",
        ["Показатель", "Факты", "Мнения", "24 месяца", "Изменение", "Цель"],
        rows,
        [0.19, 0.18, 0.15, 0.17, 0.16, 0.15],
    )


def told(kind: str, mark: str, *sentences: str) -> list:
    items = [[Run(sentence, mark=mark), Run(" подробно", link="workings/6_kpi.ru.html#speed")]
             for sentence in sentences]  # fmt: skip
    return [Heading(2, kind), Bullets(items)]


def first_page() -> list:
    """Return the blocks of a first page, as full as it may become."""
    better = told(
        "Стало лучше",
        "better",
        "Справку теперь выдают за 11,5 дня вместо 14,2 (от 10,9 до 12,1) с марта 2025 года.",
        "Документов просят на 0,8 меньше (от 0,5 до 1,1) с июня 2025 года.",
        "Звонков без ответа стало 4 % вместо 9 % (от 3 до 5 %) с января 2025 года.",
    )
    worse = told(
        "Стало хуже или слабое место",
        "worse",
        "Служба «Выписка»: ответ понятен 58 % клиентов (от 51 до 65 %), хуже года назад.",
        "Обещание «за 10 дней» не выполнено 214 раз из 1 830.",
        "Внутренние клиенты ждут доступа 6,4 дня (от 5,2 до 7,6).",
    )
    decide = told(
        "Что решить сейчас",
        "",
        "Принять изменение «Одно окно»: доказательства A, решает начальник отдела, до 30.04.2026.",
        "Назвать ответственного за шаг «Сверка»: сейчас не назван никто.",
        "Продлить проверку «Звонок за день до приёма» до июля 2026 года.",
    )
    absent = told(
        "Чего никто не измеряет", "", "Понятность писем: принесите опрос.", "Отказы у стойки."
    )
    return [
        Heading(1, "Служба реестров: справка руководителя за март 2026 года", anchor="top"),
        Paragraph(
            [
                Run("Справку выдают быстрее, а ответы поняты хуже; решить нужно три дела. "),
                Run("“Certificates”", lang="en"),
            ],
            "lead",
        ),
        five_kpis(),
        Columns([better + decide, worse + absent]),
        Paragraph([Run("Данные по 31.03.2026; как выбрано, сказано на странице 2.")], "small"),
    ]


MARKUP = "#let x = 1 *не разметка* $a$ <b>&amp; \\ _"
ROWS = 80
TITLE = ("Справка с очень длинным названием " * 12)[:299] + "я"


def document(blocks: list, lang: str = "ru", title: str = "Служба реестров: справка") -> Document:
    running = "Служба реестров, март 2026 · для служебного пользования, не публиковать"
    return Document(title, lang, "2026-03-31", running, blocks)


def one_page() -> Document:
    return document(first_page())


def of_every_kind(picture: bytes) -> Document:
    """Return a brief of several pages with every block; `picture` is a PNG."""
    words = ["Строка", "Сколько", "Service (en)"]
    rows = [
        [Cell([Run(f"Строка {n}")]), Cell([Run(f"{n},5")], number=True),
         Cell([Run(f"Service {n}", lang="en")])]
        for n in range(ROWS)
    ]  # fmt: skip
    blocks = [
        Heading(1, TITLE),
        Paragraph([Run("Главное: "), Run("всё цело", strong=True), Run(".")], "lead"),
        Paragraph([Run("Смотрите "), Run("таблицу", link="#rows"), Run(" и "),
                   Run("сайт", link="https://example.org/a?b=1&c=2"), Run(" и "),
                   Run("никуда", link="#nowhere")]),
        NewPage(),
        Contents("Содержание"),
        Heading(2, "Длинная таблица", anchor="rows"),
        Table("Длинная таблица строк", words, rows, [0.4, 0.2, 0.4]),
        NewPage(),
        Heading(2, "Picture in English", lang="en", anchor="picture"),
        Heading(3, "Рисунок"),
        Picture(picture, "png", "Столбики: А выше Б", "Рис. 1. Столбики", 120),
        Picture(chart(), "svg", "Ряд из 24 месяцев", width=60),
        Columns([[Paragraph([Run("Слева")])],
                 [Bullets([[Run("Справа", mark="worse")], [Run("ещё")]])]]),
        Table("", ["А", "Б"], [[Cell([Run(MARKUP)]), Cell([])]], [0.5, 0.5]),
        Paragraph([Run("Источник: @книга, #pagebreak()")], "small"),
    ]  # fmt: skip
    return document(blocks, title=TITLE)


def elements(node) -> Iterator[dict]:
    """Walk the tag tree of a PDF."""
    node = node.get_object()
    if isinstance(node, list):
        for each in node:
            yield from elements(each)
    elif isinstance(node, dict) and node.get("/Type") not in ("/MCR", "/OBJR"):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node["/K"])

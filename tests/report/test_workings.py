import base64
import datetime
import json
import re
import struct
import zlib
from html.parser import HTMLParser

import nbformat.v4 as nbf
import pytest

from ccwork.language import wording
from ccwork.report import workings

HOSTILE = """
<script>alert(1)</script><style>body{display:none}</style>
<img src=x onerror="alert(2)"><img src="https://evil.example/spy.png" alt="spy">
<img src="data:image/svg+xml;base64,AAAA" alt="svg">
<a href="javascript:alert(3)">зло</a> <a href=" data:text/html,x">данные</a>
<a href="//evil.example">рядом</a>
<p class="banner num" style="position:fixed" onclick="alert(4)" id="main">Хорошо</p>
<iframe src="https://evil.example"></iframe><form action="https://evil.example"><input></form>
<svg onload="alert(5)"><text>svg</text></svg><base href="https://evil.example">
<link rel="stylesheet" href="https://evil.example/a.css"><meta http-equiv="refresh" content="0">
<div><table><tr><td>не закрыто
"""


class Page(HTMLParser):
    """Reads a page into a list of (tag, attributes, text of the tag itself)."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    def all(self, *names):
        return [attrs for tag, attrs in self.tags if tag in names]

    @property
    def prose(self):
        return " ".join("".join(self.words).split())


def png():
    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + body).decode()


def md(source):
    return nbf.new_markdown_cell(source)


def code(*outputs, tags=()):
    return nbf.new_code_cell("show()", outputs=list(outputs), metadata={"tags": list(tags)})


def html(body, kind="table", facts=()):
    about = {"kind": kind, "name": "levels", "facts": list(facts)}
    data = {"text/html": body, "text/plain": "таблица"}
    return nbf.new_output("display_data", data, metadata={"ccwork": about})


def figure(alt, image=None, caption="Рисунок 1. Уровни", source="Источник: counts.csv"):
    about = {"kind": "figure", "name": "levels", "caption": caption, "source": source}
    data = {"image/png": image or png(), "text/plain": alt}
    return nbf.new_output("display_data", data, metadata={"ccwork": about})


def fact(id, value=86.29):
    return {"id": id, "value": value, "n": 19590, "unit": "points", "source": ["counts.csv"]}


def notebook(*cells, title="# Этап"):
    return nbf.new_notebook(cells=[md(title), *cells])


def cover(*stages, **more):
    about = {
        "code": "opg", "agency": "Office of the Public Guardian", "agency_lang": "en",
        "period": "2026-03", "date": datetime.date(2026, 3, 31), "source": "открытые данные",
        "licence": "OGL 3.0", "lang": "ru", "stages": [(s, f"Этап {s}") for s in stages],
    }  # fmt: skip
    return workings.Cover(**about | more)


def pages(executed, about):
    ready = {stage: workings.prepared(stage, each, about.lang) for stage, each in executed.items()}
    return workings.written(ready, about)[0]


def page(*cells, **more):
    return pages({"6_kpi": notebook(*cells)}, cover("6_kpi", **more))["6_kpi"]


def notes(**more):
    return pages({"6_kpi": notebook()}, cover("6_kpi", **more))["notes"]


@pytest.fixture(autouse=True)
def russian():
    wording.use("ru")
    yield
    wording.use("ru")


@pytest.mark.parametrize(("given", "marked"), [("", {}), ("en", {"lang": "en"})])
def test_terms_of_use_in_another_language_are_marked(given, marked):
    read = Page(notes(licence="As is", licence_lang=given))
    assert [attrs for attrs in read.all("dd") if attrs] == ([marked] if marked else [])


def test_hostile_output_is_inert_and_the_cell_after_it_stays_whole():
    written = page(code(html(HOSTILE)), md(HOSTILE), md("После"))
    read = Page(written)
    live = {"script", "iframe", "form", "input", "svg", "base", "link", "object", "embed"}
    assert live.isdisjoint(tag for tag, _ in read.tags)
    assert len(read.all("style")) == 1
    assert len(read.all("meta")) == 4
    assert not [name for _, attrs in read.tags for name in attrs if name.startswith("on")]
    assert not [attrs for attrs in read.all("p") if "style" in attrs]
    assert read.all("img") == []
    for bad in ("evil.example", "javascript:", "alert(", "text/html,"):
        assert bad not in written
    assert [attrs.get("id") for _, attrs in read.tags].count("main") == 1
    assert re.search(r"</div>\s*<p>После</p>", written)


def test_hostile_classes_cannot_borrow_the_look_of_the_page():
    assert (
        Page(page(code(html('<p class="banner num">x</p>')))).all("p").count({"class": "num"}) == 1
    )


def test_the_page_asks_for_nothing_remote():
    linked = md("[закон](https://example.org/a) и ![карта](https://example.org/map.png)")
    read = Page(page(linked, code(figure("Уровень 86,3"))))
    for tag, attrs in read.tags:
        if tag != "a":
            assert not [v for k, v in attrs.items() if k in ("src", "href", "data", "action")
                        and not v.startswith("data:image/png;base64,")]  # fmt: skip
    assert [a for a in read.all("a") if a.get("href", "").startswith("http")] == [
        {"href": "https://example.org/a", "rel": "noopener"}
    ]
    assert "@import" not in page() and "url(" not in page()


def test_the_page_forbids_scripts_and_addresses_by_its_own_policy():
    policy = [m["content"] for m in Page(page()).all("meta") if "http-equiv" in m]
    assert policy == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"]


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_page_says_its_language(lang):
    assert Page(page(lang=lang)).all("html") == [{"lang": lang}]


def test_the_name_of_an_agency_is_tagged_where_it_is_foreign():
    assert Page(page()).all("span")[0] == {"class": "agency", "lang": "en"}
    assert Page(page(lang="en")).all("span")[0] == {"class": "agency"}


def test_quotes_keep_their_language():
    assert '<span lang="en">Make an LPA</span>' in page(
        code(html('<table><tr><td><span lang="en">Make an LPA</span></td></tr></table>'))
    )


def test_headings_move_down_so_that_the_page_has_one_first():
    read = Page(page(md("## Уровни"), md("#### Слишком глубоко"), md("# Снова")))
    levels = [tag for tag, _ in read.tags if re.fullmatch("h[1-6]", tag)]
    assert levels == ["h1", "h2", "h2", "h3", "h4", "h2"]
    assert "<h2" in page() and "Этап" in page()


def test_no_heading_skips_a_level():
    brief = code(html("<h5>a</h5><h2>b</h2><p>Итог</p>", kind="summary"), tags=["summary"])
    read = Page(page(md("##### Глубоко"), brief, md("### Мельче")))
    levels = [int(tag[1]) for tag, _ in read.tags if re.fullmatch("h[1-6]", tag)]
    assert all(later <= earlier + 1 for earlier, later in zip(levels, levels[1:], strict=False))


def test_a_notebook_without_a_title_takes_that_of_its_stage():
    untitled = nbf.new_notebook(cells=[md("Текст")])
    written = pages({"1_a": untitled}, cover("1_a"))["1_a"]
    assert '<h2 id="stage-1_a">1_a</h2>' in written


def test_every_picture_says_what_it_shows():
    said = 'Уровень вырос: 86,3 «из 100» <на 1,2> & "выше"'
    written = page(code(figure(said), tags=["figure"]), code(figure("Второй")))
    assert [image["alt"] for image in Page(written).all("img")] == [said, "Второй"]
    assert "<figcaption>Рисунок 1. Уровни <span" in written


def test_ids_are_unique_and_every_link_inside_resolves():
    first = notebook(
        md('## Где ждут\n\n<a id="here"></a>[вверх](#Где-ждут) [тут](#here) [нет](#Пропало)'),
        md("## Где ждут"),
        code(html('<h3>Итог</h3><p><a href="#here">см.</a></p>', "summary"), tags=["summary"]),
    )
    second = notebook(
        md("[назад](1_a.ipynb#Где-ждут) [туда](./1_a.ipynb) [вне](5_b.ipynb) [глоссарий](g.md)"),
        title="# Второй",
    )
    made = pages({"1_a": first, "2_b": second}, cover("1_a", "2_b"))
    ids = {name: [a["id"] for _, a in Page(each).tags if "id" in a] for name, each in made.items()}
    assert all(len(own) == len(set(own)) for own in ids.values())
    for name, written in made.items():
        for link in (a["href"] for a in Page(written).all("a") if "#" in a.get("href", "")):
            there, _, anchor = link.partition("#")
            assert anchor in ids[there.removesuffix(".ru.html") or name]
    inside = [a["href"] for a in Page(made["1_a"]).all("a") if a.get("href", "").startswith("#")]
    assert {"#1_a-2", "#summary-1_a"} <= set(inside)
    second = Page(made["2_b"])
    assert not [a for a in second.all("a") if "ipynb" in a.get("href", "")]
    assert "вне" in second.prose and "глоссарий" in second.prose


def test_a_link_to_another_notebook_leads_to_its_place_on_the_page_of_that_stage():
    first, second = notebook(md("## Уровни")), notebook(md("[к уровням](1_a.ipynb#Уровни)"))
    made = pages({"1_a": first, "2_b": second}, cover("1_a", "2_b"))
    assert '<a href="1_a.ru.html#1_a-2">к уровням</a>' in made["2_b"]
    assert '<h3 id="1_a-2">Уровни</h3>' in made["1_a"]


def test_the_brief_is_led_to_a_table_by_its_name_and_else_to_the_page():
    about, ready = cover("6_kpi"), notebook(md("## Уровни"), code(html("<table></table>")))
    made, stages = workings.written({"6_kpi": workings.prepared("6_kpi", ready, "ru")}, about)
    there = workings.place(stages, "ru", "6_kpi", "levels")
    path, _, anchor = there.partition("#")
    assert path == "workings/6_kpi.ru.html" and f'<span id="{anchor}">' in made["6_kpi"]
    assert workings.place(stages, "ru", "6_kpi", "gone").endswith("#stage-6_kpi")
    assert workings.place(stages, "ru", "notes", "choices") == "workings/notes.ru.html#choices"
    assert 'id="choices"' in made["notes"]


def test_a_long_table_is_folded_with_its_rows_counted_and_a_short_one_is_not():
    def table(rows):
        lines = "<tr><td>а</td></tr>" * rows
        return html(f"<table><caption>Путь</caption><tr><th>Шаг</th></tr>{lines}</table>")

    read = Page(page(code(table(workings.LONG + 1)), code(table(workings.LONG))))
    assert read.all("details") == [{"class": "long"}]
    assert f"Путь: {workings.LONG + 1} строка" in read.prose.replace("\N{NO-BREAK SPACE}", " ")


def test_what_xml_may_not_hold_breaks_no_page_and_blanks_stay_where_they_count():
    listed = "<pre>  <b>a</b> <i>c</i></pre>"
    cells = [code(figure("Первая\nвторая\x0b")), md("до\x0cпосле & <br> <hr>"), code(html(listed))]
    written = page(*cells)
    assert [image["alt"] for image in Page(written).all("img")] == ["Первая\nвторая"]
    assert listed in written and "до после &amp; <br/>" in written


def test_a_failed_stage_says_so_in_its_place_and_the_others_stay():
    executed = {"1_a": notebook(md("Первый")), "3_c": notebook(md("Третий"))}
    about = cover("1_a", "2_b", "3_c", failed=[("2_b", "Нет таблицы <visits>.")])
    made = {name: Page(each).prose for name, each in pages(executed, about).items()}
    assert "Первый" in made["1_a"] and "Третий" in made["3_c"]
    assert "Нет таблицы <visits>." in made["2_b"]
    assert all("Этап 2_b – не рассчитано" in each for each in made.values())


def test_a_failed_stage_shows_nothing_of_its_half_made_notebook():
    about = cover("1_a", failed=[("1_a", "Сбой.")])
    made = pages({"1_a": notebook(md("Половина"))}, about)
    assert not [name for name, each in made.items() if "Половина" in each]


def test_a_stage_the_cover_does_not_know_is_refused():
    with pytest.raises(ValueError, match="must hold stages of the cover only"):
        pages({"9_x": notebook()}, cover("1_a"))


def test_a_summary_is_printed_once_at_the_head():
    brief = code(html("<p>Лучше, чем вчера</p>", "summary"), tags=["summary"])
    shown = code(figure("Ряд"), tags=["figure", "summary"])
    written = page(md("## Подробно"), shown, brief)
    assert written.count("Лучше, чем вчера") == 1
    assert written.count('alt="Ряд"') == 1
    assert written.index("Лучше, чем вчера") < written.index("Содержание")
    assert '<a href="#summary-6_kpi">Итог этого этапа' in written


def test_code_setup_and_warnings_of_the_machine_are_not_printed():
    noise = nbf.new_output("stream", name="stderr", text="UserWarning: /home/x")
    line = nbf.new_output("stream", name="stdout", text="орган, период")
    prose = Page(page(code(line, tags=["setup"]), code(noise), code(line, tags=["trainer"]))).prose
    for hidden in ("show()", "UserWarning", "орган, период"):
        assert hidden not in prose


def test_a_table_scrolls_in_its_own_named_box():
    table = "<table><caption>Уровни</caption><tr><th scope='col'>a</th></tr></table>"
    boxes = [box for box in Page(page(code(html(table)))).all("div") if box.get("class") == "box"]
    assert boxes == [{"class": "box", "role": "group", "tabindex": "0", "aria-label": "Уровни"}]


def test_a_table_keeps_its_scopes_spans_and_words():
    table = (
        '<table><tr><th scope="row" colspan="2">a</th><td class="num x" rowspan="2">1,0</td>'
        '<td class="word">мало данных</td></tr></table><p class="source">counts.csv</p>'
    )
    read = Page(page(code(html(table))))
    assert {"scope": "row", "colspan": "2"} in read.all("th")
    assert {"class": "num", "rowspan": "2"} in read.all("td")
    assert {"class": "word"} in read.all("td")
    assert {"class": "source"} in read.all("p")


def test_headings_and_words_of_a_number_column_are_set_as_its_numbers():
    table = (
        '<table><tr><th scope="col">Услуга</th><th scope="col">Баллы</th></tr>'
        '<tr><th scope="row">a</th><td class="num">1,0</td></tr>'
        '<tr><th scope="row">b</th><td class="word">мало данных</td></tr></table>'
    )
    read = Page(page(code(html(table))))
    heads = [head for head in read.all("th") if head["scope"] == "col"]
    assert heads[:2] == [{"scope": "col"}, {"scope": "col", "class": "num"}]
    assert {"class": "num word"} in read.all("td")


def test_choices_files_and_warnings_have_a_page_of_their_own():
    file = {"file": "counts.csv", "sheet": "", "table": "counts", "sha256": "ab" * 32,
            "rows": 19590, "used": 19000, "dropped": 590}  # fmt: skip
    written = notes(sources=[file], warnings=["Две <строки> лишние."], methods=["Порог 10."])
    prose = Page(written).prose
    assert f'<abbr title="{"ab" * 32}">abababababab</abbr>' in written
    for words in ("19 590", "590", "Две <строки> лишние.", "Порог 10.", "1 замечание"):
        assert words in prose.replace("\N{NO-BREAK SPACE}", " ")


def test_both_languages_say_that_the_report_is_internal_on_screen_and_on_paper():
    for lang, words in (("ru", "Для служебного пользования"), ("en", "Internal, not for")):
        written = page(lang=lang)
        assert written.count(f'<p class="banner">{words}') == 2
        assert re.search(rf'@top-center {{ content: "{words}', written)


def test_the_same_input_gives_the_same_bytes():
    cells = [code(figure("Ряд")), code(html("<p>x</p>", "summary"), tags=["summary"])]
    assert page(*cells) == page(*cells)


def test_rendering_leaves_the_notebooks_as_they_were():
    executed = {"6_kpi": notebook(md("## A"), code(html("<p>x</p>"), tags=["summary"]))}
    before = json.dumps(executed)
    pages(executed, cover("6_kpi"))
    assert json.dumps(executed) == before


def test_pages_in_both_languages_carry_the_same_numbers():
    def numbers(lang):
        wording.use(lang)
        shown = f"{wording.number(19590)} {wording.number(61.5)}"
        cell = f'<table><tr><td class="num">{shown}</td></tr></table>'
        prose = Page(page(code(html(cell)), lang=lang)).prose
        return re.search(r"19\D590 61\D5", prose), re.findall(r"\b\d+\b", prose)

    (ru, ru_all), (en, en_all) = numbers("ru"), numbers("en")
    assert ru and en
    assert ru_all.count("590") == en_all.count("590") == 1


def test_every_term_of_the_report_has_both_languages():
    for name, words in wording.terms().items():
        if name.startswith("report."):
            assert words["ru"] and words["en"] and None not in words, name


@pytest.mark.parametrize(
    "columns, kind",
    [(3, "box"), (9, "box wide"), (14, "box wide broad"), (30, "box wide broad tight")],
)
def test_a_table_is_printed_smaller_and_then_across_before_its_words_are_broken(columns, kind):
    cells = f"<td>{'слово' * 2}</td>" * columns
    boxes = Page(page(code(html(f"<table><tr>{cells}</tr></table>")))).all("div")
    assert [box["class"] for box in boxes if "class" in box] == [kind]


def shown(kind, words):
    """Return an output as ccwork publishes it."""
    data = {"text/html": f"<p>{words}</p>", "text/plain": words}
    about = {"kind": kind, "name": "levels", "facts": []}
    return nbf.new_output("display_data", data, metadata={"ccwork": about})


def test_advice_for_what_is_not_there_is_left_out_and_nothing_is_said_twice():
    gone = shown("words", "Нет данных.")
    full = [shown("table", "Таблица"), shown("words", "Нет ещё.")]
    cells = [
        nbf.new_markdown_cell("# Этап"),
        nbf.new_markdown_cell("## Пусто\n\nЗачем смотрим."),
        nbf.new_code_cell("show(a)", outputs=[gone, gone]),
        nbf.new_markdown_cell("Как читать пустое.\n\n## Полно\n\nЗачем ещё."),
        nbf.new_code_cell("show(b)", outputs=full),
        nbf.new_markdown_cell("Как читать полное."),
        nbf.new_markdown_cell("## Снова пусто"),
        nbf.new_code_cell("show(c)", outputs=[gone]),
        nbf.new_markdown_cell("Как читать снова пустое."),
        nbf.new_markdown_cell("## Конец"),
    ]  # fmt: skip
    body = workings.prepared("6_kpi", nbf.new_notebook(cells=cells), "ru").body
    page = "".join(body.itertext())
    assert page.count("Нет данных.") == 2, "once in each part"
    assert "пустое" not in page and "Как читать полное." in page
    for kept in ("Зачем смотрим.", "Зачем ещё.", "Таблица", "Нет ещё.", "Конец"):
        assert kept in page

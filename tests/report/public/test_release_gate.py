"""The gate reads what leaves: each kind of thing planted is found, clean files pass."""

import json

import pytest

from ccwork.language import wording
from ccwork.report.public import release_gate
from ccwork.report.public.release_gate import Context

HEAD = "kind,kpi,code,service,period,before,value,bound,unit,n,withheld,name_ru\n"
SUMS = [("n:m:a:2026-01", ["x:m:a:2026-01", "rest:m:a:2026-01"])]


def found(folder, name: str, text: str, **more: object) -> set[str]:
    (folder / name).write_text(text, encoding="utf-8")
    return {problem.code for problem in release_gate.findings(folder, Context(**more))}


def page(inside: str) -> str:
    return f"<!DOCTYPE html><html><head><title>t</title></head><body>{inside}</body></html>"


@pytest.mark.parametrize(("inside", "code"), [
    ("<p>Звоните 8 900 000-00-00</p>", "personal"),
    ("<p>Write to a.b@example.org</p>", "personal"),
    ("<p>Помогла Иванова Мария Петровна</p>", "personal"),
    ("<p>Ответили 7 человек</p>", "few"),
    ("<p>Only <b>three</b> people came</p>", "few"),
    ('<table><tr><td data-head="Людей и случаев">4</td></tr></table>', "few"),
    ('<img alt="По 5 обращениям" src="data:image/png;base64,AA==">', "few"),
    ("<!-- Для служебного пользования, не публиковать -->", "internal"),
    ("<p>Старший приёмщик</p>", "internal"), ("<p>P07: молодец</p>", "internal"),
    ("<script>1</script>", "live"), ("<p onclick='x'>a</p>", "live"),
    ("<a href=' javascript:x'>a</a>", "live"), ("<iframe></iframe>", "live"),
    ("<img src='data:text/html,x'>", "live"),
    ('<img src="data:image/svg+xml;base64,PHN2Zz48c2NyaXB0Lz48L3N2Zz4=">', "live"),
    ("<img src='https://example.org/x.png'>", "remote"), ("<img src='x.png'>", "remote"),
    ("<style>@import 'x';</style>", "remote"), ("<p style='background:url(//x)'>a</p>", "remote"),
    ("<link rel=stylesheet href='x.css'>", "remote"),
    ("<svg><image href='x.png'/></svg>", "remote"),
    ("<svg><use xlink:href='x#a'/></svg>", "remote"),
    ("<html manifest=x>", "remote"), ("<a ping='x'>a</a>", "remote"),
    ("<link rel=preload imagesrcset='x'>", "remote"),
    ("<style>@\\69mport 'x';</style>", "remote"), ("<p style='background:\\75rl(x)'>", "remote"),
    ("<a href='java&#9;script:x'>a</a>", "live"), ("<a href='file:x'>a</a>", "live"),
    ("<?xml-stylesheet href='x'?>", "live"), ("<!DOCTYPE x [<!ENTITY a 'b'>]>", "live"),
    ("<svg><animateTransform></svg>", "live"),
    ('<img src="data:image/SVG+xml;base64,PHN2Zz48c2NyaXB0Lz48L3N2Zz4=">', "live"),
    ("<a href='mailto:a.b@example.org'>a</a>", "personal"),
    ("<p data-x='8 900 000-00-00'>a</p>", "personal"),
    ("<![CDATA[Иванова Мария Петровна]]>", "personal"),
    ("<p data-x='Старший приёмщик'>a</p>", "internal"), ("<p>\u041007</p><p>Р07</p>", "internal"),
    ("<p>Cтарший приёмщик</p>", "internal"), ("<p>Старший<br>приёмщик</p>", "internal"),
    ("<p>Ответили \uff17 человек</p>", "few"), ("<p>Семеро клиентов</p>", "few"),
    ("<p>7 жителей</p>", "few"), ("<p>Число людей: 7</p>", "few"), ("<p>people: 7</p>", "few"),
])  # fmt: skip
def test_each_thing_planted_in_a_page_is_found_and_no_other(tmp_path, inside, code):
    inner = ("Старший приёмщик", "P07")
    assert found(tmp_path, "public.ru.html", page(inside), inner=inner) == {f"release_{code}"}


def test_a_clean_page_passes(tmp_path):
    inside = (
        "<h1>Служба (вымышленная)</h1><p>Данные на 30 июня 2026. Ждали 12 дней.</p>"
        '<td data-head="Людей и случаев">305\u00a0080</td><p>4.9 cases per 1000</p>'
        '<img alt="Скорость: было 5, стало 7" src="data:image/svg+xml;base64,PHN2Zy8+">'
        "<p>Приёмщики, P070</p><a href='data.csv'>data.csv</a>"
    )
    own = ("30 июня 2026", "Служба (вымышленная)")
    inner = ("Приёмщик", "P07")
    assert not found(tmp_path, "p.html", page(inside), own=own, inner=inner)


@pytest.mark.parametrize(("line", "code"), [
    ("metric,speed,m,a,2026-01,,12.0,,days,8,,Срок", "few"),
    ("metric,speed,m,a,2026-01,,12.0,,days,12,,Срок", "few"),
    ("metric,speed,m,a,2026-01,,12.0,,days,15,,=1+1", "formula"),
    ("metric,speed,m,a,2026-01,,12.0,,days,15,,звоните 8 900 000-00-00", "personal"),
    ("metric,speed,m,a,2026-01,,12.0,,days,,yes,Срок", "hidden"),
    ("metric,speed,m,a,2026-01,11.0,,,days,,yes,Срок", "hidden"),
    ("metric,speed,m,a,2026-01,,12.0,,days,15", "unread"),
    ("metric,speed,m,a,2026-01,,12.0,,days, 7,,Срок", "unread"),
    ("metric,speed,m,a,2026-01,,nan,,days,15,,Срок", "unread"),
    ("metric,speed,m,a,2026-01,,12.0,,days,-5,,Срок", "few"),
    ("metric,speed,m,89000000000,2026-01,,12.0,,days,15,,Срок", "personal"),
])  # fmt: skip
def test_each_thing_planted_in_the_data_is_found(tmp_path, line, code):
    assert found(tmp_path, "data.csv", HEAD + line + "\n") == {f"release_{code}"}


@pytest.mark.parametrize("line", [
    "metric,speed,m,a,2026-01,11.0,12.0,,days,15,,'=1+1",
    "metric,speed,m,a,2026-01,,,,days,,yes,Срок", "metric,speed,m,a,2026-01,,80.0,,percent,50,,В",
    "metric,speed,m,a,2026-01,,,,percent,50,yes,Срок",
    "kpi,speed,speed,,2026-01,,70.0,,points,,,С",
])  # fmt: skip
def test_clean_data_pass(tmp_path, line):
    assert not found(tmp_path, "data.csv", HEAD + line + "\n", sums=SUMS)


def test_a_hidden_count_that_the_rest_gives_away_is_found(tmp_path):
    told = [f"metric,speed,m,{service},2026-01,,20.0,,percent,{n},,Срок"
            for service, n in (("a", 40), ("b", 30))]  # fmt: skip
    hidden = "metric,speed,m,c,2026-01,,,,percent,,yes,Срок"
    whole = "promise,,wait,,2026-01,,20.0,,percent,70,,Право"
    text = HEAD + "\n".join([*told, hidden, whole]) + "\n"
    sums = [("n:promise:wait:2026-01", [f"n:m:{service}:2026-01" for service in "abc"])]
    # the total, 68 to 72, less 38 to 42 and 28 to 32: the third is 1 to 6
    assert not found(tmp_path, "data.csv", text, sums=sums)
    # who knows from before how many the two were, knows of the third that it is 1 or 2
    known = {"n:m:a:2026-01": (40, 40), "n:m:b:2026-01": (30, 30)}
    assert found(tmp_path, "data.csv", text, sums=sums, known=known) == {"release_narrow"}


def test_what_it_cannot_read_does_not_leave(tmp_path):
    assert found(tmp_path, "public.pdf", "x") == {"release_unread"}
    (tmp_path / "public.pdf").unlink()
    (tmp_path / "p.html").write_bytes(b"\xff\xfe<p>")
    assert found(tmp_path, "d.json", "{") == {"release_unread"}


def test_words_of_the_descriptor_are_read(tmp_path):
    told = {"title": "Спросили 5 человек", "resources": [{"hash": f"sha256:{'0' * 64}"}]}
    assert found(tmp_path, "datapackage.json", json.dumps(told)) == {"release_few"}


@pytest.mark.parametrize(("lang", "said"), [("ru", "Видно малое"), ("en", "A small number of")])
def test_what_is_found_is_said_in_the_language_of_the_reader(tmp_path, lang, said):
    (tmp_path / "p.html").write_text(page("<p>2 visits, 3 cases</p>"), encoding="utf-8")
    with wording.speaking(lang):
        (problem,) = release_gate.findings(tmp_path, Context())
        assert str(problem).startswith(f"p.html: {said}") and "2 visits, 3 cases" in str(problem)


def test_a_number_of_metrics_is_no_number_of_people_and_a_long_number_is_read(tmp_path):
    own = ("Показателей без числа людей:",)
    assert not found(tmp_path, "p.html", page("<p>Показателей без числа людей: 3.</p>"), own=own)
    assert not found(tmp_path, "p.html", page("<p>Людей: 75</p><p>people: 7.5</p>"))
    (tmp_path / "p.html").unlink()
    assert found(tmp_path, "d.json", '{"a": "8-900-000-00-00"}') == {"release_personal"}
    assert not found(tmp_path, "d.json", '{"a": "2026-06-30T00:00:00Z", "b": "2026-06"}')

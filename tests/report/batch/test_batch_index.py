import csv
import io
import re

import pytest
from report.test_workings import Page

from ccwork.language import wording
from ccwork.report.batch import batch_index


@pytest.fixture(autouse=True)
def russian():
    wording.use("ru")
    yield
    wording.use("ru")


def row(agency, **more):
    about = {"code": agency.lower(), "agency": agency, "agency_lang": "ru", "period": "2026Q1",
             "status": "ok", "warnings": 0, "ru": "", "en": "", "message": "", "state": "",
             "rows": []}  # fmt: skip
    return about | more


def test_the_index_is_alphabetical_and_ranks_nobody():
    rows = [row("Юстиция"), row("Ёлочная палата", warnings=9), row("Жильё"), row("Архив")]
    written = batch_index.index_page(rows)
    names = re.findall(r'<th scope="row">(.*?)</th>', written)
    assert names == ["Архив", "Ёлочная палата", "Жильё", "Юстиция"]
    assert not re.search("<ol|место|рейтинг|ранг", written.casefold())


def test_the_index_links_to_the_reports_and_says_where_there_is_none():
    made = row("Архив", ru="архив/2026Q1.ru.html", en="javascript:alert(1)")
    read = Page(
        batch_index.index_page([made, row("Суд", status="data", message="<b>Нет</b> файла")])
    )
    links = [a["href"] for a in read.all("a") if "hreflang" in a]
    assert links[0].endswith("/2026Q1.ru.html") and links[0].startswith("%D0")
    assert links[1] == "javascript%3Aalert%281%29"
    for words in ("отчёта нет", "ошибки в данных", "<b>Нет</b> файла", "1 квартал 2026"):
        assert words in read.prose


def test_of_many_agencies_only_what_is_on_the_screen_is_laid_out():
    figures = [{"client": client, "kpi": kpi, "value": "70", "verdict": "met", "word": "да"}
               for client in ("люди", "компании") for kpi in range(6)]  # fmt: skip
    page = batch_index.index_page([row(f"Орган {n}", rows=figures) for n in range(1000)])
    assert re.search(r"\.rows {[^}]*content-visibility: auto", page)  # a third of the time to open
    assert page.count('<ul class="rows">') == 2000 and len(re.findall(r"<\w", page)) < 40_000


def test_an_agency_whose_data_could_not_be_read_has_no_period_in_the_index():
    assert '<p class="small">–</p>' in batch_index.index_page(
        [row("Суд", period="", status="data")]
    )


def test_the_index_speaks_the_language_in_force():
    wording.use("en")
    assert "Reports of the agencies" in batch_index.index_page([row("Archive")])


@pytest.mark.parametrize("status", ["ok", "partial", "data", "failed", "skipped", "interrupted"])
def test_every_status_has_a_word(status):
    assert wording.has(f"report.status.{status}")


@pytest.mark.parametrize("start", list("=+-@\t\r|%＝＋－＠"))
def test_no_cell_of_the_summary_can_become_a_formula(start):
    written = batch_index.summary_csv([row("Архив", message=f"{start}cmd")])
    assert (
        next(csv.DictReader(io.StringIO(written, newline="")))["message"]
        == "'" + f"{start}cmd".strip()
    )


def test_the_summary_has_its_columns_and_keeps_codes_and_numbers():
    written = batch_index.summary_csv([row("Юстиция"), row("Архив", warnings=-1, status="data")])
    lines = written.splitlines()
    assert lines[0] == (
        "code,agency,period,status,reason,warnings,seconds,input,output,ru,en,message"
    )
    assert lines[1] == "архив,Архив,2026Q1,data,,-1,,,,,,"
    assert lines[2].startswith("юстиция")


def test_the_index_shows_the_one_sentence_and_the_kpis_of_each_agency():
    kpi = {"client": "Внешние клиенты", "kpi": "Скорость", "value": "61,5 [58; 65]",
           "verdict": "worse", "word": "хуже, −7,0"}  # fmt: skip
    inner = kpi | {"client": "Внутренние клиенты"}
    made = row("Архив", state="1 доказанное ухудшение.", rows=[kpi, inner])
    read = Page(batch_index.index_page([made, row("Суд")]))
    assert "1 доказанное ухудшение." in read.prose
    assert "Скорость: 61,5 [58; 65], хуже, −7,0" in read.prose
    _, _, inner_part = read.prose.partition("Внутренние клиенты: ")
    assert "Скорость: 61,5" in inner_part and "Суд" in inner_part
    assert {"class": "mark worse"} in read.all("span")

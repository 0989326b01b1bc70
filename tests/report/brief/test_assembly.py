from functools import partial

import pytest
from report.brief.test_choice import one

from ccwork.language import wording
from ccwork.report.brief import assembly, choice
from ccwork.tell.documents import document_html
from ccwork.tell.documents.document import Bullets, Columns, Heading, Picture, Table, words

SAYS = {
    "plain": ("«{step}»: хуже на {value}", "“{step}”: worse by {value}"),
    "ask": ("Решить о «{step}».", "Decide on “{step}”."),
}


@pytest.fixture(autouse=True)
def sentences():
    for code, (ru, en) in SAYS.items():
        for lead in ("brief", "act"):
            wording.terms()[f"{lead}.{code}"] = {"code": code, "ru": ru, "en": en}
    wording.use("ru")
    yield
    wording.use("ru")
    for code in SAYS:
        del wording.terms()[f"brief.{code}"], wording.terms()[f"act.{code}"]


def said(name, kind="weak_place", **more):
    values = {
        "step": f"text:{name}",
        "value": {"value": 3.5, "low": 1.0, "high": 6.0, "unit": "days"},
    }
    about = {"what": "plain", "action": "", "who": "", "by": "", "values": values,
             "facts": [f"6_kpi.judged.{name}.value"]}  # fmt: skip
    return one(name, kind, **about | more)


def facts(client="external", **kpis):
    found = {}
    for kpi, (status, value, verdict) in kpis.items():
        lead = f"6_kpi.five_rows.{client}.{kpi}"
        found[f"{lead}.status"] = {"value": None, "word": status}
        found[f"{lead}.verdict"] = {"value": None, "word": verdict}
        found[f"{lead}.kpi_points"] = {
            "value": value,
            "low": value - 2,
            "high": value + 2,
            "n": 90,
        }
        for n, points in enumerate([value - 3, None, value]):
            point = f"6_kpi.kpi_by_period.{client}.{kpi}.2026-0{n + 1}"
            found[f"{point}.points"] = {"value": points}
            found[f"{point}.past_limits"] = {"value": float(n == 2)}
    return found


def made(found=(), known=None, lang="ru", **more):
    wording.use(lang)
    about = {
        "agency": "Орган", "agency_lang": "ru", "period": "2026-03", "day": "2026-03-31",
        "source": "реестр", "stages": [("6_kpi", "КПЭ", "")], "facts": known or {},
        "found": found, "pictures": {}, "place": partial("workings/{}.html#{}".format),
    }  # fmt: skip
    return assembly.Material(**about | more)


def blocks(document, kind):
    for block in document.blocks:
        parts = (
            [b for part in block.parts for b in part] if isinstance(block, Columns) else [block]
        )
        yield from (part for part in parts if isinstance(part, kind))


def prose(document):
    return " ".join(words(document.blocks)).replace("\N{NO-BREAK SPACE}", " ")


def test_nothing_proven_is_said_plainly():
    told = prose(assembly.brief(made()))
    assert "За период доказанных изменений нет." in told
    for empty in ("Доказанных улучшений нет.", "Сейчас решать нечего."):
        assert empty in told


@pytest.mark.parametrize(("lang", "told"), [
    ("ru", "Источник: не указан; впишите «source_ru» в файл «agency.toml»."),
    ("en", "Source: not given in English; write “source_en” into the file “agency.toml”."),
])  # fmt: skip
def test_a_page_without_a_source_says_so(lang, told):
    for known in ({}, facts(speed=("full", 61.5, "worse"))):
        assert told in prose(assembly.brief(made(lang=lang, source="", known=known)))


def test_the_state_is_one_sentence_of_what_there_is():
    found = [said("а", "improved", grade="A"), said("б", "worsened", grade="proven"),
             said("в"), said("г"), said("д", "decision_due")]  # fmt: skip
    state = assembly.state(choice.chosen(found))
    assert state == (
        "1 доказанное улучшение, 1 доказанное ухудшение; 2 слабых места; ждут решения: 1 вопрос."
    )
    wording.use("en")
    assert assembly.state(choice.chosen(found[1:4])) == "1 proven deterioration; 2 weak places."


def test_a_finding_is_said_with_its_number_and_leads_to_its_table():
    document = assembly.brief(made([said("Очередь")]))
    (item,) = next(blocks(document, Bullets)).items
    told = item[0].words.replace("\N{NO-BREAK SPACE}", " ")
    assert told == "«Очередь»: хуже на 3,5 дня [1,0; 6,0]"
    assert item[0].link == "workings/6_kpi.html#judged"


def test_the_other_stages_of_one_cause_are_named_under_it():
    same = {"kpi": "speed", "service": "visa"}
    target = said("б", "out_of_reach", **same, facts=["6_kpi.target_progress.x.target"])
    step = said("в", **same, stage="3_one_process", facts=["3_one_process.waits.x.norm"])
    stages = [("6_kpi", "КПЭ: лучше ли", ""), ("3_one_process", "Этап 3. Один процесс", "")]
    document = assembly.brief(made([said("а", **same), target, step], stages=stages))
    item = next(blocks(document, Bullets)).items[0]
    assert "".join(run.words for run in item).endswith("6,0] То же: Этап 3.")
    assert item[2].link == "workings/3_one_process.html#waits"


def test_a_decision_says_what_who_and_by_when_and_where_nobody_is_named():
    found = [said("а", "decision_due", action="ask", who="text:Начальник", by="2026-05-01"),
             said("б", "decision_due", who="person:T2", by="2026-02"),
             said("в", "decision_due", stage="4_scale")]  # fmt: skip
    told = prose(assembly.brief(made(found)))
    assert "Решить о «а». Начальник, срок: 1 мая 2026." in told
    assert "«б»: хуже на 3,5 дня [1,0; 6,0] Сотрудник T2, срок прошёл: февраль 2026." in told
    assert "«в»: хуже на 3,5 дня [1,0; 6,0] Никто не назван." in told


def test_kpis_stand_in_rows_and_what_nobody_measures_in_one_line():
    known = facts(speed=("full", 61.5, "worse"), culture=("not_measured", 0, ""))
    known |= facts("internal", quality=("partial", 70.0, "not_proven"))
    (table,) = blocks(assembly.brief(made(known=known)), Table)
    shown = ["".join(run.words for run in row[0].runs) for row in table.rows]
    assert shown == [
        "Внешние клиенты", "Скорость", "Не измеряется: Культура.",
        "Внутренние клиенты", "Качество решения", "Источник: реестр.",
    ]  # fmt: skip
    value, change = table.rows[1][1], table.rows[1][6]
    assert value.runs[0].words == "61,5 [60;\N{NO-BREAK SPACE}64]"
    assert change.runs[0].words.startswith("хуже") and change.runs[0].mark == "worse"


@pytest.mark.parametrize(("lang", "said"), [
    ("ru", ["данных мало: нет фактов", "данных мало: нет мнений", "данных мало", "данных мало"]),
    ("en", ["too little data: no facts", "too little data: no opinions",
            "too little data", "too little data"]),
])  # fmt: skip
def test_a_kpi_that_only_lacks_its_other_half_says_which(lang, said):
    little = {"effort": "only_opinions", "speed": "only_facts", "quality": "full",
              "overall": "only_opinions"}  # fmt: skip
    wording.use(lang)
    rows = assembly.kpis(facts(**{kpi: (has, 61.5, "too_little") for kpi, has in little.items()}))
    assert [row.word for row in rows] == said


def test_where_facts_and_opinions_part_the_row_says_so_and_calls_nothing_better():
    known = facts(speed=("full", 61.5, "better"))
    known["6_kpi.accord.external.speed.accord"] = {"value": None, "word": "formalism"}
    (row,) = assembly.kpis(known)
    assert (row.verdict, row.word) == ("not_comparable", "факты лучше, люди не чувствуют")


@pytest.mark.parametrize(("lang", "said"), [("ru", "не указано"), ("en", "not given")])
def test_a_number_of_cases_nobody_gave_is_words_not_a_blank(lang, said):
    known = facts(speed=("full", 61.5, "better"), culture=("full", 50.5, "better"))
    known["6_kpi.five_rows.external.speed.n"] = {"value": None, "word": ""}
    known["6_kpi.five_rows.external.culture.n"] = {"value": 90.0}
    wording.use(lang)
    assert [row.n for row in assembly.kpis(known)] == [said, "90"]


def test_a_small_chart_says_in_words_what_it_shows():
    (table,) = blocks(assembly.brief(made(known=facts(speed=("full", 61.5, "worse")))), Table)
    picture = table.rows[1][5].picture
    assert picture.image.startswith(b"<svg")
    assert picture.alt == (
        "Скорость: было 58,5 (январь 2026), стало 61,5 (март 2026). "
        "За 3 периода вне пределов 1 точка."
    )


def test_half_a_page_a_stage_and_one_line_for_those_that_are_silent():
    stages = [("1_a", "Первый", ""), ("2_b", "Второй", "Нет данных."), ("3_c", "Третий", "")]
    own = said("а", stage="1_a", action="ask")
    shown = {"1_a": [("x", Picture(b"", "png", "Ряд"))]}
    document = assembly.brief(made([own], stages=stages, pictures=shown))
    heads = [block.words for block in blocks(document, Heading) if block.anchor]
    assert heads == ["Первый"] and next(blocks(document, Picture)).alt == "Ряд"
    assert "Второй. Нет данных. Находок нет: Третий" in prose(document)


def test_the_best_picture_of_a_stage_is_of_what_its_first_finding_is_about():
    there = [("scores", "x"), ("histories", "цена"), ("histories", "срок")]
    pictures = {"6_kpi": [(name, Picture(b"", "png", alt)) for name, alt in there]}
    found = [said("а", values=said("а")["values"] | {"metric": "metric:срок"})]
    document = assembly.brief(made(found, pictures=pictures))
    assert next(blocks(document, Picture)).alt == "срок"


def test_a_picture_of_one_place_stands_only_where_a_finding_is_about_it():
    pictures = {"6_kpi": [(name, Picture(b"", "png", name)) for name in ("histories", "scores")]}
    values = said("а")["values"]
    for metric, shown in ((values | {"metric": "metric:срок"}, "scores"), (values, "histories")):
        document = assembly.brief(made([said("а", values=metric)], pictures=pictures))
        assert next(blocks(document, Picture)).alt == shown


def test_more_than_is_told_is_counted_and_ties_are_said():
    told = prose(assembly.brief(made([said(name) for name in "абвгд"])))
    assert "Хуже или слабо: 3 из 5, ещё 2 с тем же весом" in told
    found = [said(name, size=size) for size, name in enumerate("абвг", 1)]
    assert "Хуже или слабо: 3 из 4 «" in prose(assembly.brief(made(found)))


def test_where_nothing_moved_the_state_counts_what_is_not_known():
    assert assembly.state(choice.chosen([said("а", "not_measured")])) == (
        "За период доказанных изменений нет; 1 пробел в данных."
    )


@pytest.mark.parametrize("lang", wording.LANGS)
def test_all_words_of_the_tree_stand_on_the_page(lang):
    found = [said("Очередь <b>"), said("Суд", "decision_due", action="ask")]
    known = facts(speed=("full", 61.5, "worse"))
    document = assembly.brief(made(found, known, lang))
    page = document_html.written(document)
    assert "Очередь &lt;b&gt;" in page and page.count("<h1") == 1
    from bs4 import BeautifulSoup

    tree = BeautifulSoup(page, "html.parser").main
    shown = " ".join([tree.get_text(" "), *(image["alt"] for image in tree.find_all("img"))])
    for each in words(document.blocks):
        assert "".join(each.split()) in "".join(shown.split())


def test_an_agency_with_nothing_at_all_gets_a_page():
    document = assembly.brief(made(agency="О" * 300, stages=[], day=""))
    assert document_html.written(document).count("О" * 300) >= 1


@pytest.mark.parametrize("services", [40])
def test_many_services_make_no_longer_page(services):
    found = [said(str(n), kpi="speed", service=str(n), size=n) for n in range(services)]
    document = assembly.brief(made(found))
    first = prose(document).partition("Содержание")[0]
    assert len(first.split()) <= 220


@pytest.mark.parametrize(
    ("lang", "lacks", "wanted"),
    [("ru", 1, "не рассчитан 1 раздел из 9"), ("ru", 3, "не рассчитаны 3 раздела из 9"),
     ("en", 1, "1 section of 9 was not"), ("en", 0, "")],
)  # fmt: skip
def test_stages_that_were_not_computed_are_counted_under_the_state(lang, lacks, wanted):
    shown = assembly.brief(made(lang=lang, lacks=lacks, all=9)).blocks
    told = next(words(shown[3:4]))
    assert (wanted in told) if lacks else ("sections" not in told)

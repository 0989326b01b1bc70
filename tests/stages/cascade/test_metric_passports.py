"""Passports of metrics, the agency's own choice, and a metric added by editing tables only."""

import re

import pytest
from conftest import SAMPLES, sample
from nbclient import NotebookClient

from ccwork.language import notebook_editions, wording
from ccwork.measure import own_past
from ccwork.read import catalogues
from ccwork.stages.cascade import metric_passports, position_cards
from ccwork.tell import display, sentences

NOTEBOOK = SAMPLES.parent / "notebooks" / "8_cascade.ipynb"
ADDED = (
    "metric,kpi,group,form,unit,better,worst,best,ru,en,about_ru,about_en,owner,review\n"
    "lost_calls,speed,objective,share,percent,lower,100,0,Потерянные звонки,Lost calls,"
    "Звонки без ответа.,Calls nobody took.,post,2026-03\n"
)


def said(work, metric="lost_calls"):
    return metric_passports.passport(work, metric).set_index("passport_line")["line_said"]


@pytest.fixture
def added(agency):
    """An agency whose methodologist added a metric by rows alone."""
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "metrics.csv").write_text(ADDED, encoding="utf-8")
    agency.metric([40, 30], metric="lost_calls", n=1000, first="2026-05")
    agency.add("needs", [{"need": "reached", "segment": "citizens", "need_ru": "Дозвониться",
                          "metric": "lost_calls"}])  # fmt: skip
    agency.add("positions", [{"position": "post", "name_ru": "Оператор", "name_en": "Operator"}])
    names = ("indicator", "level", "parent", "metric", "service", "position", "role")
    lines = (
        ("top", "agency", "", "fast_enough", "", "", ""),
        ("calls", "process", "top", "lost_calls", "a", "", ""),
        ("own", "position", "calls", "", "", "post", "owns"),
    )
    agency.add("indicators", [dict(zip(names, line, strict=True)) for line in lines])
    return agency


# ---------------------------------------------------------------- a metric by tables only


def test_a_metric_added_by_rows_is_in_the_passport_and_on_the_card(added):
    work = added.load()
    assert said(work)[["name", "owner", "review", "needs", "about"]].tolist() == [
        "Потерянные звонки", "Оператор", "март 2026", "Дозвониться", "Звонки без ответа.",
    ]  # fmt: skip
    assert said(work)[["group", "tables"]].tolist() == ["факт", "показатели"]
    with wording.speaking("en"):
        assert said(work)[["group", "tables"]].tolist() == ["fact", "metrics"]
        assert said(work, "easy")[["group", "tables"]].tolist() == ["opinion", "answers, counts"]
    card = position_cards.card(work, "post").iloc[0]
    assert card[["kpi", "value", "verdict"]].tolist() == ["speed", 30, "better"]
    assert "Lost calls" in position_cards.card_page(work, "post", "en")
    assert "Потерянные звонки" in metric_passports.passport_page(work, "lost_calls", "ru")
    assert own_past.judged(work)["metric"].tolist() == ["lost_calls"]


def test_a_metric_added_by_rows_is_in_the_report(added):
    added.load()
    made = notebook_editions.edition(
        notebook_editions.read_notebook(NOTEBOOK),
        notebook_editions.prose("8_cascade", "en"),
        "report",
        "en",
    )
    for cell in made.cells:
        if "parameters" in notebook_editions.tags(cell):
            cell.source = f'data = r"{added.root}"\nagency = "{added.name}"\nperiod = ""'
    NotebookClient(made, timeout=120).execute()
    tables_of = {
        output.metadata["ccwork"]["name"]
        for cell in made.cells
        for output in cell.get("outputs", ())
        if "Lost calls" in str(output.get("data")) and "ccwork" in output.metadata
    }
    assert {"selection", "passport", "review", "card", "meeting"} <= tables_of


# ---------------------------------------------------------------- passports


@pytest.mark.parametrize("lang", wording.LANGS)
def test_every_metric_of_the_catalogue_has_a_full_passport_in_one_language(lang, agency):
    work = agency.metric([5, 4], metric="documents", n=100).load()
    wording.use(lang)
    for metric in catalogues.common()["metrics"].index:
        lines = said(work, metric)
        assert lines.index.tolist() == [
            line for own in metric_passports.PARTS.values() for line in own
        ]
        must = ["name", "kpi", "unit", "better", "about", "formula", "anchors", "need",
                "principle", "source", "version", "form", "weight", "minimum"]  # fmt: skip
        assert (lines[must] != "—").all() and lines["goal"] == "—", metric
        ours = re.sub("«[^»]*»", "", " ".join(lines.drop("services")))
        assert not re.search("[а-яё]" if lang == "en" else "[a-z]{3}", ours, re.IGNORECASE)


def test_an_unknown_metric_is_refused():
    with pytest.raises(
        ValueError, match="`metric` must be a code of the catalogue; not 'nothing'"
    ):
        metric_passports.passport(sample("archive"), "nothing")


def test_the_owner_comes_from_the_catalogue_or_else_from_the_cascade():
    work = sample("registry")
    assert metric_passports.owner(work, "documents") == wording.name("position", "head")
    assert metric_passports.owner(work, "client_actions") == wording.name("position", "head")
    assert metric_passports.owner(work, "uptime") == ""


def test_no_passport_needs_anything_from_outside():
    page = metric_passports.passport_page(sample("registry"), "lead_days", "en")
    assert not re.search(r"(src|href)=|url\(|https?://", page)
    assert '<html lang="en">' in page and wording.lang() == "ru"


# ---------------------------------------------------------------- the choice


def test_the_choice_follows_needs_first_and_tells_the_stale_passport():
    found = metric_passports.selection(sample("registry")).set_index("metric")
    assert found.loc["documents", ["selection", "renewal"]].tolist() == ["need", "stale"]
    assert found.loc["lead_days", "renewal"] == "fresh"
    assert found["selection"].tolist() == sorted(
        found["selection"], key=["need", "need_only", "value", "empty"].index
    )
    assert metric_passports.choice_counted(sample("registry"))["stale_passports"].tolist() == [1]


def test_a_need_whose_metric_is_not_measured_is_told(agency):
    agency.metric([5, 4], metric="documents", n=100)
    agency.add("needs", [{"need": "n", "segment": "citizens", "metric": "lead_days"}])
    work = agency.load()
    found = metric_passports.selection(work).set_index("metric")["selection"]
    assert found.to_dict() == {"lead_days": "need_only", "documents": "value"}
    counted = metric_passports.choice_counted(work)
    assert counted["say"].tolist() == ["needs_none"]
    assert list(sentences.sentences(counted)) == [
        "Выбраны 2 показателя; измеренного ответа на записанную потребность нет."
        " Потребностей, чей показатель не измеряют: 1."
    ]


def test_one_metric_without_a_need_is_said_as_one(agency):
    work = agency.metric([5, 4], metric="documents", n=100).load()
    counted = metric_passports.choice_counted(work)
    assert list(sentences.sentences(counted)) == [
        "Выбран 1 показатель; записанной потребности за этим выбором нет."
    ]


def test_what_is_not_chosen_says_whether_it_is_missed(agency):
    work = agency.metric([5, 4], metric="documents", n=100).load()
    left = metric_passports.metrics_left_out(work).set_index("metric")["left_because"]
    assert left["visits"] == "has_others"
    assert left["easy"] == "only_opinion" and left["lead_days"] == "only_fact"
    both = set(left.index) | set(metric_passports.selection(work)["metric"])
    assert both == set(work.catalogue.index) and "documents" not in left.index


def test_a_metric_brought_without_a_value_is_told_so():
    found = metric_passports.selection(sample("archive")).set_index("metric")["selection"]
    assert found["respected"] == "empty"


# ---------------------------------------------------------------- versions


def test_a_new_version_has_its_own_periods(agency):
    rows = [
        {"metric": "documents", "service": "a", "period": f"2026-0{month}", "value": 5, "n": 100,
         "version": "2" if month > 4 else ""}
        for month in range(1, 7)
    ]  # fmt: skip
    found = metric_passports.passport_versions(agency.add("metrics", rows).load(), "documents")
    assert found[["made_by", "first", "last", "periods"]].to_numpy().tolist() == [
        ["1", "2026-01", "2026-04", 4], ["2", "2026-05", "2026-06", 2],
    ]  # fmt: skip
    display.show(found)


# ---------------------------------------------------------------- what a passport says by default


def test_a_metric_without_a_worthwhile_change_has_the_usual_one():
    work = sample("registry")
    assert said(work, "within_norm")["worthwhile"].startswith("5 (%): ")
    assert said(work, "documents")["worthwhile"].startswith("0,5 (документы): ")
    assert said(work, "easy")["worthwhile"].startswith("5 (баллы): ")
    assert said(work, "lead_days")["worthwhile"] == "1"


def test_the_source_of_a_metric_is_said_in_russian_too():
    work = sample("payments")
    assert said(work, "lead_days")["source"].startswith("Методика КПЭ")
    wording.use("en")
    assert said(work, "lead_days")["source"].startswith("«KPI method")


def test_the_choice_names_the_services_a_metric_is_measured_for():
    found = metric_passports.selection(sample("registry")).set_index("metric")["measured_for"]
    assert found["internal_pulse"] == wording.name("service", "it_support")
    assert len(found["lead_days"].split("; ")) == 3

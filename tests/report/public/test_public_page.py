"""The public page: what changed first; the same facts in both languages and in the data."""

import re
from dataclasses import replace

import pytest
from public_samples import few, first, lines

from ccwork.language import wording
from ccwork.report.public import public_page, release_set
from ccwork.stages.scale import verdict_rule
from ccwork.tell.documents.document import words


def cells(page: str) -> list[str]:
    """Return what stands in the cells of numbers, whatever the language."""
    found = re.findall(r'<td[^>]*class="num"[^>]*>(.*?)</td>', page)
    return [re.sub(r"[^\d.]", "", cell.replace(",", ".")) for cell in found]


def test_both_languages_tell_the_facts_of_the_data(agency, tmp_path):
    place = first(few(agency), tmp_path, period="2025-12")
    pages = {lang: (place / f"public.{lang}.html").read_text("utf-8") for lang in wording.LANGS}
    assert cells(pages["ru"]) == cells(pages["en"])
    now = {(line["code"], line["service"]): line for line in lines(place)
           if line["period"] == "2025-12" and line["kind"] == "metric"}  # fmt: skip
    assert set(now) == {("satisfaction", "a"), ("queue_over_15", "a"), ("queue_over_15", "b"),
                        ("lead_days", "a"), ("lead_days", "b")}  # fmt: skip
    for line in now.values():
        shown = f"{float(line['value']):g}" if line["value"] else ""
        known = [cell.removesuffix(".0") for cell in cells(pages["en"])]
        assert shown in known and line["n"] in known


@pytest.mark.parametrize(("lang", "said"), [
    ("ru", "За год стало доказанно лучше по 1 показателю, хуже ни по одному."),
    ("en", "Within a year 1 metric became proven better, none worse."),
])  # fmt: skip
def test_the_first_words_say_what_changed_and_the_first_table_from_what(agency, lang, said):
    few(agency, [40] * 14)
    shares = [{"metric": "within_norm", "service": "a", "period": f"2025-{month:02}", "n": 1000,
               "value": 60 if month < 12 else 90} for month in range(1, 13)]  # fmt: skip
    agency.add("metrics", shares)
    work = agency.load("2025-12")
    with wording.speaking(lang):
        made_of = release_set.release(work, verdict_rule.verdicts(work), {})
        told = list(words(public_page.page(made_of, work).blocks))
    assert told[2].startswith(said)
    assert "60" in " ".join(told[3:14]) and "90" in " ".join(told[3:14])


def test_a_kpi_that_moved_where_no_metric_did_is_in_the_first_words(agency):
    few(agency)
    work = agency.load("2025-12")
    made_of = release_set.release(work, verdict_rule.verdicts(work), {})
    said = {True: "За год стало доказанно лучше по 1 показателю", False: "За год ничего не стало"}
    for moved, begins in said.items():
        found = {"metric": "not_proven", "kpi": "not_proven", "overall": "better" * moved}
        rows = [row | {"finding": found.get(row["code"]) or found.get(row["kind"], "")}
                for row in made_of.rows]  # fmt: skip
        told = list(words(public_page.page(replace(made_of, rows=rows), work).blocks))
        assert told[2].startswith(begins)


def test_a_chart_says_in_words_what_it_shows_and_leaves_gaps_for_what_is_not_told(agency):
    few(agency)
    work = agency.load("2025-12")
    made_of = release_set.release(work, verdict_rule.verdicts(work), {})
    alts = [text for text in words(public_page.page(made_of, work).blocks) if "Периодов" in text]
    assert "В целом: было 50 (январь 2025), стало" in alts[0]
    chart = next(row["chart"] for row in made_of.rows
                 if row["code"] == "overall" and row["period"] == work.period)  # fmt: skip
    gaps = chart.loc[chart["points"].isna(), "period"].tolist()
    assert {"2025-02", "2025-04", "2025-07"} <= set(gaps)

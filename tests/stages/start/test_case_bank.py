import csv
import re

import pytest

from ccwork import method
from ccwork.language import wording
from ccwork.language.resources import resource
from ccwork.stages.start import case_bank
from ccwork.tell import display, formatting

BANK = resource("catalogue", "cases.csv")
with BANK.open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines))
by_case = pytest.mark.parametrize("row", ROWS, ids=lambda row: row["case"])


def bank(agency):
    return agency.counts([1, 2, 3, 4, 50], first="2026-06").load()


@by_case
def test_a_case_is_told_in_both_languages_and_says_where_it_is_written(row):
    for part in ("", "happened_", "teaches_"):
        ru, en = (row[f"{part}{lang}"] for lang in wording.LANGS)
        assert ru.strip() == ru and en.strip() == en and ru and en
        assert not re.search("[A-Za-z]", ru) and not re.search("[А-Яа-яЁё]", en)
    assert re.search(r"\d{4}|Roskachestvo|Navigator|https://", row["source"])
    assert not re.search("[а-яё]", row["source"]) and row["kpi"] in (*method.KPIS, "overall")


@by_case
def test_the_same_numbers_stand_in_both_languages(row):
    ru, en = (
        sorted(re.findall(r"\d+", row[f"happened_{lang}"].replace(",", ".")))
        for lang in wording.LANGS
    )
    assert ru == en


@by_case
def test_quoted_means_that_words_of_the_source_stand_there(row):
    assert (row["seen"] == "quoted") <= bool(re.search("«|“", row["happened_ru"]))


def test_the_examples_of_the_method_are_all_there():
    named = {"sincere_service", "tax_service", "mfc_code", "longevity", "ambulances", "pool"}
    assert named <= {row["case"] for row in ROWS}
    assert {row["stage"] for row in ROWS} == set("123456")


@pytest.mark.parametrize("stage", range(7))
def test_a_stage_gets_its_own_cases(agency, stage):
    rows = case_bank.known_cases(bank(agency), stage)
    wanted = [row["case"] for row in ROWS if str(stage) in ("0", row["stage"])]
    assert rows["example"].tolist() == wanted and rows.attrs["files"][0] == "cases.csv"


def test_an_agency_adds_its_own_case_and_mends_one(agency):
    (agency.folder / "catalogue").mkdir()
    own = {"case": "ours", "ru": "Наш случай", "happened_ru": "Сделали", "teaches_ru": "Учит",
           "stage": 5, "source": "протокол"}  # fmt: skip
    agency.add("catalogue/cases", [own, own | {"case": "pool", "stage": 2}])
    work = bank(agency)
    rows = case_bank.known_cases(work, 5).set_index("example")
    assert rows.loc["ours", ["happened", "wording"]].tolist() == ["Сделали", "paraphrased"]
    assert "pool" in case_bank.known_cases(work, 2)["example"].tolist()
    wording.use("en")
    assert case_bank.known_cases(work, 5).set_index("example").loc["ours", "teaches"] == "Учит"
    assert wording.name("case", "ours") == "Наш случай"


@pytest.mark.parametrize("lang", wording.LANGS)
def test_cases_are_shown_in_words(agency, lang):
    work = bank(agency)
    wording.use(lang)
    rows = case_bank.known_cases(work, 4)
    pool = rows.to_dict("records")[0]
    assert formatting.cell(pool, "example").shown == wording.name("case", "pool")
    assert "_" not in formatting.cell(pool, "wording").shown
    display.show(rows)

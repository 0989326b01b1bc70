"""What the catalogues promise: both groups of metrics, both languages, anchors that fit."""

import csv
import re
from pathlib import Path

import pytest

from ccwork import method
from ccwork.language import wording
from ccwork.language.resources import resource
from ccwork.measure import five_kpis, own_past
from ccwork.read import data_dictionary
from ccwork.tell import findings

LATIN = re.compile(r"[A-Za-z]{2}|\b[a-zF-Z]\b")  # A to E are grades
CYRILLIC = re.compile("[А-Яа-яЁё]")
IN_METRICS = ("", "about", "anchors", "formula", "need", "goal", "principle")
FORMS = {
    "walkthrough": 15, "walkthrough_inner": 8, "promise": 16, "culture_signs": 5,
    "success_factors": 3, "accessibility": 10, "questions_outer": 10, "questions_inner": 6,
    "leaders": 4, "values": 4, "self_check": 25, "difficulties": 10,
    "motives": 14, "hiring": 6, "talent": 7,
}  # fmt: skip
"""Checklist -> the fewest items it may have."""

EXACT = ("culture_signs", "success_factors", "questions_outer", "questions_inner", "values")
MIN_EVENTS = 5
"""Fewer events than this give no rate."""


def rows(room: str) -> list[dict[str, str]]:
    with resource(room).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


METRICS = rows("catalogue/metrics.csv")
ITEMS = rows("catalogue/items.csv")
GLOSSARY = rows("terms/glossary.csv")


def in_both(row: dict[str, str], *parts: str) -> None:
    """Check that texts are there in both languages, each in its own letters."""
    for part in parts:
        ru, en = (row[f"{part}_{lang}".lstrip("_")] for lang in wording.LANGS)
        assert ru.strip() == ru and en.strip() == en and ru and en, (part, row)
        assert not LATIN.search(ru), ru
        assert not CYRILLIC.search(en), en


def of_form(form: str) -> list[dict[str, str]]:
    return [row for row in ITEMS if row["form"] == form]


by_metric = pytest.mark.parametrize("row", METRICS, ids=lambda row: row["metric"])


@pytest.mark.parametrize("of", method.KPIS)
def test_facts_and_opinions_stand_behind_every_kpi(of):
    groups = [row["group"] for row in METRICS if row["kpi"] == of]
    assert groups.count("objective") >= 3 and groups.count("subjective") >= 2


@by_metric
def test_a_metric_is_told_in_full_in_both_languages(row):
    in_both(row, *IN_METRICS)
    assert row["source"] and row["version"] and row["weight"]
    assert not CYRILLIC.search(row["source"])


@by_metric
def test_anchors_agree_with_the_direction_and_with_the_form(row):
    worst, best = float(row["worst"]), float(row["best"])
    assert (best > worst) == (row["better"] == "higher")
    if row["form"] == "counts":
        assert (worst, best) == (1, float(row["levels"]))
    if row["form"] == "share":
        assert {worst, best} == {0, 100} and row["unit"] == "percent"
    if row["worthwhile"]:
        assert 0 < float(row["worthwhile"]) < abs(best - worst)


@by_metric
def test_a_number_that_no_law_gives_is_marked_as_our_choice(row):
    ends = {"counts": {1.0, float(row["levels"] or 5)}, "share": {0.0, 100.0}}
    free = {float(row["worst"]), float(row["best"])} - ends.get(row["form"], {0.0})
    if free or row["worthwhile"]:
        assert "наш выбор" in row["anchors_ru"] and "our choice" in row["anchors_en"]


@by_metric
def test_the_smallest_n_is_that_of_the_method(row):
    least = int(row["minimum"])
    median = "медиана" in row["about_ru"].lower()
    expected = MIN_EVENTS if row["form"] == "rate" else method.MIN_SHOWN
    assert least == (method.MIN_MEDIAN if median else expected)
    assert median == ("median" in row["about_en"].lower())


def test_every_unit_has_its_word_and_its_form_after_a_number():
    units = {code.partition(".")[2] for code in wording.terms() if code.startswith("unit.")}
    for unit in units | {row["unit"] for row in METRICS}:
        for code in (f"unit.{unit}", f"of_unit.{unit}"):
            assert wording.terms()[code]["ru"] and wording.terms()[code]["en"], code
        if unit != "percent":
            assert "{n|" in wording.terms()[f"of_unit.{unit}"]["ru"], unit


def test_codes_and_names_of_metrics_are_met_once():
    for column in ("metric", "ru", "en"):
        names = [row[column] for row in METRICS]
        assert len(set(names)) == len(names)


def test_a_row_has_every_column_of_the_dictionary():
    for name, table in (("catalogue_metrics", METRICS), ("catalogue_items", ITEMS)):
        assert set(table[0]) == set(data_dictionary.dictionary()[name].columns)


# ---------------------------------------------------------------- checklists


@pytest.mark.parametrize("form", FORMS)
def test_a_checklist_has_its_items(form):
    n = len(of_form(form))
    assert n == FORMS[form] if form in EXACT else n >= FORMS[form]


def test_every_item_is_told_in_full_and_met_once():
    assert {row["form"] for row in ITEMS} == set(FORMS)
    for row in ITEMS:
        in_both(row, "")
        assert row["kpi"] and row["source"] and float(row["weight"]) > 0
        assert row["critical"] in ("yes", "no")
        assert row["ru"].endswith("?") and row["en"].endswith("?"), row["item"]
    for column in ("item", "ru", "en"):
        assert len({row[column] for row in ITEMS}) == len(ITEMS)


def test_a_walkthrough_sees_all_five_kpis_signs_and_barriers():
    columns = data_dictionary.dictionary()["catalogue_items"].columns
    seen = {column: {row[column] for row in of_form("walkthrough")} for column in columns}
    assert set(method.KPIS) <= seen["kpi"]
    assert set(columns["sign"].choices) <= seen["sign"]
    assert set(columns["barrier"].choices) <= seen["barrier"]
    assert set(method.KPIS) <= {row["kpi"] for row in of_form("walkthrough_inner")}


def test_every_right_of_the_promise_has_an_equal_voice():
    rights: dict[str, float] = {}
    for row in of_form("promise"):
        if number := re.match(r"promise_(\d)", row["item"]):
            rights[number[1]] = rights.get(number[1], 0) + float(row["weight"])
    assert rights == pytest.approx(dict.fromkeys("12345678", 1.0))


def test_accessibility_looks_at_premises_screen_language_and_help():
    parts = {row["item"].split("_")[1] for row in of_form("accessibility")}
    assert parts == {"premises", "digital", "language", "help"}


def test_only_a_denied_service_or_a_danger_fails_a_visit():
    critical = {row["item"] for row in ITEMS if row["critical"] == "yes"}
    assert critical == {
        "walk_offline", "walk_result", "walk_safe", "access_premises_entrance",
        "access_digital_none", "access_language_hearing", "access_help_absent",
        "self_effort_access", "self_quality_safe",
    }  # fmt: skip


# ---------------------------------------------------------------- glossary


@pytest.mark.parametrize("row", GLOSSARY, ids=lambda row: row["code"])
def test_a_term_has_one_sentence_of_meaning_in_both_languages(row):
    assert row["code"].startswith("term.") and row["source"]
    in_both(row, "", "meaning")
    for lang in wording.LANGS:
        assert re.fullmatch(r"[^.!?]+\.", row[f"meaning_{lang}"]), row["code"]


def test_the_glossary_explains_the_five_kpis_and_the_roles():
    known = {row["code"] for row in GLOSSARY}
    assert {f"term.kpi_{of}" for of in method.KPIS} <= known
    assert sum(code.startswith("term.role_") for code in known) == 5


# ---------------------------------------------------------------- an agency's own


def test_a_metric_is_added_by_a_row_and_no_code(agency):
    (agency.folder / "catalogue").mkdir()
    (agency.folder / "catalogue" / "metrics.csv").write_text(
        "metric,kpi,group,form,unit,better,worst,best,ru,en\n"
        "lost_calls,speed,objective,share,percent,lower,100,0,Потерянные звонки,Lost calls\n",
        encoding="utf-8",
    )
    work = agency.metric([40, 30], metric="lost_calls", n=1000).load()
    judged = own_past.judged(work).set_index("metric")
    assert judged.loc["lost_calls", ["value", "verdict"]].tolist() == [30, "better"]
    assert wording.name("metric", "lost_calls") == "Потерянные звонки"
    assert five_kpis.scored(work).set_index("metric").loc["lost_calls", "points"] == 70


def test_every_common_metric_can_be_brought_and_judged(agency):
    brought = [row for row in METRICS if row["form"] != "counts"]
    half = {row["metric"]: (float(row["worst"]) + float(row["best"])) / 2 for row in brought}
    agency.add(
        "metrics",
        [
            {"metric": metric, "service": "a", "period": "2025-01", "value": value, "n": 100}
            for metric, value in half.items()
        ],
    )
    points = five_kpis.scored(agency.load()).set_index("metric")["points"]
    assert points.to_dict() == pytest.approx(dict.fromkeys(half, 50.0))


def test_every_word_to_choose_from_has_its_name_in_both_languages():
    choices = {(table, name): column.choices for table, of in data_dictionary.dictionary().items()
               for name, column in of.columns.items()}  # fmt: skip
    assert set(choices["agency", "brief_first"]) == set(findings.KINDS)
    nameless = [(place, word) for place, words in choices.items() for word in words
                if not wording.has(f"value.{word}")]  # fmt: skip
    assert not nameless


def test_every_line_of_a_csv_file_has_as_many_fields_as_its_head():
    with resource("terms/glossary.csv").open() as lines:
        folder = Path(lines.name).parent.parent
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            head, *found = csv.reader(lines)
        assert [row for row in found if row and len(row) != len(head)] == [], path.name


def test_every_code_of_the_terms_is_met_once():
    files = Path(str(resource("terms"))).glob("*.csv")
    lines = [row["code"] for path in sorted(files) for row in rows(f"terms/{path.name}")]
    assert {code for code in lines if lines.count(code) > 1} == set()

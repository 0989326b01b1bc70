import csv
import re
from datetime import date

import pytest

from ccwork import method
from ccwork.language import wording
from ccwork.language.resources import resource
from ccwork.read.catalogues import shipped_catalogue
from ccwork.stages.portfolio import foreign_frameworks, invented_agencies
from ccwork.tell import formatting

with resource("catalogue", "crosswalk.csv").open(encoding="utf-8", newline="") as lines:
    ROWS = list(csv.DictReader(lines))
METRICS = shipped_catalogue("catalogue_metrics")
FRAMEWORKS = ("a11", "cmt", "oecd", "nsw", "uk", "vk", "caf")
DOMAINS = [
    "satisfaction",
    "trust",
    "effectiveness",
    "ease",
    "efficiency",
    "transparency",
    "employee",
]
"""q1 to q7 of A-11: GSA/touchpoints, docs/models/omb_cx_reporting_collections.md."""


def of(framework):
    return [row for row in ROWS if row["framework"] == framework]


def test_every_metric_of_ours_is_held_against_some_framework():
    assert {row["metric"] for row in ROWS} - {""} == set(METRICS.index)


def test_every_framework_and_every_kpi_of_it_is_there():
    assert tuple(dict.fromkeys(row["framework"] for row in ROWS)) == FRAMEWORKS
    for name in FRAMEWORKS:
        kpis = {row["kpi"] or METRICS.loc[row["metric"], "kpi"] for row in of(name)}
        bare = {"uk": {"information", "speed", "culture"}, "nsw": {"information", "speed"}}
        missing = set(method.KPIS) - kpis
        assert missing <= bare.get(name, set()) | ({"quality"} if name in ("nsw", "vk") else set())


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r['framework']}-{r['term']}-{r['metric']}")
def test_a_row_is_told_in_full_with_its_source_and_the_day_it_was_seen(row):
    assert bool(row["metric"]) != bool(row["kpi"])
    assert row["kpi"] in ("", "overall", *method.KPIS)
    assert row["relation"] in ("same", "near", "not_comparable")
    assert date.fromisoformat(row["seen"]) and re.search("[a-z]/|[a-z] 20", row["source"])
    for part in ("theirs", "why"):
        assert not re.search("[a-z]{2}", row[f"{part}_ru"].replace("«cost_per_transaction»", ""))
        assert row[f"{part}_ru"] and not re.search("[а-яё]", row[f"{part}_en"], re.IGNORECASE)
        for sentence in re.split(r"(?<=[.:;])\s", row[f"{part}_ru"]):
            assert len(sentence.split()) <= 20


def test_what_is_exported_has_one_place_each_and_fits_the_shape_of_the_framework():
    placed = {row["place"]: row for row in ROWS if row["place"]}
    assert len(placed) == sum(bool(row["place"]) for row in ROWS)
    assert [placed[f"q{number}"]["term"] for number in range(1, 8)] == DOMAINS
    for number in range(1, 8):
        metric = METRICS.loc[placed[f"q{number}"]["metric"]]
        assert metric["form"] == "counts" and metric["levels"] == 5


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_table_is_in_one_language_and_none_of_it_is_called_comparable_by_name_alone(lang):
    wording.use(lang)
    given = invented_agencies.portfolio(invented_agencies.Truth(agencies=2))
    made = foreign_frameworks.crosswalk(given)
    assert len(made) == len(ROWS) and not made.duplicated(["framework", "crosswalk"]).any()
    _, _, heads, cells = formatting.printed(made)
    assert len(heads) == 7 and all(cell.plain for line in cells for cell in line)
    words = " ".join(cell.plain for line in cells for cell in line)
    assert bool(re.search("[а-яё]", words)) == (lang == "ru")
    cost = made[made["crosswalk"] == "cost.client_roubles"]["relation"]
    assert cost.tolist() == ["not_comparable"]  # theirs is what the agency spends, ours the client


def test_one_framework_is_shown_alone():
    given = invented_agencies.portfolio(invented_agencies.Truth(agencies=2))
    made = foreign_frameworks.crosswalk(given, "uk")
    assert set(made["framework"]) == {"uk"} and len(made) == len(of("uk"))

import csv
import json
from functools import cache

import pytest
from click.testing import CliRunner
from conftest import SAMPLES

from ccwork import cli
from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.report.owed import owed_exports


def written(kind, agency, folder, period=""):
    folder = folder / "made"
    done = list(owed_exports.sent(kind, str(agency.root), agency.name, period, folder))
    assert len(done) == len(list(folder.iterdir()))
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """What the command writes of a sample agency, each kind and language once."""

    @cache
    def made(kind, lang):
        folder = tmp_path_factory.mktemp("exported")
        args = ["export", kind, "registry", "--data", str(SAMPLES), "--lang", lang]
        wording.use(lang)
        done = CliRunner().invoke(cli.main, [*args, "--out", str(folder)], catch_exceptions=False)
        return done, folder

    return made


@pytest.mark.parametrize("kind", owed_exports.KINDS)
@pytest.mark.parametrize("lang", wording.LANGS)
def test_every_kind_is_written_with_a_line_that_says_it_is_internal(kind, lang, exported):
    done, folder = exported(kind, lang)
    assert done.exit_code == 0 and len(done.output.splitlines()) == len(list(folder.iterdir()))
    told = (folder / f"{kind}_readme.txt").read_text(encoding="utf-8")
    wording.use(lang)
    assert told.startswith(wording.word("report.internal"))


def test_a_package_without_a_self_check_says_there_is_nothing_to_submit(
    agency, tmp_path, exported
):
    agency.counts([10] * 5, first="2026-06").load()
    told = written("selfcheck", agency, tmp_path)
    assert "сдавать нечего" in told["selfcheck_readme.txt"]
    _, folder = exported("selfcheck", "ru")
    assert "сдавать нечего" not in (folder / "selfcheck_readme.txt").read_text(encoding="utf-8")


def test_numbers_are_the_same_in_both_languages(tmp_path):
    told = []
    for lang in wording.LANGS:
        wording.use(lang)
        list(owed_exports.sent("uk", str(SAMPLES), "payments", "", tmp_path / lang))
        with (tmp_path / lang / "uk_kpis.csv").open(encoding="utf-8", newline="") as lines:
            told.append([[row[name] for name in ("kpi", "part", "value", "low", "high", "n")]
                         for row in csv.DictReader(lines)])  # fmt: skip
    assert told[0] == told[1] and any(row[2] for row in told[0])


@pytest.mark.parametrize(("months", "period", "ends"), [
    (9, "", "2026-06-30"), (8, "", "2026-03-31"), (9, "2026-02", "2026-03-31"),
    (9, "2025Q4", "2025-12-31"),
])  # fmt: skip
def test_a_submission_is_of_the_quarter_asked_for_else_of_the_last_whole_one(
    agency, tmp_path, months, period, ends
):
    agency.counts(*[[10] * 5] * months, first="2025-10").load()  # to June, or to May
    assert f",{ends}," in written("a11", agency, tmp_path, period)["a11_a_header.csv"]


def test_an_agency_that_counts_by_the_year_submits_a_year_and_it_is_said(tmp_path):
    from conftest import Agency

    agency = Agency(tmp_path / "data", grain="year")
    agency.add("counts", [{"metric": "satisfaction", "service": "a", "period": "2025",
                           "level": level, "count": 20} for level in range(1, 6)])  # fmt: skip
    agency.load()
    made = written("a11", agency, tmp_path / "out")
    assert (
        "2025-01-01,2025-12-31" in made["a11_a_header.csv"]
        and "2025 год" in made["a11_readme.txt"]
    )


def test_the_reason_to_show_few_stands_in_the_readme(agency, tmp_path):
    agency.config["few_shown"] = "так велит приказ"
    agency.counts([1] * 5, first="2026-06").load()
    assert "так велит приказ" in written("uk", agency, tmp_path)["uk_readme.txt"]


def test_an_unknown_kind_names_those_there_are(tmp_path):
    with pytest.raises(DataProblems) as found:
        list(owed_exports.sent("nps", str(SAMPLES), "registry", "", tmp_path))
    assert "nps" in str(found.value) and "a11, uk, selfcheck" in str(found.value)


# ---------------------------------------------------------------- the self-check


def services(agency, *volumes, **more):
    outer = {"client": "external"}
    rows = [outer | {"service": f"s{at}", "name_ru": f"Услуга {at}", "volume": volume}
            for at, volume in enumerate(volumes)]  # fmt: skip
    return agency.add("services", [*rows, *more.get("also", [])])


def checked(agency, *services, item="self_info_where", evidence="протокол"):
    sheet = {"item": item, "source": "self", "date": "2026-05-10", "answer": 2}
    agency.add("checks", [sheet | {"service": code, "visit": code, "evidence": evidence}
                          for code in services])  # fmt: skip
    agency.add("counts", [{"metric": "satisfaction", "service": services[0], "period": "2026-06",
                           "level": level, "count": 10} for level in range(1, 6)])  # fmt: skip
    agency.load()


def package(made):
    return json.loads(made["selfcheck.json"])


def test_the_five_most_demanded_are_sent_with_volume_and_place_those_not_checked_too(
    agency, tmp_path
):
    inner = {"service": "own", "name_ru": "Своя", "volume": 9999, "client": "internal"}
    services(agency, 10, 600, 500, 400, 300, 200, also=[inner])
    checked(agency, "s1", "s0", "own")
    made = package(written("selfcheck", agency, tmp_path))
    told = [(row["service"], row["volume"], row["place"]) for row in made["services"]]
    assert told == [("s1", 600, 1), ("s2", 500, 2), ("s3", 400, 3), ("s4", 300, 4), ("s5", 200, 5)]
    assert made["services"][0]["evidenced"] == 100 and made["services"][1]["evidenced"] is None
    assert {row["service"] for row in made["answers"]} == {"s1"}
    assert made["chosen"] == {"most": 5, "by": "volume", "ties": "kept", "left_out": ["own", "s0"]}
    assert made["schema"] == 2


def test_services_that_tie_for_the_fifth_place_are_all_sent(agency, tmp_path):
    services(agency, 600, 500, 400, 300, 200, 200, 100)
    checked(agency, "s0")
    made = package(written("selfcheck", agency, tmp_path))["services"]
    assert [(row["place"], row["ties"]) for row in made][4:] == [(5, "yes"), (5, "yes")]


def test_the_roadmap_is_that_of_the_services_sent(agency, tmp_path):
    services(agency, 10, 600, 500, 400, 300, 200)
    checked(agency, "s0", "s1", evidence="")
    made = package(written("selfcheck", agency, tmp_path))["roadmap"]
    assert [row["services"] for row in made] == ["s0 s1"]  # one row of both: one is sent


def test_where_no_volume_is_told_all_that_were_checked_are_sent(agency, tmp_path):
    services(agency, "", "")
    checked(agency, "s0", "s1")
    made = package(written("selfcheck", agency, tmp_path))
    assert [row["service"] for row in made["services"]] == ["s0", "s1"]
    assert made["chosen"]["by"] is None and made["chosen"]["left_out"] == []


def test_the_answers_are_a_table_too_harmless_and_without_persons(agency, tmp_path):
    services(agency, 600)
    checked(agency, "s0", evidence="+приказ, звонить 8 900 123-45-67")
    for _ in range(2):  # the old one is replaced
        made = written("selfcheck", agency, tmp_path)
    (row,) = csv.DictReader(made["selfcheck.csv"].splitlines())
    assert row["schema"] == "2" and row["evidence"].startswith("'+приказ")
    assert "900" not in row["evidence"] and "900" not in made["selfcheck.json"]

"""The public edition: refused, drafted, released; nothing live, nothing inner, nothing left."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import SAMPLES, Agency, english
from public_samples import SERVICES, few, first, lines, made
from test_live_pages import PROBES, Live

from ccwork import cli
from ccwork.language.problems import DataProblems
from ccwork.read import loading
from ccwork.report.public import publication

NAMES = ["data.csv", "datapackage.json", "public.en.html", "public.ru.html"]


def command(agency, *more: str):
    agency.load()
    given = ["publish", agency.name, "--data", str(agency.root), *more]
    return CliRunner().invoke(cli.main, given, standalone_mode=False)


def test_without_a_name_it_is_a_draft_and_nothing_is_released(agency, tmp_path):
    place = first(few(agency), tmp_path)
    assert (place.name, sorted(path.name for path in place.iterdir())) == ("draft", NAMES)
    assert sorted(path.name for path in place.parent.iterdir()) == ["draft"]
    for lang, said in (("ru", "Проект: не выпущено"), ("en", "Draft: not released")):
        assert said in (place / f"public.{lang}.html").read_text("utf-8")


def test_a_release_takes_the_place_of_its_draft_and_of_the_release_before(agency, tmp_path):
    work = few(agency).load()
    made(work, tmp_path)
    before = made(work, tmp_path, "Н. Выпускающий")
    (before / "stray.txt").write_text("x")
    place = made(work, tmp_path, "Н. Выпускающий")
    assert sorted(path.name for path in place.iterdir()) == NAMES
    assert sorted(path.name for path in place.parent.iterdir()) == ["public", "released.csv"]
    for lang in ("ru", "en"):
        page = (place / f"public.{lang}.html").read_text("utf-8")
        for inner in ("Проект", "Draft", "служебного", "Internal", "Выпускающий", "noindex"):
            assert inner not in page
        assert not Live(page).found and "<script" not in page
        assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert not english((place / "public.ru.html").read_text("utf-8").replace("CC BY", ""))


def test_the_same_data_make_the_same_bytes(agency, tmp_path):
    work = few(agency).load()
    both = [made(work, tmp_path / name) for name in "xy"]
    assert [(both[0] / name).read_bytes() for name in NAMES] == [
        (both[1] / name).read_bytes() for name in NAMES
    ]


@pytest.mark.parametrize(("changed", "said"), [
    ({"source_ru": "Опрос, трое ответили: 3 человека"},
     "малое число людей: трое ответили, 3 человека"),
    ({"source_en": "For internal: Internal, not for publication"}, "внутренние слова"),
])  # fmt: skip
def test_what_the_gate_finds_ends_in_exit_4_and_nothing_is_left(agency, tmp_path, changed, said):
    few(agency).config |= changed
    out = tmp_path / "out"
    done = command(agency, "--out", str(out), "--release-by", "N")
    assert done.exit_code == 4, done.output
    assert said in done.output and "Traceback" not in done.output
    assert not list((out / agency.name).iterdir())


def test_a_refusal_leaves_the_release_before_as_it_was(agency, tmp_path):
    place = first(few(agency), tmp_path, "N")
    before = {path.name: path.read_bytes() for path in place.iterdir()}
    ledger = (tmp_path / "demo" / "released.csv").read_bytes()
    agency.config["source_ru"] = "Видели 2 клиента"
    with pytest.raises(publication.Refused):
        made(agency.load(), tmp_path, "N")
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before
    assert (tmp_path / "demo" / "released.csv").read_bytes() == ledger


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_hostile_names_live_nowhere(agency, tmp_path, lang):
    services = [row | {"name_ru": f"Услуга {PROBES[at]}", "name_en": f"{PROBES[-at - 1]} x"}
                for at, row in enumerate(SERVICES)]  # fmt: skip
    agency.config["structure_ru"] = PROBES[1].replace('"', "'")
    place = made(few(agency, services=services).load(), tmp_path)
    page = Live((place / f"public.{lang}.html").read_text("utf-8"))
    assert not page.found and page.words


def test_no_cell_is_a_formula(agency, tmp_path):
    services = [SERVICES[0] | {"name_ru": "=1+1", "name_en": "+sum"}, *SERVICES[1:]]
    place = made(few(agency, services=services).load(), tmp_path)
    cells = {cell for line in lines(place) for cell in line.values()}
    assert {"'=1+1", "'+sum"} <= cells
    assert not [cell for cell in cells if cell.startswith(tuple("=+@\t\r|%"))]


def test_a_least_count_may_be_raised_and_not_lowered(agency, tmp_path):
    few(agency).config["public_least"] = 20
    place = made(agency.load("2025-08"), tmp_path)
    told = {line["period"]: line["n"] for line in lines(place) if line["code"] == "satisfaction"}
    assert (told["2025-05"], told["2025-08"], told["2025-03"]) == ("", "", "25")
    assert "меньше 20" in (place / "public.ru.html").read_text("utf-8")
    agency.config["public_least"] = 9
    with pytest.raises(DataProblems, match="от 10 до 1000"):
        agency.load()


def test_an_agency_that_cannot_be_read_stops_no_other(agency, tmp_path):
    few(agency)
    agency.load()
    (agency.root / "bad").mkdir()
    (agency.root / "bad" / "agency.toml").write_text("grain = 1")
    given = ["publish", "--all", "--data", str(agency.root), "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(cli.main, given, standalone_mode=False)
    assert done.exit_code == 1
    assert (tmp_path / "out" / "demo" / "draft" / "data.csv").is_file()


@pytest.mark.slow
def test_every_sample_agency_publishes_and_tells_of_no_staff(tmp_path):
    given = [
        "publish",
        "--all",
        "--data",
        str(SAMPLES),
        "--out",
        str(tmp_path),
        "--release-by",
        "N",
    ]
    done = CliRunner().invoke(cli.main, given, standalone_mode=False)
    assert done.exit_code == 0, done.output
    for place in tmp_path.glob("*/public"):
        codes = {line["code"] for line in lines(place)}
        assert not codes & {"internal_pulse", "staff_pressure", "internal_service_kept"}
        about = json.loads((place / "datapackage.json").read_text("utf-8"))
        digest = hashlib.sha256((place / "data.csv").read_bytes()).hexdigest()
        assert about["resources"][0]["hash"] == f"sha256:{digest}"
    found = {line["code"]: line for line in lines(Path(tmp_path / "registry" / "public"))
             if line["kind"] == "change"}  # fmt: skip
    assert found["lead_days"]["what_ru"] == "Согласование каждый день"
    assert (found["lead_days"]["before"], found["lead_days"]["value"]) == ("14.5", "10.7")


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two months of an agency, read once."""
    agency = few(Agency(tmp_path_factory.mktemp("two")), [40, 12])
    return agency, agency.load()


@pytest.mark.parametrize("name", ["draft", "public", ".public.before"])
@pytest.mark.parametrize("kind", ["file", "link", "broken"])
def test_what_lies_in_the_place_of_an_edition_goes_and_not_what_a_link_leads_to(
    two, tmp_path, name, kind
):
    (agency, work), other = two, tmp_path / "other"
    loading.learn_names(work)
    other.mkdir()
    (other / "own.txt").write_text("x")
    place = first(agency, tmp_path, "N").parent / name
    if place.is_dir():
        place.rename(tmp_path / "aside")
    if kind == "file":
        place.write_text("x")
    else:
        place.symlink_to(other if kind == "link" else tmp_path / "nowhere")
    (place.parent / ".public.killed").mkdir()
    for by in ("", "N", "N"):
        told = made(work, tmp_path, by)
        assert sorted(path.name for path in told.iterdir()) == NAMES and not told.is_symlink()
    left = sorted(path.name for path in place.parent.iterdir())
    assert left == ["public", "released.csv"] and (other / "own.txt").is_file()


def test_a_run_killed_while_it_moves_loses_no_release(agency, tmp_path):
    place = first(few(agency), tmp_path, "N")
    before = (place / "data.csv").read_bytes()
    place.rename(place.parent / ".public.before")
    agency.config["source_ru"] = "Видели 2 клиента"
    with pytest.raises(publication.Refused):
        made(agency.load(), tmp_path, "N")
    assert (place / "data.csv").read_bytes() == before


def test_a_blank_name_releases_nothing_and_no_edition_lies_among_the_data(agency, tmp_path):
    out = tmp_path / "out"
    done = command(few(agency), "--out", str(out), "--release-by", "  ")
    assert done.exit_code == 0 and not (out / "demo" / "public").exists()
    with pytest.raises(DataProblems, match="среди данных|лежит"):
        raise command(agency, "--out", str(agency.root)).exception
    (tmp_path / "file").write_text("x")
    assert isinstance(command(agency, "--out", str(tmp_path / "file")).exception, DataProblems)

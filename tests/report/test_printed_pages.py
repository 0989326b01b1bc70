"""Pages to print: both languages, nothing fetched, a clear sentence for a wrong name."""

import re

import pytest
from click.testing import CliRunner
from conftest import SAMPLES, english, sample

from ccwork import cli
from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.report import printed_pages
from ccwork.stages.plan import experiment_plan
from ccwork.stages.recognition import success_notes
from ccwork.stages.scale import verdict_rule

CODES = {"card": "clerk", "passport": "lead_days", "meeting": "registration"}


@pytest.fixture(scope="module")
def registry():
    return sample("registry")


@pytest.mark.parametrize("lang", wording.LANGS)
@pytest.mark.parametrize("kind", printed_pages.KINDS)
def test_a_page_is_whole_in_its_language_and_fetches_nothing(registry, kind, lang):
    made = printed_pages.page(registry, kind, CODES.get(kind, ""), lang)
    assert f'<html lang="{lang}"' in made and "</html>" in made
    assert not re.search(r"//[a-z]|@import|url\(", made)
    words = re.sub(r"(?s)<style.*?</style>|<(\w+) lang=.ru.>.*?</\1>|<[^>]+>", " ", made)
    if lang == "en":
        assert not re.search("[а-яё]", re.sub("«[^»]*»|“[^”]*”", "", words), re.IGNORECASE)
    else:
        assert not english(made)


def test_a_success_stands_on_the_plan_the_agency_brought(registry):
    """The command is given the plan of the folder, as the notebook of stage 5 is."""
    brought = experiment_plan.brought(str(SAMPLES), "registry")
    tried = verdict_rule.verdicts(registry, brought)
    for kind, make in (("outside", success_notes.outside), ("inside", success_notes.inside)):
        assert printed_pages.page(registry, kind, "", "ru", brought) == make(
            registry, "ru", tried=tried
        )


@pytest.mark.parametrize("lang", wording.LANGS)
@pytest.mark.parametrize("agency", ["archive", "opg", "csps_hmrc", "va_vha"])
def test_where_there_is_nothing_to_show_a_page_says_so(agency, lang):
    work = sample(agency)
    page = printed_pages.page(work, "outside", "", lang)
    assert wording.terms()["page.outside.nothing"][lang] in page
    assert wording.terms()["page.rounded"][lang] not in page
    promised = printed_pages.page(work, "promise", "", lang)
    assert wording.terms()["promise.sample"][lang] in promised
    with pytest.raises(DataProblems) as found:
        printed_pages.page(work, "card", "", lang)
    assert "показать нечего" in str(found.value) and "должности" in str(found.value)


def test_a_page_of_a_code_asks_for_one(registry):
    with pytest.raises(DataProblems) as found:
        printed_pages.page(registry, "passport", "", "ru")
    assert "нужен код" in str(found.value) and "lead_days" in str(found.value)


def test_the_book_of_passports_holds_every_metric_of_the_catalogue(registry):
    made = printed_pages.page(registry, "passports", "", "ru")
    for code in registry.catalogue.index:
        assert wording.name("metric", code) in made
    assert made.count("<caption") == len(registry.catalogue)


def test_the_meeting_of_the_head_has_a_sheet_of_its_own(registry):
    assert wording.word("meeting.head") in printed_pages.page(
        registry, "meeting", printed_pages.HEAD, "ru"
    )


@pytest.mark.parametrize("kind", printed_pages.CODED)
def test_an_unknown_code_names_those_there_are(registry, kind):
    with pytest.raises(DataProblems) as found:
        printed_pages.page(registry, kind, "nobody", "ru")
    assert "nobody" in str(found.value) and CODES[kind] in str(found.value)


def test_the_command_writes_one_file_a_language(tmp_path):
    path = tmp_path / "promise.html"
    args = ["page", "promise", "registry", "--data", str(SAMPLES), "--lang", "ru", "--lang", "en"]
    done = CliRunner().invoke(cli.main, [*args, "--out", str(path)], catch_exceptions=False)
    assert done.exit_code == 0
    assert {found.name for found in tmp_path.iterdir()} == {"promise.ru.html", "promise.en.html"}


def test_an_unknown_page_names_those_there_are():
    with pytest.raises(DataProblems) as found:
        CliRunner().invoke(cli.main, ["page", "poster", "registry"], catch_exceptions=False)
    assert "poster" in str(found.value) and "promise" in str(found.value)


@pytest.mark.parametrize(("agency", "code"), [("registry", 0), ("payments", 1)])
def test_a_plan_changed_after_it_was_sealed_ends_with_one(agency, code):
    args = ["plan", agency, "--data", str(SAMPLES)]
    done = CliRunner().invoke(cli.main, args)
    assert done.exit_code == code
    assert ("стало 15" in done.output) == bool(code)


def test_a_log_is_told_by_itself(tmp_path):
    log = SAMPLES / "demo" / "inspection" / "logs" / "permit.csv"
    out = tmp_path / "steps.csv"
    done = CliRunner().invoke(cli.main, ["log", str(log), "--out", str(out)])
    assert done.exit_code == 0 and "Событий 700, обращений 140" in done.output
    assert out.read_text(encoding="utf-8").startswith("case,step,start")


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_a_log_read_alone_leaves_no_formula_and_names_its_mapping(tmp_path, lang):
    log, out = tmp_path / "l.csv", tmp_path / "steps.csv"
    log.write_text("case,step,start\n=1+1,@SUM(1),2026-03-01\n", "utf-8")
    mapping = 'file = "l.csv"\n[columns]\ncase = "case"\nstep = "step"\nstart = "start"\n'
    (tmp_path / "l.toml").write_text(mapping, "utf-8")
    args = ["log", str(log), "--out", str(out)]
    wording.use(lang)
    assert CliRunner().invoke(cli.main, args).exit_code == 0
    assert out.read_text("utf-8").splitlines()[1].startswith("'=1+1,'@SUM(1),2026-03-01")
    (tmp_path / "l.toml").write_text(mapping + "[", "utf-8")
    done = CliRunner().invoke(cli.main, args)
    assert done.exit_code == 3 and "l.toml: " in done.output
    assert {"ru": "Строка 6 записана", "en": "Line 6 is not"}[lang] in done.output

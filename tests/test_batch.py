"""The batch: checked first, one kernel an agency, a bad one never stops the others."""

import csv
import json
import re
import shutil
from html.parser import HTMLParser

import pytest
from conftest import SAMPLES, Agency
from golden.renew import headlines

from ccwork import batch, cli, text


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """Two good agencies, one with a wrong cell, one without its tables: in both languages."""
    root = tmp_path_factory.mktemp("batch")
    shutil.copytree(SAMPLES / "real" / "opg", root / "data" / "opg")
    good = Agency(root / "data", "good").counts([1, 2, 3, 40, 50], [2, 2, 3, 40, 50])
    bad = Agency(root / "data", "bad").counts([1, 2, 3, "много", 50])
    empty = Agency(root / "data", "empty")
    for agency in (good, bad, empty):
        lines = [f'{key} = "{value}"' for key, value in agency.config.items()]
        lines.append("data_date = 2026-06-30")
        (agency.folder / "agency.toml").write_text("\n".join(lines), encoding="utf-8")
    task = batch.Task(str(root / "data"), root / "out", "", ("ru", "en"))
    outcomes = list(batch.run(task, ["opg", "good", "bad", "empty"], jobs=2))
    batch.finish(task, outcomes)
    return root / "out", {outcome.code: outcome for outcome in outcomes}


class Page(HTMLParser):
    """What a report loads, where it leads, and what it says."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.loads, self.lang, self.words = [], "", []
        self.quoted = 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.lang = attrs["lang"] if tag == "html" else self.lang
        if tag != "a":
            self.loads += [attrs[name] for name in ("src", "href", "srcset") if attrs.get(name)]
        if self.quoted or (attrs.get("lang", self.lang) != self.lang and tag != "br"):
            self.quoted += tag not in ("br", "img", "meta", "link", "hr")

    def handle_endtag(self, tag):
        self.quoted -= bool(self.quoted)

    def handle_data(self, data):
        if not self.quoted:
            self.words.append(data)


def report(released, agency, lang):
    return (released[0] / agency / f"report.{lang}.html").read_text(encoding="utf-8")


def test_a_bad_agency_never_stops_the_others(released):
    _, outcomes = released
    statuses = {code: outcome.status for code, outcome in outcomes.items()}
    assert statuses == {"opg": "ok", "good": "ok", "bad": "data", "empty": "data"}
    assert batch.exit_code(list(outcomes.values())) == 1


def test_a_wrong_cell_is_named_in_both_languages_and_gets_no_report(released):
    folder, outcomes = released
    for lang, word in (("ru", "ячейк|E5|строк"), ("en", "E5")):
        told = (folder / "bad" / f"problems.{lang}.txt").read_text(encoding="utf-8")
        assert "counts.csv" in told and "E5" in told and "много" in told
        assert re.search(word, told)
    assert not (folder / "bad" / "report.ru.html").exists()
    assert "Traceback" not in str(outcomes["bad"].message)


def test_reports_in_both_languages_hold_the_same_facts(released):
    facts = json.loads((released[0] / "opg" / "facts.json").read_text(encoding="utf-8"))["facts"]
    assert len(facts) > 50
    for lang in text.LANGS:
        page = " ".join(Page(report(released, "opg", lang)).words)
        text.use(lang)
        for fact in facts:
            if fact.get("unit") in ("points", "percent") and ".levels." in fact["id"]:
                assert text.number(fact["value"]) in page


@pytest.mark.parametrize("agency", ["opg", "good"])
def test_no_language_leaks_into_the_other(released, agency):
    english = " ".join(Page(report(released, agency, "en")).words)
    assert not re.search("[а-яё]", english, re.IGNORECASE)
    russian = " ".join(Page(report(released, agency, "ru")).words)
    russian = re.sub(r"[\w.-]+\.(csv|toml|xlsx)|@page[^}]*}|[{].*?[}]", " ", russian)
    known = {"ccwork", "check", "services", "counts", "metrics", "SHA", "MIT", "NHS", "England"}
    known |= {"answers", "candidates", "choices", "steps"}  # names of tables
    known |= {"Making", "Data", "Count", "ministryofjustice", "opg", "performance", "data"}
    body = russian[russian.index("Отчёт") :]
    found = set(re.findall(r"\b[A-Za-z]{3,}\b", body)) - known
    assert not {word for word in found if not re.fullmatch(r"[0-9a-f]+", word)}


@pytest.mark.parametrize("lang", text.LANGS)
def test_a_report_loads_nothing_from_anywhere(released, lang):
    page = report(released, "opg", lang)
    assert all(load.startswith(("data:", "#")) for load in Page(page).loads)
    assert "default-src 'none'" in page and "<script" not in page
    assert f'<html lang="{lang}">' in page


def test_no_report_tells_of_this_machine(released):
    from pathlib import Path

    for path in released[0].rglob("*"):
        if path.is_file():
            told = path.read_text(encoding="utf-8")
            assert str(released[0]) not in told and str(Path.home()) not in told, path.name


def test_every_code_cell_of_a_stage_was_run_in_one_kernel(released):
    import nbformat

    for lang in text.LANGS:
        path = released[0] / "opg" / "notebooks" / f"6_kpi.{lang}.ipynb"
        assert batch.complete(nbformat.read(path, as_version=4))


def test_the_summary_names_every_agency_in_alphabetical_order(released):
    with (released[0] / "summary.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["code"] for row in rows} == {"opg", "good", "bad", "empty"}
    index = (released[0] / "index.html").read_text(encoding="utf-8")
    assert index.count("report.ru.html") == 2


def test_the_headline_facts_of_the_sample_have_not_moved(released):
    golden = SAMPLES.parent / "tests" / "golden" / "opg.json"
    found = headlines(released[0] / "opg" / "facts.json")
    wanted = json.loads(golden.read_text(encoding="utf-8"))
    assert len(wanted) <= 60
    assert found == wanted, (
        "headline facts moved: if this is meant, write why under Method in CHANGELOG.md "
        "and renew tests/golden/opg.json"
    )


@pytest.mark.parametrize(
    ("statuses", "code"),
    [(["ok", "ok"], 0), (["ok", "data"], 1), (["data", "failed"], 3), (["partial", "ok"], 1)],
)
def test_the_exit_code_tells_how_it_went(statuses, code):
    assert batch.exit_code([batch.Outcome("a", status) for status in statuses]) == code


@pytest.fixture
def command(capsys, monkeypatch):
    """Run ``ccwork`` as a person would; return exit code and what was said."""

    def call(*arguments):
        text.use(cli.spoken(list(arguments)))
        with pytest.raises(SystemExit) as ended:
            cli.run(list(arguments))
        said = capsys.readouterr()
        return ended.value.code or 0, said.out + said.err

    return call


@pytest.mark.parametrize(
    ("arguments", "ru", "en"),
    [
        (["report", "ogp"], "Орган «ogp» не найден", "no agency “ogp”"),
        (["report", "opg", "--period", "2026-13"], "«2026-13» записан неверно", "2026-13"),
        (["report", "opg", "-p", "agencey", "x"], "нет параметра «agencey»", "“agencey”"),
        (["report", "opg", "--perod", "2026"], "Нет параметра --perod", "no option --perod"),
        (["report"], "Не указан ни один орган", "No agency was named"),
        (["params", "9_none"], "Тетрадь «9_none» не найдена", "no notebook “9_none”"),
        (["check", "opg", "--data", "nowhere"], "не найдена", "was not found"),
    ],
)
def test_wrong_use_is_a_clear_sentence_before_any_kernel_starts(command, arguments, ru, en):
    data = [] if "--data" in arguments or arguments[0] == "params" else ["--data", str(SAMPLES)]
    for lang, words in (("ru", ru), ("en", en)):
        code, said = command(*arguments, *data, "--lang", lang)
        assert code == 2 and words in said
        assert "Traceback" not in said and (lang == "ru") == bool(re.search("[а-яё]", said))


def test_an_unknown_period_fails_that_agency_with_what_there_is(command):
    code, said = command("check", "opg", "--data", str(SAMPLES), "--period", "2031-01")
    assert code == 3
    assert "нет ни одной строки" in said and "2021-03" in said and "2026-03" in said


def test_a_period_finer_than_the_data_is_refused(command, tmp_path):
    agency = Agency(tmp_path / "data", "years", grain="year")
    agency.add("metrics", [{"metric": "uptime", "service": "a", "period": "2025", "value": 99}])
    agency.load()
    code, said = command("check", "years", "--data", str(tmp_path / "data"), "--period", "2025-01")
    assert code == 3 and "мельче" in said


def test_check_finds_nothing_wrong_with_the_samples(command):
    code, said = command("check", "--all", "--data", str(SAMPLES))
    assert code == 0 and "opg: ошибок 0" in said


def test_parameters_of_a_notebook_are_listed_with_their_meaning(command):
    code, said = command("params", "6_kpi", "--lang", "en")
    assert code == 0 and "period: str = ''" in said and "code of the agency" in said


def test_every_fact_id_is_explained(command, released):
    code, said = command("facts", "--list")
    facts = json.loads((released[0] / "opg" / "facts.json").read_text(encoding="utf-8"))["facts"]
    assert code == 0
    for fact in facts:
        _, table, *_, column = fact["id"].split(".")
        assert f"\n{table}: " in said and f"\n  {column}: " in said


def test_two_folders_of_one_name_are_a_problem(command, tmp_path):
    for part in ("one", "two"):
        Agency(tmp_path / part, "twin").counts([1, 2, 3, 40, 50]).load()
    code, said = command("check", "twin", "--data", str(tmp_path))
    assert code == 2 and "twin" in said


def test_plain_papermill_runs_the_notebook_from_any_folder(tmp_path, monkeypatch):
    import papermill

    monkeypatch.chdir(tmp_path)
    done = papermill.execute_notebook(
        SAMPLES.parent / "notebooks" / "6_kpi.ipynb", "out.ipynb",
        {"agency": "opg", "period": "2026-01", "data": str(SAMPLES)}, progress_bar=False,
    )  # fmt: skip
    assert any("январь 2026" in str(cell.get("outputs")) for cell in done.cells)


def test_a_stage_without_data_is_one_sentence_and_not_a_row_of_empty_sections(released):
    page = report(released, "opg", "ru")
    assert "Принесите таблицы: «шаги» (steps)" in page
    assert "Кто кому передаёт" not in page

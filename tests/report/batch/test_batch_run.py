"""The batch: checked first, one kernel an agency, a bad one never stops the others."""

import csv
import dataclasses
import json
import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from bench.onecell import Here, agencies, made, stage, tree
from conftest import SAMPLES, Agency, sample
from golden.renew import headlines

from ccwork import cli
from ccwork.language import command_words, wording
from ccwork.read import agency_folder, loading, places
from ccwork.report.batch import agency_kernel, batch_jobs, batch_run, manifests
from ccwork.report.brief import brief_needs

PACKAGE = Path(cli.__file__).parent


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
    task = batch_jobs.Task(str(root / "data"), root / "out", langs=("ru", "en"))
    outcomes = made(task, places.agencies(task.data), Here())
    batch_run.finish(task, outcomes.values())
    return root / "out", outcomes


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
        other = attrs.get("lang", self.lang) != self.lang or tag == "code"
        if self.quoted or (other and tag != "br"):
            self.quoted += tag not in ("br", "img", "meta", "link", "hr")

    def handle_endtag(self, tag):
        self.quoted -= bool(self.quoted)

    def handle_data(self, data):
        if not self.quoted:
            self.words.append(data)


def pages(released, agency, lang):
    folder = released[0] / agency
    found = sorted(folder.glob(f"workings/*.{lang}.html"))
    return [path.read_text(encoding="utf-8") for path in [folder / f"brief.{lang}.html", *found]]


def report(released, agency, lang):
    return "\n".join(pages(released, agency, lang))


def test_a_bad_agency_never_stops_the_others(released):
    _, outcomes = released
    statuses = {code: outcome.status for code, outcome in outcomes.items()}
    assert statuses == {"opg": "ok", "good": "ok", "bad": "data", "empty": "data"}
    assert batch_run.exit_code(list(outcomes.values())) == 1


def test_a_wrong_cell_is_named_in_both_languages_and_gets_no_report(released):
    folder, outcomes = released
    for lang, word in (("ru", "ячейк|E5|строк"), ("en", "E5")):
        told = (folder / "bad" / f"problems.{lang}.txt").read_text(encoding="utf-8")
        assert "counts.csv" in told and "E5" in told and "много" in told
        assert re.search(word, told)
    assert not (folder / "bad" / "brief.ru.html").exists()
    assert "Traceback" not in str(outcomes["bad"].message)


def test_reports_in_both_languages_hold_the_same_facts(released):
    facts = json.loads((released[0] / "opg" / "facts.json").read_text(encoding="utf-8"))["facts"]
    assert len(facts) > 50
    for lang in wording.LANGS:
        page = " ".join(Page(report(released, "opg", lang)).words)
        wording.use(lang)
        for fact in facts:
            if fact.get("unit") in ("points", "percent") and ".levels." in fact["id"]:
                assert wording.number(fact["value"]) in page


@pytest.mark.parametrize("agency", ["opg", "good"])
def test_no_language_leaks_into_the_other(released, agency):
    english = " ".join(Page(report(released, agency, "en")).words)
    assert not re.search("[а-яё]", english, re.IGNORECASE)
    styled = report(released, agency, "ru")
    russian = " ".join(Page(re.sub("(?s)<style>.*?</style>", "", styled)).words)
    russian = re.sub(r"[\w.-]+\.(csv|toml|xlsx)|@page[^}]*}|[{].*?[}]|«[^»]*»", " ", russian)
    known = {"ccwork", "check", "services", "counts", "metrics", "SHA", "MIT", "NHS", "England"}
    known |= set(agency_folder.known())
    known |= {"Making", "Data", "Count", "ministryofjustice", "opg", "performance", "data"}
    found = set(re.findall(r"\b[A-Za-z]{3,}\b", russian)) - known
    assert not {word for word in found if not re.fullmatch(r"[0-9a-f]+", word)}


@pytest.mark.parametrize("lang", wording.LANGS)
def test_a_report_loads_nothing_from_anywhere(released, lang):
    near = re.compile(rf"data:|#|((\.\./)?(brief|workings/\w+|\w+)\.{lang}\.html(#.*)?)$")
    for page in pages(released, "opg", lang):
        assert all(near.match(load) for load in Page(page).loads)
        assert "default-src 'none'" in page and "<script" not in page
        assert f'<html lang="{lang}">' in page


def test_no_report_tells_of_this_machine(released):
    from pathlib import Path

    for path in released[0].rglob("*"):
        if path.is_file():
            told = path.read_text(encoding="utf-8")
            assert str(released[0]) not in told and str(Path.home()) not in told, path.name


def test_every_code_cell_of_a_stage_was_run_and_counted_from_one(released):
    import nbformat

    for lang in wording.LANGS:
        for path in (released[0] / "opg" / "notebooks").glob(f"*.{lang}.ipynb"):
            cells = nbformat.read(path, as_version=4).cells
            counts = [cell.execution_count for cell in cells if cell.cell_type == "code"]
            assert counts == list(range(1, len(counts) + 1))


def test_the_summary_names_every_agency_in_alphabetical_order(released):
    with (released[0] / "summary.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["code"] for row in rows} == {"opg", "good", "bad", "empty"}
    index = (released[0] / "index.html").read_text(encoding="utf-8")
    assert index.count("brief.ru.html") == 2


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
    ("ends", "code"),
    [
        (["ok", "ok"], 0), (["ok", "data"], 1), (["data", "failed"], 3), (["partial", "ok"], 1),
        (["partial"], 3), ([], 0), (["ok", "disk"], 74), (["ok", "interrupted"], 130),
    ],
)  # fmt: skip
def test_the_exit_code_tells_how_it_went(ends, code):
    outcomes = [
        batch_run.Outcome("a", *(("failed", "disk") if end == "disk" else (end,))) for end in ends
    ]
    assert batch_run.exit_code(outcomes) == code


@pytest.fixture
def command(capsys, monkeypatch):
    """Run ``ccwork`` as a person would; return exit code and what was said."""

    def call(*arguments):
        wording.use(command_words.spoken(list(arguments)))
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


def test_check_names_what_breaks_a_rule_of_the_method(command):
    code, said = command("check", "payments", "--data", str(SAMPLES))
    assert code == 0 and "payments: ошибок 0" in said
    assert "Специалист приёма" in said and "больше пяти" in said
    assert "Записанная причина изменена по правилу" in said


@pytest.mark.parametrize(
    ("lang", "bare"),
    [("ru", "told.csv: Сообщение «{}» ({}) рассказали гражданам, а доказательства за ним нет"),
     ("en", "told.csv: The message “{}” ({}) was told to citizens with no proof behind it")],
)  # fmt: skip
def test_check_warns_of_successes_told_outside_without_proof(command, lang, bare):
    code, said = command("check", "payments", "--data", str(SAMPLES), "--lang", lang)
    told = sample("payments").table("told").set_index("told")["date"]
    wording.use(lang)
    assert code == 0
    assert all(bare.format(name, wording.day(told[name])) in said for name in ("P01", "P02"))


def test_check_refuses_a_target_off_the_scale(command, tmp_path):
    agency = Agency(tmp_path / "data", "far").metric([80, 82], n=100)
    agency.add("targets", [{"metric": "digital_take_up", "service": "a", "period": "2026-12",
                            "value": 50, "mode": "relative"}])  # fmt: skip
    agency.load()
    code, said = command("check", "far", "--data", str(tmp_path / "data"))
    assert code == 0 and "выходит за его шкалу" in said


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
    assert code == 3 and "twin" in said


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


# ---------------------------------------------------------------- one-cell stages: the batch


COUNTED = "print(agency, period)"


@pytest.fixture
def small(tmp_path):
    """Three agencies alike, a stage of one cell, and a task for them."""
    folders = agencies(tmp_path / "data", "a", "b", "c")
    notebooks = stage(tmp_path / "stages", COUNTED)
    return batch_jobs.Task("", tmp_path / "out", notebooks=notebooks), folders


def states(task, folders):
    return {job.place: job.state for job in batch_jobs.jobs(task, folders)}


def starts(task, folders, **chosen):
    """Run in this process and count the kernels started."""
    before = agency_kernel.Kernel.starts
    outcomes = made(task, folders, Here(), **chosen)
    return agency_kernel.Kernel.starts - before, {
        code: done.status for code, done in outcomes.items()
    }


def test_an_unchanged_run_starts_no_kernel_and_one_changed_input_one(small):
    task, folders = small
    assert starts(task, folders) == (3, dict.fromkeys("abc", "ok"))
    old = tree(task.out)
    assert starts(task, folders) == (0, dict.fromkeys("abc", "ok"))
    assert tree(task.out) == old
    with (folders["b"] / "agency.toml").open("a") as lines:
        lines.write("# touched\n")
    assert states(task, folders) == {"a": "unchanged", "b": "changed", "c": "unchanged"}
    assert starts(task, folders)[0] == 1
    assert starts(task, folders)[0] == 0
    (task.out / "c" / "brief.ru.html").unlink()
    assert states(task, folders)["c"] == "changed"
    assert starts(task, folders)[0] == 0, "the notebook is whole: only the report is missing"
    assert tree(task.out / "c") == {
        name.removeprefix("c/"): content for name, content in old.items() if name[:2] == "c/"
    }


def test_other_forms_asked_for_later_start_no_kernel_and_go_with_the_data_they_told_of(small):
    from dataclasses import replace

    task, folders = small
    one = {"a": folders["a"]}
    more = replace(task, formats=("pdf", "docx"))
    assert starts(task, one) == (1, {"a": "ok"})
    assert starts(more, one) == (0, {"a": "ok"})
    assert starts(more, one) == (0, {"a": "ok"}) and states(more, one) == {"a": "unchanged"}
    forms = {"brief.ru.html", "brief.ru.pdf", "brief.ru.docx"}
    assert starts(task, one) == (0, {"a": "ok"})
    assert {path.name for path in (task.out / "a").glob("brief.*")} == forms, "they are still true"
    with (folders["a"] / "agency.toml").open("a") as lines:
        lines.write("# touched\n")
    assert starts(task, one) == (1, {"a": "ok"})
    assert {path.name for path in (task.out / "a").glob("brief.*")} == {"brief.ru.html"}


def test_a_notebook_of_ones_own_is_found_from_the_brief_whatever_it_is_called(tmp_path):
    from urllib.parse import unquote

    folders = agencies(tmp_path / "data", "a")
    notebooks = stage(tmp_path / "stages", COUNTED, name="1_мой этап #2 (50%)")
    task = batch_jobs.Task("", tmp_path / "out", notebooks=notebooks, formats=("pdf", "docx"))
    assert starts(task, folders) == (1, {"a": "ok"})
    for page in (task.out / "a").rglob("*.html"):
        told = page.read_text(encoding="utf-8")
        for link in re.findall(r'href="([^"#]+)', told):
            assert (page.parent / unquote(link)).is_file(), (page.name, link)


def test_a_file_that_another_program_holds_open_is_named(small, monkeypatch):
    from dataclasses import replace

    task, folders = small
    one = {"a": folders["a"]}
    own = manifests.os.replace

    def held(part, path):
        if path.suffix == ".docx":
            raise PermissionError(13, "held", str(part), 32, str(path))
        own(part, path)

    monkeypatch.setattr(manifests.os, "replace", held)
    (job,) = batch_jobs.jobs(replace(task, formats=("docx",)), one)
    outcome = batch_run.one(replace(task, formats=("docx",)), job)
    assert (outcome.status, outcome.reason) == ("failed", "open")
    assert "brief.ru.docx" in outcome.message["ru"] and "Закройте" in outcome.message["ru"]
    assert not list((task.out / "a").glob("*.part"))
    monkeypatch.undo()
    assert starts(replace(task, formats=("docx",)), one) == (0, {"a": "ok"})


def test_many_faults_of_one_kind_are_one_sentence(tmp_path):
    folders = agencies(tmp_path / "data", "a")
    path = folders["a"] / "counts.csv"
    path.write_text(path.read_text("utf-8").replace(",50", ",много"), encoding="utf-8")
    task = batch_jobs.Task("", tmp_path / "out", notebooks=stage(tmp_path / "stages", COUNTED))
    assert starts(task, folders) == (0, {"a": "data"})
    told = (task.out / "a" / "problems.ru.txt").read_text(encoding="utf-8").splitlines()
    assert len(told) == 1 and "E6" in told[0] and "E11" in told[0]


def test_wrong_data_count_among_the_failed_until_they_are_mended(small):
    task, folders = small
    path = folders["b"] / "counts.csv"
    whole = path.read_text("utf-8")
    path.write_text(whole.replace(",50", ",много"), encoding="utf-8")
    assert starts(task, folders) == (2, {"a": "ok", "b": "data", "c": "ok"})
    assert starts(task, folders, states=("failed",)) == (0, {"b": "data"}), "it is told again"
    path.write_text(whole, encoding="utf-8")
    assert starts(task, folders, states=("failed",)) == (1, {"b": "ok"})
    assert starts(task, folders, states=("failed",)) == (0, {})


def test_the_key_follows_everything_a_report_depends_on(small, monkeypatch):
    from dataclasses import replace

    task, folders = small
    (old, *_) = batch_jobs.jobs(task, folders)

    def key(other):
        (found, *_) = batch_jobs.jobs(other, folders)
        return found.key

    assert key(task) == old.key
    both = key(replace(task, langs=("ru", "en"), formats=("pdf", "docx")))
    assert key(replace(task, langs=("en", "ru"), formats=("docx", "pdf"))) == both
    assert replace(task, langs=("en", "ru")).langs == ("ru", "en"), "made in one order"
    keys = {
        old.key,
        key(replace(task, langs=("ru", "en"))),
        key(replace(task, periods=("2025-01",))),
        key(replace(task, parameters={"process": "x"})),
        key(replace(task, notebooks=stage(task.out.parent / "other", "print(1)"))),
        key(replace(task, notebooks=stage(task.out.parent / "more", COUNTED, name="2_two"))),
        key(replace(task, formats=("pdf",))),
        key(replace(task, formats=("docx",))),
        key(replace(task, formats=("docx",), template=Path(__file__))),
    }
    monkeypatch.setattr(manifests, "build", lambda: "another")
    keys.add(key(task))
    monkeypatch.setattr(manifests, "package_versions", lambda: {"pandas": "99"})
    keys.add(key(task))
    monkeypatch.setattr(brief_needs, "form_versions", lambda forms: ["pdf 99"])
    keys.add(key(replace(task, formats=("pdf",))))
    assert len(keys) == 12
    assert key(replace(task, out=task.out / "elsewhere")) in keys


EDITS = {  # what a person does to a file while a stage is being computed
    "another number": ("counts.csv", b",50\n", b",51\n"),
    "a number of another length": ("counts.csv", b",50\n", b",500\n"),
    "a word of the agency": ("agency.toml", b"grain", b"# x\ngrain"),
    "a new table": ("people.csv", b"", b"person\n"),
    "a catalogue of one's own": ("catalogue/items.csv", b"", b"item\n"),
    "a plan": ("plan.toml", b"", b"sd = 1\n"),
}
CHANGES = """
from pathlib import Path
from ccwork.read import loading
before = loading.load(data, agency, period).table("counts")["count"].sum()
path = Path({path!r})
old = path.read_bytes() if path.exists() else b""
path.parent.mkdir(exist_ok=True)
path.write_bytes(old.replace({old!r}, {new!r}) if {old!r} else {new!r})
after = loading.load(data, agency, period).table("counts")["count"].sum()
assert before == after, "two readings in one run"
if {back!r}:
    path.write_bytes(old)
"""


@pytest.mark.parametrize("back", [False, True], ids=["left", "put back"])
@pytest.mark.parametrize("edit", EDITS)
def test_what_changes_while_it_is_read_gets_no_report(tmp_path, edit, back):
    folders = agencies(tmp_path / "data", "a")
    file, old, new = EDITS[edit]
    path = folders["a"] / file
    cell = CHANGES.format(path=str(path), old=old, new=new, back=back)
    notebooks = stage(tmp_path / "stages", cell)
    task = batch_jobs.Task("", tmp_path / "out", langs=("ru", "en"), notebooks=notebooks)
    outcome = {}

    class Here:
        def submit(self, function, *arguments):
            from concurrent.futures import Future

            future = Future()
            outcome["a"] = function(*arguments)
            future.set_result(outcome["a"])
            return future

    made(task, folders, Here())
    assert (outcome["a"].status, outcome["a"].reason) == ("failed", "changed")
    assert "changed while read" in outcome["a"].message["en"]
    assert "Файлы изменились, пока шёл расчёт" in outcome["a"].message["ru"]
    assert [*tree(task.out / "a")] == ["manifest.json"], "nothing made of two readings is left"
    assert states(task, folders) == {"a": "failed"}, "and it is made again"


def test_a_notebook_edited_between_the_order_and_the_reading_gives_no_mixed_report(small):
    task, folders = small
    waiting = batch_jobs.jobs(task, {"a": folders["a"]})
    for path in batch_jobs.stages(task).values():
        path.write_text(path.read_text("utf-8") + "\n", encoding="utf-8")
    outcome = batch_run.one(task, waiting[0])
    assert (outcome.status, outcome.reason) == ("failed", "changed")
    assert [*tree(task.out / "a")] == ["manifest.json"]
    again = batch_jobs.jobs(task, {"a": folders["a"]})
    assert batch_run.one(task, again[0]).status == "ok"


def test_a_notebook_edited_while_an_agency_is_computed_gives_no_report(tmp_path):
    folders = agencies(tmp_path / "data", "a")
    folder = tmp_path / "stages"
    cell = f"from pathlib import Path\nfor one in Path({str(folder)!r}).glob('*.ipynb'):\n"
    notebooks = stage(folder, cell + "    one.write_bytes(one.read_bytes() + b' ')\n")
    task = batch_jobs.Task("", tmp_path / "out", notebooks=notebooks)
    waiting = batch_jobs.jobs(task, folders)
    outcome = batch_run.one(task, waiting[0])
    assert (outcome.status, outcome.reason) == ("failed", "changed")


def test_a_template_edited_in_a_run_gives_no_report(small, tmp_path):
    task, folders = small
    template = tmp_path / "look.docx"
    template.write_bytes(b"old")
    task = dataclasses.replace(task, template=template)
    waiting = batch_jobs.jobs(task, {"a": folders["a"]})
    template.write_bytes(b"new")
    assert batch_run.one(task, waiting[0]).reason == "changed"
    assert batch_jobs.jobs(task, {"a": folders["a"]})[0].key != waiting[0].key


def test_a_change_between_the_order_and_the_reading_is_told_too(small):
    task, folders = small
    waiting = batch_jobs.jobs(task, {"a": folders["a"]})
    path = folders["a"] / "counts.csv"
    path.write_text(path.read_text("utf-8").replace(",50", ",много"), encoding="utf-8")
    outcome = batch_run.one(task, waiting[0])
    assert (outcome.status, outcome.reason) == ("failed", "changed")


def test_the_dangling_lock_of_an_editor_is_no_file_of_the_agency(small):
    task, folders = small
    (folders["a"] / ".#counts.csv").symlink_to("someone@host.1:2")
    assert starts(task, {"a": folders["a"]}) == (1, {"a": "ok"})
    (folders["a"] / ".#counts.csv").unlink()
    (folders["a"] / "README.md").write_text("beside the data", encoding="utf-8")
    assert starts(task, {"a": folders["a"]}) == (0, {"a": "ok"})


@pytest.mark.slow
def test_the_same_inputs_give_the_same_bytes_whatever_the_surroundings(small, monkeypatch):
    from dataclasses import replace

    task, folders = small
    starts(task, {code: folders[code] for code in "ab"})
    monkeypatch.setenv("TZ", "Asia/Vladivostok")
    monkeypatch.setenv("PYTHONHASHSEED", "5")
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.chdir(task.notebooks)
    other = replace(task, out=task.out.parent / "again")
    made(other, {code: folders[code] for code in "ba"})
    assert tree(other.out) == tree(task.out)


@pytest.mark.slow
def test_selection_narrows_the_run_and_the_rest_keeps_its_rows(command, small):
    task, folders = small
    given = ["--data", str(task.out.parent / "data"), "--out", str(task.out)]
    given += ["--notebooks", str(task.notebooks), "--jobs", "1"]
    code, said = command("report", "--all", "--dry-run", *given)
    assert code == 0 and "3 из 3" in said and not task.out.exists()
    code, said = command("report", "--all", "--limit", "1", *given)
    assert code == 0 and "Готово отчётов: 1 из 1" in said
    rows = json.loads((task.out / "summary.json").read_text(encoding="utf-8"))
    assert [(row["code"], row["status"]) for row in rows] == [
        ("a", "ok"), ("b", "skipped"), ("c", "skipped")
    ]  # fmt: skip
    code, said = command("report", "--all", "--only", "[bx]", "--quiet", *given)
    assert (code, said) == (0, "")
    code, said = command("report", "--all", "--changed", "--dry-run", *given)
    assert "c: новый" in said and "a:" not in said
    code, said = command("report", "--all", "--failed", "--dry-run", "--lang", "en", *given)
    assert code == 0 and "0 of 3" in said
    old = tree(task.out)
    code, said = command("report", "--all", "--dry-run", "--force", *given)
    assert tree(task.out) == old


def test_the_summary_has_a_row_an_agency_with_what_a_machine_needs(released):
    rows = json.loads((released[0] / "summary.json").read_text(encoding="utf-8"))
    assert [row["code"] for row in rows] == ["bad", "empty", "good", "opg"]
    for row in rows:
        assert row["status"] in ("ok", "data") and row["seconds"] > 0
        assert row["name"]["ru"], "an agency whose data are wrong has a name too"
        assert re.fullmatch("[0-9a-f]{64}", row["input"] + row["output"][:0])
        assert re.fullmatch("[0-9a-f]{64}", row["output"])
    with (released[0] / "summary.csv").open(encoding="utf-8", newline="") as lines:
        assert {row["code"]: row["reason"] for row in csv.DictReader(lines)}["bad"] == "data"


def test_several_periods_make_a_report_each(small):
    from dataclasses import replace

    task, folders = small
    several = replace(task, periods=("2025-01", "2025-02"))
    count, ends = starts(several, {"a": folders["a"]})
    assert count == 2 and ends == {"a/2025-01": "ok", "a/2025-02": "ok"}
    for period in several.periods:
        page = (task.out / "a" / period / "notebooks" / "1_one.ru.ipynb").read_text("utf-8")
        assert f"a {period}" in page


def test_a_report_says_what_it_was_computed_with_and_nothing_of_the_machine(released):
    import os

    page = report(released, "opg", "ru")
    for words in (manifests.build()[:12], *manifests.package_versions().values(), "agency=opg"):
        assert words in page
    assert os.path.expanduser("~/") not in page and sys.prefix not in page


# ---------------------------------------------------------------- one kernel, many notebooks

SPOIL = """
import os, sys, warnings, locale
import matplotlib, numpy as np, pandas as pd
from ccwork.language import wording
from ccwork.measure import metrics
from ccwork.read import loading
work = loading.load(data, agency, period)
work.tables["counts"]["count"] = 0
work.tables["left"] = work.tables["counts"]
metrics.counted(work)
wording.use("en")
matplotlib.rcParams["font.size"] = 40
warnings.filterwarnings("error")
pd.set_option("display.max_rows", 3)
np.set_printoptions(precision=1)
np.seterr(all="raise")
os.environ["LEFT"] = "1"
os.chdir("/")
sys.path.append("/left")
sys.setrecursionlimit(5000)
left = open(os.devnull)
left_behind = 5
"""
TELL = """
import gc, os, sys, warnings
import matplotlib, numpy as np, pandas as pd
from ccwork.language import wording
from ccwork.measure import metrics
from ccwork.read import loading
print(sorted(name for name in globals() if name.startswith("left")))
print(wording.lang(), matplotlib.rcParams["font.size"], pd.get_option("display.max_rows"))
print(np.get_printoptions()["precision"], np.geterr(), os.environ.get("LEFT"))
print(os.path.basename(os.getcwd()), sys.path[-1] == "/left", sys.getrecursionlimit())
print([str(each) for each in warnings.filters])
print(len([fd for fd in os.listdir("/dev/fd")]) if os.path.isdir("/dev/fd") else 0)
work = loading.load(data, agency, period)
print(sorted(work.tables), work.table("counts")["count"].tolist(), repr(work))
print(metrics.counted(work).to_numpy().tolist())
"""


READ_ONCE = """
from ccwork.read import agency_folder, loading
agency_folder.read_folder = None  # reading again would raise
print(loading.load(data, agency, period))
"""


@pytest.mark.slow
@pytest.mark.parametrize("period", ["", "2025-01"])
def test_tables_are_read_once_for_the_check_and_all_notebooks(tmp_path, period):
    folders = agencies(tmp_path / "data", "a")
    notebooks = stage(tmp_path / "stages", READ_ONCE)
    stage(tmp_path / "stages", READ_ONCE, name="2_two")
    task = batch_jobs.Task("", tmp_path / "out", (period,), wording.LANGS, notebooks=notebooks)
    (outcome,) = made(task, folders, Here()).values()
    assert (outcome.code, outcome.status) == ("a", "ok")


def outputs(notebook):
    return [cell.get("outputs") for cell in notebook.cells]


@pytest.mark.slow
def test_a_notebook_finds_a_used_kernel_as_it_would_find_a_new_one(tmp_path):
    import time

    folders = agencies(tmp_path / "data", "a")
    paths = [stage(tmp_path / name, cell) / "1_one.ipynb" for name, cell in
             (("spoil", SPOIL), ("tell", TELL))]  # fmt: skip
    given = {"agency": "a", "period": ""}

    def ran(kernel, path):
        return kernel.run(batch_run._edition(path, "ru"), given)

    until = time.monotonic() + 300
    with agency_kernel.Kernel(folders["a"], agency_kernel.Limits(), until) as kernel:
        before = agency_kernel.Kernel.starts
        ran(kernel, paths[0])
        used = ran(kernel, paths[1])
        again = ran(kernel, paths[1])
        assert agency_kernel.Kernel.starts == before + 1
    with agency_kernel.Kernel(folders["a"], agency_kernel.Limits(), until) as kernel:
        new = ran(kernel, paths[1])
    assert used == again
    files = [cell.pop("outputs")[0]["text"].splitlines() if cell.get("outputs") else []
             for cell in (used.cells[-1], new.cells[-1])]  # fmt: skip
    assert files[0][:5] == files[1][:5] and files[0][6:] == files[1][6:]
    assert abs(int(files[0][5]) - int(files[1][5])) <= 1
    assert used == new


def test_after_a_kernel_dies_the_next_stage_gets_a_new_one(tmp_path):
    folders = agencies(tmp_path / "data", "a")
    stage(tmp_path / "stages", "import os; os._exit(1)", name="1_dies")
    stage(tmp_path / "stages", "raise ValueError", name="2_raises")
    notebooks = stage(tmp_path / "stages", COUNTED, name="3_good")
    task = batch_jobs.Task("", tmp_path / "out", notebooks=notebooks)
    count, ends = starts(task, folders)
    assert count == 2 and ends == {"a": "partial"}
    for failed in ("1_dies", "2_raises"):
        page = (task.out / "a" / "workings" / f"{failed}.ru.html").read_text(encoding="utf-8")
        assert page.count("Этот раздел не рассчитан") == 1
    brief = (task.out / "a" / "brief.ru.html").read_text(encoding="utf-8")
    assert "workings/1_dies.ru.html" in brief and "workings/2_raises.ru.html" in brief


@pytest.mark.long
@pytest.mark.parametrize("agency", ["registry", "archive"])
def test_every_stage_in_one_kernel_gives_what_it_gives_in_a_new_one(agency):
    import time

    folder = places.find(str(SAMPLES / "demo"), agency)
    work, _ = loading.read_and_check(str(folder), agency, "")
    given = {"agency": agency, "period": work.period}
    until = time.monotonic() + 3600
    with agency_kernel.Kernel(folder, agency_kernel.Limits(), until) as shared:
        for path in batch_jobs.stages().values():
            for lang in wording.LANGS:
                together = shared.run(batch_run._edition(path, lang), given)
                with agency_kernel.Kernel(folder, agency_kernel.Limits(), until) as own:
                    alone = own.run(batch_run._edition(path, lang), given)
                assert together == alone, f"{path.stem} {lang}"


TOUCHED = [  # file, what stood there, what stands there now, the stages that must be run again
    ("told.csv", "районная газета", "областная газета", {"5_recognition"}),
    ("triage.csv", "спустили образец", "прислали образец", {"2_core_team"}),
    ("inner.csv", ",310,", ",320,", set()),
    ("positions.csv", ",300", ",310", set()),
    ("visits.csv", ",50,9", ",50,8", {"2_core_team", "5_recognition"}),
    ("services.csv", "Назначение пособия", "Расчёт пособия", {"2_core_team", "5_recognition"}),
    ("objections.csv", "Отчётов больше", "Бумаг больше", {"2_core_team", "5_recognition"}),
    ("agency.toml", "offices = 30", "offices = 31", {"2_core_team", "5_recognition"}),
    ("plan.toml", "раньше", "скорее", {"2_core_team", "5_recognition"}),
]


@pytest.mark.long
def test_a_touched_table_runs_the_stages_that_take_it_and_leaves_the_rest(tmp_path, monkeypatch):
    from concurrent.futures import ThreadPoolExecutor

    shutil.copytree(SAMPLES / "demo" / "payments", folder := tmp_path / "data" / "payments")
    folders, ran = places.agencies(str(tmp_path / "data")), []
    run = agency_kernel.Kernel.run

    def told(kernel, notebook, parameters):
        ran.append(notebook.metadata["stage"])
        return run(kernel, notebook, parameters)

    def edition(path, lang, own=batch_run._edition):
        made = own(path, lang)
        made.metadata["stage"] = path.stem
        return made

    monkeypatch.setattr(agency_kernel.Kernel, "run", told)
    monkeypatch.setattr(batch_run, "_edition", edition)

    def again(out):
        ran.clear()
        task = batch_jobs.Task("", tmp_path / out, wanted=("2_core_team", "5_recognition"))
        with ThreadPoolExecutor(1) as here:
            assert made(task, folders, here)["payments"].status == "ok"
        return set(ran)

    assert again("out") == {"2_core_team", "5_recognition"} and not again("out")
    for file, before, now, stages in TOUCHED:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert before in text, file
        path.write_text(text.replace(before, now, 1), encoding="utf-8")
        assert again("out") == stages, file
    assert again("clean") == {"2_core_team", "5_recognition"}
    agency_kernel.end_template()
    assert tree(tmp_path / "out" / "payments") == tree(tmp_path / "clean" / "payments")


def test_only_an_agency_that_leads_a_life_situation_pays_for_its_notebook():
    task = batch_jobs.Task("", Path("out"))
    leads, others = (batch_jobs.stages(task, sample(name)) for name in ("families", "registry"))
    assert batch_jobs.SITUATIONS in leads and set(leads) - set(others) == {batch_jobs.SITUATIONS}
    wanted = batch_jobs.Task("", Path("out"), wanted=(batch_jobs.SITUATIONS,))
    assert [*batch_jobs.stages(wanted, sample("registry"))] == [batch_jobs.SITUATIONS]

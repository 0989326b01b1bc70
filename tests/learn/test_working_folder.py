"""A working folder is complete, is never written over, and JupyterLab speaks its language."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from urllib.request import urlopen

import pytest

from ccwork import cli
from ccwork.language import notebook_editions, wording
from ccwork.language.problems import DataProblems
from ccwork.learn import learner, working_folder
from ccwork.read import data_dictionary, loading, places

LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)[^)]*\)")
ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)/\S*\?token=(\w+)")
NOTEBOOKS = sorted(path.name for path in places.shipped("notebooks").glob("*.ipynb"))
each_lang = pytest.mark.parametrize("lang", wording.LANGS)


def run(arguments, capsys) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.run([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return ended.value.code, said.out, said.err


@pytest.fixture(params=wording.LANGS)
def made(request, tmp_path):
    """A working folder of a learner, and its language."""
    working_folder.make(tmp_path / "work", "learner", request.param)
    return tmp_path / "work", request.param


def test_the_command_makes_a_folder_and_names_the_next_command(tmp_path, capsys):
    code, out, _ = run(["init", tmp_path / "my work", "--lang", "ru"], capsys)
    assert not code
    assert out.splitlines()[-1] == f'  ccwork lab "{tmp_path / "my work"}" --lang ru'


def test_the_folder_holds_every_notebook_and_every_sample(made):
    folder, _ = made
    made = sorted(path.name for path in folder.glob("*.ipynb"))
    assert made == sorted([*NOTEBOOKS, working_folder.GLOSSARY])
    samples = places.agencies(str(places.shipped("data")))
    assert set(places.agencies(str(folder / "data"))) == {*samples, working_folder.OWN}


def test_the_samples_are_read_without_an_error(made):
    folder, _ = made
    for agency in set(places.agencies(str(folder / "data"))) - {working_folder.OWN}:
        assert loading.read_and_check(str(folder / "data"), agency, "")[0], agency


def test_notebooks_have_no_outputs_and_no_answers_for_a_learner(made):
    folder, lang = made
    for name in NOTEBOOKS:
        notebook = notebook_editions.read_notebook(folder / name)
        for cell in notebook.cells:
            assert not notebook_editions.tags(cell) & {"solution", "trainer"}
            assert not cell.get("outputs") and cell.get("execution_count") is None
        assert f'lang="{lang}"' in notebook.cells[2].source


def test_a_trainer_gets_what_a_learner_does_not(tmp_path):
    working_folder.make(tmp_path, "trainer", "ru")
    for name in NOTEBOOKS:
        source = notebook_editions.read_notebook(places.shipped("notebooks") / name)
        assert len(notebook_editions.read_notebook(tmp_path / name).cells) == len(source.cells)


def test_links_between_files_lead_somewhere(made):
    folder, _ = made
    for path in folder.glob("*.ipynb"):
        for cell in notebook_editions.read_notebook(path).cells:
            for link in LINK.findall(cell.source if cell.cell_type == "markdown" else ""):
                assert (folder / link).exists(), f"{path.name}: {link}"


def test_notebooks_find_the_data_of_their_folder(made, monkeypatch):
    folder, _ = made
    monkeypatch.delenv("CCWORK_DATA", raising=False)
    monkeypatch.chdir(folder)
    assert places.data_folder().resolve() == (folder / "data").resolve()


@pytest.mark.parametrize("there", ["data/my_agency/agency.toml", NOTEBOOKS[0]])
def test_nothing_is_written_over(there, tmp_path, capsys):
    (tmp_path / there).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / there).write_text("mine")
    code, _, err = run(["init", tmp_path], capsys)
    assert code == 2 and there in err
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / there]


def test_a_place_that_cannot_be_written_to_is_said(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    code, _, err = run(["init", tmp_path / "file" / "work"], capsys)
    assert code == 2 and "не удаётся записать" in err


def test_a_learner_gets_a_variant_of_their_own_and_a_trainer_its_key(tmp_path, capsys):
    for folder, edition in (("hers", "learner"), ("key", "trainer"), ("all", "learner")):
        name = [] if folder == "all" else ["--learner", "Анна  Ёжова"]
        code, _, err = run(["init", tmp_path / folder, "--edition", edition, *name], capsys)
        assert not code, err
    hers, trainers, everybodys = (tmp_path / folder for folder in ("hers", "key", "all"))
    card = tomllib.loads((hers / "learner.toml").read_text(encoding="utf-8"))
    assert card["name"] == "Анна Ёжова" and card["variant"] == learner.variant("анна ежова")
    training = "data/training/metrics.csv"
    assert (hers / training).read_bytes() == (trainers / training).read_bytes()
    assert (hers / training).read_bytes() != (everybodys / training).read_bytes()
    shipped = places.shipped("data") / "training/metrics.csv"
    assert (everybodys / training).read_bytes() == shipped.read_bytes()
    assert (trainers / "key.csv").exists() and not (hers / "key.csv").exists()
    told = (trainers / "key.csv").read_text(encoding="utf-8-sig")
    assert told.splitlines()[1].split(",")[0] == "Анна  Ёжова"


def test_a_name_of_blanks_is_none(tmp_path, capsys):
    made = [tmp_path / folder for folder in ("blank", "none")]
    for folder, name in zip(made, (["--learner", "  "], []), strict=True):
        assert not run(["init", folder, "--edition", "learner", *name], capsys)[0]
    blank, none = ({each.relative_to(folder): each.read_bytes() for each in folder.rglob("*.*")
                    if each.is_file()} for folder in made)  # fmt: skip
    assert blank == none


def test_a_link_in_place_of_the_way_is_replaced_and_not_followed(tmp_path, capsys):
    assert not run(["init", tmp_path / "work"], capsys)[0]
    (tmp_path / "work" / "way_90min.ru.ipynb").symlink_to(tmp_path / "no" / "where")
    made = working_folder.notebook_to_open(tmp_path / "work", "90min", "ru")
    assert made.is_file() and not made.is_symlink()


def test_the_empty_agency_says_what_to_bring(made):
    folder, _ = made
    work, problems = loading.read_and_check(str(folder / "data"), working_folder.OWN, "")
    assert work is None
    assert {"agency_needs", "agency_name"} <= {problem.code for problem in problems}


@each_lang
def test_every_key_of_the_dictionary_is_explained_in_the_language(lang):
    lines = working_folder.agency_toml(lang)
    for column in data_dictionary.dictionary()["agency"].columns.values():
        assert re.search(rf'^(# )?{column.column} = (""|0)$', lines, re.MULTILINE)
        assert getattr(column, f"about_{lang}") in lines
    assert lang == "ru" or not re.search("[а-яё]", lines, re.IGNORECASE)


@each_lang
def test_the_words_it_offers_are_accepted(lang, agency):
    filled = re.sub(
        r'^(?:# )?(\w+ = (?:""|0))$', r"\1", working_folder.agency_toml(lang), flags=re.M
    )
    filled = filled.replace('data_date = ""', "data_date = 2026-06-30")
    filled = filled.replace('name_ru = ""', 'name_ru = "Орган"')
    columns = data_dictionary.dictionary()["agency"].columns
    wording.use(lang)
    for name in ("grain", "level"):
        word = wording.word(f"value.{columns[name].choices[-1]}")
        filled = filled.replace(f'{name} = ""', f'{name} = "{word}"')
    assert set(tomllib.loads(filled)) == set(columns)
    (agency.folder / "agency.toml").write_text(filled, encoding="utf-8")
    _, problems = loading.read_and_check(str(agency.root), agency.name, "")
    assert not [problem for problem in problems if problem.file == "agency.toml"]


def test_a_folder_without_notebooks_sends_to_init(tmp_path, capsys):
    code, _, err = run(["lab", tmp_path, "--lang", "en"], capsys)
    assert code == 2 and "ccwork init" in err


def test_the_first_notebook_is_the_one_opened(tmp_path):
    for name in ("6_kpi.ipynb", "0_start.ipynb"):
        (tmp_path / name).write_text("")
    assert working_folder.first_notebook(tmp_path).name == "0_start.ipynb"
    opened = working_folder.notebook_to_open(tmp_path, "", "ru")
    asked = working_folder.lab_arguments(tmp_path, "ru", opened)
    assert "--LabApp.default_url=/lab/tree/0_start.ipynb" in asked


@each_lang
def test_a_course_opens_its_way_and_keeps_what_the_learner_wrote_there(lang, tmp_path):
    (tmp_path / "0_start.ipynb").write_text("")
    opened = working_folder.notebook_to_open(tmp_path, "2days", lang)
    asked = working_folder.lab_arguments(tmp_path, lang, opened)
    assert f"--LabApp.default_url=/lab/tree/way_2days.{lang}.ipynb" in asked
    assert "6_kpi.ipynb" in opened.read_text(encoding="utf-8")
    opened.write_text("mine")
    assert working_folder.notebook_to_open(tmp_path, "2days", lang).read_text() == "mine"


def test_an_unknown_course_opens_nothing(tmp_path, capsys):
    (tmp_path / "0_start.ipynb").write_text("")
    wording.use("ru")
    code, _, err = run(["lab", tmp_path, "--course", "3weeks"], capsys)
    assert code == 2 and "Курса «3weeks» нет" in err
    assert [path.name for path in tmp_path.iterdir()] == ["0_start.ipynb"]


def test_settings_that_cannot_be_written_are_said(tmp_path):
    (tmp_path / "6_kpi.ipynb").write_text("")
    (tmp_path / ".ccwork").write_text("")
    with pytest.raises(DataProblems, match="не удаётся записать"):
        working_folder.lab_arguments(tmp_path, "ru", tmp_path / "6_kpi.ipynb")


def lab(folder: Path, lang: str, home: Path) -> subprocess.Popen:
    """Start the command in a home of its own, on a free port, without a browser."""
    home.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = os.environ | {"HOME": str(home), "USERPROFILE": str(home), "JUPYTER_PORT": port}
    words = ["lab", str(folder), "--lang", lang, "--no-browser", "--allow-root"]
    return subprocess.Popen(
        [sys.executable, "-c", "from ccwork import cli; cli.run()", *words],
        env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
    )  # fmt: skip


def wait_for(address: str) -> None:
    """Wait until a server answers: it says its address a moment before it listens."""
    port = int(address.rpartition(":")[2])
    for _ in range(100):
        with socket.socket() as knock:
            if not knock.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "locale"), [("ru", "ru_RU"), ("en", "en")])
def test_jupyterlab_speaks_the_language_and_asks_nothing_of_the_network(lang, locale, tmp_path):
    working_folder.make(tmp_path / "work", "learner", lang)
    running = lab(tmp_path / "work", lang, tmp_path / "home")
    try:
        address = next(filter(None, map(ADDRESS.search, running.stderr)))

        def ask(path: str) -> str:
            with urlopen(f"{address[1]}/lab{path}?token={address[2]}") as answer:
                return answer.read().decode()

        wait_for(address[1])
        settings = json.loads(ask("/api/settings"))["settings"]
        page, news, update = ask(""), ask("/api/news"), ask("/api/update")
        translations = json.loads(ask("/api/translations/ru_RU"))["data"]
    finally:
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=30)
    in_force = {
        one["id"]: {key: about["default"] for key, about in one["schema"]["properties"].items()}
        for one in settings
        if one["id"] in json.loads(working_folder.settings(lang)["overrides.json"])
    }
    assert in_force["@jupyterlab/translation-extension:plugin"]["locale"] == locale
    notices = in_force["@jupyterlab/apputils-extension:notification"]
    assert (notices["fetchNews"], notices["checkForUpdates"]) == ("false", False)
    assert not in_force["@jupyterlab/extensionmanager-extension:plugin"]["enabled"]
    assert len(translations["jupyterlab"]) > 1000
    assert json.loads(news) == {"news": []} and json.loads(update) == {"notification": None}
    config = json.loads(re.search(r'jupyter-config-data"[^>]*>(.*?)</script>', page, re.S)[1])
    assert config["news"] == {"disabled": True} and not config["extensionManager"]["can_install"]
    assert "@jupyterlab/extensionmanager-extension" in config["disabledExtensions"]
    assert {one["name"] for one in config["federated_extensions"]} <= {"jupyterlab_pygments"}
    assert not (tmp_path / "home" / ".jupyter" / "lab").exists()

"""The page: the same facts in both languages, no rank, nothing live, no name outside."""

import io
import re

import pandas as pd
import pytest
from class_folders import EXERCISES, folder, write_class
from click.testing import CliRunner
from conftest import english

from ccwork import cli
from ccwork.language import wording
from ccwork.learn import learner
from ccwork.learn.class_results import class_page, learner_folders
from ccwork.learn.training.scene import scene
from ccwork.tell.documents import document
from ccwork.tell.documents.document import Table

HOSTILE = '<img src=x onerror=alert(1)> =HYPERLINK("x") $x^2$ #link("x")'


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    place = tmp_path_factory.mktemp("class") / "class"
    write_class(place, seed=3)
    return place


@pytest.fixture(scope="module")
def made(root):
    lines, code = class_page.write_page(root, wording.LANGS)
    assert code == 0 and len(lines) == 9
    return {path.name: path.read_bytes() for path in root.iterdir() if path.is_file()}


def words_of(group, lang):
    with wording.speaking(lang):
        return " ".join(document.words(class_page.class_document(group).blocks))


def numbers(words):
    """Return the numbers of a text, however a language writes them."""
    found = re.findall(r"\d+(?:[.,]\d+)?", re.sub("[\u00a0\u202f]", " ", words))
    return sorted(float(number.replace(",", ".")) for number in found)


def test_the_planted_exercise_is_said_first_and_the_gain_with_its_interval(root, made):
    said = words_of(learner_folders.read_group(root), "ru")
    assert said.index("Трудное задание: 6.4.") < said.index("Верных ответов стало больше: +")
    assert said.count("Трудное задание:") == 1
    rates = pd.read_csv(io.BytesIO(made["class_gain.csv"])).iloc[0]
    shown = wording.interval(rates["gain_low"], rates["gain_high"])
    assert f"{wording.signed(rates['gain'])} п. п. {shown}" in said.replace("\u00a0п", " п")


def test_a_class_that_has_not_begun_tells_no_day_of_a_last_answer(tmp_path, root):
    folder(tmp_path / "class", "a", variant=3)
    said = words_of(learner_folders.read_group(tmp_path / "class"), "ru")
    assert "Ответов пока нет." in said and "Последний ответ:" not in said
    assert "Последний ответ: " in words_of(learner_folders.read_group(root), "ru")


def test_both_languages_tell_the_same_numbers(root):
    group = learner_folders.read_group(root)
    assert numbers(words_of(group, "ru")) == numbers(words_of(group, "en"))
    assert len(numbers(words_of(group, "ru"))) > 300


def test_each_language_speaks_for_itself(made):
    assert not english(made["class.ru.html"].decode())
    shown = re.sub(r"(?s)<style.*?</style>", "", made["class.en.html"].decode())
    shown = re.sub(r"Фамилия\d\d\sИмя|папка_\d\d", "", shown)
    assert not re.search("[а-яё]", shown, re.IGNORECASE)


def test_learners_stand_by_the_alphabet_whatever_they_did(root):
    blocks = class_page.class_document(learner_folders.read_group(root)).blocks
    table = next(block for block in blocks if isinstance(block, Table))
    names = [row[0].runs[0].words for row in table.rows]
    done = [int("".join(run.words for run in row[2].runs)) for row in table.rows]
    assert names == sorted(names) and len(names) == 30 and max(done) <= len(EXERCISES)
    assert done != sorted(done) and done != sorted(done, reverse=True)


def test_names_stay_in_the_folder_of_the_class(tmp_path, monkeypatch):
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    folder(tmp_path / "class", "Уникальнов", ["2026-11-02T10:00:00,6.1,лучше,right,,0"])
    done = CliRunner().invoke(cli.main, ["class", str(tmp_path / "class")])
    assert done.exit_code == 0 and not list(work.iterdir())
    outside = [
        path for path in tmp_path.rglob("*") if "class" not in path.parts[len(tmp_path.parts) :]
    ]
    assert outside == [work]
    assert "Уникальнов" in (tmp_path / "class" / "class.ru.html").read_text(encoding="utf-8")


def test_hostile_words_are_shown_and_never_live(tmp_path):
    answer = HOSTILE.replace('"', '""')
    rows = [f'2026-11-02T10:00:0{n},6.{n},"{answer}",wrong,,0' for n in (1, 2, 3)]
    for number, name in enumerate("abc"):
        place = folder(tmp_path, name, rows, number)
        (place / "learner.toml").write_text(f"name = '{HOSTILE}'\nvariant = {number}\n")
    assert class_page.write_page(tmp_path, wording.LANGS)[1] == 0
    for lang in wording.LANGS:
        page = (tmp_path / f"class.{lang}.html").read_text(encoding="utf-8")
        assert "<img" not in page and "&lt;img" in page
        assert (tmp_path / f"class.{lang}.pdf").read_bytes().startswith(b"%PDF")
    for name in ("class_learners.csv", "class_mistakes.csv"):
        cells = (tmp_path / name).read_text(encoding="utf-8").replace("\n", ",").split(",")
        assert not [cell for cell in cells if cell.startswith(("=", '"=', "@", "+"))]


def test_a_link_planted_in_place_of_the_page_is_not_written_through(tmp_path):
    other = tmp_path / "other.html"
    other.write_text("mine")
    folder(tmp_path / "class", "a")
    (tmp_path / "class" / "class.ru.html").symlink_to(other)
    class_page.write_page(tmp_path / "class", ["ru"])
    assert other.read_text() == "mine"


def test_a_class_that_only_begins_has_words_in_place_of_numbers(tmp_path):
    folder(tmp_path, "a")
    folder(tmp_path, "b", ["2026-11-02T10:00:00,6.1,7,wrong,,0"], 2)
    said = words_of(learner_folders.read_group(tmp_path), "ru").replace("\u00a0", " ")
    assert "Учебная группа: 2 участника" in said and "каждое пробовали меньше" in said
    assert "никто не прошёл" in said and "меньше 10 участников" in said


@pytest.mark.parametrize(("spoilt", "code"), [(0, 0), (1, 1), (2, 3)])
def test_the_exit_code_tells_whether_all_some_or_none_were_counted(tmp_path, spoilt, code):
    for number, name in enumerate("ab"):
        place = folder(tmp_path, name, variant=number)
        if number < spoilt:
            (place / "progress.csv").write_text("")
    done = CliRunner().invoke(cli.main, ["class", str(tmp_path)])
    assert done.exit_code == code
    assert done.output.count("progress.csv: В файле нет данных") == spoilt
    assert (tmp_path / "class.ru.html").exists() == (code != 3)


def test_the_key_holds_the_answers_of_everyones_own_variant(tmp_path):
    names = ("Анна Пример", "Борис Образец")
    for name in names:
        folder(tmp_path, name, variant=learner.variant(name))
    run = CliRunner().invoke(cli.main, ["class", str(tmp_path), "--key"])
    assert run.exit_code == 0 and "class_key.csv" in run.output
    key = pd.read_csv(tmp_path / "class_key.csv", index_col=0, dtype=str)
    assert sorted(key.index) == sorted(names)
    slow = key["3.5"].tolist(), [scene(learner.variant(name)).slow for name in key.index]
    known = {code: wording.word(f"pick.step_{code}").split(";")[0] for code in slow[1]}
    assert slow[0] == [known[code] for code in slow[1]]


def test_a_variant_of_another_name_is_asked_about(tmp_path):
    folder(tmp_path, "Анна Пример", variant=learner.variant("Борис Образец"))
    run = CliRunner().invoke(cli.main, ["class", str(tmp_path)])
    assert run.exit_code == 0 and "не подходит к имени «Анна Пример»" in run.output
    assert not (tmp_path / "class_key.csv").exists()

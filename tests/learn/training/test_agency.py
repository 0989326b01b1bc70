"""The training agency of any learner is checked clean, small, and nobody is given it unasked."""

import csv

import pytest

from ccwork import cli
from ccwork.learn import exercises, learner
from ccwork.learn.training import agency
from ccwork.read import loading, places

SHIPPED = places.shipped("data") / places.TRAINING
NAMES = ("Анна", "Борис", "Вера", "Глеб", "Дарья", "Егор", "Жанна",
         "Зоя", "Игорь", "Клара", "Лев", "Мария")  # fmt: skip


def test_the_variant_everybody_has_is_the_one_shipped():
    made = agency.files(0)
    shipped = {
        f"{places.TRAINING}/{path.relative_to(SHIPPED).as_posix()}": path.read_bytes()
        for path in SHIPPED.rglob("*")
        if path.is_file()
    }
    assert made == shipped
    assert sum(map(len, made.values())) < 300_000


@pytest.mark.parametrize("name", NAMES)
def test_a_learners_agency_is_checked_clean(name, tmp_path):
    agency.write(tmp_path, learner.variant(name))
    work, problems = loading.read_and_check(str(tmp_path), places.TRAINING, "")
    assert work is not None
    assert not [problem for problem in problems if problem.grave]
    assert len(problems) <= 1  # the rule that clears the innocent is told as a warning


def test_the_story_names_the_services_of_the_variant_in_both_languages():
    made = agency.files(learner.variant("Анна"))
    story = made["training/README.md"].decode()
    rows = list(csv.DictReader(made["training/services.csv"].decode().splitlines()))
    assert len(rows) == 3 and "{" not in story
    for row in rows:
        assert f"«{row['name_ru']}»" in story and f"“{row['name_en']}”" in story


def test_all_agencies_are_the_samples_and_not_the_training_agency():
    data = str(places.shipped("data"))
    assert places.TRAINING in places.agencies(data)
    assert places.TRAINING not in cli.choose([], True, data)
    assert cli.choose([places.TRAINING], False, data) == [places.TRAINING]


def test_a_key_that_is_gone_is_told_and_nothing_breaks(tmp_path, monkeypatch):
    agency.write(tmp_path / "data", 0)
    (tmp_path / "data" / places.TRAINING / exercises.KEY).unlink()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCWORK_DATA", raising=False)
    shown = []
    monkeypatch.setattr(exercises, "publish", lambda html, plain, *_: shown.append(plain))
    exercises.check("2.2", "критик")
    assert "рядом нет учебного органа" in shown[-1]

"""Answers are marked, helped with in two steps, and never end the lesson."""

import re
from pathlib import Path

import pytest
from test_answers import HOSTILE

from ccwork.language import wording
from ccwork.language.notebook_editions import read_notebook, tags
from ccwork.language.resources import resource, resource_rows
from ccwork.learn import exercises, learner
from ccwork.learn.demo.rows import rows
from ccwork.read import catalogues

FILES = "0.1"
"""The exercise whose choices are files, not metrics."""

CATALOGUED = [each for each, row in exercises.exercises().items() if not row["key"]]
TAGS = re.compile(r"<[^>]*>")
NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.fixture
def said(tmp_path, monkeypatch):
    """Check an answer outside of any learner's folder; return its words."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(learner, "_here", [])
    shown = []
    monkeypatch.setattr(exercises, "publish", lambda html, plain, *_: shown.append((html, plain)))

    def ask(exercise: str, answer: object) -> str:
        exercises.check(exercise, answer)
        return shown[-1][1]

    ask.shown = shown
    return ask


@pytest.mark.parametrize(
    ("exercise", "answer"),
    [
        ("6.1", "данных мало"), ("6.1", "Too little data"), ("6.1", "too_little"),
        ("1.2", "Обучить и повторить."), ("6.4", "−0,7"), ("6.4", -0.7), ("6.4", "-0.7 балла"),
        ("1.3", "45,1 %"), ("1.3", 45.072), ("3.4", 5), ("3.4", "5 окон"), ("4.1", 0),
        ("5.2", "56 баллов"),
    ],
)  # fmt: skip
def test_a_right_answer_is_right_however_it_is_written(said, exercise, answer):
    assert said(exercise, answer) == f"Задание {exercise}: верно."


@pytest.mark.parametrize(("answer", "near"), [(45.4, "пока неверно"), (44.7, "пока неверно")])
def test_an_answer_beyond_the_tolerance_is_not_right(said, answer, near):
    assert near in said("1.3", answer)


def test_help_comes_in_two_steps_and_then_from_the_trainer(said):
    first, again, second, third = (
        said("6.1", one) for one in ("хуже", "Хуже.", "лучше", "несопоставимо")
    )
    hints = [wording.word(f"hint.6.1.{step}") for step in (1, 2)]
    assert hints[0] in first and again == first
    assert hints[1] in second and wording.word("mistake.few_answers") in second
    assert wording.word("train.trainer") in third and not any(hint in third for hint in hints)


@pytest.mark.parametrize(
    ("exercise", "answer", "mistake"),
    [("6.4", 0.7, "sign"), ("1.3", 0.451, "hundred"), ("6.4", "2,7", "other_end"),
     ("8.3", "работа сотрудника", "blamed")],
)  # fmt: skip
def test_a_known_wrong_answer_is_explained(said, exercise, answer, mistake):
    assert wording.word(f"mistake.{mistake}") in said(exercise, answer)


def test_what_cannot_be_read_costs_no_hint(said):
    assert "нужно одно число" in said("6.4", "много") and "в списке нет" in said(
        "6.1", "может быть"
    )
    assert wording.word("hint.6.4.1") in said("6.4", 1)


def test_the_choices_are_listed_in_each_language_with_its_own_signs(said):
    assert "Можно: очередь; срок решения; давление на сотрудников." in said("4.2", "нет")
    with wording.speaking("en"):
        told = said("4.2", "no")
    assert "Choose: queue; lead time; pressure on staff." in told and "«" not in told


@pytest.mark.parametrize("exercise", ["6.1", "6.4"])
@pytest.mark.parametrize("answer", HOSTILE, ids=lambda one: type(one).__name__)
def test_no_answer_ends_the_lesson_or_comes_alive(said, exercise, answer):
    said(exercise, answer)
    html, plain = said.shown[-1]
    assert plain.startswith(f"Задание {exercise}") and set(TAGS.findall(str(html))) == {
        "<p>",
        "</p>",
    }


def test_an_unknown_exercise_is_refused(said):
    with pytest.raises(ValueError, match="must be one of"):
        said("99.9", 1)


def test_every_answer_is_kept_with_its_verdict(said, tmp_path):
    (tmp_path / "learner.toml").write_text(learner.learner_card("Анна"), encoding="utf-8")
    for answer in ("", "лучше", "данных мало"):
        said("6.1", answer)
    lines = (tmp_path / "progress.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",", 1)[1] for line in lines[1:]] == [
        "6.1,,empty,,0", "6.1,лучше,known,few_answers,1", "6.1,данных мало,right,,1",
    ]  # fmt: skip


def test_a_closed_file_is_told_in_one_sentence_after_the_verdict(said, tmp_path):
    (tmp_path / "learner.toml").write_text(learner.learner_card("Анна"), encoding="utf-8")
    (tmp_path / "progress.csv").mkdir()
    assert said("6.1", "данных мало") == f"Задание 6.1: верно. {wording.word('train.unkept')}"


def test_the_catalogue_is_whole_and_no_answer_stands_in_it():
    terms = wording.terms()
    for exercise, row in exercises.exercises().items():
        assert {f"hint.{exercise}.1", f"hint.{exercise}.2"} <= set(terms)
        assert (
            (row["kind"] == "number")
            == bool(row["step"] and row["tolerance"])
            != bool(row["choices"])
        )
        words = [
            word
            for choice in row["choices"].split()
            for word in (
                choice,
                *terms[f"pick.{choice}"]["ru"].split(";"),
                *terms[f"pick.{choice}"]["en"].split(";"),
            )
        ]
        read = [exercises.answer_code(exercise, word) for word in words]
        assert all(read) and len(set(read)) == len(row["choices"].split())
    keys = resource_rows("catalogue", "exercise_keys.csv")
    assert {row["exercise"] for row in keys} == set(CATALOGUED)
    assert all(re.fullmatch("[0-9a-f]{64}", row["sha256"]) for row in keys)
    assert all(f"mistake.{row['wrong']}" in terms for row in keys if row["wrong"])
    for exercise in CATALOGUED:
        assert [row["wrong"] for row in keys if row["exercise"] == exercise].count("") == 1
    assert resource("catalogue", "exercise_keys.csv").is_file()


def named() -> list[tuple[str, str]]:
    """List what tables call a choice: (its code, a name in one of the languages)."""
    metrics = catalogues.common()["metrics"]
    codes = {each for row in exercises.exercises().values() for each in row["choices"].split()}
    tables = [metrics.loc[[each for each in metrics.index if each in codes]].reset_index()]
    tables[0] = tables[0].rename(columns={"metric": "code"})
    tables.append(rows("paths", "registry").assign(code=lambda path: "step_" + path["step"]))
    for name in ("training_services", "training_changes"):
        tables.append(rows(name).rename(columns={"name_ru": "ru", "name_en": "en"}))
    found = [(row["code"], row[lang]) for table in tables for row in table.to_dict("records")
             for lang in wording.LANGS]  # fmt: skip
    for room in ("verdict", "cause_group", "team_part"):
        terms = {code: row for code, row in wording.terms().items() if code.startswith(f"{room}.")}
        found += [(code.partition(".")[2], row[lang]) for code, row in terms.items()
                  for lang in wording.LANGS]  # fmt: skip
    return [(code, name) for code, name in found if code in codes]


def test_a_choice_is_accepted_as_the_tables_name_it():
    pairs = named()
    assert len(pairs) > 60
    for exercise, row in exercises.exercises().items():
        for code, name in pairs:
            if exercise != FILES and code in row["choices"].split():
                assert exercises.answer_code(exercise, name) == code, (exercise, name)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_asks_two_to_four_exercises_and_solves_each(path):
    asked, solved = (
        re.findall(r'^check\("([\d.]+)"', "\n".join(sources), re.MULTILINE)
        for sources in (
            [cell.source for cell in read_notebook(path).cells if tag in tags(cell)]
            for tag in ("exercise", "solution")
        )
    )
    assert 2 <= len(asked) <= 4 and asked == solved
    assert set(asked) <= set(exercises.exercises())

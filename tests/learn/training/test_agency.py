"""The training agency of any learner is checked clean, small, and nobody is given it unasked."""

import csv
import io
import itertools
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from ccwork import cli
from ccwork.language import wording
from ccwork.learn import exercises, learner
from ccwork.learn.training import agency
from ccwork.learn.training.scene import scene
from ccwork.read import loading, places
from ccwork.stages import (
    cascade,
    core_team,
    face_the_problem,
    kpi,
    one_process,
    recognition,
    scale,
    start,
)

SHIPPED = places.shipped("data") / places.TRAINING
NAMES = ("Анна", "Борис", "Вера", "Глеб", "Дарья", "Егор", "Жанна",
         "Зоя", "Игорь", "Клара", "Лев", "Мария")  # fmt: skip


files = cache(agency.files)
"""The files of a variant, made once for all tests here."""


def write(root, variant: int) -> None:
    for name, content in files(variant).items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


def test_the_variant_everybody_has_is_the_one_shipped():
    made = files(0)
    shipped = {
        f"{places.TRAINING}/{path.relative_to(SHIPPED).as_posix()}": path.read_bytes()
        for path in SHIPPED.rglob("*")
        if path.is_file()
    }
    assert made == shipped
    assert sum(map(len, made.values())) < 300_000


@cache
def read(variant: int):
    """Return the agency of a variant, written and read once, and its problems."""
    with TemporaryDirectory() as folder:
        write(Path(folder), variant)
        return loading.read_and_check(folder, places.TRAINING, "")


@pytest.mark.parametrize("name", NAMES)
def test_a_learners_agency_is_checked_clean(name):
    work, problems = read(learner.variant(name))
    assert work is not None
    assert not [problem for problem in problems if problem.grave]
    assert len(problems) <= 1  # the rule that clears the innocent is told as a warning


def test_the_story_names_the_services_of_the_variant_in_both_languages():
    made = files(learner.variant("Анна"))
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


def test_a_key_that_is_gone_or_damaged_is_told_and_nothing_breaks(tmp_path, monkeypatch):
    write(tmp_path / "data", 0)
    (tmp_path / "data" / places.TRAINING / exercises.KEY).unlink()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CCWORK_DATA", raising=False)
    shown = []
    monkeypatch.setattr(exercises, "publish", lambda html, plain, *_: shown.append(plain))
    exercises.check("2.2", "критик")
    (tmp_path / "data" / places.TRAINING / exercises.KEY).write_text("exercise,salt\n2.2\n")
    exercises.check("2.2", "критик")
    assert len(shown) == 2 and all("рядом нет учебного органа" in said for said in shown)


VARIANTS = [0, *map(learner.variant, NAMES[:7])]


def found(work) -> dict[str, object]:
    """Find the truths as a learner would: by the functions of the notebooks alone."""
    judged = kpi.judged(work)
    facts = judged[judged["metric"] != "satisfaction"]
    told = recognition.claims(work)
    told = told[told["metric"] != "satisfaction"]
    waits = one_process.journey(work, "waits")
    second = work.table("services")["service"].iloc[1]
    words, ruled, roles = scale.verdicts(work), cascade.causes(work), core_team.roles(work)
    return {
        "0.2": float(start.present_levels(work)["n"].sum()),
        "1.4": face_the_problem.declared(work)["unproven"].iloc[0],
        "2.2": " ".join(roles.loc[roles["say"] == "short", "team_role"]),
        "3.5": "step_" + waits.loc[waits["statutory"] == "no", "step"].iloc[0],
        "3.6": waits.loc[waits["statutory"] == "yes", "wait"].iloc[0],
        "4.3": " ".join(words.loc[words["verdict_word"] == "reject", "novelty"]),
        "5.3": " ".join(told["metric"]),
        "5.4": " ".join(told["service"]),
        "6.5": " ".join(facts.loc[facts["note"] == "cut", "metric"]),
        "6.6": kpi.silent(work)["silent_least"].iloc[0],
        "8.4": " ".join(ruled.loc[ruled["ruled"] == "gate_failed", "metric"]),
        "8.5": cascade.decomposed(work, service=second)["inside"].iloc[-1],
    }


def missed(variant: int) -> list[str]:
    """Return the exercises whose truth the package does not find; none may be an error."""
    work, problems = read(variant)
    assert not [problem for problem in problems if problem.grave]
    loading.learn_names(work)
    seen = found(work)
    truths = agency.truths(scene(variant))
    assert set(seen) == set(truths)
    return [
        exercise
        for exercise, (right, _) in truths.items()
        if exercises.answer_code(exercise, seen[exercise])
        != exercises.answer_code(exercise, right)
    ]


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_truth_can_be_found(variant):
    assert missed(variant) == []


@pytest.mark.long
def test_truths_can_be_found_by_two_hundred_learners():
    failed = [name for name in map(str, range(200)) if missed(learner.variant(name))]
    assert len(failed) <= 10, failed


def test_neighbours_have_other_answers():
    """Of two hundred learners in a row hardly two neighbours share more than a few answers."""
    keys = [list(words.values()) for words in agency.key_of(map(str, range(200))).values()]
    assert len(keys[0]) == 12
    alike = [
        sum(one == other for one, other in zip(*pair, strict=True))
        for pair in itertools.pairwise(keys)
    ]
    assert max(alike) < 10
    assert sum(n <= 6 for n in alike) >= 0.95 * len(alike)


def test_the_sealed_key_marks_the_right_and_the_known_wrong_and_tells_neither():
    made = scene(learner.variant("Анна"))
    rows = agency._sealed(made)
    for exercise, (right, wrong) in agency.truths(made).items():
        own = rows[rows["exercise"] == exercise].set_index("sha256")["wrong"]
        seal = exercises.answer_seal(
            exercise, made.variant, exercises.answer_code(exercise, right)
        )
        assert own[seal] == "" and (own == "").sum() == 1
        assert set(own) - {""} <= set(wrong.values())
    assert set(rows["wrong"]) - {""} <= {code.partition(".")[2] for code in wording.terms()}
    assert {row for row, known in exercises.exercises().items() if known["key"]} == set(
        rows["exercise"]
    )


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_trainers_sheet_is_marked_right_word_by_word(lang):
    with wording.speaking(lang):
        (row,) = csv.DictReader(io.StringIO(agency.key_sheet(["Анна"])))
    truths = agency.truths(scene(learner.variant("Анна")))
    for exercise, (right, _) in truths.items():
        assert exercises.answer_code(exercise, row[exercise]) == exercises.answer_code(
            exercise, right
        )

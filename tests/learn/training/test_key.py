"""What the key says was planted, the package finds; neighbours have other answers."""

import csv
import io
import itertools

import pytest

from ccwork.language import wording
from ccwork.learn import exercises, learner
from ccwork.learn.training import agency, key
from ccwork.learn.training.scene import scene
from ccwork.read import loading
from ccwork.stages import cascade, core_team, face_the_problem, kpi, one_process, scale, start

VARIANTS = [0, *map(learner.variant, ("Анна", "Борис", "Вера", "Глеб", "Дарья", "Егор", "Жанна"))]


def found(work) -> dict[str, object]:
    """Find the truths as a learner would: by the functions of the notebooks alone."""
    judged = kpi.judged(work)
    facts = judged[judged["metric"] != "satisfaction"]
    better = facts[facts["verdict"] == "better"]
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
        "5.3": " ".join(better["metric"]),
        "5.4": " ".join(better["service"]),
        "6.5": " ".join(facts.loc[facts["note"] == "cut", "metric"]),
        "6.6": kpi.silent(work)["silent_least"].iloc[0],
        "8.4": " ".join(ruled.loc[ruled["ruled"] == "gate_failed", "metric"]),
        "8.5": cascade.decomposed(work, service=second)["inside"].iloc[-1],
    }


def missed(variant: int, folder) -> list[str]:
    """Return the exercises whose truth the package does not find; none may be an error."""
    agency.write(folder, variant)
    work, problems = loading.read_and_check(str(folder), "training", "")
    assert not [problem for problem in problems if problem.grave]
    loading.learn_names(work)
    seen = found(work)
    truths = key.truths(scene(variant))
    assert set(seen) == set(truths)
    return [
        exercise
        for exercise, (right, _) in truths.items()
        if exercises.code_of(exercise, seen[exercise]) != exercises.code_of(exercise, right)
    ]


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_truth_can_be_found(variant, tmp_path):
    assert missed(variant, tmp_path) == []


def test_neighbours_have_other_answers():
    """Of two hundred learners in a row hardly two neighbours share more than a few answers."""
    keys = [list(words.values()) for words in key.of_learners(map(str, range(200))).values()]
    assert len(keys[0]) == 12
    alike = [
        sum(one == other for one, other in zip(*pair, strict=True))
        for pair in itertools.pairwise(keys)
    ]
    assert max(alike) < 10
    assert sum(n <= 6 for n in alike) >= 0.95 * len(alike)


def test_the_sealed_key_marks_the_right_and_the_known_wrong_and_tells_neither():
    made = scene(learner.variant("Анна"))
    rows = key.sealed_rows(made)
    for exercise, (right, wrong) in key.truths(made).items():
        own = rows[rows["exercise"] == exercise].set_index("sha256")["wrong"]
        seal = exercises.sealed(exercise, made.variant, exercises.code_of(exercise, right))
        assert own[seal] == "" and (own == "").sum() == 1
        assert set(own) - {""} <= set(wrong.values())
    assert set(rows["wrong"]) - {""} <= {code.partition(".")[2] for code in wording.terms()}
    assert {row for row, known in exercises.exercises().items() if known["key"]} == set(
        rows["exercise"]
    )


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_trainers_sheet_is_marked_right_word_by_word(lang):
    with wording.speaking(lang):
        (row,) = csv.DictReader(io.StringIO(key.sheet(["Анна"])))
    truths = key.truths(scene(learner.variant("Анна")))
    for exercise, (right, _) in truths.items():
        assert exercises.code_of(exercise, row[exercise]) == exercises.code_of(exercise, right)

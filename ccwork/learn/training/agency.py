"""The folder of the training agency, and the answers to its exercises: from what was planted.

Run it as ``python -m ccwork.learn.training.agency data`` to make the variant everybody has.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ccwork.language import wording
from ccwork.learn import exercises, learner
from ccwork.learn.demo.rows import as_csv, text
from ccwork.learn.training import tables
from ccwork.learn.training.scene import MONTHS, Scene, scene, training_plan
from ccwork.read import catalogues, places

Answer = str | float


def truths(made: Scene) -> dict[str, tuple[Answer, dict[Answer, str]]]:
    """Return exercise -> its answer, and what each known wrong answer mistakes.

    Words are codes, numbers are exact.
    """
    first, second, third = (service.code for service in made.services)
    said, proven, seen = _self_check(tables.self_check_rows(made, first))
    answers, survey = tables.channel_answers(made, second), tables.survey_tables(made, third)
    inside, mix = _channels(answers)
    invited, answered = survey["surveys"].iloc[-1][["invited", "answered"]].astype(float)
    pleased = float(survey["counts"]["count"].iloc[-2:].sum())
    now = float(answers["date"].str.startswith(MONTHS[-1]).sum())
    kept, lost = 100 * pleased / invited, 100 * (1 - answered / invited)
    works, harms, order = made.changes
    guilty, innocent = made.misses[1:3]
    clients = {"step_notice": "statutory", "step_collect": "clients_wait"}
    return {
        "0.2": (answered + now, {answered: "one_row", now: "one_row"}),
        "1.4": (said - proven, {said: "declared", proven: "proven", said - seen: "expert"}),
        "2.2": (made.lacking, {}),
        "3.5": (f"step_{made.slow}", clients),
        "3.6": (float(made.term), {}),
        "4.3": (harms, {works: "not_harm", order: "order"}),
        "5.3": (made.real.metric, {"satisfaction": "mix", made.redefined.metric: "formula"}),
        "5.4": (first, {second: "mix", third: "unhappy_gone"}),
        "6.5": (made.redefined.metric, {made.real.metric: "truly_better"}),
        "6.6": (kept, {100 * pleased / answered: "answered_only", kept + lost: "upper"}),
        "8.4": (innocent, {guilty: "proven_guilty"}),
        "8.5": (inside, {inside + mix: "whole_change", mix: "mix_part"}),
    }


def _self_check(checks: pd.DataFrame) -> tuple[float, float, float]:
    """Return what the agency declared, what it proved, what the assessor saw: 0-100 (F36)."""
    weight = checks["item"].map(catalogues.common()["items"]["weight"]).astype(float)
    own, proof = checks["source"] == "self", checks["evidence"] != ""
    points = 100 * weight * checks["answer"] / (2 * weight[own].sum())
    return tuple(float(points[these].sum()) for these in (own, own & proof, ~own))


def _channels(answers: pd.DataFrame) -> tuple[float, float]:
    """Take the change of a score apart: channels themselves, and their shares (Kitagawa 1955)."""
    late = answers["date"] >= MONTHS[12]
    scores = (25.0 * answers["level"] - 25).groupby([answers["channel"], late])
    score, n = scores.mean().unstack(), scores.size().unstack()
    share = n / n.sum()
    inside = share.mean(axis=1) * score.diff(axis=1)[True]
    return float(inside.sum()), float((score.mean(axis=1) * share.diff(axis=1)[True]).sum())


def _sealed(made: Scene) -> pd.DataFrame:
    """Return the key as it lies with the agency: hashes salted with the variant."""
    found = []
    for exercise, (right, wrong) in truths(made).items():
        known = [*wrong.items(), (right, "")]
        codes = {exercises.answer_code(exercise, answer): mistake for answer, mistake in known}
        for code, mistake in codes.items():
            sealed = exercises.answer_seal(exercise, made.variant, code)
            found.append((exercise, made.variant, sealed, mistake))
    return pd.DataFrame(sorted(found), columns=["exercise", "salt", "sha256", "wrong"])


def key_of(names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the trainer's key: name of a learner -> exercise -> answer in words."""
    made = {name: scene(learner.variant(name)) for name in names}
    return {
        name: {exercise: _word(right) for exercise, (right, _) in truths(own).items()}
        for name, own in made.items()
    }


def key_sheet(names: Iterable[str]) -> str:
    """Return the trainer's key as a table in CSV: a row a learner, a column an exercise."""
    return pd.DataFrame.from_dict(key_of(names), "index").to_csv(lineterminator="\n")


def _word(answer: Answer) -> str:
    """Return an answer as a learner would write it, in the language in force."""
    if isinstance(answer, str):
        return wording.word(f"pick.{answer}").split(";")[0]
    return wording.number(answer, int(answer % 1 > 0))


def files(variant: int) -> dict[str, bytes]:
    """Return the files of a variant: path below the data folder -> content.

    Examples
    --------
    >>> sorted(files(7))[0], files(7) == files(7) != files(8)
    ('training/README.md', True)
    """
    made = scene(variant)
    own = {f"{name}.csv": as_csv(table) for name, table in tables.training_tables(made).items()}
    own["README.md"] = text("training_story.md").format(*made.services)
    facts = text("agency_facts.toml")
    own["agency.toml"] = facts.format(plan=training_plan(made), date="2026-06-30")
    own[exercises.KEY] = as_csv(_sealed(made))
    return {f"{places.TRAINING}/{name}": content.encode() for name, content in own.items()}


if __name__ == "__main__":
    for name, content in files(0).items():
        (Path(sys.argv[1]) / name).parent.mkdir(parents=True, exist_ok=True)
        (Path(sys.argv[1]) / name).write_bytes(content)

"""Folders of learners to read: whole ones, and the class whose truth is known."""

import numpy as np

from ccwork.language.resources import resource_rows
from ccwork.learn import learner

HEAD = "at,exercise,answer,verdict,wrong,hint"
EXERCISES = [row["exercise"] for row in resource_rows("catalogue", "exercises.csv")]
KEY = {row["item"]: row["right"] for row in resource_rows("catalogue", "knowledge.csv")}


def folder(root, name, rows=(), variant=1, tests=(), shown=None):
    """Write one learner's folder; return it."""
    place = root / name
    place.mkdir(parents=True)
    card = f'name = "{shown or name}"\nvariant = {variant}\nmade = 2026-11-01\n'
    (place / "learner.toml").write_text(card, encoding="utf-8")
    (place / "progress.csv").write_text("\n".join([HEAD, *rows, ""]), encoding="utf-8")
    if tests:
        lines = "\n".join(["test,item,answer", *tests, ""])
        (place / "knowledge.csv").write_text(lines, encoding="utf-8")
    return place


def chance(ability, difficulty):
    return 1 / (1 + np.exp(difficulty - ability))


def write_class(root, seed, learners=30, hard="6.4", harder=2.5):
    """Write a class through all exercises: right by ability less difficulty; one is hard."""
    rng = np.random.default_rng(seed)
    for number, ability in enumerate(rng.normal(1, 0.8, learners)):
        rows, tests = [], []
        for place, exercise in enumerate(EXERCISES):
            day, hour = divmod(place, 12)
            for minute in range(4):
                right = rng.random() < chance(ability, harder * (exercise == hard))
                told = ("42", "right", "") if right else (f"{rng.integers(5)}", "wrong", "")
                at = f"2026-11-{2 + day:02d}T{9 + hour:02d}:{minute:02d}:00"
                rows.append(f"{at},{exercise},{told[0]},{told[1]},,{min(minute, 2)}")
                if right:
                    break
        for test, more in (("before", -1), ("after", 0)):
            for item, key in KEY.items():
                known = rng.random() < chance(ability + more, 0)
                tests.append(f"{test},{item},{key if known else 'abcd'['abcd'.index(key) - 1]}")
        shown = f"Фамилия{number:02d} Имя"
        folder(root, f"папка_{number:02d}", rows, learner.variant(shown), tests, shown)

"""A class whose truth is known: ability less difficulty, on the scale of logits."""

import numpy as np
import pandas as pd


def chance(ability, difficulty):
    return 1 / (1 + np.exp(difficulty - ability))


def answers(rng, abilities, difficulties):
    """Return one row a learner and task, as the tables take them."""
    right = rng.random((len(abilities), len(difficulties))) < chance(
        abilities[:, None], difficulties[None, :]
    )
    folder, task = np.indices(right.shape)
    told = {"folder": folder.ravel(), "task": [f"t{n:02d}" for n in task.ravel()]}
    return pd.DataFrame({**told, "right": right.ravel() * 1})


def write(root, rng, learners=30, hard="6.2", gain=1.0, exercises=(), items=None):
    """Write the folders of a class; return the abilities."""
    abilities = rng.normal(1.0, 0.8, learners)
    for number, ability in enumerate(abilities):
        place = root / f"learner_{number:02d}"
        place.mkdir(parents=True)
        name = f"Фамилия{number:02d} Имя"
        (place / "learner.toml").write_text(
            f'name = "{name}"\nvariant = {1000 + number}\nmade = 2026-11-01\n', encoding="utf-8"
        )
        lines = ["at,exercise,answer,verdict,wrong,hint"]
        for at, exercise in enumerate(exercises):
            difficulty = 2.5 if exercise == hard else 0.0
            minute = 0
            while rng.random() > chance(ability, difficulty) and minute < 3:
                wrong, verdict = ("sign", "known") if rng.random() < 0.5 else ("", "wrong")
                answer = "-7" if wrong else f"{rng.integers(1, 6)}"
                when = f"2026-11-{2 + at // 12:02d}T{9 + at % 12:02d}:{minute:02d}:00"
                lines.append(f"{when},{exercise},{answer},{verdict},{wrong},{min(minute, 2)}")
                minute += 1
            if minute < 3:
                when = f"2026-11-{2 + at // 12:02d}T{9 + at % 12:02d}:{minute:02d}:30"
                lines.append(f"{when},{exercise},42,right,,{min(minute, 2)}")
        (place / "progress.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        rows = ["test,item,answer"]
        for test, more in (("before", 0.0), ("after", gain)):
            for item, right in (items or {}).items():
                known = rng.random() < chance(ability - 1 + more, 0)
                other = "abcd"[("abcd".index(right) + 1) % 4]
                rows.append(f"{test},{item},{right if known else other}")
        (place / "knowledge.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return abilities

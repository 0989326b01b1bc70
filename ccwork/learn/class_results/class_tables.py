"""What a group of learners did, in tables: who is where, what is hard, mistakes alike."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from ccwork.language import wording
from ccwork.learn.class_results.learner_folders import Group
from ccwork.stats import intervals
from ccwork.tell.small_counts import few

CHANCE: Final = 0.05
"""In so many groups of exercises all alike at most one is called hard (our choice)."""

LEAST_OTHERS: Final = 5
"""An exercise is held against so many others of each learner at least (our choice)."""

STUCK: Final = 3
"""So many different answers, none of them right, and a learner needs help (our choice)."""

LEAST_SAME: Final = 3
"""A mistake of so many learners is a common one (our choice)."""


def shares(given: pd.DataFrame) -> pd.DataFrame:
    """Return how many were right in each of many tasks, and which of these are hard.

    Parameters
    ----------
    given
        One row a learner and task: ``folder``, ``task``, ``right`` (0 or 1).

    Returns
    -------
    DataFrame
        By ``task`` in their order: ``right_once`` of ``tried_by`` learners, their
        ``right_share`` in percent with limits (F04; none of fewer than ten), ``usual``: how
        much of all other tasks the same learners did right; ``class_hard``: "hard" or "".

    Notes
    -----
    A task is hard when the interval of its share, widened for the number of tasks
    (Bonferroni), lies below ``usual`` as a whole: our choice. Learners are held against
    themselves, so that it changes nothing who left early.
    """
    by = given.groupby("folder")["right"]
    others = by.transform("size") - 1
    usual = 100 * (by.transform("sum") - given["right"]) / others.where(others >= LEAST_OTHERS)
    rows = given.assign(usual=usual).groupby("task").agg(
        right_once=("right", "sum"), tried_by=("right", "size"), usual=("usual", "mean")
    )  # fmt: skip
    pairs = [*zip(rows["right_once"], rows["tried_by"], strict=True)]
    known = [
        (intervals.unknown() if few("n", n) else intervals.percent(k, n))[:3] for k, n in pairs
    ]
    rows[intervals.names("right_share")] = np.array(known).reshape(-1, 3)
    level = 1 - CHANCE / max(len(rows), 1)
    high = [100 * intervals.wilson(k, n, confidence=level).high for k, n in pairs]
    hard = (high < rows["usual"]) & rows["right_share"].notna()
    return rows.assign(class_hard=np.where(hard, "hard", ""))


def _table(rows: pd.DataFrame, name: str, say: Sequence[str]) -> pd.DataFrame:
    rows = rows.assign(
        say=say, why="too_few", class_hard=np.where(np.array(say) == "hard", "hard", "")
    )
    rows.attrs = {"name": name, "key": [rows.columns[0]]}
    return rows


def first_tries(group: Group) -> pd.DataFrame:
    """Return how many were right at the first try of each exercise; see :func:`shares`."""
    first = group.tries.drop_duplicates(["folder", "exercise"])
    given = first.assign(task=first["exercise"], right=(first["verdict"] == "right") * 1)
    rows = shares(given).reset_index()
    return _table(rows, "class_exercises", rows["class_hard"])


def choices(group: Group) -> pd.DataFrame:
    """Return the answers to the check of knowledge, right or not; the last one to an item."""
    given = group.tests.drop_duplicates(["folder", "test", "item"], keep="last")
    key = given["item"].map({item: row["right"] for item, row in group.items.items()})
    return given.assign(right=(given["answer"] == key) * 1, task=given["item"])


def questions(group: Group) -> pd.DataFrame:
    """Return how many knew each item, before and after; see :func:`shares`."""
    given = choices(group)
    before, after = (
        shares(given[given["test"] == test]).add_prefix(f"{test}_") for test in ("before", "after")
    )
    rows = before.join(after, how="outer").reset_index()
    asked = [group.items[item].get(f"question_{wording.lang()}") or item for item in rows["task"]]
    hard = rows["after_class_hard" if len(after) else "before_class_hard"].fillna("")
    rows = rows.assign(question_asked=asked, class_hard=hard)
    return _table(rows, "class_items", hard)


def knowledge_gain(group: Group) -> pd.DataFrame:
    """Return by how much a learner's share of right answers changed: one row.

    Returns
    -------
    DataFrame
        ``gain`` in percentage points of those who took both checks (``took_both``), with its
        interval (F07, paired; none of fewer than ten), their shares before and after.

    Notes
    -----
    A check is taken by who answered half of its items at least; a share is of what was
    answered: our choice.
    """
    given = choices(group)
    of = given.groupby("test")["task"].nunique()
    by = given.groupby(["folder", "test"])["right"].agg(["mean", "size"])
    taken = by["mean"][2 * by["size"] >= by.index.get_level_values("test").map(of)]
    both = (100 * taken.unstack()).reindex(columns=["before", "after"]).astype(float).dropna()
    n = len(both)
    enough = n > 0 and not few("n", n)
    found = intervals.mean(both["after"] - both["before"]) if enough else intervals.unknown(n)
    say = "more" if found.low > 0 else "less" if found.high < 0 else "unproven"
    say = say if enough else "few" if n else "nobody"
    row = {"took_both": n, "unit": "percent", **found.columns("gain")}
    return _table(
        pd.DataFrame([row | dict(both.mean().add_prefix("known_"))]), "class_gain", [say]
    )


def mistakes(group: Group) -> pd.DataFrame:
    """Return the wrong answers of several learners: a known one by its code, else as written."""
    rows = group.tries[group.tries["verdict"] != "right"]
    words = [_mistake(*pair) for pair in zip(rows["wrong"], rows["answer"], strict=True)]
    by = rows.assign(task=rows["exercise"], mistake=words).groupby(["task", "mistake"])
    made = by["folder"].nunique().rename("mistaken").reset_index()
    made["tried_by"] = made["task"].map(group.tries.groupby("exercise")["folder"].nunique())
    made = made[made["mistaken"] >= LEAST_SAME]
    return _table(
        made.sort_values("mistaken", ascending=False, kind="stable"), "class_mistakes", "alike"
    )


def _mistake(wrong: str, answer: str) -> str:
    """Say a known mistake; another is said as it was written."""
    known = wording.has(f"mistake.{wrong}")
    return (
        wording.word(f"mistake.{wrong}") if known else wording.say("class.answer", answer=answer)
    )


def learners(group: Group) -> pd.DataFrame:
    """Return where each learner is: how many done, last answer, where stuck; by the alphabet."""
    rows = []
    for folder, name in group.learners.itertuples(index=False):
        own = group.tries[group.tries["folder"] == folder]
        done = own["exercise"][own["verdict"] == "right"].unique()
        tried = own[~own["exercise"].isin(done)].groupby("exercise")["answer"].nunique()
        stuck = ", ".join(tried.index[tried >= STUCK])
        last = [f"{wording.day(at)}, {at:%H:%M}" for at in own["at"].tail(1)]
        rows.append({
            "learner": name, "folder": folder, "exercises_done": len(done),
            "last_task": "".join(own["exercise"].tail(1)) or "—", "last_at": "".join(last) or "—",
            "stuck_at": stuck or "—", "say": "stuck" * bool(stuck),
        })  # fmt: skip
    return _table(pd.DataFrame(rows), "class_learners", [row["say"] for row in rows])

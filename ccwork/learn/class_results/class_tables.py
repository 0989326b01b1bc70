"""What a group of learners did, in tables: who is where, what is hard, mistakes alike."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from scipy import special

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

MOST_LISTED: Final = 40
"""So many mistakes are listed, the most common ones (our choice)."""


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
    A task is hard when chance would seldom leave so few of its answers right, were it right as
    often as ``usual`` (exact binomial tail, times the number of tasks: Bonferroni): the upper
    end of its exact interval lies below ``usual``. Our choice. Learners are held against
    themselves, so that it changes little who left early.
    """
    by = given.groupby("folder")["right"]
    others = by.transform("size") - 1
    usual = 100 * (by.transform("sum") - given["right"]) / others.where(others >= LEAST_OTHERS)
    rows = given.assign(usual=usual).groupby("task").agg(
        right_once=("right", "sum"), tried_by=("right", "size"), usual=("usual", "mean")
    )  # fmt: skip
    pairs = [*zip(rows["right_once"], rows["tried_by"], strict=True)]
    known = [intervals.unknown() if few("n", n) else intervals.percent(k, n) for k, n in pairs]
    rows[intervals.names("right_share")] = np.array(known).reshape(-1, 4)[:, :3]
    so_few = special.bdtr(rows["right_once"], rows["tried_by"], rows["usual"] / 100)
    hard = (so_few * len(rows) < CHANCE) & rows["right_share"].notna()
    return rows.assign(class_hard=np.where(hard, "hard", ""))


def _table(rows: pd.DataFrame, name: str, say: Sequence[str] | str) -> pd.DataFrame:
    rows = rows.assign(say=say, why="few_learners")
    rows.attrs = {"name": name, "key": [rows.columns[0]]}
    return rows


def first_tries(group: Group) -> pd.DataFrame:
    """Return how many were right at the first try of each exercise; see :func:`shares`."""
    first = group.tries.drop_duplicates(["folder", "exercise"])
    given = first.assign(task=first["exercise"], right=(first["verdict"] == "right") * 1)
    rows = shares(given).reset_index()
    return _table(rows, "class_exercises", rows["class_hard"])


def _choices(group: Group) -> pd.DataFrame:
    """Return the answers to the check of knowledge, right or not; the last one to an item."""
    given = group.tests.drop_duplicates(["folder", "test", "item"], keep="last")
    key = given["item"].map({item: row["right"] for item, row in group.items.items()})
    return given.assign(right=(given["answer"] == key) * 1, task=given["item"])


def items_known(group: Group) -> pd.DataFrame:
    """Return how many knew each item, before and after; see :func:`shares`."""
    given = _choices(group)
    before, after = (
        shares(given[given["test"] == test]).add_prefix(f"{test}_") for test in ("before", "after")
    )
    rows = before.join(after, how="outer").reset_index()
    rows = rows.fillna({"before_tried_by": 0, "after_tried_by": 0})
    asked = [group.items[item].get(f"question_{wording.lang()}") or item for item in rows["task"]]
    hard = rows["after_class_hard" if len(after) else "before_class_hard"].fillna("")
    return _table(rows.assign(question_asked=asked, class_hard=hard), "class_items", hard)


def knowledge_gain(group: Group) -> pd.DataFrame:
    """Return by how much a learner's share of right answers changed: one row.

    Returns
    -------
    DataFrame
        ``gain`` in percentage points of those who took both checks (``took_both``), with its
        interval (F07, paired; none of fewer than ten), their shares before and after.

    Notes
    -----
    Items that stand in one check only do not count: they may be harder or easier. A check is
    taken by who answered half of the others at least; a share is of what was answered: our
    choice.
    """
    given = _choices(group)
    given = given[given.groupby("task")["test"].transform("nunique") == 2]
    of = given.groupby("test")["task"].nunique()
    by = given.groupby(["folder", "test"])["right"].agg(["mean", "size"])
    taken = by["mean"][2 * by["size"] >= by.index.get_level_values("test").map(of)]
    both = (100 * taken.unstack()).reindex(columns=["before", "after"]).astype(float).dropna()
    n, change = len(both), both["after"] - both["before"]
    found = intervals.unknown(n) if n == 0 or few("n", n) else intervals.mean(change)
    say = "more" if found.low > 0 else "less" if found.high < 0 else "unproven"
    say = say if found.value == found.value else "few" if n else "nobody"
    row = {"took_both": n, "unit": "percent", **found.columns("gain")}
    row |= both.mean().add_prefix("known_").to_dict()
    return _table(pd.DataFrame([row]), "class_gain", say)


def mistakes(group: Group) -> pd.DataFrame:
    """Return the wrong answers of several learners: a known one by its code, else as written."""
    rows = group.tries[group.tries["verdict"] != "right"]
    codes = [f"mistake.{wrong}" for wrong in rows["wrong"]]
    words = [wording.word(code) if wording.has(code) else wording.say("class.answer", answer=said)
             for code, said in zip(codes, rows["answer"], strict=True)]  # fmt: skip
    by = rows.assign(task=rows["exercise"], mistake=words).groupby(["task", "mistake"])
    made = by["folder"].nunique().rename("mistaken").reset_index()
    made["tried_by"] = made["task"].map(group.tries.groupby("exercise")["folder"].nunique())
    made = made[made["mistaken"] >= LEAST_SAME].nlargest(MOST_LISTED, "mistaken")
    return _table(made, "class_mistakes", np.where(made["task"].duplicated(), "", "alike"))


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

"""A simulated class: what is planted is named, what is not planted is not, the gain is right."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ccwork.language import wording
from ccwork.learn.class_results import class_tables
from ccwork.learn.class_results.learner_folders import Group

LEARNERS, TASKS, SEEDS = 30, 21, 200
HARDER = 2.2
"""Logits by which the planted exercise is harder than the others."""


def chance(ability, difficulty):
    return 1 / (1 + np.exp(difficulty - ability))


def answered(seed, difficulties):
    """Return one row a learner and task: right by ability less difficulty."""
    rng = np.random.default_rng(seed)
    abilities = rng.normal(1, 0.8, (LEARNERS, 1))
    right = rng.random((LEARNERS, len(difficulties))) < chance(abilities, difficulties)
    folder, task = np.indices(right.shape)
    return pd.DataFrame(
        {"folder": folder.ravel(), "task": task.ravel(), "right": right.ravel() * 1}
    )


def named(given):
    rows = class_tables.shares(given)
    return set(rows.index[rows["class_hard"] == "hard"])


def test_the_planted_hard_exercise_is_named_in_95_of_100_groups():
    planted = np.zeros(TASKS)
    planted[7] = HARDER
    hits = [named(answered(seed, planted)) for seed in range(SEEDS)]
    assert sum(7 in hit for hit in hits) >= 0.95 * SEEDS
    assert sum(bool(hit - {7}) for hit in hits) <= 0.05 * SEEDS


@pytest.mark.parametrize("tasks", [6, TASKS])
def test_where_nothing_is_planted_at_most_5_of_100_groups_have_a_hard_one(tasks):
    hits = [named(answered(seed, np.zeros(tasks))) for seed in range(SEEDS)]
    assert sum(map(bool, hits)) <= 0.05 * SEEDS


def test_who_left_early_makes_no_exercise_hard():
    given = [answered(seed, np.zeros(TASKS)) for seed in range(SEEDS)]
    left = [rows[(rows["task"] < 10) | (rows["folder"] % 3 == 0)] for rows in given]
    assert sum(bool(named(rows)) for rows in left) <= 0.05 * SEEDS


def test_shares_are_counted_and_compared_with_the_other_tasks_of_the_same_learners():
    rows = answered(3, np.zeros(8))
    found, whole = class_tables.shares(rows), rows.pivot(index="folder", columns="task")["right"]
    for task in whole:
        k, others = whole[task].sum(), whole.drop(columns=task)
        low, high = stats.binomtest(int(k), LEARNERS).proportion_ci(method="wilson")
        row = found.loc[task]
        assert row[["right_once", "tried_by"]].tolist() == [k, LEARNERS]
        ends = row[["right_share_low", "right_share_high"]].astype(float)
        assert ends.tolist() == pytest.approx([100 * low, 100 * high])
        assert row["usual"] == pytest.approx(100 * others.to_numpy().mean())


def test_of_fewer_than_ten_no_share_is_told_and_none_is_hard():
    rows = answered(1, np.zeros(8)).query("folder < 9").assign(right=lambda t: (t["task"] > 0) * 1)
    found = class_tables.shares(rows)
    assert found["right_share"].isna().all() and not (found["class_hard"] > "").any()
    assert found["right_once"].tolist() == [0, *[9] * 7]


def test_of_few_other_exercises_none_is_hard():
    rows = answered(1, np.zeros(5)).assign(right=lambda table: (table["task"] > 0) * 1)
    assert not named(rows)


# ---------------------------------------------------------------- the check of knowledge


TRIED = ["folder", "at", "exercise", "answer", "wrong", "verdict"]
KEY = {f"k{number:02d}": {"right": "abcd"[number % 4]} for number in range(12)}


def group(tests=(), tries=(), names=()):
    return Group(
        pd.DataFrame(list(names), columns=["folder", "name"]),
        pd.DataFrame(list(tries), columns=TRIED),
        pd.DataFrame(list(tests), columns=["folder", "test", "item", "answer"]),
        KEY, (),
    )  # fmt: skip


def checked(seed, learners=LEARNERS, more=1.0):
    """Return a class before and after: each knows an item by ability, later by `more` logits."""
    rng = np.random.default_rng(seed)
    abilities, rows = rng.normal(0, 0.8, learners), []
    for test, plus in (("before", 0.0), ("after", more)):
        knows = rng.random((learners, len(KEY))) < chance(abilities[:, None] + plus, 0)
        rows += [
            (folder, test, item, KEY[item]["right"] if knows[folder, at] else "x")
            for folder in range(learners) for at, item in enumerate(KEY)
        ]  # fmt: skip
    return rows


def gain_of(rows):
    return class_tables.knowledge_gain(group(rows)).iloc[0]


def test_the_gain_is_the_paired_one_of_another_hand():
    rows = checked(11)
    table = pd.DataFrame(rows, columns=["folder", "test", "item", "answer"])
    table["right"] = [
        answer == KEY[item]["right"] for item, answer in table[["item", "answer"]].values
    ]
    score = table.groupby(["test", "folder"])["right"].mean() * 100
    found = stats.ttest_rel(score["after"], score["before"])
    ends, row = found.confidence_interval(0.95), gain_of(rows)
    assert row["took_both"] == LEARNERS and row["say"] == "more"
    assert [row["known_before"], row["known_after"]] == pytest.approx(
        [score["before"].mean(), score["after"].mean()]
    )
    assert [row["gain_low"], row["gain_high"]] == pytest.approx(list(ends))
    change = (score["after"] - score["before"]).to_numpy()
    again = stats.bootstrap((change,), np.mean, n_resamples=2000, rng=np.random.default_rng(1))
    assert [row["gain_low"], row["gain_high"]] == pytest.approx(
        list(again.confidence_interval), abs=1.5
    )


def test_the_interval_holds_the_true_gain_in_93_of_100_classes():
    ability, weight = np.polynomial.hermite_e.hermegauss(40)
    gained = chance(0.8 * ability + 1, 0) - chance(0.8 * ability, 0)
    truth = 100 * (gained * weight).sum() / weight.sum()
    held = 0
    for seed in range(500):
        row = gain_of(checked(seed))
        held += row["gain_low"] <= truth <= row["gain_high"]
    assert held >= 0.93 * 500


def test_without_a_gain_one_is_rarely_told():
    told = [gain_of(checked(seed, more=0.0))["say"] for seed in range(SEEDS)]
    assert sum(say != "unproven" for say in told) <= 0.09 * SEEDS  # 5 %, and what chance adds


def test_who_took_one_check_or_half_answered_is_not_in_the_gain():
    rows = checked(4, learners=12)
    rows = [row for row in rows if not (row[0] == 0 and row[1] == "after")]
    rows = [row for row in rows if not (row[0] == 1 and row[1] == "before" and row[2] > "k04")]
    assert gain_of(rows)["took_both"] == 10
    few = gain_of(row for row in rows if row[0] != 2)
    assert few["say"] == "few" and np.isnan(few["gain"]) and few["took_both"] == 9
    assert gain_of([])["say"] == "nobody"


def test_an_item_of_one_check_only_changes_no_gain():
    rows = checked(6)
    whole, more = gain_of(rows), [(folder, "after", "new", "x") for folder in range(LEARNERS)]
    assert gain_of([*rows, *more])["gain"] == pytest.approx(whole["gain"])


def test_what_was_not_answered_is_not_wrong():
    rows = [row for row in checked(5) if row[2] != "k00"] + [(0, "before", "k00", "x")]
    asked = class_tables.items_known(group(rows)).set_index("task")
    assert asked.loc["k00", ["before_tried_by", "after_tried_by"]].tolist() == [1, 0]
    assert asked.loc["k00", ["before_right_share", "after_right_share"]].isna().all()


# ---------------------------------------------------------------- who is where


def attempt(folder, exercise, answer, verdict="wrong", wrong="", day=2):
    at = pd.Timestamp(2026, 11, day, 10, len(answer))
    return folder, at, exercise, answer, wrong, verdict


def test_stuck_is_who_gave_three_different_answers_and_none_right():
    tries = [attempt("a", "3.1", answer) for answer in ("x", "xx", "xxx")]
    tries += [attempt("b", "3.1", answer) for answer in ("x", "x", "x")]
    tries += [attempt("c", "3.1", answer) for answer in ("x", "xx", "xxx")]
    tries += [attempt("c", "3.1", "right!", "right")]
    names = [(folder, folder.upper()) for folder in "abcd"]
    rows = class_tables.learners(group(tries=tries, names=names))
    assert rows["stuck_at"].tolist() == ["3.1", "—", "—", "—"]
    assert rows["exercises_done"].tolist() == [0, 0, 1, 0]
    assert rows["last_at"].tolist()[2:] == ["2 ноября 2026, 10:06", "—"]


def test_mistakes_alike_are_counted_by_learners_not_by_tries():
    tries = [attempt(folder, "3.1", "7") for folder in "abcaaaa"]
    tries += [attempt(folder, "3.1", "8") for folder in "abbbb"]
    tries += [attempt("d", "3.1", "9", "right")]
    (row,) = class_tables.mistakes(group(tries=tries)).to_dict("records")
    assert (row["task"], row["mistake"], row["mistaken"], row["tried_by"]) == (
        "3.1", "Ответ «7».", 3, 4,
    )  # fmt: skip


def test_a_known_mistake_is_told_by_what_it_is(monkeypatch):
    known = {"code": "mistake.sign", "ru": "Знак обратный.", "en": "The sign is turned."}
    monkeypatch.setitem(wording.terms(), "mistake.sign", known)
    tries = [attempt(folder, "3.1", answer, "known", "sign")
             for folder, answer in (("a", "-7"), ("b", "-8"), ("c", "-9"))]  # fmt: skip
    (row,) = class_tables.mistakes(group(tries=tries)).to_dict("records")
    assert (row["mistake"], row["mistaken"], row["say"]) == ("Знак обратный.", 3, "alike")


def test_an_exercise_counts_by_its_first_try():
    tries = [attempt("a", "3.1", "7"), attempt("a", "3.1", "88", "right")]
    tries += [attempt("b", "3.1", "88", "right")]
    (row,) = class_tables.first_tries(group(tries=tries)).to_dict("records")
    assert (row["right_once"], row["tried_by"]) == (1, 2)

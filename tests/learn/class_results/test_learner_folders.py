"""Broken, half-written, copied and hostile folders: named, and no other learner is touched."""

import os

import pytest
from class_folders import EXERCISES, HEAD, KEY, folder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.learn.class_results import learner_folders

ONE = "2026-11-02T10:00:00,6.1,лучше,right,,0"
TWO = "2026-11-02T10:05:00,6.4,7,wrong,,1"
THREE = "2026-11-02T10:06:00,6.4,-8,known,sign,2"


@pytest.fixture
def root(tmp_path):
    folder(tmp_path / "class", "Яковлев", [ONE], 3)
    return tmp_path / "class"


def read(root, **more):
    group = learner_folders.read_group(root, **more)
    return group, [problem.code for problem in group.problems]


def answers(group, name):
    rows = group.tries[group.tries["folder"] == name]
    return [*zip(rows["exercise"], rows["answer"], rows["verdict"], strict=True)]


def test_a_class_is_read_by_the_alphabet_and_an_empty_answer_is_no_try(root):
    folder(root, "b", ["2026-11-02T09:00:00,6.1,,empty,,0", TWO, ONE], 4, shown="Ёлкин")
    group, codes = read(root)
    assert group.learners["name"].tolist() == ["Ёлкин", "Яковлев"] and not codes
    assert answers(group, "b") == [("6.1", "лучше", "right"), ("6.4", "7", "wrong")]


def test_the_folder_of_the_trainer_is_no_learner(root):
    (folder(root, "trainer", [ONE], 0, shown="") / "key.csv").touch()
    group, codes = read(root)
    assert codes == ["class_trainer"] and not group.problems[0].grave
    assert group.learners["name"].tolist() == ["Яковлев"]


def test_answers_not_given_are_no_rows_and_wrong_choices_are_named(root):
    item = next(iter(KEY))
    tests = [f"before,{item},a", f"after,{item},", f"after,{item},e", "after,no_such,a"]
    folder(root, "b", [ONE], 5, tests)
    group, codes = read(root)
    assert group.tests[["test", "item", "answer"]].to_numpy().tolist() == [["before", item, "a"]]
    (problem,) = group.problems
    assert codes == ["class_rows"] and problem.cells == ("A4", "A5") and not problem.grave


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("abcd", "abcd"), ("ABCD", "abcd"), ("авсд", "abcd"), ("абсд", "abcd"), ("абвг", "abcd"),
        ("ааввсс", "aabbcc"), ("аавввв", "aabbbb"), ("аабвв", "aabcc"), ("АаВГ", "aacd"),
        (["a)", "b.", " c ", "Д"], "abcd"), ("гс", "d"), ("гд", "d"),
    ],
)  # fmt: skip
def test_choices_may_be_typed_in_russian_letters(root, typed, meant):
    """«в» looks like b, but is the third where «г» or «б» tells of the Russian alphabet."""
    tests = [f"before,{item},{one}" for item, one in zip(KEY, typed, strict=False)]
    folder(root, "b", [ONE], 5, tests)
    group, _ = read(root)
    assert "".join(group.tests["answer"]) == meant


BROKEN = {
    "no verdict": (f"{HEAD}\n{ONE}\n2026-11-02T10:05:00,6.4,7\n", "class_rows", True),
    "cut in a word": (f"{HEAD}\n{ONE}\n2026-11-02T10:05:00,6.4,7,wro", "class_rows", True),
    "cut in quotes": (f'{HEAD}\n{ONE}\n2026-11-02T10:05:00,6.4,"7', "class_cut", True),
    "another day": (f"{HEAD}\n{ONE}\n02.11.26,6.4,7,wrong,,1\n", "class_rows", True),
    "far future": (f"{HEAD}\n{ONE}\n9999-11-02T10:05:00,6.4,7,wrong,,1\n", "class_rows", True),
    "no such exercise": (f"{HEAD}\n{ONE}\n{TWO.replace('6.4', '66.6')}\n", "class_rows", True),
    "a lost column": ("at,exercise,answer\n2026-11-02T10:05:00,6.4,7\n", "class_columns", False),
    "nothing": ("", "empty_file", False),
    "a book": ("PK\x03\x04", "book_named_text", False),
    "binary": ("at\0,exercise", "binary", False),
    "a web page": ("<html><body>no</body></html>", "web_page", False),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_named_and_the_others_are_counted(root, case):
    written, code, counted = BROKEN[case]
    place = folder(root, "b", variant=4)
    (place / "progress.csv").write_text(written, encoding="utf-8")
    group, codes = read(root)
    assert codes == [code] and answers(group, "Яковлев")
    assert group.problems[0].grave == (not counted) and group.problems[0].file == "b/progress.csv"
    assert ("b" in group.learners["folder"].tolist()) == counted
    assert answers(group, "b") == [("6.1", "лучше", "right")] * counted
    for lang in wording.each(wording.LANGS):
        assert str(group.problems[0]), lang


def test_saved_again_with_semicolons_in_an_old_encoding_it_is_still_read(root):
    place = folder(root, "b", variant=4)
    written = "\r\n".join([HEAD, ONE, ""]).replace(",", ";").encode("cp1251")
    (place / "progress.csv").write_bytes(written)
    assert answers(read(root)[0], "b") == [("6.1", "лучше", "right")]


def test_a_large_file_is_not_opened(root):
    place = folder(root, "b", variant=4)
    with (place / "progress.csv").open("ab") as file:
        file.truncate(10**10)  # sparse: nobody reads it
    assert read(root)[1] == ["class_large"]


def test_a_link_that_leads_out_is_refused_and_what_it_leads_to_is_not_told(root, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_text("\n".join([HEAD, ONE.replace("лучше", "тайна")]), encoding="utf-8")
    place = folder(root, "b", variant=4)
    for name in ("progress.csv", "learner.toml"):
        (place / name).unlink()
        (place / name).symlink_to(secret)
    (root / "c").symlink_to(folder(tmp_path, "elsewhere", [ONE], 6), target_is_directory=True)
    group, codes = read(root)
    assert set(codes) == {"class_linked"} and group.learners["folder"].tolist() == ["Яковлев"]
    assert "тайна" not in str([str(problem) for problem in group.problems])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_or_a_folder_in_place_of_a_file_does_not_hold_up_the_class(root):
    place = folder(root, "b", variant=4)
    (place / "progress.csv").unlink()
    os.mkfifo(place / "progress.csv")
    (place / "learner.toml").unlink()
    (place / "learner.toml").mkdir()
    assert read(root)[1] == ["not_a_file", "not_a_file"]


CARDS = ["", 'name = "А"', 'name = "А"\nvariant = true', "[" * 5000, "\0",
         'name = ""\nvariant = 1', "name = 'А'\nvariant = " + "9" * 5000]  # fmt: skip


@pytest.mark.parametrize("card", CARDS, ids=range(len(CARDS)))
def test_where_the_card_cannot_be_read_the_name_of_the_folder_stands(root, card):
    place = folder(root, "b", [TWO], 4)
    (place / "learner.toml").write_text(card, encoding="utf-8")
    group, codes = read(root)
    assert group.learners["name"].tolist() == ["b", "Яковлев"] and len(codes) == 1
    assert not group.problems[0].grave


def test_archives_other_folders_and_a_class_that_is_not_there_are_named(root):
    (root / "Ivanov.zip").write_bytes(b"PK")
    (root / "photos").mkdir()
    (root / ".git").mkdir()
    (root / "notes.txt").write_text("x")
    group, codes = read(root)
    assert codes == ["class_zipped", "class_no_learner"]
    assert all(problem.grave for problem in group.problems) and len(group.learners) == 1
    with pytest.raises(DataProblems) as raised:
        read(root / "nowhere")
    assert raised.value.problems[0].code == "folder_missing"


def test_a_name_of_odd_signs_is_shown_plain(root):
    place = folder(root, "b", [TWO], 4, shown="Иван\u202e\u200b" + "ы" * 300)
    os.rename(place, os.fsencode(root) + b"/b\xff")
    names = read(root)[0].learners["name"].tolist()
    assert max(map(len, names)) <= learner_folders.LONGEST
    assert all(name.encode() and name.isprintable() for name in names)


def test_folders_whose_names_look_alike_stay_apart(root):
    folder(root, "b", [ONE], 4)
    folder(root, "b\u200b", [TWO], 5)
    group, _ = read(root)
    assert len(set(group.learners["folder"])) == 3 and answers(group, "b") != []
    assert sorted(group.tries["exercise"]) == ["6.1", "6.1", "6.4"]


# ---------------------------------------------------------------- copies


def test_a_folder_brought_twice_is_counted_once_and_said_so(root):
    folder(root, "old", [ONE], 7, shown="Петров")
    folder(root, "new", [ONE, TWO], 7, shown="петров")
    group, codes = read(root)
    assert codes == ["class_copy"] and group.learners["folder"].tolist() == ["new", "Яковлев"]


def test_three_copies_are_counted_once(root):
    for name in "abc":
        folder(root, name, [ONE, TWO], 7, shown="Петров")
    assert read(root)[0].learners["name"].tolist() == ["Петров", "Яковлев"]


def test_namesakes_with_other_answers_are_both_counted(root):
    folder(root, "a", [ONE], 7, shown="Петров")
    folder(root, "b", [TWO], 7, shown="Петров")
    group, codes = read(root)
    assert codes == ["class_namesakes"] and len(group.learners) == 3


def test_answers_alike_are_a_question_and_no_accusation(root):
    folder(root, "a", [ONE, TWO, THREE], 7, shown="Петров")
    folder(root, "b", [ONE, TWO, THREE], 7, shown="Сидоров")
    folder(root, "c", [ONE, TWO, THREE], 8, shown="Фёдоров")  # another variant: no question
    group, codes = read(root)
    assert codes == ["class_alike"] and len(group.learners) == 4
    said = str(group.problems[0])
    assert "Это вопрос, а не обвинение" in said and not group.problems[0].grave


def test_few_answers_alike_raise_no_question(root):
    folder(root, "a", [ONE, TWO], 7, shown="Петров")
    folder(root, "b", [ONE, TWO], 7, shown="Сидоров")
    assert read(root)[1] == []


def test_a_variant_that_does_not_go_with_the_name_is_asked_about(root):
    folder(root, "b", [TWO], 6, shown="Петров")  # six letters
    codes = read(root, variant_of=len)[0].problems
    assert [(problem.code, problem.file) for problem in codes] == [("class_variant", "Яковлев")]


# ---------------------------------------------------------------- whatever stands in the files

CELL = st.text(max_size=12) | st.sampled_from(
    [*EXERCISES, "right", "wrong", "known", "empty", "2026-11-02T10:00:00", "=1+1", "<b>", "1e999",
     '"', "\n", "\r", ";", "\t", "|", "NA", "-7", "01.янв"]
)  # fmt: skip
LINE = st.lists(CELL, max_size=8).map(",".join)
TABLE = st.lists(LINE, max_size=6).map(lambda lines: "\n".join([HEAD, ONE, *lines]).encode())


@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(progress=TABLE | st.binary(max_size=200), tests=TABLE, card=st.binary(max_size=60))
def test_no_file_whatever_stands_in_it_ends_the_reading(tmp_path, progress, tests, card):
    root = tmp_path / "class"
    if not root.exists():
        folder(root, "Яковлев", [ONE], 3)
        folder(root, "b")
    for name, content in (("progress.csv", progress), ("knowledge.csv", tests),
                          ("learner.toml", card)):  # fmt: skip
        (root / "b" / name).write_bytes(content)
    group, _ = read(root)
    assert answers(group, "Яковлев") == [("6.1", "лучше", "right")]
    assert set(group.tries["exercise"]) <= set(EXERCISES)
    assert all(str(problem) for problem in group.problems)
    unread = {problem.file for problem in group.problems if problem.grave}
    assert "b" in [*group.learners["folder"]] or unread

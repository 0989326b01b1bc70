"""A course adds up: its minutes, its breaks, the share of work, and all it names is there."""

import json
from collections import Counter
from itertools import groupby

import pytest

from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.language.resources import resource_rows
from ccwork.learn.course import course_plan
from ccwork.read import places

LENGTHS = {"90min": [90], "1day": [480], "2days": [480, 480]}
LONGEST_WITHOUT_BREAK = 90
each_course = pytest.mark.parametrize("course", LENGTHS)
STEPS = resource_rows("courses", "steps.csv")


def cells(notebook: str) -> set[str]:
    path = places.shipped("notebooks") / f"{notebook}.ipynb"
    return {cell["id"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}


def test_there_are_three_courses_and_an_unknown_one_is_told_by_name():
    assert [row["course"] for row in resource_rows("courses", "courses.csv")] == list(LENGTHS)
    with pytest.raises(DataProblems, match="«3weeks».*90min, 1day, 2days"):
        course_plan.course_title("3weeks")


@each_course
def test_minutes_add_up_to_the_length_of_the_course(course):
    told = {row["course"]: int(row["minutes"]) for row in resource_rows("courses", "courses.csv")}
    minutes = Counter()
    for row in resource_rows("courses", "plan.csv"):
        minutes[row["day"]] += int(row["minutes"]) * (row["course"] == course)
    assert [minutes for minutes in minutes.values() if minutes] == LENGTHS[course]
    assert told[course] == sum(LENGTHS[course])


@each_course
def test_a_step_begins_when_the_one_before_ends(course):
    for _, day in groupby(course_plan.course_steps(course), key=lambda step: step.day):
        clocks = [step.clock().split("–") for step in day]
        assert clocks[0][0] == "9:30"
        assert [ends for _, ends in clocks[:-1]] == [begins for begins, _ in clocks[1:]]


@each_course
def test_nobody_sits_longer_than_an_hour_and_a_half(course):
    for day in {step.day for step in course_plan.course_steps(course)}:
        sat = longest = 0
        for step in course_plan.course_steps(course):
            if step.day == day:
                sat = 0 if step.about["kind"] in ("break", "lunch") else sat + step.minutes
                longest = max(longest, sat)
        assert longest <= LONGEST_WITHOUT_BREAK


@each_course
def test_learners_do_the_work_for_half_of_the_time_at_least(course):
    by_kind = Counter()
    for step in course_plan.course_steps(course):
        by_kind[step.about["kind"]] += step.minutes
    talk = by_kind["talk"]
    whole = sum(LENGTHS[course]) - by_kind["break"] - by_kind["lunch"]
    assert talk <= whole / 2
    assert (
        sum(step.minutes for step in course_plan.course_steps(course) if step.works())
        == whole - talk
    )


def test_every_step_is_used_and_every_course_asks_before_and_after():
    plan = resource_rows("courses", "plan.csv")
    assert {row["step"] for row in plan} == {row["step"] for row in STEPS}
    for course in LENGTHS:
        order = [step.about["step"] for step in course_plan.course_steps(course)]
        assert order.index("check_before") < order.index("walk_play") < order.index("check_after")


@pytest.mark.parametrize("row", STEPS, ids=lambda row: row["step"])
def test_a_step_is_told_in_full_and_what_it_names_is_there(row):
    known = {sheet["sheet"] for sheet in resource_rows("courses", "sheets.csv")}
    assert set(row["sheets"].split()) <= known
    assert wording.has(f"course.kind_{row['kind']}") or row["kind"] in course_plan.PAUSES
    if row["kind"] not in course_plan.PAUSES:
        assert all(row[f"{part}_{lang}"] for part in ("aim", "do", "mistake")
                   for lang in wording.LANGS)  # fmt: skip
    assert set(row["cells"].split()) <= (cells(row["notebook"]) if row["notebook"] else set())


def test_a_sheet_is_listed_once_at_its_first_use():
    wording.use("ru")
    sheets = [row["sheet"] for row in course_plan.sheets("2days")]
    assert len(set(sheets)) == len(sheets)
    assert sheets.index("observation") < sheets.index("prototype")
    assert {row["sheet"] for row in resource_rows("courses", "sheets.csv")} == set(sheets)

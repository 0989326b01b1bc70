"""Small numbers: words stand for them, and no difference of what is told gives them away."""

import csv
import json
import re
import zipfile
from collections import defaultdict
from itertools import combinations, product
from pathlib import Path

import pandas as pd
import pytest
from bench.onecell import Here, made

from ccwork import cli
from ccwork.language import wording
from ccwork.measure import metrics
from ccwork.measure.process import case_tables
from ccwork.report.batch import batch_jobs, batch_run
from ccwork.stages.clients import client_map
from ccwork.tell import display, formatting, sentences, small_counts

ASKED = (113, 7, 241, 127, 139, 151, 163, 179, 191, 211, 223, 257)
"""How many answered in each month of 2025: in February few."""

FEW_GROUP = 6
"""How many of March were entrepreneurs."""


def year(agency, asked=ASKED, group=FEW_GROUP):
    """Write an agency that asked so many in each month, few of March another group."""
    rows = [{"respondent": f"r{month}x{one}", "metric": "satisfaction", "service": "a",
             "date": f"2025-{month:02}-{1 + one % 28:02}", "level": 1 + one % 5,
             "segment": "business" if month == 3 and one < group else "citizens"}
            for month, n in enumerate(asked, 1) for one in range(n)]  # fmt: skip
    return agency.add("answers", rows)


def by_period(agency, period):
    rows = metrics.values(agency.load(period))
    return {row.period: (row.n if row.n == row.n else None, row.why) for row in rows.itertuples()}


# ---------------------------------------------------------------- an attacker


def told_numbers(folder: Path) -> set[int]:
    """Return every whole number of people an attacker may read in the outputs of a run."""
    found = []
    for path in sorted(folder.rglob("*")):
        if path.name == "facts.json":
            for fact in json.loads(path.read_text("utf-8"))["facts"]:
                found += [fact.get("n"), fact["value"] if fact.get("unit") == "count" else None]
        elif path.suffix == ".html":
            cells = re.findall(r"<td[^>]*num[^>]*>([^<]*)</td>", path.read_text("utf-8"))
            found += [re.sub(r"[\s\u00a0\u202f,]", "", cell) for cell in cells]
        elif path.suffix == ".csv":
            found += [cell for row in csv.reader(path.open(encoding="utf-8-sig")) for cell in row]
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                for part in book.namelist():
                    found += re.findall(r"<(?:v|t)>([^<]*)<", book.read(part).decode("utf-8"))
        elif path.suffix == ".ipynb":
            found += re.findall(r"\| (\d+)(?= \||\\n)", path.read_text("utf-8"))
    whole = (re.fullmatch(r"(\d+)(?:\.0)?", str(one)) for one in found)
    return {int(each[1]) for each in whole if each}


def recovered(folder: Path) -> set[int]:
    """Return the hidden numbers that stand in the outputs or are a difference of two or three."""
    seen = {n for n in told_numbers(folder) if n > 50}
    monthly = seen & set(ASKED)
    found = {a - b for a in seen for b in seen}
    found |= {a - b - c for a in seen for b, c in combinations(sorted(monthly), 2)}
    found |= {a - sum(monthly) for a in seen}
    return found & {ASKED[1], FEW_GROUP}


def run(agency, folder, *wanted):
    """Make the reports of periods as the command does, but in this process."""
    agency.load("2025")
    task = batch_jobs.Task(str(agency.root), folder, wanted, ("en",), judge=cli._judged,
                           wanted=("1_clients", "6_kpi"))  # fmt: skip
    outcomes = made(task, {"demo": agency.folder}, Here())
    assert {outcome.status for outcome in outcomes.values()} == {"ok"}
    batch_run.finish(task, outcomes.values())
    return folder


def test_an_attacker_recovers_nothing_from_month_quarter_and_year(agency, tmp_path):
    out = run(year(agency), tmp_path / "out", "2025-01", "2025-02", "2025-03", "2025Q1", "2025")
    assert {113, 241} <= told_numbers(out)
    assert recovered(out) == set()
    told = [json.loads(path.read_text("utf-8"))["facts"] for path in out.rglob("facts.json")]
    n = [fact["value"] for facts in told for fact in facts if fact["id"].endswith(".n")]
    n += [fact.get("n") for facts in told for fact in facts]
    assert len(told) == 5 and not {*n} & {*range(1, 10)}


def test_the_attacker_finds_what_an_agency_opened_for_a_reason(agency, tmp_path):
    agency.config["few_shown"] = "Опрос был безымянным"
    out = run(year(agency), tmp_path / "out", "2025-03", "2025Q1")
    assert recovered(out) == {7, 6}
    assert "Опрос был безымянным" in (out / "demo/2025Q1/workings/6_kpi.en.html").read_text(
        "utf-8"
    )


# ---------------------------------------------------------------- sums and their parts


def test_a_quarter_of_which_one_month_is_hidden_is_not_told_and_says_why(agency):
    found = by_period(year(agency), "2025Q1")
    assert found["2025Q1"] == (None, "gives_away")
    assert by_period(agency, "2025")["2025"] == (None, "gives_away")
    assert by_period(agency, "2025Q2")["2025Q2"] == (127 + 139 + 151, "")


def test_a_sum_of_two_hidden_months_of_ten_together_is_told_but_never_the_last_hidden(agency):
    found = by_period(year(agency, (20, 4, 6, 30, 30, 30)), "2025Q2")
    assert found["2025Q1"] == (30, "") and found["2025Q2"] == (90, "")
    few = (20, 4, 6, 30, 5, 30, *[30] * 6)
    assert by_period(year(agency, few), "2025Q2")["2025Q2"] == (None, "gives_away")
    # the year less the first quarter and the months told would leave five
    assert by_period(year(agency, few), "2025")["2025"] == (None, "gives_away")
    three = (20, 4, 6, 30, 5, 30, 30, 6, 30, 30, 30, 30)
    assert by_period(year(agency, three), "2025")["2025"] == (sum(three), "")


@pytest.mark.parametrize("lang", wording.LANGS)
def test_groups_and_rows_read_are_not_told_where_a_part_is_few(agency, lang):
    work = year(agency).load("2025Q2")
    wording.use(lang)
    said = {"ru": "не показано, чтобы не узнали число меньше 10",
            "en": "not shown, as it would give away a number under 10"}[lang]  # fmt: skip
    groups = client_map.statuses(work)
    shown = {row["client_group"]: formatting.cell(row, "n").plain
             for row in small_counts.told(groups)}  # fmt: skip
    few = wording.word("reason.too_few")
    assert shown["citizens"] == said and shown["business"] == few
    facts = {fact["id"]: fact for fact in display.facts(work.brought(), ["rows", "used"])}
    assert facts["brought.answers.rows"] == facts["brought.answers.rows"] | {
        "value": None, "word": "gives_away"}  # fmt: skip
    assert str(sum(ASKED)) not in repr(work)


def test_where_nothing_is_few_all_is_told(agency):
    work = year(agency, (20, 30, 40), group=10).load("2025Q1")
    rows = work.brought().set_index("table")
    assert rows.loc["answers", "rows"] == 90
    assert metrics.values(work)["n"].tolist() == [90]


# ---------------------------------------------------------------- one table


@pytest.mark.parametrize(("counts", "kept"), [
    ((26, 4), [True, False]),
    ((26, 4, 0, 12), [False, False, False, True]),
    ((5, 6, 30), [False, False, False]),
    ((2, 3, 30, 40), [False, False, True, False]),
    ((9, 9, 30), [False, False, True]),
    ((1, 10, 30), [False, True, True]),
    ((20, 30), [False, False]),
    ((4,), [False]),
])  # fmt: skip
def test_parts_that_give_a_small_one_away_are_kept(counts, kept):
    assert small_counts.given_away(counts).tolist() == kept


@pytest.mark.parametrize("many", [2, 3])
def test_numbers_not_told_are_safe_where_four_values_of_each_small_one_are_possible(many):
    sums = defaultdict(lambda: defaultdict(set))  # by which are small, of what sum: all there are
    for case in product(range(1, 40), repeat=many):
        sums[tuple(n < 10 for n in case)][sum(case)].add(case)
    for shape, by_sum in sums.items():
        for whole, cases in by_sum.items():
            if whole >= 40:  # beyond the numbers tried
                continue
            seen = [{case[at] for case in cases} for at, small in enumerate(shape) if small]
            wide = all(len(values) >= 4 for values in seen) and whole >= 10
            assert {bool(small_counts.safe(case)) for case in cases} == {wide}, (shape, whole)


def table(n):
    rows = pd.DataFrame({"channel": ["site", "office"], "service": "a", "n": [n, 40]})
    return small_counts.telltale(rows, "journey_channels")


def test_the_only_small_part_takes_the_next_with_it(agency):
    small, enough = small_counts.told(table(4)), small_counts.told(table(10))
    for kind in ("count", "hours"):
        assert small_counts.withheld(small[1], "n", 40, kind) == "gives_away"
        assert small_counts.withheld(enough[1], "n", 40, kind) == ""
    opened = table(4)
    opened.attrs["few_shown"] = "a reason"
    assert small_counts.withheld(small_counts.told(opened)[0], "n", 4, "count") == ""


@pytest.mark.parametrize(("share", "n", "why"), [
    (100 / 14, 14, "gives_away"), (200 / 14, 14, ""), (100.0, 1, "too_few"), (0.0, 14, ""),
    (2.5, 40, "gives_away"), (2.6, 40, ""),
])  # fmt: skip
def test_a_share_of_one_person_is_not_told(share, n, why):
    row = {"n": n, "unit": "percent"}
    assert small_counts.withheld(row, "share", share, "percent") == why
    assert small_counts.withheld(row, "value", share, "value") == why
    assert small_counts.withheld({"n": n, "unit": "day"}, "value", share, "value") == (
        "too_few" if n < 10 else ""
    )


# ---------------------------------------------------------------- a log of which few are open


def log(ended=35, open_=2, refused=0):
    outcomes = ["refused"] * refused + ["done"] * (ended - refused) + ["open"] * open_
    return pd.DataFrame({"service": "a", "outcome": outcomes}).assign(
        open=lambda rows: rows["outcome"] == "open"
    )


def kept(table, of, **columns):
    """Return the columns of a table that are marked, row by row."""
    rows = small_counts.of_log(pd.DataFrame(columns), table, of).to_dict("records")
    return [sorted(name.removesuffix("_gives_away") for name, value in row.items()
                   if name.endswith("_gives_away") and value) for row in rows]  # fmt: skip


@pytest.mark.parametrize(("open_", "marked"), [(0, []), (1, ["n"]), (9, ["n"]), (10, [])])
def test_how_many_began_is_not_told_beside_how_many_ended_where_few_are_open(open_, marked):
    assert kept("summary", log(open_=open_), service=["a"], n=[35 + open_], dated=[0]) == [marked]


def test_of_parts_of_all_cases_one_at_least_stays_open_too():
    ways = {"n": [24, 13], "share": [64.9, 35.1]}
    assert kept("variants", log(), **ways) == [[], ["heaped", "n", "share"]]
    assert kept("variants", log(open_=12), **ways) == [[], []]
    ends = {"begin": [37, 0], "finish": [35, 2]}
    assert kept("ends", log(), **ends) == [
        ["begin", "begin_share", "finish", "finish_share"], ["finish", "finish_share"]
    ]  # fmt: skip


def test_a_number_that_differs_by_few_from_those_that_ended_is_not_told():
    steps = {"cases": [37, 35, 44, 45, 26, 25], "through": [1.0] * 6}
    assert [bool(row) for row in kept("map", log(), **steps)] == [
        True, False, True, False, True, False
    ]  # fmt: skip


def test_numbers_of_one_row_that_differ_by_few_are_not_told_side_by_side():
    rows = {"n": [37, 50, 50, 50], "waited": [37, 50, 45, 50], "passed": [37, 50, 50, 53],
            "waits": [60, 50, 50, 50]}  # fmt: skip
    assert kept("waits", log(), **rows) == [
        ["n", "passed", "waited", "waits", "within"], [], ["passed", "waited"], ["passed"]
    ]  # fmt: skip
    assert kept("summary", log(open_=0), service=["a"], n=[35], dated=[33]) == [["dated"]]


@pytest.mark.parametrize(
    ("lang", "why"),
    [("ru", "чтобы не узнали число меньше 10"), ("en", "give away a number under 10")],
)
def test_no_sentence_tells_how_many_began_where_few_are_open(agency, lang, why):
    rows = [{"case": f"C{n}", "step": step, "service": "a", "start": f"2026-03-0{day} 09:00",
             "end": f"2026-03-0{day} 10:00", "outcome": "done" if n < 12 and day == 9 else ""}
            for n in range(14) for step, day in (("apply", 1), ("decide", 9))]  # fmt: skip
    work = agency.add("steps", rows).load("2026-03")
    wording.use(lang)
    for table, count in (("waits", 1), ("summary", 1)):
        said = " ".join(sentences.sentences(case_tables.journey(work, table, "a")))
        assert said.count(why) == count and "14" not in re.sub(r"2026|\[.*?\]", "", said), said


def test_of_the_ways_to_end_none_follows_from_the_others_that_ended():
    rows = {"outcome": ["done", "refused", "open"], "n": [31, 4, 20]}
    assert kept("ended", log(35, 20, 4), **rows) == [["n", "share"], ["n", "share"], []]
    rows = {"service": ["a"], "n": [55], "dated": [0], "first_time": [97.0]}
    assert kept("summary", log(35, 20, 4), **rows) == [["first_time"]]


def test_a_channel_of_which_few_are_open_does_not_tell_how_many_came():
    rows = {"service": ["a", "a"], "n": [40, 20], "unfinished": [12, 3]}
    assert kept("channels", log(45, 15), **rows) == [["n", "unfinished"], ["n", "unfinished"]]
    rows["unfinished"] = [15, 0]
    assert kept("channels", log(45, 15), **rows) == [[], []]

"""Findings: what the list says of them."""

import pandas as pd
import pytest

from ccwork.language.resources import resource_rows
from ccwork.tell import findings
from ccwork.tell.findings import GRADES, KINDS, as_listed

ROWS = pd.DataFrame({
    "step": ["visit", "pay"], "service": ["s1", "s2"], "wait": [48.0, 2.0], "p90": [90.0, 3.0],
    "share": [60.0, 5.0], "wait_low": [40.0, 1.0], "wait_high": [50.0, 4.0],
})  # fmt: skip
ROWS.attrs = {"name": "waits", "key": ["step"], "period": "2026-03"}


def test_the_list_has_every_code_once_and_known_kinds_and_grades():
    rows = resource_rows("findings.csv")
    codes = [row["finding"] for row in rows]
    assert len(codes) == len(set(codes)) > 50
    assert {row["kind"] for row in rows} <= {*KINDS, ""}
    assert {row["grade"] for row in rows} <= {*GRADES, "", "{strength}"}
    assert {row["together"] for row in rows} <= {"", "yes"}


def test_what_is_listed_is_said_of_every_row():
    first, second = as_listed(ROWS, "long_wait", who="unit:u1")
    assert (first["what"], first["kind"], first["grade"]) == ("long_wait", "weak_place", "counted")
    assert (first["kpi"], first["service"], second["service"]) == ("speed", "s1", "s2")
    assert first["facts"] == ["waits.visit.wait", "waits.visit.p90", "waits.visit.share"]
    wait = {"value": 48.0, "unit": "hours", "low": 40.0, "high": 50.0}
    assert (first["values"]["wait"], first["values"]["step"]) == (wait, "step:visit")
    assert second["values"]["nine"] == {"value": 3.0, "unit": "hours"}


def test_what_is_told_comes_before_what_is_listed():
    (found,) = as_listed(ROWS, "long_wait", most=1, what="rare_wait", grade="proven", kpi="")
    assert (found["what"], found["grade"], found["kpi"]) == ("rare_wait", "proven", "")


def test_a_finding_of_them_all_counts_the_rows():
    rows = ROWS.assign(metric="m", period="2026-03", cause_named="no")
    rows.attrs = ROWS.attrs
    (found,) = as_listed(rows, "cause_unnamed")
    assert found["values"] == {"n": 2, "when": "period:2026-03", "metric": "metric:m"}
    assert found["facts"] == ["waits.visit.cause_named", "waits.pay.cause_named"]


def test_a_code_that_is_not_listed_is_refused():
    with pytest.raises(KeyError):
        as_listed(ROWS, "nothing_like_it")


def test_every_way_to_take_a_value_is_known():
    for row in resource_rows("findings.csv"):
        for part in filter(None, row["says"].split("; ")):
            assert callable(findings._taken(part.partition("=")[2])) == ("(" in part), row

"""The planted truths of the invented agencies are found, and nothing is found where nothing is.

No notebooks here: the tables of many seeds are drawn, judged and counted. The long run of 200
seeds is left to ``make truths``.
"""

import csv

import make_demo as make
import numpy as np
import pandas as pd
import pytest
from conftest import SAMPLES, sample

from ccwork.learn.demo.plan import INSPECTION, PAYMENTS, PLANS, REGISTRY
from ccwork.measure import five_kpis, own_past
from ccwork.read import catalogues, workbook

NAMED = 0.80
"""A planted truth is named in at least this share of seeds."""

FALSE = 0.08
"""Where nothing happens, at most this share of series is called better or worse."""


def drawn(plan, seed) -> workbook.Workbook:
    """The workbook of one seed, as if its files had been written and read."""
    made = make.drawn(plan, seed)
    for column in ("value", "n", "sd", "low", "high"):
        made["metrics"][f"{column}_why"] = np.where(made["metrics"][column].isna(), "empty", "")
    made["answers"]["date"] = pd.to_datetime(made["answers"]["date"])
    info = {"grain": "month", "name_ru": plan.name_ru, "name_en": plan.name_en}
    sources = pd.DataFrame(columns=["table", "file"])
    return workbook.Workbook(plan.code, "2026-06", info, made, catalogues.common(), sources)


def verdicts(plan, seed):
    return own_past.judged(drawn(plan, seed)).set_index(["metric", "service"])["verdict"]


def named(plan, seeds) -> float:
    """The share of (seed, planted series) whose verdict is the planted one."""
    found = []
    for seed in seeds:
        said = verdicts(plan, seed)
        found += [said[e.metric, e.service] == e.truth for e in plan.effects if e.truth]
    return float(np.mean(found))


def false(plan, seeds) -> float:
    """The share of (seed, series) called better or worse where nothing was planted."""
    planted = {(effect.metric, effect.service) for effect in plan.effects}
    found = []
    for seed in seeds:
        said = verdicts(plan, seed)
        quiet = said[~said.index.isin(planted)]
        found.append(quiet.isin(["better", "worse"]).mean())
    return float(np.mean(found))


def formalism(plan, seeds) -> float:
    """The share of seeds in which formalism is named in speed and in quality."""
    found = []
    for seed in seeds:
        said = five_kpis.accord(drawn(plan, seed)).set_index(["client", "kpi"])["accord"]
        found += [said["external", name] == "formalism" for name in ("speed", "quality")]
    return float(np.mean(found))


def test_the_agency_that_improves_is_seen_to_improve():
    assert named(REGISTRY, range(3)) >= NAMED


def test_the_agency_that_serves_its_figures_is_seen_to():
    assert formalism(PAYMENTS, range(3)) >= NAMED


def test_where_nothing_happens_little_is_found():
    assert false(INSPECTION, range(8)) <= 2 * FALSE  # few seeds; the long run is strict


@pytest.mark.slow
@pytest.mark.long
def test_two_hundred_seeds_keep_the_promise():
    seeds = range(200)
    shares = {
        "improves": named(REGISTRY, seeds),
        "formalism": formalism(PAYMENTS, seeds),
        "null": false(INSPECTION, seeds),
        "quiet series of the agency that improves": false(REGISTRY, range(100)),
    }
    print(shares)
    assert shares["improves"] >= NAMED and shares["formalism"] >= NAMED
    assert shares["null"] <= FALSE
    assert shares["quiet series of the agency that improves"] <= FALSE


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.code)
def test_the_committed_data_come_from_the_seed(plan, tmp_path):
    make.write(plan, tmp_path)
    shipped = SAMPLES / "demo" / plan.code
    written = sorted(path.relative_to(tmp_path / plan.code) for path in
                     (tmp_path / plan.code).rglob("*") if path.is_file())  # fmt: skip
    assert written == sorted(p.relative_to(shipped) for p in shipped.rglob("*") if p.is_file())
    for path in written:
        made = (tmp_path / plan.code / path).read_bytes()
        assert made == (shipped / path).read_bytes(), path


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.code)
def test_the_committed_reports_name_the_committed_truths(plan):
    work = sample(plan.code)
    said = own_past.judged(work).set_index(["metric", "service"])["verdict"]
    with (SAMPLES / "demo" / plan.code / "source" / "truth.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["truth"]]
    planted = {(row["metric"], row["service"]): row["truth"] for row in rows}
    assert {series: said[series] for series in planted} == planted
    if plan is INSPECTION:
        assert set(said) == {"not_proven"}
    if plan is PAYMENTS:
        accord = five_kpis.accord(work).set_index(["client", "kpi"])["accord"]
        assert accord["external", "speed"] == accord["external", "quality"] == "formalism"

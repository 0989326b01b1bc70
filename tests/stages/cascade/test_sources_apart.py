"""What several sources tell of one service stands side by side, once."""

import pandas as pd
import pytest
from conftest import sample

from ccwork.language import wording
from ccwork.stages.cascade import sources_apart
from ccwork.tell.sentences import sentences


def test_the_figures_are_those_of_their_own_tables():
    work = sample("registry")
    rows = sources_apart.told_apart(work).set_index(["metric", "origin"])
    brought = work.table("metrics")
    brought = brought[(brought["period"] == work.period) & (brought["service"] == "certificate")]
    given = brought.set_index("metric")["value"]
    assert rows.loc[("lead_days", "metrics"), "value"] == given["lead_days"]
    steps = work.table("steps")
    steps = steps[steps["service"] == "certificate"]
    ended = steps.groupby("case").filter(lambda case: case["step"].eq("collect").any())
    asked = (ended if len(ended) else steps).groupby("case")["documents"].sum(min_count=1)
    assert rows.loc[("documents", "steps"), "value"] == pytest.approx(asked.mean(), abs=0.3)


def test_one_sentence_a_service_in_either_language():
    work = sample("registry")
    told = {}
    for lang in wording.each(wording.LANGS):
        told[lang] = list(sentences(sources_apart.told_apart(work)))
        assert len(told[lang]) == 1
    assert "показатели 8,6, журнал 12,2 (дни)" in told["ru"][0]
    assert "figures 8.6, log 12.2 (days)" in told["en"][0]


def test_sources_that_print_the_same_are_not_told(agency):
    work = agency.metric([3.0], metric="documents", n=50, first="2026-01").load()
    assert sources_apart.told_apart(work).empty
    assert isinstance(sources_apart.told_apart(work), pd.DataFrame)

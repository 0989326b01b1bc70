"""Columns to tick: a level a cell, a blank one only where somebody was asked."""

import pytest

from ccwork.read import agency_folder
from ccwork.read.mapping.ticks import ticked_levels

MAPPING = """table = "answers"
[columns]
respondent = "id"
date = "day"
[[across]]
columns = ["G1Q4*"]
heading = "metric"
ticked = ["Y", "да"]
[fixed]
service = "permit"
[words.metric]
"G1Q4[1]" = "paper"
"G1Q4[2]" = "queue"
"G1Q4[other]" = "-"
[missing]
words = ["skip"]
[words.service]
"Permit" = "permit"
"""
OWN = """metric,kpi,group,form,levels,unit,better,en
paper,effort,subjective,counts,2,level,lower,Much paper
queue,speed,subjective,counts,2,level,lower,Long queue
"""
ROWS = """id,day,G1Q4[1],G1Q4[2],G1Q4[other]
1,2026-05-01,Y,,
2,2026-05-02,,Да,
3,2026-05-03,,,
4,2026-05-04,skip,,Y
5,2026-05-05,N,N,N
"""


def test_a_blank_cell_is_unticked_only_where_another_one_is_ticked(tmp_path):
    (tmp_path / "agency.toml").write_text(
        'name_en = "A"\ngrain = "month"\ndata_date = 2026-06-30\n', encoding="utf-8"
    )
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "metrics.csv").write_text(OWN, encoding="utf-8")
    (tmp_path / "lime.csv").write_text(ROWS, encoding="utf-8")
    (tmp_path / "lime.toml").write_text(MAPPING, encoding="utf-8")
    read = agency_folder.read_folder(tmp_path)
    assert not [str(problem) for problem in read.problems if problem.grave]
    told = read.tables["answers"].dropna(subset="level")
    found = {(row.respondent, row.metric): row.level for row in told.itertuples()}
    assert found == {("1", "paper"): 2, ("1", "queue"): 1, ("2", "paper"): 1, ("2", "queue"): 2,
                     ("4", "queue"): 1, ("5", "paper"): 1, ("5", "queue"): 1}  # fmt: skip


@pytest.mark.parametrize(("cells", "levels"), [
    (["near", "", "far"], ["2", "1", "2"]), (["", ""], ["", ""]), (["н/д", "x"], ["н/д", "2"]),
])  # fmt: skip
def test_any_word_may_be_a_tick(cells, levels):
    assert ticked_levels(cells, ["[!н]*"], set()) == levels
    assert ticked_levels(cells, (), set()) == cells

"""What follows from the tables brought, what is lacking, and which one table adds most."""

import re

import pytest

from ccwork import cli, method
from ccwork.language import notebook_editions, wording
from ccwork.read import loading, places
from ccwork.read.data_dictionary import dictionary
from ccwork.stages.my_data import further_tables

STEP = {"case": "1", "step": "x", "start": "2026-01-02 10:00", "service": "a"}


def said(work) -> list[str]:
    loading.learn_names(work)
    return list(further_tables.lines(work))


@pytest.mark.parametrize("stage", further_tables.NEEDED)
def test_a_stage_needs_what_its_notebook_asks_for(stage):
    notebook = notebook_editions.read_notebook(places.shipped("notebooks") / f"{stage}.ipynb")
    asked = next(line for line in notebook.cells[0].source.split("\n") if "**Нужно:**" in line)
    named = re.findall(r"`(\w+)`", asked.partition("лучше")[0])
    needed = [one for each in further_tables.NEEDED[stage] for one in each.split("|")]
    assert sorted(needed) == sorted(name for name in named if name in dictionary())


def test_opinions_alone_lack_facts_and_one_table_is_named(agency):
    work = agency.counts([1, 2, 3, 4, 5], metric="easy").load()
    # metrics would give five KPIs facts; steps would open two stages only
    assert further_tables.most_useful(work) == (
        "metrics", [], ["information", "effort", "speed", "quality", "culture"],
    )  # fmt: skip
    wording.use("ru")
    ru = said(work)
    assert len(ru) == 4
    eased = "Ключевые показатели: мнения без фактов — Лёгкость для клиента (клиентские усилия);"
    assert ru[2].startswith(f"{eased} ни фактов, ни мнений — Информирование, Скорость")
    assert "Нужные таблицы есть: Ключевые показатели." in ru
    assert ru[1].startswith("Посчитать нельзя: ")
    assert "Этап 2. Командный базис (нет таблиц: " in ru[1]
    assert "Больше всего добавит таблица " in ru[-1] and " (metrics)." in ru[-1]
    wording.use("en")
    en = said(work)
    assert "opinions without facts: Ease for the client (client effort); neither" in en[2]
    assert en[-1].startswith("The table metrics would add most.")


def test_a_stage_that_has_one_table_of_two_is_counted_in_part(agency):
    agency.counts([1, 2, 3, 4, 5]).metric([50])
    work = agency.add("positions", [{"position": "p"}]).load()
    wording.use("en")
    part = "A part can be computed: Indicators of positions, causes and links"
    assert f"{part} (tables lacking: indicators)." in said(work)


def test_steps_are_named_where_every_kpi_has_opinions_and_facts_are_there(agency):
    work = agency.counts([1, 2, 3, 4, 5]).metric([50]).load()
    known = work.catalogue
    assert known.at["satisfaction", "kpi"] == known.at["digital_take_up", "kpi"] == "overall"
    assert further_tables.most_useful(work)[0] == "answers"  # opinions of five KPIs
    said_so = known[(known["group"] == "subjective") & (known["form"] == "counts")]
    asked = [said_so.index[said_so["kpi"] == kpi][0] for kpi in method.KPIS]
    rows = [{"respondent": "1", "metric": code, "service": "a", "date": "2025-01-05", "level": 3}
            for code in asked]  # fmt: skip
    (agency.folder / "counts.csv").unlink()
    found = further_tables.most_useful(agency.add("answers", rows).load())
    assert found == ("steps", ["3_one_process", "3_plan"], [])


def test_a_clean_check_says_it_and_a_broken_one_does_not(agency, capsys):
    agency.counts([1, 2, 3, 4, 5]).load()
    for n, level in ((0, "1"), (3, "9")):
        rows = [{"metric": "satisfaction", "service": "a", "period": "2026-01", "level": level,
                 "count": 1}]  # fmt: skip
        agency.add("counts", rows)
        wording.use("en")
        with pytest.raises(SystemExit) as end:
            cli.run(["check", "demo", "--data", str(agency.root)])
        out = capsys.readouterr().out
        assert end.value.code == n
        assert ("would add most" in out) == (n == 0)  # also where there are warnings

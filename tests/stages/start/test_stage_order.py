"""A stage that rests on a skipped one says so, and is computed all the same."""

import pytest
from conftest import sample

from ccwork.language import wording
from ccwork.stages.start import stage_order
from ccwork.tell import formatting


def begun(agency, *tables):
    agency.metric([40, 50, 60], first="2026-04", n=100)
    if "needs" in tables:
        agency.add("needs", [{"need": "n", "segment": "citizens", "need_ru": "Быстро"}])
    if "people" in tables:
        agency.add("people", [{"person": "p1", "asked": "2026-05-01", "agreed": "yes"}])
    return agency.load()


@pytest.mark.parametrize(
    ("stage", "missing"),
    [
        (2, []),
        (3, ["2_core_team"]),
        (4, ["2_core_team", "3_one_process"]),
        (5, ["2_core_team", "3_one_process", "4_scale"]),
    ],
)
def test_every_earlier_stage_without_a_row_is_named(agency, stage, missing):
    rows = stage_order.skipped(begun(agency, "needs"), stage)
    assert rows["stage_skipped"].tolist() == missing


def test_rows_after_the_period_judged_do_not_count(agency):
    work = begun(agency, "needs", "people")
    assert stage_order.skipped(work, 3).empty
    assert stage_order.skipped(agency.load("2026-04"), 3)["stage_skipped"].tolist() == [
        "2_core_team"
    ]


def test_an_agency_that_began_them_all_reads_one_sentence():
    rows = stage_order.skipped(sample("registry"), 5)
    assert rows.empty
    for lang, words in {"ru": "данные о них есть", "en": "there are data on them"}.items():
        with wording.speaking(lang):
            assert words in formatting.absent(rows)


def test_it_says_what_cannot_be_relied_on_and_what_to_bring_in_either_language(agency):
    work = begun(agency, "needs")
    said = {"ru": "Этап 2. Командный базис | Спорить с идеями и вести перемены некому",
            "en": "Stage 2. The core team | Nobody is there to question ideas"}  # fmt: skip
    for lang, words in said.items():
        with wording.speaking(lang):
            line = formatting.printed(stage_order.skipped(work, 3))[3][0]
            told = " | ".join(cell.plain for cell in line)
            assert words in told and "(people)" in told

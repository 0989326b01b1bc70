from datetime import date

import pytest
from stages.scale.test_change_register import book
from stages.scale.test_effect_estimates import compared

from ccwork.language import wording
from ccwork.stages.plan import experiment_plan
from ccwork.stages.scale import plan_kept
from ccwork.tell import display, formatting

PLAN = {
    "metric": "lead_days", "worthwhile": 2, "design": "B", "unit": "office", "clusters": 8,
    "n_per_arm": 800, "looks": 2, "starts": date(2025, 7, 14), "duration_weeks": 8,
}  # fmt: skip
"""What :func:`compared` does: 8 offices against 8 in July and August 2025, 50 cases a month."""


def told(agency, rows, plan=PLAN, carried=None, **changed):
    """Load a change that carries the checksum of a plan, and hold the plan against it."""
    digest = experiment_plan.plan_digest(plan if carried is None else carried)
    own = {"worthwhile": 2, "looks": 2, "plan_hash": f"p{digest[:12]}"} | changed
    return plan_kept.plan_fact(book(agency, own, trials=rows), plan)


def lines(rows, column="plan_kept"):
    return rows.set_index("plan_line")[column].to_dict()


def not_kept(agency, rows, **changed):
    found = lines(told(agency, rows, PLAN | changed))
    return {line for line, kept in found.items() if kept == "not_kept"}


def test_what_was_done_is_read_from_the_trial(agency):
    rows = told(agency, compared())
    assert lines(rows, "done") == {
        "metric": "Срок решения", "worthwhile": "2\N{NO-BREAK SPACE}дня", "clusters": "8",
        "design": "B: со сравнением", "unit": "офис", "n_per_arm": "800", "looks": "1",
        "starts": "июль 2025", "duration_weeks": "8",
    }  # fmt: skip
    assert set(lines(rows).values()) == {"kept"}
    assert list(lines(rows)) == list(plan_kept.plan_tables.FACTS)
    assert formatting.source(rows).endswith(
        "«Перемена»: в реестре у него контрольная сумма этого плана."
    )


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"metric": "visits"}, "metric"),
        ({"worthwhile": 3}, "worthwhile"),
        ({"design": "A"}, "design"),
        ({"unit": "case"}, "unit"),
        ({"unit": "day"}, "unit"),
        ({"clusters": 9}, "clusters"),
        ({"n_per_arm": 801}, "n_per_arm"),
        ({"starts": date(2025, 6, 30)}, "starts"),
        ({"duration_weeks": 9}, "duration_weeks"),
    ],
)
def test_a_line_that_was_not_kept_is_named(agency, changed, line):
    assert not_kept(agency, compared(), **changed) == {line}


@pytest.mark.parametrize("changed", [{"clusters": 7}, {"n_per_arm": 9}, {"duration_weeks": 4}])
def test_more_than_planned_is_kept(agency, changed):
    assert not not_kept(agency, compared(), **changed)


def test_a_look_more_than_planned_is_not_kept(agency):
    assert not_kept(agency, compared(look=3), looks=2) == {"looks"}


def case(number, day, way, unit="a"):
    return {"change": "c1", "metric": "lead_days", "unit": unit, "case": number, "date": day,
            "way": way, "value": 3}  # fmt: skip


def test_days_are_known_where_cases_are(agency):
    rows = [case(f"{way}{day}", f"2026-03-{day:02}", way) for day in range(2, 30)
            for way in ("new", "old")]  # fmt: skip
    found = told(agency, rows, PLAN | {"starts": date(2026, 3, 2)}, assigned="random")
    done = lines(found, "done")
    assert (done["starts"], done["duration_weeks"], done["n_per_arm"]) == (
        "2 марта 2026",
        "4",
        "28",
    )
    assert (done["unit"], done["clusters"]) == ("обращение", "—")
    kept = lines(found)
    assert (kept["starts"], kept["unit"], kept["clusters"]) == ("kept", "not_kept", "unknown")


def test_what_the_data_do_not_tell_is_not_known(agency):
    rows = [case("", "2026-03-01", "new", ""), case("", "2026-02-01", "old", "")]
    kept = lines(told(agency, rows, PLAN | {"starts": date(2026, 3, 2)}))
    assert (kept["unit"], kept["clusters"], kept["starts"]) == ("unknown", "unknown", "kept")
    one = lines(told(agency, rows[:1]))
    assert (one["n_per_arm"], one["duration_weeks"]) == ("unknown", "unknown")
    other = lines(told(agency, compared(), PLAN | {"metric": "visits"}))
    assert (other["metric"], other["worthwhile"]) == ("not_kept", "unknown")


@pytest.mark.parametrize("carried", [{}, PLAN | {"looks": 3}])
def test_nothing_is_known_of_a_plan_no_change_carries(agency, carried):
    rows = told(agency, compared(), carried=carried)
    assert set(lines(rows).values()) == {"unknown"} and set(lines(rows, "done").values()) == {"—"}
    assert "поэтому сделанное неизвестно" in formatting.source(rows)


def test_before_the_new_way_began_nothing_is_known(agency):
    rows = [row for row in compared() if row["way"] == "old"]
    assert set(lines(told(agency, rows)).values()) == {"unknown"}


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_table_is_shown_in_both_languages(agency, lang):
    rows = compared()
    wording.use(lang)
    found = told(agency, rows)
    display.show(found)
    told_facts = list(display.facts(found, ["plan_line", "planned", "done", "plan_kept"]))
    assert [fact["word"] for fact in told_facts] == ["kept"] * len(PLAN)
    assert found.attrs["files"] == ["plan.toml", "changes.csv", "trials.csv"]
    empty = plan_kept.plan_fact(book(agency, trials=rows), {})
    assert empty.empty and formatting.absent(empty) == wording.word("absent.plan_fact")


def test_quarters_count_as_whole_quarters(agency):
    rows = [
        case("", day, "new" if unit == "a" and day >= "2026-01" else "old", unit)
        for day in ("2025-07-01", "2025-10-01", "2026-01-01")
        for unit in "ab"
    ]
    done = lines(told(agency, rows), "done")
    assert (done["duration_weeks"], done["starts"]) == ("12", "январь 2026")  # 90 days
    assert done["clusters"] == "1" and done["n_per_arm"] == "менее 10"

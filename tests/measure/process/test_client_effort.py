"""What a case costs the client: added up by case, unknown where nobody wrote it down."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccwork.language import wording
from ccwork.measure.process import client_effort
from ccwork.stats import intervals
from ccwork.tell import display


def log(*rows: dict[str, object]) -> pd.DataFrame:
    blank = {"step": "s", "actor": "", "service": "a", "documents": np.nan, "came": "",
             "roubles": np.nan, "km": np.nan, "channel": "", "segment": ""}  # fmt: skip
    table = pd.DataFrame([blank | row for row in rows])
    begun = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(len(table)), unit="D")
    return table.assign(start=begun, end=begun + pd.Timedelta(hours=2))


def test_what_the_client_spends_is_added_up_by_case():
    found = client_effort.per_case(
        log(
            {
                "case": "1",
                "actor": "client",
                "documents": 3,
                "came": "yes",
                "roubles": 10,
                "km": 4,
            },
            {"case": "1", "actor": "back"},
            {"case": "1", "actor": "client", "documents": 1, "came": "no", "roubles": 5.5},
            {"case": "2", "actor": "back", "came": "yes"},
        )
    )
    assert found.loc["1"].to_dict() == {
        "actions": 2, "own_hours": 4, "documents": 4, "trips": 1, "roubles": 15.5, "km": 4,
    }  # fmt: skip
    assert found.loc["2", ["actions", "own_hours", "trips"]].tolist() == [0, 0, 1]


def test_what_nobody_wrote_down_is_unknown_and_not_zero():
    found = client_effort.per_case(log({"case": "1"}, {"case": "2", "documents": 0}))
    assert np.isnan(found.loc["1", "documents"]) and found.loc["2", "documents"] == 0
    assert found["actions"].isna().all() and found["km"].isna().all()


def test_own_time_is_unknown_where_an_end_is_missing():
    rows = log({"case": "1", "actor": "client"}, {"case": "2", "actor": "client"})
    rows.loc[0, "end"] = pd.NaT
    assert np.isnan(client_effort.per_case(rows).loc["1", "own_hours"])
    assert client_effort.per_case(rows).loc["2", "own_hours"] == 2


steps = st.lists(
    st.tuples(st.integers(1, 4), st.one_of(st.none(), st.integers(0, 9))), min_size=1, max_size=30
)


@given(steps)
def test_the_sum_over_cases_is_the_sum_of_the_log(drawn):
    rows = log(*({"case": str(case), "documents": n} for case, n in drawn))
    total = client_effort.per_case(rows)["documents"].sum()
    assert total == sum(n or 0 for _, n in drawn)


def brought(agency, rows: int = 20):
    table = [
        {"case": f"C{n:02}", "step": "apply", "start": f"2026-05-{n % 27 + 1:02} 10:00",
         "end": f"2026-05-{n % 27 + 1:02} 11:00", "service": "a", "actor": "client",
         "documents": n % 3, "channel": "site" if n % 2 else "office"}
        for n in range(rows)
    ]  # fmt: skip
    return agency.add("steps", table).load()


def test_the_table_gives_the_mean_with_its_interval_and_says_what_is_not_recorded(agency):
    found = client_effort.effort(brought(agency), "a").set_index("effort")
    mean = intervals.mean([n % 3 for n in range(20)])
    row = found.loc["documents"]
    assert tuple(row[["value", "low", "high", "n"]]) == pytest.approx(tuple(mean))
    assert found.loc["km", "n"] == 0 and found.loc["km", "why"] == "not_recorded"


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_table_can_be_shown_by_channel_too(agency, lang, monkeypatch):
    shown = []
    monkeypatch.setattr(display, "publish_display_data", lambda data, **_: shown.append(data))
    work = brought(agency)
    wording.use(lang)
    display.show(client_effort.effort(work))
    display.show(client_effort.effort(work, by="channel"))
    word = {"ru": "офис", "en": "office"}[lang]
    assert len(shown) == 2 and word in shown[1]["text/plain"]


def test_few_cases_get_words(agency):
    found = client_effort.effort(brought(agency, 1), "a").set_index("effort")
    assert np.isnan(found.loc["documents", "value"]) and found.loc["documents", "n"] == 1
    assert found.loc["documents", "why"] == "few_cases"


def test_a_case_still_open_is_left_out(agency):
    steps = [{"case": f"c{n}", "step": step, "start": f"2026-01-{5 + day:02}", "service": "a",
              "actor": "client", "documents": 1, "outcome": "done" if step == "b" else ""}
             for n in range(20)
             for day, step in enumerate("ab") if n < 12 or step == "a"]  # fmt: skip
    agency.counts([1, 2, 3, 4, 50], first="2026-01").add("steps", steps)
    found = client_effort.effort(agency.load(), "a").set_index("effort")
    assert found.loc["documents", ["value", "n"]].tolist() == [2, 12]


def test_an_unknown_group_is_refused(agency):
    with pytest.raises(ValueError, match="`by` must be"):
        client_effort.effort(brought(agency), by="office")

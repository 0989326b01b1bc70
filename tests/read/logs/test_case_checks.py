"""Which rows are one case: numbers told apart, cases whose dates contradict left out."""

from datetime import timedelta

import pandas as pd
import pytest
from conftest import CASES, case
from hypothesis import given
from hypothesis import strategies as st

from ccwork.language import wording
from ccwork.measure.process import case_tables
from ccwork.read.logs import case_checks, event_log
from ccwork.tell import display, formatting, sentences

DAY = timedelta(days=1)
FIGURES = ["service", "n", "unfinished", "clock", "median", "median_low", "p90", "reworked"]


def steps(*rows: tuple[str, str, float], service: str = "", **more: object) -> pd.DataFrame:
    """Make rows of (case, step, day)."""
    table = pd.DataFrame(rows, columns=["case", "step", "day"]).astype({"case": str, "step": str})
    table["start"] = pd.Timestamp("2026-01-05 09:00") + pd.to_timedelta(table.pop("day"), "D")
    ends = {"applied": pd.NaT, "received": pd.NaT, "end": pd.NaT}
    return table.assign(service=service, **ends | more).astype(
        dict.fromkeys(["start", *ends], "datetime64[us]")
    )


def sound(rows: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, dict]]:
    told: dict[str, dict] = {}
    kept = case_checks.sound_cases(rows, lambda code, column="", rows=(), **values: told.update(
        {code: values}
    ))  # fmt: skip
    return kept, told


# ---------------------------------------------------------------- numbers that stand for two


def test_two_services_with_the_same_numbers_are_thirty_cases():
    work = case("case_numbers_that_begin_anew", "two_services")
    summary = case_tables.journey(work).set_index("service")
    assert summary["n"].to_dict() == {"passport": 15, "licence": 15}
    assert summary["median_days"].round(1).to_dict() == {"passport": 2.0, "licence": 5.0}
    assert summary["reworked"].to_dict() == {"passport": 0, "licence": 0}
    (warning,) = [each for each in work.warnings if each.code == "case_services"]
    assert warning.values["n"] == 15


def test_one_number_in_several_services_of_a_life_situation_is_meant():
    rows = pd.DataFrame({
        "case": ["1", "1", "2", "2"], "step": list("abab"), "service": ["x", "y", "x", "z"],
        "start": pd.to_datetime(["2026-01-01"] * 4), "end": pd.NaT,
    })  # fmt: skip
    told = {}
    say = lambda code, column="", rows=(), **values: told.update({code: values})  # noqa: E731
    kept = case_checks.sound_cases(rows, say, ["x", "y", "z"])
    assert told == {} and kept["case"].tolist() == ["1:x", "1:y", "2:x", "2:z"]
    case_checks.sound_cases(rows, say, ["x", "y"])
    assert told["case_services"]["n"] == 1


def test_two_registers_with_the_same_numbers_are_thirty_cases():
    work = case("case_numbers_that_begin_anew", "two_logs")
    summary = case_tables.journey(work).set_index("service")
    assert summary["n"].to_dict() == {"passport": 15, "licence": 15}
    assert summary["median_days"].round(1).to_dict() == {"passport": 2.0, "licence": 5.0}
    assert [(e.code, e.values["n"]) for e in work.warnings if e.code == "case_logs"] == [
        ("case_logs", 15)
    ]


def test_a_register_of_the_same_service_is_another_register(agency):
    folder = agency.folder / "logs"
    folder.mkdir()
    mapping = '[columns]\ncase = "case"\nstep = "step"\nstart = "time"\n'
    for name, first in (("north", 5), ("south", 7)):
        days = "".join(f"{n},a,2026-01-{first + n:02}\n{n},b,2026-01-{first + n + 1:02}\n"
                       for n in range(12))  # fmt: skip
        (folder / f"{name}.csv").write_text("case,step,time\n" + days)
        (folder / f"{name}.toml").write_text(mapping)
    rows = case_tables.journey(agency.load(), "cases")
    assert len(rows) == 24 and (rows["lead"] == 24).all()


def test_numbers_that_begin_anew_each_year_are_two_cases():
    folder = CASES / "case_numbers_that_begin_anew"
    log, problems = event_log.read_log(folder / "year.csv", folder / "year.toml")
    spans = log.groupby("case")["start"].agg(lambda at: (at.max() - at.min()) / DAY)
    assert len(spans) == 30 and (spans == 31).all()
    (warning,) = [each for each in problems if each.code == "case_anew"]
    assert warning.values == {"n": 15, "total": 15}


def test_tickets_that_begin_anew_each_day_are_told_apart():
    rows = [(f"A{n}", step, day + n / 100 + at / 1000) for day in range(5) for n in range(4)
            for at, step in enumerate(["take", "serve"])]  # fmt: skip
    kept, told = sound(steps(*rows))
    assert kept["case"].nunique() == 20 and told["case_anew"]["n"] == 4


def test_a_case_reopened_at_once_stays_one_and_is_told():
    usual = [(f"c{n}", step, n + at) for n in range(9) for at, step in enumerate(["a", "b", "z"])]
    again = [("c0", "a", 12), ("c0", "z", 13)]
    kept, told = sound(steps(*usual, *again))
    assert kept["case"].nunique() == 9 and told == {"case_again": {"n": 1}}


def test_a_long_wait_before_an_outcome_does_not_make_two_cases():
    usual = [(f"c{n}", step, n + at) for n in range(9) for at, step in enumerate(["a", "b", "z"])]
    slow = [("s", "a", 0), ("s", "a", 300), ("s", "z", 301)]
    kept, told = sound(steps(*usual, *slow))
    assert kept["case"].nunique() == 10 and told == {}


def test_a_new_number_is_no_number_of_another_case():
    rows = steps(("1", "a", 0), ("1", "a", 1), ("1:x", "a", 0)).assign(service=["x", "y", "x"])
    kept, _ = sound(rows)
    assert kept["case"].nunique() == 3


def test_numbers_that_differ_by_zeros_are_told():
    _, told = sound(steps(("007", "a", 0), ("7", "a", 1), ("10", "a", 1)))
    assert told == {"case_zeros": {"n": 1, "found": "7"}}


@pytest.mark.parametrize(
    ("numbers", "cut"),
    [
        (["1,23E+11", "12"], ["1,23E+11"]),
        (["1.5e+20"], ["1.5e+20"]),
        (["20260000000012300", "20260000000012400"], ["20260000000012300", "20260000000012400"]),
        (["20260000000010000", "20260000000010001"], []),
        (["7e12ab", "12e5", "000123"], []),
    ],
)
def test_numbers_spoilt_by_excel_are_found(numbers, cut):
    assert case_checks.spoilt(pd.Series(numbers)) == cut


# ---------------------------------------------------------------- dates that contradict


def test_one_contradicting_case_is_named_and_the_others_reported():
    work = case("received_before_applied")
    (warning,) = [each for each in work.warnings if each.code == "case_contradicts"]
    assert warning.values == {"n": 1, "total": 30, "cases": "c07"}
    row = case_tables.journey(work).iloc[0]
    log = pd.read_csv(CASES / "received_before_applied/agency/logs/log.csv",
                      parse_dates=["applied", "received"]).drop_duplicates("case")  # fmt: skip
    days = (log["received"] - log["applied"]) / DAY
    assert row["n"] == 29 == (days >= 0).sum()
    assert row["median_days"] == days[days >= 0].median()


def test_an_end_of_the_same_bare_day_does_not_contradict():
    day = pd.Timestamp("2026-01-05")
    kept, told = sound(steps(("c", "a", 0), ("d", "a", 0), end=[day, day - DAY]))
    assert kept["case"].tolist() == ["c"] and told["case_contradicts"]["cases"] == "d"


def test_where_most_cases_contradict_the_columns_were_mixed_up():
    _, told = sound(steps(("c", "a", 1), ("d", "a", 1), end=pd.Timestamp("2026-01-02")))
    assert told["case_contradicts"]["grave"] is True


events = st.lists(
    st.tuples(st.integers(0, 11), st.sampled_from("abz"), st.integers(0, 4000)),
    min_size=30, max_size=60, unique_by=lambda row: row[2],
)  # fmt: skip


def figures(rows: pd.DataFrame) -> list:
    found = case_tables.cases(rows.assign(actor="", position="", unit="", agency=""), done=["z"],
                              cutoff=pd.Timestamp("2026-12-31"))  # fmt: skip
    table = case_tables.process_summary(found, "service")
    return table[FIGURES].fillna(-1).to_numpy().tolist()


def drawn(rows: list[tuple]) -> pd.DataFrame:
    return steps(*((f"c{n}", step, minute / 1440) for n, step, minute in rows), service="a")


def with_a_contradiction(good: pd.DataFrame, late: str) -> pd.DataFrame:
    bad = steps(("bad", "a", 1), ("bad", "z", 2), service="a")
    bad["applied"] = bad["start"]
    bad[late] = bad["start"] - 3 * DAY
    return pd.concat([good, bad])


def test_what_numbers_usually_begin_and_end_with_a_contradicting_case_does_not_say():
    """Seven numbers begin with b or z, and four of them end with a; one more begins with a."""
    good = [(10, "b"), (1, "b"), (8, "z"), (8, "a"), (7, "b"), (8, "z"), (2, "z"), (1, "a"),
            (10, "a"), (5, "z"), (8, "a"), (10, "b"), (5, "a"), (4, "z"), (7, "a"), (2, "a"),
            (1, "z"), (4, "a"), (2, "z")]  # fmt: skip
    good = drawn([(number, step, minute) for minute, (number, step) in enumerate(good)])
    (wanted, alone), (kept, told) = (
        sound(rows.reset_index(drop=True)) for rows in (good, with_a_contradiction(good, "end"))
    )
    assert "case_anew" in alone and "case_anew" in told
    assert figures(kept) == figures(wanted)


@given(events, st.sampled_from(["end", "received"]), st.randoms())
def test_neither_a_contradicting_case_nor_the_order_of_rows_changes_a_figure(rows, late, random):
    good = drawn(rows)
    wanted = figures(sound(good)[0])
    both = with_a_contradiction(good, late).sample(frac=1, random_state=random.randrange(9))
    kept, told = sound(both.reset_index(drop=True))
    assert told["case_contradicts"]["n"] == 1
    assert figures(kept) == wanted
    mixed = random.sample(rows, len(rows))
    assert figures(sound(drawn(mixed))[0]) == wanted


@given(st.lists(st.integers(1, 500), min_size=4, max_size=30))
def test_an_undated_case_changes_only_its_count(days):
    rows = steps(*((f"c{n}", "z", 0) for n in range(len(days) + 1)), service="a")
    rows["applied"] = rows["start"] - DAY
    rows["received"] = rows["applied"] + pd.to_timedelta([*days, 1], "D")
    whole, undated = rows.iloc[:-1], rows.copy()
    undated.loc[len(days), "received"] = pd.NaT
    undated["outcome"] = "done"
    (one,), (other,) = figures(whole), figures(undated)
    assert one[1] + 1 == other[1]
    assert one[2:] == other[2:]
    found = case_tables.cases(
        undated.assign(actor="", position="", unit="", agency=""), cutoff=undated["start"].max()
    )
    assert found["lasted"].isna().sum() == 1


def test_undated_cases_are_counted_by_check_and_by_the_report():
    work = case("client_clock_dropped")
    (warning,) = [each for each in work.warnings if each.code == "case_undated"]
    assert warning.values == {"n": 1, "total": 30}
    table = case_tables.journey(work)
    assert table["median_days"].tolist() == [53.0]
    assert "remark.undated" in [code for code, _ in table.attrs["remarks"]]
    whole = case_tables.journey(case("client_clock_ok"))
    assert whole["median_days"].tolist() == [53.0]
    assert "remark.undated" not in [code for code, _ in whole.attrs["remarks"]]


# ---------------------------------------------------------------- logs as strangers bring them


def brought(agency, rows: list[str], mapping: str, head: str = "case,step,time,who"):
    folder = agency.folder / "logs"
    folder.mkdir()
    (folder / "log.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    columns = "".join(
        f'{ours} = "{ours}"\n' for ours in head.split(",")[3:] if ours in ("applied", "received")
    )
    who = 'resource = "who"\n' if "who" in head else ""
    (folder / "log.toml").write_text(
        f'[columns]\ncase = "case"\nstep = "step"\nstart = "time"\n{who}{columns}{mapping}',
        encoding="utf-8",
    )
    return agency


def test_nobody_is_no_person():
    work = case("blank_resource")
    people = set(work.table("steps")["position"].astype(str))
    assert people == {"", "R1"}
    assert case_tables.journey(work, "passed")["handoffs_position"].isna().all()


@pytest.mark.parametrize("word", ["EMPTY", "Undefined", "MISSING", "NULL", "не указан", "(пусто)",
                                  "нет данных", "Нет исполнителя"])  # fmt: skip
def test_blank_words_are_nobody(agency, word):
    own = '[missing]\nwords = ["нет исполнителя"]\n'
    work = brought(agency, [f"1,a,2026-01-05,{word}", "1,b,2026-01-06,Иванов"], own).load()
    assert sorted(work.table("steps")["position"].astype(str)) == ["", "R1"]


def test_blank_words_of_a_table_are_nobody(agency):
    row = {"case": "1", "step": "a", "start": "2026-01-05 09:00", "service": "a",
           "unit": "UNDEFINED", "channel": "не указан", "actor": "NULL"}  # fmt: skip
    steps = agency.add("steps", [row]).load().table("steps")
    assert steps[["unit", "channel", "actor"]].to_numpy().tolist() == [["", "", ""]]


def test_events_after_the_date_of_the_data_are_counted_and_left_out():
    work = case("after_data_date")
    log = pd.read_csv(CASES / "after_data_date/agency/logs/log.csv", parse_dates=["time"])
    late = (log["time"] >= "2026-04-01").sum()
    (warning,) = [each for each in work.warnings if each.code == "log_late"]
    assert warning.values["n"] == late > 0
    assert len(work.tables["steps"]) == len(log) - late


def test_dates_that_stand_for_none_are_none(agency):
    head = "case,step,time,received"
    rows = [
        "1,a,2026-01-05,9999-12-31",
        "2,a,2026-01-06,1900-01-01",
        "3,a,1900-01-01,",
        "4,a,2026-01-07,2026-01-09",
        "5,a,2026-01-07,2027-01-09",
        "6,a,2026-01-07,NULL",
    ]
    work = brought(agency, rows, "", head).load()
    steps = work.table("steps").set_index("case")
    assert steps["received"].notna().to_dict() == {
        "1": False, "2": False, "4": True, "5": False, "6": False,
    }  # fmt: skip
    told = {each.code: each.values["n"] for each in work.warnings if "n" in each.values}
    assert told["log_placeholder"] in (1, 2) and told["log_ahead"] == told["log_gaps"] == 1


def test_exact_doubles_count_once_and_are_told(agency):
    head = "case,step,time,who"
    rows = ["1,a,2026-01-05 09:00,x", "1,a,2026-01-05 09:00,x", "1,a,2026-01-05 09:00,y"]
    work = brought(agency, rows, "", head).load()
    assert len(work.table("steps")) == 2
    assert [each.values["n"] for each in work.warnings if each.code == "log_repeated"] == [1]


def test_rows_alike_only_in_what_was_asked_for_are_two_events(agency):
    rows = ["1,pay,2026-01-05,x,10", "1,pay,2026-01-05,x,20"]
    work = brought(agency, rows, "", "case,step,time,who,amount").load()
    assert len(work.table("steps")) == 2


def test_a_service_tells_rows_of_a_table_apart(agency):
    agency.add("services", [{"service": s, "name_ru": s} for s in "ab"])
    rows = [{"case": "1", "step": "x", "start": "2026-01-05 09:00", "service": s} for s in "ab"]
    assert agency.add("steps", rows).load().table("steps")["case"].nunique() == 2


def test_a_year_log_of_an_agency_is_thirty_cases(agency):
    folder = agency.folder / "logs"
    folder.mkdir()
    for path in (CASES / "case_numbers_that_begin_anew").glob("year.*"):
        text = path.read_text(encoding="utf-8").replace('service = "main"', 'service = "a"')
        (folder / path.name).write_text(text, encoding="utf-8")
    row = case_tables.journey(agency.load()).iloc[0]
    assert (row["n"], row["median_days"], row["reworked"]) == (30, 31, 0)


def test_a_received_result_is_the_end_not_the_commonest_last_step(agency):
    rows = [f"{n},{step},2026-01-{5 + n:02} {9 + at}:00,2026-01-{5 + n:02},"
            f"{'2026-02-20' if n % 2 else ''}"
            for n in range(20) for at, step in enumerate(["in", "out"])]  # fmt: skip
    work = brought(agency, rows, "", "case,step,time,applied,received").load()
    row = case_tables.journey(work).iloc[0]
    assert (row["n"], row["completed"], row["unfinished"]) == (20, 10, 10)
    assert row["clock"] == "client"
    remarks = [code for code, _ in case_tables.journey(work).attrs["remarks"]]
    assert "remark.assumed_end" not in remarks


def test_numbers_below_ten_stand_nowhere(agency):
    rows = [f"{n},{step},2026-01-{5 + n:02} {9 + at}:00,x"
            for n in range(7) for at, step in enumerate(["in", "out"])]  # fmt: skip
    work = brought(agency, rows, "").load()
    facts = [fact for table in ("summary", "work", "waits", "ends")
             for shown in [case_tables.journey(work, table)]
             for fact in display.facts(shown, formatting.printed(shown)[1])]  # fmt: skip
    assert facts
    assert not [fact for fact in facts if fact.get("n") in range(1, 10)]
    assert not [fact for fact in facts
                if fact["value"] is not None and 0 < fact["value"] < 10]  # fmt: skip


def test_an_aborted_step_ended_then(tmp_path):
    rows = ["c,a,2026-01-05 09:00,start", "c,a,2026-01-05 10:00,ate_abort",
            "c,a,2026-01-05 12:00,start", "c,a,2026-01-05 15:00,complete"]  # fmt: skip
    path = tmp_path / "log.csv"
    path.write_text("\n".join(["case,step,time,life", *rows]))
    mapping = {"columns": {"case": "case", "step": "step", "start": "time", "lifecycle": "life"}}
    log, problems = event_log.read_log(path, mapping)
    assert ((log["end"] - log["start"]) / timedelta(hours=1)).tolist() == [1, 3]
    assert problems == []


def test_the_case_of_a_log_given_by_its_last_step_is_still_told():
    work = case("assumed_end")
    remarks = [code for code, _ in case_tables.journey(work).attrs["remarks"]]
    assert "remark.assumed_end" in remarks


def test_what_was_taken_for_an_end_is_said_of_the_services_it_was_taken_for(agency):
    agency.add("services", [{"service": each, "name_ru": each} for each in "xy"])
    rows = [f"{n},{step},2026-01-{5 + n:02} {9 + at}:00,{service},"
            f"{'2026-01-04,2026-02-' + str(10 + n) if service == 'x' else ','}"
            for service in "xy" for n in range(12)
            for at, step in enumerate(["in", "out"])]  # fmt: skip
    head = "case,step,time,service,applied,received"
    work = brought(agency, rows, 'service = "service"\n', head).load()
    told = dict(case_tables.journey(work).attrs["remarks"])
    assert told["remark.assumed_end_of"] == {"step": ("step", "out"), "service": ("service", "y")}
    assert "remark.assumed_end" not in told
    assert "Исходы услуги «y» не указаны." in " ".join(
        formatting.remarks(case_tables.journey(work))
    )
    wording.use("en")
    assert "are taken for ended" in " ".join(formatting.remarks(case_tables.journey(work)))


def test_fewer_than_ten_cases_have_a_sentence_and_no_duration(agency):
    rows = [f"{n},{step},2026-01-{5 + n:02} {9 + at}:00,x"
            for n in range(7) for at, step in enumerate(["in", "out"])]  # fmt: skip
    table = case_tables.journey(brought(agency, rows, "").load())
    (said,) = sentences.sentences(table)
    assert "сказать нельзя" in said and "менее 10" in said and "7" not in said


def test_pauses_are_told_where_a_log_has_them(tmp_path):
    rows = ["c,a,2026-01-05 09:00,start", "c,a,2026-01-05 10:00,suspend",
            "c,a,2026-01-05 12:00,resume", "c,a,2026-01-05 15:00,complete"]  # fmt: skip
    events = "".join(
        f"<event><string key='concept:name' value='{row[1]}'/><string key='lifecycle:transition' "
        f"value='{row[3]}'/><date key='time:timestamp' value='{row[2]}'/></event>"
        for row in (line.split(",") for line in rows)
    )
    path = tmp_path / "log.xes"
    path.write_text(f"<log><trace><string key='concept:name' value='c'/>{events}</trace></log>")
    log, problems = event_log.read_log(path)
    assert len(log) == 1 and (log["end"] - log["start"])[0] == timedelta(hours=6)
    assert [(each.code, each.values["n"]) for each in problems] == [("log_paused", 2)]


def test_scheduled_events_of_xes_are_no_steps(tmp_path):
    events = "".join(
        f"<event><string key='concept:name' value='a'/><string key='lifecycle:transition' "
        f"value='{life}'/><date key='time:timestamp' value='2026-01-05T{hour}:00'/></event>"
        for life, hour in (("schedule", "09"), ("complete", "11"))
    )
    path = tmp_path / "log.xes"
    path.write_text(f"<log><trace><string key='concept:name' value='c'/>{events}</trace></log>")
    log, problems = event_log.read_log(path)
    assert log["start"].dt.hour.tolist() == [11]
    assert "log_lifecycle_other" in [each.code for each in problems]

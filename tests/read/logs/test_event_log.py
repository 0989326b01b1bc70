"""Event logs from csv, xlsx, XES and XES.gz: what they say arrives, what is wrong is said."""

import csv
import gzip
import io
import random
import sys
import tracemalloc
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
import pandas as pd
import pytest
import xlsxwriter

from ccwork.language import wording
from ccwork.language.command_words import time_left_bar
from ccwork.measure.process import case_tables
from ccwork.read.files import xlsx_scan
from ccwork.read.logs import event_log, log_mapping, plain_rows
from ccwork.read.logs.log_events import paired

MAPPING = {
    "columns": {
        "case": "Дело", "step": "Операция", "start": "Начало", "end": "Конец", "unit": "Отдел",
        "position": "Должность", "channel": "Канал",
    },
    "time": {"zone": "Europe/Moscow", "cutoff": date(2026, 6, 30)},
    "steps": {"client": ["подать", "забрать"], "front": ["принять", "выдать"]},
    "outcomes": {"done": ["забрать"], "refused": ["отказать"]},
    "statutory": {"уведомить": 120},
}  # fmt: skip
XES_MAPPING = MAPPING | {
    "columns": {"unit": "org:group", "position": "org:role", "channel": "case:channel"}
}
UNITS = {"подать": "", "принять": "окно", "проверить": "отдел", "запросить": "архив",
         "уведомить": "отдел", "выдать": "окно", "забрать": "", "отказать": "отдел"}  # fmt: skip


def generated(cases: int = 60, seed: int = 1, ties: bool = True) -> list[dict]:
    """Draw a log together with its truth: one row a step, in the order of the file."""
    rng = random.Random(seed)
    rows = []
    for number in range(cases):
        clock = datetime(2026, 1, 12, 9) + timedelta(minutes=rng.randrange(60 * 24 * 90))
        path = ["подать", "принять"]
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            path += ["проверить"] + rng.choice([[], ["запросить"], ["запросить", "запросить"]])
        path += rng.choice([["уведомить", "выдать", "забрать"]] * 4 + [["отказать"], []])
        channel = rng.choice(["портал", "офис"])
        for step in path:
            law = step == "уведомить"
            wait = 7200 if law else rng.choice([0, rng.randrange(1, 3000)]) if ties else 1
            start = clock + timedelta(minutes=wait, seconds=0 if ties else rng.random() * 1e5)
            clock = start + timedelta(minutes=rng.choice([0, rng.randrange(1, 90)]) if ties else 1)
            unit = UNITS[step]
            rows.append(
                {"case": f"Д-{number:03}", "step": step, "start": start, "end": clock,
                 "unit": unit, "position": unit and f"{unit}-{rng.randrange(2)}",
                 "channel": channel, "actor": "client" if not unit else "back"}
            )  # fmt: skip
    once = {tuple(row.values()): row for row in rows}
    return sorted(once.values(), key=lambda row: row["start"])


def write_csv(path: Path, rows: list[dict], form: str = "%Y-%m-%d %H:%M:%S") -> Path:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(list(MAPPING["columns"].values()))
        for row in rows:
            times = [row[side].strftime(form) for side in ("start", "end")]
            cells = [row["case"], row["step"], *times, row["unit"], row["position"]]
            writer.writerow([*cells, row["channel"]])
    return path


def write_xes(path: Path, rows: list[dict], more: str = "", offset: str = "+03:00") -> Path:
    cases: dict[str, list] = {}
    for row in rows:
        cases.setdefault(row["case"], []).append(row)
    with (gzip.open if path.suffix == ".gz" else open)(path, "wt", encoding="utf-8") as out:
        out.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<log xmlns="http://www.xes-standard.org/">'
        )
        out.write('<string key="source" value="тест"><string key="inside" value="1"/></string>')
        for case, steps in cases.items():
            out.write(f"<trace><string key='concept:name' value={quoteattr(case)}/>")
            out.write(f"<string key='channel' value={quoteattr(steps[0]['channel'])}/>")
            for row in steps:
                for life, side in (("start", "start"), ("complete", "end")):
                    when = row[side].isoformat(timespec="milliseconds") + offset
                    out.write(
                        f"<event>{more}<string key='concept:name' value={quoteattr(row['step'])}>"
                        "<string key='concept:name' value='nested, not ours'/></string>"
                        f"<string key='lifecycle:transition' value='{life}'/>"
                        f"<string key='org:group' value={quoteattr(row['unit'])}/>"
                        f"<string key='org:role' value={quoteattr(row['position'])}/>"
                        f"<date key='time:timestamp' value='{when}'/></event>"
                    )
            out.write("</trace>")
        out.write("</log>")
    return path


def plain(steps: pd.DataFrame) -> list[tuple]:
    """Return what a log says, in its order: words, and minutes since the epoch."""
    found = steps.astype(dict.fromkeys(log_mapping.WORDS, str))
    for side in ("start", "end"):
        found[side] = found[side].dt.tz_convert("Europe/Moscow").dt.tz_localize(None)
    columns = ["case", "step", "start", "end", "unit", "position", "channel", "outcome", "actor"]
    return list(found[columns].itertuples(index=False, name=None))


def read(tmp_path: Path, written: str | bytes, mapping: dict, name: str = "log.csv"):
    path = tmp_path / name
    path.write_bytes(written if isinstance(written, bytes) else written.encode())
    return event_log.read_log(path, mapping)


SHORT = {"columns": {"case": "case", "step": "step", "start": "time"}}


def short(tmp_path: Path, *rows: str, **time: object):
    written = "\n".join(["case,step,time", *rows])
    return read(tmp_path, written, SHORT | {"time": time})


def codes(problems) -> list[str]:
    for lang in wording.LANGS:
        wording.use(lang)
        assert all(str(problem) for problem in problems)
    wording.use("ru")
    return [problem.code for problem in problems]


# ---------------------------------------------------------------- one log, four files


def test_csv_says_what_was_written(tmp_path):
    rows = generated()
    steps, problems = event_log.read_log(write_csv(tmp_path / "log.csv", rows), MAPPING)
    assert codes(problems) == ["step_no_time", "log_tied"]
    truth = sorted(rows, key=lambda row: row["case"])
    assert [row[:5] for row in plain(steps)] == [
        (r["case"], r["step"], pd.Timestamp(r["start"]), pd.Timestamp(r["end"]), r["unit"])
        for r in truth
    ]
    assert steps["start"].dt.tz.key == "Europe/Moscow"
    assert (steps["norm"].notna() == (steps["step"] == "уведомить")).all()
    assert set(steps["kind"][steps["norm"].notna()]) == {"statutory"}
    assert steps.attrs["cutoff"] == pd.Timestamp("2026-07-01", tz="Europe/Moscow")


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz"])
def test_xes_with_its_lifecycle_says_the_same_as_csv(tmp_path, name):
    rows = generated()
    ours, _ = event_log.read_log(write_csv(tmp_path / "log.csv", rows), MAPPING)
    steps, problems = event_log.read_log(write_xes(tmp_path / name, rows), XES_MAPPING)
    assert codes(problems) == ["step_no_time", "log_tied"]
    assert plain(steps) == plain(ours)


@pytest.mark.parametrize(("end", "last"), [("finished", 5), ("time:timestamp", None)])
def test_the_standard_says_what_the_start_is_where_the_mapping_names_the_end(tmp_path, end, last):
    event = "<string key='concept:name' value='a'/>" + "".join(
        f"<date key='{key}' value='2026-01-01T0{hour}:00:00'/>"
        for key, hour in (("time:timestamp", 3), ("finished", 5))
    )
    trace = f"<trace><string key='concept:name' value='c'/><event>{event}</event></trace>"
    steps, _ = read(tmp_path, f"<log>{trace}</log>", {"columns": {"end": end}}, "log.xes")
    row = steps.iloc[0]
    assert (row["start"].hour, None if pd.isna(row["end"]) else row["end"].hour) == (3, last)


def test_xlsx_says_the_same_as_csv(tmp_path):
    rows = generated(20)
    ours, _ = event_log.read_log(write_csv(tmp_path / "log.csv", rows), MAPPING)
    with xlsxwriter.Workbook(tmp_path / "log.xlsx") as book:
        book.add_worksheet("Пояснения").write(0, 0, "ничего")
        sheet, when = book.add_worksheet("Журнал"), book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, list(MAPPING["columns"].values()))
        for at, row in enumerate(rows, 1):
            sheet.write_row(at, 0, [row["case"], row["step"]])
            sheet.write_datetime(at, 2, row["start"], when)
            sheet.write_datetime(at, 3, row["end"], when)
            sheet.write_row(at, 4, [row["unit"], row["position"], row["channel"]])
    steps, problems = event_log.read_log(tmp_path / "log.xlsx", MAPPING)
    assert codes(problems) == ["log_sheet", "log_tied"]
    assert problems[0].sheet == "Пояснения"
    assert plain(steps) == plain(ours)


@pytest.mark.parametrize(
    ("encoding", "separator", "ends"),
    [("cp1251", ";", "\r\n"), ("utf-8-sig", ",", "\n"), ("utf-16", "\t", "\r\n"),
     ("utf-8", ";", "\r")],
)  # fmt: skip
def test_encodings_separators_and_line_ends_are_found_out(tmp_path, encoding, separator, ends):
    path = write_csv(tmp_path / "plain.csv", generated(20))
    ours, _ = event_log.read_log(path, MAPPING)
    table = path.read_text(encoding="utf-8").replace(",", separator).splitlines()
    steps, problems = read(tmp_path, ends.join(table).encode(encoding), MAPPING)
    told = codes(problems)
    assert "log_tied" in told and ("encoding_1251" in told) == (encoding == "cp1251")
    assert plain(steps) == plain(ours)


def test_russian_letters_after_a_megabyte_of_others_are_read(tmp_path):
    rows = ["c1,step,2026-01-01"] * 60_000 + ["c1,шаг,2026-01-02"]
    written = "\n".join(["case,step,time", *rows]).encode("cp1251")
    steps, _ = read(tmp_path, written, SHORT)
    assert steps["step"].iloc[-1] == "шаг"


# ---------------------------------------------------------------- time


@pytest.mark.parametrize(
    "written",
    ["2026-03-31 14:05", "2026-03-31T14:05:00", "31.03.2026 14:05", "31.03.2026 14:05:00",
     "2026-03-31T11:05:00Z", "2026-03-31T14:05:00.000+03:00", "2026-03-31 18:05:00+0700"],
)  # fmt: skip
def test_a_moment_is_the_same_however_it_is_written(tmp_path, written):
    steps, problems = short(tmp_path, f"c,s,{written}", zone="Europe/Moscow")
    assert codes(problems) == ["log_one_time"]
    assert steps["start"][0] == pd.Timestamp("2026-03-31 14:05", tz="Europe/Moscow")


def test_moments_of_different_forms_stand_in_one_column(tmp_path):
    forms = ["31.03.2026 9:05", "2026-03-31 09:05", "2026-03-31T06:05:00Z", " 31.03.2026 09:05"]
    steps, _ = short(tmp_path, *(f"c,s,{form}" for form in forms), zone="Europe/Moscow")
    assert steps["start"].nunique() == 1


def test_a_form_in_the_mapping_is_kept_to(tmp_path):
    steps, _ = short(tmp_path, "c,s,03/31/26 14:05", format="%m/%d/%y %H:%M")
    assert steps["start"][0] == pd.Timestamp("2026-03-31 14:05")
    _, problems = short(tmp_path, "c,s,31/03/26 14:05", format="%m/%d/%y %H:%M")
    assert codes(problems) == ["log_time"]
    assert problems[0].cells == ("C2",)


@pytest.mark.parametrize(
    ("written", "code"),
    [("31/03/2026", "slash_date"), ("2026-02-30", "no_such_date"), ("today", "log_unread"),
     ("2026", "date_is_number"), ("46112.5", "log_unread"), ("2026-03-31 25:00", "not_time"),
     ("30.02.2026", "no_such_date"), ("now", "log_unread"), ("31.03.2026 14-05", "log_unread"),
     ("2026-03-31T14+03:00", "not_time"), ("2026-03-31 14Z", "log_unread")],
)  # fmt: skip
def test_no_date_is_guessed(tmp_path, written, code):
    steps, problems = short(tmp_path, "c,s,2026-01-01", f"c,s,{written}")
    assert codes(problems) == [code]
    assert problems[0].cells == ("C3",)
    assert steps.empty


@pytest.mark.parametrize("zone", ["UTC", "Europe/Moscow", "Asia/Vladivostok", "America/New_York"])
@pytest.mark.parametrize("written", ["2026-01-01", "01.01.2026"])
def test_a_date_without_time_stays_on_its_day(tmp_path, zone, written):
    steps, _ = short(tmp_path, f"c,s,{written}", zone=zone)
    assert steps["start"][0].date() == date(2026, 1, 1)


def test_midnights_of_changing_offsets_stay_on_their_day(tmp_path):
    rows = ["c,s,2026-01-15T00:00:00+01:00", "c,s,2026-07-15T00:00:00+02:00"]
    steps, problems = short(tmp_path, *rows)
    assert codes(problems) == ["log_no_zone", "log_one_time"]
    assert [str(day) for day in steps["start"].dt.date] == ["2026-01-15", "2026-07-15"]
    steps, problems = short(tmp_path, *rows, zone="Europe/Rome")
    assert [str(day) for day in steps["start"].dt.date] == ["2026-01-15", "2026-07-15"]


def test_one_offset_is_the_zone_where_none_is_named(tmp_path):
    steps, problems = short(tmp_path, "c,s,2026-01-15T01:00:00+10:00")
    assert codes(problems) == ["log_one_time"]
    assert str(steps["start"][0]) == "2026-01-15 01:00:00+10:00"


def test_hours_that_came_twice_or_never_are_told(tmp_path):
    rows = ["c,s,2010-10-31 02:30", "c,r,2010-03-28 02:30"]
    steps, problems = short(tmp_path, *rows, zone="Europe/Moscow")
    assert sorted(codes(problems)) == ["log_disorder", "log_never", "log_one_time", "log_twice"]
    assert str(steps["start"][0]) == "2010-03-28 03:00:00+04:00"


def test_a_day_of_25_hours_is_25_hours_long(tmp_path):
    steps, _ = short(tmp_path, "c,a,2014-10-26", "c,b,2014-10-27", zone="Europe/Moscow")
    assert steps["start"][1] - steps["start"][0] == pd.Timedelta(hours=25)


# ---------------------------------------------------------------- order and lifecycles


def test_events_stand_by_time_then_by_their_place_in_the_file(tmp_path):
    rows = ["c,late,2026-01-03", "c,first,2026-01-01", "c,second,2026-01-01"]
    steps, problems = short(tmp_path, *rows)
    assert steps["step"].tolist() == ["first", "second", "late"]
    assert codes(problems) == ["log_disorder", "log_one_time", "log_tied"]


LIVED = {"columns": SHORT["columns"] | {"lifecycle": "life"}}


def lived(tmp_path, *rows):
    hours = "\n".join(f"c,{step},2026-01-01 {hour:02}:00,{life}" for step, hour, life in rows)
    steps, problems = read(tmp_path, "case,step,time,life\n" + hours, LIVED)
    spans = [
        (row.step, row.start.hour, None if pd.isna(row.end) else row.end.hour)
        for row in steps.itertuples()
    ]
    return spans, codes(problems)


def test_starts_and_completes_are_paired_first_in_first_out(tmp_path):
    spans, problems = lived(
        tmp_path, ("a", 1, "start"), ("a", 2, "start"), ("b", 3, "start"), ("a", 4, "complete"),
        ("b", 5, "COMPLETE"), ("a", 6, "complete"),
    )  # fmt: skip
    assert spans == [("a", 1, 4), ("a", 2, 6), ("b", 3, 5)]
    assert problems == []


def test_a_side_left_alone_has_no_end_and_is_told(tmp_path):
    spans, problems = lived(
        tmp_path, ("a", 1, "complete"), ("a", 2, "start"), ("a", 3, "complete"),
        ("a", 4, "start"), ("a", 5, "suspend"),
    )  # fmt: skip
    assert spans == [("a", 1, None), ("a", 2, 3), ("a", 4, None)]
    assert problems == ["log_paused", "log_unpaired"]


def test_a_step_that_never_has_a_start_is_a_moment(tmp_path):
    spans, problems = lived(
        tmp_path, ("a", 1, "start"), ("a", 3, "complete"), ("b", 4, "complete")
    )  # fmt: skip
    assert spans == [("a", 1, 3), ("b", 4, 4)]
    assert problems == ["log_moments"]


def test_a_pause_is_no_work_and_no_step_of_its_own(tmp_path):
    rows = [("a", 1, "start"), ("a", 2, "suspend"), ("a", 4, "resume"), ("a", 5, "complete"),
            ("a", 6, "start"), ("a", 7, "suspend"), ("a", 9, "abort"), ("a", 10, "suspend"),
            ("b", 11, "start"), ("b", 12, "resume"), ("b", 13, "complete")]  # fmt: skip
    spans, problems = lived(tmp_path, *rows)
    assert spans == [("a", 1, 5), ("a", 6, 9), ("b", 11, 13)]
    assert problems == ["log_paused"]
    steps, _ = event_log.read_log(tmp_path / "log.csv", LIVED)
    assert list(steps["paused"]) == [2, 2, 0]


@pytest.mark.parametrize("word", ["suspend", "resume", "schedule"])
def test_a_log_in_which_nothing_starts_or_ends_is_no_log(tmp_path, word):
    row = f"c,a,2026-01-01,2026-01-02,{word}\n"
    mapping = {"columns": LIVED["columns"] | {"end": "end"}}
    steps, problems = read(tmp_path, "case,step,time,end,life\n" + row, mapping)
    assert steps.empty and codes(problems) == ["log_lifecycle"]


def test_pauses_count_as_waiting_not_as_work(tmp_path):
    rows = [("in", 1, "complete"), ("a", 2, "start"), ("a", 3, "suspend"), ("a", 8, "resume"),
            ("a", 9, "complete"), ("out", 11, "complete")]  # fmt: skip
    lived(tmp_path, *rows)
    steps, _ = event_log.read_log(tmp_path / "log.csv", LIVED | {"outcomes": {"done": ["out"]}})
    case = case_tables.cases(steps).iloc[0]
    assert (case["touch"], case["waiting"]) == (2, 8)
    assert case["efficiency"] == pytest.approx(20)
    assert (case["rework"], case["loops"]) == (0, 0)


def test_pairs_are_those_of_a_queue():
    rng = np.random.default_rng(3)
    key, starts = rng.integers(0, 5, 400), rng.random(400) < 0.5
    begun, done = paired(key, starts)
    queues: dict[int, list[int]] = {}
    expected = set()
    for at, (name, start) in enumerate(zip(key, starts, strict=True)):
        waiting = queues.setdefault(int(name), [])
        if start:
            waiting.append(at)
        else:
            expected.add((waiting.pop(0) if waiting else -1, at))
    expected |= {(at, -1) for waiting in queues.values() for at in waiting}
    assert set(zip(begun.tolist(), done.tolist(), strict=True)) == expected


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz"])
def test_how_far_xes_is_read_adds_up_to_the_whole_file(tmp_path, name):
    blank = "<!--" + " " * 100_000 + "-->"
    path, seen = write_xes(tmp_path / name, generated(3), blank), []
    steps, _ = event_log.read_log(path, XES_MAPPING, seen=seen.append)
    assert len(steps) and len(seen) > 2
    assert seen == sorted(seen) and seen[-1] == path.stat().st_size


PLAINLY = {"columns": {"case": "case", "step": "step", "start": "start"}}


@pytest.mark.parametrize("odd", ["", '"x,b",c,2025-01-02\n'])
def test_how_far_a_text_is_read_comes_to_its_end_and_anew_where_it_is_read_anew(
    tmp_path, odd, monkeypatch
):
    monkeypatch.setattr(plain_rows, "_BATCH", 100_000)
    path, seen, heading = tmp_path / "log.csv", [], "case,step,start\n"
    path.write_text(heading + "a,b,2025-01-01\n" * 60_000 + odd, encoding="utf-8")
    event_log.read_log(path, PLAINLY, seen=seen.append)
    whole, again = path.stat().st_size, sorted(seen) != seen
    assert again == bool(odd)
    assert seen[-1] == whole - (0 if odd else len(heading))
    anew = seen[np.argmin(np.diff(seen)) + 1 :] if odd else seen
    assert len(anew) > 3 and anew == sorted(anew)


def test_how_far_a_book_is_looked_through_comes_to_half_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx_scan, "AT_ONCE", 1 << 12)
    path, seen, draw = tmp_path / "log.xlsx", [], random.Random(1)
    rows = [["case", "step", "start"]]
    rows += [[str(draw.random()), "b", f"2025-01-01 10:00:{n % 60:02}"] for n in range(4000)]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
    steps, _ = event_log.read_log(path, PLAINLY, seen=seen.append)
    half = path.stat().st_size / 2
    assert len(steps) == 4000 and max(seen) <= half
    assert {round(9 * at / half) for at in seen} == set(range(10))


@pytest.mark.parametrize("name", ["log.xes", "plain.csv", "quoted.csv", "log.xlsx"])
def test_who_looks_on_is_shown_how_far_a_log_is_if_it_takes_long(tmp_path, name, monkeypatch):
    path, screens = tmp_path / name, {}
    cells = [["case", "step", "start"], ["a", "b", "2025-01-01"], ["a", "c", "2025-01-02"]]
    if path.suffix == ".xes":
        write_xes(path, generated(3))
    elif path.suffix == ".xlsx":
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for n, row in enumerate(cells):
                sheet.write_row(n, 0, row)
    else:
        with path.open("w", encoding="utf-8") as file:
            quoting = csv.QUOTE_ALL if name == "quoted.csv" else csv.QUOTE_MINIMAL
            csv.writer(file, quoting=quoting).writerows(cells)
    if path.suffix != ".xes":
        columns = '[columns]\ncase = "case"\nstep = "step"\nstart = "start"\n'
        path.with_suffix(".toml").write_text(columns, encoding="utf-8")
    for delay, looks in ((0, True), (0, False), (60, True)):
        screen = screens[delay, looks] = io.StringIO()
        screen.isatty = lambda looks=looks: looks
        monkeypatch.setattr(sys, "stderr", screen)
        monkeypatch.setattr(event_log, "time_left_bar", partial(time_left_bar, delay=delay))
        assert event_log.told(path, None, tmp_path / "steps.csv")[1]
    shown, unseen, short = (screen.getvalue() for screen in screens.values())
    assert shown.count("Готово 100 %") >= 2  # once read, once written
    assert (unseen, short) == ("", "")


def test_a_table_of_steps_is_written_whole_piece_by_piece(tmp_path, monkeypatch):
    monkeypatch.setattr(event_log, "_ROWS", 7)
    path = write_xes(tmp_path / "log.xes", generated(3))
    steps, _ = event_log.read_log(path, XES_MAPPING)
    steps["unit"] = steps["unit"].cat.rename_categories({"отдел": "=отдел"})
    event_log.write_steps(steps, tmp_path / "steps.csv")
    found = pd.read_csv(tmp_path / "steps.csv", dtype=str, keep_default_na=False)
    assert len(found) == len(steps) > 14
    assert found["case"].tolist() == steps["case"].tolist()
    assert found["unit"].tolist() == [word.replace("=", "'=") for word in steps["unit"]]
    assert found["start"].tolist() == steps["start"].dt.strftime("%Y-%m-%d %H:%M:%S").tolist()


def test_xes_with_completes_alone_tells_no_work(tmp_path):
    rows = generated(5, ties=False)
    path = write_xes(tmp_path / "all.xes", rows)
    only = path.read_text(encoding="utf-8").replace("value='start'", "value='complete'")
    steps, problems = read(tmp_path, only, XES_MAPPING, "log.xes")
    assert codes(problems) == ["log_one_time"]
    assert len(steps) == 2 * len(rows)
    assert steps["end"].isna().all()


# ---------------------------------------------------------------- what is left out and kept


def test_events_after_the_cut_off_are_left_out(tmp_path):
    rows = ["c,a,2026-01-01 23:59", "c,b,2026-01-02 00:00"]
    steps, problems = short(tmp_path, *rows, cutoff=date(2026, 1, 1), zone="Asia/Vladivostok")
    assert steps["step"].tolist() == ["a"]
    assert codes(problems) == ["log_late", "log_one_time"]


def test_rows_that_cannot_be_placed_are_counted_and_left_out(tmp_path):
    steps, problems = short(tmp_path, "c,a,2026-01-01", ",a,2026-01-01", "c,,2026-01-01", "c,a,")
    assert len(steps) == 1
    assert codes(problems) == ["log_gaps", "log_one_time"]
    assert problems[0].values == {"n": 3, "total": 4}


def test_a_row_with_an_end_alone_stays_a_row(tmp_path):
    written = """case,step,start,end
a,in,2026-01-01 09:00,2026-01-01 10:00
a,in,,2026-01-02 10:00
a,out,,2026-01-03 10:00
a,gone,,
"""
    mapping = {"columns": SHORT["columns"] | {"start": "start", "end": "end"}}
    steps, problems = read(tmp_path, written, mapping)
    assert codes(problems) == ["log_only_end", "log_gaps"]
    assert problems[0].values == {"n": 2, "total": 4, "moments": 1}
    assert list(steps["start"].dt.day) == [1, 2, 3]
    assert list(steps["end"].dt.day.fillna(0)) == [1, 0, 3]


def test_people_become_codes_and_attributes_are_kept(tmp_path):
    written = "case,step,time,who,sum\nc,a,2026-01-01,Иванов И.,10\nc,b,2026-01-02,Петров П.,\n"
    columns = SHORT["columns"] | {"resource": "who"}
    mapping = {"columns": columns, "attributes": {"amount": "sum"}, "fixed": {"service": "x"}}
    steps, _ = read(tmp_path, written, mapping)
    assert steps["position"].tolist() == ["R1", "R2"]
    assert steps["amount"].tolist() == ["10", ""]
    assert steps["service"].tolist() == ["x", "x"]
    assert "Иванов" not in steps.to_csv()


def test_words_of_an_outcome_column_are_turned_into_ours(tmp_path):
    written = "case,step,time,end\nc,a,2026-01-01,выдано\nc,b,2026-01-02,отказ\nc,c,2026-01-03,-\n"
    mapping = {"columns": SHORT["columns"] | {"outcome": "end"}, "outcomes": {"done": ["выдано"]}}
    steps, problems = read(tmp_path, written, mapping)
    assert steps["outcome"].tolist() == ["done", "refused", ""]
    assert codes(problems) == ["log_one_time"]
    _, problems = read(tmp_path, written.replace("выдано", "ушло"), mapping)
    assert codes(problems) == ["log_choice"]


def test_a_mapping_may_be_a_file(tmp_path):
    (tmp_path / "map.toml").write_text(
        '[columns]\ncase = "case"\nstep = "step"\nend = "time"\n[time]\ncutoff = 2026-01-05\n',
        encoding="utf-8",
    )
    (tmp_path / "log.csv").write_text("case,step,time\nc,a,2026-01-01\n", encoding="utf-8")
    steps, problems = event_log.read_log(tmp_path / "log.csv", tmp_path / "map.toml")
    assert codes(problems) == ["log_one_time"]
    assert str(steps.attrs["cutoff"]) == "2026-01-06 00:00:00"


# ---------------------------------------------------------------- bad input


GOOD = "case,step,time\nc,a,2026-01-01\n"


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({}, "mapping_needs"),
        ({"columns": {"case": "case", "step": "step"}}, "mapping_needs"),
        ({"column": {}}, "mapping_key_like"),
        ({"columns": 3}, "mapping_value"),
        ({"columns": {"kase": "case"}}, "mapping_key_like"),
        ({"columns": {"case": 3}}, "mapping_value"),
        (SHORT | {"time": {"zone": "Moscow/Somewhere"}}, "mapping_value"),
        (SHORT | {"time": {"zone": "../../etc/passwd"}}, "mapping_value"),
        (SHORT | {"time": {"cutoff": "yesterday"}}, "mapping_value"),
        (SHORT | {"steps": {"client": "a"}}, "mapping_value"),
        (SHORT | {"statutory": {"a": -1}}, "mapping_value"),
        (SHORT | {"statutory": {"a": True}}, "mapping_value"),
        ({"columns": SHORT["columns"] | {"unit": "отдел"}}, "log_column"),
        ({"columns": SHORT["columns"] | {"unit": "ФИО"}}, "personal_data"),
        ({"columns": SHORT["columns"] | {"lifecycle": "step"}}, "log_lifecycle"),
        (SHORT | {"steps": {"client": ["b"]}}, "mapping_step"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_is_told(tmp_path, mapping, code):
    _, problems = read(tmp_path, GOOD, mapping)
    assert code in codes(problems)


@pytest.mark.parametrize(
    ("written", "name", "code"),
    [
        ("", "log.csv", "empty_file"),
        ("case,step,time\n", "log.csv", "no_rows"),
        ("case,case,step,time\nc,c,a,2026-01-01\n", "log.csv", "log_column_twice"),
        (GOOD + "c,a,2026-01-02,more\n", "log.csv", "log_fields"),
        ("case,step,time\nc,a,2026-01-01,x\nc,b,2026-01-02,y\n", "log.csv", "log_fields"),
        (GOOD + 'c,"a,2026-01-02\n', "log.csv", "quote"),
        (b"\x00\x01\x02", "log.csv", "binary"),
        ("no", "log.pdf", "format_unknown"),
        ("no book", "log.xlsx", "text_named_book"),
        ("<log><trace>", "log.xes", "log_xml"),
        ("<log/>", "log.xes", "log_no_rows"),
        ("", "log.xes", "empty_file"),
        ("<log><trace><event/></trace></log>", "log.xes", "log_column"),
        (b"not gzip", "log.xes.gz", "damaged"),
        (gzip.compress(b"<log></log>" * 9, mtime=0)[:-12], "log.xes.gz", "damaged"),
        ('<!DOCTYPE log [<!ENTITY a "b">]><log>&a;</log>', "log.xes", "xes_dtd"),
        ('<!DOCTYPE log SYSTEM "file:///etc/passwd"><log/>', "log.xes", "xes_dtd"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_without_a_traceback(tmp_path, written, name, code):
    mapping = {"columns": {}} if ".xes" in name else SHORT
    steps, problems = read(tmp_path, written, mapping, name)
    assert codes(problems) == [code]
    assert problems[0].file == name
    assert steps.empty
    assert {"case", "step", "start", "end", "unit", "applied"} <= set(steps)


def test_files_that_are_not_there_are_told(tmp_path):
    assert codes(event_log.read_log(tmp_path / "no.csv", SHORT)[1]) == ["log_missing"]
    assert codes(event_log.read_log(tmp_path / "no.csv", tmp_path / "no.toml")[1]) == [
        "mapping_missing"
    ]
    (tmp_path / "bad.toml").write_text("[columns\n", encoding="utf-8")
    problems = event_log.read_log(tmp_path / "no.csv", tmp_path / "bad.toml")[1]
    assert codes(problems) == ["mapping_syntax"]
    assert problems[0].file == "bad.toml"


@pytest.mark.parametrize("seed", range(40))
def test_spoilt_bytes_never_raise(tmp_path, seed):
    rng = random.Random(seed)
    name = rng.choice(["log.csv", "log.xes", "log.xes.gz", "log.xlsx"])
    path = tmp_path / name
    if name == "log.csv":
        write_csv(path, generated(3))
    elif name == "log.xlsx":
        with xlsxwriter.Workbook(path) as book:
            book.add_worksheet().write_row(0, 0, list(MAPPING["columns"].values()))
    else:
        write_xes(path, generated(3))
    content = bytearray(path.read_bytes())
    for _ in range(rng.randrange(1, 20)):
        content[rng.randrange(len(content))] = rng.randrange(256)
    path.write_bytes(content[: rng.randrange(len(content))])
    steps, problems = event_log.read_log(path, XES_MAPPING if ".xes" in name else MAPPING)
    assert isinstance(steps, pd.DataFrame)
    codes(problems)


def test_memory_does_not_grow_with_what_is_not_kept(tmp_path):
    rows, peaks = generated(10), []
    for times in (1, 100):
        more = f"<string key='unused' value='{'x' * 500}'/>" * times
        path = write_xes(tmp_path / f"{times}.xes", rows, more)
        tracemalloc.start()
        event_log.read_log(path, XES_MAPPING)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert (tmp_path / "100.xes").stat().st_size > 6_000_000
    assert peaks[1] < peaks[0] + 3_000_000


def test_commas_in_a_heading_do_not_mislead_about_what_parts_columns(tmp_path):
    lines = ["case;step;time;note, said, in, words", *(f"{n};a;2026-01-0{n};x" for n in (1, 2))]
    (tmp_path / "log.csv").write_text("\n".join(lines), encoding="utf-8")
    steps, problems = event_log.read_log(tmp_path / "log.csv", SHORT)
    assert not [each for each in problems if each.grave] and len(steps) == 2

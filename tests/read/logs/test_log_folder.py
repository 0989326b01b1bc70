"""Logs in an agency's folder become its table of steps, or a clear sentence."""

import gzip

import make_demo as make
import pandas as pd
import pytest
from conftest import SAMPLES
from demo import logs

from ccwork.language import wording
from ccwork.learn.demo.plan import INSPECTION, PAYMENTS, PLANS, REGISTRY
from ccwork.measure.process import case_tables, client_effort
from ccwork.read import loading
from ccwork.read.logs import log_folder

MAPPING = """\
[columns]
case = "Дело"
step = "Шаг"
start = "Время"
[time]
zone = "Europe/Moscow"
[fixed]
service = "a"
[names_en]
"Приём" = "Reception"
"""
LOG = "Дело;Шаг;Время\n00001;Приём;01.03.2026 09:00\n00001;Выдача;02.03.2026 09:00\n"


def put(agency, **content: str | bytes):
    folder = agency.folder / "logs"
    folder.mkdir(exist_ok=True)
    for name, data in content.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return agency


def codes(agency) -> list[str]:
    lines = [f'{key} = "{value}"' for key, value in agency.config.items()]
    text_of = "\n".join([*lines, "data_date = 2026-06-30"])
    (agency.folder / "agency.toml").write_text(text_of, encoding="utf-8")
    return [
        problem.code for problem in loading.read_and_check(str(agency.root), agency.name, "")[1]
    ]


def test_a_log_beside_its_mapping_is_the_table_of_steps(agency):
    work = put(agency, log__csv=LOG, log__toml=MAPPING).load()
    steps = work.table("steps")
    assert steps[["case", "step", "service"]].astype(str).to_numpy().tolist() == [
        ["00001", "Приём", "a"], ["00001", "Выдача", "a"],
    ]  # fmt: skip
    assert work.files("steps") == ["logs/log.csv"] and work.period == "2026-03"
    assert len(work.table("steps")["documents"]) == 2


def test_ids_of_digits_keep_their_zeros(agency):
    work = put(agency, log__csv=LOG, log__toml=MAPPING).load()
    assert case_tables.journey(work, "cases")["case"].tolist() == ["00001"]


def test_steps_are_named_by_the_mapping_or_by_their_own_words(agency):
    put(agency, log__csv=LOG, log__toml=MAPPING).load()
    wording.use("en")
    assert wording.name("step", "Приём") == "Reception" and wording.named_here("step", "Приём")
    assert wording.name("step", "Выдача") == "Выдача" and not wording.named_here("step", "Выдача")


def test_a_mapping_may_name_its_log(agency):
    put(agency, old__csv=LOG, map__toml='file = "old.csv"\n' + MAPPING)
    assert len(agency.load().table("steps")) == 2


def test_own_steps_and_a_log_stand_together_in_one_zone(agency):
    row = {"case": "X", "step": "call", "start": "2026-03-01 08:00", "service": "a"}
    work = put(agency.add("steps", [row]), log__csv=LOG, log__toml=MAPPING).load()
    steps = work.table("steps")
    assert sorted(steps["case"].astype(str)) == ["00001", "00001", "X"]
    assert str(steps["start"].dt.tz) == "Europe/Moscow"
    assert steps["start"].min() == pd.Timestamp("2026-03-01 08:00", tz="Europe/Moscow")


def test_only_what_happened_up_to_the_period_is_told(agency):
    put(agency, log__csv=LOG + "2;Приём;01.04.2026 00:00\n", log__toml=MAPPING)
    assert len(agency.load("2026-03").table("steps")) == 2
    assert len(agency.load("2026-04").table("steps")) == 3


def test_a_log_is_watched_up_to_its_own_cut_off(agency):
    done = '\n[outcomes]\ndone = ["Выдача"]\n'
    early = MAPPING.replace("[time]", "[time]\ncutoff = 2026-04-30")
    assert early != MAPPING
    for mapping, until in ((MAPPING, "2026-07-01"), (early, "2026-05-01")):
        more = LOG + "2;Приём;01.04.2026 00:00\n"
        put(agency, log__csv=more, log__toml=mapping + done)
        rows = case_tables.journey(agency.counts(*[[1] * 5] * 6, first="2026-01").load(), "cases")
        row = rows[rows["open"]].iloc[-1]
        waited = pd.Timestamp(until, tz="Europe/Moscow") - row["began"]
        assert row["lasted"] == waited / pd.Timedelta(hours=1)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"log__csv": LOG}, "log_no_mapping"),
        ({"log__toml": MAPPING}, "log_missing"),
        ({"log__csv": LOG, "log__toml": "[columns\n"}, "mapping_syntax"),
        ({"log__csv": LOG, "log__toml": MAPPING.replace('"a"', '"b"')}, "log_service"),
        ({"log__csv": LOG, "log__toml": MAPPING.replace("Дело", "Номер")}, "log_column"),
        ({"log__xes__gz": b"PK"}, "log_no_mapping"),
        ({"log__xes__gz": b"PK", "log__toml": ""}, "damaged"),
        ({"log__xes": gzip.compress(b"<log/>", mtime=0), "log__toml": ""}, "log_xml"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(agency, files, code):
    agency.counts([1, 2, 3, 4, 5])
    found = codes(put(agency, **files))
    assert code in found


def test_attributes_tell_the_effort_of_the_client(agency):
    log = (
        "Дело;Шаг;Время;Бумаг;Руб;Пришёл\n1;Приём;01.03.2026 09:00;3;1 200,50;да\n"
        "1;Выдача;02.03.2026 09:00;;много;нет\n"
    )
    more = '[attributes]\ndocuments = "Бумаг"\nroubles = "Руб"\ncame = "Пришёл"\n'
    work = put(agency, log__csv=log, log__toml=more + MAPPING).load()
    found = client_effort.per_case(work.table("steps")).loc["1"]
    assert found[["documents", "roubles", "trips"]].tolist() == [3, 1200.5, 1]
    assert [problem.code for problem in work.warnings] == ["log_one_time", "log_numbers"]


def test_problems_of_logs_and_of_tables_are_told_together(agency):
    agency.counts([1, 2, 3, 4, "x"])
    found = codes(put(agency, log__csv=LOG))
    assert "log_no_mapping" in found and len(found) > 1


def test_a_log_that_names_no_service_is_of_the_only_one(agency):
    put(agency, log__csv=LOG, log__toml=MAPPING.replace('[fixed]\nservice = "a"\n', ""))
    assert set(agency.load().table("steps")["service"]) == {"a"}


# ---------------------------------------------------------------- logs of the invented agencies


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.code)
def test_the_logs_of_an_invented_agency_are_read_without_a_problem(plan):
    found = log_folder.read_logs(
        SAMPLES / "demo" / plan.code, {service.code: service.code for service in plan.services}
    )
    assert {problem.code for problem in found.problems} <= {"encoding_1251"}
    assert bool(len(found.steps)) == bool(logs.logs(plan, make.rng(plan, 1, "logs")))


def waits(plan, tmp_path, seed):
    make.write(plan, tmp_path, seed)
    work = loading.load(str(tmp_path), plan.code)
    return work, case_tables.journey(work, "waits", plan.services[0].code)


@pytest.mark.parametrize("seed", range(1, 4))
def test_the_planted_bottleneck_law_loss_and_rework_are_found(tmp_path, seed):
    work, found = waits(PAYMENTS, tmp_path, seed)
    assert found["step"].iloc[0] == "Рассчитать пособие"
    law = found.loc[found["statutory"] == "yes", "step"].tolist()
    assert law == ["Выдержать срок обжалования"]
    rows = case_tables.journey(work, "cases", "benefit")
    assert 0.05 < rows["open"].mean() < 0.25
    assert 0.15 < (rows["rework"] > 0).mean() < 0.45


def test_the_agency_with_a_table_of_steps_says_itself_what_the_law_sets(tmp_path):
    _, found = waits(REGISTRY, tmp_path, 1)
    assert found["step"].iloc[0] == "approve"
    assert found.loc[found["statutory"] == "yes", "step"].tolist() == ["notice"]


@pytest.mark.parametrize("seed", range(1, 4))
def test_where_nothing_was_planted_no_law_loss_or_rework_is_found(tmp_path, seed):
    work, found = waits(INSPECTION, tmp_path, seed)
    assert (found["statutory"] == "no").all()
    rows = case_tables.journey(work, "cases", "permit")
    assert not rows["open"].any() and (rows["rework"] == 0).all()


FAULTS = {
    "unknown section": MAPPING.replace("[columns]", "[colums]"),
    "unknown key": MAPPING.replace("case =", "cases ="),
    "value of another kind": MAPPING + '[norms]\n"Приём" = "два дня"\n',
    "unknown zone": MAPPING.replace("Europe/Moscow", "Europe/Mocsow"),
    "a need": MAPPING.replace('step = "Шаг"\n', ""),
    "no TOML": MAPPING + "[",
    "a number too long": MAPPING + f'[norms]\n"Приём" = {"9" * 5000}\n',
    "no text": b"\0",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_of_a_mapping_names_its_file(agency, fault):
    put(agency, register__csv=LOG, l__toml=f"file = \"register.csv\"\n{FAULTS[fault]}"
        if isinstance(FAULTS[fault], str) else FAULTS[fault])  # fmt: skip
    if isinstance(FAULTS[fault], bytes):
        put(agency, register__toml=MAPPING)
    lines = [f'{key} = "{value}"' for key, value in agency.config.items()]
    lines.append("data_date = 2026-06-30")
    (agency.folder / "agency.toml").write_text("\n".join(lines), encoding="utf-8")
    _, problems = loading.read_and_check(str(agency.root), agency.name, "")
    assert {problem.file for problem in problems if problem.grave} == {"logs/l.toml"}
    for lang in wording.LANGS:
        wording.use(lang)
        assert str(problems[0]).startswith("logs/l.toml: ")

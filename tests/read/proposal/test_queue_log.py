"""Logs of an electronic queue, invented in the shape of two published ones: mapped, read."""

import csv
import tomllib

import pytest

from ccwork.language import wording
from ccwork.read import agency_folder
from ccwork.read.proposal import written_mapping

FACTS = 'name_ru = "Орган"\nname_en = "Agency"\ngrain = "month"\ndata_date = 2026-06-30\n'
DAY = "05.05.2026 "
TIMES = [("10:00", "10:12", "10:13", "10:20"), ("10:05", "10:21", "10:22", "10:40")]
RU = [["Номер талона", "Услуга", "Окно", "Талон выдан", "Время вызова", "Начало обслуживания",
       "Окончание обслуживания", "ФИО специалиста", "Оценка"],
      *[[f"А{n}", "Приём документов", "Окно 3", *(DAY + time for time in times), "Иванова", 5]
        for n, times in enumerate(TIMES, 1)]]  # fmt: skip
EN = [["ticket", "window", "called", "started", "ended"],
      *[[f"A{n}", "W3", *(f"2026-05-05 {time}" for time in times[1:])]
        for n, times in enumerate(TIMES, 1)]]  # fmt: skip


def lines_of(folder, rows, answers=(), services=("permit",)):
    (folder / "agency.toml").write_text(FACTS, encoding="utf-8")
    listed = "service;name_ru\n" + "".join(f"{code};{code}\n" for code in services)
    (folder / "services.csv").write_text(listed, encoding="utf-8")
    (folder / "logs").mkdir(exist_ok=True)
    path = folder / "logs" / "очередь.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)
    out = path.with_suffix(".toml")
    made = written_mapping.write_mapping(path, dict(answers), out)
    return list(written_mapping.lines_of(made, out)), tomllib.loads(
        path.with_suffix(".toml").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize(("rows", "columns", "step"), [
    (RU, {"case": "Номер талона", "unit": "Окно", "step": "Услуга", "applied": "Талон выдан",
          "start": "Начало обслуживания", "end": "Окончание обслуживания"}, "Приём документов"),
    (EN, {"case": "ticket", "unit": "window", "step": "window", "start": "started",
          "end": "ended"}, "W3"),
], ids=["ru", "en"])  # fmt: skip
def test_a_queue_is_read_as_a_log(tmp_path, rows, columns, step):
    _, said = lines_of(tmp_path, rows)
    assert said == {"columns": columns, "fixed": {"service": "permit"}}
    read = agency_folder.read_folder(tmp_path)
    assert not [str(problem) for problem in read.problems if problem.grave]
    steps = read.tables["steps"]
    assert list(steps["case"]) == [row[0] for row in rows[1:]] and set(steps["step"]) == {step}
    assert [f"{end - start}" for start, end in zip(steps["start"], steps["end"], strict=True)] == [
        "0 days 00:07:00", "0 days 00:18:00"]  # fmt: skip


STEPS = [["Номер дела", "Операция", "Дата начала", "Дата окончания", "Отдел", "Услуга"],
         *[[f"Д{n}", step, *(DAY + time for time in times[2:]), "Приёмная", "Выдача плана"]
           for n, times in enumerate(TIMES, 1) for step in ("Приём", "Выдача")]]  # fmt: skip


@pytest.mark.parametrize("cell", ["Выдача плана", "plan", "выдача  плана", "Выдача_плана"])
def test_beside_a_stage_the_service_is_that_of_the_row_by_its_name(tmp_path, cell):
    rows = [row[:5] + [cell if row[5] != "Услуга" else row[5]] for row in STEPS]
    _, said = lines_of(tmp_path, rows, services=("permit", "plan"))
    assert (said["columns"]["step"], said["columns"]["service"]) == ("Операция", "Услуга")
    assert "fixed" not in said
    named = "service;name_ru\npermit;Разрешение\nplan;Выдача плана\n"
    (tmp_path / "services.csv").write_text(named, encoding="utf-8")
    read = agency_folder.read_folder(tmp_path)
    assert not [str(problem) for problem in read.problems if problem.grave]
    steps = read.tables["steps"]
    assert set(steps["service"]) == {"plan"} and set(steps["step"]) == {"Приём", "Выдача"}


def test_a_name_of_two_services_is_not_guessed(tmp_path):
    lines_of(tmp_path, STEPS, services=("permit", "plan"))
    named = "service;name_ru\npermit;Выдача плана\nplan;Выдача плана\n"
    (tmp_path / "services.csv").write_text(named, encoding="utf-8")
    wrong = [each.code for each in agency_folder.read_folder(tmp_path).problems if each.grave]
    assert wrong == ["log_service"]


def test_names_are_told_and_the_service_asked_where_there_are_several(tmp_path):
    lines, said = lines_of(tmp_path, RU, services=("permit", "plan"))
    assert said["fixed"] == {"service": "?"} and "ФИО специалиста" in "\n".join(lines)
    _, said = lines_of(tmp_path, RU, {1: "plan"}, services=("permit", "plan"))
    assert said["fixed"] == {"service": "plan"}


def test_a_log_beside_the_tables_is_sent_to_its_folder(tmp_path):
    path = tmp_path / "queue.csv"
    path.write_text("\n".join(",".join(row) for row in EN), encoding="utf-8")
    for lang, told in (("ru", "в папку «logs»"), ("en", "into the folder logs")):
        wording.use(lang)
        made = written_mapping.proposed(path)
        assert told in "\n".join(written_mapping.lines_of(made, tmp_path / "queue.toml"))


@pytest.mark.parametrize("rows", [
    [["Отчёт"], *RU], [[*row[:6], *row[7:]] for row in RU],
    [[cell.replace("05.05.2026 ", "") if isinstance(cell, str) else cell for cell in row]
     for row in RU]], ids=["title", "no end", "no days"])  # fmt: skip
def test_what_the_log_reader_could_not_read_is_not_called_a_log(tmp_path, rows):
    path = tmp_path / "q.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)
    assert not written_mapping.proposed(path).meaning.log

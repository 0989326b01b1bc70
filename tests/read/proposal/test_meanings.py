"""What columns are: units of time, cells that are no number, files without any figure."""

import csv
import tomllib

import pytest

from ccwork.language import wording
from ccwork.read import agency_folder
from ccwork.read.proposal import written_mapping

FACTS = 'name_ru = "Орган"\nname_en = "Agency"\ngrain = "month"\ndata_date = 2026-01-31\n'


def proposed(folder, rows, answers):
    (folder / "agency.toml").write_text(FACTS, encoding="utf-8")
    with (folder / "сводка.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, delimiter=";").writerows(rows)
    made = written_mapping.proposed(folder / "сводка.csv", answers)
    (folder / "сводка.toml").write_text(made.text, encoding="utf-8")
    return made


def said_of(made, folder, lang):
    wording.use(lang)
    lines = "\n".join(written_mapping.lines_of(made, folder / "сводка.toml"))
    wording.use("ru")
    return lines


@pytest.mark.parametrize("heading,metric,times", [
    ("Среднее время клиента, ч", "client_minutes", 60),
    ("Client's time, hours", "client_minutes", 60),
    ("Среднее время клиента, мин", "client_minutes", None),
    ("Часто ли ждали", "client_minutes", None),
    ("Срок, рабочих дней", "first_response_hours", "?"),
    ("Первый ответ, мин", "first_response_hours", "?"),
    ("Ждали дольше 15 минут", "queue_over_15", None),
])  # fmt: skip
def test_time_in_another_unit_is_never_taken_for_ours(tmp_path, heading, metric, times):
    rows = [["Услуга", "Месяц", heading], ["Справка", "01.2025", "1,5"]]
    made = proposed(tmp_path, rows, {1: metric})
    (block,) = tomllib.loads(made.text)["across"]
    assert block.get("times") == times
    found = agency_folder.read_folder(tmp_path)
    if times == "?":
        assert [p.code for p in found.problems if p.grave] == ["mapping_open"]
        assert "впишите 1" in said_of(made, tmp_path, "ru")
        assert "write 1" in said_of(made, tmp_path, "en")
    else:
        assert list(found.tables["metrics"]["value"]) == [1.5 * (times or 1)]


def test_a_cell_that_is_no_number_does_not_hide_its_column(tmp_path):
    rows = [["Услуга", "Месяц", "В срок, %"], ["Справка", "01.2025", "80"],
            ["Справка", "02.2025", "81"], ["Справка", "03.2025", "около 82"]]  # fmt: skip
    proposed(tmp_path, rows, {1: "within_norm"})
    found = agency_folder.read_folder(tmp_path)
    assert list(found.tables["metrics"]["value"]) == [80, 81]
    assert [p.cells for p in found.problems if p.grave] == [("C4",)]


def test_a_file_without_a_figure_is_told_so(tmp_path):
    made = proposed(tmp_path, [["Услуга", "Месяц", "Отзыв"], ["Справка", "01.2025", "да"]], {})
    assert "не нашли: без него" in said_of(made, tmp_path, "ru")
    assert "We found no column with ratings" in said_of(made, tmp_path, "en")
    rows = [["Услуга", "Месяц", "В срок, %"], ["Справка", "01.2025", "80"]]
    made = proposed(tmp_path, rows, {1: "within_norm"})
    assert "не нашли: без него" not in said_of(made, tmp_path, "ru")

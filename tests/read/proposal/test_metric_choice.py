"""Metrics an agency adds to the catalogue by one answer, of a table and of our form."""

import csv

import pytest
import xlsxwriter

from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.read import agency_folder
from ccwork.read.proposal import metric_choice, written_mapping

FACTS = 'name_ru = "Орган"\nname_en = "Agency"\ngrain = "month"\ndata_date = 2026-06-30\n'
WAIT = "Ожидание у окна, мин"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "agency.toml").write_text(FACTS, encoding="utf-8")
    return tmp_path


def table(folder, *rows):
    with (folder / "сводка.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, delimiter=";").writerows(rows)
    return folder / "сводка.csv"


def settled(path, **answers):
    given = {int(n[1:]): said for n, said in answers.items()}
    return written_mapping.write_mapping(path, given, path.with_suffix(".toml"))


@pytest.mark.parametrize("said", ["speed/minutes/lower", "Скорость / минуты / меньше"])
def test_a_metric_of_ones_own_is_one_answer(folder, said):
    path = table(folder, ["Услуга", "Месяц", WAIT], ["Справка", "01.2026", "12,5"])
    made = settled(path, q1=said)
    for lang, end in (("ru", "Дальше: «ccwork check»"), ("en", "Next: ccwork check")):
        wording.use(lang)
        *_, last = written_mapping.lines_of(made, path.with_suffix(".toml"))
        assert "metrics.csv" in last and end in last
    found = agency_folder.read_folder(folder)
    assert not [str(problem) for problem in found.problems if problem.grave]
    (row,) = found.tables["metrics"].itertuples()
    assert row.value == 12.5 and found.catalogue.at[row.metric, "ru"] == WAIT
    assert list(found.catalogue.loc[row.metric, ["kpi", "group", "form", "unit", "better"]]) == [
        "speed", "objective", "value", "minutes", "lower"]  # fmt: skip


def test_a_question_of_ten_levels_is_no_metric_of_five_but_one_of_ones_own(folder):
    rows = [["Дата", "Насколько вежливо с вами говорили (1-10)"],
            ["01.03.2026", 10], ["02.03.2026", 3]]  # fmt: skip
    with pytest.raises(DataProblems) as stopped:
        settled(table(folder, *rows), q1="satisfaction")
    (problem,) = stopped.value.problems
    assert (problem.code, problem.values["n"], problem.values["levels"]) == ("map_levels", 10, 5)
    for lang, words in (("ru", "«культура/ступень шкалы/больше»"),
                        ("en", "culture/level/higher")):  # fmt: skip
        wording.use(lang)
        assert words in str(stopped.value)
    settled(folder / "сводка.csv", q1="culture/level/higher", q2="Справка")
    found = agency_folder.read_folder(folder)
    assert not [str(problem) for problem in found.problems if problem.grave]
    assert list(found.tables["answers"]["level"]) == [10, 3]
    assert found.catalogue["levels"].iloc[-1] == 10


@pytest.mark.parametrize("said", ["speed/minutes", "speed/zz/lower", "zz/minutes/lower", "/"])
def test_a_part_that_cannot_be_read_is_named_and_nothing_written(folder, said):
    path = table(folder, ["Услуга", "Месяц", WAIT], ["Справка", "01.2026", "12,5"])
    with pytest.raises(DataProblems):
        settled(path, q1=said)
    assert not (folder / "catalogue").exists() and not path.with_suffix(".toml").exists()


def test_a_catalogue_of_somebody_else_is_left_and_the_row_is_shown(folder):
    (folder / "catalogue").mkdir()
    own = folder / "catalogue" / "metrics.csv"
    own.write_text("metric;kpi\nx;speed\n", encoding="utf-8")
    path = table(folder, ["Услуга", "Месяц", WAIT], ["Справка", "01.2026", "12,5"])
    with pytest.raises(DataProblems, match="speed,objective,value,,,minutes,lower"):
        settled(path, q1="speed/minutes/lower")
    assert own.read_text(encoding="utf-8") == "metric;kpi\nx;speed\n"


def test_rows_of_ones_own_are_added_once(folder):
    rows = [metric_choice.own_metric(name, "speed/days/lower", False, 0) for name in "AB"]
    metric_choice.add_own(folder, rows[:1])
    metric_choice.add_own(folder, rows)
    lines = (folder / "catalogue" / "metrics.csv").read_text(encoding="utf-8").splitlines()
    assert [line.partition(",")[0] for line in lines] == ["metric", "A", "B"]


@pytest.mark.parametrize(
    ("lang", "asks"), [("ru", "показателей формы нет в каталоге"), ("en", "no such metrics")]
)
def test_a_form_with_a_metric_nobody_knows_is_read_after_one_answer(folder, lang, asks):
    path = folder / "форма.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("Как заполнять", "Коды"):
            book.add_worksheet(name).write(0, 0, "Орган")
        rows = {
            "Услуги": [["Услуга", "Название по-русски"], ["a", "Справка"]],
            "Показатели": [
                ["Показатель", "Услуга", "Период", "Значение"],
                [WAIT, "a", "2026-01", 12.5],
                ["uptime", "a", "2026-01", 99],
            ],
        }
        for name, cells in rows.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(cells):
                sheet.write_row(at, 0, row)
    with wording.speaking(lang):
        made = settled(path)
        assert asks in (said := "\n".join(written_mapping.lines_of(made, path))) and WAIT in said
        settled(path, q1="speed/minutes/lower")
    found = agency_folder.read_folder(folder)
    assert not [str(problem) for problem in found.problems if problem.grave]
    assert sorted(found.tables["metrics"]["value"]) == [12.5, 99]
    assert not path.with_suffix(".toml").exists()
    with pytest.raises(DataProblems, match="Это наша форма"):
        settled(path)

"""What columns are: units of time, cells that are no number, files without any figure."""

import csv
import tomllib

import pytest

from ccwork.language import wording
from ccwork.read import agency_folder
from ccwork.read.proposal import metric_choice, written_mapping

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


@pytest.mark.parametrize(("cell", "metric", "times", "value"), [
    ("0:02:54", "client_minutes", 60, 2.9),
    ("1:30:00", "first_response_hours", 1, 1.5),
    ("1:30", "client_minutes", "?", None),  # an hour and a half, or 90 seconds
    ("26:00:00", "lead_days", "?", None),
])  # fmt: skip
def test_hours_and_minutes_are_a_length_of_time(tmp_path, cell, metric, times, value):
    rows = [["Услуга", "Месяц", "Ожидание"], ["Справка", "01.2025", cell]]
    made = proposed(tmp_path, rows, {1: metric})
    (block,) = tomllib.loads(made.text)["across"]
    assert block["times"] == times
    found = agency_folder.read_folder(tmp_path)
    if value is None:
        assert [p.code for p in found.problems if p.grave] == ["mapping_open"]
        assert "1:30 читается как полтора часа" in said_of(made, tmp_path, "ru")
        assert "1:30 is read as an hour and a half" in said_of(made, tmp_path, "en")
    else:
        assert list(found.tables["metrics"]["value"]) == [value]


def test_minutes_and_seconds_are_read_as_a_person_says(tmp_path):
    rows = [["Услуга", "Месяц", "Ожидание"], ["Справка", "01.2025", "1:30"]]
    proposed(tmp_path, rows, {1: "client_minutes"})
    path = tmp_path / "сводка.toml"
    path.write_text(path.read_text("utf-8").replace('times = "?"', "times = 1"), "utf-8")
    assert list(agency_folder.read_folder(tmp_path).tables["metrics"]["value"]) == [1.5]


def test_rows_named_by_a_column_of_indicators_below_years_are_asked_by_name(tmp_path):
    rows = [
        ["Наименование показателя", "Единица", "Год", ""],
        ["", "", "2023", "2024"],
        ["Справка"],
        ["Доля в сети", "%", "45,5", "…"],
        ["Ожидание", "мин", "12,5", "11,5"],
        ["Пропуск"],
        ["Доля в сети", "%", "30,5", "31,5"],
        ["Ожидание", "мин", "9,5", "8,5"],
    ]
    facts = FACTS.replace("month", "year")
    made = proposed(tmp_path, rows, {1: "digital_take_up, speed/minutes/lower"})
    assert [each.about for each in made.meaning.questions] == ["words_metric"]
    metric_choice.add_own(tmp_path, made.meaning.own)
    (tmp_path / "agency.toml").write_text(facts, encoding="utf-8")
    found = agency_folder.read_folder(tmp_path)
    assert not [str(problem) for problem in found.problems if problem.grave]
    rows = found.tables["metrics"]
    assert sorted(rows["value"].dropna()) == [8.5, 9.5, 11.5, 12.5, 30.5, 31.5, 45.5]
    assert set(rows["period"]) == {"2023", "2024"} and rows["value"].isna().sum() == 1


def test_a_word_no_scale_knows_is_asked_among_those_it_knows(tmp_path):
    heading = "Согласны ли вы? [Решить вопрос было легко]"
    rows = [["Дата", heading]] + [
        ["05.01.2025", word]
        for word in (
            "Полностью согласен",
            "Ни да, ни нет",
            "Как-то",
            "Не согласен",
            "Как-то",
            "Как-то",
        )
    ]
    made = proposed(tmp_path, rows, {1: "Справка"})  # the row of a grid is the metric's own name
    assert [(q.about, q.heading) for q in made.meaning.questions] == [
        ("service", ""), ("words_level", "Как-то")]  # fmt: skip
    assert "Какие это ступени: Как-то" in said_of(made, tmp_path, "ru")
    assert "Which levels are these: Как-то" in said_of(made, tmp_path, "en")
    proposed(tmp_path, rows, {1: "Справка", 2: "3"})
    found = agency_folder.read_folder(tmp_path).tables["answers"]
    assert list(found["level"]) == [5, 3, 3, 2, 3, 3] and set(found["metric"]) == {"easy"}


def test_days_in_a_table_of_periods_are_told(tmp_path):
    rows = [["Начало недели", "Линия", "Потеряно, %"], ["05.01.2025", "А", "1,5"],
            ["12.01.2025", "А", "2,5"]]  # fmt: skip
    made = proposed(tmp_path, rows, {})
    assert "Даты стоят по дням: Начало недели." in said_of(made, tmp_path, "ru")
    assert "The column Начало недели holds days" in said_of(made, tmp_path, "en")


@pytest.mark.parametrize(("names", "dated"), [
    (["q1", "q2"], True), (["q1", "q2", "q5"], False), (["Q4", "Q12"], False),
])  # fmt: skip
def test_numbers_of_questions_are_no_quarters(tmp_path, names, dated):
    rows = [["Услуга", *names], ["Справка", *["3,5"] * len(names)]]
    made = proposed(tmp_path, rows, {})
    periods = [block for block in made.meaning.across if block.get("heading") == "period"]
    assert bool(periods) == dated


@pytest.mark.parametrize(("lang", "words"), [
    ("ru", "в столбце «Число анкет» число случаев"), ("en", "column “Число анкет” has the number"),
])  # fmt: skip
def test_a_count_apart_from_its_mean_is_offered_not_taken(tmp_path, lang, words):
    rows = [["Число анкет", "Услуга", "Месяц", "В срок, %"], ["40", "Справка", "01.2025", "80,5"]]
    with wording.speaking(lang):
        made = proposed(tmp_path, rows, {1: "within_norm"})
    assert words in made.text
    found = agency_folder.read_folder(tmp_path).tables["metrics"]
    assert found["n"].isna().all()
    path = tmp_path / "сводка.toml"
    path.write_text(made.text.replace("# beside", "beside"), encoding="utf-8")
    assert list(agency_folder.read_folder(tmp_path).tables["metrics"]["n"]) == [40]


def test_of_a_wide_table_twenty_columns_are_asked_and_the_others_told(tmp_path):
    names = [f"Доля {sign}, %" for sign in "АБВГДЕЖЗИКЛМНОПРСТУФХЦ"]
    rows = [["Услуга", "Месяц", *names], ["Справка", "01.2025", *["80,5"] * 22]]
    made = proposed(tmp_path, rows, {})
    (asked,) = made.meaning.questions
    assert len(asked.parts) == 20 and made.meaning.unused == names[20:]


@pytest.mark.parametrize(
    "heading", ["RespondentID", "Respondent ID", "response_id", "Submission ID", "Идентификатор"]
)
def test_the_number_of_a_person_is_known_however_it_is_spelt(tmp_path, heading):
    rows = [[heading, "Was it clear?", "Day"]]
    rows += [[k, "Agree", f"2026-03-{k:02}"] for k in range(1, 9)]
    assert proposed(tmp_path, rows, {}).meaning.columns["respondent"] == heading

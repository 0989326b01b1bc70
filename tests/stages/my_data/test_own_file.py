"""A file of one's own in a notebook: the same mapping as by command, in rows a person reads."""

import shutil
import tomllib

import pytest
import xlsxwriter

from ccwork import cli
from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.language.resources import resource
from ccwork.read import loading
from ccwork.read.files import file_sheets
from ccwork.stages.my_data import own_file

ANSWERS = {1: "satisfaction", 2: "lead_days"}


@pytest.fixture
def department(tmp_path):
    """An agency's folder with the sample workbook as a file of its own."""
    folder = tmp_path / "data" / "dept"
    folder.mkdir(parents=True)
    for name in ("agency.toml", "quarters_ru.xlsx"):
        shutil.copy(str(resource("demo", "my_data", name)), folder / name)
    return folder


def opened(folder):
    return own_file.open_file(str(folder.parent), folder.name, "quarters_ru.xlsx")


def test_both_samples_hold_the_same_numbers_and_differ_in_every_word():
    made = {}
    for lang in wording.LANGS:
        name = f"quarters_{lang}.xlsx"
        content = resource("demo", "my_data", name).read_bytes()
        cells = [c for s in file_sheets.book(name, content).sheets for row in s.rows for c in row]
        made[lang] = [c for c in cells if c[:1].isdecimal() and "кв" not in c]
        words = "".join(c for c in cells if not c[:1].isdecimal())
        assert words and any("а" <= sign <= "я" for sign in words.casefold()) == (lang == "ru")
    assert made["ru"] == made["en"] and len(made["ru"]) > 70


def test_the_notebook_and_the_command_write_the_same_mapping(department, capsys):
    own_file.settle(opened(department), ANSWERS)
    path = department / "quarters_ru.toml"
    by_notebook = path.read_text(encoding="utf-8")
    path.unlink()
    with pytest.raises(SystemExit):
        cli.run(["map", str(path.with_suffix(".xlsx")), "--answer", "1=satisfaction",
                 "--answer", "2=lead_days"])  # fmt: skip
    capsys.readouterr()
    assert path.read_text(encoding="utf-8") == by_notebook


def test_every_column_is_told_with_what_it_becomes(department):
    given = opened(department)
    become = own_file.columns(given).set_index("file_column")["becomes"]
    assert become["Услуга"] == "Услуга" and become["Месяц"] == "Период"
    assert become["Примечание"] == "не читается"
    assert become["Удовлетворённость, балл (1–5) / кол-во анкет"] == "Число наблюдений"
    assert become["Срок, рабочих дней"] == "показатель, но какой? ответьте ниже"
    after = own_file.columns(own_file.settle(given, ANSWERS)).set_index("file_column")["becomes"]
    assert after["Срок, рабочих дней"] == "показатель: Срок решения"


def test_answers_may_be_changed_but_a_mapping_mended_by_hand_is_not_lost(department):
    given, path = opened(department), department / "quarters_ru.toml"
    own_file.settle(given, {1: "easy", 2: "-"})
    own_file.settle(given, ANSWERS)
    said = tomllib.loads(path.read_text(encoding="utf-8"))
    assert [block["fixed"]["metric"] for block in said["across"]] == list(ANSWERS.values())
    mended = path.read_text(encoding="utf-8").replace("lead_days", "first_response_hours")
    path.write_text(mended, encoding="utf-8")
    with pytest.raises(DataProblems) as stopped:
        own_file.settle(given, ANSWERS)
    assert [problem.code for problem in stopped.value.problems] == ["map_exists"]
    assert path.read_text(encoding="utf-8") == mended


def test_an_answer_to_no_question_is_named_with_how_many_there_are(department):
    with pytest.raises(DataProblems, match="на вопрос 3.*Всего вопросов: 2"):
        own_file.settle(opened(department), ANSWERS | {3: "easy"})


def test_rows_come_only_after_the_answers_and_are_the_numbers_of_the_file(department):
    given = opened(department)
    assert own_file.first_rows(given).empty
    assert set(own_file.questions(given)["map_answer"]) == {"ждёт ответа"}
    given = own_file.settle(given, ANSWERS)
    assert "Значение: «3.6»; Число наблюдений: «40»" in own_file.first_rows(given)["read_as"][0]
    assert not own_file.problems(given)["weight_of_fault"].eq("error").any()
    work = own_file.load_agency(given, "2026-03")
    rows = work.tables["metrics"]
    assert len(rows) == 36 and work.period == "2026-03"
    days = rows[rows["metric"].eq("lead_days")]["value"]
    assert days.iloc[0] == 8.7 and len(days) == 18
    assert work.sources.set_index("table").at["metrics", "used"] == 36


@pytest.mark.parametrize(
    ("lang", "place"), [("ru", "столбец «Значение»"), ("en", "column “Value”")]
)
def test_a_column_of_a_mapped_file_is_called_by_its_name_in_the_readers_language(
    department, lang, place
):
    given = own_file.settle(opened(department), ANSWERS)
    with wording.speaking(lang):
        assert own_file.problems(given)["where_wrong"].str.contains(place).all()


def test_what_is_wrong_stands_in_rows_and_does_not_stop_the_notebook(department):
    given = own_file.settle(opened(department), {1: "satisfaction"})
    wrong = own_file.problems(given)
    assert (
        wrong["weight_of_fault"].tolist() == ["error"]
        and "quarters_ru" in wrong.at[0, "where_wrong"]
    )
    with pytest.raises(DataProblems):
        own_file.load_agency(given)


def test_a_file_or_an_agency_that_is_not_there_is_told_in_words(department):
    for agency, file in (("dept", "нет.xlsx"), ("nobody", "quarters_ru.xlsx")):
        with pytest.raises(DataProblems):
            own_file.open_file(str(department.parent), agency, file)
    (department / "agency.toml").write_text('name_ru = "Отдел"\n', encoding="utf-8")
    with pytest.raises(DataProblems, match="agency.toml"):
        opened(department)


def test_the_sample_leaves_nothing_in_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = own_file.settle(own_file.open_file(), ANSWERS)
    assert loading.load(str(given.path.parent.parent), "records").tables["metrics"].shape[0] == 36
    assert not list(tmp_path.iterdir())


def test_months_below_a_name_become_its_metric_and_rows_of_all_sheets_count(tmp_path):
    folder = tmp_path / "data" / "dept"
    folder.mkdir(parents=True)
    shutil.copy(str(resource("demo", "my_data", "agency.toml")), folder / "agency.toml")
    with xlsxwriter.Workbook(folder / "книга.xlsx") as book:
        for name, months in {
            "1 кв. 2025": ["Январь", "Март"],
            "2 кв. 2025": ["Май", "Июнь"],
        }.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Услуга", "В срок, %", "", "Число заявок", ""])
            sheet.write_row(1, 0, ["", *months, *months])
            sheet.write_row(2, 0, ["Справка", 80, 81, 5, 6])
    given = own_file.open_file(str(folder.parent), folder.name, "книга.xlsx", "ru")
    shown = own_file.columns(given)["becomes"].tolist()
    asked, unread = (wording.word(f"my_data.{each}") for each in ("open", "not_read"))
    assert shown == ["Услуга", asked, asked, unread, unread]
    assert "строк данных 2" in repr(given)


def test_the_sheet_named_is_read_and_written_into_the_mapping(tmp_path):
    folder = tmp_path / "data" / "dept"
    folder.mkdir(parents=True)
    shutil.copy(str(resource("demo", "my_data", "agency.toml")), folder / "agency.toml")
    with xlsxwriter.Workbook(folder / "книга.xlsx") as book:
        for name, column, rows in (("Итоги", "Балл", 9), ("Сроки", "Дней", 2)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Услуга", column])
            for row in range(rows):
                sheet.write_row(row + 1, 0, [f"Справка {row}", 70 + row])
    place = str(folder.parent), folder.name, "книга.xlsx", "ru"
    assert own_file.columns(own_file.open_file(*place))["file_column"].tolist()[1] == "Балл"
    given = own_file.settle(own_file.open_file(*place, sheet="Срок*"), {1: "lead_days"})
    assert own_file.columns(given)["file_column"].tolist() == ["Услуга", "Дней"]
    assert 'names = ["Сроки"]' in (folder / "книга.toml").read_text("utf-8")

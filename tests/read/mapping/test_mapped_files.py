"""Tables of others read through a mapping beside the file: figures, places, news, all rows."""

import csv
import io
from pathlib import Path

import pytest
import xlsxwriter

from ccwork.language import wording
from ccwork.read import agency_folder

REAL = Path(__file__).parents[3] / "data" / "real"

FACTS = 'name_ru = "Орган"\nname_en = "Agency"\ngrain = "month"\ndata_date = 2026-06-30\n'
WORDS = '[words.service]\n"Выдача плана" = "plan"\n"Адрес" = "address"\n'
QUARTERS = (
    'file = "Отчёт*.xlsx"\ntable = "metrics"\n[sheets]\nnames = ["* кв."]\n'
    '[rows]\nheader = [3, 4]\nuntil = ["Исп.*"]\nskip = ["Итого*"]\nfill = ["Услуга"]\n'
    '[columns]\nservice = "Услуга"\nperiod = "Дата"\n'
    '[[across]]\ncolumns = ["средний балл"]\nbeside = {n = "анкет"}\n'
    'fixed = {metric = "satisfaction", scale = "от 1 до 5"}\n'
    '[[across]]\ncolumns = ["Ожидание, ч"]\ntimes = 60\nfixed = {metric = "client_minutes"}\n'
    '[not_needed]\ncolumns = ["№", "Примечание"]\n' + WORDS
)


def quarter(*rows):
    """Return a sheet as departments write it: a title, two rows of headings, totals, a note."""
    return [
        ["Сведения о качестве"], [],
        ["№", "Услуга", "Дата", "Удовлетворённость", "", "Ожидание, ч", "Примечание"],
        ["", "", "", "средний балл", "анкет", "", ""],
        *rows,
        ["", "Итого", "", "", 99], [], ["Исп. отдел статистики"],
    ]  # fmt: skip


FIRST = quarter([1, "Выдача плана", "01.01.2026", "4,0", 30, "0,5"],
                ["", "", "01.02.2026", "н/д", "н/д", "0,25"])  # fmt: skip
SECOND = quarter([1, "Выдача плана", "01.04.2026", "3,0", 20, "-", "сбой"],
                 [2, "Адрес ", "01.04.2026", "5,0", 10, "1"])  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "agency.toml").write_text(FACTS, encoding="utf-8")
    return tmp_path


def book(path, sheets):
    with xlsxwriter.Workbook(path) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)


def table(path, rows):
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)


def mapped(folder, mapping=QUARTERS, name="отчёт"):
    (folder / f"{name}.toml").write_text(mapping, encoding="utf-8")


def grave(read):
    return [problem for problem in read.problems if problem.grave]


def values(read):
    rows = read.tables["metrics"]
    return {(r.metric, r.service, r.period): (r.value, r.n) for r in rows.itertuples()}


def test_a_workbook_of_a_sheet_a_quarter_reads_without_a_hand(folder):
    book(folder / "Отчёт 2026.xlsx", {"I кв.": FIRST, "II кв.": SECOND, "Справка": [["слова"]]})
    mapped(folder)
    read = agency_folder.read_folder(folder)
    assert not grave(read)
    found = values(read)
    assert found["satisfaction", "plan", "2026-01"] == (75, 30)  # (4 - 1) / 4
    assert found["satisfaction", "address", "2026-04"] == (100, 10)
    assert found["client_minutes", "plan", "2026-02"][0] == 15
    assert (
        found["client_minutes", "plan", "2026-04"][0]
        != found["client_minutes", "plan", "2026-04"][0]
    )
    assert len(found) == 8
    unread = [p for p in read.problems if p.code == "sheet_not_mapped"]
    assert [p.sheet for p in unread] == ["Справка"]


def test_services_come_from_the_words_where_no_table_of_them_is_brought(folder):
    book(folder / "Отчёт.xlsx", {"I кв.": FIRST, "II кв.": SECOND})
    mapped(folder)
    services = agency_folder.read_folder(folder).tables["services"]
    assert dict(zip(services["service"], services["name_ru"], strict=True)) == {
        "plan": "Выдача плана", "address": "Адрес"}  # fmt: skip


def test_every_row_of_the_file_is_used_or_counted_as_left_out(folder):
    book(folder / "Отчёт.xlsx", {"I кв.": FIRST, "II кв.": SECOND})
    mapped(folder)
    row = agency_folder.read_folder(folder).sources.set_index("table").loc["metrics"]
    # a sheet: title, two rows of headings, two of data, a total, a note
    assert row[["lines", "heading", "left", "taken"]].tolist() == [14, 6, 4, 4]
    assert row["rows"] == row["used"] + row["dropped"] == 8


def test_a_wrong_cell_is_named_where_it_stands_in_the_file(folder):
    wrong = quarter([1, "Выдача плана", "01.01.2026", "сорок", 30, "0,5"])
    book(folder / "Отчёт.xlsx", {"I кв.": wrong, "II кв.": SECOND})
    mapped(folder)
    (problem,) = grave(agency_folder.read_folder(folder))
    assert problem.code == "not_number" and problem.cells == ("I кв.!D5",)


def test_news_are_named_and_never_guessed(folder):
    rows = quarter([1, "Выдача планов", "01.01.2026", "4,0", 30, "0,5"])
    rows[2] = [
        "№",
        "Услуга",
        "Дата",
        "Удовлетворённость",
        "",
        "Ожидание, часов",
        "Примечание",
        "Жалоб",
    ]
    book(folder / "Отчёт.xlsx", {"I кв.": rows})
    mapped(folder)
    read = agency_folder.read_folder(folder)
    told = {p.code: p for p in read.problems}
    assert told["column_lost_like"].values["like"] == "Ожидание, часов"
    assert told["word_new_like"].cells == ("B5",)
    assert "bad_code" not in told and "unknown_code" not in told  # one cell, one thing to mend
    assert told["column_new"].column in ("Жалоб", "Ожидание, часов")
    for lang, said in (("ru", "«Выдача планов»"), ("en", "“Выдача планов”")):
        wording.use(lang)
        assert said in str(told["word_new_like"]) and "words.service" in str(told["word_new_like"])


def test_a_mapping_serves_the_next_file_and_both_become_one_table(folder):
    book(folder / "Отчёт 1.xlsx", {"I кв.": FIRST})
    book(folder / "Отчёт 2.xlsx", {"II кв.": SECOND})
    mapped(folder)
    read = agency_folder.read_folder(folder)
    assert not grave(read) and len(read.tables["metrics"]) == 8
    assert read.sources.set_index("table").loc["metrics", "lines"] == 14


@pytest.mark.parametrize(
    ("mapping", "code", "found"),
    [
        ('table = "metrik"\n', "mapping_table", "metrik"),
        ('table = "metrics"\n[rowz]\nheader = [1]\n', "mapping_key_like", "rowz"),
        ('table = "metrics"\n[columns]\nservise = "У"\n', "mapping_key_like", "columns.servise"),
        ('table = "metrics"\n[rows]\nheader = "1"\n', "mapping_unfit", "rows.header = 1"),
        ('table = "metrics"\n[columns]\nservice = "?"\n', "mapping_open", "columns.service"),
        ('table = "metrics"\n[missing]\nreasons = {"9" = "no_dat"}\n', "mapping_key_like",
         "missing.reasons = no_dat"),
        ('table = "metrics"\n[columns\n', "mapping_syntax", None),
        ('table = "metrics"\n[[across]]\ninto = "value"\n', "mapping_unfit", None),
        ('table = "metrics"\n[[across]]\ncolumns = ["a"]\nbeside = {n = 5}\n', "mapping_unfit",
         "across.beside.n = 5"),
        ('table = "metrics"\n[[across]]\ncolumns = ["a"]\ntimes = inf\n', "number_long", None),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_mapping_is_named_in_it(folder, mapping, code, found):
    book(folder / "отчёт.xlsx", {"I кв.": FIRST})
    mapped(folder, mapping)
    told = [p for p in agency_folder.read_folder(folder).problems if p.file == "отчёт.toml"]
    assert [p.code for p in told] == [code]
    assert found is None or told[0].values["found"] == found


def test_a_mapping_without_its_file_is_named(folder):
    mapped(folder)
    assert "mapping_no_file" in [p.code for p in agency_folder.read_folder(folder).problems]


def test_answers_of_a_form_one_row_a_person_become_answers(folder):
    rows = [["Отметка", "Код", "Довольны ли Вы?", "Было легко", "Что мешало?"],
            ["2026-05-03", "r1", "5", "Согласен", "Очередь, Грубость"],
            ["2026-05-04", "r2", "1", "Не согласен", "Очередь"]]  # fmt: skip
    table(folder / "форма.csv", rows)
    mapped(folder, 'table = "answers"\n[columns]\ndate = "Отметка"\nrespondent = "Код"\n'
           '[fixed]\nservice = "plan"\n'
           '[[across]]\ncolumns = ["Довольны*"]\nreversed = 5\nfixed = {metric = "satisfaction"}\n'
           '[[across]]\ncolumns = ["Было легко"]\nfixed = {metric = "easy"}\n'
           '[not_needed]\ncolumns = ["Что мешало?"]\n'
           '[words.level]\n"Согласен" = 4\n"Не согласен" = 2\n"1" = 1\n"5" = 5\n' + WORDS,
           "форма")  # fmt: skip
    read = agency_folder.read_folder(folder)
    assert not grave(read)
    found = {(r.respondent, r.metric): r.level for r in read.tables["answers"].itertuples()}
    assert found == {("r1", "satisfaction"): 1, ("r2", "satisfaction"): 5,
                     ("r1", "easy"): 4, ("r2", "easy"): 2}  # fmt: skip


def test_a_heading_that_looks_like_a_pattern_is_taken_as_it_stands(folder):
    rows = [["Дата {приёма}", "Доля* [1]", "Доля* [1] прошлая"], ["2026-01", "40", "30"]]
    table(folder / "доля.csv", rows)
    mapped(folder, 'table = "metrics"\n[columns]\nperiod = "Дата {приёма}"\n'
           '[[across]]\ncolumns = ["Доля* [1]"]\nfixed = {metric = "digital_take_up"}\n'
           '[fixed]\nservice = "plan"\n[not_needed]\ncolumns = ["Доля* [1] прошлая"]\n' + WORDS,
           "доля")  # fmt: skip
    read = agency_folder.read_folder(folder)
    assert not grave(read) and values(read)["digital_take_up", "plan", "2026-01"][0] == 40
    assert len(read.tables["metrics"]) == 1


def test_two_columns_of_one_name_are_named_not_chosen_from(folder):
    rows = [["Месяц", "Доля", "Доля"], ["2026-01", "40", "30"]]
    table(folder / "доля.csv", rows)
    mapped(folder, 'table = "metrics"\n[columns]\nperiod = "Месяц"\nvalue = "Доля"\n'
           '[fixed]\nservice = "plan"\nmetric = "digital_take_up"\n' + WORDS, "доля")  # fmt: skip
    (problem,) = [p for p in grave(agency_folder.read_folder(folder)) if p.file == "доля.csv"][:1]
    assert problem.code == "column_twice" and problem.values["found"] == "Доля"


def test_a_name_is_read_as_its_code_in_a_mapped_sheet_as_well(folder):
    (folder / "services.csv").write_text(
        "service,name_ru\nplan,Выдача плана\naddress,Адрес\n", encoding="utf-8"
    )
    book(folder / "Отчёт.xlsx", {"I кв.": FIRST, "II кв.": SECOND})
    mapped(folder, QUARTERS.removesuffix(WORDS))
    read = agency_folder.read_folder(folder)
    assert not grave(read) and set(read.tables["metrics"]["service"]) == {"plan", "address"}


@pytest.mark.parametrize("written", ["1 200,5", "1,200.5", "1.200,5"])
def test_a_number_is_turned_into_our_unit_however_it_is_written(folder, written):
    sheet = quarter([1, "Выдача плана", "01.01.2026", "4,0", 30, written])
    book(folder / "Отчёт.xlsx", {"I кв.": sheet})
    mapped(folder)
    read = agency_folder.read_folder(folder)
    assert values(read)["client_minutes", "plan", "2026-01"][0] == 72_030  # 1200.5 hours


def test_long_words_of_a_wide_survey_are_levels_and_a_dont_know_is_none(folder):
    rows = [["id", "начато", "Q7 помощь", "Q8 знаете"],
            ["101", "2026-03-01 09:44:04", "Совсем нет – ничего,  кроме писем", "Да"],
            ["102", "2026-03-02 10:00:00", "Очень – встречи, обучение", "Нет"],
            ["103", "2026-03-03 10:00:00", "Затрудняюсь решить", "-"]]  # fmt: skip
    table(folder / "опрос.csv", rows)
    mapped(folder, 'table = "answers"\n[columns]\nrespondent = "id"\ndate = "начато"\n'
           '[[across]]\ncolumns = ["Q7*"]\nfixed = {metric = "easy"}\n'
           '[[across]]\ncolumns = ["Q8*"]\nfixed = {metric = "satisfaction"}\n'
           '[fixed]\nservice = "plan"\n[words.level]\n"Да" = 5\n"Нет" = 1\n'
           '"Совсем нет – ничего, кроме писем" = 1\n"Очень – встречи, обучение" = 5\n' + WORDS,
           "опрос")  # fmt: skip
    read = agency_folder.read_folder(folder)
    assert not grave(read)
    rows = read.tables["answers"]
    found = {(r.respondent, r.metric): r.level for r in rows.dropna(subset="level").itertuples()}
    assert found == {("101", "easy"): 1, ("102", "easy"): 5,
                     ("101", "satisfaction"): 5, ("102", "satisfaction"): 1}  # fmt: skip


CONVERTED = (
    'table = "metrics"\n[columns]\nperiod = "Месяц"\n'
    '[[across]]\ncolumns = ["Ждали, ч"]\ntimes = 60\nfixed = {metric = "client_minutes"}\n'
    '[[across]]\ncolumns = ["Доля"]\nfixed = {metric = "digital_take_up"}\n'
    '[fixed]\nservice = "plan"\n' + WORDS
)


def hours(folder, *rows):
    with (folder / "часы.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([["Месяц", "Ждали, ч", "Доля"], *rows])
    mapped(folder, CONVERTED, "часы")
    return agency_folder.read_folder(folder)


def test_a_comma_with_two_readings_is_named_in_a_column_that_is_converted(folder):
    read = hours(folder, ["2026-01", "1,234", "40,5"], ["2026-02", "2", "41,5"])
    (problem,) = grave(read)  # the decimal commas of the other column settle nothing
    assert (problem.code, problem.cells) == ("unclear_number", ("B2",))
    for lang, said in (("ru", "тысячи или дробную часть"), ("en", "thousands or decimals")):
        wording.use(lang)
        assert said in str(problem) and "1,234" in str(problem)


@pytest.mark.parametrize(
    ("other", "minutes"), [("2,5", 74.04), ("1,234,567", 74_040)]
)  # 1.234 h or 1234 h
def test_a_comma_is_read_as_its_own_column_has_it(folder, other, minutes):
    read = hours(folder, ["2026-01", "1,234", "40,5"], ["2026-02", other, "41,5"])
    assert not grave(read)
    found = values(read)
    assert found["client_minutes", "plan", "2026-01"][0] == minutes
    assert found["digital_take_up", "plan", "2026-01"][0] == 40.5


def test_a_column_without_a_heading_is_named_where_it_holds_anything(folder):
    sheet = quarter([1, "Выдача плана", "01.01.2026", "4,0", 30, "0,5", "", "", 7])
    book(folder / "Отчёт.xlsx", {"I кв.": sheet})
    mapped(folder)
    told = [p for p in agency_folder.read_folder(folder).problems if p.code == "empty_heading"]
    assert [(p.cells, p.grave) for p in told] == [(("I4",), False)]


def test_merged_cells_of_a_mapped_sheet_are_named_but_where_they_repeat_the_one_above(folder):
    with xlsxwriter.Workbook(folder / "Отчёт.xlsx") as made:
        sheet = made.add_worksheet("I кв.")
        for at, row in enumerate(FIRST):
            sheet.write_row(at, 0, row)
        sheet.merge_range("A1:G1", "Сведения о качестве")
        sheet.merge_range("D3:E3", "Удовлетворённость")
        sheet.merge_range("B5:B6", "Выдача плана")
        sheet.merge_range("E5:E6", 30)
        sheet.merge_range("G5:G6", "примечания не читаются")
    mapped(folder)
    told = [p for p in agency_folder.read_folder(folder).problems if p.code == "merged_cells"]
    assert [(p.cells, p.grave) for p in told] == [(("E5:E6",), True)]


def test_a_file_whose_name_holds_signs_of_a_pattern_has_its_mapping(folder):
    book(folder / "Отчёт [1].xlsx", {"I кв.": FIRST})
    mapped(folder, QUARTERS.replace("Отчёт*.xlsx", "Отчёт [1].xlsx"))
    assert len(agency_folder.read_folder(folder).tables["metrics"]) == 4


# ---------------------------------------------------------------- real files

THEMES = ["response_rate", "engagement", "my_work", "objectives", "manager", "team", "learning",
          "inclusion", "resources", "pay", "leadership"]  # fmt: skip
FROM_2017 = {"objectives", "resources", "leadership"}


def yearly(path, year):
    """Write the mapping of one yearly file: its heading as it came, its codes in order."""
    written = path.read_bytes()
    try:
        text = written.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = written.decode("cp1252")
    header = next(csv.reader(io.StringIO(text, newline="")))
    at = [cell.lower().replace("_", " ").strip() for cell in header].index("response rate")
    headings = [" ".join(cell.split()) for cell in header[at : at + 11]]
    codes = [f"csps_{t}_2016" if t in FROM_2017 and year < 2017 else f"csps_{t}" for t in THEMES]
    pairs = "\n".join(f'"{h}" = "{c}"' for h, c in zip(headings, codes, strict=True))
    columns = ", ".join(f'"{h}"' for h in headings)
    return (
        f'table = "metrics"\n[only]\n"Organisation" = ["HM Revenue & Customs", '
        f'"HM Revenue and Customs"]\n[[across]]\ncolumns = [{columns}]\nheading = "metric"\n'
        f'[fixed]\nservice = "workplace"\nperiod = "{year}"\n[words.metric]\n{pairs}\n'
        '[not_needed]\ncolumns = ["*"]\n[missing]\nreasons = {"." = "no_data"}\n'
        "[numbers]\npoints = true\n"
    )


def with_facts_of(folder, source, grain):
    """Take over what a real agency says of its services and metrics."""
    (folder / "agency.toml").write_text(FACTS.replace("month", grain), encoding="utf-8")
    (folder / "catalogue").mkdir()
    for name in ("services.csv", "catalogue/metrics.csv"):
        (folder / name).write_bytes((source / name).read_bytes())


def test_seven_yearly_files_read_by_mappings_give_the_figures_the_script_made(folder):
    source = REAL / "csps_hmrc"
    with_facts_of(folder, source, "year")
    for path in sorted((source / "source").glob("*.csv")):
        year = next(y for y in range(2013, 2020) if str(y) in path.name)
        (folder / f"y{year}.csv").write_bytes(path.read_bytes())
        mapped(folder, yearly(path, year), f"y{year}")
    read = agency_folder.read_folder(folder)
    assert not grave(read)
    with (source / "metrics.csv").open(encoding="utf-8", newline="") as lines:
        made = {(r["metric"], r["period"]): r["value"] for r in csv.DictReader(lines)}
    found = {(r.metric, r.period): r.value for r in read.tables["metrics"].itertuples()}
    assert len(found) == len(made) == 77
    for at, value in made.items():
        assert found[at] == float(value) if value[0].isdigit() else found[at] != found[at]


SCALE = 'period = "{year}Q{quarter}"\n[fixed]\nservice = "outpatient"\norigin = '
REST = '[not_needed]\ncolumns = ["*"]\n'
VETERANS = {
    "questions": 'table = "metrics"\n[columns]\nmetric = "question"\nvalue = "average_score"\n'
    + SCALE + '"questions"\n' + REST + '[words.metric]\n"Satisfaction" = "va_satisfaction"\n'
    '"Trust / Confidence" = "va_trust"\n"Service Effectiveness" = "va_effective"\n'
    '"Process / Ease" = "va_easy"\n"Efficiency" = "va_efficient"\n'
    '"Process Transparency" = "va_transparent"\n"Helpful Employees" = "va_employee"\n',
    "wide": 'table = "metrics"\n[columns]\n' + SCALE + '"wide"\n' + REST
    + '[[across]]\ncolumns = ["satisfied", "trust", "effective", "easy", "efficient", '
    '"transparent", "employee"]\nheading = "metric"\nbeside = {n = "response_count"}\n'
    '[words.metric]\nsatisfied = "va_satisfaction"\ntrust = "va_trust"\n'
    'effective = "va_effective"\neasy = "va_easy"\nefficient = "va_efficient"\n'
    'transparent = "va_transparent"\nemployee = "va_employee"\n',
    "volumes": 'table = "surveys"\n[columns]\ninvited = "surveyed"\nanswered = "respondents"\n'
    'clients = "universe"\n' + SCALE.replace("origin = ", "") + REST,
}  # fmt: skip


def test_files_of_three_layouts_become_two_tables(folder):
    source = REAL / "va_vha"
    with_facts_of(folder, source, "quarter")
    for name, mapping in VETERANS.items():
        content = (source / "source" / f"va_vha_cx_{name}.csv").read_bytes()
        (folder / f"{name}.csv").write_bytes(content)
        mapped(folder, mapping, name)
    read = agency_folder.read_folder(folder)
    assert not grave(read)

    def table(name, *columns):
        with (source / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        told = [row for row in rows if row[columns[-1]] not in ("", "No Data")]
        return {tuple(r[c] for c in columns[:-1]): float(r[columns[-1]]) for r in told}

    keys = ("metric", "period", "origin")
    rows = read.tables["metrics"]
    told = rows.dropna(subset="value").itertuples()
    assert {(r.metric, r.period, r.origin): r.value for r in told} == table(
        "metrics", *keys, "value"
    )
    wide = rows[rows["origin"] == "wide"]
    made = table("metrics", *keys, "n")
    assert all(made[r.metric, r.period, r.origin] == r.n for r in wide.itertuples())
    rows = read.tables["surveys"]
    made = table("surveys", "period", "invited")
    assert len(rows) == 5 and all(made[r.period,] == r.invited for r in rows.itertuples())


PERFORMANCE = (
    'file = "opg*.csv"\ntable = "{table}"\n[columns]\nservice = "service"\n'
    'period = "_timestamp"\n{own}[not_needed]\ncolumns = ["*"]\n'
)
ONES = "very-dissatisfied", "dissatisfied", "neither", "satisfied", "very-satisfied"
LEVELS = (
    'level = "dataType"\ncount = "count"\n[only]\ndataType = [{names}]\n'
    '[fixed]\nmetric = "satisfaction"\n[words.level]\n{words}\n'
).format(
    names=", ".join(f'"{name}"' for name in ONES),
    words="\n".join(f"{name} = {level}" for level, name in enumerate(ONES, 1)),
)
SHARES = (
    'metric = "dataType"\nvalue = "count"\n'
    '[only]\ndataType = ["user-satisfaction-percent", "digital-take-up", "uptime-percent"]\n'
    '[fixed]\nn = "не опубликовано"\n[words.metric]\n'
    'user-satisfaction-percent = "satisfaction_published"\n'
    'digital-take-up = "digital_take_up"\nuptime-percent = "uptime"\n'
)


def test_one_file_becomes_two_tables_by_two_mappings(folder):
    source = REAL / "opg"
    (folder / "services.csv").write_bytes((source / "services.csv").read_bytes())
    content = (source / "source" / "opg_performance_long.csv").read_bytes()
    (folder / "opg_performance.csv").write_bytes(content)
    mapped(folder, PERFORMANCE.format(table="counts", own=LEVELS), "levels")
    mapped(folder, PERFORMANCE.format(table="metrics", own=SHARES), "shares")
    read = agency_folder.read_folder(folder)
    assert not grave(read)
    keys = {"counts": ("metric", "service", "period", "level"),
            "metrics": ("metric", "service", "period")}  # fmt: skip
    for name, own in keys.items():
        with (source / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        last = "count" if name == "counts" else "value"
        made = {tuple(row[one] for one in own): float(row[last]) for row in rows if row[last]}
        told = (
            read.tables[name].dropna(subset=last).astype({"level": int} if "level" in own else {})
        )
        found = {tuple(str(row[one]) for one in own): row[last] for _, row in told.iterrows()}
        assert found == made

import ast
import io
import re
from datetime import date
from pathlib import Path

import conftest
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from xlsxwriter.utility import xl_col_to_name

import ccwork
from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.language.resources import resource
from ccwork.read import agency_folder, data_dictionary, table_parsing
from ccwork.read.files import cell_parsing, file_sheets, toml_files
from ccwork.read.logs import event_log

PACKAGE = Path(ccwork.__file__).parent
OURS = {*PACKAGE.glob("read/*.py"), *PACKAGE.glob("read/files/*.py")}
OURS -= {PACKAGE / "read" / "workbook.py"}
AGENCY = 'name_ru = "Ведомство"\ngrain = "month"\ndata_date = 2026-06-30\n'
HEADINGS = {
    name: {lang: [getattr(c, lang) for c in table.columns.values()] for lang in wording.LANGS}
    for name, table in data_dictionary.dictionary().items()
}
SERVICES = [["S1", "Справка о доходах", "Income statement", "internal", "1200"]]
COUNTS = [
    ["satisfaction", "S1", "2026-01", "1", "10", ""],
    ["satisfaction", "S1", "2026-01", "2", "н/д", ""],
    ["satisfaction", "S1", "2026-01", "2", "7", "старшие"],
]
METRICS = [
    ["uptime", "S1", "2026-01", "99,5", "не опубликовано", "", "", ""],
    ["uptime", "S1", "2026-02", "98%", "1 200", "", "97,1", "98,7"],
]


def agency(folder: Path, **brought: bytes) -> Path:
    (folder / "agency.toml").write_text(AGENCY, encoding="utf-8")
    for name, content in brought.items():
        (folder / name.replace("__", ".")).write_bytes(content)
    return folder


def csv_of(name, rows, lang="ru", separator=";", encoding="utf-8", end="\n") -> bytes:
    heads = HEADINGS[name][lang]
    lines = [heads, *([*row, *[""] * (len(heads) - len(row))] for row in rows)]
    return "".join(separator.join(line) + end for line in lines).encode(encoding)


def all_csv(lang="ru", separator=";", encoding="utf-8", end="\n"):
    form = (lang, separator, encoding, end)
    return {
        "services__csv": csv_of("services", SERVICES, *form),
        "counts__csv": csv_of("counts", COUNTS, *form),
        "metrics__csv": csv_of("metrics", METRICS, *form),
    }


def grave(read):
    return [str(problem) for problem in read.problems if problem.grave]


@pytest.fixture
def plain(tmp_path):
    read = agency_folder.read_folder(agency(tmp_path, **all_csv()))
    assert not grave(read)
    return read


def test_every_cell_has_the_type_of_its_column(plain):
    counts, metrics = plain.tables["counts"], plain.tables["metrics"]
    assert counts["level"].tolist() == [1, 2, 2] and counts["level"].dtype == "int64"
    assert counts["count"].fillna(-1).tolist() == [10, -1, 7]
    assert counts["count_why"].tolist() == ["", "no_data", ""]
    assert counts["segment"].tolist() == ["", "", "старшие"]
    assert metrics["value"].tolist() == [99.5, 98.0]
    assert metrics["n_why"].tolist() == ["not_published", ""]
    assert plain.tables["services"].loc[0, ["client", "volume"]].tolist() == ["internal", 1200]
    assert plain.agency["data_date"] == date(2026, 6, 30)
    assert plain.agency["country"] == ""


def test_a_column_left_out_is_filled_with_what_stands_for_empty(tmp_path):
    brought = all_csv() | {"services__csv": "Услуга\nS1\n".encode()}
    services = agency_folder.read_folder(agency(tmp_path, **brought)).tables["services"]
    assert services["client"].tolist() == ["external"]
    assert services["volume"].isna().all()


def test_each_table_read_is_accounted_for(plain):
    sources = plain.sources.set_index("table")
    assert sources.loc["counts", ["file", "rows", "used", "dropped"]].tolist() == [
        "counts.csv", 3, 3, 0,
    ]  # fmt: skip
    assert sources["sha256"].str.len().eq(64).all()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251"])
def test_the_form_of_a_text_file_does_not_matter(plain, tmp_path_factory, encoding, end):
    folder = tmp_path_factory.mktemp("agency")
    read = agency_folder.read_folder(agency(folder, **all_csv("ru", "\t", encoding, end)))
    assert not grave(read)
    for name, frame in plain.tables.items():
        assert_frame_equal(read.tables[name], frame)


def test_sheets_of_one_book_are_the_same_tables(plain, tmp_path_factory):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        for name, rows in (("services", SERVICES), ("counts", COUNTS), ("metrics", METRICS)):
            sheet = book.add_worksheet(data_dictionary.dictionary()[name].about.ru.capitalize())
            sheet.write_row(0, 0, HEADINGS[name]["en"])
            for at, row in enumerate(rows, 1):
                sheet.write_row(at, 0, [int(c) if c.isdecimal() else c for c in row])
            sheet.write_column(50, 0, ["", ""])
    read = agency_folder.read_folder(
        agency(tmp_path_factory.mktemp("agency"), всё__xlsx=stream.getvalue())
    )
    assert not grave(read)
    assert read.sources["sheet"].tolist() == ["Услуги", "Оценки", "Показатели"]
    for name, frame in plain.tables.items():
        assert_frame_equal(read.tables[name], frame)


def test_dates_of_excel_are_read_as_months(tmp_path):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Лист1")
        sheet.write_row(0, 0, ["metric", "service", "period", "value"])
        sheet.write_row(1, 0, ["uptime", "S1"])
        sheet.write_datetime(1, 2, date(2026, 3, 1), book.add_format({"num_format": "mmm yy"}))
        sheet.write_number(1, 3, 0.995, book.add_format({"num_format": "0.0%"}))
    brought = {k: v for k, v in all_csv().items() if "metrics" not in k}
    read = agency_folder.read_folder(
        agency(tmp_path, показатели__xlsx=stream.getvalue(), **brought)
    )
    assert not grave(read)
    assert read.tables["metrics"][["period", "value"]].iloc[0].tolist() == ["2026-03", 99.5]


def test_thousands_in_english_are_read_in_a_column_of_counts(tmp_path):
    brought = all_csv() | {
        "counts__csv": b'metric,service,period,level,count\nsatisfaction,S1,2026-01,1,"1,234"\n'
    }
    read = agency_folder.read_folder(agency(tmp_path, **brought))
    assert not grave(read)
    assert read.tables["counts"]["count"].tolist() == [1234]


def test_a_code_may_be_a_missing_word(tmp_path):
    brought = {
        "services__csv": "service\nNA\nNone\nнет\n".encode(),
        "counts__csv": b"metric,service,period,level,count\nsatisfaction,NA,2026-01,1,4\n",
    }
    read = agency_folder.read_folder(agency(tmp_path, **brought))
    assert not grave(read)
    assert read.tables["services"]["service"].tolist() == ["NA", "None", "нет"]


def test_a_real_small_percentage_is_written_with_its_sign(tmp_path):
    rows = [["uptime", "S1", "2026-01", "0,5%", ""], ["uptime", "S1", "2026-02", "95", ""]]
    read = agency_folder.read_folder(
        agency(tmp_path, **all_csv() | {"metrics__csv": csv_of("metrics", rows)})
    )
    assert not grave(read)
    assert read.tables["metrics"]["value"].tolist() == [0.5, 95.0]


def test_a_faulty_row_is_left_out_and_counted(tmp_path):
    rows = [*COUNTS, ["satisfaction", "S1", "2026-02", "9", "5", ""]]
    read = agency_folder.read_folder(
        agency(tmp_path, **all_csv() | {"counts__csv": csv_of("counts", rows)})
    )
    assert len(read.tables["counts"]) == 3
    counts = read.sources.set_index("table").loc["counts"]
    assert counts[["rows", "used", "dropped"]].tolist() == [4, 3, 1]


def test_an_agency_extends_and_overrides_the_catalogue(tmp_path):
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "metrics.csv").write_text(
        "metric,kpi,group,form,unit,better,worst,best\n"
        "uptime,speed,objective,share,percent,higher,90,100\n"
        "wait,speed,objective,value,days,lower,30,0\n",
        encoding="utf-8",
    )
    read = agency_folder.read_folder(agency(tmp_path, **all_csv()))
    assert not grave(read)
    assert read.catalogue.loc["uptime", "worst"] == 90
    assert read.catalogue.loc["wait", ["weight", "version"]].tolist() == [1, 1]
    assert read.catalogue.index.is_unique and "satisfaction" in read.catalogue.index
    assert "catalogue_metrics" not in read.tables


@pytest.mark.parametrize("name", data_dictionary.catalogues())
def test_the_common_catalogues_have_no_problems(name, tmp_path):
    folder = agency(tmp_path)
    (folder / "catalogue").mkdir()
    file = f"{name.partition('_')[2]}.csv"
    shipped = resource("catalogue", file)
    if len(shipped.read_text(encoding="utf-8").splitlines()) > 1:
        (folder / "catalogue" / file).write_bytes(shipped.read_bytes())
        assert not [p for p in agency_folder.read_folder(folder).problems if p.file]


def test_periods_are_understood_as_people_write_them():
    written = {
        "2026": "2026", "2026 год": "2026", "2026Q1": "2026Q1", "2026 q1": "2026Q1",
        "1 кв. 2026": "2026Q1", "IV квартал 2026 г.": "2026Q4", "2-й квартал 2026": "2026Q2",
        "2026-03": "2026-03", "2026-03-01": "2026-03", "01.03.2026": "2026-03",
        "03.2026": "2026-03", "март 2026": "2026-03", "МАРТ  2026 г.": "2026-03",
        "марта 2026": "2026-03", "May 2026": "2026-05", "мая 2026": "2026-05",
    }  # fmt: skip
    assert {found: cell_parsing.parsed_period(found) for found in written} == written


codes = st.text("abcXYZабвЯ012", min_size=1, max_size=6).map("s".__add__)
counted = st.dictionaries(
    st.tuples(codes, st.sampled_from(["2026-01", "2026-02"]), st.integers(1, 5)),
    st.one_of(st.integers(0, 10**6), st.sampled_from(["-", "н/д", "n<10"])),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    counted,
    st.sampled_from(wording.LANGS),
    st.sampled_from(";,\t"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.randoms(),
)
def test_a_clean_table_is_read_the_same_in_any_form(
    tmp_path_factory, table, lang, separator, encoding, chance
):
    names = {cell_parsing.skeleton(code): code for code, _, _ in table}
    rows = [
        ["satisfaction", code, period, str(level), str(n), ""]
        for (code, period, level), n in table.items()
        if names[cell_parsing.skeleton(code)] == code
    ]
    services = [[code, "", "", "", ""] for code in names.values()]
    read = []
    for form in (("ru", ";", "utf-8"), (lang, separator, encoding)):
        folder = tmp_path_factory.mktemp("agency")
        brought = {
            "services__csv": csv_of("services", services, *form),
            "counts__csv": csv_of("counts", rows, *form),
        }
        read.append(agency_folder.read_folder(agency(folder, **brought)))
        assert not grave(read[-1])
        chance.shuffle(rows)
    keys = ["service", "period", "level"]
    first, second = (r.tables["counts"].sort_values(keys, ignore_index=True) for r in read)
    assert_frame_equal(first, second)


def literals(node: ast.AST) -> set[str]:
    found = ast.walk(node)
    return {n.value for n in found if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def test_every_code_has_its_sentences_and_every_sentence_its_code():
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in OURS]
    every = [ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")]
    calls = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.Call) and n.args]
    makers = ("Fault", "Problem", "problem", "say")
    made = [c for c in calls if getattr(c.func, "id", getattr(c.func, "attr", "")) in makers]
    given = {n.value for call in made for n in [call.args[0]] if isinstance(n, ast.Constant)}
    kinds = pd.Series([code.split(".", 1) for code in wording.terms()])
    named, mended = (set(kinds[kinds.str[0] == kind].str[1]) for kind in ("problem", "fix"))
    assert len(given) > 30
    assert given <= named
    assert named == mended
    written = set().union(*map(literals, every))
    begun = tuple(part for part in written if re.fullmatch(r"[a-z]\w+[_.]", part))
    assert not {code for code in named - written if not code.startswith(begun)}


def test_no_russian_sentence_has_latin_words_and_no_english_one_cyrillic():
    room = pd.read_csv(resource("terms", "read_problems.csv"), dtype=str)
    tables = set().union(*(literals(ast.parse(path.read_text("utf-8"))) for path in OURS))
    room = room[room["code"].str.partition(".")[2].isin(tables)]
    quoted = r"«[^»]*»|\{[^}]*\}|\.\w+|Excel|Windows-1251|CSV|2026Q1|\bF9\b"
    assert not room["ru"].str.replace(quoted, "", regex=True).str.contains("[A-Za-z]").any()
    assert not room["en"].str.contains("[А-Яа-яЁё]").any()


def test_every_word_of_the_dictionary_is_in_both_languages():
    for table in data_dictionary.dictionary().values():
        for row in (table.about, *table.columns.values()):
            assert row.ru and row.en and row.about_ru and row.about_en, row.column
            for choice in row.choices:
                assert wording.has(f"value.{choice}")
            if row.reference and not row.reference.startswith("terms."):
                other, _, column = row.reference.partition(".")
                assert column in data_dictionary.dictionary()[other].columns
    assert all(
        wording.has(f"reason.{reason}") for reason in data_dictionary.missing_words().values()
    )


def test_a_heading_names_one_column_only():
    for table in data_dictionary.dictionary().values():
        names = [{cell_parsing.key(name) for name in c.names} for c in table.columns.values()]
        assert len(set().union(*names)) == sum(map(len, names))


@pytest.mark.parametrize(
    ("content", "code", "values"),
    [
        (None, "plan_missing", {"found": "plan.toml"}),
        (b"a = 1\n\0", "binary", {"line": "2"}),
        (b"a = 1\r\nb = \r\n", "plan_syntax", {"line": "2"}),
    ],
)
def test_a_toml_file_says_one_thing_that_is_wrong_with_it(tmp_path, content, code, values):
    path = tmp_path / "plan.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(cell_parsing.Fault, match=code) as wrong:
        toml_files.read(path, "plan_missing", "plan_syntax")
    assert values.items() <= wrong.value.values.items()


def test_a_mapping_that_is_no_text_is_told_by_its_own_name(tmp_path):
    (tmp_path / "log.toml").write_bytes(b"\0")
    (problem,) = event_log.read_log(tmp_path / "log.csv", tmp_path / "log.toml")[1]
    assert (problem.code, problem.file) == ("binary", "log.toml")


def test_weights_are_told_beside_the_mean_without_them(agency):
    rows = [{"respondent": f"r{n}", "metric": "satisfaction", "service": "a", "date": "2026-05-04",
             "level": level, "weight": weight}
            for n, (level, weight) in enumerate([(5, 1), (5, 1), (1, 6)])]  # fmt: skip
    (agency.folder / "agency.toml").write_text('name_ru = "Орган"\ngrain = "month"\n')
    agency.add("answers", rows)
    (told,) = [p for p in agency_folder.read_folder(agency.folder).problems if p.code == "weights"]
    assert not told.grave and "3,67" in str(told)  # 11 / 3
    assert "2,00" in str(told)  # (5 + 5 + 6) / 8


def words_of_clients(tmp_path, *said):
    rows = "".join(
        f'walk_find,V{n},client,a,2026-03-01,2,"{one}",yes\n' for n, one in enumerate(said)
    )
    agency = conftest.Agency(tmp_path).counts([1, 2, 3, 40, 50], first="2026-03")
    path = agency.folder / "checks.csv"
    path.write_text(f"item,visit,source,service,date,answer,words,publish_ok\n{rows}", "utf-8")
    return agency


SMILES = ("=) спасибо", "= всё ясно", "==", "=1+1", "=HYPERLINK(A1)")


def test_a_comment_that_begins_with_an_equals_sign_is_a_comment(tmp_path):
    work = words_of_clients(tmp_path, *SMILES).load()
    assert work.table("checks")["words"].tolist() == list(SMILES)
    assert not work.warnings


def test_in_a_book_a_smile_is_words_and_a_formula_without_a_result_is_none(tmp_path):
    agency = words_of_clients(tmp_path)
    (agency.folder / "checks.csv").unlink()
    with xlsxwriter.Workbook(agency.folder / "checks.xlsx") as book:
        sheet = book.add_worksheet("checks")
        sheet.write_row(
            0, 0, ["item", "visit", "source", "service", "date", "answer", "words", "publish_ok"]
        )
        for row, visit in enumerate(("V1", "V2"), 1):
            sheet.write_row(
                row, 0, ["walk_find", visit, "client", "a", "2026-03-01", 2, "", "yes"]
            )
        sheet.write_string(1, 6, "=) спасибо")
        sheet.write_formula(2, 6, "=A1", None, "")
    with pytest.raises(DataProblems) as raised:
        agency.load()
    (problem,) = raised.value.problems
    assert (problem.code, problem.cells) == ("formula", ("G3",))


PERSON = "Звонить 8-912-345-67-89 или ivan@mail.ru"
TEXTS = [
    (name, column.column)
    for name, table in data_dictionary.dictionary().items()
    for column in table.columns.values()
    if table.about.kind != "settings" and column.kind == "text"
]


@pytest.mark.parametrize(("table", "column"), TEXTS)
def test_telephone_and_mail_pass_no_column_of_text_and_check_names_the_cell(table, column):
    own = data_dictionary.dictionary()[table]
    sheet = file_sheets.Sheet(f"{table}.csv", "", [[*own.columns], [PERSON] * len(own.columns)])
    read = table_parsing.read_table(own, sheet)
    told = [problem for problem in read.problems if problem.column == column]
    if column.removesuffix("_ru").removesuffix("_en") in table_parsing.CODES:
        assert read.frame[column].tolist() == [PERSON], "it is compared or cited, never told"
        return
    (said,) = read.frame[column]
    assert not re.search(r"\d|@", said) and "[скрыто]" in said
    assert [(p.code, p.grave) for p in told] == [("personal_words", False)]
    place = list(own.columns).index(column)
    assert told[0].cells == (f"{xl_col_to_name(place)}2",)


def test_only_codes_and_sources_are_left_as_they_stand():
    assert {column for _, column in TEXTS if column.partition("_")[0] in table_parsing.CODES} <= {
        "scale", "version", "items", "caps", "source", "source_ru",
    }  # fmt: skip


def test_names_of_things_keep_their_capitals_and_words_of_people_do_not(tmp_path):
    agency = words_of_clients(tmp_path, "Mary Smith told me", "[скрыто] сказал")
    name = {"name_ru": "Музей Александра Пушкина", "name_en": "Land Registry"}
    agency.add("services", [{"service": "a", **name}])
    work = agency.load()
    assert work.table("services")["name_en"].tolist() == ["Land Registry"]
    assert work.table("services")["name_ru"].tolist() == ["Музей Александра Пушкина"]
    assert work.table("checks")["words"].tolist() == ["[hidden] told me", "[скрыто] сказал"]
    (warning,) = work.warnings
    assert (warning.code, warning.cells) == ("personal_words", ("G2",))
    said = {"ru": "Уберите их из ячейки", "en": "Take them out of the cell"}
    for lang in wording.LANGS:
        wording.use(lang)
        assert said[lang] in str(warning) and "checks.csv" in str(warning)


def test_a_telephone_in_what_an_agency_says_of_itself_is_hidden_and_told(tmp_path):
    content = AGENCY + 'source_ru = "Отдел учёта, тел. 8 900 000-00-00"\n'
    (tmp_path / "agency.toml").write_text(content, "utf-8")
    told, problems = agency_folder.own_facts(tmp_path)
    assert told["source_ru"] == "Отдел учёта, тел. [скрыто]"
    assert [(p.code, p.column) for p in problems] == [("personal_words", "source_ru")]

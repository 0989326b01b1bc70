"""One row per bad input a civil servant may bring: its code, its cell, what is said of it."""

# ruff: noqa: E501 - one line a bad input

import io
import string
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pytest
import xlsxwriter

from ccwork.language import wording
from ccwork.language.problems import together
from ccwork.read import agency_folder

AGENCY = 'name_ru = "Ведомство"\ngrain = "month"\ndata_date = 2026-03-31\n'
SERVICES = "service,name_ru,client\nS1,Справка,external\n01,Выписка,external\n"
COUNTS = "metric,service,period,level,count\nsatisfaction,S1,2026-01,1,10\n"
HEAD = COUNTS.splitlines()[0]
ROW = ("satisfaction", "S1", "2026-01", 1, 10)

Content = str | bytes | Callable[[], bytes]


@dataclass
class Bad:
    """A bad input: its number in our list, what is to be said, and the files that hold it."""

    number: str
    code: str
    cell: str = ""
    found: str = ""
    grave: bool = True
    files: dict[str, Content] = field(default_factory=dict)


def bad(number, code, cell="", found="", grave=True, **files):
    named = {name.replace("__", "."): content for name, content in files.items()}
    return pytest.param(Bad(number, code, cell, found, grave, named), id=f"{number}-{code}")


def counts(*rows: str) -> str:
    return "\n".join([HEAD, *rows]) + "\n"


def groups(*each: tuple[str, int]) -> str:
    """Return counts of five levels by groups of clients, every level of a group alike."""
    rows = [f"satisfaction,S1,2026-01,{n},{count},{name}" for name, count in each
            for n in range(1, 6)]  # fmt: skip
    return "\n".join([f"{HEAD},segment", *rows]) + "\n"


def metrics(*rows: str, head: str = "metric,service,period,value,n") -> str:
    return "\n".join([head, *rows]) + "\n"


def xlsx(fill: Callable | None = None, rows=(ROW,), at=0) -> bytes:
    """Make a workbook with one sheet; `fill` may add what it likes to book and sheet."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as made:
        sheet = made.add_worksheet("Лист1")
        for place, row in enumerate([HEAD.split(","), *rows], at):
            sheet.write_row(place, 0, row)
        if fill:
            fill(made, sheet)
    return stream.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """Put one more part into a workbook, or another one in its place."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx())) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    return stream.getvalue()


def plain_zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("readme.txt", "nothing")
    return stream.getvalue()


def date_in_count(book, sheet):
    sheet.write_datetime(1, 4, date(2026, 5, 3), book.add_format({"num_format": "dd.mm.yyyy"}))


LINKED = with_part("xl/externalLinks/externalLink1.xml", b"<externalLink/>")
ENTITY = b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet><sheetData/></worksheet>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
RU = "Показатель;Услуга;Период;Оценка;Число ответов\nsatisfaction;S1;март 2026;1;10\n"
RU_SERVICES = "Услуга;Название по-русски\nS1;Предоставление сведений о регистрации\n01;Справка\n"

BAD = [
    bad("2", "empty_file", counts__csv=b""),
    bad("2b", "empty_file", counts__csv=b"\n \n"),
    bad("3", "no_rows", counts__csv=HEAD + "\n"),
    bad("4", "text_named_book", counts__xlsx=COUNTS),
    bad("5", "web_page", counts__xls="<html><table><tr><td>1</td></tr></table></html>"),
    bad("7", "locked_book", counts__xlsx=OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16le")),
    bad("8", "damaged", counts__xlsx=xlsx()[:-500]),
    bad("8b", "damaged", counts__xls=OLE + b"\0" * 900),
    bad("9", "not_book", counts__xlsx=plain_zip()),
    bad("10", "too_large_inside", found="30", counts__xlsx=lambda: with_part("x.xml", b" " * 30_000_000)),
    bad("11", "far_cell", found="XFD1048576", counts__xlsx=xlsx(lambda b, s: s.write(1048575, 16383, 1))),
    bad("12", "dtd", counts__xlsx=with_part("xl/worksheets/sheet1.xml", ENTITY)),
    bad("13", "macros", counts__xlsm=xlsx()),
    bad("13b", "macros", counts__xlsx=with_part("xl/vbaProject.bin", b"1")),
    bad("14", "outer_links", grave=False, counts__xlsx=LINKED),
    bad("15", "formula", "E2", "=A1", counts__xlsx=xlsx(lambda b, s: s.write_formula(1, 4, "=A1", None, ""))),
    bad("16", "excel_error", "E2", "#REF!", counts__xlsx=xlsx(lambda b, s: s.write_formula(1, 4, "=A0", None, "#REF!"))),
    bad("16b", "excel_error", "E2", "#Н/Д", counts__csv=counts("satisfaction,S1,2026-01,1,#Н/Д")),
    bad("17", "merged_header", "B1:C1", counts__xlsx=xlsx(lambda b, s: s.merge_range("B1:C1", "service"))),
    bad("18", "merged_cells", "A2:A3", counts__xlsx=xlsx(lambda b, s: s.merge_range("A2:A3", "satisfaction"))),
    bad("19", "hidden_rows", found="1", grave=False, counts__xlsx=xlsx(lambda b, s: s.set_row(1, None, None, {"hidden": True}))),
    bad("20", "sheet_hidden", grave=False, counts__xlsx=xlsx(lambda b, s: b.add_worksheet("Тайный").hide())),
    bad("21", "several_sheets", found="Лист1, Лист2", counts__xlsx=xlsx(lambda b, s: b.add_worksheet("Лист2").write(0, 0, "x"))),
    bad("22", "title_rows", found="3", counts__csv=b"\xef\xbb\xbf" + f"Отчёт за квартал,,,,\n,,,,\n{COUNTS}".encode()),
    bad("22b", "title_rows", found="3", counts__xlsx=xlsx(lambda b, s: s.write(0, 0, "Отчёт"), at=2)),
    bad("23", "total_row", "A3", "Итого", counts__csv=COUNTS + "Итого,,,,10\n"),
    bad("25", "duplicate_heading", "F1", "E1", counts__csv=f"{HEAD},count\nsatisfaction,S1,2026-01,1,10,10\n"),
    bad("26", "duplicate_heading", "F1", "E1", counts__csv=f"{HEAD}, Число  Ответов\nsatisfaction,S1,2026-01,1,10,10\n"),
    bad("27", "empty_heading", "F1", counts__csv=f"{HEAD},\nsatisfaction,S1,2026-01,1,10,7\n"),
    bad("28", "lookalike_heading", "C1", "пeриод", counts__csv=COUNTS.replace("period", "пeриод")),
    bad("29", "heading_cleaned", "C1", grave=False, counts__csv=COUNTS.replace("period", "peri\u200bod")),
    bad("30", "missing_column_like", found="Числ. ответов", counts__csv=COUNTS.replace("count\n", "Числ. ответов\n", 1)),
    bad("30b", "missing_column", found="period", counts__csv="metric,service,level,count\nsatisfaction,S1,1,10\n"),
    bad("31", "personal_data", "F1", "СНИЛС", counts__csv=f"{HEAD},СНИЛС\nsatisfaction,S1,2026-01,1,10,7\n"),
    bad("31b", "personal_data", "F1", "Client e-mail", counts__csv=f"{HEAD},Client e-mail\nsatisfaction,S1,2026-01,1,10,7\n"),
    bad("31c", "extra_column", "F1", grave=False, counts__csv=f"{HEAD},Заметка\nsatisfaction,S1,2026-01,1,10,7\n"),
    bad("33", "encoding_1251", grave=False, services__csv=RU_SERVICES.encode("cp1251")),
    bad("34", "unreadable", services__csv=RU_SERVICES.encode("cp866")),
    bad("34b", "unreadable", services__csv=RU_SERVICES.encode("koi8_r")),
    bad("34c", "unreadable", services__csv=RU_SERVICES.encode().decode("latin-1").encode()),
    bad("36", "mixed_encodings", found="2", services__csv="Услуга;client\n".encode() + "Б1;внешний\n".encode("cp1251")),
    bad("36b", "mixed_encodings", found="2", services__csv="Услуга;client\n".encode("cp1251") + "Б1;внешний\n".encode()),
    bad("37", "binary", found="2", counts__csv=COUNTS.encode().replace(b"S1", b"S\x001")),
    bad("38", "invisible", "B2", grave=False, services__csv=SERVICES.replace("Справка", "Спра\x07вка")),
    bad("39", "direction", "B2", grave=False, services__csv=SERVICES.replace("Справка", "Спра\u202eвка")),
    bad("40", "lost_letters", "B2", grave=False, services__csv=SERVICES.replace("Справка", "Спра\udc00вка").encode("utf-16", "surrogatepass")),
    bad("41", "separator", found="|", counts__csv=COUNTS.replace(",", "|")),
    bad("42", "quote", found="3", counts__csv=COUNTS + 'satisfaction,"S1,2026-02,1,10\nsatisfaction,S1,2026-03,1,1\n'),
    bad("43", "row_long", "A3", "6", counts__csv=COUNTS + "satisfaction,S1,2026-02,1,10,11\n"),
    bad("44", "row_short", "A3", "3", counts__csv=COUNTS + "satisfaction,S1,2026-02\n"),
    bad("45", "too_many_columns", found="1", counts__csv=lambda: ("a," * 1_000_000 + "b\n").encode()),
    bad("47", "text_cut", "B2", grave=False, services__csv=SERVICES.replace("Справка", "С" * 6000)),
    bad("49", "mixed_number", "D2", "1,234.5", metrics__csv=metrics('uptime,S1,2026-01,"1,234.5",', 'uptime,S1,2026-02,"1 234,5",')),
    bad("49b", "unclear_number", "D2", "1,234", metrics__csv=metrics('uptime,S1,2026-01,"1,234",')),
    bad("51", "odd_digits", "D2", grave=False, metrics__csv=metrics("uptime,S1,2026-01,９５,")),
    bad("52", "mixed_shares", "D2", "0,95", metrics__csv=metrics('uptime,S1,2026-01,"0,95",', "uptime,S1,2026-02,95,")),
    bad("52b", "fractions", "D2", "0.95", metrics__csv=metrics("uptime,S1,2026-01,0.95,", "uptime,S1,2026-02,1,")),
    bad("52c", "percent_sign", "E2", "95%", counts__csv=counts("satisfaction,S1,2026-01,1,95%")),
    bad("53", "unit_in_number", "E2", "15 мин", counts__csv=counts("satisfaction,S1,2026-01,1,15 мин")),
    bad("53b", "not_number", "E2", "много", counts__csv=counts("satisfaction,S1,2026-01,1,много")),
    bad("53c", "missing_not_allowed", "D2", "н/д", services__csv=SERVICES.replace("client", "client,volume", 1).replace("external", "external,н/д")),
    bad("53d", "date_for_number", "E2", "2026-05-03", counts__xlsx=xlsx(date_in_count)),
    bad("54", "gaps", found="1", grave=False, counts__csv=counts("satisfaction,S1,2026-01,1,-", "satisfaction,S1,2026-01,2,7")),
    bad("55", "too_big", "E2", "1e999", counts__csv=counts("satisfaction,S1,2026-01,1,1e999")),
    bad("55b", "too_big", "D2", "-inf", metrics__csv=metrics("uptime,S1,2026-01,-inf,")),
    bad("56", "off_scale", "D2", "6", counts__csv=counts("satisfaction,S1,2026-01,6,10")),
    bad("56b", "off_scale", "D2", "0", counts__csv=counts("satisfaction,S1,2026-01,0,10")),
    bad("56c", "out_of_range", "D2", "102.5", metrics__csv=metrics("uptime,S1,2026-01,102.5,")),
    bad("56d", "negative", "E2", "-4", counts__csv=counts("satisfaction,S1,2026-01,1,-4")),
    bad("56e", "not_whole", "E2", "4.5", counts__csv=counts("satisfaction,S1,2026-01,1,4.5")),
    bad("58", "empty_cell", "B2", counts__csv=counts("satisfaction,,2026-01,1,10")),
    bad("60", "code_zeros", "B2", "01", counts__csv=counts("satisfaction,1,2026-01,1,10")),
    bad("60b", "unknown_code_like", "B2", "S1", counts__csv=counts("satisfaction,s1,2026-01,1,10")),
    bad("60c", "unknown_code", "B2", "ЗАГС", counts__csv=counts("satisfaction,ЗАГС,2026-01,1,10")),
    bad("60d", "unknown_code_like", "A2", "satisfaction", counts__csv=counts("satisfacton,S1,2026-01,1,10")),
    bad("61", "code_by_excel", "A2", "1E+05", services__csv=SERVICES.replace("S1", "1E+05")),
    bad("62", "code_by_excel", "B2", "1.234567890123457e+19", counts__xlsx=xlsx(lambda b, s: s.write(1, 1, 12345678901234567890))),
    *[bad(f"63-{n}", "bad_code", "A2", code, services__csv=SERVICES.replace("S1", code))
      for n, code in enumerate(["../../etc", "a/b", "C:\\", "CON", "точка.", ".", "{agency}", "x" * 65])],
    bad("64", "codes_alike", "A3", "s1", services__csv="service,name_ru\nS1,Справка\ns1,Выписка\n"),
    bad("66", "repeated_row", "A3", grave=False, counts__csv=COUNTS + COUNTS.splitlines()[1] + "\n"),
    bad("67", "conflicting_rows", "A2", "2, 3", counts__csv=COUNTS + "satisfaction,S1,2026-01,1,11\n"),
    bad("68", "no_such_date", found="30.02.2024", agency__toml=AGENCY.replace("2026-03-31", '"30.02.2024"')),
    bad("69", "slash_date", found="02/13/2024", agency__toml=AGENCY.replace("2026-03-31", '"02/13/2024"')),
    bad("70", "not_date", found="01.02.24", agency__toml=AGENCY.replace("2026-03-31", '"01.02.24"')),
    bad("71", "too_old", found="01.01.1900", agency__toml=AGENCY.replace("2026-03-31", '"01.01.1900"')),
    bad("71b", "date_is_number", found="45000", agency__toml=AGENCY.replace("2026-03-31", '"45000"')),
    bad("71c", "too_old", "C2", "1900", counts__csv=counts("satisfaction,S1,1900,1,10")),
    bad("72", "future", "C2", "2026-04", counts__csv=counts("satisfaction,S1,2026-04,1,10")),
    bad("72b", "incomplete_period", "C2", "2026-01", grave=False, agency__toml=AGENCY.replace("03-31", "01-15")),
    bad("76", "period_grain", "C2", "2026Q1", counts__csv=counts("satisfaction,S1,1 кв. 2026,1,10")),
    bad("76b", "not_period", "C2", "2026-13", counts__csv=counts("satisfaction,S1,2026-13,1,10")),
    bad("76c", "not_period", "C2", "2026-03-15", counts__csv=counts("satisfaction,S1,2026-03-15,1,10")),
    # what stands around the cells
    bad("folder", "folder_unread", grave=False, данные__dir=b""),
    bad("file", "file_unknown", found="services", grave=False, заметки__csv=COUNTS),
    bad("file-b", "format_unknown", found=".docx", counts__docx=b"1"),
    bad("twice", "table_twice", found="counts.csv", counts__csv=COUNTS, Оценки__csv=COUNTS),
    bad("missing", "table_missing", found="services", services__csv=None),
    bad("missing-b", "tables_missing", found="counts, metrics", counts__csv=None),
    bad("no-agency", "agency_missing", agency__toml=None),
    bad("no-name", "agency_name", agency__toml='grain = "month"\ndata_date = 2026-03-31\n'),
    bad("no-date", "agency_needs", agency__toml='name_en = "A"\ngrain = "month"\n'),
    bad("toml", "agency_syntax", found="2", agency__toml='name_en = "A"\ngrain = month\n'),
    bad("toml-key", "agency_key_like", found="grain", agency__toml=AGENCY + 'grian = "month"\n'),
    bad("toml-key-b", "agency_key", found="xyz", agency__toml=AGENCY + 'xyz = "month"\n'),
    bad("toml-count", "agency_count", found="12", agency__toml=AGENCY + 'staff = "12"\n'),
    bad("toml-value", "agency_value", found="5", agency__toml=AGENCY + "country = 5\n"),
    bad("choice", "not_choice", found="week", agency__toml=AGENCY.replace("month", "week")),
    bad("most-0", "out_of_range", found="0", agency__toml=AGENCY + "brief_most = 0\n"),
    bad("most-9", "out_of_range", found="9", agency__toml=AGENCY + "brief_most = 9\n"),
    bad("most-word", "agency_count", found="x", agency__toml=AGENCY + 'brief_most = "x"\n'),
    bad("first", "not_choice", found="nonsense", agency__toml=AGENCY + 'brief_first = "nonsense"\n'),
    bad("scale", "no_scale", "A2", "uptime", counts__csv=counts("uptime,S1,2026-01,1,10")),
    bad("level-absent", "level_absent", "D2", "1, 3", grave=False, counts__csv=counts(*[f"satisfaction,S1,2026-01,{n},10" for n in (2, 4, 5)])),
    bad("total-group", "total_group", "F12", "everyone", counts__csv=groups(("young", 1), ("old", 2), ("everyone", 3))),
    bad("answers-many", "answers_many", "C2", "10 and 9", grave=False, surveys__csv="service,period,invited\nS1,2026-01,9\n", counts__csv=counts("satisfaction,S1,2026-01,1,10")),
    bad("answered-many", "answers_many", "C2", "12 and 11", grave=False, surveys__csv="service,period,invited,answered\nS1,2026-01,11,12\n"),
    bad("xlsx-text", "book_named_text", counts__csv=xlsx()),
]  # fmt: skip


def bring(folder, files: dict[str, Content]):
    """Write the files of an agency; what is not given is good, None is left out."""
    stems = {name.partition(".")[0] for name in files}
    good = {"agency.toml": AGENCY, "services.csv": SERVICES, "counts.csv": COUNTS}
    kept = {n: c for n, c in good.items() if n.partition(".")[0] not in stems}
    for name, content in (kept | files).items():
        content = content() if callable(content) else content
        if name.endswith(".dir"):
            (folder / name[:-4]).mkdir()
        elif content is not None:
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return agency_folder.read_folder(folder)


@pytest.fixture(autouse=True)
def russian_again():
    yield
    wording.use("ru")


@pytest.mark.parametrize("case", BAD)
def test_a_bad_input_is_named_with_its_place_and_remedy(case, tmp_path):
    problems = bring(tmp_path, case.files).problems
    said = [problem for problem in problems if problem.code == case.code]
    assert said, [str(problem) for problem in problems]
    first = said[0]
    assert first.grave == case.grave
    assert not case.cell or case.cell in first.cells
    assert "/" not in first.file
    for lang in wording.LANGS:
        wording.use(lang)
        assert len(str(first)) > 20
    wording.use("en")
    assert case.found in str(first)


@pytest.mark.parametrize("case", [case for case in BAD if not case.values[0].grave])
def test_a_warning_does_not_stop_the_run(case, tmp_path):
    read = bring(tmp_path, case.files)
    assert not [str(problem) for problem in read.problems if problem.grave]


def test_a_good_folder_has_no_problems(tmp_path):
    whole = counts(*[f"satisfaction,S1,2026-01,{level},10" for level in range(1, 6)])
    assert bring(tmp_path, {"counts.csv": whole}).problems == []


def test_what_an_agency_wants_of_its_brief_is_read_as_numbers_and_codes(tmp_path):
    wanted = 'brief_most = 2\nbrief_first = "слабое место"\n'
    found = bring(tmp_path, {"agency.toml": AGENCY + wanted})
    assert not [problem for problem in found.problems if problem.grave]
    assert (found.agency["brief_most"], found.agency["brief_first"]) == (2, "weak_place")


def test_groups_without_a_total_pass_and_two_alike_are_no_total(tmp_path):
    by_group = groups(("young", 1), ("old", 2), ("middle", 5))
    assert bring(tmp_path, {"counts.csv": by_group}).problems == []
    (tmp_path / "two").mkdir()
    alike = groups(("young", 2), ("old", 2))
    assert bring(tmp_path / "two", {"counts.csv": alike}).problems == []


def test_each_unknown_code_of_a_column_is_named(tmp_path):
    wrong = metrics(*[f"uptime,{code},2026-01,95," for code in ("ALPHA", "OMEGA", "ALPHA")])
    found = together(bring(tmp_path, {"metrics.csv": wrong}).problems)
    named = {p.values["found"]: p.cells for p in found if p.code == "unknown_code"}
    assert named == {"ALPHA": ("B2", "B4"), "OMEGA": ("B3",)}


def test_a_folder_that_is_not_there(tmp_path):
    assert [p.code for p in agency_folder.read_folder(tmp_path / "nowhere").problems] == [
        "folder_missing"
    ]


def test_an_own_catalogue_is_checked_too(tmp_path):
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "metrics.csv").write_text(
        "metric,kpi,group,form,unit,better,worst,best\n"
        "wait,speed,objective,value,dayz,lower,0,30\n"
        "ease,effort,subjective,counts,level,higher,1,5\n",
        encoding="utf-8",
    )
    whole = counts(*[f"satisfaction,S1,2026-01,{level},10" for level in range(1, 6)])
    problems = bring(tmp_path, {"counts.csv": whole}).problems
    assert [(p.code, p.cells) for p in problems] == [
        ("unknown_code_like", ("E2",)),
        ("anchors_order", ("A2",)),
        ("levels_missing", ("A3",)),
    ]


@pytest.mark.parametrize(
    "code", [c for c in wording.terms() if c.startswith(("problem.", "fix."))]
)
def test_both_languages_use_the_same_values(code):
    row = wording.terms()[code]
    names = [
        {name.partition("|")[0] for _, name, _, _ in string.Formatter().parse(row[lang]) if name}
        for lang in wording.LANGS
    ]
    assert names[0] == names[1]
    assert row["ru"].endswith(".") and row["en"].endswith(".")

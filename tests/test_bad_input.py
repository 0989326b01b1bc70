"""One row per bad input a civil servant may bring: its code, its cell, what is said of it.

The number of a row is that of our list: 1 to 76 are files, 77 to 82 what people set by hand. A row
has a test for every place it can stand in; a letter or a word after the number tells which.
"""

# ruff: noqa: E501 - one line a bad input

import io
import re
import string
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import pytest
import xlsxwriter

from ccwork import cli
from ccwork.language import wording
from ccwork.language.problems import together
from ccwork.read import agency_folder
from tests.read.files.test_file_sheets import old_xls

AGENCY = 'name_ru = "Ведомство"\ngrain = "month"\ndata_date = 2026-03-31\n'
SERVICES = "service,name_ru,client\nS1,Справка,external\n01,Выписка,external\n"
COUNTS = "metric,service,period,level,count\nsatisfaction,S1,2026-01,1,10\n"
HEAD = COUNTS.splitlines()[0]
ROW = ("satisfaction", "S1", "2026-01", 1, 10)

SECONDS = 2

Content = str | bytes | int | Callable[[], bytes]


@dataclass
class Bad:
    """A bad input: its number in our list, what is to be said, and the files that hold it."""

    number: str
    code: str
    cell: str = ""
    found: str = ""
    grave: bool = True
    file: str = ""
    files: dict[str, Content] = field(default_factory=dict)


def bad(number, code, cell="", found="", grave=True, file="", **files):
    named = {name.replace("__", "."): content for name, content in files.items()}
    file = file or next(iter(named)).removesuffix(".dir")
    return pytest.param(Bad(number, code, cell, found, grave, file, named), id=f"{number}-{code}")


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


def book(text: str, fill: Callable | None = None) -> bytes:
    """Make a workbook of a text table, every cell as text; `fill` may add what it likes."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as made:
        sheet = made.add_worksheet("Лист1")
        for place, line in enumerate(text.splitlines()):
            sheet.write_row(place, 0, [cell or None for cell in line.split(",")])
        if fill:
            fill(made, sheet)
    return stream.getvalue()


def ods(text: str) -> bytes:
    """Make an .ods book of a text table."""
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
                      for name in ("office", "table", "text"))  # fmt: skip
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join("<table:table-row>" + "".join(map(cell.format, line.split(",")))
                   + "</table:table-row>" for line in text.splitlines())  # fmt: skip
    whole = f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="Лист1">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("content.xml", whole)
    return stream.getvalue()


def xes(*moments: str, top: str = "") -> str:
    """Return a log with one case and a step at each of these moments."""
    events = "".join(
        f'<event><string key="concept:name" value="x"/><date key="time:timestamp" value="{at}"/></event>'
        for at in moments
    )
    return f'{top}<log><trace><string key="concept:name" value="A"/>{events}</trace></log>'


def merged(text: str, spot: str) -> bytes:
    return book(text, lambda b, s: s.merge_range(spot, "x", b.add_format()))


def of_log(content: Content, kind: str = "csv", mapping: str = "") -> dict[str, Content]:
    return {
        f"logs/a.{kind}": content,
        "logs/a.toml": mapping or (XES_MAPPING if "xes" in kind else STEPPED),
    }


def of_map(content: Content, kind: str = "csv", mapping: str = "") -> dict[str, Content]:
    return {f"theirs.{kind}": content, "theirs.toml": mapping or UPTIME}


def with_part(name: str, content: str | bytes, into: bytes = b"") -> bytes:
    """Put one more part into a workbook, or another one in its place."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(into or xlsx())) as old,
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


def filtered(book, sheet):
    sheet.autofilter(0, 0, 1, 4)
    sheet.filter_column(0, "x == other")
    sheet.set_row(1, None, None, {"hidden": True})


def far(made: bytes) -> bytes:
    """Put a cell at the end of the only sheet, as a writer of books does."""
    sheet = zipfile.ZipFile(io.BytesIO(made)).read("xl/worksheets/sheet1.xml").decode()
    sheet = re.sub('(?<=<dimension ref="A1:)[A-Z0-9]+', "XFD1048576", sheet)
    last = '<row r="1048576" spans="16384:16384"><c r="XFD1048576"><v>1</v></c></row>'
    return with_part(
        "xl/worksheets/sheet1.xml", sheet.replace("</sheetData>", f"{last}</sheetData>"), made
    )


def uncounted(book, sheet):
    sheet.write_formula(1, 2, "=A1", None, "")


def hiding(book, sheet):
    sheet.set_row(1, None, None, {"hidden": True})


def secret(book, sheet):
    book.add_worksheet("Тайный").hide()


def noted(text: str) -> str:
    """Add a column with a Russian text, which tells the encoding."""
    first, *rows = text.splitlines()
    return "\n".join([first + ",note", *(row + NOTED for row in rows)]) + "\n"


LINKED = with_part("xl/externalLinks/externalLink1.xml", b"<externalLink/>")
ENTITY = b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet><sheetData/></worksheet>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16le")
PAGE = "<html><table><tr><td>1</td></tr></table></html>"
WHOLE = counts(*[f"satisfaction,S1,2026-01,{level},10" for level in range(1, 6)])
OLD = [(0, place, head) for place, head in enumerate(HEAD.split(","))]
STEPS = "case,step,service,start,end\n"
LOG = "case,step,time\nA,x,2010-03-28 02:30\nA,y,2010-03-29 09:00\n"
TWO = "case,step,time,end\nA,x,2026-01-05 10:00,2026-01-05 11:00\nB,y,2026-01-06 10:00,2026-01-06 11:00\n"
STEPPED = '[columns]\ncase = "case"\nstep = "step"\nstart = "time"\nend = "end"\n[time]\nzone = "Europe/Moscow"\n[fixed]\nservice = "S1"\n'
UNZONED = STEPPED.replace('zone = "Europe/Moscow"', "")
XES_MAPPING = '[time]\nzone = "Europe/Moscow"\n[fixed]\nservice = "S1"\n'
THEIRS = "Услуга,Месяц,Работала,Анкет\nСправка,2026-01,95,30\nСправка,2026-02,96,30\n"
UPTIME = 'table = "metrics"\n[columns]\nservice = "Услуга"\nperiod = "Месяц"\n[[across]]\ncolumns = ["Работала"]\nbeside = {n = "Анкет"}\nfixed = {metric = "uptime"}\n[words.service]\n"Справка" = "S1"\n'
VISITS = "visit,kind,date,service,unit,channel,observer,start,end\n"
ANSWERS = "respondent,metric,service,date,level\nR1,satisfaction,S1,2026-01-10,4\n"
NOTED = "," + "Предоставление сведений"
MAPPING = '[columns]\ncase = "case"\nstep = "step"\nstart = "time"\n[fixed]\nservice = "S1"\n'
METRICS = "metric,kpi,group,form,unit,better,worst,best,weight\n"
POSITIONS = "indicator,level,position,role,kpi\n"
RU = "Показатель;Услуга;Период;Оценка;Число ответов\nsatisfaction;S1;март 2026;1;10\n"
RU_SERVICES = "Услуга;Название по-русски\nS1;Предоставление сведений о регистрации\n01;Справка\n"

BAD = [
    bad("2", "empty_file", counts__csv=b""),
    bad("2b", "empty_file", counts__csv=b"\n \n"),
    bad("3", "no_rows", counts__csv=HEAD + "\n"),
    bad("4", "text_named_book", counts__xlsx=COUNTS),
    bad("5", "web_page", counts__xls="<html><table><tr><td>1</td></tr></table></html>"),
    # better than to refuse it: an old book is read, with a warning
    bad("6", "old_book", grave=False, counts__xls=old_xls([*OLD, *[(1, place, cell) for place, cell in enumerate(ROW)]])),
    bad("7", "locked_book", counts__xlsx=OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16le")),
    bad("8", "damaged", counts__xlsx=xlsx()[:-500]),
    bad("8b", "damaged", counts__xls=OLE + b"\0" * 900),
    bad("9", "not_book", counts__xlsx=plain_zip()),
    bad("10", "too_large_inside", found="30", counts__xlsx=lambda: with_part("x.xml", b" " * 30_000_000)),
    bad("11", "far_cell", found="XFD1048576", counts__xlsx=far(xlsx())),
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
    bad("24", "hidden_rows", found="1", grave=False, counts__xlsx=xlsx(filtered)),
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
    bad("33b", "encoding_1252", grave=False, services__csv="service,client,service_en\nS1,external,Café permit\n".encode("cp1252")),
    bad("34", "unreadable", services__csv=RU_SERVICES.encode("cp866")),
    bad("34b", "unreadable", services__csv=RU_SERVICES.encode("koi8_r")),
    bad("34c", "unreadable", services__csv=RU_SERVICES.encode().decode("latin-1").encode()),
    *[bad(f"34-{wrong}-{right}", "unreadable", services__csv=SERVICES.encode().decode(wrong, "ignore").encode(right)) for wrong in ("latin-1", "koi8_r") for right in ("utf-8", "utf-16")],
    bad("34-toml", "unreadable", agency__toml=AGENCY.encode().decode("latin-1").encode("utf-16")),
    bad("36", "mixed_encodings", found="2", services__csv="Услуга;client\n".encode() + "Б1;внешний\n".encode("cp1251")),
    bad("36b", "mixed_encodings", found="2", services__csv="Услуга;client\n".encode("cp1251") + "Б1;внешний\n".encode()),
    bad("37", "binary", found="2", counts__csv=COUNTS.encode().replace(b"S1", b"S\x001")),
    bad("38", "invisible", "B2", grave=False, services__csv=SERVICES.replace("Справка", "Спра\x07вка")),
    bad("39", "direction", "B2", grave=False, services__csv=SERVICES.replace("Справка", "Спра\u202eвка")),
    bad("40", "lost_letters", "B2", grave=False, services__csv=SERVICES.replace("Справка", "Спра\udc00вка").encode("utf-16", "surrogatepass")),
    *[bad(f"40-{wrong}", "lost_letters", "B4", grave=False, services__csv=SERVICES + f"S2,{'Названия'.encode().decode(wrong, 'ignore')},external\n") for wrong in ("cp1251", "latin-1", "cp1252", "cp866", "koi8_r")],
    bad("40-xlsx", "lost_letters", "B4", grave=False, services__xlsx=book(SERVICES + f"S2,{'Услуга'.encode().decode('cp1251')},external")),
    bad("41", "separator", found="|", counts__csv=COUNTS.replace(",", "|")),
    bad("42", "quote", found="3", counts__csv=COUNTS + 'satisfaction,"S1,2026-02,1,10\nsatisfaction,S1,2026-03,1,1\n'),
    bad("43", "row_long", "A3", "6", counts__csv=COUNTS + "satisfaction,S1,2026-02,1,10,11\n"),
    bad("44", "row_short", "A3", "3", counts__csv=COUNTS + "satisfaction,S1,2026-02\n"),
    bad("45", "too_many_columns", found="1", counts__csv=lambda: ("a," * 1_000_000 + "b\n").encode()),
    bad("46", "too_large", found="500", counts__csv=500 * 2**20 + 1),
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
    # comments are not read here: which way a scale runs is declared, and checked where it is
    bad("57", "anchors_order", "A2", "0", **{"catalogue/metrics.csv": METRICS + "wait,speed,objective,value,days,lower,0,30,1\n"}),
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
    bad("72b", "incomplete_period", "C2", "2026-01", file="counts.csv", grave=False, agency__toml=AGENCY.replace("03-31", "01-15")),
    bad("73", "case_contradicts", found="A", grave=False, steps__csv=STEPS + "A,x,S1,2026-01-02 10:00,2026-01-01 10:00\nB,x,S1,2026-01-02 10:00,2026-01-02 11:00\n"),
    bad("73b", "case_contradicts", found="A", steps__csv=STEPS + "A,x,S1,2026-01-02 10:00,2026-01-01 10:00\n"),
    bad("74", "step_no_time", found="3", grave=False, steps__csv=STEPS + "".join(f"{case},x,S1,2026-01-02 10:00,2026-01-02 1{case}:00\n" for case in (0, 0, 1))),
    bad("74b", "step_long", "E2", "365", grave=False, steps__csv=STEPS + "A,x,S1,2025-01-02 10:00,2026-01-02 10:01\n"),
    # an hour that never was is moved on, with a warning; different zones ask for one
    bad("75", "log_never", found="1", grave=False, **{"logs/a.csv": LOG, "logs/a.toml": MAPPING + '[time]\nzone = "Europe/Moscow"\n'}),
    bad("75b", "log_mixed", found="1", **{"logs/a.csv": LOG.replace("09:00", "09:00+03:00"), "logs/a.toml": MAPPING}),
    bad("76", "period_grain", "C2", "2026Q1", counts__csv=counts("satisfaction,S1,1 кв. 2026,1,10")),
    bad("76b", "not_period", "C2", "2026-13", counts__csv=counts("satisfaction,S1,2026-13,1,10")),
    bad("76c", "not_period", "C2", "2026-03-15", counts__csv=counts("satisfaction,S1,2026-03-15,1,10")),
    # weights are relative: any sum will do, a weight below 0 will not
    bad("77", "negative", "I2", "-1", **{"catalogue/metrics.csv": METRICS + "wait,speed,objective,value,days,lower,30,0,-1\n"}),
    bad("79", "not_choice", "E2", "speedy", indicators__csv=POSITIONS + "i1,agency,,apart,speedy\n"),
    bad("81", "agency_key_like", found="grain", agency__toml=AGENCY + 'grian = "month"\n'),
    # what stands around the cells
    bad("folder", "folder_unread", grave=False, данные__dir=b""),
    bad("file", "file_unknown", found="services", grave=False, заметки__csv=COUNTS),
    bad("file-b", "format_unknown", found=".docx", counts__docx=b"1"),
    bad("twice", "table_twice", file="Оценки.csv", found="counts.csv", counts__csv=COUNTS, Оценки__csv=COUNTS),
    bad("missing", "table_missing", file="?", found="services", services__csv=None),
    bad("missing-b", "tables_missing", file="?", found="counts, metrics", counts__csv=None),
    bad("no-agency", "agency_missing", agency__toml=None),
    bad("no-name", "agency_name", agency__toml='grain = "month"\ndata_date = 2026-03-31\n'),
    bad("no-date", "agency_needs", agency__toml='name_en = "A"\ngrain = "month"\n'),
    bad("toml", "agency_syntax", found="2", agency__toml='name_en = "A"\ngrain = month\n'),
    bad("toml-digits", "number_long", found="4", agency__toml=AGENCY + f"staff = {'1' * 5000}\n"),
    bad("toml-hex", "number_long", found="4", agency__toml=AGENCY + f"staff = 0x{'f' * 5000}\n"),
    bad("toml-infinite", "number_long", found="4", agency__toml=AGENCY + "staff = 1e999\n"),
    bad("toml-not", "number_long", found="4", agency__toml=AGENCY + "staff = nan\n"),
    bad("log-digits", "number_long", found="9", file="logs/a.toml", **{"logs/a.csv": LOG, "logs/a.toml": MAPPING + f"[norms]\nx = 1\ny = {'9' * 700}\n"}),
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
    # ---- the same in other places: event logs, tables of others, answers, catalogues, settings
    bad("1b", "mapping_no_file", found="нет.xlsx", **{"theirs.toml": 'file = "нет.xlsx"\n' + UPTIME}),
    bad("1c", "log_missing", file="logs/a.toml", **{"logs/a.toml": STEPPED}),
    *[bad(f"2-{kind}", "empty_file", **of_log(b"", kind)) for kind in ("csv", "xlsx", "ods", "xes", "xes.gz")],
    bad("2-log", "empty_file", **of_log(b" \n \n")),
    *[bad(f"2-map-{kind}", "empty_file", **of_map(made, kind)) for kind, made in (("csv", b""), ("xlsx", book("")), ("ods", ods("")))],
    bad("2-catalogue", "empty_file", **{"catalogue/metrics.xlsx": book("")}),
    *[bad(f"3-{kind}", "no_rows", **of_log(made(TWO.splitlines()[0]), kind)) for kind, made in (("csv", str), ("xlsx", book), ("ods", ods))],
    bad("3-xes", "log_no_rows", **of_log("<log></log>", "xes")),
    bad("3-map", "no_rows", **of_map(THEIRS.splitlines()[0])),
    *[bad(f"4-{n}", "text_named_book", **made) for n, made in enumerate((of_log(TWO, "xlsx"), of_log(TWO, "ods"), of_map(THEIRS, "xls")))],
    *[bad(f"4-text-{n}", "book_named_text", **made) for n, made in enumerate((of_log(book(TWO)), of_map(book(THEIRS))))],
    *[bad(f"5-{n}", "web_page", **made) for n, made in enumerate((of_log(PAGE), of_log(PAGE, "xlsx"), of_map(PAGE), of_map(PAGE, "xls")))],
    *[bad(f"7-{n}", "locked_book", **made) for n, made in enumerate((of_log(LOCKED, "xlsx"), of_map(LOCKED, "xls"), {"catalogue/metrics.ods": LOCKED}))],
    *[bad(f"8-{n}", "damaged", **made) for n, made in enumerate((of_log(book(TWO)[:-300], "xlsx"), of_log(b"no gzip", "xes.gz"), of_map(ods(THEIRS)[:-60], "ods")))],
    bad("8-xes", "log_xml", **of_log(xes("2026-01-05T10:00:00")[:-9], "xes")),
    *[bad(f"9-{n}", "not_book", **made) for n, made in enumerate((of_log(plain_zip(), "xlsx"), of_map(plain_zip(), "ods")))],
    *[bad(f"10-{n}", "too_large_inside", **made) for n, made in enumerate((of_log(lambda: with_part("x.xml", b" " * 30_000_000), "xlsx"), of_map(lambda: with_part("x.xml", b" " * 30_000_000), "xlsx")))],
    *[bad(f"11-{n}", "far_cell", found="XFD1048576", **made) for n, made in enumerate((of_log(far(book(TWO)), "xlsx"), of_map(far(book(THEIRS)), "xlsx")))],
    bad("12-xes", "xes_dtd", **of_log(xes("2026-01-05T10:00:00", top='<!DOCTYPE log [<!ENTITY b "c">]>'), "xes")),
    bad("12-log", "dtd", **of_log(with_part("xl/worksheets/sheet1.xml", ENTITY), "xlsx")),
    *[bad(f"13-{n}", "macros", **made) for n, made in enumerate((of_log(book(TWO), "xlsm"), of_map(book(THEIRS), "xlsm"), {"catalogue/metrics.xlsm": book("metric")}))],
    *[bad(f"15-{n}", "formula", cell, "=A1", **made) for n, (cell, made) in enumerate((("C2", of_log(book(TWO, uncounted), "xlsx")), ("C2", of_map(book(THEIRS, uncounted), "xlsx"))))],
    *[bad(f"16-{n}", "excel_error", cell, **made) for n, (cell, made) in enumerate((
        ("C2", of_log(TWO.replace("2026-01-05 10:00", "#Н/Д"))), ("A2", of_log(TWO.replace("A,", "#ССЫЛКА!,"))),
        ("B2", of_log(book(TWO.replace("x,", "#REF!,")), "xlsx")), ("A2", of_map(THEIRS.replace("Справка", "#Н/Д", 1))),
        ("C2", of_map(ods(THEIRS.replace("95", "#ДЕЛ/0!")), "ods"))))],
    bad("17-log", "merged_header", "B1:C1", **of_log(merged(TWO, "B1:C1"), "xlsx")),
    *[bad(f"18-{n}", "merged_cells", "A2:A3", **made) for n, made in enumerate((of_log(merged(TWO, "A2:A3"), "xlsx"), of_map(merged(THEIRS, "A2:A3"), "xlsx")))],
    *[bad(f"19-{n}", "hidden_rows", grave=False, **made) for n, made in enumerate((of_log(book(TWO, hiding), "xlsx"), of_map(book(THEIRS, hiding), "xlsx")))],
    *[bad(f"20-{n}", "sheet_hidden", grave=False, **made) for n, made in enumerate((of_log(book(TWO, secret), "xlsx"), of_map(book(THEIRS, secret), "xlsx")))],
    bad("21-catalogue", "several_sheets", found="Лист2", **{"catalogue/metrics.xlsx": book("metric", lambda b, s: b.add_worksheet("Лист2").write(0, 0, "x"))}),
    bad("21-log", "log_sheet", grave=False, **of_log(book(TWO, lambda b, s: b.add_worksheet("Лист2").write(0, 0, "x")), "xlsx")),
    *[bad(f"22-{n}", "title_rows", found="3", **of_log(made, kind)) for n, (made, kind) in enumerate((("Отчёт,,,\n,,,\n" + TWO, "csv"), (book("Отчёт\n\n" + TWO), "xlsx")))],
    # titles above the headings of others are no fault: a mapping says where the headings stand
    *[bad(f"22-map-{n}", "mapping_header", found="header = [3]", **of_map(made, kind)) for n, (made, kind) in enumerate((("Отчёт,,,\n,,,\n" + THEIRS, "csv"), (book("Отчёт\n\n" + THEIRS), "xlsx")))],
    bad("23-log", "total_row", "A4", "Итого", **of_log(TWO + "Итого,,,2\n")),
    bad("23-map", "mapping_total", "A4", 'skip = ["Итого*"]', **of_map(THEIRS + "Итого,2026-02,96,60\n")),
    bad("25-log", "log_column_twice", found="end", **of_log(TWO.replace("\n", ",end\n", 1).replace(":00\n", ":00,x\n"))),
    bad("26-log", "log_column_twice", found="end", **of_log(TWO.replace("\n", ", END \n", 1).replace(":00\n", ":00,x\n"))),
    bad("26-map", "column_twice", found="Анкет", **of_map(THEIRS.replace("\n", ", АНКЕТ\n", 1).replace(",30\n", ",30,x\n"))),
    bad("27-map", "empty_heading", "E1", grave=False, **of_map(THEIRS.replace("\n", ",\n", 1).replace(",30\n", ",30,x\n"))),
    *[bad(f"28-{n}", "lookalike_heading", found=like, **made) for n, (like, made) in enumerate((("step", of_log(TWO.replace("step", "stеp"))), ("Работала", of_map(THEIRS.replace("Работала", "Рaбoтала")))))],
    bad("30-log", "log_column", found="times", **of_log(TWO.replace("time", "times"))),
    bad("30-map", "column_lost_like", found="Работало", **of_map(THEIRS.replace("Работала", "Работало"))),
    bad("31-map", "personal_data", "E1", "ФИО", **of_map(THEIRS.replace("\n", ",ФИО\n", 1).replace(",30\n", ",30,x\n"))),
    # a column of a log that no mapping asks for is never read: a warning
    *[bad(f"31-log-{kind}", "personal_data", "E1", "СНИЛС", grave=False, **of_log(made(TWO.replace("\n", ",СНИЛС\n", 1).replace(":00\n", ":00,x\n")), kind)) for kind, made in (("csv", str), ("xlsx", book))],
    bad("33-log", "encoding_1251", grave=False, **of_log(noted(TWO).encode("cp1251"))),
    *[bad(f"34-{name}", "unreadable", **made(noted(text).encode(name))) for name in ("cp866", "koi8_r") for made, text in ((of_log, TWO), (of_map, THEIRS))],
    bad("34-mac", "unreadable", services__csv=(RU_SERVICES + "Я,Яя\n").encode("mac_cyrillic")),
    bad("36-log", "mixed_encodings", found="4", **of_log(noted(TWO).encode() + (TWO.splitlines()[1] + NOTED + "\n").encode("cp1251"))),
    bad("37-log", "binary", found="2", **of_log(TWO.encode().replace(b"A,", b"\x00A,"))),
    *[bad(f"{n}-log", code, "B2", grave=False, **of_log(TWO.replace("x,", f"x{sign}x,"))) for n, code, sign in ((38, "invisible", "\u200b"), (39, "direction", "\u202e"), (40, "lost_letters", "\ufffd"))],
    *[bad(f"41-{n}", "separator", found="|", **made) for n, made in enumerate((of_log(TWO.replace(",", "|")), of_map(THEIRS.replace(",", "|"))))],
    *[bad(f"42-{n}", "quote", **made) for n, made in enumerate((of_log(TWO + 'C,"x,y\n'), of_map(THEIRS + 'C,"x,y\n')))],
    bad("43-log", "log_fields", found="4", **of_log(TWO + "C,x,2026-01-06 10:00,2026-01-06 11:00,more\n")),
    bad("43-map", "row_long", "A4", "5", **of_map(THEIRS + "Справка,2026-03,95,30,more\n")),
    bad("44-log", "row_short", found="4", **of_log(TWO + "C,x,2026-01-06 10:00\n")),
    bad("44-map", "row_short", "A4", "2", **of_map(THEIRS + "Справка,2026-03\n")),
    bad("45-log", "too_many_columns", **of_log(lambda: ("a," * 1_000_000 + "b\n").encode())),
    bad("46-map", "too_large", found="500", **of_map(500 * 2**20 + 1)),
    bad("49-map", "mixed_number", "C2", "1,234.5", **of_map(THEIRS.replace("95", '"1,234.5"').replace("96", '"94,5"'))),
    bad("52-map", "mixed_shares", "C2", "0.95", **of_map(THEIRS.replace("95", "0.95"))),
    bad("53e", "number_needed", "C2", "н/д", surveys__csv="service,period,invited\nS1,2026-01,н/д\n"),
    bad("53f", "date_for_number", "E2", "май.26", counts__csv=counts("satisfaction,S1,2026-01,1,май.26")),
    bad("54-map", "gaps", grave=False, **of_map(THEIRS.replace("95", "н/д"))),
    bad("55-map", "too_big", "C2", "9" * 80 + "…", **of_map(THEIRS.replace("95", "9" * 400))),
    bad("56-answers", "off_scale", "E2", "6", answers__csv=ANSWERS.replace(",4\n", ",6\n")),
    bad("58-map", "empty_cell", "A2", **of_map(THEIRS.replace("Справка", "", 1))),
    bad("58-log", "log_gaps", found="1", grave=False, **of_log(TWO.replace("A,", ","))),
    bad("60-map", "word_new", "A2", "ЗАГС", **of_map(THEIRS.replace("Справка", "ЗАГС", 1))),
    bad("60-log", "log_service", found="S9", **of_log(TWO, mapping=STEPPED.replace('"S1"', '"S9"'))),
    *[bad(f"61-{kind}", "code_by_excel", "A2", "1E+05", **of_log(made(TWO.replace("A,", "1E+05,")), kind)) for kind, made in (("csv", str), ("xlsx", book))],
    bad("64-catalogue", "codes_alike", "A3", "Wait", **{"catalogue/metrics.csv": METRICS + "wait,speed,objective,value,days,lower,30,0,1\nWait,speed,objective,value,days,lower,30,0,1\n"}),
    bad("64-group", "codes_alike", "F7", "А1", grave=False, counts__csv=groups(("A1", 1), ("А1", 2))),
    bad("64-log", "codes_alike", found="X", grave=False, **of_log(TWO.replace("y,", "X,"))),
    bad("66-log", "log_repeated", found="1", grave=False, **of_log(TWO + TWO.splitlines()[2] + "\n")),
    bad("67-map", "conflicting_rows", "A2", "2, 4", **of_map(THEIRS + "Справка,2026-01,50,30\n")),
    *[bad(f"{n}-answers", code, "D2", day, answers__csv=ANSWERS.replace("2026-01-10", day)) for n, code, day in (
        (68, "no_such_date", "32.01.2024"), (69, "slash_date", "02/13/2024"), (70, "not_date", "янв.24"), (71, "too_old", "01.01.1900"))],
    *[bad(f"{n}-log", code, "C2", at, **of_log(TWO.replace("2026-01-05 10:00", at))) for n, code, at in (
        (68, "no_such_date", "30.02.2026"), (69, "slash_date", "02/13/2026"), (70, "log_unread", "1 января 2026"), ("71b", "date_is_number", "45000"))],
    bad("68-xes", "no_such_date", found="2026-02-30", **of_log(xes("2026-02-30"), "xes")),
    # 1900 and 9999 stand for no time in many systems: a warning, and no time
    bad("71-log", "log_placeholder", "D2", "01.01.1900", grave=False, **of_log(TWO.replace("2026-01-05 11:00", "01.01.1900"))),
    bad("72-answers", "future_day", "D2", "2026-04-15", answers__csv=ANSWERS.replace("2026-01-10", "2026-04-15")),
    bad("72-log", "log_late", grave=False, **of_log(TWO.replace("01-06", "04-06"))),
    bad("72-agency", "too_late", found="9999", agency__toml=AGENCY.replace("2026-03-31", "9999-12-31")),
    bad("72-cutoff", "mapping_value", file="logs/a.toml", found="9999", **of_log(TWO, mapping=STEPPED.replace("[time]\n", "[time]\ncutoff = 9999-12-31\n"))),
    bad("73-visits", "end_before", "I2", visits__csv=VISITS + "O1,outer,2026-01-08,S1,u,site,V2,2026-01-08 13:00,2026-01-08 12:00\n"),
    bad("73-complaints", "done_before", "E2", complaints__csv="complaint,date,came_by,theme,answered\nJ1,2026-02-10,online,delay,2026-02-01\n"),
    bad("73-log", "case_contradicts", found="A, B", **of_log(TWO.replace("time,end", "end,time"))),
    *[bad(f"74-{kind}", "step_no_time", found="2", grave=False, **of_log(made(TWO.replace("11:00", "10:00")), kind)) for kind, made in (("csv", str), ("xlsx", book))],
    bad("74-log", "log_long", found="A", grave=False, **of_log(TWO.replace("2026-01-05 10:00", "2024-01-05 10:00"))),
    bad("75-twice", "log_twice", found="1", grave=False, **of_log(TWO.replace("2026-01-05 10:00", "2010-10-31 02:30"))),
    bad("75-columns", "log_mixed", found="2", **of_log(TWO.replace("0:00,", "0:00+03:00,"), mapping=UNZONED)),
    bad("75-offsets", "log_no_zone", found="2", grave=False, **of_log("case,step,time,end\nA,x,2026-01-05 10:00+03:00,\nB,y,2026-01-06 10:00+05:00,\n", mapping=UNZONED)),
    bad("76-map", "not_period", "B2", "2026-13", **of_map(THEIRS.replace("2026-01", "2026-13"))),
    bad("76-answers", "period_grain", "B2", "2025", surveys__csv="service,period,invited\nS1,2025,10\n"),
    bad("77b", "not_number", "I2", "много", **{"catalogue/metrics.csv": METRICS + "wait,speed,objective,value,days,lower,30,0,много\n"}),
    bad("79b", "not_choice", "B2", "speedy", **{"catalogue/metrics.csv": METRICS + "wait,speedy,objective,value,days,lower,30,0,1\n"}),
    # every fault of a mapping names the file of the mapping
    *[bad(f"81-{n}", code, found=like, file="logs/a.toml", **of_log(TWO, mapping=STEPPED + more)) for n, (code, like, more) in enumerate((
        ("mapping_key_like", "columns", "[colums]\n"), ("mapping_key_like", "done", '[outcomes]\ndon = ["x"]\n'), ("mapping_key", "norms", "[zzz]\n"),
        ("mapping_value", "norms.x", '[norms]\nx = "a"\n'), ("mapping_syntax", "10", "x =\n"), ("number_long", "11", f"[norms]\nx = {'9' * 700}\n")))],
    bad("81-needs", "mapping_needs", found="start", file="logs/a.toml", **of_log(TWO, mapping='[columns]\ncase = "case"\nstep = "step"\n')),
    *[bad(f"81-map-{n}", code, found=like, file="theirs.toml", **of_map(THEIRS, mapping=made)) for n, (code, like, made) in enumerate((
        ("mapping_key_like", "numbers", UPTIME + "[number]\nfractions = true\n"), ("mapping_key_like", "service", UPTIME + '[fixed]\nservise = "S1"\n'),
        ("mapping_unfit", "rows.header", UPTIME + "[rows]\nheader = [0]\n"), ("mapping_table", "zzz", UPTIME.replace("metrics", "zzz")),
        ("mapping_open", "period", UPTIME.replace('"Месяц"', '"?"')), ("mapping_syntax", "1", UPTIME.replace('"metrics"', "“metrics”"))))],
    bad("81-map-mixed", "mixed_encodings", file="theirs.toml", **of_map(THEIRS, mapping=UPTIME.encode() + "# Ы\n".encode("cp1251"))),
]  # fmt: skip


SAID = {
    "mapping_no_file": {"ru": "Нет файла, к которому относится", "en": "There is no file this mapping belongs"},
    "log_missing": {"ru": "Файл журнала не найден", "en": "The log file is not found"},
    "log_no_rows": {"ru": "не осталось ни одной строки", "en": "Not one row of the log has"},
    "log_xml": {"ru": "записан с ошибкой", "en": "is not well formed"},
    "xes_dtd": {"ru": "есть собственные определения", "en": "holds definitions of its own"},
    "log_sheet": {"ru": "Лист не читался: в нём нет столбцов", "en": "The sheet was not read: it lacks"},
    "mapping_header": {"ru": "Заголовки стоят в строке 3, а в", "en": "The headings stand in row 3, but the"},
    "mapping_total": {"ru": "похожа на итог", "en": "looks like a total"},
    "log_column_twice": {"ru": "встретился в журнале дважды", "en": "stands in the log twice"},
    "column_twice": {"ru": "несколько", "en": "Several columns are called"},
    "log_column": {"ru": "В журнале нет столбца", "en": "The log has no column"},
    "column_lost_like": {"ru": "больше нет. Похожий", "en": "is no longer there. Like it"},
    "log_fields": {"ru": "больше ячеек, чем столбцов", "en": "has more cells than the heading"},
    "number_needed": {"ru": "Если его нет, уберите эту строку", "en": "If there is none, take the row out"},
    "log_gaps": {"ru": "нет обращения, шага или времени", "en": "has no case, step or time"},
    "word_new": {"ru": "нет в соответствии столбцов", "en": "is not in the mapping"},
    "log_service": {"ru": "в таблице услуг нет", "en": "The table of services has no"},
    "log_repeated": {"ru": "повторяет другую слово в слово", "en": "repeats another one word for word"},
    "log_unread": {"ru": "записано незнакомым образом", "en": "is written in a way that is not known"},
    "log_placeholder": {"ru": "время условное", "en": "is a placeholder"},
    "future_day": {"ru": "позже дня выгрузки", "en": "lies after the day the data were taken"},
    "log_late": {"ru": "произошло после даты выгрузки", "en": "lies after the cut-off date"},
    "too_late": {"ru": "Слишком поздняя дата", "en": "The date is too late"},
    "end_before": {"ru": "Окончание раньше начала", "en": "The end lies before the start"},
    "done_before": {"ru": "раньше дня, когда узнали о жалобе", "en": "before the day the complaint was learnt of"},
    "log_long": {"ru": "стояло на одном шаге больше", "en": "stood at one step for more than"},
    "log_twice": {"ru": "в час, который был дважды", "en": "in an hour that came twice"},
    "log_no_zone": {"ru": "разные часовые пояса", "en": "has different offsets"},
    "mapping_key_like": {"ru": "здесь не бывает. Вероятно", "en": "has no place here. Probably"},
    "mapping_key": {"ru": "здесь не бывает", "en": "has no place here"},
    "mapping_value": {"ru": "Значение не подходит", "en": "The value does not fit"},
    "mapping_unfit": {"ru": "Значение не подходит", "en": "The value does not fit"},
    "mapping_needs": {"ru": "нет ключа", "en": "has no key"},
    "mapping_table": {"ru": "Не сказано, какая это таблица", "en": "It is not said which table this is"},
    "mapping_open": {"ru": "ещё не ответили", "en": "is still open"},
    "mapping_syntax": {"ru": "записана с ошибкой", "en": "is not written correctly"},
    "target_is_base": {"ru": "равна базе", "en": "equals its base"},
    "empty_file": {"ru": "В файле нет данных", "en": "The file holds no data"},
    "no_rows": {"ru": "Есть заголовки, но нет ни одной", "en": "There are headings, but not one row"},
    "text_named_book": {"ru": "Это не книга Excel, хотя файл так", "en": "This is no Excel book, although it is"},
    "web_page": {"ru": "Файл выгружен как веб-страница", "en": "The file was exported as a web page"},
    "old_book": {"ru": "Книга в старом формате .xls. Она", "en": "The book is in the old format .xls."},
    "locked_book": {"ru": "Книга защищена паролем", "en": "The book is protected by a password"},
    "damaged": {"ru": "Файл повреждён или скопирован не", "en": "The file is damaged or was not copied"},
    "not_book": {"ru": "Это архив, а не книга Excel", "en": "This is an archive, not an Excel book"},
    "too_large_inside": {"ru": "Книга раскрывается до", "en": "MB, which is too much"},
    "far_cell": {"ru": "далеко за таблицей", "en": "is in use, far beyond the table"},
    "dtd": {"ru": "В файле есть недопустимые определения", "en": "The file holds definitions that are"},
    "macros": {"ru": "Книга с макросами не принимается", "en": "A book with macros is not accepted"},
    "outer_links": {"ru": "В книге есть ссылки на другие книги.", "en": "The book links to other books. The"},
    "number_long": {"ru": "слишком велико", "en": "is too large"},
    "formula": {"ru": "В ячейке формула без результата", "en": "The cell holds a formula without a"},
    "excel_error": {"ru": "В ячейке ошибка Excel", "en": "The cell holds an Excel error"},
    "merged_header": {"ru": "Заголовки объединены", "en": "Headings are merged"},
    "merged_cells": {"ru": "Ячейки объединены", "en": "Cells are merged"},
    "hidden_rows": {"ru": "Скрытые данные учтены", "en": "hidden. Hidden data were counted"},
    "sheet_hidden": {"ru": "Лист скрыт и не читался", "en": "The sheet is hidden and was not read"},
    "several_sheets": {"ru": "Неясно, на каком из них таблица", "en": "It is unclear which holds the table"},
    "title_rows": {"ru": "Заголовки стоят не в первой строке, а", "en": "The headings are not in the first row"},
    "total_row": {"ru": "похожа на итог", "en": "looks like a total"},
    "duplicate_heading": {"ru": "Такой столбец уже есть", "en": "There is such a column already"},
    "empty_heading": {"ru": "У столбца нет названия", "en": "The column has no heading"},
    "lookalike_heading": {"ru": "буквы чужого алфавита, похожие на", "en": "has letters of another alphabet that"},
    "heading_cleaned": {"ru": "Из названия убраны невидимые знаки", "en": "Invisible signs were taken out of the"},
    "missing_column_like": {"ru": "Нет столбца", "en": "is missing. A similar one"},
    "missing_column": {"ru": "Нет столбца", "en": "The column"},
    "personal_data": {"ru": "персональные данные. Для расчёта они", "en": "holds personal data. They are not"},
    "extra_column": {"ru": "Столбец не нужен и не читался", "en": "The column is not needed and was not"},
    "encoding_1251": {"ru": "Файл в кодировке Windows-1251. Он", "en": "The file is in the encoding"},
    "encoding_1252": {"ru": "Файл в западной кодировке", "en": "The file is in the western encoding"},
    "unreadable": {"ru": "Текст не читается: кодировка", "en": "The text cannot be read: its encoding"},
    "mixed_encodings": {"ru": "в другой кодировке, чем остальной", "en": "is in another encoding than the rest"},
    "binary": {"ru": "не текст, а двоичные данные", "en": "holds binary data, not text"},
    "invisible": {"ru": "Из ячейки убраны невидимые знаки", "en": "Invisible signs were taken out of the"},
    "direction": {"ru": "Из ячейки убраны знаки, меняющие", "en": "Signs that change the direction of"},
    "lost_letters": {"ru": "Часть букв потеряна или испорчена: так", "en": "Some letters are lost or spoilt: a text"},
    "separator": {"ru": "Столбцы разделены знаком", "en": "Columns are separated by"},
    "quote": {"ru": "кавычка открыта и не закрыта или", "en": "a quote is opened and not closed, or"},
    "row_long": {"ru": "а столбцов", "en": "but there"},
    "row_short": {"ru": "а столбцов", "en": "but there"},
    "too_many_columns": {"ru": "В таблице", "en": "The table has"},
    "too_large": {"ru": "Файл больше 500 МБ", "en": "The file is larger than 500 MB"},
    "text_cut": {"ru": "Текст обрезан до 5000 знаков", "en": "The text was cut to 5000 signs"},
    "mixed_number": {"ru": "запятая отделяет тысячи, в других", "en": "Numbers in the column are written in"},
    "unclear_number": {"ru": "Неясно, что значит запятая в", "en": "It is unclear what the comma in"},
    "odd_digits": {"ru": "Непривычные цифры или знак минус", "en": "Unusual digits or an unusual minus"},
    "mixed_shares": {"ru": "Доля записана по-разному: встречаются", "en": "The share is written in different"},
    "fractions": {"ru": "Все значения от 0 до 1, например", "en": "but percentages from 0 to 100 are"},
    "percent_sign": {"ru": "Здесь нужно число, а не проценты", "en": "A number is needed here, not a"},
    "unit_in_number": {"ru": "Вместо числа стоит", "en": "stands in place of a number"},
    "not_number": {"ru": "— не число", "en": "is no number"},
    "missing_not_allowed": {"ru": "Вместо числа стоит", "en": "stands in place of a number"},
    "date_for_number": {"ru": "Обычно её подставляет Excel", "en": "stands in place of a number. Usually"},
    "gaps": {"ru": "В расчёт это не вошло", "en": "no value. This was left out"},
    "too_big": {"ru": "слишком велико", "en": "is too large"},
    "off_scale": {"ru": "вне шкалы: от", "en": "is off the scale: from"},
    "out_of_range": {"ru": "вне допустимого: от", "en": "is out of range: from"},
    "negative": {"ru": "меньше нуля", "en": "is below zero"},
    "not_whole": {"ru": "не целое", "en": "is not whole"},
    "anchors_order": {"ru": "не подходят к тому, что считается", "en": "do not fit what counts as better"},
    "empty_cell": {"ru": "Ячейка пустая", "en": "The cell is empty"},
    "code_zeros": {"ru": "Excel убирает нули в начале", "en": "Excel drops leading zeros"},
    "unknown_code_like": {"ru": "Есть похожий", "en": "There is a similar one"},
    "unknown_code": {"ru": "не найден", "en": "is not found"},
    "code_by_excel": {"ru": "Excel превратил код в число", "en": "Excel turned the code into the number"},
    "bad_code": {"ru": "записан неверно", "en": "is not written correctly"},
    "codes_alike": {"ru": "не отличить на вид или в имени файла", "en": "cannot be told apart by eye or in a"},
    "repeated_row": {"ru": "Строка повторяется слово в слово. Она", "en": "The row is repeated word for word. It"},
    "conflicting_rows": {"ru": "об одном и том же, а значения разные", "en": "are about the same thing, but their"},
    "no_such_date": {"ru": "Нет такой даты", "en": "There is no such date"},
    "slash_date": {"ru": "записана через косую черту: неясно", "en": "is written with slashes: it is"},
    "not_date": {"ru": "записана не так", "en": "is not written as it should be"},
    "too_old": {"ru": "Возможно, это число в столбце даты", "en": "Perhaps it is a number in a column of"},
    "date_is_number": {"ru": "Вместо даты стоит число", "en": "stands in place of a date"},
    "future": {"ru": "начинается позже дня выгрузки", "en": "begins after the day the data were"},
    "incomplete_period": {"ru": "на день выгрузки", "en": "was not over on the day the data were"},
    "case_contradicts": {"ru": "Даты противоречат друг другу: конец", "en": "Dates contradict: an end before its"},
    "step_no_time": {"ru": "Окончание совпадает с началом", "en": "the moment"},
    "step_long": {"ru": "От начала до окончания больше", "en": "lie between the start and the end"},
    "log_never": {"ru": "в час, которого не было: часы", "en": "in an hour that never was: the clocks"},
    "log_mixed": {"ru": "нет часового пояса, у остальных он", "en": "have no offset while the others have"},
    "period_grain": {"ru": "другой длины: шаг данных органа —", "en": "is of another length: the grain of"},
    "not_period": {"ru": "не понятен", "en": "is not understood"},
    "not_choice": {"ru": "не подходит", "en": "does not fit"},
    "agency_key_like": {"ru": "неизвестен", "en": "is unknown"},
    "folder_unread": {"ru": "Эта папка не читалась", "en": "This folder was not read"},
    "file_unknown": {"ru": "По имени не видно, какая это таблица", "en": "The name does not tell which table"},
    "format_unknown": {"ru": "не читается", "en": "is not read"},
    "table_twice": {"ru": "встретилась дважды: ещё и в файле", "en": "was found twice: also in the file"},
    "table_missing": {"ru": "Нет таблицы", "en": "is missing"},
    "tables_missing": {"ru": "Нет ни одной таблицы с данными", "en": "There is no table with data"},
    "agency_missing": {"ru": "Нет файла с описанием органа", "en": "The file that describes the agency is"},
    "agency_name": {"ru": "У органа нет названия", "en": "The agency has no name"},
    "agency_needs": {"ru": "Не указано", "en": "Not given"},
    "agency_syntax": {"ru": "записана с ошибкой", "en": "is not written correctly"},
    "agency_key": {"ru": "неизвестен", "en": "is unknown"},
    "agency_count": {"ru": "не подходит: здесь нужно целое число", "en": "does not fit: a whole number is"},
    "agency_value": {"ru": "не подходит", "en": "does not fit"},
    "no_scale": {"ru": "нет шкалы со ступенями", "en": "has no scale of levels"},
    "level_absent": {"ru": "этот период не посчитан", "en": "There is no row with the level"},
    "total_group": {"ru": "— это сумма остальных: её ответы", "en": "is the sum of the others: its answers"},
    "answers_many": {"ru": "Ответов больше, чем приглашённых", "en": "There are more answers than"},
    "book_named_text": {"ru": "Это книга Excel, а файл назван как", "en": "This is an Excel book, but the file"},
    "unknown_agency": {"ru": "не найден", "en": "There is no agency"},
    "out_link": {"ru": "— это ссылка на другую папку", "en": "is a link to another folder"},
    "out_in_data": {"ru": "лежит внутри папки с данными", "en": "lies inside the folder of the data"},
    "out_unwritable": {"ru": "нельзя писать: нет места или нет прав", "en": "cannot be written to: no space or no"},
    "cascade_over_five": {"ru": "несёт больше пяти показателей", "en": "carries more than five indicators"},
    "target_not_better": {"ru": "Цель показателя", "en": "is no better than its base"},
    "agency_twice": {"ru": "Две папки называются", "en": "Two folders are named"},
}  # fmt: skip
"""What a sentence says, by its code: written down here, so that a changed sentence is seen."""


def bring(folder, files: dict[str, Content]):
    """Write the files of an agency; what is not given is good, None is left out."""
    stems = {name.partition(".")[0] for name in files}
    good = {"agency.toml": AGENCY, "services.csv": SERVICES, "counts.csv": COUNTS}
    kept = {n: c for n, c in good.items() if n.partition(".")[0] not in stems}
    for name, content in (kept | files).items():
        content = content() if callable(content) else content
        if name.endswith(".dir"):
            (folder / name[:-4]).mkdir()
        elif isinstance(content, int):  # so many bytes, none of them on the disk
            with (folder / name).open("wb") as sparse:
                sparse.truncate(content)
        elif content is not None:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return agency_folder.read_folder(folder)


@pytest.fixture(autouse=True)
def russian_again():
    yield
    wording.use("ru")


@pytest.mark.parametrize("case", BAD)
def test_a_bad_input_is_named_with_its_place_and_remedy(case, tmp_path):
    good = tmp_path / "good"
    for name in ("bad", "good"):
        (tmp_path / name).mkdir()
    begun = time.process_time()
    problems = bring(tmp_path / "bad", case.files).problems
    assert time.process_time() - begun < SECONDS
    said = [problem for problem in problems if problem.code == case.code]
    assert said, [str(problem) for problem in problems]
    first = said[0]
    assert first.grave == case.grave
    assert not case.cell or case.cell in first.cells
    assert (case.file == "?" and not first.file) or case.file in first.file
    assert str(tmp_path) not in first.file
    for lang in wording.LANGS:
        wording.use(lang)
        assert SAID[case.code][lang] in str(first)
    assert case.found in str(first)
    assert bring(good, {"counts.csv": WHOLE}).problems == []  # another agency is left alone


@pytest.mark.parametrize("case", [case for case in BAD if not case.values[0].grave])
def test_a_warning_does_not_stop_the_run(case, tmp_path):
    read = bring(tmp_path, case.files)
    assert not [str(problem) for problem in read.problems if problem.grave]


def test_a_good_folder_has_no_problems(tmp_path):
    assert bring(tmp_path, {"counts.csv": WHOLE}).problems == []


GOOD = [
    ("32", {"counts.csv": b"\xef\xbb\xbf" + WHOLE.encode()}, "counts", "count", 10),
    ("35", {"counts.csv": WHOLE.encode("utf-16")}, "counts", "count", 10),
    ("48", {"counts.csv": WHOLE, "metrics.csv": metrics('uptime,S1,2026-01,"94,5",')}, "metrics", "value", 94.5),
    ("50", {"counts.csv": WHOLE.replace(",10\n", ",1\u00a0234\n")}, "counts", "count", 1234),
    ("59", {"services.csv": "service,name_ru\nNA,Справка\nNone,Выписка\nнет,Копия\n", "counts.csv": WHOLE.replace("S1", "NA")}, "services", "service", "NA"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "files", "table", "column", "value"), GOOD)
def test_what_looks_bad_and_is_not_is_read(number, files, table, column, value, tmp_path):
    read = bring(tmp_path, files)
    assert read.problems == []
    assert read.tables[table][column].iloc[0] == value


def twice(folder):
    for part in ("north", "south"):
        (folder / part / "one").mkdir(parents=True)
        bring(folder / part / "one", {"counts.csv": WHOLE})


def overloaded(folder):
    rows = [f"i{n},position,p,owns,speed\n" for n in range(6)]
    bring(one(folder), {"counts.csv": WHOLE, "positions.csv": "position\np\n",
                        "indicators.csv": POSITIONS + "".join(rows)})  # fmt: skip


def unmoved(folder):
    months = metrics("uptime,S1,2026-01,95,", "uptime,S1,2026-02,95,")
    bring(one(folder), {"counts.csv": WHOLE, "metrics.csv": months, "targets.csv":
                        "metric,service,period,mode,value\nuptime,S1,2026-02,points,0\n"})  # fmt: skip


def one(folder):
    (folder / "one").mkdir()
    return folder / "one"


def linked(folder):
    (folder / "real").mkdir()
    (folder / "out").symlink_to(folder / "real")
    bring(one(folder), {"counts.csv": WHOLE})


def filed(folder):
    (folder / "out").write_text("")
    bring(one(folder), {"counts.csv": WHOLE})


COMMANDS = [
    ("1", "unknown_agency", ["check", "two"], linked, 2),
    ("65", "out_link", ["report", "one"], linked, 74),
    ("65b", "out_unwritable", ["report", "one"], filed, 74),
    ("78", "cascade_over_five", ["check", "one"], overloaded, 0),
    ("80", "target_not_better", ["check", "one"], unmoved, 0),
    ("82", "agency_twice", ["check", "one"], twice, 3),
]


@pytest.mark.parametrize(("number", "code", "words", "made", "ended"), COMMANDS)
def test_a_command_names_what_is_bad(number, code, words, made, ended, tmp_path, capsys):
    made(tmp_path)
    more = ["--out", str(tmp_path / "out")] if words[0] == "report" else []
    for lang in wording.LANGS:
        wording.use(lang)
        with pytest.raises(SystemExit) as end:
            cli.run([*words, "--data", str(tmp_path), *more])
        assert end.value.code == ended
        said = "".join(capsys.readouterr())
        assert SAID[code][lang] in said and "Traceback" not in said


def test_a_bad_agency_leaves_a_good_one_alone(tmp_path, capsys):
    for name, files in (("bad", {"counts.csv": HEAD}), ("good", {"counts.csv": WHOLE})):
        (tmp_path / name).mkdir()
        bring(tmp_path / name, files)
    wording.use("en")
    with pytest.raises(SystemExit) as end:
        cli.run(["check", "--all", "--data", str(tmp_path)])
    said = capsys.readouterr().out
    assert end.value.code == 1
    assert "bad: errors 1" in said and "good: errors 0, warnings 0" in said


def test_every_input_of_the_list_has_its_row():
    names = [case.values[0].number for case in BAD] + [row[0] for row in (*GOOD, *COMMANDS)]
    have = {re.match(r"\d*", name)[0] for name in names} - {""}
    assert have == {*map(str, range(1, 83))}


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

import csv
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from python_calamine import CalamineWorkbook

from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.read import agency_folder, data_dictionary, places
from ccwork.read.form import form_book

TOML = 'name_ru = "Ведомство"\nname_en = "Agency"\ngrain = "month"\ndata_date = 2026-06-30\n'
CATALOGUE = {
    "metrics": ["metric,kpi,group,form,levels,unit,better,worst,best,ru,en",
                "joy,overall,subjective,counts,5,level,higher,1,5,Радость,Joy",
                "shareup,overall,objective,share,,percent,higher,0,100,Доля,Share",
                "wait,speed,objective,value,,days,lower,30,0,Ожидание,Wait"],
    "items": ["item,form,ru,en", "door,hall,Дверь открыта,The door is open"],
}  # fmt: skip
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ROWS = {
    "services": [
        {"service": "001", "name_ru": "«Справка», 1/2", "client": "internal", "volume": "1 200"},
        {"service": "NA", "name_ru": '"+7"; @тег', "name_en": "-5"},
    ],
    "answers": [
        {"respondent": "r1", "metric": "joy", "service": "001", "date": "2026-03-31",
         "level": "н/д", "unit": "u1"},
        {"respondent": "r2", "metric": "joy", "service": "NA", "date": "01.04.2026", "level": "5"},
    ],
    "counts": [
        {"metric": "joy", "service": "001", "period": "2026-03", "level": "1", "count": "n<10"},
        {"metric": "joy", "service": "001", "period": "март 2026", "level": "2", "count": "7",
         "segment": "старшие"},
    ],
    "metrics": [
        {"metric": "shareup", "service": "001", "period": "2026-01", "value": "0,57%", "n": "-"},
        {"metric": "shareup", "service": "001", "period": "2026-02", "value": "99,5", "n": "10"},
        {"metric": "wait", "service": "NA", "period": "2026-02", "value": "0,25",
         "n": "не опубликовано"},
        {"metric": "wait", "service": "NA", "period": "2026-03", "value": "нет данных", "n": ""},
    ],
    "needs": [{"need": "n1", "segment": "s", "need_ru": "1.10", "found": "н/д", "metric": "wait"}],
    "targets": [
        {"metric": "shareup", "service": "001", "period": "2026-12", "value": "90"},
        {"metric": "wait", "service": "001", "period": "2026-12", "value": "5",
         "mode": "relative"},
    ],
    "units": [{"unit": "u1", "name_ru": "Зал", "arm": "treated", "start": "2026-02-01"}],
    "steps": [
        {"case": "0001", "step": "a", "start": "31.03.2026 14:05", "service": "001",
         "end": "2026-03-31 14:05:09", "actor": "front", "norm": "1,5"},
        {"case": "0001", "step": "b", "start": "2026-04-01", "service": "001"},
    ],
    "checks": [
        {"item": "door", "visit": "v1", "source": "visitor", "date": "2026-03-31",
         "answer": "na", "words": "«=»", "publish_ok": "yes"},
    ],
}  # fmt: skip


def agency(folder: Path, rows=ROWS) -> Path:
    (folder / "catalogue").mkdir(parents=True)
    (folder / "agency.toml").write_text(TOML, encoding="utf-8")
    for name, lines in CATALOGUE.items():
        made = "\n".join(lines)
        (folder / "catalogue" / f"{name}.csv").write_text(made, encoding="utf-8")
    for name, lines in rows.items():
        heads = list(dict.fromkeys(head for line in lines for head in line))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, heads)
            writer.writeheader()
            writer.writerows(lines)
    return folder


def grave(read):
    return [str(problem) for problem in read.problems if problem.grave]


def emptied(folder: Path) -> Path:
    """Copy an agency without its tables."""
    left = folder.parent / f"{folder.name}_copy"
    shutil.rmtree(left, ignore_errors=True)
    return Path(shutil.copytree(folder, left, ignore=lambda at, names: [
        name for name in names if Path(at) == folder and name.endswith((".csv", ".xlsx"))
    ]))  # fmt: skip


def there_and_back(
    folder: Path, lang: str, names=None
) -> tuple[agency_folder.Input, agency_folder.Input]:
    back = emptied(folder)
    form_book.write_form(back / "книга.xlsx", folder, lang, names)
    return agency_folder.read_folder(folder), agency_folder.read_folder(back)


def same(first: agency_folder.Input, second: agency_folder.Input) -> None:
    assert first.tables.keys() == second.tables.keys()
    for name, frame in first.tables.items():
        assert_frame_equal(second.tables[name], frame, check_exact=True)


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """Return the form of the same agency in each language."""
    root = tmp_path_factory.mktemp("forms")
    folder = agency(root / "demo")
    for lang in wording.LANGS:
        form_book.write_form(root / f"{lang}.xlsx", folder, lang)
    return {lang: root / f"{lang}.xlsx" for lang in wording.LANGS}


def parts(path: Path, beginning: str) -> dict[str, ElementTree.Element]:
    with zipfile.ZipFile(path) as packed:
        names = [name for name in packed.namelist() if name.startswith(beginning)]
        return {name: ElementTree.fromstring(packed.read(name)) for name in names}


def sheets(path: Path) -> list[ElementTree.Element]:
    found = parts(path, "xl/worksheets/sheet")
    return [found[f"xl/worksheets/sheet{at}.xml"] for at in range(1, len(found) + 1)]


def validations(path: Path) -> list[ElementTree.Element]:
    return [rule for sheet in sheets(path) for rule in sheet.iter(f"{MAIN}dataValidation")]


# ---------------------------------------------------------------- back and forth


@pytest.mark.parametrize("lang", wording.LANGS)
def test_what_is_written_into_a_form_is_read_back_the_same(tmp_path, lang):
    first, second = there_and_back(agency(tmp_path / "demo"), lang)
    assert set(first.tables) == set(form_book.ASKED) - {form_book.CATALOGUE}
    assert not grave(first) and not grave(second)
    same(first, second)
    codes = {problem.code for problem in second.problems}
    assert codes == {problem.code for problem in first.problems}


@pytest.mark.long
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_a_form_saved_by_libreoffice_reads_back_the_same(tmp_path, kind):
    folder = agency(tmp_path / "demo")
    back = emptied(folder)
    form_book.write_form(tmp_path / "form.xlsx", folder, "ru")
    office = shutil.which("soffice") or pytest.skip("no LibreOffice")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    turn = [office, profile, "--headless", "--convert-to", kind, "--outdir", back]
    subprocess.run([*turn, tmp_path / "form.xlsx"], check=False, capture_output=True)
    if not (back / f"form.{kind}").exists():
        pytest.skip("LibreOffice without Calc")
    first, second = agency_folder.read_folder(folder), agency_folder.read_folder(back)
    assert grave(first) == grave(second) == []
    same(first, second)


SAVED = sorted((Path(__file__).parent / "saved").iterdir())
"""The form of `agency`, tables metrics and answers, opened and saved without a change by
LibreOffice 7.4.7, Gnumeric 1.12.55 (ssconvert), SheetJS 0.18.5 and exceljs 4.4.0."""


@pytest.mark.parametrize("path", SAVED, ids=[path.name for path in SAVED])
def test_a_form_other_programs_saved_reads_back_the_same(tmp_path, path):
    folder = agency(tmp_path / "demo")
    back = emptied(folder)
    for name in ("services.csv", "units.csv"):
        (back / name).write_bytes((folder / name).read_bytes())
    (back / path.name).write_bytes(path.read_bytes())
    first, second = agency_folder.read_folder(folder), agency_folder.read_folder(back)
    assert len(SAVED) == 6 and grave(second) == []
    for name in ("metrics", "answers"):
        assert_frame_equal(second.tables[name], first.tables[name], check_exact=True)
    told = {problem.code for problem in second.problems}
    assert told and told <= {problem.code for problem in first.problems}


@pytest.mark.parametrize("lang", wording.LANGS)
def test_the_first_sheet_says_what_other_programs_may_lose(books, lang):
    lost = {"ru": "могут пропасть списки, подсказки и защита", "en": "may lose the lists"}
    own = {"ru": "«Каталог показателей»", "en": "“Catalogue of metrics”"}
    rows = CalamineWorkbook.from_path(books[lang]).get_sheet_by_index(0).to_python()
    said = " ".join(str(row[0]) for row in rows)
    assert lost[lang] in said
    assert own[lang] in said


@pytest.mark.parametrize("lang", wording.LANGS)
def test_a_metric_of_one_s_own_comes_back_from_its_sheet(tmp_path, lang):
    folder = agency(tmp_path / "demo", {"services": ROWS["services"]})
    shutil.rmtree(folder / "catalogue")
    wait = (
        CATALOGUE["metrics"][0]
        + "\nожидание,speed,objective,value,,минуты,lower,30,0,Ждали,Waited"
    )
    (folder / "каталог показателей.csv").write_text(wait, encoding="utf-8")
    rows = "metric,service,period,value,n\nWaited,001,2026-01,12,40\n"
    (folder / "metrics.csv").write_text(rows, encoding="utf-8")
    first, second = there_and_back(folder, lang)
    assert grave(first) == grave(second) == []
    own = second.catalogue.loc["ожидание"]
    assert own[["unit", "better", "worst", "best"]].tolist() == ["minutes", "lower", 30, 0]
    assert second.tables["metrics"]["metric"].tolist() == ["ожидание"]
    assert_frame_equal(second.catalogue, first.catalogue)
    needed = [c for c in data_dictionary.dictionary()[form_book.CATALOGUE].columns.values()
              if not c.may_be_absent]  # fmt: skip
    assert len(needed) <= 8


@pytest.mark.parametrize("lang", wording.LANGS)
def test_a_form_may_come_back_in_the_name_of_one_table(tmp_path, lang):
    folder = agency(tmp_path / "demo")
    back = emptied(folder)
    form_book.write_form(back / "показатели.xlsx", folder, lang)
    same(agency_folder.read_folder(folder), agency_folder.read_folder(back))


awkward = st.one_of(
    st.sampled_from(
        ["=1+1", "007", "1.10", '"', "'x", "a\nb", "н/д", "1,5", "12\u00a0000", "_x0041_", "-",
         "+7 900", "@x", "TRUE", "1e5", "31.03.2026", "0,5%", "#Н/Д", "<b>&", "🙂"]
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff"), max_size=12),
)  # fmt: skip
values = st.floats(0, 1e14, allow_nan=False).map(repr)
percents = st.floats(0, 100, allow_nan=False).map("{:.15g}%".format)
"""Of so many digits, as Excel shows: a part of one is read as the percentage it shows."""


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(awkward, awkward), max_size=6),
    st.lists(values, max_size=4),
    st.lists(percents, max_size=4),
    st.sampled_from(wording.LANGS),
)
def test_no_text_and_no_number_changes_on_the_way(tmp_path_factory, words, days, shares, lang):
    numbers = [("wait", ["1", *days]), ("shareup", ["1%", *shares])]
    needs = [{"need": f"n{at}", "segment": "s", "need_ru": ru, "evidence": more}
             for at, (ru, more) in enumerate([("a", "b"), *words])]  # fmt: skip
    metrics = [{"metric": metric, "service": "001", "period": f"2025-{at:02}", "value": value}
               for metric, found in numbers for at, value in enumerate(found, 1)]  # fmt: skip
    rows = {"services": ROWS["services"], "needs": needs, "metrics": metrics}
    folder = agency(tmp_path_factory.mktemp("any") / "demo", rows)
    first, second = there_and_back(folder, lang, rows)
    assert not grave(second)
    same(first, second)


def test_rows_with_errors_are_left_out_and_counted(tmp_path):
    wrong = ROWS["counts"] + [{**ROWS["counts"][0], "period": "когда-то"}]
    folder = agency(tmp_path / "demo", ROWS | {"counts": wrong})
    written = form_book.write_form(tmp_path / "f.xlsx", folder, "ru")
    assert written.left_out == 1
    said = CalamineWorkbook.from_path(tmp_path / "f.xlsx").get_sheet_by_index(0).to_python()
    assert any("Не перенесена 1 строка" in str(row[0]) for row in said)


def test_an_empty_form_says_that_it_has_no_rows(tmp_path):
    folder = agency(tmp_path / "demo", {})
    form_book.write_form(folder / "форма.xlsx", folder, "ru")
    (said,) = grave(agency_folder.read_folder(folder))
    assert said.startswith("форма.xlsx: Есть заголовки, но нет ни одной строки данных.")


def test_sheets_left_empty_are_no_problem(tmp_path):
    few = {name: ROWS[name] for name in ("services", "counts")}
    first, second = there_and_back(agency(tmp_path / "demo", few), "ru")
    assert set(second.tables) == set(few)
    assert not second.problems or {p.code for p in second.problems} == {
        p.code for p in first.problems
    }


def test_only_the_tables_asked_for_are_written(tmp_path):
    folder = agency(tmp_path / "demo")
    written = form_book.write_form(tmp_path / "f.xlsx", folder, "ru", ["Оценки", "metrics"])
    assert written.tables == ("counts", "metrics")
    names = CalamineWorkbook.from_path(tmp_path / "f.xlsx").sheet_names
    assert names == ["Как заполнять", "Оценки", "Показатели", "Коды"]
    source = validations(tmp_path / "f.xlsx")[1].find(f"{MAIN}formula1").text
    assert source.startswith("'Коды'!")


def test_an_unknown_table_is_named(tmp_path):
    with pytest.raises(DataProblems, match="Таблица «оценка» неизвестна"):
        form_book.write_form(tmp_path / "f.xlsx", agency(tmp_path / "demo"), "ru", ["оценка"])


def test_a_form_somebody_may_have_filled_in_is_not_replaced(tmp_path):
    folder = agency(tmp_path / "demo", {})
    (tmp_path / "f.xlsx").write_text("work")
    with pytest.raises(DataProblems, match="уже есть"):
        form_book.write_form(tmp_path / "f.xlsx", folder, "ru")
    assert (tmp_path / "f.xlsx").read_text() == "work"


# ---------------------------------------------------------------- what Excel sees


def test_lists_hold_the_words_of_the_language(books):
    for lang, path in books.items():
        lists = {rule.find(f"{MAIN}formula1").text for rule in validations(path)}
        for name in form_book.ASKED:
            for column in data_dictionary.dictionary()[name].columns.values():
                if column.choices:
                    words = [wording.terms()[f"value.{word}"][lang] for word in column.choices]
                    assert f'"{",".join(words)}"' in lists
                    assert not any("," in word for word in words)


def test_codes_are_chosen_from_the_agencys_own_rows_and_the_catalogue(books):
    formulas = [rule.find(f"{MAIN}formula1").text for rule in validations(books["ru"])]
    assert sum("OFFSET('Услуги'!$A$2," in formula for formula in formulas) >= 5
    codes = CalamineWorkbook.from_path(books["ru"]).get_sheet_by_name("Коды").to_python()
    metrics = [row[0] for row in codes[1:]]
    assert {"joy", "wait"} <= set(metrics)
    scaled = min(int(f.split("$")[-1]) for f in formulas if f.startswith("'Коды'!$A$2"))
    assert "joy" in metrics[: scaled - 1] and "wait" not in metrics[: scaled - 1]


def test_excel_accepts_the_texts_of_checks_and_the_names_of_sheets(books):
    for path in books.values():
        assert len(validations(path)) > 30
        for rule in validations(path):
            assert 0 < len(rule.get("error")) <= 255
            assert len(rule.get("errorTitle")) <= 32
            assert len(rule.find(f"{MAIN}formula1").text) <= 255
            last = rule.get("sqref").rpartition(":")[2]
            assert int("".join(filter(str.isdigit, last))) >= 10_000
        assert all(len(name) <= 31 for name in CalamineWorkbook.from_path(path).sheet_names)
    for table in data_dictionary.dictionary().values():
        assert all(
            len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in table.names
        )


def test_headings_are_locked_and_cells_to_fill_are_not(books):
    (styles,) = parts(books["ru"], "xl/styles").values()
    locked = [
        (rights := xf.find(f"{MAIN}protection")) is None or rights.get("locked") != "0"
        for xf in styles.find(f"{MAIN}cellXfs")
    ]
    for sheet in sheets(books["ru"])[1:-1]:
        rights = sheet.find(f"{MAIN}sheetProtection")
        assert rights.get("sheet") == "1" and rights.get("password") is None
        assert {rights.get(right) for right in ("autoFilter", "sort", "insertRows")} == {"0"}
        first, *others = sheet.iter(f"{MAIN}row")
        assert all(locked[int(cell.get("s"))] for cell in first)
        assert not any(locked[int(cell.get("s"))] for row in others for cell in row)
        columns = [int(c.get("style")) for c in sheet.iter(f"{MAIN}col")]
        assert columns and not any(locked[style] for style in columns)
        assert sheet.find(f".//{MAIN}pane").get("ySplit") == "1"
        assert sheet.find(f"{MAIN}autoFilter") is not None


def test_dates_and_periods_stay_text(books):
    (styles,) = parts(books["ru"], "xl/styles").values()
    forms = [xf.get("numFmtId") for xf in styles.find(f"{MAIN}cellXfs")]
    for name, sheet in zip(form_book.ASKED, sheets(books["ru"])[1:], strict=False):
        columns = list(data_dictionary.dictionary()[name].columns.values())
        for col in sheet.iter(f"{MAIN}col"):
            for place in range(int(col.get("min")) - 1, int(col.get("max"))):
                if columns[place].kind in (*data_dictionary.DAYS, "period", "code"):
                    assert forms[int(col.get("style"))] == "49"


def test_there_is_no_formula_and_no_hidden_sheet(books):
    for path in books.values():
        assert not any(list(sheet.iter(f"{MAIN}f")) for sheet in sheets(path))
        (book,) = parts(path, "xl/workbook.xml").values()
        assert not [s for s in book.iter(f"{MAIN}sheet") if s.get("state")]


def test_the_same_input_gives_the_same_bytes(tmp_path):
    folder = agency(tmp_path / "demo")
    made = []
    for name in ("a.xlsx", "b.xlsx"):
        form_book.write_form(tmp_path / name, folder, "ru")
        form_book.returned(
            tmp_path / f"back {name}", folder, agency_folder.read_folder(folder).problems
        )
        made.append([(tmp_path / n).read_bytes() for n in (name, f"back {name}")])
    assert made[0] == made[1]


def words_of(path: Path) -> set[str]:
    """Return all a person reads in a book: cells, notes, lists and messages."""
    cells = parts(path, "xl/sharedStrings") | parts(path, "xl/comments")
    said = {"".join(item.itertext()) for part in cells.values()
            for tag in ("si", "comment") for item in part.iter(f"{MAIN}{tag}")}  # fmt: skip
    for rule in validations(path):
        said |= {rule.get("error"), rule.get("errorTitle")}
        said |= {rule.find(f"{MAIN}formula1").text} if rule.get("type") == "list" else set()
    names = CalamineWorkbook.from_path(path).sheet_names
    return {line for words in said for line in words.splitlines()} | set(names)


def test_a_form_is_in_one_language(tmp_path):
    folder = agency(tmp_path / "demo", {"services": [{"service": "001"}]})
    read = agency_folder.read_folder(folder)
    codes = {str(code) for rows in read.catalogues.values() for code in rows.index}
    foreign = {"ru": r"[A-Za-z]{2,}", "en": "[А-Яа-яЁё]"}
    # codes of choices the dictionary's explanations name, our own names, addresses of cells
    shown = r"«[^»]*»|“[^”]*”|OFFSET\(.*|\b\w+\.csv|\b(?:Excel|NA|na|Delete)\b|\$[A-Z]+\$\d+"
    for lang in wording.LANGS:
        form_book.write_form(tmp_path / f"{lang}.xlsx", folder, lang)
        names = {str(row[lang]) for rows in read.catalogues.values() for _, row in rows.iterrows()}
        found = words_of(tmp_path / f"{lang}.xlsx") - codes - names
        assert len(found) > 100
        about = {re.sub(shown, "", words) for words in found}
        assert not [words for words in about if re.search(foreign[lang], words)]


def test_the_words_for_missing_values_mean_what_they_say():
    for lang in wording.LANGS:
        wording.use(lang)
        for reason in set(data_dictionary.missing_words().values()) - {"empty"}:
            assert data_dictionary.missing_reason(wording.word(f"form.missing.{reason}")) == reason


def test_signs_no_book_can_hold_are_left_out(tmp_path):
    rows = {"services": [{"service": "a", "name_ru": "на\ufffeчало"}]}
    form_book.write_form(tmp_path / "f.xlsx", agency(tmp_path / "demo", rows), "ru")
    sheet = CalamineWorkbook.from_path(tmp_path / "f.xlsx").get_sheet_by_name("Услуги")
    assert sheet.to_python()[1][1] == "начало"


def test_a_percentage_below_one_stays_a_percentage_in_excel(books):
    rows = CalamineWorkbook.from_path(books["ru"]).get_sheet_by_name("Показатели").to_python()
    assert [row[3] for row in rows[1:4]] == [0.0057, 0.995, 0.25]


def test_the_form_of_a_shipped_agency_is_read_back(tmp_path):
    folder = places.shipped("data") / "real" / "opg"
    back = tmp_path / "opg"
    back.mkdir()
    shutil.copy(folder / "agency.toml", back)
    if (folder / "catalogue").is_dir():
        shutil.copytree(folder / "catalogue", back / "catalogue")
    form_book.write_form(back / "form.xlsx", folder, "en")
    same(agency_folder.read_folder(folder), agency_folder.read_folder(back))


# ---------------------------------------------------------------- what goes back


@pytest.fixture
def faulty(tmp_path):
    counts = [
        {**ROWS["counts"][0], "count": "=1+1"},
        {**ROWS["counts"][0], "period": "когда-то", "count": "=HYPERLINK(1)"},
    ]
    return agency(tmp_path / "demo", ROWS | {"counts": counts})


@pytest.mark.parametrize("lang", wording.LANGS)
def test_each_problem_stands_in_the_book_that_goes_back(faulty, tmp_path, lang):
    wording.use(lang)
    problems = agency_folder.read_folder(faulty).problems
    form_book.returned(tmp_path / "back.xlsx", faulty, problems)
    book = CalamineWorkbook.from_path(tmp_path / "back.xlsx")
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows[0]) == 7 and len(rows) > 2
    line = next(row for row in rows if row[2] == "E2, E3")
    assert line[0] == "counts.csv" and line[3] == "count" and line[6] == wording.word("cli.error")
    assert book.sheet_names == [wording.word("form.problems"), "counts"]
    assert book.get_sheet_by_name("counts").to_python()[1][4] == "=1+1"


def test_faulty_cells_are_coloured_and_explained(faulty, tmp_path):
    form_book.returned(tmp_path / "back.xlsx", faulty, agency_folder.read_folder(faulty).problems)
    (styles,) = parts(tmp_path / "back.xlsx", "xl/styles").values()
    fills = [fill.find(f".//{MAIN}fgColor") for fill in styles.find(f"{MAIN}fills")]
    red = [xf.get("fillId") for xf in styles.find(f"{MAIN}cellXfs")]
    _, copy = sheets(tmp_path / "back.xlsx")
    coloured = [
        cell.get("r") for cell in copy.iter(f"{MAIN}c")
        if (fill := fills[int(red[int(cell.get("s"))])]) is not None
        and fill.get("rgb") == "FFF8B4B4"
    ]  # fmt: skip
    assert coloured == ["E2", "C3", "E3"]
    (notes,) = parts(tmp_path / "back.xlsx", "xl/comments").values()
    said = {note.get("ref"): "".join(note.itertext()) for note in notes.iter(f"{MAIN}comment")}
    assert set(said) - set(coloured) == {"D2"}, "a warning is explained, not coloured"
    assert "когда-то" in said["C3"]


def test_a_book_that_goes_back_holds_text_only(faulty, tmp_path):
    form_book.returned(tmp_path / "back.xlsx", faulty, agency_folder.read_folder(faulty).problems)
    for sheet in sheets(tmp_path / "back.xlsx"):
        assert not list(sheet.iter(f"{MAIN}f"))
        assert {cell.get("t") for cell in sheet.iter(f"{MAIN}c")} == {"s"}


def test_a_copy_mended_in_the_book_that_went_back_is_read(faulty, tmp_path):
    back = emptied(faulty)
    for name in ROWS:
        if name != "counts":
            shutil.copy(faulty / f"{name}.csv", back)
    form_book.returned(back / "back.xlsx", faulty, agency_folder.read_folder(faulty).problems)
    codes = {problem.code for problem in agency_folder.read_folder(back).problems if problem.grave}
    assert codes == {
        problem.code for problem in agency_folder.read_folder(faulty).problems if problem.grave
    }


def test_personal_data_do_not_travel_further(tmp_path):
    rows = [{**ROWS["services"][0], "ФИО": "Иванов Иван"}]
    folder = agency(tmp_path / "demo", ROWS | {"services": rows})
    form_book.returned(tmp_path / "back.xlsx", folder, agency_folder.read_folder(folder).problems)
    said = words_of(tmp_path / "back.xlsx")
    assert "ФИО" in said and "Иванов Иван" not in said


def test_nothing_wrong_is_said_in_words(tmp_path):
    form_book.returned(tmp_path / "back.xlsx", agency(tmp_path / "demo"), [])
    rows = CalamineWorkbook.from_path(tmp_path / "back.xlsx").get_sheet_by_index(0).to_python()
    assert rows[1][0] == "Замечаний нет."

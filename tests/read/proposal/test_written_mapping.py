"""From a file nobody prepared to our tables: what is proposed, asked, and read then."""

import csv
import tomllib

import pytest
import xlsxwriter

from ccwork import cli
from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.read import agency_folder
from ccwork.read.proposal import written_mapping

FACTS = 'name_ru = "Орган"\nname_en = "Agency"\ngrain = "month"\ndata_date = 2026-06-30\n'


def month(*values):
    """Return a sheet of a department: two title rows, headings, groups, a total, a note."""
    return [
        ["Отчёт о работе"], ["Отдел, первая половина года"], [],
        ["№", "Услуга", "Месяц", "Доля в срок, %", "ФИО исполнителя", "Примечание"],
        [1, "Справки", "январь 2026", values[0], "—", ""],
        ["", "", "февраль 2026", values[1], "—", ""],
        [2, "Пропуска", "январь 2026", values[2], "—", "сбой"],
        ["", "", "февраль 2026", values[3], "—", ""],
        ["", "Всего", "", 99], [], ["Составил: отдел учёта"],
    ]  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    own = tmp_path / "data" / "dept"
    own.mkdir(parents=True)
    (own / "agency.toml").write_text(FACTS, encoding="utf-8")
    with xlsxwriter.Workbook(own / "сводка.xlsx") as book:
        for name, values in {"Север": (90, 91, 92, 93), "Юг": (80, 81, 82, 83)}.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(month(*values)):
                sheet.write_row(at, 0, row)
        book.add_worksheet("Пояснения").write("A1", "Форма 12")
    return own


def test_the_table_is_found_and_what_has_two_readings_is_asked(folder):
    made = written_mapping.proposed(folder / "сводка.xlsx")
    said = tomllib.loads(made.text)
    assert said["rows"] == {"header": [4], "until": ["Составил*"], "skip": ["Всего*"],
                            "fill": ["Услуга"]}  # fmt: skip
    assert said["columns"] == {"service": "Услуга", "period": "Месяц"}
    assert said["sheets"]["names"] == ["Север", "Юг"] and made.unread == ["Пояснения"]
    (block,) = said["across"]
    assert block["columns"] == ["Доля в срок, %"] and block["fixed"]["metric"] == "?"
    assert "ФИО исполнителя" in said["not_needed"]["columns"] and not made.after
    assert [(q.about, q.heading) for q in made.meaning.questions] == [("metric", "Доля в срок, %")]


def test_a_heading_that_is_a_metrics_name_is_not_asked(folder):
    with (folder / "форма.csv").open("w", encoding="utf-8", newline="") as lines:
        rows = [["Время", "Решить вопрос было легко", "Ваша оценка", "Пожелания"]]
        rows += [
            [f"0{n}.06.2026 10:0{n}:00", word, str(n % 3 + 1), f"слова {n}"]
            for n, word in enumerate(["Согласен", "Не согласен", "Полностью согласен"], 1)
        ]
        csv.writer(lines).writerows(rows)  # fmt: skip
    path = folder / "форма.csv"
    made = written_mapping.proposed(path, {1: "satisfaction", 2: "Справки"})
    (folder / "форма.toml").write_text(made.text, encoding="utf-8")
    (folder / "сводка.xlsx").unlink()
    read = agency_folder.read_folder(folder)
    assert not [str(problem) for problem in read.problems if problem.grave]
    found = read.tables["answers"]
    assert sorted(zip(found["metric"], found["level"], strict=True)) == [
        ("easy", 2), ("easy", 4), ("easy", 5),
        ("satisfaction", 1), ("satisfaction", 2), ("satisfaction", 3)]  # fmt: skip
    assert found["respondent"].nunique() == 3 and set(found["service"]) == {"Справки"}


def test_a_name_that_is_no_service_of_the_agency_is_asked_not_made_up(folder):
    made = written_mapping.proposed(folder / "сводка.xlsx", {}, {"справки": "inquiries"})
    words = tomllib.loads(made.text)["words"]["service"]
    assert words == {"Справки": "inquiries", "Пропуска": "?"}


def test_the_command_goes_from_a_file_to_a_clean_check(folder, capsys):
    def run(*words):
        with pytest.raises(SystemExit) as ended:
            cli.run(list(words))
        return ended.value.code, capsys.readouterr()

    path = str(folder / "сводка.xlsx")
    assert run("map", path)[0] in (0, None)
    code, shown = run("check", folder.name, "--data", str(folder.parent))
    assert code == 3 and "across.fixed.metric" in shown.out
    assert run("map", path)[0] == 2  # nothing is written over
    wording.use("en")
    code, shown = run("map", path, "--answer", "1=within_norm")
    assert code in (0, None) and "The same in our layout:" in shown.out
    wording.use("ru")
    code, shown = run("check", folder.name, "--data", str(folder.parent))
    assert (
        code == 3 and "conflicting" not in shown.out
    )  # two offices give two values of one metric
    assert run("map", path, "--answer", "1")[1].err.startswith("Нельзя продолжить: 1")


def test_a_file_without_a_table_is_named(folder):
    (folder / "слова.csv").write_text("\n\n1;2\n", encoding="utf-8")
    with pytest.raises(DataProblems) as stopped:
        written_mapping.proposed(folder / "слова.csv")
    assert [problem.code for problem in stopped.value.problems] == ["table_not_found"]
    for lang, said in (("ru", "не нашлось таблицы"), ("en", "No table was found")):
        wording.use(lang)
        assert said in str(stopped.value)


def proposed_of(folder, *rows, answers=None):
    with (folder / "файл.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)
    made = written_mapping.proposed(folder / "файл.csv", answers)
    return made, tomllib.loads(made.text)


def test_months_across_become_periods_and_unknown_names_of_metrics_are_asked(folder):
    rows = [["Показатель", "янв 2026", "фев 2026"], ["Решить вопрос было легко", 70, 71],
            ["Доля довольных", 80, 81]]  # fmt: skip
    _, said = proposed_of(folder, *rows)
    (block,) = said["across"]
    assert block == {"columns": ["янв 2026", "фев 2026"], "heading": "period"}
    assert said["words"]["metric"] == {"Решить вопрос было легко": "easy", "Доля довольных": "?"}


def test_columns_called_as_ours_are_ours(folder):
    rows = [["metric", "service", "period", "value"], ["uptime", "a", "2026-01", 99.5]]
    made, said = proposed_of(folder, *rows)
    assert said["columns"] == {each: each for each in rows[0]} and not made.meaning.questions


def test_two_headings_of_one_name_are_left_and_told(folder):
    made, said = proposed_of(folder, ["Услуга", "Доля", "Доля"], ["А", 1.5, 2.5], ["Б", 3.5, 4.5])
    assert made.meaning.unused == ["Доля", "Доля"] and "across" not in said


def test_an_answer_to_no_question_is_named(folder):
    with pytest.raises(DataProblems, match="вопрос 9, а такого вопроса нет"):
        proposed_of(folder, ["Услуга", "Доля"], ["А", 1.5], ["Б", 3.5], answers={9: "zz"})


def test_a_note_or_a_heading_with_odd_signs_ends_nothing_and_makes_no_scale(folder):
    rows = [["Услуга", "Месяц", "Балл 2023-2024"], ["А", "2026-01", 4.5], ["Б", "2026-01", 4.5],
            ["* без учёта почты", "", ""]]  # fmt: skip
    _, said = proposed_of(folder, *rows)
    assert "until" not in said["rows"] and "scale" not in said["across"][0]["fixed"]


def test_two_services_are_not_given_one_code(folder):
    rows = [["Услуга", "Месяц", "Доля"], ["Справка (А)", "2026-01", 1.5],
            ["Справка А", "2026-01", 2.5]]  # fmt: skip
    _, said = proposed_of(folder, *rows)
    assert said["words"]["service"] == {"Справка (А)": "?", "Справка А": "?"}


def test_a_month_that_stands_twice_is_left_and_told(folder):
    rows = [["Показатель", "янв 2026", "фев 2026", "мар 2026", "мар 2026"],
            ["Решить вопрос было легко", 70, 71, 72, 73]]  # fmt: skip
    made, said = proposed_of(folder, *rows)
    assert said["across"][0]["columns"] == ["янв 2026", "фев 2026"]
    assert made.meaning.unused == ["мар 2026", "мар 2026"]


def test_a_mapping_mended_by_hand_is_not_written_over(folder):
    path, out = folder / "сводка.xlsx", folder / "сводка.toml"
    written_mapping.write_mapping(path, {}, out)
    mended = out.read_text(encoding="utf-8").replace("Север", "Запад")
    out.write_text(mended, encoding="utf-8")
    with pytest.raises(DataProblems) as stopped:
        written_mapping.write_mapping(path, {1: "within_norm"}, out)
    assert [problem.code for problem in stopped.value.problems] == ["map_exists"]
    assert out.read_text(encoding="utf-8") == mended


CODED = [
    ["id", "submitdate", "lastpage", "startlanguage", "K1", "K2[SQ1]", "K2[SQ2]", "K3[a]", "K4"],
    [1, "2026-03-01 10:00:00", 2, "ru", "A1", "A1", "A4", "Y", "Шум, Холод"],
    [2, "2026-03-02 10:00:00", 2, "ru", "A2", "A4", "A2", "", "Холод"],
    [3, "2026-03-03 10:00:00", 2, "ru", "A1", "A2", "н/д", "", "Шум"],
    [4, "2026-03-04 10:00:00", 2, "ru", "A2", "A3", "A1", "Y", "Шум, Холод, Пыль"],
    [5, "2026-03-05 10:00:00", 2, "ru", "A2", "A1", "A3", "", "Пыль"],
]


def test_codes_of_answers_are_asked_for_their_worst_and_ticks_are_told(folder):
    made, said = proposed_of(folder, *CODED)
    asked = [(q.about, q.heading, q.choices) for q in made.meaning.questions]
    assert asked[-2:] == [
        ("codes", "K1", ["A1", "A2"]),
        ("codes", "K2[SQ1]; K2[SQ2]", ["A1", "A4"]),
    ]
    assert made.meaning.ticked == ["K3[a]", "K4"] and not made.meaning.unused
    assert {block["reversed"] for block in said["across"]} == {"?"}
    for lang, words in (("ru", "отмечает несколько ответов сразу: K3[a]; K4."),
                        ("en", "may be ticked at once: K3[a]; K4.")):  # fmt: skip
        wording.use(lang)
        assert words in "\n".join(written_mapping.lines_of(made, folder / "файл.toml"))


@pytest.mark.parametrize(
    ("worst", "levels"),
    [("A1", {"easy": [1, 4, 2, 3, 1], "info_clear": [4, 2, 1, 3]}),
     ("A5", {"easy": [5, 2, 4, 3, 5], "info_clear": [2, 4, 5, 3]})],  # nobody chose A5
)  # fmt: skip
def test_three_answers_make_levels_of_codes(folder, worst, levels):
    given = {1: "-, easy, info_clear", 2: "K1", 4: worst}
    made, _ = proposed_of(folder, *CODED, answers=given)
    assert not [q for q in made.meaning.questions if q.answer == "?"]
    (folder / "файл.toml").write_text(made.text, encoding="utf-8")
    (folder / "сводка.xlsx").unlink()
    rows = agency_folder.read_folder(folder).tables["answers"].dropna(subset="level")
    found = {metric: list(each["level"]) for metric, each in rows.groupby("metric")}
    assert found == levels
    first = rows[rows["metric"] == "easy"]["service"]
    assert list(first) == ["A1", "A2", "A1", "A2", "A2"]


def test_columns_of_answers_are_asked_at_once_and_answered_in_their_order(folder):
    made, said = proposed_of(folder, *CODED, answers={1: "satisfaction, -, ?"})
    (asked, *_) = made.meaning.questions
    assert [part.answer for part in asked.parts] == ["satisfaction", "-", "?"]
    assert asked.answer == "?" and "K2[SQ1]" in said["not_needed"]["columns"]
    for lang, words in (("ru", "в столбцах: K1; K2[SQ1]; K2[SQ2]? Впишите коды через запятую"),
                        ("en", "in the columns: K1; K2[SQ1]; K2[SQ2]? Write codes")):  # fmt: skip
        wording.use(lang)
        assert words in "\n".join(written_mapping.lines_of(made, folder / "файл.toml"))
    with pytest.raises(DataProblems) as stopped:
        proposed_of(folder, *CODED, answers={1: "easy, easy"})
    (problem,) = stopped.value.problems
    assert (problem.code, problem.values["n"]) == ("map_words", 3)


def test_an_end_of_codes_that_does_not_stand_there_is_named(folder):
    for wrong in ("A2", "B5", "A11", "last"):
        with pytest.raises(DataProblems, match=wrong):
            proposed_of(folder, *CODED, answers={4: wrong})


def test_a_scale_of_other_levels_than_the_metric_has_is_not_turned_in_silence(folder):
    with pytest.raises(DataProblems) as stopped:
        proposed_of(folder, *CODED, answers={1: "?, easy, ?", 4: "A4"})
    ru = "шкала: 4 ступени. У показателя «Решить вопрос было легко» другая: 5."
    en = "has 4 levels. That of the metric “It was easy to settle the matter” has another: 5."
    for lang, words in (("ru", ru), ("en", en)):
        wording.use(lang)
        assert words in str(stopped.value)


def test_a_service_answered_by_its_name_has_its_code(folder):
    rows = [["Дата", "Вам было легко?"], ["01.03.2026", 4], ["02.03.2026", 2]]
    with (folder / "файл.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)
    known = {"Справки": "inquiries"}
    made = written_mapping.proposed(folder / "файл.csv", {1: "easy", 2: "справки"}, known)
    assert tomllib.loads(made.text)["fixed"] == {"service": "inquiries"}


@pytest.mark.parametrize(
    ("name", "headings", "row", "table"),
    [
        ("counts", ["metric", "service", "period", "level", "count", "segment"],
         ["easy", "a", "2026-01", 4, 12, "x"], "counts"),
        ("выгрузка", ["Показатель", "Услуга", "Период", "Значение", "Число наблюдений"],
         ["easy", "a", "2026-01", 75, 12], "metrics"),
        ("цели", ["metric", "service", "period", "value"], ["easy", "a", "2026", 75],
         "targets"),
        ("steps", ["case", "step", "start", "end", "service"],
         ["1", "in", "2026-01-31 10:00", "", "a"], "steps"),
    ],
)  # fmt: skip
def test_a_sheet_laid_out_as_ours_is_taken_as_it_is(folder, name, headings, row, table):
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows([headings, row])
    said = tomllib.loads(written_mapping.proposed(path).text)
    assert said["table"] == table and not said.get("across")
    assert list(said["columns"].values()) == headings


def test_the_service_a_sheet_of_ours_lacks_is_asked_and_its_code_is_known(folder):
    rows = [["Case", "Step", "Start"], ["1", "in", "2026-01-31 10:00"], ["1", "out", "2026-02-01"]]
    made, said = proposed_of(folder, *rows)
    assert said["table"] == "steps" and [q.about for q in made.meaning.questions] == ["service"]
    whole = [["metric", "service", "period", "value"], ["uptime", "main", "2026-01", 99.5]]
    with (folder / "файл.csv").open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(whole)
    made = written_mapping.proposed(folder / "файл.csv", {}, {"Главная": "main"})
    assert tomllib.loads(made.text)["words"]["service"] == {"main": "main"}


def test_a_log_and_our_form_are_told_from_tables(folder):
    with pytest.raises(DataProblems) as stopped:
        proposed_of(folder, ["Case", "Step", "Time", "Life"], ["1", "in", "2026-01-01", "start"])
    assert [each.code for each in stopped.value.problems] == ["map_log"]
    for lang, words in (("ru", "похоже на журнал"), ("en", "looks like a log")):
        wording.use(lang)
        assert words in str(stopped.value)
    (folder / "log.xes").write_text("<log/>", encoding="utf-8")
    with pytest.raises(DataProblems, match="looks like a log"):
        written_mapping.proposed(folder / "log.xes")
    wording.use("ru")
    with xlsxwriter.Workbook(folder / "форма.xlsx") as book:
        for name in ("Как заполнять", "Коды", "Показатели"):
            book.add_worksheet(name).write_row(0, 0, ["Показатель", "Название", "Слово"])
    with pytest.raises(DataProblems, match="Это наша форма") as stopped:
        written_mapping.proposed(folder / "форма.xlsx")
    assert [each.code for each in stopped.value.problems] == ["map_form"]


def test_a_number_is_not_repeated_down_a_column(folder):
    rows = [  # fmt: skip
        ["Услуга", "Месяц", "Балл", "Кол-во ответов"],
        ["А", "2026-01", 4.5, 30],
        ["А", "2026-02", 4.4, ""],
        ["Б", "2026-01", 4.1, 20],
        ["Б", "2026-02", 4.2, ""],
    ]
    _, said = proposed_of(folder, *rows)
    assert "fill" not in said["rows"] and said["across"][0]["beside"] == {"n": "Кол-во ответов"}


def test_words_of_a_short_scale_are_no_levels_of_a_long_one(folder):
    rows = [["Дата", "Решить вопрос было легко", "Довольны?"], ["01.03.2026", "Да", "Нет"],
            ["02.03.2026", "Нет", "Да"]]  # fmt: skip
    made, said = proposed_of(folder, *rows)  # a metric's own name does not make two levels five
    assert [block["fixed"]["metric"] for block in said["across"]] == ["?", "?"]
    with pytest.raises(DataProblems) as stopped:
        proposed_of(folder, *rows, answers={1: "?, satisfaction"})
    (problem,) = stopped.value.problems
    assert (problem.code, problem.values["n"], problem.values["levels"]) == ("map_levels", 2, 5)


def test_a_column_without_a_heading_is_told_by_its_letter(folder):
    rows = [["Услуга", "Месяц", "", "Доля"], ["А", "2026-01", "x", 1.5], ["Б", "2026-01", "", 2]]
    made, _ = proposed_of(folder, *rows)
    assert made.meaning.nameless == ["C"]
    for lang, words in (("ru", "нет названия, и они не читаются: C."),
                        ("en", "have no heading and are not read: C.")):  # fmt: skip
        wording.use(lang)
        assert words in "\n".join(written_mapping.lines_of(made, folder / "файл.toml"))


def test_sheets_of_ours_named_by_their_period_are_of_it(folder):
    with xlsxwriter.Workbook(folder / "замеры.xlsx") as book:
        for name, value in {"2026-01": 90, "2026-02": 91}.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["metric", "service", "value"])
            sheet.write_row(1, 0, ["uptime", "a", value])
    made = written_mapping.proposed(folder / "замеры.xlsx")
    assert tomllib.loads(made.text)["sheets"]["as"] == "period" and not made.meaning.questions
    assert [row[-1] for row in made.after[1:]] == ["90", "91"]


@pytest.mark.parametrize(
    ("lang", "asks"), [("ru", "Каким услугам органа"), ("en", "Which services")]
)
def test_names_of_services_the_agency_calls_otherwise_are_one_question(folder, lang, asks):
    services = "service,name_ru,name_en\nlicence,Лицензия,Licence\npass,Пропуск,Pass\n"
    (folder / "services.csv").write_text(services, encoding="utf-8")
    path, out = folder / "сводка.xlsx", folder / "сводка.toml"
    with wording.speaking(lang):
        made = written_mapping.write_mapping(path, {1: "within_norm"}, out)
        asked = list(written_mapping.lines_of(made, out))
        (line,) = [line for line in asked if asks in line]
        assert "Пропуска" in line and "Справки" in line
        for wrong in ("pass", "pass, licence, pass", "pass, nothing"):
            with pytest.raises(DataProblems) as stopped:
                written_mapping.write_mapping(path, {1: "within_norm", 2: wrong}, out)
            assert "licence" in str(stopped.value) and wrong in str(stopped.value)
    names = made.meaning.questions[1].columns
    codes = ["pass" if name == "Пропуска" else "licence" for name in names]
    written_mapping.write_mapping(path, {1: "within_norm", 2: ", ".join(codes)}, out)
    said = tomllib.loads(out.read_text(encoding="utf-8"))["words"]["service"]
    assert said == {"Справки": "licence", "Пропуска": "pass"}


ANSWERS = [["Опрос посетителей за 2026 год"], [],
           ["№ п/п", "Дата", "Услуга", "Удовлетворённость услугой (1-5)", "Примечание"],
           *[[n, f"{n:02}.03.2026", ("Справки", "Пропуска")[n % 2], 3 + n % 3, ""]
             for n in range(1, 9)],
           ["Итого", "", "", 4], [], ["Исп. отдел приёма"]]  # fmt: skip
WAY = [["Журнал обращений"], [],
       ["Номер обращения", "Этап", "Отдел", "Начало", "Окончание", "Исполнитель", "Подано"],
       *[[f"О-{case}", step, unit, f"{case:02}.04.2026 {at}:00", f"{case:02}.04.2026 {at + 1}:30",
          "Сидоров", f"{case:02}.04.2026 09:00"]
         for case in range(1, 7) for step, unit, at in
         (("Приём", "Канцелярия", 10), ("Проверка документов", "Отдел приёма", 14))]]  # fmt: skip
CULTURE = [["Показатели культуры"], [], ["Показатель", "", "Январь 2026", "Февраль 2026"],
           ["Соблюдение правил общения, %", "", 82, 85], ["Прошли обучение, %", "", 40, 55],
           ["Итого по отделу", "", 1, 1]]  # fmt: skip


def test_three_tables_of_one_book_are_read_by_a_mapping_for_each(tmp_path, capsys):
    own = tmp_path / "dept"
    own.mkdir()
    (own / "agency.toml").write_text(FACTS, encoding="utf-8")
    services = "service;name_ru\nspravka;Справки\npass;Пропуска\n"
    (own / "services.csv").write_text(services, encoding="utf-8")
    with xlsxwriter.Workbook(own / "итоги.xlsx") as book:
        for name, rows in {"Опрос": ANSWERS, "Ход дел": WAY, "Культура": CULTURE}.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    said = {"Опрос": ["1=satisfaction"], "Ход дел": ["1=spravka"],
            "Культура": ["1=pass", "2=conduct_items, культура/%/больше"]}  # fmt: skip
    for name, answers in said.items():
        words = [each for answer in answers for each in ("--answer", answer)]
        with pytest.raises(SystemExit):
            cli.run(["map", str(own / "итоги.xlsx"), "--sheet", name, *words])
        shown = capsys.readouterr().out
        assert "не похожи" not in shown and "Вопрос" not in shown
        assert "Эти листы сюда не входят: " in shown and f": {name};" not in shown
    read = agency_folder.read_folder(own)
    assert not [str(problem) for problem in read.problems if problem.grave]
    assert "sheet_not_mapped" not in [problem.code for problem in read.problems]
    answers, steps, metrics = (read.tables[name] for name in ("answers", "steps", "metrics"))
    assert answers["level"].tolist() == [3 + n % 3 for n in range(1, 9)]
    assert set(answers["service"]) == {"spravka", "pass"}
    assert set(steps["step"]) == {"Приём", "Проверка_документов"} and len(steps) == 12
    assert (
        set(steps["unit"]) == {"Канцелярия", "Отдел_приёма"} and not steps["applied"].isna().any()
    )
    assert sorted(metrics["value"]) == [40, 55, 82, 85]
    (own / "итоги Культура.toml").unlink()
    left = [p for p in agency_folder.read_folder(own).problems if p.code == "sheet_not_mapped"]
    assert [problem.sheet for problem in left] == ["Культура"]  # named by no mapping, told once


def test_two_steps_are_not_given_one_code_and_a_wrong_sheet_is_no_table(tmp_path):
    path = tmp_path / "дела.csv"
    rows = [WAY[0], WAY[2], *WAY[3:]]
    rows = [*rows, *[["О-9", "Проверка  документов!", *row[2:]] for row in WAY[3:4]]]
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(rows)
    words = written_mapping.proposed(path).meaning.words["step"]
    assert words == {"Приём": "Приём", "Проверка документов": "?", "Проверка документов!": "?"}
    with pytest.raises(DataProblems) as stopped:
        written_mapping.proposed(path, sheet="Другой")
    assert [problem.code for problem in stopped.value.problems] == ["table_not_found"]
    assert "лист «Другой»" in str(stopped.value)


def test_questions_open_for_a_sheet_are_told_by_the_check(folder):
    with pytest.raises(SystemExit):
        cli.run(["map", str(folder / "сводка.xlsx"), "--sheet", "Север"])
    told = agency_folder.read_folder(folder).problems
    assert {each.file for each in told if each.code == "mapping_open"} == {"сводка Север.toml"}


@pytest.mark.parametrize("lang", wording.LANGS)
def test_an_own_metric_in_an_unknown_unit_is_told_the_units(folder, lang):
    units = [row[lang] for code, row in wording.terms().items() if code.startswith("unit.")]
    with wording.speaking(lang):
        with pytest.raises(DataProblems) as stopped:
            written_mapping.proposed(folder / "сводка.xlsx", {1: "speed/процент/lower"})
        assert len(units) > 15 and f": {', '.join(units)}." in str(stopped.value)

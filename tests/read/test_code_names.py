"""What a form or a catalogue calls a thing is read as its code; nothing is guessed."""

import pytest

from ccwork.language import wording
from ccwork.language.problems import together
from ccwork.read import agency_folder

FACTS = 'name_ru = "Орган"\ngrain = "month"\ndata_date = 2026-06-30\n'
SERVICES = "service,name_ru,name_en\nS1,Выдача плана,Issue of a plan\nS2,Справка,Certificate\n"
ANSWERS = "respondent,metric,service,date,level,segment,channel\n"


def bring(folder, **files):
    (folder / "catalogue").mkdir()
    for name, content in {"agency__toml": FACTS, "services__csv": SERVICES, **files}.items():
        path = folder / name.replace("__", ".").replace("own_", "catalogue/")
        path.write_text(content, encoding="utf-8")
    return agency_folder.read_folder(folder)


def grave(read):
    return [problem for problem in read.problems if problem.grave]


def said(problem):
    lines = []
    for lang in ("ru", "en"):
        with wording.speaking(lang):
            lines.append(" ".join(problem.sentences))
    return lines


def test_names_in_either_language_are_codes(tmp_path):
    rows = (
        "r1,Удовлетворённость услугой,Выдача плана,2026-06-01,4,Граждане,окно приёма\n"
        "r2,satisfaction with  the SERVICE,Issue of a plan,2026-06-01,5,citizens,counter\n"
        "r3,satisfaction,S2,2026-06-01,3,своя_группа,counter\n"
        "r4,satisfaction,Issue_of_a_plan,2026-06-01,3,,\n"  # as a mapping makes a code of a name
    )
    read = bring(tmp_path, answers__csv=ANSWERS + rows)
    assert grave(read) == []
    got = read.tables["answers"]
    assert got["metric"].tolist() == ["satisfaction"] * 4
    assert got["service"].tolist() == ["S1", "S1", "S2", "S1"]
    assert got["segment"].tolist() == ["citizens", "citizens", "своя_группа", ""]
    assert got["channel"].tolist() == ["counter"] * 3 + [""]


def test_a_service_known_by_its_name_alone_gets_a_code(tmp_path):
    services = "service,name_ru\nВыдача плана,Выдача плана\n"
    rows = "r1,satisfaction,Выдача плана,2026-06-01,4,,\n"
    read = bring(tmp_path, services__csv=services, answers__csv=ANSWERS + rows)
    assert grave(read) == []
    assert read.tables["services"]["service"].tolist() == ["Выдача_плана"]
    assert read.tables["answers"]["service"].tolist() == ["Выдача_плана"]


def test_a_name_of_two_codes_is_not_guessed(tmp_path):
    services = "service,name_ru\nS1,Выдача плана\nS2,выдача  плана\n"
    rows = "r1,satisfaction,Выдача плана,2026-06-01,4,,\n"
    read = bring(tmp_path, services__csv=services, answers__csv=ANSWERS + rows)
    (problem,) = grave(read)
    assert (problem.code, problem.cells) == ("name_shared", ("C2",))
    ru, en = said(problem)
    assert "S1, S2" in ru
    assert "S1, S2" in en
    assert len(read.tables["answers"]) == 0


def test_a_near_name_is_offered_with_its_code(tmp_path):
    rows = "r1,Удовлетворенность услугами,Выдача планов,2026-06-01,4,,\n"
    found = grave(bring(tmp_path, answers__csv=ANSWERS + rows))
    assert [(p.code, p.cells) for p in found] == [
        ("unknown_name_like", ("B2",)),
        ("unknown_name_like", ("C2",)),
    ]
    ru, en = said(found[1])
    assert "«Выдача плана»" in ru
    assert "код «S1»" in ru
    assert "“S1”" in en


def test_units_are_listed_where_one_is_asked_and_read_by_name(tmp_path):
    head = "metric,kpi,group,form,unit,better,worst,best,ru,en\n"
    own = (
        "wait,speed,objective,value,Минуты,lower,30,0,Ждали,Waited\n"
        "far,effort,objective,value,верста,lower,30,0,Путь,Way\n"
    )
    rows = "r1,satisfaction,S1,2026-06-01,4,,\n"
    read = bring(tmp_path, own_metrics__csv=head + own, answers__csv=ANSWERS + rows)
    (problem,) = grave(read)
    assert (problem.code, problem.cells) == ("not_choice", ("E3",))
    ru, en = said(problem)
    assert "баллы, дни, часы, минуты" in ru
    assert "points, days, hours, minutes" in en
    assert read.catalogue.at["wait", "unit"] == "minutes"


@pytest.mark.parametrize("cell", ["con", "S 1"])
def test_what_is_neither_code_nor_name_stays_a_problem(tmp_path, cell):
    rows = f"r1,satisfaction,S1,2026-06-01,4,{cell},\n"
    (problem,) = grave(bring(tmp_path, answers__csv=ANSWERS + rows))
    assert (problem.code, problem.cells) == ("bad_code", ("F2",))


def waves(*days, level=4):
    rows = [f"r{who},satisfaction,S1,{day},{level},," for day in days for who in range(1, 41)]
    return ANSWERS + "\n".join(rows) + "\n"


def test_two_waves_of_forty_are_eighty_answers(tmp_path):
    read = bring(tmp_path, answers__csv=waves("2026-03-01", "2026-06-01"))
    assert read.problems == []
    assert len(read.tables["answers"]) == 80


def test_two_answers_of_one_day_are_asked_about_and_neither_is_to_be_deleted(tmp_path):
    rows = "r1,satisfaction,S1,2026-06-01,4,,\nr1,satisfaction,S1,2026-06-01,5,,\n"
    (problem,) = grave(bring(tmp_path, answers__csv=ANSWERS + rows))
    assert (problem.code, problem.cells) == ("conflicting_rows", ("A2", "A3"))
    ru, en = said(problem)
    assert "дайте им разные коды" in ru
    assert "give them different codes" in en
    assert "далите" not in ru
    assert "elete" not in en


def test_stamps_with_a_zone_give_one_warning_a_column(tmp_path):
    read = bring(tmp_path, answers__csv=waves("2026-06-01T23:50:00Z"))
    (warning,) = together(read.problems)
    assert (warning.code, warning.grave, len(warning.cells)) == ("day_of_greenwich", False, 40)
    ru, en = said(warning)
    assert "местный может быть другим" in ru
    assert "local day may differ" in en
    assert read.tables["answers"]["date"].dt.strftime("%F").unique().tolist() == ["2026-06-01"]

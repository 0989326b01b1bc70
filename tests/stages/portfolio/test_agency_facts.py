import json

import pytest
from portfolio_samples import agency, number, portfolio, share, word, written

from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.stages.portfolio import agency_facts, invented_agencies, opening

ONE = [share("info_found", "a", 70, 100), word("6_kpi.five_rows.external.speed.status", "full")]
FOUND = [{"what": "obstacle", "kind": "weak_place", "kpi": "speed"}]


def lay(folder, **files):
    for name, text in files.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "facts.json").write_text(text, encoding="utf-8")
    return str(folder)


# ---------------------------------------------------------------- what is read


def test_only_what_is_needed_is_read_and_nothing_of_it_is_lost():
    more = number("6_kpi.levels.satisfaction.a.score", 1.0)
    made = agency("one", [more, *ONE], FOUND, name={"ru": "Первый", "en": "First"})
    assert list(made.facts) == [fact["id"] for fact in ONE]
    assert made.value(ONE[0]["id"]) == 70 and made.word(ONE[1]["id"]) == "full"
    assert made.found == tuple(FOUND) and made.name == {"ru": "Первый", "en": "First"}
    assert made.word("6_kpi.five_rows.external.quality.status") == ""
    assert made.value("6_kpi", "nothing") != made.value("6_kpi", "nothing")  # NaN, not 0


@pytest.mark.parametrize("laid_out", [{"indent": 2}, {"separators": (",", ":")}, {}])
def test_the_layout_of_a_file_changes_nothing(laid_out):
    text = written("one", ONE, FOUND)
    again = json.dumps(json.loads(text), **laid_out)
    made = agency_facts.read_facts(again.encode(), "one")
    assert made == agency_facts.read_facts(text.encode(), "one")


def test_a_number_of_few_answers_is_not_read():
    path = "6_kpi.judged.info_found.a.value"
    made = agency("one", [number(path, 50.0, 20.0, 80.0, 9)])
    assert made.facts[path]["value"] is None and made.word(path) == "too_few"


def test_of_several_periods_the_latest_counts_and_the_one_before_is_its_earlier_time(tmp_path):
    old = written("one", ONE, period="2025-06", date="2025-06-30")
    older = written("one", ONE, period="2024-06", date="2024-06-30")
    given = opening.open_folder(lay(tmp_path, a=written("one", ONE), b=old, c=older))
    assert [each.period for each in given.agencies] == ["2026-06"]
    assert [each.period for each in given.before] == ["2025-06"]
    given = opening.open_folder(str(tmp_path), period="2025-06")
    assert [each.period for each in given.agencies] == ["2025-06"]


def test_agencies_stand_by_the_alphabet_of_their_names_not_by_codes():
    named = {"a": "Ёлка", "b": "Жук", "c": "Дом"}
    made = portfolio(*(agency(code, ONE, name={"ru": ru}) for code, ru in named.items()))
    assert [each.code for each in made.agencies] == ["c", "a", "b"]


def test_without_a_folder_the_agencies_are_invented_and_it_is_said():
    given = opening.open_folder(lang="en")
    assert given.invented and repr(given) == "85 invented agencies, June 2026"
    wording.use("ru")
    assert repr(given) == "85 вымышленных органов, июнь 2026"


# ---------------------------------------------------------------- what is not


BAD = {
    "facts_broken": [
        written("bad", ONE)[:-30], "{", written("bad", ONE).replace("70.0", "NaN"),
        written("bad", ONE).replace('"value": 70.0', '"value": "70"'),
        written("bad", [*ONE, *ONE]), written("bad", ONE, period="yesterday"),
        written("bad", ONE, [{"what": "obstacle"}]), written("bad", ONE, date=""),
    ],
    "facts_foreign": ["[]", "{}", '{"facts": 5}', '{"facts": [], "agency": "x"}', "5"],
    "facts_older": [written("bad", ONE).replace('"schema": 1', '"schema": 0')],
    "facts_newer": [written("bad", ONE).replace('"schema": 1', '"schema": 2')],
}  # fmt: skip


@pytest.mark.parametrize("code, text", [(code, text) for code in BAD for text in BAD[code]])
def test_a_file_that_cannot_be_read_is_a_problem_and_the_others_go_on(tmp_path, code, text):
    given = opening.open_folder(lay(tmp_path, bad=text, good=written("good", ONE)))
    assert [each.code for each in given.agencies] == ["good"]
    assert [(each.code, each.file) for each in given.problems] == [(code, "bad/facts.json")]
    told = opening.unread(given)
    assert told["where_wrong"].tolist() == ["bad/facts.json"] and told["mend"].iloc[0]


def test_bytes_that_are_no_text_are_a_problem(tmp_path):
    (tmp_path / "facts.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataProblems, match="повреждён"):
        opening.open_folder(str(tmp_path))


def test_the_same_agency_twice_is_counted_once_and_named(tmp_path):
    given = opening.open_folder(lay(tmp_path, a=written("one", ONE), b=written("one", ONE[:1])))
    assert len(given.agencies) == 1 and given.agencies[0].file == "a/facts.json"
    (problem,) = given.problems
    assert "«one»" in str(problem) and "a/facts.json" in str(problem)


def test_an_empty_folder_and_an_earlier_one_that_is_not_earlier_are_told(tmp_path):
    with pytest.raises(DataProblems, match="нет ни одного файла"):
        opening.open_folder(str(tmp_path))
    folder = lay(tmp_path, a=written("one", ONE))
    given = opening.open_folder(folder, folder)
    assert [each.code for each in given.problems] == ["facts_not_earlier"]
    assert not given.problems[0].grave and not given.before
    others = lay(tmp_path / "others", two=written("two", ONE))  # of the same time: none is gone
    assert opening.open_folder(str(tmp_path / "a"), others).before == ()


def test_what_is_written_is_what_is_made_in_memory(tmp_path):
    truth = invented_agencies.Truth(agencies=12, seed=3)
    assert invented_agencies.write_invented(truth, tmp_path) == 12
    read = opening.open_folder(str(tmp_path))
    made = invented_agencies.portfolio(truth)
    assert [each.facts for each in read.agencies] == [each.facts for each in made.agencies]
    told = json.loads((tmp_path / "truths.json").read_text())
    assert len(told["bad"]) == 3 and set(told["bad"]) < {each.code for each in read.agencies}


def test_one_more_invented_agency_changes_no_other():
    some = invented_agencies.texts(invented_agencies.Truth(agencies=10, bad=0, improvers=0))
    more = invented_agencies.texts(invented_agencies.Truth(agencies=11, bad=0, improvers=0))
    assert some.items() < more.items()

"""The card of a position: every indicator in one plain sentence with its example."""

import re

import pytest
from conftest import sample

from ccwork.language import wording
from ccwork.stages.cascade import position_cards
from ccwork.tell import formatting

STATISTICS = re.compile("медиан|интервал|средн|процентил|median|interval|mean|percentile", re.I)


def carded(agency, metric, value, n=200):
    agency.metric([value, value], metric=metric, n=n, first="2026-05")
    agency.add("positions", [
        {"position": "clerk", "unit": "", "name_ru": "К", "name_en": "K", "staff": 40}
    ])  # fmt: skip
    agency.add("indicators", [
        {"indicator": "i1", "level": "position", "metric": metric, "service": "a",
         "position": "clerk", "role": "owns"}
    ])  # fmt: skip
    return agency.load()


@pytest.mark.parametrize(
    ("metric", "value", "ru", "en"),
    [
        ("within_norm", 80.0,
         "сейчас 80 из каждых ста, то есть примерно 16 из двадцати; чем больше",
         "now 80 of every hundred, that is about 16 of twenty; the more"),
        ("documents", 3.0, "сейчас 3,0 документа; так выйдет, если у одних 2 документа",
         "now 3.0 documents; so it is when some have 2 documents and others 4 documents"),
        ("documents", 2.8, "если у одних 2 документа, а у других 3 документа",
         "so it is when some have 2 documents and others 3 documents"),
    ],
)  # fmt: skip
def test_a_figure_is_said_in_one_sentence_with_an_example(agency, metric, value, ru, en):
    work = carded(agency, metric, value)
    for lang, said in {"ru": ru, "en": en}.items():
        with wording.speaking(lang):
            plain = position_cards.card(work)["plainly"].iloc[0]
            assert said in plain.replace("\xa0", " ")


def test_what_too_few_answered_is_not_said(agency):
    work = carded(agency, "within_norm", 80.0, n=6)
    assert "пока не измерено" in position_cards.card(work)["plainly"].iloc[0]


@pytest.mark.parametrize("name", ["registry", "payments", "inspection"])
@pytest.mark.parametrize("lang", wording.LANGS)
def test_no_name_of_a_statistic_stands_in_it(name, lang):
    work = sample(name)
    with wording.speaking(lang):
        for said in position_cards.card(work)["plainly"]:
            assert not STATISTICS.search(said) and len(re.findall(r"\w+", said)) <= 40


def test_a_position_without_a_target_is_not_said_to_have_none_at_all(agency):
    work = carded(agency, "within_norm", 80.0)
    row = position_cards.card(work).iloc[0].to_dict()
    assert formatting.cell(row, "target").shown == "у должности нет"

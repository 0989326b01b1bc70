"""Every word a person reads: complete in both languages, clean, with the same placeholders."""

import csv
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ccwork
from ccwork.language import wording
from ccwork.language.resources import resource

ROOT = Path(ccwork.__file__).parent
ROOMS = sorted(Path(str(resource("terms"))).glob("*.csv"))
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
LATIN = re.compile(r"[A-Za-z]{2,}")
QUOTED = re.compile(
    r"[A-Z][a-z]+/[A-Z][a-z]+|"
    r"«[^»]*»|“[^”]*”|\([a-z_, ]+\)|\{[^{}]*\}|--?[a-z]+|[a-z_]+\.(?:toml|json|csv|xlsx)|"
    r"CCWORK_DATA|ccwork|Excel|Word|PDF|CSV|UTF-8|Windows-125[12]|SHA-256|NHS|Making Data Count|"
    r"TOML|DTD|HTML|summary|value|low|high|word|log|agency|help|csv|docx|xlsx|xls|ods|xlsm|services|counts|metrics|"
    r"catalogue|external|internal|month|quarter|year|XFD1048576|DOS"
)


@pytest.fixture(autouse=True)
def russian():
    wording.use("ru")
    yield
    wording.use("ru")


def rows(room: Path) -> list[dict[str, str]]:
    with room.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def placeholders(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)(?:\|[^}]*)?\}", sentence))


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.stem)
def test_every_word_stands_in_both_languages(room):
    for row in rows(room):
        assert row["ru"].strip() and row["en"].strip(), row["code"]
        assert placeholders(row["ru"]) == placeholders(row["en"]), row["code"]
        assert bool(row.get("meaning_ru")) == bool(row.get("meaning_en")), row["code"]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.stem)
def test_no_word_leaks_into_the_other_language(room):
    for row in rows(room):
        assert not CYRILLIC.search(QUOTED.sub("", row["en"])), row
        assert not LATIN.search(QUOTED.sub("", row["ru"])), row


def test_a_code_stands_in_one_room_only():
    codes = [row["code"] for room in ROOMS for row in rows(room)]
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.stem)
def test_russian_plurals_have_three_forms_and_english_two(room):
    for row in rows(room):
        for lang, forms in (("ru", 3), ("en", 2)):
            for found in re.findall(r"\{\w+\|([^}]*)\}", row[lang]):
                decimals_too = lang == "ru" and len(found.split("|")) == 4
                assert len(found.split("|")) == forms or decimals_too, row["code"]


NOT_COUNTED = {
    "since",
    "line",
    "row",
    "rows",
    "day",
    "client",
    "quarter",
    "year",
    "by_itself",
    "left_over",
}
"""Placeholders that are no counts, or amounts that no noun follows: «строка 5», «1 квартал»."""

NO_NOUNS = {*"викспо", "до", "за", "из", "на", "не", "нет", "об", "от", "по"}
"""Words that may follow any number as they are; «п» begins «п. п.»."""

VERBS = {"is", "has", "was", "says", "lies", "holds", "looks", "loses"}
SAID_OF_A_COUNT = re.compile(r"(?i)(\w+(?:ан|ен|[аеоия]н[аоы]|т[аоы])) \{(\w+)\} \{\2\|")
NAMED_ALIKE = {"ответа"}
"""A noun that only looks like a participle."""


def disagreeing(sentence: str, lang: str) -> list[str]:
    """Find what stands beside a number and would not change with it."""
    beside = re.findall(r"\{(\w+)\}[ \u00a0](?:([а-яё]+)|\{(?:unit|of)\})", sentence)
    if lang == "ru":
        found = [w for n, w in beside if n not in NOT_COUNTED and w not in NO_NOUNS]
        said = [hit[0] for hit in SAID_OF_A_COUNT.findall(sentence)]
        return found + [word for word in said if word not in NAMED_ALIKE]
    after = re.findall(r"\{(\w+)\} (?:grave |more )?([a-z]+s)\b", sentence)
    return [w for n, w in after if n not in NOT_COUNTED and w not in VERBS | {"times"}]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.stem)
def test_no_word_beside_a_number_stays_as_it_is(room):
    for row in rows(room):
        for lang in wording.LANGS:
            assert not disagreeing(row[lang], lang), row["code"]


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("ru", "Ждут {n} дня."), ("ru", "Потеряно {value} {unit}."), ("ru", "из {n} обращений"),
        ("ru", "Выбрано {n} {n|показатель|показателя|показателей}"),
        ("ru", "Проверены {n} {n|строка|строки|строк}"), ("en", "{n} cases wait."),
        ("en", "There are {n} grave faults."),
    ],
)  # fmt: skip
def test_a_new_sentence_with_a_bare_noun_beside_a_number_is_caught(lang, sentence):
    assert disagreeing(sentence, lang)


NOUN = ("час", "часа", "часов")


def form_spoken(n: int) -> str:
    """The form a school grammar gives: by the last word of the number said aloud."""
    if 11 <= n % 100 <= 19:
        return "часов"
    return {1: "час", 2: "часа", 3: "часа", 4: "часа"}.get(n % 10, "часов")


@pytest.mark.parametrize("sign", [1, -1])
def test_a_noun_agrees_with_every_whole_number(sign):
    for n in [*range(2_000), *range(2_000, 1_000_000, 97), 1_000_000]:
        shown = wording.number(sign * n, 0)
        assert wording.plural(shown, *NOUN) == wording.plural(n, *NOUN) == form_spoken(n), n


@given(st.floats(-1_000_000, 1_000_000), st.integers(0, 2))
def test_a_noun_follows_the_number_as_it_is_printed(value, digits):
    wording.use("ru")
    shown = wording.say("of_unit.hours", n=wording.number(value, digits))
    printed, noun = shown.rsplit("\N{NO-BREAK SPACE}", 1)
    whole = re.sub(r"\D", "", printed)
    assert noun == ("часа" if "," in printed else form_spoken(int(whole)))
    wording.use("en")
    shown = wording.say("of_unit.hours", n=wording.number(value, digits))
    printed, noun = shown.rsplit("\N{NO-BREAK SPACE}", 1)
    assert noun == ("hour" if printed.strip("−") == "1" else "hours")


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("1,0", "1,0 часа"), ("21,0", "21,0 часа"), ("2,5", "2,5 часа"), ("−1", "−1 час"),
        ("+1 021", "+1 021 час"), ("менее 10", "менее 10 часов"), ("мало", "мало часов"),
    ],
)  # fmt: skip
def test_a_noun_follows_what_is_printed_of_a_number(printed, words):
    shown = wording.say("of_unit.hours", n=printed)
    assert shown.replace("\N{NO-BREAK SPACE}", " ") == words


def test_every_output_column_has_a_heading_and_a_kind():
    for code, row in wording.terms().items():
        if code.startswith("show."):
            for column in row["columns"].split():
                assert wording.terms()[f"col.{column}"]["kind"], column


@pytest.mark.parametrize(
    ("n", "words"), [(1, "1 ответ"), (3, "3 ответа"), (11, "11 ответов"), (1021, "1 021 ответ")]
)
def test_russian_counts_agree_with_their_nouns(n, words):
    assert wording.say("n_answers", n=n).replace("\N{NO-BREAK SPACE}", " ") == words


@pytest.mark.parametrize(
    ("lang", "shown"), [("ru", "−234,5 [−2,0; 3,0] +1,0"), ("en", "−234.5 [−2.0, 3.0] +1.0")]
)
def test_numbers_follow_the_language(lang, shown):
    wording.use(lang)
    made = f"{wording.number(-234.5)} {wording.interval(-2, 3)} {wording.signed(1)}"
    assert made.replace("\N{NO-BREAK SPACE}", " ") == shown


@pytest.mark.parametrize("end", [None, float("nan")])
def test_an_end_nobody_knows_is_told_in_words(end):
    for lang, word in (("ru", "не видно"), ("en", "not seen")):
        wording.use(lang)
        assert word in wording.interval(1, end) and word in wording.interval(end, 1)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(999.94, "999,9"), (999.96, "1 000"), (-1234.5, "−1 234"), (4162912.1, "4 162 912")],
)
def test_big_numbers_are_written_whole(value, shown):
    assert wording.number(value).replace("\N{NO-BREAK SPACE}", " ") == shown


def test_a_change_that_rounds_to_nothing_has_no_sign():
    assert wording.signed(-0.04) == wording.signed(0.04) == "0,0"


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("ru", ["март 2026", "1 квартал 2026", "2026 год", "31 марта 2026"]),
        ("en", ["March 2026", "Q1 2026", "2026", "31 March 2026"]),
    ],
)
def test_periods_and_dates_are_written_in_words(lang, words):
    wording.use(lang)
    shown = [wording.period("2026-03"), wording.period("2026Q1"), wording.period("2026")]
    assert [*shown, wording.day(date(2026, 3, 31))] == words


def test_a_name_falls_back_to_the_other_language_and_says_so():
    wording.learn("service", {"a": ("", "Only English"), "b": ("По-русски", "")})
    assert wording.name("service", "a") == "Only English" and not wording.named_here(
        "service", "a"
    )
    assert wording.name("service", "b") == "По-русски" and wording.named_here("service", "b")
    assert wording.name("service", "unknown") == "unknown"


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="`lang` must be 'ru' or 'en'; not 'de'"):
        wording.use("de")


# ---------------------------------------------------------------- an agency's own words


@pytest.fixture
def own_words():
    yield wording.call
    wording.call({})


def test_the_own_word_stands_in_its_case_and_number_everywhere(own_words):
    own_words({"client": "recipient", "service": "support_measure"})
    said = "Клиентам дали услугу. Два клиента довольны услугами: {n|клиент|клиента|клиентов}."
    assert wording.called(said, "ru") == (
        "Получателям дали меру поддержки. Два получателя довольны мерами поддержки:"
        " {n|получатель|получателя|получателей}."
    )
    own_words({"client": "applicant"})
    assert wording.called("A client told a client of clients’ cases.", "en") == (
        "An applicant told an applicant of applicants’ cases."
    )


@pytest.mark.parametrize(
    "said",
    [
        "клиентоцентричность и клиентский опыт", "метод говорит «клиент»", "{client} и {service}",
        "client-centric, “client”, clientele", "catalogue/services.csv", "«услуги» (services)",
        "the Civil Service and the Federal Tax Service",
    ],
)  # fmt: skip
def test_other_words_quoted_words_names_and_codes_are_left_alone(own_words, said):
    own_words({"client": "guest", "service": "state_function"})
    assert [wording.called(said, lang) for lang in wording.LANGS] == [said, said]


@pytest.mark.parametrize("kind", ["client", "service"])
def test_every_own_word_has_all_forms_of_ours_and_a_word_in_the_form(kind):
    terms = wording.terms()
    words = [code for code in terms if code.startswith(f"own_{kind}.")]
    assert len(words) >= 4
    for code in words:
        for lang in wording.LANGS:
            forms = len(terms[code][lang].split(";"))
            assert forms == len(terms[f"own_{kind}.{kind}"][lang].split(";"))
        value = terms[code.replace(f"own_{kind}.", "value.")]
        assert value["ru"] == terms[code]["ru"].split(";")[0]


def test_terms_of_the_method_stay_and_all_else_speaks_in_the_own_word(own_words):
    own_words({"client": "applicant"})
    assert wording.word("term.external_client") == "внешний клиент"
    assert wording.called("Ease (client effort)", "en") == "Ease (applicant effort)"
    assert wording.word("clients.external") != wording.terms()["clients.external"]["ru"]

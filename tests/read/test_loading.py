"""What an agency calls its clients and services is said in all our texts."""

from conftest import Agency

from ccwork.language import wording
from ccwork.read import loading
from ccwork.tell import display


def test_the_words_of_an_agency_stand_in_tables_sentences_and_the_glossary(agency, capsys):
    agency.config |= {"client_word": "заявитель", "service_word": "функция"}
    work = agency.metric([6.0, 7.0], metric="client_actions", n=50, first="2026-05").load()
    try:
        said = {"ru": ("Действия заявителя", "так этот орган называет"),
                "en": ("Actions of the applicant", "is what the agency calls")}  # fmt: skip
        for lang, (name, meaning) in said.items():
            with wording.speaking(lang):
                assert wording.name("metric", "client_actions") == name
                display.glossary("0_start")
                told = capsys.readouterr().out
                assert meaning in told.lower() or meaning in told
        assert "заявител" in work.catalogue.at["client_actions", "about_ru"]
        assert wording.name("service", "a") == "Услуга"  # the agency's own name is left alone
    finally:
        wording.call({})


def test_a_kernel_keeps_the_last_four_agencies_it_read_and_no_more(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "_shared", {})
    for name in "abcde":
        Agency(tmp_path, name).counts([11, 12, 13, 40, 50]).load()
    loading._shared.clear()
    first = {name: loading.load(str(tmp_path), name) for name in "abcd"}
    assert all(loading.load(str(tmp_path), name) is work for name, work in first.items())
    loading.load(str(tmp_path), "e")
    assert len(loading._shared) == 4 and loading.load(str(tmp_path), "d") is first["d"]
    again = loading.load(str(tmp_path), "a")
    assert again is not first["a"] and again.table("counts").equals(first["a"].table("counts"))

"""Windows of offices against the promise of fifteen minutes."""

import pytest

from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.stages.plan import service_windows
from ccwork.stats import queueing
from ccwork.tell import display, formatting

OFFICES = [
    {"unit": "one", "name_ru": "Офис 1", "name_en": "Office 1", "windows": 6, "arrivals": 20,
     "served": 4},
    {"unit": "two", "name_ru": "", "name_en": "", "windows": 7, "arrivals": 30, "served": 4},
    {"unit": "back", "name_ru": "", "name_en": "", "windows": "", "arrivals": "", "served": ""},
]  # fmt: skip


def brought(agency, rows=OFFICES):
    return agency.counts([1, 2, 3, 4, 5], first="2026-06").add("units", rows).load()


def test_an_office_is_told_how_many_windows_the_promise_needs(agency):
    one, two = service_windows.windows_by_unit(brought(agency)).to_dict("records")
    # the check values of the method: 20 people an hour, 4 served a window an hour
    assert one["over"] == pytest.approx(21.6135, abs=1e-4) and one["kept"] == "no"
    assert one["value"] == pytest.approx(8.81, abs=0.01) and one["windows_needed"] == 7
    assert two["why"] == "queue_grows" and two["over"] == 100 and two["value"] != two["value"]
    need = two["windows_needed"]
    assert queueing.waits_over(15, 30, 4, need) <= 0.05 < queueing.waits_over(15, 30, 4, need - 1)


def test_an_office_nobody_counted_is_left_out_and_without_any_it_is_said(agency):
    assert service_windows.windows_by_unit(brought(agency))["office"].tolist() == ["one", "two"]
    none = service_windows.windows_by_unit(brought(agency, OFFICES[2:]))
    assert none.empty and "units" in formatting.absent(none)


@pytest.mark.parametrize("lang", wording.LANGS)
def test_it_is_shown_in_words(agency, lang, capsys):
    wording.use(lang)
    display.show(service_windows.windows_by_unit(brought(agency)))
    assert wording.word("reason.queue_grows") in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [{"windows": "много"}, {"served": 0}, {"arrivals": -1}])
def test_what_cannot_be_is_told_in_a_sentence(agency, wrong):
    with pytest.raises(DataProblems, match="units"):
        brought(agency, [OFFICES[0] | wrong])

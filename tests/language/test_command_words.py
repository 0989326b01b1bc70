"""What the command says of itself while it works."""

import io
import sys
from time import monotonic, sleep

import pytest

from ccwork.language import command_words, wording


class Screen(io.StringIO):
    """What a person looks at."""

    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("lang", "done", "left"), [("ru", "Готово 50 %", "осталось около"), ("en", "Done 50%", "left")]
)
def test_a_bar_tells_a_person_alone_what_is_done_and_what_time_is_left(
    lang, done, left, monkeypatch
):
    said = []
    for screen, quiet in ((Screen(), False), (Screen(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", screen)
        with wording.speaking(lang), command_words.time_left_bar(2, quiet) as bar:
            bar.update()
            bar.refresh()
        said.append(screen.getvalue())
    assert done in said[0] and left in said[0]
    assert said[1:] == ["", ""]


def test_a_bar_of_a_long_part_appears_by_itself_and_ends_its_line(monkeypatch):
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    with command_words.time_left_bar(4) as bar:
        bar.update()
        assert screen.getvalue() == ""
        until = monotonic() + 20
        while screen.getvalue().count("25 %") < 2 and monotonic() < until:
            sleep(0.05)
    said = screen.getvalue()
    assert said.count("25 %") >= 2 and said.endswith("\n")
    assert "прошло 00:01" in said


def test_a_bar_of_a_short_part_is_never_shown(monkeypatch):
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    with command_words.time_left_bar(2) as bar:
        bar.update(2)
    sleep(1.1)
    assert screen.getvalue() == ""


def test_a_bar_of_one_part_goes_away_when_it_is_done(monkeypatch):
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    with command_words.time_left_bar(1, delay=0):
        assert "Готово 0 %" in screen.getvalue()
    assert screen.getvalue().split("\r")[-2:] == [" " * len(screen.getvalue().split("\r")[-2]), ""]

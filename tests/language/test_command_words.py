"""What the command says of itself while it works."""

import io
import sys

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

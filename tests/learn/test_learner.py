"""A learner's folder keeps what was answered, and never stands in the way of an answer."""

import csv
import tomllib
from pathlib import Path

import pytest

from ccwork.learn import learner


@pytest.fixture
def at(tmp_path, monkeypatch):
    """A learner's folder; the lesson is held in a folder below it."""
    (tmp_path / "learner.toml").write_text(learner.learner_card("Анна Ё"), encoding="utf-8")
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path / "notebooks")
    monkeypatch.setattr(learner, "_here", [])
    return tmp_path


def kept(place: Path) -> list[dict[str, str]]:
    with (place / "progress.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("same", ["Анна Ежова", " анна  ёжова\t", "АННА ЁЖОВА"])
def test_one_name_is_one_variant_however_it_is_written(same):
    assert learner.variant(same) == learner.variant("Анна Ёжова") > 0


def test_no_name_is_the_variant_everybody_has():
    assert learner.variant("") == learner.variant("  ") == 0


@pytest.mark.parametrize("name", ["Анна", 'A "b" \\ c', "a\nvariant = 7", "\u202eанна", "\x00"])
def test_any_name_makes_a_card_that_can_be_read(name):
    read = tomllib.loads(learner.learner_card(name))
    assert set(read) == {"name", "variant", "made"} and read["variant"] == learner.variant(name)


def test_answers_are_kept_in_the_folder_above(at):
    assert learner.record("6.1", "Лучше ", "known", "few_answers", 1)
    assert learner.record("6.1", "данных мало", "right", "", 1)
    head = (at / "progress.csv").read_text(encoding="utf-8").splitlines()[0]
    assert head == "at,exercise,answer,verdict,wrong,hint"
    assert [list(row.values())[1:] for row in kept(at)] == [
        ["6.1", "лучше", "known", "few_answers", "1"], ["6.1", "данных мало", "right", "", "1"],
    ]  # fmt: skip
    assert [row["verdict"] for row in learner.answers_so_far("6.1")] == ["known", "right"]


def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert learner.record("6.1", "лучше", "wrong", "", 1)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("typed", ["=cmd()", "@sum(1)", "+a", "-a\n=b", "a\r\nb"])
def test_what_is_kept_is_one_line_and_no_formula(at, typed):
    learner.record("6.1", typed, "wrong", "", 1)
    (row,) = kept(at)
    assert not row["answer"].startswith(("=", "@", "+", "-")) and "\n" not in row["answer"]


@pytest.mark.parametrize(
    "broken", [b"\xff\xfe\x00", b"", b"a,b\n1,2\n", b'at,exercise\n"', b"\x00" * 9]
)
def test_a_broken_file_stands_in_nobodys_way(at, broken):
    (at / "progress.csv").write_bytes(broken)
    assert isinstance(learner.record("6.1", "лучше", "wrong", "", 1), bool)
    assert isinstance(learner.answers_so_far("6.1"), list)


def test_a_last_line_cut_short_spoils_no_other(at):
    learner.record("6.1", "лучше", "wrong", "", 1)
    whole = (at / "progress.csv").read_bytes()
    (at / "progress.csv").write_bytes(whole.rstrip(b"\n"))
    learner.record("6.2", "7", "wrong", "", 1)
    assert [row["exercise"] for row in kept(at)] == ["6.1", "6.2"]


def test_a_file_that_cannot_be_written_is_told_and_the_session_remembers(at):
    (at / "progress.csv").mkdir()
    assert not learner.record("6.1", "лучше", "wrong", "", 1)
    assert [row["answer"] for row in learner.answers_so_far("6.1")] == ["лучше"]

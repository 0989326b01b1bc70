"""Look for a file that breaks the reading: ``python tests/fuzz.py [minutes] [seed]``.

Three properties are tried in turn on ever new input until the time is over; the first that fails
is printed with its input.

* Whatever bytes and cells are changed in a sample agency, the check ends in sentences.
* A number put into a cell is read as that number, or its cell is named.
* Whatever a sheet holds, a mapping is proposed or refused in words, and one that is proposed is
  read, or refused in words, by the check.
"""

import random
import re
import shutil
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

import hypothesis.strategies as st
import xlsxwriter
from hypothesis import HealthCheck, Phase, given, seed, settings

from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.read import agency_folder
from ccwork.read.proposal import written_mapping
from ccwork.report import agency_check

DEMO = Path(__file__).parent.parent / "data" / "demo"
ROUND = 40
"""Examples of one property before the next has its turn."""

ROUNDS = settings(
    max_examples=ROUND,
    deadline=None,
    database=None,
    print_blob=False,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
NUMBERS = st.integers(-9999, 10**9).map(str) | st.decimals(-999, 10**6, places=2).map(str)
DATES = st.dates().map(str) | st.dates().map(lambda day: f"{day:%d.%m.%Y}")
ODD = st.sampled_from(
    [
        "",
        " ",
        "-",
        "—",
        "н/д",
        "Итого",
        "1,5",
        "1 234",
        "100%",
        "0.5",
        "=1+1",
        "1e5",
        "#REF!",
        "TRUE",
        "30.02.2026",
        "1/2/26",
        "2026Q1",
        "янв 2026",
        "1:30",
        "0:02:54",
        "speed/minutes/lower",
        "Согласен",
        "?",
        "\u00a0",
    ]
)
CELLS = st.one_of(ODD, NUMBERS, DATES, LETTERS)
HEADINGS = st.sampled_from(
    ["Услуга", "Период", "Месяц", "Дата", "Показатель", "Значение", "Оценка", "ФИО", "Кол-во", "№",
     "Срок, дней", "Доля, %", "Оценка (1-5)", "январь 2026", "2025", "Q1 2026", "", "Service",
     "q1"]
) | LETTERS  # fmt: skip
SHEETS = st.lists(st.lists(CELLS | HEADINGS, min_size=1, max_size=7), min_size=1, max_size=14)


def told(problems) -> None:
    """Say every problem in both languages; nothing its sentences need is lacking."""
    for lang in wording.LANGS:
        with wording.speaking(lang):
            for problem in problems:
                said = "".join(problem.sentences)
                for value in problem.values.values():  # what stands in the file may hold braces
                    said = said.replace(str(value), "")
                assert str(problem).strip() and not re.search(r"\{\w+\}", said), problem


def checked(folder: Path) -> None:
    """Check an agency as the command does; whatever is wrong is said."""
    work, problems = agency_check.checked(str(folder.parent), folder.name, "")
    told(problems)
    assert work is not None or any(problem.grave for problem in problems)


@ROUNDS
@given(st.sampled_from(sorted(p.name for p in DEMO.iterdir())), st.randoms(use_true_random=False),
       st.lists(CELLS, min_size=1, max_size=4), st.booleans())  # fmt: skip
def changed_samples_end_in_sentences(agency: str, chance: random.Random, cells, raw: bool) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "data" / agency
        shutil.copytree(DEMO / agency, folder)
        path = chance.choice(sorted(folder.rglob("*.*")))
        content = path.read_bytes()
        if raw or path.suffix == ".gz":
            spot = chance.randrange(len(content) + 1)
            junk = chance.choice([b"", b"\x00", b"\xff\xfe", b'"', b"\n", b";", cells[0].encode()])
            content = content[:spot] + junk + content[spot + chance.randrange(3) :]
        else:
            lines = [line.split(",") for line in content.decode().splitlines()]
            for cell in cells:
                row = chance.choice(lines)
                row[chance.randrange(len(row))] = cell.replace(",", ";").replace("\n", " ")
            chance.random() < 0.2 and lines.pop(chance.randrange(len(lines)))
            content = "\n".join(map(",".join, lines)).encode()
        path.write_bytes(content)
        checked(folder)


def written(number: Decimal, chance: random.Random) -> str:
    """Write a number as people do."""
    said = f"{number:f}"
    whole, _, part = said.partition(".")
    shown = f"{int(whole):,}".replace(",", chance.choice(["", " ", "\u00a0", "\u202f"]))
    return shown + (chance.choice(",.") + part if part else "")


AMOUNTS = (
    st.decimals(0, 100, places=2)
    | st.decimals(0, 10**7, places=4)
    | st.integers(0, 10**9).map(Decimal)
)


@ROUNDS
@given(AMOUNTS,
       st.randoms(use_true_random=False), st.sampled_from(["csv", "xlsx", "number"]))  # fmt: skip
def a_number_is_read_as_written_or_named(
    number: Decimal, chance: random.Random, kind: str
) -> None:
    shown = written(number, chance)
    head, row = ["показатель", "услуга", "период", "значение", "n"], ["lead_days", "a", "2026-01"]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "one"
        folder.mkdir()
        facts = 'name_ru = "О"\nname_en = "O"\ngrain = "month"\ndata_date = 2026-06-30\n'
        (folder / "agency.toml").write_text(facts, encoding="utf-8")
        (folder / "services.csv").write_text("service,name_ru,name_en\na,А,A\n", encoding="utf-8")
        if kind == "csv":
            text = ";".join(head) + "\n" + ";".join([*row, shown, "50"]) + "\n"
            (folder / "metrics.csv").write_text(text, encoding="utf-8")
        else:
            with xlsxwriter.Workbook(folder / "metrics.xlsx") as book:
                sheet = book.add_worksheet()
                sheet.write_row(0, 0, head)
                sheet.write_row(1, 0, [*row, float(number) if kind == "number" else shown, 50])
        read = agency_folder.read_folder(folder)
        told(read.problems)
        rows = read.tables["metrics"]
        named = any("D2" in problem.cells for problem in read.problems)
        assert named or rows["value"].tolist() == [float(number)], (shown, rows, read.problems)


@ROUNDS
@given(st.lists(SHEETS, min_size=1, max_size=3), st.booleans(), st.lists(CELLS, max_size=5))
def any_sheet_is_mapped_or_refused_in_words(sheets, alike: bool, answers) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "one"
        folder.mkdir()
        facts = 'name_ru = "О"\nname_en = "O"\ngrain = "month"\ndata_date = 2026-06-30\n'
        (folder / "agency.toml").write_text(facts, encoding="utf-8")
        path = folder / "книга.xlsx"
        with xlsxwriter.Workbook(path, {"strings_to_numbers": alike}) as book:
            for rows in sheets:
                sheet = book.add_worksheet()
                for at, row in enumerate(rows):
                    for place_, cell in enumerate(row):
                        sheet.write_string(at, place_, cell) if cell[:1] == "=" else sheet.write(
                            at, place_, cell
                        )
        said = {n: cell for n, cell in enumerate(answers, 1) if cell.strip()}
        for given_ in ({}, said):
            try:
                made = written_mapping.write_mapping(path, given_, path.with_suffix(".toml"))
                list(written_mapping.lines_of(made, path))
            except DataProblems as refused:
                told(refused.problems)
        checked(folder)


PROPERTIES = (
    changed_samples_end_in_sentences,
    a_number_is_read_as_written_or_named,
    any_sheet_is_mapped_or_refused_in_words,
)


def main(minutes: float = 10, first: int = 0) -> None:
    """Try the properties in turn until the time is over."""
    wording.use("ru")
    until, turn = time.monotonic() + 60 * minutes, 0
    while time.monotonic() < until:
        tried = PROPERTIES[turn % len(PROPERTIES)]
        number = first + turn
        print(f"seed {number}: {tried.__name__}", flush=True)
        seed(number)(tried)()
        turn += 1
    print(f"{turn * ROUND} inputs, none breaks the reading")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:2]), *map(int, sys.argv[2:3]))

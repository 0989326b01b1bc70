import csv
import io
import re

import pypdf
import pytest
from click.testing import CliRunner
from conftest import SAMPLES, english

from ccwork import cli
from ccwork.language import wording
from ccwork.report import portfolio_page
from ccwork.report.batch import manifests
from ccwork.stages.portfolio import agency_facts, invented_agencies
from ccwork.stages.portfolio.invented_agencies import Truth
from ccwork.tell.documents import document

GIVEN = invented_agencies.sample()


@pytest.fixture(scope="module")
def files():
    return dict(portfolio_page.written(GIVEN, wording.LANGS))


def pages(pdf):
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize("lang", wording.LANGS)
def test_it_is_one_page_first_and_six_in_all(files, lang):
    wording.use(lang)
    assert files[f"portfolio.{lang}.html"].count('class="newpage"') == 1
    first, second, *more = pages(files[f"portfolio.{lang}.pdf"])
    assert len(more) <= 4
    for part in ("pains", "disagree", "since", "unmeasured", "differ", "national"):
        heading = re.sub(r"\W", "", wording.word(f"portfolio.{part}"))
        assert heading in re.sub(r"\W", "", first)
    assert second.splitlines()[1] == wording.word("portfolio.no_order")


@pytest.mark.parametrize("seed", [1, 4])
def test_the_first_page_stays_one_whatever_the_agencies(seed):
    before = invented_agencies.portfolio(Truth(seed=seed, period="2025-06", earlier=True))
    now = invented_agencies.portfolio(Truth(seed=seed, bad=9, improvers=30, spread=0.06))
    given = agency_facts.portfolio_of(now.agencies, before.agencies)
    made = dict(portfolio_page.written(given, ["ru"]))["portfolio.ru.pdf"]
    assert pages(made)[1].splitlines()[1] == wording.word("portfolio.no_order")


def test_each_language_speaks_for_itself(files):
    assert not english(files["portfolio.ru.html"])
    shown = re.sub(r"(?s)<style.*?</style>", "", files["portfolio.en.html"])
    assert not re.search("[а-яё]", shown, re.IGNORECASE)


def test_the_first_page_says_how_many_moved_and_the_sum_is_all():
    blocks = portfolio_page.page(GIVEN).blocks
    lead = next(each for each in blocks if getattr(each, "style", "") == "lead")
    said = "".join(run.words for run in lead.runs)
    all_of, *parts = map(int, re.findall(r"\d+", said))
    assert all_of == 85 == sum(parts)


def test_agencies_stand_by_the_alphabet_in_page_and_file(files):
    rows = list(csv.DictReader(io.StringIO(files["portfolio.csv"])))
    codes = [row["agency"] for row in rows]
    assert codes == sorted(codes) and len(codes) == 85
    table = [each for each in portfolio_page.page(GIVEN).blocks
             if isinstance(each, document.Table)][-1]  # fmt: skip
    names = [row[0].runs[0].words for row in table.rows]
    assert names == sorted(names) and len(names) == 85


def test_many_agencies_are_listed_in_the_file_only():
    made = invented_agencies.portfolio(Truth(agencies=portfolio_page.MOST_LISTED + 1))
    words = " ".join(document.words(portfolio_page.page(made).blocks))
    assert "portfolio.csv" in words and "Вымышленный орган 077:" not in words


def test_one_agency_alone_makes_a_page_too():
    one = agency_facts.portfolio_of([GIVEN.agencies[0]])
    words = " ".join(document.words(portfolio_page.page(one).blocks))
    assert "Всего органов: 1" in words and "Никто не отличается" in words


def test_what_is_said_to_stand_in_the_tables_below_stands_there():
    before = invented_agencies.portfolio(Truth(seed=7, period="2025-06", earlier=True)).agencies
    now = invented_agencies.portfolio(Truth(seed=7)).agencies
    given = agency_facts.portfolio_of(now[1:], before[:-1])  # one is gone, one is new
    words = " ".join(document.words(portfolio_page.page(given).blocks))
    assert re.search(r"И ещё \d: в таблицах ниже", words) and "органа больше нет" in words


# ---------------------------------------------------------------- the command


def run(*arguments):
    return CliRunner().invoke(cli.main, [str(each) for each in arguments], prog_name="ccwork")


def test_the_command_makes_invented_agencies_and_their_page(tmp_path):
    done = run("demo", "portfolio", "--agencies", 12, "--seed", 3, "--out", tmp_path / "in")
    assert done.exit_code == 0 and "Вымышленных органов: 12." in done.output
    assert len(list((tmp_path / "in").rglob("facts.json"))) == 12
    (tmp_path / "in" / "invented_005" / "facts.json").write_text("{")
    done = run("portfolio", tmp_path / "in", "--out", tmp_path / "out")
    assert done.exit_code == 1  # one file is broken, the others are told
    assert "invented_005/facts.json: Файл с фактами повреждён" in done.output
    made = (tmp_path / "out" / "portfolio.ru.html").read_text(encoding="utf-8")
    assert "<h1>11 органов" in made and (tmp_path / "out" / "portfolio.ru.pdf").is_file()


@pytest.mark.parametrize("asked", [["--rank"], ["--sort", "value"]])
def test_who_asks_for_an_order_is_told_why_there_is_none(tmp_path, asked):
    run("demo", "portfolio", "--agencies", 3, "--out", tmp_path)
    done = run("portfolio", tmp_path, "--out", tmp_path / "out", *asked)
    assert done.exit_code == 2 and not (tmp_path / "out").exists()
    assert "всегда по случайности" in done.output and "1,1 случая из 100" in done.output


@pytest.mark.parametrize("asked", [
    ["portfolio", "in"], ["demo", "portfolio", "--agencies", 3],
    ["export", "uk", "registry", "--data", SAMPLES],
])  # fmt: skip
def test_a_folder_that_takes_no_file_is_told_in_a_sentence(tmp_path, monkeypatch, asked):
    monkeypatch.chdir(tmp_path)
    run("demo", "portfolio", "--agencies", 1, "--out", "in")
    (tmp_path / "taken").touch()
    done = run(*asked, "--out", "taken")
    assert isinstance(done.exception, manifests.Unwritable) and "«taken»" in str(done.exception)

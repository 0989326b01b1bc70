"""The run file of an operator: read as it is meant, or refused with a sentence."""

import docx
import pytest

from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.report.batch import orders
from ccwork.report.batch.agency_kernel import Limits

WHOLE = """
data = "data"
out = "reports"
agencies = ["registry", "archive"]
periods = ["2026-03", "2026Q1"]
langs = ["ru", "en"]
stages = ["6_kpi"]
jobs = 3
memory = 2000
cell_seconds = 60

[parameters]
process = "certificate"
"""
GIVEN = {
    "run_file": None, "data": "", "periods": (), "langs": (), "out": None, "jobs": None,
    "given": (), "stages": (), "notebooks": None, "only": (), "failed": False, "changed": False,
    "limit": None, "force": False, "dry_run": False, "quiet": False, "cell_seconds": None,
    "agency_seconds": None, "memory": None, "scheduler": None,
}  # fmt: skip


@pytest.fixture
def written(tmp_path):
    def write(content: str):
        path = tmp_path / "run.toml"
        path.write_text(content, encoding="utf-8")
        return path

    return write


def test_a_run_file_says_what_a_command_could(written, tmp_path):
    order = orders.Order.of(GIVEN | {"run_file": written(WHOLE)})
    assert order.agencies == ("registry", "archive") and order.jobs == 3
    task = order.task
    assert task.data == str(tmp_path / "data") and task.out == tmp_path / "reports"
    assert (task.periods, task.langs, task.wanted) == (
        ("2026-03", "2026Q1"), ("ru", "en"), ("6_kpi",)
    )  # fmt: skip
    assert task.parameters == {"process": "certificate"}
    assert task.limits == Limits(60, Limits().agency, 2000)


def test_the_command_line_wins_over_the_run_file(written):
    given = {"jobs": 1, "langs": ("en",), "given": (("process", "other"),), "memory": 500}
    order = orders.Order.of(GIVEN | given | {"run_file": written(WHOLE)})
    assert order.jobs == 1 and order.task.langs == ("en",)
    assert order.task.parameters == {"process": "other"} and order.task.limits.memory == 500


def test_without_a_run_file_there_are_defaults():
    order = orders.Order.of(GIVEN)
    assert order.task.langs == ("ru",) and str(order.task.out) == "reports"
    assert order.task.limits == Limits() and order.jobs >= 1


@pytest.mark.parametrize(
    ("content", "ru", "en"),
    [
        ('period = ["2026"]', "имели в виду «periods»", "may have meant “periods”"),
        ('colour = "red"', "Есть ключи: data", "There are: data"),
        ("jobs = 0", "целым числом больше нуля", "whole number above zero"),
        ("jobs = true", "целым числом больше нуля", "whole number above zero"),
        ('agencies = "registry"', "должно быть списком", "must be a list"),
        ("langs = [1]", "должно быть списком", "must be a list"),
        ('langs = ["de"]', "Язык «de» неизвестен", "“de” is not known"),
        ('periods = ["2026-13"]', "«2026-13» записан неверно", "“2026-13” is not written right"),
        ("data = 5", "текстом в кавычках", "text in quotes"),
        ("template = 5", "текстом в кавычках", "text in quotes"),
        ('pdf = "yes"', "«true» или «false»", "true or false"),
        ("docx = 1", "«true» или «false»", "true or false"),
        ('template = "none.docx"', "Файл шаблона не найден", "template file is not found"),
        ("parameters = 5", "имён и текстов", "names and texts"),
        ("jobs = ", "записан неверно", "is not written right"),
        ('stages = ["9_none"]', "Этап «9_none» не найден", "no stage “9_none”"),
    ],
)
def test_a_wrong_run_file_is_refused_with_a_sentence(written, content, ru, en):
    for lang, words in (("ru", ru), ("en", en)):
        wording.use(lang)
        with pytest.raises(DataProblems) as refused:
            orders.Order.of(GIVEN | {"run_file": written(content)})
        assert words in str(refused.value)


def test_a_template_asks_for_word_by_itself(written, tmp_path):
    docx.Document().save(tmp_path / "letter.docx")
    order = orders.Order.of(GIVEN | {"template": tmp_path / "letter.docx"})
    assert order.task.formats == ("docx",) and order.task.template.name == "letter.docx"
    assert orders.Order.of(GIVEN | {"run_file": written('template = ""')}).task.formats == ()


def test_everything_wrong_is_said_at_once(written):
    with pytest.raises(DataProblems) as refused:
        orders.read_run_file(written('jobs = -1\ncolour = 1\nlangs = ["de"]'))
    assert len(refused.value.problems) == 3


def test_a_run_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DataProblems, match="none.toml"):
        orders.read_run_file(tmp_path / "none.toml")

"""The command speaks one language: in its help too."""

import os
import re
import subprocess
import sys

import pytest
from click.testing import CliRunner

from ccwork import cli
from ccwork.language import wording

NAMES = re.compile(
    r"\[[a-z|]+\]|\[x>=\d+\]|--?[a-z-]+|«[^»]*»|\b[a-z]+\.(?:toml|json|csv)\b|\b\d{4}Q\d\b"
    r"|\b(?:ccwork|Excel|Word|PDF|docx|TOML|CSV|JupyterLab|SHA)\b"
)
"""What is typed or named as it is: options, choices, files, programs, periods."""


@pytest.mark.parametrize("command", ["", *cli.main.commands])
def test_the_help_is_russian_without_english(command):
    wording.use("ru")
    shown = CliRunner().invoke(cli.main, [*command.split(), "--help"], prog_name="ccwork").output
    words = NAMES.sub("", shown)
    words = re.sub(rf"\b({'|'.join(cli.main.commands)})\b", "", words)
    assert shown.startswith("Как набирать: ccwork") and "\nПараметры:\n" in shown
    assert not re.findall(r"[A-Za-z]{2,}", words) and "[required]" not in shown, shown


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("course 2days", "Не хватает: --out."), ("course", "Не хватает: КУРС."),
        ("init x --lang de", "Неверное значение у --lang."),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_apart_from_what_is_wrong(typed, told, capsys):
    wording.use("ru")
    with pytest.raises(SystemExit) as ended:
        cli.run(typed.split())
    assert ended.value.code == 2 and capsys.readouterr().err.startswith(told)


def test_the_help_is_english_without_russian():
    made = subprocess.run(
        [sys.executable, "-c", "from ccwork import cli; cli.run(['report', '--help'])"],
        env=os.environ | {"CCWORK_LANG": "en"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.stdout.startswith("Usage: ccwork report [OPTIONS]") and "Options:" in made.stdout
    assert not re.search("[а-яё]", made.stdout, re.IGNORECASE)

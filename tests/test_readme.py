"""What the READMEs tell people to type exists, and does what it says."""

import json
import re
from pathlib import Path

import pytest

from ccwork import cli
from ccwork.read.mapping import mapping_file

ROOT = Path(__file__).parent.parent
READMES = ["README.md", "README.ru.md"]


def commands(readme: str) -> list[str]:
    text = (ROOT / readme).read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", text, re.DOTALL))
    inline = "\n".join(re.findall(r"`([^`\n]+)`", text))
    lines = [line.split("#")[0].strip() for line in (blocks + "\n" + inline).splitlines()]
    return [line for line in lines if line]


@pytest.mark.parametrize("readme", READMES)
def test_every_make_target_named_exists(readme):
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {line.split()[1] for line in commands(readme) if re.match(r"make \w", line)}
    assert named and named <= targets


@pytest.mark.parametrize("readme", READMES)
def test_without_make_the_same_is_installed(readme):
    makefile = (ROOT / "Makefile").read_text()
    install = re.search(r"^INSTALL = \$\(BIN\)(.*)", makefile, re.MULTILINE)[1]
    install = re.sub(" --quiet| --disable-pip-version-check", "", install)
    made = {f".venv/bin{install} {what}" for what in re.findall(r"\t\$\(INSTALL\) (.*)", makefile)}
    told = {line for line in commands(readme) if "pip install --no-compile" in line}
    assert len(made) == 2 and told and told <= made
    assert told == made or "pytest" not in (ROOT / readme).read_text(encoding="utf-8")


@pytest.mark.parametrize("readme", READMES)
def test_every_ccwork_command_and_option_named_exists(readme):
    used = [line for line in commands(readme) if re.match(r"(\.venv/bin/)?ccwork \w", line)]
    assert len(used) >= 5
    for line in used:
        name, *rest = re.sub(r".*?ccwork ", "", line, count=1).split()
        command = cli.main.commands[name]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in rest if word.startswith("--")} <= known, line


@pytest.mark.parametrize("readme", READMES)
def test_every_file_named_exists(readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    for path in re.findall(r"`((?:data|ccwork|notebooks|reports)/[\w/.]+)`", text):
        if "my_agency" in path:  # made by ccwork init
            continue
        assert (ROOT / path).exists(), path
    for path in re.findall(r"\]\((?!http)([^)#]+)\)", text):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("readme", READMES)
def test_the_readme_names_all_a_mapping_may_say(readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    told = "".join(line for line in text.splitlines() if re.match(r"\|.*`\[", line))
    for section, keys in mapping_file.KEYS.items():
        assert not section or re.search(rf"\[{section}[.\]]", told), section
        for key in filter(None, keys if section else ()):
            assert re.search(rf"`{key}( = [^`]+)?`", told), key


def test_both_readmes_name_the_same_notebooks():
    named = [set(re.findall(r"\| `(\d_\w+)`", (ROOT / readme).read_text())) for readme in READMES]
    assert named[0] == named[1] == {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}


@pytest.mark.parametrize("readme", READMES)
def test_every_rule_lies_where_it_is_said_to_lie(readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    found = re.findall(r"`(\w+)` (?:in|в) `(ccwork/[\w/]+\.py)`", text)
    assert len(found) >= 10
    for rule, path in found:
        source = (ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"^(def {rule}\(|{rule}: Final)", source, re.MULTILINE), (rule, path)


MINUTES = {"За час": "60", "За десять минут": "10"}


@pytest.mark.parametrize("readme", READMES)
def test_a_notebook_takes_as_long_as_it_promises(readme):
    rows = re.findall(r"\| `(\d_\w+)`.*\| (\d+) \|", (ROOT / readme).read_text(encoding="utf-8"))
    for notebook, minutes in rows:
        cells = json.loads((ROOT / "notebooks" / f"{notebook}.ipynb").read_text("utf-8"))["cells"]
        said = re.search(r"За (час|десять минут|(\d+) минут)", "".join(cells[0]["source"]))
        assert minutes == (said[2] or MINUTES[said[0]]), notebook


def test_both_readmes_name_the_same_rules_and_doors():
    table = r"\| `(?:\w+` (?:in|в) `)?(ccwork/[\w/.]+)`"
    named = [re.findall(table, (ROOT / readme).read_text(encoding="utf-8")) for readme in READMES]
    assert named[0] == named[1] and len(named[0]) >= 20

"""The wheel holds all that is needed, nothing that is not, and works without the checkout."""

import os
import shutil
import site
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parent.parent
SHIPPED = {
    "ccwork": "ccwork",
    "notebooks": "ccwork/_shipped/notebooks",
    "data": "ccwork/_shipped/data",
}
COMMAND = (
    "from importlib.metadata import entry_points as found;"
    "found(group='console_scripts', name='ccwork')['ccwork'].load()()"
)
pytestmark = pytest.mark.slow


def files_below(folder: Path) -> set[str]:
    inside = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {
        path.as_posix()
        for path in inside
        if not any(part.startswith(".") or part == "__pycache__" for part in path.parts)
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy in which JupyterLab was at work."""
    folder = tmp_path_factory.mktemp("checkout")
    for part in SHIPPED:
        shutil.copytree(ROOT / part, folder / part)
    for part in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / part, folder)
    for left in (".ipynb_checkpoints/left.ipynb", ".ccwork/lab/left.json"):
        (folder / "notebooks" / left).parent.mkdir(parents=True, exist_ok=True)
        (folder / "notebooks" / left).touch()
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"]
    subprocess.run(build, cwd=folder, check=True, capture_output=True)
    return next(folder.glob("dist/*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A new environment with the wheel and our dependencies; the checkout cannot be imported."""
    folder = tmp_path_factory.mktemp("environment")
    create = [sys.executable, "-m", "venv", "--without-pip", str(folder)]
    subprocess.run(create, check=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ask = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip())
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(packages)
    # a .pth file is not read in a folder that another .pth file named: no editable checkout
    (packages / "shared.pth").write_text("\n".join(site.getsitepackages()))

    def run(*words: str, cwd: Path, code: str = COMMAND) -> subprocess.CompletedProcess:
        environment = {key: os.environ[key] for key in os.environ if key != "PYTHONPATH"}
        environment["JUPYTER_PATH"] = str(Path(sys.prefix) / "share" / "jupyter")
        return subprocess.run(
            [python, "-c", code, *words], cwd=cwd, env=environment,
            capture_output=True, text=True, encoding="utf-8",
        )  # fmt: skip

    return run


@pytest.fixture(scope="module")
def begun(installed, tmp_path_factory):
    """The folder of a learner as ``ccwork init`` leaves it; a test takes a copy."""
    folder = tmp_path_factory.mktemp("begun")
    made = installed("init", "work", "--edition", "learner", "--lang", "ru", cwd=folder)
    assert made.returncode == 0, made.stderr
    return folder / "work"


def test_the_wheel_holds_the_files_of_the_checkout_and_no_others(wheel):
    checkout = wheel.parent.parent
    expected = {
        f"{target}/{name}"
        for source, target in SHIPPED.items()
        for name in files_below(checkout / source)
    }
    with zipfile.ZipFile(wheel) as packed:
        held = {name for name in packed.namelist() if ".dist-info/" not in name}
    assert held == expected


def test_the_wheel_works_in_an_empty_folder(wheel, installed, begun, tmp_path):
    where = installed(cwd=tmp_path, code="import ccwork; print(ccwork.__file__)").stdout
    assert not Path(where.strip()).is_relative_to(ROOT)
    assert installed("--version", cwd=tmp_path).stdout.startswith("ccwork ")
    checkout = wheel.parent.parent
    expected = files_below(checkout / "notebooks")
    expected |= {f"data/{name}" for name in files_below(checkout / "data")}
    own = {"data/my_agency/agency.toml", "learner.toml", "glossary.ipynb"}
    assert files_below(begun) == expected | own
    checked = installed("check", "--all", cwd=shutil.copytree(begun, tmp_path / "work"))
    assert checked.returncode == 1, checked.stderr  # the agency that waits for data
    bad = [line.split(":")[0] for line in checked.stdout.splitlines() if "ошибок 0" not in line]
    assert [name for name in bad if not name.startswith(" ")] == ["my_agency"]


ANSWERED = """
import csv, nbclient, nbformat, sys
notebook = nbformat.read("2_core_team.ipynb", as_version=4)
(key,) = csv.DictReader(open("../key/key.csv", encoding="utf-8-sig"))
for cell in notebook.cells:
    if 'check("2.2"' in cell.source:
        cell.source = cell.source.replace("answer = ...", "answer = " + key["2.2"])
nbclient.NotebookClient(notebook).execute()
print(notebook.cells[-1].execution_count > 5)
"""


def test_a_learner_answers_by_a_bare_word_of_the_trainers_key(installed, tmp_path):
    for folder, edition in (("work", "learner"), ("key", "trainer")):
        words = ("init", folder, "--edition", edition, "--learner", "Анна", "--lang", "ru")
        made = installed(*words, cwd=tmp_path)
        assert made.returncode == 0, made.stderr
    done = installed(cwd=tmp_path / "work", code=ANSWERED)
    assert done.stdout.strip() == "True", done.stderr
    lines = (tmp_path / "work" / "progress.csv").read_text(encoding="utf-8").splitlines()
    verdicts = [line.split(",")[1:] for line in lines]
    assert [row[2] for row in verdicts if row[0] == "2.2"] == ["right"]
    assert [row[2] for row in verdicts if row[0] == "2.1"] == ["empty"]


AGENCY = """\
name_ru = "Новый орган"
name_en = "New agency"
grain = "month"
data_date = 2026-06-30
"""


def test_the_steps_of_the_readme_take_a_filled_form_to_a_report(installed, begun, tmp_path):
    folder = shutil.copytree(begun, tmp_path / "work") / "data" / "my_agency"
    (folder / "agency.toml").write_text(AGENCY, encoding="utf-8")
    invented = tmp_path / "work" / "data" / "demo" / "archive"
    for table in ("services", "answers", "metrics"):  # what a person would type into the book
        shutil.copy(invented / f"{table}.csv", folder)
    book = ("form", "my_agency", "--data", "work/data", "--out", "form.xlsx")
    assert installed(*book, cwd=tmp_path).returncode == 0
    for table in ("services", "answers", "metrics"):
        (folder / f"{table}.csv").unlink()
    shutil.move(tmp_path / "form.xlsx", folder)
    checked = installed("check", "my_agency", "--data", "work/data", cwd=tmp_path)
    assert checked.returncode == 0 and "my_agency: ошибок 0" in checked.stdout, checked.stdout
    done = installed(
        "report", "my_agency", "--data", "work/data", "--lang", "ru", "--out", "work/reports",
        cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "work/reports/my_agency/brief.ru.html").read_text(encoding="utf-8")
    services = pd.read_csv(invented / "services.csv")["name_ru"]
    assert "Новый орган" in page and any(f"«{name}»" in page for name in services)
    assert (tmp_path / "work/reports/index.html").is_file()

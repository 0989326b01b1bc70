"""What an agency is checked against: no rule of a stage is forgotten."""

import html
import re
import shutil
from pathlib import Path

import pytest

import ccwork
from ccwork import cli
from ccwork.language import wording
from ccwork.language.problems import together
from ccwork.read import agency_folder
from ccwork.report import agency_check
from ccwork.report.batch import batch_jobs, batch_run

PACKAGE = Path(ccwork.__file__).parent


def test_every_rule_over_a_workbook_is_checked():
    judged = {judge.__module__ for judge in agency_check.rules().values()}
    assert judged == {
        ".".join(("ccwork", *path.relative_to(PACKAGE).with_suffix("").parts))
        for path in PACKAGE.rglob("*.py")
        if re.search(r"^def problems\(\s*work\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert set(agency_check.rules()) <= set(agency_folder.known())


def payments(tmp_path, more=""):
    """Copy the sample that has both a plan and warnings of the stages."""
    folder = tmp_path / "data" / "payments"
    shutil.copytree(PACKAGE.parent / "data" / "demo" / "payments", folder)
    with (folder / "plan.toml").open("a", encoding="utf-8") as plan:
        plan.write(more)
    return folder


def made(tmp_path, folder):
    """Run one short notebook over an agency, as ``ccwork report`` does."""
    task = batch_jobs.Task(
        str(folder.parent), tmp_path / "out", langs=wording.LANGS, wanted=("1_clients",),
        judge=agency_check.against_rules,
    )  # fmt: skip
    (job,) = batch_jobs.jobs(task, {"payments": folder})
    return batch_run.one(task, job)


def test_a_report_counts_the_warnings_the_check_gives(tmp_path):
    folder = payments(tmp_path)
    outcome = made(tmp_path, folder)
    for lang in wording.each(wording.LANGS):
        found = together(agency_check.checked(str(folder.parent), "payments", "")[1])
        assert len(found) == outcome.warnings > 1
        page = (tmp_path / f"out/payments/workings/notes.{lang}.html").read_text(encoding="utf-8")
        assert wording.say("report.warned", n=len(found)) in page


def test_a_plan_that_cannot_be_read_is_named_by_check_and_by_the_report(tmp_path, capsys):
    folder = payments(tmp_path, "metric = \n")
    with pytest.raises(SystemExit) as ended:
        cli.run(["check", "payments", "--data", str(folder.parent)])
    assert ended.value.code == 3 and "plan.toml" in capsys.readouterr().out
    outcome = made(tmp_path, folder)
    assert outcome.status == "data" and "plan.toml" in outcome.message["ru"]


def test_what_stops_the_reading_of_an_agency_is_told_not_raised():
    unreadable = agency_check.checked("x" * 5000, "a", "")[1]
    assert [(each.code, each.grave) for each in unreadable] == [("file_locked", True)]
    unknown = agency_check.checked("", "no such agency", "")[1]
    assert [each.code for each in unknown] == ["unknown_agency"]


def test_the_problems_are_one_page_of_html_with_the_same_sentences(tmp_path, capsys):
    folder = tmp_path / "data" / "one"
    folder.mkdir(parents=True)
    (folder / "agency.toml").write_text(
        'name_en = "A"\ngrain = "month"\ndata_date = 2026-03-31\n', encoding="utf-8"
    )
    (folder / "services.csv").write_text("service,name_ru\n<b>&,Справка\n", encoding="utf-8")
    for lang, fix in (("ru", "Как исправить"), ("en", "How to mend it")):
        wording.use(lang)
        back = tmp_path / f"{lang}.html"
        with pytest.raises(SystemExit) as ended:
            cli.run(["check", "one", "--data", str(folder.parent), "--return", str(back)])
        assert ended.value.code == 3 and str(back) in capsys.readouterr().out
        page = back.read_text(encoding="utf-8")
        found = together(agency_check.checked(str(folder.parent), "one", "")[1])
        assert "&lt;b&gt;&amp;" in page and "<b>" not in page and fix in page
        said = [sentence for problem in found for sentence in problem.sentences]
        assert said and all(sentence in html.unescape(page) for sentence in said)
    wording.use("en")
    agency_check.send_back(back, folder, [])
    assert "Nothing is wrong." in back.read_text(encoding="utf-8")

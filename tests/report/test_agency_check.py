"""What an agency is checked against: no rule of a stage is forgotten."""

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
        found = together(agency_check.problems_of(str(folder.parent), "payments", ""))
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
    unreadable = agency_check.problems_of("x" * 5000, "a", "")
    assert [(each.code, each.grave) for each in unreadable] == [("file_locked", True)]
    unknown = agency_check.problems_of("", "no such agency", "")
    assert [each.code for each in unknown] == ["unknown_agency"]

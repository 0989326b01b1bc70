"""What an agency is checked against: no rule of a stage is forgotten."""

import re
from pathlib import Path

import ccwork
from ccwork.read import agency_folder
from ccwork.report import agency_check

PACKAGE = Path(ccwork.__file__).parent


def test_every_rule_over_a_workbook_is_checked():
    judged = {judge.__module__ for judge in agency_check.rules().values()}
    assert judged == {
        ".".join(("ccwork", *path.relative_to(PACKAGE).with_suffix("").parts))
        for path in PACKAGE.rglob("*.py")
        if re.search(r"^def problems\(\s*work\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert set(agency_check.rules()) <= set(agency_folder.known())

"""The public edition of an agency: made aside, read by the gate, then put in its place at once.

Without the name of who releases it, it is a draft in a folder of its own: in ``public`` lies
nothing but what a person released.
"""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

import click

from ccwork.language import wording
from ccwork.language.problems import DataProblems
from ccwork.read import loading
from ccwork.read.workbook import Workbook
from ccwork.report import facts_file
from ccwork.report.batch import manifests
from ccwork.report.public import ledger, open_data, public_page, release_gate, release_set
from ccwork.stages.plan import experiment_plan
from ccwork.stages.plan.experiment_plan import Plan
from ccwork.stages.scale import verdict_rule
from ccwork.tell.documents import document_html

DRAFT: Final = "draft"

OWN: Final = ("name", "structure", "conditions", "licence")


class Refused(DataProblems):
    """The gate found what may not leave the agency."""

    exit_code = 4


def publish_all(agencies: Sequence[str], data: str, period: str, out: Path, by: str = "") -> int:
    """Make the public editions of agencies; return the exit code: 4 where the gate refused one.

    Parameters
    ----------
    agencies, data, period
        As for :func:`loading.load`.
    out
        The folder of the reports: an edition lies in ``<out>/<agency>/public``, or ``draft``.
    by
        Who releases it; empty or blank: a draft.
    """
    refused, failed, by = [], [], by.strip()
    with manifests.held_out(data, out):
        for agency in agencies:
            try:
                work = loading.load(data, agency, period)
                folder = out / agency
                place = public_edition(work, folder, by, experiment_plan.brought(data, agency))
                code = "cli.released" if by else "cli.drafted"
                click.echo(wording.say(code, agency=agency, path=str(place)))
            except DataProblems as found:
                (refused if isinstance(found, Refused) else failed).append(agency)
                click.echo(f"{wording.say('cli.refused', agency=agency)}\n{found}", err=True)
    if refused:
        return Refused.exit_code
    return 0 if not failed else 3 if len(failed) == len(agencies) else 1


def public_edition(work: Workbook, folder: Path, by: str, plan: Plan | None) -> Path:
    """Make the public edition of one agency and put it in its place.

    Raises
    ------
    Refused
        With all the gate found; what was released before stays as it is.
    """
    lines, known = ledger.told_before(folder)
    made = release_set.release(work, verdict_rule.verdicts(work, plan), known)
    problems = list(ledger.against(made, known, lines))
    folder.mkdir(parents=True, exist_ok=True)
    before = folder / f".{ledger.PUBLIC}.before"
    if before.is_dir() and not os.path.lexists(folder / ledger.PUBLIC):
        os.replace(before, folder / ledger.PUBLIC)
    for left in (folder / DRAFT, *folder.glob(".public.*")):  # a run that was killed left some
        _cleared(left)
    aside = Path(mkdtemp(prefix=".public.", dir=folder))
    try:
        files = _written(aside, made, work, released=bool(by))
        problems += release_gate.findings(aside, _context(made, work))
        if problems:
            raise Refused(problems)
        if by:
            about = {"date": date.today().isoformat(), "by": by, "period": work.period}
            told = ledger.entered(lines, made, files, known, about)
            manifests.write_whole(folder / ledger.LEDGER, told)
        return _placed(aside, folder / (ledger.PUBLIC if by else DRAFT))
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _written(
    folder: Path, made: release_set.Release, work: Workbook, released: bool
) -> dict[str, str]:
    """Write the files of an edition; return name -> sha256."""
    data = facts_file.csv_text([*open_data.COLUMNS], made.rows)
    files: dict[str, str] = {release_set.DATA: data,
                             release_set.DESCRIPTOR: open_data.descriptor(data, work)}  # fmt: skip
    for lang in wording.each(wording.LANGS):
        banner = "" if released else wording.word("public.draft")
        page = public_page.page(made, work)
        files[f"public.{lang}.html"] = document_html.written(page, banner=banner)
    return {name: manifests.write_whole(folder / name, text) for name, text in files.items()}


def _context(made: release_set.Release, work: Workbook) -> release_gate.Context:
    """Return what the gate must know: words that never leave, what the agency says of itself."""
    positions, people = work.table("positions"), work.table("people")
    columns = [positions[name] for name in ("name_ru", "name_en")] + [people["person"]]
    inner = {str(word) for words in columns for word in words.dropna() if len(str(word)) > 1
             and not str(word).isdecimal()}  # fmt: skip
    own = [work.info.get(name) for part in OWN for name in (part, f"{part}_ru", f"{part}_en")]
    told = [*_own_words(made, work), *(str(words) for words in own if words)]
    return release_gate.Context(inner, told, made.known, made.least, made.sums)


OURS: Final = ("public.", "page.", "promise.", "brief.", "kpi.")
"""Sentences on the page that we wrote: what begins so in the terms."""


def _own_words(made: release_set.Release, work: Workbook) -> Iterator[str]:
    """Yield what nobody but us wrote: our sentences without what is filled in, days, periods."""
    past = {row[name] for row in made.rows for name in ("period", "before_period") if row[name]}
    for lang in wording.each(wording.LANGS):
        yield wording.day(work.date)
        yield from map(wording.period, sorted({work.period, *past}))
        for code, row in wording.terms().items():
            if code.startswith(OURS):
                yield from (part.strip() for part in re.split(r"\{[^{}]*\}", row[lang])
                            if len(part) >= SHORTEST)  # fmt: skip


SHORTEST: Final = 8
"""A shorter piece of a sentence of ours may stand in words of others too (our choice)."""


def _placed(aside: Path, place: Path) -> Path:
    """Put a folder in its place; what lay there goes at once."""
    before = place.with_name(f".{place.name}.before")
    _cleared(before)
    if os.path.lexists(place):
        os.replace(place, before)
    aside.chmod(0o755)
    os.replace(aside, place)
    _cleared(before)
    return place


def _cleared(place: Path) -> None:
    """Take away a folder, a file or a link, never what a link leads to."""
    if place.is_symlink() or place.is_file():
        place.unlink()
    else:
        shutil.rmtree(place, ignore_errors=True)

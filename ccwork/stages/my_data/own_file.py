"""A file of one's own: what its columns become, what has to be answered, what is wrong in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from ccwork.language import wording
from ccwork.language.problems import DataProblems, first, together
from ccwork.language.resources import resource
from ccwork.read import agency_folder, loading, places
from ccwork.read.catalogues import shipped_catalogue
from ccwork.read.data_dictionary import dictionary
from ccwork.read.mapping.mapping_file import OPEN
from ccwork.read.proposal import written_mapping
from ccwork.read.proposal.meanings import Meaning
from ccwork.read.proposal.period_headings import dated_pattern
from ccwork.read.workbook import Workbook
from ccwork.tell.tables import Fixed

HELD = 3
"""So many different values of a column are shown (our choice)."""


@dataclass(frozen=True)
class OwnFile:
    """A file in an agency's folder, and the mapping proposed for it.

    Attributes
    ----------
    day
        Of what date the agency says its data are.
    kept
        Keeps the folder of the sample; None for a file of one's own.
    sheet
        Name of the sheet read, or a pattern of names; empty: the one with most rows.
    """

    path: Path
    day: date
    proposal: written_mapping.Proposal
    kept: TemporaryDirectory | None = None
    sheet: str = ""

    def __repr__(self) -> str:
        sheets = first(list(filter(None, self.proposal.sheets)))
        said = {"file": self.path.name, "n": len(self.proposal.found.columns[0]), "sheets": sheets}
        return wording.say("my_data.line_sheets" if sheets else "my_data.line", **said)


def open_file(
    data: str = "", agency: str = "", file: str = "", lang: str = "", sheet: str = ""
) -> OwnFile:
    """Open a file of one's own; put a language in force.

    Parameters
    ----------
    data, agency, lang
        As for :func:`loading.load`.
    file
        Name of the file in the agency's folder; empty: an invented workbook of three sheets.
    sheet
        As for :func:`~ccwork.read.proposal.written_mapping.proposed`.

    Raises
    ------
    DataProblems
        When ``agency.toml`` or the file cannot be read, or holds nothing that looks like a table.
    """
    wording.use(lang or wording.lang())
    kept = None if file else TemporaryDirectory()
    path = places.find(data, agency) / file if file else _sample(Path(kept.name))
    facts, wrong = agency_folder.own_facts(path.parent)
    if wrong:
        raise DataProblems(wrong)
    known = written_mapping.services_beside(path)
    made = written_mapping.proposed(path, {}, known, sheet)
    return OwnFile(path, facts["data_date"], made, kept, sheet)


def _sample(above: Path) -> Path:
    """Unpack the invented workbook in the language in force."""
    folder, name = above / "records", f"quarters_{wording.lang()}.xlsx"
    folder.mkdir()
    for part in ("agency.toml", name):
        (folder / part).write_bytes(resource("demo", "my_data", part).read_bytes())
    return folder / name


def columns(given: OwnFile) -> pd.DataFrame:
    """Return what every column of the file holds and becomes.

    Returns
    -------
    DataFrame
        One row per heading: ``file_column``, ``holds`` (its first different values),
        ``becomes`` (a column of ours, a metric, or that it is not read).
    """
    found, become = given.proposal.found, _become(given.proposal.meaning)
    unread = wording.word("my_data.not_read")
    rows = [(heading, "; ".join(list(dict.fromkeys(filter(None, cells)))[:HELD]) or "—",
             become.get(heading) or become.get(dated_pattern(heading), unread))
            for heading, cells in zip(found.headings, found.columns, strict=True)
            if heading]  # fmt: skip
    made = pd.DataFrame(rows, columns=["file_column", "holds", "becomes"])
    return _about(made, "my_data_columns", given)


def _become(made: Meaning) -> dict[str, str]:
    """Return heading -> what its cells become, in words."""
    own = dictionary()[made.table].columns
    words = {heading: _title(own, column) for column, heading in made.columns.items()}
    names = shipped_catalogue("catalogue_metrics")[wording.lang()]
    for block in made.across:
        metric = str(block.get("fixed", {}).get("metric", ""))
        said = wording.say("my_data.metric", metric=names.get(metric, metric))
        if metric == OPEN:
            said = wording.word("my_data.open")
        elif not metric:
            said = _title(own, str(block.get("heading", "")))
        words |= dict.fromkeys(block["columns"], said)
        words |= {heading: _title(own, to) for to, heading in block.get("beside", {}).items()}
    return words | dict.fromkeys(made.personal, wording.word("my_data.personal"))


def _title(own: Mapping[str, object], column: str) -> str:
    return getattr(own[column], wording.lang()) if column in own else column


def questions(given: OwnFile) -> pd.DataFrame:
    """Return what has to be answered.

    Returns
    -------
    DataFrame
        One row per question: ``map_question``, with its number and likely answers, and
        ``map_answer``.
    """
    waits = wording.word("my_data.waits")
    rows = [(written_mapping.asking(n, each), waits if each.answer == OPEN else each.answer)
            for n, each in enumerate(given.proposal.meaning.questions, 1)]  # fmt: skip
    made = pd.DataFrame(rows, columns=["map_question", "map_answer"])
    return _about(made, "my_data_questions", given)


def settle(given: OwnFile, answers: Mapping[int, str]) -> OwnFile:
    """Put answers in place of questions and write the mapping beside the file.

    Parameters
    ----------
    answers
        Number of a question -> code of a metric or service, or "-": the column is not needed.

    Raises
    ------
    DataProblems
        When there is no question of a number, or a mapping mended by hand would be lost.
    """
    out = given.path.with_suffix(".toml")
    made = written_mapping.write_mapping(given.path, answers, out, given.sheet)
    return replace(given, proposal=made)


def first_rows(given: OwnFile) -> pd.DataFrame:
    """Return the first rows as they are read: ``read_as``; none while a question is open."""
    heads, *rows = given.proposal.after or [[]]
    own = dictionary()[given.proposal.meaning.table].columns
    named = shipped_catalogue("catalogue_metrics")[wording.lang()]
    said = ["; ".join(f"{_title(own, head)}: «{named.get(cell, cell)}»"
                      for head, cell in zip(heads, row, strict=True) if cell)
            for row in rows]  # fmt: skip
    return _about(pd.DataFrame({"read_as": said}), "my_data_rows", given)


def problems(given: OwnFile) -> pd.DataFrame:
    """Return what is wrong in the agency's folder, the file among the rest.

    Returns
    -------
    DataFrame
        One row per problem: ``weight_of_fault``, ``where_wrong``, ``what_wrong``, ``mend``.
    """
    _, found = loading.read_and_check(*_place(given), "")
    rows = [("error" if one.grave else "warning", one.place, *one.sentences)
            for one in together(found)]  # fmt: skip
    made = pd.DataFrame(rows, columns=["weight_of_fault", "where_wrong", "what_wrong", "mend"])
    return _about(made, "my_data_problems", given)


def _place(given: OwnFile) -> tuple[str, str]:
    folder = given.path.parent
    return str(folder.parent), folder.name


def load_agency(given: OwnFile, period: str = "") -> Workbook:
    """Load the agency with its file; period and errors as for :func:`loading.load`."""
    return loading.load(*_place(given), period)


def _about(rows: pd.DataFrame, name: str, given: OwnFile) -> pd.DataFrame:
    """Say what a table is before there is a workbook: its file and the date of the data."""
    rows.attrs = {"name": name, "key": [rows.columns[0]], "files": Fixed([given.path.name]),
                  "needs": (), "date": given.day.isoformat(), "period": ""}  # fmt: skip
    return rows

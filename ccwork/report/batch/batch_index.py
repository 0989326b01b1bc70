"""What stands over the reports of a batch: the page that leads to them, and the summary."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from ccwork.language import wording
from ccwork.report import facts_file
from ccwork.tell import pages

COLUMNS: Final = (
    *("code", "agency", "period", "status", "reason", "warnings", "seconds", "input", "output"),
    *("ru", "en", "message"))  # fmt: skip
"""Columns of the summary of a batch."""


def index_page(rows: Sequence[Mapping[str, Any]]) -> str:
    """Make the page that leads to the reports of a batch: alphabetical, never ranked.

    Parameters
    ----------
    rows
        One per agency and period: code, agency, agency_lang, period (empty where the data
        could not be read), status, warnings (a number), message; ru, en: path of the report
        from the index, or empty.
    """
    wording.call({})  # the page of many agencies speaks in the words of the method
    shown = []
    for row in _alphabetical(rows):
        word = wording.period(row["period"]) if row["period"] else "–"
        shown.append({**row, "period_word": word, "links": list(_links(row))})
    return pages.page("batch_index", rows=shown)


def summary_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write the same rows as CSV, with codes."""
    return facts_file.csv_text(COLUMNS, _alphabetical(rows))


def _alphabetical(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    def place(row: Mapping[str, Any]) -> tuple[str, ...]:
        name = row["agency"].casefold().replace("ё", "е\N{COMBINING DIAERESIS}")
        return name, row["code"], row["period"]

    return sorted(rows, key=place)


def _links(row: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for lang in wording.LANGS:
        if row[lang]:
            label = f"{row['agency']}, {wording.word(f'report.in.{lang}')}"
            yield {"lang": lang, "href": quote(row[lang]), "label": label}

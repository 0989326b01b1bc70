"""The log of an electronic queue: which of its columns are those of an event log."""

import re

from ccwork.language.resources import resource_rows
from ccwork.language.spelling import key
from ccwork.read.files.cell_parsing import moment
from ccwork.read.proposal.found_table import Found, fits


def queue_columns(found: Found) -> dict[str, str]:
    """Return our columns of a log -> theirs; none where the table is no log of a queue.

    Each row is a ticket with the times it was called, served and done, or a stage of a request.
    Where no stage is named, the service is the step, else the window.
    """
    told: dict[str, str] = {}
    for row in resource_rows("mapping", "queue_log.csv"):
        time = row["role"] in ("applied", "called", "start", "end")
        like = [heading for heading, cells in zip(found.headings, found.columns, strict=True)
                if re.search(row["words"], key(heading)) and _times(cells) == time]  # fmt: skip
        told |= {row["role"]: like[0]} if len(like) == 1 else {}
    told.setdefault("start", told.pop("called", ""))
    told["step"] = told.get("step") or told.pop("service", told.get("unit", ""))
    return told if all(map(told.get, ("case", "step", "start", "end"))) else {}


def _times(cells: list[str]) -> bool:
    """Tell whether a column is of moments with a time of the day."""
    said = [cell for cell in cells if cell]
    return bool(said) and all(":" in cell and fits(moment, cell) for cell in said)

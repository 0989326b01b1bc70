"""The quarterly submission of Circular A-11, section 280, in the shape Touchpoints exports.

Source: GSA/touchpoints, docs/models (collections, details, responses) and the exports of its
forms: a header of one row, seven questions with their levels, in the newer form a row a client.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

import numpy as np

from ccwork.language import periods, wording
from ccwork.read.workbook import Workbook, of_days
from ccwork.report.owed import shapes
from ccwork.tell import small_counts

TICKED: Final = 2
"""The upper of two levels: a reason is ticked (our choice)."""

VOLUMES: Final = {"total_volume": "clients", "survey_opp_volume": "invited",
                  "response_count": "answered"}  # fmt: skip
"""Column of the header -> column of the table of surveys."""


def submission(work: Workbook) -> Iterator[tuple[str, str]]:
    """Yield name and content of the files of every service of outer clients.

    What the agency did not bring stays empty, and the comment and the notes say what it is.
    """
    first = periods.last_day(periods.shift(work.period, -1)) + timedelta(days=1)
    days = {"start_date": first, "end_date": periods.last_day(work.period)}
    for service in work.table("services").query("client == 'external'")["service"]:
        asked = {place: shapes.told_levels(work, row["metric"], service)
                 for place, row in shapes.placed("a11").items() if place[0] == "q"}  # fmt: skip
        head = [_header(work, service, asked) | days]
        yield f"a11_{service}_header.csv", shapes.shaped("a11_header", head)
        rows = [_question(work, place, found) | days for place, found in sorted(asked.items())]
        yield f"a11_{service}_questions.csv", shapes.shaped("a11_questions", rows)
        if responses := list(_responses(work, service)):
            yield f"a11_{service}_responses.csv", shapes.shaped("a11_responses", responses)


def _header(work: Workbook, service: str, asked: Mapping[str, shapes.Levels]) -> dict[str, Any]:
    """Return the row of a survey: who asked, whom, and the three volumes."""
    sent = work.table("surveys")
    parts = periods.parts(work.period, work.info["grain"])
    own = sent[(sent["service"] == service) & sent["period"].isin(parts)]
    sums = own[[*VOLUMES.values()]].astype(float).sum(skipna=False, min_count=len(parts))
    found = {name: shapes.told_count(work, sums[column]) for name, column in VOLUMES.items()}
    if found["response_count"] is None:
        told = (each.n for each in asked.values() if each.n is not None)
        found["response_count"] = max(told, default=None)
    missing = [f"no_{VOLUMES[name]}" for name, count in found.items() if count is None]
    comment = " ".join(map(shapes.note, [*missing, "a11_empty"]))
    return {"submission comment": comment, "bureau": wording.name("agency", work.agency),
            "service": wording.name("service", service)} | found  # fmt: skip


def _question(work: Workbook, place: str, found: shapes.Levels) -> dict[str, Any]:
    """Return the row of a domain, with the question as it was asked."""
    metric, number = shapes.placed("a11")[place]["metric"], int(place[1:])
    row = {"standardized_question_number": number,
           "standardized_question_identifier": f"answer_{number:02}",
           "customized_question_text": asked_as(work, metric), "response_volume": found.n,
           "notes": shapes.note(found.why)}  # fmt: skip
    return row | {f"likert_scale_{at}": count for at, count in enumerate(found.counts, 1)}


def asked_as(work: Workbook, metric: str) -> str:
    """Return the question of a metric of answers in the language in force, else its name."""
    about = work.catalogue.loc[metric, f"about_{wording.lang()}"]
    said = re.search("[«“]([^»”]+\\?)[»”]", str(about))
    return said[1] if said else wording.name("metric", metric)


def _responses(work: Workbook, service: str) -> Iterator[dict[str, Any]]:
    """Yield a row a client: 1 is ticked, 0 offered and not ticked, null not offered at all.

    Rows of single clients are told only where ``few_shown`` says why; they stand in an order of
    their own, without the codes of clients and without words of theirs.
    """
    _, trust, *ticks, _ = shapes.columns_of("a11_responses")
    rows = work.table("answers").astype({"metric": "str"})
    rows = rows.replace({"metric": {shapes.placed("a11")["q2"]["metric"]: trust}})
    rows = rows[(rows["service"] == service) & rows["metric"].isin([trust, *ticks])]
    if rows.empty or not work.info.get(small_counts.OPEN):
        return
    rows = rows[np.array(of_days(rows["date"], work.grain), str) == work.period]
    marks = rows.pivot_table(index="respondent", columns="metric", values="level", aggfunc="last")
    offered = [tick for tick in ticks if tick in marks]
    told = [
        dict.fromkeys(ticks, "null") | {tick: int(row[tick] == TICKED) for tick in offered}
        | ({trust: int(row[trust])} if row.get(trust, np.nan) > 0 else {})
        for row in (marks if offered else marks.iloc[:0]).to_dict("records")
    ]  # fmt: skip
    for number, row in enumerate(sorted(told, key=lambda row: str([*row.values()])), 1):
        yield row | {"external_id": number}

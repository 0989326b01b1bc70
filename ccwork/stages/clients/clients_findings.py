"""What the brief takes from the clients' room: weak links, people left out, needs unmeasured."""

from collections.abc import Iterator
from typing import Any, Final

import pandas as pd

from ccwork import method
from ccwork.language import wording
from ccwork.read.workbook import Workbook
from ccwork.stages.clients import client_map, culture_signs
from ccwork.tell import findings as told
from ccwork.tell.findings import finding
from ccwork.tell.tables import fact_id

Found = Iterator[dict[str, Any]]

MOST: Final = 3
"""So many of one sort are told at most (our choice)."""

KEPT: Final = "internal_service_kept"
"""The metric a link speaks of: promises to inner clients kept."""

SIDED: Final = ("kpis", "people")
"""What is said of sides treated unevenly; the first that is uneven (our choice)."""


def findings(work: Workbook) -> pd.DataFrame:
    """Return what the brief may take of clients, the gravest first."""
    parts = (_weak_links, _loose_links, _left_out, _needs, _sides, _map)
    found = [one for part in parts for one in part(work)]
    return told.findings(work, "1_clients", found)


def _of_link(work: Workbook, row: dict[str, Any]) -> dict[str, Any]:
    """Return what every finding of a link tells: whose it is and who stands at its ends."""
    ends = {end: f"unit:{row[end]}" for end in ("giver", "taker")}
    cause = f"link:{row['giver']}:{row['taker']}"
    kpi = work.catalogue.loc[KEPT, "kpi"]
    return {"client": "internal", "kpi": kpi, "who": ends["giver"], "cause": cause} | ends


def _weak_links(work: Workbook) -> Found:
    """Tell of links kept too seldom by their whole interval."""
    rows = client_map.weakest(work)
    weak = rows[rows["link_state"] == "weak"]
    for row in weak.head(MOST).to_dict("records"):
        limits = {"low": row["in_time_low"], "high": row["in_time_high"]}
        size = (client_map.BAR - row["in_time"]) / method.WORTHWHILE
        facts = [fact_id(rows, row, name) for name in ("in_time", "link_state")]
        yield finding(
            "link_weak", "weak_place", "proven", facts, size=size, action="ask_giver",
            in_time={"value": row["in_time"], "unit": "percent"} | limits, **_of_link(work, row),
        )  # fmt: skip


def _loose_links(work: Workbook) -> Found:
    """Tell of the link with the most requests among those without agreed hours."""
    rows = client_map.weakest(work)
    loose = rows[(rows["link_state"] == "no_level") & (rows["n"] >= method.MIN_SHOWN)]
    for row in loose.sort_values("n", ascending=False).head(1).to_dict("records"):
        facts = [fact_id(rows, row, name) for name in ("n", "link_state")]
        yield finding(
            "link_loose", "weak_place", "counted", facts, action="agree_hours",
            requests=int(row["n"]), **_of_link(work, row),
        )  # fmt: skip


def _left_out(work: Workbook) -> Found:
    """Tell whom a critical question of accessibility leaves without the service."""
    rows = culture_signs.people_left_out(work)
    barred = rows[rows["say"] == "barred"] if len(rows) else rows
    for row in barred.head(MOST).to_dict("records"):
        item = row["item"]
        deprived = f"left_out.{item}" if wording.has(f"left_out.{item}") else "left_out.other"
        yield finding(
            "left_out", "weak_place", "seen", [fact_id(rows, row, "reply")],
            client="external", kpi=work.catalogues["items"].loc[item, "kpi"],
            cause=f"left_out:{item}", deprived=deprived.replace(".", ":", 1), item=f"item:{item}",
        )  # fmt: skip


def _needs(work: Workbook) -> Found:
    """Tell of needs written down that nobody measures, or not in this period."""
    rows = client_map.needs(work)
    silent = rows[rows["need_standing"] != "measured"]
    for row in silent.head(MOST).to_dict("records"):
        metric, more = row["metric"], {}
        if metric:
            more = {"kpi": work.catalogue.loc[metric, "kpi"], "metric": f"metric:{metric}",
                    "action": "collect_metric"}  # fmt: skip
        yield finding(
            f"need_{row['need_standing']}", "not_measured", "counted",
            [fact_id(rows, row, "need_standing")], client=row["client"],
            cause=f"need:{row['need']}", need=f"need:{row['need']}",
            group=f"segment:{row['client_group']}", **more,
        )  # fmt: skip


def _sides(work: Workbook) -> Found:
    """Tell that one side is measured or asked much less than the other."""
    rows = client_map.parity(work)
    uneven = rows[~rows["parity"].isin(["equal", "neither"])].set_index("aspect", drop=False)
    aspect = next((name for name in SIDED if name in uneven.index), "")
    if not aspect:
        return
    row = uneven.loc[aspect]
    side = "external" if row["parity"].endswith(("less_external", "only_internal")) else "internal"
    known = {name: int(row[name]) for name in client_map.SIDES if aspect == "kpis"}
    facts = [fact_id(rows, row, name) for name in (side, "parity")]
    cause = f"unmeasured.{side}" if aspect == "kpis" else f"sides:{aspect}"  # as 6_kpi tells it
    yield finding(
        f"sides_{aspect}", "not_measured", "counted", facts, client=side,
        cause=cause, side=f"clients:{side}", **known,
    )  # fmt: skip


def _map(work: Workbook) -> Found:
    """Tell that the map of inner clients was drawn before something changed."""
    rows = client_map.inner_map(work)
    old = rows[rows["say"] == "remap"]
    for row in old.head(1).to_dict("records"):
        since = "" if pd.isna(row["changed"]) else f"{row['changed']:%Y-%m-%d}"
        yield finding(
            "map_old", "data_fault", "counted", [fact_id(rows, row, "remap")], client="internal",
            cause="inner_map", since=since, changed=f"remap:{row['remap']}",
        )  # fmt: skip

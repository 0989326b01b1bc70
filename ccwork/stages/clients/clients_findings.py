"""What the brief takes from the clients' room: weak links, people left out, needs unmeasured."""

from typing import Final

import pandas as pd

from ccwork import method
from ccwork.language import wording
from ccwork.read.workbook import Workbook
from ccwork.stages.clients import client_map, culture_signs
from ccwork.tell import findings as told
from ccwork.tell.findings import Finding, as_listed, having, people_of

KEPT: Final = "internal_service_kept"
"""The metric a link speaks of: promises to inner clients kept."""

SIDED: Final = ("kpis", "people")
"""What is said of sides treated unevenly; the first that is uneven (our choice)."""


def findings(work: Workbook) -> pd.DataFrame:
    """Return what the brief may take of clients, the gravest first."""
    parts = (_links, _left_out, _needs, _sides, _map)
    return told.findings(work, "1_clients", [one for part in parts for one in part(work)])


def _links(work: Workbook) -> list[Finding]:
    """Tell of links kept too seldom by their interval, and of the busiest without agreed hours."""
    rows = client_map.weakest(work)
    loose = having(rows[rows["n"] >= method.MIN_SHOWN], link_state="no_level")
    kpi = work.catalogue.loc[KEPT, "kpi"]
    weak = as_listed(
        having(rows, link_state="weak"), "link_weak", kpi=kpi,
        size=lambda row: (client_map.BAR - row["in_time"]) / method.WORTHWHILE,
    )  # fmt: skip
    return weak + as_listed(loose.sort_values("n", ascending=False), "link_loose", kpi=kpi)


def _left_out(work: Workbook) -> list[Finding]:
    """Tell whom a critical question of accessibility leaves without the service."""
    items = work.catalogues["items"]["kpi"]

    def of_item(row: Finding) -> Finding:
        code = row["item"] if wording.has(f"left_out.{row['item']}") else "other"
        return {"kpi": items[row["item"]], "deprived": f"left_out:{code}"}

    rows = having(culture_signs.people_left_out(work), say="barred")
    return as_listed(rows, "left_out", besides=of_item)


def _needs(work: Workbook) -> list[Finding]:
    """Tell of needs written down that nobody measures, or not in this period."""
    rows = client_map.needs(work)
    return as_listed(
        rows[rows["need_standing"] != "measured"], "need_{need_standing}",
        people=lambda row: people_of(work, row["client"]),
        action=lambda row: "collect_metric" if row["metric"] else "",
    )  # fmt: skip


def _sides(work: Workbook) -> list[Finding]:
    """Tell that one side is measured or asked much less than the other."""
    rows = client_map.parity(work)
    uneven = rows[~rows["parity"].isin(["equal", "neither"]) & rows["aspect"].isin(SIDED)]
    for row in uneven.sort_values("aspect").head(1).to_dict("records"):
        less = row["parity"].endswith(("less_external", "only_internal"))
        side, aspect = "external" if less else "internal", row["aspect"]
        known = {name: int(row[name]) for name in client_map.SIDES if aspect == "kpis"}
        cause = f"unmeasured.{side}" if aspect == "kpis" else f"sides:{aspect}"  # as 6_kpi's
        return as_listed(
            uneven[uneven["aspect"] == aspect], "sides_{aspect}", facts=f"{side} parity",
            client=side, cause=cause, side=f"clients:{side}", **known,
        )  # fmt: skip
    return []


def _map(work: Workbook) -> list[Finding]:
    """Tell that the map of inner clients was drawn before something changed."""
    return as_listed(
        having(client_map.inner_map(work), say="remap"), "map_old",
        since=lambda row: "" if pd.isna(row["changed"]) else f"{row['changed']:%Y-%m-%d}",
    )  # fmt: skip

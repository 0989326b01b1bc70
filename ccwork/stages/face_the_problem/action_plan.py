"""The roadmap out of the self-check, and the package an agency sends.

Source: an unsatisfactory self-check leads to a roadmap, its results are sent on (Zhurikhin
2023). The form of the package is our choice; the official one was not seen.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.language import periods, wording
from ccwork.read.cache import dicts, grouped, once, once_said
from ccwork.read.workbook import Workbook
from ccwork.stages.face_the_problem import self_assessment
from ccwork.tell.tables import about

SCHEMA: Final = 2
"""Version of the form of the package."""

FAULTS: Final = ("no", "assessor", "unproven", "partly")
"""Why a criterion is not met, the gravest first."""

OPEN: Final = ("planned", "doing")
NOTHING: Final = {"act": "—", "owner": "—", "proof": "—", "state": "none"}
"""What is told where no action is planned."""


@once
def criteria_failed(work: Workbook) -> pd.DataFrame:
    """Return the criteria that are not met: critical ones first, then grave and heavy ones.

    Returns
    -------
    DataFrame
        One row per service and item with ``fault``: no (the agency says so), assessor (it says
        yes, the assessor no), unproven (yes without evidence) or partly.
    """
    rows = self_assessment.filled(work)
    mine = rows[rows["source"] == "self"].set_index(["service", "item"])
    theirs = rows[rows["source"] == "assessor"].set_index(["service", "item"])["score"]
    mine = mine.assign(seen=theirs.reindex(mine.index))
    mine["fault"] = [_fault(row.score, row.seen, row.proven) for row in mine.itertuples()]
    mine = mine[mine["fault"] != ""].reset_index()
    mine["place"] = mine["fault"].map(FAULTS.index)
    order = ["critical", "place", "weight"]
    mine = mine.sort_values(order, ascending=[False, True, False], kind="stable")
    return about(mine, "failed", work)


def _fault(score: float, seen: float, proven: float) -> str:
    marks = {"no": score == 0, "assessor": score > 0 and seen == 0, "unproven": proven < score}
    return next((code for code, holds in marks.items() if holds), "partly" if score == 1 else "")


@once_said
def roadmap(work: Workbook) -> pd.DataFrame:
    """Put an action beside every criterion not met, or say that there is none yet.

    Returns
    -------
    DataFrame
        One row per criterion and action, services with nothing planned together in one row;
        then the actions brought for other reasons: ``services_said`` (their codes in
        ``services``), ``item``, ``fault``, ``because``, ``what`` in the language in force (a
        template where there is no action), ``owner`` (a code), ``due``, ``proof``, ``state``:
        none, planned, doing, overdue (open after its due period, at the date of the data),
        completed or dropped.
    """
    acts = dicts(work.table("actions"))
    failed = grouped(criteria_failed(work), "item")
    served = {item: [row["service"] for row in rows] for item, rows in failed.items()}
    rows = []
    for item, mine in served.items():
        hits = [act for act in acts if act["item"] == item and act["service"] in ("", *mine)]
        fault = min((row["fault"] for row in failed[item]), key=FAULTS.index)
        seen = {act["service"] for act in hits}
        left = [] if "" in seen else [service for service in mine if service not in seen]
        rows += [
            _row(act, work.date, [act["service"]] if act["service"] else mine, fault)
            for act in hits
        ]
        what = wording.word(f"roadmap_template.{fault}")
        none = {"item": item, "fault": fault, "because": "self_check", "what": what, "due": ""}
        rows += [NOTHING | _names(left) | none] if left else []
    for act in acts:
        if act["item"] not in served or act["service"] not in ("", *served[act["item"]]):
            rows.append(_row(act, work.date, [act["service"]], ""))
    return about(rows, "roadmap", work)


def _row(act: dict[str, Any], today: date, services: list[str], fault: str) -> dict[str, Any]:
    late = act["due"] and periods.last_day(act["due"]) < today and act["status"] in OPEN
    return _names(services) | {
        "item": act["item"] or "—", "fault": fault, "because": act["because"],
        "act": act["action"], "owner": act["owner"] or "—",
        "what": act[f"what_{wording.lang()}"] or act[f"what_{wording.other()}"] or "—",
        "due": act["due"], "proof": act["evidence"] or "—",
        "state": "overdue" if late else act["status"],
    }  # fmt: skip


def _names(services: list[str]) -> dict[str, str]:
    said = "; ".join(wording.name("service", code) for code in services if code) or "—"
    return {"services_said": said, "services": " ".join(services)}


def actions_counted(work: Workbook) -> pd.DataFrame:
    """Count the criteria not met, those without an action, and the actions that are late."""
    faults, rows = criteria_failed(work), roadmap(work)
    counts = {
        "not_met": faults["item"].nunique(),
        "no_action": int((rows["state"] == "none").sum()),
        "late": int((rows["state"] == "overdue").sum()),
    }
    table = pd.DataFrame([{"sheet_code": self_assessment.FORM, **counts}] if len(rows) else [],
                         columns=["sheet_code", *counts])  # fmt: skip
    return about(table, "progress", work)


def package(work: Workbook) -> dict[str, Any]:
    """Return what is sent: codes and numbers, the same in every language.

    Returns
    -------
    dict
        ``schema`` version, agency and period; ``chosen``: the rule that chose the services, by
        volume a year the five most demanded of outer clients and all that tie for a place (where
        no volume is told, all that were checked), and what was ``left_out``; the ``scale`` of
        grades and whose it is; ``items`` answered; ``services`` with volume, place, declared and
        proven scores and grade, those not checked too; ``answers``; ``roadmap``. Words of clients
        are never in it; what may name a person is hidden in the evidence.
    """
    wanted = self_assessment.most_demanded(work)
    wanted = wanted[(wanted["client"] == "external") & wanted["place"].notna()]
    answers = self_assessment.filled(work)
    checked = answers["service"].unique().tolist()
    chosen = wanted["service"].tolist() or checked
    answers = answers[answers["service"].isin(chosen)].copy()
    answers["date"] = [day.date().isoformat() for day in answers["date"]]
    answers["evidence"] = answers["evidence"].fillna("")
    items = self_assessment.self_check_items(work)
    items = items[items["item"].isin(answers["item"])]
    steps = self_assessment.scale(work)
    steps = steps[["grade", "ru", "en", "least", "ceiling_for", "basis_scale"]]
    acts = _acts(work)
    ours = [not codes or bool(set(codes.split()) & set(chosen)) for codes in acts["services"]]
    columns = ["service", "item", "source", "date", "answer", "evidence", "weight", "critical"]
    return {
        "schema": SCHEMA,
        "agency": work.agency,
        **{name: str(work.info.get(name, "")) for name in ("name_ru", "name_en")},
        "period": work.period,
        "date": work.date.isoformat(),
        "chosen": {"most": self_assessment.TOP, "by": "volume" if len(wanted) else None,
                   "ties": "kept", "left_out": sorted(set(checked) - set(chosen))},
        "scale": list(_plain(steps)),
        "items": list(_plain(items[["item", "ru", "en", "kpi", "source", "wording"]])),
        "services": list(_plain(_services(work, chosen, wanted))),
        "answers": list(_plain(answers[columns])),
        "roadmap": list(_plain(acts[np.array(ours, bool)])),
    }  # fmt: skip


def _services(work: Workbook, chosen: list[str], wanted: pd.DataFrame) -> pd.DataFrame:
    """Return the services chosen: volume and place, scores and grade, names."""
    rows = self_assessment.declared(work).drop(columns=["say", "why"])
    grades = self_assessment.grade(work).drop(columns=["evidenced", "say", "why"])
    rows = rows.merge(grades, on="service", how="outer", sort=True)
    rows["asked"] = rows["asked"].astype("Int64")
    rows = rows[rows["service"].isin(chosen)]
    known = ["service", "volume", "place", "ties", "service_type", "register_id"]
    rows = rows.merge(wanted[known].astype({"place": "Int64"}), on="service", how="left")
    names = work.table("services").set_index("service")[["name_ru", "name_en"]]
    return rows.join(names, on="service").sort_values(["place", "service"])


def _acts(work: Workbook) -> pd.DataFrame:
    """Return the roadmap as it is sent: codes, and what is done in both languages."""
    rows = roadmap(work).drop(columns=["services_said", "what"])
    written = work.table("actions").set_index("action")[["what_ru", "what_en"]]
    return rows.join(written, on="act").fillna(dict.fromkeys(written, ""))


def _plain(rows: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield rows as JSON holds them: what is missing is null."""
    for row in dicts(rows):
        known = {name: round(v, 6) if isinstance(v, float) else v for name, v in row.items()}
        yield {name: None if pd.isna(v) or v == "—" else v for name, v in known.items()}

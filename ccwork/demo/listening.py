"""Needs and targets of the invented agencies: what people wrote down before they measured."""

import numpy as np
import pandas as pd

from ccwork.demo.plan import Plan

NEEDS = (
    ("know_what", "citizens", "Понять, что нести и куда идти",
     "Know what to bring and where to go", "беседы с 12 заявителями",
     "протоколы бесед", "info_clear"),
    ("no_papers", "citizens", "Не приносить то, что орган и так знает",
     "Not to bring what the agency already knows", "жалобы за год", "журнал жалоб", "documents"),
    ("know_when", "business", "Знать, когда будет готово", "Know when it will be ready",
     "повторные звонки", "записи звонков", "lead_days"),
    ("be_heard", "citizens", "Чтобы выслушали и объяснили", "Be heard and get an explanation",
     "наблюдение в зале", "заметки наблюдателя", ""),
)  # fmt: skip


def tables(plan: Plan, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return the tables ``needs`` and ``targets`` of a plan; the small agency has none."""
    if plan.code == "archive":
        return {}
    names = ["need", "segment", "need_ru", "need_en", "found", "evidence", "metric"]
    return {"needs": pd.DataFrame(NEEDS, columns=names), "targets": _targets(plan)}


def _targets(plan: Plan) -> pd.DataFrame:
    service = plan.services[0].code
    rows = [
        {
            "metric": metric, "service": service, "period": "2026-12", "value": value,
            "mode": mode, "reason_ru": "решение совещания", "reason_en": "decided at a meeting",
        }
        for metric, value, mode in (("documents", 3, "value"), ("easy", 10, "relative"))
        if metric in plan.services[0].metrics
    ]  # fmt: skip
    return pd.DataFrame(rows)

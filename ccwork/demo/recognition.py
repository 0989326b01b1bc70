"""What the invented agencies told of their successes, inside and outside."""

from typing import Final

import numpy as np
import pandas as pd

from ccwork.demo.plan import Plan

BARE: Final = {"registry": (), "payments": ("P01", "P02"), "inspection": ()}
"""Agency -> messages told outside with nothing of grade C or better behind them."""

FORGOTTEN: Final = "w05"
"""A unit of the registry whose gain is proven and whom nobody has thanked."""

LINKED: Final = "registry"
"""Where the staff of an office fare better, so do its clients; nowhere else are they asked."""

OFFICES, STAFF, CLIENTS = 12, 20, 40
ITEMS: Final = (
    ("own_inner", "staff", STAFF, "Внутри органа мне помогают так, как мы помогаем посетителям",
     "Inside the agency I am helped as we help visitors"),
    ("own_outer", "client", CLIENTS, "В этом офисе мне помогли внимательно",
     "In this office I was helped with attention"),
)  # fmt: skip
"""An agency's own checklist: item, who answers, how many an office, its words."""

TOLD: Final = (
    "told", "date", "place", "service", "metric", "change", "unit", "channel_ru", "channel_en",
    "who", "text_ru", "text_en",
)  # fmt: skip
_BOARD = ("стенд в коридоре", "the board in the corridor")
_MEETING = ("общее собрание", "the general meeting")
_SITE = ("сайт органа", "the agency's site")

MESSAGES: Final = {
    "registry": [
        ("R01", "2026-06-29", "outside", "certificate", "lead_days", "daily_approval", "", *_SITE,
         "T1", "Решения теперь согласуют каждый день, справку ждут меньше",
         "Decisions are now approved every day, the certificate takes less time"),
        ("R02", "2026-06-26", "inside", "transfer", "", "short_visits", "", *_MEETING, "T1",
         "Спасибо команде: она сама остановила приём за десять минут",
         "Thanks to the team: it stopped the ten-minute visits itself"),
        ("R03", "2026-06-26", "inside", "certificate", "documents", "", "", *_MEETING, "T1",
         "Людям нужно приносить меньше документов", "People have to bring fewer documents"),
    ],
    "payments": [
        ("P01", "2026-06-10", "outside", "benefit", "within_norm", "worst_training", "", *_SITE,
         "T2", "Обучение подняло долю выплат в срок", "Training raised the share paid in time"),
        ("P02", "2026-05-20", "outside", "benefit", "satisfaction", "", "",
         "районная газета", "the district newspaper", "T2",
         "Людям стало удобнее получать пособие", "Getting the benefit has become easier"),
        ("P03", "2026-06-12", "inside", "benefit", "first_response_hours", "", "", *_MEETING,
         "T2", "Отвечаем людям быстрее, чем год назад", "We answer sooner than a year ago"),
    ],
    "inspection": [
        ("N01", "2026-06-29", "inside", "permit", "lead_days", "new_timetable", "", *_BOARD,
         "T1", "Новый график честно проверили: пользы пока не видно",
         "The new timetable was tested honestly: no gain is seen yet"),
    ],
}  # fmt: skip


def tables(plan: Plan, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return the table ``told`` of a plan, and its own checklist; the small agency has none."""
    rows = list(MESSAGES.get(plan.code, ()))
    if plan.code != LINKED:
        return {"told": pd.DataFrame(rows, columns=list(TOLD))} if rows else {}
    rows += [_thanks(number) for number in range(1, 9) if f"w{number:02}" != FORGOTTEN]
    names = ["item", "form", "ru", "en"]
    items = [(code, "own_link", ru, en) for code, _, _, ru, en in ITEMS]
    return {
        "told": pd.DataFrame(rows, columns=list(TOLD)),
        "catalogue/items": pd.DataFrame(items, columns=names),
        "checks": _asked(plan, rng),
    }


def _asked(plan: Plan, rng: np.random.Generator) -> pd.DataFrame:
    """Draw what staff and clients of each office answered; good offices are good to both."""
    rows = []
    for office, mood in enumerate(rng.normal(0, 1, OFFICES), 1):
        for item, source, people, _, _ in ITEMS:
            content = np.clip(0.6 + 0.25 * mood + rng.normal(0, 0.04), 0.05, 0.95)
            marks = np.where(rng.random(people) < content, 2, rng.integers(0, 2, people))
            rows += [
                {"item": item, "visit": f"L{office:02}{source[0]}{at:02}", "source": source,
                 "service": plan.services[0].code, "unit": f"office_{office:02}",
                 "date": "2026-06-20", "answer": int(mark), "publish_ok": "no"}
                for at, mark in enumerate(marks)
            ]  # fmt: skip
    return pd.DataFrame(rows)


def _thanks(number: int) -> tuple[str, ...]:
    return (
        f"R1{number}", "2026-06-26", "inside", "certificate", "", "daily_approval",
        f"w{number:02}", *_BOARD, "T1", f"Спасибо пункту приёма № {number}",
        f"Thanks to reception point {number}",
    )  # fmt: skip

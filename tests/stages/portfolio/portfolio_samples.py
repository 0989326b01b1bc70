"""Agencies of a portfolio built in code: only what a test needs stands in their facts."""

from ccwork.stages.portfolio import agency_facts
from ccwork.tell import facts_text

WORDS = "F03, F04, F06, F07"


def number(path, value, low=None, high=None, n=None, unit="percent", formula=WORDS, **more):
    ends = {"value": value, "low": low, "high": high, "n": n}
    return {"id": path, "unit": unit, "formula": formula, "period": "2026-06", **ends, **more}


def word(path, said):
    return {"id": path, "value": None, "word": said, "period": "2026-06", "formula": ""}


def share(metric, service, k, n, **more):
    p = 100 * k / n
    return number(f"6_kpi.judged.{metric}.{service}.value", p, p - 1, p + 1, n, **more)


def moved(**words):
    return [
        word(f"6_kpi.five_moved.external.{kpi}.five_word", said) for kpi, said in words.items()
    ]


def spots(**words):
    lead = "1_face_the_problem.spots.external"
    return [word(f"{lead}.{kpi}.spot", said) for kpi, said in words.items()]


def grades(scale, services):
    """Facts of services: (service, score, volume); of a scale: grade -> from how much."""
    lead = "1_face_the_problem"
    facts = [number(f"{lead}.scale.{grade}.least", least) for grade, least in scale.items()]
    for service, score, volume in services:
        facts.append(number(f"{lead}.grade.{service}.evidenced", score))
        if volume is not None:
            facts.append(number(f"{lead}.beside.{service}.volume", volume, unit="count"))
    return facts


def written(code, facts, found=(), **about):
    head = {"agency": code, "date": "2026-06-30", "period": "2026-06", **about}
    return facts_text.facts_json(facts, found, head)


def agency(code, facts, found=(), **about):
    return agency_facts.read_facts(written(code, facts, found, **about).encode(), code)


def portfolio(*agencies, before=()):
    return agency_facts.portfolio_of(agencies, before)

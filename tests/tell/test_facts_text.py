import json

import pytest

from ccwork.tell import facts_text

ABOUT = {"agency": "opg", "date": "2026-03-31", "period": "2026-03"}


def fact(id, value=86.29):
    return {"id": id, "value": value, "n": 19590, "unit": "points", "source": ["counts.csv"]}


def test_facts_are_written_a_fact_a_line():
    rows = [fact("a"), {**fact("b", None), "word": "too_little"}]
    written = facts_text.facts_json(rows, [], ABOUT)
    read = json.loads(written)
    assert read.pop("facts") == rows and read.pop("findings") == []
    assert read == {"agency": "opg", "date": "2026-03-31", "period": "2026-03", "schema": 1}
    assert [line for line in written.splitlines() if '"id"' in line] == written.splitlines()[1:3]


def test_a_fact_that_is_not_a_number_is_refused():
    with pytest.raises(ValueError):
        facts_text.facts_json([fact("a", float("nan"))], [], ABOUT)

"""Beside every question on inner clients stands what was chosen, its owner and its date."""

from ccwork.language import wording
from ccwork.read.data_dictionary import dictionary
from ccwork.stages.clients import chosen_actions


def test_how_can_i_has_the_action_its_owner_and_date(agency):
    agency.add(
        "actions",
        [
            {
                "action": "q1",
                "because": "question",
                "item": "self_3_help",
                "what_ru": "Обед вместе",
                "what_en": "Lunch together",
                "owner": "head",
                "due": "2026-09",
                "status": "planned",
            }
        ],
    )
    agency.add("checks", [
        {"item": item, "visit": "v", "source": "self", "date": "2026-05-01", "answer": answer}
        for item, answer in (("self_3_help", 2), ("self_4_simplify", 1))
    ])  # fmt: skip
    work = agency.metric([50, 60], first="2026-04", n=100).load()
    rows = chosen_actions.how_can_i(work).set_index("item")
    assert rows.loc["self_3_help", ["reply_own", "owner", "due", "state"]].tolist() == [
        "2", "head", "2026-09", "planned"
    ]  # fmt: skip
    assert rows.loc["self_4_simplify", ["what", "state"]].tolist() == ["—", "none"]
    wording.use("en")
    assert "Lunch together" in set(chosen_actions.how_can_i(work)["what"])


def test_every_origin_of_an_action_has_its_words():
    for code in dictionary()["actions"].columns["because"].choices:
        assert wording.has(f"value.{code}") and wording.has(f"because_of.{code}")

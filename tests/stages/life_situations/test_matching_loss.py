"""Losses between agencies: both ends by hand, and the truth lies between."""

import pytest
from conftest import sample
from scipy.stats import norm

from ccwork.language import wording
from ccwork.stages.life_situations import matching_loss
from ccwork.tell.sentences import sentences
from tests.stages.life_situations.test_situation_chain import chained, leg


def wilson(k, n):
    """Wilson limits as the roots of (p - share)^2 n = z^2 share (1 - share)."""
    z2 = norm.ppf(0.975) ** 2
    a, b, c = n + z2, -(2 * k + z2), k * k / n
    root = (b * b - 4 * a * c) ** 0.5
    return [100 * (-b - root) / (2 * a), 100 * (-b + root) / (2 * a)]


def hundred(lost=0, renamed=0, extra=0):
    """A hundred cases through the first link; some go on under another number, some never."""
    rows = [leg(f"C{n}", "first", n, 1) for n in range(100)]
    for n in range(lost, 100):
        rows.append(leg(f"X{n}" if n < lost + renamed else f"C{n}", "second", n + 10, 1))
    return rows + [leg(f"Z{n}", "second", n, 1) for n in range(extra)]


def only(agency, rows):
    (row,) = matching_loss.lost_between(chained(agency, rows)).to_dict("records")
    return row


def test_both_ends_are_counted_by_hand(agency):
    row = only(agency, hundred(lost=25, renamed=15))
    assert (row["n"], row["unmatched"], row["say"]) == (100, 15, "lost")
    assert row["lost_most"] == pytest.approx(40) and row["lost_least"] == pytest.approx(25)
    assert [row["lost_most_low"], row["lost_most_high"]] == pytest.approx(wilson(40, 100))
    assert [row["lost_least_low"], row["lost_least_high"]] == pytest.approx(wilson(25, 100))


def test_what_is_only_unrecognised_is_no_loss(agency):
    row = only(agency, hundred(renamed=30))
    assert (row["lost_least"], row["lost_most"], row["say"]) == (0, 30, "unclear")


def test_more_unmatched_than_missed_make_the_least_nothing(agency):
    row = only(agency, hundred(lost=20, extra=60))
    assert (row["lost_least"], row["lost_most"], row["unmatched"]) == (0, 20, 60)


def test_where_all_go_on_it_is_said(agency):
    assert only(agency, hundred())["say"] == "none"


def test_a_handful_missed_is_told_in_words_and_one_is_no_proof(agency):
    assert only(agency, hundred(lost=4))["say"] == "single"
    assert only(agency, hundred(lost=1, renamed=14))["say"] == "unclear"
    said = "".join(sentences(matching_loss.lost_between(chained(agency, hundred(lost=4)))))
    assert "меньше десяти" in said and "4" not in said


def test_every_word_has_its_sentence_in_both_languages(agency):
    kinds = {"lost": {"lost": 25}, "single": {"lost": 1}, "unclear": {"renamed": 20},
             "none": {}, "no_match": {"renamed": 100}}  # fmt: skip
    for say, planted in kinds.items():
        rows = matching_loss.lost_between(chained(agency, hundred(**planted)))
        assert rows["say"].tolist() == [say]
        for _ in wording.each(wording.LANGS):
            (said,) = sentences(rows)
            assert "reason" not in said and "не показано" not in said and "not shown" not in said


def test_other_numbers_everywhere_are_a_fault_of_matching(agency):
    row = only(agency, hundred(renamed=100))
    assert row["say"] == "no_match" and row["lost_least"] == 0 and row["lost_most"] == 100


def test_refused_and_those_still_in_hand_are_not_lost(agency):
    rows = hundred() + [leg(f"R{n}", "first", n, 1, "refused") for n in range(20)]
    rows += [leg(f"O{n}", "first", n, 1, "open") for n in range(20)]
    row = only(agency, rows)
    assert (row["n"], row["lost_most"]) == (100, 0)


def test_those_not_watched_long_enough_are_left_out(agency):
    """Those who go on take 9 hours; June 30 ends the watch, so 18 hours before it count."""
    late = 24 * 176  # 2026-06-30 09:00
    rows = hundred() + [leg(f"L{n}", "first", late + n / 10, 0.1) for n in range(30)]
    row = only(agency, rows)
    assert (row["n"], row["lost_most"]) == (100, 0)
    early = [leg(f"E{n}", "first", late - 48 + n / 10, 0.1) for n in range(30)]
    row = only(agency, hundred() + early)
    assert (row["n"], row["lost_most"]) == (130, pytest.approx(100 * 30 / 130))


def test_few_cases_tell_no_share(agency):
    rows = [leg(f"C{n}", "first", n, 1) for n in range(9)]
    row = only(agency, rows + [leg(f"C{n}", "second", n + 5, 1) for n in range(9)])
    assert row["say"] == "few" and row["lost_most"] != row["lost_most"]


def test_the_planted_losses_lie_between_the_ends():
    """A tenth is lost after the birth record, nobody before the kindergarten."""
    rows = matching_loss.lost_between(sample("families")).set_index("service")
    assert rows.loc["birth_record", "lost_least_low"] < 10 < rows.loc["birth_record", "lost_most"]
    assert rows.loc["birth_record", "say"] == "lost"
    assert rows.loc["benefit", ["lost_least", "say"]].tolist() == [0, "unclear"]
    assert rows.loc["residence", "say"] == "none"

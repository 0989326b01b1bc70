import numpy as np
import pytest

from ccwork.report.owed import shapes


def told(agency, counts, best=0, **config):
    agency.config |= config
    work = agency.counts(list(counts), first="2026-06").load()
    return shapes.told_levels(work, "satisfaction", "a", best)


def known(found, best, whole):
    """Return levels not told that follow: one alone in a sum is that sum less the rest."""
    parts = [range(5 - best), range(5 - best, 5)] if best else [range(5)]
    follows = {}
    for part in parts:
        unknown = [at for at in part if found[at] is None]
        left = sum(whole[at] for at in unknown)
        if len(unknown) == 1 or left == 0:
            follows |= dict.fromkeys(unknown, left)
    return follows


CASES = [(0, 0, 0, 4, 26), (9, 9, 0, 0, 0), (3, 12, 20, 30, 15), (1, 1, 10, 0, 0),
         (0, 9, 0, 2, 0), (5, 5, 5, 5, 5), (0, 4, 11, 18, 0), (2, 9, 33, 36, 20)]  # fmt: skip


@pytest.mark.parametrize("counts", CASES)
@pytest.mark.parametrize("best", [0, 2])
def test_no_number_below_ten_is_told_or_follows_from_the_sums_that_are(agency, counts, best):
    found = told(agency, counts, best)
    assert found.n == sum(counts)
    for count, truth in zip(found.counts, counts, strict=True):
        assert count in (None, truth) and not (count and count < 10)
    assert not known(found.counts, best, counts)
    small = [count for count, shown in zip(counts, found.counts, strict=True) if shown is None]
    assert not small or sum(small) >= 10 or best
    assert bool(found.why) == (None in found.counts)


def test_large_numbers_and_true_zeros_are_told(agency):
    assert told(agency, (0, 10, 20, 30, 40)).counts == [0, 10, 20, 30, 40]


def test_fewer_than_ten_answers_are_not_told_at_all(agency):
    assert told(agency, (1, 1, 1, 1, 1)) == shapes.Levels([None] * 5, None, "too_few")


def test_with_the_reason_of_the_agency_every_number_is_told(agency):
    found = told(agency, (1, 1, 1, 1, 9), few_shown="закон о сдаче")
    assert found == shapes.Levels([1, 1, 1, 1, 9], 13, "")


def test_a_level_that_was_not_brought_is_not_zero(agency):
    found = told(agency, (None, 10, 20, 30, 40))
    assert found.counts == [None] * 5 and found.why == "incomplete"


def test_what_was_not_asked_is_empty_and_says_so(agency):
    work = agency.counts([10] * 5, first="2026-06").load()
    assert shapes.told_levels(work, "easy", "a").why == "not_asked"
    assert shapes.note("not_asked") and shapes.note("too_few") and shapes.note("") == ""


def test_missing_is_written_as_nothing():
    rows = [{"kpi": "x", "value": np.nan, "n": None, "note": "=1+1"}]
    head, line = shapes.shaped("uk_kpis", rows).splitlines()
    assert head.split(",") == shapes.columns_of("uk_kpis") and line == ",,,x,,,,,,,,,'=1+1"

"""A total that moved: what groups did, what clients moving between them did."""

import make_demo as make
import numpy as np
import pandas as pd
import pytest
from conftest import sample
from demo import links

from ccwork.language import wording
from ccwork.learn.demo.plan import PAYMENTS
from ccwork.measure import mix_effect
from ccwork.read import catalogues, workbook
from ccwork.tell import formatting, sentences


def answers(then, now, first="2025-01", months=24):
    """Answers of the levels each channel gave, alike every month of the two halves."""
    rows = []
    for month, period in enumerate(pd.period_range(first, periods=months, freq="M")):
        for channel, levels in (now if month >= months // 2 else then).items():
            rows += [
                {"respondent": f"{period}-{channel}-{place}", "metric": "satisfaction",
                 "service": "a", "date": f"{period}-15", "level": level, "channel": channel}
                for place, level in enumerate(levels)
            ]  # fmt: skip
    return rows


def taken(agency, then, now, **more):
    work = agency.add("answers", answers(then, now, "2024-07")).load()
    return mix_effect.decomposed(work, service="a", **more).set_index("group_of")


def test_every_channel_improved_and_the_total_fell(agency):
    rows = taken(
        agency,
        {"counter": [4] * 30 + [5] * 30, "site": [2] * 10},
        {"counter": [4] * 10 + [5] * 20, "site": [2] * 30 + [3] * 10},
    )
    assert (rows.loc[["counter", "site"], "moved"] > 0).all()
    total = rows.loc["all"]
    assert total["moved"] < 0 < total["inside"] and total["mix"] < 0
    assert total["inside"] + total["mix"] == pytest.approx(total["moved"])
    assert total["say"] == "masked"
    assert rows.loc[["counter", "site"], ["inside", "mix"]].sum().tolist() == pytest.approx(
        total[["inside", "mix"]].tolist()
    )
    assert rows.loc["counter", ["share_then", "share_now"]].tolist() == pytest.approx(
        [100 * 6 / 7, 100 * 3 / 7]
    )
    assert rows.loc["counter", ["was", "is_now"]].tolist() == pytest.approx([87.5, 91.66667])
    assert total["n"] == 24 * 70


def wide(level):
    return [level - 1] * 10 + [level] * 20 + [level + 1] * 10


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        ({"x": wide(3), "y": wide(3)}, {"x": wide(4), "y": wide(4)}, "inside"),
        ({"x": wide(4) * 3, "y": wide(2)}, {"x": wide(4), "y": wide(2) * 3}, "mix"),
        ({"x": wide(4) * 3, "y": wide(3)}, {"x": wide(3), "y": wide(2) * 3}, "both"),
        ({"x": wide(3), "y": wide(3)}, {"x": wide(3), "y": wide(3)}, "none"),
    ],
)
def test_only_what_is_proven_is_said(agency, then, now, said):
    rows = taken(agency, then, now)
    assert rows.loc["all", "say"] == said and set(rows["say"]) <= {said, ""}


def test_windows_are_the_last_year_and_the_one_before_and_short_histories_are_halved(agency):
    early = answers({"x": [1], "y": [1]}, {"x": [1], "y": [1]}, "2023-07", 12)
    late = answers({"x": wide(2), "y": wide(3)}, {"x": wide(2), "y": wide(3)}, "2024-07")
    rows = mix_effect.decomposed(agency.add("answers", early + late).load(), service="a")
    assert rows["n"].iloc[-1] == 24 * 80
    short = answers({"x": wide(2), "y": wide(3)}, {"x": wide(4), "y": wide(3)}, "2026-02", 5)
    rows = mix_effect.decomposed(agency.add("answers", short).load(), service="a").set_index(
        "group_of"
    )
    assert rows.loc["all", "n"] == 4 * 80 and rows.loc["x", "moved"] == 25


def test_small_groups_stand_together_and_a_small_window_says_so(agency):
    rows = taken(agency, {"x": wide(3), "y": wide(3), "z": []}, {"x": wide(4), "y": wide(3)})
    assert rows.index.tolist() == ["x", "y", "all"]
    table = answers({"x": [3], "y": [4]}, {"x": [3], "y": [4]}, "2024-07")
    table += [table[0] | {"respondent": "lone", "channel": "mail"}]
    rows = mix_effect.decomposed(agency.add("answers", table).load(), service="a").set_index(
        "group_of"
    )
    assert rows.index.tolist() == ["rest", "x", "y", "all"] and rows.loc["rest", "n"] == 1
    assert rows.loc["all", "say"] == "few" and rows[["was", "inside", "mix"]].isna().all(axis=None)
    assert formatting.cell(rows.reset_index().to_dict("records")[0], "n").shown == "менее 10"


def test_hours_of_cases_can_be_taken_apart_as_well(agency):
    rows = []
    for place in range(120):
        late = place >= 60
        channel = "site" if place % 3 else "counter"
        first = pd.Timestamp("2026-04-01" if late else "2026-01-01")
        start = first + pd.Timedelta(days=place % 60)
        took = {"site": 10 + 5 * late, "counter": 40}[channel] + place % 5
        rows.append({"case": f"c{place}", "step": "do", "service": "a", "channel": channel,
                     "actor": "back", "outcome": "done", "start": f"{start:%Y-%m-%d %H:%M}",
                     "end": f"{start + pd.Timedelta(hours=took):%Y-%m-%d %H:%M}"})  # fmt: skip
    work = agency.counts([1, 2, 3, 4, 50], first="2026-06").add("steps", rows).load()
    found = mix_effect.decomposed(work, mix_effect.LEAD, service="a").set_index("group_of")
    assert found.loc["site", "moved"] == pytest.approx(5, abs=0.2)
    assert found.loc["counter", "moved"] == pytest.approx(0, abs=0.2)
    assert found.loc["all", "say"] == "inside"


def test_one_group_one_window_or_an_unknown_grouping(agency):
    work = agency.add("answers", answers({"x": wide(3)}, {"x": wide(4)}, "2024-07")).load()
    assert mix_effect.decomposed(work, service="a").empty
    assert "двух групп" in formatting.absent(mix_effect.decomposed(work, service="a"))
    assert mix_effect.decomposed(work, service="a").attrs["needs"] == []
    assert mix_effect.decomposed(work, mix_effect.LEAD, service="a").attrs["needs"] == ["steps"]
    with pytest.raises(ValueError, match="`by` must be one of"):
        mix_effect.decomposed(work, by="unit", service="a")


def test_every_word_for_what_is_proven_stands_in_both_languages():
    for code in ("masked", "inside", "mix", "both", "none", "few"):
        for lang in wording.LANGS:
            wording.use(lang)
            assert wording.word(f"finding.mix.{code}")


# ---------------------------------------------------------------- planted


def drawn(seed):
    rows = links.tables(PAYMENTS, make.rng(PAYMENTS, seed, "links"))["answers"]
    rows["date"] = pd.to_datetime(rows["date"])
    info, sources = {"grain": "month"}, pd.DataFrame(columns=["table", "file"])
    return workbook.Workbook(
        "payments", "2026-06", info, {"answers": rows}, catalogues.common(), sources
    )


def test_the_planted_total_that_hides_its_gain_is_found_in_most_seeds():
    found = []
    for seed in range(10):
        rows = mix_effect.decomposed(drawn(seed), service="advice").set_index("group_of")
        found.append(rows.loc["all", "say"] == "masked" and (rows["moved"].iloc[:-1] > 0).all())
        assert rows.loc["all", "moved"] < 0
    assert np.mean(found) >= 0.8


def test_answers_of_the_earlier_half_alone_are_not_taken_apart(agency):
    early = answers({"x": [4], "y": [2]}, {"x": [4], "y": [2]}, "2024-07", 10)
    agency.metric([5, 4], metric="documents", n=100, first="2026-05")
    found = mix_effect.decomposed(agency.add("answers", early).load(), service="a")
    assert found.empty and "периодов" in formatting.absent(found)


def test_groups_services_and_figures_are_named_in_the_language_in_force():
    work = sample("registry")
    for lang, way, figure in (("ru", "окно приёма", "Удовлетворённость услугой"),
                              ("en", "counter", "Satisfaction with the service")):  # fmt: skip
        wording.use(lang)
        rows = mix_effect.decomposed(work)
        assert rows.loc[rows["group_of"] == "counter", "group_said"].tolist() == [way]
        assert set(rows["figure_said"]) == {figure} and set(rows["service"]) == {"certificate"}
        (said,) = sentences.sentences(rows)
        assert figure in said and "680" in said
    assert "hours" in mix_effect.decomposed(work, mix_effect.LEAD)["figure_said"].iloc[0]


def test_nothing_is_taken_apart_across_a_new_definition(agency):
    rows = answers({"x": wide(3), "y": wide(3)}, {"x": wide(4), "y": wide(4)}, "2024-07")
    for row in rows:
        row["version"] = "1" if row["date"] < "2025-07" else "2"
    found = mix_effect.decomposed(agency.add("answers", rows).load(), service="a")
    total = found.set_index("group_of").loc["all"]
    assert (total["say"], total["why"]) == ("cut", "cut") and np.isnan(total["inside"])
    (said,) = sentences.sentences(found)
    assert "несопоставимы" in said


@pytest.mark.parametrize(
    ("inside", "moved", "said"),
    [((0.2, 0.9), (0.1, 0.5), "both"), ((0.2, 0.9), (-0.5, -0.1), "masked"),
     ((0.2, 0.9), (0, 0.5), "inside"), ((-0.9, -0.2), (-0.5, 0), "inside"),
     ((-0.1, 0.9), (-0.5, -0.1), "mix"), ((0, 0), (0, 0), "none")],
)  # fmt: skip
def test_a_part_is_proven_where_its_whole_interval_lies_on_one_side_of_zero(inside, moved, said):
    ends = {f"{part}_{end}": value for part, limits in (("inside", inside), ("mix", moved))
            for end, value in zip(("low", "high"), limits, strict=True)}  # fmt: skip
    assert mix_effect._said(ends) == said


def test_shares_of_groups_make_a_whole(agency):
    rows = taken(agency, {"x": wide(3), "y": wide(3)}, {"x": wide(3) * 2, "y": wide(3)})
    for column in ("share_then", "share_now"):
        assert rows.loc["all", column] == 100
        assert rows.loc[["x", "y"], column].sum() == pytest.approx(100)


def test_a_service_without_cases_has_no_hours_to_take_apart(agency):
    step = {"case": "c1", "step": "do", "service": "b", "channel": "site", "actor": "back",
            "outcome": "done", "start": "2026-04-01 09:00", "end": "2026-04-01 10:00"}  # fmt: skip
    agency.add("services", [{"service": each, "name_ru": each} for each in "ab"])
    work = agency.counts([1, 2, 3, 4, 50], first="2026-06").add("steps", [step]).load()
    assert mix_effect.decomposed(work, mix_effect.LEAD, service="a").empty

import pytest
from portfolio_samples import agency, moved, number, portfolio, word

from ccwork import method
from ccwork.stages.portfolio import invented_agencies, movement


def words_of(**words):
    return movement.of_agency(agency("x", moved(**words)))


@pytest.mark.parametrize("words, said", [
    ({"speed": "better", "quality": "not_proven"}, "better"),
    ({"speed": "worse", "quality": "too_little"}, "worse"),
    ({"speed": "better", "quality": "worse"}, "both_ways"),
    ({"speed": "small"}, "not_proven"),
    ({"speed": "too_little", "quality": "not_comparable"}, "too_little"),
    ({}, "too_little"),
])  # fmt: skip
def test_an_agency_is_told_by_its_five_kpis_together(words, said):
    assert words_of(**words) == said


def test_the_rows_sum_to_all_agencies():
    given = invented_agencies.sample()
    made = movement.moved(given)
    assert made["agencies"].sum() == 85 and made["share"].sum() == pytest.approx(100)
    by_kpi = movement.moved_by_kpi(given)
    assert by_kpi.drop(columns="kpi").sum(axis=1).tolist() == [85] * 5
    none = movement.unmeasured(given)
    assert (none["measured_in"] + none["unmeasured_in"] + none["untold_in"] == 85).all()


def test_chance_alone_is_told():
    rows = [agency(f"a{i}", moved(speed="not_proven")) for i in range(40)]
    assert movement.moved(portfolio(*rows))["chance_most"].iloc[0] == 2  # 5 % of 40


def test_what_is_not_told_is_not_taken_for_unmeasured():
    silent = agency("silent", [])
    none = agency("none", [word("6_kpi.five_rows.external.speed.status", "not_measured")])
    made = movement.unmeasured(portfolio(silent, none)).set_index("kpi").loc["speed"]
    assert made[["measured_in", "unmeasured_in", "untold_in"]].tolist() == [0, 1, 1]
    assert made["say"] == "nobody"


def test_a_pain_of_many_is_named():
    def points(speed, quality):
        lead = "6_kpi.five_rows.external"
        return [number(f"{lead}.speed.kpi_points", speed), number(f"{lead}.quality.kpi_points",
                quality)]  # fmt: skip

    found = [{"what": "obstacle", "kind": "weak_place", "kpi": "speed"}]

    def told(low):
        rows = [agency(f"a{i}", points(50, 60), found) for i in range(low)]
        rows += [agency("b", points(70, 60)), agency("c", points(70, 60)[:1])]
        return movement.pains(portfolio(*rows)).set_index("kpi")

    # chance makes one of two the lowest: 9 of 10 or more in 11 of 1024, 10 of 11 in 12 of 2048;
    # five times that is 5.4 and 2.9 percent
    assert told(9).loc["speed", "say"] == "" and told(2).loc["speed", "say"] == ""
    made = told(10)
    assert made.loc["speed", ["lowest_in", "weak_in", "all_of", "say"]].tolist() == [
        10, 10, 11, "common"]  # fmt: skip
    assert made.loc["quality", "lowest_in"] == 1 and list(made.index) == list(method.KPIS)

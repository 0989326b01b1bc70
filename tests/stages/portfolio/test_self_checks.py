import pytest
from portfolio_samples import agency, grades, portfolio, spots, word

from ccwork.language import wording
from ccwork.stages.portfolio import self_checks
from ccwork.tell.sentences import sentences

SCALE = {"A": 90, "C": 60, "E": 0}
FEDERAL = {"good": 80, "fair": 60, "rest": 0}


def counted(given):
    return self_checks.service_grades(given).set_index("grade")


# ---------------------------------------------------------------- published


def test_264_services_of_62_agencies_of_which_54_per_cent_conform():
    scores = [85.0] * 27 + [65.0] * 116 + [10.0] * 121  # 10 % and 44 % (Kommersant 5999139)
    rows = []
    for place in range(62):
        own = [(f"s{i}", score, None) for i, score in enumerate(scores[place::62])]
        rows.append(agency(f"a{place:02}", grades(FEDERAL, own)))
    made = counted(portfolio(*rows))
    assert made["services"].tolist() == [27, 116, 121]
    assert made["share"].round().tolist() == [10, 44, 46]
    ends = made.loc["fair", ["up_share", "up_share_low", "up_share_high"]].tolist()
    assert ends == pytest.approx([54.2, 48.1, 60.1], abs=0.05)  # Wilson of 143 of 264
    assert made["volume"].isna().all() and made.loc["fair", "say"] == "unweighed"


def test_1677_services_of_which_one_in_four_rated_stays_below_four():
    scale = {"five": 100, "high": 90, "fair": 80, "low": 0}
    scores = [100.0] * 236 + [95.0] * 428 + [85.0] * 207 + [50.0] * 288 + [None] * 518
    rows = [(f"s{i}", score, None) for i, score in enumerate(scores)]
    made = counted(portfolio(agency("all", grades(scale, rows))))
    assert made["services"].tolist() == [236, 428, 207, 288]
    assert made.loc["low", "share"] == pytest.approx(24.8, abs=0.05)  # Vedomosti 2025-08-08
    assert made["ungraded"].iloc[0] == 518
    met = made.loc["high", "up_share"] * 1159 / 1677
    assert 100 - met == pytest.approx(60.4, abs=0.05)


# ---------------------------------------------------------------- weighing


def test_weighing_by_volume_reverses_the_reading_and_it_is_said():
    small = [(f"s{i}", 95.0, 1_000.0) for i in range(14)]
    huge = [(f"h{i}", 20.0, 1_000_000.0) for i in range(6)]
    given = portfolio(agency("one", grades(SCALE, small + huge)))
    row = counted(given).loc["C"]
    assert row["up_share"] == 70 and row["up_volume"] == pytest.approx(0.23, abs=0.01)
    (ru,) = sentences(self_checks.service_grades(given))
    assert ru.startswith("Взвешивание переворачивает вывод.")
    wording.use("en")
    (en,) = sentences(self_checks.service_grades(given))
    assert en.startswith("Weighting reverses the reading.")


def test_a_volume_not_told_is_not_zero():
    rows = [("a", 95.0, None), ("b", 95.0, 300.0), ("c", 10.0, 100.0)]
    made = counted(portfolio(agency("one", grades(SCALE, rows))))
    assert made.loc["A", "volume_share"] == 75 and made["no_volume"].iloc[0] == 1


def test_grades_of_another_scale_are_not_added():
    one = agency("one", grades(SCALE, [("a", 95.0, 1.0)]))
    two = agency("two", grades(SCALE, [("a", 95.0, 1.0)]))
    odd = agency("odd", grades({"A": 50, "B": 0}, [("a", 95.0, 1.0)]))
    made = counted(portfolio(one, two, odd))
    assert made["services"].sum() == 2 and made["other_scale"].iloc[0] == 1


def test_a_ceiling_holds_as_in_the_agency_itself():
    facts = grades(SCALE, [("a", 95.0, 1.0)])
    lead = "1_face_the_problem"
    facts += [word(f"{lead}.{of}", "critical") for of in ("grade.a.caps", "scale.C.ceiling_for")]
    assert self_checks.graded(agency("one", facts)) == {"a": "C"}


def test_without_self_checks_there_are_no_grades():
    assert self_checks.service_grades(portfolio(agency("one", []))).empty


# ---------------------------------------------------------------- clients


def test_the_words_of_a_kpi_sum_to_the_agencies_compared():
    words = ["blind_spot"] * 3 + ["aligned", "unclear", "hidden_strength", "unknown"]
    rows = [agency(f"a{i}", spots(speed=said)) for i, said in enumerate(words)]
    made = self_checks.self_and_clients(portfolio(*rows)).set_index("kpi").loc["speed"]
    parts = [made[f"in_{spot}"] for spot in self_checks.SPOTS]
    assert parts == [3, 1, 1, 1] and made["compared_in"] == 6 and made["overrated"] == 50

from conftest import SAMPLES, sample

from ccwork.stages.plan import experiment_plan, plan_power
from ccwork.stats.trials import operating_characteristics


def test_every_design_has_its_chance_or_the_reason_why_not():
    root = str(SAMPLES / "demo")
    work, plan = sample("registry"), experiment_plan.brought(root, "registry")
    rows = plan_power.power_by_design(work, plan).set_index("strength")
    assert rows.index.tolist() == list("ABCDE")
    assert rows.loc[["C", "D", "E"], "chance"].isna().all()
    assert rows.loc["C":, "why"].tolist() == ["short_series", "weak_design", "weak_design"]
    told = operating_characteristics.rates(
        2, 0, n_per_arm=480, sd=6, worthwhile=2, margin=2, clusters=8, icc=0.02, looks=2,
        guardrails=0, runs=1000,
    )  # fmt: skip
    assert rows.loc["A", "chance"] == 100 * told["accept"]
    assert (rows.loc[["A", "B"], "chance_twice"] >= rows.loc[["A", "B"], "chance"]).all()


def test_units_too_few_or_no_spread_are_said_in_words():
    root = str(SAMPLES / "demo")
    work, plan = sample("registry"), experiment_plan.brought(root, "registry")
    few = plan_power.power_by_design(work, plan | {"clusters": 3}).set_index("strength")
    assert few.loc[["A", "B"], "why"].tolist() == ["few_units", "few_units"]
    unknown = {key: value for key, value in plan.items() if key != "sd"}
    rows = plan_power.power_by_design(work, unknown).set_index("strength")
    assert rows.loc["A", "why"] == "no_spread" and rows["chance"].isna().all()
    assert plan_power.power_by_design(work, {}).empty

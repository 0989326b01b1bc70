"""The tables of the training agency in one variant, drawn by the generators of the samples."""

from typing import Final

import numpy as np
import pandas as pd

from ccwork.learn.demo import changes as novelties
from ccwork.learn.demo import figures, journeys, team
from ccwork.learn.demo.checklist_items import items
from ccwork.learn.demo.plan import REGISTRY
from ccwork.learn.demo.rows import rows
from ccwork.learn.training.scene import MONTHS, WAITS, Scene, training_plan

TRIES: Final = 8
"""A series without a truth is the calmest of so many draws: chance plants no truths here."""

CHANNELS: Final = ("counter", "site", "phone")
FELT, EARLY, LATE = (4.4, 3.4, 3.3), (0.2, 0.6, 0.2), (0.7, 0.15, 0.15)
"""Mean answer by channel, and the shares of clients in the first and in the second year."""

WORSE: Final = 0.2
"""So much each channel lost in the second year, while the total rose."""

SILENT: Final = 18
"""The month from which the unhappy of the third service no longer answer."""

ALL, HAPPY = (0.15, 0.25, 0.2, 0.25, 0.15), (0.03, 0.05, 0.12, 0.45, 0.35)
"""Shares of the levels while most answer, and when hardly one of the unhappy does."""


def training_tables(made: Scene) -> dict[str, pd.DataFrame]:
    """Draw all tables of one variant: name -> its rows."""
    first, second, third = (service.code for service in made.services)
    services = pd.DataFrame(made.services).drop(columns="metrics")
    aims = rows("training_targets").drop(columns="gain").set_index("metric")
    return {
        "services": services.rename(columns={"code": "service"}),
        "metrics": _metrics(made),
        "answers": channel_answers(made, second),
        **survey_tables(made, third),
        "checks": self_check_rows(made, first),
        "steps": _steps(made),
        "catalogue/steps": journeys.step_names(),
        "people": _people(made),
        "targets": aims.loc[list(made.misses)].reset_index().assign(service=third),
        "causes": rows("training_causes").assign(metric=made.misses, service=third),
        **_changed(made, [first, second, second]),
    }


def _metrics(made: Scene) -> pd.DataFrame:
    """Draw the metrics; what is not planted stays calm, what is counted anew has a version."""
    rng, plan = made.rng("metrics"), training_plan(made)
    planted = {made.real[:2], made.redefined[:2]}
    drawn = pd.concat([figures.metrics(plan, rng).assign(at=at) for at in range(TRIES)])
    each = (
        [one for _, one in tries.groupby("at")][:1] if series in planted
        else [min((one for _, one in tries.groupby("at")), key=_unrest)]
        for series, tries in drawn.groupby(["metric", "service"], sort=False)
    )  # fmt: skip
    table = pd.concat([one for chosen in each for one in chosen]).drop(columns="at")
    own = (table["metric"] == made.redefined.metric) & (table["service"] == made.redefined.service)
    new = table["period"] >= MONTHS[made.redefined.since]
    return table.assign(version=np.where(own, np.where(new, "2", "1"), ""))


def _unrest(series: pd.DataFrame) -> float:
    """Return how far the last six months and the last one stand from the rest, in spreads."""
    values = series["value"].to_numpy()
    level = 2 * abs(values[-6:].mean() - values[:-6].mean())
    return float(max(level, abs(values[-1] - values[-13])) / values.std())


def channel_answers(made: Scene, service: str) -> pd.DataFrame:
    """Draw how satisfied clients are: every channel becomes worse, and the total better."""
    rng = made.rng("answers")
    n = rng.integers(48, 60, len(MONTHS))
    late = np.repeat(np.arange(len(MONTHS)) >= 12, n)
    early, now = (rng.choice(3, n.sum(), p=shares) for shares in (EARLY, LATE))
    channel = np.where(late, now, early)
    felt = np.array(FELT)[channel] - WORSE * late + rng.normal(0, 0.8, n.sum())
    days = rng.integers(1, 29, n.sum())
    return pd.DataFrame({
        "respondent": [f"K{person:04}" for person in range(1, n.sum() + 1)],
        "metric": "satisfaction", "service": service, "level": felt.round().clip(1, 5).astype(int),
        "date": [f"{at}-{day:02}" for at, day in zip(np.repeat(MONTHS, n), days, strict=True)],
        "channel": np.array(CHANNELS)[channel],
    })  # fmt: skip


def survey_tables(made: Scene, service: str) -> dict[str, pd.DataFrame]:
    """Draw how many were asked and what they answered: later the unhappy are silent."""
    rng = made.rng("survey")
    asked, late = rng.integers(180, 260, len(MONTHS)), np.arange(len(MONTHS)) >= SILENT
    answered = (asked * np.where(late, rng.uniform(0.24, 0.34, len(MONTHS)), 0.75)).astype(int)
    sent = pd.DataFrame({
        "service": service, "period": MONTHS, "invited": asked, "answered": answered,
    })  # fmt: skip
    shares = [HAPPY if at else ALL for at in late]
    levels = [rng.multinomial(n, own) for n, own in zip(answered, shares, strict=True)]
    counts = pd.DataFrame(levels, index=MONTHS, columns=range(1, 6)).stack()
    counts = counts.rename_axis(["period", "level"]).reset_index(name="count")
    return {"surveys": sent, "counts": counts.assign(metric="satisfaction", service=service)}


def self_check_rows(made: Scene, service: str) -> pd.DataFrame:
    """Fill in the self-check: nearly all is well, part of it without a proof."""
    rng, sheet = made.rng("checks"), items("self_check")
    bare = rng.permutation(len(sheet)) < made.unproven
    said = 1 + (rng.random(len(sheet)) < 0.8)
    seen = np.clip(said - rng.integers(0, 2, len(sheet)) - bare, 0, 2)
    own = pd.DataFrame({"item": sheet, "date": "2026-06-15", "service": service})
    proofs = np.where(bare, "", "протокол и снимок")
    return pd.concat([
        own.assign(source="self", visit="own", answer=said, evidence=proofs),
        own.assign(source="assessor", visit="other", answer=seen, evidence="протокол"),
    ])  # fmt: skip


def _steps(made: Scene) -> pd.DataFrame:
    """Draw the journeys of the first service: one bottleneck, and a longer term of the law."""
    path = rows("paths", "registry")
    path.loc[path["step"].isin(list(WAITS)), "wait"] = (3.0, 9.0, 12.0, 6.0)
    path.loc[path["step"] == made.slow, "wait"] = WAITS[made.slow]
    path.loc[path["step"] == "notice", "wait"] = float(made.term)
    drawn = journeys.steps(training_plan(made), made.rng("steps"), path, 60)
    return drawn.drop(columns=["norm", "km", "roubles"])


def _people(made: Scene) -> pd.DataFrame:
    """Write the team down: the role that the registry's team lacks is another one here."""
    drawn = team.people(REGISTRY, made.rng("people"))
    swap = {"critic": made.lacking, made.lacking: "critic"}
    named = {f"{old}_named": f"{new}_named" for old, new in swap.items()}
    return drawn.rename(columns=swap | named)


def _changed(made: Scene, services: list[str]) -> dict[str, pd.DataFrame]:
    """Lend the trials of the registry's three changes to novelties with other names."""
    drawn = novelties.tables(REGISTRY, made.rng("changes"))
    names = dict(zip(drawn["changes"]["change"], made.changes, strict=True))
    words = rows("training_changes").set_index("code").loc[list(made.changes)]
    table = drawn["changes"].drop(columns=["sealed", "plan_hash"])
    table = table.assign(change=made.changes, service=services, **words.to_dict("list"))
    trials = drawn["trials"].assign(change=drawn["trials"]["change"].map(names))
    return {"changes": table.sort_values("change"), "trials": trials, "units": drawn["units"]}

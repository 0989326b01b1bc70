"""What is planted where in one variant of the training agency."""

import zlib
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from ccwork.language import periods
from ccwork.learn.demo.plan import LAST, Plan
from ccwork.learn.demo.rows import rows

MONTHS: Final = periods.span(periods.shift(LAST, -23), LAST)
GAINS: Final = dict(rows("training_targets")[["metric", "gain"]].to_numpy())
"""Metrics of the training agency: what a real improvement is in each."""

ROLES: Final = ("practitioner", "innovator", "realist", "critic", "systems")
WAITS: Final = {"accept": 70.0, "check": 84.0, "approve": 96.0, "inform": 78.0}
"""Steps before which the real bottleneck may stand, and its hours."""


class Gain(NamedTuple):
    """What was planted in a series from a month on, as :class:`Plan` wants it."""

    metric: str
    service: str
    gain: float
    since: int


@dataclass(frozen=True)
class Scene:
    """One variant: three services, and the places of the seven truths among them.

    Planted: `real` improves in the first service, `redefined` is counted anew in the second;
    the satisfaction of the second rises by its channels alone, and that of the third because
    the unhappy no longer answer. `misses` are the missed targets of the third: a rule, an
    employee with all proofs, an innocent one, and no cause known. `slow` is the bottleneck
    beside `term` hours of the law, `lacking` the role nobody in the team holds, `unproven` how
    many items of the self-check of the first have no proof, `changes` the three novelties: one
    that works, one that harms, one that is an order.
    """

    variant: int
    services: tuple[Any, ...]
    real: Gain
    redefined: Gain
    misses: tuple[str, ...]
    slow: str
    term: int
    lacking: str
    unproven: int
    changes: tuple[str, ...]

    def rng(self, room: str) -> np.random.Generator:
        """Return the generator of one table: a change in one does not touch another."""
        return np.random.default_rng([self.variant, zlib.crc32(f"training/{room}".encode())])


def scene(variant: int) -> Scene:
    """Draw where the truths of a variant stand.

    Examples
    --------
    >>> scene(7) == scene(7) != scene(8)
    True
    """
    rng = np.random.default_rng([variant, 21])
    pool = rows("training_services").assign(client="external", metrics=" ".join(GAINS))
    pool["metrics"] = pool["metrics"].str.split()
    services = tuple(pool.iloc[rng.permutation(len(pool))[:3]].itertuples(index=False, name="Own"))
    moved, anew, *_ = rng.permutation(list(GAINS)).tolist()
    return Scene(
        variant=variant,
        services=services,
        real=Gain(moved, services[0].code, GAINS[moved], int(rng.integers(13, 17))),
        redefined=Gain(anew, services[1].code, GAINS[anew], int(rng.integers(14, 21))),
        misses=tuple(rng.permutation(list(GAINS))[:4].tolist()),
        slow=str(rng.choice(list(WAITS))),
        term=int(rng.choice([120, 144, 168, 192, 240])),
        lacking=str(rng.choice(ROLES)),
        unproven=int(rng.integers(6, 13)),
        changes=tuple(rng.permutation(rows("training_changes")["code"].tolist())[:3].tolist()),
    )


def training_plan(made: Scene) -> Plan:
    """Return what the generators of the invented agencies need."""
    row = rows("training_agency").to_dict("records")[0]
    return Plan(**row, services=made.services, effects=(made.real, made.redefined), start={})

"""A trial: one change of the register with all that was measured of it, read once.

Everything said of a change, in stages 4 and 5, is said of its :class:`Trial`.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pandas as pd

from ccwork import method
from ccwork.measure import staff_pulse
from ccwork.read.cache import dicts, while_same
from ccwork.read.workbook import Metric, Workbook
from ccwork.stages.scale import trial_designs, trial_rows
from ccwork.stages.scale.trial_designs import Design, Shape
from ccwork.stats.trials import decision_rule

ANY: Final = 1e-9
"""Bar of a metric without ends of its scale: any proven effect is above it."""

RESTS: Final = ("changes", "trials", "pulses", "units")
"""The tables a trial rests on."""


@dataclass(frozen=True, eq=False)
class Trial:
    """One change as it was tried.

    Attributes
    ----------
    register
        Its row of the register.
    brought
        Its rows of the table ``trials``, as they were brought.
    rows
        Those with a value, with the answers of the pulse; see :func:`trials`.
    metric, margin
        Its primary metric, and the worthwhile difference of it.
    halves, switched
        Units without an after or a before, and cases that worked both ways: left out of the rows.
    """

    register: Mapping[str, Any]
    brought: pd.DataFrame
    rows: pd.DataFrame
    metric: Metric
    margin: float
    halves: tuple[str, ...] = ()
    switched: tuple[str, ...] = ()

    @property
    def change(self) -> str:
        """Its code."""
        return self.register["change"]

    @cached_property
    def primary(self) -> pd.DataFrame:
        """The rows of its primary metric."""
        return self.of(self.metric.code)

    def counted(self, metric: str) -> pd.DataFrame:
        """Return the rows of one metric, one a case."""
        return trial_rows.cases(self.of(metric))

    def of(self, metric: str) -> pd.DataFrame:
        """Return the rows of one metric."""
        return self.rows[self.rows["metric"] == metric]

    @cached_property
    def shape(self) -> Shape:
        """What the rows of its primary metric have."""
        return trial_designs.shape(self.primary, self.register["assigned"], len(self.switched))

    @cached_property
    def design(self) -> Design:
        """The best design its primary metric bears."""
        return trial_designs.recognised(self.shape)

    @property
    def begun(self) -> pd.DataFrame:
        """The rows brought of the new way."""
        return self.brought[self.brought["way"] == trial_rows.NEW]

    @property
    def weeks(self) -> int | None:
        """Whole weeks of the new way, its last period included; None where none can be told."""
        rows = self.primary
        new = rows.loc[rows["way"] == trial_rows.NEW, "date"]
        days = pd.DatetimeIndex(rows["date"].unique()).sort_values()
        if (rows["case"] != "").any():
            last = pd.DateOffset(days=1)
        elif len(days) > 1:
            last = trial_rows.step(days)
        else:
            return None
        return (new.max() + last - new.min()).days // 7

    @property
    def looks(self) -> int:
        """How many looks at the data were planned."""
        return 1 if pd.isna(self.register["looks"]) else int(self.register["looks"])

    @cached_property
    def look(self) -> int:
        """Which look the data have reached."""
        look = pd.to_numeric(self.rows["look"]).max()
        return 1 if pd.isna(look) else min(int(look), self.looks)

    @cached_property
    def sureness(self) -> float:
        """The level of all its intervals at that look."""
        return decision_rule.confidence(self.look, self.looks)


@while_same(*RESTS)
def trials(work: Workbook) -> dict[str, Trial]:
    """Return the trial of every change of the register, by its code.

    A row without a number of cases is one case. Answers of the pulse stand for figures of the
    staff where both were brought. Units with fewer than ten answers of the staff are merged:
    all changed, all others; a side with fewer than ten in all is left out, so that nobody is
    recognised.
    """
    brought, pulse = work.table("trials"), staff_pulse.pulse_trials(work)
    ready = work.table("units").set_index("unit")["readiness"]
    seasonal = work.catalogue.index[work.catalogue["season"] == "yes"]
    found = {}
    for row in dicts(work.table("changes")):
        own, asked = (rows[rows["change"] == row["change"]] for rows in (brought, pulse))
        rows = _unrecognised(_measured(own, asked))
        rows = rows.assign(
            readiness=[ready.get(unit, "") for unit in rows["unit"]],
            season=rows["metric"].isin(seasonal),
        )
        metric, parts = work.metric(row["metric"]), {}
        for code, part in rows.groupby("metric", sort=False):
            parts[code] = trial_rows.sound(part, row["assigned"] == "random")
        kept = pd.concat([part[0] for part in parts.values()]) if parts else rows
        _, halves, switched = parts.get(metric.code, (rows, [], []))
        bar = margin(work, metric, row["worthwhile"])
        found[row["change"]] = Trial(row, own, kept, metric, bar, tuple(halves), tuple(switched))
    return found


def _measured(rows: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with a value, answers of the pulse instead of figures of the staff."""
    if len(asked):
        rows = rows[~rows["metric"].isin(staff_pulse.STAFF)]
        rows = pd.concat([rows, asked], ignore_index=True)
    rows = rows[rows["value"].notna()]
    return rows.assign(n=pd.to_numeric(rows["n"]).fillna(1), sd=pd.to_numeric(rows["sd"]))


def _unrecognised(rows: pd.DataFrame) -> pd.DataFrame:
    """Merge units with few answers of the staff, and leave a side with few out."""
    staff = rows["metric"].isin(staff_pulse.STAFF)
    few = (rows["n"] < method.MIN_SHOWN) & staff & (rows["case"] == "")
    ever = rows["unit"].isin(rows.loc[rows["way"] == trial_rows.NEW, "unit"])
    rows = rows.assign(unit=rows["unit"].mask(few, ever.map({True: "new", False: "old"})))
    told = rows.groupby(["metric", "way"])["n"].transform("sum")
    return rows[~staff | (told >= method.MIN_SHOWN)]


def margin(work: Workbook, metric: Metric, own: float = math.nan) -> float:
    """Return the bar of a metric: its own, else that of the catalogue.

    The worthwhile change of the catalogue is also the largest harm put up with; without one
    it is 5 points of 100 (our choice).
    """
    known = work.catalogue.loc[metric.code]
    span = 100 if metric.form == "counts" else abs(known["best"] - known["worst"])
    bars = [own, known["worthwhile"], method.WORTHWHILE / 100 * span, ANY]
    return float(next(bar for bar in bars if pd.notna(bar)))

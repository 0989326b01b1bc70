"""The rule named before the data: accept, reject or extend.

It reads intervals and nothing else. Of the primary metric, more is better; of a guardrail,
more is harm. The same parts judge one change (:func:`verdict`) and thousands of simulated ones
(``operating_characteristics``).

========================== =============== ==================== ==================
primary                    all safe        some unclear         any harmed
========================== =============== ==================== ==================
works, worthwhile          accept          extend               reject
small                      reject [1]_     reject               reject
no                         reject          reject               reject
unclear                    extend          extend               reject
========================== =============== ==================== ==================

.. [1] accept if it was declared beforehand that the change costs nothing.

After the last look "extend" becomes "not proven". Source: our choice (the method asks for either
"a success" or "it failed"; "not proven" is the honest third).
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ccwork import method
from ccwork.stats.intervals import Estimate, demand
from ccwork.stats.trials import sample_size

PRIMARY: Final = ("worthwhile", "works", "small", "no", "unclear")
"""What the primary metric may show; "worthwhile" is "works", said more strongly."""

FEW: Final = 12
"""Fewer units than this in all allow one look only (our choice)."""

UNEVEN: Final = 0.001
"""Below this p groups are not of the sizes they were assigned (field standard)."""

LOUD: Final = 0.5
"""A placebo of half the effect, surely above 0, makes the effect doubtful (our choice)."""

SERIES_CONFIDENCE: Final = 0.99
"""Level at which the effect of a series without control must lie above 0 (our choice)."""


class Guardrail(NamedTuple):
    """What must not get worse.

    Attributes
    ----------
    harm
        Its interval at the level of the look, more is worse.
    margin
        The largest harm put up with, above 0.
    stopped
        The absolute stop named beforehand was reached.
    asked
        Whether anybody was asked at all.
    """

    harm: Estimate
    margin: float
    stopped: bool = False
    asked: bool = True


class Track(NamedTuple):
    """What a series without control (design C) must show besides.

    Attributes
    ----------
    effect
        Its effect at 99 %, more is better.
    shifted
        The control chart shows a shift for the better after the change.
    lag
        Lag-1 autocorrelation of the points before the change (``spc.autocorrelation``).
    """

    effect: Estimate
    shifted: bool
    lag: float


class Verdict(NamedTuple):
    """What the rule says.

    Attributes
    ----------
    code
        The only words said of a change: accept, reject, extend, not_proven, invalid.
    because
        What decided, the weightiest first; of "invalid" the reasons given.
    primary
        One of `PRIMARY`; "" when invalid.
    guardrails
        Each guardrail by its name: safe, unclear or harmed.
    """

    code: str
    because: tuple[str, ...]
    primary: str
    guardrails: dict[str, str]


def confidence(look: int, looks: int, units: float | None = None) -> float:
    """Return the level of all intervals at a look.

    Parameters
    ----------
    look, looks
        Which look this is, from 1, of how many planned.
    units
        Units (clusters) in all when whole units had the change; None: single cases.

    Returns
    -------
    float
        Level for an interval by t (or by counting assignments): the tail of the limit of z.

    Raises
    ------
    ValueError
        When there are more looks than one with fewer than 12 units, or no such look.

    Notes
    -----
    O'Brien and Fleming (1979).

    Examples
    --------
    >>> [round(confidence(look, 2), 4) for look in (1, 2)]
    [0.9948, 0.952]
    """
    many = units is None or units >= FEW
    demand(many or looks == 1, f"`looks` must be 1 with fewer than {FEW} units", looks)
    demand(1 <= look <= looks, f"`look` must be between 1 and {looks}", look)
    return float(2 * special.ndtr(sample_size.obrien_fleming(looks)[look - 1]) - 1)


def uneven(treated: int, others: int, share: float = 0.5) -> float:
    """Return how likely groups so uneven are if cases were assigned as planned.

    Below `UNEVEN` something sorted the cases (only the successful answered, a form was not
    offered), and the comparison is invalid.

    Parameters
    ----------
    treated, others
        Cases found in each group.
    share
        Share that was to have the change.

    Notes
    -----
    Chi-squared with one degree of freedom. Source: "sample ratio mismatch", Fabijan et al.
    (2019).

    Examples
    --------
    >>> round(uneven(500, 520), 2), uneven(400, 600) < UNEVEN
    (0.53, True)
    """
    if not 0 < share < 1 or min(treated, others) < 0:
        raise ValueError("`share` must be between 0 and 1, numbers of cases 0 or more.")
    n = treated + others
    away = (treated - n * share) ** 2 / (n * share * (1 - share)) if n else 0.0
    return float(special.chdtrc(1, away))


# ---------------------------------------------------------------- parts, of many changes at once


def primary(low: ArrayLike, high: ArrayLike, worthwhile: float) -> np.ndarray:
    """Say what intervals of the primary metric show: codes of `PRIMARY`, of the same shape.

    worthwhile: L >= m. works: L > 0, U >= m. small: L > 0, U < m. no: L <= 0, U < m. Else,
    or without an interval, unclear.
    """
    demand(worthwhile > 0, "`worthwhile` must be above 0", worthwhile)
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    whole, above, below = ~np.isnan(low + high), low > 0, high < worthwhile
    cases = [whole & (low >= worthwhile), whole & above & ~below, above & below, whole & below]
    return np.select(cases, PRIMARY[:4], default="unclear")


def guardrail(low: ArrayLike, high: ArrayLike, margin: float) -> np.ndarray:
    """Say what intervals of a harm show: safe, unclear or harmed, of the same shape.

    safe: u < g. harmed: l > 0, u >= g. Else, or without an interval, unclear.
    """
    demand(margin > 0, "`margin` must be above 0", margin)
    low, high = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    harmed = (low > 0) & (high >= margin)
    return np.select([high < margin, harmed], ["safe", "harmed"], default="unclear")


def drifted(
    low: ArrayLike, high: ArrayLike, left: ArrayLike, effect_low: ArrayLike, worthwhile: float
) -> np.ndarray:
    """Say whether those compared ran alike before: quiet, loud or unclear, of the same shape.

    Parameters
    ----------
    low, high
        Limits of the effect that would show had they gone on drifting apart as before.
    left
        Lower limit of the effect less that drift, unit by unit.
    effect_low
        Lower limit of the effect.
    worthwhile
        The smallest worthwhile difference.

    Notes
    -----
    loud: surely apart, and perhaps by the worthwhile difference. quiet: an effect above 0 stays
    above 0 without the drift; where none shows, the drift lies within the worthwhile difference.
    Thus a useless change is no more often accepted where groups drift steadily. Source: our
    choice, after Rambachan and Roth (2023): an effect is told with what it bears.
    """
    low, high, bar = np.asarray(low, dtype=float), np.asarray(high, dtype=float), worthwhile
    within = (-bar < low) & (high < bar)
    apart = ((low > 0) | (high < 0)) & ~within
    stands = (np.asarray(left) > 0) | (within & ~(np.asarray(effect_low) > 0))
    return np.select([apart, stands], ["loud", "quiet"], default="unclear")


def heard(
    value: ArrayLike, low: ArrayLike, effect: ArrayLike, effect_low: ArrayLike
) -> np.ndarray:
    """Say whether a placebo shows as much as an effect: quiet, loud, or unclear.

    Parameters
    ----------
    value, low
        The placebo and its lower limit; NaN: it is what one in twenty placebos show.
    effect, effect_low
        The effect and its lower limit.

    Notes
    -----
    loud: half the effect, surely above 0; without limits as much as the effect, where the
    effect itself is surely above 0 (else its own p has said so). Source: our choice.
    """
    alone = np.isnan(low)
    as_much = (np.asarray(effect) > 0) & (value >= np.where(alone, 1, LOUD) * effect)
    sure = np.where(alone, effect_low, low) > 0
    return np.select([~as_much, sure], ["quiet", "loud"], default="unclear")


def decide(
    shown: np.ndarray, guarded: Sequence[np.ndarray], may_accept: ArrayLike = True, *,
    last: bool, free: bool = False,
) -> np.ndarray:  # fmt: skip
    """Decide by the table above.

    Parameters
    ----------
    shown
        Codes of `PRIMARY`, one a change, shape (n,).
    guarded
        What :func:`guardrail` says of each guardrail, each of shape (n,).
    may_accept
        False where design and data may not accept, whatever they show; shape (n,).
    last
        No further look is planned.
    free
        It was declared beforehand that the change costs nothing.

    Returns
    -------
    ndarray
        reject, accept, extend or not_proven, shape (n,).
    """
    shown = np.asarray(shown)
    harmed, unclear = np.zeros(shown.shape, bool), np.zeros(shown.shape, bool)
    for codes in guarded:
        harmed |= codes == "harmed"
        unclear |= codes == "unclear"
    good = np.isin(shown, ["worthwhile", "works", *(["small"] if free else [])])
    cheap = good & ~unclear & (shown == "small")
    failed = harmed | (np.isin(shown, ["small", "no"]) & ~cheap)
    accepted = good & ~unclear & np.asarray(may_accept, dtype=bool)
    rest = "not_proven" if last else "extend"
    return np.select([failed, accepted], ["reject", "accept"], default=rest)


# ---------------------------------------------------------------- one change


def verdict(
    effect: Estimate, worthwhile: float, guardrails: Mapping[str, Guardrail], *, design: str,
    look: int = 1, looks: int = 1, track: Track | None = None, invalid: Sequence[str] = (),
    caps: Sequence[str] = (), free: bool = False,
) -> Verdict:  # fmt: skip
    """Say what the evidence on one change allows (F56).

    Parameters
    ----------
    effect
        Of the primary metric, more is better, with its interval at the :func:`confidence`
        of this look: by t or by counting assignments. A four-field tuple or longer.
    worthwhile
        The smallest worthwhile difference, above 0.
    guardrails
        By name: staff pressure, the least served group of clients, ...
    design
        "A".."E", the grade the data bear.
    look, looks
        Which look this is, of how many planned.
    track
        Of design C: what its acceptance rests on besides.
    invalid
        Reasons why nothing may be said: plan changed, only the successful asked, ...
    caps
        Reasons why it may not be accepted, whatever the table says: no plan, a loud placebo, ...
    free
        It was declared beforehand that the change costs nothing.

    Returns
    -------
    Verdict
        A before/after (D) never accepts: where all else is good it is "extend" at any look,
        for then the design must be better, not the wait longer. A story (E) shows no number:
        its primary metric is unclear. An absolute stop rejects at any look, by any design.

    Notes
    -----
    A metric worse on a guardrail never leads nearer to accepting, nor does a wider interval
    of a guardrail. A wider interval of the primary metric leads to accepting only from
    "small": the better known an effect below the worthwhile one, the surer the rejection.
    Source: our choice.
    """
    demand(design in tuple("ABCDE"), "`design` must be one of A to E", design)
    demand(1 <= look <= looks, f"`look` must be between 1 and {looks}", look)
    if invalid:
        return Verdict("invalid", tuple(invalid), "", {})
    guarded = {
        name: "harmed" if rail.stopped else str(guardrail(*rail.harm[1:3], rail.margin))
        for name, rail in guardrails.items()
    }
    low, high = effect[1:3]
    shown = "unclear" if design == "E" else str(primary(low, high, worthwhile))
    codes = [np.array(code) for code in guarded.values()]
    promising = decide(np.array(shown), codes, True, last=True, free=free) == "accept"
    short = _short(design, track)
    last = look == looks and (bool(caps) or not (design == "D" and promising))
    may = not short and not caps
    code = str(decide(np.array(shown), codes, may, last=last, free=free))
    if code == "accept":
        because = ["small_free" if shown == "small" else shown]
    elif code != "reject" and design == "E":
        because = ["story"]
    else:
        equal, known = low > -worthwhile, not math.isnan(low)
        because = _because(code, shown, equal, known, guardrails, set(guarded.values()))
        because += [*short, *caps] if code != "reject" else []
    return Verdict(code, tuple(because), shown, guarded)


def _short(design: str, track: Track | None) -> tuple[str, ...]:
    """Return what keeps a design from accepting; nothing for A and B."""
    if design in "DE":
        return ("design",)
    if design != "C":
        return ()
    if track is None:
        return ("not_99", "no_shift")
    wants = {
        "not_99": not track.effect[1] > 0,
        "no_shift": not track.shifted,
        "autocorrelated": track.lag > method.SENSITIVE,
    }
    return tuple(code for code, wanting in wants.items() if wanting)


def _because(
    code: str, shown: str, equal: bool, known: bool, rails: Mapping[str, Guardrail], said: set[str]
) -> list[str]:
    """Return why a change is rejected, else what is not known of it."""
    if code == "reject":
        stopped = any(rail.stopped for rail in rails.values())
        hits = {"stopped": stopped, "harmed": "harmed" in said, "no": shown == "no",
                "small": shown == "small", "equal": shown == "no" and equal}  # fmt: skip
    else:
        asked = all(rail.asked for rail in rails.values())
        hits = {"unclear" if known else "no_interval": shown == "unclear",
                "guardrail_unclear" if asked else "staff_unasked": "unclear" in said}  # fmt: skip
    return [why for why, is_so in hits.items() if is_so]

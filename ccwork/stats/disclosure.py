"""Disclosure control of counts of persons: suppression, rounding, and the audit of both.

A release set is all cells an outsider can hold against one another: tables, roll-ups, months with
their quarter and year, shares (x and n - x of n), earlier releases. Small counts are withheld
(primary suppression), all others rounded; where a withheld one still has too few feasible values,
more are withheld (secondary suppression). Source: Hundepool et al., Statistical Disclosure Control
(2012), chapters 4 and 5; Fischetti and Salazar (2001). The cut-offs are our choice.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ccwork import method
from ccwork.stats.intervals import demand

BASE: Final = 5
"""Published counts are multiples of this (our choice, after NHS Digital)."""

FEASIBLE: Final = method.FEASIBLE
"""So many values a withheld count keeps for an outsider (our choice)."""


class Released(NamedTuple):
    """What is published of a count. A mean or median of its persons is told only with it.

    Attributes
    ----------
    value
        The rounded count, 0 only where it truly is; None where withheld.
    why
        "" published; "too_few" primary, an outsider is told that it is 1 to threshold - 1;
        "gives_away" secondary, an outsider knows only that it is not 0.
    """

    value: int | None
    why: str


Sums = Sequence[tuple[str, Sequence[str]]]


def rounded(count: int) -> int:
    """Round a count half up to base 5.

    Examples
    --------
    >>> [rounded(n) for n in (0, 2, 3, 12, 13)]
    [0, 0, 5, 10, 15]
    """
    return int(np.floor(count / BASE + 0.5) * BASE)


# ---------------------------------------------------------------- protection

REACH: Final = 40
"""So far from the truth another table is looked for (our choice; a near one is enough)."""

WORTH: Final = 2.0
"""Withholding a total of no larger one is worth so many more cells (our choice)."""

LAST: Final = 1000.0
"""Calling a few "gives_away" costs so many cells: only where nothing else helps (our choice)."""

NODES: Final = 2000
"""So many branches a search may have before all is withheld (our choice)."""

INFEASIBLE: Final = 2
"""What scipy says of a search that proved that there is no answer."""


def protect(
    counts: Mapping[str, int], sums: Sums, known: Mapping[str, tuple[int, int]] | None = None,
    threshold: int = method.MIN_SHOWN,
) -> dict[str, Released]:  # fmt: skip
    """Withhold and round the counts of a release set so that no withheld one can be narrowed.

    Parameters
    ----------
    counts
        True counts of persons by cell.
    sums
        A cell and the disjoint parts it is the total of, over the whole release set.
    known
        Least and most an outsider already knows of a cell; left out where the count is not in it.
    threshold
        Counts from 1 below this are withheld.

    Returns
    -------
    dict of str to Released
        In the order of `counts`. Each withheld cell keeps :data:`FEASIBLE` feasible values, but
        where `known` alone leaves fewer: :func:`feasible` tells.

    Raises
    ------
    ValueError
        Where a sum names no cell or does not add up, or the threshold is lowered.

    Notes
    -----
    Earlier releases belong to `counts` and `sums` too, with what they told in `known`.
    Two other tables prove a cell safe when they differ in it enough and in all published cells
    round alike: integer programming looks for them, and where there are none for the fewest cells
    to withhold so that there are; a proof once found stays true. An outsider is taken to tell
    secondary cells from primary ones, stricter than what is published, unless that leaves no
    way to protect a cell (our choice).

    Examples
    --------
    >>> protect({"a": 9, "b": 9, "all": 18}, [("all", ["a", "b"])])["all"]
    Released(value=None, why='gives_away')
    """
    demand(threshold >= method.MIN_SHOWN, f"`threshold` must be {method.MIN_SHOWN} or more",
           threshold)  # fmt: skip
    for whole, parts in sums:
        demand({whole, *parts} <= set(counts), "`sums` must name cells of `counts`", whole)
        demand(sum(counts[part] for part in parts) == counts[whole], "`sums` must add up", whole)
    shunned = np.zeros(len(counts), bool)
    while True:  # what was withheld for another and cannot be protected itself is shunned
        net = _Net(counts, sums, known or {}, threshold)
        net.cost[shunned] = 2 * LAST
        net.protect()
        stuck = net.open() & ~net.few
        if not (stuck & ~shunned).any():
            break
        shunned |= stuck
    why = dict(zip(net.names, net.why(), strict=True))
    return {
        name: Released(None if why[name] else rounded(count), why[name])
        for name, count in counts.items()
    }


class _Net:
    """Cells, what outsiders may think of them, and the tables found that look alike to them.

    A table is told by how far each cell is from the true one.
    """

    def __init__(
        self, counts: Mapping[str, int], sums: Sums, known: Mapping, threshold: int
    ) -> None:
        from scipy import sparse

        self.names = sorted(counts)
        at = {name: place for place, name in enumerate(self.names)}
        n, self.threshold, self.least_hidden = len(at), threshold, threshold
        self.true = np.array([counts[name] for name in self.names], int)
        self.lines = sorted([at[whole], *sorted(at[part] for part in parts)]
                            for whole, parts in sums)  # fmt: skip
        row = np.repeat(np.arange(len(self.lines)), [len(line) for line in self.lines])
        column = np.array([cell for line in self.lines for cell in line], int)
        first = np.r_[True, row[1:] != row[:-1]] if len(row) else np.zeros(0, bool)
        shape = len(self.lines), n
        self.matrix = sparse.csr_array((np.where(first, -1.0, 1.0), (row, column)), shape=shape)
        self.few = (self.true > 0) & (self.true < threshold)
        self.hidden = np.zeros(n, bool)
        self.least, self.most = np.zeros(n, int), np.zeros(n, int)
        self.known = np.tile([-REACH, REACH], (n, 1))
        for name, (low, high) in known.items():
            if name in at and low <= counts[name] <= high:
                self.known[at[name]] = low - counts[name], high - counts[name]
        top = np.array([line[0] for line in self.lines], int)
        parts = column[~first]
        rank = np.argsort(np.lexsort((np.arange(n), self.true)))
        self.cost = 1 + 0.5 * rank / n
        self.cost[np.setdiff1d(top, parts)] += WORTH
        self.cost[self.few] = LAST

    def protect(self) -> None:
        """Withhold till enough values are proven of each cell withheld."""
        tried = np.zeros(len(self.names), bool)
        while (left := self.open() & ~tried).any():
            tried[(cell := int(np.flatnonzero(left)[0]))] = True
            if not self.proven(cell):
                self.repair(cell)

    def why(self) -> list[str]:
        """Return of each cell why it is withheld, "" where it is not."""
        return np.select([self.hidden, self.few], ["gives_away", "too_few"], "").tolist()

    def open(self) -> np.ndarray:
        """Return of which cells too few values are proven."""
        return (self.hidden | self.few) & (self.most - self.least < FEASIBLE - 1)

    def limits(self, hidden: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return how far below and above the truth an outsider must take each cell to be."""
        shown = np.floor(self.true / BASE + 0.5) * BASE
        half, most = BASE // 2, self.threshold
        low = np.where(hidden, self.least_hidden, np.maximum(shown - half, most))
        low = np.where(self.few, 1, low)
        high = np.where(self.few, most - 1, shown + half)
        high = np.where(hidden, np.inf, high)
        low, high = (np.where(self.true, side, 0) - self.true for side in (low, high))
        low, high = np.maximum(low, self.known[:, 0]), np.minimum(high, self.known[:, 1])
        return np.maximum(low, -REACH), np.minimum(high, REACH)

    def solve(
        self, aim: np.ndarray, low: np.ndarray, high: np.ndarray, rules: list, whole: ArrayLike = 1
    ) -> np.ndarray | None:
        """Solve an integer programme; None without an answer, the upper ends of one cut short."""
        from scipy.optimize import Bounds, milp

        options = {"presolve": False, "mip_rel_gap": 0, "node_limit": NODES}
        done = milp(aim, integrality=whole, bounds=Bounds(low, high), constraints=rules,
                    options=options)  # fmt: skip
        ends = None if done.status == INFEASIBLE else high
        return ends if done.x is None else np.round(done.x).astype(int)

    def note(self, table: np.ndarray | None) -> None:
        """Keep what a table proves, if it does look alike: the sums are tried in whole numbers."""
        low, high = self.limits(self.hidden)
        if table is None or (table < low).any() or (table > high).any():
            return
        if not (self.matrix @ table).any():
            self.least = np.minimum(self.least, table)
            self.most = np.maximum(self.most, table)

    def rules(self, copies: int = 1, more: int = 0) -> list:
        """Return that parts add up to their total, in so many tables at once."""
        from scipy import sparse
        from scipy.optimize import LinearConstraint

        if not self.lines:
            return []
        blocks = sparse.block_diag([self.matrix] * copies, format="csr")
        wide = sparse.csr_array((blocks.shape[0], more))
        return [LinearConstraint(sparse.hstack([blocks, wide], format="csr"), 0, 0)]

    def proven(self, cell: int) -> bool:
        """Tell whether a cell keeps enough values as it is; others are moved along with it."""
        low, high = self.limits(self.hidden)
        rules, n = self.rules(), len(self.names)
        aim = np.where(np.arange(n) % 2, 1.0, -1.0) * self.open()
        aim[cell] = 2 * REACH * n
        for sign in (1.0, -1.0):
            self.note(self.solve(sign * aim, low, high, rules))
            if not self.open()[cell]:
                return True
        return False

    def repair(self, cell: int) -> None:
        """Withhold the cheapest cells that let a cell keep enough values, where any do.

        The two tables may hold parts of persons here: whole ones are looked for after.
        """
        from scipy import sparse
        from scipy.optimize import LinearConstraint

        n = len(self.names)
        (low, high), (least, most) = self.limits(self.hidden), self.limits(self.true > 0)
        rules, each = self.rules(2, n), sparse.eye_array(2 * n)
        for slack, ends in ((high - most, (-np.inf, np.tile(high, 2))),
                            (low - least, (np.tile(low, 2), np.inf))):  # fmt: skip
            wide = sparse.vstack([sparse.diags_array(slack)] * 2)
            rules.append(LinearConstraint(sparse.hstack([each, wide], format="csr"), *ends))
        widens = (least < low) | (high < most)
        apart = np.zeros(3 * n)
        apart[[cell, n + cell]] = 1, -1
        for many in range(FEASIBLE - 1, 2 * FEASIBLE):
            found = self.solve(
                np.r_[np.zeros(2 * n), self.cost], np.r_[least, least, np.zeros(n)],
                np.r_[most, most, widens], [*rules, LinearConstraint(apart, many, np.inf)],
                np.repeat([0, 1], [2 * n, n]),
            )  # fmt: skip
            if found is None and self.least_hidden > 1:
                self.least_hidden = 1
                return self.repair(cell)
            if found is None:
                return None
            self.hidden |= found[2 * n :] > 0
            self.note(found[:n])
            self.note(found[n : 2 * n])
            if not self.open()[cell] or self.proven(cell):
                return None
        return None


# ---------------------------------------------------------------- audit


def feasible(
    released: Mapping[str, Released], sums: Sums,
    known: Mapping[str, tuple[int, int]] | None = None, threshold: int = method.MIN_SHOWN,
) -> dict[str, tuple[int, int]]:  # fmt: skip
    """Return the feasible interval of each withheld cell: what an outsider can work out.

    Parameters
    ----------
    released
        What is published of each cell; of one that is not here nothing is.
    sums, known, threshold
        As of :func:`protect`.

    Returns
    -------
    dict of str to (int, int)
        Least and most whole numbers; (0, -1) where what is published contradicts itself or no
        answer was found: nothing is proven then. :data:`FAR` stands for no upper end.

    Notes
    -----
    The attacker's problem, an integer programme for each end. Source: Hundepool et al. (2012),
    section 4.3. Takes nothing from :func:`protect`.

    Examples
    --------
    >>> few, of = Released(None, "too_few"), [("all", ["a", "b"])]
    >>> feasible({"a": few, "b": Released(30, ""), "all": Released(30, "")}, of)
    {'a': (1, 4)}
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    named = [cell for whole, parts in sums for cell in (whole, *parts)]
    at = {cell: place for place, cell in enumerate(dict.fromkeys([*released, *named]))}
    low, high = _outside(released, at, known or {}, threshold)
    adds = np.zeros((len(sums), len(at)))
    for row, (whole, parts) in zip(adds, sums, strict=True):
        row[[at[part] for part in parts]] = 1
        row[at[whole]] = -1
    asked = {"bounds": Bounds(low, high), "options": {"presolve": False, "mip_rel_gap": 0}}
    if len(sums):
        asked["constraints"] = LinearConstraint(adds, 0, 0)
    found, clash = {}, bool((low > high).any())
    least, most = np.full(len(at), np.inf), np.full(len(at), -np.inf)
    for cell in (cell for cell, one in released.items() if one.value is None):
        place, aim = at[cell], np.zeros(len(at))
        for sign in () if clash else (1, -1):
            if (least if sign > 0 else -most)[place] <= (low if sign > 0 else -high)[place]:
                continue  # a solution found before reaches what is known of the cell alone
            aim[place] = sign
            for whole in (0, 1):  # a solution in whole numbers is often found without asking
                answer = milp(aim, integrality=whole, **asked).x
                if answer is None or np.abs(answer - np.round(answer)).max() < WHOLE:
                    break
            if answer is not None:
                least, most = np.minimum(least, answer), np.maximum(most, answer)
        proven = least[place] <= most[place]
        found[cell] = (round(least[place]), round(most[place])) if proven else (0, -1)
    return found


def _outside(
    released: Mapping[str, Released], at: Mapping[str, int], known: Mapping, threshold: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the most of each cell, as published or known before."""
    low, high = np.zeros(len(at)), np.full(len(at), float(FAR))
    for cell, (value, why) in released.items():
        if value is None:
            ends = 1, threshold - 1 if why == "too_few" else FAR
        else:
            ends = (max(value - 2, threshold), value + 2) if value else (0, 0)
        low[at[cell]], high[at[cell]] = ends
    for cell, (least, most) in known.items():
        if cell in at:
            low[at[cell]], high[at[cell]] = max(low[at[cell]], least), min(high[at[cell]], most)
    return low, high


WHOLE: Final = 1e-6
"""So near a whole number is one: what programming rounds (our choice)."""

FAR: Final = 1_000_000
"""Counts that nothing limits are taken to be no larger than this (our choice)."""


# ---------------------------------------------------------------- shares


class Percentage(NamedTuple):
    """What is published of a share: a whole percent, "<=" or ">=" where it is a band."""

    value: int | None
    bound: str
    why: str


BANDED: Final = 100
"""A group of so many may tell "10 % or less" of few persons (our choice)."""

ALL_OR_NONE: Final = 30
"""A smaller group does not tell that all or none of it did something (our choice)."""


def percentage(part: Released, rest: Released, whole: Released) -> Percentage:
    """Return the share of a part, from what is published of it, the rest and the whole alone.

    Examples
    --------
    >>> percentage(Released(35, ""), Released(65, ""), Released(100, ""))
    Percentage(value=35, bound='', why='')
    >>> percentage(Released(None, "too_few"), Released(125, ""), Released(130, ""))
    Percentage(value=10, bound='<=', why='')
    """
    if whole.value is None or not whole.value:
        return Percentage(None, "", whole.why)
    why = part.why or rest.why
    if why:
        if why == "too_few" and whole.value >= BANDED and not (part.why and rest.why):
            return Percentage(*((10, "<=") if part.why else (90, ">=")), "")
        return Percentage(None, "", why)
    if 0 in (part.value, rest.value) and whole.value - BASE // 2 < ALL_OR_NONE:
        return Percentage(None, "", "too_few")
    percent = int(np.floor(100 * part.value / whole.value + 0.5))
    if percent == 0 < part.value:
        return Percentage(1, "<=", "")
    if percent >= 100 and rest.value:
        return Percentage(99, ">=", "")
    return Percentage(percent, "", "")

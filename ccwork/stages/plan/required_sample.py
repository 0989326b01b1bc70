"""How many cases, and how many weeks, a plan needs."""

from collections.abc import Mapping
from typing import Any

from ccwork.stats.trials import sample_size


def cases_needed(plan: Mapping[str, Any]) -> int | None:
    """Return the cases per arm a plan's power needs; None where it does not say enough.

    See :func:`sample_size.n_per_arm`; the keys are those of ``plan.toml``.
    """
    sign = -1 if plan.get("direction") == "lower" else 1
    size = plan.get("cluster_size") if plan.get("unit") != "case" else None
    rest = (
        plan.get("icc", 0),
        plan.get("alpha", sample_size.ALPHA),
        plan.get("power", sample_size.POWER),
    )
    try:
        if plan.get("baseline") is not None:
            effect = sign * plan["worthwhile"] / 100
            return sample_size.n_per_arm(effect, None, plan["baseline"] / 100, size, *rest)
        return sample_size.n_per_arm(plan["worthwhile"], plan["sd"], None, size, *rest)
    except (KeyError, TypeError, ValueError):
        return None


def weeks_needed(plan: Mapping[str, Any]) -> int | None:
    """Return how many whole weeks the two arms of a plan take: ``weeks`` of a candidate."""
    try:
        return sample_size.duration(2 * plan["n_per_arm"], plan["weekly"], plan.get("response", 1))
    except (KeyError, TypeError, ValueError):
        return None

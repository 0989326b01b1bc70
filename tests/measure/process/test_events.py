"""Events of many cases; expected values by pandas, case by case."""

import numpy as np
import pandas as pd

from ccwork.measure.process.events import TOGETHER, ordered_events


def test_what_is_counted_of_each_case_is_of_that_case():
    rng = np.random.default_rng(5)
    case = np.sort(np.r_[: 2 * TOGETHER + 3, rng.integers(0, 2 * TOGETHER + 3, 9000)])
    moment = pd.Timestamp("2026-01-05 09:00").as_unit("us") + pd.to_timedelta(case, unit="h")
    steps = pd.DataFrame({"case": pd.Categorical(case), "start": moment, "end": moment})
    flag = rng.random(len(case)) < 0.3
    counts = ordered_events(steps).count(flag)
    assert counts.tolist() == pd.Series(flag).groupby(case).sum().tolist()
    assert 0 in counts and counts.max() > 3

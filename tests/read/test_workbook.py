"""Rows of a table told apart by what stands in some of its columns."""

import numpy as np
import pandas as pd
import pytest

from ccwork.read.workbook import row_kinds


@pytest.mark.parametrize("many", [0, 1, 40, 4000])
def test_rows_are_numbered_in_the_order_of_their_categories_few_kinds_or_many(many):
    chance, shape = np.random.default_rng(many), {"a": 7, "b": 5, "c": 30}
    rows = pd.DataFrame(
        {
            name: pd.Categorical.from_codes(
                chance.integers(n, size=many), [f"{name}{k:02}" for k in range(n)][::-1]
            )
            for name, n in shape.items()
        }
    )
    numbers, kinds = row_kinds(rows, [*shape])
    groups = rows.groupby([*shape], observed=True)
    assert numbers.tolist() == groups.ngroup().tolist()
    wanted = groups.size().reset_index()[[*shape]].astype(object)
    assert kinds.astype(object).to_numpy().tolist() == wanted.to_numpy().tolist()

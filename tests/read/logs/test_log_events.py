"""Long columns in pieces; expected values by numpy alone, all at once."""

import numpy as np
import pytest

from ccwork.read.logs.log_events import PIECE, how_often, pieces


@pytest.mark.parametrize("n", [0, 1, PIECE, PIECE + 1, 3 * PIECE - 1])
def test_pieces_hold_every_row_once(n):
    assert [at for own in pieces(n) for at in range(n)[own]] == [*range(n)]
    codes = (np.arange(n) * 7919 % 11).astype(np.int8)
    assert how_often(codes, 12).tolist() == np.bincount(codes, minlength=12).tolist()

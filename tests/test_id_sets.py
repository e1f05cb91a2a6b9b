"""Sets of ids in arrays."""

import numpy as np
import pytest

from cartolearn.id_sets import not_among, without


@pytest.mark.parametrize("taken", [[], [3], {9, 0, 4}, list(range(10)), [77, -1, 3, 3]])
def test_without_is_the_plain_loop(taken: list[int] | set[int]) -> None:
    ids = np.array([4, 0, 9, 3, 7, 8])
    assert without(ids, taken).tolist() == [row for row in ids.tolist() if row not in taken]
    listed = np.array(list(taken), dtype=np.int64)
    assert without(ids, listed).tolist() == without(ids, taken).tolist()
    assert without(ids[:0], taken).tolist() == []


def test_not_among_marks_the_others() -> None:
    assert not_among(5, np.array([4, 0, 0])).tolist() == [False, True, True, True, False]
    assert not_among(2, np.array([], dtype=np.int64)).all()

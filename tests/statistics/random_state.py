"""A check that code keeps its hands off NumPy's global generator."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np


@contextmanager
def global_random_state_untouched() -> Iterator[None]:
    """Fail if the body draws from, or seeds, the global generator."""
    np.random.seed(3)  # noqa: NPY002
    before = np.random.get_state(legacy=False)["state"]  # noqa: NPY002
    yield
    after = np.random.get_state(legacy=False)["state"]  # noqa: NPY002
    assert before["pos"] == after["pos"]
    assert np.array_equal(before["key"], after["key"])

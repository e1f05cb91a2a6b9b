"""Fixtures of the trackers' tests."""

import os
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def _no_wandb_in_the_environment() -> Iterator[None]:
    """Hide W&B's variables, such as the ``WANDB_MODE=offline`` of a CI, from the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("WANDB_")]:
            patch.delenv(name)
        yield

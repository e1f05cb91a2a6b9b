"""Fixtures of the trackers' tests."""

import os
import sys
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def _no_wandb_in_the_environment() -> Iterator[None]:
    """Hide W&B's variables, such as the ``WANDB_MODE=offline`` of a CI, from the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("WANDB_")]:
            patch.delenv(name)
        yield


@pytest.fixture(autouse=True)
def _no_wandb_left_in_the_process() -> Iterator[None]:
    """End what a test started: W&B keeps the first server's address as long as its process."""
    yield
    if "wandb" in sys.modules:
        sys.modules["wandb"].teardown()

"""Fixtures that every test may use."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

Threads = Callable[[int], None]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the official datasets, or a skip that says where it was looked for."""
    folder = Path(os.environ.get("CAL_SHARED", Path(__file__).parents[2] / "shared" / "data"))
    if not (folder / "trec").is_dir():
        pytest.skip(f"no real datasets at {folder}; set CAL_SHARED to their folder")
    return folder.resolve()


@pytest.fixture
def threads() -> Iterator[Threads]:
    """A call that sets the number of torch's threads; it is what it was after the test."""
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)

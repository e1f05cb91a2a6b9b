"""Fixtures that every test may use."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

Threads = Callable[[int], None]

HERE = Path(__file__).parent
POSIX = re.compile(
    r"killpg|SIGKILL|forkserver|mkfifo|/proc/|import (resource|fcntl)|start_new_session|shell=True"
    r"|\bbash\b|/bin/sh|reliability\.processes|launcher\.sweeps"
)
# Windows has neither these signals and process groups nor such a shell; README.md says so.
collect_ignore = [
    str(path.relative_to(HERE))
    for path in (HERE.rglob("test_*.py") if os.name == "nt" else ())
    if POSIX.search(path.read_text(encoding="utf-8"))
]


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

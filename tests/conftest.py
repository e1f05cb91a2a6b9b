"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the official datasets, or a skip that says where it was looked for."""
    folder = Path(os.environ.get("CAL_SHARED", Path(__file__).parents[2] / "shared" / "data"))
    if not (folder / "trec").is_dir():
        pytest.skip(f"no real datasets at {folder}; set CAL_SHARED to their folder")
    return folder.resolve()

"""Fixtures of runs that are disturbed."""

from pathlib import Path

import pytest

from tests.reliability.processes import finish
from tests.reliability.small_run import write_texts


@pytest.fixture(scope="session")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CSV of 240 texts in a folder of its own, where the cache is too."""
    return write_texts(tmp_path_factory.mktemp("texts") / "texts.csv")


@pytest.fixture(scope="session")
def finished(texts: Path) -> Path:
    """An undisturbed run's folder, to be copied or read."""
    folder = texts.parent / "finished"
    finish(texts, folder)
    return folder


@pytest.fixture(scope="session")
def finished_kept(texts: Path) -> Path:
    """Another one, of a run that keeps its weights from round to round."""
    folder = texts.parent / "finished_kept"
    finish(texts, folder, "loop.keep_weights=true")
    return folder

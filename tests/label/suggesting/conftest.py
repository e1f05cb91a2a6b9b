"""A small project, a cache folder of its own, and no key in the environment."""

from pathlib import Path

import pytest

from cartolearn.event_log import Event, read
from cartolearn.label.project.folder import Project
from cartolearn.label.suggesting.record import Suggestions, path_of, read_suggestions
from tests.label.conftest import run, toy_project, toy_texts

QUICK = ("suggest.first_wait=0.01", "suggest.tries=3")
SIZE = 24


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this user's yes is kept."""
    monkeypatch.setenv("CAL_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("CAL_API_KEY", raising=False)
    return tmp_path / "cache"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project of 24 texts, nine of them labelled."""
    gold = toy_texts(SIZE)[1]
    events = [{"event": "label", "id": row, "label": gold[row]} for row in range(9)]
    return toy_project(tmp_path / "project", events, SIZE)


def suggest(project: Project, url: str, *more: object) -> int:
    """Ask for the labels of all texts, having said yes."""
    words = ("--endpoint", url, "--model", "tiny", "--yes")
    limit = () if "--requests" in more else ("--requests", "100")
    return run("suggest", project.path, *words, *limit, *QUICK, *more)


def found(project: Project) -> Suggestions:
    """Return what was answered."""
    return read_suggestions(project, project.state())


def labels(project: Project, model: str = "tiny") -> dict[int, str | None]:
    """Return the class that a model gave each text."""
    return {row: said.label for row, said in found(project).models.get(model, {}).items()}


def events(project: Project, kind: str) -> list[Event]:
    """Return the events of a kind."""
    return [event for event in read(path_of(project)) if event["event"] == kind]

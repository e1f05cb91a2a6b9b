"""A small labelling project, its true labels, and a person who labels by the files."""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

from cartolearn.commands.label import main
from cartolearn.data.answers import unmarked
from cartolearn.event_log import Event
from cartolearn.label.project.folder import Project, Settings
from cartolearn.label.project.state import State

WORDS = {
    "bug": ("crash", "error", "broken", "fails", "wrong"),
    "feature": ("add", "please", "support", "option", "wish"),
    "question": ("how", "where", "what", "why", "which"),
}
Annotate = Callable[..., int]


def toy_texts(size: int = 240) -> tuple[list[str], list[str]]:
    """Return texts that their words give away, and their labels."""
    random = np.random.default_rng(0)
    common = [f"word{i}" for i in range(30)]
    texts, labels = [], []
    for number in range(size):
        label = list(WORDS)[number % 3]
        words = [*random.choice(WORDS[label], 2), *random.choice(common, 4), f"nr{number}"]
        texts.append(" ".join(random.permutation(words)))
        labels.append(label)
    return texts, labels


def take(state: State, *events: Event) -> None:
    """Add events to a state."""
    for event in events:
        state.note(event)
    state.settle()


def replay(classes: Iterable[str], events: Iterable[Event]) -> State:
    """Add up a whole log."""
    state = State(list(classes))
    take(state, *events)
    return state


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """The events that are read of a log from now on."""
    found: list[Event] = []
    note = State.note

    def noted(state: State, event: Event) -> None:
        found.append(event)
        note(state, event)

    monkeypatch.setattr(State, "note", noted)
    return found


@pytest.fixture
def gold() -> list[str]:
    """The true labels of the toy project."""
    return toy_texts()[1]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project without labels, on embeddings that need no package."""
    return toy_project(tmp_path / "project")


def toy_project(
    path: Path,
    events: Iterable[Event] = (),
    size: int = 240,
    more: Iterable[str] = (),
    columns: Callable[[Path], None] | None = None,
) -> Project:
    """Make the toy project in ``path``, with ``more`` options and other columns."""
    options = [
        "embedding=tfidf_svd",
        "embedding.dimensions=20",
        "labelling.batch_size=20",
        "labelling.folds=3",
        "trainer.max_epochs=30",
        *more,
    ]
    settings = Settings("toy.csv", "text", list(WORDS), 0, options)
    return Project.create(path, settings, toy_texts(size)[0], events, columns)


def run(*words: object) -> int:
    """Call the command line."""
    return main([str(word) for word in words])


def fill_in(sheet: Path, gold: list[str], wrong: float = 0.0, seed: int = 0) -> int:
    """Label a sheet as a person would who errs in a share ``wrong``; return the number of rows."""
    random = np.random.default_rng(seed)
    with sheet.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    names = sorted(set(gold))
    for row in rows:
        true = gold[int(unmarked(row["id"])[0])]
        others = [name for name in names if name != true]
        row["label"] = str(random.choice(others)) if random.random() < wrong else true
    with sheet.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)

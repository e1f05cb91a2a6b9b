"""A long log that is kept added up: the same state to the last entry, or the log is read anew."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from cartolearn.event_log import Event
from cartolearn.label.choosing.askable import repeated_ids, waiting_picks
from cartolearn.label.project import folder, stored
from cartolearn.label.project.folder import Project
from cartolearn.label.project.state import State
from cartolearn.label.project.stored import Stored, StoredList
from tests.label.conftest import WORDS, toy_project

SIZE = 60


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose log is kept added up from the first byte on, after 30 events each."""
    monkeypatch.setenv("CAL_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(folder, "LONG", 0)
    monkeypatch.setattr(folder, "MANY", 30)
    monkeypatch.setattr(stored, "BLOCK", 7)
    return toy_project(tmp_path / "project", size=SIZE)


def anew(project: Project) -> State:
    """Return the state by the whole log."""
    state = State(list(project.settings.classes))
    project.catch_up(state)
    return state


def told(state: State) -> dict[str, object]:
    """Return all that a state tells, with its order."""
    plain = {part.name: getattr(state, part.name) for part in fields(state)}
    for name in ("labels", "answers", "seconds", "asked", "settled", "repeats"):
        plain[name] = list(plain[name].items())
        assert [row for row, _ in plain[name]] == list(getattr(state, name))
        assert [value for _, value in plain[name]] == list(getattr(state, name).values())
    plain["times"] = {by: list(times.items()) for by, times in state.times.items()}
    plain["batches"] = list(state.batches)
    more = {
        "events": list(state.events),
        "turns": list(state.turns.items()),
        "ids": state.ids.tolist(),
        "targets": state.targets.tolist(),
        "latest": list(reversed(state.labels.items())),
        "random": state.random_ids(SIZE, 0).tolist(),
        "picked": {
            how: state.batches.picked(how) for how in ("random", "again", "overlap", "margin")
        },
        "asked in all": state.batches.total(),
        "answered": {by: state.answered_by(by) for by in "ab"},
        "waiting": {by: waiting_picks(state, by) for by in "ab"},
        "disagreements": state.disagreements(),
        "changed": state.changed_minds(),
        "told": state.told,
        "today": {name: state.name_today(name) for name in (*WORDS, "n1", "n2", "gone")},
    }
    return plain | more


def events(random: np.random.Generator, state: State) -> Iterator[tuple[list[Event], str]]:
    """Yield what people do, each with who: a bit of everything."""
    names, row = state.classes, int(random.integers(SIZE))
    rows = random.permutation(SIZE)[:5].tolist()
    label = str(random.choice(names))
    how = random.choice(["random", "margin", "overlap", "again"], 5)
    one: list[list[Event]] = [
        [{"event": "label", "id": one, "label": label, "source": "page"} for one in rows],
        [{"event": "label", "id": row, "label": label, "source": "x.csv", "seconds": 3.5}],
        [{"event": "label", "id": row, "label": None}],
        [{"event": "batch", "picks": [
            {"id": one, "how": str(why), "suggestion": label, "probability": 0.5,
             "rival": None, "rival_probability": None}
            for one, why in zip(rows, how, strict=True)
        ]}],
        [{"event": "again", "id": row, "label": label, "source": ""}],
        [{"event": "skip", "id": row}],
        [{"event": "settle", "id": row, "label": label, "source": "majority"}],
        [{"event": "guideline", "text": f"told {row}"}],
        [{"event": "describe", "label": label, "text": "what it means"}],
    ]  # fmt: skip
    yield one[min(int(random.integers(12)), len(one) - 1)], str(random.choice(list("ab")))


def rarely(random: np.random.Generator, state: State, number: int) -> list[Event]:
    """Return what changes all that was said before."""
    first, second = state.classes[:2]
    turns = list(state.turns)
    changes: list[Event] = [
        {"event": "classes", "names": [f"n{number}"]},
        {"event": "rename", "old": first, "new": f"r{number}"},
        {"event": "merge", "names": [first], "into": second},
        {"event": "remove", "name": first},
        {"event": "undo", "of": turns[int(random.integers(len(turns)))] if turns else "none"},
        {"event": "undo", "of": turns[-1] if turns else "none"},
    ]
    return [changes[int(random.integers(6))]]


@pytest.mark.parametrize("seed", range(6))
def test_the_state_is_that_of_the_whole_log(kept: Project, seed: int) -> None:
    random, taken, state = np.random.default_rng(seed), 0, anew(kept)
    for number in range(160):
        kept.catch_up(state)
        for some, by in events(random, state):
            kept.record(some, by)
        if random.random() < 0.06 * (seed % 3):
            kept.catch_up(state)
            more = rarely(random, state, number)
            if more[0]["event"] == "classes" or len(state.classes) > 2:
                kept.record(more, "a")
        if number % 9 == 0:
            found = kept.state()
            taken += isinstance(found.labels, Stored) or isinstance(found.events, StoredList)
            assert told(found) == told(anew(kept))
            assert repeated_ids(kept, found, 9, ()) == repeated_ids(kept, anew(kept), 9, ())
            kept.catch_up(found)
            assert told(found) == told(anew(kept))
    assert taken > 5
    kept.catch_up(state)
    assert told(state) == told(anew(kept))


@pytest.mark.parametrize(
    "damage",
    ["columns", "cut", "about", "no columns", "log", "shorter log", "classes", "version"],
)
def test_what_does_not_fit_the_log_is_passed_over(
    kept: Project, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.record([{"event": "label", "id": row, "label": "bug"} for row in range(40)], "a")
    kept.state()
    assert isinstance(kept.state().labels, Stored)
    [columns], [about] = (
        list((kept.path.parent / "cache" / "logs").glob(f"*.{end}")) for end in ("arrow", "json")
    )
    match damage:
        case "columns":
            data = bytearray(columns.read_bytes())
            data[len(data) // 2] ^= 1
            columns.write_bytes(data)
        case "cut":
            columns.write_bytes(columns.read_bytes()[:-9])
        case "about":
            about.write_text('{"format": 1')
        case "no columns":
            columns.unlink()
        case "log":
            text = kept.log_path.read_bytes()
            kept.log_path.write_bytes(text.replace(b'"id": 7,', b'"id": 8,'))
        case "shorter log":
            lines = kept.log_path.read_bytes().splitlines(keepends=True)
            kept.log_path.write_bytes(b"".join(lines[:-3]))
        case "classes":
            settings = kept.path / "project.yaml"
            settings.write_text(settings.read_text().replace("- question", "- query"))
        case "version":
            monkeypatch.setattr("cartolearn.label.project.snapshot.FORMAT", 2)
    project = Project.open(kept.path)
    found = project.state()
    assert not isinstance(found.labels, Stored)
    assert told(found) == told(anew(project))
    assert len(found.labels) == {"log": 39, "shorter log": 37}.get(damage, 40)


def test_lines_that_are_ignored_are_named_each_time(
    kept: Project, caplog: pytest.LogCaptureFixture
) -> None:
    kept.record([{"event": "label", "id": row, "label": "bug"} for row in range(40)], "a")
    kept.record([{"event": "label", "id": 999, "label": "bug"}], "a")
    for _ in range(3):
        caplog.clear()
        kept.state()
        assert [
            record.getMessage().count("no text has the id 999") for record in caplog.records
        ] == [1]


def test_where_nothing_can_be_kept_the_log_is_read(
    kept: Project, caplog: pytest.LogCaptureFixture
) -> None:
    (kept.path.parent / "cache").write_text("no folder")
    kept.record([{"event": "label", "id": row, "label": "bug"} for row in range(40)], "a")
    assert len(kept.state().labels) == len(kept.state().labels) == 40
    assert "the log is read anew each time: cannot write" in caplog.text


def test_a_short_log_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAL_CACHE_DIR", str(tmp_path / "cache"))
    project = toy_project(tmp_path / "project")
    project.record([{"event": "label", "id": row, "label": "bug"} for row in range(40)], "a")
    project.state()
    assert not (tmp_path / "cache").exists()

"""Classes that are added, renamed, merged, split and removed, and all of it taken back."""

from pathlib import Path

import pytest

from cartolearn.event_log import Event
from cartolearn.label.project.folder import Project
from cartolearn.label.project.state import State
from tests.label.conftest import replay, run, take

Capture = pytest.CaptureFixture[str]
AT = "2026-01-01T00:00:00"


def done(kind: str, turn: str = "", by: str = "ana", **what: object) -> Event:
    return {"event": kind, "turn": turn or f"{kind}{what}", "by": by, "at": AT, **what}


def label(row: int, name: str | None, by: str = "ana", turn: str = "") -> Event:
    return done("label", turn, by, id=row, label=name)


def undo(turn: str) -> Event:
    return {"event": "undo", "of": turn, "by": "ana", "at": AT}


def told(state: State) -> dict[int, str]:
    return {row: given.label for row, given in state.labels.items()}


START = [label(1, "a"), label(2, "b"), label(3, "c"), label(1, "b", "bo")]


def test_a_class_that_is_renamed_keeps_its_texts_and_its_place() -> None:
    state = replay(["a", "b", "c"], [*START, done("rename", "t", old="b", new="x")])
    assert state.classes == ["a", "x", "c"]
    assert told(state) == {2: "x", 3: "c", 1: "x"}
    assert state.answers[1] == {"ana": "a", "bo": "x"}
    assert state.targets.tolist() == [1, 2, 1]
    take(state, label(4, "x"))
    take(state, undo("t"))
    assert state.classes == ["a", "b", "c"]
    assert told(state) == {2: "b", 3: "c", 1: "b", 4: "b"}


def test_classes_that_are_merged_come_apart_again_as_they_were() -> None:
    state = replay(["a", "b", "c"], [*START, done("merge", "t", names=["b", "c"], into="a")])
    assert state.classes == ["a"]
    assert told(state) == {2: "a", 3: "a", 1: "a"}
    assert state.disagreements() == []
    take(state, label(4, "a"))
    take(state, undo("t"))
    assert state.classes == ["a", "b", "c"]
    assert told(state) == {2: "b", 3: "c", 1: "b", 4: "a"}
    assert state.disagreements() == [1]


def test_a_class_that_is_removed_takes_its_labels_along_until_it_is_back() -> None:
    state = replay(["a", "b", "c"], [*START, done("remove", "t", name="b")])
    assert told(state) == {3: "c"}
    assert state.answers[1] == {"ana": "a"}
    take(state, undo("t"))
    assert told(state) == {2: "b", 3: "c", 1: "b"}


def test_what_follows_a_merge_is_of_the_merged_class() -> None:
    events = [
        *START,
        done("merge", "m", names=["b"], into="a"),
        done("rename", "r", old="a", new="z"),
    ]
    state = replay(["a", "b", "c"], events)
    assert told(state) == {2: "z", 3: "c", 1: "z"}
    take(state, undo("m"))
    assert (state.classes, told(state)) == (["z", "b", "c"], {2: "b", 3: "c", 1: "b"})


def test_labels_are_taken_back_too_and_the_ones_before_stand_again() -> None:
    events = [label(1, "a", turn="one"), label(1, "b", turn="two"), label(2, "a", turn="two")]
    state = replay(["a", "b"], [*events, undo("two")])
    assert told(state) == {1: "a"}
    assert list(state.turns) == ["one"]
    take(state, undo("one"))
    assert told(state) == {}
    assert state.can_undo("one") == "there is nothing to take back"


def test_what_would_leave_two_classes_of_one_name_is_not_undone() -> None:
    events = [done("rename", "r", old="a", new="x"), done("classes", "n", names=["a"])]
    state = replay(["a"], events)
    assert "another class has the name" in state.can_undo("r")
    take(state, undo("r"))
    assert state.classes == ["x", "a"]
    take(state, label(1, "a"))
    assert "the class 'a' has labels" in state.can_undo("n")
    take(state, undo("n"))
    assert told(state) == {1: "a"}


def test_adding_up_in_steps_is_adding_up_at_once(tmp_path: Path, project: Project) -> None:
    state = project.state()
    steps: list[list[Event]] = [
        [{"event": "label", "id": n, "label": "bug"} for n in range(4)],
        [{"event": "merge", "names": ["bug"], "into": "feature"}],
        [{"event": "rename", "old": "feature", "new": "defect"}],
        [{"event": "label", "id": 2, "label": None}],
    ]
    for step in steps:
        project.record(step, "ana")
        project.catch_up(state)
    project.record([{"event": "undo", "of": list(state.turns)[1]}])
    project.catch_up(state)
    again = project.state()
    assert (state.classes, told(state)) == (again.classes, told(again))
    assert state.classes == ["bug", "defect", "question"]
    assert told(state) == {0: "bug", 1: "bug", 3: "bug"}


def test_an_event_that_fits_nothing_is_named_and_left_out(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    bad: list[Event] = [
        {"event": "rename", "old": "nobody", "new": "x"},
        {"event": "rename", "old": "bug", "new": "feature"},
        {"event": "merge", "names": ["bug"], "into": "bug"},
        {"event": "merge", "names": ["bug", 3], "into": "feature"},
        {"event": "remove", "name": None},
        {"event": "undo", "of": 3},
        {"event": "guideline", "text": 3},
        {"event": "settle", "id": 999, "label": "bug"},
    ]
    project.record(bad)
    assert project.state().classes == ["bug", "feature", "question"]
    assert len(caplog.records) == len(bad)


def test_the_commands(project: Project, capsys: Capture) -> None:
    project.record([{"event": "label", "id": n, "label": "bug"} for n in range(3)], "ana")
    path = project.path
    assert run("rename", path, "bugg", "defect") == 2
    assert "did you mean bug?" in capsys.readouterr().err
    assert run("rename", path, "bug", " feature ") == 2
    assert run("rename", path, "bug", "  ") == 2
    assert run("rename", path, "bug", "Feature") == 0
    capsys.readouterr()
    assert run("classes", path) == 0
    offered = capsys.readouterr().out
    assert "Feature and feature differ by case or invisible signs alone" in offered
    assert run("merge", path, "feature", "--into", "Feature") == 0
    assert project.state().classes == ["Feature", "question"]
    assert run("remove", path, "Feature") == 0
    assert project.state().labels == {}
    for _ in range(3):
        assert run("undo", path) == 0
    assert "Taken back: 1 x rename" in capsys.readouterr().out
    assert project.state().classes == ["bug", "feature", "question"]
    assert len(project.state().labels) == 3
    assert run("undo", path, "--by", "ana") == 0
    assert project.state().labels == {}
    assert run("undo", path) == 2


def test_a_class_that_is_there_already_is_no_entry_to_take_back(project: Project) -> None:
    project.record([{"event": "label", "id": 0, "label": "bug"}], "ana")
    for words in (["classes", project.path, "bug", " bug"], ["split", project.path, "bug", "bug"]):
        assert run(*words) == 0
    sheet = project.path / "more.csv"
    sheet.write_text("id,label\n", encoding="utf-8")
    assert run("add", project.path, sheet, "--classes", "bug,feature") == 0
    assert run("undo", project.path) == 0
    assert project.state().labels == {}


def test_a_class_is_split_by_listing_its_texts(project: Project, capsys: Capture) -> None:
    project.record([{"event": "label", "id": n, "label": "bug"} for n in (4, 2)], "ana")
    assert run("split", project.path, "bug", "crash", "typo") == 0
    sheet = project.path / "split.csv"
    lines = sheet.read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["id", "2", "4"]
    sheet.write_text("id,label\n2,crash\n4,\n", encoding="utf-8")
    assert run("split", project.path, "bug", "more") == 2  # its labels were not added
    assert run("add", project.path, sheet, "--replace") == 0
    assert told(project.state()) == {4: "bug", 2: "crash"}


def test_a_guideline_goes_along_with_what_is_written(project: Project, tmp_path: Path) -> None:
    text = tmp_path / "guide.md"
    text.write_text("A bug is what <hurts>.\nElse it is none.\n", encoding="utf-8")
    assert run("guideline", project.path, text) == 0
    assert project.state().guideline == "A bug is what <hurts>.\nElse it is none."
    assert run("next", project.path, "-n", 2) == 0
    beside = project.path / "to_label.guideline.txt"
    assert beside.read_text(encoding="utf-8") == project.state().guideline
    assert run("next", project.path, "-n", 2, "--format", "labelstudio") == 0
    interface = (project.path / "to_label.xml").read_text(encoding="utf-8")
    assert '<Header value="A bug is what &lt;hurts&gt;.&#10;Else it is none."/>' in interface
    assert run("undo", project.path) == 0
    assert project.state().guideline == ""


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_a_guideline_is_read_in_any_encoding(
    project: Project, tmp_path: Path, encoding: str
) -> None:
    text = tmp_path / "guide.txt"
    text.write_bytes("Für die Größe:\r\nnichts als Wörter.\r\n".encode(encoding))
    assert run("guideline", project.path, text) == 0
    assert project.state().guideline == "Für die Größe:\nnichts als Wörter."

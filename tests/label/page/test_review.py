"""What the page keeps over a restart, and the review of what was labelled."""

from pathlib import Path

import pytest

from cartolearn.event_log import Event
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.page.found import Wanted, people, reviewed
from cartolearn.label.page.session import Session
from cartolearn.label.project.folder import Project

pytest.importorskip("starlette", reason="the page needs the extra label-page")
from cartolearn.label.page.link import Link, keep_link, kept_link, new_token
from cartolearn.label.page.server import _link
from tests.label.page.test_page import session_with


def test_undo_goes_back_beyond_a_restart(project: Project, gold: list[str]) -> None:
    session = session_with(project, gold, 3)
    assert session.current is not None
    session.skip(session.current.id)
    order = [pick.id for pick in session.past]
    project.record([{"event": "label", "id": 200, "label": "bug"}], "bo")
    again = Session(session.features, "ana")
    assert [pick.id for pick in again.past] == order
    assert [pick.how for pick in again.past] == [pick.how for pick in session.past]
    for row in reversed(order):
        again.undo()
        assert again.current is not None
        assert again.current.id == row
    assert set(project.state().labels) == {200}
    assert project.state().skipped == set()
    assert Session(session.features, "ana").past == []
    assert Session(session.features, "bo").past == []  # it came from no page


def test_the_link_is_the_same_after_a_restart(tmp_path: Path) -> None:
    cache, project = tmp_path / "cache", tmp_path / "p"
    first = _link(cache, project, "127.0.0.1", 0)
    assert _link(cache, project, "127.0.0.1", 0) == first
    assert _link(cache, tmp_path / "other", "127.0.0.1", 0).token != first.token
    (kept,) = [path for path in (cache / "pages").iterdir() if first.token in path.read_text()]
    assert kept.stat().st_mode & 0o077 == 0
    kept.chmod(0o644)  # whoever could read it would know the token
    assert kept_link(cache, project) is None
    kept.chmod(0o600)
    kept.write_text('{"port": "x", "token": 3}')
    assert kept_link(cache, project) is None
    keep_link(cache, project, Link(1, new_token()))
    assert _link(cache, project, "127.0.0.1", 0).port > 0


def test_the_review_filters_by_class_person_difference_and_words(project: Project) -> None:
    said: list[tuple[int, str, str]] = [
        (0, "bug", "ana"), (1, "feature", "ana"), (2, "bug", "bo"), (0, "feature", "bo"),
    ]  # fmt: skip
    for row, label, by in said:
        event: Event = {"event": "label", "id": row, "label": label}
        project.record([event], by)
    state = project.state()

    def ids(**wanted: object) -> list[int]:
        return [row["id"] for row in reviewed(state, project.texts, Wanted(**wanted))]  # type: ignore[arg-type]

    assert ids() == [0, 2, 1]
    assert ids(name="bug") == [2]
    assert ids(by="ana") == [0, 1]
    assert ids(differing=True) == [0]
    assert ids(words="nr2") == [2]
    assert people(state) == ["ana", "bo"]
    (found,) = reviewed(state, project.texts, Wanted(differing=True))
    told = found["label"], found["note"], found["said"]
    assert told == ("feature", "differ", "ana: bug, bo: feature")

    session = Session(ProjectFeatures.of(project), "cy")
    session.relabel([0], "question", settle=True)
    session.relabel([1, 2], "bug")
    state = project.state()
    assert {row: g.label for row, g in state.labels.items()} == {0: "question", 1: "bug", 2: "bug"}
    assert state.answers[0] == {"ana": "bug", "bo": "feature"}
    assert state.answers[1] == {"ana": "feature", "cy": "bug"}
    assert [row["note"] for row in reviewed(state, project.texts, Wanted())][-1] == "settled"

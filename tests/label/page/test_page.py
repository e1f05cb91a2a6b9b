"""The page without a browser: a person's session."""

from pathlib import Path

import pytest

from cartolearn.label.page.behind import Behind
from cartolearn.label.page.regions import named
from cartolearn.label.page.session import Session
from cartolearn.label.page.trainer import Trainer
from cartolearn.label.project.folder import Project
from tests.label.conftest import toy_project

pytest.importorskip("starlette", reason="the page needs the extra label-page")


def session_with(project: Project, gold: list[str], answers: int) -> Session:
    session = Session(Behind(project, Trainer(project)), "ana")
    for _ in range(answers):
        if session.due():
            session.work()
        assert session.current is not None
        session.label(session.current.id, gold[session.current.id])
    return session


def test_answers_are_on_the_disk_at_once_and_retraining_follows(
    project: Project, gold: list[str]
) -> None:
    session = session_with(project, gold, 45)
    assert len(project.state().labels) == 45 == session.answered
    assert {"first", "random", "coverage"} == {pick.how for pick in session.past}
    session.work()
    assert session.behind.measured is not None
    assert session.behind.measured.labels == 40  # the last full batch
    assert session.working == ""


def test_how_long_an_answer_took_is_kept_but_for_pauses(
    project: Project, gold: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_with(project, gold, 0)
    session.work()
    clock = iter([100.0, 104.25, 104.25, 500.0, 500.0, 503.0, 503.0, 510.0])
    monkeypatch.setattr("cartolearn.label.page.session.time.monotonic", lambda: next(clock))
    ids = []
    for _ in range(4):
        assert session.current is not None
        ids.append(session.current.id)
        session.label(session.current.id, gold[session.current.id])
    # The first has nothing before it; the third came after a pause.
    assert project.state().seconds == {ids[1]: 4.2, ids[3]: 3.0}


def test_undo_takes_back_labels_and_skips(project: Project, gold: list[str]) -> None:
    session = session_with(project, gold, 2)
    pick = session.current
    assert pick is not None
    session.skip(pick.id)
    assert project.state().skipped == {pick.id}
    session.undo()
    assert session.current == pick
    assert project.state().skipped == set()
    session.undo()
    session.undo()
    session.undo()
    assert not project.state().labels
    assert session.answered == 0


def test_an_answer_to_a_text_that_is_gone_is_dropped(project: Project, gold: list[str]) -> None:
    session = session_with(project, gold, 1)
    before = session.current
    session.label(session.past[0].id, "bug")
    session.label(None, "bug")
    assert session.current == before
    assert len(project.state().labels) == 1


def test_a_new_session_takes_up_where_the_last_was_left(project: Project, gold: list[str]) -> None:
    session = session_with(project, gold, 5)
    waiting = [pick.id for pick in session.queue]
    again = Session(session.behind, "ana")
    assert [pick.id for pick in again.queue] == waiting
    again.work()  # as the server does at its start: what waits is enough
    assert [pick.id for pick in again.queue] == waiting
    assert not Session(session.behind, "bo").queue


def test_after_a_restart_the_same_text_shows_also_where_some_are_asked_again(
    project: Project, gold: list[str]
) -> None:
    session = session_with(project, gold, 40)
    session.work()
    seen_again = 0
    while session.queue:
        again = Session(session.behind, "ana")
        assert list(again.queue) == list(session.queue)
        pick = session.queue[0]
        seen_again += pick.again
        session.label(pick.id, gold[pick.id])
    assert seen_again


def test_no_text_is_asked_twice_and_the_pool_ends(tmp_path: Path, gold: list[str]) -> None:
    session = session_with(toy_project(tmp_path / "small", size=45), gold, 45)
    while session.current or session.due():
        if session.due():
            session.work()
        if session.current:
            session.label(session.current.id, gold[session.current.id])
    assert session.exhausted
    assert "no text is left to label" in session.message
    fresh = [pick.id for pick in session.past if not pick.again]
    assert sorted(fresh) == list(range(45))
    assert len(session.past) - len(fresh) == len(session.state.repeats) == 2


def test_what_is_asked_again_is_answered_skipped_and_undone(
    project: Project, gold: list[str]
) -> None:
    session = session_with(project, gold, 20)
    while not (session.current and session.current.again):
        if session.due():
            session.work()
        assert session.current
        session.label(session.current.id, gold[session.current.id])
    row, before = session.current.id, project.state().labels
    other = "bug" if gold[row] != "bug" else "feature"
    session.label(row, other)
    assert project.state().repeats == {row: (gold[row], other)}
    session.undo()
    assert project.state().repeats == {}
    session.skip(row)
    session.undo()
    assert session.current.id == row
    assert project.state().labels == before
    assert project.state().skipped == set()


def test_a_region_comes_after_the_current_text(project: Project, gold: list[str]) -> None:
    session = session_with(project, gold, 30)
    current = session.current
    ids = session.inside(named("easy to learn"))
    assert ids
    session.work(ids)
    assert session.current == current
    asked = list(session.queue)[1:20]
    assert {pick.how for pick in asked} <= {"region", "random", "again"}
    assert all(pick.id in ids for pick in asked if pick.how == "region")


def test_a_label_that_somebody_gave_meanwhile_is_asked_about(project: Project) -> None:
    session = Session(Behind(project, Trainer(project)), by="me")
    session.work()
    row = session.current.id if session.current else -1
    project.record([{"event": "label", "id": row, "label": "bug"}], "ann")
    session.label(row, "feature")
    assert "ann gave this text the label 'bug' meanwhile" in session.message
    assert project.state().labels[row].label == "bug"
    session.label(row, "question")  # another one is asked about again
    assert project.state().labels[row].label == "bug"
    session.label(row, "question")
    assert project.state().labels[row].label == "question"
    assert session.message == ""
    second = session.current.id if session.current else -1
    project.record([{"event": "label", "id": second, "label": "bug"}], "ann")
    session.label(second, "bug")  # the same: two answers, one label
    assert project.state().answers[second] == {"ann": "bug", "me": "bug"}
    third = session.current.id if session.current else -1
    session.label(third, "bug")
    project.record([{"event": "label", "id": third, "label": "feature"}], "ann")
    session.undo()
    assert "ann gave it the label 'feature' meanwhile; it stays" in session.message
    assert project.state().labels[third].label == "feature"

"""What the page keeps over a restart, and the review of what was labelled."""

import threading
import time
from argparse import Namespace
from pathlib import Path

import pytest

from cartolearn.errors import InputError
from cartolearn.event_log import Event, me
from cartolearn.label.measuring.suspects import find_suspects
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.page.behind import Behind
from cartolearn.label.page.found import Shown, Wanted, people, reviewed
from cartolearn.label.page.later import Later
from cartolearn.label.page.session import Session
from cartolearn.label.page.trainer import Trainer
from cartolearn.label.project.folder import Project

pytest.importorskip("starlette", reason="the page needs the extra label-page")
from cartolearn.label.page.link import Links, keep_links, kept_links, new_token
from cartolearn.label.page.server import links_of, people_of
from tests.label.page.test_page import session_with


def test_undo_goes_back_beyond_a_restart(project: Project, gold: list[str]) -> None:
    session = session_with(project, gold, 3)
    assert session.current is not None
    session.skip(session.current.id)
    order = [pick.id for pick in session.past]
    project.record([{"event": "label", "id": 200, "label": "bug"}], "bo")
    again = Session(session.behind, "ana")
    assert [pick.id for pick in again.past] == order
    assert [pick.how for pick in again.past] == [pick.how for pick in session.past]
    for row in reversed(order):
        again.undo()
        assert again.current is not None
        assert again.current.id == row
    assert set(project.state().labels) == {200}
    assert project.state().skipped == set()
    assert Session(session.behind, "ana").past == []
    assert Session(session.behind, "bo").past == []  # it came from no page


def test_the_links_are_the_same_after_a_restart(tmp_path: Path) -> None:
    cache, project = tmp_path / "cache", tmp_path / "p"

    def links(*people: str, at: Path = project) -> Links:
        found, listening = links_of(cache, at, Namespace(host="127.0.0.1", port=0), people)
        assert listening.getsockname()[1] == found.port
        listening.close()
        return found

    first = links("ana", "bo")
    assert len(set(first.tokens.values())) == 2
    assert links("ana", "bo") == first
    assert links("bo").tokens == {"bo": first.tokens["bo"]}  # ana's opens nothing meanwhile
    assert links("cy", "ana").tokens["ana"] == first.tokens["ana"]
    assert links("ana", at=tmp_path / "other").tokens != {"ana": first.tokens["ana"]}
    token = first.tokens["ana"]
    (kept,) = [path for path in (cache / "pages").iterdir() if token in path.read_text()]
    assert kept.stat().st_mode & 0o077 == 0
    kept.chmod(0o644)  # whoever could read it would know the tokens
    assert kept_links(cache, project) is None
    kept.chmod(0o600)
    for damaged in ('{"port": "x", "tokens": {}}', '{"port": 1, "tokens": {"a": "b"}}', "[]", "{"):
        kept.write_text(damaged)
        assert kept_links(cache, project) is None
    keep_links(cache, project, Links(1, {"ana": new_token()}))
    assert links("ana").port > 0


def test_who_has_a_link() -> None:
    assert people_of(Namespace(by=["ana", "bo", "ana"])) == ["ana", "bo"]
    assert people_of(Namespace(by=None)) == [me()]


def test_the_review_filters_by_class_person_difference_and_words(project: Project) -> None:
    said: list[tuple[int, str, str]] = [
        (0, "bug", "ana"), (1, "feature", "ana"), (2, "bug", "bo"), (0, "feature", "bo"),
    ]  # fmt: skip
    for row, label, by in said:
        event: Event = {"event": "label", "id": row, "label": label}
        project.record([event], by)
    state = project.state()

    def ids(**wanted: object) -> list[int]:
        shown = reviewed(state, project.texts, Wanted(**wanted))  # type: ignore[arg-type]
        return [row["id"] for row in shown.rows]

    assert ids() == [0, 2, 1]
    assert ids(name="bug") == [2]
    assert ids(by="ana") == [0, 1]
    assert ids(differing=True) == [0]
    assert ids(words="nr2") == [2]
    assert people(state) == ["ana", "bo"]
    (found,) = reviewed(state, project.texts, Wanted(differing=True)).rows
    told = found["label"], found["note"], found["said"]
    assert told == ("feature", "differ", "ana: bug, bo: feature")

    session = Session(Behind(project, Trainer(project)), "cy")
    session.relabel([0], "question", settle=True)
    session.relabel([1, 2], "bug")
    state = project.state()
    assert {row: g.label for row, g in state.labels.items()} == {0: "question", 1: "bug", 2: "bug"}
    assert state.answers[0] == {"ana": "bug", "bo": "feature"}
    assert state.answers[1] == {"ana": "feature", "cy": "bug"}
    assert [row["note"] for row in reviewed(state, project.texts, Wanted()).rows][-1] == "settled"


def test_the_review_shows_suspects_and_where_models_are_in_doubt(
    project: Project, gold: list[str]
) -> None:
    other = {"bug": "feature", "feature": "question", "question": "bug"}
    wrong = {3, 40}
    for row in range(60):
        name = other[gold[row]] if row in wrong else gold[row]
        event: Event = {"event": "label", "id": row, "label": name}
        project.record([event], "ana")
    session = Session(Behind(project, Trainer(project)), "ana")
    assert session.reviewed(Wanted(suspect=True)) == Shown([], 0, 60)  # nobody was asked yet
    session.looked.work()
    found = find_suspects(ProjectFeatures.of(project), project.state())
    shown = session.reviewed(Wanted(suspect=True))
    rows = shown.rows
    assert shown.labelled == 60
    assert wrong <= {row["id"] for row in rows}
    assert [row["id"] for row in rows] == found.ids[found.correctness < 0.5].tolist()
    assert len(rows) == found.count < 20
    assert {row["rather"] for row in rows if row["id"] in wrong} == {gold[3], gold[40]}
    leads = dict(zip(found.ids.tolist(), found.lead.tolist(), strict=True))
    doubtful = [row["id"] for row in session.reviewed(Wanted(doubtful=True)).rows]
    assert sorted(doubtful) == sorted(row for row, lead in leads.items() if lead < 0.2)
    assert [leads[row] for row in doubtful] == sorted(leads[row] for row in doubtful)
    both = [row["id"] for row in session.reviewed(Wanted(suspect=True, doubtful=True)).rows]
    assert both == [row["id"] for row in rows if row["id"] in doubtful]
    assert session.looked.fresh
    session.relabel([3], gold[3])
    assert not session.looked.fresh  # the page asks anew, with the label as it is now


def test_a_value_is_computed_once_and_again_after_a_change() -> None:
    seen, calls = [0], []

    def make() -> int:
        calls.append(seen[0])
        if seen[0] < 0:
            raise InputError("below zero")
        return seen[0] + 1

    later: Later[int] = Later(lambda: seen[0], make, threading.Lock())
    assert not later.fresh
    later.work()
    version = later.version
    later.start()  # nothing changed
    assert (later.value, later.version, calls) == (1, version, [0])
    seen[0] = 5
    later.start()
    while later.working:
        time.sleep(0.001)
    assert later.value == 6
    assert later.version > version
    seen[0] = -1
    later.work()
    assert (later.value, later.problem, later.working) == (6, "below zero", False)


def test_two_people_share_what_is_computed_and_get_different_texts(
    project: Project, gold: list[str]
) -> None:
    ana = session_with(project, gold, 25)
    bo = Session(ana.behind, "bo")
    before, version = ana.behind.counted, ana.version
    free = [row for row in range(len(gold)) if row not in ana.state.labels][-20:]
    project.record([{"event": "label", "id": row, "label": gold[row]} for row in free], "cy")
    bo.work()
    assert not {pick.id for pick in ana.queue} & {pick.id for pick in bo.queue}
    assert bo.behind.counted == 45 > before
    assert ana.version > version
    assert bo.behind.measured is not None
    assert bo.behind.measured.labels == 45
    assert bo.behind.drawn is not None

"""The page without a browser: its session, charts, regions and gate."""

import asyncio
import socket
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cartolearn.cartography.regions import REGIONS
from cartolearn.errors import InputError
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.page.behind import Behind
from cartolearn.label.page.charts import MOST_POINTS, curve_options, map_options
from cartolearn.label.page.regions import named, polygon
from cartolearn.label.page.server import _free_port, _open_browser
from cartolearn.label.page.session import Session
from cartolearn.label.project.folder import Project
from tests.label.conftest import toy_project

pytest.importorskip("starlette", reason="the page needs the extra label-page")
from cartolearn.label.page.gate import BY, Gate, cookie_name


def session_with(project: Project, gold: list[str], answers: int) -> Session:
    session = Session(Behind(ProjectFeatures.of(project)), "ana")
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
    assert session.status is not None
    assert session.status.labels == 45
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


def test_charts_hold_what_was_measured(project: Project, gold: list[str]) -> None:
    session = session_with(project, gold, 45)
    session.work()
    assert session.status
    assert session.maps
    measured, forecast, *_ = curve_options(session.status)["series"]
    assert [x for x, _ in measured["data"]] == [point.labels for point in session.status.curve]
    assert [x for x, _ in forecast["data"]] == [45, 145, 545]
    series = map_options(session.maps)["series"]
    assert len(series[0]["data"]) == 240 - 45
    assert sum(len(one["data"]) for one in series[1:]) == 45
    assert len(curve_options(None)["series"][0]["data"]) == 0
    assert map_options(None)["series"] == []
    assert "No map yet" in map_options(None)["graphic"][0]["style"]["text"]
    assert map_options(session.maps)["graphic"][0]["style"]["text"] == ""  # takes it away
    assert curve_options(session.status)["graphic"][0]["style"]["text"] == ""
    named = map_options(session.maps, project.texts)["series"][0]["data"]
    assert session.maps is not None
    assert named[0]["name"].replace("\n", " ") == project.texts[session.maps.pool.ids[0]]


def test_a_large_pool_is_drawn_in_part(project: Project, gold: list[str]) -> None:
    from cartolearn.cartography.data_map import DataMap
    from cartolearn.label.page.behind import Maps

    n = 100_000
    p = np.random.default_rng(0).uniform(size=(3, n)).astype(np.float32)
    pool = DataMap(np.arange(n), np.zeros(n, np.int64), p, p > 0.5)
    series = map_options(Maps(pool, pool))["series"]
    assert all(len(one["data"]) <= MOST_POINTS for one in series)


def test_polygons_and_named_parts() -> None:
    points = np.array([[0.1, 0.1], [0.5, 0.5], [0.9, 0.2], [0.3, 0.9]])
    inside = polygon([[0, 0], [0.6, 0], [0.6, 0.6], [0, 0.6]])(points)
    assert inside.tolist() == [True, True, False, False]
    hollow = polygon([[0, 0], [1, 0], [0.5, 0.4], [0, 1]])(points)
    assert hollow.tolist() == [True, False, False, False]
    chosen = {name: named(name)(points).tolist() for name in REGIONS}
    assert chosen == {
        "easy to learn": [False, True, False, True],
        "ambiguous": [False, False, True, False],
        "hard to learn": [True, False, False, False],
    }
    assert not named("easy to learn")(points[:0]).any()


@pytest.mark.parametrize(
    ("query", "cookie", "status"),
    [
        ("", "", 403),
        ("token=no", "", 403),
        ("token=yes", "", 200),
        ("", "yes", 200),
        ("", "no", 403),
        ("token=no", "yes", 200),
    ],
)
def test_the_gate(query: str, cookie: str, status: int) -> None:
    sent = _ask("http", query, {"cookie": f"a=b; label_1={cookie}"} if cookie else {})
    assert sent[0]["status"] == status
    headers = dict(sent[0]["headers"])
    assert b"default-src 'self'" in headers[b"content-security-policy"]
    assert (b"set-cookie" in headers) == (status == 200 and not cookie)


def test_the_first_answer_takes_the_token_out_of_the_address_bar() -> None:
    start, body = _ask("http", "token=yes", {})
    assert (
        dict(start["headers"])[b"set-cookie"] == b"label_1=yes; HttpOnly; SameSite=Strict; Path=/"
    )
    assert b'location.replace("/")' in body["body"]
    assert b"yes" not in body["body"]


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_everybody_is_who_their_token_says(kind: str) -> None:
    for token, by in (("yes", b"ana"), ("aye", b"bo")):
        assert (b"a", by) in _ask(kind, "", {"cookie": f"label_1={token}"})[0]["headers"]


def test_another_persons_link_wins_over_the_cookie() -> None:
    start = _ask("http", "token=aye", {"cookie": "label_1=yes"})[0]
    assert dict(start["headers"])[b"set-cookie"].startswith(b"label_1=aye;")


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("origin", "let_in"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://127.0.0.1:9000", False),
        ("http://evil.test", False),
        ("http://evil.test/127.0.0.1:8000", False),
        ("null", False),
    ],
)
def test_other_sites_are_refused_with_the_cookie_too(kind: str, origin: str, let_in: bool) -> None:
    headers = {"cookie": "label_1=yes", "host": "127.0.0.1:8000", "origin": origin}
    first = _ask(kind, "", headers)[0]
    assert (first["type"] == "http.response.start" and first["status"] == 200) == let_in
    refused = _ask("http", "token=yes", {"host": "127.0.0.1:8000", "origin": "http://evil.test"})
    assert refused[0]["status"] == 403


def test_no_answer_lets_another_site_read_it() -> None:
    start = _ask("http", "", {"cookie": "label_1=yes"})[0]
    assert not [name for name, _ in start["headers"] if name.startswith(b"access-control-")]


def test_the_gate_closes_web_sockets_too() -> None:
    assert _ask("websocket", "token=no", {})[0]["type"] == "websocket.close"
    assert _ask("websocket", "token=yes", {})[0]["type"] == "websocket.close"
    assert _ask("websocket", "", {"cookie": "label_1=yes"})[0]["type"] == "http.response.start"


def test_two_pages_side_by_side_have_cookies_of_their_own(tmp_path: Path) -> None:
    names = {cookie_name(tmp_path / p, port) for p in "ab" for port in (1, 2)}
    assert len(names) == 4


def test_a_taken_port_and_one_that_cannot_be() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=rf"cannot listen at 127\.0\.0\.1:{port}: .*--port"):
            _free_port("127.0.0.1", port)
    with pytest.raises(InputError, match=r"cannot listen at 127\.0\.0\.1:70000"):
        _free_port("127.0.0.1", 70000)
    with pytest.raises(InputError, match="cannot listen at no such host"):
        _free_port("no such host", 0)


def test_the_browser_gets_no_token_as_an_argument(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    _open_browser(folder, "http://127.0.0.1:1/?token=secret")
    assert opened == [(folder / "open.html").as_uri()]
    assert "token=secret" in (folder / "open.html").read_text()
    assert folder.stat().st_mode & 0o077 == 0


def _ask(kind: str, query: str, headers: dict[str, str]) -> list[Any]:
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        named = [(b"access-control-allow-origin", b"*"), (b"a", scope[BY].encode())]
        await send({"type": "http.response.start", "status": 200, "headers": named})

    async def receive() -> Any:
        return {}

    async def send(message: Any) -> None:
        sent.append(message)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "query_string": query.encode(), "headers": raw}
    asyncio.run(Gate(app, {"ana": "yes", "bo": "aye"}, "label_1")(scope, receive, send))
    return sent


def test_a_label_that_somebody_gave_meanwhile_is_asked_about(project: Project) -> None:
    session = Session(Behind(ProjectFeatures.of(project)), by="me")
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

"""Who is let in to a page, and what goes out."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the page needs the extra label-page")
from cartolearn.label.page.gate import BY, Gate, cookie_name


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

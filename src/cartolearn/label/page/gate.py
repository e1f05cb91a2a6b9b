"""Who may see the page: whoever has a link with a token; nothing else is let in or out."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'"
)


BY = "cartolearn.by"  # where a request's scope says whose link it came by
INSIDE = b'<!doctype html><meta charset="utf-8"><script>location.replace("/")</script>'


class Gate:
    """Answers 403 to every request and web socket without a token, or from another site's page.

    Each person has a token of their own. It comes in the link once, then in a cookie that scripts
    cannot read and that belongs to this project and port; the first answer takes the token out of
    the address bar. Every answer carries a policy by which the browser talks to this server only,
    and lets no other site read it.
    """

    def __init__(self, app: ASGIApp, tokens: Mapping[str, str], cookie: str) -> None:
        self.app, self.tokens, self.cookie = app, tokens, cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        home = not _foreign(scope)
        linked = self._whose(_in_link(scope)) if home and scope["type"] == "http" else None
        known = self._whose([self._cookie(scope)]) if home else None
        if linked is not None and linked != known:
            cookie = f"{self.cookie}={self.tokens[linked]}; HttpOnly; SameSite=Strict; Path=/"
            await _answer(_sealed(send), 200, "text/html", INSIDE, cookie)
        elif known is not None:
            await self.app({**scope, BY: known}, receive, _sealed(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4403})
        else:
            body = b"Open the page by the whole link that the command printed.\n"
            await _answer(_sealed(send), 403, "text/plain", body)

    def _whose(self, given: Sequence[str]) -> str | None:
        """Return whose token one of those given is; all are compared, however soon one fits."""
        fits = [
            by
            for by, token in self.tokens.items()
            if sum(secrets.compare_digest(one.encode(), token.encode()) for one in given)
        ]
        return fits[0] if fits else None

    def _cookie(self, scope: Scope) -> str:
        try:
            jar = SimpleCookie(_header(scope, b"cookie"))
        except CookieError:
            return ""
        return jar[self.cookie].value if self.cookie in jar else ""


def _in_link(scope: Scope) -> list[str]:
    return parse_qs(scope["query_string"].decode("latin-1")).get("token", [])


def cookie_name(project: Path, port: int) -> str:
    """Return a name of its own for each page; cookies of all ports of a host lie together."""
    where = f"{project.absolute()}:{port}"
    return f"label_{hashlib.sha256(where.encode()).hexdigest()[:12]}"


def _foreign(scope: Scope) -> bool:
    """Tell whether a page of another address sent a request."""
    origin = _header(scope, b"origin")
    return bool(origin) and urlsplit(origin).netloc != _header(scope, b"host")


def _header(scope: Scope, wanted: bytes) -> str:
    values: list[bytes] = [value for name, value in scope["headers"] if name == wanted]
    return "; ".join(value.decode("latin-1") for value in values)


async def _answer(send: Send, status: int, kind: str, body: bytes, cookie: str = "") -> None:
    headers = [(b"content-type", f"{kind}; charset=utf-8".encode())]
    headers += [(b"set-cookie", cookie.encode())] if cookie else []
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _sealed(send: Send) -> Send:
    async def sealed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name in [name for name in headers if name.startswith("access-control-")]:
                del headers[name]
            headers["Content-Security-Policy"] = POLICY
            headers["Referrer-Policy"] = "no-referrer"
            headers["Cache-Control"] = headers.get("Cache-Control", "no-store")
        await send(message)

    return sealed

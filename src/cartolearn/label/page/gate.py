"""Who may see the page: whoever has the link with the token, and nothing else is let in or out."""

import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'"
)


class Gate:
    """Answers 403 to every request and web socket without the token.

    The token comes in the link once, then in a cookie that scripts cannot read. Every answer
    carries a policy by which the browser talks to this server only.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self.app, self.token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
        elif self._knows(scope):
            await self.app(scope, receive, self._sealed(scope, send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4403})
        else:
            headers = [(b"content-type", b"text/plain; charset=utf-8")]
            await send({"type": "http.response.start", "status": 403, "headers": headers})
            body = b"Open the page by the whole link that the command printed.\n"
            await send({"type": "http.response.body", "body": body})

    def _knows(self, scope: Scope) -> bool:
        given = [_cookie(scope), *parse_qs(scope["query_string"].decode()).get("token", [])]
        return any(secrets.compare_digest(g.encode(), self.token.encode()) for g in given)

    def _sealed(self, scope: Scope, send: Send) -> Send:
        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = POLICY
                headers["Referrer-Policy"] = "no-referrer"
                if _cookie(scope) != self.token:
                    cookie = f"label_token={self.token}; HttpOnly; SameSite=Strict; Path=/"
                    headers.append("Set-Cookie", cookie)
            await send(message)

        return sealed


def _cookie(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                jar = SimpleCookie(value.decode("latin-1"))
            except CookieError:
                continue
            if "label_token" in jar:
                return jar["label_token"].value
    return ""

"""A server on the loopback address that answers like a language model's, or as badly as asked."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.label.conftest import WORDS

Body = dict[str, Any]


@dataclass
class Answer:
    """What goes back: a status, a body, headers, and how long it takes."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


Behaviour = Callable[[Body, int, dict[str, str]], Answer]


def chat(content: object, tokens: tuple[int, int] | None = (100, 5), **more: Any) -> Answer:
    """Return an answer with a model's words."""
    found: Body = {"choices": [{"message": {"role": "assistant", "content": content}}]}
    if tokens:
        found["usage"] = {"prompt_tokens": tokens[0], "completion_tokens": tokens[1]}
    return Answer(json.dumps(found).encode(), **more)


def text_of(body: Body) -> str:
    """Return the text that a request asks about."""
    return json.loads(body["messages"][-1]["content"])["text"]


def right(text: str) -> str:
    """Return the class that a toy text's words give away."""
    return next(name for name, words in WORDS.items() if set(words) & set(text.split()))


def well(body: Body, number: int, headers: dict[str, str]) -> Answer:
    """Answer as a good model does."""
    return chat(json.dumps({"label": right(text_of(body))}))


@dataclass
class Stub:
    """The server: what it was sent, and how many requests were under way at once."""

    behaviour: Behaviour
    url: str = ""
    requests: list[Body] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def texts(self) -> list[str]:
        """The texts that it was asked about, in the order in which they came."""
        return [text_of(body) for body in self.requests]

    def take(self, path: str, headers: dict[str, str], body: Body) -> Answer:
        """Note a request and return its answer."""
        with self.lock:
            self.requests.append(body)
            self.headers.append(headers)
            self.paths.append(path)
            number = len(self.requests)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            answer = self.behaviour(body, number, headers)
            time.sleep(answer.seconds)
        finally:
            with self.lock:
                self.at_once -= 1
        return answer


@contextmanager
def served(behaviour: Behaviour = well) -> Iterator[Stub]:
    """Serve until the block ends."""
    stub = Stub(behaviour)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            sent = {name.lower(): value for name, value in self.headers.items()}
            answer = stub.take(self.path, sent, body)
            try:
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)
            except OSError:
                self.close_connection = True

        do_GET = do_POST  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Say nothing of a client that broke off."""

    server = Quiet(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    stub.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

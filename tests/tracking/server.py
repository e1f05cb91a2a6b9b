"""A local stand-in for W&B's server: it takes a run's rounds, or refuses every key."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Server(ThreadingHTTPServer):
    """Keeps what was sent to it."""

    daemon_threads = True

    def __init__(self, *, refuse: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.refuse = refuse
        self.operations: list[str] = []
        self.rounds: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, path: str, body: bytes) -> dict[str, Any]:
        if path.endswith("/file_stream"):
            lines = json.loads(body).get("files", {}).get("wandb-history.jsonl", {})
            self.rounds += [json.loads(line) for line in lines.get("content", [])]
        if path != "/graphql":
            return {}
        operation = json.loads(body).get("operationName", "")
        self.operations.append(operation)
        if operation == "UpsertBucket":
            return {"data": {}}
        if operation == "Viewer":
            return {"data": {"viewer": {"id": "1", "username": "u", "entity": "u", "flags": "{}"}}}
        return {"errors": [{"message": f"this server knows no {operation}"}]}


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        answer = json.dumps(self.server.answer(self.path, body)).encode()
        self.send_response(401 if self.server.refuse else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def serving(*, refuse: bool = False) -> Iterator[Server]:
    """Run a server; leave the block, and nothing listens at its address any more."""
    server = Server(refuse=refuse)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

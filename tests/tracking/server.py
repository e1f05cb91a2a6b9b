"""A local stand-in for W&B's server: it takes a run with its files, or refuses every key."""

import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, unquote

ABOUT = ("project", "entity", "groupName", "displayName", "notes", "tags", "jobType", "sweep")


@dataclass
class Received:
    """What the server was sent of one run."""

    about: dict[str, Any] = field(default_factory=dict)
    config: dict[str, Any] = field(default_factory=dict)
    history: dict[int, dict[str, Any]] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    artifacts: list[tuple[str, str]] = field(default_factory=list)
    exit_code: int | None = None


class Server(ThreadingHTTPServer):
    """Keeps what was sent to it, by the run's id."""

    daemon_threads = True

    def __init__(self, *, refuse: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.refuse = refuse
        self.operations: list[str] = []
        self.runs: defaultdict[str, Received] = defaultdict(Received)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def rounds(self) -> list[dict[str, Any]]:
        """The lines of all histories."""
        return [row for run in self.runs.values() for _, row in sorted(run.history.items())]

    def answer(self, path: str, body: bytes) -> dict[str, Any]:
        if path.endswith("/file_stream"):
            self._stream(self.runs[path.split("/")[-2]], json.loads(body))
        if path.startswith("/upload/"):
            _, _, run, name = path.split("/")
            self.runs[run].files[unquote(name)] = body
        return self._query(json.loads(body)) if path == "/graphql" else {}

    def _stream(self, run: Received, sent: dict[str, Any]) -> None:
        files = sent.get("files", {})
        if lines := files.get("wandb-history.jsonl"):
            rows = map(json.loads, lines["content"])
            run.history |= dict(enumerate(rows, start=lines["offset"]))
        if lines := files.get("wandb-summary.json"):
            run.summary = json.loads(lines["content"][-1])
        run.exit_code = sent.get("exitcode", run.exit_code)

    def _query(self, sent: dict[str, Any]) -> dict[str, Any]:
        operation, said = sent.get("operationName", ""), sent.get("variables") or {}
        self.operations.append(operation)
        if operation == "Viewer":
            return {"data": {"viewer": {"id": "1", "username": "u", "entity": "u", "flags": "{}"}}}
        if operation == "UpsertBucket":
            run = self.runs[said["name"]]
            run.about |= {key: said[key] for key in ABOUT if said.get(key) is not None}
            run.config |= {key: kept["value"] for key, kept in json.loads(said["config"]).items()}
            return {"data": {}}
        if operation == "CreateRunFiles":
            return {"data": {"createRunFiles": self._places(said["run"], said["files"])}}
        if operation == "CreateArtifact":
            made = said["input"]
            self.runs[made["runName"]].artifacts.append((made["artifactTypeName"], made["digest"]))
        return {"errors": [{"message": f"this server knows no {operation}"}]}

    def _places(self, run: str, names: list[str]) -> dict[str, Any]:
        files = [
            {"name": name, "uploadUrl": f"{self.url}/upload/{run}/{quote(name, safe='')}"}
            for name in map(str, map(PurePosixPath, names))
        ]
        return {"runID": run, "uploadHeaders": [], "files": files}


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

    do_PUT = do_POST  # noqa: N815

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

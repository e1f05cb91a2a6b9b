"""Fetching, against a server on this machine."""

import hashlib
import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cartolearn.data.fetch import File, fetch
from cartolearn.errors import InputError

BODY = b"question\n" * 50_000
SHA = f"sha256:{hashlib.sha256(BODY).hexdigest()}"
MD5 = f"md5:{hashlib.md5(BODY, usedforsecurity=False).hexdigest()}"


class _Handler(BaseHTTPRequestHandler):
    requests: list[str]

    def do_GET(self) -> None:
        self.requests.append(self.path)
        if self.path == "/missing":
            self.send_error(404, "Not Found")
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY[:1000] if self.path == "/cut" else BODY)

    def log_message(self, *args: object) -> None:
        """Keep the test output clean."""


@pytest.fixture
def server() -> Iterator[str]:
    _Handler.requests = []
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    thread.join()
    httpd.server_close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("known_hash", [SHA, MD5, None])
def test_a_good_file_arrives_whole_and_alone(
    server: str, tmp_path: Path, known_hash: str | None
) -> None:
    folder = tmp_path / "a folder" / "trec"
    path = fetch(File("a.txt", f"{server}/good", known_hash), folder)
    assert path == folder / "a.txt"
    assert path.read_bytes() == BODY
    assert list(folder.iterdir()) == [path]
    assert path.stat().st_mode & 0o400


def test_a_file_that_is_there_is_not_fetched_again(server: str, tmp_path: Path) -> None:
    file = File("a.txt", f"{server}/good", SHA)
    fetch(file, tmp_path)
    fetch(file, tmp_path)
    assert _Handler.requests == ["/good"]


def test_a_file_of_the_users_own_is_kept_and_the_log_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.txt").write_text("my own")
    with caplog.at_level(logging.INFO):
        path = fetch(File("a.txt", "http://127.0.0.1:1/a.txt", SHA), tmp_path)
    assert path.read_text() == "my own"
    assert "differs from the official file" in caplog.text


def test_the_official_file_is_used_without_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.txt").write_bytes(BODY)
    with caplog.at_level(logging.INFO):
        fetch(File("a.txt", "http://127.0.0.1:1/a.txt", MD5), tmp_path)
    assert not caplog.text


def test_without_a_known_checksum_what_is_there_is_used(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("my own")
    assert fetch(File("a.txt", "http://127.0.0.1:1/a.txt"), tmp_path).read_text() == "my own"


def test_a_wrong_checksum_leaves_nothing(server: str, tmp_path: Path) -> None:
    wrong = "sha256:" + "0" * 64
    with pytest.raises(InputError, match=f"(?s){SHA[7:]}.*{wrong[7:]}|{wrong[7:]}.*{SHA[7:]}"):
        fetch(File("a.txt", f"{server}/other", wrong), tmp_path / "new" / "folder")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("known_hash", [SHA, None])
def test_a_download_cut_short_leaves_nothing(
    server: str, tmp_path: Path, known_hash: str | None
) -> None:
    with pytest.raises(InputError, match="could not be fetched"):
        fetch(File("a.txt", f"{server}/cut", known_hash), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_not_found(server: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the server answered 404 Not Found"):
        fetch(File("a.txt", f"{server}/missing", SHA), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_without_a_network_the_error_says_what_to_do(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{_free_port()}/a.txt"
    with pytest.raises(InputError) as caught:
        fetch(File("a.txt", url, SHA, hint="Or set CAL_DATA_DIR."), tmp_path / "trec")
    assert list(tmp_path.iterdir()) == []
    message = str(caught.value)
    assert url in message
    assert "refused" in message
    assert f"put it at {tmp_path / 'trec' / 'a.txt'}" in message
    assert message.endswith("Or set CAL_DATA_DIR.")


def test_an_unknown_host_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.invalid"):
        fetch(File("a.txt", "http://nowhere.invalid/a.txt", SHA), tmp_path)


def test_a_folder_that_cannot_be_made_is_an_input_error(server: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="could not be fetched"):
        fetch(File("a.txt", f"{server}/good", SHA), tmp_path / "file" / "trec")


def test_many_at_once_fetch_it_once(server: str, tmp_path: Path) -> None:
    file = File("a.txt", f"{server}/good", SHA)
    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(lambda _: fetch(file, tmp_path), range(4)))
    assert all(path.read_bytes() == BODY for path in paths)
    assert len(_Handler.requests) <= 2  # the lock file's removal may let one more through

"""Where the page is served, and how its link reaches the browser."""

import socket
import tempfile
from pathlib import Path

import pytest

from cartolearn.errors import InputError
from cartolearn.label.page.server import _free_port, _open_browser


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

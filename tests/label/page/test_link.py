"""How the link of a page reaches the browser."""

import tempfile
from pathlib import Path

import pytest

from cartolearn.label.page.server import _open_browser


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

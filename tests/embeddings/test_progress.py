import pytest

import cartolearn.embeddings.progress as module
from cartolearn.embeddings.progress import progress_bar


def test_short_work_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress_bar("Short work", 2) as advance:
        advance(1)
    assert capsys.readouterr() == ("", "")


def test_long_work_shows_a_bar_on_standard_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", -1)
    monkeypatch.setenv("FORCE_COLOR", "1")
    with progress_bar("Long work", 2) as advance:
        advance(1)
    out, err = capsys.readouterr()
    assert out == ""
    assert "Long work" in err
    assert "50%" in err

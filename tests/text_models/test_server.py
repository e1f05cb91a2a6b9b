"""A model behind HTTP says what it says in Python, and refuses what is too large or foreign."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from cartolearn.commands.serve_model import main
from cartolearn.text_models.folder import save
from cartolearn.text_models.server import Limited, app_of
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


@pytest.mark.parametrize(
    ("body", "status", "told"),
    [
        (b'{"texts": [NaN]}', 422, "texts[0]: Input should be a valid string"),
        (b'{"texts": ["a", 1]}', 422, "texts[1]: Input should be a valid string"),
        (b'{"texts": [' + b",".join([b"1"] * 200) + b"]}", 422, "texts[0]: Input should be a"),
        (b'{"texts": ["a"], "\\u001b[31m": 1}', 422, "\\x1b[31m: Extra inputs"),
        (b'{"texts": ["a"], "\\ud83d": 1}', 422, "the body is not {"),
        (b'{"texts": ["\\ud83d"]}', 422, "half a character"),
        (b"[1]", 422, "the body is not {"),
        (b'{"texts": ["\xe9"]}', 400, "parsing the body"),
        (b"[" * 400, 422, "the body is not {"),
    ],
)
def test_a_refusal_is_one_short_line_and_quotes_no_text(
    client: Any, body: bytes, status: int, told: str
) -> None:
    answer = client.post("/predict", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status
    detail = answer.json()["detail"]
    assert told in detail
    assert len(detail) < 120
    assert detail.isprintable()


def test_other_paths_and_methods_are_refused_as_json(client: Any) -> None:
    for method, path, status in [
        ("GET", "/predict", 405), ("POST", "/health", 405), ("GET", "/nope", 404),
        ("POST", "/predict/", 404),
    ]:  # fmt: skip
        answer = client.request(method, path, follow_redirects=False)
        assert answer.status_code == status
        assert list(answer.json()) == ["detail"]


def test_health_is_not_behind_those_who_wait_for_the_model(model: TextModel) -> None:
    import asyncio
    import threading

    import httpx

    go_on = threading.Event()

    class Slow:
        classes: ClassVar[list[str]] = ["a"]

        def predict(self, _: list[str]) -> Any:
            go_on.wait(60)
            return model.predict([])

    async def asked() -> tuple[int, list[int]]:
        app = app_of(Slow(), hosts=["*"], texts=3, characters=50, body=500)  # type: ignore[arg-type]
        web = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=web, base_url="http://localhost") as client:
            waiting = [client.post("/predict", json={"texts": ["a"]}) for _ in range(60)]
            tasks = [asyncio.create_task(one) for one in waiting]
            await asyncio.sleep(0.1)
            health = await asyncio.wait_for(client.get("/health"), 30)
            go_on.set()
            return health.status_code, [(await task).status_code for task in tasks]

    assert asyncio.run(asked()) == (200, [200] * 60)


def test_a_request_that_does_not_come_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    monkeypatch.setattr("cartolearn.text_models.server.PATIENCE", 0.01)
    sent: list[Any] = []

    async def never() -> Any:
        await asyncio.sleep(60)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(Limited(lambda *_: None, 9)({"type": "http"}, never, send))
    assert [message.get("status") for message in sent] == [408, None]
    assert b"did not come within" in sent[1]["body"]


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

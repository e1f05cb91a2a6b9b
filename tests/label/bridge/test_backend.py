"""Label Studio's calls, as Label Studio 1.23 makes them, and what comes back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cartolearn.errors import InputError
from cartolearn.event_log import Event
from cartolearn.label.bridge.backend import Backend
from cartolearn.label.bridge.interface import Question, question_of
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.folder import Project
from tests.label.conftest import toy_project

INTERFACE = """<View><Text name="body" value="$message"/>
<Choices name="kind" toName="body" choice="single"><Choice value="bug"/></Choices>
<TextArea name="why" toName="body"/><Choices name="other" toName="picture"/></View>"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project as the command opens it: Label Studio asks nobody twice."""
    return toy_project(tmp_path / "project", more=["labelling.repeat_share=0"])


@pytest.fixture
def backend(project: Project) -> Backend:
    """A back-end that was set up."""
    found = Backend(ProjectFeatures.of(project))
    assert found.setup(INTERFACE) == found.version
    return found


def task(project: Project, row: int) -> dict[str, Any]:
    return {"id": 7000 + row, "data": {"message": project.texts[row], "n": 1}}


def webhook(project: Project, row: int, name: str, who: object = 3, **more: Any) -> dict[str, Any]:
    result = {"from_name": "kind", "to_name": "body", "type": "choices"}
    annotation = {"id": 5, "completed_by": who, "was_cancelled": False, **more}
    annotation["result"] = [{**result, "value": {"choices": [name]}}]
    return {"action": "ANNOTATION_CREATED", "annotation": annotation, "task": task(project, row)}


def ordered(backend: Backend, project: Project) -> list[int]:
    """Return the rows in the order in which Label Studio would show their tasks."""
    rows = range(len(project.texts))
    found = backend.predictions([task(project, row) for row in rows])
    return sorted(rows, key=lambda row: found[row]["score"])


def test_tasks_come_in_the_order_of_the_strategy_and_labels_reach_the_log(
    backend: Backend, project: Project, gold: list[str]
) -> None:
    (batch,) = project.state().batches
    assert ordered(backend, project)[: len(batch)] == [pick.id for pick in batch]
    assert backend.predictions([task(project, 0)])[0]["result"] == []  # there is no model yet
    before = backend.version
    due = [backend.annotated(webhook(project, pick.id, gold[pick.id])) for pick in batch]
    assert due.index(True) == len(batch) // 2 - 1
    state = project.state()
    assert {row: given.label for row, given in state.labels.items()} == {
        pick.id: gold[pick.id] for pick in batch
    }
    assert {given.by for given in state.labels.values()} == {"label studio 3"}
    backend.refresh()
    assert backend.version != before
    chosen = [pick.id for pick in project.state().batches[-1]]
    order = ordered(backend, project)
    assert order[: len(chosen)] == chosen
    assert set(order[-len(batch) :]) == set(state.labels)  # labelled ones come last
    first, unknown = backend.predictions([task(project, chosen[0]), {"data": {"message": "no"}}])
    assert first["result"][0]["value"]["choices"][0] in project.settings.classes
    assert first["result"][0]["from_name"] == "kind"
    assert first["model_version"] == backend.version
    assert (unknown["result"], unknown["score"]) == ([], 1.0)
    again = Backend(backend.features)
    again.setup(INTERFACE)
    assert ordered(again, project)[: len(chosen)] == chosen


def test_each_answer_has_its_author_and_what_cannot_be_used_is_refused(
    backend: Backend, project: Project
) -> None:
    backend.annotated(webhook(project, 4, "bug", {"id": 1, "email": "ana@example.org"}))
    backend.annotated(webhook(project, 4, "feature", 2))
    assert project.state().answers[4] == {
        "label studio ana@example.org": "bug",
        "label studio 2": "feature",
    }
    backend.annotated(webhook(project, 5, "bug", was_cancelled=True))
    assert project.state().skipped == {5}
    assert backend.annotated({"action": "START_TRAINING"})
    assert not backend.annotated({"action": "PROJECT_UPDATED"})
    for bad, match in (
        (webhook(project, 6, "unknown"), "not one class"),
        ({"action": "ANNOTATION_CREATED"}, "no annotation"),
        ({**webhook(project, 6, "bug"), "task": {"data": {"message": "x"}}}, "none of the project"),
    ):
        with pytest.raises(InputError, match=match):
            backend.annotated(bad)
    assert set(project.state().labels) == {4}


def test_a_request_reads_of_the_log_only_what_is_new(
    backend: Backend, project: Project, gold: list[str], read: list[Event]
) -> None:
    for row in range(6):
        backend.annotated(webhook(project, row, gold[row]))
    read.clear()
    backend.predictions([task(project, 0)])
    assert read == []
    backend.annotated(webhook(project, 7, gold[7]))
    assert [event["event"] for event in read] == ["label"]


def test_the_question_of_an_interface() -> None:
    assert question_of(INTERFACE) == Question("kind", "body", "message")
    for wrong in ("", "<View><Text name='t' value='$t'/></View>", INTERFACE * 2, "&lol;" * 10**6):
        with pytest.raises(InputError, match="choices about a text"):
            question_of(wrong)


@pytest.fixture
def client(backend: Backend) -> Iterator[Any]:
    pytest.importorskip("fastapi", reason="the back-end needs the extra serve")
    from fastapi.testclient import TestClient

    from cartolearn.label.bridge.app import app_of

    app = app_of(backend, "secret", ["testserver"])
    with TestClient(app, base_url="http://localhost/secret/") as found:
        yield found


def test_over_http_only_with_the_token_and_within_limits(client: Any, project: Project) -> None:
    assert client.get("health").json()["status"] == "UP"
    said = {"project": "1.2", "schema": INTERFACE, "access_token": "x", "hostname": "h"}
    version = client.post("setup", json=said).json()["model_version"]
    assert client.get("versions").json() == {"versions": [version]}
    assert client.post("setup", json={"schema": "<View/>"}).status_code == 422
    asked = {"tasks": [task(project, 3)], "label_config": INTERFACE, "params": {"login": None}}
    found = client.post("predict", json=asked).json()
    assert found["model_version"] == version
    assert len(found["results"]) == 1
    assert client.post("webhook", json=webhook(project, 3, "bug")).status_code == 201
    assert project.state().labels[3].label == "bug"
    assert client.post("train", json={"annotations": []}).status_code == 201
    assert client.post("predict", json={"tasks": [3]}).status_code == 422
    assert client.post("predict", content=b"x" * (17 << 20)).status_code == 413
    for path in ("/health", "/other/health", "/secre/predict"):
        assert client.get(f"http://localhost{path}").status_code == 404
    assert client.get("health", headers={"host": "evil.test"}).status_code == 400

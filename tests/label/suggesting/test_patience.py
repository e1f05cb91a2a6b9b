"""A server that fails or talks rubbish now and then: when it is asked again, and when not."""

from datetime import UTC, datetime

import pytest

from cartolearn.label.project.folder import Project
from cartolearn.label.suggesting.record import ANSWER, FAILED
from cartolearn.label.suggesting.replies import seconds_of
from tests.label.suggesting.conftest import SIZE, events, found, labels, suggest
from tests.label.suggesting.stub import Answer, Body, chat, right, served, text_of, well

Capture = pytest.CaptureFixture[str]
KEY = "sk-a-secret-that-nobody-may-see"
EXAMPLES = 6


def test_rubbish_now_and_then_costs_these_texts_only(project: Project) -> None:
    def sometimes(body: Body, number: int, headers: dict[str, str]) -> Answer:
        return Answer(b"x") if number % 3 == 0 else well(body, number, headers)

    with served(sometimes) as stub:
        assert suggest(project, stub.url, "suggest.concurrency=1") == 0
    assert len(labels(project)) == 12
    assert len(events(project, FAILED)) == 6
    assert found(project).requests == len(stub.requests) == 18


def test_a_server_that_fails_is_asked_again_and_every_request_counts(project: Project) -> None:
    seen: dict[str, int] = {}

    def unwell(body: Body, number: int, headers: dict[str, str]) -> Answer:
        text = text_of(body)
        seen[text] = seen.get(text, 0) + 1
        if seen[text] == 1:
            return Answer(b'{"error": {"message": "busy"}}', 429, {"retry-after": "0"})
        if seen[text] == 2:
            return Answer(b"oh no", 500)
        return well(body, number, headers)

    with served(unwell) as stub:
        assert suggest(project, stub.url, "-n", 4) == 0
    assert len(labels(project)) == 4
    assert len(stub.requests) == found(project).requests == 12
    assert {event["requests"] for event in events(project, ANSWER)} == {3}


def test_a_server_that_only_fails_is_left_alone_after_one_text(
    project: Project, capsys: Capture
) -> None:
    with served(lambda *_: Answer(b"oh no", 503)) as stub:
        assert suggest(project, stub.url) == 2
    assert len(stub.requests) == 3
    assert "answers 503: oh no" in capsys.readouterr().err
    assert suggest(project, stub.url) == 2
    assert "cannot be reached" in capsys.readouterr().err


def test_it_waits_as_long_as_the_server_asks_but_not_for_ever(
    project: Project, capsys: Capture
) -> None:
    times: list[float] = []

    def patient(body: Body, number: int, headers: dict[str, str]) -> Answer:
        times.append(datetime.now(UTC).timestamp())
        if number == 1:
            return Answer(b"", 429, {"retry-after": "1"})
        return well(body, number, headers)

    with served(patient) as stub:
        assert suggest(project, stub.url, "-n", 1) == 0
    assert 0.9 < times[1] - times[0] < 2.5
    with served(lambda *_: Answer(b"", 429, {"retry-after": "3600"})) as stub:
        assert suggest(project, stub.url) == 2
    assert len(stub.requests) == 1
    assert "asks to wait 3,600 seconds" in capsys.readouterr().err


def test_how_long_a_header_asks_to_wait() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert seconds_of("7", now) == 7
    assert seconds_of("Thu, 01 Jan 2026 00:01:00 GMT", now) == 60
    assert seconds_of("Wed, 31 Dec 2025 00:00:00 GMT", now) == 0
    for nothing in ("", "soon", "-1", "1e9", "²"):
        assert seconds_of(nothing, now) is None


def test_a_slow_server_is_asked_for_several_texts_at_once_and_not_waited_for(
    project: Project, capsys: Capture
) -> None:
    with served(lambda body, *_: chat(right(text_of(body)), seconds=0.05)) as stub:
        assert suggest(project, stub.url, "suggest.concurrency=3") == 0
    assert stub.most_at_once == 3
    hurried = ("--again", "suggest.examples=0", "suggest.timeout=0.1", "suggest.tries=1")
    with served(lambda *_: chat("bug", seconds=0.5)) as stub:
        assert suggest(project, stub.url, *hurried) == 2
    assert len(stub.requests) == 1
    assert len(stub.requests[0]["messages"]) == 2
    assert "takes over 0.1 seconds" in capsys.readouterr().err


@pytest.mark.parametrize("status", [401, 403, 404])
def test_what_no_patience_helps_ends_the_command_at_once(
    project: Project, status: int, capsys: Capture
) -> None:
    with served(lambda *_: Answer(b'{"error": "\\u001b[2Jno"}', status)) as stub:
        assert suggest(project, stub.url) == 2
    assert len(stub.requests) == 1
    assert f"answers {status}: \\x1b[2Jno" in capsys.readouterr().err


def test_a_server_that_knows_no_schema_is_asked_without(project: Project) -> None:
    def old(body: Body, number: int, headers: dict[str, str]) -> Answer:
        if "response_format" in body:
            return Answer(b'{"error": "unknown field response_format"}', 400)
        return well(body, number, headers)

    with served(old) as stub:
        assert suggest(project, stub.url) == 0
    assert len(labels(project)) == SIZE - EXAMPLES
    assert len(stub.requests) == SIZE - EXAMPLES + 2
    assert {event["held_to_classes"] for event in events(project, ANSWER)} == {False}


def test_one_text_that_the_server_refuses_costs_only_itself(project: Project) -> None:
    def filters(body: Body, number: int, headers: dict[str, str]) -> Answer:
        return Answer(b"", 400) if number == 3 else well(body, number, headers)

    with served(filters) as stub:
        assert suggest(project, stub.url) == 0
    assert len(labels(project)) == SIZE - EXAMPLES - 1
    assert len(events(project, FAILED)) == 1

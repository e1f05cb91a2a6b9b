"""Nothing is sent before a yes, past a limit, or with a key to where it may not go."""

import json
import shutil
from pathlib import Path

import pytest

from cartolearn.label.project.folder import Project
from cartolearn.label.suggesting.endpoint import Endpoint
from cartolearn.label.suggesting.record import path_of
from tests.label.conftest import run
from tests.label.suggesting.conftest import QUICK, found, suggest
from tests.label.suggesting.stub import Answer, Body, chat, served

Capture = pytest.CaptureFixture[str]
KEY = "sk-a-secret-that-nobody-may-see"
EXAMPLES = 6


def test_a_redirect_is_not_followed(
    project: Project, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAL_API_KEY", KEY)
    with served() as elsewhere:
        for status in (301, 302, 307, 308):
            away = {"location": f"{elsewhere.url}/chat/completions?k={KEY}"}
            with served(lambda *_, s=status, a=away: Answer(b"", s, a)) as stub:
                assert suggest(project, stub.url) == 2
            told = capsys.readouterr().err
            assert "which is not followed" in told
            assert KEY not in told
    assert elsewhere.requests == []


def test_the_key_goes_into_the_header_and_nowhere_else(
    project: Project, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level("DEBUG")
    monkeypatch.setenv("MY_KEY", KEY)

    def tells(body: Body, number: int, headers: dict[str, str]) -> Answer:
        if number == 2:
            return Answer(json.dumps({"error": f"no {headers['authorization']}"}).encode(), 418)
        if number == 4:
            return Answer(f"{KEY}".encode(), 401)
        return chat(f"You sent {headers['authorization']}.")

    with served(tells) as stub:
        assert suggest(project, stub.url, "--key", "MY_KEY", "suggest.concurrency=1") == 2
    assert {headers["authorization"] for headers in stub.headers} == {f"Bearer {KEY}"}
    captured = capsys.readouterr()
    assert "[key]" in captured.err
    assert KEY not in captured.out + captured.err + caplog.text
    assert KEY not in repr(Endpoint(stub.url, "tiny", KEY))
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(b"[key]" in path.read_bytes() for path in files)
    assert not any(KEY.encode() in path.read_bytes() for path in files)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("localhost:8000", "no address"),
        ("ftp://x/v1", "no address"),
        ("http://", "no address"),
        ("http://[::1/v1", "no address"),
        ("https://me:hunter2@example.org/v1", "more than an address"),
        ("https://example.org/v1?key=hunter2", "more than an address"),
        ("http://example.org/v1", "in clear"),
        ("http://127.0.0.1.example.org/v1", "in clear"),
    ],
)
def test_an_address_that_cannot_be_used_or_would_give_the_key_away(
    project: Project, url: str, problem: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAL_API_KEY", KEY)
    assert suggest(project, url) == 2
    told = capsys.readouterr().err
    assert problem in told
    assert "hunter2" not in told
    assert KEY not in told
    assert not path_of(project).exists()


def test_nothing_is_sent_before_a_yes_which_is_asked_for_once(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    asked: list[str] = []
    answers: list[str] = []

    def says(question: str) -> str:
        asked.append(question)
        return answers.pop(0)

    monkeypatch.setattr("builtins.input", says)
    with served() as stub:
        words = ["suggest", project.path, "--endpoint", stub.url, "--model", "tiny", *QUICK]
        assert run(*words, "--requests", 50) == 2  # no terminal, no --yes
        assert run(*words) == 2  # no limit either
        assert "give --requests" in capsys.readouterr().err
        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        answers += ["50", "n"]
        assert run(*words) == 2
        assert (stub.requests, path_of(project).exists()) == ([], False)
        assert f"18 texts of {project.path} go to {stub.url}" in capsys.readouterr().out
        answers += ["", "y"]
        assert run(*words, "-n", 3) == 0
        assert len(stub.requests) == 3
        assert run(*words, "-n", 3, "--requests", 50) == 0  # the yes is known
        assert len(stub.requests) == 6
        answers += ["n", "n"]
        other = tmp_path / "sent by somebody"
        shutil.copytree(project.path, other)
        assert run(words[0], other, *words[2:], "--requests", 50) == 2
        with served() as second:
            another = [second.url if word == stub.url else word for word in words]
            assert run(*another, "--requests", 50) == 2
        assert (len(stub.requests), second.requests, answers) == (6, [], [])
    assert asked.count("Send them? [y/N] ") == 4


def test_what_is_sent_never_passes_the_limits_of_the_project(
    project: Project, capsys: Capture
) -> None:
    with served(lambda *_: chat("bug", (1000, 10), seconds=0.02)) as stub:
        assert suggest(project, stub.url, "--requests", 5) == 2
        assert len(stub.requests) == 5
        assert "5 requests is reached (--requests raises it)" in capsys.readouterr().err
        assert suggest(project, stub.url, "--requests", 5) == 2
        assert len(stub.requests) == 5
        priced = ("--requests", 100, "--price", 10, 100, "--money")
        assert suggest(project, stub.url, *priced, 0.1, "suggest.concurrency=4") == 2
        spent = (len(stub.requests) - 5) * (1000 * 10 + 10 * 100) / 1e6
        assert found(project).money == pytest.approx(spent)
        assert 0 < spent <= 0.1
        assert "the limit of 0.1 of money" in capsys.readouterr().err
        assert suggest(project, stub.url, *priced, 10) == 0


def test_a_server_that_counts_no_tokens_is_paid_for_at_most(project: Project) -> None:
    with served(lambda *_: chat("bug", None)) as stub:
        assert suggest(project, stub.url, "-n", 1, "--price", 10, 100, "--money", 1) == 0
    sent = len(json.dumps(stub.requests[0]["messages"], ensure_ascii=False).encode())
    assert found(project).money > (10 * sent + 100 * 200) / 1e6


def test_a_price_must_be_said_of_a_server_elsewhere(project: Project, capsys: Capture) -> None:
    assert suggest(project, "https://example.invalid/v1") == 2
    assert "give --price" in capsys.readouterr().err
    assert suggest(project, "https://example.invalid/v1", "--price", 1, 2) == 2
    assert "give --money" in capsys.readouterr().err

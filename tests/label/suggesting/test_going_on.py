"""Asking goes on after a kill; answers follow their classes, and damaged lines are passed over."""

import json
import os
import re
import signal
import threading
from pathlib import Path

import pytest
from filelock import FileLock

from cartolearn.label.project.folder import Project, Settings
from cartolearn.label.suggesting.prompt import Prompt
from cartolearn.label.suggesting.record import ANSWER, path_of
from tests.label.conftest import run, toy_texts
from tests.label.suggesting.conftest import SIZE, events, found, labels, suggest
from tests.label.suggesting.stub import Answer, Body, chat, served, well

Capture = pytest.CaptureFixture[str]
KEY = "sk-a-secret-that-nobody-may-see"
EXAMPLES = 6


def test_it_goes_on_after_a_kill_with_the_same_prompt_and_asks_nothing_twice(
    project: Project,
) -> None:
    enough = threading.Event()

    def until(body: Body, number: int, headers: dict[str, str]) -> Answer:
        if number > 7:
            enough.set()
            return chat("bug", seconds=1)
        return well(body, number, headers)

    with served(until) as stub:
        child = os.fork()
        if child == 0:
            suggest(project, stub.url, "suggest.concurrency=2")
            os._exit(0)
        assert enough.wait(20)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    kept = set(labels(project))
    assert 1 <= len(kept) <= 7
    project.record([{"event": "label", "id": 20, "label": toy_texts(SIZE)[1][20]}])
    with served() as stub:
        assert suggest(project, stub.url) == 0
    assert len(stub.requests) == SIZE - EXAMPLES - len(kept)
    assert not {project.texts[row] for row in kept} & set(stub.texts)
    assert len({event["prompt"] for event in events(project, ANSWER)}) == 1
    with served() as stub:
        assert suggest(project, stub.url) == 0
    assert stub.requests == []


def test_ctrl_c_keeps_what_was_answered(project: Project, capsys: Capture) -> None:
    def interrupts(body: Body, number: int, headers: dict[str, str]) -> Answer:
        if number == 5:
            os.kill(os.getpid(), signal.SIGINT)
            return chat("bug", seconds=0.2)
        return well(body, number, headers)

    with served(interrupts) as stub:
        assert suggest(project, stub.url, "suggest.concurrency=1") == 130
    assert len(labels(project)) == 4


def test_another_prompt_is_a_new_question_only_if_that_is_asked_for(
    project: Project, capsys: Capture
) -> None:
    with served() as stub:
        assert suggest(project, stub.url) == 0
        sent = len(stub.requests)
        run("describe", project.path, "bug", "Something fails.")
        capsys.readouterr()
        assert suggest(project, stub.url) == 0
        assert len(stub.requests) == sent
        assert "18 texts have an answer to another prompt" in capsys.readouterr().out
        assert suggest(project, stub.url, "--again") == 0
        assert len(stub.requests) == 2 * sent
        prompts = {said.prompt for said in found(project).models["tiny"].values()}
        assert len(prompts) == 1
        assert suggest(project, stub.url, "--again") == 0
        assert len(stub.requests) == 2 * sent


def test_the_fingerprint_is_that_of_all_that_is_sent_besides_the_text(project: Project) -> None:
    state = project.state()
    first = Prompt.of(project, state, [0, 1])
    assert first.fingerprint == Prompt.of(project, project.state(), [0, 1]).fingerprint
    others = [Prompt.of(project, state, [1, 0]), Prompt.of(project, state, [])]
    run("describe", project.path, "bug", "x")
    others.append(Prompt.of(project, project.state(), [0, 1]))
    run("rename", project.path, "bug", "defect")
    others.append(Prompt.of(project, project.state(), [0, 1]))
    assert len({first.fingerprint, *(other.fingerprint for other in others)}) == 5
    assert re.fullmatch(r"[0-9a-f]{16}", first.fingerprint)


def test_answers_follow_their_classes(project: Project) -> None:
    with served() as stub:
        assert suggest(project, stub.url) == 0
    before = labels(project)
    run("rename", project.path, "bug", "defect")
    assert labels(project) == {r: "defect" if x == "bug" else x for r, x in before.items()}
    run("merge", project.path, "defect", "--into", "feature")
    run("remove", project.path, "question")
    new = {"bug": "feature", "feature": "feature", "question": None}
    assert labels(project) == {row: new[str(name)] for row, name in before.items()}
    run("undo", project.path)
    run("undo", project.path)
    run("undo", project.path)
    assert labels(project) == before


def test_damaged_and_foreign_lines_are_named_and_ignored(project: Project, capsys: Capture) -> None:
    with served() as stub:
        assert suggest(project, stub.url) == 0
    path, before = path_of(project), labels(project)
    lines = path.read_text().splitlines()
    spoilt = lines[1].replace('"label": "', '"label": "x', 1)
    stranger = {"event": ANSWER, "model": "tiny", "prompt": "p", "at": "", "requests": 1,
                "money": 0, "label": "bug"}  # fmt: skip
    for event in (stranger | {"id": 999}, stranger | {"id": 0}, stranger | {"id": 0, "money": -1}):
        lines.append(json.dumps(event))
    path.write_text("\n".join([lines[0], spoilt, *lines[2:]]) + "\n")
    assert len(labels(project)) == len(before) - 1
    capsys.readouterr()
    assert run("check", project.path) == 2
    told = capsys.readouterr().out
    assert told.count("suggestions.jsonl") == 4
    assert "line 2: cut short or damaged" in told


def test_too_few_classes_and_a_second_command(tmp_path: Path, capsys: Capture) -> None:
    settings = Settings("t.csv", "text", ["bug"], 0, ["embedding=tfidf_svd"])
    project = Project.create(tmp_path / "p", settings, ["a", "b"], [])
    with served() as stub:
        assert suggest(project, stub.url) == 2
        assert "fewer than two classes" in capsys.readouterr().err
        run("classes", project.path, "feature")
        with FileLock(project.path / ".suggest.lock"):
            assert suggest(project, stub.url) == 2
        assert "at work" in capsys.readouterr().err
    assert stub.requests == []


def test_descriptions_reach_annotators_and_go_with_their_class(
    project: Project, capsys: Capture
) -> None:
    run("describe", project.path, "bug", "Something fails.")
    run("describe", project.path, "feature", "A wish.")
    assert project.state().told == "bug: Something fails.\nfeature: A wish."
    run("rename", project.path, "bug", "defect")
    assert project.state().descriptions["defect"] == "Something fails."
    run("merge", project.path, "defect", "--into", "feature")
    assert project.state().descriptions == {"feature": "A wish."}
    run("undo", project.path)
    run("describe", project.path, "feature", "")
    capsys.readouterr()
    run("classes", project.path)
    assert capsys.readouterr().out == "defect: Something fails.\nfeature\nquestion\n"
    assert run("describe", project.path, "defekt", "x") == 2
    assert "did you mean defect" in capsys.readouterr().err

import json
import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from cartolearn.event_log import append, read


def test_events_come_back_in_order_with_who_and_when(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    append(path, [{"event": "label", "id": 1, "label": "grün"}], by="ana")
    append(
        path, [{"event": "label", "id": 2, "label": "b\nc"}, {"event": "skip", "id": 3}], by="bo"
    )
    events = read(path)
    assert [(e["event"], e["id"], e["by"]) for e in events] == [
        ("label", 1, "ana"),
        ("label", 2, "bo"),
        ("skip", 3, "bo"),
    ]
    assert events[0]["label"] == "grün"
    assert events[1]["label"] == "b\nc"
    assert all(e["at"].endswith("+00:00") for e in events)
    assert len(path.read_text(encoding="utf-8").splitlines()) == 3


def test_a_missing_log_is_empty_and_nothing_is_written_for_nothing(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    append(path, [])
    assert not path.exists()
    assert read(path) == []


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_torn_last_line_is_passed_over_and_the_next_is_whole(
    tmp_path: Path, cut: int, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "labels.jsonl"
    append(path, [{"event": "label", "id": i, "label": "x"} for i in range(2)])
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    left = read(path)
    assert [e["id"] for e in left] == ([0, 1] if cut == 1 else [0])
    append(path, [{"event": "label", "id": 7, "label": "y"}])
    assert [e["id"] for e in read(path)] == [*(e["id"] for e in left), 7]
    assert ("line 2" in caplog.text) == (cut > 1)


def test_damage_elsewhere_loses_only_its_line(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    append(path, [{"event": "label", "id": i, "label": "x"} for i in range(3)])
    lines = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([lines[0], b"\xff\x00 {", b"[1]", lines[2]]))
    assert [e["id"] for e in read(path)] == [0, 2]


def test_two_people_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    people = [multiprocessing.Process(target=_label_many, args=(path, who)) for who in "abc"]
    for person in people:
        person.start()
    for person in people:
        person.join(60)
    events = read(path)
    for who in "abc":
        assert [e["id"] for e in events if e["by"] == who] == list(range(40))


def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    path, done = tmp_path / "labels.jsonl", tmp_path / "done"
    for _ in range(3):
        person = multiprocessing.Process(target=_label_for_ever, args=(path, done))
        person.start()
        time.sleep(0.4)
        assert person.pid is not None
        os.kill(person.pid, signal.SIGKILL)
        person.join(10)
    acknowledged = done.read_text().splitlines() if done.exists() else []
    written = {e["key"] for e in read(path)}
    assert set(acknowledged) <= written
    assert acknowledged
    assert all(json.loads(line) for line in path.read_text().splitlines() if line.endswith("}"))


def _label_many(path: Path, who: str) -> None:
    for number in range(40):
        append(path, [{"event": "label", "id": number, "label": "x" * number}], by=who)


def _label_for_ever(path: Path, done: Path) -> None:
    for number in range(10**6):
        key = f"{os.getpid()}-{number}"
        append(path, [{"event": "label", "id": 0, "label": "x" * 2000, "key": key}])
        with done.open("a") as stream:
            stream.write(key + "\n")
            stream.flush()

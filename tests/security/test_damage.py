"""Damage to a project is noticed: flips and cuts, said in one line."""

import json
import random
import shutil
import threading
from pathlib import Path

import pytest
import yaml

from cartolearn import event_log as log
from cartolearn.commands.check import main as check
from cartolearn.data.kept_columns import write_columns
from cartolearn.embeddings.cache import features_of
from cartolearn.embeddings.fasttext import FastText
from cartolearn.errors import InputError
from cartolearn.label.files.add import add_file
from cartolearn.label.project.folder import Project
from tests.embeddings.small import dataset
from tests.label.conftest import run, toy_project, toy_texts
from tests.reliability.conftest import finished, texts  # noqa: F401  (fixtures)


@pytest.fixture
def labelled(tmp_path: Path) -> Project:
    events = [
        {"event": "label", "id": i, "label": label} for i, label in enumerate(toy_texts()[1][:40])
    ]
    return toy_project(tmp_path / "p", events)


def flip(path: Path, draw: random.Random) -> None:
    data = bytearray(path.read_bytes())
    bit = draw.randrange(8 * len(data))
    data[bit // 8] ^= 1 << bit % 8
    path.write_bytes(data)


def texts_or_error(path: Path) -> list[str] | str:
    try:
        return list(Project.open(path).texts)
    except InputError as error:
        return str(error)


def test_a_flip_in_the_texts_changes_none_in_silence(labelled: Project) -> None:
    path, texts = labelled.path / "texts.parquet", list(labelled.texts)  # noqa: F811
    whole, draw, noticed = path.read_bytes(), random.Random(0), 0  # noqa: S311
    for _ in range(400):
        flip(path, draw)
        read = texts_or_error(labelled.path)
        assert read == texts or (isinstance(read, str) and len(read.splitlines()) == 1)
        noticed += read != texts
        path.write_bytes(whole)
    assert noticed > 100


def with_columns(path: Path) -> Project:
    rows = [[f"order {row}", text, row] for row, text in enumerate(toy_texts()[0])]
    names = ["order", "text", "row"]
    return toy_project(path, columns=lambda target: write_columns(target, names, "text", rows))


def test_a_flip_in_the_other_columns_is_noticed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = with_columns(tmp_path / "p")
    assert list(project.columns([3])[1]) == [(3, ["order 3", project.texts[3], 3])]
    path, draw = project.path / "columns.parquet", random.Random(0)  # noqa: S311
    whole = path.read_bytes()
    for _ in range(40):
        flip(path, draw)
        with pytest.raises(InputError, match=r"columns\.parquet is missing, damaged"):
            project.columns([3])
        path.write_bytes(whole)
    path.unlink()
    assert run("check", project.path) == 2
    out = capsys.readouterr().out
    assert "columns.parquet is missing" in out
    assert "only export needs it" in out
    assert list(Project.open(project.path).texts) == list(project.texts)


def test_a_folder_whose_columns_could_not_be_kept_is_no_project(tmp_path: Path) -> None:
    def full(target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        toy_project(tmp_path / "p", columns=full)
    with pytest.raises(InputError, match="is no labelling project"):
        Project.open(tmp_path / "p")
    assert toy_project(tmp_path / "p").columns([0])[0] == ["text"]


def test_a_flip_in_the_log_loses_only_its_line(
    labelled: Project, caplog: pytest.LogCaptureFixture
) -> None:
    path, labels = labelled.log_path, labelled.state().labels
    whole, draw = path.read_bytes(), random.Random(0)  # noqa: S311
    for _ in range(300):
        caplog.clear()
        flip(path, draw)
        left = Project.open(labelled.path).state().labels
        assert left.items() <= labels.items()
        assert len(left) == len(labels) or "ignoring it" in caplog.text
        path.write_bytes(whole)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"event": "label", "id": 240, "label": "bug"}, "no text has the id 240"),
        ({"event": "label", "id": -1, "label": "bug"}, "no text has the id -1"),
        ({"event": "label", "id": True, "label": "bug"}, "no text has the id True"),
        ({"event": "label", "label": "bug"}, "no text has the id None"),
        ({"event": "label", "id": 1, "label": "bog"}, "no class is called 'bog'"),
        ({"event": "label", "id": 1, "label": ["bug"]}, "no class is called ['bug']"),
        ({"event": "again", "id": 1, "label": "bog"}, "no class is called 'bog'"),
        ({"event": "classes", "names": "abc"}, "its classes are no names"),
        ({"event": "batch", "picks": [{"id": 1}]}, "a pick is no pick"),
        ({"event": "batch", "picks": [{"id": 1, "how": "x", "y": 1}]}, "a pick is no pick"),
        ({"event": "batch", "picks": [{"id": 1, "how": "x", "probability": 2}]}, "no probability"),
        ({"event": "batch", "picks": 3}, "its picks are no list"),
        ({"event": "label", "id": 1, "label": "bug", "at": 3}, "does not say who and when"),
    ],
)
def test_events_that_cannot_be_are_passed_over_and_named(
    labelled: Project, caplog: pytest.LogCaptureFixture, event: log.Event, reason: str
) -> None:
    before = labelled.state()
    log.append(labelled.log_path, [event])
    after = labelled.state()
    assert (after.labels, after.batches, after.classes) == (
        before.labels, before.batches, before.classes,
    )  # fmt: skip
    assert "line 42" in caplog.text
    assert reason in caplog.text


def test_a_project_of_before_checksums_opens_and_gets_them(labelled: Project) -> None:
    lines = [json.loads(line) for line in labelled.log_path.read_text().splitlines()]
    old = [{k: v for k, v in line.items() if k != "sum"} for line in lines[1:]]
    labelled.log_path.write_text("".join(json.dumps(line) + "\n" for line in old))
    assert len(labelled.state().labels) == 40
    assert log.made_of(labelled.log_path) == {}
    labelled.record([{"event": "label", "id": 50, "label": "bug"}])
    assert len(labelled.state().labels) == 41
    assert {"sha256", "columns"} <= set(log.made_of(labelled.log_path))
    assert labelled.log_path.read_text().splitlines()[-1].count('"sum"') == 1
    assert check([str(labelled.path)]) == 0


def test_reading_on_is_reading_all(labelled: Project) -> None:
    state = labelled.state()
    labelled.record([{"event": "label", "id": 50, "label": "bug"}])
    with labelled.log_path.open("ab") as file:
        file.write(b'{"event": "lab')  # a kill
    labelled.catch_up(state)
    labelled.record([{"event": "label", "id": 51, "label": "bug"}])
    labelled.catch_up(state)
    labelled.catch_up(state)
    whole = labelled.state()
    assert state.labels == whole.labels
    assert state.log_length == whole.log_length
    assert state.tail == whole.tail


def test_check_names_what_is_damaged_and_where_from(
    labelled: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("check", labelled.path) == 0
    assert "nothing is damaged" in capsys.readouterr().out
    lines = labelled.log_path.read_bytes().splitlines(keepends=True)
    lines[3] = lines[3].replace(b'"id": 2', b'"id": 9')
    labelled.log_path.write_bytes(b"".join(lines))
    other = toy_project(labelled.path.parent / "other", size=239)
    shutil.copy(other.path / "texts.parquet", labelled.path)
    assert run("check", labelled.path) == 2
    out = capsys.readouterr().out
    assert "labels.jsonl: line 4: cut short or damaged" in out
    assert "texts.parquet is missing, damaged or was changed" in out
    assert "from toy.csv: make another project of it" in out
    for command in (["status", labelled.path], ["next", labelled.path]):
        assert run(*command) == 2
        assert "it is not what the project was made of" in capsys.readouterr().err


def test_two_contradictory_files_at_once_are_never_both_taken(labelled: Project) -> None:
    for trial in range(5):
        row = 100 + trial
        files = []
        for name in ("bug", "feature"):
            files.append(labelled.path.parent / f"{name}{trial}.csv")
            files[-1].write_text(f"id,label\n{row},{name}\n")
        start = threading.Barrier(2)

        def add(file: Path, start: threading.Barrier = start) -> None:
            start.wait()
            add_file(Project.open(labelled.path), file, by=file.stem)

        threads = [threading.Thread(target=add, args=(file,)) for file in files]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(labelled.state().answers[row]) == 1


def test_check_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check([str(tmp_path)]) == 2
    assert "holds no run, no labelling project and no audit" in capsys.readouterr().err


def test_a_project_file_of_another_kind_is_a_finding(
    labelled: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    file = labelled.path / "project.yaml"
    file.write_text(yaml.safe_dump({"source": "x"}))
    assert check([str(labelled.path)]) == 2
    assert "project.yaml" in capsys.readouterr().out


def test_a_model_folder_that_changed_after_features_were_cached_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    vectors = tmp_path / "words.vec"
    vectors.write_text("2 2\na 1 0\nb 0 1\n")
    embedding = FastText(str(vectors), None, str(tmp_path), 9, "mean", "none", None)
    data = dataset(["a b", "b"])
    features_of(data, embedding, tmp_path)
    features_of(data, embedding, tmp_path)
    assert "anew" not in caplog.text
    vectors.write_text("2 2\na 1 0\nb 1 1\n")
    features_of(data, embedding, tmp_path)
    assert "computing features anew: changed since" in caplog.text

import json
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from cartolearn import event_log
from cartolearn.errors import InputError
from cartolearn.event_log import Event
from cartolearn.label.files.intake import take_in
from cartolearn.label.project import folder
from cartolearn.label.project.folder import Project, Settings
from tests.label.conftest import run

ROWS = [("it crashes", "bug"), ('quote "x", comma', ""), ("=SUM(A1)", "idea")]


def write(folder: Path, kind: str) -> Path:
    path = folder / f"texts.{kind}"
    if kind == "parquet":
        table = {"body": [text for text, _ in ROWS], "label": [label or None for _, label in ROWS]}
        parquet.write_table(pa.table(table), path)
    elif kind == "jsonl":
        rows = [{"body": text, "label": label} if label else {"body": text} for text, label in ROWS]
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    else:
        rows_csv = ['"it crashes",bug', '"quote ""x"", comma",', "=SUM(A1),idea"]
        path.write_text("\n".join(["body,label", *rows_csv]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_every_format_gives_the_same_texts_and_labels(tmp_path: Path, kind: str) -> None:
    taken = take_in(write(tmp_path, kind), "body", None, [], drop_empty=False)
    assert list(taken.texts) == [text for text, _ in ROWS]
    assert [(e["id"], e["label"]) for e in taken.events] == [(0, "bug"), (2, "idea")]
    assert taken.classes == ["bug", "idea"]


def test_a_label_that_is_no_class_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"texts\.csv, line 4: the label 'idea' is not one"):
        take_in(write(tmp_path, "csv"), "body", None, ["bug"], drop_empty=False)


def test_empty_texts_are_refused_or_left_out(tmp_path: Path) -> None:
    path = tmp_path / "texts.csv"
    path.write_text("text,label\na,x\n  ,y\nb,y\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"line 3: the text is empty"):
        take_in(path, "text", None, [], drop_empty=False)
    taken = take_in(path, "text", None, [], drop_empty=True)
    assert (list(taken.texts), taken.dropped) == (["a", "b"], 1)
    assert [(e["id"], e["label"]) for e in taken.events] == [(0, "x"), (1, "y")]


def test_a_missing_column_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no column 'boody'\. Did you mean 'body'"):
        take_in(write(tmp_path, "csv"), "boody", None, [], drop_empty=False)
    with pytest.raises(InputError, match="no column 'topic'"):
        take_in(write(tmp_path, "csv"), "body", "topic", [], drop_empty=False)


def test_init_makes_a_project_of_plain_files(tmp_path: Path) -> None:
    out = tmp_path / "project"
    words = [write(tmp_path, "csv"), "--text", "body", "--out", out, "--classes", "bug, idea,other"]
    assert run("init", *words, "embedding=tfidf_svd", "strategy=entropy", "seed=3") == 0
    project = Project.open(out)
    assert list(project.texts) == [text for text, _ in ROWS]
    assert project.state().classes == ["bug", "idea", "other"]
    assert project.options.strategy_name == "entropy"
    assert project.options.seed == 3
    assert {path.name for path in out.iterdir()} <= {
        "project.yaml",
        "texts.parquet",
        "columns.parquet",
        "labels.jsonl",
        "labels.lock",
    }


def test_init_does_not_write_over_a_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [write(tmp_path, "csv"), "--text", "body", "--out", tmp_path / "p"]
    assert run("init", *words, "embedding=tfidf_svd") == 0
    before = (tmp_path / "p" / "labels.jsonl").read_bytes()
    assert run("init", *words, "embedding=tfidf_svd") == 2
    assert "is a project already" in capsys.readouterr().err
    assert (tmp_path / "p" / "labels.jsonl").read_bytes() == before
    assert run("init", *words[:-1], words[0], "embedding=tfidf_svd") == 2
    assert "is a file; choose another folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("strategy=nonsense", "nonsense"),
        ("labelling.random_share=2", "labelling.random_share"),
        ("labelling.wrong_share=0.5", "labelling.wrong_share"),
        ("labelling.random_shar=0.2", "did you mean labelling.random_share?"),
    ],
)
def test_a_wrong_option_writes_nothing(
    tmp_path: Path, option: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [write(tmp_path, "csv"), "--text", "body", "--out", tmp_path / "p"]
    assert run("init", *words, "embedding=tfidf_svd", option) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "p").exists()


def test_what_is_no_project_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("classes", tmp_path / "nowhere") == 2
    assert "is no labelling project" in capsys.readouterr().err
    (tmp_path / "file.csv").touch()
    assert run("next", tmp_path / "file.csv") == 2
    assert "file.csv is no labelling project" in capsys.readouterr().err
    (tmp_path / "project.yaml").write_text("source: a\n", encoding="utf-8")
    assert run("classes", tmp_path) == 2
    assert "project.yaml: text_column" in capsys.readouterr().err


def test_the_first_labels_are_written_some_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    append = event_log.append

    def counted(path: Path, events: list[Event]) -> list[Event]:
        written.append(len(events))
        return append(path, events)

    monkeypatch.setattr(event_log, "append", counted)
    monkeypatch.setattr(folder, "AT_ONCE", 2)
    file = tmp_path / "in.csv"
    file.write_text("text,label\n" + "".join(f"t{n},{'ab'[n % 2]}\n" for n in range(6)))
    taken = take_in(file, "text", None, [], drop_empty=False)
    settings = Settings("in.csv", "text", taken.classes, 0, ["embedding=tfidf_svd"])
    project = Project.create(tmp_path / "p", settings, taken.texts, taken.events)
    assert written == [2, 2, 2, 1]  # what the texts sum up to, and six labels
    labels = project.state().labels
    assert [labels[row].label for row in range(6)] == ["a", "b"] * 3


def test_texts_with_several_labels_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "my.csv"
    path.write_text("text,label\none,a\ntwo,a\none,b\ntwo,a\nthree,\none,a\n", encoding="utf-8")
    assert run("init", path, "--out", tmp_path / "p", "embedding=tfidf_svd") == 0
    told = capsys.readouterr().out
    assert "3 duplicate texts" in told
    assert "1 texts occur with several labels" in told


def test_one_column_is_not_both_text_and_label(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "my.csv"
    path.write_text("text\none\ntwo\n", encoding="utf-8")
    assert run("init", path, "--out", tmp_path / "p", "--label", "text") == 2
    assert "--text and --label are both 'text'" in capsys.readouterr().err
    assert not (tmp_path / "p").exists()


def test_a_project_is_no_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "my.csv"
    path.write_text("text,date\none,1\ntwo,2\n", encoding="utf-8")
    assert run("init", path, "--out", tmp_path / "p", "embedding=tfidf_svd") == 0
    assert run("init", tmp_path / "p", "--out", tmp_path / "q") == 2
    assert "is a labelling project or an audit and no table" in capsys.readouterr().err

"""``cartolearn embed``: a file, a labelling project, an audit."""

from pathlib import Path

import numpy as np
import pytest

from cartolearn.commands.audit import main as audit
from cartolearn.commands.embed import main as embed
from cartolearn.commands.label import main as label
from cartolearn.embeddings.cache import features_of
from cartolearn.embeddings.wordllama import WordLlama
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.folder import Project
from tests.embeddings.test_shards import contents, corpus

TEXTS = [f"text {i} says {word}" for i, word in enumerate(("apple", "pear", "plum") * 4)]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "texts.csv"
    rows = [f"{text},{'ab'[i % 2]}" for i, text in enumerate(TEXTS)]
    path.write_text("\n".join(["body,topic", *rows]) + "\n")
    return path


def test_a_file_becomes_shards_that_go_on(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [str(table), "--text", "body", "--out", str(tmp_path / "out"), "features.shard_rows=5"]
    assert embed(words) == 0
    assert "12 rows x 256 as float32, in 3 shard(s)" in capsys.readouterr().out
    given = features_of(corpus(TEXTS), WordLlama(), tmp_path, given=tmp_path / "out")
    np.testing.assert_array_equal(given[:], WordLlama().embed(corpus(TEXTS)).features)
    before = contents(tmp_path / "out")
    (tmp_path / "out" / "00001.npy").unlink()
    assert embed(words) == 0
    assert contents(tmp_path / "out") == before


@pytest.mark.parametrize("command", [label, audit])
def test_a_project_finds_what_was_embedded(
    command: object, table: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    project = tmp_path / "project"
    classes = ["--classes", "a,b"] if command is label else ["--label", "topic"]
    words = [*classes, "embedding=wordllama", "features.dtype=float16", "features.shard_rows=7"]
    assert command(["init", str(table), "--text", "body", "--out", str(project), *words]) == 0  # type: ignore[operator]
    assert embed([str(project)]) == 0
    folders = list((project / "derived" / "features").glob("*/manifest.json"))
    assert len(folders) == 1
    assert command(["next", str(project), "-n", "3"]) == 0  # type: ignore[operator]
    assert list((project / "derived" / "features").glob("*/manifest.json")) == folders
    assert "computing" not in caplog.text


def test_labelling_reads_a_folder_that_is_given(table: Path, tmp_path: Path) -> None:
    project, out = tmp_path / "project", tmp_path / "out"
    assert embed([str(table), "--text", "body", "--out", str(out)]) == 0
    words = ["--text", "body", "--out", str(project), "embedding=wordllama"]
    assert label(["init", str(table), *words]) == 0
    assert label(["next", str(project), "-n", "3", f"paths.features={out}"]) == 0
    assert not (project / "derived" / "features").exists()
    opened = ProjectFeatures.of(Project.open(project, [f"paths.features={out}"]))
    np.testing.assert_array_equal(
        opened.raw(np.arange(12)), WordLlama().embed(corpus(TEXTS)).features
    )


def test_what_cannot_be_is_one_line(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert embed([str(table), "--text", "body"]) == 2
    assert "say where to write with --out FOLDER" in capsys.readouterr().err
    assert embed([str(table), "--text", "bodi", "--out", str(out)]) == 2
    assert "Did you mean 'body'" in capsys.readouterr().err
    assert embed([str(table), "--text", "body", "--out", str(out), "features.dtype=float8"]) == 2
    assert "features.dtype" in capsys.readouterr().err
    assert embed([str(table), "--text", "body", "--out", str(tmp_path)]) == 2
    assert "holds something else" in capsys.readouterr().err
    assert embed([str(table), "--text", "body", "--out", str(out), "embedding.max_token=3"]) == 2
    assert "max_token" in capsys.readouterr().err
    assert not out.exists()
    words = ["--text", "body", "--out", str(tmp_path / "project"), "embedding=wordllama"]
    assert label(["init", str(table), *words]) == 0
    assert embed([str(table), "--text", "topic", "--out", str(out)]) == 0
    before = contents(out)
    assert label(["next", str(tmp_path / "project"), f"paths.features={out}"]) == 2
    told = capsys.readouterr().err
    assert "are of other texts" in told
    assert len(told.strip().splitlines()) == 1
    assert contents(out) == before

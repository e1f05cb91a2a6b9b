import csv
from pathlib import Path

import numpy as np
import pytest

from cartolearn.data.kept_texts import ProjectTexts
from cartolearn.label.measuring.suspects import find_suspects
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.folder import Project, Settings
from tests.label.conftest import run, toy_project


def with_wrong_labels(path: Path, gold: list[str]) -> tuple[Project, set[int]]:
    wrong = set(range(0, 240, 12))
    names = sorted(set(gold))
    said = [names[(names.index(g) + (i in wrong)) % 3] for i, g in enumerate(gold)]
    events = [{"event": "label", "id": i, "label": name} for i, name in enumerate(said)]
    return toy_project(path, events), wrong


def test_wrong_labels_come_first(tmp_path: Path, gold: list[str]) -> None:
    project, wrong = with_wrong_labels(tmp_path / "p", gold)
    features = ProjectFeatures.of(project)
    found = find_suspects(features, project.state())
    assert sorted(found.ids.tolist()) == list(range(240))
    assert np.all(np.diff(found.confidence) >= 0)
    top = found.ids[:20].tolist()
    assert sum(row in wrong for row in top) / 20 > 3 * len(wrong) / 240
    for values in (found.confidence, found.correctness):
        assert np.all((values >= 0) & (values <= 1))
    assert np.all((found.variability >= 0) & (found.variability <= 0.5))
    again = find_suspects(features, project.state())
    assert np.array_equal(found.ids, again.ids)


def test_the_list_goes_out_and_comes_back(tmp_path: Path, gold: list[str]) -> None:
    project, _ = with_wrong_labels(tmp_path / "p", gold)
    assert run("suspects", project.path, "-n", 12) == 0
    sheet = project.path / "suspects.csv"
    with sheet.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 12
    for row in rows:
        assert row["given"] == project.state().labels[int(row["id"])].label
        row["label"] = gold[int(row["id"])]
    with sheet.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    assert run("add", project.path, sheet) == 0
    labels = project.state().labels
    assert all(labels[int(row["id"])].label == gold[int(row["id"])] for row in rows)


def test_brackets_in_texts_and_classes_are_shown_as_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = [f"{'crash error' if i % 2 else 'please add'} nr{i} [/b] :bug:" for i in range(40)]
    names = ["[red]", "[/x]"]
    options = ["embedding=tfidf_svd", "embedding.dimensions=4", "trainer.max_epochs=5"]
    settings = Settings("toy.csv", "text", names, 0, options)
    events = [{"event": "label", "id": i, "label": names[i % 2]} for i in range(40)]
    project = Project.create(tmp_path / "p", settings, texts, events)
    for words in (["classes"], ["status"], ["suspects", "-n", "9"]):
        assert run(words[0], project.path, *words[1:]) == 0
        out = capsys.readouterr().out
        assert "[/x]" in out
    assert "[/b]" in out
    assert ":bug:" in out


def test_predict_labels_new_texts(tmp_path: Path, gold: list[str]) -> None:
    project, _ = with_wrong_labels(tmp_path / "p", gold)
    new = tmp_path / "new.jsonl"
    new.write_text('{"text": "crash error broken"}\n{"text": "please add option wish"}\n', "utf-8")
    assert run("predict", project.path, new) == 0
    with (tmp_path / "new.predicted.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["label"] for row in rows] == ["bug", "feature"]
    for row in rows:
        shares = [float(row[f"p({name})"]) for name in project.settings.classes]
        assert sum(shares) == pytest.approx(1, abs=1e-3)
        assert float(row["probability"]) == max(shares)


def test_what_needs_a_model_says_so_without_one(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = tmp_path / "new.csv"
    new.write_text("text\na\n", encoding="utf-8")
    for words in (["predict", project.path, new], ["suspects", project.path]):
        assert run(*words) == 2
        assert "needs labels of at least two classes" in capsys.readouterr().err


def test_raw_features_are_those_before_they_were_standardised(project: Project) -> None:
    features = ProjectFeatures.of(project)
    embedding, texts = project.options.embedding, ProjectTexts(project.texts, len(project.texts))
    raw = embedding.embed(texts).features[[5, 2]]
    np.testing.assert_allclose(features.raw(np.array([5, 2])), raw, atol=1e-5)

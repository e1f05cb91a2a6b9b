"""The dear candidate, on an encoder of a few thousand weights."""

import json
from pathlib import Path

import numpy as np
import pytest

from cartolearn import load
from cartolearn.label.model.chosen import choose, train
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.model.tuned import held_out_outputs, kept_outputs
from cartolearn.label.project.folder import Project
from tests.label.conftest import run, toy_project
from tests.models.tiny import write_encoder

pytest.importorskip("transformers")


@pytest.fixture
def project(tmp_path: Path, gold: list[str]) -> Project:
    events = [{"event": "label", "id": i, "label": gold[i]} for i in range(24)]
    options = [
        f"transformer.encoder={write_encoder(tmp_path / 'encoder', layers=1)}",
        "transformer.epochs=1",
        "transformer.folds=2",
    ]
    return toy_project(tmp_path / "project", events, more=options)


def test_it_is_compared_when_asked_and_remembered_until_there_are_more_labels(
    project: Project, gold: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    features, state = ProjectFeatures.of(project), project.state()
    assert kept_outputs(features, state.ids, state.targets, 3) is None
    assert "transformer" not in [score.name for score in choose(features, state).scores]
    assert run("status", project.path, "--transformer", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["candidates"][-1]["name"] == "transformer"
    known = kept_outputs(features, state.ids, state.targets, 3)
    assert known is not None
    assert np.isfinite(known).all()
    assert np.array_equal(held_out_outputs(features, state.ids, state.targets, 3), known)
    assert "transformer" in [score.name for score in choose(features, state).scores]
    project.record([{"event": "label", "id": 30, "label": gold[30]}])
    assert "transformer" not in [score.name for score in choose(features, project.state()).scores]


def test_it_goes_out_and_comes_back_the_same(project: Project, tmp_path: Path) -> None:
    pinned = "labelling.model=transformer"
    assert run("train", project.path, "--out", tmp_path / "model", pinned) == 0
    again = load(tmp_path / "model")
    opened = Project.open(project.path, [pinned])
    features, state = ProjectFeatures.of(opened), opened.state()
    model = train(features, state, choose(features, state))
    texts = [*project.texts[:9], "", "who is"]
    np.testing.assert_allclose(again.predict_proba(texts), model.predict_proba(texts), atol=1e-6)
    alone = np.concatenate([again.predict_proba([text]) for text in texts])
    np.testing.assert_allclose(alone, again.predict_proba(texts), atol=1e-5)
    files = {path.name for path in (tmp_path / "model" / "encoder").iterdir()}
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= files
    assert again.about["chosen"] == "transformer"
    assert 0 <= again.about["accuracy"]["low"] <= again.about["accuracy"]["value"]


def test_an_encoder_that_is_not_there_is_named(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["labelling.model=transformer", f"transformer.encoder={tmp_path / 'nothing'}"]
    assert run("train", project.path, "--out", tmp_path / "model", *words) == 2
    assert "there is no such folder" in capsys.readouterr().err
    assert not (tmp_path / "model").exists()

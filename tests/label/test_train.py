"""A project's model goes out: the same labels and probabilities as ``predict``, elsewhere."""

import csv
from pathlib import Path

import numpy as np
import pytest

from cartolearn import load
from cartolearn.label.model.chosen import pick
from cartolearn.label.model.scores import Score
from cartolearn.label.model.weights import calibrating_weights, undoing_weights
from cartolearn.label.project.folder import Project
from tests.label.conftest import run, toy_project


@pytest.fixture
def labelled(tmp_path: Path, gold: list[str]) -> Project:
    events = [{"event": "label", "id": i, "label": gold[i]} for i in range(60)]
    return toy_project(tmp_path / "project", events, more=["labelling.model=words+wordllama"])


def test_a_model_says_what_predict_says(labelled: Project, tmp_path: Path) -> None:
    new = tmp_path / "new.csv"
    texts = [*labelled.texts[100:120], "crash", "how where"]
    new.write_text("text\n" + "\n".join(texts) + "\n", encoding="utf-8")
    assert run("predict", labelled.path, new) == 0
    assert run("train", labelled.path, "--out", tmp_path / "model") == 0
    with (tmp_path / "new.predicted.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    said = load(tmp_path / "model").predict(texts)
    assert said.labels == [row["label"] for row in rows]
    assert said.probability.round(4).tolist() == [float(row["probability"]) for row in rows]
    about = load(tmp_path / "model").about
    assert about["labels_per_class"] == {"bug": 20, "feature": 20, "question": 20}
    assert about["accuracy"]["low"] <= about["accuracy"]["value"] <= about["accuracy"]["high"]
    assert "Accuracy" in (tmp_path / "model" / "README.md").read_text("utf-8")


def test_rows_that_can_be_accepted_are_marked(
    labelled: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = tmp_path / "new.csv"
    new.write_text("text\ncrash error\nword1 word2\n\n", encoding="utf-8")
    assert run("predict", labelled.path, new, "--accept", "0.9") == 0
    threshold = float(capsys.readouterr().out.replace("\n", " ").split("(probability ")[1][:6])
    with (tmp_path / "new.predicted.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["accept"] for row in rows} == {"yes", ""}
    for row in rows:
        assert (row["accept"] == "yes") == (float(row["probability"]) >= threshold)
    for wrong in ("95", "0", "x"):
        with pytest.raises(SystemExit):
            run("predict", labelled.path, new, "--accept", wrong)
        assert "--accept" in capsys.readouterr().err


def test_bad_input_is_told_before_any_work(
    labelled: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").touch()
    for words, says in (
        (["--out", tmp_path / "full"], "no model; choose another place"),
        (["--out", tmp_path / "m", "labelling.model=word"], "did you mean words?"),
        (["--out", tmp_path / "m", "labelling.model=majority"], "there is no such model"),
    ):
        assert run("train", labelled.path, *words) == 2
        err = capsys.readouterr().err
        assert says in err, err
        assert err.count("\n") == 1
    assert not (tmp_path / "m").exists()


def test_a_project_without_labels_has_no_model(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("train", project.path, "--out", tmp_path / "m") == 2
    assert "needs labels of at least two classes" in capsys.readouterr().err


def score(name: str, accuracy: float, error: float) -> Score:
    return Score(name, accuracy, 0.5, 1.0, 0.0, error, 1.0, 0.1)


@pytest.mark.parametrize(
    ("joined", "error", "taken"),
    [(0.80, 0.02, "words+e"), (0.77, 0.02, "words+e"), (0.76, 0.02, "e"), (0.76, 0.04, "words+e")],
)
def test_the_joined_one_is_taken_if_it_is_within_chance_of_the_best(
    joined: float, error: float, taken: str
) -> None:
    scores = [
        score("majority", 0.9, 0.0),
        score("words", 0.7, 0.02),
        score("e", 0.795, 0.0),
        score("words+e", joined, error),
    ]
    assert scores[pick(scores)[0]].name == taken
    even = [score("words", 0.7, 0.0), score("words+e", 0.7, 0.0), score("e", 0.7, 0.0)]
    assert pick(even) == (1, "it is right most often")
    assert pick(scores, "words") == (1, "it is pinned by labelling.model")


def test_weights_undo_what_looked_at_confidence() -> None:
    random = np.random.default_rng(0)
    everything = random.random(5000)
    right = random.random(5000) < everything
    hard = np.argsort(everything)[:800]
    ids = np.concatenate([random.choice(hard, 200, replace=False), random.permutation(5000)[:60]])
    weights = undoing_weights(everything[ids], everything)
    assert weights.mean() == pytest.approx(1)
    assert right[ids].mean() < right.mean() - 0.2
    assert (weights @ right[ids]) / weights.sum() == pytest.approx(right.mean(), abs=0.06)
    np.testing.assert_allclose(undoing_weights(everything[:3], everything), 1)


def test_chosen_labels_count_as_forty_random_ones_where_confidence_is_made_true() -> None:
    mixed = calibrating_weights(np.arange(120) < 20)
    np.testing.assert_allclose(mixed, [1] * 20 + [0.4] * 100)
    np.testing.assert_allclose(calibrating_weights(np.arange(30) < 20), 1)
    np.testing.assert_allclose(calibrating_weights(np.zeros(100, dtype=bool)), 1)

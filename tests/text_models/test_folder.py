"""A model goes out as a folder and comes back the same; what is damaged or foreign is refused."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load as tensors_of
from safetensors.numpy import save as bytes_of

from cartolearn import InputError, load
from cartolearn.embeddings.wordllama import WordLlama, package_folder
from cartolearn.text_models.encoders import Pieces
from cartolearn.text_models.folder import save
from cartolearn.text_models.text_model import TextModel, fit_text_model
from tests.label.conftest import toy_texts


@pytest.fixture(scope="module")
def model() -> TextModel:
    texts, labels = toy_texts(60)
    names = sorted(set(labels))
    encoder = Pieces(WordLlama(50, "mean"), package_folder())
    targets = np.array([names.index(label) for label in labels])
    fitted = fit_text_model(texts, targets, names, words=True, encoder=encoder, temperature=0.7)
    return replace(fitted, about={"chosen": "words|<b>", "labels": 60})


@pytest.fixture
def folder(tmp_path: Path, model: TextModel) -> Path:
    save(model, tmp_path / "model")
    return tmp_path / "model"


def test_it_comes_back_the_same(folder: Path, model: TextModel) -> None:
    texts = [*toy_texts()[0][60:90], "", "x", "日本 😀"]
    again = load(folder)
    assert np.array_equal(again.predict_proba(texts), model.predict_proba(texts))
    said = again.predict(texts)
    assert said.labels == [model.classes[i] for i in said.probabilities.argmax(axis=1)]
    assert np.array_equal(said.probability, said.probabilities.max(axis=1))
    assert again.about == model.about
    assert again.predict([]).labels == []
    assert again.predict_proba([]).shape == (0, 3)
    with pytest.raises(TypeError, match="a list of texts"):
        again.predict("one text")
    with pytest.raises(TypeError, match=r"texts\[1\] is int"):
        again.predict(["a", 3])  # type: ignore[list-item]


def test_a_text_has_its_probabilities_whatever_stands_beside_it(model: TextModel) -> None:
    texts = toy_texts()[0][60:70]
    alone = np.concatenate([model.predict_proba([text]) for text in texts])
    np.testing.assert_allclose(alone, model.predict_proba(texts), atol=1e-6)


def test_the_card_and_the_files_are_plain(folder: Path) -> None:
    files = {path.name for path in folder.rglob("*") if path.is_file()}
    assert {"model.json", "weights.safetensors", "ngrams.json", "README.md", "SHA256SUMS"} <= files
    assert not [name for name in files if name.endswith((".pkl", ".bin", ".pt", ".py"))]
    card = (folder / "README.md").read_text("utf-8")
    assert "words\\|\\<b>" in card
    assert json.loads((folder / "model.json").read_text("utf-8"))["classes"] == [
        "bug", "feature", "question",
    ]  # fmt: skip


def test_a_folder_is_never_overwritten_unasked(
    folder: Path, tmp_path: Path, model: TextModel
) -> None:
    before = (folder / "SHA256SUMS").read_bytes()
    with pytest.raises(InputError, match="give --overwrite"):
        save(model, folder)
    save(replace(model, temperature=2.0), folder, overwrite=True)
    assert load(folder).temperature == 2
    assert (folder / "SHA256SUMS").read_bytes() != before
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="something that is no model"):
        save(model, tmp_path / "other", overwrite=True)
    with pytest.raises(InputError, match="is no folder"):
        save(model, tmp_path / "other" / "thesis.txt", overwrite=True)
    assert {path.name for path in tmp_path.iterdir()} == {"model", "other"}


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("model.json", lambda b: b.replace(b'"temperature": 0.7', b'"temperature": 0.8'), "damag"),
        ("weights.safetensors", lambda b: b[:-1], "damaged"),
        ("ngrams.json", lambda b: b.replace(b"crash", b"trash"), "damaged"),
    ],
)
def test_what_is_damaged_is_named(folder: Path, name: str, change: object, says: str) -> None:
    file = folder / name
    file.write_bytes(change(file.read_bytes()))  # type: ignore[operator]
    with pytest.raises(InputError, match=f"{name} is {says}"):
        load(folder)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("model.json", "{}", "format"),
        ("model.json", "[]", "its format is None, and this version reads"),
        ("model.json", '{"format": "cartolearn text model 2"}', "a newer one may read it"),
        ("weights.safetensors", "x", "weights.safetensors"),
        ("ngrams.json", '{"words": ["a"], "letters": []}', "does not go with"),
        ("ngrams.json", '{"words": 3}', "ngrams.json.words: Input should be a valid list"),
        ("ngrams.json", "{}", "other n-grams"),
        ("ngrams.json", "[]", "ngrams.json: Input should be a valid dictionary"),
    ],
)
def test_what_somebody_made_up_is_refused(folder: Path, name: str, content: str, says: str) -> None:
    (folder / "SHA256SUMS").unlink()
    (folder / name).write_text(content)
    with pytest.raises(InputError, match=says):
        load(folder)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("classes", "abc", "model.json.classes: Input should be a valid list"),
        ("classes", ["a", 1, "b"], r"model.json.classes.1: Input should be a valid string"),
        ("classes", ["a", "a", "b"], "classes holds a name twice"),
        ("classes", [], "model.json.classes: List should have at least 1"),
        ("temperature", "1", "model.json.temperature: Input should be a valid number"),
        ("temperature", True, "model.json.temperature: Input should be a valid number"),
        ("temperature", 0, "model.json.temperature: Input should be greater than 0"),
        ("reads", [], "model.json.reads: "),
        ("reads", {"ngrams": ["words"], "encoder": "x"}, "model.json.reads.encoder: "),
        ("about", [1], "model.json.about: Input should be a valid dictionary"),
    ],
)
def test_values_of_another_type_are_refused(
    folder: Path, key: str, value: object, says: str
) -> None:
    (folder / "SHA256SUMS").unlink()
    kept = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps(kept | {key: value}))
    with pytest.raises(InputError, match=says):
        load(folder)


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("matrix", lambda t: t.ravel(), "other dimensions"),
        ("bias", lambda t: t[:, None], "other dimensions"),
        ("rarity.words", lambda t: t[:, None], "other dimensions"),
        ("matrix", lambda t: t * np.float32(np.nan), "a number that is not finite"),
        ("matrix", lambda t: t.astype(np.float64), "does not go with"),
    ],
)
def test_weights_of_another_form_are_refused(
    folder: Path, name: str, change: Any, says: str
) -> None:
    (folder / "SHA256SUMS").unlink()
    weights = folder / "weights.safetensors"
    tensors = tensors_of(weights.read_bytes())
    weights.write_bytes(bytes_of(tensors | {name: change(tensors[name])}))
    with pytest.raises(InputError, match=says):
        load(folder)


def test_links_are_not_followed_and_nothing_is_no_model(folder: Path, tmp_path: Path) -> None:
    (folder / "ngrams.json").rename(tmp_path / "elsewhere.json")
    (folder / "ngrams.json").symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(InputError, match="symbolic link"):
        load(folder)
    with pytest.raises(InputError, match="holds no model"):
        load(tmp_path)

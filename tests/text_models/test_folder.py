"""A model goes out as a folder and comes back the same; what is damaged or foreign is refused."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

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
        ("model.json", "[]", "cannot be read as a model"),
        ("weights.safetensors", "x", "weights.safetensors"),
        ("ngrams.json", '{"words": ["a"], "letters": []}', "does not go with"),
        ("ngrams.json", '{"words": 3}', "other n-grams"),
    ],
)
def test_what_somebody_made_up_is_refused(folder: Path, name: str, content: str, says: str) -> None:
    (folder / "SHA256SUMS").unlink()
    (folder / name).write_text(content)
    with pytest.raises(InputError, match=says):
        load(folder)


def test_links_are_not_followed_and_nothing_is_no_model(folder: Path, tmp_path: Path) -> None:
    (folder / "ngrams.json").rename(tmp_path / "elsewhere.json")
    (folder / "ngrams.json").symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(InputError, match="symbolic link"):
        load(folder)
    with pytest.raises(InputError, match="holds no model"):
        load(tmp_path)

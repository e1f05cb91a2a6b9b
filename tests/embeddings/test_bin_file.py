import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cartolearn.embeddings.bin_file import read_bin
from cartolearn.errors import InputError

fasttext = pytest.importorskip("fasttext", reason="the extra fasttext-bin is not installed")
SENTENCES = "the quick brown fox jumps over the lazy dog\nEvery film has a Quick story\n" * 20


def train(folder: Path, **options: Any) -> tuple[Path, Any]:
    text, path = folder / "text.txt", folder / "tiny.bin"
    text.write_text(SENTENCES)
    model = fasttext.train_unsupervised(
        str(text), dim=8, minCount=1, epoch=1, thread=1, bucket=300, verbose=0, **options
    )
    model.save_model(str(path))
    return path, model


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    return train(tmp_path_factory.mktemp("bin"), minn=2, maxn=4)


def naive(model: Any, word: str) -> NDArray[np.float64]:
    """The mean over the word's own row, if it has one, and the rows of its subwords."""
    matrix = model.get_input_matrix().astype(np.float64)
    mean: NDArray[np.float64] = matrix[model.get_subwords(word)[1]].mean(axis=0)
    return mean


def test_known_words_lower_cased_words_and_words_of_subwords(tiny: tuple[Path, Any]) -> None:
    path, model = tiny
    words = ["fox", "FOX", "Quick", "quicker", "fox"]
    assert model.get_word_id("quicker") == model.get_word_id("FOX") == -1
    table = read_bin(path, words, 8)
    found = table.vectors[table.rows]
    assert found.dtype == np.float32
    for vector, form in zip(found, ["fox", "fox", "Quick", "quicker", "fox"], strict=True):
        np.testing.assert_allclose(vector, naive(model, form), rtol=1e-5)


def test_a_word_without_vector_or_subwords_has_none(tmp_path: Path) -> None:
    path, _ = train(tmp_path, minn=0, maxn=0)
    table = read_bin(path, ["fox", "unheard"], None)
    assert table.rows.tolist() == [0, -1]
    with pytest.raises(InputError, match="no word of the texts has a vector"):
        read_bin(path, ["unheard", "of"], None)


def test_another_dimension_than_asked(tiny: tuple[Path, Any]) -> None:
    with pytest.raises(InputError, match=r"8 dimensions, but embedding\.dimensions=300"):
        read_bin(tiny[0], ["fox"], 300)


def test_a_file_cut_short_anywhere(tiny: tuple[Path, Any], tmp_path: Path) -> None:
    content = tiny[0].read_bytes()
    path = tmp_path / "cut.bin"
    sizes = [0, 3, 91, 92, 93, 150, 300, 400, len(content) // 2, len(content) - 1]
    for size in sizes:
        path.write_bytes(content[:size])
        with pytest.raises(InputError, match=r"cut\.bin: .*cut short"):
            read_bin(path, ["fox"], None)


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "own.bin"
    path.write_bytes(b"something else, long enough to be a model" * 10)
    with pytest.raises(InputError, match=r"not a fastText \.bin file"):
        read_bin(path, ["fox"], None)
    with pytest.raises(InputError, match=r"none\.bin: .*No such file"):
        read_bin(tmp_path / "none.bin", ["fox"], None)


def test_without_the_binding(tiny: tuple[Path, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fasttext", None)
    with pytest.raises(InputError, match=r"pip install .*\[fasttext-bin\]"):
        read_bin(tiny[0], ["fox"], None)

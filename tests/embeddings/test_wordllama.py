from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer

import cartolearn.embeddings.wordllama as module
from cartolearn.embeddings.pooling import Pooling
from cartolearn.embeddings.wordllama import TENSOR, TOKENIZER, WEIGHTS, WordLlama
from cartolearn.errors import InputError
from tests.embeddings.small import dataset

TEXTS = ["A great film, truly!", "", "café 日本 😀", "a " * 60, "A great film, truly!", "dull"]


@pytest.mark.parametrize("pooling", ["sum", "mean"])
@pytest.mark.parametrize("max_tokens", [3, 50])
def test_features_are_the_naive_formula(pooling: Pooling, max_tokens: int) -> None:
    folder = module.package_folder()
    vectors = load_file(folder / WEIGHTS)[TENSOR].astype(np.float64)
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    expected = np.zeros((len(TEXTS), 256))
    tokens = 0
    for row, text in enumerate(TEXTS):
        ids = tokenizer.encode(text, add_special_tokens=False).ids[:max_tokens]
        tokens += len(ids)
        for number in ids:
            expected[row] += vectors[number] / (len(ids) if pooling == "mean" else 1)
    embedded = WordLlama(max_tokens, pooling).embed(dataset(TEXTS))
    assert embedded.features.dtype == np.float32
    np.testing.assert_allclose(embedded.features, expected, rtol=1e-4, atol=1e-5)
    assert embedded.report.tokens == tokens
    assert embedded.report.unknown_share == 0
    assert embedded.report.empty_ids == [1]


def test_similar_words_are_near() -> None:
    texts = ["excellent wonderful movie", "superb great film", "tax law of the province", "x"]
    features = WordLlama(50, "mean").embed(dataset(texts)).features
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    assert unit[0] @ unit[1] > unit[0] @ unit[2] + 0.2


def test_identity() -> None:
    embeddings = [WordLlama(50, "sum"), WordLlama(50, "mean"), WordLlama(51, "sum")]
    identities = [embedding.identity(dataset()) for embedding in embeddings]
    assert identities[0] == WordLlama(50, "sum").identity(dataset(TEXTS))
    assert all(identities.count(identity) == 1 for identity in identities)


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    with pytest.raises(InputError, match="pip install 'wordllama"):
        WordLlama(5, "sum").identity(dataset())


def test_a_package_that_is_not_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = module.package_folder()
    monkeypatch.setattr(module, "package_folder", lambda: tmp_path)
    for name in (TOKENIZER, WEIGHTS):
        with pytest.raises(InputError, match=r"is missing.*--force-reinstall"):
            WordLlama(5, "sum").embed(dataset())
        (tmp_path / name).parent.mkdir()
        content = (installed / name).read_bytes()
        (tmp_path / name).write_bytes(content if name == TOKENIZER else content[:5000])
    with pytest.raises(InputError, match=r"is damaged.*--force-reinstall"):
        WordLlama(5, "sum").embed(dataset())

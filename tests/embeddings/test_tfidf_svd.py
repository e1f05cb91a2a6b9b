import logging
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from cartolearn.embeddings.tfidf_svd import TfidfSvd
from cartolearn.errors import InputError
from tests.embeddings.small import dataset

TEXTS = [
    "red apples and green apples",
    "Green pears",
    "a train to the coast",
    "the train, the coast, the sea",
    "",
    "apples by the sea",
    "unheard words",
    "red red red pears",
]
HELD_OUT = 2


def weights() -> NDArray[np.float64]:
    """TF-IDF of ``TEXTS``, fitted on the train rows, word by word."""
    words = [text.lower().replace(",", "").split() for text in TEXTS]
    train = words[:-HELD_OUT]
    names = sorted({word for text in train for word in text})
    table = np.zeros((len(words), len(names)))
    for row, text in enumerate(words):
        for column, name in enumerate(names):
            with_it = sum(name in other for other in train)
            if name in text:
                idf = 1 + math.log((1 + len(train)) / (1 + with_it))
                table[row, column] = (1 + math.log(text.count(name))) * idf
        table[row] /= max(np.linalg.norm(table[row]), 1e-12)
    return table


def test_features_span_the_leading_singular_vectors() -> None:
    features = TfidfSvd(3, 50, 0).embed(dataset(TEXTS, HELD_OUT)).features
    table = weights()
    _, _, right = np.linalg.svd(table[:-HELD_OUT], full_matrices=False)
    expected = table @ right[:3].T
    signs = np.sign((features * expected).sum(axis=0))
    assert features.dtype == np.float32
    np.testing.assert_allclose(features, expected * signs, atol=1e-5)


def test_texts_of_one_word_alone() -> None:
    features = TfidfSvd(3, 50, 0).embed(dataset(["so", "so so", "so", "other"], 1)).features
    assert features.tolist() == [[1.0], [1.0], [1.0], [0.0]]


def test_report() -> None:
    report = TfidfSvd(3, 50, 0).embed(dataset(TEXTS, HELD_OUT)).report
    assert report.tokens == 5 + 2 + 5 + 6 + 0 + 4 + 2 + 4
    assert report.unknown_share == 2 / 28
    assert report.empty_ids == [4, 6]
    assert "6 train texts" in report.source


def test_words_after_max_tokens_do_not_count() -> None:
    cut = TfidfSvd(2, 2, 0).embed(dataset([" ".join(t.split()[:2]) for t in TEXTS])).features
    np.testing.assert_array_equal(TfidfSvd(2, 2, 0).embed(dataset(TEXTS)).features, cut)


def test_test_texts_do_not_change_the_fit() -> None:
    changed = [*TEXTS[:-HELD_OUT], "red red red pears", "something else entirely"]
    one = TfidfSvd(3, 50, 0).embed(dataset(TEXTS, HELD_OUT)).features
    other = TfidfSvd(3, 50, 0).embed(dataset(changed, HELD_OUT)).features
    np.testing.assert_array_equal(one[:-HELD_OUT], other[:-HELD_OUT])
    np.testing.assert_array_equal(one[-1], other[-2])


def test_dimensions_are_reduced_to_rows_and_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        rows = TfidfSvd(300, 50, 0).embed(dataset(TEXTS, HELD_OUT)).features
    assert rows.shape == (8, 6)
    assert "6 dimensions instead of 300" in caplog.text
    few_words = ["a b", "b a", "a", "b", "a", "b"]
    assert TfidfSvd(300, 50, 0).embed(dataset(few_words, HELD_OUT)).features.shape == (6, 2)


def test_the_same_twice_and_the_global_generator_untouched() -> None:
    generator = np.random.default_rng(0)
    words = [f"w{number}" for number in range(300)]
    data = dataset([" ".join(generator.choice(words, size=12)) for _ in range(200)])
    state = np.random.get_state(legacy=False)["state"]["key"]  # noqa: NPY002
    one = TfidfSvd(20, 50, 3).embed(data).features
    np.testing.assert_array_equal(one, TfidfSvd(20, 50, 3).embed(data).features)
    np.testing.assert_array_equal(state, np.random.get_state(legacy=False)["state"]["key"])  # noqa: NPY002


def test_train_texts_without_words() -> None:
    with pytest.raises(InputError, match="train texts hold no words"):
        TfidfSvd(3, 50, 0).embed(dataset(["", " ", "?", "a", "b"], 2))


def test_identity_has_the_ids_fitted_on() -> None:
    embedding, data = TfidfSvd(3, 50, 0), dataset(TEXTS, HELD_OUT)
    assert embedding.identity(data) == embedding.identity(dataset(TEXTS[::-1], HELD_OUT))
    assert embedding.identity(data) != embedding.identity(dataset(TEXTS, 3))
    for other in (TfidfSvd(4, 50, 0), TfidfSvd(3, 51, 0), TfidfSvd(3, 50, 1)):
        assert other.identity(data) != embedding.identity(data)

import re
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray

from cartolearn.embeddings.pooling import Padding, Pooling, TokenVectors, pool, pool_texts
from cartolearn.embeddings.tokens import WORD_PATTERN, vocabulary, word_tokenizer
from tests.embeddings.small import TEXTS, VECTORS


def naive(
    texts: list[str], pooling: Pooling, max_tokens: int, first_word: str | None = None
) -> NDArray[np.float64]:
    """Word by word, as the docstrings say."""
    features = np.zeros((len(texts), 3))
    for row, text in enumerate(texts):
        words = re.findall(WORD_PATTERN, text)[:max_tokens]
        if first_word is not None:
            words += [first_word] * (max_tokens - len(words))
        known = [VECTORS.get(word, VECTORS.get(word.lower())) for word in words]
        vectors = [np.array(vector) for vector in known if vector is not None]
        for vector in vectors:
            features[row] += vector
        if pooling == "mean" and vectors:
            features[row] /= len(vectors)
    return features


def table_for(words: list[str]) -> TokenVectors:
    names = list(VECTORS)
    forms = [word if word in VECTORS else word.lower() for word in words]
    rows = [names.index(form) if form in VECTORS else -1 for form in forms]
    return TokenVectors(np.array(rows), np.array(list(VECTORS.values()), dtype=np.float32))


@pytest.mark.parametrize("pooling", get_args(Pooling))
@pytest.mark.parametrize("padding", get_args(Padding))
@pytest.mark.parametrize("max_tokens", [1, 3, 5, 100])
def test_pooling_is_the_naive_formula(pooling: Pooling, padding: Padding, max_tokens: int) -> None:
    tokenizer = word_tokenizer(TEXTS)
    words = vocabulary(tokenizer)
    assert words[0] == "the"
    pooled = pool_texts(TEXTS, tokenizer, table_for(words), pooling, max_tokens, padding)
    first_word = "the" if padding == "first_word" else None
    expected = naive(TEXTS, pooling, max_tokens, first_word)
    assert pooled.features.dtype == np.float32
    np.testing.assert_allclose(pooled.features, expected, rtol=1e-5, atol=1e-6)


def test_counts_are_of_the_texts_own_tokens() -> None:
    tokenizer = word_tokenizer(TEXTS)
    table = table_for(vocabulary(tokenizer))
    for padding in get_args(Padding):
        pooled = pool_texts(TEXTS, tokenizer, table, "sum", 4, padding)
        assert pooled.tokens == 4 + 4 + 0 + 2 + 4 + 4 + 1
        # sat, zyx wvu, sat, and "a much longer text"
        assert pooled.unknown == 1 + 2 + 1 + 4
        assert pooled.empty.tolist() == [2, 3, 5]
        assert pooled.embedded("", "", "").report.unknown_share == 8 / 19


def test_rows_do_not_depend_on_what_stands_beside_them() -> None:
    generator = np.random.default_rng(0)
    words = [f"w{number}" for number in range(200)]
    texts = [" ".join(generator.choice(words, size=size)) for size in range(50)]
    tokenizer = word_tokenizer(texts)
    rows = np.arange(len(vocabulary(tokenizer)))
    vectors = generator.normal(size=(len(rows), 17)).astype(np.float32)
    table = TokenVectors(rows, vectors)
    whole = pool_texts(texts, tokenizer, table, "mean", 30)
    for chunk in (1, 7, 50, 51):
        parts = pool_texts(texts, tokenizer, table, "mean", 30, chunk=chunk)
        np.testing.assert_array_equal(parts.features, whole.features)
        assert parts.tokens == whole.tokens
    turned = pool_texts(texts[::-1], tokenizer, table, "mean", 30)
    np.testing.assert_array_equal(turned.features[::-1], whole.features)


def test_equal_texts_have_equal_features() -> None:
    tokenizer = word_tokenizer(TEXTS)
    features = pool_texts(TEXTS, tokenizer, table_for(vocabulary(tokenizer)), "sum", 50).features
    np.testing.assert_array_equal(features[0], features[4])


def test_pool_of_nothing() -> None:
    vectors = np.ones((2, 3), dtype=np.float32)
    none = np.array([], dtype=np.int64)
    assert pool(none, none, vectors, "sum").shape == (0, 3)
    assert not pool(none, np.array([0, 0]), vectors, "mean").any()
    assert not pool(np.array([-1, -1]), np.array([2]), vectors, "mean").any()


def test_pool_counts_a_repeated_row_each_time() -> None:
    vectors = np.array([[1, 2], [10, 20]], dtype=np.float32)
    rows, lengths = np.array([1, 1, -1, 0, 0]), np.array([3, 2])
    assert pool(rows, lengths, vectors, "sum").tolist() == [[20, 40], [2, 4]]
    assert pool(rows, lengths, vectors, "mean").tolist() == [[10, 20], [1, 2]]

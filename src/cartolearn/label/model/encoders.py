"""The frozen encoders that a project's candidates read, and their vectors of its texts."""

import hashlib
import logging
from importlib.util import find_spec
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from cartolearn.config.compose import ENCODER, MULTILINGUAL
from cartolearn.embeddings import universal
from cartolearn.embeddings.sentence_transformer import INSTALLED, SentenceEncoder
from cartolearn.embeddings.universal import UniversalEncoder
from cartolearn.embeddings.wordllama import WordLlama, package_folder
from cartolearn.files import atomic_write
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.options import Options
from cartolearn.text_models.encoders import Encoder, Pieces, Sentences, Universal, encoder_of

log = logging.getLogger(__name__)

OTHER = "sentence_transformer"
MANY = "universal"
PIECES = "wordllama"
KEY = "U32"


def encoders_of(options: Options) -> dict[str, Encoder]:
    """Return the encoders to compare, by name: the project's embedding, and those installed.

    An embedding that cannot be taken along (see ``encoder_of``) chooses texts only; word pieces
    take its place here.
    """
    own = encoder_of(options.embedding)
    found: dict[str, Encoder] = {options.embedding_name: own} if own else {}
    if not own:
        found[PIECES] = Pieces(WordLlama(), package_folder())
    if OTHER not in found and all(find_spec(package) for package in ENCODER):
        most = options.embedding.max_tokens
        found[OTHER] = Sentences(SentenceEncoder(INSTALLED, None, most, 16))
    if MANY not in found and find_spec(MULTILINGUAL):
        embedding = UniversalEncoder(options.embedding.max_tokens)
        found[MANY] = Universal(embedding, universal.package_folder())
    return found


def vectors_of(
    features: ProjectFeatures, name: str, encoder: Encoder, ids: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return an encoder's vectors of the project's texts ``ids`` [n], float32 [n, d].

    Those of the project's own embedding are there already. Others are kept in ``derived``, a row
    for each text that was asked for.
    """
    if name == features.project.options.embedding_name:
        return features.raw(ids)
    texts = features.project.texts.take(ids)
    told = hashlib.sha256(repr(sorted(encoder.about.items())).encode()).hexdigest()[:16]
    path = features.project.derived / f"vectors-{name}-{told}.npz"
    keys = np.array([_key(text) for text in texts], dtype=KEY)
    known_keys, known = _kept(path)
    missing = np.flatnonzero(~np.isin(keys, known_keys))
    if len(missing):
        new = encoder.vectors([texts[place] for place in missing.tolist()])
        known_keys = np.concatenate([known_keys, keys[missing]])
        known = np.concatenate([known, new]) if len(known) else new
        try:
            with atomic_write(path, sync=False) as temporary, temporary.open("wb") as file:
                np.savez(file, keys=known_keys, vectors=known)
        except OSError as error:
            log.warning("vectors are not kept: cannot write %s: %s", path, error)
    order = np.argsort(known_keys, kind="stable")
    return known[order[np.searchsorted(known_keys, keys, sorter=order)]]


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _kept(path: Path) -> tuple[NDArray[np.str_], NDArray[np.float32]]:
    try:
        with np.load(path, allow_pickle=False) as file:
            keys, vectors = file["keys"], file["vectors"]
        if len(keys) == len(vectors):
            return keys, vectors
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        pass  # not there yet, or damaged: computed again
    return np.empty(0, dtype=KEY), np.empty((0, 0), dtype=np.float32)

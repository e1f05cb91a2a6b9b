"""The dear candidate: an encoder fine-tuned on the labels, compared when somebody asks for it."""

import hashlib
import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from cartolearn.embeddings.progress import progress_bar
from cartolearn.files import atomic_write
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.models.cross_validation import parts_of
from cartolearn.text_models.candidates import Candidate
from cartolearn.text_models.logistic import fit
from cartolearn.text_models.text_model import unit

if TYPE_CHECKING:
    from cartolearn.text_models.tuned import Tuned

log = logging.getLogger(__name__)

TRANSFORMER = Candidate("transformer", encoder="transformer")
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def kept_outputs(features: ProjectFeatures, ids: Ints, gold: Ints, classes: int) -> Floats | None:
    """Return what ``held_out_outputs`` gave for the same labels before, or None."""
    try:
        with np.load(_path(features, ids, gold), allow_pickle=False) as file:
            logits: Floats = file["logits"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
    return logits if logits.shape == (len(ids), classes) else None


def held_out_outputs(features: ProjectFeatures, ids: Ints, gold: Ints, classes: int) -> Floats:
    """Return logits, float64 [n, C], of each part from an encoder tuned on the others; keep them.

    Raises:
        InputError: The encoder cannot be had.
    """
    known = kept_outputs(features, ids, gold, classes)
    if known is not None:
        return known
    options = features.project.options
    logits = np.full((len(ids), classes), -np.inf)
    parts = parts_of(len(ids), options.transformer.folds, options.seed)
    with progress_bar("Comparing a transformer", len(parts)) as advance:
        for number, part in enumerate(parts):
            rest = np.delete(np.arange(len(ids)), part)
            if len(np.unique(gold[rest])) > 1:
                encoder = tuned_on(features, ids[rest], gold[rest], classes)
                learn, ask = (unit(_vectors(features, encoder, ids[some])) for some in (rest, part))
                logits[part] = fit(learn, gold[rest], classes).logits(ask)
            advance(number + 1)
    path = _path(features, ids, gold)
    path.parent.mkdir(exist_ok=True)
    with atomic_write(path, sync=False) as temporary, temporary.open("wb") as file:
        np.savez(file, logits=logits)
    return logits


def tuned_on(features: ProjectFeatures, ids: Ints, gold: Ints, classes: int) -> "Tuned":
    """Return an encoder tuned on labelled texts; ``InputError`` if there is none."""
    from cartolearn.text_models.tuned import fine_tune  # slow to import

    options = features.project.options
    texts = features.project.texts.take(ids)
    return fine_tune(texts, gold, classes, options.transformer, options.seed)


def _vectors(features: ProjectFeatures, encoder: "Tuned", ids: Ints) -> NDArray[np.float32]:
    return encoder.vectors(features.project.texts.take(ids))


def _path(features: ProjectFeatures, ids: Ints, gold: Ints) -> Path:
    options = features.project.options
    told = [ids.tolist(), gold.tolist(), asdict(options.transformer), options.seed]
    key = hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]
    return features.project.derived / f"transformer-{key}.npz"

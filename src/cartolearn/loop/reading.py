"""What the model of a run reads of the texts: features of the embedding, or inputs of its own."""

import hashlib

import torch
from torch import Tensor

from cartolearn.config.check import Plan
from cartolearn.data.dataset import Dataset
from cartolearn.embeddings.cache import features_of
from cartolearn.models.protocol import Texts


def read(plan: Plan, dataset: Dataset) -> tuple[Tensor | Texts, str]:
    """Return the inputs by row id, and a hash of them.

    Raises:
        InputError: The embedding, or the model's own inputs, cannot be had.
    """
    if plan.inputs is not None:
        inputs: Texts
        inputs, digest = plan.inputs.read(dataset, plan.paths.cache_dir)
        return inputs, digest
    features = features_of(dataset, plan.embedding, plan.paths.cache_dir).features
    return torch.from_numpy(features), hashlib.sha256(features.data).hexdigest()

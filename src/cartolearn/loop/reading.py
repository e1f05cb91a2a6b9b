"""Learners from a checked config: what a model reads of the texts, and how it is trained."""

import hashlib
from functools import partial
from typing import NamedTuple

from cartolearn.config.build import build
from cartolearn.config.check import Plan
from cartolearn.config.models import ModelPlan
from cartolearn.data.dataset import Dataset
from cartolearn.embeddings.cache import features_of
from cartolearn.loop.successor import Successor
from cartolearn.models.learner import Learner
from cartolearn.models.protocol import Matrix, Texts


class Learners(NamedTuple):
    """What trains the models of a run."""

    acquisition: Learner
    successor: Successor | None


def learners_of(plan: Plan, dataset: Dataset) -> tuple[Learners, str]:
    """Return what trains the models of a plan, and a hash of all that they read.

    Raises:
        InputError: As ``learner_of``.
    """
    first, digest = learner_of(plan.acquisition, plan, dataset)
    if plan.successor is None:
        return Learners(first, None), digest
    second, other = learner_of(plan.successor.model, plan, dataset)
    both = hashlib.sha256(f"{digest} {other}".encode()).hexdigest()
    return Learners(first, Successor(second, plan.successor.settings)), both


def learner_of(model: ModelPlan, plan: Plan, dataset: Dataset) -> tuple[Learner, str]:
    """Return what trains a model of the plan, and a hash of what it reads.

    Raises:
        InputError: The embedding, or the model's own inputs, cannot be had.
    """
    inputs, digest = _read(model, plan, dataset)
    made = Learner(
        inputs=inputs,
        n_classes=len(dataset.label_names),
        make=partial(build, model.node, model.where, plan.settings.allow_targets),
        settings=model.trainer,
        seed=plan.settings.seed,
    )
    return made, digest


def _read(model: ModelPlan, plan: Plan, dataset: Dataset) -> tuple[Matrix | Texts, str]:
    paths = plan.paths
    if model.inputs is not None:
        inputs: Texts
        inputs, digest = model.inputs.read(dataset, paths.cache_dir)
        return inputs, digest
    kept = paths.cache_dir, plan.features, paths.features
    features = features_of(dataset, model.embedding, *kept)
    return features, features.digest()

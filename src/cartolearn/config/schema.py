"""The options that every run has, with their types; dataset, model and so on bring their own."""

from dataclasses import dataclass
from typing import Literal

from cartolearn.config.types import Count, Share, Size


@dataclass(frozen=True)
class LoopSettings:
    """Algorithm 1's numbers."""

    seed_set_size: Count
    rounds: Count
    query_size: Count
    seed_set: Literal["random", "stratified"] = "random"
    seed_set_from: Size | None = None
    keep_weights: bool = False
    validation_share: Share = 0.0


@dataclass(frozen=True)
class TrainerSettings:
    """How the main classifier is trained in each round."""

    max_epochs: Count
    batch_size: Count
    threads: Count = 1
    device: Literal["auto", "cpu", "gpu"] = "auto"
    shuffle: bool = True


@dataclass(frozen=True)
class Paths:
    """Where data comes from and where computed features are kept."""

    cache_dir: str
    data_dir: str | None = None


@dataclass(frozen=True)
class RunSettings:
    """The options at the top level."""

    seed: Size
    name: str
    overwrite: bool = False
    resume: str | None = None
    allow_targets: tuple[str, ...] = ()

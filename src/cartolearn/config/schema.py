"""The options that every run has, with their types; dataset, model and so on bring their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field

from cartolearn.config.types import Count, Counts, Positive, Share, Size

PART_SIZE = 1_000_000


@dataclass(frozen=True)
class LoopSettings:
    """Algorithm 1's numbers.

    Attributes:
        query_size: Instances of a batch; several give each batch its own, and the last of them
            goes for all that follow.
    """

    seed_set_size: Count
    rounds: Count
    query_size: Counts
    seed_set: Literal["random", "stratified"] = "random"
    seed_set_from: Size | None = None
    keep_weights: bool = False
    validation_share: Annotated[float, Field(ge=0, lt=1)] = 0.0
    candidates: Count | None = None
    part_size: Count = PART_SIZE


@dataclass(frozen=True)
class TrainerSettings:
    """How a model is trained: for so many epochs, or with ``patience`` until its loss is flat.

    Attributes:
        options: Further options of Lightning's Trainer; callbacks and loggers as functions that
            build them, anew for each training.
    """

    max_epochs: Count
    batch_size: Count
    threads: Count = 1
    device: Literal["auto", "cpu", "gpu"] = "auto"
    shuffle: bool = True
    patience: Count | None = None
    min_improvement: Share = 0.05
    loss_floor: Positive = 0.02
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SuccessorSettings:
    """When the successor model is trained: every so many rounds and in the last, or there alone."""

    every: Count | None = None


@dataclass(frozen=True)
class Paths:
    """Where data comes from and where computed features are kept, or were written to."""

    cache_dir: str
    data_dir: str | None = None
    features: str | None = None


Dtype = Literal["float32", "float16"]


@dataclass(frozen=True)
class Storage:
    """How features lie on the disk: the type of a number, and the rows of a shard."""

    dtype: Dtype = "float32"
    shard_rows: Count = 65_536


@dataclass(frozen=True)
class RunSettings:
    """The options at the top level."""

    seed: Size
    name: str
    overwrite: bool = False
    resume: str | None = None
    allow_targets: tuple[str, ...] = ()

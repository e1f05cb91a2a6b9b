"""One pass over the labelled set in the middle of somebody's training, which leaves no trace."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from pytorch_lightning import LightningModule, Trainer
from pytorch_lightning.utilities.model_helpers import is_overridden
from pytorch_lightning.utilities.seed import isolate_rng
from torch import Tensor, nn

from cartolearn.errors import InputError

SUM_TOLERANCE = {torch.float16: 1e-2, torch.bfloat16: 3e-2}


class AnswerError(InputError, ValueError):
    """A module's answers are no class probabilities or no class indices."""


class Mappable(Protocol):
    """The convention a LightningModule follows, in two lines, to be given a data map."""

    def class_probabilities(self, batch: Any) -> Tensor:
        """Return p(y | x), float [B, C], e.g. ``return self(batch[0]).softmax(-1)``."""
        ...

    def gold_labels(self, batch: Any) -> Tensor:
        """Return the gold labels, int64 [B], e.g. ``return batch[1]``."""
        ...


class Pass(NamedTuple):
    """What a pass over L instances saw, in the order of the batches.

    Attributes:
        labels: int64 [L], gold labels.
        gold: float32 [L], p(gold); not a number where the module's probabilities are not finite.
        correct: bool [L], whether the most probable class is the gold label.
    """

    labels: NDArray[np.int64]
    gold: NDArray[np.float32]
    correct: NDArray[np.bool_]


def one_pass(trainer: Trainer, module: LightningModule, batches: Iterable[Any]) -> Pass:
    """Evaluate every batch as the trainer's own validation would, and leave no trace.

    The trainer's precision holds, the module's and the data module's batch hooks are called,
    dropout is off and no gradient is taken. Training flags, buffers, random generators and the
    trainer's stage are afterwards as they were.

    Raises:
        AnswerError: The module returns no class probabilities or no class indices.
    """
    seen = []
    with _untouched(trainer, module, batches), torch.no_grad():
        for batch in batches:
            ready = _ready(trainer, module, batch)
            with trainer.precision_plugin.val_step_context():
                seen.append(_looked_up(module, ready))
    if not seen:
        return Pass(np.zeros(0, np.int64), np.zeros(0, np.float32), np.zeros(0, np.bool_))
    labels, gold, correct, lowest, sums, classes = map(torch.cat, zip(*seen, strict=True))
    _check(labels, classes, lowest, sums)
    return Pass(labels.cpu().numpy(), gold.cpu().numpy(), correct.cpu().numpy())


def _looked_up(module: Any, batch: Any) -> tuple[Tensor, ...]:
    """Return labels, p(gold), correctness, smallest p, sum of p and C, each [B], on the device."""
    p, labels = module.class_probabilities(batch), module.gold_labels(batch)
    for method, found in (("class_probabilities", p), ("gold_labels", labels)):
        if not isinstance(found, Tensor):
            raise AnswerError(
                f"{method} returned {type(found).__name__}; a data map needs a tensor of torch"
            )
    if p.dim() != 2 or p.shape[1] < 2:
        raise AnswerError(
            f"class_probabilities returned the shape {tuple(p.shape)}; a data map needs [B, C], one"
            " column a class (two for a binary model: torch.stack([1 - p, p], dim=1))"
        )
    if labels.shape != p.shape[:1] or labels.is_floating_point() or labels.dtype == torch.bool:
        raise AnswerError(
            f"gold_labels returned {labels.dtype} of the shape {tuple(labels.shape)}; a data map"
            f" needs class indices, int64 [{len(p)}]"
        )
    tolerance = SUM_TOLERANCE.get(p.dtype, 1e-3)
    p, labels = p.float(), labels.to(p.device, torch.int64)
    inside = labels.clamp(0, p.shape[1] - 1)
    gold = p.gather(1, inside[:, None])[:, 0]
    finite = p.isfinite().all(dim=1)
    off = (p.sum(dim=1) - 1).abs() > tolerance
    return (
        labels,
        torch.where(finite, gold, torch.nan),
        p.argmax(dim=1) == labels,
        torch.where(finite, p.amin(dim=1), 0),
        torch.where(finite & off, p.sum(dim=1), 1),
        torch.full_like(labels, p.shape[1]),
    )


def _check(labels: Tensor, classes: Tensor, lowest: Tensor, sums: Tensor) -> None:
    outside = (labels < 0) | (labels >= classes)
    if outside.any():
        raise AnswerError(
            f"gold_labels returned {labels[outside][0].item()}, which is no class of"
            f" {classes[outside][0].item()}; classes count from 0"
        )
    if (lowest < -1e-3).any():
        raise AnswerError(
            "class_probabilities returned numbers below 0, as logits and log-probabilities have"
            " them; add .softmax(-1), or .exp() to log-probabilities"
        )
    if (sums != 1).any():
        raise AnswerError(
            f"class_probabilities returned rows that sum to {sums[sums != 1][0].item():.4g} and not"
            " to 1; are they logits, or is the softmax taken over the batch? add .softmax(-1)"
        )


def _ready(trainer: Trainer, module: LightningModule, batch: Any) -> Any:
    """Return a batch as the module gets it in validation: converted, through hooks, on device."""
    batch = trainer.precision_plugin.convert_input(batch)
    data: Any = getattr(trainer, "datamodule", None)
    owner = data if data and is_overridden("on_before_batch_transfer", data) else module
    batch = owner.on_before_batch_transfer(batch, 0)
    return trainer.strategy.batch_to_device(batch, dataloader_idx=0)


@contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """Put a module into evaluation; afterwards those parts train again that did before."""
    learning = [part for part in module.modules() if part.training]
    try:
        for part in learning:
            part.training = False
        yield
    finally:
        for part in learning:
            part.training = True


@contextmanager
def _buffers_kept(module: nn.Module) -> Iterator[None]:
    """Give buffers, such as a count of the calls, afterwards the values that they had before."""
    kept = [
        (part, name, buffer, buffer.clone())
        for part in module.modules()
        for name, buffer in part.named_buffers(recurse=False)
    ]
    try:
        yield
    finally:
        with torch.no_grad():
            for part, name, buffer, before in kept:
                same = torch.equal(buffer, before)  # those made in inference mode take no copy
                setattr(part, name, buffer if same else buffer.copy_(before))


@contextmanager
def _untouched(trainer: Trainer, module: LightningModule, batches: Iterable[Any]) -> Iterator[None]:
    """Put the module into evaluation; afterwards restore all that the pass may have moved."""
    drawn = getattr(batches, "generator", None)
    state = drawn.get_state() if isinstance(drawn, torch.Generator) else None
    training = trainer.training
    with (
        isolate_rng(include_cuda=torch.cuda.is_available()),
        evaluating(module),
        _buffers_kept(module),
    ):
        try:
            trainer.validating = True
            yield
        finally:
            trainer.training = training
            if isinstance(drawn, torch.Generator) and state is not None:
                drawn.set_state(state)

"""What the main classifier and the binary classifier share: layers, loss, and a fast epoch."""

import copy
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from cartolearn.models.adam import quick_step
from cartolearn.models.module import Module
from cartolearn.models.protocol import Passes

EpochBatch = tuple[Callable[[Tensor], Tensor], Tensor, Tensor, int]
Layer = tuple[Tensor, Tensor]
TAKEN_AT_ONCE = 2048  # rows: few enough for the cache, enough that computing them is quick


class Classifier(Module):
    """Hidden ReLU layers with dropout, a linear output, and weighted cross-entropy.

    With manual optimisation, Lightning hands over a whole epoch as one batch: a function that takes
    rows of x, labels y, the order of the rows, and the size of a minibatch. The step below walks
    through the minibatches itself, which costs a few percent over a bare loop where a DataLoader
    and one Lightning step per minibatch cost more than twice as much. With automatic optimisation
    it takes ordinary minibatches, to the same end.

    Args:
        n_features: Size d of an input vector.
        n_classes: Number of classes C.
        hidden_sizes: Units of each hidden layer.
        dropout: Probability that a hidden unit is dropped in training.
        class_weights: float32 [C], or None for equal weights.
        adam: Adam's ``lr``, ``betas``, ``eps`` and (decoupled) ``weight_decay``.
        dropout_in_evaluation: Drop hidden units when predicting too.
    """

    def __init__(
        self,
        *,
        n_features: int,
        n_classes: int,
        hidden_sizes: Sequence[int],
        dropout: float,
        class_weights: Tensor | None,
        adam: dict[str, Any],
        dropout_in_evaluation: bool = False,
    ) -> None:
        super().__init__()
        self.automatic_optimization = False
        sizes = [n_features, *hidden_sizes]
        self.hidden = nn.ModuleList(
            nn.Linear(below, above) for below, above in itertools.pairwise(sizes)
        )
        self.head = nn.Linear(sizes[-1], n_classes)
        self.dropout = dropout
        self.dropout_in_evaluation = dropout_in_evaluation
        self.adam = adam
        self.optimizer_state: dict[str, Any] | None = None
        self.register_buffer("class_weights", class_weights)

    def continue_from(self, previous: "Classifier") -> None:
        """Take over the weights and the optimiser state of a classifier of the same shape."""
        for mine, theirs in zip(self.parameters(), previous.parameters(), strict=True):
            mine.data.copy_(theirs.data)
        self.optimizer_state = previous.optimizer_state

    def represent(self, x: Tensor) -> Tensor:
        """Return Psi(x), the output of the last hidden layer: float32 [B, h]."""
        for depth, layer in enumerate(self.hidden):
            if depth:
                x = self._dropped(x)
            x = functional.relu(layer(x), inplace=True)
        return x

    def classify(self, representation: Tensor) -> Tensor:
        """Return logits, float32 [B, C], of representations [B, h]."""
        logits: Tensor = self.head(self._dropped(representation))
        return logits

    def _dropped(self, x: Tensor) -> Tensor:
        return functional.dropout(x, self.dropout, self.training or self.dropout_in_evaluation)

    def dropout_passes(self, n_samples: int, generator: torch.Generator) -> Passes:
        """Draw thinned networks.

        Dropped units are cut out of the matrices, and the first hidden layer, which dropout leaves
        alone, is computed once: with dropout 0.3 and three layers, ten passes cost about 3.6 times
        the arithmetic of one full pass.
        """
        samples = [self.thinned(generator) for _ in range(n_samples)]

        def logits(x: Tensor) -> list[Tensor]:
            first = functional.relu(self.hidden[0](x)) if len(self.hidden) else x
            return [_through(first, *layers) for layers in samples]

        return logits

    def thinned(self, generator: torch.Generator) -> tuple[Tensor, list[Layer]]:
        """Draw which units stay; return the first layer's, int64, and the weights of those above.

        A unit is dropped with probability ``dropout``; what stays is scaled by its inverse.
        """
        linear: list[Any] = [*self.hidden[1:], self.head]
        kept = [
            (torch.rand(layer.in_features, generator=generator) >= self.dropout).nonzero()[:, 0]
            for layer in linear
        ]
        scale = 1 / (1 - self.dropout) if self.dropout < 1 else 0.0
        outputs = [*kept[1:], torch.arange(self.head.out_features)]
        layers = [
            (layer.weight[out][:, into] * scale, layer.bias[out])
            for layer, into, out in zip(linear, kept, outputs, strict=True)
        ]
        return kept[0].to(self.device), layers

    def training_step(self, batch: Any, batch_idx: int) -> Any:
        """Return the loss of a minibatch, or those of a whole epoch after its optimiser steps."""
        if not self.automatic_optimization:
            return {"losses": self._epoch(batch)}
        return super().training_step(batch, batch_idx)

    def _epoch(self, batch: EpochBatch) -> Tensor:
        """Take one optimiser step for each minibatch, in the given order; return their losses."""
        take, y, order, size = batch
        optimizer: Any = self.optimizers(use_pl_optimizer=False)
        step, weights = quick_step(optimizer), list(self.parameters())
        losses = torch.empty(-(-len(order) // size), device=order.device)
        for number, (x, rows) in enumerate(_minibatches(take, order, size)):
            loss = functional.cross_entropy(self(x), y[rows], self.class_weights)
            for weight in weights:
                weight.grad = None  # hooks of zero_grad and of manual_backward cost some percent
            loss.backward()
            step()
            if number == 0:
                step = quick_step(optimizer)
            losses[number] = loss.detach()
        return losses

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """Return Adam in its fused form: one pass over the parameters a step."""
        adam = torch.optim.Adam(
            self.parameters(), fused=True, decoupled_weight_decay=True, **self.adam
        )
        if self.optimizer_state is not None:
            adam.load_state_dict(copy.deepcopy(self.optimizer_state))
        return adam

    def on_train_end(self) -> None:
        """Keep the optimiser's state, for a classifier that continues from this one."""
        optimizer: Any = self.optimizers(use_pl_optimizer=False)
        self.optimizer_state = optimizer.state_dict()


def _through(first: Tensor, kept: Tensor, layers: list[Layer]) -> Tensor:
    """Return logits, float32 [B, C], of activations [B, h]."""
    x = first.index_select(1, kept)
    for weight, bias in layers[:-1]:
        x = functional.linear(x, weight, bias).relu_()
    return functional.linear(x, *layers[-1])


def _minibatches(
    take: Callable[[Tensor], Tensor], order: Tensor, batch_size: int
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield the minibatches of an epoch, x [B, d] and rows, int64 [B]; takes many at once."""
    for block in order.split(batch_size * max(1, TAKEN_AT_ONCE // batch_size)):
        yield from zip(take(block).split(batch_size), block.split(batch_size), strict=True)


def balanced_class_weights(labels: Tensor, n_classes: int) -> Tensor:
    """Return float32 [C] with w_c = L / (C' L_c), where C' classes occur in ``labels`` [L].

    A class that does not occur has weight 0. Cross-entropy then averages over a minibatch with
    these weights: sum_i w_{y_i} l_i / sum_i w_{y_i}.
    """
    counts = torch.bincount(labels, minlength=n_classes)
    present = (counts > 0).sum()
    weights = len(labels) / (present * counts.clamp(min=1))
    return torch.where(counts > 0, weights, 0.0).float()

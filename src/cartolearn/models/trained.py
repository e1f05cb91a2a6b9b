"""A trained model, what its training left, and what it says about any row."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

import torch
from torch import Tensor
from torch.func import functional_call

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.pool_dynamics import PoolDynamics, pool_dynamics
from cartolearn.models.dropout import DropoutMoments, dropout_moments
from cartolearn.models.precision import Arithmetic
from cartolearn.models.predict import CHUNK_ROWS, chunks_of, joined, refuse_nan
from cartolearn.models.protocol import Matrix, Model, PartlyFrozen, Texts, Weights
from cartolearn.models.ragged import Ragged
from cartolearn.models.rows import PartlyHeld, Rows
from cartolearn.models.side_by_side import side_by_side

PoolFunction = Callable[[Tensor, Callable[[], Tensor]], Tensor]
# Of Psi of everything, as much is held as takes this share of the features' memory: with buffers of
# a training it is less than they take. The rest is computed whenever it is taken.
HELD_SHARE = 4 / 5


@dataclass(frozen=True, eq=False)
class Trained:
    """What ``Learner.train`` gives. Every method takes row ids, int64 [N], and passes in chunks.

    Attributes:
        model: In evaluation mode.
        inputs: What it reads, by row id.
        n_classes: Number of classes C.
        data_map: Training dynamics of the labelled set, in the order of the ids trained on.
        losses: Mean training loss of each epoch, in nats (weighted by class where training is).
        epochs: The trained weights at the end of every epoch, where they were asked for.
        rows: Rows in a chunk of features; no result depends on it.
        arithmetic: Entered for every pass; what comes out is float32 whatever it is.
    """

    model: Model
    inputs: Matrix | Texts
    n_classes: int
    data_map: DataMap
    losses: tuple[float, ...] = ()
    epochs: Sequence[Weights] = ()
    rows: int = CHUNK_ROWS
    arithmetic: Arithmetic = nullcontext

    def probabilities(self, ids: Tensor) -> Tensor:
        """Return p(y | x), float32 [N, C].

        Raises:
            FloatingPointError: A probability is not finite; the message names row ids.
        """
        return self._over(ids, lambda chunk: self._classified(self._psi(chunk), chunk))

    def represent(self, ids: Tensor) -> Tensor:
        """Return Psi(x), float32 [N, h].

        Raises:
            FloatingPointError: One is not finite; the message names row ids.
        """
        return self._over(ids, self._checked_psi)

    def seeing(self, ids: Tensor) -> "Trained":
        """Return the same for a round that looks at frozen features of rows ``ids`` alone."""
        inputs = self.inputs.seeing(ids) if isinstance(self.inputs, Ragged) else self.inputs
        return replace(self, inputs=inputs)

    def map(self, ids: Tensor, function: PoolFunction) -> Tensor:
        """Apply a function of Psi(x), [B, h], and of a call that gives p(y | x), [B, C], to chunks.

        Several go at a time, and what it gives is joined; Psi of all rows is not held.
        """

        @torch.no_grad()
        def value(chunk: Tensor) -> Tensor:
            psi = self._checked_psi(chunk)
            return function(psi, partial(self._classified, psi, chunk))

        # dropout draws for one chunk after another, and a GPU has many threads of its own
        in_turn = self._draws or self.model.device.type != "cpu"
        with nullcontext(map) if in_turn else side_by_side(len(ids) // self.rows) as over:
            return joined(chunks_of(self.inputs, ids, self.rows), len(ids), value, over)

    def representations(self, ids: Tensor) -> Rows:
        """Return Psi(x) of the rows ``ids`` to be taken many times over.

        Of features, some rows are held and the others computed whenever they are taken, so that
        less is held than the features take; where Psi is dear or another one each time, all are.
        """
        if isinstance(self.inputs, Matrix) and not self._draws:
            width = self.represent(ids[:1]).shape[1]
            n_held = min(len(ids), round(HELD_SHARE * self.inputs.shape[1] / width * len(ids)))
        else:
            n_held = len(ids)
        held = self.represent(ids[:n_held]) if n_held else self.represent(ids[:1])[:0]
        compute = PartlyHeld(held, lambda places: self.represent(ids[places]))
        return Rows(compute, torch.arange(len(ids)))

    def dropout(self, ids: Tensor, n_samples: int, generator: torch.Generator) -> DropoutMoments:
        """Return the moments of ``n_samples`` passes with dropout on, drawn by ``generator``."""
        with self.arithmetic():
            return dropout_moments(self.model, self.inputs, ids, n_samples, generator, self.rows)

    def epoch_probabilities(self, ids: Tensor, skip: int = 0) -> Tensor:
        """Return p(y | x) after each epoch, the first ``skip`` left out: float32 [E, N, C]."""
        parts = chunks_of(self.inputs, ids, self.rows)
        return joined(parts, len(ids), partial(self._path, skip)).transpose(0, 1)

    def dynamics(self, ids: Tensor, skip: int = 0) -> PoolDynamics:
        """Return the training dynamics of rows without labels, the first ``skip`` epochs left out.

        The last epoch always stays. Cost: one pass for each epoch; memory O(N (E + C)).

        Raises:
            ValueError: The weights of the epochs were not kept.
            FloatingPointError: A probability is NaN; the message names row ids.
        """
        parts = chunks_of(self.inputs, ids, self.rows)
        return pool_dynamics(ids, ((place, self._path(skip, chunk)) for place, chunk in parts))

    @torch.no_grad()
    def _path(self, skip: int, chunk: Tensor) -> Tensor:
        """Return p(y | x) of one chunk after each epoch, float32 [B, E, C]."""
        if not self.epochs:
            raise ValueError("the weights of the epochs were not kept; list pool_dynamics in needs")
        epochs = self.epochs[min(skip, len(self.epochs) - 1) :]
        call: Callable[..., Tensor] = partial(functional_call, cast("Any", self.model))
        with self.arithmetic():
            x = self.inputs[chunk].to(self.model.device)
            if isinstance(self.model, PartlyFrozen):
                x = self.model.lowered(x)
            p = torch.stack([_p(call(weights, x)) for weights in epochs])
        refuse_nan(p, chunk)
        return p.transpose(0, 1)

    def _over(self, ids: Tensor, value: Callable[[Tensor], Tensor]) -> Tensor:
        return joined(chunks_of(self.inputs, ids, self.rows), len(ids), value)

    @torch.no_grad()
    def _psi(self, chunk: Tensor) -> Tensor:
        with self.arithmetic():
            return self.model.represent(self.inputs[chunk].to(self.model.device))

    def _checked_psi(self, chunk: Tensor) -> Tensor:
        psi = self._psi(chunk).float().cpu()
        refuse_nan(psi, chunk, "Psi(x)")
        return psi

    @torch.no_grad()
    def _classified(self, psi: Tensor, chunk: Tensor) -> Tensor:
        with self.arithmetic():
            p = _p(self.model.classify(psi.to(self.model.device)))
        refuse_nan(p, chunk)
        return p

    @property
    def _draws(self) -> bool:
        """Whether dropout stays on when predicting."""
        return bool(getattr(self.model, "dropout_in_evaluation", False))


def _p(logits: Tensor) -> Tensor:
    """Return p(y | x), float32 on the CPU: exponentials in half precision would be coarse."""
    return logits.softmax(dim=1, dtype=torch.float32).cpu()

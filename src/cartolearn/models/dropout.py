"""Monte Carlo dropout: the moments of many thinned networks' predictions (Gal et al. 2016)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from cartolearn.generators import spawn
from cartolearn.models.predict import CHUNK_ROWS, chunks_of
from cartolearn.models.protocol import Inputs, Model, Passes


@dataclass(frozen=True, eq=False)
class DropoutMoments:
    """What T dropout passes p_t(y | x) over N rows come to.

    Attributes:
        mean: float64 [N, C], (1 / T) sum_t p_t(y | x).
        mean_entropy: float64 [N], (1 / T) sum_t H(p_t(. | x)) in bits.
    """

    mean: Tensor
    mean_entropy: Tensor


def entropy(probabilities: Tensor) -> Tensor:
    """Return -sum_y p_y log2 p_y in bits, float64 [N], of p [N, C], with 0 log 0 = 0."""
    p = probabilities.double()
    return -torch.special.xlogy(p, p).sum(dim=1) / torch.log(torch.tensor(2.0, dtype=p.dtype))


@torch.no_grad()
def dropout_moments(
    model: Model,
    inputs: Inputs,
    ids: Tensor,
    n_samples: int,
    generator: torch.Generator,
    rows: int = CHUNK_ROWS,
) -> DropoutMoments:
    """Return the moments of ``n_samples`` passes over rows ``ids``, int64 [N], of the inputs.

    A pass is one draw of the weights: one thinned network for all rows (the Bayesian reading; the
    usual implementation draws new units for every row, with the same distribution of p_t(y | x)
    for each row).
    """
    passes = model.dropout_passes(n_samples, generator)
    mean_entropy = torch.zeros(len(ids), dtype=torch.float64)
    mean = torch.empty(0)
    for place, chunk in chunks_of(inputs, ids, rows):
        sums = torch.tensor(0.0, dtype=torch.float64)
        for logits in passes(inputs[chunk].to(model.device)):
            probabilities = logits.float().softmax(dim=1).double().cpu()
            sums = sums + probabilities / n_samples
            mean_entropy[place] += entropy(probabilities) / n_samples
        if not len(mean):
            mean = sums.new_empty(len(ids), sums.shape[1])
        mean[place] = sums
    return DropoutMoments(mean, mean_entropy)


def thinned_passes(module: nn.Module, n_samples: int, generator: torch.Generator) -> Passes:
    """Return ``dropout_passes`` of a module whose dropout is ``torch.nn.Dropout``.

    The units of a layer's output (its last dimension) are dropped for all rows and positions alike.
    """
    seeds = [spawn(generator) for _ in range(n_samples)]

    def logits(seed: int, x: Any) -> Tensor:
        with _thinned(module, torch.Generator().manual_seed(seed)):
            out: Tensor = module(x)
        return out

    return lambda x: [logits(seed, x) for seed in seeds]


@contextmanager
def _thinned(module: nn.Module, draws: torch.Generator) -> Iterator[None]:
    """Drop units in evaluation mode too, drawn in the order in which the layers are called."""

    def drop(layer: Any, _: Any, out: Tensor) -> Tensor:
        kept = torch.rand(out.shape[-1], generator=draws) >= layer.p
        return out * (kept / max(1 - layer.p, 1e-12)).to(out)

    handles = [
        layer.register_forward_hook(drop)
        for layer in module.modules()
        if isinstance(layer, nn.Dropout)
    ]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()

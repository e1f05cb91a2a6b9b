"""What is compared: ten strategies, and cheap variants of coverage and of the first batch."""

from dataclasses import dataclass

import torch
from torch import Tensor

from cartolearn.strategies.base import Need, Observations, Strategy
from cartolearn.strategies.coverage import Coverage
from cartolearn.strategies.distances import directions, squared_distances
from tests.strategies.configured import configured


@dataclass(frozen=True, kw_only=True)
class ModelChange(Coverage):
    """Coverage with the expected length of the last gradient for u (Settles et al. 2008)."""

    @property
    def all_needs(self) -> frozenset[Need]:
        """Psi besides."""
        return super().all_needs | {"representations"}

    def _weights(self, seen: Observations) -> Tensor:
        """Return sum_c p_c |p - onehot(c)| |Psi|, float64 [N]."""
        p = seen.probabilities.double()
        to_class = (p * p).sum(dim=1, keepdim=True) - 2 * p + 1
        psi = seen.represent(torch.arange(len(p)))
        length = torch.linalg.vector_norm(psi.double(), dim=1)
        return (p * to_class.clamp(min=0).sqrt()).sum(dim=1) * length


@dataclass(frozen=True)
class Variant:
    """How a run chooses.

    Attributes:
        words: The strategy and overrides of it, as on the command line.
        first_words: The same of the strategy that chooses the first batch.
        batch: Labels a round; None for the set's own.
        random_share: Share of each later batch that is random.
        temperature: Of the probabilities that the strategy sees.
        model_change: Whether u is the expected change of the model.
        neighbours: The bandwidth in units of the pool's ``tenth_neighbour``; None: as configured.
    """

    words: tuple[str, ...]
    first_words: tuple[str, ...] = ("kmeans", "strategy.space=features")
    batch: int | None = None
    random_share: float = 0.0
    temperature: float = 1.0
    model_change: bool = False
    neighbours: float | None = None

    def strategy(self, pool: Tensor) -> Strategy:
        """Return the strategy of all rounds but the first, for a pool float32 [N, d]."""
        if self.neighbours:
            return Coverage(bandwidth=self.neighbours * tenth_neighbour(pool))
        return ModelChange() if self.model_change else configured(*self.words)

    def first(self) -> Strategy:
        """Return the strategy of the first round."""
        return configured(*self.first_words)


def tenth_neighbour(pool: Tensor) -> float:
    """Return the median over rows, float32 [N, d], of 1 - cos with the tenth nearest other row."""
    z = directions(pool)
    distances = squared_distances(z, z) / 2  # the nearest row is the row itself
    return float(distances.kthvalue(min(11, len(pool)), dim=1).values.median())


COVERAGE, CLUSTERED = ("coverage",), ("diverse_minibatch",)
STRATEGIES = {
    "random": Variant(("random",)),
    "diverse_minibatch": Variant(CLUSTERED),
    "coverage": Variant(COVERAGE),
    "margin": Variant(("margin",)),
    "badge": Variant(("badge",)),
    "entropy": Variant(("entropy",)),
    "coreset": Variant(("coreset",)),
    "typiclust": Variant(("typiclust",)),
    "pool_margin, clustered": Variant(("pool_margin", "choose@strategy.choose=diverse")),
    "cal": Variant(("cal",)),
}
VARIANTS = {
    "bandwidth 0.2": Variant((*COVERAGE, "strategy.bandwidth=0.2")),
    "bandwidth 0.8": Variant((*COVERAGE, "strategy.bandwidth=0.8")),
    # 0.65 gives 0.4 on the mean of trec, agnews, banking77 and rotten_tomatoes.
    "bandwidth by neighbours": Variant(COVERAGE, neighbours=0.65),
    "no agreement": Variant((*COVERAGE, "strategy.agreement=false")),
    "entropy weight": Variant((*COVERAGE, "strategy.weight=entropy")),
    "pool_margin weight": Variant((*COVERAGE, "strategy.weight=pool_margin")),
    "Psi for z": Variant((*COVERAGE, "strategy.space=representations")),
    "model change": Variant(COVERAGE, model_change=True),
    "temperature 0.5": Variant(COVERAGE, temperature=0.5),
    "temperature 2": Variant(COVERAGE, temperature=2.0),
    "a tenth random": Variant(COVERAGE, random_share=0.1),
    "first by max_herding": Variant(CLUSTERED, first_words=("max_herding",)),
    "first by typiclust": Variant(CLUSTERED, first_words=("typiclust",)),
    "first by random": Variant(CLUSTERED, first_words=("random",)),
    "coverage, batches of 5": Variant(COVERAGE, batch=5),
    "clustered margin, batches of 5": Variant(CLUSTERED, batch=5),
    "coverage, batches of 100": Variant(COVERAGE, batch=100),
    "clustered margin, batches of 100": Variant(CLUSTERED, batch=100),
}

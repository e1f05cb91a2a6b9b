"""Does the strategy beat random labels so far? The same texts to get right, as many labels each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartolearn.label.measuring.accuracy import ENOUGH, right
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.state import State
from cartolearn.models.cross_validation import parts_of
from cartolearn.statistics.bootstrap import resampled_means

REPEATS = 2
DRAWS = 2000


@dataclass(frozen=True)
class Comparison:
    """Accuracy with ``labels`` labels that the strategy chose, less that with as many random ones.

    ``verdict`` is ahead or behind if the interval leaves out 0, else undecided.
    """

    labels: int
    difference: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """Say whether the strategy is ahead of random, behind, or neither for sure."""
        return "ahead" if self.low > 0 else "behind" if self.high < 0 else "undecided"


def compare(features: ProjectFeatures, state: State) -> Comparison | None:
    """Compare on the random share; None with fewer than 20 random labels or as many chosen.

    The random labels are cross-validated: a model learns from all parts but one, another from as
    many of the labels that the strategy chose first, and both are asked about the part left out.
    Done with two partitions, so that the luck of one matters less. The interval comes from
    resampling the texts in pairs.
    """
    options = features.project.options
    at_random = state.random_ids(len(features.rows), features.project.settings.random_order)
    chosen = state.ids[~np.isin(state.ids, at_random)]
    size = round(len(at_random) * (1 - 1 / options.labelling.folds))
    if len(at_random) < ENOUGH or len(chosen) < size:
        return None
    gold = dict(zip(state.ids.tolist(), state.targets.tolist(), strict=True))
    gains = np.zeros(len(at_random))
    for repeat in range(REPEATS):
        learner = features.learner(len(state.classes), seed=repeat)
        for part in parts_of(len(at_random), options.labelling.folds, options.seed + repeat):
            rest = np.delete(at_random, part)
            by_strategy = right(learner, chosen[: len(rest)], at_random[part], gold)
            by_chance = right(learner, rest, at_random[part], gold)
            gains[part] += (by_strategy.astype(float) - by_chance) / REPEATS
    low, high = _interval(gains, options.labelling.confidence_level)
    return Comparison(size, float(gains.mean()), low, high)


def _interval(gains: NDArray[np.float64], level: float) -> tuple[float, float]:
    drawn = resampled_means(gains, DRAWS, np.random.default_rng(0))
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)

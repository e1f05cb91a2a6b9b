"""Does the strategy beat random labels so far? The same texts to get right, as many labels each."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cartolearn.label.measuring.accuracy import ENOUGH, right
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.state import State
from cartolearn.models.cross_validation import parts_of
from cartolearn.statistics.bootstrap import resampled_means

REPEATS = 2
DRAWS = 2000
MOST = 10  # doublings: more are no number


@dataclass(frozen=True)
class Comparison:
    """Accuracy with ``labels`` labels that the strategy chose, less that with as many random ones.

    ``verdict`` is ahead or behind if the interval leaves out 0, else undecided. ``saved`` is how
    many more random labels would do as much, from ``saved_low`` to ``saved_high`` (None: any
    number); None where the verdict is undecided.
    """

    labels: int
    difference: float
    low: float
    high: float
    saved: float | None = None
    saved_low: float | None = None
    saved_high: float | None = None

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
    gains = np.zeros((len(at_random), 2))
    for repeat in range(REPEATS):
        learner = features.learner(len(state.classes), seed=repeat)
        for part in parts_of(len(at_random), options.labelling.folds, options.seed + repeat):
            rest = np.delete(at_random, part)
            sets = (chosen[: len(rest)], rest, rest[::2])
            found = [right(learner, ids, at_random[part], gold).astype(float) for ids in sets]
            gains[part] += np.stack([found[0] - found[1], found[1] - found[2]], axis=1) / REPEATS
    return comparison_of(gains, size, options.labelling.confidence_level)


def comparison_of(gains: NDArray[np.float64], labels: int, level: float) -> Comparison:
    """Return what the texts of the random share say, resampled in pairs.

    Args:
        gains: float64 [m, 2]: what the strategy's labels get right of each text less what as many
            random ones do; and what these do less what half of them do.
        labels: How many labels of each.
        level: Of the intervals.
    """
    difference, doubling = gains.mean(axis=0).tolist()
    drawn = resampled_means(gains, DRAWS, np.random.default_rng(0))
    tails = (1 - level) / 2, (1 + level) / 2
    low, high = np.quantile(drawn[:, 0], tails).tolist()
    found = Comparison(labels, difference, low, high)
    if found.verdict == "undecided":
        return found
    saved = _worth(drawn[:, 0], drawn[:, 1], labels)
    ends = np.quantile(saved, tails, method="nearest").tolist()
    middle = _worth(np.array([difference]), np.array([doubling]), labels)[0]
    told = [float(one) if np.isfinite(one) else None for one in (middle, *ends)]
    return replace(found, saved=told[0], saved_low=told[1], saved_high=told[2])


def _worth(
    difference: NDArray[np.float64], doubling: NDArray[np.float64], labels: int
) -> NDArray[np.float64]:
    """Return how many random labels more would do as much, float64 [D].

    Each doubling of random labels brings the same, near the point where it was measured. Where
    doubling brings nothing, no number of them does what the strategy is ahead by.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        doublings = np.where(doubling > 0, difference / doubling, np.sign(difference) * np.inf)
        return labels * (np.where(doublings < MOST, np.exp2(doublings), np.inf) - 1)

"""What more labels would bring: power laws through the curve so far."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartolearn.label.measuring.accuracy import Evaluation
from cartolearn.statistics.bootstrap import resampled_means

DRAWS = 2000
LEAST = 1e-3


@dataclass(frozen=True)
class Forecast:
    """Accuracy to be expected with ``more`` labels, with an interval; and the gain over now."""

    more: int
    accuracy: float
    low: float
    high: float
    gain: float
    gain_low: float
    gain_high: float


def forecast(seen: Evaluation, more: int, level: float) -> Forecast | None:
    """Extrapolate error(n) = c + a n^-b; None with fewer than three points.

    What is unknown is drawn 2,000 times: the errors, by resampling the measured texts; how many
    labels are wrong, where texts were asked again; and the floor c, evenly between 0 and the lowest
    error of the curve, since so few points cannot tell where the curve will flatten. b is at least
    0. Given c, log(error - c) is a straight line in log n, fitted by least squares. The intervals
    are quantiles of the draws; they suppose that the labels to come are chosen as those before.
    """
    if len(seen.sizes) < 3:
        return None
    random = np.random.default_rng(0)
    agreement = resampled_means(seen.correct.T.astype(np.float64), DRAWS, random)
    k = seen.reliability.draws(random, DRAWS)[:, None]
    errors = 1 - seen.reliability.accuracy(agreement, k)
    floor = random.uniform(0, 1, len(errors)) * errors.min(axis=1)
    now = _fitted(seen.sizes, errors, floor, int(seen.sizes[-1]))
    then = _fitted(seen.sizes, errors, floor, int(seen.sizes[-1]) + more)
    tails = (1 - level) / 2, (1 + level) / 2
    low, high = np.quantile(1 - then, tails)
    gain_low, gain_high = np.quantile(now - then, tails)
    return Forecast(
        more=more,
        accuracy=float(1 - np.median(then)),
        low=float(low),
        high=float(high),
        gain=float(np.median(now - then)),
        gain_low=float(gain_low),
        gain_high=float(gain_high),
    )


def _fitted(
    sizes: NDArray[np.int64], errors: NDArray[np.float64], floor: NDArray[np.float64], at: int
) -> NDArray[np.float64]:
    """Return the fitted errors, float64 [D], at ``at`` labels, one power law for each draw."""
    x = np.log(sizes)
    y = np.log(np.maximum(errors - floor[:, None], LEAST))
    slope = (y - y.mean(axis=1, keepdims=True)) @ (x - x.mean()) / ((x - x.mean()) ** 2).sum()
    slope = np.minimum(slope, 0)
    fitted = floor + np.exp(y.mean(axis=1) + slope * (np.log(at) - x.mean()))
    return np.minimum(fitted, 1)

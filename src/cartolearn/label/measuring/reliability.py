"""What wrong labels hide of the accuracy: some texts are asked again, and the answers compared.

Let each answer be wrong with probability e, evenly over the other C - 1 classes, and let
k = 1 - e C / (C - 1), the *reliability*. Two answers to one text then agree with probability
1/C + k^2 (1 - 1/C), so k^2 is their agreement beyond chance (Bennett, Alpert and Goldstein 1954);
and labels agree with predictions of accuracy a with probability g = 1/C + k (a - 1/C), which is
solved for a (Rogan and Gladen 1978, for two classes). Somebody who errs the same way each time is
not detected by this.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cartolearn.label.project.state import State

GRID = 400
LEAST = 1e-6


@dataclass(frozen=True)
class Reliability:
    """How far the labels can be relied on.

    Attributes:
        classes: Number of classes C.
        asked: Number of texts that were asked again.
        differed: Of these, how many got another answer.
        told: Share of wrong labels, if somebody knows it; what was asked again is then ignored.
    """

    classes: int
    asked: int = 0
    differed: int = 0
    told: float | None = None

    @classmethod
    def of(cls, state: State, told: float | None) -> Self:
        """Return what the texts asked again say of the labels, or what ``told`` says."""
        return cls(len(state.classes), len(state.repeats), len(state.changed_minds()), told)

    def with_more(self, times: float) -> Self:
        """Return it after so many times as many texts were asked again, with the same outcome."""
        asked = round(self.asked * times)
        return replace(
            self, asked=asked, differed=round(asked * self.differed / max(self.asked, 1))
        )

    @property
    def k(self) -> float:
        """The reliability; 1 where every label is right, or nothing is known of wrong ones."""
        if self.told is not None:
            return 1 - self.told * self.classes / (self.classes - 1)
        return float(self._k(np.array(self.differed / max(self.asked, 1))))

    @property
    def wrong(self) -> float:
        """Share of the labels that is wrong."""
        return (1 - self.k) * (self.classes - 1) / self.classes

    def accuracy(
        self, agreement: NDArray[np.float64], k: NDArray[np.float64] | None = None
    ) -> NDArray[np.float64]:
        """Return the accuracy behind a share of agreement with the labels, within 0 and 1."""
        chance = 1 / self.classes
        return np.clip(chance + (agreement - chance) / (self.k if k is None else k), 0, 1)

    def bounds(self, agreeing: float, of: float, level: float) -> tuple[float, float]:
        """Return the interval of the accuracy, where ``agreeing`` of ``of`` predictions agree.

        That of Clopper and Pearson for the agreement with mid-P tails, melded with theirs for the
        share of answers that differ (Fay, Proschan and Brittain 2015): an end is a quantile of the
        accuracies that come of the ends of both at levels drawn independently and evenly. The
        numbers need not be whole.
        """
        again, tail = self.asked - self.differed, (1 - level) / 2
        k = [self._quantiles(self.differed + one, again + 1 - one) for one in (0, 1)]
        return self._crossing(agreeing, of, k, tail), self._crossing(agreeing, of, k, 1 - tail)

    def draws(self, random: np.random.Generator, count: int) -> NDArray[np.float64]:
        """Return so many draws of k, float64 [count], from what is known of it (Jeffreys)."""
        if self.told is not None or not self.asked:
            return np.full(count, self.k)
        again = self.asked - self.differed
        return self._k(random.beta(self.differed + 0.5, again + 0.5, size=count))

    def _k(self, differing: NDArray[np.float64]) -> NDArray[np.float64]:
        beyond_chance = 1 - differing * self.classes / (self.classes - 1)
        return np.maximum(np.sqrt(np.maximum(beyond_chance, 0)), LEAST)

    def _quantiles(self, a: int, b: int) -> NDArray[np.float64]:
        """Return k at even quantiles of a share that differs, of which Beta(a, b) is known."""
        from scipy.stats import beta

        if self.told is not None or not self.asked:
            return np.array([self.k])
        if not a or not b:
            return self._k(np.array([1.0 if a else 0.0]))
        return self._k(beta.ppf((np.arange(GRID) + 0.5) / GRID, a, b))

    def _crossing(
        self, agreeing: float, of: float, k: list[NDArray[np.float64]], tail: float
    ) -> float:
        """Return the accuracy below which a share ``tail`` lies, k being either as often."""
        from scipy.optimize import brentq

        def below(accuracy: float) -> float:
            chance = 1 / self.classes
            agreement = [np.clip(chance + one * (accuracy - chance), 0, 1) for one in k]
            ends = [(agreeing, of - agreeing + 1), (agreeing + 1, of - agreeing)]
            return float(np.mean([_beta(*end, g).mean() for end in ends for g in agreement])) - tail

        if below(0) >= 0:
            return 0.0
        return 1.0 if below(1) <= 0 else float(brentq(below, 0, 1, xtol=1e-12))


def _beta(a: float, b: float, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distribution function of Beta(a, b), float64 [G]; all is at 0 or 1 without one."""
    from scipy.special import betainc

    if a <= 0:
        return np.ones_like(at)
    return np.asarray(betainc(a, b, at) if b > 0 else (at >= 1).astype(np.float64))

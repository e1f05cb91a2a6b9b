"""Paired comparisons of the study's runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartolearn.statistics.aso import aso
from cartolearn.statistics.curves import aulc
from cartolearn.statistics.paired import detectable, holm, sign_flip_test

Floats = NDArray[np.float64]
Run = Mapping[str, Any]
ROUNDS = 5  # that count as early, and as late


@dataclass(frozen=True)
class Difference:
    """Mean of paired differences, points, with its 95 % interval by Student's t.

    Attributes:
        mean: Points of a hundred.
        half: Half the interval; NaN for one pair.
        n: Pairs.
        sd: Standard deviation of the pairs; NaN for one.
    """

    mean: float
    half: float
    n: int
    sd: float

    @classmethod
    def of(cls, values: Floats) -> "Difference":
        """Estimate from paired differences [n], n at least 1."""
        n = len(values)
        if n < 2:
            return cls(float(values.mean()), float("nan"), n, float("nan"))
        sd = float(values.std(ddof=1))
        return cls(float(values.mean()), quantile(0.975, n - 1) * sd / n**0.5, n, sd)

    def detectable(self, comparisons: int = 1) -> float:
        """Return the true difference that four of five such studies would find at 0.05."""
        return detectable(self.sd, self.n, comparisons)

    def __str__(self) -> str:
        return f"{self.mean:+.1f}" + ("" if np.isnan(self.half) else f" ± {self.half:.1f}")


def quantile(share: float, freedom: float) -> float:
    """Return a quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, share))


@dataclass(frozen=True, eq=False)
class Study:
    """All runs, one for each set, seed and variant."""

    runs: Mapping[tuple[str, int, str], Run]

    @classmethod
    def of(cls, runs: Sequence[Run]) -> "Study":
        """Index the runs."""
        return cls({(r["set"], r["seed"], r["variant"]): r for r in runs})

    def sets(self, *variants: str) -> list[str]:
        """Return the sets of which all ``variants`` share a seed, in the order they were run."""
        names = dict.fromkeys(name for name, *_ in self.runs)
        return [name for name in names if self.seeds(name, *variants)]

    def seeds(self, name: str, *variants: str) -> list[int]:
        """Return the seeds with which every one of the variants ran on a set."""
        seeds = sorted({seed for of, seed, _ in self.runs if of == name})
        return [s for s in seeds if all((name, s, v) in self.runs for v in variants)]

    def scores(self, name: str, variant: str, seeds: Sequence[int], part: str = "all") -> Floats:
        """Return points [S]: AULC of everything, or mean accuracy of ``early`` or ``late``."""
        found = []
        for seed in seeds:
            run = self.runs[name, seed, variant]
            accuracy = np.array(run["macro_f1" if part == "macro_f1" else "accuracy"])
            match part:
                case "early":
                    value = accuracy[:ROUNDS].mean()
                case "late":
                    value = accuracy[-ROUNDS:].mean()
                case _:
                    value = aulc(np.array(run["labels"]), accuracy)
            found.append(100 * float(value))
        return np.array(found)

    def difference(self, name: str, a: str, b: str, part: str = "all") -> Difference:
        """Return a - b over the seeds that both have."""
        return Difference.of(self._pairs(name, a, b, part))

    def _pairs(self, name: str, a: str, b: str, part: str) -> Floats:
        seeds = self.seeds(name, a, b)
        return self.scores(name, a, seeds, part) - self.scores(name, b, seeds, part)

    def p_values(self, a: str, b: str) -> dict[str, tuple[float, float]]:
        """Return each set's sign-flip p of a - b, and the same corrected by Holm over the sets."""
        names = self.sets(a, b)
        p = np.array([sign_flip_test(self._pairs(name, a, b, "all")) for name in names])
        return {n: (float(x), float(y)) for n, x, y in zip(names, p, holm(p), strict=True)}

    def aso(self, name: str, a: str, b: str) -> float:
        """Return eps_min of "a is stochastically larger than b"; NaN with a single seed."""
        seeds = self.seeds(name, a, b)
        if len(seeds) < 2:
            return float("nan")
        return aso(self.scores(name, a, seeds), self.scores(name, b, seeds))

    def average(self, a: str, b: str, part: str = "all") -> Difference:
        """Return the mean over the sets of a - b; the sets are given, the seeds are drawn.

        Its interval is Student's t with the degrees of freedom of Welch and Satterthwaite.
        """
        each = [self.difference(name, a, b, part) for name in self.sets(a, b)]
        fewest = min(d.n for d in each)
        mean = float(np.mean([d.mean for d in each]))
        if fewest < 2:
            return Difference(mean, float("nan"), fewest, float("nan"))
        squares = np.array([d.sd**2 / d.n for d in each])
        error = float(np.sqrt(squares.sum())) / len(each)
        freedom = squares.sum() ** 2 / (squares**2 / [d.n - 1 for d in each]).sum()
        return Difference(mean, quantile(0.975, freedom) * error, fewest, error * fewest**0.5)

    def ranks(self, variants: Sequence[str], part: str = "all") -> tuple[dict[str, float], int]:
        """Return mean ranks, 1 the best, over sets and seeds that have all, and how many."""
        from scipy.stats import rankdata

        rows = [
            rankdata([-self.scores(name, v, [seed], part)[0] for v in variants])
            for name in self.sets(*variants)
            for seed in self.seeds(name, *variants)
        ]
        if not rows:
            return {}, 0
        return dict(zip(variants, np.mean(rows, axis=0).tolist(), strict=True)), len(rows)

"""When a claim holds, does not hold, or is not decided; docs/report.md says it in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan
from typing import Literal, TypeGuard

from cartolearn.statistics.intervals import Estimate

Verdict = Literal["holds", "does not hold", "not decided"]
NEGLIGIBLE = 0.005
FEWEST_SEEDS = 5


@dataclass(frozen=True)
class Part:
    """One measured piece of a claim: what it is, the value, and the verdict on it alone."""

    name: str
    value: Estimate | None
    verdict: Verdict


def above(estimate: Estimate | None) -> Verdict:
    """Judge "is larger than 0" by the interval.

    Holds if all of it is above 0; does not hold if all of it is below half a point (0.005), so
    that an advantage could only be negligible; otherwise not decided. An interval of fewer than
    five seeds decides nothing.
    """
    if not decisive(estimate):
        return "not decided"
    if estimate.low > 0:
        return "holds"
    return "does not hold" if estimate.high < NEGLIGIBLE else "not decided"


def below(estimate: Estimate | None, bound: float) -> Verdict:
    """Judge "is smaller than ``bound``": all of the interval below it, or all at or above it."""
    if not decisive(estimate):
        return "not decided"
    if estimate.high < bound:
        return "holds"
    return "does not hold" if estimate.low >= bound else "not decided"


def larger_than(estimate: Estimate | None, bound: float) -> Verdict:
    """Judge "is larger than ``bound``": all of the interval above it, or all at or below it."""
    if not decisive(estimate):
        return "not decided"
    if estimate.low > bound:
        return "holds"
    return "does not hold" if estimate.high <= bound else "not decided"


def within(estimate: Estimate | None, bound: float) -> Verdict:
    """Judge "is smaller than ``bound`` in either direction": equivalence, by the interval."""
    if not decisive(estimate):
        return "not decided"
    if -bound < estimate.low and estimate.high < bound:
        return "holds"
    outside = estimate.low >= bound or estimate.high <= -bound
    return "does not hold" if outside else "not decided"


def opposite(verdict: Verdict) -> Verdict:
    """Return the verdict on the negation."""
    if verdict == "not decided":
        return verdict
    return "holds" if verdict == "does not hold" else "does not hold"


def all_of(verdicts: Iterable[Verdict]) -> Verdict:
    """Judge a claim of several parts: one that fails refutes it, and all have to hold."""
    found = list(verdicts)
    if "does not hold" in found:
        return "does not hold"
    return "holds" if found and set(found) == {"holds"} else "not decided"


def decisive(estimate: Estimate | None) -> TypeGuard[Estimate]:
    """Tell whether there are enough seeds for an interval to decide anything."""
    return estimate is not None and estimate.n >= FEWEST_SEEDS and not isnan(estimate.low)

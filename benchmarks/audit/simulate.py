"""Many audits of one cell: does the interval hold, how wide is it, how many errors are found?"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from benchmarks.audit.cells import Cell
from cartolearn.audit.drawing.design import design
from cartolearn.audit.drawing.draw import NOWHERE
from cartolearn.audit.measuring.sample import UNKNOWN, Codes
from cartolearn.audit.measuring.shares import Seen, overall, part, seen_of
from cartolearn.audit.suspicion.learned import probably_wrong
from cartolearn.statistics.stratified import Draw, wrong_in_all

Ints = NDArray[np.int64]
CHECKS, LEVEL, ERROR = 200, 0.95, 0.05
# Batches: how many checks, and which share of them looks for errors.
WAYS = {
    "one batch": ((200, 0.35),),
    "two batches": ((160, 0.15), (40, 1.0)),
}
MOST_CLASSES, CLASS_AUDITS = 10, 200  # classes whose own intervals are looked at, and how often


Batches = Sequence[tuple[int, float]]


def audited(cell: Cell, batches: Batches, generator: np.random.Generator) -> Seen:
    """Audit a cell as ``next`` and ``add`` do; return what the checks say."""
    size = len(cell.given)
    truth = np.full(size, UNKNOWN)
    draws: list[tuple[Codes, Sequence[int], float]] = []
    for count, share in batches:
        checked = np.flatnonzero(truth != UNKNOWN)
        p = probably_wrong(cell.signals, checked, cell.wrong[checked])
        left = generator.permutation(np.flatnonzero(truth == UNKNOWN))
        made = design(p, cell.given, left, count, share)
        strata = np.full(size, NOWHERE, dtype=np.uint8)
        asked = np.zeros(size, dtype=bool)
        for number, places in enumerate([made.finding, *made.strata]):
            strata[places] = number
        asked[made.finding] = True
        for places, take in zip(made.strata, made.take.tolist(), strict=True):
            asked[generator.choice(places, take, replace=False)] = True
        truth[asked] = cell.gold[asked]
        draws.append((strata, np.flatnonzero(asked).tolist(), made.variance(p)))
    rows = np.flatnonzero(truth != UNKNOWN)
    everything, classes = np.ones(size, dtype=bool), cell.together.shape[1]
    return seen_of(cell.given, classes, everything, rows, truth[rows], draws)


def summary(cell: Cell, way: str, repetitions: int) -> dict[str, Any]:
    """Audit a cell many times; return what came of it.

    ``said good`` and ``said bad`` are how often a limit that is exactly the true share was said to
    be kept, and said to be broken: the error rates of the decision where they are largest.
    """
    generator = np.random.default_rng(0)
    true = cell.wrong.mean()
    z, one_sided, half = ndtri([(1 + LEVEL) / 2, 1 - ERROR, 1 - ERROR / 2]).tolist()
    held = good = bad = classes = classes_held = 0
    widths, found, middles = [], [], []
    for repetition in range(repetitions):
        seen = audited(cell, WAYS[way], generator)
        told, side, strict = (overall(seen, quantile) for quantile in (z, one_sided, half))
        low, high = told.low or 0.0, told.high or 0.0
        held += low - 1e-9 <= true <= high + 1e-9
        good += (side.high or 0) < true - 1e-9
        bad += (strict.low or 0) > true + 1e-9
        widths.append(high - low)
        found.append(told.found)
        middles.append(told.share or 0.0)
        looked_at = min(cell.together.shape[1], MOST_CLASSES)
        for number in range(looked_at if repetition < CLASS_AUDITS else 0):
            members = cell.given == number
            one = part(seen, seen.called(number), seen.wrong, LEVEL)
            if one.low is not None and one.high is not None:
                classes += 1
                its = cell.wrong[members].mean()
                classes_held += one.low - 1e-9 <= its <= one.high + 1e-9
    return {
        "cell": cell.name, "way": way, "repetitions": repetitions, "wrong": float(true),
        "held": int(held), "width": float(np.mean(widths)), "found": float(np.mean(found)),
        "bias": float(np.mean(middles) - true), "spread": float(np.std(middles)),
        "width at random": width_at_random(cell, generator),
        "found at random": CHECKS * float(true), "said good": int(good), "said bad": int(bad),
        "classes": classes, "classes held": int(classes_held),
    }  # fmt: skip


def width_at_random(cell: Cell, generator: np.random.Generator, repetitions: int = 1000) -> float:
    """Return the mean width of the interval when as many labels are checked at random."""
    size, wrong = len(cell.given), int(cell.wrong.sum())
    widths = []
    for k in generator.hypergeometric(wrong, size - wrong, CHECKS, repetitions).tolist():
        draw = Draw(0, np.array([size]), np.array([CHECKS]), np.array([k]))
        told = wrong_in_all([draw], float(ndtri((1 + LEVEL) / 2)), k, size - (CHECKS - k))
        widths.append((told.high - told.low) / size)
    return float(np.mean(widths))

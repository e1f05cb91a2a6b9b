"""What is measured for each claim, from one group of comparable runs."""

from collections.abc import Callable
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from cartolearn.report.claims.verdict import (
    FEWEST_SEEDS,
    Part,
    Verdict,
    above,
    below,
    opposite,
    within,
)
from cartolearn.report.groups import BASELINE, Group, paired
from cartolearn.report.tables.accuracy import difference
from cartolearn.report.tables.aso import aso_matrix
from cartolearn.report.tables.overlap import overlap
from cartolearn.runs.run import Run
from cartolearn.statistics.batches import STATISTICS
from cartolearn.statistics.curves import early, late, row_at
from cartolearn.statistics.intervals import Estimate, independent_difference, mean_estimate

OTHERS = (BASELINE, "least_confidence", "entropy", "bald", "dal")
DOMINATES = 0.2
HARDLY = 0.05
LITTLE = 0.02
DATA_SHARE = 0.02
ACCURACY_SHARE = 0.99
VARIABILITY, CORRECTNESS = STATISTICS.index("variability"), STATISTICS.index("correctness")


def early_lead(group: Group) -> list[Part]:
    """Judge the mean accuracy of the first third of the rounds: CAL minus the paper's others."""
    return [
        _part(f"CAL - {other}", against(group, "cal", other, _early_accuracy), above)
        for other in OTHERS
    ]


def dominance(group: Group) -> list[Part]:
    """Judge eps_min of ASO on AULC: CAL over BALD, CAL over DAL."""
    return [_dominance(group, "cal", other) for other in ("bald", "dal")]


def beat_random(group: Group) -> list[Part]:
    """Judge AULC minus random's of each strategy of the paper; DAL's is not to be above 0."""
    names = ("least_confidence", "entropy", "bald", "cal")
    parts = [_part(f"{n} - random", difference(group, n, BASELINE, "aulc"), above) for n in names]
    dal = difference(group, "dal", BASELINE, "aulc")
    return [*parts, Part("dal - random (not above 0)", dal, opposite(above(dal)))]


def early_variability(group: Group) -> list[Part]:
    """Judge the mean variability of the batches of the first third: CAL minus others."""

    def score(run: Run) -> float:
        return early(run.batch_statistics[:, VARIABILITY])

    return [
        _part(f"CAL - {other}", against(group, "cal", other, score), above)
        for other in (BASELINE, "least_confidence", "dal")
    ]


def drift(group: Group) -> list[Part]:
    """Judge the mean correctness of DAL's batches, last third minus first; and minus random's."""

    def score(run: Run) -> float:
        values = run.batch_statistics[:, CORRECTNESS]
        return late(values) - early(values)

    own = None
    if "dal" in group.runs:
        own = mean_estimate(np.array([score(run) for run in group.runs["dal"].values()]))
    return [
        _part("DAL, late - early", own, above),
        _part("the same minus random's", against(group, "dal", BASELINE, score), above),
    ]


def small_overlap(group: Group) -> list[Part]:
    """Judge the share of the picks that two of random, LC, DAL and CAL make in the same round."""
    parts = []
    for a, b in combinations(("cal", "dal", "least_confidence", BASELINE), 2):
        found = overlap(group, a, b) if a in group.runs and b in group.runs else None
        value = mean_estimate(np.array(found.shares)) if found else None
        parts.append(Part(f"{a} and {b}", value, below(value, HARDLY)))
    return parts


def threshold_matters_little(group: Group) -> list[Part]:
    """Judge the final accuracy of each threshold minus that of 0.2."""
    labels = group.thresholds
    reference = labels.get(0.2, "")
    others = [value for value in labels if value != 0.2]
    parts = []
    for value in others:
        estimate = difference(group, labels[value], reference, "final")
        parts.append(Part(f"{value} - 0.2", estimate, within(estimate, LITTLE)))
    return parts or [Part("no runs of other thresholds", None, "not decided")]


def beats_full_data(group: Group) -> list[Part]:
    """Judge the final accuracy of CAL minus that of training on all data, seeds apart."""
    return [
        _part("CAL - all data", _against_full(group, lambda run: float(run.accuracy[-1])), above)
    ]


def nearly_full_data(group: Group) -> list[Part]:
    """Judge the accuracy of CAL with 2 % of the data minus 99 % of that with all data."""
    wanted = DATA_SHARE * group.dataset.train

    def score(run: Run) -> float:
        return float(run.accuracy[row_at(run.labelled, wanted)])

    reached = [int(run.labelled[-1]) >= wanted for run in group.runs.get("cal", {}).values()]
    estimate = _against_full(group, score, ACCURACY_SHARE) if reached and all(reached) else None
    return [_part(f"CAL at {DATA_SHARE:.0%} - {ACCURACY_SHARE} x all data", estimate, above)]


def _early_accuracy(run: Run) -> float:
    return early(run.accuracy[1:]) if len(run.accuracy) > 1 else float(run.accuracy[0])


def _part(
    name: str, estimate: Estimate | None, judge: Callable[[Estimate | None], Verdict]
) -> Part:
    return Part(name, estimate, judge(estimate))


def paired_part(name: str, group: Group, a: str, b: str, score: Callable[[Run], float]) -> Part:
    """Judge whether a score of ``a`` is larger than that of ``b``, seed by seed."""
    return _part(name, against(group, a, b, score), above)


def against(group: Group, a: str, b: str, score: Callable[[Run], float]) -> Estimate | None:
    """Return the paired difference a - b of a score, or None if a run is missing."""
    if a not in group.runs or b not in group.runs:
        return None
    sides = [{seed: score(run) for seed, run in group.runs[name].items()} for name in (a, b)]
    differences = paired(*sides)
    return mean_estimate(differences) if len(differences) else None


def _against_full(
    group: Group, score: Callable[[Run], float], share: float = 1.0
) -> Estimate | None:
    if "cal" not in group.runs or not group.full:
        return None
    cal = np.array([score(run) for run in group.runs["cal"].values()])
    full: NDArray[np.float64] = np.array([run.accuracy for run in group.full.values()])
    return independent_difference(cal, share * full)


def _dominance(group: Group, a: str, b: str) -> Part:
    """Below 0.2: holds. The other way round below 0.2: does not. Otherwise not decided."""
    name = f"eps_min {a} over {b}"
    if a not in group.runs or b not in group.runs:
        return Part(name, None, "not decided")
    matrix, order = aso_matrix(group, "aulc"), group.compared
    there, back = (float(matrix[order.index(x), order.index(y)]) for x, y in ((a, b), (b, a)))
    seeds = min(len(group.runs[a]), len(group.runs[b]))
    verdict: Verdict = "not decided"
    if seeds >= FEWEST_SEEDS and min(there, back) < DOMINATES:
        verdict = "holds" if there < DOMINATES else "does not hold"
    return Part(name, Estimate(there, np.nan, np.nan, seeds), verdict)

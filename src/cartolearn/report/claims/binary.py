"""The binary classifier (section 4.3): how well it tells, and whether CAL's success follows."""

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from cartolearn.report.claims.verdict import Part, above, larger_than, within
from cartolearn.report.groups import BASELINE, Group
from cartolearn.runs.run import Run
from cartolearn.statistics.curves import late
from cartolearn.statistics.intervals import Estimate, expanded_tail, mean_estimate

Floats = NDArray[np.float64]
FIRST = 5
CHANCE = 0.05
FEWEST_POINTS = 5
RESAMPLES = 2000


def column_of(run: Run, classifier: str, name: str) -> Floats:
    """Return a column by round, float64 [R]; cross-validated if the run has it that way.

    Row r is the classifier that chose batch r + 1; the last round, which chooses nothing, is left
    out. Empty where nothing was measured.
    """
    prefix = f"{classifier}_binary_"
    values = run.binary.get(f"{prefix}cv_{name}", run.binary.get(f"{prefix}{name}"))
    return np.empty(0) if values is None else values[np.isfinite(values)]


def cal_learns(group: Group) -> list[Part]:
    """Judge CAL's classifier: balanced accuracy near chance at first, above it in the last third.

    Accuracy above the majority share too, since always answering the larger class has that.
    """
    first = _over(group, "cal", lambda run: float(_balanced(run)[:FIRST].mean() - 0.5))
    last = _over(group, "cal", lambda run: late(_balanced(run)) - 0.5)
    gain = _over(
        group, "cal",
        lambda run: late(column_of(run, "cal", "accuracy"))
        - late(column_of(run, "cal", "majority")),
    )  # fmt: skip
    return [
        Part("balanced accuracy - 0.5, rounds 1 to 5 (within 0.05)", first, within(first, CHANCE)),
        Part("balanced accuracy - 0.5, last third", last, larger_than(last, CHANCE)),
        Part("accuracy - majority share, last third", gain, above(gain)),
    ]


def accuracy_level(group: Group, classifier: str, low: float, high: float) -> list[Part]:
    """Judge a classifier's accuracy on its training rows, last third: within the paper's range."""
    name, middle = f"{classifier}_binary_accuracy", (low + high) / 2
    value = _over(group, classifier, lambda run: late(run.binary[name][:-1]) - middle)
    return [Part(f"accuracy - {middle:.3g}", value, within(value, (high - low) / 2))]


def follows_the_classifier(group: Group) -> list[Part]:
    """Judge Spearman's correlation of the area under the ROC curve with CAL's lead over random.

    Over seeds and thresholds: the mean area of a run with its AULC minus random's. Over rounds,
    seed by seed: the area in a round with what the next round gains on random's.
    """
    points = classifier_points(group)
    across = None
    if len(points) >= FEWEST_POINTS:
        across = rank_interval(points)
    rounds = _over(group.beside(BASELINE), "cal", lambda run: _within_run(run, group))
    return [
        Part("over seeds and thresholds", across, above(across)),
        Part("over rounds, mean of seeds", rounds, above(rounds)),
    ]


def classifier_points(group: Group, labels: Iterable[str] | None = None) -> Floats:
    """Return mean area and AULC minus random's, float64 [P, 2], of each threshold and seed.

    ``labels`` are the strategies' that count; all thresholds of CAL by default.
    """
    found = [
        (column_of(run, "cal", "auc").mean(), run.aulc - group.runs[BASELINE][seed].aulc)
        for label in labels or group.thresholds.values()
        for seed, run in group.runs[label].items()
        if len(column_of(run, "cal", "auc")) and seed in group.runs.get(BASELINE, {})
    ]
    return np.array(found).reshape(-1, 2)


def _within_run(run: Run, group: Group) -> float:
    other = group.runs[BASELINE][run.seed].accuracy
    auc = column_of(run, "cal", "auc")
    gain = np.diff(run.accuracy)[: len(auc)] - np.diff(other)[: len(auc)]
    pairs = np.stack([auc[: len(gain)], gain], axis=1)
    return float(_rank_correlation(pairs[None])[0])


def rank_interval(points: Floats) -> Estimate:
    """Return Spearman's correlation of the columns of ``points`` [P, 2], bootstrapped over rows."""
    generator = np.random.default_rng(0)
    drawn = points[generator.integers(len(points), size=(RESAMPLES, len(points)))]
    tail = expanded_tail(len(points))
    low, high = np.quantile(_rank_correlation(drawn), [tail, 1 - tail])
    return Estimate(float(_rank_correlation(points[None])[0]), float(low), float(high), len(points))


def _rank_correlation(points: Floats) -> Floats:
    """Return Spearman's correlation of D samples [D, P, 2]; 0 where one side is constant."""
    from scipy.stats import rankdata

    ranks = rankdata(points, axis=1)
    ranks = ranks - ranks.mean(axis=1, keepdims=True)
    spread = np.sqrt((ranks**2).sum(axis=1).prod(axis=1))
    return ranks.prod(axis=2).sum(axis=1) / np.where(spread > 0, spread, np.inf)


def _balanced(run: Run) -> Floats:
    return column_of(run, "cal", "balanced_accuracy")


def _over(group: Group, label: str, measure: Callable[[Run], float]) -> Estimate | None:
    """Return a measure's mean over the seeds of a strategy whose classifier was measured."""
    runs = [
        run
        for seed, run in group.runs.get(label, {}).items()
        if len(column_of(run, label, "accuracy")) and seed in group.runs.get(BASELINE, {seed: run})
    ]
    return mean_estimate(np.array([measure(run) for run in runs])) if runs else None

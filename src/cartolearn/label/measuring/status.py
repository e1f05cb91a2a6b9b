"""How far a project got: everything ``status`` tells, as values."""

from dataclasses import dataclass

from cartolearn.label.measuring.accuracy import (
    ENOUGH,
    Evaluation,
    checkpoints,
    evaluate,
    method_of,
)
from cartolearn.label.measuring.against_random import Comparison, compare
from cartolearn.label.measuring.by_class import (
    ClassFigures,
    Pair,
    Share,
    confused_pairs,
    figures_by_class,
    macro_f1,
)
from cartolearn.label.measuring.costs import Costs, costs_of
from cartolearn.label.measuring.forecast import Forecast, forecast
from cartolearn.label.measuring.machine import MachineScores, machine_scores
from cartolearn.label.measuring.reliability import Reliability
from cartolearn.label.measuring.stopping import LEAST_LABELS, Outlook, advice, look_ahead
from cartolearn.label.model.chosen import Choice, choose
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.state import State
from cartolearn.text_models.acceptance import Acceptance

AHEAD = (100, 500)
PRECISIONS = (0.9, 0.95, 0.99)


@dataclass(frozen=True)
class Point:
    """A point of the curve: the accuracy with so many labels, and its interval."""

    labels: int
    accuracy: float
    low: float
    high: float


@dataclass(frozen=True)
class Status:
    """What there is, how good the model is, and whether to go on.

    Attributes:
        texts: Number of texts R.
        counts: Labels per class.
        skipped: Texts skipped.
        disagreements: Ids that people labelled differently.
        changed_minds: Ids that got another answer when they were asked again.
        method: How the accuracy was measured, in words; empty if it could not be.
        measured_on: Number of labels it was measured on.
        reliability: What is known of wrong labels, for which the accuracy is corrected.
        curve: Accuracy so far; the last point is now.
        forecasts: For 100 and 500 more labels, or all that are left, where the curve has three
            points.
        comparison: Of the strategy with random labels, or None.
        choice: The models compared and the one taken, whose accuracy this is; or None.
        machines: Language models that were asked, beside the candidates.
        by_class: Precision and recall of each class, where there is a choice.
        macro_f1: Mean F1 of the classes, with an interval where there are texts enough; or None.
        confused: The pairs of classes that are taken for one another most often.
        acceptable: What share of texts could be accepted at which precision.
        costs: In labels and hours: so far, and what more would cost.
        outlook: Whether to go on, and what it would bring.
        advice: The same in a sentence.
    """

    texts: int
    counts: dict[str, int]
    skipped: int
    disagreements: list[int]
    changed_minds: list[int]
    method: str
    measured_on: int
    reliability: Reliability
    curve: list[Point]
    forecasts: list[Forecast]
    comparison: Comparison | None
    choice: Choice | None
    machines: list[MachineScores]
    by_class: list[ClassFigures]
    macro_f1: Share | None
    confused: list[Pair]
    acceptable: list[Acceptance]
    costs: Costs
    outlook: Outlook
    advice: str

    @property
    def labels(self) -> int:
        """Number of labelled texts."""
        return sum(self.counts.values())


def status_of(
    features: ProjectFeatures, state: State, *, compared: bool = True, transformer: bool = False
) -> Status:
    """Measure a project as it stands.

    Args:
        features: The project and its features.
        state: Its log, added up.
        compared: Whether to compare with random labels too, which takes 60 small trainings.
        transformer: Whether to fine-tune an encoder and compare it, which takes minutes.
    """
    options = features.project.options.labelling
    level = options.confidence_level
    counts = dict.fromkeys(state.classes, 0)
    for given in state.labels.values():
        counts[given.label] += 1
    seen, choice = None, None
    if len(state.labels) >= ENOUGH and sum(count > 0 for count in counts.values()) >= 2:
        choice = choose(features, state, transformer=transformer)
        sizes = checkpoints(len(state.labels), options.batch_size)
        seen = evaluate(features, state, sizes, choice)
    left = len(features.project.texts) - len(state.labels) - len(state.skipped)
    to_come = sorted({min(more, left) for more in AHEAD} - {0})
    forecasts = [forecast(seen, more, level) for more in to_come] if seen else []
    nothing = Outlook("not enough evidence yet", label=max(LEAST_LABELS - len(state.labels), 1))
    comparison = compare(features, state) if seen and seen.at_random and compared else None
    ahead = look_ahead(features, state, choice) if choice else nothing
    return Status(
        texts=len(features.project.texts),
        counts=counts,
        skipped=len(state.skipped),
        disagreements=state.disagreements(),
        changed_minds=state.changed_minds(),
        method=method_of(seen) if seen else "",
        measured_on=len(seen.ids) if seen else 0,
        reliability=Reliability.of(state, options.wrong_share),
        curve=_curve(seen, level) if seen else [],
        forecasts=[one for one in forecasts if one],
        comparison=comparison,
        choice=choice,
        machines=machine_scores(features, state, choice) if choice and compared else [],
        by_class=figures_by_class(choice, seen, state.classes, level) if choice and seen else [],
        macro_f1=macro_f1(choice, seen, level) if choice and seen else None,
        confused=confused_pairs(choice, state.classes) if choice else [],
        acceptable=[choice.acceptance(share) for share in PRECISIONS] if choice else [],
        costs=costs_of(state, seen, ahead, comparison, level, left),
        outlook=ahead,
        advice=advice(ahead, options.min_gain, left),
    )


def _curve(seen: Evaluation, level: float) -> list[Point]:
    columns = seen.sizes.tolist(), seen.accuracy.tolist(), seen.bounds(level).tolist()
    return [
        Point(size, accuracy, low, high)
        for size, accuracy, (low, high) in zip(*columns, strict=True)
    ]

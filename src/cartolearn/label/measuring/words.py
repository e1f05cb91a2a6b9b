"""What ``status`` says, in sentences and tables."""

import math
from collections.abc import Sequence

from cartolearn.account import Account, Grid
from cartolearn.label.measuring.against_random import Comparison
from cartolearn.label.measuring.by_class import Share
from cartolearn.label.measuring.costs import Costs
from cartolearn.label.measuring.machine import MachineScores
from cartolearn.label.measuring.status import Status
from cartolearn.label.model.chosen import Choice
from cartolearn.text import duration

SHOWN = 20
MOST_CLASSES = 30


def status_in_words(status: Status, level: float) -> Account:
    """Return the figures, then the verdict."""
    return [*figures_in_words(status, level), *verdict_in_words(status)]


def verdict_in_words(status: Status) -> Account:
    """Return whether to go on, and what that rests on."""
    ahead = status.outlook
    if ahead.disagreement is None:
        return [status.advice]
    share = f"{100 * ahead.disagreement:.1f} %"
    rests = (
        f"It rests on texts set aside, of which the models of now and of {ahead.more} labels ago"
        f" call {share} differently, and on how sure the model is of these."
    )
    return [status.advice, rests]


def figures_in_words(status: Status, level: float) -> Account:
    """Return labels per class, the accuracy, the forecast, models, classes, and costs."""
    told: Account = [
        f"{status.labels:,} of {status.texts:,} texts labelled, {status.skipped} skipped"
    ]
    counts = [(name, str(count)) for name, count in status.counts.items()]
    told.append(Grid(("class", "labels"), counts, "Labels of each class"))
    if status.disagreements:
        shown = ", ".join(map(str, status.disagreements[:SHOWN]))
        told.append(f"People disagree on {len(status.disagreements)} texts: {shown}")
    if not status.curve:
        told.append("No accuracy yet: at least 20 labels of two classes are needed.")
    else:
        told += _accuracy(status, level)
    return told + _costs(status.costs, status.comparison)


def _costs(costs: Costs, comparison: Comparison | None) -> Account:
    """Say what was spent and saved, and what the next point and a closer figure cost."""
    told: Account = []
    if costs.seconds:
        told.append(
            f"Spent: {_cost(costs, costs.labels)}, {duration(costs.seconds)} each (the"
            f" median of {costs.timed} that were timed)."
        )
    if costs.halve:
        more = _more(costs, costs.halve)
        if costs.halve > costs.left and costs.narrowed is not None:
            more = f"{more}, which make it {costs.narrowed:.0%} as wide"
        told.append(f"Half the interval of the accuracy takes {more} (next --measure).")
    if costs.answer:
        more = _more(costs, costs.answer)
        told.append(
            f"To tell the strategy from random takes {more}, if the difference stays as it is."
        )
    if comparison and comparison.saved is not None:
        span = f"{_open(comparison.saved_low)} to {_open(comparison.saved_high)}"
        told.append(f"Saved against random: {_cost(costs, comparison.saved)}; {span} labels.")
    if costs.point:
        span = f"{_open(costs.point_low)} to {_open(costs.point_high)}"
        beyond = _beyond(costs.point, costs.left)
        told.append(
            f"The next point of accuracy takes {_cost(costs, costs.point)}; {span} labels{beyond}."
        )
    return told


def _more(costs: Costs, labels: int) -> str:
    return f"{_cost(costs, labels)} of random texts more{_beyond(labels, costs.left)}"


def _beyond(labels: float, left: int) -> str:
    """Say so where more labels are needed than there are texts."""
    if labels <= left:
        return ""
    return f" - more than this file can give: it has {left:,} texts left"


def _cost(costs: Costs, labels: float) -> str:
    seconds = costs.time(labels)
    return f"about {labels:,.0f} labels" + (f" ({duration(seconds)})" if seconds else "")


def _open(end: float | None) -> str:
    return "any number of" if end is None else f"{end:,.0f}"


def _accuracy(status: Status, level: float) -> Account:
    rows = [
        (str(point.labels), f"{point.accuracy:.3f}", _range(point.low, point.high))
        for point in status.curve
    ]
    for ahead in status.forecasts:
        expected = f"{ahead.accuracy:.3f}"
        rows.append((f"+{ahead.more} (forecast)", expected, _range(ahead.low, ahead.high)))
    columns = "labels", "accuracy", f"{100 * level:g}% interval"
    told: Account = [
        Grid(columns, rows, "Accuracy so far, and to come"),
        f"Accuracy is {status.method}: {status.measured_on} texts.",
        _reliable(status),
    ]
    if status.choice:
        told += _choice(status.choice, status.machines)
        told += _classes(status, level)
    return [*told, _versus_random(status.comparison)]


def _choice(choice: Choice, machines: Sequence[MachineScores]) -> Account:
    beside = [score for found in machines for score in (found.itself, found.learner)]
    rows = [
        (score.name, f"{score.accuracy:.3f}", f"{score.macro_f1:.3f}", f"{score.seconds:.1f}")
        for score in [*choice.scores, *beside]
    ]
    table = Grid(("model", "accuracy", "macro-F1", "seconds"), rows, "Models compared")
    taken = (
        f"Models are compared on {len(choice.ids)} labels, each weighted as texts come. Predictions"
        f" come from {choice.candidate.name}: {choice.reason}."
    )
    told: Account = [table, taken]
    for found in machines:
        gap = 100 * (found.itself.behind - found.learner.behind)
        told.append(
            f"{found.model} is measured on {found.texts:,} of these labels; what learned from it"
            f" read {found.learned:,} more texts and is {abs(gap):.1f} points"
            f" {'ahead of' if gap > 0 else 'behind'} it. Neither is ever taken."
        )
    if choice.candidate != choice.quick:
        told.append(f"Accuracy, curve and forecast above are those of {choice.quick.name}.")
    ahead, error = choice.against_majority()
    if ahead < 2 * error:
        told.append(
            "It is not ahead, beyond chance, of saying the commonest class always"
            f" ({100 * ahead:+.1f} points, standard error {100 * error:.1f})."
        )
    return told


def _classes(status: Status, level: float) -> Account:
    columns = "class", "labels", "precision", f"{100 * level:g}%", "recall", f"{100 * level:g}%"
    rows = [
        (
            figures.name,
            str(figures.labels),
            *(_value(figures.precision), _sure(figures.precision)),
            *(_value(figures.recall), _sure(figures.recall)),
        )
        for figures in status.by_class[:MOST_CLASSES]
    ]
    told: Account = [Grid(columns, rows, "Precision and recall of each class")]
    if status.macro_f1:
        told.append(f"Macro-F1: {_value(status.macro_f1)}, {_sure(status.macro_f1)}.")
    if any(
        s.low is None for figures in status.by_class for s in (figures.precision, figures.recall)
    ):
        told.append(
            "Too few to say: in brackets, how many more random texts would, about; this file has"
            f" {status.costs.left:,} left."
        )
    if len(status.by_class) > MOST_CLASSES:
        left = len(status.by_class) - MOST_CLASSES
        told.append(f"... and {left} more classes; --json has them all")
    for pair in status.confused:
        taken = f"{pair.texts} of {pair.labels} texts of {pair.label!r}"
        told.append(f"{taken} are taken for {pair.taken_for!r}.")
    accepted = ", ".join(f"{a.share:.0%} at {a.precision:.0%}" for a in status.acceptable)
    return [*told, f"Texts whose label could be accepted unseen, by precision: {accepted}."]


def _value(share: Share) -> str:
    return "-" if math.isnan(share.value) else f"{share.value:.2f}"


def _sure(share: Share) -> str:
    if share.low is None or share.high is None:
        return f"too few ({share.more})"
    return f"{share.low:.2f} to {share.high:.2f}"


def _reliable(status: Status) -> str:
    """Say what the accuracy makes of wrong labels."""
    known = status.reliability
    if known.told is not None:
        return f"It is corrected for {known.told:.1%} wrong labels, as you said."
    if not known.asked:
        return "It is agreement with the labels as they were given, wrong ones included."
    if not known.differed:
        return (
            f"None of {known.asked} texts asked again got another answer; the interval allows"
            " for as many wrong labels as there may still be."
        )
    rows = ", ".join(map(str, status.changed_minds[:SHOWN]))
    return (
        f"Of {known.asked} texts asked again {known.differed} got another answer ({rows}):"
        f" about {known.wrong:.0%} of the labels are wrong; the accuracy is corrected for them."
    )


def _versus_random(comparison: Comparison | None) -> str:
    if comparison is None:
        return "Too few random labels to say whether the strategy beats random."
    words = {
        "ahead": "The strategy beats random",
        "behind": "The strategy is worse than random",
        "undecided": "Not enough data yet to say whether the strategy beats random",
    }
    difference = f"{100 * comparison.difference:+.1f} points"
    span = f"{100 * comparison.low:+.1f} to {100 * comparison.high:+.1f}"
    return (
        f"{words[comparison.verdict]}: {difference} ({span}) with {comparison.labels} labels each."
    )


def _range(low: float, high: float) -> str:
    return f"{low:.3f} to {high:.3f}"

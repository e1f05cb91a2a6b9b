"""The labelled set: every column of the user's file, and who labelled what, when, and why."""

from collections.abc import Iterator
from typing import Any

from cartolearn.data.reading.columns import place_named
from cartolearn.data.writing.sheet import Sheet, free_names
from cartolearn.label.project.folder import Project
from cartolearn.label.project.state import State
from cartolearn.label.suggesting.record import Suggestion, Suggestions

LABEL, BY = "label", "annotator"
NEW = ("text_id", LABEL, BY, "at", "how", "agreed")
GIVEN = "given with the texts"
SAID = ("", " (prompt)", " (at)")  # columns of a language model: its class, and whence that is


def labelled_sheet(
    project: Project, state: State, *, each: bool, suggested: Suggestions | None = None
) -> Sheet:
    """Return the labelled texts by id.

    Where ``init`` took labels from a column ``label``, the labels as they are now stand in it. Any
    other new column whose name is taken gets a number.

    Args:
        project: The project.
        state: Its log, added up.
        each: A row for each person's answer, the one that counts last; else one for each text.
        suggested: Answers of language models: three columns for each, and the texts that only they
            labelled, too.

    Raises:
        InputError: The kept columns cannot be read.
    """
    settings = project.settings
    models = suggested.models if suggested else {}
    ids = {*state.labels, *(row for said in models.values() for row in said)}
    columns, kept = project.columns(ids)
    text = columns[place_named(columns, settings.text_column) or 0]
    from_label = settings.label_column == LABEL != settings.text_column
    place = place_named(columns, LABEL) if from_label else None
    new = [name for name in NEW if place is None or name != LABEL]
    machine = [f"{model}{part}" for model in models for part in SAID]
    added = free_names([*new, *machine], columns)
    how = {pick.id: pick.how for batch in state.batches for pick in batch if not pick.again}

    def rows() -> Iterator[list[Any]]:
        for row, of_file in kept:
            said = [cell for given in models.values() for cell in _said(given.get(row))]
            for label, by, at in _answers(state, row, each=each):
                why = how.get(row, GIVEN) if label else None
                told = [str(row), label, by, at, why, _agreed(state, row)]
                cells = list(of_file)
                if place is not None:
                    cells[place] = told.pop(1)
                yield [*cells, *told, *said]

    return Sheet(
        [*columns, *added.values()],
        rows(),
        text=text,
        key=added["text_id"],
        label=added[LABEL] if place is None else columns[place],
        by=added[BY],
        classes=state.classes,
        guideline=state.told,
        each=each,
        added=added,
    )


def _said(given: Suggestion | None) -> list[str | None]:
    return [given.label, given.prompt, given.at] if given else [None] * len(SAID)


def _answers(state: State, row: int, *, each: bool) -> list[tuple[str | None, ...]]:
    """Return label, annotator and time of the answers to a text, the one that counts last."""
    if row not in state.labels:
        return [(None, None, None)]
    given = state.labels[row]
    counts = (given.label, given.by, given.at)
    if not each:
        return [counts]
    said = state.answers.get(row, {})
    others = [
        (name, who, state.times[who][row])
        for who, name in said.items()
        if (who, name) != (given.by, given.label)
    ]
    return [*others, counts]


def _agreed(state: State, row: int) -> str:
    """Tell whether those who labelled a text agree; "" where only one did."""
    if row in state.settled:
        return "settled"
    said = list(state.answers.get(row, {}).values())
    if len(said) < 2:
        return ""
    return "yes" if len(set(said)) == 1 else "no"

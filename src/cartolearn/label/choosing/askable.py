"""Which texts a person can be asked: those without a label, and some that have one once more."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from cartolearn.errors import InputError
from cartolearn.label.project.entries import Pick
from cartolearn.label.project.folder import Project
from cartolearn.label.project.state import State

HELD_FOR = timedelta(days=1)


def askable_ids(project: Project, state: State, by: str) -> NDArray[np.int64]:
    """Return the ids, ascending, without a label that nobody skipped or holds just now.

    What others were given and have not answered is theirs for a day; one's own comes again.
    """
    askable = np.ones(len(project.texts), dtype=np.bool_)
    askable[[*state.labels, *state.skipped, *held_ids(state, by)]] = False
    return np.flatnonzero(askable)


def held_ids(state: State, by: str) -> list[int]:
    """Return the ids that others were given within a day and have not answered."""
    since = (datetime.now(UTC) - HELD_FOR).isoformat(timespec="milliseconds")
    return [
        row
        for row, people in state.holders.items()
        if any(who != by and at > since for who, at in people.items())
    ]


def nothing_left(project: Project, state: State, by: str) -> InputError:
    """Return what to say where a person can be asked nothing, be it for a day only."""
    held = len({*held_ids(state, by)} - {*state.labels, *state.skipped})
    waits = f"; {held:,} were given to others, and come back a day later if nobody answers"
    return InputError(f"{project.path}: no text is left to label{waits if held else ''}")


def waiting_picks(state: State, by: str) -> list[Pick]:
    """Return what a person was given and has not answered, in the order in which it was given."""
    if not any(by in people for people in state.holders.values()):
        return []
    given: dict[int, Pick] = {}
    for pick in (pick for batch in state.batches for pick in batch):
        given.pop(pick.id, None)  # what is asked again comes where it was asked again
        given[pick.id] = pick
    return [pick for row, pick in given.items() if by in state.holders.get(row, {})]


def repeated_ids(project: Project, state: State, n: int, held: Collection[int]) -> list[int]:
    """Return the ids to ask again in a batch of n, so that they are ``repeat_share`` of all asked.

    A batch takes up to twice the share until they are. They are of the
    random share, where there is one, since the accuracy is measured there; those first that were
    labelled longest ago, and none a third time.
    """
    options = project.options.labelling
    asked, again = state.batches.total(), len(state.batches.picked("again"))
    due = floor(options.repeat_share * (asked + n) + 1e-9) - again
    most = min(n, ceil(2 * options.repeat_share * n))
    labelled = state.ids
    if options.random_share:
        labelled = state.random_ids(len(project.texts), project.settings.random_order)
    left = [row for row in labelled.tolist() if row not in state.repeats and row not in held]
    return left[: min(max(due, 0), most)]


def shared_ids(project: Project, state: State, n: int, by: str) -> list[int]:
    """Return the ids for a batch of n that others were given and this person was not.

    Those of the random share come first, so that agreement is measured on a fair sample.
    """
    options = project.options.labelling
    at_random = set(state.batches.picked("random"))
    open_ones = [
        row
        for row, people in state.asked.items()
        if by not in people
        and by not in state.answers.get(row, {})
        and len(people) < options.overlap_people
        and row not in state.skipped
    ]
    open_ones.sort(key=lambda row: row not in at_random)
    return open_ones[: ceil(options.overlap_share * n - 1e-9)]

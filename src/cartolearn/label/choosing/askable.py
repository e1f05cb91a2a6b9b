"""Which texts a person can be asked: those without a label, and some that have one once more."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

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
    return [row for row, (who, at) in state.holders.items() if who != by and at > since]


def repeated_ids(project: Project, state: State, n: int, held: Collection[int]) -> list[int]:
    """Return the ids to ask again in a batch of n, so that they are ``repeat_share`` of all asked.

    A batch takes up to twice the share until they are. They are of the
    random share, where there is one, since the accuracy is measured there; those first that were
    labelled longest ago, and none a third time.
    """
    options = project.options.labelling
    asked = [pick.again for batch in state.batches for pick in batch]
    due = floor(options.repeat_share * (len(asked) + n) + 1e-9) - sum(asked)
    most = min(n, ceil(2 * options.repeat_share * n))
    labelled = state.ids
    if options.random_share:
        labelled = state.random_ids(len(project.texts), project.settings.random_order)
    left = [row for row in labelled.tolist() if row not in state.repeats and row not in held]
    return left[: min(max(due, 0), most)]

"""Which labelled texts the review shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cartolearn.data.kept_texts import KeptTexts
from cartolearn.label.choosing.holding import holding
from cartolearn.label.page.results import Looked
from cartolearn.label.project.state import State

LONGEST = 300
MOST = 1000


@dataclass(frozen=True)
class Wanted:
    """What the review is to show; None and "" are no condition.

    Attributes:
        name: Only texts of this class.
        by: Only texts that this person labelled.
        differing: Only texts on which people differ, not settled yet.
        suspect: Only texts whose label is likely to be wrong.
        doubtful: Only texts of which the models are in doubt.
        words: Only texts with these words, as ``next --search`` takes them.
    """

    name: str | None = None
    by: str | None = None
    differing: bool = False
    suspect: bool = False
    doubtful: bool = False
    words: str = ""


@dataclass(frozen=True)
class Shown:
    """What the review shows.

    Attributes:
        rows: The first 1,000 texts at most, each by its columns.
        wanted: How many texts are wanted.
        labelled: How many there are.
    """

    rows: list[dict[str, Any]]
    wanted: int
    labelled: int


def reviewed(state: State, texts: KeptTexts, wanted: Wanted, looked: Looked | None = None) -> Shown:
    """Return the labelled texts that are wanted.

    Suspects come first that are most likely wrong, then those that models doubt most, where these
    are wanted; other texts in the order in which they were labelled, the last one first.

    Args:
        state: The project's history.
        texts: Its texts.
        wanted: What to show.
        looked: What models that did not learn the labels say of them, if they were asked.

    Raises:
        InputError: What to search for cannot be understood.
    """
    looked = looked or Looked({}, {})
    differing = set(state.disagreements())
    rows = []
    for row in _in_order(state, wanted, looked):
        given, said = state.labels[row], state.answers.get(row, {})
        fits = (
            wanted.name in (None, given.label)
            and (wanted.by is None or wanted.by in said or wanted.by == given.by)
            and (not wanted.differing or row in differing)
            and (not wanted.doubtful or row in looked.doubtful)
        )
        if fits:
            rows.append(row)
    rows = with_words(texts, rows, wanted.words)
    first = rows[:MOST]
    say = looked.suspect | looked.doubtful
    shown = [
        _row(state, row, text, row in differing, _other(state, row, say))
        for row, text in zip(first, texts.take(np.array(first, dtype=np.int64)), strict=True)
    ]
    return Shown(shown, len(rows), len(state.labels))


def _in_order(state: State, wanted: Wanted, looked: Looked) -> Iterable[int]:
    """Return the labelled texts among which the wanted ones are, in the order to show them."""
    if not (wanted.suspect or wanted.doubtful):
        return (row for row, _ in reversed(state.labels.items()))
    ranked = looked.suspect if wanted.suspect else looked.doubtful
    return [row for row in ranked if row in state.labels]


def with_words(texts: KeptTexts, rows: Sequence[int], words: str) -> list[int]:
    """Return those of some texts that hold what is searched for; all where nothing is.

    Raises:
        InputError: It cannot be understood.
    """
    if not words.strip():
        return list(rows)
    found = holding(texts.take(np.array(rows, dtype=np.int64)), words)
    return [rows[place] for place in found]


def people(state: State) -> list[str]:
    """Return everybody who labelled anything."""
    return sorted({who for said in state.answers.values() for who in said})


def shortened(text: str) -> str:
    """Return a text as a row of the table has room for it."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."


def _other(state: State, row: int, suggested: dict[int, int]) -> str:
    """Return the class that the models say rather than the label as it is now; "" if none."""
    name = state.classes[suggested[row]] if row in suggested else ""
    return name if name != state.labels[row].label else ""


def _row(state: State, row: int, text: str, differs: bool, rather: str) -> dict[str, Any]:
    given = state.labels[row]
    said = state.answers.get(row, {})
    others = ", ".join(f"{who}: {name}" for who, name in said.items()) if len(said) > 1 else ""
    note = "settled" if row in state.settled else "differ" if differs else ""
    return {"id": row, "label": given.label, "rather": rather, "by": given.by,
            "at": given.at[:16].replace("T", " "), "note": note, "said": others,
            "text": shortened(text)}  # fmt: skip

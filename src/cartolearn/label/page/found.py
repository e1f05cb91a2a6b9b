"""Which labelled texts the review shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cartolearn.data.kept_texts import KeptTexts
from cartolearn.label.choosing.search import holding
from cartolearn.label.measuring.suspects import Suspects
from cartolearn.label.project.state import State

LONGEST = 300


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


def reviewed(
    state: State, texts: KeptTexts, wanted: Wanted, looked: Suspects | None = None
) -> list[dict[str, Any]]:
    """Return the labelled texts that are wanted, the last one first, each by its columns.

    Args:
        state: The project's history.
        texts: Its texts.
        wanted: What to show.
        looked: What models that did not learn the labels say of them, if they were asked.

    Raises:
        InputError: What to search for cannot be understood.
    """
    differing = set(state.disagreements())
    rather = (looked.suspect, looked.doubtful) if looked else ({}, {})
    rows = []
    for row, given in reversed(state.labels.items()):
        said = state.answers.get(row, {})
        fits = (
            wanted.name in (None, given.label)
            and (wanted.by is None or wanted.by in said or wanted.by == given.by)
            and (not wanted.differing or row in differing)
            and (not wanted.suspect or row in rather[0])
            and (not wanted.doubtful or row in rather[1])
        )
        if fits:
            rows.append(row)
    rows = with_words(texts, rows, wanted.words)
    say = rather[0] | rather[1]
    return [_row(state, row, texts[row], row in differing, _other(state, row, say)) for row in rows]


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

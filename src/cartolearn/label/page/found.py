"""Which labelled texts the review shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cartolearn.label.choosing.search import holding
from cartolearn.label.project.state import State

LONGEST = 300


@dataclass(frozen=True)
class Wanted:
    """What the review is to show; None and "" are no condition.

    Attributes:
        name: Only texts of this class.
        by: Only texts that this person labelled.
        differing: Only texts on which people differ, not settled yet.
        words: Only texts with these words, as ``next --search`` takes them.
    """

    name: str | None = None
    by: str | None = None
    differing: bool = False
    words: str = ""


def reviewed(state: State, texts: Sequence[str], wanted: Wanted) -> list[dict[str, Any]]:
    """Return the labelled texts that are wanted, the last one first, each by its columns."""
    found = set(holding(texts, wanted.words)) if wanted.words.strip() else None
    differing = set(state.disagreements())
    rows = []
    for row, given in reversed(state.labels.items()):
        said = state.answers.get(row, {})
        fits = (
            wanted.name in (None, given.label)
            and (wanted.by is None or wanted.by in said or wanted.by == given.by)
            and (not wanted.differing or row in differing)
            and (found is None or row in found)
        )
        if fits:
            rows.append(_row(state, row, texts[row], row in differing))
    return rows


def people(state: State) -> list[str]:
    """Return everybody who labelled anything."""
    return sorted({who for said in state.answers.values() for who in said})


def _row(state: State, row: int, text: str, differs: bool) -> dict[str, Any]:
    given = state.labels[row]
    said = state.answers.get(row, {})
    others = ", ".join(f"{who}: {name}" for who, name in said.items()) if len(said) > 1 else ""
    note = "settled" if row in state.settled else "differ" if differs else ""
    cut = text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."
    return {"id": row, "label": given.label, "by": given.by, "at": given.at[:16].replace("T", " "),
            "note": note, "said": others, "text": cut}  # fmt: skip

"""What counts where people differ: a list to settle by hand, or a vote."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cartolearn.data.answers import (
    LABEL,
    Answer,
    class_named,
    labelled_answers,
    mark_contradictions,
    no_such_text,
    read_answers,
    unknown_class,
    with_texts,
    write_bad,
)
from cartolearn.data.writing.sheet import Sheet
from cartolearn.errors import InputError
from cartolearn.event_log import Event
from cartolearn.label.project.folder import Project
from cartolearn.label.project.state import State
from cartolearn.statistics.dawid_skene import dawid_skene, majority

MAJORITY = "majority"
TIE = 1e-9


@dataclass(frozen=True)
class Settled:
    """What became of a list: how many were settled, and the rows that were rejected."""

    count: int
    bad: list[Answer]
    bad_file: Path | None


def disagreements_sheet(project: Project, state: State) -> Sheet:
    """Return the texts on which people differ, with what each said; the label is to be filled in.

    Raises:
        InputError: There are none.
    """
    ids = sorted(state.disagreements())
    if not ids:
        raise InputError("people differ on no text that was not settled")
    people = sorted({who for row in ids for who in state.answers[row]})
    rows = [
        [row, project.texts[row], None, *(state.answers[row].get(who) for who in people)]
        for row in ids
    ]
    columns = ["id", "text", "label", *(f"by {who}" for who in people)]
    return Sheet(columns, rows, classes=state.classes, guideline=state.told)


def settle_file(
    project: Project, path: Path, by: str | None, encoding: str | None, label: str = LABEL
) -> Settled:
    """Record the labels of a list as settled; the answers of the people stay as they are.

    Args:
        project: The project.
        path: A table with a column ``id`` and one of labels.
        by: Who settles; the user of this machine by default.
        encoding: Encoding of a text file; told by its bytes if None.
        label: The column of the labels.

    Raises:
        InputError: The file as a whole cannot be read.
    """
    answers = labelled_answers(read_answers(path, encoding, label)[1], Counter())
    with project.writing():
        state, labelled = project.state(), []
        for answer, text in with_texts(answers, project.texts):
            elsewhere = no_such_text(answer, text, len(project.texts))
            answer.problem = answer.problem or elsewhere or _problem(answer, state)
            answer.by = ""  # whoever the list names: there is one answer for a text
            answer.forget()
            labelled.append(answer)
        mark_contradictions(labelled, lambda said: class_named(said.label, state.classes))
        fine = [a for a in labelled if not a.problem]
        said = {int(a.id): class_named(a.label, state.classes) for a in fine}
        events: list[Event] = [
            {"event": "settle", "id": row, "label": name, "source": path.name}
            for row, name in said.items()
            if row not in state.settled or state.settled[row].label != name
        ]
        project.write(events, by)
    bad = [answer for answer in labelled if answer.problem]
    return Settled(len(said), bad, write_bad(path, bad, encoding, label))


def settle_by_vote(project: Project, how: str, by: str | None) -> tuple[int, list[int]]:
    """Settle every text with several answers that nobody settled; return how many, and the ties.

    Args:
        project: The project.
        how: "majority", or "dawid-skene".
        by: Who decides to do so.
    """
    with project.writing():
        state = project.state()
        decided, ties = voted(state, how)
        events: list[Event] = [
            {"event": "settle", "id": row, "label": label, "source": how}
            for row, label in decided.items()
        ]
        project.write(events, by)
    return len(decided), ties


def voted(state: State, how: str) -> tuple[dict[int, str], list[int]]:
    """Return what a vote decides on texts with several answers, and the ids on which it is a tie.

    Dawid and Skene's model learns how people err from all answers, those to other texts too.
    """
    ids = [row for row, said in state.answers.items() if said]
    people = sorted({who for row in ids for who in state.answers[row]})
    answers = [
        (place, people.index(who), state.classes.index(label))
        for place, row in enumerate(ids)
        for who, label in state.answers[row].items()
    ]
    several = [
        (place, row)
        for place, row in enumerate(ids)
        if len(state.answers[row]) > 1 and row not in state.settled
    ]
    if not several:
        return {}, []
    size = len(ids), len(state.classes)
    p = majority(answers, *size) if how == MAJORITY else dawid_skene(
        answers, size[0], len(people), size[1]
    )  # fmt: skip
    ties = [row for place, row in several if np.ptp(np.sort(p[place])[-2:]) < TIE]
    decided = {
        row: state.classes[int(p[place].argmax())] for place, row in several if row not in ties
    }
    return decided, ties


def _problem(answer: Answer, state: State) -> str:
    if int(answer.id) not in state.answers:
        return f"nobody labelled a text with the id {answer.id!r}"
    if class_named(answer.label, state.classes) is None:
        return unknown_class(answer.label, state.classes)
    return ""

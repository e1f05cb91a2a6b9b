"""Taking labels in: every row is checked; the good ones are kept, the bad ones written beside."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cartolearn.data.answers import (
    LABEL,
    Answer,
    class_named,
    labelled_answers,
    mark_contradictions,
    no_such_text,
    other_text,
    read_answers,
    row_named,
    unknown_class,
    with_texts,
    write_bad,
)
from cartolearn.data.project_folder import new_turn
from cartolearn.event_log import Event, me
from cartolearn.label.project.folder import Project
from cartolearn.label.project.state import State


@dataclass(frozen=True)
class Added:
    """What became of a file's rows.

    Attributes:
        new: Texts that had no label.
        changed: Labels that the same person changed, or with ``replace``.
        others: Answers to texts that were given to others, too; the first one counts until it is
            settled.
        again: Answers to texts that were asked again; the labels stay as they are.
        same: Rows whose label was there already.
        empty: Rows without a label yet.
        spreadsheet: Taken rows whose text a spreadsheet made something else of; the id tells.
        bad: Rows that were rejected, with the problem of each.
        bad_file: Where these were written, or None if there are none.
    """

    new: int
    changed: int
    others: int
    again: int
    same: int
    empty: int
    spreadsheet: int
    bad: list[Answer]
    bad_file: Path | None


def add_file(
    project: Project,
    path: Path,
    by: str | None = None,
    *,
    replace: bool = False,
    encoding: str | None = None,
    label: str = LABEL,
) -> Added:
    """Check a file's rows, and record the good ones in the project's log.

    The file is gone through row by row: of those without a label nothing is held, of the others
    the id and the label.

    Where an export holds the answers of several people, each is kept under its name, and the label
    of the text is the one that most of them gave, or that of the last where as many gave another.

    Args:
        project: The project.
        path: A table with a column ``id`` and one of labels, or an export of a labelling tool.
        by: Who labelled, where the file does not tell; the user of this machine by default.
        replace: Take labels too that differ from what somebody else said.
        encoding: Encoding of a text file; told by its bytes if None.
        label: The column of the labels, or the question of an export that has several.

    Raises:
        InputError: The file as a whole cannot be read.
    """
    seen: Counter[str] = Counter()
    labelled = labelled_answers(read_answers(path, encoding, label)[1], seen)
    with project.writing():  # what others add meanwhile has to wait, and is not overruled
        added = _checked_and_added(project, path, labelled, by or me(), replace=replace)
    bad_file = write_bad(path, added.bad, encoding, label)
    return dataclasses.replace(added, empty=seen["empty"], bad_file=bad_file)


def _checked_and_added(
    project: Project,
    path: Path,
    answers: Iterable[Answer],
    by: str,
    *,
    replace: bool,
) -> Added:
    state, labelled = project.state(), []
    changed_texts = 0
    for answer, text in with_texts(answers, project.texts):
        answer.by = answer.by or by
        elsewhere = no_such_text(answer, text, len(project.texts))
        answer.problem = answer.problem or elsewhere or _problem(answer, state)
        changed_texts += bool(text and not answer.problem and other_text(answer, text))
        answer.forget()
        labelled.append(answer)
    mark_contradictions(labelled, lambda said: class_named(said.label, state.classes))
    if not replace:
        _mark_disagreements(labelled, state)
    fine = [answer for answer in labelled if not answer.problem]
    bad = [answer for answer in labelled if answer.problem]
    again = {int(a.id): class_named(a.label, state.classes) for a in fine if a.again}
    said = _said([answer for answer in fine if not answer.again], state.classes)
    more = {row for row, people in said.items() if _is_another(row, people, state)}
    good = {row: people[-1][1] for row, people in said.items() if row not in more}
    compared = _compared(again, state, path.name)
    turn = new_turn()
    took = {(int(a.id), a.by): {"seconds": a.seconds} for a in fine if a.seconds is not None}
    for who, events in _events(said, state, path.name):
        project.write([event | took.get((event["id"], who), {}) for event in events], who, turn)
    project.write(compared, by, turn)
    return Added(
        new=sum(row not in state.labels for row in good),
        changed=sum(row in state.labels and not _stands(state, row, good) for row in good),
        others=len(more),
        again=len(compared),
        same=sum(_stands(state, row, good) for row in good) + len(again) - len(compared),
        empty=0,
        spreadsheet=changed_texts,
        bad=bad,
        bad_file=None,
    )


def _said(
    answers: Sequence[Answer], classes: Sequence[str]
) -> dict[int, list[tuple[str, str | None]]]:
    """Return what people said of each id; what most of them said comes last."""
    said: dict[int, dict[str, str | None]] = {}
    for answer in answers:
        said.setdefault(int(answer.id), {})[answer.by] = class_named(answer.label, classes)
    ordered = {}
    for row, people in said.items():
        votes = Counter(people.values())
        by_votes = sorted(range(len(people)), key=[votes[x] for x in people.values()].__getitem__)
        ordered[row] = [list(people.items())[number] for number in by_votes]
    return ordered


def _problem(answer: Answer, state: State) -> str:
    if class_named(answer.label, state.classes) is None:
        return unknown_class(answer.label, state.classes)
    labelled = int(answer.id) in state.labels or int(answer.id) in state.repeats
    if answer.again and not labelled:
        return f"id {answer.id} has no label, so it cannot have been asked again"
    return ""


def _mark_disagreements(answers: Sequence[Answer], state: State) -> None:
    """Reject labels that differ from what people said before who are not in the file.

    Texts that several people were given are theirs to differ on.
    """
    here = {answer.by for answer in answers}
    for answer in answers:
        skip = answer.problem or answer.again
        skip = skip or row_named(answer.id) in state.shared
        said = {} if skip else state.answers.get(int(answer.id), {})
        label = class_named(answer.label, state.classes)
        against = {who: other for who, other in said.items() if who not in here and other != label}
        for who, other in against.items():
            answer.problem = f"{who} labelled it {other!r} before; --replace takes the new label"


def _events(
    said: Mapping[int, Sequence[tuple[str, str | None]]], state: State, source: str
) -> list[tuple[str, list[Event]]]:
    """Return what to record by person, last what decides: nothing where the same stands already."""
    turns: list[dict[str, list[Event]]] = [{}, {}]
    for row, people in said.items():
        known = state.answers.get(row, {})
        stands = row in state.labels and state.labels[row].label == people[-1][1]
        for number, (who, label) in enumerate(people, 1):
            decides = number == len(people)
            kept = row in state.shared or row in state.settled
            if known.get(who) != label or (decides and not stands and not kept):
                event = {"event": "label", "id": row, "label": label, "source": source}
                turns[decides].setdefault(who, []).append(event)
    return [pair for turn in turns for pair in turn.items()]


def _compared(again: Mapping[int, str | None], state: State, source: str) -> list[Event]:
    """Return what to record of the texts that were asked again: nothing that is known already."""
    return [
        {"event": "again", "id": row, "label": label, "source": source}
        for row, label in again.items()
        if row not in state.repeats or state.repeats[row][1] != label
    ]


def _is_another(row: int, people: Sequence[tuple[str, str | None]], state: State) -> bool:
    """Tell whether a text that several were given gets an answer of one more of them."""
    known = state.answers.get(row, {})
    return row in state.shared and bool(known) and any(who not in known for who, _ in people)


def _stands(state: State, row: int, good: Mapping[int, str | None]) -> bool:
    return row in state.labels and state.labels[row].label == good[row]

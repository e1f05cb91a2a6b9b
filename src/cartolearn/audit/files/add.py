"""Taking checks in: every row is looked at; the good ones are kept, the bad ones written beside."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cartolearn.audit.files.corrected import HOW, given_column
from cartolearn.audit.files.sheet import RIGHT
from cartolearn.audit.project.folder import Audit
from cartolearn.audit.project.state import State
from cartolearn.data.answers import (
    LABEL,
    Answer,
    class_named,
    labelled_answers,
    mark_contradictions,
    no_such_text,
    read_answers,
    row_named,
    unknown_class,
    with_texts,
    write_bad,
)
from cartolearn.errors import InputError
from cartolearn.event_log import me

NO_ANSWERS = "a checker's answers are in the sheet that next wrote"


@dataclass(frozen=True)
class Added:
    """What became of a file's rows.

    Attributes:
        new: Texts that nobody had checked before.
        changed: Answers that the same checker changed.
        again: First answers of this checker to texts that others had checked.
        same: Rows that were known already.
        empty: Rows without an answer yet.
        bad: Rows that were rejected, with the problem of each.
        bad_file: Where these were written, or None if there are none.
    """

    new: int
    changed: int
    again: int
    same: int
    empty: int
    bad: list[Answer]
    bad_file: Path | None


def add_file(
    audit: Audit,
    path: Path,
    by: str | None,
    encoding: str | None = None,
    label: str = LABEL,
) -> Added:
    """Check a file's rows, and record the good ones as what the checker says.

    Args:
        audit: The audit.
        path: A table with a column ``id`` and one of labels, or an export of a labelling tool.
            A label is the right class, or the word "right" where the machine's label was shown.
        by: Who checked, where the file does not tell; the user of this machine by default.
        encoding: Encoding of a text file; told by its bytes if None.
        label: The column of the labels, or the question of an export that has several.

    Raises:
        InputError: The file as a whole cannot be read, holds no answers but labels, or names
            texts by ids of the user's own.
    """
    seen: Counter[str] = Counter()
    columns, rows = read_answers(path, encoding, label)
    if {HOW, given_column(audit, 0)} <= set(columns):
        raise InputError(f"{path} was written by audit fix; {NO_ANSWERS}")
    answers = labelled_answers(rows, seen)
    with audit.writing():  # what others add meanwhile has to wait
        state, labelled, read = audit.state(), [], False
        for answer, text in with_texts(answers, audit.texts):
            answer.by = answer.by or by or me()
            elsewhere = no_such_text(answer, text, len(audit.texts))
            answer.problem = answer.problem or elsewhere or _problem(answer, audit, state)
            read = read or answer.text is not None
            answer.forget()
            labelled.append(answer)
        if _audited_labels(labelled, audit, state):
            raise InputError(f"{path} holds the labels that are audited; {NO_ANSWERS}")
        if not read and _own_ids(labelled, audit, state):
            raise InputError(
                f"{path} has no texts, and ids of {audit.settings.key_column!r} where sheets have"
                f" rows; {NO_ANSWERS}"
            )
        mark_contradictions(labelled, lambda said: _label(said, audit, state))
        kinds = _kinds(labelled, audit, state)
        for who in dict.fromkeys(answer.by for answer in labelled):
            audit.write(_events(labelled, who, audit, state, path.name), who)
    bad = [answer for answer in labelled if answer.problem]
    return Added(
        new=kinds.count("new"),
        changed=kinds.count("changed"),
        again=kinds.count("again"),
        same=kinds.count("same"),
        empty=seen["empty"],
        bad=bad,
        bad_file=write_bad(path, bad, encoding, label),
    )


def _audited_labels(answers: Sequence[Answer], audit: Audit, state: State) -> bool:
    """Tell whether a file holds labels as they were given, mostly of texts not given out."""
    said = {row_named(answer.id): answer.label for answer in answers}
    if not _mostly_elsewhere(said, state):
        return False
    given = dict(enumerate(audit.labels.names(0)))
    return all(given.get(row) == class_named(label, state.classes) for row, label in said.items())


def _own_ids(answers: Sequence[Answer], audit: Audit, state: State) -> bool:
    """Tell whether a file names texts by the user's own ids, mostly as rows not given out."""
    named = {answer.id for answer in answers}
    return named <= set(audit.labels.keys) and _mostly_elsewhere(map(row_named, named), state)


def _mostly_elsewhere(rows: Iterable[int], state: State) -> bool:
    """Tell whether most of ``rows`` were not given out to be checked."""
    elsewhere = [row not in state.handed_out for row in rows]
    return sum(elsewhere) > len(elsewhere) / 2


def _problem(answer: Answer, audit: Audit, state: State) -> str:
    if int(answer.id) not in state.handed_out:
        return f"id {answer.id} was not given out by next, so its check would bend the measure"
    if answer.again and (others := _asked_again(answer, state)):
        return (
            f"id {answer.id} was given to {others} for a second opinion on what {answer.by} said;"
            " say who answers with --by"
        )
    if _label(answer, audit, state) is None:
        if _said_right(answer):
            return f"the label of id {answer.id} was not shown; write the class, not {RIGHT!r}"
        return f"{unknown_class(answer.label, state.classes)}; --classes adds a new one"
    return ""


def _asked_again(answer: Answer, state: State) -> str:
    """Return who was to look at a text that ``answer.by`` had checked, if that is somebody else."""
    row = int(answer.id)
    asked = [who for who, ids in state.second.items() if row in ids]
    first = answer.by in state.answers.get(row, {}) and answer.by not in asked
    return " and ".join(asked) if first else ""


def _label(answer: Answer, audit: Audit, state: State) -> str | None:
    named = class_named(answer.label, state.classes)
    if named is None and _said_right(answer) and int(answer.id) in state.in_sight:
        given = int(audit.labels.given[0, int(answer.id)])
        return audit.labels.classes[given]
    return named


def _said_right(answer: Answer) -> bool:
    return answer.label.strip().casefold() == RIGHT


def _kinds(answers: Sequence[Answer], audit: Audit, state: State) -> list[str]:
    """Return what each good row is after those before it: "new", "changed", "again" or "same"."""
    kinds, told = [], dict[int, dict[str, str | None]]()
    for answer in answers:
        if answer.problem:
            continue
        label, row = _label(answer, audit, state), int(answer.id)
        said = told.setdefault(row, {**state.answers.get(row, {})})
        if answer.by in said:
            kinds.append("same" if said[answer.by] == label else "changed")
        else:
            kinds.append("again" if said else "new")
        said[answer.by] = label
    return kinds


def _events(
    answers: Sequence[Answer], who: str, audit: Audit, state: State, source: str
) -> list[dict[str, Any]]:
    """Return what to record of one checker: nothing that is known already, nothing twice."""
    labels = {
        int(answer.id): _label(answer, audit, state)
        for answer in answers
        if answer.by == who and not answer.problem
    }
    return [
        {"event": "check", "id": row, "label": label, "source": source}
        for row, label in labels.items()
        if state.answers.get(row, {}).get(who) != label
    ]

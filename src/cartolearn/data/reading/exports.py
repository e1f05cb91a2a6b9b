"""What labelling tools export, as one row for each answer to a text.

Drafts, and answers that were cancelled, rejected or
ignored, are none; a text without an answer gives a row without a label.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

Fields = dict[str, Any]
Unfolded = Iterator[tuple[Fields, str, Any, str]]
Answers = dict[str, list[tuple[str, Any]]]

LABEL = "label"
SECONDS = "lead_time"  # how long an answer took, as Label Studio calls it

_WRONG = (KeyError, TypeError, IndexError, AttributeError, ValueError)


def kind_of(objects: Sequence[Fields]) -> str | None:
    """Tell whose export the first objects of a file are, by most of them; None for plain ones."""
    for kind, holds in _SIGNS.items():
        if 2 * sum(map(holds, objects)) > len(objects):
            return kind
    return None


def question_of(kind: str, objects: Sequence[Fields], label: str | None) -> str:
    """Return the control or question that holds the label.

    It is the one that the user names, else the one called "label", else the only one.

    Raises:
        ValueError: There is no such question among several, which are named.
    """
    asked: set[str] = set()
    for found in objects:
        with suppress(*_WRONG):
            asked |= set(_READERS[kind](found, Counter())[1])
    name = label or LABEL
    if name in asked or not asked:
        return name
    if len(asked) == 1 and label in (None, LABEL):
        return next(iter(asked))
    raise ValueError(f"no question is called {name!r}; there are: {', '.join(sorted(asked))}")


def unfolded(kind: str, found: Fields, question: str, counted: Counter[str]) -> Unfolded:
    """Yield the answers to one text as fields, annotator ("" if unknown), label and problem.

    Args:
        kind: Whose export it is.
        found: The exported object.
        question: Whose answers are the label.
        counted: Takes up what was left out, by reason.
    """
    try:
        fields, answers = _READERS[kind](found, counted)
    except _WRONG as error:
        yield {}, "", "", f"not what {kind} exports ({type(error).__name__}: {error})"
        return
    others = sorted(set(answers) - {question})
    if others:
        counted[f"answer(s) to other questions left out ({', '.join(others)})"] += 1
    given: list[tuple[str, Any]] = answers.get(question) or [("", "")]
    for who, value in given:
        yield fields, who, *_single(value)


def _single(value: Any) -> tuple[Any, str]:
    """Return a label out of a list of one; more than one are a problem."""
    if not isinstance(value, list):
        return value, ""
    if len(value) > 1:
        return "", f"{len(value)} labels where one is expected: {', '.join(map(str, value))}"
    return (value[0] if value else ""), ""


def _label_studio(task: Fields, counted: Counter[str]) -> tuple[Fields, Answers]:
    fields = {"id": task.get("id", ""), **task["data"]}
    answers: Answers = {}
    latest: dict[tuple[str, str], int] = {}
    annotations: list[Any] = task.get("annotations") or task.get("completions") or []
    for annotation in annotations:
        if annotation.get("was_cancelled"):
            counted["cancelled annotation(s) left out"] += 1
            continue
        who = _person(annotation.get("completed_by"))
        for result in annotation["result"]:
            if result.get("type") != "choices":
                continue
            question = result.get("from_name", LABEL)
            said = answers.setdefault(question, [])
            choices = result["value"]["choices"]
            if who and (question, who) in latest:
                counted["earlier answer(s) of the same person replaced"] += 1
                said[latest[question, who]] = (who, choices)
                continue
            latest[question, who] = len(said)
            said.append((who, choices))
    if len(annotations) == 1 and SECONDS in annotations[0]:
        fields[SECONDS] = annotations[0][SECONDS]
    return fields, answers


def _argilla(record: Fields, counted: Counter[str]) -> tuple[Fields, Answers]:
    known = record.get("metadata") or {}
    fields = {"id": record.get("id", ""), **known, **record["fields"]}
    draft = record.get("status") not in (None, "completed")
    answers: Answers = {}
    for question, given in (record.get("responses") or {}).items():
        for answer in given:
            if answer.get("status", "draft" if draft else "submitted") != "submitted":
                counted["answer(s) left out that were not submitted"] += 1
                continue
            said = answers.setdefault(question, [])
            said.append((str(answer.get("user_id") or ""), answer["value"]))
    return fields, answers


def _argilla_1(record: Fields, counted: Counter[str]) -> tuple[Fields, Answers]:
    text = record.get("text")
    inputs = record.get("inputs") or {}
    fields = {"id": record.get("id", ""), **inputs, **({"text": text} if text is not None else {})}
    annotation = record.get("annotation")
    if annotation is None:
        return fields, {}
    if record.get("status") not in (None, "Validated"):
        counted["answer(s) left out that were not validated"] += 1
        return fields, {}
    return fields, {LABEL: [(str(record.get("annotation_agent") or ""), annotation)]}


def _doccano(row: Fields, counted: Counter[str]) -> tuple[Fields, Answers]:
    del counted
    fields = {name: value for name, value in row.items() if name != LABEL}
    return fields, {LABEL: [("", row[LABEL])]}


def _prodigy(row: Fields, counted: Counter[str]) -> tuple[Fields, Answers]:
    who = str(row.get("_annotator_id") or row.get("_session_id") or "")
    dropped = {"accept", "answer", "options", LABEL}
    kept = {name: value for name, value in row.items() if name not in dropped}
    fields = {name: value for name, value in kept.items() if not name.startswith("_")}
    if row["answer"] != "accept":
        counted[f"answer(s) left out: {row['answer']}"] += 1
        return fields, {}
    said = row["accept"] if "accept" in row else row.get(LABEL, "")
    return fields, {LABEL: [(who, said)]}


def _person(who: Any) -> str:
    if isinstance(who, dict):
        who = who.get("email") or who.get("username") or who.get("id")
    return "" if who is None else str(who)


_SIGNS: dict[str, Callable[[Fields], bool]] = {
    "Label Studio": lambda f: (
        isinstance(f.get("data"), dict) and not f.keys().isdisjoint({"annotations", "completions"})
    ),
    "Argilla": lambda f: isinstance(f.get("fields"), dict) and "responses" in f,
    "Argilla 1": lambda f: "annotation" in f and not f.keys().isdisjoint({"inputs", "text"}),
    "Prodigy": lambda f: f.get("answer") in ("accept", "reject", "ignore") and "text" in f,
    "doccano": lambda f: isinstance(f.get(LABEL), list) and "text" in f,
}
_READERS: dict[str, Callable[[Fields, Counter[str]], tuple[Fields, Answers]]] = {
    "Label Studio": _label_studio,
    "Argilla": _argilla,
    "Argilla 1": _argilla_1,
    "Prodigy": _prodigy,
    "doccano": _doccano,
}

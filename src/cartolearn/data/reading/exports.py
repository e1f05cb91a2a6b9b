"""What labelling tools export, as one row for each answer to a text.

Drafts, and answers that were cancelled, rejected or ignored, are none; a text without an answer
gives a row without a label.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from cartolearn.data.canonical import unquoted
from cartolearn.data.reading.rows import Row, Rows
from cartolearn.errors import InputError

Fields = dict[str, Any]
Unfolded = Iterator[tuple[Fields, str, Any, str]]
Numbered = Iterable[tuple[int, Any]]
Answers = dict[str, list[tuple[str, Any]]]

LABEL = "label"
RESPONSES = ".responses"  # ends the names of columns with answers in tables that Argilla 2 makes
ANSWERS = ("accept", "reject", "ignore")  # of Prodigy
PRODIGY, ARGILLA_TABLE = "Prodigy", "Argilla, as a table"
KEY = "text_id"  # what our own exports call the id
SECONDS = "lead_time"  # how long an answer took, as Label Studio calls it

CHOSEN = ("choices", "taxonomy")  # controls of Label Studio that choose classes
TASK = {"id", "data", "predictions", "meta"}  # of a task that nobody answered

_WRONG = (KeyError, TypeError, IndexError, AttributeError, ValueError)


def kind_of(objects: Sequence[Fields]) -> str | None:
    """Tell whose export the first objects of a file are, by most of them; None for plain ones."""
    for kind, holds in _SIGNS.items():
        if 2 * sum(map(holds, objects)) > len(objects):
            return kind
    return None


def read_export(
    rows: Rows, kind: str, objects: Numbered, known: Sequence[Fields], label: str | None
) -> Rows:
    """Return the answers of an export as rows.

    Args:
        rows: The open file.
        kind: Whose export it is.
        objects: Its objects with their places.
        known: The first of them.
        label: The question that the user names; None if no label is wanted.

    Raises:
        InputError: There is no such question among several.
    """
    try:
        question = question_of(kind, known, label)
    except ValueError as error:
        raise InputError(f"{rows.path}: {error}") from error
    answers = (
        Row(number, fields | ({label or LABEL: value} if question else {}), problem, by=who)
        for number, same in together(kind, objects)
        for fields, who, value, problem in answers_to(kind, same, question, rows.counted)
    )
    assumed = [*rows.assumed, f"read as an export of {kind}"]
    return Rows(rows.path, None, answers, rows.unit, assumed, rows.counted, export=True)


def question_of(kind: str, objects: Sequence[Fields], label: str | None) -> str:
    """Return the control or question that holds the label; "" if none is wanted, and any may be.

    It is the one that the user names, else the one called "label", else the only one. What the
    user names may be a value of the texts themselves, too; then no answer is wanted.

    Raises:
        ValueError: There is no such question among several, which are named.
    """
    asked: set[str] = set()
    held: set[str] = set()
    for found in objects:
        with suppress(*_WRONG):
            fields, answers = _READERS[kind](found, Counter())
            asked |= answers.keys()
            held |= fields.keys()
    name = (label or LABEL).removesuffix(RESPONSES)
    if name in asked or not asked:
        return name
    if len(asked) == 1 and label in (None, LABEL):
        return next(iter(asked))
    if label is None or (label != LABEL and label in held):
        return ""
    there = ", ".join(sorted(asked))
    raise ValueError(
        f"no question is called {name!r}; there are: {there}; name the one of the labels"
    )


def together(kind: str, objects: Numbered) -> Iterator[tuple[int, list[Any]]]:
    """Yield the objects of each text with the place of the first.

    Prodigy writes one for each answer, in the order in which they were given; other tools write
    all answers to a text into one object.
    """
    if kind != PRODIGY:
        yield from ((number, [found]) for number, found in objects)
        return
    texts: dict[Any, tuple[int, list[Any]]] = {}
    for number, found in objects:
        key: Any = number
        if isinstance(found, dict):
            key = str(found.get("_input_hash", found.get("text"))), str(found.get(KEY))
        texts.setdefault(key, (number, []))[1].append(found)
    yield from texts.values()


def answers_to(kind: str, same: Sequence[Any], question: str, counted: Counter[str]) -> Unfolded:
    """Yield the answers to the text that some objects are about; one without a label if none is."""
    rows = [row for found in same for row in unfolded(kind, found, question, counted)]
    yield from [row for row in rows if row[2] or row[3]] or rows[:1]


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
            if result.get("type") not in CHOSEN:
                counted[f"result(s) left out that are no choice ({result.get('type')})"] += 1
                continue
            question = result.get("from_name", LABEL)
            said = answers.setdefault(question, [])
            choices = _classes_of(result["value"][result["type"]])
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
    for question, given in _by_question(record.get("responses") or {}).items():
        for answer in given:
            if answer.get("status", "draft" if draft else "submitted") != "submitted":
                counted["answer(s) left out that were not submitted"] += 1
                continue
            said = answers.setdefault(question, [])
            said.append((str(answer.get("user_id") or ""), answer["value"]))
    return fields, answers


def _by_question(responses: Any) -> dict[str, list[Fields]]:
    """Return the answers to each question; feedback records of Argilla 1 list them by person."""
    if isinstance(responses, dict):
        return responses
    answers: dict[str, list[Fields]] = {}
    for one in responses:
        for question, said in one["values"].items():
            answers.setdefault(question, []).append({**one, **said})
    return answers


def _listed(cell: Any) -> list[Any]:
    if isinstance(cell, list):
        return cell
    return [] if cell in (None, "") else [cell]


def _argilla_table(row: Fields, counted: Counter[str]) -> tuple[Fields, Answers]:
    answers: Answers = {}
    for column in row:
        if not column.endswith(RESPONSES):
            continue
        said, users, status = (
            _listed(unquoted(row.get(column + part))) for part in ("", ".users", ".status")
        )
        for number, value in enumerate(said):
            if number < len(status) and status[number] != "submitted":
                counted["answer(s) left out that were not submitted"] += 1
                continue
            who = str(users[number]) if number < len(users) else ""
            answers.setdefault(column.removesuffix(RESPONSES), []).append((who, value))
    return row, answers


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
    dropped = {"accept", "answer", "options", "cats", LABEL}
    fields = {n: value for n, value in row.items() if n not in dropped and not n.startswith("_")}
    if "answer" not in row:
        return fields, {}
    if row["answer"] != "accept":
        counted[f"answer(s) left out: {row['answer']}"] += 1
        return fields, {}
    counted["annotation(s) inside texts left out"] += len(row.get("spans") or ())
    if "accept" not in row:
        return fields, {LABEL: [(who, row.get(LABEL, row.get("cats", "")))]}
    texts = {one["id"]: one.get("text", one["id"]) for one in row.get("options") or []}
    said = [texts.get(one, one) if isinstance(one, int) else one for one in row["accept"]]
    return fields, {LABEL: [(who, said)]}


def _classes_of(chosen: Any) -> Any:
    """Return choices as classes: one in a taxonomy is the way to it, from the root."""
    if not isinstance(chosen, list):
        return chosen
    return [" / ".join(map(str, one)) if isinstance(one, list) else one for one in chosen]


def _person(who: Any) -> str:
    if isinstance(who, dict):
        who = who.get("email") or who.get("username") or who.get("id")
    return "" if who is None else str(who)


_SIGNS: dict[str, Callable[[Fields], bool]] = {
    "Label Studio": lambda f: (
        isinstance(f.get("data"), dict)
        and (f.keys() <= TASK or not f.keys().isdisjoint({"annotations", "completions"}))
    ),
    "Argilla": lambda f: isinstance(f.get("fields"), dict) and "responses" in f,
    ARGILLA_TABLE: lambda f: any(name.endswith(RESPONSES) for name in f),
    "Argilla 1": lambda f: "annotation" in f and not f.keys().isdisjoint({"inputs", "text"}),
    PRODIGY: lambda f: (
        "text" in f and (f.get("answer") in ANSWERS or ("options" in f and LABEL not in f))
    ),
    "doccano": lambda f: isinstance(f.get(LABEL), list) and "text" in f,
}
_READERS: dict[str, Callable[[Fields, Counter[str]], tuple[Fields, Answers]]] = {
    "Label Studio": _label_studio,
    "Argilla": _argilla,
    ARGILLA_TABLE: _argilla_table,
    "Argilla 1": _argilla_1,
    PRODIGY: _prodigy,
    "doccano": _doccano,
}

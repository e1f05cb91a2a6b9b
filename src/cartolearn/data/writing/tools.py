"""Texts as labelling tools import them, and as they export them once they are labelled.

The text is called ``text`` everywhere, and ``text_id`` is what it is known by when it comes back.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from cartolearn.data.writing.cells import as_json
from cartolearn.data.writing.sheet import Answered, Entry, Sheet, entries

MODEL = "cartography-active-learning"
KEY = "text_id"
OURS = ("text", "label", "annotator", KEY)  # a column of another meaning gets another name
HOTKEYS = 9

Object = dict[str, Any]


def label_studio(sheet: Sheet) -> Iterator[Object]:
    """Yield tasks: texts, what the model suggests, and everybody's answer."""
    for entry in entries(sheet, together=True):
        yield {
            "data": {**_others(entry), "text": entry.text, **_key(entry)},
            "annotations": [_annotation(answer) for answer in entry.answers],
            "predictions": _predictions(entry),
        }


def label_studio_interface(classes: Sequence[str], guideline: str = "") -> str:
    """Return the labelling interface that the tasks are made for, as XML."""
    choices = "\n".join(
        f'    <Choice value={quoteattr(name)} hotkey="{number}"/>'
        if number <= HOTKEYS
        else f"    <Choice value={quoteattr(name)}/>"
        for number, name in enumerate(classes, 1)
    )
    told = f"  <Header value={quoteattr(guideline)}/>\n" if guideline else ""
    return (
        f'<View>\n{told}  <Text name="text" value="$text"/>\n'
        '  <Choices name="label" toName="text" choice="single" required="true">\n'
        f'{choices}\n  </Choices>\n  <Text name="reason" value="$reason"/>\n</View>\n'
    )


def argilla(sheet: Sheet) -> Iterator[Object]:
    """Yield records for a dataset with a field ``text`` and a label question ``label``."""
    for number, entry in enumerate(entries(sheet, together=True)):
        said = [{"value": a.label} | ({"user_id": a.by} if a.by else {}) for a in entry.answers]
        suggested = {"value": entry.suggestion, "score": entry.probability, "agent": MODEL}
        yield {
            "id": entry.key or str(number),
            "fields": {"text": entry.text},
            "metadata": _others(entry),
            "suggestions": {"label": suggested} if entry.suggestion else {},
            "responses": {"label": said} if said else {},
            "vectors": {},
        }


def doccano(sheet: Sheet) -> Iterator[Object]:
    """Yield one object a text; a suggestion goes along with what else is known of it."""
    for entry in entries(sheet, together=False):
        label = [answer.label for answer in entry.answers]
        who = {"annotator": entry.answers[0].by} if entry.answers and sheet.by else {}
        yield {**_others(entry), **_suggested(entry), **who, **_key(entry),
               "text": entry.text, "label": label}  # fmt: skip


def prodigy(sheet: Sheet) -> Iterator[Object]:
    """Yield tasks for the interface ``choice``; a suggestion is chosen already."""
    options = [{"id": name, "text": name} for name in sheet.classes]
    for entry in entries(sheet, together=False):
        task = {**_others(entry), **_suggested(entry), "text": entry.text, **_key(entry),
                "options": options}  # fmt: skip
        if entry.answers:
            said = entry.answers[0]
            task |= {"accept": [said.label], "answer": "accept"}
            task |= {"_annotator_id": said.by} if said.by else {}
        elif entry.suggestion:
            task["accept"] = [entry.suggestion]
        yield task


def write_list(path: Path, objects: Iterator[Object]) -> None:
    """Write a JSON file that holds one list."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write("[")
        for number, found in enumerate(objects):
            stream.write(",\n " if number else "\n ")
            stream.write(json.dumps(as_json(found), ensure_ascii=False))
        stream.write("\n]\n")


def write_lines(path: Path, objects: Iterator[Object]) -> None:
    """Write one object a line."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for found in objects:
            stream.write(json.dumps(as_json(found), ensure_ascii=False) + "\n")


def rows(sheet: Sheet) -> Iterator[Object]:
    """Yield the rows by the names of their columns."""
    for cells in sheet.rows:
        yield dict(zip(sheet.columns, cells, strict=True))


def _annotation(answer: Answered) -> Object:
    who = {"completed_by": {"email": answer.by}} if answer.by else {}
    return {**who, "result": [_choice(answer.label)]}


def _choice(label: str) -> Object:
    said = {"choices": [label]}
    return {"from_name": "label", "to_name": "text", "type": "choices", "value": said}


def _predictions(entry: Entry) -> list[Object]:
    if entry.suggestion is None:
        return []
    result = [_choice(entry.suggestion)]
    return [{"model_version": MODEL, "score": entry.probability, "result": result}]


def _suggested(entry: Entry) -> Object:
    if entry.suggestion is None:
        return {}
    return {"suggestion": entry.suggestion, "probability": entry.probability}


def _key(entry: Entry) -> Object:
    return {KEY: entry.key} if entry.key else {}


def _others(entry: Entry) -> Object:
    return {f"{k}_" if k in OURS else k: v for k, v in entry.others.items()}

"""Batches for a spreadsheet, for Label Studio (with predictions) and for Argilla."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from cartolearn.files import write_text
from cartolearn.label.files.sheet import marked, reason, write_sheet
from cartolearn.label.project.state import Pick

MODEL = "cartography-active-learning"


def label_studio_tasks(picks: Sequence[Pick], texts: Sequence[str]) -> list[dict[str, Any]]:
    """Return tasks to import; what comes back is known by ``data.text_id``."""
    return [
        {
            "data": {"text": texts[pick.id], "text_id": marked(pick), "reason": reason(pick)},
            "predictions": _prediction(pick),
        }
        for pick in picks
    ]


def label_studio_config(classes: Sequence[str]) -> str:
    """Return the labelling interface that the tasks are made for."""
    choices = "\n".join(
        f'    <Choice value={quoteattr(name)} hotkey="{number}"/>'
        if number < 10
        else f"    <Choice value={quoteattr(name)}/>"
        for number, name in enumerate(classes, 1)
    )
    return (
        '<View>\n  <Text name="text" value="$text"/>\n'
        '  <Choices name="label" toName="text" choice="single" required="true">\n'
        f'{choices}\n  </Choices>\n  <Text name="reason" value="$reason"/>\n</View>\n'
    )


def argilla_records(picks: Sequence[Pick], texts: Sequence[str]) -> list[dict[str, Any]]:
    """Return records for a dataset with a field ``text`` and a label question ``label``."""
    return [
        {
            "id": marked(pick),
            "fields": {"text": texts[pick.id]},
            "metadata": {"reason": reason(pick)},
            "suggestions": _suggestion(pick),
            "responses": {},
            "vectors": {},
        }
        for pick in picks
    ]


def write_batch(
    path: Path, kind: str, picks: Sequence[Pick], texts: Sequence[str], classes: Sequence[str]
) -> list[Path]:
    """Write a batch for ``kind``: csv, labelstudio or argilla; return the files."""
    if kind == "csv":
        write_sheet(path, picks, texts)
        return [path]
    tasks = (label_studio_tasks if kind == "labelstudio" else argilla_records)(picks, texts)
    write_text(path, json.dumps(tasks, ensure_ascii=False, indent=1) + "\n")
    if kind != "labelstudio":
        return [path]
    interface = path.with_suffix(".xml")
    write_text(interface, label_studio_config(classes))
    return [path, interface]


def _prediction(pick: Pick) -> list[dict[str, Any]]:
    if pick.suggestion is None:
        return []
    choice = {
        "from_name": "label",
        "to_name": "text",
        "type": "choices",
        "value": {"choices": [pick.suggestion]},
    }
    return [{"model_version": MODEL, "score": pick.probability, "result": [choice]}]


def _suggestion(pick: Pick) -> dict[str, Any]:
    if pick.suggestion is None:
        return {}
    return {"label": {"value": pick.suggestion, "score": pick.probability, "agent": MODEL}}

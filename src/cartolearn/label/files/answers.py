"""Labels that come back in a file: a spreadsheet, or an export of Label Studio or Argilla."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cartolearn.data.table import column_index, place, readable
from cartolearn.errors import InputError
from cartolearn.label.files.sheet import read_sheet, unmarked
from cartolearn.label.project.state import State
from cartolearn.plain_data import read_json

LARGEST_EXPORT = 1 << 30


@dataclass
class Answer:
    """One row of a file, before it is checked.

    Attributes:
        where: File and line (or task), for messages.
        id: The id as it stands there, without the mark of a text that was asked again.
        again: Whether it bears that mark.
        label: The label as it stands there; empty if the row has none yet.
        text: The text as it stands there, or None if the file has no texts.
        raw: The cells of the row, to be written out again if it is bad.
        problem: Why it cannot be used, once that is known.
    """

    where: str
    id: str
    label: str
    text: str | None
    raw: list[str] = field(default_factory=list)
    problem: str = ""
    again: bool = False


def read_answers(path: Path) -> tuple[list[str], list[Answer]]:
    """Return the names of the raw columns, and every row.

    Raises:
        InputError: The file cannot be read, or is of no known kind.
    """
    if path.suffix.lower() == ".json":
        return ["id", "text", "label"], _from_json(path)
    header, rows = read_sheet(path)
    at = {name: column_index(path, header, name) for name in ("id", "label")}
    text = header.index("text") if "text" in header else None
    return header, [_from_row(place(path, line), row, len(header), at, text) for line, row in rows]


def holds_new_labels(path: Path, state: State) -> bool:
    """Whether a sheet holds labels that the project does not know; an empty one holds none.

    Raises:
        InputError: There is such a file, and it is no sheet.
    """
    if not path.exists() or not path.stat().st_size:
        return False
    return any(
        not (a.id.isdigit() and int(a.id) in (state.repeats if a.again else state.labels))
        for a in read_answers(path)[1]
        if a.label
    )


def _from_row(
    where: str, row: list[str], width: int, at: dict[str, int], text: int | None
) -> Answer:
    if len(row) != width:
        problem = f"{len(row)} columns where the header has {width}"
        return Answer(where, "", "", None, row, problem)
    read = None if text is None else row[text]
    name, again = unmarked(row[at["id"]])
    return Answer(where, name, row[at["label"]].strip(), read, row, again=again)


def _from_json(path: Path) -> list[Answer]:
    with readable(path):
        try:
            tasks = read_json(path, largest=LARGEST_EXPORT)
        except ValueError as error:
            raise InputError(f"{path}: malformed JSON: {error}") from error
    if not isinstance(tasks, list):
        raise InputError(f"{path}: not a list of tasks, as Label Studio and Argilla export them")
    return [_from_task(place(path, number, "task"), task) for number, task in enumerate(tasks, 1)]


def _from_task(where: str, task: Any) -> Answer:
    try:
        if "fields" in task:
            row, text, said = task["id"], task["fields"]["text"], _argilla(task)
        elif "data" in task:
            row, text, said = task["data"]["text_id"], task["data"]["text"], _label_studio(task)
        else:
            row, text, said = task["text_id"], task["text"], [task.get("label") or ""]
        labels = sorted({str(label).strip() for label in said} - {""})
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        return Answer(where, "", "", None, ["", "", ""], f"not a task of this project ({error!r})")
    problem = f"several labels: {', '.join(labels)}" if len(labels) > 1 else ""
    label = " / ".join(labels)
    name, again = unmarked(str(row))
    return Answer(where, name, label, text, [str(row), str(text), label], problem, again)


def _label_studio(task: dict[str, Any]) -> list[str]:
    return [
        choice
        for annotation in task.get("annotations", task.get("completions", []))
        if not annotation.get("was_cancelled")
        for result in annotation["result"]
        if result.get("type") == "choices"
        for choice in result["value"]["choices"]
    ]


def _argilla(task: dict[str, Any]) -> list[str]:
    return [answer["value"] for answer in (task.get("responses") or {}).get("label", [])]

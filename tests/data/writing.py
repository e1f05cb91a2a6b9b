"""Small files for the readers' tests."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cartolearn.data.dataset import Dataset

Pairs = list[tuple[str, str]]

# Three classes, two rows and more of each, and a text with everything that needs quoting.
PAIRS: Pairs = [
    ("a plain text", "sport"),
    ('commas, "quotes" and\na line break', "art"),
    ("tabs\tand \\ backslashes", "law"),
    ("ünïcödé \u202eright to left\u202c 日本語 🙂", "art"),
    ("control \x01 \x7f characters", "sport"),
    ("#NAME?", "law"),
]


def write_delimited(path: Path, pairs: Iterable[tuple[str, str]], end: str = "\r\n") -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        sep = "\t" if path.suffix == ".tsv" else ","
        writer = csv.writer(stream, delimiter=sep, lineterminator=end)
        writer.writerow(["text", "label"])
        writer.writerows(pairs)
    return path


def write_jsonlines(path: Path, rows: Iterable[tuple[Any, Any]]) -> Path:
    lines = [json.dumps({"text": text, "label": label}) + "\n" for text, label in rows]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def write_parquet(path: Path, texts: Any, labels: Any) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"text": texts, "label": labels}), path)
    return path


def write_pairs(path: Path, pairs: Pairs) -> Path:
    match path.suffix:
        case ".jsonl" | ".ndjson":
            return write_jsonlines(path, pairs)
        case ".parquet":
            return write_parquet(path, [text for text, _ in pairs], [label for _, label in pairs])
    return write_delimited(path, pairs)


def pairs_of(dataset: Dataset) -> Pairs:
    """Rows in the order of their ids, with the labels' names."""
    names = [dataset.label_names[label] for label in dataset.labels.tolist()]
    return list(zip(dataset.texts, names, strict=True))

"""What embeds one shard after the other in a process of Ray; imports little, since each pays it."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from cartolearn.data.kept_texts import KeptTexts, ProjectTexts
from cartolearn.embeddings.base import Embedded, Embedding, EmbeddingReport


class Worker:
    """Embeds the shards whose numbers it is given.

    Args:
        embedding: The embedding.
        path: The file of the texts.
        rows: Rows of a shard.
    """

    def __init__(self, embedding: Embedding, path: Path, rows: int) -> None:
        self.embedding, self.rows = embedding, rows
        self.texts = KeptTexts(path)

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """Return the features of a shard, and the report on them, as bytes and JSON."""
        number = int(batch["number"][0])
        texts = self.texts[number * self.rows : (number + 1) * self.rows]
        embedded = self.embedding.embed(ProjectTexts(texts, len(texts)))
        features = np.ascontiguousarray(embedded.features, dtype=np.float32)
        return {
            "number": [number],
            "features": [features.tobytes()],
            "report": [json.dumps(asdict(embedded.report))],
        }


def unpacked(row: Mapping[str, Any]) -> tuple[int, Embedded]:
    """Return the number of a shard and its features, of a row that a ``Worker`` gave."""
    told = EmbeddingReport(**json.loads(row["report"]))
    features = np.frombuffer(row["features"], dtype=np.float32)
    return int(row["number"]), Embedded(features.reshape(-1, told.dimensions), told)

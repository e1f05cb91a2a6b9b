"""Features of a shard as they come from a process of Ray; imports little, since each pays it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from cartolearn.data.kept_texts import ProjectTexts
from cartolearn.embeddings.base import Embedded, Embedding, EmbeddingReport


def packed(embedding: Embedding, texts: Sequence[str]) -> dict[str, Any]:
    """Return the features of a shard's texts, and the report on them, as bytes and JSON."""
    embedded = embedding.embed(ProjectTexts(texts, len(texts)))
    features = np.ascontiguousarray(embedded.features, dtype=np.float32)
    return {"features": [features.tobytes()], "report": [json.dumps(asdict(embedded.report))]}


def unpacked(row: Mapping[str, Any]) -> tuple[int, Embedded]:
    """Return the number of a shard and its features, of what was ``packed``."""
    told = EmbeddingReport(**json.loads(row["report"]))
    features = np.frombuffer(row["features"], dtype=np.float32)
    return int(row["number"]), Embedded(features.reshape(-1, told.dimensions), told)

"""Predicting on Ray: each worker reads its blocks of the texts from a copy that all can see."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartolearn.data.kept_texts import KeptTexts, write_texts
from cartolearn.data.reading.reader import Record
from cartolearn.launcher.ray_data import RayOptions, on_actors
from cartolearn.text_models.text_model import TextModel


def predicted_on_ray(
    model: TextModel, records: Iterable[Record], copy: Path, rows: int, options: RayOptions
) -> Iterator[tuple[list[str], NDArray[np.float64]]]:
    """Yield blocks of texts and their probabilities, [B, C], in the order of the file.

    Args:
        model: The model.
        records: The texts, which are gone through before anything is predicted.
        copy: Where they stand meanwhile, at the same place on all machines; it goes afterwards.
        rows: Texts of a block.
        options: How many workers, and where.

    Raises:
        InputError: A record is malformed, or Ray cannot be used.
    """
    try:
        write_texts(copy, (record.text for record in records))
        texts = KeptTexts(copy)
        pieces = [{"start": start} for start in range(0, len(texts), rows)]
        arguments = model, copy.absolute(), rows
        said = on_actors(PredictWorker, arguments, pieces, options, "predicting", ordered=True)
        for row in said if pieces else ():
            p = np.frombuffer(row["p"], dtype=np.float64).reshape(-1, len(model.classes))
            yield texts[row["start"] : row["start"] + rows], p
    finally:
        copy.unlink(missing_ok=True)


class PredictWorker:
    """Predicts one block after the other.

    Args:
        model: The model.
        path: The file of the texts.
        rows: Texts of a block.
    """

    def __init__(self, model: TextModel, path: Path, rows: int) -> None:
        self.model, self.texts, self.rows = model, KeptTexts(path), rows

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """Return the probabilities of a block, as bytes."""
        start = int(batch["start"][0])
        p = self.model.predict_proba(self.texts[start : start + self.rows])
        return {"start": [start], "p": [np.ascontiguousarray(p, dtype=np.float64).tobytes()]}

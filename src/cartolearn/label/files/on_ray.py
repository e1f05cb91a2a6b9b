"""Predicting on Ray: each worker reads its blocks of the texts from a copy that all can see."""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartolearn.data.kept_texts import KeptTexts, write_texts
from cartolearn.data.reading.reader import Record
from cartolearn.launcher.ray_data import RayOptions, on_actors
from cartolearn.launcher.ray_texts import TextsWorker
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
        pieces = [{"number": number} for number in range(-(-len(texts) // rows))]
        arguments = partial(_packed, model), copy.absolute(), rows
        said = on_actors(TextsWorker, arguments, pieces, options, "predicting", ordered=True)
        for row in said if pieces else ():
            start = row["number"] * rows
            p = np.frombuffer(row["p"], dtype=np.float64).reshape(-1, len(model.classes))
            yield texts[start : start + rows], p
    finally:
        copy.unlink(missing_ok=True)


def _packed(model: TextModel, texts: Sequence[str]) -> dict[str, Any]:
    p = model.predict_proba(texts)
    return {"p": [np.ascontiguousarray(p, dtype=np.float64).tobytes()]}

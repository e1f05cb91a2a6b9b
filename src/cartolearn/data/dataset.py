"""A labelled text dataset: one table of rows, train and test apart by their ids."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Dataset:
    """Texts and integer labels; an id is a row's position in ``texts``, for ever.

    Attributes:
        name: Short name, as in ``dataset=trec``.
        texts: R texts, train and test rows in one table.
        labels: int64 [R], indices into ``label_names``.
        label_names: C class names.
        train_ids: int64 [N], ascending ids of the rows that may be labelled.
        test_ids: int64 [M], ascending ids of the held-out rows.
    """

    name: str
    texts: list[str]
    labels: NDArray[np.int64]
    label_names: tuple[str, ...]
    train_ids: NDArray[np.int64]
    test_ids: NDArray[np.int64]

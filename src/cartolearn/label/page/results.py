"""What a trainer tells the page: small values, made of nothing that takes long to import."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from cartolearn.cartography.data_map import DataMap

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Setting:
    """Of the project's options, what the page itself goes by.

    Attributes:
        batch_size: How many texts are chosen at a time.
        cache: The folder in which links are kept.
    """

    batch_size: int
    cache: Path


@dataclass(frozen=True, eq=False)
class Points:
    """N texts on a data map, without the epochs that they come from.

    Attributes:
        ids: int64 [N].
        confidence: float64 [N].
        variability: float64 [N].
        correctness: float64 [N].
    """

    ids: NDArray[np.int64]
    confidence: Floats
    variability: Floats
    correctness: Floats

    @classmethod
    def of(cls, data_map: DataMap) -> Self:
        """Return the points of a data map."""
        columns = data_map.confidence, data_map.variability, data_map.correctness
        return cls(data_map.ids, *columns)

    @classmethod
    def joined(cls, parts: Iterable["Points"]) -> Self:
        """Return the points of several maps, one after the other."""
        columns = zip(*((p.ids, p.confidence, p.variability, p.correctness) for p in parts))  # noqa: B905
        return cls(*map(np.concatenate, columns))


@dataclass(frozen=True, eq=False)
class Maps:
    """The data map of the labelled texts, and of the pool with its predictions for labels."""

    labelled: Points
    pool: Points


@dataclass(frozen=True, eq=False)
class Drawn:
    """A data map as the page shows it.

    Attributes:
        chart: Options of the chart.
        pool: The texts without labels, of which a region can be marked.
    """

    chart: dict[str, Any]
    pool: Points


@dataclass(frozen=True, eq=False)
class Measured:
    """How far labelling got, as the page shows it beside the texts.

    Attributes:
        labels: Of how many labels.
        advice: Whether to go on.
        chart: Options of the chart of the accuracy.
    """

    labels: int
    advice: str
    chart: dict[str, Any]


@dataclass(frozen=True)
class Looked:
    """What models that did not learn the labels say of them.

    Attributes:
        suspect: For each id that was predicted otherwise most of the time, the class suggested, the
            most suspicious first.
        doubtful: For each id of which the models are in doubt between two classes, the likelier
            one, the closest first.
    """

    suspect: dict[int, int]
    doubtful: dict[int, int]

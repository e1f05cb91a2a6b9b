"""The state of a run: one checksummed JSON file a round, enough to go on from there."""

import hashlib
import json
import logging
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import FiniteFloat, TypeAdapter

from cartolearn.checksums import of_file
from cartolearn.config.types import Size
from cartolearn.files import write_text
from cartolearn.loop.active_learning import Round
from cartolearn.plain_data import parse_json, read_json
from cartolearn.text import one_line

log = logging.getLogger(__name__)

FORMAT = 3
SUCCESSOR = "successor_accuracy"
COLUMNS = (
    "round", "labelled", "accuracy", "macro_f1", "loss",
    "train_seconds", "score_seconds", "seconds",
)  # fmt: skip


@dataclass(frozen=True)
class Record:
    """What is kept of a round.

    Attributes:
        run: Which run it belongs to: a hash of its config and data.
        row: The round's line in ``rounds.csv``, by column: ``COLUMNS``, and what was measured of
            the strategy itself and of the successor model.
        ids: Row ids of the batch chosen after this round, best first; empty in the last round.
        scores: Its scores, None where the strategy has none.
        digests: SHA-256 of the files written for this round, by path in the run folder.
        validation_accuracy: None without a validation split.
        losses: Mean training loss of each epoch, in nats.
    """

    run: str
    row: dict[str, int | FiniteFloat]
    ids: list[Size]
    scores: list[float | None]
    digests: dict[str, str]
    validation_accuracy: float | None
    losses: list[FiniteFloat]

    @classmethod
    def of(cls, done: Round, run: str, digests: dict[str, str]) -> Self:
        """Keep what is needed of a finished round."""
        query = done.query
        scores = [] if query is None else query.scores.tolist()
        return cls(
            run=run,
            row={
                "round": done.number,
                "labelled": done.labelled,
                **asdict(done.metrics),
                "train_seconds": done.train_seconds,
                "score_seconds": done.score_seconds,
                "seconds": done.seconds,
                **done.measured,
            },
            ids=[] if query is None else query.ids.tolist(),
            scores=[None if np.isnan(score) else score for score in scores],
            digests=digests,
            validation_accuracy=done.validation.accuracy if done.validation else None,
            losses=list(done.trained.losses),
        )

    @property
    def batch(self) -> NDArray[np.int64]:
        """Row ids of the batch chosen after this round, int64 [n]."""
        return np.asarray(self.ids, dtype=np.int64)

    @property
    def labelled(self) -> int:
        """Number of labels in this round."""
        return int(self.row["labelled"])

    @property
    def metrics(self) -> dict[str, float]:
        """The row without what serves as x-axis."""
        return {key: value for key, value in self.row.items() if key != "labelled"}

    def save(self, path: Path) -> None:
        """Write the record with its checksum; it is on the disk when this returns."""
        payload = json.dumps(asdict(self), sort_keys=True)
        state = {"format": FORMAT, "sha256": _sha256(payload.encode()), "payload": payload}
        write_text(path, json.dumps(state) + "\n")

    @classmethod
    def load(cls, folder: Path, number: int, run: str) -> Self | None:
        """Return the record of a round of this run, or None if it or its data map is not whole."""
        path = folder / state_name(number)
        try:
            payload = _payload(path)
            _adapter().validate_json(payload, strict=True)  # only checks: it makes 7 of 7.0
            record = cls(**parse_json(payload))
            record._check(number, run)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("ignoring %s: %s", path.name, one_line(error))
            return None
        return record if record.vouches_for(folder, data_map_name(number)) else None

    def _check(self, number: int, run: str) -> None:
        if self.run != run:
            raise ValueError("it is of a run with another configuration or other data")
        if not set(self.row) >= set(COLUMNS) or self.row["round"] != number:
            raise ValueError(f"it is not of round {number}")
        if not len(self.ids) == len(set(self.ids)) == len(self.scores):
            raise ValueError("its batch is not whole")

    def vouches_for(self, folder: Path, name: str) -> bool:
        """Tell whether a file of this round is still the one that was written."""
        try:
            whole = of_file(folder / name) == self.digests.get(name)
        except OSError as error:
            log.warning("ignoring round %d: %s: %s", self.row["round"], name, error.strerror)
            return False
        if not whole:
            log.warning("ignoring round %d: %s is not the file written", self.row["round"], name)
        return whole


def state_name(number: int) -> str:
    """Return where a round's record is in the run folder."""
    return f"state/round_{number:03d}.json"


def data_map_name(number: int) -> str:
    """Return where a round's data map is in the run folder."""
    return f"data_maps/round_{number:03d}.parquet"


def weights_name(number: int) -> str:
    """Return where a round's weights are in the run folder, if they are kept."""
    return f"state/weights_{number:03d}.safetensors"


def _payload(path: Path) -> str:
    state: dict[str, Any] = read_json(path)
    payload: str = state["payload"]
    if state["format"] != FORMAT:
        raise ValueError(f"its format is {state['format']!r}, not {FORMAT}")
    if state["sha256"] != _sha256(payload.encode()):
        raise ValueError("its checksum is wrong")
    return payload


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(Record)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

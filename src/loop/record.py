"""The state of a run: one checksummed JSON file a round, enough to go on from there."""

import hashlib
import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from src.files import write_text
from src.loop.active_learning import Round

log = logging.getLogger(__name__)

FORMAT = 1


@dataclass(frozen=True)
class Record:
    """What is kept of a round.

    Attributes:
        row: The round's line in ``rounds.csv``, by column.
        ids: Row ids of the batch chosen after this round, best first; empty in the last round.
        scores: Its scores, None where the strategy has none.
        digests: SHA-256 of the files written for this round, by path in the run folder.
        validation_accuracy: None without a validation split.
    """

    row: dict[str, float]
    ids: list[int]
    scores: list[float | None]
    digests: dict[str, str]
    validation_accuracy: float | None

    @classmethod
    def of(cls, done: Round, digests: dict[str, str]) -> Self:
        """Keep what is needed of a finished round."""
        query = done.query
        scores = [] if query is None else query.scores.tolist()
        return cls(
            row={
                "round": done.number,
                "labelled": done.labelled,
                **asdict(done.metrics),
                "train_seconds": done.train_seconds,
                "score_seconds": done.score_seconds,
                "seconds": done.seconds,
            },
            ids=[] if query is None else query.ids.tolist(),
            scores=[None if np.isnan(score) else score for score in scores],
            digests=digests,
            validation_accuracy=done.validation.accuracy if done.validation else None,
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
    def load(cls, path: Path, folder: Path) -> Self | None:
        """Return the record at ``path``, or None if it or a file it vouches for is not whole."""
        try:
            state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            payload = state["payload"]
            if state["format"] != FORMAT or state["sha256"] != _sha256(payload.encode()):
                raise ValueError("its checksum or format version is wrong")
            record = cls(**json.loads(payload))
            for name, digest in record.digests.items():
                if _sha256((folder / name).read_bytes()) != digest:
                    raise ValueError(f"{name} is not the file that was written")
        except FileNotFoundError as error:
            if path.exists():
                log.warning("%s is not used: %s is missing", path.name, error.filename)
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.warning("%s is not used: %s", path.name, error)
            return None
        return record


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    return _sha256(path.read_bytes())


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

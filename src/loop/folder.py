"""A run's folder: what is in it, who may write to it, and what an interrupted run left there."""

import csv
import io
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
import yaml
from filelock import FileLock, Timeout

from src.config.flatten import flatten
from src.data.dataset import Dataset
from src.errors import InputError
from src.files import atomic_write, write_text
from src.loop.active_learning import Round
from src.loop.record import Record, digest
from src.models.classifier import Classifier

OURS = (
    "config.yaml", "run.json", "rounds.csv", "selections.parquet", "data_maps", "state",
    "learning_curve.png", "data_map.png", "run.log", "finished.json",
)  # fmt: skip
COLUMNS = (
    "round", "labelled", "accuracy", "macro_f1", "loss",
    "train_seconds", "score_seconds", "seconds",
)  # fmt: skip
NOT_COMPARED = {"logger", "paths", "overwrite", "resume", "name"}


class RunFolder:
    """One run's folder. All files but the log are written whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = FileLock(path / ".lock")

    def acquire(self) -> None:
        """Lock the folder for this process; a crash releases the lock.

        Raises:
            InputError: Another process works in it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            self.lock.acquire(timeout=0)
        except Timeout as error:
            raise InputError(f"another process is working in {self.path}; wait for it") from error
        for half_written in self.path.rglob(".*.tmp"):
            half_written.unlink()

    def release(self) -> None:
        """Unlock the folder, and remove it if nothing was written."""
        self.lock.release()
        (self.path / ".lock").unlink(missing_ok=True)
        if self.path.is_dir() and not any(self.path.iterdir()):
            self.path.rmdir()

    @property
    def summary(self) -> dict[str, Any] | None:
        """The summary of a finished run, or None."""
        path = self.path / "finished.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def clear(self) -> None:
        """Remove what an earlier run wrote."""
        for name in OURS:
            path = self.path / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    def check_same(self, config: Mapping[str, Any], fingerprint: str | None = None) -> None:
        """Compare with what an earlier run here was asked to do, and on which data.

        Raises:
            InputError: The config or the data differ; the message lists how.
        """
        path = self.path / "config.yaml"
        if not path.exists():
            return
        before, now = flatten(yaml.safe_load(path.read_text(encoding="utf-8"))), flatten(config)
        differs = [
            f"  {key}: {before.get(key, '(not set)')} there, {now.get(key, '(not set)')} now"
            for key in sorted(before.keys() | now.keys())
            if key.split(".")[0] not in NOT_COMPARED and before.get(key) != now.get(key)
        ]
        run = self.path / "run.json"
        if fingerprint and run.exists():
            known = json.loads(run.read_text(encoding="utf-8"))["dataset"]["fingerprint"]
            if known != fingerprint:
                differs.append("  the texts or labels of the dataset are not the same")
        if differs:
            raise InputError(
                f"{self.path} holds a run with another configuration:\n" + "\n".join(differs) +
                "\nuse overwrite=true to start it anew, or another name=..."
            )  # fmt: skip

    def records(self) -> list[Record]:
        """Return the records of the rounds that are whole, from round 0 on without a gap."""
        found: list[Record] = []
        while record := Record.load(self._state(len(found)), self.path):
            found.append(record)
        return found

    def begin(self, config: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
        """Write the resolved config and the facts about this machine and the data."""
        write_text(self.path / "config.yaml", yaml.safe_dump(dict(config), sort_keys=False))
        write_text(self.path / "run.json", json.dumps(facts, indent=2) + "\n")

    def save(self, done: Round, *, weights: bool) -> Record:
        """Keep a round: its data map first, the record that vouches for it last."""
        name = f"data_maps/round_{done.number:03d}.parquet"
        done.data_map.save(self.path / name)
        names = [name]
        if weights:
            names.append(f"state/weights_{done.number:03d}.pt")
            with atomic_write(self.path / names[-1], sync=False) as temporary:
                torch.save(_weights(done.classifier), temporary)
            (self.path / f"state/weights_{done.number - 2:03d}.pt").unlink(missing_ok=True)
        record = Record.of(done, {name: digest(self.path / name) for name in names})
        record.save(self._state(done.number))
        return record

    def load_weights(self, number: int) -> dict[str, Any]:
        """Return the weights and optimiser state that round ``number`` ended with."""
        path = self.path / f"state/weights_{number:03d}.pt"
        weights: dict[str, Any] = torch.load(path, weights_only=True)
        return weights

    def write_results(self, records: Sequence[Record], dataset: Dataset) -> None:
        """Write ``rounds.csv`` and ``selections.parquet`` of the rounds so far."""
        text = io.StringIO()
        rows = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        rows.writeheader()
        rows.writerows(record.row for record in records)
        write_text(self.path / "rounds.csv", text.getvalue(), sync=False)
        with atomic_write(self.path / "selections.parquet", sync=False) as temporary:
            _write_selections(temporary, records, dataset)

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Mark the run as finished."""
        write_text(self.path / "finished.json", json.dumps(summary, indent=2) + "\n")

    def _state(self, number: int) -> Path:
        return self.path / "state" / f"round_{number:03d}.json"


def _weights(classifier: Classifier) -> dict[str, Any]:
    return {
        "parameters": [parameter.data for parameter in classifier.parameters()],
        "optimizer": classifier.optimizer_state,
    }


def _write_selections(path: Path, records: Sequence[Record], dataset: Dataset) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    ids = [i for record in records for i in record.ids]
    columns = {
        "round": pa.array([n for n, r in enumerate(records, start=1) for _ in r.ids], pa.int64()),
        "rank": pa.array([rank for r in records for rank in range(len(r.ids))], pa.int64()),
        "id": pa.array(ids, pa.int64()),
        "score": pa.array([score for r in records for score in r.scores], pa.float64()),
        "text": pa.array([dataset.texts[i] for i in ids], pa.string()),
        "label": pa.array([dataset.label_names[dataset.labels[i]] for i in ids], pa.string()),
    }
    parquet.write_table(pa.table(columns), path)

"""A run's folder: what is in it, who may write to it, and what an interrupted run left there."""

import csv
import io
import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from cartolearn.checksums import SUMS, damaged, of_file, write_sums
from cartolearn.config.differences import differences, first_of
from cartolearn.config.saved import dump_config, load_config, load_provenance
from cartolearn.data.dataset import Dataset
from cartolearn.errors import InputError
from cartolearn.files import atomic_write, refuse_links, remove, sync_files, write_text
from cartolearn.loop.active_learning import Round
from cartolearn.loop.identity import other_machine, run_key
from cartolearn.loop.record import COLUMNS, Record, data_map_name, state_name, weights_name
from cartolearn.loop.resume import LOGS_OF_WANDB, refuse_old
from cartolearn.models.weights import save_weights
from cartolearn.plain_data import read_json

log = logging.getLogger(__name__)

RESULTS = (
    "config.yaml", "run.json", "rounds.csv", "selections.parquet",
    "learning_curve.png", "data_map.png",
)  # fmt: skip
A_ROUND = "round_[0-9]*"
# In the order of removal: what says "finished" first, what says which run it was last.
OURS = (
    "finished.json", SUMS, f"state/{A_ROUND}.json", "state/weights_[0-9]*.safetensors", "state",
    f"data_maps/{A_ROUND}.parquet", "data_maps", "rounds.csv", "selections.parquet",
    "learning_curve.png", "data_map.png", "run.log", "run.json", "config.yaml",
)  # fmt: skip


class RunFolder:
    """One run's folder. All files but the log are written whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = FileLock(path / ".lock")
        self.key = ""

    def acquire(self) -> None:
        """Lock the folder for this process; a crash releases the lock.

        Raises:
            InputError: Another process works in it, or it holds a symbolic link.
        """
        refuse_links(self.path, LOGS_OF_WANDB)
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            self.lock.acquire(timeout=0)
        except Timeout as error:
            raise InputError(f"another process is working in {self.path}; wait for it") from error
        for folder in (self.path, self.path / "state", self.path / "data_maps"):
            for half_written in folder.glob(".*.tmp"):
                half_written.unlink()

    def release(self) -> None:
        """Unlock the folder, and remove it if nothing was written."""
        self.lock.release()
        (self.path / ".lock").unlink(missing_ok=True)
        if self.path.is_dir() and not any(self.path.iterdir()):
            self.path.rmdir()

    @property
    def summary(self) -> dict[str, Any] | None:
        """The summary of a finished run; None if it is torn or a result is gone: redo the end."""
        path = self.path / "finished.json"
        try:
            summary: dict[str, Any] = read_json(path)
            missing = [name for name in RESULTS if not (self.path / name).exists()]
            if missing or "aulc" not in summary:
                raise ValueError(f"without {' '.join(missing) or 'a summary'}")
            if wrong := damaged(self.path, *RESULTS):
                raise ValueError(f"damaged: {' '.join(wrong)}")
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            log.warning("ignoring %s: %s", path.name, error)
            return None
        return summary

    @property
    def written(self) -> bool:
        """Whether a run has begun in it: one of the files that say which is there and whole."""
        with suppress(InputError):
            load_provenance(self.path / "run.json")
            return True
        with suppress(InputError):
            return {"strategy", "loop"} <= load_config(self.path / "config.yaml").keys()
        return any(self.path.glob(f"state/{A_ROUND}.json"))

    def refuse_foreign(self) -> None:
        """Refuse a folder with files that a run would write over and that no run wrote.

        Raises:
            InputError: There is one.
        """
        files = [name for name in (*RESULTS, "finished.json", SUMS) if (self.path / name).exists()]
        if files and not self.written:
            raise InputError(
                f"{self.path} holds {files[0]}, which no run wrote and a run here would overwrite;"
                " choose another folder, or move the file"
            )

    def clear(self) -> None:
        """Remove what an earlier run wrote, if there was one."""
        if self.written:
            remove(self.path, OURS)

    def check_same(self, config: Mapping[str, Any], facts: Mapping[str, Any] | None = None) -> None:
        """Compare with what an earlier run here was asked to do, and on which data.

        Raises:
            InputError: The config or the data differ; the message lists how.
        """
        if not (self.path / "config.yaml").exists():
            return
        if differs := self.differences(config, facts):
            raise InputError(
                f"{self.path} holds a run with another configuration: {first_of(differs)};"
                " overwrite=true starts it anew, another name=... leaves it as it is"
                + "".join(f"\n  {line}" for line in differs[1:])
            )
        if facts and (others := other_machine(load_provenance(self.path / "run.json"), facts)):
            log.warning("the run began with %s; results may differ", ", ".join(others))

    def differences(
        self, config: Mapping[str, Any], facts: Mapping[str, Any] | None = None
    ) -> list[str]:
        """Return a line for each option, and each part of the data, that is not as it was."""
        saved = load_config(self.path / "config.yaml")
        refuse_old(saved, self.path)
        differs = differences(saved, config)
        before = load_provenance(self.path / "run.json")
        if facts and before["dataset"]["fingerprint"] != facts["dataset"]["fingerprint"]:
            differs.append("the texts or labels of the dataset are not the same")
        if facts and "features" in facts and before.get("features") != facts["features"]:
            differs.append("the features are not the same: other vectors, or made elsewhere")
        return differs

    def records(self, *, weights: bool = False) -> list[Record]:
        """Return the records of the rounds that are whole, from round 0 on without a gap.

        With ``weights`` the last of them is one whose weights are whole too.
        """
        found: list[Record] = []
        while record := Record.load(self.path, len(found), self.key):
            found.append(record)
        while weights and found and not found[-1].vouches_for(self.path, _last_weights(found)):
            found.pop()
        return found

    def begin(self, config: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
        """Write the facts about this machine and the data, then, once, the resolved config.

        From here on only records of this config and data are used.
        """
        write_text(self.path / "run.json", json.dumps(facts, indent=2) + "\n")
        if not (self.path / "config.yaml").exists():  # else it is the same, as far as it counts
            write_text(self.path / "config.yaml", dump_config(config))
        self.key = run_key(config, facts)

    def save(self, done: Round, *, weights: bool) -> Record:
        """Keep a round: its data map first, the record that vouches for it last."""
        names = [data_map_name(done.number)]
        done.data_map.save(self.path / names[0])
        if weights:
            names.append(weights_name(done.number))
            save_weights(done.trained.model, self.path / names[-1])
        digests = {name: of_file(self.path / name) for name in names}
        record = Record.of(done, self.key, digests)
        record.save(self.path / state_name(done.number))
        self._drop_old_weights(done.number)
        return record

    def write_results(self, records: Sequence[Record], dataset: Dataset) -> None:
        """Write ``rounds.csv`` and ``selections.parquet`` of the rounds so far."""
        text = io.StringIO()
        measured = {name: None for record in records for name in record.row if name not in COLUMNS}
        rows = csv.DictWriter(text, [*COLUMNS, *measured], lineterminator="\n")
        rows.writeheader()
        rows.writerows(record.row for record in records)
        write_text(self.path / "rounds.csv", text.getvalue(), sync=False)
        with atomic_write(self.path / "selections.parquet", sync=False) as temporary:
            _write_selections(temporary, records, dataset)

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Mark the run as finished, once all its files are on the disk."""
        self._drop_old_weights(int(summary["rounds"]))
        sync_files([self.path / name for name in (*RESULTS, "state", "data_maps")])
        write_sums(self.path, [*RESULTS, *self._of_rounds()])
        write_text(self.path / "finished.json", json.dumps(summary, indent=2) + "\n")

    def _of_rounds(self) -> list[str]:
        """Return the files that each round left, records and data maps."""
        names = f"state/{A_ROUND}.json", f"data_maps/{A_ROUND}.parquet"
        paths = [path for name in names for path in self.path.glob(name)]
        return sorted(path.relative_to(self.path).as_posix() for path in paths)

    def _drop_old_weights(self, number: int) -> None:
        """Keep the weights of round ``number`` and of the one before it."""
        kept = {weights_name(number), weights_name(number - 1)}
        for path in (self.path / "state").glob("weights_*.safetensors"):
            if f"state/{path.name}" not in kept:
                path.unlink()


def _last_weights(records: Sequence[Record]) -> str:
    return weights_name(len(records) - 1)


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

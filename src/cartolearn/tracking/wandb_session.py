"""One W&B run: rounds, and at the end data maps, tables and the run's files."""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.figure import draw_data_map
from cartolearn.files import in_shell
from cartolearn.loop.mirror import Status
from cartolearn.tracking.base import first_line
from cartolearn.tracking.info import RunInfo

if TYPE_CHECKING:
    import wandb

    from cartolearn.loop.record import Record

log = logging.getLogger(__name__)

SENT = "sent"
FILES = ("config.yaml", "run.json", "rounds.csv")
SELECTIONS = "selections.parquet"
MAP_COLUMNS = ("confidence", "variability", "correctness")


class WandbSession:
    """Mirrors a run to W&B; the W&B process ends with ``close``.

    No text leaves the run's folder unless ``texts`` says so.
    """

    def __init__(self, experiment: "wandb.Run", run: RunInfo, mode: str, *, texts: bool) -> None:
        self._experiment, self._run, self._mode, self._texts = experiment, run, mode, texts

    def log(self, values: Mapping[str, float], record: "Record", epochs_before: int) -> None:
        """Log a round at its number of labels, with its data map and the batch it chose."""
        for epoch, loss in enumerate(record.losses, start=epochs_before + 1):
            self._experiment.log({"epoch": epoch, "train_loss": loss})
        tables = {"data_map/table": self._map_table(record)}
        if record.ids:
            tables["batch/chosen"] = self._batch_table(record)
        with staged_in(self._folder / "data"):
            self._experiment.log({"n_labelled": record.labelled, **values, **tables})

    def finish(self, summary: Mapping[str, float], labelled: int) -> None:
        """Log the summary, the first and the last data map, and the run's files."""
        with staged_in(self._folder / "data"), self._telling_how_to_send():
            self._experiment.log({"n_labelled": labelled, **self._data_maps()})
            self._experiment.summary.update(dict(summary))
            self._experiment.log_artifact(self._artifact())

    def close(self, status: Status) -> None:
        """Finish the W&B run, and with it the process that W&B started for it."""
        try:
            with self._telling_how_to_send():
                self._experiment.finish(exit_code=0 if status == "success" else 1)
        finally:
            end_process(self._experiment)
        if self._mode == "offline":
            log.info("W&B: logged offline; %s", self._later)
        else:
            (self._folder / SENT).touch()

    @property
    def _folder(self) -> Path:
        return self._run.folder / "wandb"

    @property
    def _later(self) -> str:
        folder = in_shell(self._run.folder.absolute())
        return f"send it with: cartolearn dashboard sync {folder}"

    @contextmanager
    def _telling_how_to_send(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise RuntimeError(f"{first_line(error)}; {self._later}") from error

    def _data_maps(self) -> dict[str, Any]:
        """Return pictures of the data maps of the seed set and of the last round."""
        import wandb

        paths = sorted((self._run.folder / "data_maps").glob("round_*.parquet"))
        picture = self._folder / "data_map_first.png"
        seed_set = DataMap.load(paths[0])
        title = (
            f"{self._run.dataset.name}: data map of the {len(seed_set.ids)} texts of the seed set"
        )
        draw_data_map(seed_set, picture, title)
        return {
            "data_map/first": wandb.Image(str(picture)),
            "data_map/last": wandb.Image(str(self._run.folder / "data_map.png")),
        }

    def _map_table(self, record: "Record") -> "wandb.Table":
        """Return the round's data map, a row a labelled text."""
        from cartolearn.loop.record import data_map_name

        number = int(record.row["round"])
        data_map = DataMap.load(self._run.folder / data_map_name(number))
        columns = {name: getattr(data_map, name).tolist() for name in MAP_COLUMNS}
        return self._table(data_map.ids.tolist(), columns)

    def _batch_table(self, record: "Record") -> "wandb.Table":
        """Return the batch that the round chose, best first; labels are the oracle's."""
        rank: dict[str, Sequence[Any]] = {
            "rank": list(range(len(record.ids))),
            "score": record.scores,
        }
        return self._table(record.ids, rank)

    def _table(self, ids: Sequence[int], columns: Mapping[str, Sequence[Any]]) -> "wandb.Table":
        import wandb

        data = self._run.dataset
        labels = [data.label_names[data.labels[i]] for i in ids]
        named: dict[str, Sequence[Any]] = {"id": ids, "label": labels, **columns}
        if self._texts:
            named["text"] = [data.texts[i] for i in ids]
        table = wandb.Table(columns=[])
        for name, values in named.items():
            table.add_column(name, list(values), optional=None in values)
        return table

    def _artifact(self) -> "wandb.Artifact":
        """Return the run's own files; they are read where they lie, not copied."""
        import wandb

        artifact = wandb.Artifact(f"run-{self._experiment.id}", type="run")
        folder = self._run.folder.absolute()
        for path in (*(folder / name for name in FILES), self._selections(folder / SELECTIONS)):
            artifact.add_file(str(path), name=path.name, skip_cache=True, policy="immutable")
        return artifact

    def _selections(self, path: Path) -> Path:
        """Return the file with what was chosen; without its texts unless these are asked for."""
        if self._texts:
            return path
        from pyarrow import parquet

        kept = self._folder.absolute() / path.name
        parquet.write_table(parquet.read_table(path).drop_columns(["text"]), kept)
        return kept


def end_process(experiment: "wandb.Run | None" = None) -> None:
    """End the process that W&B started, unless another run than ``experiment`` needs it."""
    import wandb

    if wandb.setup().most_recent_active_run in (None, experiment):
        wandb.teardown()


@contextmanager
def staged_in(folder: Path) -> Iterator[None]:
    """Let W&B stage artifacts in ``folder``; it takes the place from the environment alone."""
    before = os.environ.get("WANDB_DATA_DIR")
    os.environ["WANDB_DATA_DIR"] = str(folder.absolute())
    try:
        yield
    finally:
        if before is None:
            del os.environ["WANDB_DATA_DIR"]
        else:
            os.environ["WANDB_DATA_DIR"] = before

"""One W&B run: rounds, and at the end data maps, tables and the run's files."""

import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.figure import draw_data_map
from cartolearn.loop.mirror import Status
from cartolearn.tracking.base import first_line
from cartolearn.tracking.info import RunInfo

if TYPE_CHECKING:
    import wandb

log = logging.getLogger(__name__)

SENT = "sent"
FILES = ("config.yaml", "run.json", "rounds.csv", "selections.parquet")
COLUMNS = ("id", "label", "confidence", "variability", "correctness", "text")


class WandbSession:
    """Mirrors a run to W&B; the W&B process ends with ``close``."""

    def __init__(self, experiment: "wandb.Run", run: RunInfo, mode: str) -> None:
        self._experiment, self._run, self._mode = experiment, run, mode

    def log(self, values: Mapping[str, float], labelled: int) -> None:
        """Log a round at its number of labels."""
        self._experiment.log({"n_labelled": labelled, **values})

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
        return f"send it with: cartolearn dashboard sync '{self._run.folder}'"

    @contextmanager
    def _telling_how_to_send(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise RuntimeError(f"{first_line(error)}; {self._later}") from error

    def _data_maps(self) -> dict[str, Any]:
        """Return pictures and tables of the data maps of the seed set and of the last round."""
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
            "data_map/first_table": self._table(seed_set),
            "data_map/last": wandb.Image(str(self._run.folder / "data_map.png")),
            "data_map/last_table": self._table(DataMap.load(paths[-1])),
        }

    def _table(self, data_map: DataMap) -> "wandb.Table":
        import wandb

        data = self._run.dataset
        columns = (
            data_map.ids.tolist(),
            [data.label_names[label] for label in data_map.labels],
            data_map.confidence.tolist(),
            data_map.variability.tolist(),
            data_map.correctness.tolist(),
            [data.texts[i] for i in data_map.ids],
        )
        rows: list[Iterable[Any]] = [list(row) for row in zip(*columns, strict=True)]
        return wandb.Table(columns=list(COLUMNS), data=rows)

    def _artifact(self) -> "wandb.Artifact":
        """Return the run's own files; they are read where they lie, not copied."""
        import wandb

        artifact = wandb.Artifact(f"run-{self._experiment.id}", type="run")
        for name in FILES:
            path = self._run.folder.absolute() / name
            artifact.add_file(str(path), name=name, skip_cache=True, policy="immutable")
        return artifact


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

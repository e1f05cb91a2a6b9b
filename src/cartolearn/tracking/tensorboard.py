"""TensorBoard event files."""

from dataclasses import dataclass
from pathlib import Path

from cartolearn.tracking.info import RunInfo
from cartolearn.tracking.lightning import LightningSession, emptied


@dataclass(frozen=True)
class TensorBoard:
    """Lightning's TensorBoardLogger, in ``tensorboard/`` of the run folder."""

    def lacks(self, folder: Path) -> bool:
        """Tell whether the finished run in ``folder`` is not in the tracker yet."""
        return not any((folder / "tensorboard").glob("events.out.tfevents.*"))

    def open(self, run: RunInfo) -> LightningSession:
        """Start an event file."""
        from pytorch_lightning.loggers import TensorBoardLogger

        folder = emptied(run.folder / "tensorboard", "events.out.tfevents.*")
        logger = TensorBoardLogger(
            save_dir=run.folder, name="", version=folder.name, default_hp_metric=False
        )
        return LightningSession(logger, run)

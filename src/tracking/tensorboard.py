"""TensorBoard event files."""

from dataclasses import dataclass

from pytorch_lightning.loggers import TensorBoardLogger

from src.tracking.base import RunInfo


@dataclass(frozen=True)
class TensorBoard:
    """Lightning's TensorBoardLogger, in ``tensorboard/`` of the run folder."""

    def open(self, run: RunInfo) -> TensorBoardLogger:
        """Start an event file."""
        return TensorBoardLogger(save_dir=run.folder, name="", version="tensorboard")

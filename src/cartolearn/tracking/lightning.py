"""Any of Lightning's loggers as a tracker's session."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cartolearn.files import remove
from cartolearn.loop.mirror import Status
from cartolearn.tracking.info import RunInfo

if TYPE_CHECKING:
    from pytorch_lightning.loggers import Logger

    from cartolearn.loop.record import Record


class LightningSession:
    """Logs numbers through a Lightning logger, with the number of labels as its step."""

    def __init__(self, logger: "Logger", run: RunInfo) -> None:
        self._logger = logger
        logger.log_hyperparams(run.flat_config)

    def log(self, values: Mapping[str, float], record: "Record", epochs_before: int) -> None:
        """Log a round at its number of labels, its training losses at the epochs so far."""
        for epoch, loss in enumerate(record.losses, start=epochs_before + 1):
            self._logger.log_metrics({"train_loss": loss}, step=epoch)
        self._logger.log_metrics(dict(values), step=record.labelled)

    def finish(self, summary: Mapping[str, float], labelled: int) -> None:
        """Log the summary at the last number of labels."""
        values = {f"summary/{key}": value for key, value in summary.items()}
        self._logger.log_metrics(values, step=labelled)

    def close(self, status: Status) -> None:
        """End the logger."""
        self._logger.finalize(status)


def emptied(folder: Path, *names: str) -> Path:
    """Remove the files that an earlier attempt logged; a run is logged anew from round 0."""
    remove(folder, ["hparams.yaml", *names])
    return folder

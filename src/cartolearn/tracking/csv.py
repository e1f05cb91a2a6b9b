"""Metrics as a CSV file."""

from dataclasses import dataclass
from pathlib import Path

from cartolearn.tracking.info import RunInfo
from cartolearn.tracking.lightning import LightningSession, emptied


@dataclass(frozen=True)
class Csv:
    """Lightning's CSVLogger, in ``csv/`` of the run folder."""

    def lacks(self, folder: Path) -> bool:
        """Tell whether the finished run in ``folder`` is not in the tracker yet."""
        return not (folder / "csv" / "metrics.csv").exists()

    def open(self, run: RunInfo) -> LightningSession:
        """Start ``csv/metrics.csv``."""
        from pytorch_lightning.loggers import CSVLogger

        folder = emptied(run.folder / "csv", "metrics.csv")
        logger = CSVLogger(
            save_dir=run.folder, name="", version=folder.name, flush_logs_every_n_steps=1
        )
        return LightningSession(logger, run)

"""Metrics as a CSV file."""

from dataclasses import dataclass

from pytorch_lightning.loggers import CSVLogger

from src.tracking.base import RunInfo


@dataclass(frozen=True)
class Csv:
    """Lightning's CSVLogger, in ``csv/`` of the run folder."""

    def open(self, run: RunInfo) -> CSVLogger:
        """Start ``csv/metrics.csv``."""
        return CSVLogger(save_dir=run.folder, name="", version="csv", flush_logs_every_n_steps=1)

"""MLflow."""

import logging
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from cartolearn.errors import InputError
from cartolearn.files import write_text
from cartolearn.tracking.info import RunInfo
from cartolearn.tracking.lightning import LightningSession

if TYPE_CHECKING:
    from pytorch_lightning.loggers import MLFlowLogger

STARTING_SECONDS = 120


@dataclass(frozen=True)
class Mlflow:
    """Lightning's MLFlowLogger; without a server, one SQLite file a sweep, ``mlflow.db``."""

    tracking_uri: str | None = None

    def __post_init__(self) -> None:
        """Refuse a password, which the run folder would keep."""
        if re.search("//[^/@]*:[^/]*@", self.tracking_uri or ""):
            raise InputError(
                "logger.mlflow.tracking_uri holds a password; leave it out and set"
                " MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"
            )

    def lacks(self, folder: Path) -> bool:
        """Tell whether the finished run in ``folder`` is not in the tracker yet."""
        return not (folder / "mlflow_run.txt").exists()

    def open(self, run: RunInfo) -> LightningSession:
        """Start an MLflow run in an experiment named after dataset and protocol.

        The jobs of a sweep start one after the other, since the first makes the database. A run
        that an earlier attempt logged is deleted; its id is in ``mlflow_run.txt``.
        """
        from pytorch_lightning.loggers import MLFlowLogger

        logging.getLogger("alembic").setLevel(logging.WARNING)
        sweep = run.folder.absolute().parent
        with FileLock(sweep / ".mlflow.lock", timeout=STARTING_SECONDS):
            logger = MLFlowLogger(
                experiment_name=run.protocol,
                run_name=run.title,
                tracking_uri=self.tracking_uri or f"sqlite:///{sweep / 'mlflow.db'}",
                artifact_location=None if self.tracking_uri else str(sweep / "mlflow"),
                tags={"strategy": run.strategy, "folder": run.folder.name},
            )
            _replace(logger, run)
            return LightningSession(logger, run)


def _replace(logger: "MLFlowLogger", run: RunInfo) -> None:
    """Delete the run that an earlier attempt logged, if it is one of this folder."""
    known = run.folder / "mlflow_run.txt"
    if known.exists():
        with suppress(Exception):  # it is no longer there
            before = logger.experiment.get_run(known.read_text(encoding="utf-8").strip())
            same_place = before.info.experiment_id == logger.experiment_id
            if same_place and before.data.tags.get("folder") == run.folder.name:
                logger.experiment.delete_run(before.info.run_id)
    write_text(known, f"{logger.run_id}\n")

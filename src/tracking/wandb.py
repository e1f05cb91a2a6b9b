"""Weights & Biases."""

import logging
import os
from dataclasses import dataclass
from typing import Any, Literal

from pytorch_lightning.loggers import WandbLogger

from src.tracking.base import RunInfo

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wandb:
    """One W&B run a run, online when logged in, otherwise offline in the run folder."""

    project: str
    entity: str | None = None
    mode: Literal["auto", "online", "offline"] = "auto"

    def open(self, run: RunInfo) -> WandbLogger:
        """Start a W&B run without a prompt, with the number of labels as its x-axis."""
        import wandb

        mode = self._mode()
        experiment: Any = wandb.init(
            project=self.project,
            entity=self.entity,
            name=run.title,
            group=f"{run.choices.get('dataset')}/{run.config.get('name')}",
            job_type=run.choices.get("strategy"),
            dir=run.folder,
            mode=mode,
            reinit="create_new",
            settings=wandb.Settings(
                silent=True, console="off", disable_git=True, disable_code=True,
                x_disable_stats=True, init_timeout=30,
            ),
        )  # fmt: skip
        experiment.define_metric("n_labelled")
        experiment.define_metric("*", step_metric="n_labelled")
        if mode == "offline":
            log.info("W&B is offline; send this run later with: wandb sync %s", experiment.dir)
        return FinishingWandbLogger(experiment=experiment)

    def _mode(self) -> Literal["online", "offline"]:
        if self.mode != "auto":
            return self.mode
        if os.environ.get("WANDB_MODE") in ("offline", "disabled"):
            return "offline"
        import wandb

        return "online" if wandb.api.api_key else "offline"


class FinishingWandbLogger(WandbLogger):
    """Lightning's logger leaves the W&B run open; here one run of ours is one run of theirs."""

    def finalize(self, status: str) -> None:
        """Finish the W&B run."""
        self.experiment.finish(exit_code=0 if status == "success" else 1)

"""Weights & Biases."""

import logging
import netrc
import os
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlparse

from cartolearn.files import remove, write_text
from cartolearn.tracking.base import first_line
from cartolearn.tracking.info import RunInfo
from cartolearn.tracking.wandb_session import WandbSession, end_process

log = logging.getLogger(__name__)

INIT_SECONDS = 15
FINISH_SECONDS = 30
RUN_ID = re.compile(r"[0-9a-z]{8}")
OURS = ("sent", "data_map_first.png", "debug*.log", "debug-cli*.log", "run_id")
LONGEST = {"name": 128, "group": 128, "tag": 64}

Mode = Literal["online", "offline"]


@dataclass(frozen=True)
class Wandb:
    """One W&B run a run folder, online when logged in, otherwise offline in ``wandb/``.

    A resumed or repeated run replaces what W&B has of its folder, under the same run id.
    """

    project: str
    entity: str | None = None
    mode: Literal["auto", "online", "offline"] = "auto"

    def open(self, run: RunInfo) -> WandbSession:
        """Start a W&B run without a prompt; offline if the server cannot be reached."""
        if self._mode() == "online":
            try:
                return self._start(run, "online")
            except Exception as error:  # noqa: BLE001  (no network, no such key, no such project)
                log.warning("W&B is offline for this run: %s", first_line(error))
                end_process()
        return self._start(run, "offline")

    def _mode(self) -> Mode:
        if self.mode != "auto":
            return self.mode
        if os.environ.get("WANDB_MODE") in ("offline", "disabled", "dryrun"):
            return "offline"
        return "online" if logged_in() else "offline"

    def _start(self, run: RunInfo, mode: Mode) -> WandbSession:
        import wandb

        wandb.setup(wandb.Settings(mode=mode, silent=True))
        experiment = wandb.init(
            project=self.project,
            entity=self.entity,
            id=fresh_id(run.folder / "wandb"),
            name=run.title[: LONGEST["name"]],
            group=run.group[: LONGEST["group"]],
            job_type=run.strategy,
            tags=[tag[: LONGEST["tag"]] for tag in run.tags],
            config=run.flat_config,
            dir=run.folder.absolute(),
            mode=mode,
            reinit="create_new",
            settings=_settings(),
        )
        experiment.define_metric("n_labelled")
        experiment.define_metric("*", step_metric="n_labelled")
        return WandbSession(experiment, run, mode)


def _settings() -> Any:
    """Return settings that start no further process, ask nothing, wait a bounded time."""
    import wandb

    return wandb.Settings(
        silent=True, console="off", symlink=False,
        disable_git=True, disable_code=True, x_disable_meta=True, x_disable_stats=True,
        x_disable_machine_info=True, x_save_requirements=False,
        init_timeout=INIT_SECONDS, login_timeout=INIT_SECONDS,
        finish_timeout=FINISH_SECONDS, finish_timeout_raises=True,
    )  # fmt: skip


def fresh_id(folder: Path) -> str:
    """Return the W&B id of the run that mirrors here, and remove what W&B and we wrote of it."""
    path = folder / "run_id"
    known = path.read_text(encoding="utf-8").strip() if path.exists() else ""
    known = known if RUN_ID.fullmatch(known) else secrets.token_hex(4)
    for run in (*folder.glob("run-*"), *folder.glob("offline-run-*"), folder / "data"):
        shutil.rmtree(run, ignore_errors=True)
    remove(folder, OURS)
    write_text(path, f"{known}\n")
    return known


def logged_in() -> bool:
    """Tell whether W&B would find a key: in the environment, its settings, or .netrc."""
    import wandb

    if os.environ.get("WANDB_API_KEY") or os.environ.get("WANDB_IDENTITY_TOKEN_FILE"):
        return True
    settings = wandb.setup().settings
    host = urlparse(settings.base_url).hostname or ""
    paths = [os.environ.get("NETRC"), Path.home() / ".netrc", Path.home() / "_netrc"]
    return bool(settings.api_key) or any(_in_netrc(Path(p), host) for p in paths if p)


def _in_netrc(path: Path, host: str) -> bool:
    try:
        return netrc.netrc(path).authenticators(host) is not None
    except (OSError, netrc.NetrcParseError):
        return False

"""Weights & Biases."""

import logging
import netrc
import os
import re
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlparse

from cartolearn.config.near_miss import near_miss
from cartolearn.errors import InputError
from cartolearn.files import remove, write_text
from cartolearn.tracking.base import first_line
from cartolearn.tracking.info import RunInfo
from cartolearn.tracking.wandb_session import SENT, WandbSession, end_process

log = logging.getLogger(__name__)

T = TypeVar("T")

INIT_SECONDS = 15
FINISH_SECONDS = 30
OFFLINE_SECONDS = 120  # for either: only this machine can keep one waiting
RUN_ID = re.compile(r"[\w-]{1,64}")
OURS = (
    SENT, "data_map_first.png", "selections.parquet", "debug*.log", "debug-cli*.log", "run_id",
)  # fmt: skip
LONGEST = {"name": 128, "group": 128, "tag": 64}
PROJECT = "cartography-active-learning"

Mode = Literal["online", "offline", "disabled"]
# What WANDB_MODE may say, and what it is called here.
MODES: dict[str, Mode] = {
    "online": "online", "run": "online", "shared": "online",
    "offline": "offline", "dryrun": "offline", "disabled": "disabled",
}  # fmt: skip


@dataclass(frozen=True)
class Wandb:
    """One W&B run a run folder, online when logged in, otherwise offline in ``wandb/``.

    A resumed or repeated run replaces what W&B has of its folder, under the same run id. What is
    None here is taken from W&B's own variable, such as ``WANDB_PROJECT``.
    """

    project: str | None = None
    entity: str | None = None
    name: str | None = None
    group: str | None = None
    tags: tuple[str, ...] | None = None
    mode: Literal["auto", "online", "offline", "disabled"] = "auto"
    texts: bool = False

    def __post_init__(self) -> None:
        """Refuse a ``WANDB_MODE`` that W&B would fail on in the middle of the run."""
        said = os.environ.get("WANDB_MODE") or "online"
        if said not in MODES:
            near = near_miss(said, ("online", "offline", "disabled"))
            raise InputError(f"WANDB_MODE is {said!r}, which W&B does not know{near}")

    def lacks(self, folder: Path) -> bool:
        """Tell whether W&B has no run of this folder, or none under the id that is asked for."""
        if self._mode() == "disabled":
            return False
        known = known_id(folder / "wandb")
        kept = (*folder.glob("wandb/*run-*/*.wandb"), *folder.glob(f"wandb/{SENT}"))
        return not kept or known is None or known != os.environ.get("WANDB_RUN_ID", known)

    def open(self, run: RunInfo) -> WandbSession | None:
        """Start a W&B run without a prompt; offline if the server cannot be reached.

        Returns:
            None where W&B is disabled: nothing is written then.
        """
        if self._mode() == "disabled":
            return None
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
        said = os.environ.get("WANDB_MODE")
        return MODES[said] if said else "online" if logged_in() else "offline"

    def _start(self, run: RunInfo, mode: Literal["online", "offline"]) -> WandbSession:
        import wandb

        wandb.setup(wandb.Settings(mode=mode, silent=True))
        experiment = wandb.init(
            project=chosen(self.project, "WANDB_PROJECT", PROJECT),
            entity=self.entity,
            id=fresh_id(run.folder / "wandb"),
            name=chosen(self.name, "WANDB_NAME", run.title[: LONGEST["name"]]),
            group=chosen(self.group, "WANDB_RUN_GROUP", run.group[: LONGEST["group"]]),
            job_type=chosen(None, "WANDB_JOB_TYPE", run.strategy),
            tags=chosen(self.tags, "WANDB_TAGS", [tag[: LONGEST["tag"]] for tag in run.tags]),
            config=run.flat_config,
            dir=run.folder.absolute(),
            mode=mode,
            reinit="create_new",
            settings=_settings(mode),
        )
        for steps, metric in (("n_labelled", "*"), ("epoch", "train_loss")):
            experiment.define_metric(steps)
            experiment.define_metric(metric, step_metric=steps)
        return WandbSession(experiment, run, mode, texts=self.texts)


def _settings(mode: Mode) -> Any:
    """Return settings that start no further process, ask nothing, wait a bounded time."""
    import wandb

    begin, end = INIT_SECONDS, FINISH_SECONDS
    if mode == "offline":
        begin = end = OFFLINE_SECONDS
    return wandb.Settings(
        silent=True, console="off", symlink=False,
        disable_git=True, disable_code=True, x_disable_meta=True, x_disable_stats=True,
        x_disable_machine_info=True, x_save_requirements=False,
        init_timeout=begin, login_timeout=begin,
        finish_timeout=end, finish_timeout_raises=True,
    )  # fmt: skip


def chosen(option: T | None, variable: str, default: T) -> T | None:
    """Return what the command says, else None where W&B's own variable does, else the default."""
    if option is not None:
        return option
    return None if os.environ.get(variable) else default


def known_id(folder: Path) -> str | None:
    """Return the W&B id of the run that was mirrored here, if one was."""
    path = folder / "run_id"
    known = path.read_text(encoding="utf-8").strip() if path.exists() else ""
    return known if RUN_ID.fullmatch(known) else None


def fresh_id(folder: Path) -> str:
    """Return the W&B id of the run to mirror here, and remove what W&B and we wrote before.

    It is the one that ``WANDB_RUN_ID`` names, as a sweep's agent sets it, else that of before.
    """
    known = os.environ.get("WANDB_RUN_ID") or known_id(folder) or secrets.token_hex(4)
    for run in (*folder.glob("run-*"), *folder.glob("offline-run-*"), folder / "data"):
        shutil.rmtree(run, ignore_errors=True)
    remove(folder, OURS)
    write_text(folder / "run_id", f"{known}\n")
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

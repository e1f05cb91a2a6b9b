"""What to run: the command's own task, or the one that an interrupted run folder tells of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from cartolearn.config.flatten import flatten
from cartolearn.config.folder import CONF
from cartolearn.config.saved import load_config, load_provenance
from cartolearn.errors import InputError
from cartolearn.files import at_home, refuse_links
from cartolearn.plain_data import read_yaml

# W&B puts a link to its own log there.
LOGS_OF_WANDB = "wandb/*run-*/logs"


@dataclass(frozen=True)
class Task:
    """A run to do.

    Attributes:
        config: Every option.
        folder: Where the run writes.
        choices: The choice of each config group.
        overrides: The command's words.
        directory: Where relative paths in the config start.
    """

    config: DictConfig
    folder: Path
    choices: dict[str, str]
    overrides: list[str]
    directory: Path


def saved_task(command: Task) -> Task:
    """Return the task of the run that a command resumes, with the folder it was started from.

    What the folder says is data. Which classes outside the project may be named, where trackers
    report to, and where this machine keeps downloads and features, is said by the command alone.

    Raises:
        InputError: There is no run, what tells of it cannot be read, or it names another place to
            report to than the command.
    """
    own: dict[str, Any] = OmegaConf.to_container(command.config, resolve=True)  # type: ignore[assignment]
    folder = at_home(str(own["resume"])).absolute()
    if not (folder / "config.yaml").exists():
        raise InputError(f"resume={folder}: there is no config.yaml; name a run's folder")
    refuse_links(folder, LOGS_OF_WANDB)
    saved = load_config(folder / "config.yaml")
    refuse_old(saved, folder)
    config = with_own_caches(saved, own["paths"]["cache_dir"])
    config |= {"overwrite": False, "resume": None, "allow_targets": own["allow_targets"] or []}
    if any(re.match(r"[+~]*logger\b", word) for word in command.overrides):
        config["logger"] = own["logger"]
    else:
        config["logger"] = default_trackers(config.get("logger"), folder)
    known = load_provenance(folder / "run.json")
    directory = Path(known["directory"])
    return Task(
        config=OmegaConf.create(config),
        folder=folder,
        choices=known["choices"],
        overrides=known["overrides"],
        directory=directory if directory.is_dir() else Path.cwd(),
    )


def refuse_old(config: Mapping[str, Any], folder: Path) -> None:
    """Refuse to go on with a run of version 0.1.

    Raises:
        InputError: The config names classes where they stood then.
    """
    targets = [value for key, value in flatten(config).items() if key.endswith("_target_")]
    old = [target for target in targets if str(target).startswith("src.")]
    if old:
        raise InputError(
            f"{folder} is a run of version 0.1, whose classes ({old[0]}, ...) have moved since: it"
            " can be reported on but not gone on with; overwrite=true starts it anew, another"
            " name=... leaves it as it is"
        )


def default_trackers(saved: Any, folder: Path) -> dict[str, Any]:
    """Return the trackers that a folder names, as ``conf/`` has them.

    Raises:
        InputError: The folder says anything else of them, such as an address.
    """
    trackers: dict[str, Any] = {}
    for name, node in (saved if isinstance(saved, dict) else {}).items():
        file = CONF / "logger" / f"{name}.yaml"
        known = read_yaml(file).get(name) if name.isidentifier() and file.is_file() else None
        if node != known:
            differs = flatten({name: node} if isinstance(node, dict) else {name: {}})
            said = [
                f"logger.{key}={value}" for key, value in differs.items() if "_target_" not in key
            ]
            raise InputError(
                f"{folder} names a place to report to, which only the command may do."
                f" To report there: logger={name} {' '.join(said)}; or give logger=none"
            )
        trackers[name] = node
    return trackers


def with_own_caches(value: Any, cache_dir: str) -> Any:
    """Return a config with this machine's ``cache_dir`` in place of any that it names."""
    if not isinstance(value, dict):
        return value
    return {
        key: cache_dir if key == "cache_dir" else with_own_caches(inner, cache_dir)
        for key, inner in value.items()
    }

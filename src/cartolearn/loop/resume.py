"""What to run: the command's own task, or the one that an interrupted run folder tells of."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from cartolearn.config.saved import load_config
from cartolearn.errors import InputError


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


def saved_task(folder: Path, allow_targets: Sequence[str]) -> Task:
    """Return the task of the run in ``folder``, with the folder it was started from.

    Classes outside the project are allowed by this command only, never by what the folder says.

    Raises:
        InputError: There is no run, or what tells of it cannot be read.
    """
    folder = folder.expanduser().absolute()
    if not (folder / "config.yaml").exists():
        raise InputError(f"resume={folder}: there is no config.yaml; name a run's folder")
    config = load_config(folder / "config.yaml")
    config |= {"overwrite": False, "resume": None, "allow_targets": list(allow_targets)}
    facts = load_facts(folder / "run.json")
    directory = Path(facts["directory"])
    return Task(
        config=OmegaConf.create(config),
        folder=folder,
        choices=facts["choices"],
        overrides=facts["overrides"],
        directory=directory if directory.is_dir() else Path.cwd(),
    )


def load_facts(path: Path) -> dict[str, Any]:
    """Read a ``run.json``.

    Raises:
        InputError: It is missing, torn, or something else.
    """
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        shape = {"choices": dict, "overrides": list, "directory": str, "dataset": dict}
        for key, kind in shape.items():
            if not isinstance(facts[key], kind):
                raise TypeError(f"its {key!r} is of another kind")
        if not isinstance(facts["dataset"].get("fingerprint"), str):
            raise TypeError("it names no fingerprint")
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InputError(
            f"{path} cannot be used ({type(error).__name__}: {error});"
            " overwrite=true starts the run anew"
        ) from error
    result: dict[str, Any] = facts
    return result

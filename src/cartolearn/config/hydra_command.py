"""A command whose options are Hydra's: its config, its output folder, how it ends."""

import sys
from collections.abc import Callable
from contextlib import chdir, suppress
from dataclasses import dataclass
from functools import update_wrapper
from pathlib import Path
from typing import Any

from hydra.core.utils import env_override
from omegaconf import DictConfig, ListConfig, OmegaConf

from cartolearn.config.cli import explained, fail, guarded
from cartolearn.config.folder import CONF, run_folder_name
from cartolearn.config.somebodys import named
from cartolearn.config.words import prepared, refuse_absent
from cartolearn.errors import InputError

GROUPS = (
    "strategy", "dataset", "embedding", "model", "successor", "loop", "trainer", "logger",
    "experiment",
)  # fmt: skip

OmegaConf.register_new_resolver("run_folder", run_folder_name, replace=True)


@dataclass(frozen=True)
class Composed:
    """What Hydra made of the words: where the run goes, what was chosen, what was said."""

    folder: Path
    choices: dict[str, str]
    overrides: list[str]


def hydra_task(task: Callable[[DictConfig, Composed], Any]) -> Callable[[DictConfig], Any]:
    """Make a function of a config and what Hydra says of it into a task that Hydra can call."""

    def called(config: DictConfig) -> Any:
        from hydra.core.hydra_config import HydraConfig
        from hydra.types import RunMode

        hydra = HydraConfig.get()
        folder = Path(hydra.runtime.output_dir)
        said = Composed(folder, dict(hydra.runtime.choices), list(hydra.overrides.task))
        typed_in = hydra.runtime.cwd if hydra.job.chdir else "."
        try:
            # Relative paths start there, whatever Hydra changes to.
            with chdir(typed_in), named(_packages(config), folder):
                return task(config, said)
        except Exception as error:
            if hydra.mode == RunMode.MULTIRUN or (end := explained(error)) is None:
                raise
            sys.exit(fail(*end))  # an exception would have Hydra print more than this
        finally:
            with suppress(OSError):
                folder.rmdir()  # Hydra made it; only an empty folder goes

    update_wrapper(called, task)
    del vars(called)["__wrapped__"]  # the launchers look there, and are to call this
    return called


def _packages(config: DictConfig) -> list[str]:
    """Return ``allow_targets``, which is checked later."""
    listed = config.get("allow_targets")
    return [str(name) for name in listed] if isinstance(listed, ListConfig) else []


def run_hydra(task: Callable[[DictConfig], Any], config: str) -> int:
    """Run ``task`` with the config that the command line's words make of ``conf/CONFIG.yaml``.

    Returns:
        The exit code: 0, 2 for bad input, 1 for a failure, 130 for Ctrl-C.
    """
    import hydra

    def command() -> None:
        if "${" in str(Path.cwd()):
            raise InputError(
                f"{Path.cwd()}: call the command from a folder without ${{ in its name"
            )
        refuse_absent(sys.argv[1:], GROUPS)
        sys.argv[1:] = prepared(sys.argv[1:])
        # Hydra raises, where it would print and exit.
        with env_override({"HYDRA_FULL_ERROR": "1"}):
            hydra.main(version_base="1.3", config_path=str(CONF), config_name=config)(task)()

    return guarded(command, config)

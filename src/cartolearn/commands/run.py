"""The command: one active-learning run, or with ``-m`` a sweep of them."""

import sys
from contextlib import suppress
from pathlib import Path

from hydra.core.config_store import ConfigStore
from omegaconf import DictConfig, OmegaConf

import cartolearn.launcher.local
import cartolearn.launcher.ray
import cartolearn.launcher.slurm  # noqa: F401 (these make hydra/launcher=local, ray and slurm known)
from cartolearn.config.cli import explained, fail, run_folder_name, run_hydra
from cartolearn.errors import InputError

OmegaConf.register_new_resolver("run_folder", run_folder_name, replace=True)
# Hydra deep-copies its store of configs for every group that --help lists, over half of the time
# that takes. It only reads the copies, and copies each config that it takes out of them again.
ConfigStore.__deepcopy__ = lambda store, _: store  # type: ignore[attr-defined]


def task(config: DictConfig) -> float | None:
    """Do one run in Hydra's output folder; heavy imports wait until here."""
    from hydra.core.hydra_config import HydraConfig
    from hydra.types import RunMode

    from cartolearn.lean_imports import import_training
    from cartolearn.tracking.early import import_early

    import_early(config.get("logger") or ())
    import_training()
    from cartolearn.loop.execute import execute
    from cartolearn.tracking.base import open_trackers

    hydra_config = HydraConfig.get()
    folder = Path(hydra_config.runtime.output_dir)
    choices = dict(hydra_config.runtime.choices)
    try:
        return execute(config, folder, choices, list(hydra_config.overrides.task), open_trackers)
    except (InputError, FloatingPointError, OSError) as error:
        if hydra_config.mode == RunMode.MULTIRUN or (end := explained(error)) is None:
            raise
        sys.exit(fail(*end))  # an exception would have Hydra print more than this
    finally:
        with suppress(OSError):
            folder.rmdir()  # Hydra made it; only an empty folder goes


def with_dry_run(words: list[str]) -> list[str]:
    """Put ``--dry-run``, which Hydra does not know, in its words: a sweep that starts nothing."""
    if "--dry-run" not in words:
        return words
    others = [word for word in words if word not in ("--dry-run", "-m", "--multirun")]
    return ["--multirun", *others, "hydra.launcher.dry_run=true"]


def main() -> None:
    """Run the command line; see ``python -m src.run --help``."""
    sys.argv[1:] = with_dry_run(sys.argv[1:])
    sys.exit(run_hydra(task, "config"))


if __name__ == "__main__":
    main()

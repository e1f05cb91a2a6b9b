"""``cartolearn map dataset=trec``: train on all training texts and draw their data map."""

import sys
from contextlib import suppress
from pathlib import Path

from omegaconf import DictConfig

import cartolearn.commands.run  # noqa: F401 (makes the launchers and the folder names known to Hydra)
from cartolearn.config.cli import fail, run_hydra
from cartolearn.errors import InputError


def task(config: DictConfig) -> None:
    """Do one training in Hydra's output folder; heavy imports wait until here."""
    from hydra.core.hydra_config import HydraConfig
    from hydra.types import RunMode

    from cartolearn.full_data.train import train_full

    hydra_config = HydraConfig.get()
    folder = Path(hydra_config.runtime.output_dir)
    choices = dict(hydra_config.runtime.choices)
    try:
        train_full(config, folder, choices, list(hydra_config.overrides.task))
    except InputError as error:
        with suppress(OSError):
            folder.rmdir()  # Hydra made it; only an empty folder goes
        if hydra_config.mode == RunMode.MULTIRUN:
            raise
        sys.exit(fail(str(error), 2))


def main() -> None:
    """Run the command line; it takes the options of ``python -m src.run``."""
    sys.exit(run_hydra(task, "map"))


if __name__ == "__main__":
    main()

"""``cartolearn wrong-labels dataset=trec``: plant wrong labels and count how many are found."""

import sys
from contextlib import suppress
from pathlib import Path

from omegaconf import DictConfig

import cartolearn.commands.run  # noqa: F401 (makes the launchers and the folder names known to Hydra)
from cartolearn.config.cli import fail, run_hydra
from cartolearn.errors import InputError


def task(config: DictConfig) -> None:
    """Measure in Hydra's output folder; heavy imports wait until here."""
    from hydra.core.hydra_config import HydraConfig

    from cartolearn.wrong_labels.command import find_wrong_labels

    folder = Path(HydraConfig.get().runtime.output_dir)
    try:
        find_wrong_labels(config, folder)
    except InputError as error:
        with suppress(OSError):
            folder.rmdir()  # Hydra made it; only an empty folder goes
        sys.exit(fail(str(error), 2))


def main() -> None:
    """Run the command line; it takes the options of ``python -m src.run`` and its own."""
    sys.exit(run_hydra(task, "wrong_labels"))


if __name__ == "__main__":
    main()

"""The command: one active-learning run, or with ``-m`` a sweep of them."""

import sys
from pathlib import Path

import hydra
from omegaconf import DictConfig, OmegaConf

from src.config.cli import guarded, run_folder_name

OmegaConf.register_new_resolver("run_folder", run_folder_name, replace=True)


def task(config: DictConfig) -> float | None:
    """Do one run in Hydra's output folder; heavy imports wait until here."""
    from hydra.core.hydra_config import HydraConfig

    from src.loop.execute import execute

    hydra_config = HydraConfig.get()
    return execute(
        config,
        folder=Path(hydra_config.runtime.output_dir),
        choices=dict(hydra_config.runtime.choices),
        overrides=list(hydra_config.overrides.task),
    )


def main() -> None:
    """Run the command line; see ``python -m src.run --help``."""
    sys.exit(
        guarded(hydra.main(version_base="1.3", config_path="../conf", config_name="config")(task))
    )


if __name__ == "__main__":
    main()

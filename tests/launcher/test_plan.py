"""The jobs of a sweep as they are composed."""

from typing import Any

from hydra import compose as compose_config
from hydra import initialize_config_dir
from omegaconf import DictConfig

import cartolearn.commands.tasks  # noqa: F401 (registers the launchers)
from cartolearn.launcher.plan import ComposedOnce, compose
from tests.launcher.sweeps import ROOT


class Loader:
    """Composes as Hydra does, and counts."""

    asked = 0

    def load_sweep_config(self, _master: Any, overrides: list[str]) -> DictConfig:
        self.asked += 1
        with initialize_config_dir(str(ROOT / "tests/launcher/conf"), version_base="1.3"):
            options = [*overrides, f"hydra.sweep.subdir='{overrides[0]}'"]
            return compose_config("config", options, return_hydra_config=True)


def test_a_job_that_comes_again_in_a_later_batch_is_the_same_job() -> None:
    """A search draws the same values more than once."""
    loader = Loader()
    once = ComposedOnce(loader)
    first, other = compose(once, DictConfig({}), [["seed=1"], ["seed=2"]], 0)
    (again,) = compose(once, DictConfig({}), [["seed=1"]], 2)
    assert again.folder == first.folder != other.folder
    assert again.config.seed == 1
    assert loader.asked == 2

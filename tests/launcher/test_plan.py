"""The jobs of a sweep as they are composed."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hydra import compose as compose_config
from hydra import initialize_config_dir
from hydra.errors import CompactHydraException
from omegaconf import DictConfig

import cartolearn.commands.tasks  # noqa: F401 (registers the launchers)
from cartolearn.config.check import check
from cartolearn.config.folder import CONF
from cartolearn.launcher.plan import ComposedOnce, compose, refuse_changed, task_config
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


class ProjectLoader:
    """Composes the project's own config for a job in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def load_sweep_config(self, _master: Any, overrides: list[str]) -> DictConfig:
        with initialize_config_dir(str(CONF), version_base="1.3"):
            places = [f"hydra.sweep.dir={self.root}", "hydra.sweep.subdir=job"]
            return compose_config("config", [*overrides, *places], return_hydra_config=True)


@pytest.mark.parametrize("model", ["mlp", "linear"])
def test_a_run_that_began_with_the_same_words_is_unchanged(model: str, tmp_path: Path) -> None:
    once = ComposedOnce(ProjectLoader(tmp_path))
    (first,) = compose(once, DictConfig({}), [[f"model={model}"]], 0)
    kept = check(task_config(first.config)).config
    (tmp_path / "job").mkdir()
    (tmp_path / "job" / "config.yaml").write_text(yaml.safe_dump(kept), encoding="utf-8")
    (same,) = compose(once, DictConfig({}), [[f"model={model}"]], 0)
    assert same.changed == ()
    (other,) = compose(once, DictConfig({}), [[f"model={model}", "loop.rounds=3"]], 0)
    assert other.changed == ("loop.rounds: 20 there, 3 now",)
    with pytest.raises(CompactHydraException, match=r"loop\.rounds: 20 there, 3 now"):
        refuse_changed([same, other])

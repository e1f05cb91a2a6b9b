"""The recipes in conf/experiment/: what they set is what a run gets."""

from pathlib import Path

import pytest
import yaml
from hydra import compose, initialize_config_module
from omegaconf import OmegaConf

import cartolearn.config.hydra_command  # noqa: F401 (makes the folder names known to Hydra)

RECIPES = sorted((Path(__file__).parents[2] / "conf" / "experiment").glob("*.yaml"))


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.stem)
def test_every_value_of_a_recipe_counts(recipe: Path) -> None:
    with initialize_config_module("conf", version_base="1.3"):
        config = compose("config", [f"experiment={recipe.stem}"], return_hydra_config=True)
    wanted = yaml.safe_load(recipe.read_text(encoding="utf-8"))
    del wanted["defaults"]
    merged = OmegaConf.merge(config, wanted)
    assert wanted["name"] == recipe.stem
    assert config == merged

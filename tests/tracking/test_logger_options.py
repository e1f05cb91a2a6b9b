"""The logger options as one writes them on the command line."""

from typing import Any

import pytest
from hydra import compose, initialize_config_module
from omegaconf import OmegaConf

import cartolearn.config.hydra_command  # noqa: F401  (its resolvers)
from cartolearn.config.build import build
from cartolearn.config.flatten import flatten
from cartolearn.errors import InputError
from cartolearn.tracking.csv import Csv
from cartolearn.tracking.mlflow import Mlflow
from cartolearn.tracking.tensorboard import TensorBoard
from cartolearn.tracking.wandb import Wandb


def chosen(*overrides: str) -> dict[str, object]:
    with initialize_config_module("conf", version_base="1.3"):
        config = compose("config", overrides=list(overrides))
    nodes: Any = OmegaConf.to_container(config.logger, resolve=True)
    return {name: build(node, f"logger.{name}") for name, node in nodes.items()}


WANDB = Wandb()


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("logger=none", {}),
        ("logger=csv", {"csv": Csv()}),
        ("logger=tensorboard", {"tensorboard": TensorBoard()}),
        ("logger=mlflow", {"mlflow": Mlflow()}),
        ("logger=wandb", {"wandb": WANDB}),
        ("logger=[wandb,csv]", {"wandb": WANDB, "csv": Csv()}),
        ("logger=[mlflow,tensorboard]", {"mlflow": Mlflow(), "tensorboard": TensorBoard()}),
    ],
)
def test_choices(choice: str, expected: dict[str, object]) -> None:
    assert chosen(choice) == expected


def test_options_of_one_of_several() -> None:
    made = chosen("logger=[wandb,csv]", "logger.wandb.mode=offline", "logger.wandb.entity=me")
    assert made["wandb"] == Wandb(entity="me", mode="offline")


def test_a_mode_that_is_none() -> None:
    with pytest.raises(InputError, match=r"logger\.wandb\.mode"):
        chosen("logger=wandb", "logger.wandb.mode=sometimes")


def test_no_option_of_a_tracker_changes_the_run_folder() -> None:
    every = "logger=[csv,mlflow,tensorboard,wandb]"
    with initialize_config_module("conf", version_base="1.3"):
        config = compose("config", overrides=[every], return_hydra_config=True)
    options: Any = OmegaConf.to_container(config.logger)
    settable = {f"logger.{key}" for key in flatten(options) if not key.endswith("_target_")}
    assert "logger.wandb.mode" in settable
    assert settable <= set(config.hydra.job.config.override_dirname.exclude_keys)

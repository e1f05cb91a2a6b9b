"""A mistake in a command line that Hydra notices, in plain words."""

import re
import sys
from typing import Any

from hydra.errors import HydraException, MissingConfigException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from cartolearn.config.failed import JobFailed
from cartolearn.config.flatten import flatten
from cartolearn.config.folder import CONF, own_folder
from cartolearn.config.near_miss import near_miss


def hydra_mistake(error: Exception, config: str) -> tuple[str, int] | None:
    """Return message and exit code of what Hydra raised; None for any other error."""
    if isinstance(error, MissingConfigException):
        return _missing_choice(error), 2
    if isinstance(error, JobFailed):
        return str(error), 1
    if isinstance(error, HydraException | OmegaConfBaseException):
        return _bad_override(error, config), 2
    return None


def _missing_choice(error: MissingConfigException) -> str:
    group, _, choice = (error.missing_cfg_file or "").rpartition("/")
    if not error.options:
        return str(error)
    return f"no {group} is called {choice!r}{near_miss(choice, error.options)}"


def _bad_override(error: Exception, config_name: str) -> str:
    """Put Hydra's message in plain words, and name the option that was probably meant."""
    text = str(error).strip()
    unknown = re.search(r"Could not override '([^']+)'", text)
    if unknown:
        return f"unknown option {unknown[1]}{_near_option(unknown[1], config_name)}"
    group = re.search(r"Could not override '?([\w/@.]+)'?\.\s+No match", text)
    if group:
        return f"unknown group {group[1]}"
    return text.splitlines()[0] + "".join(f"\n  {line}" for line in text.splitlines()[1:3])


def _near_option(option: str, config_name: str) -> str:
    """Compose the config with the command line's choices of groups and look for a near miss."""
    from hydra import compose, initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra

    GlobalHydra.instance().clear()
    choices = [word for word in sys.argv[1:] if re.fullmatch(r"[\w/]+(@[\w.]+)?=[\w-]+", word)]
    choices += [word for word in sys.argv[1:] if word.startswith("hydra.searchpath=")]
    if own := own_folder(sys.argv[1:]):
        choices.append(f"hydra.searchpath=['file://{own}']")
    try:
        with initialize_config_dir(str(CONF), version_base="1.3"):
            config = compose(config_name, [c for c in choices if not c.startswith(f"{option}=")])
    except (HydraException, OmegaConfBaseException):
        return ""
    values: Any = OmegaConf.to_container(config, resolve=False)
    group = option.split(".", maxsplit=1)[0]
    if group == option or group not in values:
        return near_miss(group, values)
    options = flatten({group: values[group] or {}})
    keys = [key for key in options if key != group and not key.endswith("_target_")]
    if not keys:
        return f"; the chosen {group} has no options"
    return near_miss(option, keys)

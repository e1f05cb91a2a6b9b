"""A mistake in a command line that Hydra notices, in plain words."""

import inspect
import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from hydra.errors import HydraException, MissingConfigException, OverrideParseException
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
    if isinstance(error, OverrideParseException):
        return _unreadable(error.override, text)
    if swept := re.search(r"(?:Sweep parameters|Ambiguous value for argument) '(.+)'", text):
        key, _, value = swept[1].partition("=")
        several = f"{swept[1]} names several values: add -m to run each of them"
        return several if "." not in key else f"{several}, or write '{key}=[{value}]' for a list"
    if dotted := next((w for w in sys.argv[1:] if re.match(r"hydra\.(launcher|sweeper)=", w)), ""):
        return f"{dotted}: one is chosen with a slash, {dotted.replace('.', '/', 1)}"
    unknown = re.search(r"Could not override '([^']+)'", text)
    if unknown:
        return f"unknown option {unknown[1]}{_near_option(unknown[1], config_name)}"
    group = re.search(r"Could not override '?([\w/@.]+)'?\.\s+No match", text)
    if group:
        return f"unknown group {group[1]}"
    return text.splitlines()[0] + "".join(f"\n  {line}" for line in text.splitlines()[1:3])


def _unreadable(word: str, text: str) -> str:
    """Say which word Hydra cannot read; ``text`` is its own message."""
    if empty := re.search(r"while evaluating '(.*)': (.*)", text):
        return f"{word} cannot be read: {empty[2]}"
    return (
        f"{word} cannot be read: is a bracket or a quote left open, or a value missing? A value"
        " that holds such signs stands in two kinds of quotes: 'name=\"a(b\"'"
    )


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
        return "" if group == "hydra" else near_miss(group, values)
    options = flatten({group: values[group] or {}})
    keys = [key for key in options if key != group and not key.endswith("_target_")]
    if not keys:
        return f"; the chosen {group} has no options"
    return _of_lightning(option, keys) or near_miss(option, keys)


def _of_lightning(option: str, keys: Sequence[str]) -> str:
    """Tell how to give an option that Lightning's Trainer has and conf/ does not; else "".

    What looks like one of ours is taken for that, at once: Lightning takes seconds to import.
    """
    node, _, name = option.rpartition(".")
    ours = [key.rpartition(".")[2] for key in keys if key.startswith(f"{node}.")]
    if node.rpartition(".")[2] != "trainer" or get_close_matches(name, ours):
        return ""
    from pytorch_lightning import Trainer

    if name not in inspect.signature(Trainer).parameters:
        return ""
    return f"; it is one of Lightning's, which is added with a plus: +{option}=..."

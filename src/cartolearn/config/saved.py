"""The resolved config that a run folder keeps, written plainly and read with suspicion."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from cartolearn.errors import InputError

LARGEST = 1 << 20
YAML_BREAKS = "\x85\u2028\u2029"


class _Dumper(yaml.SafeDumper):
    """Writes no aliases, and letters of any alphabet as they are."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True

    def represent_str(self, data: str) -> yaml.ScalarNode:
        """Escape what YAML takes for a line break; between single quotes it would be folded."""
        style = '"' if any(mark in data for mark in YAML_BREAKS) else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style)


_Dumper.add_representer(str, _Dumper.represent_str)


class _Loader(yaml.SafeLoader):
    """Builds plain values only, and takes no aliases: nested ones grow without bound."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("it holds an alias")
        return super().compose_node(parent, index)


def dump_config(config: Mapping[str, Any]) -> str:
    """Return a resolved config as YAML."""
    return yaml.dump(dict(config), Dumper=_Dumper, sort_keys=False, allow_unicode=True)


def load_config(path: Path) -> dict[str, Any]:
    """Read what ``dump_config`` wrote; no code runs, whatever the file holds.

    Raises:
        InputError: The file is no such config: torn, larger than 1 MiB, with aliases, with tags,
            or with an interpolation, which could read this machine's environment.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError("it is larger than 1 MiB")
        text = path.read_text(encoding="utf-8")
        config = yaml.load(text, Loader=_Loader)  # noqa: S506  (derives from SafeLoader)
        if not isinstance(config, dict) or not all(isinstance(key, str) for key in config):
            raise ValueError("it is no mapping of options")
        if "${" in text:
            raise ValueError("it holds an interpolation")
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise InputError(
            f"{path} is not the config of a run: {reason}; overwrite=true starts the run anew"
        ) from error
    return config

"""What a run folder keeps of its command: the resolved config and run.json, read with suspicion."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from cartolearn.errors import InputError
from cartolearn.plain_data import holds_interpolation, read_json, read_yaml
from cartolearn.text import one_line

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
        config = read_yaml(path)
        if not isinstance(config, dict):
            raise ValueError("it is no mapping of options")  # noqa: TRY004  (caught below)
        if holds_interpolation(config):
            raise ValueError("it holds an interpolation")
    except (OSError, ValueError) as error:
        raise _refusal(path, "the config", error) from error
    return config


def load_provenance(path: Path) -> dict[str, Any]:
    """Read a run folder's ``run.json``: what was chosen, data, versions and machine.

    Raises:
        InputError: It is missing, torn, or something else.
    """
    shape = {"choices": dict, "overrides": list, "directory": str, "dataset": dict}
    try:
        known = read_json(path)
        if not isinstance(known, dict):
            raise ValueError("it holds no object")  # noqa: TRY004  (caught below)
        lacking = [key for key, kind in shape.items() if not isinstance(known.get(key), kind)]
        if not lacking and not isinstance(known["dataset"].get("fingerprint"), str):
            lacking = ["dataset.fingerprint"]
        if lacking:
            raise ValueError(f"it lacks {lacking[0]!r}")
    except (OSError, ValueError) as error:
        raise _refusal(path, "that", error) from error
    return known


def _refusal(path: Path, what: str, error: Exception) -> InputError:
    """Say that a file is not what it is in a run folder, and what to do."""
    return InputError(
        f"{path} is not {what} of a run: {one_line(error)}; overwrite=true starts the run anew"
    )

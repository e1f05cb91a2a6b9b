"""Options that a file brings along: data, whoever wrote the file; only what conf/ knows."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, OverrideType
from hydra.errors import HydraException

from cartolearn.config.folder import CONF
from cartolearn.errors import InputError
from cartolearn.plain_data import holds_interpolation

KEY = re.compile(r"[a-z]\w*(\.[a-z]\w*)*")
GROUP = re.compile(r"[a-z]\w*(@[a-z]\w*(\.[a-z]\w*)*)?")
CHOICE = re.compile(r"\w+")
# Where this machine keeps what it fetches, and a cluster that would be sent texts and programs.
PLACES = {"paths", "data_dir", "cache_dir", "ray"}


def stored_options(options: Sequence[str], where: str) -> tuple[list[str], list[str]]:
    """Check options from a file; return those that count, and those that name places.

    An option is ``key=value`` with a plain value, or ``group=choice`` with a choice of ``conf/``.
    Whether the key is known is for the config to say when it is composed. Where this machine keeps
    downloads and which cluster it uses is for its user alone to say, so options that name such
    places do not count.

    Args:
        options: Words as on the command line.
        where: The file, for messages.

    Raises:
        InputError: An option is something else: ``hydra.*``, a path to a config, ``_target_``, an
            interpolation, an added or a removed key, a sweep.
    """
    kept: list[str] = []
    places: list[str] = []
    for option in options:
        problem = _problem(option)
        if problem:
            raise InputError(f"{where}: the option {option!r} is not used: {problem}")
        names = option.partition("=")[0].split(".")
        (places if names[0] in PLACES or names[-1] in PLACES else kept).append(option)
    return kept, places


def _problem(option: str) -> str:
    """Say why an option may not stand in a file; "" if it may."""
    try:
        override = OverridesParser.create().parse_override(option)
    except HydraException:
        return "it is not of the form key=value"
    key = f"{override.key_or_group}{'@' + override.package if override.package else ''}"
    if override.type != OverrideType.CHANGE or override.is_sweep_override():
        return "a file may set options, not add, remove or sweep them"
    if "hydra" in re.split("[/.@]", key):
        return "options of Hydra come from the command line only"
    if (CONF / override.key_or_group).is_dir():
        return _choice_problem(key, override)
    return _value_problem(override) if KEY.fullmatch(key) else "there is no such option"


def _value_problem(override: Override) -> str:
    try:
        value: Any = override.value()
    except (HydraException, ValueError, TypeError):
        return "its value cannot be read"
    if holds_interpolation(value):
        return "it would read this machine's environment; write the value itself"
    return "it names code" if any(name.startswith("_") for name in _keys(value)) else ""


def _choice_problem(key: str, override: Override) -> str:
    group, choice = override.key_or_group, str(override.value())
    known = CHOICE.fullmatch(choice) and (CONF / group / f"{choice}.yaml").is_file()
    return "" if GROUP.fullmatch(key) and known else f"no {group} is called {choice!r}"


def _keys(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)

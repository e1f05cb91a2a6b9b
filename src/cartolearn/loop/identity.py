"""Which run a folder holds: what may not differ when it goes on, and what may but is told."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cartolearn.config.flatten import flatten

NOT_COMPARED = {"logger", "paths", "overwrite", "resume", "name", "allow_targets"}
PLACES = {"data_dir", "cache_dir"}  # where the data lie; that they are the same is checked apart


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return a line for each option that changes results and differs."""
    before, now = _compared(before), _compared(now)
    return [
        f"  {key}: {before.get(key, '(not set)')} there, {now.get(key, '(not set)')} now"
        for key in sorted(before.keys() | now.keys())
        if before.get(key) != now.get(key)
    ]


def run_key(config: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """Return a hash of the config and the data, which every record of the run carries."""
    parts = [_compared(config), facts["dataset"]["fingerprint"], facts.get("features")]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def other_machine(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return what of the versions and the machine was another when the run began."""
    parts = ("versions", "machine")
    then, here = (flatten({part: facts.get(part, {}) for part in parts}) for facts in (before, now))
    return [
        f"{key.partition('.')[2]} {value} (now {here[key]})"
        for key, value in then.items()
        if key in here and here[key] != value
    ]


def _compared(config: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value
        for key, value in flatten(config).items()
        if key.split(".")[0] not in NOT_COMPARED and key.rpartition(".")[2] not in PLACES
    }

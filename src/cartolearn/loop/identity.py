"""Which run a folder holds, and what may differ when it goes on but is told."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from cartolearn.config.differences import compared
from cartolearn.config.flatten import flatten


def run_key(config: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """Return a hash of the config and the data, which every record of the run carries."""
    parts = [compared(config), facts["dataset"]["fingerprint"], facts.get("features")]
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

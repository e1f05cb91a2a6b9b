"""Which settings have to agree for two runs to be compared."""

import json
from dataclasses import MISSING, fields
from typing import Any

from cartolearn.config.differences import PLACES
from cartolearn.config.flatten import flatten
from cartolearn.config.schema import LoopSettings, Storage, TrainerSettings
from cartolearn.runs.full_data import FullRun
from cartolearn.runs.run import DatasetFacts

# Settings that runs of one protocol may differ in; the data counts by its fingerprint.
FREE = (
    "name", "seed", "strategy.", "logger", "paths.", "dataset.", "hydra.", "overwrite", "resume",
    "trainer.threads", "trainer.device", "experiment", "allow_targets",
    "successor.trainer.threads", "successor.trainer.device", "features.shard_rows",
)  # fmt: skip
# What a run did that is older than an option: what the option does by default.
DEFAULTS = {
    f"{group}.{each.name}": each.default
    for group, kind in (("loop", LoopSettings), ("features", Storage), ("trainer", TrainerSettings))
    for each in fields(kind)
    if each.default is not MISSING and not f"{group}.{each.name}".startswith(FREE)
}


def protocol_settings(config: dict[str, Any]) -> dict[str, Any]:
    """Return all settings that have to agree for two runs to be compared, as flat dotted names."""
    return {
        key: value
        for key, value in {**DEFAULTS, **flatten(config)}.items()
        if not key.startswith(FREE) and key.rpartition(".")[2] not in PLACES
    }


def canonical(settings: dict[str, Any]) -> str:
    """Return a text that is equal for equal settings."""
    return json.dumps(settings, sort_keys=True, default=str)


def matching_full(key: tuple[DatasetFacts, str], full: list[FullRun]) -> dict[int, FullRun]:
    """Return full-data runs on the same data with the same settings, those of the loop aside."""
    wanted = without_loop(json.loads(key[1]))
    found = {
        run.seed: run
        for run in reversed(full)  # of two equal jobs the first counts, as for runs
        if run.dataset == key[0] and without_loop(protocol_settings(run.config)) == wanted
    }
    return dict(sorted(found.items()))


def without_loop(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that training on all data shares with a run."""
    return {name: value for name, value in settings.items() if not name.startswith("loop.")}


def as_acquisition_model(settings: dict[str, Any]) -> dict[str, Any] | None:
    """Return settings of a run whose acquisition model is this run's successor; None if none is."""
    prefix, parts = "successor.", ("model.", "trainer.", "embedding")
    own = {key.removeprefix(prefix): v for key, v in settings.items() if key.startswith(prefix)}
    if not own:
        return None
    rest = {key: v for key, v in settings.items() if not key.startswith((*parts, prefix))}
    return DEFAULTS | rest | {key: value for key, value in own.items() if key.startswith(parts)}

"""What strategies are called in tables and figures: what ran, decided by values alone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from omegaconf import OmegaConf

from cartolearn.config.flatten import flatten
from cartolearn.config.folder import CONF
from cartolearn.runs.run import Run
from cartolearn.runs.settings import canonical

MEASURING = ("classifier.folds",)  # options that change what is measured, and no batch
TARGET = "_target_"


def strategy_key(run: Run) -> tuple[str, str]:
    """Return the choice of a run's strategy, and all its options that decide a batch."""
    return run.strategy, canonical(_options(run.config.get("strategy")))


def strategy_labels(runs: list[Run]) -> dict[tuple[str, str], str]:
    """Return a label for each choice of strategy and options that occurs.

    The bare choice is the label of what ``conf/strategy`` says; any other says the options in which
    it differs from that. Where ``conf/`` does not know the choice, the options that most runs have
    are plain; of equally many, those first in the alphabet. The order of the runs plays no part.
    """
    labels: dict[tuple[str, str], str] = {}
    for choice in {run.strategy for run in runs}:
        mine = [run for run in runs if run.strategy == choice]
        own = {strategy_key(run): _options(run.config.get("strategy")) for run in mine}
        often = Counter(map(strategy_key, mine))
        usual = own[min(own, key=lambda key: (-often[key], key))]
        common = {k: v for k, v in usual.items() if all(o.get(k) == v for o in own.values())}
        known = plain_options(choice, mine[0].config)
        plain = {**common, **known} if known else usual
        labels |= {key: " ".join([choice, *differing(own[key], [plain])]) for key in own}
    return labels


def differing(own: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return ``name=value`` for each setting of ``own`` that some of ``others`` has otherwise."""
    missing, listed = object(), list(others)
    return [
        f"{name}={value}"
        for name, value in own.items()
        if any(other.get(name, missing) != value for other in listed)
    ]


def plain_options(choice: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``conf/strategy/CHOICE.yaml`` says beside a run's other options.

    Empty if there is no such file. A saved config is data: what ``conf/`` takes from other options
    is looked up in it, and nothing in it is resolved.
    """
    beside = flatten(config)
    return {
        path: beside.get(value[2:-1]) if str(value).startswith("${") else value
        for path, value in _options(_from_conf(choice)).items()
    }


@cache
def _from_conf(choice: str) -> Any:
    from hydra import compose, initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra

    if not choice.isidentifier() or not (CONF / "strategy" / f"{choice}.yaml").is_file():
        return {}
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(CONF), version_base="1.3"):
        config = compose("config", [f"strategy={choice}"])
    return OmegaConf.to_container(config.strategy, resolve=False)


def _options(strategy: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a strategy's options by their paths, a part's class by its name: ``choose=Power``."""
    found = {}
    for path, value in flatten(strategy or {}).items():
        if path.endswith(f".{TARGET}"):
            found[path.removesuffix(f".{TARGET}")] = str(value).rpartition(".")[2]
        elif path != TARGET and not path.endswith(MEASURING):
            found[path] = value
    return found

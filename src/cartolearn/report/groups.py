"""Putting runs that may be compared into one group, and naming what differs within it."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartolearn.report.naming import differing, strategy_key, strategy_labels
from cartolearn.runs.full_data import FullRun
from cartolearn.runs.run import DatasetFacts, Run, Score
from cartolearn.runs.settings import (
    as_acquisition_model,
    canonical,
    matching_full,
    protocol_settings,
    without_loop,
)

Floats = NDArray[np.float64]
BASELINE = "random"
UNNAMED = "runs"
THRESHOLD = "correctness_threshold"


@dataclass(frozen=True, eq=False)
class Group:
    """Runs on the same data with the same settings, apart from strategy and seed.

    Attributes:
        dataset: The data.
        protocol: A name for the settings: the runs' ``name``, and settings that set them apart
            from another group of that name.
        runs: Strategy label to seed to run; labels are ordered, the random baseline first.
        full: Training on all of the training data with the same settings, by seed.
        every_round: The group whose acquisition model is the successor of this one.
    """

    dataset: DatasetFacts
    protocol: str
    runs: dict[str, dict[int, Run]]
    full: dict[int, FullRun] = field(default_factory=dict)
    every_round: "Group | None" = None

    @property
    def title(self) -> str:
        """Dataset and protocol, for headings."""
        return f"{self.dataset.name}, {self.protocol}"

    @property
    def strategies(self) -> list[str]:
        """Labels of the strategies, the random baseline first."""
        return list(self.runs)

    @property
    def all_runs(self) -> list[Run]:
        """Every run, strategy by strategy."""
        return [run for by_seed in self.runs.values() for run in by_seed.values()]

    @property
    def thresholds(self) -> dict[float, str]:
        """Label of CAL for each correctness threshold it was run with, ascending.

        Runs that differ from the plain ``cal`` in another option too are not among them.
        """
        found: dict[float, str] = {}
        for label, runs in self.runs.items():
            run = next(iter(runs.values()))
            value = run.config.get("strategy", {}).get(THRESHOLD)
            only_this = label in (run.strategy, f"{run.strategy} {THRESHOLD}={value}")
            if run.strategy == "cal" and value is not None and only_this:
                found[float(value)] = label
        return dict(sorted(found.items()))

    @property
    def compared(self) -> list[str]:
        """The strategies without the threshold ablation, whose plain run stands for it."""
        ablation = set(self.thresholds.values()) - {"cal"} if "cal" in self.runs else set()
        return [label for label in self.runs if label not in ablation]

    def beside(self, strategy: str) -> "Group":
        """Return the group without the runs of seeds that ``strategy`` was not run with."""
        seeds = self.runs.get(strategy, {}).keys()
        runs = {
            label: {seed: run for seed, run in by_seed.items() if seed in seeds}
            for label, by_seed in self.runs.items()
        }
        return replace(self, runs=runs)

    def values(self, strategy: str, score: Score) -> dict[int, float]:
        """Return one number a seed, see :meth:`Run.score`."""
        return {seed: run.score(score) for seed, run in self.runs[strategy].items()}

    def curves(self, strategy: str) -> tuple[NDArray[np.int64], Floats]:
        """Return labels [K] and accuracies [S, K] of the rounds that all seeds have."""
        runs = list(self.runs[strategy].values())
        length = min(len(run.accuracy) for run in runs)
        return runs[0].labelled[:length], np.stack([run.accuracy[:length] for run in runs])

    def full_accuracy(self) -> float | None:
        """Return mean accuracy of training on all data, or None if nobody did that."""
        if not self.full:
            return None
        return float(np.mean([run.accuracy for run in self.full.values()]))


def paired(a: dict[int, float], b: dict[int, float]) -> Floats:
    """Return differences a - b, float64 [S], of the seeds that both have, in order of the seeds."""
    return np.array([a[seed] - b[seed] for seed in sorted(a.keys() & b.keys())])


def group_runs(runs: list[Run], full: list[FullRun]) -> tuple[list[Group], list[str]]:
    """Group runs by data and settings; return also a line on each run that plays no part."""
    settings: dict[tuple[DatasetFacts, str], list[Run]] = defaultdict(list)
    for run in runs:
        settings[run.dataset, canonical(protocol_settings(run.config))].append(run)
    names = protocol_names({key: _names(members) for key, members in settings.items()})
    found: dict[tuple[DatasetFacts, str], Group] = {}
    told = []
    for key, members in settings.items():
        by_strategy, repeated = by_strategy_and_seed(members)
        told += repeated
        found[key] = Group(key[0], names[key], by_strategy, matching_full(key, full))
    groups = [replace(group, every_round=_every_round(key, found)) for key, group in found.items()]
    told += [line for run in full if (line := unmatched(run, groups))]
    return sorted(groups, key=lambda g: (g.dataset.name, g.protocol)), told


def _every_round(
    key: tuple[DatasetFacts, str], groups: dict[tuple[DatasetFacts, str], Group]
) -> Group | None:
    """Return the group whose acquisition model is the successor of the runs with this key."""
    settings = as_acquisition_model(json.loads(key[1]))
    return None if settings is None else groups.get((key[0], canonical(settings)))


def unmatched(run: FullRun, groups: list[Group]) -> str | None:
    """Say why a training on all data belongs to no group, or None if it does."""
    if any(run in group.full.values() for group in groups):
        return None
    own = without_loop(protocol_settings(run.config))
    for group in groups:
        if group.dataset == run.dataset:
            first = next(iter(next(iter(group.runs.values())).values()))
            theirs = without_loop(protocol_settings(first.config))
            names = sorted(k for k in own.keys() | theirs.keys() if own.get(k) != theirs.get(k))
            if names:
                return f"{run.folder}: not the settings of {group.title}: {', '.join(names)}"
            return f"{run.folder}: the same job as {group.full[run.seed].folder}, which is used"
    return f"{run.folder}: no run has the same data"


def _names(runs: Iterable[Run]) -> str:
    return " + ".join(sorted({recipe_or_name(run.config, run.experiment) for run in runs}))


def recipe_or_name(config: dict[str, Any], experiment: str) -> str:
    """Return a run's name; its recipe if nobody named it."""
    name = str(config.get("name", UNNAMED))
    recipe = "" if experiment == "None" else experiment  # Hydra's word for no choice
    return recipe or name if name == UNNAMED else name


def protocol_names(
    names: dict[tuple[DatasetFacts, str], str],
) -> dict[tuple[DatasetFacts, str], str]:
    """Name each group; where a dataset has two groups of one name, say what differs."""
    result = {}
    for (dataset, settings), name in names.items():
        others = [
            json.loads(text)
            for (data, text), other in names.items()
            if data.name == dataset.name and other == name and (data, text) != (dataset, settings)
        ]
        parts = [name, *differing(json.loads(settings), others)]
        if any(d.name == dataset.name and d != dataset for d, _ in names):
            parts.append(f"data {dataset.fingerprint[:8]}")
        result[dataset, settings] = " ".join(parts)
    return result


def by_strategy_and_seed(runs: list[Run]) -> tuple[dict[str, dict[int, Run]], list[str]]:
    """Label the strategies of one group; the first of two equal runs counts."""
    result: dict[str, dict[int, Run]] = defaultdict(dict)
    doubles = []
    labels = strategy_labels(runs)
    for run in runs:
        label = labels[strategy_key(run)]
        first = result[label].setdefault(run.seed, run)
        if first is not run:
            doubles.append(f"{run.folder}: the same job as {first.folder}, which is used")
    order = sorted(result, key=lambda label: (label != BASELINE, label))
    return {label: dict(sorted(result[label].items())) for label in order}, doubles

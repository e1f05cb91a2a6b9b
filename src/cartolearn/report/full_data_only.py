"""Trainings on all data for which no strategy was run with the same data and settings."""

from dataclasses import dataclass

from cartolearn.report.groups import Group, recipe_or_name
from cartolearn.runs.full_data import FullRun
from cartolearn.runs.run import DatasetFacts
from cartolearn.runs.settings import canonical, protocol_settings, without_loop


@dataclass(frozen=True, eq=False)
class FullDataOnly:
    """Trainings of equal data and settings, by seed, in order of the seeds."""

    dataset: DatasetFacts
    protocol: str
    runs: dict[int, FullRun]


def full_data_only(full: list[FullRun], groups: list[Group]) -> list[FullDataOnly]:
    """Gather the trainings that no group has, apart from second ones of the same job."""
    taken = {_key(run) for group in groups for run in group.full.values()}
    found: dict[tuple[DatasetFacts, str], dict[int, FullRun]] = {}
    for run in full:
        if _key(run) not in taken:
            found.setdefault(_key(run), {}).setdefault(run.seed, run)
    return [
        FullDataOnly(dataset, _protocol(runs), dict(sorted(runs.items())))
        for (dataset, _), runs in found.items()
    ]


def _key(run: FullRun) -> tuple[DatasetFacts, str]:
    return run.dataset, canonical(without_loop(protocol_settings(run.config)))


def _protocol(runs: dict[int, FullRun]) -> str:
    return " + ".join(sorted({recipe_or_name(run.config, run.experiment) for run in runs.values()}))

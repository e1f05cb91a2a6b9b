"""A small grid of runs, read once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cartolearn.report.groups import Group, group_runs
from cartolearn.runs.full_data import load_full_runs
from cartolearn.runs.run import find_folders, load_runs
from tests.report.folders import Job, write_full, write_run

STRATEGIES = ("random", "least_confidence", "entropy", "bald", "dal", "cal", "cal_dal")


def read_groups(root: Path) -> list[Group]:
    """All groups below ``root``."""
    runs, _ = load_runs(find_folders([root], "rounds.csv"))
    return group_runs(runs, load_full_runs(find_folders([root], "full_data.json")))[0]


@pytest.fixture
def groups_of() -> Callable[[Path], list[Group]]:
    return read_groups


@pytest.fixture(scope="session")
def grid_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven strategies, five seeds, three more thresholds, and trainings on all data."""
    root = tmp_path_factory.mktemp("grid")
    for seed in range(5):
        for strategy in STRATEGIES:
            options = {"correctness_threshold": 0.2} if strategy == "cal" else {}
            write_run(root, Job(strategy, seed, rounds=6, options=options))
        for threshold in (0.0, 0.4, 0.6):
            override = f"strategy.correctness_threshold={threshold}"
            options = {"correctness_threshold": threshold}
            job = Job("cal", seed, rounds=6, options=options, overrides=(override,))
            write_run(root, job)
        write_full(root, Job(seed=seed), 0.6 + seed / 1000)
    return root


@pytest.fixture(scope="session")
def grid(grid_folder: Path) -> Group:
    (group,) = read_groups(grid_folder)
    return group

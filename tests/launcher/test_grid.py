"""Real runs give the same files on every launcher: three seeds of three strategies."""

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.launcher.sweeps import ROOT

pytestmark = pytest.mark.slow
GRID = ["strategy=random,cal,entropy", "seed=0,1,2", "logger=none"]
SHORT = ["loop.rounds=2", "loop.seed_set_size=100", "trainer.max_epochs=4"]
TIMES = {"train_seconds", "score_seconds", "seconds"}


@pytest.fixture(scope="module", params=["rotten_tomatoes", "paper_trec"])
def recipe(request: pytest.FixtureRequest) -> list[str]:
    """The options of the embedded dataset, or of the paper's TREC where it is there."""
    if request.param == "rotten_tomatoes":
        return SHORT
    folder = request.getfixturevalue("shared_data")
    return ["experiment=paper_trec", "loop.rounds=5", f"paths.data_dir={folder}"]


@pytest.fixture(scope="module")
def serial(recipe: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("serial")
    return grid(folder, recipe, "hydra.launcher.jobs=1")


def grid(folder: Path, recipe: list[str], *launcher: str) -> Path:
    """Run the grid in ``folder`` and return the sweep's folder."""
    command = [sys.executable, "-m", "src.run", *recipe, *GRID, *launcher]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [*command, f"hydra.sweep.dir={folder}", "-m"],
        env=environment, cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def results(sweep: Path) -> dict[str, object]:
    """Return each run's rounds, without their times, and the bytes of its selections and maps."""
    found: dict[str, object] = {}
    for path in sorted(sweep.glob("*/rounds.csv")):
        with path.open(encoding="utf-8") as file:
            rows = [{k: row[k] for k in row.keys() - TIMES} for row in csv.DictReader(file)]
        files = [path.with_name("selections.parquet"), *sorted(path.parent.glob("data_maps/*"))]
        found[path.parent.name] = rows, [(file.name, file.read_bytes()) for file in files]
    assert len(found) == 9
    return found


@pytest.mark.slurm
@pytest.mark.usefixtures("slurm")
def test_slurm_gives_what_the_serial_run_gives(
    serial: Path, recipe: list[str], tmp_path: Path
) -> None:
    options = ["hydra/launcher=slurm", "hydra.launcher.memory_gb=2", "hydra.launcher.minutes=10"]
    assert results(grid(tmp_path, recipe, *options)) == results(serial)


def test_ray_gives_what_the_serial_run_gives(
    serial: Path, recipe: list[str], tmp_path: Path
) -> None:
    pytest.importorskip("ray", reason="ray is not installed (extra 'ray')")
    options = ["hydra/launcher=ray", "+hydra.launcher.init.include_dashboard=false"]
    assert results(grid(tmp_path, recipe, *options)) == results(serial)

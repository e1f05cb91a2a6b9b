"""Two experiments of somebody's own, from a folder outside the clone, as people run them."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cartolearn.config.flatten import flatten
from cartolearn.config.saved import load_config
from tests.launcher.sweeps import until
from tests.launcher.test_repeat import commands, paste
from tests.tracking.offline_file import OfflineRun

ROOT = Path(__file__).parents[2]
EXPERIMENT = """# @package _global_
defaults:
  - override /dataset: csv
  - override /embedding: tfidf_svd
dataset: {{train: my texts.csv, text: body, label: topic}}
embedding: {{dimensions: 5}}
loop: {{seed_set_size: 20, rounds: 2, query_size: {size}}}
trainer: {{max_epochs: 2}}
"""
SWEEP = [
    "--config-dir", "my conf", "experiment=few,many", "strategy=random,margin", "seed=0,1,2",
    "name='cost $5 and $6'", "hydra.launcher.jobs=2", "-m",
]  # fmt: skip
WORDS = {"sport": ["match", "goal", "team"], "money": ["bank", "market", "price"]}


def write_texts(path: Path) -> None:
    draw = random.Random(0)  # noqa: S311
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["topic", "body"])
        for i in range(120):
            topic = list(WORDS)[i % 2]
            words = draw.choices(WORDS[topic], k=3) + draw.choices(
                [*WORDS["sport"], *WORDS["money"]], k=3
            )
            writer.writerow([topic, " ".join(words)])


def start(folder: Path) -> "subprocess.Popen[str]":
    environment = os.environ | {
        "PYTHONPATH": str(ROOT), "COLUMNS": "200", "WANDB_MODE": "offline",
        "CAL_CACHE_DIR": str(folder / "cache"),
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", "cartolearn", "run", *SWEEP],
        cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip


def finished(folder: Path) -> list[Path]:
    return sorted((folder / "multirun").glob("*/*/finished.json"))


def check_trackers(runs: list[Path]) -> None:
    """Check that each run's tracker has its rounds, epochs and options, in four groups of seeds."""
    groups: dict[str, set[int]] = {}
    for run in runs:
        offline = OfflineRun(run / "wandb")
        with (run / "rounds.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        rounds = [row for row in offline.history if "accuracy" in row]
        for row, logged in zip(rows, rounds, strict=True):
            assert all(
                logged[key] == float(value) for key, value in row.items() if key != "labelled"
            )
            assert logged["n_labelled"] == int(row["labelled"])
            assert "data_map/table/path" in logged
        assert [row["epoch"] for row in offline.history if "epoch" in row] == list(range(1, 7))
        config = load_config(run / "config.yaml")
        for option, value in flatten(config).items():
            assert offline.config[option.replace(".", "/")] == value
        summary = json.loads((run / "finished.json").read_text("utf-8"))
        assert offline.summary["aulc"] == summary["aulc"]
        assert offline.exit_code == 0
        groups.setdefault(offline.run.run_group, set()).add(config["seed"])
    assert len(groups) == 4
    assert all(seeds == {0, 1, 2} for seeds in groups.values())


@pytest.mark.slow
def test_twelve_jobs_stopped_twice_resumed_reported_and_pasted_back(tmp_path: Path) -> None:
    folder = tmp_path / "it's = mine"
    (folder / "my conf" / "experiment").mkdir(parents=True)
    for name, size in (("few", 5), ("many", 10)):
        path = folder / "my conf" / "experiment" / f"{name}.yaml"
        path.write_text(EXPERIMENT.format(size=size), encoding="utf-8")

    without_data = start(folder)
    output, errors = without_data.communicate(timeout=600)
    assert without_data.returncode == 1, output + errors
    assert "Traceback" not in output + errors
    repeats = commands(output)
    assert len(set(repeats)) == 12
    write_texts(folder / "my texts.csv")

    for count in (2, 6):
        process = start(folder)
        until(lambda: process.poll() is not None or len(finished(folder)) >= count, 600)  # noqa: B023
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=60)
        assert process.returncode == 130, output + errors
    assert len(finished(folder)) < 12
    process = start(folder)
    output, errors = process.communicate(timeout=600)
    assert process.returncode == 0, output + errors
    runs = [path.parent for path in finished(folder)]
    assert len(runs) == 12
    check_trackers(runs)

    report = subprocess.run(
        [sys.executable, "-m", "cartolearn", "report", str(runs[0].parent), "--out", "a report"],
        cwd=folder, capture_output=True, text=True, timeout=600, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert report.returncode == 0, report.stderr
    assert list((folder / "a report").rglob("figure_3_learning_curves.png"))

    before = {run: (run / "rounds.csv").read_bytes() for run in runs}
    told = set()
    for command in repeats:
        done = paste(command, tmp_path)
        assert done.returncode == 0, command + done.stderr
        told |= {run.name for run in runs if f"{run.name} is finished already" in done.stderr}
    assert told == {run.name for run in runs}
    assert {run: (run / "rounds.csv").read_bytes() for run in runs} == before

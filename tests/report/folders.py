"""Run folders as a run writes them, made from a small simulated world in milliseconds."""

import csv
import json
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import yaml
from numpy.typing import NDArray
from pyarrow import parquet

from cartolearn.cartography.data_map import DataMap

NAMES = ("ABBR", "DESC", "ENTY", "HUM", "LOC", "NUM")
TASTE = {"cal": 0.5, "dal": 0.3, "least_confidence": 0.9, "entropy": 0.85, "bald": 0.8}
LIFT = {"cal": 0.01, "dal": -0.03, "least_confidence": 0.02, "entropy": 0.015, "bald": 0.01}


@dataclass(frozen=True)
class World:
    """One simulated dataset: how hard each row is, and what it says."""

    dataset: str = "trec"
    train: int = 300
    test: int = 100
    classes: int = 3
    epochs: int = 4
    fingerprint: str = "f00d"
    hostile: bool = False

    @property
    def difficulty(self) -> NDArray[np.float64]:
        generator = np.random.default_rng(1)
        easy = generator.beta(1.2, 3.0, self.train)
        return np.where(generator.random(self.train) < 0.1, generator.beta(6, 1, self.train), easy)

    @property
    def labels(self) -> NDArray[np.int64]:
        return np.random.default_rng(2).integers(self.classes, size=self.train)

    def text(self, row: int) -> str:
        if self.hostile:
            return f"=1+{row}</script><script>window.hacked=1</script><img src=x onerror=hacked()>"
        return f"What is thing number {row} called ?"


@dataclass(frozen=True)
class Job:
    """One run to write; ``successor`` is what its successor model gains in every second round."""

    strategy: str = "random"
    seed: int = 0
    name: str = "grid"
    rounds: int = 3
    batch: int = 10
    seed_set: int = 20
    options: dict[str, Any] = field(default_factory=dict)
    overrides: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    lift: float | None = None
    stop_after: int | None = None
    experiment: str | None = None
    data_dir: str = "/data"
    successor: float | None = None


def write_run(root: Path, job: Job, world: World | None = None) -> Path:
    """Write the folder of one run; ``stop_after`` leaves it as a kill in that round would."""
    world = world or World()
    extra = "".join(f",{override}" for override in job.overrides)
    folder = root / f"strategy={job.strategy},dataset={world.dataset},seed={job.seed}{extra}"
    (folder / "data_maps").mkdir(parents=True)
    (folder / "config.yaml").write_text(yaml.safe_dump(config_of(job, world)), encoding="utf-8")
    (folder / "run.json").write_text(json.dumps(facts_of(job, world)), encoding="utf-8")
    picks = picks_of(job, world)
    rounds = range(job.rounds + 1)[: None if job.stop_after is None else job.stop_after + 1]
    write_curve(folder / "rounds.csv", job, world, [sum(map(len, picks[: r + 1])) for r in rounds])
    write_selections(folder / "selections.parquet", picks[1 : len(rounds)], world)
    if job.stop_after is None:
        (folder / "finished.json").write_text("{}", encoding="utf-8")
    for r in rounds:
        ids = np.concatenate(picks[: r + 1])
        path = folder / "data_maps" / f"round_{r:03d}.parquet"
        data_map_of(ids, world, job, r).save(path)
    return folder


def config_of(job: Job, world: World) -> dict[str, Any]:
    return {
        "name": job.name,
        "seed": job.seed,
        "dataset": {"_target_": "cartolearn.data.trec.Trec", "data_dir": None},
        "embedding": {
            "_target_": "cartolearn.embeddings.fasttext.FastText",
            "max_tokens": 42,
            "data_dir": job.data_dir,
        },
        "strategy": {"_target_": f"cartolearn.strategies.{job.strategy}.X", **job.options},
        "loop": {"seed_set_size": job.seed_set, "rounds": job.rounds, "query_size": job.batch},
        "trainer": {"max_epochs": world.epochs, **job.settings},
        "logger": {"_target_": "cartolearn.tracking.none.NoLogger"},
    } | (
        {}
        if job.successor is None
        else {
            "successor": {
                "every": 2,
                "model": {"of": "others"},
                "embedding": None,
                "trainer": {"max_epochs": 9},
            }
        }
    )


def facts_of(job: Job, world: World) -> dict[str, Any]:
    return {
        "choices": {
            "dataset": world.dataset,
            "strategy": job.strategy,
            "experiment": job.experiment,
        },
        "overrides": [f"strategy={job.strategy}", *job.overrides],
        "directory": "/home/ana",
        "dataset": {
            "name": world.dataset,
            "train": world.train,
            "test": world.test,
            "classes": list(NAMES[: world.classes]),
            "fingerprint": world.fingerprint,
        },
    }


def picks_of(job: Job, world: World) -> list[NDArray[np.int64]]:
    """The seed set, shared by all runs of a seed, and then each round's batch."""
    order = np.random.default_rng(job.seed).permutation(world.train)
    seed_set, pool = order[: job.seed_set], order[job.seed_set :]
    generator = np.random.default_rng(hash_of(job.strategy) + job.seed)
    wish = np.abs(world.difficulty[pool] - TASTE.get(job.strategy, 0.5))
    weight = 0.0 if job.strategy == "random" else 1.0
    ranked = pool[np.argsort(weight * wish + generator.random(len(pool)) * 0.5, kind="stable")]
    batches = [ranked[r * job.batch : (r + 1) * job.batch] for r in range(job.rounds)]
    return [seed_set, *(batch for batch in batches if len(batch))]


def hash_of(text: str) -> int:
    return zlib.crc32(text.encode())


def write_curve(path: Path, job: Job, world: World, labelled: list[int]) -> None:
    generator = np.random.default_rng([job.seed, hash_of(job.strategy + str(job.options))])
    shared = np.random.default_rng(job.seed).normal(0, 0.01)
    lift = LIFT.get(job.strategy, 0.0) if job.lift is None else job.lift
    binary = binary_of(job) if job.strategy in ("cal", "dal") else {}
    rows = []
    for r, count in enumerate(labelled):
        grown = 1 - np.exp(-r / max(1, job.rounds) * 3)
        accuracy = 0.43 + (0.15 + lift) * grown + shared + generator.normal(0, 0.004)
        seconds = {"train_seconds": 0.5 + r / 10, "score_seconds": 0.1, "seconds": 0.7 + r / 10}
        known = {"round": r, "labelled": count, "accuracy": accuracy, "macro_f1": accuracy - 0.05}
        last = {name: values[r] if r < job.rounds else "" for name, values in binary.items()}
        if job.successor is not None:
            trained = r % 2 == 0 or r == job.rounds
            names = ("successor_accuracy", "successor_macro_f1", "successor_loss")
            last |= dict.fromkeys(names, accuracy + job.successor if trained else "")
            last["successor_seconds"] = 5.0 if trained else ""
        rows.append(known | {"loss": 1.5 - grown} | seconds | last)
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def binary_of(job: Job) -> dict[str, NDArray[np.float64]]:
    """What CAL and DAL tell of a binary classifier that gets better, by column and round."""
    generator = np.random.default_rng([job.seed, 9])
    better = np.linspace(0.5, 0.8, job.rounds) + generator.normal(0, 0.01, job.rounds)
    columns = {"accuracy": better + 0.1, "balanced_accuracy": better, "auc": better + 0.05,
               "majority": np.full(job.rounds, 0.7), "cv_accuracy": better + 0.05,
               "cv_balanced_accuracy": better - 0.02, "cv_auc": better}  # fmt: skip
    return {f"{job.strategy}_binary_{name}": values for name, values in columns.items()}


def write_selections(path: Path, picks: list[NDArray[np.int64]], world: World) -> None:
    rows = [(r, k, int(i)) for r, ids in enumerate(picks, 1) for k, i in enumerate(ids)]
    table = pa.table(
        {
            "round": pa.array([row[0] for row in rows], pa.int64()),
            "rank": pa.array([row[1] for row in rows], pa.int64()),
            "id": pa.array([row[2] for row in rows], pa.int64()),
            "score": pa.array([None for _ in rows], pa.float64()),
            "text": pa.array([world.text(row[2]) for row in rows], pa.string()),
            "label": pa.array([NAMES[world.labels[row[2]]] for row in rows], pa.string()),
        }
    )
    parquet.write_table(table, path)


def data_map_of(ids: NDArray[np.int64], world: World, job: Job, round_: int) -> DataMap:
    """Training dynamics that rise over the epochs, later and lower for hard rows."""
    generator = np.random.default_rng([job.seed, round_])
    epochs = np.arange(1, world.epochs + 1)[:, None] / world.epochs
    speed = (6 + round_ / 10) * (epochs - world.difficulty[ids] * 1.2)
    noise = generator.normal(0, 0.4, (world.epochs, len(ids)))
    p = 1 / (1 + np.exp(-(speed - 1.5 + noise)))
    return DataMap(ids, world.labels[ids], p.astype(np.float32), p > 0.4)


def write_full(root: Path, job: Job, accuracy: float, world: World | None = None) -> Path:
    """Write the folder of a training on all training data."""
    world = world or World()
    folder = root / f"full,dataset={world.dataset},seed={job.seed}"
    folder.mkdir(parents=True)
    (folder / "config.yaml").write_text(yaml.safe_dump(config_of(job, world)), encoding="utf-8")
    (folder / "run.json").write_text(json.dumps(facts_of(job, world)), encoding="utf-8")
    values = {"accuracy": accuracy, "macro_f1": accuracy - 0.05, "seconds": 3.5}
    (folder / "full_data.json").write_text(json.dumps(values), encoding="utf-8")
    data_map_of(np.arange(world.train), world, job, 0).save(folder / "data_map.parquet")
    names = [NAMES[label] for label in world.labels]
    table = {
        "id": np.arange(world.train),
        "text": [world.text(row) for row in range(world.train)],
        "label": names,
        "predicted": names[::-1],
    }
    parquet.write_table(pa.table(table), folder / "texts.parquet")
    return folder

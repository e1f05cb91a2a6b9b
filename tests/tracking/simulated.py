"""A simulated run to be tracked: its folder, its data and the records of its rounds."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.figure import draw_data_map
from cartolearn.config.saved import load_config, load_provenance
from cartolearn.data.dataset import Dataset
from cartolearn.loop.record import Record
from cartolearn.runs.run import load_run
from cartolearn.tracking.base import Tracker, Trackers
from cartolearn.tracking.info import RunInfo
from tests.report.folders import NAMES, Job, World, write_run

WORLD = World(classes=len(NAMES), train=300)


def info(root: Path, job: Job | None = None, world: World = WORLD) -> RunInfo:
    """Write a run's folder below ``root`` and describe it."""
    folder = write_run(root, job or Job("cal", rounds=3), world)
    last = max((folder / "data_maps").iterdir())
    draw_data_map(DataMap.load(last), folder / "data_map.png", "the last round")
    dataset = Dataset(
        name=world.dataset,
        texts=[world.text(row) for row in range(world.train)],
        labels=world.labels,
        label_names=NAMES[: world.classes],
        train_ids=np.arange(world.train),
        test_ids=np.arange(0),
    )
    return RunInfo(
        folder,
        load_config(folder / "config.yaml"),
        load_provenance(folder / "run.json")["choices"],
        dataset,
    )


def records(run: RunInfo) -> list[Record]:
    """Return the records of the rounds in a run's folder."""
    done = load_run(run.folder)
    batches = [batch.tolist() for batch in done.batches]
    return [
        Record(
            run="",
            row={"loss": 1.0, "round": number}
            | {
                name: float(column[number])
                for name, column in {**done.curve, **done.successor}.items()
                if np.isfinite(column[number])
            },
            ids=ids,
            scores=[None for _ in ids],
            digests={},
            validation_accuracy=None,
            losses=[1.0, 0.5],
        )
        for number, ids in enumerate([*batches, []])
    ]


def track(trackers: Mapping[str, Tracker], run: RunInfo, rounds: int | None = None) -> Trackers:
    """Do what a run does; with ``rounds``, stop after that many as a killed run would."""
    tracking = Trackers(trackers, run)
    done = records(run)
    for number in range(len(done) if rounds is None else rounds):
        tracking.log(done[: number + 1])
    if rounds is None:
        summary = {"aulc": load_run(run.folder).aulc, "validation_aulc": None}
        tracking.finish(summary, done[-1].labelled)
        tracking.close("success")
    return tracking

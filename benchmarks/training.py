"""Rows ``train`` and ``data_map``: a round's training through Lightning against a bare loop."""

import numpy as np
import torch

from benchmarks.bare import network, train
from benchmarks.measure import medians
from benchmarks.result import Result
from benchmarks.settings import WIDTH, Settings, classifier, data
from cartolearn.cartography.recorder import DataMapRecorder
from cartolearn.models.training import fit

# Labels in the middle round of the paper's protocol, classes and batch size.
SHAPES = {"trec": (1250, 6, 16), "agnews": (1750, 4, 64)}


def training_rows(settings: Settings) -> list[Result]:
    """Measure a round of ten epochs: ours, with the data map, and a bare loop."""
    return [row for name in SHAPES for row in _one(name, settings)]


def _one(name: str, settings: Settings) -> list[Result]:
    labels, classes, batch = SHAPES[name]
    labels, epochs = settings.size(labels, 60), settings.size(10, 2)
    x, y = data(labels, classes)

    def ours(*, data_map: bool) -> torch.Tensor:
        model = classifier(y, classes)
        recorder = DataMapRecorder([(x, y)], np.arange(labels))
        callbacks = [recorder] if data_map else []
        fit(model, x, y, epochs, batch, torch.Generator().manual_seed(1), callbacks)
        return model.head.weight

    def bare() -> torch.Tensor:
        torch.manual_seed(0)
        model = network([WIDTH, 300, 300, 300, classes], 0.3)
        train(model, x, y, classes, batch, torch.Generator().manual_seed(1), epochs)
        return next(model[-1].parameters())

    same = torch.equal(ours(data_map=False), bare())
    jobs = {
        "plain": lambda: ours(data_map=False),
        "mapped": lambda: ours(data_map=True),
        "bare": bare,
    }
    seconds = medians(jobs, settings.repetitions, cpu=settings.cpu)
    notes = [f"both end with {'the same' if same else 'OTHER'} weights, to the last bit"]
    shape = f"{labels} labels, batch {batch}, {epochs} epochs"
    return [
        Result(
            f"train {name}", f"a round's training, {shape}; a bare loop with the same batches",
            seconds["plain"] * 1e3, seconds["bare"] * 1e3, "ms", 1.15,
            repetitions=settings.repetitions, notes=notes,
        ),
        Result(
            f"data_map {name}", "the same with the data map recorded; without it",
            seconds["mapped"] * 1e3, seconds["plain"] * 1e3, "ms",
            1.10 if name == "trec" else None, repetitions=settings.repetitions,
        ),
    ]  # fmt: skip

"""Row ``threads``: two runs side by side with a thread each, against two threads in one run."""

import torch

from benchmarks.measure import medians
from benchmarks.result import Result
from benchmarks.settings import Settings, classifier, data
from cartolearn.models.training import fit


def thread_rows(settings: Settings) -> list[Result]:
    """Measure a round's training with two threads and with one."""
    x, y = data(settings.size(1250, 60), 6)
    epochs = settings.size(3, 1)

    def round_with(threads: int) -> None:
        torch.set_num_threads(threads)
        fit(classifier(y, 6), x, y, epochs, 16, torch.Generator().manual_seed(0))

    try:
        jobs = {"two": lambda: round_with(2), "one": lambda: round_with(1)}
        ms = {name: 1e3 * s for name, s in medians(jobs, settings.repetitions, cpu=False).items()}
    finally:
        torch.set_num_threads(1)
    return [
        Result(
            "threads", "training with two threads, batch 16; with one (two runs side by side"
            " with a thread each gain nearly a factor of two)",
            ms["two"], ms["one"], "ms", repetitions=settings.repetitions,
        )
    ]  # fmt: skip

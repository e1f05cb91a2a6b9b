"""Rows ``memory``: a run beyond torch itself, and scoring a large pool beyond its features."""

import sys
from pathlib import Path

import numpy as np
import torch

from benchmarks.commands import datasets, prepared, single
from benchmarks.measure import MB, anonymous_peak, process
from benchmarks.result import Result
from benchmarks.settings import WIDTH, Settings, classifier, trained
from cartolearn.strategies.bald import BALD
from cartolearn.strategies.base import Observations, ScoreStrategy
from cartolearn.strategies.cal import CAL
from cartolearn.strategies.entropy import Entropy

SCORED: dict[str, ScoreStrategy] = {"entropy": Entropy(), "bald": BALD(), "cal": CAL()}


def memory_rows(settings: Settings) -> list[Result]:
    """Measure processes of their own, since a process keeps what it once had."""
    return [_run(settings), *_large_pool(settings)]


def _run(settings: Settings) -> Result:
    dataset = datasets(settings)[-1]
    prepared(settings, dataset)
    torch_alone = process(["-c", "import torch"]).peak
    peaks = {
        strategy: process(single(settings, dataset, strategy, "loop.rounds=2")).peak
        for strategy in ("cal", "dal")
    }
    worst = max(peaks.values()) - torch_alone
    resident = ", ".join(f"{name} {peak:.0f} MB" for name, peak in peaks.items())
    return Result(
        "memory run", f"peak resident memory of a run on {dataset} beyond importing torch, mapped"
        " features included, the larger of CAL and DAL; importing torch",
        worst, torch_alone, "MB", 1500, judged="ours", notes=[f"whole processes: {resident}"],
    )  # fmt: skip


def _large_pool(settings: Settings) -> list[Result]:
    rows = settings.size(1_000_000, 4000)
    path = settings.work / "pool.npy"
    pool = np.lib.format.open_memmap(path, "w+", np.float32, (rows, WIDTH))
    random = np.random.default_rng(0)
    for start in range(0, rows, 10_000):
        part = pool[start : start + 10_000]
        part[:] = random.standard_normal(part.shape, dtype=np.float32)
    pool.flush()
    results = []
    for name in SCORED:
        told = process(["-m", "benchmarks.memory", name, str(path)]).lines[-1][1]
        results.append(
            Result(
                f"memory {name}", f"anonymous memory of scoring {rows:,} x {WIDTH} float32 by"
                f" {name}, memory-mapped; the features on disk",
                float(told), rows * WIDTH * 4 / MB, "MB", 500, judged="ours",
            )
        )  # fmt: skip
    path.unlink()
    return results


def score(name: str, features: torch.Tensor, labelled: int = 500) -> None:
    """Choose 50 of all rows but the first, as a round does."""
    model = classifier(torch.arange(labelled) % 4, 4)
    seen = Observations(
        torch.arange(labelled, len(features)), trained(model, features, 4, np.arange(labelled))
    )
    SCORED[name].select(seen, 50, torch.Generator().manual_seed(0))


if __name__ == "__main__":
    torch.set_num_threads(1)
    mapped = torch.from_numpy(np.load(Path(sys.argv[2]), mmap_mode="c"))
    score(sys.argv[1], mapped[:3000])  # what a first call sets up is not the pool's
    print(anonymous_peak(lambda: score(sys.argv[1], mapped)))

"""Row ``growth``: time and memory against size, which should be straight lines."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.growth_figure import Growth, draw
from benchmarks.measure import ROOT, anonymous_peak, process
from benchmarks.result import Result
from benchmarks.settings import Settings, classifier, data, trained
from cartolearn.data.dataset import Dataset
from cartolearn.models.training import fit

FIGURE = ROOT / "docs" / "images" / "growth.png"
LINEAR = 1.15  # the steepest slope in logarithms that still counts as linear


Make = Callable[[int], Callable[[], object]]


@dataclass(frozen=True)
class Work:
    """One kind of work: ``make(size)`` prepares it and returns what is measured."""

    unit: str
    sizes: list[int]
    make: Make


def growth_rows(settings: Settings) -> list[Result]:
    """Measure scoring, training and the embeddings; draw the figure."""
    _write_rows(settings)
    grown = [_grow(settings, name, work) for name, work in kinds(settings).items()]
    if not settings.quick:
        draw(grown, FIGURE)
    return [
        Result(
            f"growth {one.name}", f"seconds for {one.sizes[-1]:,} {one.unit} against"
            f" {one.sizes[-2]:,}; the slope of their logarithms is judged, 1 being linear",
            one.slope, 1.0, "slope", LINEAR, judged="ours",
            notes=[
                f"{n:,}: {s:.3g} s, {m:.0f} MB"
                for n, s, m in zip(one.sizes, one.seconds, one.memory, strict=True)
            ],
        )
        for one in grown
    ]  # fmt: skip


def kinds(settings: Settings) -> dict[str, Work]:
    """Return what grows, by name."""
    quick = settings.quick
    rows = [1000, 2000] if quick else [10_000, 100_000, 1_000_000]
    labels = [64, 128] if quick else [500, 1000, 5000, 10_000, 50_000]
    texts = [50, 100] if quick else [1000, 10_000, 100_000]
    embed = {
        name: Work("texts", texts, _embedding(settings, kind))
        for name, kind in _embeddings(settings).items()
    }
    return {
        "scoring": Work("rows", rows, partial(_scoring, settings)),
        "training": Work("labels, 2 epochs", labels, _training),
        **embed,
    }


def _grow(settings: Settings, name: str, work: Work) -> Growth:
    """Time each size twice (the faster counts); its memory is told by a fresh process."""
    seconds, memory = [], []
    clock = time.process_time if settings.cpu else time.perf_counter
    work.make(work.sizes[0])()
    for size in work.sizes:
        job, taken = work.make(size), []
        for _ in range(2):
            start = clock()
            job()
            taken.append(clock() - start)
        seconds.append(min(taken))
        words = [name, str(size), str(settings.work), str(settings.data_dir or ""),
                 "quick" if settings.quick else ""]  # fmt: skip
        told = process(["-m", "benchmarks.growth", *words]).lines[-1][1]
        memory.append(float(told))
    return Growth(name, work.unit, work.sizes, seconds, memory)


def memory_of(name: str, size: str, folder: str, data_dir: str, quick: str) -> float:
    """Return the anonymous MB that work of this size gains beyond its input and the smallest."""
    settings = Settings(
        quick=bool(quick), full_grid=False, data_dir=Path(data_dir) if data_dir else None,
        repetitions=1, cpu=False, rounds=1, work=Path(folder),
    )  # fmt: skip
    work = kinds(settings)[name]
    work.make(work.sizes[0] // 2)()
    return anonymous_peak(work.make(int(size)))


def _write_rows(settings: Settings) -> None:
    rows = settings.size(1_000_000, 2000)
    whole = np.lib.format.open_memmap(settings.work / "growth.npy", "w+", np.float32, (rows, 300))
    for start in range(0, rows, 10_000):
        whole[start : start + 10_000] = start % 7


def _scoring(settings: Settings, rows: int) -> Callable[[], object]:
    mapped = np.load(settings.work / "growth.npy", mmap_mode="c")
    features, model = torch.from_numpy(mapped), classifier(torch.arange(8) % 4, 4)
    return lambda: trained(model, features, 4).probabilities(torch.arange(rows))


def _training(labels: int) -> Callable[[], object]:
    x, y = data(labels, 4)
    return lambda: fit(classifier(y, 4), x, y, 2, 64, torch.Generator())


def _embeddings(settings: Settings) -> dict[str, Any]:
    from cartolearn.embeddings.fasttext import FastText
    from cartolearn.embeddings.tfidf_svd import TfidfSvd
    from cartolearn.embeddings.wordllama import WordLlama

    found: dict[str, Any] = {
        "wordllama": WordLlama(max_tokens=200),
        "tfidf_svd": TfidfSvd(dimensions=300, max_tokens=200, random_state=0),
    }
    if settings.data_dir is not None and not settings.quick:
        found["fasttext"] = FastText(
            None, str(settings.data_dir), str(settings.work), max_tokens=200, pooling="sum",
            padding="none", dimensions=None,
        )  # fmt: skip
    return found


def _embedding(settings: Settings, kind: Any) -> Make:
    def make(n: int) -> Callable[[], object]:
        dataset = _dataset(_texts(settings), n)
        return lambda: kind.embed(dataset)

    return make


def _texts(settings: Settings) -> list[str]:
    from cartolearn.data.agnews import AGNews
    from cartolearn.data.rotten_tomatoes import RottenTomatoes

    if settings.data_dir is not None and not settings.quick:
        return AGNews(str(settings.data_dir), str(settings.work), "description").load().texts
    return RottenTomatoes().load().texts


def _dataset(texts: list[str], n: int) -> Dataset:
    repeated = (texts * -(-n // len(texts)))[:n]
    ids = np.arange(n)
    labels = ids % 2
    return Dataset("growth", repeated, labels, ("a", "b"), ids[: n * 9 // 10], ids[n * 9 // 10 :])


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(memory_of(*sys.argv[1:]))

"""Row ``growth``: time and memory against size, which should be straight lines."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from src.data.dataset import Dataset
from src.files import atomic_write
from src.models.predict import probabilities
from src.models.training import fit
from tests.benchmarks.measure import ROOT, anonymous_peak
from tests.benchmarks.result import Result
from tests.benchmarks.settings import Settings, classifier, data

FIGURE = ROOT / "docs" / "images" / "growth.png"
LINEAR = 1.15  # the steepest slope in logarithms that still counts as linear
LARGE = 10_000  # below it, fixed costs are seen rather than growth


@dataclass(frozen=True)
class Growth:
    """Seconds and anonymous MB of one kind of work at several sizes."""

    name: str
    unit: str
    sizes: list[int]
    seconds: list[float]
    memory: list[float]

    @property
    def slope(self) -> float:
        """How the two largest sizes compare: 1 is linear, 2 quadratic, in seconds."""
        (n0, n1), (t0, t1) = self.sizes[-2:], self.seconds[-2:]
        return float(np.log(t1 / t0) / np.log(n1 / n0))


def growth_rows(settings: Settings) -> list[Result]:
    """Measure scoring, training and the embeddings; draw the figure."""
    grown = [_scoring(settings), _training(settings), *_embeddings(settings)]
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


def _grow(
    settings: Settings, name: str, unit: str, sizes: list[int], make: Callable[[int], Any]
) -> Growth:
    """Time ``make(size)()`` twice (the faster counts), and its memory once more."""
    seconds, memory = [], []
    clock = time.process_time if settings.cpu else time.perf_counter
    make(sizes[0])()
    for size in sizes:
        job, taken = make(size), []
        for _ in range(2):
            start = clock()
            job()
            taken.append(clock() - start)
        seconds.append(min(taken))
        memory.append(anonymous_peak(job))
    return Growth(name, unit, sizes, seconds, memory)


def _scoring(settings: Settings) -> Growth:
    sizes = [10_000, 100_000, 1_000_000] if not settings.quick else [1000, 2000]
    path = settings.work / "growth.npy"
    whole = np.lib.format.open_memmap(path, "w+", np.float32, (sizes[-1], 300))
    for start in range(0, sizes[-1], 10_000):
        whole[start : start + 10_000] = start % 7
    y = torch.arange(8) % 4
    model, features = classifier(y, 4, 64), torch.from_numpy(np.load(path, mmap_mode="c"))
    return _grow(
        settings,
        "scoring",
        "rows",
        sizes,
        lambda n: lambda: probabilities(model, features, torch.arange(n)),
    )


def _training(settings: Settings) -> Growth:
    sizes = [500, 1000, 5000, 10_000, 50_000] if not settings.quick else [64, 128]

    def make(n: int) -> Callable[[], None]:
        x, y = data(n, 4)
        return lambda: fit(classifier(y, 4, 64), x, y, 2, torch.Generator())

    return _grow(settings, "training", "labels, 2 epochs", sizes, make)


def _embeddings(settings: Settings) -> list[Growth]:
    from src.embeddings.fasttext import FastText
    from src.embeddings.tfidf_svd import TfidfSvd
    from src.embeddings.wordllama import WordLlama

    texts = _texts(settings)
    sizes = [1000, 10_000, 100_000] if not settings.quick else [50, 100]
    cache = str(settings.work / "cache")
    kinds: dict[str, Any] = {
        "wordllama": WordLlama(max_tokens=200),
        "tfidf_svd": TfidfSvd(dimensions=300, max_tokens=200, random_state=0),
    }
    if settings.data_dir is not None and not settings.quick:
        kinds["fasttext"] = FastText(
            None, str(settings.data_dir), cache, max_tokens=200, pooling="sum", padding="none",
            dimensions=None,
        )  # fmt: skip
    return [
        _grow(settings, name, "texts", sizes, _embedding(kind, texts))
        for name, kind in kinds.items()
    ]


def _embedding(kind: Any, texts: list[str]) -> Callable[[int], Any]:
    def make(n: int) -> Callable[[], Any]:
        dataset = _dataset(texts, n)
        return lambda: kind.embed(dataset)

    return make


def _texts(settings: Settings) -> list[str]:
    from src.data.agnews import AGNews
    from src.data.rotten_tomatoes import RottenTomatoes

    if settings.data_dir is not None and not settings.quick:
        return AGNews(str(settings.data_dir), str(settings.work), "description").load().texts
    return RottenTomatoes().load().texts


def _dataset(texts: list[str], n: int) -> Dataset:
    repeated = (texts * -(-n // len(texts)))[:n]
    ids = np.arange(n)
    labels = ids % 2
    return Dataset("growth", repeated, labels, ("a", "b"), ids[: n * 9 // 10], ids[n * 9 // 10 :])


def draw(grown: list[Growth], path: Path) -> None:
    """Draw seconds and memory against size on logarithmic axes, with a line of slope 1."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 6.4), layout="constrained")
    panels = figure.subplots(2, 3, sharex="col")
    columns = [grown[:1], grown[1:2], grown[2:]]
    for column, kinds in enumerate(columns):
        for kind, marker, colour in zip(
            kinds, "osD", ("#0072B2", "#D55E00", "#009E73"), strict=False
        ):
            style = {"marker": marker, "color": colour, "label": kind.name}
            panels[0, column].loglog(kind.sizes, kind.seconds, **style)
            panels[1, column].semilogx(kind.sizes, kind.memory, **style)
            last = kind.seconds[-1] / kind.sizes[-1]
            panels[0, column].loglog(
                kind.sizes, [last * n for n in kind.sizes], ":", color=colour, alpha=0.7
            )
        panels[0, column].set(title=kinds[0].name if column < 2 else "embeddings")
        panels[1, column].set(xlabel=kinds[0].unit, ylim=(0, None))
        panels[0, column].legend(title="dotted: linear", fontsize="small")
    panels[0, 0].set(ylabel="seconds")
    panels[1, 0].set(ylabel="anonymous memory, MB")
    with atomic_write(path) as temporary:
        figure.savefig(temporary, format="png", dpi=130)

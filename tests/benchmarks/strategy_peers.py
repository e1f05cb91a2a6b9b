"""The same selections by small-text and scikit-activeml, where they are installed."""

import importlib.util
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from src.cartography.data_map import DataMap
from src.strategies.base import Observations, Strategy
from tests.benchmarks.turns import turns
from tests.strategies.configured import configured

WIDTH, CLASSES, LABELLED, BATCH = 300, 6, 500, 50
Job = Callable[[], object]


@dataclass(frozen=True)
class PeerRow:
    """One strategy, ours and a library's, in seconds of the processor."""

    strategy: str
    rows: int
    ours: float
    library: str
    theirs: float
    remark: str


class Linear:
    """A classifier for both libraries: softmax of one matrix product of the embeddings."""

    classes_ = np.arange(CLASSES)

    def __init__(self, head: NDArray[np.float32]) -> None:
        self.head = head

    def predict_proba(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        return torch.from_numpy(np.asarray(x) @ self.head).softmax(dim=1).numpy()

    def embed(self, x: NDArray[np.float32], **_: object) -> tuple[Any, Any]:
        return x, self.predict_proba(x)


def peer_rows(rows: int, repetitions: int) -> tuple[list[PeerRow], list[str]]:
    """Return the comparisons, and the libraries that are absent."""
    random = np.random.default_rng(0)
    clumps = 2 * random.normal(size=(40, WIDTH))
    points = clumps[random.integers(0, 40, rows + LABELLED)]
    points += random.normal(size=points.shape)
    x = np.maximum(points, 0).astype(np.float32)
    head = (0.05 * random.normal(size=(WIDTH, CLASSES))).astype(np.float32)
    model, y = Linear(head), random.integers(0, CLASSES, LABELLED)
    libraries = {"small_text": small_text, "skactiveml": scikit_activeml}
    names = {"small_text": "small-text", "skactiveml": "scikit-activeml"}
    found = [name for name in libraries if importlib.util.find_spec(name)]
    jobs: dict[tuple[str, str], Job] = {}
    remarks: dict[tuple[str, str], str] = {}
    for name in found:
        for strategy, (job, remark) in libraries[name](x, model, y).items():
            jobs[strategy, names[name]] = job
            remarks[strategy, names[name]] = remark
    for strategy in {strategy for strategy, _ in jobs}:
        jobs[strategy, "ours"] = partial(select, x, model, y, configured(strategy))
    ordered = {" | ".join(key): job for key, job in sorted(jobs.items())}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        seconds = {key: taken.cpu for key, taken in turns(ordered, repetitions).items()}
    result = [
        PeerRow(
            strategy, rows, seconds[f"{strategy} | ours"], library,
            seconds[f"{strategy} | {library}"], remark,
        )
        for (strategy, library), remark in sorted(remarks.items())
    ]  # fmt: skip
    return result, [names[name] for name in libraries if name not in found]


def select(x: NDArray[np.float32], model: Linear, y: NDArray[np.int64], ours: Strategy) -> None:
    """Do ours on the same embeddings; the labelled rows come first."""
    embeddings = torch.from_numpy(x)
    p = torch.from_numpy(model.predict_proba(x))
    gold = np.ones((1, LABELLED), dtype=np.float32)
    seen = Observations(
        pool_ids=torch.arange(LABELLED, len(x)),
        data_map=DataMap(np.arange(LABELLED), y, gold, gold > 0),
        n_classes=CLASSES,
        features=embeddings,
        probabilities=p[LABELLED:],
        representations=embeddings[LABELLED:],
        labelled_probabilities=p[:LABELLED],
        labelled_representations=embeddings[:LABELLED],
        joint_representations=embeddings,
    )
    ours.select(seen, BATCH, torch.Generator().manual_seed(0))


def small_text(
    x: NDArray[np.float32], model: Linear, y: NDArray[np.int64]
) -> dict[str, tuple[Job, str]]:
    """Return small-text's jobs; its methods take any classifier with the two calls of Linear."""
    from small_text import query_strategies as peers
    from small_text.integrations.pytorch.query_strategies import BADGE

    pool, labelled = np.arange(LABELLED, len(x)), np.arange(LABELLED)

    def job(strategy: Any, **options: object) -> Job:
        return lambda: strategy.query(model, x, pool, labelled, y, n=BATCH, **options)

    return {
        "random": (job(peers.RandomSampling()), ""),
        "entropy": (job(peers.PredictionEntropy()), ""),
        "margin": (job(peers.BreakingTies()), ""),
        "least_confidence": (job(peers.LeastConfidence()), ""),
        "kmeans": (job(peers.EmbeddingKMeans(), pbar=None), "KMeans on all rows"),
        "coreset": (job(peers.GreedyCoreset(batch_size=1000), pbar=None), "all distances anew"),
        "badge": (job(BADGE(CLASSES), pbar=None), "without the one-hot term"),
    }


def scikit_activeml(
    x: NDArray[np.float32], model: Linear, y: NDArray[np.int64]
) -> dict[str, tuple[Job, str]]:
    """Return scikit-activeml's jobs."""
    from skactiveml import pool as peers
    from skactiveml.base import SkactivemlClassifier

    class Fixed(SkactivemlClassifier):  # type: ignore[misc]
        """Linear, as the library wants a classifier."""

        def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "Fixed":  # noqa: ARG002
            self.classes_ = np.arange(CLASSES)
            return self

        def predict_proba(self, X: Any) -> Any:
            return model.predict_proba(X)

    labels = np.full(len(x), np.nan)
    labels[:LABELLED] = y
    classifier = Fixed(classes=list(range(CLASSES))).fit(x, labels)
    asked = {"clf": classifier, "fit_clf": False}

    def job(strategy: Any, **options: object) -> Job:
        return lambda: strategy.query(x, labels, batch_size=BATCH, **options)

    uncertainty = {
        name: (job(peers.UncertaintySampling(method=method, random_state=0), **asked), "")
        for name, method in (
            ("entropy", "entropy"),
            ("margin", "margin_sampling"),
            ("least_confidence", "least_confident"),
        )
    }
    return uncertainty | {
        "random": (job(peers.RandomSampling(random_state=0)), ""),
        "coreset": (job(peers.CoreSet(random_state=0)), ""),
        "badge": (job(peers.Badge(random_state=0), **asked), ""),
        "contrastive": (job(peers.ContrastiveAL(random_state=0), **asked), ""),
        "typiclust": (job(peers.TypiClust(random_state=0)), "KMeans on all rows"),
    }

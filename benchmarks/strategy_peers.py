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
from torch import Tensor, nn

from benchmarks.turns import turns
from cartolearn.cartography.data_map import DataMap
from cartolearn.models.binary import BinarySettings, probability_of_one
from cartolearn.models.protocol import Passes
from cartolearn.models.trained import Trained
from cartolearn.strategies.base import Observations, Strategy
from tests.strategies.configured import configured

WIDTH, CLASSES, LABELLED, BATCH = 300, 6, 500, 50
SAMPLES = 10
OURS = {"bald": ("strategy.scoring=mutual_information",)}
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

    def sampled(self, x: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what stands for dropout passes: p(y | x) of ten noisy heads, [T, N, C]."""
        random = np.random.default_rng(0)
        noise = 0.02 * random.normal(size=(SAMPLES, *self.head.shape)).astype(np.float32)
        return np.stack([Linear(self.head + one).predict_proba(x) for one in noise])


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
        jobs[strategy, "ours"] = partial(
            select,
            x,
            model,
            y,
            configured(strategy, "trainer.batch_size=64", *OURS.get(strategy, ())),
        )
    ordered = {" | ".join(key): job for key, job in sorted(jobs.items())}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        turns(ordered, 1)  # what first calls set up
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
    gold = np.ones((1, LABELLED), dtype=np.float32)
    data_map = DataMap(np.arange(LABELLED), y, gold, gold > 0)
    trained = Trained(Plain(model.head), embeddings, CLASSES, data_map)
    seen = Observations(torch.arange(LABELLED, len(x)), trained)
    ours.select(seen, BATCH, torch.Generator().manual_seed(0))


class Plain(nn.Module):
    """The same classifier as a model of ours."""

    device = torch.device("cpu")

    def __init__(self, head: NDArray[np.float32]) -> None:
        super().__init__()
        self.linear = Linear(head)

    def represent(self, x: Tensor) -> Tensor:
        return x

    def classify(self, representation: Tensor) -> Tensor:
        return representation @ torch.from_numpy(self.linear.head)

    def dropout_passes(self, n_samples: int, generator: torch.Generator) -> Passes:
        del n_samples, generator
        return lambda x: list(torch.from_numpy(self.linear.sampled(x.numpy())).log())


class Discriminator:
    """The classifier that DAL trains, as both libraries want one: the same as ours."""

    def fit(self, x: NDArray[np.float32], y: NDArray[np.int64]) -> "Discriminator":
        x, y = np.asarray(x, dtype=np.float32), np.asarray(y, dtype=np.int64)
        generator = torch.Generator().manual_seed(0)
        self.net = BinarySettings().fit(torch.from_numpy(x), torch.from_numpy(y), generator)
        return self

    def predict_proba(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        one = probability_of_one(self.net, torch.from_numpy(np.asarray(x, dtype=np.float32)))
        return np.stack([1 - one.numpy(), one.numpy()], axis=1)


def small_text(
    x: NDArray[np.float32], model: Linear, y: NDArray[np.int64]
) -> dict[str, tuple[Job, str]]:
    """Return small-text's jobs; its methods take any classifier with the two calls of Linear."""
    from small_text import SklearnDataset
    from small_text import query_strategies as peers
    from small_text.integrations.pytorch.query_strategies import BADGE

    pool, labelled = np.arange(LABELLED, len(x)), np.arange(LABELLED)

    class Sampling(Linear):
        """Linear, asked for dropout passes."""

        def predict_proba(self, x: Any, dropout_sampling: int = 1) -> Any:  # noqa: ARG002
            return np.swapaxes(model.sampled(x), 0, 1)

    class Binary(Discriminator):
        """Makes and is the classifier of DAL."""

        def new(self) -> "Binary":
            return Binary()

        def fit(self, data: Any) -> Any:  # type: ignore[override]
            return super().fit(data.x, data.y)

        def predict_proba(self, data: Any) -> Any:
            return super().predict_proba(data.x)

    data = SklearnDataset(x, np.zeros(len(x), dtype=np.int64), target_labels=np.arange(2))
    discriminative = peers.DiscriminativeActiveLearning(Binary(), 1, pbar=None)

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
        "bald": (
            lambda: peers.BALD(SAMPLES).query(Sampling(model.head), x, pool, labelled, y, n=BATCH),
            "the passes are given",
        ),
        "contrastive": (
            job(peers.ContrastiveActiveLearning(pbar=None)),
            "neighbours in the pool too",
        ),
        "dal": (
            lambda: discriminative.query(model, data, pool, labelled, y, n=BATCH),
            "trains on 10 L of the pool",
        ),
    }


def classifiers_for_skactiveml(model: Linear) -> tuple[Any, Any, Any]:
    """Return Linear as that library wants it, the same asked for dropout passes, and DAL's."""
    from skactiveml.base import SkactivemlClassifier

    class Fixed(SkactivemlClassifier):  # type: ignore[misc]
        """Linear, as the library wants a classifier."""

        def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "Fixed":  # noqa: ARG002
            self.classes_ = np.arange(CLASSES)
            return self

        def predict_proba(self, X: Any) -> Any:
            return model.predict_proba(X)

    class Sampled(Fixed):
        """Fixed, asked for dropout passes."""

        def sample_proba(self, X: Any) -> Any:
            return model.sampled(X)

    class Binary(SkactivemlClassifier):  # type: ignore[misc]
        """The classifier of DAL."""

        def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "Binary":  # noqa: ARG002
            self.classes_, self.net_ = np.arange(2), Discriminator().fit(X, y)
            return self

        def predict_proba(self, X: Any) -> Any:
            return self.net_.predict_proba(X)

    return Fixed, Sampled, Binary


def scikit_activeml(
    x: NDArray[np.float32], model: Linear, y: NDArray[np.int64]
) -> dict[str, tuple[Job, str]]:
    """Return scikit-activeml's jobs."""
    from skactiveml import pool as peers

    Fixed, Sampled, Binary = classifiers_for_skactiveml(model)
    labels = np.full(len(x), np.nan)
    labels[:LABELLED] = y
    classifier = Fixed(classes=list(range(CLASSES))).fit(x, labels)
    asked = {"clf": classifier, "fit_clf": False}

    committee = Sampled(classes=list(range(CLASSES))).fit(x, labels)
    passes = peers.GreedyBALD(sample_predictions_method_name="sample_proba", random_state=0)
    discriminative = peers.DiscriminativeAL(greedy_selection=True, random_state=0)
    clue = peers.Clue(method="margin_sampling", random_state=0)

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
        "bald": (job(passes, ensemble=committee, fit_ensemble=False), "the passes are given"),
        "dal": (
            job(discriminative, discriminator=Binary(classes=[0, 1])),
            "one training (its default: one for each pick)",
        ),
        "diverse_minibatch": (
            job(clue, estimator=classifier, fit_estimator=False),
            "its CLUE: clusters all rows, not the 10 n best",
        ),
    }

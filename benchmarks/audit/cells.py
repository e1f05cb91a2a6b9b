"""Labels with planted errors, and what the models of an audit say of them; computed once."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.coverage.sets import TextSet, load
from cartolearn.audit.project.options import compose_options
from cartolearn.audit.suspicion.held_out import said_of
from cartolearn.audit.suspicion.signals import Signals, mixed, seen, signals_of
from cartolearn.files import atomic_write

Ints = NDArray[np.int64]
SETS = ("banking77", "agnews", "snips", "trec")
KINDS = ("random", "pairs", "weak")
ROWS, SHARE, PAIR_SHARE = 3000, 0.15, 0.3
LEARNED_FROM = (1000, 800, 600, 400, 300, 200, 150, 100, 70, 50, 35, 25, 18)


@dataclass(frozen=True, eq=False)
class Cell:
    """Labels of one set with errors of one kind.

    Attributes:
        name: SET, kind and seed.
        gold: int64 [N], the true classes.
        given: int64 [N], the labels.
        together: float32 [N, C], what the four models say together, none having learned the label.
        signals: Of the labels.
    """

    name: str
    gold: Ints
    given: Ints
    together: NDArray[np.float32]
    signals: Signals

    @property
    def wrong(self) -> NDArray[np.bool_]:
        """Which labels are wrong."""
        return self.given != self.gold


def cell(folder: Path, name: str, kind: str, seed: int) -> Cell:
    """Return a cell, from the folder if it is there."""
    path = folder / f"{name}-{kind}-{seed}.npz"
    if not path.exists():
        _compute(path, folder, name, kind, seed)
    with np.load(path) as held:
        given, together, inputs = held["given"], held["together"], held["inputs"]
        said = together.argmax(axis=1)
        classes = together.shape[1]
        label = together[np.arange(len(given)), given]
        signals = signals_of(given, held["suggested"], said, inputs, classes, label)
        return Cell(path.stem, held["gold"], given, together, signals)


def rows_of(whole: TextSet, seed: int) -> tuple[Ints, Ints]:
    """Return which texts of a set a cell has, ascending, and which it has not."""
    order = np.random.default_rng([seed, 0]).permutation(len(whole.texts))
    return np.sort(order[:ROWS]), order[ROWS:]


def _compute(path: Path, folder: Path, name: str, kind: str, seed: int) -> None:
    whole = load(name)
    features = whole.embeddings(folder / "embeddings")
    rows, others = rows_of(whole, seed)
    generator = np.random.default_rng([seed, 1 + KINDS.index(kind)])
    given = labels_of(whole, rows, others, kind, generator)
    present, numbered = np.unique(given, return_inverse=True)
    asked = list(said_of(compose_options([f"seed={seed}"]), features, rows, numbered, len(present)))
    order = np.argsort(np.concatenate([places for places, _ in asked]))
    parts = [(*seen(numbered[p], said), mixed(said)) for p, said in asked]
    columns = (np.concatenate(column)[order] for column in zip(*parts, strict=True))
    suggested, _, inputs, _, together = columns
    all_classes = np.zeros((ROWS, whole.n_classes), dtype=np.float32)
    all_classes[:, present] = together
    with atomic_write(path) as temporary, temporary.open("wb") as stream:
        np.savez(stream, gold=whole.gold[rows], given=given, together=all_classes,
                 suggested=present[suggested], inputs=inputs)  # fmt: skip


def labels_of(
    whole: TextSet, rows: Ints, others: Ints, kind: str, generator: np.random.Generator
) -> Ints:
    """Return the true labels of ``rows``, 15 % of them replaced."""
    gold, count = whole.gold[rows], round(SHARE * len(rows))
    given = gold.copy()
    if kind == "random":
        wrong = generator.choice(len(rows), count, replace=False)
        given[wrong] = (
            gold[wrong] + generator.integers(1, whole.n_classes, count)
        ) % whole.n_classes
    elif kind == "pairs":
        _swap_pairs(given, gold, whole.n_classes, count, generator)
    else:
        said = _weak_model(whole, rows, others, 2 * count)
        wrong = generator.permutation(np.flatnonzero(said != gold))[:count]
        given[wrong] = said[wrong]
    return given


def _swap_pairs(
    given: Ints, gold: Ints, classes: int, count: int, generator: np.random.Generator
) -> None:
    """Call 30 % of one class another, then of the next, until ``count`` labels are wrong."""
    order = generator.permutation(classes)
    for place, true in enumerate(order):
        members = generator.permutation(np.flatnonzero(gold == true))
        wrong = members[: min(count, round(PAIR_SHARE * len(members)))]
        given[wrong] = order[(place + 1) % classes]
        count -= len(wrong)


def _weak_model(whole: TextSet, rows: Ints, others: Ints, at_least: int) -> Ints:
    """Return what a linear model on words says that learned from few other texts.

    As many as can be, so that it still errs in ``at_least`` rows.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    texts = [whole.texts[row] for row in rows]
    said = np.empty(0, np.int64)
    for size in LEARNED_FROM:
        words = TfidfVectorizer(sublinear_tf=True)
        x = words.fit_transform([whole.texts[row] for row in others[:size]])
        model = LogisticRegression(C=10, max_iter=200).fit(x, whole.gold[others[:size]])
        said = model.predict(words.transform(texts)).astype(np.int64)
        if (said != whole.gold[rows]).sum() >= at_least:
            break
    return said

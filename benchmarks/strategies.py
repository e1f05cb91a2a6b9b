"""Time and memory of every strategy: ``python -m benchmarks.strategies``.

Chooses 50 from a pool of random features with a random classifier, model passes included, and
writes docs/benchmarks_strategies.md. small-text and scikit-activeml take part where installed.
Takes some six minutes on two free cores; ``--no-million`` leaves out the pool of 1,000,000 rows,
``--quick`` takes small sizes and writes nothing.
"""

import argparse
import ctypes
import dataclasses
import gc
import statistics
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from benchmarks.measure import MB, ROOT, anonymous_peak
from benchmarks.strategy_page import Row, document
from benchmarks.strategy_peers import peer_rows
from benchmarks.turns import Taken, median, turns
from cartolearn.cartography.data_map import DataMap
from cartolearn.models.binary import BinaryClassifier, BinarySettings
from cartolearn.models.mlp import MLP
from cartolearn.models.trained import Trained
from cartolearn.strategies.base import Observations, Strategy
from tests.strategies.configured import NAMES, configured

WIDTH, CLASSES, LABELLED, BATCH, EPOCHS = 300, 6, 500, 50, 10
DOCUMENT = ROOT / "docs" / "benchmarks_strategies.md"
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # numbers of mallopt's parameters in glibc
HEAVY = (
    "bald",
    "dal",
    "cal_dal",
    "pool_margin",
    "pool_confidence",
    "pool_variability",
    "pool_flips",
)


@dataclasses.dataclass(frozen=True, eq=False)
class Pool:
    """A classifier of the paper's size, and rows to choose from."""

    trained: Trained
    ids: torch.Tensor

    def choose(self, strategy: Strategy) -> None:
        """Observe and select, as a round does."""
        seen = Observations(self.ids, self.trained)
        strategy.select(seen, BATCH, torch.Generator().manual_seed(0))


def random_pool(rows: int) -> Pool:
    """Return rows in 40 clumps, and a classifier with random weights and ten epochs of them."""
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(rows + LABELLED, WIDTH, generator=generator)
    clumps = 2 * torch.randn(40, WIDTH, generator=generator)
    features += clumps[torch.randint(40, (len(features),), generator=generator)]
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = MLP(n_features=WIDTH, n_classes=CLASSES, labels=torch.arange(CLASSES))
        model.head.weight.data *= 20
        epochs = [
            {name: w.detach() + 0.01 * torch.randn_like(w) for name, w in model.named_parameters()}
            for _ in range(EPOCHS)
        ]
    random = np.random.default_rng(0)
    gold = random.uniform(size=(EPOCHS, LABELLED)).astype(np.float32)
    labels = random.integers(0, CLASSES, LABELLED)
    data_map = DataMap(np.arange(LABELLED), labels, gold, gold > 0.7)
    trained = Trained(model.eval(), features, CLASSES, data_map, (), epochs)
    return Pool(trained, torch.arange(LABELLED, rows + LABELLED))


def strategy_rows(rows: int, repetitions: int, names: Sequence[str]) -> tuple[list[Row], Row]:
    """Return a row for each strategy, and one for a pass over the pool.

    Those that train or pass many times over the pool are measured once, the others in turns.
    Memory is followed in a call of its own, since following it takes time.
    """
    strategies = {name: configured(name, "trainer.batch_size=64") for name in names}
    small = random_pool(3000)
    for strategy in strategies.values():
        small.choose(strategy)  # what a first call sets up
    pool = random_pool(rows)
    jobs = {name: partial(pool.choose, strategies[name]) for name in names}
    one_pass = partial(pool.trained.probabilities, pool.ids)
    light = {"pass": one_pass} | {name: job for name, job in jobs.items() if name not in HEAVY}
    taken = turns(light, repetitions)
    taken |= turns({name: job for name, job in jobs.items() if name in HEAVY}, 1)
    one, peaks = taken["pass"], {}
    for name, job in (jobs | {"pass": one_pass}).items():
        give_back()
        peaks[name] = anonymous_peak(job)
    found = [Row(name, taken[name], taken[name].cpu / one.cpu, peaks[name]) for name in peaks]
    return found[:-1], found[-1]


def give_back() -> None:
    """Drop what jobs before left in cycles, and have glibc return what is free.

    From now on it returns every freed block above 4 MB at once. By itself it raises that size up to
    32 MB; then a job's peak depends on the jobs before it.
    """
    gc.collect()
    library = ctypes.CDLL(None)
    if hasattr(library, "malloc_trim"):
        library.mallopt(MMAP_THRESHOLD, 4 << 20)
        library.mallopt(TRIM_THRESHOLD, 64 << 20)
        library.malloc_trim(0)


def dal_training(pool: Pool, epochs: int, repetitions: int) -> tuple[Taken, Taken, float]:
    """Return the time of training DAL's classifier: ours, a bare loop over the same batches, ratio.

    The bare loop holds all of Psi; ours is observed as in a round, and computes what it does not
    hold. The ratio is the median over pairs, one right after the other.
    """
    observed = Observations(pool.ids, pool.trained).joint_representations
    x, y = observed[:], (torch.arange(len(observed)) >= LABELLED).long()
    settings = BinarySettings(max_epochs=epochs)

    def ours() -> BinaryClassifier:
        return settings.fit(observed, y, torch.Generator().manual_seed(0))

    def bare() -> torch.nn.Sequential:
        generator = torch.Generator().manual_seed(0)
        model = torch.nn.Sequential(
            torch.nn.Linear(WIDTH, 300), torch.nn.ReLU(), torch.nn.Linear(300, 2)
        )
        adam = torch.optim.Adam(model.parameters(), lr=1e-4, fused=True)
        weights = len(y) / (2 * torch.bincount(y)).float()
        for _ in range(epochs):
            for batch in torch.randperm(len(y), generator=generator).split(64):
                loss = functional.cross_entropy(model(x[batch]), y[batch], weights)
                adam.zero_grad()
                loss.backward()
                adam.step()
        return model

    pairs = [turns({"ours": ours, "bare": bare}, 1) for _ in range(repetitions)]
    mine, theirs = ([pair[who] for pair in pairs] for who in ("ours", "bare"))
    ratio = statistics.median(a.cpu / b.cpu for a, b in zip(mine, theirs, strict=True))
    return median(mine), median(theirs), ratio


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the page and write it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=119_000)
    parser.add_argument("--peer-rows", type=int, default=6_000)
    parser.add_argument("--million", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--strategies", nargs="*", default=NAMES)
    parser.add_argument("--out", type=Path, default=DOCUMENT)
    parser.add_argument("--quick", action="store_true", help="small sizes, writes nothing")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    if options.quick:
        options.rows, options.peer_rows, options.repetitions = 2000, 1000, 1
        options.million = False
    rows, one = strategy_rows(options.rows, options.repetitions, options.strategies)
    single = [name for name in options.strategies if name not in HEAVY]
    million = strategy_rows(1_000_000, 1, single)[0] if options.million else []
    dal = dal_training(random_pool(options.rows), 1, options.repetitions)
    peers, absent = peer_rows(options.peer_rows, options.repetitions)
    setting = (
        f"Choosing {BATCH} of {options.rows:,} x {WIDTH} in memory, {LABELLED} labelled, {CLASSES}"
        f" classes, model\npasses included."
    )
    features = options.rows * WIDTH * 4 / MB
    page = document(setting, rows, one, features, million, dal, peers, absent)
    print(page)
    if not options.quick:
        options.out.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()

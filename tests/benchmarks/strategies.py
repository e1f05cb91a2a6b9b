"""Time and memory of every strategy: ``python -m tests.benchmarks.strategies``.

Chooses 50 from a pool of random features with a random classifier, model passes included, and
writes docs/benchmarks_strategies.md. small-text and scikit-activeml take part where installed.
``--rows``, ``--million`` and ``--quick`` change the sizes; ``--quick`` writes nothing.
"""

import argparse
import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from src.cartography.data_map import DataMap
from src.loop.observe import observe
from src.models.binary import BinaryClassifier, BinarySettings
from src.models.mlp import MLP
from src.models.predict import probabilities
from src.strategies.base import Strategy
from tests.benchmarks.machine import machine
from tests.benchmarks.measure import MB, ROOT, anonymous_peak
from tests.benchmarks.strategy_peers import PeerRow, peer_rows
from tests.benchmarks.turns import Taken, turns
from tests.strategies.configured import NAMES, configured

WIDTH, CLASSES, LABELLED, BATCH, EPOCHS = 300, 6, 500, 50, 10
DOCUMENT = ROOT / "docs" / "benchmarks_strategies.md"
ONCE = (
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

    classifier: MLP
    features: torch.Tensor
    ids: torch.Tensor
    data_map: DataMap

    def choose(self, strategy: Strategy) -> None:
        """Observe and select, as a round does."""
        seen = observe(self.classifier, self.features, self.ids, self.data_map, strategy.all_needs)
        strategy.select(seen, BATCH, torch.Generator().manual_seed(0))


def random_pool(rows: int) -> Pool:
    """Return rows in 40 clumps, and a classifier with random weights and ten epochs of them."""
    generator = torch.Generator().manual_seed(0)
    features = torch.randn(rows + LABELLED, WIDTH, generator=generator)
    clumps = 2 * torch.randn(40, WIDTH, generator=generator)
    features += clumps[torch.randint(40, (len(features),), generator=generator)]
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = MLP(
            n_features=WIDTH, n_classes=CLASSES, labels=torch.arange(CLASSES), batch_size=64
        )
        model.head.weight.data *= 20
        model.epoch_weights = [
            {name: w.detach() + 0.01 * torch.randn_like(w) for name, w in model.named_parameters()}
            for _ in range(EPOCHS)
        ]
    random = np.random.default_rng(0)
    gold = random.uniform(size=(EPOCHS, LABELLED)).astype(np.float32)
    labels = random.integers(0, CLASSES, LABELLED)
    data_map = DataMap(np.arange(LABELLED), labels, gold, gold > 0.7)
    return Pool(model, features, torch.arange(LABELLED, rows + LABELLED), data_map)


@dataclasses.dataclass(frozen=True)
class Row:
    """A strategy's time, the same in passes of the main classifier, and its peak memory."""

    name: str
    taken: Taken
    passes: float
    megabytes: float


def strategy_rows(rows: int, repetitions: int, names: Sequence[str]) -> tuple[list[Row], Taken]:
    """Return a row for each strategy, and the time of one pass over the pool."""
    pool = random_pool(rows)
    strategies = {name: configured(name, "trainer.batch_size=64") for name in names}
    jobs: dict[str, Callable[[], object]] = {
        "pass": lambda: probabilities(pool.classifier, pool.features, pool.ids)
    }
    for name, strategy in strategies.items():
        jobs[name] = lambda strategy=strategy: pool.choose(strategy)  # type: ignore[misc]
    taken = turns(jobs, repetitions)
    one = taken["pass"]
    return [
        Row(name, taken[name], taken[name].cpu / one.cpu, anonymous_peak(jobs[name]))
        for name in strategies
    ], one


def dal_ratio(rows: int, epochs: int, repetitions: int) -> tuple[Taken, Taken]:
    """Return the time of training DAL's classifier: ours, and a bare loop over the same batches."""
    x = torch.relu(torch.randn(rows + LABELLED, WIDTH, generator=torch.Generator().manual_seed(0)))
    y = (torch.arange(len(x)) >= LABELLED).long()
    settings = BinarySettings(max_epochs=epochs)

    def ours() -> BinaryClassifier:
        return settings.fit(x, y, torch.Generator().manual_seed(0))

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

    taken = turns({"ours": ours, "bare": bare}, repetitions)
    return taken["ours"], taken["bare"]


def document(
    rows: Sequence[Row],
    one: Taken,
    size: int,
    million: Sequence[Row],
    dal: tuple[Taken, Taken],
    peers: Sequence[PeerRow],
    absent: Sequence[str],
) -> str:
    """Return the page."""
    where = ", ".join(f"{key} {value}" for key, value in machine().items())
    return f"""# Speed of the strategies

Written by `python -m tests.benchmarks.strategies`. {where}; threads: {torch.get_num_threads()}.
Other work may have shared the cores: seconds of the processor (CPU) suffer less from it than those
of the clock, and ratios less than both. Medians; the jobs of a table take turns.

Choosing {BATCH} of {size:,} x {WIDTH} in memory, {LABELLED} labelled, {CLASSES} classes, model
passes included. One pass of the main classifier takes {one.cpu:.2f} s CPU ({one.clock:.2f} s by the
clock); memory is what is held beyond the features ({size * WIDTH * 4 / MB:.0f} MB) at most.

{_own_table(rows, million)}

`dal` trains ten epochs over everything; the `pool_*` family does {EPOCHS} passes, `bald` ten
thinned ones.

DAL's classifier on {size + LABELLED:,} rows, batches of 64, one epoch: ours {dal[0].cpu:.2f} s
CPU, a bare PyTorch loop over the same batches {dal[1].cpu:.2f} s, ratio
{dal[0].cpu / dal[1].cpu:.2f}.

## Against other libraries
Selection only, CPU seconds: all get the same embeddings and a classifier of one matrix product, and
keep their defaults. What they do otherwise stands in the last column.

{_peer_table(peers)}
""" + "".join(f"\n{name} is not installed here, so it did not take part.\n" for name in absent)


def _own_table(rows: Sequence[Row], million: Sequence[Row]) -> str:
    large = {row.name: row for row in million}
    lines = [
        "| strategy | CPU s | clock s | in passes | MB | 1,000,000 rows: CPU s | MB |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        far = large.get(row.name)
        more = f"{far.taken.cpu:.1f} | {far.megabytes:.0f}" if far else " | "
        lines.append(
            f"| `{row.name}` | {row.taken.cpu:.2f} | {row.taken.clock:.2f} | {row.passes:.1f} |"
            f" {row.megabytes:.0f} | {more} |"
        )
    return "\n".join(lines)


def _peer_table(peers: Sequence[PeerRow]) -> str:
    lines = [
        "| strategy | rows | ours s | library | its s | times ours | remark |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| `{p.strategy}` | {p.rows:,} | {p.ours:.3f} | {p.library} | {p.theirs:.3f} |"
        f" {p.theirs / p.ours:.1f} | {p.remark} |"
        for p in peers
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the page and write it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=119_000)
    parser.add_argument("--peer-rows", type=int, default=12_000)
    parser.add_argument("--million", action="store_true", help="also a pool of 1,000,000 rows")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--strategies", nargs="*", default=NAMES)
    parser.add_argument("--out", type=Path, default=DOCUMENT)
    parser.add_argument("--quick", action="store_true", help="small sizes, writes nothing")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    if options.quick:
        options.rows, options.peer_rows, options.repetitions = 2000, 1000, 1
    rows, one = strategy_rows(options.rows, options.repetitions, options.strategies)
    single = [name for name in options.strategies if name not in ONCE]
    million = strategy_rows(1_000_000, 1, single)[0] if options.million else []
    dal = dal_ratio(options.rows, 1, options.repetitions)
    peers, absent = peer_rows(options.peer_rows, options.repetitions)
    page = document(rows, one, options.rows, million, dal, peers, absent)
    print(page)
    if not options.quick:
        options.out.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()

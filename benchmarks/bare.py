"""The paper's protocol as a bare PyTorch loop: what a run of ours is held against.

The same mathematics from the same draws, so that it picks the same batches; no Lightning, no
checks, no files but its picks. ``python -m benchmarks.bare DATASET STRATEGY ROUNDS DATA.npz``
"""

import itertools
import json
import sys
import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from cartolearn.generators import derived_seed, generator, spawn

EPOCHS, QUERY, SEED = 10, 50, 0
SEED_SET = {"trec": 500, "agnews": 1000, "toy": 20}
BATCH = {"trec": 16, "agnews": 64, "toy": 16}
AfterEpoch = Callable[[nn.Module], None]


def network(sizes: list[int], dropout: float) -> nn.Sequential:
    """Return linear layers with ReLU and dropout between them."""
    layers: list[nn.Module] = []
    for below, above in itertools.pairwise(sizes[:-1]):
        layers += [nn.Linear(below, above), nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1]))


def class_weights(y: Tensor, classes: int) -> Tensor:
    """Return w_c = L / (C' L_c)."""
    counts = torch.bincount(y, minlength=classes)
    weights = len(y) / ((counts > 0).sum() * counts.clamp(min=1))
    return torch.where(counts > 0, weights, 0.0).float()


def train(
    model: nn.Module,
    x: Tensor,
    y: Tensor,
    classes: int,
    batch: int,
    order: torch.Generator,
    epochs: int = EPOCHS,
    after: AfterEpoch = lambda _: None,
) -> None:
    """Train with fused Adam on shuffled minibatches."""
    weights = class_weights(y, classes)
    adam = torch.optim.Adam(model.parameters(), lr=1e-4, fused=True)
    for _ in range(epochs):
        model.train()
        for rows in torch.randperm(len(y), generator=order).split(batch):
            loss = functional.cross_entropy(model(x[rows]), y[rows], weights)
            adam.zero_grad()
            loss.backward()
            adam.step()
        after(model)
    model.eval()


def protocol(
    features: Tensor,
    labels: Tensor,
    train_ids: Tensor,
    test_ids: Tensor,
    strategy: str,
    seed_set: int,
    batch: int,
    rounds: int,
) -> tuple[list[float], list[list[int]]]:
    """Do the loop; return the accuracy of every round and the ids of every batch."""
    classes, picks, accuracies = int(labels.max()) + 1, [], []
    random = np.random.default_rng(derived_seed(SEED, "seed set"))
    labelled = torch.from_numpy(random.permutation(train_ids.numpy())[:seed_set])
    for number in range(rounds + 1):
        x, y = features[labelled], labels[labelled]
        torch.manual_seed(derived_seed(SEED, "init", number))
        model = network([features.shape[1], 300, 300, 300, classes], 0.3)
        torch.manual_seed(derived_seed(SEED, "dropout", number))
        gold: list[Tensor] = []
        correct: list[Tensor] = []

        def record(model: nn.Module, x: Tensor = x, y: Tensor = y) -> None:
            model.eval()
            with torch.inference_mode():
                p = model(x).softmax(dim=1)
            gold.append(p.gather(1, y[:, None])[:, 0])  # noqa: B023
            correct.append(p.argmax(dim=1) == y)  # noqa: B023

        train(model, x, y, classes, batch, generator(SEED, "batches", number), after=record)
        with torch.no_grad():
            predicted = model(features[test_ids]).argmax(dim=1)
        accuracies.append((predicted == labels[test_ids]).double().mean().item())
        if number == rounds:
            break
        pool = torch.from_numpy(np.setdiff1d(train_ids.numpy(), labelled.numpy()))
        chance = generator(SEED, "acquisition", len(labelled))
        if strategy == "random":
            picked = pool[torch.randperm(len(pool), generator=chance)[:QUERY]]
        else:
            high = torch.stack(correct).double().mean(dim=0) > 0.2 + 1e-9
            scores = discriminate(model, features, labelled, pool, high, strategy, batch, chance)
            best = np.lexsort((pool.numpy(), -scores.numpy()))[:QUERY]
            picked = pool[torch.from_numpy(best)]
        labelled = torch.cat([labelled, picked])
        picks.append(picked.tolist())
    return accuracies, picks


def discriminate(
    model: nn.Sequential,
    features: Tensor,
    labelled: Tensor,
    pool: Tensor,
    high: Tensor,
    strategy: str,
    batch: int,
    chance: torch.Generator,
) -> Tensor:
    """Return the scores of CAL or DAL, float64 [N], from a binary classifier on Psi(x)."""
    psi = model[:-2]
    with torch.no_grad():
        known = psi(features[labelled])
        unknown = torch.cat([psi(features[ids]) for ids in pool.split(1024)])
    if strategy == "dal":
        x, y = torch.cat([known, unknown]), (torch.arange(len(labelled) + len(pool)) >= len(known))
    else:
        x, y = known, high
    torch.manual_seed(spawn(chance))
    binary = network([known.shape[1], 300, 2], 0.0)
    train(binary, x, y.long(), 2, batch, chance)
    with torch.no_grad():
        p = torch.cat([binary(part).double().softmax(dim=1)[:, 1] for part in unknown.split(1024)])
    return p if strategy == "dal" else 0.5 - (0.5 - p).abs()


def main(dataset: str, strategy: str, rounds: str, path: str, features: str) -> None:
    """Run, and print the seconds without imports and the picks as JSON."""
    torch.set_num_threads(1)
    start, cpu = time.perf_counter(), time.process_time()
    data = {name: torch.from_numpy(values) for name, values in np.load(path).items()}
    accuracies, picks = protocol(
        torch.from_numpy(np.load(features, mmap_mode="c")),
        data["labels"], data["train_ids"], data["test_ids"],
        strategy, SEED_SET[dataset], BATCH[dataset], int(rounds),
    )  # fmt: skip
    seconds = time.perf_counter() - start
    cpu = time.process_time() - cpu
    told = {"seconds": seconds, "cpu": cpu, "accuracies": accuracies, "picks": picks}
    print(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Which strategy to label by: accuracy over the labels, in paired runs with the labelling head.

    python -m benchmarks.labelling.strategies trec agnews --seeds 0 8 --out strategies.jsonl

All strategies of a seed get the same texts, test texts, first batch (one text of each cluster) and
head. Batches of 50; nothing is chosen at random beside them. The figure of a run is the mean
accuracy on 1,000 other texts over its rounds (AULC).
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from benchmarks.labelling.bank import EMBEDDINGS, Bank, Drawn
from cartolearn.generators import generator
from cartolearn.label.choosing.batch import observed, train_on
from cartolearn.label.project.state import State

STRATEGIES = ("random", "diverse_minibatch", "margin", "entropy", "cal")
N, SIZE = 50, 4000


def curve(drawn: Drawn, rounds: int) -> list[float]:
    """Label ``rounds`` batches; return the accuracy on the test texts after each."""
    features, options = drawn.features, drawn.features.project.options
    state = State(list(features.project.settings.classes))
    found: list[float] = []
    for number in range(rounds):
        trained = train_on(features, state)
        pool = np.setdiff1d(np.arange(len(drawn.gold)), state.ids)
        strategy = options.strategy if trained else options.first
        seen = observed(features, pool, trained, state)
        chosen = strategy.select(seen, N, generator(options.seed, "batch", number)).ids
        _label(state, drawn, chosen.tolist())
        found.append(drawn.accuracy(state.ids, state.targets))
    return found


def _label(state: State, drawn: Drawn, ids: list[int]) -> None:
    for row in ids:
        name = state.classes[drawn.gold[row]]
        state.note({"event": "label", "id": row, "label": name, "by": "gold", "at": ""})
    state.settle()


def main() -> None:
    """Append a JSON line for each run to a file."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("names", nargs="+")
    words.add_argument("--embedding", choices=EMBEDDINGS, default=EMBEDDINGS[0])
    words.add_argument("--rounds", type=int, default=12)
    words.add_argument("--seeds", type=int, nargs=2, default=[0, 8], help="first, last + 1")
    words.add_argument("--out", type=Path, required=True)
    given = words.parse_args()
    torch.set_num_threads(1)
    banks = {name: Bank(name, given.embedding) for name in given.names}
    for seed in range(*given.seeds):
        for name, bank in banks.items():
            for strategy in STRATEGIES:
                with bank.draw(seed, SIZE, (f"strategy={strategy}",)) as drawn:
                    accuracy = curve(drawn, given.rounds)
                what = {"name": name, "embedding": given.embedding, "strategy": strategy}
                what |= {"seed": seed, "accuracy": accuracy}
                with given.out.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps(what) + "\n")


if __name__ == "__main__":
    main()

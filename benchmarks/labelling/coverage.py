"""How often the interval of ``status`` holds the true accuracy.

    python -m benchmarks.labelling.coverage --seeds 0 50 --wrong 0 0.05 0.2 --out coverage.jsonl

Each repetition draws 4,000 TREC questions anew, answers four batches of 100 as the default
strategy, the random share (40 labels) and the share that is asked again (16) want them, and sets
the last point of ``status`` against the accuracy of the model of all labels on 1,000 other
questions. The person errs in a share of the answers, anew each time. ``status`` knows of that by
what was asked again, or by ``labelling.wrong_share``, or not at all.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.labelling.bank import Bank, Drawn
from benchmarks.labelling.texts import answers
from cartolearn.generators import derived_seed
from cartolearn.label.choosing.batch import next_batch
from cartolearn.label.measuring.accuracy import Evaluation, evaluate
from cartolearn.label.measuring.reliability import Reliability
from cartolearn.label.model.chosen import choose, train

BATCHES, N, SIZE = 4, 100, 4000


def said_of(seen: Evaluation, level: float) -> dict[str, float]:
    """Return what ``status`` says of the accuracy now."""
    low, high = seen.bounds(level)[-1].tolist()
    return {"accuracy": float(seen.accuracy[-1]), "low": low, "high": high}


def repetition(drawn: Drawn, wrong: float, seed: int) -> dict[str, Any]:
    """Label a project, and return what ``status`` says beside the truth."""
    features = drawn.features
    names = features.project.settings.classes
    said = {
        kind: answers(drawn.gold, len(names), wrong, derived_seed(seed, kind))
        for kind in ("label", "again")
    }
    for _ in range(BATCHES):
        events = [
            {"event": pick.event, "id": pick.id, "label": names[said[pick.event][pick.id]]}
            for pick in next_batch(features, N)
        ]
        features.project.record(events)
    state = features.project.state()
    choice = choose(features, state)
    seen = evaluate(features, state, np.array([len(state.labels)]), choice)
    level = features.project.options.labelling.confidence_level
    told = train(features, state, choice).predict(drawn.test_texts).labels
    predicted = np.array([names.index(name) for name in told])
    of_test = answers(drawn.test_gold, len(names), wrong, derived_seed(seed, "test"))
    classes = len(names)
    return {
        "measured_on": seen.correct.size,
        "asked_again": seen.reliability.asked,
        "differed": seen.reliability.differed,
        "repeats": said_of(seen, level),
        "told": said_of(replace(seen, reliability=Reliability(classes, told=wrong)), level),
        "nothing": said_of(replace(seen, reliability=Reliability(classes)), level),
        "truth": float((predicted == drawn.test_gold).mean()),
        "truth_as_given": float((predicted == of_test).mean()),
    }


def main() -> None:
    """Append a JSON line for each repetition to a file."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--name", default="trec")
    words.add_argument("--seeds", type=int, nargs=2, default=[0, 50], help="first, last + 1")
    words.add_argument("--wrong", type=float, nargs="+", default=[0.0, 0.05, 0.2])
    words.add_argument("--out", type=Path, required=True)
    given = words.parse_args()
    torch.set_num_threads(1)
    bank = Bank(given.name)
    for seed in range(*given.seeds):
        for wrong in given.wrong:
            with bank.draw(seed, SIZE) as drawn:
                found = {"name": given.name, "wrong": wrong, "seed": seed}
                found |= repetition(drawn, wrong, seed)
            with given.out.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()

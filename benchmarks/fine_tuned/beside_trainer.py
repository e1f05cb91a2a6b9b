"""How often a quickly fine-tuned encoder is right, beside Hugging Face's ``Trainer``.

``python -m benchmarks.fine_tuned.beside_trainer OUT.jsonl --data FOLDER``: draws of 300 questions
of TREC, on each of which both are trained as ``benchmarks.fine_tuned.speed`` times them, and asked
the 500 official test questions. Draws that the file has already are not done again.
"""

import argparse
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from benchmarks.fine_tuned.speed import LABELS, as_trainer_reads, hugging_face, prepared_learner
from benchmarks.labelling.rows import mean_with_interval
from cartolearn.data.dataset import Dataset
from cartolearn.data.trec import Trec


def main() -> None:
    """Do the draws that are lacking, and print the difference over all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--data", required=True, help="folder that holds trec/")
    parser.add_argument("--draws", type=int, nargs="*", default=list(range(10)))
    options = parser.parse_args()
    torch.set_num_threads(1)
    data = Trec(options.data, "").load()
    rows = [json.loads(line) for line in options.out.open()] if options.out.exists() else []
    for draw in sorted({*options.draws} - {row["draw"] for row in rows}):
        with TemporaryDirectory() as folder:
            rows.append({"draw": draw, **accuracies(data, draw, folder)})
        with options.out.open("a") as file:
            file.write(json.dumps(rows[-1]) + "\n")
        print(rows[-1], flush=True)
    ours, theirs = 100 * np.array([[row["ours"], row["Trainer"]] for row in rows]).T
    difference = mean_with_interval(ours - theirs)
    print(f"{len(rows)} draws: ours {ours.mean():.1f}, Trainer {theirs.mean():.1f}, {difference}")


def accuracies(data: Dataset, draw: int, folder: str) -> dict[str, float]:
    """Return the share of test questions that ours gets right, and that ``Trainer`` does."""
    ids = np.random.default_rng(draw).permutation(data.train_ids)[:LABELS]
    labels, gold = data.labels[ids], data.labels[data.test_ids]
    learner = prepared_learner(data, folder, seed=draw)
    p = learner.train(ids, labels).probabilities(torch.from_numpy(data.test_ids))
    trainer = hugging_face(learner, [data.texts[i] for i in ids], labels, folder, draw)
    asked = as_trainer_reads([data.texts[i] for i in data.test_ids], gold)
    answers = {"ours": p.numpy(), "Trainer": trainer.predict(asked).predictions}
    return {name: float((q.argmax(axis=1) == gold).mean()) for name, q in answers.items()}


if __name__ == "__main__":
    main()

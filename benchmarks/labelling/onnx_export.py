"""Does a model as ONNX say what the model says, and how quickly?

    python -m benchmarks.labelling.onnx_export --out results/onnx_export.jsonl

300 random training questions of TREC; a classifier on the frozen sentence encoder, and the encoder
fine-tuned with a classifier. Both are exported, and set beside the model on the 500 test questions.
"""

import argparse
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch

from benchmarks.labelling.texts import load
from cartolearn.embeddings.sentence_transformer import SentenceEncoder
from cartolearn.files import write_text
from cartolearn.text_models.encoders import Encoder, Sentences
from cartolearn.text_models.onnx import compare, export, probabilities
from cartolearn.text_models.text_model import fit_text_model
from cartolearn.text_models.tuned import fine_tune
from cartolearn.text_models.tuning import Tuning

LABELS, EPOCHS = 300, 10
HOW = Tuning("installed", None, 128, EPOCHS, 16, 1e-4, 5)


def seconds(does: Callable[[], Any]) -> float:
    """Return how long a call takes."""
    start = time.perf_counter()
    does()
    return time.perf_counter() - start


def main() -> None:
    """Write a JSON line for each model."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--out", type=Path, required=True)
    given = words.parse_args()
    torch.set_num_threads(1)
    data = load("trec")
    rows = np.random.default_rng(0).permutation(data.train_ids)[:LABELS]
    texts, labels = [data.texts[row] for row in rows], np.asarray(data.labels)[rows]
    test, gold = [data.texts[row] for row in data.test_ids], np.asarray(data.labels)[data.test_ids]
    classes = len(data.label_names)
    encoders: dict[str, Callable[[], Encoder]] = {
        "frozen": lambda: Sentences(SentenceEncoder("installed", None, 128, 32)),
        "fine-tuned": lambda: fine_tune(texts, labels, classes, HOW, 0),
    }
    found = []
    for name, make in encoders.items():
        names = data.label_names
        model = fit_text_model(texts, labels, names, words=False, encoder=make(), temperature=0.8)
        with TemporaryDirectory() as folder:
            out = Path(folder) / "onnx"
            export(model, out, [], overwrite=False)
            row: dict[str, Any] = {"model": name} | vars(compare(model, out, test))
            row["accuracy"] = float((model.logits(test).argmax(axis=1) == gold).mean())
            row["seconds"] = seconds(partial(model.predict_proba, test))
            row["onnx_seconds"] = seconds(partial(probabilities, out, test))
        found.append(row)
    write_text(given.out, "".join(json.dumps(row) + "\n" for row in found))


if __name__ == "__main__":
    main()

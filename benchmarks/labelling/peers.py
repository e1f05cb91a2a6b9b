"""The model that the tool ends on beside scikit-learn, model2vec and SetFit, on the same labels.

    python -m benchmarks.labelling.peers results/models.jsonl --cache results/vectors \\
        --model2vec results/model2vec --out results/peers.jsonl

Each project of ``benchmarks.labelling.models`` has 300 labels that the default strategy chose. The
others learn the same ones, and all are asked about the same 2,500 texts:

- tf-idf, MiniLM, both: scikit-learn's logistic regression (C = 10) on words (one or two) and
  letters (two to five), on the frozen all-MiniLM-L6-v2, and on both.
- model2vec: the same on static vectors distilled from that encoder; in ``--model2vec``, made if the
  folder is not there. Left out where the package is not installed.
- With ``--setfit``: the same encoder fine-tuned as ``status --transformer`` does, and by SetFit,
  ``num_iterations=20``, with its own head (C = 1) and with that of the others (C = 10).

With ``--curve``, of each set's first project: how long the tool takes to compare and fit its
candidates, and how good the others are with so many random labels. Seconds are of the processor.
What is in the file already is not done again.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from omegaconf import OmegaConf

from benchmarks import setfit_peer
from benchmarks.labelling.model_tables import HEAD, SETFIT, TUNED
from benchmarks.labelling.models import ENCODER, POOL, Set
from cartolearn.models.cross_validation import parts_of
from cartolearn.text_models.candidates import Candidate, Labelled, candidates
from cartolearn.text_models.logistic import fit
from cartolearn.text_models.ngrams import NGrams
from cartolearn.text_models.text_model import unit
from cartolearn.text_models.tuning import Tuning

Ints = NDArray[np.int64]
SIZES = (100, 200, 300, 450, 700, 1000, 1500)
TOOL = "the tool"
PENALTY, FOLDS = 10.0, 10
READS = {
    "tf-idf": Candidate("words", words=True),
    "MiniLM": Candidate(ENCODER, encoder=ENCODER),
    "both": Candidate(f"words+{ENCODER}", words=True, encoder=ENCODER),
    "model2vec": Candidate("model2vec", encoder="model2vec"),
}


class Task:
    """A project: its labels, the texts to ask about, and what the others read of them."""

    def __init__(self, bank: Set, row: dict[str, Any], static: NDArray[np.float32] | None) -> None:
        self.bank, self.seed = bank, int(row["seed"])
        order = np.random.default_rng(row["seed"]).permutation(len(bank.texts))
        self.pool, self.test = order[:POOL], order[POOL:]
        self.learn = self.pool[np.array(row["ids"])]
        self.vectors = {ENCODER: bank.vectors[:].numpy()}
        if static is not None:
            self.vectors["model2vec"] = static

    def right(self, said: Ints) -> float:
        return float((said == self.bank.gold[self.test]).mean())

    def fit(self, candidate: Candidate) -> Ints:
        """Learn with scikit-learn as it stands; return what is said of the test texts."""
        from scipy.sparse import csr_matrix, hstack
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_union

        parts = []
        if candidate.words:
            kinds = {"ngram_range": (1, 2)}, {"ngram_range": (2, 5), "analyzer": "char_wb"}
            reads = make_union(*(TfidfVectorizer(sublinear_tf=True, **kind) for kind in kinds))
            learn, ask = ([self.bank.texts[i] for i in ids] for ids in (self.learn, self.test))
            parts.append((reads.fit_transform(learn), reads.transform(ask)))
        if candidate.encoder:
            rows = unit(self.vectors[candidate.encoder])
            parts.append((rows[self.learn], rows[self.test]))
        learn, ask = parts[0]
        if len(parts) > 1:
            learn, ask = (
                hstack([a, csr_matrix(b)], format="csr") for a, b in zip(*parts, strict=True)
            )
        return self.regressed(learn, ask)

    def regressed(self, learn: Any, ask: Any) -> Ints:
        """Return what a logistic regression on rows ``learn`` says of rows ``ask``."""
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(C=PENALTY, max_iter=1000)
        said: Ints = model.fit(learn, self.bank.gold[self.learn]).predict(ask)
        return said

    def tuned(self) -> Ints:
        """Fine-tune the encoder on the labels as the tool does, with its options as they come."""
        from cartolearn.text_models.tuned import fine_tune

        config: Any = OmegaConf.load(str(files("cartolearn.conf") / "label.yaml"))
        how = Tuning(**config["transformer"])
        learn, ask = ([self.bank.texts[i] for i in ids] for ids in (self.learn, self.test))
        gold, classes = self.bank.gold[self.learn], len(self.bank.names)
        encoder = fine_tune(learn, gold, classes, how, self.seed)
        model = fit(unit(encoder.vectors(learn)), gold, classes)
        said: Ints = model.logits(unit(encoder.vectors(ask))).argmax(axis=1)
        return said

    def setfit(self) -> tuple[Ints, Any]:
        """Learn the labels with SetFit and its defaults; return what it says and the model."""
        texts = self.bank.texts
        model = setfit_peer.trained([texts[i] for i in self.learn], self.bank.gold[self.learn])
        return np.asarray(model.predict([texts[i] for i in self.test])), model

    def another_head(self, model: Any) -> Ints:
        """Put the others' logistic regression on the encoder that SetFit has fine-tuned."""
        texts, encode = self.bank.texts, model.model_body.encode
        learn, ask = (unit(encode([texts[i] for i in ids])) for ids in (self.learn, self.test))
        return self.regressed(learn, ask)

    def tool(self) -> None:
        """Compare the tool's candidates on the labels, as it does, and fit one."""
        labelled = self._labelled(self.learn)
        for candidate in candidates([ENCODER])[1:]:
            labelled.held_out(candidate, parts_of(len(self.learn), FOLDS, 0))
        every = np.arange(len(self.learn))
        labelled.logits(READS["both"], every, every[:1])

    def curve(self, candidate: Candidate, seed: int) -> list[tuple[int, float]]:
        """Return numbers of random labels, and the accuracy with so many."""
        order = np.random.default_rng((seed, 1)).permutation(self.pool)[: max(SIZES)]
        labelled = self._labelled(np.concatenate([order, self.test]), len(order))
        ask = np.arange(len(order), len(order) + len(self.test))
        logits = (labelled.logits(candidate, np.arange(size), ask) for size in SIZES)
        return [(n, self.right(x.argmax(axis=1))) for n, x in zip(SIZES, logits, strict=True)]

    def _labelled(self, ids: Ints, known: int | None = None) -> Labelled:
        texts = [self.bank.texts[i] for i in ids]
        vectors = {name: rows[ids] for name, rows in self.vectors.items()}
        counts = NGrams.of(texts[:known]).counts(texts)
        return Labelled(counts, vectors, self.bank.gold[ids], len(self.bank.names))


def timed(does: Callable[[], Any]) -> tuple[Any, float]:
    """Return what a call returns, and its processor seconds."""
    start = time.process_time()
    found = does()
    return found, time.process_time() - start


def static_vectors(texts: list[str], folder: Path) -> NDArray[np.float32]:
    """Return model2vec's vectors, float32 [N, 256]; the model is distilled if it is not there."""
    from model2vec import StaticModel

    if not folder.is_dir():
        from model2vec.distill import distill

        distill(model_name=setfit_peer.encoder_folder(), pca_dims=256).save_pretrained(folder)
    rows: NDArray[np.float32] = StaticModel.from_pretrained(folder).encode(texts)
    return rows


def compared(
    task: Task, row: dict[str, Any], done: set[str], setfit: bool, curve: bool
) -> Iterator[dict[str, Any]]:
    """Yield what each peer reaches that is not ``done``."""
    chosen = next(one for one in row["candidates"] if one["name"] == row["chosen"])
    about = {"name": row["name"], "seed": row["seed"], "labels": row["labels"]}
    about |= {"classes": len(task.bank.names)}
    first = curve and row["seed"] == 0
    if TOOL not in done:
        seconds = timed(task.tool)[1] if first else None
        yield about | {"peer": TOOL, "accuracy": chosen["true_accuracy"], "seconds": seconds}
    for peer, candidate in READS.items():
        if peer in done or (candidate.encoder and candidate.encoder not in task.vectors):
            continue
        said, seconds = timed(lambda c=candidate: task.fit(c))  # type: ignore[misc]
        found = about | {"peer": peer, "accuracy": task.right(said), "seconds": seconds}
        yield found | ({"curve": task.curve(candidate, row["seed"])} if first else {})
    if setfit and TUNED not in done:
        said, seconds = timed(task.tuned)
        yield about | {"peer": TUNED, "accuracy": task.right(said), "seconds": seconds}
    if setfit and not {SETFIT, HEAD} <= done:
        (said, model), seconds = timed(task.setfit)
        yield about | {"peer": SETFIT, "accuracy": task.right(said), "seconds": seconds}
        said, more = timed(lambda: task.another_head(model))
        yield about | {"peer": HEAD, "accuracy": task.right(said), "seconds": seconds + more}


def main() -> None:
    """Append a JSON line for each project and peer to a file."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("models", type=Path, help="what benchmarks.labelling.models wrote")
    words.add_argument("--names", nargs="+", help="some of the sets only")
    words.add_argument("--cache", type=Path, default=Path("results/vectors"))
    words.add_argument("--model2vec", type=Path, default=Path("results/model2vec"))
    words.add_argument("--setfit", action="store_true", help="minutes a project")
    words.add_argument("--curve", action="store_true", help="minutes a set")
    words.add_argument("--out", type=Path, required=True)
    given = words.parse_args()
    torch.set_num_threads(1)
    rows = [json.loads(line) for line in given.models.read_text(encoding="utf-8").splitlines()]
    lines = given.out.read_text(encoding="utf-8").splitlines() if given.out.exists() else []
    known = [(row["name"], row["seed"], row["peer"]) for row in map(json.loads, lines)]
    for name in given.names or dict.fromkeys(row["name"] for row in rows):
        bank = Set(name, given.cache)
        there = find_spec("model2vec") is not None
        static = static_vectors(bank.texts, given.model2vec) if there else None
        for row in (row for row in rows if row["name"] == name):
            done = {peer for *which, peer in known if which == [name, row["seed"]]}
            for found in compared(Task(bank, row, static), row, done, given.setfit, given.curve):
                with given.out.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()

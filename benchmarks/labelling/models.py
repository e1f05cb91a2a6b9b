"""Is the model that the tool ends on the best one, and are its probabilities true?

    python -m benchmarks.labelling.models trec banking77 --seeds 0 4 --out models.jsonl

Each repetition draws 2,000 texts anew, labels six batches of 50 as the default strategy wants them,
and lets the tool choose its model (without the extra multilingual). Every candidate is set against
2,500 other texts: accuracy, macro-F1, expected calibration error (15 bins of equal mass) with and
without temperature, and what ``status`` thinks the accuracy is. Encoder vectors are computed once
and kept in ``--cache``.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from benchmarks.labelling.rows import calibration_error
from benchmarks.labelling.texts import load
from cartolearn.data.kept_texts import ProjectTexts
from cartolearn.embeddings.cache import features_of
from cartolearn.embeddings.features import Features
from cartolearn.embeddings.sentence_transformer import SentenceEncoder
from cartolearn.label.choosing.batch import next_batch
from cartolearn.label.model.chosen import Choice, choose
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.folder import Project, Settings
from cartolearn.label.project.state import State
from cartolearn.text_models.calibration import softmax
from cartolearn.text_models.candidates import candidates
from cartolearn.text_models.text_model import fit_text_model

NAMES = ("trec", "banking77", "snips", "agnews", "germeval2018")
POOL, TEST, BATCHES, N = 2000, 2500, 6, 50
ENCODER = "sentence_transformer"


@dataclass(frozen=True)
class Kept:
    """Stands in for an encoder whose vectors are known."""

    rows: dict[str, NDArray[np.float32]]

    @property
    def about(self) -> dict[str, Any]:
        return {"kind": "kept"}

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self.rows[text] for text in texts])

    def copy_to(self, folder: Path) -> None:
        raise NotImplementedError(folder)


class Set:
    """4,500 texts of a data set, the same ones whatever the seed, and their vectors."""

    def __init__(self, name: str, cache: Path) -> None:
        whole = load(name)
        ids = np.concatenate([whole.train_ids, whole.test_ids])
        rows = np.sort(np.random.default_rng(0).permutation(ids)[: POOL + TEST])
        self.names = list(whole.label_names)
        self.texts = [whole.texts[row] for row in rows]
        self.gold = np.asarray(whole.labels)[rows]
        encoder = SentenceEncoder("installed", None, max_tokens=200, batch_size=32)
        self.vectors = features_of(ProjectTexts(self.texts, len(rows)), encoder, cache)
        self.encoder = Kept(dict(zip(self.texts, self.vectors[:].numpy(), strict=True)))


def repetition(bank: Set, seed: int) -> dict[str, Any]:
    """Label a project; return the choice, and every candidate beside the truth."""
    order = np.random.default_rng(seed).permutation(len(bank.texts))
    pool, test = order[:POOL], order[POOL:]
    options = [f"seed={seed}", f"embedding={ENCODER}", "labelling.repeat_share=0"]
    settings = Settings("study", "text", bank.names, seed, options)
    with TemporaryDirectory() as folder:
        texts = [bank.texts[row] for row in pool]
        project = Project.create(Path(folder) / "project", settings, texts, [])
        rows = Features([bank.vectors[pool]], bank.vectors.report)
        features = ProjectFeatures.standardised(project, rows)
        for _ in range(BATCHES):
            picks = next_batch(features, N)
            given = [(pick.id, bank.names[bank.gold[pool[pick.id]]]) for pick in picks]
            project.record({"event": "label", "id": row, "label": name} for row, name in given)
        state = project.state()
        choice = choose(features, state)
        return {
            "labels": len(state.labels),
            "chosen": choice.candidate.name,
            "at_random": int((choice.trusted == 1).sum()),
            "ids": state.ids.tolist(),
            "candidates": [_measured(bank, project, state, choice, i, test) for i in _real(choice)],
        }


def _real(choice: Choice) -> range:
    return range(1, len(choice.scores))


def _measured(
    bank: Set, project: Project, state: State, choice: Choice, place: int, test: NDArray[np.int64]
) -> dict[str, Any]:
    candidate, score = candidates([ENCODER])[place], choice.scores[place]
    model = fit_text_model(
        [project.texts[row] for row in state.ids.tolist()],
        state.targets,
        state.classes,
        words=candidate.words,
        encoder=bank.encoder if candidate.encoder else None,
    )
    known = np.full((len(test), len(bank.names)), -np.inf)
    columns = [bank.names.index(name) for name in model.classes]
    known[:, columns] = model.logits([bank.texts[row] for row in test])
    gold = bank.gold[test]
    said = known.argmax(axis=1)
    accepted = {}
    if candidate == choice.candidate:
        p = softmax(known, score.temperature)
        accepted = {
            f"accepted at {precision}": _accepted(choice, p, gold, precision)
            for precision in (0.9, 0.95)
        }
    return (
        vars(score)
        | accepted
        | {
            "true_accuracy": float((said == gold).mean()),
            "true_macro_f1": float(f1_score(gold, said, average="macro", zero_division=0)),
            "error_uncalibrated": calibration_error(softmax(known), gold),
            "error_calibrated": calibration_error(softmax(known, score.temperature), gold),
        }
    )


def _accepted(
    choice: Choice, p: NDArray[np.float64], gold: NDArray[np.int64], precision: float
) -> dict[str, float]:
    """Return the promised share, the true one, and the true precision of what is accepted."""
    found = choice.acceptance(precision)
    yes = found.accepts(p.max(axis=1))
    right = (p.argmax(axis=1) == gold)[yes]
    return {
        "promised_share": found.share,
        "share": float(yes.mean()),
        "precision": float(right.mean()) if len(right) else 1.0,
    }


def main() -> None:
    """Append a JSON line for each repetition to a file."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("names", nargs="+", choices=NAMES)
    words.add_argument("--seeds", type=int, nargs=2, default=[0, 4], help="first, last + 1")
    words.add_argument("--cache", type=Path, default=Path("results/vectors"))
    words.add_argument("--out", type=Path, required=True)
    given = words.parse_args()
    torch.set_num_threads(1)
    for name in given.names:
        bank = Set(name, given.cache)
        for seed in range(*given.seeds):
            found = {"name": name, "seed": seed} | repetition(bank, seed)
            with given.out.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()

"""Labels that are likely to be wrong: low on a data map of heads that did not learn from them."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from cartolearn.embeddings.progress import progress_bar
from cartolearn.label.measuring.accuracy import parts_of
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.state import State


@dataclass(frozen=True, eq=False)
class Suspects:
    """The labelled texts, the most suspicious label first.

    Attributes:
        ids: int64 [L].
        confidence: float64 [L], mean over heads and epochs of p(label).
        variability: float64 [L], mean over the heads of its standard deviation over the epochs.
        correctness: float64 [L], share of heads and epochs that predicted the label.
        suggested: int64 [L], the class with the highest mean probability.
    """

    ids: NDArray[np.int64]
    confidence: NDArray[np.float64]
    variability: NDArray[np.float64]
    correctness: NDArray[np.float64]
    suggested: NDArray[np.int64]

    @property
    def count(self) -> int:
        """How many are more likely wrong than not: predicted otherwise most of the time."""
        return int((self.correctness < 0.5).sum())


def find_suspects(features: ProjectFeatures, state: State) -> Suspects:
    """Rank labels by their confidence on the data map, lowest first.

    A head learns its own labels by heart, wrong ones too. So each part of the labels gets its
    dynamics from heads that learned the other parts, ``labelling.suspect_models`` of them from
    different initial weights and partitions.
    """
    options = features.project.options
    ids, gold = state.ids, state.targets
    total = np.zeros((3, len(ids)))
    votes = np.zeros((len(ids), len(state.classes)))
    heads, folds = options.labelling.suspect_models, options.labelling.folds
    with progress_bar("Mapping the labels", heads * folds) as advance:
        for number in range(heads):
            learner = features.learner(len(state.classes), seed=number)
            for step, part in enumerate(parts_of(ids, folds, options.seed + number)):
                rest = np.delete(np.arange(len(ids)), part)
                trained = learner.train(ids[rest], gold[rest], "head", keep_epochs=True)
                asked = torch.from_numpy(ids[part])
                p = trained.epoch_probabilities(asked).double().numpy()
                of_label = p[:, np.arange(len(part)), gold[part]]
                total[0, part] += of_label.mean(axis=0) / heads
                total[1, part] += of_label.std(axis=0) / heads
                total[2, part] += (p.argmax(axis=2) == gold[part]).mean(axis=0) / heads
                votes[part] += p.mean(axis=0) / heads
                advance(number * folds + step)
    order = np.lexsort((ids, total[0]))
    return Suspects(
        ids[order], total[0][order], total[1][order], total[2][order], votes.argmax(axis=1)[order]
    )

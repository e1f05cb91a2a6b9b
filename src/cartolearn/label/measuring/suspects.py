"""Labels that are likely to be wrong: low on a data map of models that did not learn them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartolearn.cartography.suspicious import map_of, most_suspicious_first
from cartolearn.embeddings.progress import progress_bar
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.state import State
from cartolearn.models.cross_validation import held_out

DOUBT = 0.2  # between the two likeliest classes


@dataclass(frozen=True, eq=False)
class Suspects:
    """The labelled texts, the most suspicious label first.

    Attributes:
        ids: int64 [L].
        confidence: float64 [L], mean over models and epochs of p(label).
        variability: float64 [L], mean over the models of its standard deviation over the epochs.
        correctness: float64 [L], share of models and epochs that predicted the label.
        suggested: int64 [L], the class with the highest mean probability.
        lead: float64 [L], that probability less the next class's.
    """

    ids: NDArray[np.int64]
    confidence: NDArray[np.float64]
    variability: NDArray[np.float64]
    correctness: NDArray[np.float64]
    suggested: NDArray[np.int64]
    lead: NDArray[np.float64]

    @property
    def count(self) -> int:
        """How many are more likely wrong than not: predicted otherwise most of the time."""
        return int((self.correctness < 0.5).sum())

    @property
    def suspect(self) -> dict[int, int]:
        """For each id that was predicted otherwise most of the time, the class suggested.

        The most suspicious comes first.
        """
        return self._those(np.flatnonzero(self.correctness < 0.5))

    @property
    def doubtful(self) -> dict[int, int]:
        """For each id of which the models are in doubt between two classes, the likelier one.

        The one with the smallest lead comes first.
        """
        order = np.argsort(self.lead, kind="stable")
        return self._those(order[self.lead[order] < DOUBT])

    def _those(self, places: NDArray[np.int64]) -> dict[int, int]:
        return dict(zip(self.ids[places].tolist(), self.suggested[places].tolist(), strict=True))


def find_suspects(features: ProjectFeatures, state: State) -> Suspects:
    """Rank labels by their confidence on the data map, lowest first.

    A model learns its own labels by heart, wrong ones too. So each part of the labels gets its
    dynamics from models that learned the other parts, ``labelling.suspect_models`` of them from
    different initial weights and partitions.
    """
    options = features.project.options
    ids, gold = state.ids, state.targets
    total = np.zeros((3, len(ids)))
    votes = np.zeros((len(ids), len(state.classes)))
    models, folds = options.labelling.suspect_models, options.labelling.folds
    with progress_bar("Mapping the labels", models * folds) as advance:
        for number in range(models):
            learner = features.learner(len(state.classes), seed=number)
            asked = held_out(learner, ids, gold, folds, options.seed + number, "head")
            for step, (part, p) in enumerate(asked):
                seen = map_of(ids[part], gold[part], p)
                total[:, part] += [seen.confidence, seen.variability, seen.correctness]
                votes[part] += p.mean(axis=0, dtype=np.float64)
                advance(number * folds + step)
    order = most_suspicious_first(total[0], ids)
    confidence, variability, correctness = total[:, order] / models
    suggested = votes.argmax(axis=1)[order]
    first = np.sort(votes / models, axis=1)[order, -2:]
    lead = first[:, 1] - first[:, 0]
    return Suspects(ids[order], confidence, variability, correctness, suggested, lead)

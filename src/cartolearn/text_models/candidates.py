"""Which models there are to choose from, and what each says of texts that it did not learn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartolearn.text_models.logistic import fit
from cartolearn.text_models.ngrams import idf
from cartolearn.text_models.text_model import joined

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Candidate:
    """A model by what it reads; one that reads nothing knows the classes' frequencies alone.

    Attributes:
        name: ``majority``, ``words``, an encoder's name, or ``words+`` and an encoder's name.
        words: Whether it reads words and letters.
        encoder: The name of the encoder that it reads, or None.
    """

    name: str
    words: bool = False
    encoder: str | None = None


JOINED = "words+"
MAJORITY, WORDS = Candidate("majority"), Candidate("words", words=True)


def candidates(encoders: Iterable[str]) -> list[Candidate]:
    """Return the candidates: the majority, words, each encoder, and each joined with words."""
    found = [MAJORITY, WORDS]
    for name in encoders:
        found += [Candidate(name, False, name), Candidate(f"{JOINED}{name}", True, name)]
    return found


@dataclass(frozen=True, eq=False)
class Labelled:
    """n labelled texts, as candidates read them.

    Attributes:
        counts: What ``NGrams.counts`` gives for them.
        vectors: float32 [n, d] of each encoder.
        labels: int64 [n].
        n_classes: Number of classes C.
    """

    counts: Sequence[Any]
    vectors: dict[str, NDArray[np.float32]]
    labels: Ints
    n_classes: int

    def logits(self, candidate: Candidate, learn: Ints, ask: Ints) -> Floats:
        """Fit a candidate to the places ``learn``; return its logits, [m, C], at ``ask`` [m].

        A class without a label in ``learn`` has the logit -inf.
        """
        seen = np.bincount(self.labels[learn], minlength=self.n_classes)
        if (seen > 0).sum() < 2 or not (candidate.words or candidate.encoder):
            with np.errstate(divide="ignore"):
                prior = np.log(seen / max(seen.sum(), 1))
            return np.tile(prior if seen.any() else np.zeros(self.n_classes), (len(ask), 1))
        counts = self.counts if candidate.words else []
        rarity = [idf(part[learn]) for part in counts]
        rows = [
            joined(
                [part[places] for part in counts],
                rarity,
                self.vectors[candidate.encoder][places] if candidate.encoder else None,
            )
            for places in (learn, ask)
        ]
        return fit(rows[0], self.labels[learn], self.n_classes).logits(rows[1])

    def held_out(self, candidate: Candidate, parts: Sequence[Ints]) -> Floats:
        """Return logits, float64 [n, C]: those of each part from a model of all the others.

        Of the majority, those of all labels: where classes are of one size, the commonest of the
        others would never be that of a part.
        """
        if candidate == MAJORITY:
            every = np.arange(len(self.labels))
            return self.logits(candidate, every, every)
        logits = np.full((len(self.labels), self.n_classes), -np.inf)
        for part in parts:
            rest = np.delete(np.arange(len(self.labels)), part)
            logits[part] = self.logits(candidate, rest, part)
        return logits

"""A classifier of texts in scikit-learn's form, for people's own pipelines."""

from collections.abc import Sequence
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d

from cartolearn.models.cross_validation import parts_of
from cartolearn.text_models.calibration import best_temperature
from cartolearn.text_models.candidates import Candidate, Labelled
from cartolearn.text_models.encoders import Encoder, encoder_of
from cartolearn.text_models.ngrams import NGrams
from cartolearn.text_models.text_model import checked, fit_text_model

FOLDS = 5
READS = ("words", "encoder", "both")


class TextClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Logistic regression on words and letters, on a frozen encoder, or on both.

    What ``cartolearn label train`` writes, fitted on texts and labels of your own.

    Args:
        reads: ``words`` for tf-idf of words and letters, ``encoder``, or ``both``.
        embedding: The encoder, a ``WordLlama`` or a ``SentenceEncoder``; None takes word pieces
            that arrive with pip. Not looked at where ``reads`` is ``words``.
        calibrate: Whether to fit a temperature on outputs cross-validated in five parts.
        random_state: Draws these parts.

    Attributes:
        classes_: The classes, sorted, [C].
        model_: The fitted ``TextModel``; its classes are their places in ``classes_``.
    """

    def __init__(
        self,
        reads: Literal["words", "encoder", "both"] = "both",
        embedding: Any = None,
        calibrate: bool = True,
        random_state: int = 0,
    ) -> None:
        self.reads = reads
        self.embedding = embedding
        self.calibrate = calibrate
        self.random_state = random_state

    def fit(self, X: Sequence[str], y: Any) -> Self:
        """Fit to texts and their labels.

        Args:
            X: n texts.
            y: Their n labels, text or numbers, of at least two classes.

        Raises:
            TypeError: X is no list of texts.
            ValueError: There are fewer than two classes, other numbers of texts and labels, or an
                option that is not known.
        """
        if self.reads not in READS:
            raise ValueError(f"reads={self.reads!r}: choose one of {', '.join(READS)}")
        texts, labels = checked(X), column_or_1d(y, warn=True)
        if labels.dtype == object:
            for place, label in enumerate(labels):
                if label is None or label != label:  # noqa: PLR0124  (NaN)
                    raise ValueError(f"the label of texts[{place}] is missing: {label}")
        check_classification_targets(labels)
        if len(texts) != len(labels):
            raise ValueError(f"{len(texts)} texts and {len(labels)} labels")
        self.classes_, targets = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"{len(texts)} labels of one class: a classifier needs two")
        encoder = None if self.reads == "words" else self._encoder()
        vectors = encoder.vectors(texts) if encoder else None
        self.model_ = fit_text_model(
            texts,
            targets,
            [str(place) for place in range(len(self.classes_))],
            words=self.reads != "encoder",
            encoder=encoder,
            vectors=vectors,
            temperature=self._temperature(texts, targets, vectors) if self.calibrate else 1.0,
        )
        return self

    def predict(self, X: Sequence[str]) -> NDArray[Any]:
        """Return the likeliest class of each of N texts, [N]; ``TypeError`` if they are none."""
        p = self.predict_proba(X)
        likeliest: NDArray[Any] = self.classes_[p.argmax(axis=1)]
        return likeliest

    def predict_proba(self, X: Sequence[str]) -> NDArray[np.float64]:
        """Return probabilities, float64 [N, C]; ``TypeError`` if X is no list of texts."""
        check_is_fitted(self)
        return self.model_.predict_proba(X)

    def decision_function(self, X: Sequence[str]) -> NDArray[np.float64]:
        """Return calibrated logits, float64 [N, C], or with two classes their difference, [N]."""
        check_is_fitted(self)
        logits = self.model_.logits(X) / self.model_.temperature
        return logits[:, 1] - logits[:, 0] if len(self.classes_) == 2 else logits

    def _encoder(self) -> Encoder:
        from cartolearn.embeddings.wordllama import WordLlama

        encoder = encoder_of(WordLlama() if self.embedding is None else self.embedding)
        if encoder is None:
            raise ValueError(f"embedding={self.embedding!r}: give a WordLlama or SentenceEncoder")
        return encoder

    def _temperature(
        self, texts: list[str], targets: NDArray[np.int64], vectors: NDArray[np.float32] | None
    ) -> float:
        words = self.reads != "encoder"
        counts = NGrams.of(texts).counts(texts) if words else []
        known = {} if vectors is None else {"encoder": vectors}
        labelled = Labelled(counts, known, targets, len(self.classes_))
        candidate = Candidate(self.reads, words, None if vectors is None else "encoder")
        logits = labelled.held_out(candidate, parts_of(len(texts), FOLDS, self.random_state))
        return best_temperature(logits, targets, np.ones(len(texts)))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string, tags.input_tags.one_d_array = True, True
        tags.input_tags.two_d_array = False
        return tags

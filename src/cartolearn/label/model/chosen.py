"""Which model labels the user's texts: the best of the candidates on the labels there are."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartolearn.config.near_miss import near_miss
from cartolearn.embeddings.progress import progress_bar
from cartolearn.errors import InputError
from cartolearn.label.model.encoders import encoders_of, vectors_of
from cartolearn.label.model.features import ProjectFeatures, require_two_classes
from cartolearn.label.model.scores import Score, scores_of
from cartolearn.label.model.tuned import TRANSFORMER, held_out_outputs, kept_outputs, tuned_on
from cartolearn.label.model.weights import calibrating_weights, undoing_weights
from cartolearn.label.project.random_order import random_order
from cartolearn.label.project.state import State
from cartolearn.models.cross_validation import parts_of
from cartolearn.text_models.acceptance import Acceptance, acceptance
from cartolearn.text_models.calibration import (
    best_temperature,
    softmax,
    temperature_of_chosen,
)
from cartolearn.text_models.candidates import JOINED, MAJORITY, Candidate, Labelled, candidates
from cartolearn.text_models.encoders import Encoder
from cartolearn.text_models.ngrams import NGrams
from cartolearn.text_models.text_model import TextModel, fit_text_model

AUTO = "auto"
MOST = 1000  # labels that candidates are compared on, drawn at random where there are more
MANY, FEWER_FOLDS = 500, 5
NEAR = 1.5  # standard errors
SURE = 2.0
POOL = 2000  # texts that stand for all, to undo the choosing
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Choice:
    """The candidates as compared, and the one that is taken.

    Attributes:
        scores: Of all candidates.
        candidate: The one taken.
        quick: The same, or where it is the transformer the one that would be taken otherwise: the
            curve takes dozens of trainings.
        reason: Why, in a sentence.
        ids: int64 [n], the labelled texts they were compared on.
        gold: int64 [n], their labels.
        weights: float64 [n], of mean 1: they undo the choosing.
        trusted: float64 [n], what each counts where confidences are made true.
        p: float64 [n, C], calibrated probabilities of the one taken, by models that did not learn
            these texts.
        temperature: Its temperature.
        quick_temperature: One of the quick one, of all labels, those of the random share counting
            most: what the advice to stop was judged with.
    """

    scores: list[Score]
    candidate: Candidate
    quick: Candidate
    reason: str
    ids: Ints
    gold: Ints
    weights: Floats
    trusted: Floats
    p: Floats
    temperature: float
    quick_temperature: float

    def acceptance(self, precision: float) -> Acceptance:
        """Return what share of texts can be accepted at a precision, and from which confidence."""
        return acceptance(self.p, self.gold, self.trusted, self.weights, precision)

    def against_majority(self) -> tuple[float, float]:
        """Return by how much accuracy the one taken is ahead of the majority, and its error."""
        return ahead_of_majority(self.p, self.gold, self.weights)

    def labelled(self, features: ProjectFeatures, state: State, beside: Ints) -> Labelled:
        """Return all labelled texts as the quick one reads them, and others ``beside`` them.

        They are in the order of their labels; the others, after them, have the first class.
        """
        name = self.quick.encoder
        encoders = {name: encoders_of(features.project.options)[name]} if name else {}
        ids, gold = state.ids, np.append(state.targets, np.zeros_like(beside))
        classes = len(state.classes)
        return labelled_texts(features, encoders, np.append(ids, beside), gold, classes, len(ids))


def choose(features: ProjectFeatures, state: State, *, transformer: bool = False) -> Choice:
    """Compare the candidates on the labels there are, and take the best or the one pinned.

    Args:
        features: The project and its features.
        state: Its log, added up.
        transformer: Whether to fine-tune an encoder too, which takes minutes; what came out is
            kept, and counts without being asked for until there are more labels.

    Raises:
        InputError: There are labels of fewer than two classes, no candidate has the name given, or
            there is no encoder to fine-tune.
    """
    require_two_classes(features.project, len(set(state.targets.tolist())), "a model")
    encoders = encoders_of(features.project.options)
    known = candidates(encoders)
    pinned = features.project.options.labelling.model
    refuse_unknown(pinned, [*known, TRANSFORMER])
    ids, gold = compared_ids(features, state)
    labelled = labelled_texts(features, encoders, ids, gold, len(state.classes))
    parts = parts_of(len(ids), _folds(features, len(ids)), features.project.options.seed)
    weights = _weights(features, labelled, ids, parts)
    found, seconds = _held_out(labelled, known, parts)
    start = time.perf_counter()
    ask = held_out_outputs if transformer or pinned == TRANSFORMER.name else kept_outputs
    dear = ask(features, ids, gold, len(state.classes))
    if dear is not None:
        known, found = [*known, TRANSFORMER], [*found, dear]
        seconds.append(time.perf_counter() - start)
    order = features.project.settings.random_order
    at_random = np.isin(ids, state.random_ids(len(features.rows), order))
    trusted = calibrating_weights(at_random)
    temperatures = [_temperature(logits, gold, weights, at_random) for logits in found]
    p = [softmax(x, t) for x, t in zip(found, temperatures, strict=True)]
    scores = scores_of(known, p, gold, weights, temperatures, seconds)
    taken, reason = pick(scores, pinned)
    quick = known[taken]
    if quick == TRANSFORMER:
        quick = known[pick([score for score in scores if score.name != TRANSFORMER.name])[0]]
    return Choice(
        scores=scores,
        candidate=known[taken],
        quick=quick,
        reason=reason,
        ids=ids,
        gold=gold,
        weights=weights,
        trusted=trusted,
        p=p[taken],
        temperature=temperatures[taken],
        quick_temperature=best_temperature(found[known.index(quick)], gold, trusted),
    )


def train(features: ProjectFeatures, state: State, choice: Choice) -> TextModel:
    """Train the model that was chosen on all labels."""
    name = choice.candidate.encoder
    encoder: Encoder | None = None
    vectors = None
    if choice.candidate == TRANSFORMER:
        encoder = tuned_on(features, state.ids, state.targets, len(state.classes))
    elif name:
        encoder = encoders_of(features.project.options)[name]
        vectors = vectors_of(features, name, encoder, state.ids)
    return fit_text_model(
        features.project.texts.take(state.ids),
        state.targets,
        state.classes,
        words=choice.candidate.words,
        encoder=encoder,
        vectors=vectors,
        temperature=choice.temperature,
    )


def ahead_of_majority(logits: Floats, gold: Ints, weights: Floats) -> tuple[float, float]:
    """Return by how much accuracy a model is ahead of the commonest class, and its error.

    Args:
        logits: float64 [n, C], or probabilities.
        gold: int64 [n].
        weights: float64 [n], what each label counts.
    """
    commonest = np.argmax(np.bincount(gold, weights=weights))
    gains = (logits.argmax(axis=1) == gold).astype(np.float64)
    gains -= gold == commonest
    total = weights.sum()
    ahead = float(gains @ weights / total)
    return ahead, float(np.sqrt((weights**2 * (gains - ahead) ** 2).sum()) / total)


def _temperature(
    logits: Floats, gold: Ints, weights: Floats, at_random: NDArray[np.bool_]
) -> float:
    """Return a candidate's temperature; to one that is no better than the majority all are hard."""
    ahead, error = ahead_of_majority(logits, gold, weights)
    if ahead > SURE * error:
        return temperature_of_chosen(logits, gold, at_random)
    return best_temperature(logits, gold, np.ones(len(gold)))


def pick(scores: Sequence[Score], pinned: str = AUTO) -> tuple[int, str]:
    """Return the place of the candidate to take, and why, in words.

    The best is taken unless one that reads words and an encoder, which is rarely far from the best,
    is within 1.5 standard errors of it: of few labels the best is often best by luck.
    """
    if pinned != AUTO:
        place = next(i for i, score in enumerate(scores) if score.name == pinned)
        return place, "it is pinned by labelling.model"
    real = [i for i, score in enumerate(scores) if score.name != MAJORITY.name]
    best = max(real, key=lambda i: (round(scores[i].accuracy, 9), JOINED in scores[i].name))
    near = [i for i in real if JOINED in scores[i].name and _near(scores[i], scores[best])]
    if JOINED in scores[best].name or not near:
        return best, "it is right most often"
    place = max(near, key=lambda i: scores[i].accuracy)
    behind = f"{100 * (scores[best].accuracy - scores[place].accuracy):.1f}"
    return place, (
        f"it reads most, and {scores[best].name} is ahead of it by {behind} points only, within"
        " chance"
    )


def _near(score: Score, best: Score) -> bool:
    """Tell whether a candidate is near the best, the majority aside."""
    return best.accuracy - score.accuracy <= NEAR * score.error


def refuse_unknown(name: str, known: Sequence[Candidate]) -> None:
    """Refuse a pinned model that is no candidate.

    Raises:
        InputError: Naming the near miss and those there are.
    """
    names = [candidate.name for candidate in known if candidate != MAJORITY]
    if name not in (AUTO, *names):
        raise InputError(
            f"labelling.model={name}: there is no such model{near_miss(name, names)}; choose auto"
            f" or one of {', '.join(names)}"
        )


def compared_ids(features: ProjectFeatures, state: State) -> tuple[Ints, Ints]:
    """Return the labelled ids to compare on, and their classes: all, or 1,000 drawn at random."""
    rows = np.arange(len(state.ids))
    if len(rows) > MOST:
        random = np.random.default_rng(features.project.options.seed)
        rows = np.sort(random.choice(len(rows), MOST, replace=False))
    return state.ids[rows], state.targets[rows]


def labelled_texts(
    features: ProjectFeatures,
    encoders: dict[str, Encoder],
    ids: Ints,
    gold: Ints,
    n_classes: int,
    known: int | None = None,
) -> Labelled:
    """Return texts as the candidates read them; n-grams are those of the first ``known`` texts."""
    texts = features.project.texts.take(ids)
    vectors = {name: vectors_of(features, name, one, ids) for name, one in encoders.items()}
    return Labelled(NGrams.of(texts[:known]).counts(texts), vectors, gold, n_classes)


def _folds(features: ProjectFeatures, labels: int) -> int:
    folds = features.project.options.labelling.folds
    return min(folds, FEWER_FOLDS) if labels > MANY else folds


def _weights(
    features: ProjectFeatures, labelled: Labelled, ids: Ints, parts: Sequence[Ints]
) -> Floats:
    """Return what each label counts, by the confidence of a model on the project's features."""
    project = features.project
    pool = random_order(len(project.texts), project.settings.random_order)[:POOL]
    own = Candidate("own", encoder="own")
    both = np.concatenate([ids, pool])
    rows = Labelled([], {"own": features.raw(both)}, labelled.labels, labelled.n_classes)
    margin = np.zeros(len(both))
    shares = np.array_split(np.arange(len(ids), len(both)), len(parts))
    for part, share in zip(parts, shares, strict=True):
        ask = np.concatenate([part, share])
        rest = np.delete(np.arange(len(ids)), part)
        p = np.sort(softmax(rows.logits(own, rest, ask)), axis=1)
        margin[ask] = p[:, -1] - p[:, -2]
    return undoing_weights(margin[: len(ids)], margin[len(ids) :])


def _held_out(
    labelled: Labelled, known: Sequence[Candidate], parts: Sequence[Ints]
) -> tuple[list[Floats], list[float]]:
    found, seconds = [], []
    with progress_bar("Comparing models", len(known)) as advance:
        for number, candidate in enumerate(known):
            start = time.perf_counter()
            found.append(labelled.held_out(candidate, parts))
            seconds.append(time.perf_counter() - start)
            advance(number + 1)
    return found, seconds

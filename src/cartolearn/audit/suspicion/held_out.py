"""What four models say of every label that did not learn it, in bounded memory.

By cross-validation, in two rounds. In the first, all four learn the other parts of the labels. In
the second, three of them learn these parts again, without the labels that all four together suspect
(as confident learning prunes; Northcutt and others 2021), so that errors of one class for another
teach them less; the fourth, the training dynamics, stays as it is.

Where there are many labels, the models learn from a random part, and neighbours are looked for
there. The rows pass in chunks, so that what is held depends on that part, not on their number.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from cartolearn.audit.project.folder import Audit
from cartolearn.audit.project.options import Options
from cartolearn.audit.suspicion.learned import beforehand
from cartolearn.audit.suspicion.models import Says, dynamics, quick
from cartolearn.audit.suspicion.signals import Signals, seen, signals_of
from cartolearn.data.kept_texts import ProjectTexts
from cartolearn.embeddings.cache import features_of
from cartolearn.embeddings.features import Features
from cartolearn.embeddings.moments import moments
from cartolearn.embeddings.progress import progress_bar
from cartolearn.files import atomic_write
from cartolearn.generators import derived_seed
from cartolearn.models.cross_validation import parts_of

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Seen = tuple[Ints, Ints, Floats, Floats]
"""What ``seen`` returns of some labels."""

CHUNK = 4096
SUSPECT = 0.25  # the second round leaves out what is more probably wrong than this,
LEFT_OUT = 0.5  # but at most this share of a class's labels
ROUNDS = 2  # kept signals are of so many,
ORDER = 3  # and ordered in this way


def signals(audit: Audit) -> Signals:
    """Return the signals of the audited labels, in the order of ``audit.labels.rows``; kept."""
    path = audit.derived / f"signals-{_identity(audit)}.npz"
    kept = _kept(path)
    if kept is not None:
        return kept
    features = embedded(audit)
    torch.set_num_threads(audit.options.trainer.threads)
    rows, given = audit.labels.rows, audit.labels.given[0]
    made = of_labels(audit.options, features, rows, given[rows], len(audit.labels.classes))
    audit.derived.mkdir(exist_ok=True)
    with atomic_write(path) as temporary, temporary.open("wb") as stream:
        np.savez(stream, suggested=made.suggested, pair=made.pair, inputs=made.inputs,
                 score=made.score)  # fmt: skip
    return made


def embedded(audit: Audit) -> Features:
    """Return the features of all texts, float32 [R, d], from the project's folder if there."""
    corpus, options = ProjectTexts(audit.texts, len(audit.texts)), audit.options
    kept = audit.derived, options.features, options.paths.features
    return features_of(corpus, options.embedding, *kept)


def of_labels(
    options: Options, features: Floats | Features, rows: Ints, given: Ints, classes: int
) -> Signals:
    """Return the signals of labels.

    Args:
        options: Of the audit.
        features: float32 [R, d], of all texts.
        rows: int64 [N], ids of the texts that have a label.
        given: int64 [N], these labels, from 0 to ``classes`` - 1.
        classes: Number of classes.
    """
    present, given = np.unique(given, return_inverse=True)
    asked = said_of(options, features, rows, given, len(present))
    parts = [(places, seen(given[places], said)) for places, said in asked]
    _, (suggested, said, inputs, label) = _joined(parts)
    found = signals_of(given, suggested, said, inputs, len(present), label)
    return found.named(present, classes)


def _joined(parts: Sequence[tuple[Ints, Seen]]) -> tuple[Ints, Seen]:
    """Return all places, ascending, and what was seen of their labels."""
    places = np.concatenate([places for places, _ in parts])
    order = np.argsort(places)
    columns = zip(*(found for _, found in parts), strict=True)
    suggested, said, inputs, label = (np.concatenate(column)[order] for column in columns)
    return places[order], (suggested, said, inputs, label)


@dataclass(frozen=True)
class Rows:
    """Labelled rows in parts, as cross-validation takes them.

    Attributes:
        options: Of the audit.
        features: float32 [R, d], of all texts.
        mean, scale: float32 [d], of the features.
        rows: int64 [N], ids of the texts.
        given: int64 [N], their labels, 0 to C - 1; every class occurs.
        classes: C.
        parts: Places, which together are all N.
    """

    options: Options
    features: Floats | Features
    mean: Floats
    scale: Floats
    rows: Ints
    given: Ints
    classes: int
    parts: list[Ints]

    def read(self, places: Ints) -> tuple[Floats, Floats]:
        """Return features as they are and standardised, float32 [m, d] each."""
        raw = np.asarray(self.features[self.rows[places]])
        return raw, (raw - self.mean) / self.scale

    def learned(self, learn: Bools, number: int) -> tuple[Ints, Floats, Floats]:
        """Return the places that models learn from, all but a part, and both their features."""
        others = learn.copy()
        others[self.parts[number]] = False
        known = np.flatnonzero(others)
        return known, *self.read(known)

    def said(
        self, number: int, only: Bools, data_map: Says, others: Sequence[tuple[bool, Says]]
    ) -> Iterator[tuple[Ints, list[Floats]]]:
        """Yield chunks of a part's places [m], and what each model says of them [m, C]."""
        part = np.sort(self.parts[number])
        part = part[only[part]]
        for start in range(0, len(part), CHUNK):
            places = part[start : start + CHUNK]
            raw, x = self.read(places)
            yield places, [data_map(x), *(model(raw if near else x) for near, model in others)]


def said_of(
    options: Options, features: Floats | Features, rows: Ints, given: Ints, classes: int
) -> Iterator[tuple[Ints, list[Floats]]]:
    """Yield chunks of places [m], and what each model says of them, float32 [m, C].

    Arguments as of ``of_labels``; every class occurs.
    """
    count = len(rows)
    parts = parts_of(count, options.audit.folds, options.seed)
    of = Rows(options, features, *moments(features), rows, given, classes, parts)
    random = np.random.default_rng(derived_seed(options.seed, "learned from"))
    learn = np.zeros(count, dtype=bool)
    learn[random.permutation(count)[: options.audit.learn_from]] = True
    everything = np.ones(count, dtype=bool)
    steps = 4 * len(parts) + count // CHUNK
    with progress_bar("Looking for suspicious labels", steps) as advance:
        data_maps: list[Says] = []
        first: list[tuple[Ints, Seen]] = []
        for number in range(len(parts)):
            known, raw, x = of.learned(learn, number)
            data_maps.append(dynamics(options, x, given[known], classes))
            others = quick(options, x, raw, given[known], classes)
            asked = of.said(number, learn, data_maps[-1], others)
            first += [(places, seen(given[places], said)) for places, said in asked]
            advance(3 * (number + 1))
        kept = learn & ~_left_out(given, first, classes)
        done = 3 * len(parts)
        for number in range(len(parts)):
            known, raw, x = of.learned(kept, number)
            others = quick(options, x, raw, given[known], classes)
            done += 1
            for chunk in of.said(number, everything, data_maps[number], others):
                yield chunk
                done += 1
                advance(done)


def _left_out(given: Ints, parts: Sequence[tuple[Ints, Seen]], classes: int) -> Bools:
    """Return the labels that the second round does not learn from, bool [N]."""
    out = np.zeros(len(given), dtype=bool)
    places, (suggested, said, inputs, _) = _joined(parts)
    p = beforehand(signals_of(given[places], suggested, said, inputs, classes))
    for name in range(classes):
        members = np.flatnonzero(given[places] == name)
        worst = members[np.argsort(-p[members], kind="stable")][: int(LEFT_OUT * len(members))]
        out[places[worst[p[worst] > SUSPECT]]] = True
    return out


def _identity(audit: Audit) -> str:
    options = audit.options
    what = [
        ROUNDS, ORDER, audit.labels.digest, options.seed, options.model, str(options.trainer),
        repr(options.embedding), options.audit.folds, options.audit.neighbours,
        options.audit.learn_from,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:24]


def _kept(path: Path) -> Signals | None:
    try:
        with np.load(path, allow_pickle=False) as held:
            return Signals(held["suggested"], held["pair"], held["inputs"], held["score"])
    except (OSError, ValueError, KeyError, EOFError):
        return None

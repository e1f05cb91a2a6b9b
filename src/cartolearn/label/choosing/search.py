"""Texts that hold what somebody looks for, or that are like another text."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartolearn.data.kept_texts import ProjectTexts
from cartolearn.embeddings.features import ROWS
from cartolearn.embeddings.neighbours import Neighbours, cosines
from cartolearn.errors import InputError
from cartolearn.event_log import me
from cartolearn.id_sets import not_among
from cartolearn.label.choosing.askable import askable_ids
from cartolearn.label.choosing.holding import holding, matching
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.strategies.choose.top_n import top_n


@dataclass(frozen=True)
class Search:
    """What somebody looks for: words, a regular expression, a text or its id; all must hold."""

    words: str | None = None
    pattern: str | None = None
    like: str | None = None

    @property
    def wanted(self) -> bool:
        """Whether anything is looked for."""
        return (self.words, self.pattern, self.like) != (None, None, None)


def looked_for(
    features: ProjectFeatures, search: Search, by: str | None, count: int
) -> tuple[int, list[int]]:
    """Return how many texts that a person can be asked were found, and the ids to choose among.

    Raises:
        InputError: Nothing was found, or the search cannot be understood.
    """
    project = features.project
    found = askable_ids(project, project.state(), by or me())
    for query, those in ((search.words, holding), (search.pattern, matching)):
        if query is not None:
            found = np.intersect1d(found, np.array(those(project.texts, query), dtype=np.int64))
    if not len(found):
        raise InputError("no text without a label is like that; nothing was written")
    if search.like is None:
        return len(found), found.tolist()
    return len(found), nearest(features, search.like, found, count)


def nearest(
    features: ProjectFeatures, like: str, among: NDArray[np.int64], count: int
) -> list[int]:
    """Return the ``count`` ids of ``among`` nearest to a text, by the cosine of their features.

    With ``labelling.like=index`` nearly these, from an index, unless it finds too few of ``among``.

    Args:
        features: The project and its features.
        like: A text, or the id of one.
        among: Ids to choose from, int64 [M].
        count: How many.

    Raises:
        InputError: It is an id that there is not, or blank.
    """
    if not like.strip():
        raise InputError("--like is blank; give a text, or the id of one")
    if like.isascii() and like.isdigit():
        if int(like) >= len(features.rows):
            raise InputError(f"--like {like}: no text has this id")
        wanted = features.raw(np.array([int(like)]))[0]
    else:
        wanted = _embedded(features, like)
    options = features.project.options
    if options.labelling.like == "index" and len(among):
        index = Neighbours.of(features.unscaled, options.paths.cache_dir, options.trainer.threads)
        allowed = ~not_among(len(features.rows), among)
        found = index.nearest(wanted, allowed, count)
        if found is not None:
            return found.tolist()
    near = np.empty(len(among), dtype=np.float32)
    for start in range(0, len(among), ROWS):
        near[start : start + ROWS] = cosines(features.raw(among[start : start + ROWS]), wanted)
    return top_n(near.astype(np.float64), among, count).ids.tolist()


def _embedded(features: ProjectFeatures, text: str) -> NDArray[np.float32]:
    """Return the features of a text, together with the project's if these are looked at, too."""
    embedding = features.project.options.embedding
    known = features.project.texts if embedding.reads_all else []
    found: NDArray[np.float32] = embedding.embed(ProjectTexts([*known, text], len(known))).features
    return found[-1]

"""Which language texts are written in, by a sample of them (the package py3langid)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SAMPLE = 400  # texts that are looked at
NONE = "zxx"  # what is no language, such as code
ENOUGH = 200  # characters that tell a language: short texts are read together


@dataclass(frozen=True)
class Language:
    """The commonest language of texts.

    Attributes:
        code: ISO 639-1, such as ``de``.
        share: Share of the sample that is written in it.
    """

    code: str
    share: float


def language_of(texts: Sequence[str]) -> Language | None:
    """Return the commonest language of a random sample; None where it is none."""
    import py3langid

    rows = np.random.default_rng(0).permutation(len(texts))[:SAMPLE]
    pieces, piece = [], ""
    for row in rows.tolist():
        piece = f"{piece} {texts[row][:ENOUGH]}"
        if len(piece) >= ENOUGH:
            pieces.append(piece)
            piece = ""
    pieces += [] if pieces else [piece]
    told = Counter(
        str(py3langid.classify(piece)[0]) for piece in pieces if any(map(str.isalpha, piece))
    )
    del told[NONE]
    if not told:
        return None
    code, count = told.most_common(1)[0]
    return Language(code, count / told.total())

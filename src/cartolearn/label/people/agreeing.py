"""How far the people of a project agree: in all, by class, and by pair."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import combinations
from math import isnan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartolearn.label.project.state import State
from cartolearn.statistics.agreement import (
    Agreement,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    share_agreeing,
)

Figures = dict[str, Agreement]


@dataclass(frozen=True)
class People:
    """How far people agree.

    Attributes:
        answers: How many texts each person labelled.
        several: Texts that several people labelled.
        differing: Texts on which they differ, and that were not settled.
        settled: Texts that were settled.
        figures: Share, Fleiss' kappa and Krippendorff's alpha over all such texts.
        by_class: Krippendorff's alpha of being of the class or not, by class.
        by_pair: Share and Cohen's kappa of each two people, on the texts of both.
        at_random: Of the several, how many are of the random share, a fair sample of all texts.
    """

    answers: dict[str, int]
    several: int
    differing: list[int]
    settled: int
    figures: Figures
    by_class: Figures
    by_pair: dict[tuple[str, str], Figures]
    at_random: int

    def as_json(self) -> dict[str, Any]:
        """Return all of it for a script; what is not defined is null."""
        return {
            "answers": self.answers,
            "several": self.several,
            "at_random": self.at_random,
            "differing": self.differing,
            "settled": self.settled,
            **_plain(self.figures),
            "classes": {name: _plain({"alpha": a})["alpha"] for name, a in self.by_class.items()},
            "pairs": [{"people": list(p), **_plain(f)} for p, f in self.by_pair.items()],
        }


def people_of(state: State, level: float) -> People:
    """Measure agreement on what each person last said; what was settled afterwards plays no part.

    Args:
        state: The project's log, added up.
        level: Nominal coverage of the intervals.
    """
    index = {name: number for number, name in enumerate(state.classes)}
    counts = np.zeros((len(state.answers), len(index)), dtype=np.int64)
    for place, said in enumerate(state.answers.values()):
        for name in said.values():
            counts[place, index[name]] += 1
    several = [row for row, said in state.answers.items() if len(said) > 1]
    random = set(state.batches.picked("random"))
    names = sorted({who for said in state.answers.values() for who in said})
    return People(
        {who: sum(who in said for said in state.answers.values()) for who in names},
        len(several),
        state.disagreements(),
        len(state.settled),
        {
            "share": share_agreeing(counts, level),
            "fleiss_kappa": fleiss_kappa(counts, level),
            "krippendorff_alpha": krippendorff_alpha(counts, level),
        },
        {
            name: krippendorff_alpha(_one_or_other(counts, index[name]), level)
            for name in state.classes
        },
        _by_pair(state.answers, names, index, level),
        sum(row in random for row in several),
    )


def _one_or_other(counts: NDArray[np.int64], number: int) -> NDArray[np.int64]:
    return np.stack([counts[:, number], counts.sum(axis=1) - counts[:, number]], axis=1)


def _by_pair(
    answers: Mapping[int, Mapping[str, str]], names: list[str], index: dict[str, int], level: float
) -> dict[tuple[str, str], Figures]:
    pairs = {}
    for first, second in combinations(names, 2):
        both = [said for said in answers.values() if first in said and second in said]
        if not both:
            continue
        a, b = (np.array([index[said[who]] for said in both]) for who in (first, second))
        counts = np.eye(len(index), dtype=np.int64)[a] + np.eye(len(index), dtype=np.int64)[b]
        pairs[first, second] = {
            "share": share_agreeing(counts, level),
            "cohen_kappa": cohen_kappa(a, b, len(index), level),
        }
    return pairs


def _plain(figures: Figures) -> dict[str, Any]:
    return {
        name: {
            key: None if isinstance(value, float) and isnan(value) else value
            for key, value in asdict(figure).items()
        }
        for name, figure in figures.items()
    }

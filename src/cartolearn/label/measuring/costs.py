"""What it costs: hours so far, another point of accuracy, an interval of half the width, an answer.

Hours are labels times the median of the seconds that one took, where they are known.
"""

from dataclasses import dataclass
from math import ceil

import numpy as np

from cartolearn.label.measuring.accuracy import Evaluation
from cartolearn.label.measuring.against_random import Comparison
from cartolearn.label.measuring.stopping import Outlook
from cartolearn.label.project.state import State

MOST = 64  # times as many texts: who needs more is not told a number
LEAST_TIMED = 10
HALF = 0.5


@dataclass(frozen=True)
class Costs:
    """In labels, and with ``seconds`` in time; None where it cannot be said.

    Attributes:
        timed: Labels of which it is known how long they took.
        seconds: The median of what they took; None with fewer than ten.
        labels: Answers so far, those asked again among them.
        point: Labels that the next point of accuracy takes; with its bounds ``point_low`` and
            ``point_high``, which is None where it may take any number.
        halve: Random texts more that halve the interval of the accuracy.
        answer: Random texts more until the strategy is told from random ones, if the difference
            stays as it is.
        left: Texts without a label.
        narrowed: The interval of the accuracy, as a share of that of now, if all of these were
            random ones and labelled.
    """

    timed: int
    seconds: float | None
    labels: int
    point: float | None
    point_low: float | None
    point_high: float | None
    halve: int | None
    answer: int | None
    left: int
    narrowed: float | None

    def time(self, labels: float | None) -> float | None:
        """Return the seconds that so many labels take."""
        known = labels is not None and self.seconds is not None
        return labels * self.seconds if known else None  # type: ignore[operator]


def costs_of(
    state: State,
    seen: Evaluation | None,
    outlook: Outlook,
    comparison: Comparison | None,
    level: float,
    left: int,
) -> Costs:
    """Return what a project has cost, and what more would; ``left`` texts have no label."""
    timed = list(state.seconds.values())
    at_random = len(seen.ids) if seen and seen.at_random else 0
    return Costs(
        timed=len(timed),
        seconds=float(np.median(timed)) if len(timed) >= LEAST_TIMED else None,
        labels=len(state.labels) + len(state.repeats),
        point=_labels_a_point(outlook, outlook.gain),
        point_low=_labels_a_point(outlook, outlook.high),
        point_high=_labels_a_point(outlook, outlook.low),
        halve=texts_that_halve(seen, level) if seen and at_random else None,
        answer=texts_that_tell(comparison, at_random),
        left=left,
        narrowed=_width(seen, level, 1 + left / at_random) if seen and at_random else None,
    )


def texts_that_halve(seen: Evaluation, level: float) -> int | None:
    """Return how many random texts more it takes until the interval is half as wide, about.

    As many are asked again in proportion as were so far. None if it takes more than 64 times as
    many texts.
    """
    few, many = 1.0, float(MOST)
    if _width(seen, level, many) > HALF:
        return None
    while many - few > 0.01 * few:
        middle = (few + many) / 2
        few, many = (middle, many) if _width(seen, level, middle) > HALF else (few, middle)
    return ceil((many - 1) * len(seen.ids))


def _width(seen: Evaluation, level: float, times: float) -> float:
    """Return the width of the interval with so many times as many texts, as a share of now's."""
    share, as_many = seen.shares()[-1]

    def width(times: float) -> float:
        known = seen.reliability.with_more(times)
        low, high = known.bounds(share * as_many * times, as_many * times, level)
        return high - low

    return width(times) / width(1)


def texts_that_tell(comparison: Comparison | None, at_random: int) -> int | None:
    """Return how many random texts more it takes until the interval leaves out 0, about."""
    if comparison is None or comparison.verdict != "undecided" or not comparison.difference:
        return None
    half = (comparison.high - comparison.low) / 2
    times = (half / abs(comparison.difference)) ** 2
    return ceil(max(times - 1, 0) * at_random) or 1 if times <= MOST else None


def _labels_a_point(outlook: Outlook, gain: float | None) -> float | None:
    return 0.01 * outlook.more / gain if gain else None

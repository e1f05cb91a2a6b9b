"""Rows of results, how they become tables, and a figure in them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = list[dict[str, Any]]
BINS = 15


def grouped(rows: Rows, *keys: str) -> list[tuple[tuple[Any, ...], Rows]]:
    """Return the rows of each combination of values, in the order in which they come."""
    found: dict[tuple[Any, ...], Rows] = {}
    for row in rows:
        found.setdefault(tuple(row[key] for key in keys), []).append(row)
    return list(found.items())


def mean_with_interval(values: Sequence[Any] | NDArray[np.float64]) -> str:
    """Return the mean and Student's 95 % interval; the mean alone of one value."""
    from scipy.stats import t

    mean = np.mean(values)
    if len(values) < 2:
        return f"{mean:+.1f}"
    half = t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values))
    return f"{mean:+.1f} ({mean - half:+.1f} to {mean + half:+.1f})"


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *lines])


def calibration_error(p: NDArray[np.float64], gold: NDArray[np.int64], bins: int = BINS) -> float:
    """Return the expected calibration error: mean |share right - mean confidence| over bins.

    The bins hold equally many rows, in the order of confidence; rows of equal confidence stand in
    the order they came.

    Args:
        p: Probabilities, float64 [N, C].
        gold: int64 [N].
        bins: How many; fewer where there are fewer rows.
    """
    confidence, right = p.max(axis=1), p.argmax(axis=1) == gold
    parts = np.array_split(np.argsort(confidence, kind="stable"), min(bins, len(gold)))
    gaps = [len(part) * abs(right[part].mean() - confidence[part].mean()) for part in parts]
    return float(sum(gaps) / len(gold))

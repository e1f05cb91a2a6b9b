"""What every table says below itself."""

from cartolearn.report.groups import BASELINE, Group


def note(group: Group, *more: str) -> str:
    """Name seeds, intervals, baseline and rows of the data, and what else the table needs."""
    return " ".join([seeds(group), INTERVALS, baseline(group), rows(group), *more])


INTERVALS = "Intervals: 95 %, expanded percentile bootstrap over seeds."


def seeds(group: Group) -> str:
    """Say how many seeds each strategy has."""
    counts = sorted({len(runs) for runs in group.runs.values()})
    if len(counts) == 1:
        return f"Seeds: {counts[0]}."
    return f"Seeds: {counts[0]} to {counts[-1]} a strategy."


def baseline(group: Group) -> str:
    """Say whether the random baseline is there."""
    if BASELINE in group.runs:
        return f"Baseline: {BASELINE}."
    return f"No runs of the baseline {BASELINE}."


def rows(group: Group) -> str:
    """Say how much data it is."""
    data = group.dataset
    return f"Data: {data.name}, {data.train:,} training and {data.test:,} test rows."

"""The paper's other statements: what is measured for each, by rules fixed before any result."""

from collections.abc import Callable
from functools import partial

import numpy as np

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.regions import REGIONS, regions
from cartolearn.report.claims.measure import VARIABILITY, against, paired_part
from cartolearn.report.claims.verdict import Part, above, below, larger_than, within
from cartolearn.report.groups import BASELINE, Group
from cartolearn.report.tables.accuracy import difference
from cartolearn.runs.run import Run
from cartolearn.statistics.batches import STATISTICS
from cartolearn.statistics.curves import early, labels_needed, late
from cartolearn.statistics.intervals import Estimate, mean_estimate

COMPETITIVE = 0.01
LEVEL = 0.02
CONFIDENCE = STATISTICS.index("confidence")


def competitive(group: Group) -> list[Part]:
    """Judge AULC of CAL minus that of least confidence and entropy: at most one point less."""
    return [
        Part(f"CAL - {other}", value, larger_than(value, -COMPETITIVE))
        for other in ("least_confidence", "entropy")
        for value in [difference(group, "cal", other, "aulc")]
    ]


def close_then_apart(group: Group) -> list[Part]:
    """Judge CAL minus DAL: accuracy of the first third within one point, final accuracy larger."""
    first = against(group, "cal", "dal", lambda run: early(run.accuracy[1:]))
    return [
        Part("early CAL - DAL (within 0.01)", first, within(first, COMPETITIVE)),
        paired_part("final CAL - DAL", group, "cal", "dal", lambda run: float(run.accuracy[-1])),
    ]


def final_levels(group: Group, levels: dict[str, float]) -> list[Part]:
    """Judge final accuracy minus the paper's: within two points; ``all data`` is no strategy."""
    parts = []
    for name, level in levels.items():
        value = None
        if name == "all data" and group.full:
            value = mean_estimate(np.array([r.accuracy for r in group.full.values()]) - level)
        elif name in group.runs:
            final = np.array(list(group.values(name, "final").values()))
            value = mean_estimate(final - level)
        parts.append(Part(f"{name} - {level}", value, within(value, LEVEL)))
    return parts


def better_thresholds(group: Group) -> list[Part]:
    """Judge the final accuracy with thresholds 0.0 and 0.4 minus that with 0.2: larger."""
    labels = group.thresholds
    parts = []
    for value in (0.0, 0.4):
        found = difference(group, labels.get(value, ""), labels.get(0.2, ""), "final")
        parts.append(Part(f"{value} - 0.2", found, above(found)))
    return parts


def like_random(group: Group) -> list[Part]:
    """Judge the mean distance of batch statistics to random's over rounds: CAL's is the smallest.

    The distance is the mean absolute difference, over rounds and the three statistics, from the
    batches of random's run of the same seed.
    """

    def distance(run: Run) -> float:
        base = group.runs[BASELINE][run.seed].batch_statistics
        rounds = min(len(base), len(run.batch_statistics))
        return float(np.abs(run.batch_statistics[:rounds] - base[:rounds]).mean())

    if BASELINE not in group.runs:
        return [Part("no runs of random", None, "not decided")]
    return [
        paired_part(f"{other}'s distance - CAL's", group.beside(BASELINE), other, "cal", distance)
        for other in ("least_confidence", "dal")
    ]


def hard_first(group: Group) -> list[Part]:
    """Judge the batches of least confidence against random's: low at first, and catching up."""
    name = "least_confidence"

    def first(column: int) -> Callable[[Run], float]:
        return lambda run: early(run.batch_statistics[:, column])

    def rise(run: Run) -> float:
        values = run.batch_statistics[:, VARIABILITY]
        return late(values) - early(values)

    return [
        paired_part("early confidence, random - LC", group, BASELINE, name, first(CONFIDENCE)),
        paired_part("early variability, random - LC", group, BASELINE, name, first(VARIABILITY)),
        paired_part("rise of variability, LC - random", group, name, BASELINE, rise),
    ]


def dal_starts_variable(group: Group) -> list[Part]:
    """Judge the variability of the batches of the first third: DAL minus random."""
    return [
        paired_part("DAL - random", group, "dal", BASELINE,
                    lambda run: early(run.batch_statistics[:, VARIABILITY]))
    ]  # fmt: skip


def cal_ends_less_variable(group: Group) -> list[Part]:
    """Judge the variability of the last third's batches: CAL minus random and least confidence."""
    parts = []
    for other in (BASELINE, "least_confidence"):
        value = against(group, "cal", other, lambda run: late(run.batch_statistics[:, VARIABILITY]))
        parts.append(Part(f"CAL - {other} (below 0)", value, below(value, 0.0)))
    return parts


def full_accuracy_at(group: Group, share: float, margin: float) -> list[Part]:
    """Judge the share of the data with which CAL's own curve first has the accuracy of all data.

    A seed that never has it counts with the whole of the data.
    """
    full, runs = group.full_accuracy(), group.runs.get("cal", {})
    value = None
    if full is not None and runs:
        train = group.dataset.train
        needed = [labels_needed(run.labelled, run.accuracy, full) for run in runs.values()]
        value = mean_estimate(np.array([1.0 if n is None else n / train for n in needed]) - share)
    return [Part(f"share of the data - {share}", value, within(value, margin))]


def ambiguous_correctness(group: Group) -> list[Part]:
    """Judge the share of the full-data map's ambiguous third with a correctness of 0.2 to 0.8."""

    def share(data_map: DataMap) -> float:
        ambiguous = regions(data_map.confidence, data_map.variability) == REGIONS.index("ambiguous")
        inside = (data_map.correctness >= 0.2 - 1e-9) & (data_map.correctness <= 0.8 + 1e-9)
        return float(inside[ambiguous].mean()) if ambiguous.any() else 0.0

    return [_map_share("share, more than half", group, share, 0.5)]


def mostly_easy(group: Group) -> list[Part]:
    """Judge the full-data map's share with confidence of 0.7 and correctness of 0.8 or more."""
    return [
        _map_share(
            "share, more than half", group,
            lambda m: float(np.mean((m.confidence >= 0.7) & (m.correctness >= 0.8 - 1e-9))), 0.5,
        )
    ]  # fmt: skip


def often_hard(group: Group) -> list[Part]:
    """Judge the full-data map's share with confidence of 0.4 and correctness of 0.2 or less."""
    return [
        _map_share(
            "share, more than a fifth", group,
            lambda m: float(np.mean((m.confidence <= 0.4) & (m.correctness <= 0.2 + 1e-9))), 0.2,
        )
    ]  # fmt: skip


def peak_of_confidence(group: Group, level: float) -> list[Part]:
    """Judge the middle of the fullest of ten bins of confidence, minus the paper's level."""

    def peak(data_map: DataMap) -> float:
        counts, edges = np.histogram(data_map.confidence, bins=10, range=(0, 1))
        return float(edges[counts.argmax()] + 0.05 - level)

    value = _over_maps(group, peak)
    return [Part(f"peak - {level}", value, within(value, 0.1 + 1e-9))]


def denser_there(group: Group) -> list[Part]:
    """Judge the share of the full-data map at correctness 0.0 and 0.4, minus that at 0.2."""

    def more(correctness: float, data_map: DataMap) -> float:
        at, beside = (np.isclose(data_map.correctness, value) for value in (correctness, 0.2))
        return float(at.mean() - beside.mean())

    return [
        _map_share(f"at {value} - at 0.2", group, partial(more, value), 0.0) for value in (0.0, 0.4)
    ]


def _map_share(name: str, group: Group, measure: Callable[[DataMap], float], bound: float) -> Part:
    value = _over_maps(group, measure)
    return Part(name, value, larger_than(value, bound))


def _over_maps(group: Group, measure: Callable[[DataMap], float]) -> Estimate | None:
    """Return the mean of a measure of the full-data maps over the seeds, or None without one."""
    if not group.full:
        return None
    return mean_estimate(
        np.array([measure(DataMap.load(run.map_path)) for run in group.full.values()])
    )

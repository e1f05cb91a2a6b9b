"""Table 4: instances that two strategies both picked."""

from dataclasses import dataclass
from itertools import combinations

from cartolearn.report.groups import Group
from cartolearn.report.table import Table
from cartolearn.report.tables.note import group_table
from cartolearn.statistics.overlap import (
    overlap_by_chance,
    overlap_of_run,
    overlap_per_round,
)


@dataclass(frozen=True)
class Overlap:
    """Of one pair of strategies, summed over their common seeds.

    Attributes:
        per_round: Picked by both in the same round.
        run: Picked by both in any round.
        picked: Picked by each.
        chance: Expected of ``run`` for two independent random draws.
        shares: ``per_round`` over picked of each seed.
    """

    per_round: int
    run: int
    picked: int
    chance: float
    shares: tuple[float, ...]


def overlap(group: Group, a: str, b: str) -> Overlap | None:
    """Return the overlap of two strategies; None without a common seed or a batch."""
    shares: list[float] = []
    per_round, whole, picked, chance = 0, 0, 0, 0.0
    for seed in sorted(group.runs[a].keys() & group.runs[b].keys()):
        x, y = group.runs[a][seed], group.runs[b][seed]
        rounds = min(len(x.batches), len(y.batches))
        if rounds == 0:
            continue
        size = sum(map(len, x.batches[:rounds]))
        same = overlap_per_round(x.batches, y.batches)
        per_round, whole = per_round + same, whole + overlap_of_run(x.batches, y.batches)
        picked, shares = picked + size, [*shares, same / size]
        chance += overlap_by_chance(size, x.dataset.train - int(x.labelled[0]))
    return Overlap(per_round, whole, picked, chance, tuple(shares)) if picked else None


def overlap_table(group: Group) -> Table | None:
    """Return one row a pair of strategies."""
    pairs = {(a, b): overlap(group, a, b) for a, b in combinations(group.compared[::-1], 2)}
    rows = [
        (f"{a} and {b}", len(o.shares), o.picked, o.per_round, 100 * o.per_round / o.picked,
         o.run, 100 * o.run / o.picked, 100 * o.chance / o.picked)
        for (a, b), o in pairs.items() if o
    ]  # fmt: skip
    columns = ("pair", "seeds", "picked by each", "same round", "same round %", "same run",
               "same run %", "by chance %")  # fmt: skip
    return group_table(
        group, "table_4_overlap", "Table 4: instances picked by both", columns, rows,
        "Sums over seeds. By chance: expected of two random draws, whole run.",
        digits={"same round %": 1, "same run %": 1, "by chance %": 1},
    ) if rows else None  # fmt: skip

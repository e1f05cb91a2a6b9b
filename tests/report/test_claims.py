"""Each verdict rule at its edges, and each claim on worlds in which the answer is known."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from cartolearn.report.claims import measure
from cartolearn.report.claims.paper import CLAIMS
from cartolearn.report.claims.tables import claim_tables
from cartolearn.report.claims.verdict import Part, Verdict, above, all_of, below, opposite, within
from cartolearn.report.groups import Group
from cartolearn.statistics.intervals import Estimate
from tests.report.folders import Job, World, write_full, write_run


def estimate(low: float, high: float, n: int = 5) -> Estimate:
    return Estimate((low + high) / 2, low, high, n)


@pytest.mark.parametrize(
    ("low", "high", "n", "verdict"),
    [
        (0.001, 0.02, 5, "holds"),
        (0.001, 0.002, 5, "holds"),
        (0.0, 0.02, 5, "not decided"),
        (-0.01, 0.005, 5, "not decided"),
        (-0.01, 0.0049, 5, "does not hold"),
        (-0.02, -0.01, 5, "does not hold"),
        (0.1, 0.2, 4, "not decided"),
        (math.nan, math.nan, 5, "not decided"),
    ],
)
def test_above(low: float, high: float, n: int, verdict: Verdict) -> None:
    assert above(estimate(low, high, n)) == verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(-0.01, 0.019, "holds"), (0.0, 0.03, "not decided"), (0.02, 0.05, "does not hold"),
     (-0.05, -0.02, "does not hold"), (-0.03, 0.03, "not decided")],
)  # fmt: skip
def test_within_two_points(low: float, high: float, verdict: Verdict) -> None:
    assert within(estimate(low, high), 0.02) == verdict


def test_below_opposite_and_all_of() -> None:
    assert below(estimate(0.01, 0.04), 0.05) == "holds"
    assert below(estimate(0.04, 0.06), 0.05) == "not decided"
    assert below(estimate(0.05, 0.06), 0.05) == "does not hold"
    assert [opposite(v) for v in ("holds", "does not hold", "not decided")] == [
        "does not hold", "holds", "not decided",
    ]  # fmt: skip
    assert all_of(["holds", "holds"]) == "holds"
    assert all_of(["holds", "not decided"]) == "not decided"
    assert all_of(["holds", "not decided", "does not hold"]) == "does not hold"
    assert all_of([]) == above(None) == below(None, 1) == within(None, 1) == "not decided"


Groups = Callable[[Path], list[Group]]


def group_with(root: Path, groups_of: Groups, lifts: dict[str, float], seeds: int = 5) -> Group:
    for strategy, lift in lifts.items():
        for seed in range(seeds):
            write_run(root, Job(strategy, seed, rounds=6, lift=lift))
    (group,) = groups_of(root)
    return group


def verdict_of(parts: list[Part]) -> Verdict:
    return all_of(part.verdict for part in parts)


def test_a_far_better_cal_leads_dominates_and_beats_random(
    tmp_path: Path, groups_of: Groups
) -> None:
    lifts = dict.fromkeys(measure.OTHERS, 0.1) | {"random": 0.0, "dal": -0.1, "cal": 0.3}
    group = group_with(tmp_path, groups_of, lifts)
    assert verdict_of(measure.early_lead(group)) == "holds"
    assert verdict_of(measure.dominance(group)) == "holds"
    assert verdict_of(measure.beat_random(group)) == "holds"


def test_a_far_worse_cal_refutes_them(tmp_path: Path, groups_of: Groups) -> None:
    lifts = dict.fromkeys(measure.OTHERS, 0.3) | {"cal": -0.2}
    group = group_with(tmp_path, groups_of, lifts)
    assert verdict_of(measure.early_lead(group)) == "does not hold"
    assert verdict_of(measure.dominance(group)) == "does not hold"
    assert verdict_of(measure.beat_random(group)) == "does not hold"


def test_three_seeds_decide_nothing(tmp_path: Path, groups_of: Groups) -> None:
    lifts = dict.fromkeys(measure.OTHERS, 0.0) | {"cal": 0.3}
    group = group_with(tmp_path, groups_of, lifts, seeds=3)
    assert verdict_of(measure.early_lead(group)) == "not decided"
    assert verdict_of(measure.dominance(group)) == "not decided"


def test_batches_of_high_variability_and_drift_are_seen(grid: Group) -> None:
    parts = {part.name: part for part in measure.early_variability(grid)}
    assert parts["CAL - least_confidence"].verdict == "holds"
    value = parts["CAL - dal"].value
    assert value is not None
    assert value.n == 5
    own, beside = measure.drift(grid)
    assert own.value is not None
    assert beside.value is not None
    assert own.value.value != beside.value.value


def test_full_data_is_compared_with_the_end_and_with_two_percent(
    tmp_path: Path, groups_of: Groups
) -> None:
    world = World(train=2500)  # 2 % is 50 labels, the last row of four rounds from 20
    for seed in range(5):
        write_run(tmp_path, Job("cal", seed, rounds=3, lift=0.2), world)
        write_full(tmp_path, Job(seed=seed), 0.5, world)
    (group,) = groups_of(tmp_path)
    (end,) = measure.beats_full_data(group)
    (share,) = measure.nearly_full_data(group)
    assert end.verdict == share.verdict == "holds"
    assert end.value is not None
    assert share.value is not None
    finals = [run.accuracy[-1] for run in group.runs["cal"].values()]
    assert end.value.value == pytest.approx(sum(finals) / 5 - 0.5)
    assert share.value.value == pytest.approx(sum(finals) / 5 - 0.99 * 0.5)


def test_a_curve_that_ends_before_two_percent_decides_nothing(
    tmp_path: Path, groups_of: Groups
) -> None:
    world = World(train=2600)
    for seed in range(5):
        write_run(tmp_path, Job("cal", seed, rounds=3), world)
        write_full(tmp_path, Job(seed=seed), 0.5, world)
    (group,) = groups_of(tmp_path)
    assert verdict_of(measure.nearly_full_data(group)) == "not decided"


def test_threshold_and_overlap_on_the_grid(grid: Group) -> None:
    names = [part.name for part in measure.threshold_matters_little(grid)]
    assert names == ["0.0 - 0.2", "0.4 - 0.2", "0.6 - 0.2"]
    assert len(measure.small_overlap(grid)) == 6
    assert {part.verdict for part in measure.small_overlap(grid)} <= {
        "holds", "does not hold", "not decided",
    }  # fmt: skip


def test_tables_have_a_row_for_each_claim_and_leave_foreign_ones_out(grid: Group) -> None:
    overview, parts = claim_tables([grid])
    about = [claim.text for claim in CLAIMS if claim.only in (None, "trec")]
    assert [row[0] for row in overview.rows] == about
    assert {row[1] for row in overview.rows} == {"trec"}
    beats = next(row for row in overview.rows if "all data" in str(row[0]))
    assert beats[2] == "0.682 against 0.518"
    assert len(parts.rows) > len(overview.rows)
    assert {row[-1] for row in overview.rows} <= {"holds", "does not hold", "not decided"}


def test_strategies_that_were_not_run_leave_claims_open(tmp_path: Path, groups_of: Groups) -> None:
    write_run(tmp_path, Job("margin"))
    (group,) = groups_of(tmp_path)
    overview, parts = claim_tables([group])
    assert {row[-1] for row in overview.rows} == {"not decided"}
    assert all("no runs" in str(row[5]) for row in overview.rows)
    assert {row[5] for row in parts.rows} == {None}

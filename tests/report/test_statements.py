"""The paper's other statements on worlds in which the answer is known."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cartolearn.report.claims import binary, statements
from cartolearn.report.claims.verdict import Part, Verdict, all_of, larger_than
from cartolearn.report.groups import Group
from cartolearn.runs.run import Run
from cartolearn.statistics.intervals import Estimate
from tests.report.folders import Job, write_run


def verdict_of(parts: list[Part]) -> Verdict:
    return all_of(part.verdict for part in parts)


def value(part: Part) -> float:
    assert part.value is not None
    return part.value.value


def test_larger_than_a_bound() -> None:
    assert larger_than(Estimate(0.5, 0.4, 0.6, 5), 0.39) == "holds"
    assert larger_than(Estimate(0.5, 0.4, 0.6, 5), 0.6) == "does not hold"
    assert larger_than(Estimate(0.5, 0.4, 0.6, 5), 0.5) == "not decided"
    assert larger_than(Estimate(0.5, 0.4, 0.6, 4), 0.1) == "not decided"


@pytest.mark.parametrize(
    ("lift", "verdict"), [(0.0, "holds"), (0.3, "holds"), (-0.3, "does not hold")]
)
def test_competitive_is_at_most_one_point_less(
    tmp_path: Path, groups_of: Callable[[Path], list[Group]], lift: float, verdict: Verdict
) -> None:
    for name in ("cal", "least_confidence", "entropy"):
        for seed in range(5):
            own = lift if name == "cal" else 0.0
            write_run(tmp_path, Job(name, seed, rounds=6, lift=own))
    (group,) = groups_of(tmp_path)
    assert verdict_of(statements.competitive(group)) == verdict


def test_levels_are_judged_within_two_points(grid: Group) -> None:
    full = sum(run.accuracy for run in grid.full.values()) / 5
    near, far, absent = statements.final_levels(
        grid, {"all data": full + 0.01, "cal": 0.9, "margin": 0.5}
    )
    assert near.verdict == "holds"
    assert value(near) == pytest.approx(-0.01)
    assert far.verdict == "does not hold"
    assert (absent.value, absent.verdict) == (None, "not decided")


def test_distances_to_random_against_a_loop(grid: Group) -> None:
    (part, _) = statements.like_random(grid)
    gaps = []
    for seed in range(5):
        curves = {
            n: grid.runs[n][seed].batch_statistics for n in ("random", "cal", "least_confidence")
        }
        far = {
            name: np.mean([abs(a - b) for x, y in zip(curve, curves["random"], strict=True)
                           for a, b in zip(x, y, strict=True)])
            for name, curve in curves.items()
        }  # fmt: skip
        gaps.append(far["least_confidence"] - far["cal"])
    assert value(part) == pytest.approx(np.mean(gaps))


def test_a_seed_without_a_run_of_random_is_left_out(grid: Group) -> None:
    fewer = {seed: run for seed, run in grid.runs["random"].items() if seed != 2}
    without = replace(grid, runs={**grid.runs, "random": fewer})
    four = {name: {s: r for s, r in runs.items() if s != 2} for name, runs in grid.runs.items()}
    as_if = replace(grid, runs=four)
    assert statements.like_random(without) == statements.like_random(as_if)
    assert binary.follows_the_classifier(without) == binary.follows_the_classifier(as_if)
    nobody = replace(grid, runs={name: r for name, r in grid.runs.items() if name != "random"})
    assert {part.verdict for part in statements.like_random(nobody)} == {"not decided"}
    assert {part.verdict for part in binary.follows_the_classifier(nobody)} == {"not decided"}


def test_shares_of_the_full_maps_by_hand(grid: Group) -> None:
    from cartolearn.cartography.data_map import DataMap

    easy, hard, there = [], [], []
    for run in grid.full.values():
        m = DataMap.load(run.map_path)
        rows = list(zip(m.confidence, m.correctness, strict=True))
        easy.append(np.mean([c >= 0.7 and r >= 0.8 for c, r in rows]))
        hard.append(np.mean([c <= 0.4 and r <= 0.2 for c, r in rows]))
        there.append(np.mean([r == 0 for _, r in rows]) - np.mean([r == 0.2 for _, r in rows]))
    assert value(statements.mostly_easy(grid)[0]) == pytest.approx(np.mean(easy))
    assert value(statements.often_hard(grid)[0]) == pytest.approx(np.mean(hard))
    assert value(statements.denser_there(grid)[0]) == pytest.approx(np.mean(there))
    assert -0.5 <= value(statements.peak_of_confidence(grid, 0.5)[0]) <= 0.5


def test_a_seed_that_never_has_full_accuracy_counts_with_all_data(grid: Group) -> None:
    (part,) = statements.full_accuracy_at(grid, 0.12, 0.02)
    assert value(part) == pytest.approx(1 - 0.12)  # nobody comes to 0.602


def test_a_classifier_that_gets_better_has_learnt(grid: Group) -> None:
    first, last, gain = binary.cal_learns(grid)
    assert first.value is not None
    assert last.verdict == "holds"
    assert value(last) == pytest.approx(0.25, abs=0.03)
    assert gain.verdict == "holds"
    (level,) = binary.accuracy_level(grid, "cal", 0.8, 0.9)
    assert value(level) == pytest.approx(0.02, abs=0.03)
    assert binary.accuracy_level(grid, "bald", 0.8, 0.9)[0].verdict == "not decided"


def led(run: Run, area: float, lead: float) -> Run:
    """Return a run with that area in every round and that lead over what it had."""
    curve = run.curve | {"accuracy": run.accuracy + lead}
    return replace(run, curve=curve, binary={"cal_binary_auc": np.full(6, area)})


@pytest.mark.parametrize(("slope", "verdict"), [(1.0, "holds"), (-1.0, "does not hold")])
def test_a_lead_that_follows_the_classifier_is_seen(
    grid: Group, slope: float, verdict: Verdict
) -> None:
    labels = list(grid.thresholds.values())
    runs = dict(grid.runs)
    for k, label in enumerate(labels):
        runs[label] = {
            seed: led(run, 0.5 + 0.02 * (5 * k + seed), slope * 0.1 * (5 * k + seed))
            for seed, run in grid.runs[label].items()
        }
    across, _ = binary.follows_the_classifier(replace(grid, runs=runs))
    assert across.verdict == verdict
    assert value(across) == pytest.approx(slope, abs=0.02)


def test_where_the_lead_is_chance_it_seldom_holds() -> None:
    generator = np.random.default_rng(0)
    held = 0
    for _ in range(40):
        estimate = binary.rank_interval(generator.normal(size=(25, 2)))
        held += estimate.low > 0
    assert held <= 4  # 2.5 % is nominal

"""The study of strategies: paired comparisons by hand, the rule of its verdict, a tiny run."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy import stats

from benchmarks.coverage.__main__ import recorded
from benchmarks.coverage.compare import Difference, Run, Study
from benchmarks.coverage.page import p_cells, verdict, write
from benchmarks.coverage.sets import TextSet
from benchmarks.coverage.study import Task, macro_f1, run
from benchmarks.coverage.variants import STRATEGIES, VARIANTS, Variant, tenth_neighbour

SETS = ("trec", "snips", "banking77", "shop", "tweets", "rotten_tomatoes", "germeval2018", "agnews")


def a_run(name: str, seed: int, variant: str, accuracy: list[float]) -> Run:
    labels = [20 * (place + 1) for place in range(len(accuracy))]
    return {
        "set": name, "seed": seed, "variant": variant, "labels": labels,
        "accuracy": accuracy, "macro_f1": accuracy,
    }  # fmt: skip


def study(
    lead: float, seeds: int = 10, sets: tuple[str, ...] = SETS, spread: float = 0.01
) -> Study:
    """Return runs in which coverage is ``lead`` ahead of clustered margin, give or take."""
    random = np.random.default_rng(0)
    runs = []
    for name in sets:
        for seed in range(seeds):
            base = np.sort(random.uniform(0.5, 0.9, 20))
            better = base + lead + spread * random.normal()
            runs.append(a_run(name, seed, "diverse_minibatch", base.tolist()))
            runs.append(a_run(name, seed, "coverage", better.tolist()))
            runs.append(a_run(name, seed, "random", (base - 0.1).tolist()))
    return Study.of(runs)


def test_a_difference_is_that_of_scipys_paired_t_test() -> None:
    a, b = np.random.default_rng(0).normal(size=(2, 7))
    found, expected = Difference.of(a - b), stats.ttest_rel(a, b).confidence_interval()
    assert found.mean - found.half == pytest.approx(expected.low)
    assert found.mean + found.half == pytest.approx(expected.high)
    assert str(Difference.of(np.array([1.25]))) == "+1.2"


@pytest.mark.parametrize("comparisons", [1, 8])
def test_the_detectable_difference_is_found_four_times_of_five(comparisons: int) -> None:
    random = np.random.default_rng(0)
    values = random.normal(size=(4000, 10))
    true = Difference(0.0, 0.0, 10, 1.0).detectable(comparisons)
    p = stats.ttest_1samp(values + true, 0, axis=1).pvalue
    assert np.mean(p < 0.05 / comparisons) == pytest.approx(0.8, abs=0.06)


def test_scores_are_pairs_of_the_seeds_that_both_have() -> None:
    runs = [a_run("trec", 0, "a", [0.1, 0.3, 0.5]), a_run("trec", 0, "b", [0.1, 0.1, 0.1])]
    runs += [a_run("trec", 1, "a", [0.9, 0.9, 0.9]), a_run("snips", 0, "a", [0.2, 0.2, 0.2])]
    found = Study.of(runs)
    assert found.sets("a") == ["trec", "snips"]
    assert found.sets("a", "b") == ["trec"]
    assert found.seeds("trec", "a", "b") == [0]
    assert found.difference("trec", "a", "b").mean == pytest.approx(20)
    assert found.average("a", "b").n == 1
    assert found.ranks(["a", "b"]) == ({"a": 1.0, "b": 2.0}, 1)


def test_the_average_over_given_sets_has_the_error_of_their_means() -> None:
    found = study(0.01)
    each = [found.difference(name, "coverage", "diverse_minibatch") for name in SETS]
    average = found.average("coverage", "diverse_minibatch")
    error = np.sqrt(np.sum([d.sd**2 / 10 for d in each])) / 8
    assert average.mean == pytest.approx(np.mean([d.mean for d in each]))
    assert stats.t.ppf(0.975, 72) * error < average.half < stats.t.ppf(0.975, 9) * error


def test_the_interval_of_the_average_holds_the_truth_as_often_as_it_says() -> None:
    """Eight sets of three seeds, spread unequally: 400 studies without a true difference."""
    random = np.random.default_rng(0)
    spread = np.linspace(0.5, 3, 8)[:, None]
    held = []
    for _ in range(400):
        runs = []
        for name, values in zip(SETS, spread * random.normal(size=(8, 3)), strict=True):
            for seed, value in enumerate(values):
                runs.append(a_run(name, seed, "a", [value / 100]))
                runs.append(a_run(name, seed, "b", [0.0]))
        found = Study.of(runs).average("a", "b")
        held.append(abs(found.mean) <= found.half)
    assert np.mean(held) == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (study(0.02), "the rule is met"),
        (study(0.0001), "reaches 0"),
        (study(-0.03), "Significantly below on trec"),
        (study(0.02, seeds=9), "No verdict"),
        (study(0.02, sets=SETS[:7]), "No verdict"),
        (Study.of([]), "No pair"),
    ],
    ids=["above", "nothing", "below", "few seeds", "few sets", "no runs"],
)
def test_the_verdict_follows_the_rule(found: Study, said: str) -> None:
    assert said in verdict(found)


def test_one_set_significantly_below_keeps_the_default() -> None:
    runs = dict(study(0.05).runs)
    for seed in range(10):
        runs["shop", seed, "coverage"] = a_run("shop", seed, "coverage", [0.1] * 20)
    assert "Significantly below on shop: the default stays" in verdict(Study(runs))


def test_p_values_that_cant_reach_the_level_are_not_shown() -> None:
    assert p_cells(5, 0.0625, 0.5) == ("-", "-")
    assert p_cells(6, 0.03125, 0.25) == ("0.031", "0.250")


def test_the_page_of_part_of_the_runs(tmp_path: Path) -> None:
    write(list(study(0.02, seeds=2, sets=("trec", "shop")).runs.values()), tmp_path / "page.md")
    page = (tmp_path / "page.md").read_text()
    assert "of the 10 planned: the study is not finished" in page
    assert "| shop (new) | 2 |" in page
    assert "No verdict" in page
    assert "nan" not in page
    write([], tmp_path / "empty.md")
    assert "No pair of runs yet" in (tmp_path / "empty.md").read_text()


def test_a_torn_last_line_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "runs.jsonl"
    path.write_text(json.dumps(a_run("trec", 0, "a", [0.5])) + '\n{"set": "tr')
    assert [r["seed"] for r in recorded(path)] == [0]
    assert path.read_text().endswith("}\n")
    assert recorded(tmp_path / "none.jsonl") == []


@pytest.fixture(scope="module")
def task() -> Task:
    random = np.random.default_rng(0)
    gold = random.integers(0, 3, 1300)
    raw = (np.eye(3, 12)[gold] + 0.7 * random.normal(size=(1300, 12))).astype(np.float32)
    return Task.of(TextSet("trec", [""] * 1300, gold, ["a", "b", "c"]), raw, 0)


@pytest.mark.parametrize(
    "variant",
    [STRATEGIES["coverage"], VARIANTS["model change"], VARIANTS["temperature 2"],
     VARIANTS["a tenth random"]],
    ids=str,
)  # fmt: skip
def test_a_run_labels_round_by_round(
    task: Task, variant: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.coverage.study.ROUNDS", 3)
    torch.set_num_threads(1)
    found = run(task, variant)
    assert found["labels"] == [20, 40, 60]
    assert len(set(found["picks"])) == 60
    assert found["accuracy"][-1] > 0.6
    assert {k: v for k, v in run(task, variant).items() if k != "seconds"} == {
        k: v for k, v in found.items() if k != "seconds"
    }


def test_every_variant_can_be_built() -> None:
    for variant in (STRATEGIES | VARIANTS).values():
        assert variant.strategy(torch.randn(20, 4))
        assert variant.first().all_needs <= frozenset()


def test_the_tenth_neighbour_is_that_of_sorted_distances() -> None:
    pool = torch.randn(30, 5)
    unit = pool / pool.norm(dim=1, keepdim=True)
    tenth = [sorted(1 - float(row @ other) for other in unit)[10] for row in unit]
    assert tenth_neighbour(pool) == pytest.approx(sorted(tenth)[14], abs=1e-5)
    assert tenth_neighbour(pool[:3]) >= tenth_neighbour(pool[:1].repeat(3, 1)) == 0


def test_macro_f1_is_that_of_scikit_learn() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    gold, predicted = np.random.default_rng(0).integers(0, 4, (2, 50))
    expected = metrics.f1_score(gold, predicted, average="macro")
    assert macro_f1(predicted, gold) == pytest.approx(expected)

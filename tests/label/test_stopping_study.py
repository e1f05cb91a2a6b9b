"""The study of stop advice: a small simulated project, verdicts by hand, the table of it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.labelling.projects import Run, simulate
from benchmarks.labelling.stopping import RULES, flat_from, gain, judge
from benchmarks.labelling.tables import stopping
from benchmarks.labelling.vectors import Vectors
from cartolearn.data.dataset import Dataset
from cartolearn.embeddings.wordllama import WordLlama


def a_run(accuracy: list[float], ahead: list[float], tests: int = 2000) -> Run:
    """Return a project with these accuracies, and those after 100 further labels."""
    places = (np.arange(tests) + 0.5) / tests
    right = np.array([places < value for value in accuracy])
    after = np.array([[places < value] * 2 for value in ahead])
    sizes = 50 * np.arange(1, len(accuracy) + 1)
    return Run(
        sizes=sizes,
        right=right,
        ahead=after,
        said=np.tile(np.arange(500, dtype=np.int16) % 3, (len(sizes), 1)),
        entropy=np.full(len(sizes), 0.5),
        believed=np.full((len(sizes), 500), 0.03, dtype=np.float16),
        forecast=np.full(len(sizes), np.nan),
        gold=np.arange(500) % 3,
        classes=3,
    )


def test_vectors_are_those_of_distinct_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["one bug", "two bugs", "one bug", "how many?"]
    labels, ids = np.array([0, 0, 0, 1]), np.arange(4)
    whole = Dataset("toy", texts, labels, ("bug", "question"), ids, ids[:0])
    pieces = WordLlama(max_tokens=20)
    monkeypatch.setattr("benchmarks.labelling.vectors.load", lambda _: whole)
    monkeypatch.setattr("benchmarks.labelling.vectors.SentenceEncoder", lambda *_, **__: pieces)
    found = Vectors.of("toy", tmp_path)
    assert (found.gold.tolist(), found.classes) == ([0, 0, 1], 2)
    np.testing.assert_allclose(found.rows, pieces.embed(whole).features[[0, 1, 3]], atol=1e-6)


def test_a_project_is_simulated_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.labelling.projects.TEST", 300)
    random = np.random.default_rng(0)
    gold = random.integers(0, 3, 900)
    rows = (np.eye(3, 8)[gold] + 0.6 * random.normal(size=(900, 8))).astype(np.float32)
    run = simulate(Vectors("toy", rows, gold, 3), 0, forecasts=True)
    assert run.sizes.tolist() == [50, 100, 150, 200, 250]
    assert run.right.shape == (5, 300)
    assert run.ahead.shape == (5, 2, 300)
    assert run.right.mean() > 0.6
    assert np.isnan(run.believed[:3]).all()
    assert np.isfinite(run.believed[3:]).all()
    assert np.flatnonzero(np.isfinite(run.forecast)).tolist() == [3]
    run.save(tmp_path / "toy-0.npz")
    again = Run.load(tmp_path / "toy-0.npz")
    for name, value in vars(run).items():
        np.testing.assert_array_equal(getattr(again, name), value)


def test_the_gain_is_the_mean_of_three_trainings() -> None:
    run = a_run([0.5, 0.6, 0.7, 0.75], [0.8, 0.8, 0.8, 0.8])
    assert gain(run, 1)[0] == pytest.approx((0.8 + 0.8 + 0.75) / 3 - 0.6)
    assert gain(run, 3)[0] == pytest.approx(0.05)  # the project's own way has ended


@pytest.mark.parametrize(("after", "wrong"), [(0.82, True), (0.803, False), (0.79, False)])
def test_a_stop_is_wrong_where_the_gain_is_above_worth_for_sure(after: float, wrong: bool) -> None:
    run = a_run([0.8] * 6, [after] * 6)
    quiet = replace(run, believed=np.zeros_like(run.believed))
    assert judge(run, RULES["status"])["stop"] is None
    found = judge(quiet, RULES["status"])
    assert (found["stop"], found["wrong"]) == (200, wrong)
    assert judge(run, RULES["classification change"])["stop"] == 200
    assert judge(run, RULES["kappa average"])["stop"] == 200
    assert judge(run, RULES["overall uncertainty"])["stop"] is None


def test_a_curve_is_flat_where_its_power_law_is() -> None:
    sizes = 50 * np.arange(1, 31)
    accuracy = 0.9 - 0.3 * (sizes / 100) ** -0.8
    after = 0.9 - 0.3 * (sizes / 100 + 1) ** -0.8
    run = a_run(accuracy.tolist(), after.tolist(), tests=20_000)
    expected = sizes[np.flatnonzero(after - accuracy < 0.005)[0]]
    assert abs((flat_from(run) or 0) - expected) <= 50
    rising = a_run((0.2 + sizes / 2000).tolist(), after.tolist())
    assert flat_from(rising) is None


def test_the_table_counts_stops() -> None:
    row = {"name": "snips", "labels": 1000, "flat": 300, "rule": "status", "gain": 0.01}
    rows = [
        row | {"seed": 0, "stop": 450, "wrong": False},
        row | {"seed": 1, "stop": 550, "wrong": True, "gain": 0.02},
        row | {"seed": 2, "stop": None, "gain": None, "wrong": None},
        row | {"seed": 3, "stop": 200, "wrong": False, "flat": 900, "gain": 0.0},
    ]
    text = stopping(rows)
    found = "| status | 4 | 3 | 1 | 33.3% (0.8% to 90.6%) | +1.00 | 3 | 1 | 1 |"
    assert found in text
    assert "| snips | judged | 4 | 3 |" in text

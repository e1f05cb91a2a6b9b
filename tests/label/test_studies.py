"""The tables of the studies say what their rows say."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.labelling.intervals import before
from benchmarks.labelling.intervals import main as simulated
from benchmarks.labelling.model_tables import models, needed, peers
from benchmarks.labelling.rows import mean_with_interval
from benchmarks.labelling.tables import coverage, intervals, main, strategies, suspects
from benchmarks.labelling.texts import answers
from benchmarks.labelling.vectors import Vectors
from cartolearn.label.measuring.reliability import Reliability


def test_the_share_that_was_held_is_counted() -> None:
    said = {"low": 0.4, "high": 0.6, "accuracy": 0.5}
    wide = {"low": 0.3, "high": 0.605, "accuracy": 0.5}
    rows = [
        {"name": "trec", "wrong": 0.2, "measured_on": 40, "asked_again": 16, "truth": truth}
        | {"truth_as_given": 0.5, "repeats": wide, "told": said, "nothing": said}
        for truth in (0.39, 0.4, 0.5, 0.6, 0.61)
    ]
    text = coverage(rows)
    again, told, nothing, given = (x for x in text.splitlines() if x.startswith("| trec"))
    assert "| what was asked again | true | 4 of 5 |" in again
    assert "| the share, told | true | 3 of 5 | 60% (15% to 95%) |" in told
    assert "| nothing | true | 3 of 5 |" in nothing
    assert given == (
        "| trec | 20% | nothing | as given | 5 of 5 | 100% (48% to 100%) | +0.0 (+0.0 to +0.0) |"
        " 20 |"
    )
    assert "measured on 40 random labels on average" in text
    assert "what 16 texts that were asked again" in text


def test_sections_without_results_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Title\n\n## Strategy\n\nold\n\n## `suspects` against cleanlab\n\nold\n")
    measured = {"ours": 0.5, "cleanlab, one head": 0.4, "cleanlab, mean of heads": 0.45}
    row = {"name": "trec", "wrong": 0.05, "seed": 0}
    row |= {f"average precision: {name}": value for name, value in measured.items()}
    (tmp_path / "suspects.jsonl").write_text(json.dumps(row))
    monkeypatch.setattr(sys, "argv", ["tables", str(tmp_path), "--out", str(page)])
    main()
    written = page.read_text()
    assert written.startswith("# Labelling")
    assert "\n\n## Strategy\n\nold\n\n## `suspects` against cleanlab\n" in written
    assert written.count("old") == 1
    assert "| trec | 5% | 1 | 50.0 |" in written


def test_strategies_are_compared_in_pairs_and_half_done_seeds_do_not_count() -> None:
    curves = {("random", 0): 0.5, ("margin", 0): 0.6, ("random", 1): 0.4, ("margin", 1): 0.6}
    rows = [
        {"name": "trec", "embedding": "wordllama", "strategy": s, "seed": seed, "accuracy": [a, a]}
        for (s, seed), a in {**curves, ("random", 2): 0.9}.items()
    ]
    text = strategies(rows)
    assert "| trec | wordllama | random | 2 | 45.0 |  |  |" in text
    assert "| trec | wordllama | margin | 2 | 60.0 | +15.0 (" in text


def test_the_model_chosen_is_set_against_the_best_of_each_mean() -> None:
    accepted = {"share": 0.4, "precision": 0.9}
    rows = []
    for chosen, words, encoder in (("words", 0.6, 0.8), ("encoder", 0.7, 0.9)):
        measured = [
            {"name": name, "true_accuracy": value, "error_uncalibrated": 0.1}
            | {"error_calibrated": 0.04, "accepted at 0.95": accepted}
            for name, value in (("words", words), ("encoder", encoder))
        ]
        rows.append({"name": "trec", "labels": 300, "chosen": chosen, "candidates": measured})
    found = "| trec | 2 | 65.0 | 85.0 | 75.0 | +10.0 | 10.00 | 0.100 | 0.040 | 40% | 90.0% |"
    assert found in models(rows)


def test_labels_needed_lie_between_the_sizes_by_the_logarithm() -> None:
    curve = [(100, 0.5), (400, 0.7), (900, 0.8)]
    assert needed(curve, 0.6) == "200"  # half way from 100 to 400
    assert needed(curve, 0.7) == "400"
    assert needed(curve, 0.4) == "at most 100"
    assert needed(curve, 0.81) == "over 900"


def test_peers_are_set_beside_the_tool() -> None:
    row = {"name": "trec", "seed": 0, "seconds": None}
    rows = [
        row | {"peer": "the tool", "accuracy": 0.8, "seconds": 9.0},
        row
        | {"peer": "tf-idf", "accuracy": 0.7, "seconds": 0.5, "curve": [(100, 0.6), (400, 0.9)]},
        row | {"peer": "both", "accuracy": 0.85},
        row | {"peer": "model2vec", "accuracy": 0.9},
    ]
    text = peers(rows)
    assert "| trec | 1 | 80.0 | 70.0 | 85.0 | 90.0 | +5.0 |" in text
    assert "| trec | 9.00 | 0.50 | - | - | 252 | - | - |" in text
    assert "fine-tuned" not in text


def test_the_fine_tuned_encoder_is_set_beside_setfits() -> None:
    shares = {"fine-tuned": (0.9, 0.92, 0.94), "SetFit": (0.89, 0.9, 0.91)}
    seconds = {"fine-tuned": 20.0, "SetFit": 150.0}
    tool = {"name": "trec", "seed": 0, "peer": "the tool", "accuracy": 0.8, "seconds": None}
    rows = [tool, tool | {"peer": "both"}] + [
        {"name": "trec", "seed": n, "peer": peer, "accuracy": share, "seconds": seconds[peer]}
        for peer, of_seeds in shares.items()
        for n, share in enumerate(of_seeds)
    ]
    text = peers(rows[:-1])  # seed 2 has no SetFit
    assert "| trec | 2 | 91.0 | 89.5 | +1.5 (-4.9 to +7.9) | - | - | 20 | 150 | 1/7.5 |" in text
    # differences 1, 2, 3: mean 2, half width 2.484
    interval = "+2.0 (-0.5 to +4.5)"
    assert f"| trec | 3 | 92.0 | 90.0 | {interval} | - | - | 20 | 150 | 1/7.5 |" in peers(rows)
    rows += [
        {"name": "trec", "seed": n, "peer": "SetFit, C = 10", "accuracy": share, "seconds": 151.0}
        for n, share in enumerate((0.88, 0.9, 0.92))
    ]
    both = f"| {interval} | 90.0 | +2.0 (+2.0 to +2.0) | 20 | 150 | 1/7.5 |"
    assert f"| trec | 3 | 92.0 | 90.0 {both}" in peers(rows)


def test_suspects_are_set_against_cleanlab() -> None:
    measured = {"ours": 0.5, "cleanlab, one head": 0.4, "cleanlab, mean of heads": 0.45}
    values = {f"average precision: {name}": value for name, value in measured.items()}
    text = suspects([{"name": "trec", "wrong": 0.05, "seed": 0, **values}])
    assert "| trec | 5% | 1 | 50.0 | 40.0 | 45.0 | +10.0 | +5.0 |" in text


def test_students_interval() -> None:
    # mean 2, standard deviation 1, t(2; 0.975) = 4.3027, half width 4.3027 / sqrt(3) = 2.484
    assert mean_with_interval([1, 2, 3]) == "+2.0 (-0.5 to +4.5)"
    assert mean_with_interval([1]) == "+1.0"


@pytest.mark.parametrize("wrong", [0.0, 0.3])
def test_wrong_answers_are_drawn_from_the_other_classes(wrong: float) -> None:
    gold = np.arange(3000) % 3
    given = answers(gold, 3, wrong, seed=0)
    assert abs(np.mean(given != gold) - wrong) < 0.03
    assert set(given.tolist()) == {0, 1, 2}


def test_intervals_are_set_beside_those_of_before() -> None:
    row = {"name": "trec", "wrong": 0.05, "before": [0.4, 0.8], "now": [0.5, 0.8]}
    text = intervals([row | {"truth": truth} for truth in (0.45, 0.5, 0.6, 0.8)])
    assert "| trec | 5% | 4 | 100.0% | 40.0 | 75.0% | 30.0 | 0.75 | 0.19 |" in text
    assert "at\n0.75 of the width" in text


def test_intervals_are_simulated_and_go_on_where_they_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(0)
    gold = random.integers(0, 3, 6000)
    rows = (np.eye(3, 8)[gold] + 0.7 * random.normal(size=(6000, 8))).astype(np.float32)
    texts = Vectors("toy", rows, gold, 3)
    monkeypatch.setattr(Vectors, "of", lambda *_: texts)
    words = ["toy", "--wrong", "0.1", f"--vectors={tmp_path}", f"--out={tmp_path / 'out.jsonl'}"]
    simulated(["--seeds", "0", "2", *words])
    simulated(["--seeds", "0", "3", *words])
    found = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [row["seed"] for row in found] == [0, 1, 2]
    for row in found:
        assert row["measured_on"] >= 40
        assert row["now"][1] - row["now"][0] < row["before"][1] - row["before"][0]
        assert 0.4 < row["truth"] < 1


@pytest.mark.parametrize(("asked", "differed"), [(0, 0), (16, 0), (16, 3)])
def test_the_interval_of_before_is_wider(asked: int, differed: int) -> None:
    known = Reliability(3, asked, differed)
    for right in (0, 20, 40):
        (low, high), (now_low, now_high) = before(known, right, 40), known.bounds(right, 40, 0.95)
        assert low <= now_low + 1e-6
        assert now_high <= high + 1e-6

"""Figures by class against counts by hand, and what ``status --json`` holds."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cartolearn.label.measuring.accuracy import Evaluation
from cartolearn.label.measuring.by_class import (
    confused_pairs,
    figures_by_class,
    macro_f1,
    macro_f1_interval,
)
from cartolearn.label.measuring.reliability import Reliability
from cartolearn.label.model.chosen import Choice
from cartolearn.label.model.scores import Score
from cartolearn.label.project.folder import Project
from cartolearn.text_models.candidates import WORDS
from tests.label.conftest import run, toy_project

NAMES = ["a", "b", "c", "d"]


def chosen(gold: list[int], said: list[int], weights: list[float]) -> Choice:
    p = np.full((len(gold), 4), 0.1)
    p[np.arange(len(said)), said] = 0.7
    score = Score("words", 0.5, 0.5, 1.0, 0.0, 0.0, 1.0, 0.1)
    ids = np.arange(len(gold))
    of = np.array(weights)
    return Choice([score], WORDS, WORDS, "", ids, np.array(gold), of, of, p, 1.0, 1.0)


def test_precision_and_recall_are_weighted_counts() -> None:
    choice = chosen([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 2, 0], [1, 1, 2, 4, 2, 3])
    few = Evaluation(np.arange(3), np.array([6]), np.ones((1, 3), bool), True, Reliability(4))
    a, b, c, d = figures_by_class(choice, few, NAMES, 0.95)
    assert (a.precision.value, a.recall.value) == pytest.approx((2 / 5, 2 / 4))
    assert (b.precision.value, b.recall.value) == pytest.approx((4 / 6, 4 / 6))
    assert (c.precision.value, c.recall.value) == (0, 0)
    assert math.isnan(d.recall.value)
    assert [x.labels for x in (a, b, c, d)] == [3, 2, 1, 0]
    assert [(p.label, p.taken_for, p.texts, p.labels) for p in confused_pairs(choice, NAMES)] == [
        ("a", "b", 1, 3),
        ("b", "c", 1, 2),
        ("c", "a", 1, 1),
    ]


def test_intervals_come_from_the_random_share_or_say_what_is_missing() -> None:
    gold = np.array([0] * 12 + [1] * 3)
    said = np.array([0] * 9 + [1] * 3 + [1] * 3)
    ones = np.ones(15)
    seen = Evaluation(
        np.arange(15), np.array([15]), (said == gold)[None], True, Reliability(4), said, gold
    )
    choice = chosen(gold.tolist(), said.tolist(), ones.tolist())
    a, b, _, d = figures_by_class(choice, seen, NAMES, 0.95)
    assert a.recall.low == pytest.approx(0.428, abs=1e-3)  # Clopper and Pearson, 9 of 12
    assert a.recall.high == pytest.approx(0.945, abs=1e-3)
    assert a.precision.low is None  # nine are said to be a
    assert a.precision.more == math.ceil(1 / (9.5 / 16))
    assert (b.recall.low, b.recall.more) == (None, math.ceil(7 / (3.5 / 16)))
    assert d.recall.more == math.ceil(10 / (0.5 / 16))


def test_macro_f1_has_an_interval_or_says_what_is_missing() -> None:
    gold = np.array([0] * 12 + [1] * 3)
    said = np.array([0] * 9 + [1] * 6)
    choice = chosen(gold.tolist(), said.tolist(), [1.0] * 15)
    seen = Evaluation(
        np.arange(15), np.array([15]), (said == gold)[None], True, Reliability(4), said, gold
    )
    few = macro_f1(choice, seen, 0.95)
    assert (few.value, few.low, few.more) == (0.5, None, math.ceil(7 / (3.5 / 16)))
    none = macro_f1(choice, replace(seen, at_random=False), 0.95)
    assert none.more == math.ceil(10 / (3.5 / 16))
    enough = macro_f1(
        chosen([0] * 12 + [1] * 12, [0] * 24, [1.0] * 24),
        replace(seen, gold=np.repeat([0, 1], 12), said=np.zeros(24, dtype=np.int64)),
        0.95,
    )
    assert enough.low is not None
    assert enough.high is not None
    assert enough.low < 1 / 3 < enough.high  # F1 of the first class 2/3, of the second 0


def test_the_interval_of_macro_f1_holds() -> None:
    random, classes = np.random.default_rng(0), np.arange(3)
    confusion = np.array([[0.35, 0.1, 0.05], [0.05, 0.2, 0.05], [0.02, 0.03, 0.15]])
    f1 = 2 * np.diag(confusion) / (confusion.sum(axis=0) + confusion.sum(axis=1))
    held = 0
    for _ in range(300):
        cells = random.choice(9, 120, p=confusion.ravel())
        low, high = macro_f1_interval(cells // 3, cells % 3, classes, 0.95)
        held += low <= f1.mean() <= high
    assert held / 300 >= 0.92


def test_json_holds_what_status_says(
    tmp_path: Path, gold: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    events = [{"event": "label", "id": i, "label": gold[i]} for i in range(45)]
    project: Project = toy_project(tmp_path / "p", events, more=["labelling.model=words"])
    assert run("status", project.path, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["labels"], told["texts"], told["model"]) == (45, 240, "words")
    assert [score["name"] for score in told["candidates"]][:2] == ["majority", "words"]
    assert told["accuracy"] == told["curve"][-1]
    assert told["against_random"] is None
    assert {figures["name"] for figures in told["by_class"]} == {"bug", "feature", "question"}
    assert [accepted["precision"] for accepted in told["acceptable"]] == [0.9, 0.95, 0.99]
    page = (Path(__file__).parents[3] / "docs" / "labelling.md").read_text("utf-8")
    assert [key for key in told if f"`{key}`" not in page] == []
    assert run("status", project.path) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "Predictions come from words: it is pinned" in out
    assert "could be accepted unseen" in out
    empty = toy_project(tmp_path / "empty")
    assert run("status", empty.path, "--json") == 0
    assert json.loads(capsys.readouterr().out)["accuracy"] is None

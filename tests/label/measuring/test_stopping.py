"""Stop, go on, or not enough evidence yet: by hand, at the edges, and in small projects."""

from pathlib import Path

import numpy as np
import pytest

from cartolearn.label.measuring.status import status_of
from cartolearn.label.measuring.stopping import Outlook, advice, believed, look_ahead, outlook
from cartolearn.label.model.chosen import choose
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.folder import Project
from cartolearn.label.project.random_order import random_order
from cartolearn.text_models.calibration import softmax
from tests.label.conftest import toy_project


def test_a_gain_is_believed_where_the_class_changed() -> None:
    now = np.array([[0.7, 0.2, 0.1], [0.4, 0.5, 0.1], [0.2, 0.3, 0.5]])
    before = np.array([[0.5, 0.3, 0.2], [0.6, 0.3, 0.1], [0.5, 0.3, 0.2]])
    assert believed(now, before) == pytest.approx([0.0, 0.1, 0.3])


def test_the_outlook_is_two_fifths_of_what_is_believed() -> None:
    gains = np.array([0.0] * 950 + [0.2] * 50)
    found = outlook(gains, 0.05, 0.005)
    known = np.append(gains, 0.5)
    error = known.std(ddof=1) / np.sqrt(1001)
    assert found.gain == pytest.approx(0.4 * known.mean())
    assert found.high == pytest.approx(0.4 * (known.mean() + 1.645 * error))
    assert found.low == pytest.approx(0.4 * (known.mean() - 1.645 * error))
    assert found.disagreement == 0.05


@pytest.mark.parametrize(
    ("texts", "changed", "verdict", "label"),
    [
        (1000, 200, "go on", 0),
        (1000, 5, "stop", 0),
        (1000, 50, "not enough evidence yet", 50),
        (1000, 0, "stop", 0),
        (60, 0, "not enough evidence yet", 50),
    ],
)
def test_verdicts(texts: int, changed: int, verdict: str, label: int) -> None:
    """Few texts on which nothing changed are not enough to stop."""
    gains = np.where(np.arange(texts) < changed, 0.2, 0.0)
    found = outlook(gains, changed / texts, 0.005)
    assert (found.verdict, found.label) == (verdict, label)


def test_what_is_said() -> None:
    def said(verdict: str, **more: float) -> str:
        return advice(Outlook(verdict, gain=0.012, low=0.006, high=0.02, **more), 0.005)  # type: ignore[arg-type]

    assert said("go on") == "Go on: the next 100 labels would add about 1.2 points (0.6 to 2.0)."
    assert said("stop").endswith("would add 1.2 points (0.6 to 2.0), less than 0.5.")
    assert said("not enough evidence yet", label=50).endswith("label 50 more texts.")
    few = Outlook("not enough evidence yet", label=7, at_random=True)
    assert advice(few, 0.005).endswith("whether to stop: label 7 of the random texts.")
    assert "takes 7 more labels, and 6 texts are left; label all of these" in advice(few, 0.005, 6)
    assert advice(few, 0.005, 0).startswith("Every text has a label")


def project_of(path: Path, gold: list[str], labels: int, at_random: int) -> Project:
    """Return a project with so many labels, the first of the random order and then by id."""
    order = random_order(len(gold), 0)
    aside = set(order[-(len(gold) // 5) :].tolist())
    ids = order[:at_random].tolist()
    ids += [row for row in range(len(gold)) if row not in {*ids, *aside}][: labels - at_random]
    project = toy_project(path, size=len(gold), more=["labelling.set_aside=true"])
    picks = [{"id": row, "how": "random"} for row in order[:at_random].tolist()]
    project.record([{"event": "batch", "picks": picks}])
    project.record({"event": "label", "id": row, "label": gold[row]} for row in ids)
    return project


def test_models_of_now_and_of_100_labels_ago_are_compared(tmp_path: Path) -> None:
    gold = [("bug", "feature", "question")[i % 3] for i in range(600)]
    project = project_of(tmp_path / "p", gold, 300, 30)
    features, state = ProjectFeatures.of(project), project.state()
    choice = choose(features, state)
    found = look_ahead(features, state, choice)
    aside = random_order(600, 0)[-120:]
    texts = choice.labelled(features, state, np.sort(aside))
    ask = np.arange(300, 420)
    p = [
        softmax(texts.logits(choice.quick, np.arange(n), ask), choice.quick_temperature)
        for n in (300, 250, 200, 150, 100)
    ]
    gains = np.mean([believed(p[0], p[2]), believed(p[1], p[3]), believed(p[2], p[4])], axis=0)
    changed = float((p[0].argmax(1) != p[2].argmax(1)).mean())
    assert found == outlook(gains, changed, 0.005)
    assert found.verdict != "go on"  # the words give the classes away


@pytest.mark.parametrize(
    ("labels", "at_random", "label", "random"), [(150, 30, 50, False), (250, 12, 8, True)]
)
def test_what_evidence_is_missing(
    tmp_path: Path, labels: int, at_random: int, label: int, random: bool
) -> None:
    gold = [("bug", "feature", "question")[i % 3] for i in range(600)]
    project = project_of(tmp_path / "p", gold, labels, at_random)
    found = status_of(ProjectFeatures.of(project), project.state(), compared=False).outlook
    assert found == Outlook("not enough evidence yet", label=label, at_random=random)

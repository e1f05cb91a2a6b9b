"""What labels cost: hours, half the interval, an answer, the next point, labels saved."""

from collections.abc import Callable

import numpy as np
import pytest

from cartolearn.label.measuring.accuracy import Evaluation
from cartolearn.label.measuring.against_random import Comparison, comparison_of
from cartolearn.label.measuring.costs import costs_of, texts_that_halve, texts_that_tell
from cartolearn.label.measuring.reliability import Reliability
from cartolearn.label.measuring.stopping import Outlook
from cartolearn.label.measuring.words import _costs
from cartolearn.label.project.folder import Project
from cartolearn.label.project.state import State
from tests.label.conftest import run


def seen_of(right: int, of: int, reliability: Reliability) -> Evaluation:
    correct = (np.arange(of) < right)[None]
    return Evaluation(np.arange(of), np.array([of]), correct, True, reliability)


@pytest.mark.parametrize("reliability", [Reliability(3), Reliability(3, 20, 4)])
def test_so_many_more_texts_halve_the_interval(reliability: Reliability) -> None:
    seen = seen_of(40, 60, reliability)
    more = texts_that_halve(seen, 0.95)
    assert more is not None
    times = 1 + more / 60
    assert 3 < times < 6
    low, high = reliability.bounds(40, 60, 0.95)
    then = reliability.with_more(times).bounds(40 * times, 60 * times, 0.95)
    assert then[1] - then[0] == pytest.approx((high - low) / 2, rel=0.05)


def test_who_knows_nothing_of_wrong_labels_is_told_no_number() -> None:
    assert texts_that_halve(seen_of(20, 40, Reliability(2, 20, 11)), 0.95) is None


def test_so_many_more_texts_tell_the_strategy_from_random() -> None:
    assert texts_that_tell(Comparison(45, 0.05, -0.05, 0.15), 50) == 150
    assert texts_that_tell(Comparison(45, 0.0, -0.1, 0.1), 50) is None
    assert texts_that_tell(Comparison(45, 0.001, -0.1, 0.1), 50) is None
    assert texts_that_tell(Comparison(45, 0.1, 0.02, 0.18), 50) is None
    assert texts_that_tell(None, 50) is None


def gains_of(ahead: float, doubling: float, texts: int, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    share = np.array([ahead, doubling])
    return (random.random((texts, 2)) < share).astype(np.float64)


def test_labels_saved_follow_from_what_doubling_brings() -> None:
    """Ahead by as much as doubling brings: 100 more random labels do the same."""
    found = comparison_of(gains_of(0.1, 0.1, 40_000), 100, 0.95)
    assert found.verdict == "ahead"
    assert found.saved == pytest.approx(100, abs=8)
    assert found.saved_low is not None
    assert found.saved_high is not None
    assert found.saved_low < 100 < found.saved_high
    behind = comparison_of(gains_of(0.1, 0.1, 40_000) * [-1, 1], 100, 0.95)
    assert behind.saved == pytest.approx(-50, abs=3)
    flat = comparison_of(gains_of(0.1, 0.0, 4000), 100, 0.95)
    assert (flat.saved, flat.saved_low, flat.saved_high) == (None, None, None)
    assert comparison_of(gains_of(0.0, 0.1, 400), 100, 0.95).saved is None


def test_the_interval_of_labels_saved_holds() -> None:
    held = told = 0
    for seed in range(200):
        found = comparison_of(gains_of(0.2, 0.1, 300, seed), 100, 0.95)
        if found.verdict == "ahead" and found.saved_low is not None:
            told += 1
            held += found.saved_low <= 300 <= (found.saved_high or np.inf)
    assert told > 150
    assert held / told >= 0.92


def test_costs_in_labels_and_time() -> None:
    state = State(["a", "b"], seconds=dict.fromkeys(range(10), 36.0))
    ahead = Outlook("go on", 100, gain=0.005, low=0.0, high=0.02)
    costs = costs_of(state, None, ahead, None, 0.95, 800)
    assert costs.point == pytest.approx(200)
    assert costs.point_low == pytest.approx(50)
    assert costs.point_high is None
    assert costs.time(costs.point) == pytest.approx(2 * 3600)
    assert costs.time(None) is None
    few = costs_of(State(["a"], seconds={0: 3.0}), None, Outlook("stop"), None, 0.95, 800)
    assert (few.timed, few.seconds, few.point, few.time(9)) == (1, None, None, None)


def test_seconds_are_kept_and_a_log_without_them_opens(project: Project) -> None:
    label = {"event": "label", "label": "bug"}
    project.record([{**label, "id": 1, "seconds": 4.5}, {**label, "id": 2}])
    assert project.state().seconds == {1: 4.5}


@pytest.mark.parametrize("seconds", ["4", True, -1, 1e9, None])
def test_seconds_that_are_none_are_refused(
    project: Project, seconds: object, caplog: pytest.LogCaptureFixture
) -> None:
    project.record([{"event": "label", "id": 1, "label": "bug", "seconds": seconds}])
    assert not project.state().labels
    assert "the seconds it took" in caplog.text


def test_label_studio_tells_how_long_an_answer_took(
    project: Project, write_tasks: Callable[[Project], object]
) -> None:
    path = write_tasks(project)
    assert run("add", project.path, path) == 0
    assert project.state().seconds == {0: 7.3}


@pytest.fixture
def write_tasks() -> Callable[[Project], object]:
    """Write an export of Label Studio: one answer timed, one too long, one of two people."""
    import json

    def write(project: Project) -> object:
        def task(row: int, *took: float) -> dict[str, object]:
            result = [{"type": "choices", "from_name": "label", "value": {"choices": ["bug"]}}]
            made = [
                {"completed_by": {"email": f"p{n}"}, "result": result, "lead_time": one}
                for n, one in enumerate(took)
            ]
            data = {"text_id": str(row), "text": project.texts[row]}
            return {"id": row + 7, "data": data, "annotations": made}

        path = project.path / "tasks.json"
        path.write_text(json.dumps([task(0, 7.31), task(1, 4000.0), task(2, 3.0, 4.0)]))
        return path

    return write


def test_no_more_is_asked_for_than_there_is() -> None:
    seen = seen_of(40, 60, Reliability(3))
    costs = costs_of(State(["a", "b"]), seen, Outlook("go on", gain=0.001), None, 0.95, 100)
    assert costs.halve is not None
    assert costs.halve > 100
    assert costs.narrowed == pytest.approx((60 / 160) ** 0.5, abs=0.03)
    said = " ".join(map(str, _costs(costs, None)))
    assert "more than this file can give: it has 100 texts left, which make it 6" in said
    assert said.count("more than this file can give") == 2
    enough = costs_of(State(["a", "b"]), seen, Outlook("go on", gain=0.001), None, 0.95, 5000)
    assert "this file" not in " ".join(map(str, _costs(enough, None)))

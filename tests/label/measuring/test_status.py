from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cartolearn.label.choosing.batch import next_batch
from cartolearn.label.measuring.accuracy import Evaluation, checkpoints, evaluate
from cartolearn.label.measuring.against_random import Comparison, compare
from cartolearn.label.measuring.forecast import forecast
from cartolearn.label.measuring.reliability import Reliability
from cartolearn.label.measuring.status import status_of
from cartolearn.label.model.chosen import choose, train
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.folder import Project
from tests.label.conftest import run, toy_project


def curve(sizes: list[int], errors: list[float], texts: int = 400) -> Evaluation:
    random = np.random.default_rng(0).uniform(size=texts)
    correct = np.array([random >= error for error in errors])
    return Evaluation(np.arange(texts), np.array(sizes), correct, True, Reliability(6))


def label_batches(project: Project, gold: list[str], batches: int, n: int = 20) -> ProjectFeatures:
    features = ProjectFeatures.of(project)
    for _ in range(batches):
        picks = next_batch(features, n)
        project.record([{"event": p.event, "id": p.id, "label": gold[p.id]} for p in picks])
    return features


def test_an_accuracy_freed_of_wrong_labels_comes_with_its_interval_and_forecast() -> None:
    given = curve([50, 100, 200], [0.5, 0.4, 0.3])
    freed = replace(given, reliability=Reliability(6, told=0.2))
    assert np.all(freed.accuracy > given.accuracy)
    assert np.allclose(freed.accuracy, (given.accuracy - 0.04) / 0.76)
    assert np.allclose(freed.bounds(0.95), (given.bounds(0.95) - 0.04) / 0.76)
    ahead, as_given = forecast(freed, 100, 0.95), forecast(given, 100, 0.95)
    assert ahead
    assert as_given
    assert ahead.accuracy > as_given.accuracy + 0.1


def test_what_was_asked_again_widens_the_interval_and_the_forecast() -> None:
    given = curve([50, 100, 200], [0.5, 0.4, 0.3])
    sure, unsure = (replace(given, reliability=Reliability(6, r, r // 3)) for r in (3000, 12))
    told = replace(given, reliability=Reliability(6, told=sure.reliability.wrong))
    np.testing.assert_allclose(sure.bounds(0.95), told.bounds(0.95), atol=0.02)
    assert np.all(np.diff(unsure.bounds(0.95)) > np.diff(sure.bounds(0.95)))
    near, far = forecast(sure, 100, 0.95), forecast(unsure, 100, 0.95)
    assert near
    assert far
    assert far.high - far.low > near.high - near.low


def test_checkpoints_rise_to_now() -> None:
    sizes = checkpoints(1000, 50)
    assert (sizes[0], sizes[-1], len(sizes)) == (50, 1000, 6)
    assert np.all(np.diff(sizes) > 0)
    assert checkpoints(10, 50).tolist() == [10]


def test_a_forecast_follows_a_power_law() -> None:
    sizes = [50, 100, 200, 400, 800]
    seen = curve(sizes, [2 * n**-0.5 for n in sizes], texts=20_000)
    found = forecast(seen, 800, 0.95)
    assert found is not None
    floorless = 1 - 2 * 1600**-0.5
    assert found.low < floorless <= found.high + 0.01
    assert found.gain == pytest.approx(found.accuracy - (1 - 2 * 800**-0.5), abs=0.02)


def test_a_flat_curve_is_not_expected_to_rise() -> None:
    found = forecast(curve([50, 100, 200, 400], [0.3] * 4), 500, 0.95)
    assert found is not None
    assert found.gain == pytest.approx(0, abs=1e-6)
    assert found.low < 0.7 < found.high


def test_further_ahead_is_less_sure_and_few_texts_less_than_many() -> None:
    sizes, errors = [50, 100, 200, 400], [0.5, 0.4, 0.33, 0.28]
    near, far = (forecast(curve(sizes, errors), more, 0.95) for more in (100, 5000))
    few = forecast(curve(sizes, errors, texts=30), 100, 0.95)
    assert near
    assert far
    assert few
    assert far.high - far.low > near.high - near.low
    assert few.high - few.low > near.high - near.low


def test_nothing_wrong_and_nothing_right_are_no_trouble() -> None:
    perfect = forecast(curve([50, 100, 200], [0.0] * 3), 100, 0.95)
    hopeless = forecast(curve([50, 100, 200], [1.1] * 3), 100, 0.95)
    assert perfect
    assert hopeless
    assert perfect.accuracy == pytest.approx(1, abs=0.01)
    assert hopeless.accuracy < 0.6
    assert forecast(curve([50, 100], [0.3, 0.2]), 100, 0.95) is None


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.01, 0.1, "ahead"), (-0.1, -0.01, "behind"), (-0.1, 0.1, "undecided"), (0, 0, "undecided")],
)
def test_verdicts(low: float, high: float, verdict: str) -> None:
    assert Comparison(10, (low + high) / 2, low, high).verdict == verdict


def test_the_accuracy_comes_from_the_random_share(project: Project, gold: list[str]) -> None:
    features = label_batches(project, gold, 5)
    state = project.state()
    choice = choose(features, state)
    seen = evaluate(features, state, np.array([40, 100]), choice)
    assert seen.at_random
    assert set(seen.ids) == set(state.random_ids(240, 0))
    assert len(seen.ids) >= 10
    again = evaluate(features, state, np.array([40, 100]), choose(features, state))
    assert np.array_equal(seen.correct, again.correct)


def test_no_label_helps_to_predict_itself(tmp_path: Path, gold: list[str]) -> None:
    """With labels that mean nothing, whoever sees the answers is right; we must not be."""
    random = np.random.default_rng(0)
    nonsense = [str(random.choice(["bug", "feature", "question"])) for _ in gold]
    events = [{"event": "label", "id": i, "label": nonsense[i]} for i in range(240)]
    project = toy_project(tmp_path / "p", events)
    features = ProjectFeatures.of(project)
    choice = choose(features, project.state())
    seen = evaluate(features, project.state(), np.array([240]), choice)
    assert not seen.at_random
    assert seen.accuracy[0] < 0.5
    trained = train(features, project.state(), choice)
    told = np.mean(np.array(trained.predict(project.texts).labels) == nonsense)
    assert told > seen.accuracy[0] + 0.1


def test_the_estimate_is_near_the_truth(project: Project, gold: list[str]) -> None:
    features = label_batches(project, gold, 5)
    found = status_of(features, project.state())
    point = found.curve[-1]
    assert found.labels == 96 == point.labels
    assert (found.reliability.asked, found.changed_minds) == (4, [])
    assert found.method.startswith("cross-validated on the random share")
    state = project.state()
    assert found.choice
    rest = np.setdiff1d(np.arange(240), state.ids)
    said = train(features, state, found.choice).predict([project.texts[i] for i in rest]).labels
    truth = np.mean([label == gold[i] for label, i in zip(said, rest, strict=True)])
    assert point.low <= truth <= point.high
    assert [ahead.more for ahead in found.forecasts] == [100, 144]  # all that are left
    assert found.counts == {name: sum(gold[i] == name for i in state.ids) for name in found.counts}


def test_a_strategy_is_compared_with_as_many_random_labels(
    project: Project, gold: list[str]
) -> None:
    features = label_batches(Project.open(project.path, ["labelling.random_share=0.4"]), gold, 4)
    found = compare(features, project.state())
    assert found is not None
    assert found.labels == round(2 / 3 * len(project.state().random_ids(240, 0)))
    assert found.low <= found.difference <= found.high
    label_batches(project, gold, 1)


def test_status_on_the_terminal(
    project: Project, gold: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("status", project.path) == 0
    assert "No accuracy yet" in capsys.readouterr().out
    label_batches(project, gold, 2)
    assert run("status", project.path) == 0
    out = " ".join(capsys.readouterr().out.split())
    for words in ("39 of 240 texts", "harder than most", "+100 (forecast)", "Too few random"):
        assert words in out

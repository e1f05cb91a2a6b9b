"""What CAL and DAL tell of their binary classifier, against the classifier asked by hand."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from cartolearn.models.binary import BinarySettings, probability_of_one
from cartolearn.statistics.binary import binary_quality
from cartolearn.strategies.base import Strategy
from cartolearn.strategies.cal import CAL, high_correctness
from cartolearn.strategies.choose.stochastic import Power
from cartolearn.strategies.dal import DAL
from cartolearn.strategies.hybrid import Hybrid
from cartolearn.testing.scene import scene

SETTINGS = BinarySettings(hidden_size=5, max_epochs=3, batch_size=8, learning_rate=0.01)
FOLDED = replace(SETTINGS, folds=4)


def told(strategy: Strategy) -> tuple[dict[str, float], list[int]]:
    measured: dict[str, float] = {}
    seen = replace(scene(n_pool=30, n_labelled=20).seen(), tell=measured.update)
    query = strategy.select(seen, 6, torch.Generator().manual_seed(0))
    return measured, query.ids.tolist()


def test_cal_tells_how_its_training_rows_are_told_apart() -> None:
    seen = scene(n_pool=30, n_labelled=20).seen()
    truth = high_correctness(seen.data_map, 0.2)
    generator = torch.Generator().manual_seed(0)
    x, y = seen.labelled_representations, torch.from_numpy(truth).long()
    p = probability_of_one(SETTINGS.fit(x, y, generator), x)
    wanted = binary_quality(p.numpy(), truth)
    measured, _ = told(CAL(classifier=SETTINGS))
    assert measured == {f"cal_binary_{key}": pytest.approx(v) for key, v in wanted.items()}


def test_dal_tells_how_labelled_and_pool_are_told_apart() -> None:
    measured, _ = told(DAL(classifier=SETTINGS))
    assert measured["dal_binary_majority"] == 30 / 50
    assert 0 <= measured["dal_binary_accuracy"] <= 1


@pytest.mark.parametrize("kind", [CAL, DAL])
def test_cross_validation_changes_no_pick(kind: type[CAL] | type[DAL]) -> None:
    plain, picks = told(kind(classifier=SETTINGS, choose=Power()))
    folded, same = told(kind(classifier=FOLDED, choose=Power()))
    assert picks == same
    assert plain.items() <= folded.items()
    name = kind.__name__.lower()
    assert {key.removeprefix(f"{name}_binary_cv_") for key in folded.keys() - plain.keys()} == {
        "accuracy", "balanced_accuracy", "auc",
    }  # fmt: skip


def test_nobody_is_asked_about_rows_it_has_learnt() -> None:
    """Labels that are noise are learnt by heart, and are a coin to those who have not seen them."""
    x = torch.randn(200, 20, generator=torch.Generator().manual_seed(1))
    y = (torch.rand(200, generator=torch.Generator().manual_seed(2)) < 0.5).long()
    settings = BinarySettings(hidden_size=100, max_epochs=60, learning_rate=0.01, folds=5)
    generator = torch.Generator().manual_seed(0)
    learnt = probability_of_one(settings.fit(x, y, generator), x)
    held_out = settings.held_out(x, y, generator)
    truth = (y == 1).numpy()
    assert binary_quality(learnt.numpy(), truth)["accuracy"] > 0.95
    assert 0.35 < binary_quality(held_out.numpy(), truth)["accuracy"] < 0.65


def test_a_class_of_one_instance_is_asked_about_all_the_same() -> None:
    x, y = torch.randn(9, 3), torch.zeros(9, dtype=torch.int64)
    y[4] = 1
    p = replace(SETTINGS, folds=3).held_out(x, y, torch.Generator().manual_seed(0))
    assert bool(torch.isfinite(p).all())


def test_a_hybrid_tells_of_both() -> None:
    parts: dict[str, Strategy] = {
        "cal": CAL(classifier=SETTINGS),
        "dal": DAL(classifier=SETTINGS),
    }
    measured, _ = told(Hybrid(parts=parts, shares={"cal": 0.5, "dal": 0.5}))
    assert {key.partition("_")[0] for key in measured} == {"cal", "dal"}
    assert len(measured) == 8
    assert np.isfinite(list(measured.values())).all()

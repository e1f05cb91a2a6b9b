"""NaN and infinite numbers stop a run and say where; odd but finite ones are defined."""

import dataclasses
import logging
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from cartolearn.cartography.recorder import DataMapRecorder
from cartolearn.data.dataset import Dataset
from cartolearn.errors import InputError
from cartolearn.loop.active_learning import Round, active_learning
from cartolearn.loop.data_warnings import log_data, watched
from cartolearn.models.binary import BinarySettings
from cartolearn.models.learner import Learner
from cartolearn.models.mlp import MLP
from cartolearn.models.training import fit
from cartolearn.strategies.base import Strategy
from cartolearn.strategies.cal import CAL
from cartolearn.strategies.dal import DAL
from cartolearn.strategies.entropy import Entropy
from cartolearn.strategies.random import Random
from tests.toy import toy_dataset, toy_features, toy_learner, toy_loop

SMALL = BinarySettings(hidden_size=8, max_epochs=3, batch_size=8)
SMALL_CAL, SMALL_DAL = CAL(classifier=SMALL), DAL(classifier=SMALL)


def with_features(change: Callable[[torch.Tensor], object], epochs: int = 4) -> Learner:
    learner = toy_learner(max_epochs=epochs)
    assert isinstance(learner.inputs, torch.Tensor)
    features = learner.inputs.clone()
    change(features)
    return dataclasses.replace(learner, inputs=features)


def message_of(learner: Learner, strategy: Strategy) -> str:
    rounds = active_learning(toy_dataset(), learner, strategy, toy_loop())
    with pytest.raises(FloatingPointError) as error:
        list(watched(rounds, 0, toy_dataset()))
    return str(error.value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_features_of_the_seed_set(value: float) -> None:
    seed_set = next(
        iter(active_learning(toy_dataset(), toy_learner(), Random(), toy_loop()))
    ).data_map.ids
    first, second = sorted(int(i) for i in seed_set[[3, 7]])

    def change(features: torch.Tensor) -> None:
        features[[first, second], 2] = value

    message = message_of(with_features(change), Random())
    assert message.startswith("round 0: the training loss is ")
    assert " in epoch 0, since the features of row" in message
    named = {int(word.strip(",")) for word in message.split("row")[-1].split() if word[0].isdigit()}
    assert named
    assert named <= {first, second}


def test_a_batch_that_brings_a_bad_row_names_its_round() -> None:
    rounds = list(active_learning(toy_dataset(), toy_learner(), Random(), toy_loop()))
    assert rounds[1].query is not None
    row = int(rounds[1].query.ids[4])

    def change(features: torch.Tensor) -> None:
        features[row] = float("nan")

    message = message_of(with_features(change), Random())
    assert message.startswith("round 2: the training loss is nan in epoch 0")
    assert message.endswith(f"since the features of row {row} are not finite")


@pytest.mark.parametrize(
    ("strategy", "what"), [(Entropy(), "p(y | x)"), (SMALL_CAL, "Psi(x)"), (SMALL_DAL, "Psi(x)")]
)
def test_features_of_the_pool(strategy: Strategy, what: str) -> None:
    first = next(iter(active_learning(toy_dataset(), toy_learner(), Random(), toy_loop())))
    pool = np.setdiff1d(toy_dataset().train_ids, first.data_map.ids)

    def change(features: torch.Tensor) -> None:
        features[pool[5]] = float("inf")

    message = message_of(with_features(change), strategy)
    assert message == f"round 0: {what} of row {pool[5]} is not finite"


def test_features_of_a_test_row() -> None:
    def change(features: torch.Tensor) -> None:
        features[8] = float("nan")

    message = message_of(with_features(change), Random())
    assert message == "round 0: p(y | x) of row 8 is not finite"


def test_a_loss_that_explodes_names_epoch_and_minibatch() -> None:
    learner = dataclasses.replace(
        toy_learner(max_epochs=50),
        make=partial(MLP, hidden_sizes=(8, 8, 8), learning_rate=1e30),
    )
    message = message_of(learner, Random())
    assert message.endswith("; lower the model's learning_rate")
    assert message.startswith("round 0: ")
    assert " in epoch " in message
    assert "row" in message
    once = dataclasses.replace(
        learner, settings=dataclasses.replace(learner.settings, max_epochs=1, batch_size=1000)
    )
    assert message_of(once, Random()).endswith("in epoch 0; lower the model's learning_rate")


def test_a_gpu_that_is_not_there_is_not_replaced_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    learner = toy_learner()
    asked = dataclasses.replace(learner.settings, device="gpu")
    with pytest.raises(InputError, match=r"trainer\.device=gpu: .* no GPU here"):
        next(iter(active_learning(
            toy_dataset(), dataclasses.replace(learner, settings=asked), Random(), toy_loop()
        )))  # fmt: skip


@pytest.mark.parametrize("kind", [CAL, DAL])
def test_a_binary_classifier_that_explodes_names_epoch_and_minibatch(
    kind: type[CAL] | type[DAL],
) -> None:
    exploding = dataclasses.replace(SMALL, max_epochs=20, learning_rate=1e30)
    learner, done = toy_learner(), list[Round]()
    rounds = active_learning(toy_dataset(), learner, kind(classifier=exploding), toy_loop())
    with pytest.raises(FloatingPointError) as error:
        done.extend(watched(rounds, 0, toy_dataset()))
    shown = re.fullmatch(
        r"round \d: the strategy's binary classifier: the training loss is \w+ in epoch \d+, "
        r"first in a minibatch of rows ([\d, ]+); lower strategy.classifier.learning_rate\?",
        str(error.value),
    )
    assert shown
    rows = {int(row) for row in shown[1].split(", ")}
    assert len(rows) == 8
    assert done[-1].query is not None
    labelled = np.concatenate([done[-1].data_map.ids, done[-1].query.ids])
    assert rows <= set((labelled if kind is CAL else toy_dataset().train_ids).tolist())


def test_weights_that_break_after_the_last_loss_are_seen() -> None:
    dataset, features = toy_dataset(), toy_features(toy_dataset())
    ids = dataset.train_ids[:10]
    x, y = features[ids], torch.from_numpy(dataset.labels[ids])
    classifier = MLP(n_features=6, n_classes=3, labels=y, hidden_sizes=(4,))
    recorder = DataMapRecorder([(x, y)], ids)

    def break_weights(*_: object) -> None:
        classifier.head.weight.data[0, 0] = float("nan")

    classifier.on_train_batch_end = break_weights  # type: ignore[assignment]
    with pytest.raises(FloatingPointError, match=r"rows 1, 2, 3, .* is not finite in epoch 0"):
        fit(classifier, x, y, 1, 20, torch.Generator(), [recorder])


def changed(**fields: object) -> Dataset:
    return dataclasses.replace(toy_dataset(), **fields)  # type: ignore[arg-type]


def run_on(dataset: Dataset, features: torch.Tensor, strategy: Strategy) -> list[float]:
    learner = dataclasses.replace(
        toy_learner(), inputs=features, n_classes=len(dataset.label_names)
    )
    rounds = list(watched(active_learning(dataset, learner, strategy, toy_loop()), 0, dataset))
    assert [r.labelled for r in rounds] == [15, 25, 35, 45]
    return [r.metrics.loss for r in rounds]


@pytest.mark.parametrize("strategy", [Random(), Entropy(), SMALL_CAL])
def test_classes_absent_from_the_labelled_set(
    strategy: Strategy, caplog: pytest.LogCaptureFixture
) -> None:
    labels = toy_dataset().labels
    rare = np.where(np.arange(len(labels)) == len(labels) - 1, 3, labels)
    with caplog.at_level(logging.INFO):
        losses = run_on(
            changed(labels=rare, label_names=("a", "b", "c", "d\x1b")), toy_features(toy_dataset()),
            strategy,
        )  # fmt: skip
    assert np.isfinite(losses).all()
    assert r"no label yet of 1 of 4 classes (d\x1b)" in caplog.text


@pytest.mark.parametrize("strategy", [Random(), Entropy(), SMALL_CAL])
def test_rounds_of_one_class(strategy: Strategy, caplog: pytest.LogCaptureFixture) -> None:
    labels = np.zeros_like(toy_dataset().labels)
    labels[4::40] = 1  # test rows alone
    with caplog.at_level(logging.INFO):
        losses = run_on(changed(labels=labels), toy_features(toy_dataset()), strategy)
    assert np.isfinite(losses).all()
    assert "all labels are of one class (a)" in caplog.text


@pytest.mark.parametrize("strategy", [Entropy(), SMALL_CAL])
def test_a_constant_feature_and_texts_without_any(
    strategy: Strategy, caplog: pytest.LogCaptureFixture
) -> None:
    features = toy_features(toy_dataset())
    features[:, 1] = 2.5
    features[::3] = 0
    assert np.isfinite(run_on(toy_dataset(), features, strategy)).all()
    features[:, 1] = 2.5
    with caplog.at_level(logging.INFO):
        log_data(toy_dataset(), features)
    assert "1 of 6 features are the same in every text" in caplog.text
    caplog.clear()
    log_data(toy_dataset(), toy_features(toy_dataset()))
    assert "the same in every text" not in caplog.text


def test_duplicates_with_different_labels(caplog: pytest.LogCaptureFixture) -> None:
    texts = ["same"] * 120
    data = changed(texts=texts)
    features = torch.ones_like(toy_features(data))
    assert np.isfinite(run_on(data, features, SMALL_CAL)).all()
    with caplog.at_level(logging.INFO):
        log_data(data, features)
    assert "89 duplicate training texts, 1 with several labels" in caplog.text


def test_ten_thousand_classes(tmp_path: Path) -> None:
    classes = 10_000
    data = changed(
        labels=np.random.default_rng(0).integers(0, classes, 120),
        label_names=tuple(f"class {i}" for i in range(classes)),
    )
    assert np.isfinite(run_on(data, toy_features(toy_dataset()), SMALL_CAL)).all()

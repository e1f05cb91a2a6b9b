"""The trainer's ways to the same end: packed epochs, minibatches, until the loss is flat."""

from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pytest
import torch

from cartolearn.cartography.recorder import DataMapRecorder
from cartolearn.config.trainer import trainer_settings
from cartolearn.errors import InputError
from cartolearn.generators import generator, seeded
from cartolearn.models.mlp import MLP
from cartolearn.models.training import fit
from tests.toy import toy_dataset, toy_learner


def trained(options: dict[str, object]) -> MLP:
    x = torch.randn(37, 5, generator=torch.Generator().manual_seed(0))
    y = torch.arange(37) % 3
    with seeded(3):
        model = MLP(n_features=5, n_classes=3, labels=y, hidden_sizes=(8, 8), learning_rate=0.01)
        fit(model, x, y, 3, 4, generator(0), options=options)
    return model


def test_minibatches_end_with_the_weights_of_packed_epochs_to_the_bit() -> None:
    packed, ordinary = trained({}), trained({"max_steps": 1000})
    assert ordinary.automatic_optimization
    assert not packed.automatic_optimization
    for mine, theirs in zip(packed.parameters(), ordinary.parameters(), strict=True):
        assert torch.equal(mine, theirs)


def test_options_that_need_real_steps_count() -> None:
    whole, clipped = trained({"max_steps": 1000}), trained({"gradient_clip_val": 1e-4})
    assert not torch.equal(whole.head.weight, clipped.head.weight)
    few = trained({"max_steps": 2})
    assert not torch.equal(few.head.weight, whole.head.weight)
    assert trained({"precision": "bf16-mixed"}).head.weight.dtype == torch.float32
    assert trained({"precision": "bf16-true"}).head.weight.dtype == torch.float32


@pytest.mark.parametrize("precision", ["bf16-mixed", "bf16", "16-mixed", 16])
def test_what_is_trained_in_mixed_precision_is_asked_in_it(precision: object) -> None:
    data = toy_dataset()
    ids, rows = data.train_ids[:20], torch.from_numpy(data.train_ids[:20])
    learner = toy_learner(max_epochs=3)
    learner = replace(learner, settings=replace(learner.settings, options={"precision": precision}))
    found = learner.train(ids, data.labels[ids], keep_epochs=True)
    p = found.probabilities(rows)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        psi = found.model.represent(found.inputs[rows])
        naive = found.model.classify(psi).float().softmax(dim=1)
    assert p.dtype == torch.float32
    assert torch.equal(p, naive)
    whole = replace(found, arithmetic=nullcontext).probabilities(rows)
    assert 1e-5 < float((p - whole).abs().max()) < 0.05
    gold = p.gather(1, torch.from_numpy(data.labels[ids])[:, None])[:, 0]
    assert np.array_equal(found.data_map.gold_probabilities[-1], gold.numpy())
    assert torch.equal(found.epoch_probabilities(rows)[-1], p)
    both = found.map(rows, lambda psi, p: torch.cat([psi, p()], dim=1))
    assert torch.equal(both[:, -3:], p)
    assert torch.equal(both[:, :-3], found.represent(rows))
    moments = found.dropout(rows, 2, generator(0))
    assert moments.mean.sum(dim=1).sub(1).abs().max() < 1e-6  # exponentials are not halved


def test_checking_an_option_says_nothing_of_lightnings(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    node = {"max_epochs": 1, "batch_size": 4, "gradient_clip_val": 1}
    assert trainer_settings(node).options == {"gradient_clip_val": 1}
    assert not caplog.records
    assert capfd.readouterr() == ("", "")


def test_a_training_without_an_epoch_is_refused() -> None:
    ids = toy_dataset().train_ids[:20]
    learner = toy_learner(max_epochs=2)
    ended = replace(learner, settings=replace(learner.settings, options={"max_steps": 0}))
    with pytest.raises(InputError, match="ended before its first epoch: the trainer's options"):
        ended.train(ids, toy_dataset().labels[ids])


def test_losses_are_those_of_every_epoch() -> None:
    ids = toy_dataset().train_ids[:20]
    learner = toy_learner(max_epochs=30)
    found = learner.train(ids, toy_dataset().labels[ids])
    assert len(found.losses) == 30
    assert found.losses[-1] < found.losses[0]


def test_accumulated_gradients_leave_the_loss_as_it_is() -> None:
    x, y = torch.randn(37, 5), torch.arange(37) % 3
    losses = []
    for options in ({"max_steps": 1000}, {"accumulate_grad_batches": 4}):
        with seeded(3):
            model = MLP(n_features=5, n_classes=3, labels=y, hidden_sizes=(8,), learning_rate=1e-9)
            losses.append(fit(model, x, y, 2, 4, generator(0), options=options))
    assert losses[0] == pytest.approx(losses[1], abs=1e-6)


def test_training_ends_when_the_loss_is_flat() -> None:
    ids = toy_dataset().train_ids[:40]
    learner = toy_learner(max_epochs=400)
    patient = replace(learner, settings=replace(learner.settings, patience=5, min_improvement=0.1))
    found = patient.train(ids, toy_dataset().labels[ids])
    gold = found.data_map.gold_probabilities.astype(np.float64)
    losses = -np.log(gold).mean(axis=1)
    assert 10 <= len(losses) < 400
    windows = [
        (losses[e - 10 : e - 5].mean(), losses[e - 5 : e].mean())
        for e in range(10, len(losses) + 1)
    ]
    ended = [later < 0.02 or later > earlier * 0.9 for earlier, later in windows]
    assert ended == [False] * (len(ended) - 1) + [True]


def test_settings_keep_what_is_lightnings_apart() -> None:
    node = {"max_epochs": 3, "batch_size": 4, "gradient_clip_val": 1.0, "callbacks": None}
    settings = trainer_settings(node)
    assert (settings.max_epochs, settings.options) == (3, {"gradient_clip_val": 1.0})


def test_callbacks_are_built_anew_for_each_training() -> None:
    node = {
        "max_epochs": 3, "batch_size": 4,
        "callbacks": {"timer": {"_target_": "pytorch_lightning.callbacks.Timer"}},
    }  # fmt: skip
    learner = replace(toy_learner(), settings=trainer_settings(node))
    ids = toy_dataset().train_ids[:12]
    for _ in range(2):
        assert len(learner.train(ids, toy_dataset().labels[ids]).losses) == 3


def test_the_map_does_not_change_minibatch_training() -> None:
    x, y = torch.randn(12, 5, generator=torch.Generator().manual_seed(1)), torch.arange(12) % 3

    def weights(*recorder: DataMapRecorder) -> torch.Tensor:
        with seeded(1):
            model = MLP(n_features=5, n_classes=3, labels=y, hidden_sizes=(8,))
            fit(model, x, y, 2, 4, generator(0), recorder, options={"max_steps": 99})
        return model.head.weight

    assert torch.equal(weights(), weights(DataMapRecorder([(x, y)], np.arange(12))))

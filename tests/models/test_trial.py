"""Mistakes in a model of one's own are one clear line each, before it is trained or at once."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from pytorch_lightning import LightningModule
from torch import Tensor, nn

from cartolearn.config.schema import TrainerSettings
from cartolearn.errors import InputError
from cartolearn.models.learner import Learner
from cartolearn.models.trial import tried
from tests.models.own_model import TwoLayers
from tests.models.test_runs import execute, words
from tests.reliability.small_run import write_texts

CPU = torch.device("cpu")


class Odd(TwoLayers):
    """The model of the docs with one mistake."""

    def __init__(self, n_features: int, n_classes: int, mistake: str = "") -> None:
        super().__init__(n_features, n_classes + {"more": 1, "fewer": -1}.get(mistake, 0))
        self.mistake = mistake

    def represent(self, x: Tensor) -> Tensor:
        psi = super().represent(x)
        return {"flat": psi.mean(dim=1), "one": psi[:1]}.get(self.mistake, psi)

    def classify(self, representation: Tensor) -> Any:
        logits = super().classify(representation)
        return (logits,) if self.mistake == "tuple" else logits

    def class_probabilities(self, batch: Any) -> Tensor:
        return self(batch[0]) if self.mistake == "logits" else super().class_probabilities(batch)

    def training_step(self, batch: Any, _: int) -> Any:
        return None if self.mistake == "no loss" else super().training_step(batch, _)


class Bare(LightningModule):
    """A module that knows nothing of the loop."""

    def __init__(self, n_features: int, n_classes: int) -> None:
        super().__init__()
        self.layer = nn.Linear(n_features, n_classes)


class NoDropout(Bare):
    """A model that has no passes with dropout."""

    represent, classify = TwoLayers.represent, TwoLayers.classify
    class_probabilities, gold_labels = TwoLayers.class_probabilities, TwoLayers.gold_labels


@pytest.mark.parametrize(
    ("mistake", "problem"),
    [
        ("flat", r"Odd\.represent returned the shape \[2\] for 2 rows; .* a tensor \[2, h\]"),
        ("one", r"Odd\.represent returned the shape \[1, 16\] for 2 rows"),
        ("more", r"Odd\.classify returned the shape \[2, 4\] for 2 rows; .* logits of 3 classes"),
        ("fewer", r"Odd\.classify returned the shape \[2, 2\] for 2 rows"),
        ("tuple", r"Odd\.classify returned tuple for 2 rows"),
        ("logits", r"class_probabilities returned (numbers below 0|rows that sum to)"),
    ],
)
def test_what_it_returns_is_looked_at(mistake: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        learner(mistake).train(np.arange(9), np.arange(9) % 3)


def test_a_model_without_a_fault_is_left_as_it_was() -> None:
    torch.manual_seed(0)
    model = TwoLayers(5, 3)
    model.hidden[1].eval()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    tried(model, torch.randn(4, 5), 3, CPU)
    assert [part.training for part in model.hidden] == [True, False, True, True]
    assert model.training
    assert model.head.training
    for name, value in model.state_dict().items():
        assert torch.equal(value, before[name])
    tried(model, torch.randn(1, 5), 3, CPU)


def test_what_an_epoch_says_of_a_row_is_what_its_data_map_says() -> None:
    one = learner("")
    longer = replace(one, settings=replace(one.settings, max_epochs=4))
    trained = longer.train(np.arange(9), np.arange(9) % 3, keep_epochs=True)
    p = trained.epoch_probabilities(torch.arange(9))
    gold = p[:, torch.arange(9), torch.arange(9) % 3]
    assert len(gold) > 1
    assert torch.allclose(gold, torch.from_numpy(trained.data_map.gold_probabilities), atol=1e-6)


def test_a_step_without_a_loss_is_passed_over() -> None:
    trained = learner("no loss").train(np.arange(9), np.arange(9) % 3)
    assert trained.losses == ()


@pytest.mark.parametrize(
    ("model", "strategy", "problem"),
    [
        ("Bare", "margin", r"Bare has no method represent, which the loop asks for"),
        ("NoDropout", "bald", r"NoDropout has no method dropout_passes, which BALD asks for"),
    ],
)
def test_a_method_that_is_missing(tmp_path: Path, model: str, strategy: str, problem: str) -> None:
    write_texts(tmp_path / "texts.csv", rows=90)
    mine = words(
        tmp_path, "embedding=tfidf_svd", f"strategy={strategy}", "allow_targets=[tests.models]",
        "~model", f"+model={{_target_: tests.models.test_trial.{model}}}",
    )  # fmt: skip
    with pytest.raises(InputError, match=problem):
        execute(tmp_path / "run", *mine)


def learner(mistake: str) -> Learner:
    torch.manual_seed(0)
    make: Any = partial(Odd, mistake=mistake)
    settings = TrainerSettings(max_epochs=1, batch_size=3, device="cpu")
    return Learner(torch.randn(9, 5), 3, make, settings, 0)

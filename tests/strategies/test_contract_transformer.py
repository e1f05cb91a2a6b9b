"""The contract of every strategy with a fine-tuned encoder in place of the MLP."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch

from cartolearn.config.schema import TrainerSettings
from cartolearn.models.dropout import dropout_moments
from cartolearn.models.learner import Learner
from cartolearn.models.trained import Trained
from cartolearn.strategies.base import Observations, Strategy
from cartolearn.testing import StrategyContract, contract
from tests.models.test_transformer import dataset
from tests.models.tiny import write_encoder
from tests.strategies.configured import NAMES, configured

pytest.importorskip("transformers")

TESTS = (
    "test_it_is_deterministic_whatever_the_global_generators_hold",
    "test_it_leaves_the_global_generators_alone",
    "test_it_does_not_change_what_it_sees",
    "test_it_chooses_only_candidates",
    "test_it_looks_only_at_what_it_declares",
)
OF_A_SCENE = (
    "test_a_batch_has_n_distinct_instances_of_the_pool",
    "test_the_guard_keeps_that",
    "test_scores_fall_and_are_never_negative",
)


@dataclass(frozen=True, eq=False)
class TextScene:
    """What the contract asks of a scene, with an encoder that was trained on twelve texts."""

    trained: Trained
    pool_ids: torch.Tensor

    @property
    def classifier(self) -> Any:
        return self.trained.model

    def seen(self, rows: int = 1024) -> Observations:
        del rows  # texts are chunked by their lengths
        return Observations(self.pool_ids, self.trained)


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> TextScene:
    from cartolearn.models.tokens import Tokens
    from cartolearn.models.transformer import Transformer

    folder = tmp_path_factory.mktemp("scene")
    encoder, data = str(write_encoder(folder / "encoder", layers=2)), dataset()
    rows, _ = Tokens(encoder).read(data, folder)
    make = partial(Transformer, encoder=encoder, learning_rate=0.01, trainable_layers=1)
    settings = TrainerSettings(max_epochs=3, batch_size=8, device="cpu")
    ids = np.arange(0, 72, 6)
    trained = Learner(rows, 4, make, settings, 0).train(ids, data.labels[ids], keep_epochs=True)
    return TextScene(trained, torch.from_numpy(np.setdiff1d(np.arange(72), ids)))


@pytest.fixture(params=NAMES)
def strategy(request: pytest.FixtureRequest) -> Strategy:
    return configured(request.param)


def test_the_contract_holds(
    strategy: Strategy, scene: TextScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(contract.SCENES, "random", scene)
    monkeypatch.setattr(contract, "scene", lambda: scene)
    every: Any = StrategyContract()
    for name in OF_A_SCENE:
        getattr(every, name)(strategy, "random")
    for name in TESTS:
        getattr(every, name)(strategy)


def test_a_pass_is_one_network_for_all_texts_and_the_mean_is_that_of_ordinary_dropout(
    scene: TextScene,
) -> None:
    """Units of each row of its own, as ``torch.nn.Dropout`` draws them, give the same means."""
    trained, ids = scene.trained, scene.pool_ids[:8]
    model, inputs = scene.classifier, trained.inputs
    together = dropout_moments(model, inputs, ids, 3, torch.Generator().manual_seed(0)).mean
    alone = [
        dropout_moments(model, inputs, row[None], 3, torch.Generator().manual_seed(0)).mean
        for row in ids
    ]
    assert torch.allclose(together, torch.cat(alone), atol=1e-6)

    passes = 150
    found = dropout_moments(model, inputs, ids, passes, torch.Generator().manual_seed(1))
    with torch.random.fork_rng(), torch.no_grad():
        torch.manual_seed(2)
        model.train()
        drawn = torch.stack([model(inputs[ids]).softmax(dim=1).double() for _ in range(passes)])
        model.eval()
    error = drawn.std(dim=0) * (2 / passes) ** 0.5
    assert ((found.mean - drawn.mean(dim=0)).abs() < 5 * error + 1e-3).all()

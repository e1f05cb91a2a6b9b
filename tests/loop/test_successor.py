"""A successor model: when it is trained, on what, and that it changes nothing else."""

from functools import partial
from typing import Any

import numpy as np
import pytest
import torch

from cartolearn.config.check import check
from cartolearn.config.schema import SuccessorSettings, TrainerSettings
from cartolearn.errors import InputError
from cartolearn.loop.active_learning import Round, active_learning
from cartolearn.loop.successor import Successor
from cartolearn.models.learner import Learner
from cartolearn.models.mlp import MLP
from cartolearn.strategies.entropy import Entropy
from tests.models.test_runs import compose
from tests.toy import CLASSES, toy_dataset, toy_features, toy_learner, toy_loop


def rounds_with(
    every: int | None,
    learner: Learner | None = None,
    start: int = 0,
    done: list[Round] | None = None,
) -> list[Round]:
    data = toy_dataset()
    batches = [r.query.ids for r in (done or [])[:start] if r.query is not None]
    rounds = active_learning(data, toy_learner(), Entropy(), toy_loop(), batches)
    return list(Successor(learner or toy_learner(), SuccessorSettings(every)).after(rounds, data))


@pytest.mark.parametrize(
    ("every", "due"), [(None, [3]), (1, [0, 1, 2, 3]), (2, [0, 2, 3]), (5, [0, 3])]
)
def test_it_is_trained_in_every_kth_round_and_in_the_last(
    every: int | None, due: list[int]
) -> None:
    rounds = rounds_with(every)
    assert [r.number for r in rounds if "successor_accuracy" in r.measured] == due


def test_the_same_learner_is_the_acquisition_model() -> None:
    for each in rounds_with(1):
        assert each.measured["successor_accuracy"] == each.metrics.accuracy
        assert each.measured["successor_macro_f1"] == each.metrics.macro_f1
        assert each.measured["successor_loss"] == each.metrics.loss


def other_learner() -> Learner:
    wide = torch.cat([toy_features(toy_dataset())] * 2, dim=1)
    settings = TrainerSettings(max_epochs=2, batch_size=4, device="cpu")
    return Learner(wide, CLASSES, partial(MLP, hidden_sizes=(4,)), settings, seed=0)


def test_another_model_on_other_inputs_changes_no_batch_and_may_be_interrupted() -> None:
    plain = list(active_learning(toy_dataset(), toy_learner(), Entropy(), toy_loop()))
    rounds = rounds_with(1, other_learner())
    for mine, theirs in zip(rounds, plain, strict=True):
        assert mine.metrics == theirs.metrics
        assert np.array_equal(mine.data_map.ids, theirs.data_map.ids)
        assert mine.measured["successor_loss"] != mine.metrics.loss
    rest = rounds_with(1, other_learner(), 2, rounds)
    for mine, theirs in zip(rest, rounds[2:], strict=True):
        for name in ("successor_accuracy", "successor_macro_f1", "successor_loss"):
            assert mine.measured[name] == theirs.measured[name]


def test_a_loss_that_is_not_finite_names_the_successor() -> None:
    broken = other_learner()
    assert isinstance(broken.inputs, torch.Tensor)
    broken.inputs[toy_dataset().train_ids] = torch.nan
    with pytest.raises(FloatingPointError, match=r"the successor model: .* not finite"):
        rounds_with(None, broken)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["+successor.evry=2"], "unknown option successor.evry; did you mean successor.every"),
        (["successor.every=0"], "successor.every=0: "),
        (["+successor.model.words=1"], "unknown option successor.model.words"),
        (["successor.trainer.max_epochs=0"], "successor.trainer.max_epochs=0: "),
        (["+successor.trainer.max_epoch=3"], "did you mean successor.trainer.max_epochs"),
        (["experiment=frozen_trec", "successor=none"], "no successor is chosen"),
        (["loop.query_size=0"], "loop.query_size=0: "),
        (["loop.query_size=[3,0]"], r"loop.query_size.1=0: "),
        (["loop.query_size=[]"], "loop.query_size=.*at least 1 item"),
        (["loop.query_size=[5,6]", "loop.rounds=1"], "names 2 batches, and loop.rounds=1"),
        (["embedding@successor.embedding=tfidf_svd"], "this model reads the texts itself"),
        (["model=linear", "successor=mlp"], r"add embedding@successor\.embedding=NAME"),
    ],
)
def test_options_that_are_none(words: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        check(*_composed("successor=linear", *words))


def test_it_reads_the_runs_embedding_unless_it_has_its_own() -> None:
    same = check(*_composed("embedding=tfidf_svd", "successor=mlp")).successor
    own = check(
        *_composed(
            "embedding=tfidf_svd", "successor=mlp", "embedding@successor.embedding=wordllama"
        )
    ).successor
    assert same is not None
    assert own is not None
    assert type(same.model.embedding).__name__ == "TfidfSvd"
    assert type(own.model.embedding).__name__ == "WordLlama"
    plain = check(*_composed("embedding=tfidf_svd"))
    assert plain.successor is None
    assert "successor" not in plain.config  # as in the configs of runs before there was one


def _composed(*words: str) -> tuple[Any, list[str]]:
    config, _, named = compose(*words)
    return config, named

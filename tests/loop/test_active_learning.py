"""Algorithm 1 on a toy dataset: what is labelled, when, and that it can be interrupted."""

import itertools
import logging
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch

from cartolearn.config.schema import LoopSettings
from cartolearn.errors import InputError
from cartolearn.loop.active_learning import Round, active_learning, refuse_small
from cartolearn.models.binary import BinarySettings
from cartolearn.strategies.base import Strategy
from cartolearn.strategies.cal import CAL
from cartolearn.strategies.entropy import Entropy
from cartolearn.strategies.random import Random
from tests.toy import toy_dataset, toy_learner, toy_loop

SMALL_CAL = CAL(classifier=BinarySettings(hidden_size=8, max_epochs=3, batch_size=8))


def rounds_of(strategy: Strategy, loop: LoopSettings, seed: int = 0) -> list[Round]:
    return list(active_learning(toy_dataset(), toy_learner(seed), strategy, loop))


def test_every_round_labels_a_batch_more() -> None:
    rounds = rounds_of(SMALL_CAL, toy_loop())
    assert [r.number for r in rounds] == [0, 1, 2, 3]
    assert [r.labelled for r in rounds] == [15, 25, 35, 45]
    assert rounds[-1].query is None
    for before, after in itertools.pairwise(rounds):
        assert before.query is not None
        grown = [*before.data_map.ids, *before.query.ids]
        assert after.data_map.ids.tolist() == grown
        assert len(set(grown)) == len(grown)


def test_nothing_outside_the_training_rows_is_labelled() -> None:
    last = rounds_of(Random(), toy_loop())[-1]
    assert set(last.data_map.ids) <= set(toy_dataset().train_ids)
    assert (last.data_map.labels == toy_dataset().labels[last.data_map.ids]).all()


def test_the_data_map_has_an_epoch_a_row() -> None:
    assert rounds_of(Random(), toy_loop(rounds=1))[0].data_map.gold_probabilities.shape == (4, 15)


def test_strategies_with_one_seed_share_seed_set_and_first_model() -> None:
    one = rounds_of(Entropy(), toy_loop(rounds=1))[0]
    other = rounds_of(Random(), toy_loop(rounds=1))[0]
    assert (one.data_map.ids == other.data_map.ids).all()
    assert (one.data_map.gold_probabilities == other.data_map.gold_probabilities).all()
    assert one.metrics == other.metrics


def test_seed_zero_is_a_seed_and_others_differ() -> None:
    zero, again, one = (rounds_of(Random(), toy_loop(rounds=1), seed) for seed in (0, 0, 1))
    assert zero[1].metrics == again[1].metrics
    assert zero[1].data_map.ids.tolist() == again[1].data_map.ids.tolist()
    assert zero[0].data_map.ids.tolist() != one[0].data_map.ids.tolist()


def test_it_does_not_depend_on_global_random_state() -> None:
    torch.manual_seed(1)
    one = rounds_of(SMALL_CAL, toy_loop(rounds=2))
    torch.manual_seed(2)
    other = rounds_of(SMALL_CAL, toy_loop(rounds=2))
    assert one[-1].data_map.ids.tolist() == other[-1].data_map.ids.tolist()
    assert one[-1].metrics == other[-1].metrics


@pytest.mark.parametrize("keep_weights", [False, True])
def test_it_goes_on_from_any_round_to_the_same_end(keep_weights: bool) -> None:
    loop = toy_loop(keep_weights=keep_weights)
    whole = rounds_of(SMALL_CAL, loop)
    for done in (1, 2, 3):
        batches = [r.query.ids for r in whole[:done] if r.query is not None]
        previous = whole[done - 1].trained.model
        rest = list(
            active_learning(toy_dataset(), toy_learner(), SMALL_CAL, loop, batches, previous)
        )
        assert [r.number for r in rest] == [r.number for r in whole[done:]]
        for mine, theirs in zip(rest, whole[done:], strict=True):
            assert mine.metrics == theirs.metrics
            assert mine.data_map.ids.tolist() == theirs.data_map.ids.tolist()


def test_a_reset_model_differs_from_a_kept_one() -> None:
    reset = rounds_of(Random(), toy_loop())[-1].metrics
    kept = rounds_of(Random(), toy_loop(keep_weights=True))[-1].metrics
    assert reset.loss != kept.loss


def test_the_last_batch_is_smaller_and_the_run_ends_well(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        rounds = rounds_of(Entropy(), toy_loop(rounds=9, query_size=40))
    assert [r.labelled for r in rounds] == [15, 55, 90]
    assert rounds[-1].query is None
    assert "batch 2 takes the last 35 of the pool, fewer than 40" in caplog.text


def test_validation_rows_are_never_labelled_nor_tested() -> None:
    rounds = rounds_of(Random(), toy_loop(rounds=9, query_size=40, validation_share=0.2))
    assert rounds[-1].labelled == 90 - 18
    assert all(r.validation is not None for r in rounds)
    assert rounds[-1].validation != rounds[-1].metrics


def test_a_seed_set_larger_than_the_pool_is_refused() -> None:
    with pytest.raises(InputError, match="seed_set_size=91 is larger than the pool of 90"):
        refuse_small(toy_dataset(), LoopSettings(seed_set_size=91, rounds=1, query_size=1))
    with pytest.raises(
        InputError, match=r"pool of 72 rows \(loop.validation_share=0.2 holds out 18\)"
    ):
        refuse_small(toy_dataset(), LoopSettings(73, 1, 1, validation_share=0.2))


def test_one_class_seed_sets_and_absent_classes_work() -> None:
    dataset = toy_dataset()
    dataset.labels[:] = 1
    rounds = list(active_learning(dataset, toy_learner(), SMALL_CAL, toy_loop(rounds=2)))
    assert rounds[-1].labelled == 35
    assert np.isfinite(rounds[-1].metrics.loss)


def test_one_seed_set_for_all_seeds() -> None:
    loop = toy_loop(rounds=1, seed_set_from=0)
    one, other = (rounds_of(Random(), loop, seed)[0] for seed in (1, 2))
    assert one.data_map.ids.tolist() == other.data_map.ids.tolist()
    assert one.metrics != other.metrics
    own = rounds_of(Random(), toy_loop(rounds=1), 0)[0]
    assert one.data_map.ids.tolist() == own.data_map.ids.tolist()


def test_dropout_in_evaluation_changes_results_but_not_from_run_to_run() -> None:
    learner = toy_learner()
    always = replace(learner, make=partial(learner.make, dropout_in_evaluation=True))
    one, again = (
        list(active_learning(toy_dataset(), always, Entropy(), toy_loop())) for _ in range(2)
    )
    assert [r.metrics for r in one] == [r.metrics for r in again]
    assert one[0].metrics != rounds_of(Entropy(), toy_loop())[0].metrics


def test_without_shuffling_every_epoch_has_the_order_of_acquisition() -> None:
    learner = toy_learner()
    still = replace(learner, settings=replace(learner.settings, shuffle=False))
    ids = toy_dataset().train_ids[:20]
    y = toy_dataset().labels[ids]
    kept, moving, again = (one.train(ids, y).losses for one in (still, learner, still))
    assert kept == again
    assert kept != moving


def test_batches_of_sizes_of_their_own() -> None:
    rounds = rounds_of(Entropy(), toy_loop(rounds=4, query_size=(5, 10)))
    assert [r.labelled for r in rounds] == [15, 20, 30, 40, 50]

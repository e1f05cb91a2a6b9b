import numpy as np

from cartolearn.models.cross_validation import held_out, parts_of
from tests.toy import toy_dataset, toy_learner


def test_parts_hold_everything_once_and_none_is_empty() -> None:
    parts = parts_of(23, 5, seed=0)
    assert sorted(np.concatenate(parts).tolist()) == list(range(23))
    assert {len(part) for part in parts} == {4, 5}
    assert len(parts_of(3, 5, seed=0)) == 3


def test_no_row_is_asked_of_a_model_that_learned_its_label() -> None:
    dataset, learner = toy_dataset(), toy_learner()
    ids = dataset.train_ids[:30][::-1].copy()
    labels = dataset.labels[ids]
    before = list(held_out(learner, ids, labels, 5, 0, "a"))
    assert sorted(np.concatenate([part for part, _ in before])) == list(range(30))
    assert {p.shape for _, p in before} == {(4, 6, 3)}
    place = before[2][0][0]
    labels[place] = (labels[place] + 1) % 3
    after = list(held_out(learner, ids, labels, 5, 0, "a"))
    same = [np.array_equal(p, q) for (_, p), (_, q) in zip(before, after, strict=True)]
    assert same == [False, False, True, False, False]

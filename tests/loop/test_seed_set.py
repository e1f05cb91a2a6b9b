"""The draw of the seed set."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cartolearn.errors import InputError
from cartolearn.loop.seed_set import draw

LABELS = np.array([0] * 60 + [1] * 30 + [2] * 10)
IDS = np.arange(100)


@pytest.mark.parametrize("how", ["random", "stratified"])
def test_it_repeats_and_depends_on_seed_and_purpose(how: str) -> None:
    def pick(seed: int, purpose: str) -> list[int]:
        return draw(IDS, LABELS, 20, how, seed, purpose).tolist()  # type: ignore[arg-type]

    assert pick(0, "seed set") == pick(0, "seed set")
    assert pick(0, "seed set") != pick(1, "seed set")
    assert pick(0, "seed set") != pick(0, "validation split")


def test_stratified_follows_the_class_shares() -> None:
    picked = draw(IDS, LABELS, 20, "stratified", 0, "seed set")
    assert np.bincount(LABELS[picked]).tolist() == [12, 6, 2]


def test_stratified_has_every_class_where_it_can() -> None:
    picked = draw(IDS, LABELS, 3, "stratified", 0, "seed set")
    assert sorted(LABELS[picked]) == [0, 1, 2]


@given(
    labels=st.lists(st.integers(0, 5), min_size=1, max_size=60),
    share=st.floats(0, 1),
    how=st.sampled_from(["random", "stratified"]),
)
@settings(max_examples=200, deadline=None)
def test_any_draw_is_a_subset_of_the_asked_size(labels: list[int], share: float, how: str) -> None:
    ids = np.arange(len(labels)) + 5
    table = np.array([0] * 5 + labels)
    size = round(share * len(labels))
    picked = draw(ids, table, size, how, 0, "seed set")  # type: ignore[arg-type]
    assert len(picked) == len(set(picked.tolist())) == size
    assert set(picked.tolist()) <= set(ids.tolist())
    if how == "stratified" and size >= len(set(labels)):
        assert set(table[picked]) == set(labels)
        for label in set(labels):
            exact = labels.count(label) * size / len(labels)
            assert abs((table[picked] == label).sum() - exact) <= len(set(labels))


def test_more_than_there_are_is_refused() -> None:
    with pytest.raises(InputError, match="101 is larger than the 100"):
        draw(IDS, LABELS, 101, "random", 0, "seed set")

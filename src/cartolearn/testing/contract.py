"""What holds for every strategy, as tests that a class takes over by deriving from it."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from cartolearn.models.predict import chunks
from cartolearn.strategies.base import Observations, ScoreStrategy, Strategy
from cartolearn.strategies.choose.top_n import TopN
from cartolearn.testing.scene import Scene, picked, scene


def scenes() -> dict[str, Scene]:
    distinct = torch.randn(4, 6, generator=torch.Generator().manual_seed(3))
    return {
        "random": scene(),
        "one class": scene(one_class=True),
        "duplicates": scene(features=distinct[torch.arange(150) % 4]),
        "all the same": scene(features=torch.ones(150, 6)),
        "p is 0 or 1": scene(sharpness=1e5),
        "one label": scene(n_labelled=1),
        "pool of one": scene(n_pool=1),
        "features of zeros": scene(features=torch.zeros(150, 6)),
        "two classes": scene(n_classes=2),
    }


SCENES = scenes()
every_scene = pytest.mark.parametrize("name", SCENES)


ASKS = {
    "probabilities": "probabilities",
    "labelled_probabilities": "probabilities",
    "represent": "representations",
    "map_pool": "representations",
    "labelled_representations": "representations",
    "joint_representations": "representations",
    "dropout": "dropout",
    "pool_dynamics": "pool_dynamics",
}


class StrategyContract:
    """The tests of one strategy: give it as the fixture ``strategy`` of a class that derives.

    Every scene is a small pool, labelled set and model: duplicates, one class, one label, a pool
    of one, probabilities of 0 and 1. A batch has n distinct instances of the pool, up to the whole
    of it; it is the same under the same generator, whatever the global ones hold, the chunks and
    the threads, and the parts of the pool where rows are scored one by one; ties go to the lower
    id; nothing is changed, and nothing looked at but ``needs``.
    """

    @pytest.fixture
    def strategy(self) -> Strategy:
        """Return the strategy under test."""
        raise NotImplementedError("give the strategy as the fixture `strategy` of your class")

    @every_scene
    def test_a_batch_has_n_distinct_instances_of_the_pool(
        self, strategy: Strategy, name: str
    ) -> None:
        seen = SCENES[name].seen()
        pool = seen.pool_ids.tolist()
        for n in sorted({1, min(7, len(pool)), len(pool)}):
            ids = picked(strategy, seen, n)
            assert len(ids) == n
            assert len(set(ids)) == n
            assert set(ids) <= set(pool)

    @every_scene
    def test_the_guard_keeps_that(self, strategy: Strategy, name: str) -> None:
        seen = SCENES[name].seen()
        pool = seen.pool_ids.tolist()
        n = min(7, len(pool))
        ids = picked(replace(strategy, min_distance=0.1), seen, n)
        assert len(set(ids) & set(pool)) == len(ids) == n

    @every_scene
    def test_scores_fall_and_are_never_negative(self, strategy: Strategy, name: str) -> None:
        seen = SCENES[name].seen()
        if isinstance(strategy, ScoreStrategy):
            scores = strategy.score(seen, torch.Generator().manual_seed(0))
            assert scores.dtype == torch.float64
            assert scores.shape == seen.pool_ids.shape
            assert scores.min() >= 0
            query = strategy.select(
                seen, min(7, len(seen.pool_ids)), torch.Generator().manual_seed(0)
            )
            assert query.ids.dtype == np.int64
            assert query.scores.dtype == np.float64
            assert (np.diff(query.scores) <= 0).all()

    def test_it_is_deterministic_whatever_the_global_generators_hold(
        self, strategy: Strategy
    ) -> None:
        seen = SCENES["random"].seen()
        first = picked(strategy, seen, 7)
        for seed in (1, 2):
            torch.manual_seed(seed)
            np.random.seed(seed)  # noqa: NPY002
            random.seed(seed)
            assert picked(strategy, seen, 7) == first

    def test_a_pool_in_parts_gives_the_same_batch_unless_picks_depend_on_each_other(
        self, strategy: Strategy
    ) -> None:
        """Scores that are equal but for rounding may change places: a product rounds by place."""
        whole = SCENES["random"].seen()
        parts = replace(whole, part_size=17)
        ids = picked(strategy, parts, 7)
        assert len(set(ids) & set(whole.pool_ids.tolist())) == len(ids) == 7
        assert ids == picked(strategy, replace(parts), 7)
        if not strategy.together and ids != picked(strategy, whole, 7):
            one, other = (
                strategy.select(seen, 7, torch.Generator().manual_seed(0)).scores
                for seen in (whole, parts)
            )
            np.testing.assert_allclose(other, one, rtol=0, atol=1e-6)

    def test_it_leaves_the_global_generators_alone(self, strategy: Strategy) -> None:
        with unchanged_globals():
            picked(strategy, SCENES["random"].seen(), 7)

    def test_it_does_not_change_what_it_sees(self, strategy: Strategy) -> None:
        observed = scene()
        seen = observed.seen()
        before, weights = contents(seen), [p.clone() for p in observed.classifier.parameters()]
        picked(replace(strategy, min_distance=0.05), seen, 7)
        for name, value in contents(seen).items():
            assert np.array_equal(value, before[name]), name
        for old, new in zip(weights, observed.classifier.parameters(), strict=True):
            assert torch.equal(old, new)

    def test_the_chunk_size_does_not_matter(
        self, strategy: Strategy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Neither of the passes over the pool nor of what strategies go through in chunks."""
        results = []
        for rows in (10, 33, 1024):
            monkeypatch.setattr(chunks, "__defaults__", (rows,))
            results.append(picked(strategy, SCENES["random"].seen(rows), 7))
        assert results[0] == results[1] == results[2]

    def test_the_number_of_threads_does_not_matter(self, strategy: Strategy) -> None:
        results = []
        before = torch.get_num_threads()
        for number in (1, 2, 5):
            torch.set_num_threads(number)
            seen = SCENES["random"].seen(rows=7)
            results.append(picked(strategy, seen, 7))
            assert torch.get_num_threads() == number
        torch.set_num_threads(before)
        assert results[0] == results[1] == results[2]

    @pytest.mark.parametrize("name", ["duplicates", "all the same"])
    def test_ties_go_to_the_lower_id(self, strategy: Strategy, name: str) -> None:
        """Equal rows may still differ in the last digit: a matrix product rounds by place."""
        if isinstance(strategy, ScoreStrategy) and strategy.choose == TopN():
            seen = SCENES[name].seen()
            scores = strategy.score(seen, torch.Generator().manual_seed(0)).numpy()
            assert len(np.unique(scores)) < len(scores)
            assert (
                picked(strategy, seen, 7)
                == seen.pool_ids[np.argsort(-scores, kind="stable")[:7]].tolist()
            )

    def test_it_chooses_only_candidates(self, strategy: Strategy) -> None:
        seen = SCENES["random"].seen()
        candidates = torch.arange(3, 60, 4)
        ids = picked(strategy, seen, len(candidates), candidates=candidates)
        assert sorted(ids) == seen.pool_ids[candidates].tolist()
        assert set(picked(strategy, seen, 3, candidates=candidates)) <= set(ids)

    def test_it_looks_only_at_what_it_declares(self, strategy: Strategy) -> None:
        looked = set()

        class Watched(Observations):
            def __getattribute__(self, name: str) -> Any:
                looked.add(ASKS.get(name))
                return super().__getattribute__(name)

        seen = SCENES["random"].seen()
        picked(strategy, Watched(seen.pool_ids, seen.trained), 7)
        assert looked - {None} <= strategy.all_needs
        assert bool(looked - {None}) == bool(strategy.all_needs)

    def test_nan_is_named(self, strategy: Strategy) -> None:
        observed = scene()
        if not strategy.all_needs:
            pytest.skip("does not ask the model")
        row = int(observed.pool_ids[4])
        observed.features[row] = torch.nan
        with pytest.raises(FloatingPointError, match=rf"row {row}\b"):
            picked(strategy, observed.seen(), 3)


def contents(seen: Observations) -> dict[str, np.ndarray]:
    """Return copies of everything that can be changed in place."""
    names = "pool_ids", "features", "probabilities", "labelled_probabilities"
    found = {name: getattr(seen, name).numpy().copy() for name in names}
    found["labelled_representations"] = seen.labelled_representations.numpy().copy()
    for name in ("ids", "labels", "gold_probabilities", "correct"):
        found[f"data_map.{name}"] = getattr(seen.data_map, name).copy()
    return found


@contextmanager
def unchanged_globals() -> Iterator[None]:
    legacy: Any = np.random.get_state(legacy=False)  # noqa: NPY002
    before = torch.get_rng_state(), str(legacy), random.getstate()
    yield
    legacy = np.random.get_state(legacy=False)  # noqa: NPY002
    assert torch.equal(torch.get_rng_state(), before[0])
    assert str(legacy) == before[1]
    assert random.getstate() == before[2]

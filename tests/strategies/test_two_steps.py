"""Pools in parts: exact where rows are scored one by one, candidates of all parts otherwise."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from cartolearn.strategies import two_steps
from cartolearn.strategies.observations import Observations
from cartolearn.testing.scene import picked, scene
from tests.strategies.configured import NAMES, configured

EXACT = {
    "bald", "cal", "contrastive", "diverse_minibatch", "entropy", "least_confidence", "margin",
    "pool_confidence", "pool_flips", "pool_margin", "pool_variability", "random",
}  # fmt: skip
CHOICES = [f"choose@strategy.choose={name}" for name in ("gumbel", "power", "diverse")]
SCENE = scene(n_pool=240)


def test_which_strategies_are_exact() -> None:
    assert {name for name in NAMES if not configured(name).together} == EXACT


@pytest.mark.parametrize(
    "words", [*((name,) for name in sorted(EXACT)), *(("margin", choice) for choice in CHOICES)]
)
def test_scores_of_parts_are_those_of_the_pool(words: tuple[str, ...]) -> None:
    strategy, whole = configured(*words), SCENE.seen()
    for size in (30, 239):
        parts = replace(whole, part_size=size)
        assert picked(strategy, parts, 20) == picked(strategy, whole, 20)


@pytest.mark.parametrize("region", [0.0, 0.3, 1.0])
def test_the_region_of_a_data_map_is_that_of_the_whole_pool(region: float) -> None:
    strategy, whole = configured("pool_variability", f"strategy.region={region}"), SCENE.seen()
    parts = replace(whole, part_size=50)
    assert picked(strategy, parts, 20) == picked(strategy, whole, 20)


def test_parts_are_the_pool() -> None:
    whole = SCENE.seen()
    parts = [part.pool_ids for part in replace(whole, part_size=100).parts()]
    assert [len(part) for part in parts] == [80, 80, 80]
    assert torch.equal(torch.cat(parts), whole.pool_ids)
    assert list(whole.parts()) == [whole]


@pytest.mark.parametrize("name", sorted(set(NAMES) - EXACT))
def test_the_batch_is_chosen_among_candidates_of_every_part(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(two_steps, "CANDIDATES", 12)
    strategy, whole = configured(name), replace(SCENE.seen(), part_size=60)
    n, random = 3, torch.Generator().manual_seed(0)
    among: list[Observations] = []

    def select(seen: Observations, n: int, generator: torch.Generator) -> object:
        among.append(seen)
        return strategy._one_step(seen, n, generator)

    left = two_steps.shortlisted(select, whole, n, random)  # type: ignore[arg-type]
    assert [len(part.pool_ids) for part in among] == [60] * 4
    for part in among:  # 20 for each pick, the part's own picks among them
        assert np.isin(left.pool_ids, part.pool_ids).sum() in range(57, 61)
    assert torch.equal(left.pool_ids, left.pool_ids.unique())
    chosen = picked(strategy, whole, n)
    assert set(chosen) <= set(left.pool_ids.tolist())
    assert chosen == strategy._one_step(left, n, random).ids.tolist()


def test_a_part_names_its_own_picks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_steps, "CANDIDATES", 1)
    strategy, whole = configured("coreset"), replace(SCENE.seen(), part_size=120)
    random = torch.Generator().manual_seed(0)
    left = two_steps.shortlisted(strategy._one_step, whole, 2, random)
    for part in whole.parts():
        assert set(picked(strategy, part, 2)) <= set(left.pool_ids.tolist())
        assert np.isin(left.pool_ids, part.pool_ids).sum() == 40

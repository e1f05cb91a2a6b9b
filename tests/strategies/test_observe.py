"""What strategies see: only what they asked for, of the rows they asked about."""

import pytest
import torch

from src.strategies.base import Need
from tests.strategies.scene import EVERYTHING, scene


@pytest.mark.parametrize("need", sorted(EVERYTHING))
def test_only_what_is_asked_for_is_there(need: Need) -> None:
    seen = scene().seen(frozenset({need}))
    there = {name for name in EVERYTHING if getattr(seen, name) is not None}
    assert there == {need}


def test_the_rows_are_those_of_the_ids() -> None:
    observed = scene()
    seen, model = observed.seen(rows=11), observed.classifier
    with torch.no_grad():
        for ids, psi, p in (
            (seen.pool_ids, seen.representations, seen.probabilities),
            (
                torch.from_numpy(seen.data_map.ids),
                seen.labelled_representations,
                seen.labelled_probabilities,
            ),
        ):
            expected = model.represent(observed.features[ids])
            assert psi is not None
            assert p is not None
            assert torch.allclose(psi, expected, atol=1e-5)
            assert torch.allclose(p, model.head(expected).softmax(dim=1), atol=1e-5)


def test_joint_representations_are_the_two_parts_without_a_copy() -> None:
    seen = scene().seen()
    assert seen.joint_representations is not None
    assert seen.representations is not None
    assert seen.labelled_representations is not None
    assert torch.equal(
        seen.joint_representations, torch.cat([seen.labelled_representations, seen.representations])
    )
    storage = {
        t.untyped_storage().data_ptr()
        for t in (seen.joint_representations, seen.representations, seen.labelled_representations)
    }
    assert len(storage) == 1


def test_what_is_mapped_over_is_held_or_computed_anew() -> None:
    observed = scene()
    held, fresh = observed.seen(), observed.seen(frozenset({"map_pool"}), rows=11)
    assert held.map_pool is not None
    assert fresh.map_pool is not None
    assert held.representations is not None
    assert fresh.representations is None
    assert held.probabilities is not None
    expected = torch.cat([held.representations, held.probabilities], dim=1)
    for apply in (held.map_pool, fresh.map_pool):
        assert torch.allclose(
            apply(lambda psi, p: torch.cat([psi, p()], dim=1)), expected, atol=1e-4
        )


def test_some_of_the_pool_is_represented_when_asked() -> None:
    seen, positions = scene().seen(rows=11), torch.arange(50, 3, -3)
    assert seen.represent is not None
    assert seen.representations is not None
    assert torch.allclose(seen.represent(positions), seen.representations[positions], atol=1e-5)

"""What strategies see: only what they asked for, of the rows they asked about."""

import pytest
import torch

from cartolearn.strategies.base import Need
from cartolearn.strategies.rows import PartlyHeld
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
    joint = torch.cat([seen.labelled_representations, seen.representations])
    assert torch.equal(seen.joint_representations[:], joint)
    assert isinstance(seen.joint_representations.take, PartlyHeld)
    storage = {
        t.untyped_storage().data_ptr()
        for t in (
            seen.joint_representations.take.held,
            seen.representations,
            seen.labelled_representations,
        )
    }
    assert len(storage) == 1


@pytest.mark.parametrize(("n_labelled", "width"), [(15, 6), (50, 6), (15, 2), (15, 40)])
def test_joint_representations_take_less_memory_than_the_features(
    n_labelled: int, width: int
) -> None:
    observed = scene(n_labelled=n_labelled, width=width)
    everything = observed.seen()
    seen = observed.seen(frozenset({"joint_representations"}), rows=11)
    assert everything.joint_representations is not None
    assert seen.joint_representations is not None
    assert isinstance(seen.joint_representations.take, PartlyHeld)
    rows, h = len(seen.joint_representations), observed.classifier.head.in_features
    held = len(seen.joint_representations.take.held)
    assert held == min(rows, round(0.8 * rows * width / h))
    for places in (torch.randperm(rows), torch.arange(held), torch.arange(rows).flip(0)[:3]):
        expected = everything.joint_representations[places]
        assert torch.allclose(seen.joint_representations[places], expected, atol=1e-5)


def test_with_dropout_on_joint_representations_stay_what_they_were() -> None:
    observed = scene()
    observed.classifier.dropout_in_evaluation = True
    rows = observed.seen(frozenset({"joint_representations"})).joint_representations
    assert rows is not None
    assert torch.equal(rows[:], rows[:])


def test_rows_that_are_not_held_are_computed_whenever_they_are_taken() -> None:
    matrix, computed = torch.arange(12.0).reshape(6, 2), []

    def compute(places: torch.Tensor) -> torch.Tensor:
        computed.append(places.tolist())
        return matrix[places]

    rows = PartlyHeld(matrix[:4], compute)
    for places in ([5, 0, 4, 5, 3], [1, 1, 0], [4, 5], []):
        assert torch.equal(rows(torch.tensor(places).long()), matrix[places])
    assert computed == [[5, 4, 5], [4, 5], []]


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

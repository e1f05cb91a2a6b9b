"""What strategies see: of the rows they ask about, when they ask."""

import pytest
import torch

from cartolearn.models.rows import PartlyHeld
from cartolearn.testing.scene import psi, scene


def test_the_rows_are_those_of_the_ids() -> None:
    observed = scene()
    seen, model = observed.seen(rows=11), observed.classifier
    labelled = torch.from_numpy(seen.data_map.ids)
    with torch.no_grad():
        for ids, found, p in (
            (seen.pool_ids, psi(seen), seen.probabilities),
            (labelled, seen.labelled_representations, seen.labelled_probabilities),
        ):
            expected = model.represent(observed.features[ids])
            assert torch.allclose(found, expected, atol=1e-5)
            assert torch.allclose(p, model.head(expected).softmax(dim=1), atol=1e-5)


def test_what_was_looked_at_is_kept() -> None:
    seen = scene().seen()
    assert seen.probabilities is seen.probabilities
    assert seen.labelled_representations is seen.labelled_representations
    assert seen.pool_dynamics(1) is seen.pool_dynamics(1)
    assert seen.pool_dynamics(1) is not seen.pool_dynamics(0)


@pytest.mark.parametrize(("n_labelled", "width"), [(15, 6), (50, 6), (15, 2), (15, 40)])
def test_joint_representations_take_less_memory_than_the_features(
    n_labelled: int, width: int
) -> None:
    observed = scene(n_labelled=n_labelled, width=width)
    seen = observed.seen(rows=11)
    joint = torch.cat([seen.labelled_representations, psi(seen)])
    assert isinstance(seen.joint_representations.take, PartlyHeld)
    rows, h = len(seen.joint_representations), observed.classifier.head.in_features
    held = len(seen.joint_representations.take.held)
    assert held == min(rows, round(0.8 * rows * width / h))
    for places in (torch.randperm(rows), torch.arange(held), torch.arange(rows).flip(0)[:3]):
        assert torch.allclose(seen.joint_representations[places], joint[places], atol=1e-5)


def test_with_dropout_on_joint_representations_stay_what_they_were() -> None:
    observed = scene()
    observed.classifier.dropout_in_evaluation = True
    rows = observed.seen().joint_representations
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


def test_a_function_of_the_pool_is_given_both() -> None:
    seen = scene().seen(rows=11)
    expected = torch.cat([psi(seen), seen.probabilities], dim=1)
    found = seen.map_pool(lambda rows, p: torch.cat([rows, p()], dim=1))
    assert torch.allclose(found, expected, atol=1e-4)


def test_some_of_the_pool_is_represented_when_asked() -> None:
    seen, positions = scene().seen(rows=11), torch.arange(50, 3, -3)
    assert torch.allclose(seen.represent(positions), psi(seen)[positions], atol=1e-5)


def test_dynamics_need_the_weights_of_the_epochs() -> None:
    observed = scene()
    observed.epochs.clear()
    with pytest.raises(ValueError, match="list pool_dynamics in needs"):
        observed.seen().pool_dynamics(0)

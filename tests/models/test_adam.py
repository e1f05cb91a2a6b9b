"""The quick step of Adam ends where its own does, to the bit."""

import pytest
import torch
from torch import Tensor, nn

from cartolearn.models.adam import quick_step


def stepped(quick: bool, weight_decay: float) -> tuple[list[Tensor], list[Tensor]]:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 3))
    adam = torch.optim.Adam(
        model.parameters(), lr=0.1, weight_decay=weight_decay, fused=True,
        decoupled_weight_decay=True,
    )  # fmt: skip
    for number in range(6):
        adam.zero_grad()
        model(torch.randn(4, 5)).square().sum().backward()
        (quick_step(adam) if quick else adam.step)()
        if number == 3:  # whoever goes on from it does so from its whole state
            adam.load_state_dict(adam.state_dict())
    states = [value for state in adam.state.values() for value in state.values()]
    return [weight.detach() for weight in model.parameters()], states


@pytest.mark.parametrize("weight_decay", [0.0, 0.3])
def test_it_ends_where_the_optimisers_own_does(weight_decay: float) -> None:
    mine, theirs = stepped(True, weight_decay), stepped(False, weight_decay)
    for quick, own in zip((*mine[0], *mine[1]), (*theirs[0], *theirs[1]), strict=True):
        assert torch.equal(quick, own)
    assert float(mine[1][0]) == 6  # steps that Adam counts

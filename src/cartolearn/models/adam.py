"""Adam's step, without what torch wraps it in."""

from collections.abc import Callable

import torch
from torch.optim.adam import adam

OPTIONS = ("lr", "weight_decay", "eps", "maximize", "amsgrad", "decoupled_weight_decay", "fused")


def quick_step(optimizer: torch.optim.Adam) -> Callable[[], object]:
    """Return what does ``optimizer.step()``, to the bit, where no hooks wait for it.

    It is torch's own function on the optimiser's own state. To look for hooks, to record itself for
    a profiler and to gather its state again takes the optimiser a tenth of a training of small
    matrices. Its first step, in which the state is made, it does itself.

    Args:
        optimizer: In its fused form, with one group of parameters; each has a gradient.
    """
    if not optimizer.state:
        return optimizer.step
    (group,) = optimizer.param_groups
    weights = group["params"]
    averages, squares, numbers = (
        [optimizer.state[weight][name] for weight in weights]
        for name in ("exp_avg", "exp_avg_sq", "step")
    )
    beta1, beta2 = group["betas"]
    options = {name: group[name] for name in OPTIONS} | {"beta1": beta1, "beta2": beta2}

    @torch.no_grad()
    def step() -> None:
        adam(weights, [w.grad for w in weights], averages, squares, [], numbers, **options)

    return step

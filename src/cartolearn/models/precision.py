"""The arithmetic in which a trained model is asked: mixed, where its training was."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial

import torch

Arithmetic = Callable[[], AbstractContextManager[object]]
MIXED = {
    "bf16-mixed": torch.bfloat16, "bf16": torch.bfloat16,
    "16-mixed": torch.float16, "16": torch.float16,
}  # fmt: skip


def arithmetic(precision: object, device: torch.device) -> Arithmetic:
    """Return what to ask a model within, by ``trainer.precision``.

    Weights stay float32 with ``bf16-mixed`` and ``16-mixed``, and matrix products are in half
    precision, when rows are scored as in training. Any other leaves what it is: float32.

    Args:
        precision: As Lightning's Trainer takes it; None where it is not given.
        device: Where the model is. On a CPU both are bfloat16, as Lightning has it.
    """
    dtype = MIXED.get(str(precision))
    if dtype is None:
        return nullcontext
    return partial(torch.autocast, device.type, torch.bfloat16 if device.type == "cpu" else dtype)

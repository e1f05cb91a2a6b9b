"""How good the binary classifier of a strategy is in a round, for its record."""

import torch
from torch import Tensor

from cartolearn.models.binary import BinarySettings
from cartolearn.models.rows import Rows
from cartolearn.statistics.binary import binary_quality
from cartolearn.strategies.observations import Observations


def tell_quality(
    seen: Observations,
    name: str,
    settings: BinarySettings,
    generator: torch.Generator,
    learnt: Tensor,
    rows: tuple[Tensor | Rows, Tensor],
    **fit: Tensor | float,
) -> None:
    """Tell the round how well the two classes are told apart, on the training rows and held out.

    Args:
        seen: Takes it, as ``NAME_binary_accuracy`` and so on; ``_cv_`` where cross-validated.
        name: The strategy's.
        settings: With ``folds`` of at least 2 the classifier is cross-validated too.
        generator: As it was before the classifier was trained; its state is not changed.
        learnt: float64 [L], P(1) of the rows that the classifier has learnt.
        rows: Representations [L, h] and labels int64 [L] of 0 and 1 that it learnt from.
        fit: Further arguments of ``BinarySettings.fit``.
    """
    x, y = rows
    truth = (y == 1).numpy()
    found = {"": binary_quality(learnt.numpy(), truth)}
    if settings.folds > 1:
        held_out = settings.held_out(x, y, generator, **fit)  # type: ignore[arg-type]
        found["cv_"] = binary_quality(held_out.numpy(), truth)
        del found["cv_"]["majority"]
    seen.tell({
        f"{name}_binary_{source}{key}": value
        for source, values in found.items()
        for key, value in values.items()
        if value == value  # noqa: PLR0124  (NaN where a class is empty)
    })  # fmt: skip


def copied(generator: torch.Generator) -> torch.Generator:
    """Return a generator in the same state, whose draws change nothing elsewhere."""
    return torch.Generator().set_state(generator.get_state())

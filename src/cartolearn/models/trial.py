"""A trial of somebody's own model on a few rows, before it is trained."""

from typing import Any

import torch
from torch import Tensor

from cartolearn.cartography.evaluation import evaluating
from cartolearn.config.somebodys import refuse_signature
from cartolearn.errors import InputError
from cartolearn.models.protocol import Inputs

PROJECT = "cartolearn."


def tried(model: Any, x: Inputs, n_classes: int, device: torch.device) -> None:
    """Let a model that is not of this project represent and classify two rows.

    Args:
        model: The model; one of this project is not tried.
        x: What it reads of the labelled set.
        n_classes: Number of classes C.
        device: Where it is trained.

    Raises:
        InputError: What ``represent`` or ``classify`` returns has another shape than it should.
    """
    if type(model).__module__.startswith(PROJECT):
        return
    refuse_signature(model, "represent", "a batch")
    refuse_signature(model, "classify", "representations")
    rows = min(2, len(x))
    with torch.no_grad(), evaluating(model.to(device)):
        psi = model.represent(x[:rows].to(device))
        _refuse_shape(model, "represent", psi, rows, None)
        _refuse_shape(model, "classify", model.classify(psi), rows, n_classes)


def _refuse_shape(model: Any, method: str, found: Any, rows: int, columns: int | None) -> None:
    fits = isinstance(found, Tensor) and found.dim() == 2 and len(found) == rows
    if fits and columns in (None, found.shape[1]):
        return
    shown = f"the shape {list(found.shape)}" if isinstance(found, Tensor) else type(found).__name__
    wanted = f"[{rows}, {'h' if columns is None else columns}]"
    what = "representations of any size h" if columns is None else f"logits of {columns} classes"
    raise InputError(
        f"{type(model).__module__}.{type(model).__qualname__}.{method} returned {shown} for {rows}"
        f" rows; the loop needs {what}, a tensor {wanted}"
    )

"""A model's weights and Adam's state in one safetensors file: plain tensors, no pickle."""

from pathlib import Path
from typing import Any

from torch import Tensor

from cartolearn.errors import InputError
from cartolearn.files import atomic_write


def save_weights(model: Any, path: Path) -> None:
    """Write what ``load_weights`` gives back; equal weights give equal bytes."""
    from safetensors.torch import save

    tensors = {f"{i}.weight": p.data for i, p in enumerate(model.parameters())}
    adam = (model.optimizer_state or {"state": {}})["state"]
    tensors |= {f"{i}.{key}": value for i, kept in adam.items() for key, value in kept.items()}
    with atomic_write(path, sync=False) as temporary:
        temporary.write_bytes(save({name: t.cpu().contiguous() for name, t in tensors.items()}))


def load_weights(model: Any, path: Path) -> Any:
    """Put what ``save_weights`` wrote into a model of the same shape, and return it.

    Raises:
        InputError: The file holds something else.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    parameters = list(model.parameters())
    adam: dict[int, dict[str, Tensor]] = {i: {} for i in range(len(parameters))}
    try:
        tensors = load(path.read_bytes())
        for i, mine in enumerate(parameters):
            mine.data.copy_(tensors.pop(f"{i}.weight"))
        for name, tensor in tensors.items():
            number, _, key = name.partition(".")
            adam[int(number)][key] = tensor
    except (SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise InputError(
            f"{path} does not hold this run's weights; overwrite=true starts the run anew"
        ) from error
    groups = model.configure_optimizers().state_dict()["param_groups"]
    model.optimizer_state = {"state": adam, "param_groups": groups}
    return model

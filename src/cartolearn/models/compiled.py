"""``torch.compile`` for the part of a model that is trained."""

from functools import cache

import torch
from torch import nn

from cartolearn.errors import InputError


def compile_in_place(module: nn.Module) -> None:
    """Let torch compile a module's forward at its first call; names of weights stay as they are.

    One graph serves minibatches of every length. Modules of the same layers that are compiled later
    in the process, such as those of later rounds, take the graph that is there.

    Raises:
        InputError: torch cannot compile here.
    """
    _refuse_without_compiler()
    module.compile(dynamic=True)


@cache
def _refuse_without_compiler() -> None:
    try:
        torch.compile(torch.neg)(
            torch.zeros(1, device="cuda" if torch.cuda.is_available() else "cpu")
        )
    except Exception as error:  # each device's compiler raises kinds of its own
        first = str(error).partition("\n")[0][:200]
        raise InputError(
            f"model.compiled=true: torch cannot compile here: {first}; leave it false, or install"
            " a C++ compiler (on Debian: apt-get install g++)"
        ) from error

"""Random numbers by purpose: every draw is a function of (seed, purpose, round), never of history.

Two strategies with the same seed share the seed set and the initial weights, so comparisons are
paired; and a resumed run needs no stored generator state.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def derived_seed(seed: int, *purpose: str | int) -> int:
    """Return a 63-bit seed for one purpose, e.g. ``derived_seed(0, "init", 3)``."""
    text = "/".join(str(part) for part in (seed, *purpose))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def generator(seed: int, *purpose: str | int) -> "torch.Generator":
    """Return a CPU generator for one purpose."""
    import torch

    return torch.Generator().manual_seed(derived_seed(seed, *purpose))


def spawn(parent: "torch.Generator") -> int:
    """Draw a 63-bit seed from ``parent``, for a part that needs a generator of its own."""
    import torch

    return int(torch.randint(2**63 - 1, (), generator=parent).item())


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed torch's global generators inside the block and restore them after it.

    Layers draw initial weights and dropout masks from the global generator and take no other.
    """
    import torch

    devices = list(range(torch.cuda.device_count()))
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        yield
